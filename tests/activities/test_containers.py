"""Archives: what is found in them, and bombs that are refused before they go off."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from coach.activities import containers, reading
from coach.activities.containers import members_of
from coach.activities.reading import read_activities, read_file
from coach.errors import BadInput
from tests.activities.files import gzipped, small_fit, small_gpx, small_tcx, zipped


def names(source: bytes | Path) -> list[str]:
    return [member.name for member in members_of(source, "x")]


@pytest.mark.parametrize("data", [small_fit(), small_tcx(), small_gpx()], ids=["fit", "tcx", "gpx"])
def test_packed_or_not_it_is_the_same(data: bytes, tmp_path: Path) -> None:
    plain = read_activities(data, "x")
    file = tmp_path / "a file"
    for packed in (
        data,
        gzipped(data),
        zipped({"1.fit": data}),
        zipped({"1.tcx.gz": gzipped(data)}),
        zipped({"in.zip": zipped({"1.GPX": data})}),
    ):
        assert read_activities(packed, "x") == plain
        file.write_bytes(packed)
        assert read_activities(file, "x") == plain


def test_of_an_archive_only_what_is_called_like_an_activity_is_looked_at() -> None:
    data = zipped(
        {
            "a.fit": b"1", "photos/b.jpg": b"2", "activities/c.tcx.gz": b"3", "__MACOSX/._a.fit": b"4", ".d.gpx": b"5",
            "e/": b"", "all.csv": b"6", "f.zip": zipped({"g.fit": b"7", "h.zip": b"8"}),
        }
    )  # fmt: skip
    assert names(data) == ["x/a.fit", "x/activities/c.tcx.gz", "x/f.zip/g.fit"]


def test_one_bad_member_does_not_keep_the_others_back() -> None:
    data = zipped({"a.fit": small_fit(), "b.fit": b"nothing", "c.zip": b"no archive", "d.gpx": small_gpx()})
    found, refused = 0, []
    for member in members_of(data, "x"):
        try:
            found += len(read_file(member.read(), member.name))
        except BadInput as error:
            refused.append(str(error))
    assert found == 2
    assert [each.partition(":")[0] for each in refused] == ["x/b.fit", "x/c.zip"]
    with pytest.raises(BadInput, match=r"^x/b.fit: it is neither FIT nor TCX nor GPX"):
        read_activities(data, "x")


def test_names_of_members_show_no_control_characters() -> None:
    assert names(zipped({"a\x1b[2J.fit": b"1"})) == ["x/a?[2J.fit"]


def test_a_zip_bomb_is_refused_by_what_it_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("it was read")

    data = bytearray(zipped({"a.fit": b"x" * 100}))
    where = data.index(b"PK\x01\x02")
    data[where + 24 : where + 28] = struct.pack("<I", 2_000_000_000)
    monkeypatch.setattr(containers, "_counted", never)
    with pytest.raises(BadInput, match=r"x/a.fit: unpacked it has more than 100,000,000 bytes"):
        read_activities(bytes(data), "x")


def test_a_zip_that_claims_little_and_unpacks_to_much() -> None:
    data = bytearray(zipped({"a.fit": b"\0" * 3_000_000}))
    where = data.index(b"PK\x01\x02")
    data[where + 24 : where + 28] = struct.pack("<I", 1000)
    with pytest.raises(BadInput, match=r"x/a.fit: the archive is broken"):
        read_activities(bytes(data), "x")


@pytest.mark.parametrize("pack", [gzipped, lambda data: zipped({"a.fit": data})], ids=["gz", "zip"])
def test_what_grows_a_thousandfold_is_refused_on_the_way(pack) -> None:
    with pytest.raises(BadInput, match="more than 250 times its size"):
        read_activities(pack(b"\0" * 5_000_000), "x")


def test_a_gzip_that_claims_two_gigabytes_is_not_begun() -> None:
    data = gzipped(b"x" * 100)[:-4] + struct.pack("<I", 2_000_000_000)
    with pytest.raises(BadInput, match="it is cut short, or has more than 100,000,000 bytes when"):
        read_activities(data, "x")


def test_a_gzip_whose_length_lies_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_BYTES", 1000)
    monkeypatch.setattr(containers, "_PIECE", 600)
    data = gzipped(bytes(range(256)) * 8)[:-4] + struct.pack("<I", 5)
    with pytest.raises(BadInput, match="unpacked it has more than 1,000 bytes"):
        read_activities(data, "x")


def test_a_file_of_two_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "huge.fit"
    with file.open("wb") as stream:
        stream.truncate(2_000_000_000)  # a hole: it takes no room
    with pytest.raises(BadInput, match="it has 2,000,000,000 bytes"):
        read_activities(file, "huge.fit")


def test_the_sum_and_the_count_of_an_archive_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = zipped({"a.fit": b"x" * 400, "b.fit": b"y" * 400})
    data = zipped({"1.zip": inner, "2.zip": inner, "c.fit": b"z"})
    monkeypatch.setattr(containers, "MAX_TOTAL", 800 + 2 * len(inner) + 1)
    errors = [_refusal(member) for member in members_of(data, "x")]
    assert [bool(error) for error in errors] == [False, False, True, False], "the second inner one was too much"
    assert "unpacked it claims more than" in errors[2]
    monkeypatch.setattr(containers, "MAX_MEMBERS", 2)
    with pytest.raises(BadInput, match="more than 2 files"):
        names(data)


def _refusal(member: containers.Member) -> str:
    try:
        member.read()
    except BadInput as refused:
        return str(refused)
    return ""


def test_a_directory_that_would_fill_the_memory_is_not_read() -> None:
    data = bytearray(zipped({"a.fit": b"1"}))
    data[-10:-6] = struct.pack("<I", 500_000_000)
    with pytest.raises(BadInput, match="more than 20,000 files"):
        names(bytes(data))


def test_an_archive_within_two_others_is_not_opened() -> None:
    innermost = zipped({"a.fit": small_fit()})
    assert names(zipped({"1.zip": zipped({"2.zip": innermost, "b.fit": b"1"})})) == ["x/1.zip/b.fit"]
    for twice in (gzipped(gzipped(small_fit())), zipped({"a.fit": innermost}), gzipped(innermost)):
        with pytest.raises(BadInput, match="it is packed twice"):
            read_activities(twice, "x")


def test_damaged_archives_are_refused_whole() -> None:
    packed = gzipped(small_fit())
    archive = zipped({"a.fit": small_fit()})
    changed = bytearray(archive)
    changed[60] ^= 0xFF
    for data in (packed[:-20], archive[:-30], archive[: len(archive) // 2], bytes(changed)):
        with pytest.raises(BadInput, match=r"the archive is broken|it is cut short"):
            read_activities(data, "x")


def test_other_packings_and_passwords_are_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.fit", small_fit())
    with pytest.raises(BadInput, match="packed in an uncommon way"):
        read_activities(buffer.getvalue(), "x")
    locked = bytearray(zipped({"a.fit": small_fit()}))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + flags] |= 1
    with pytest.raises(BadInput, match="locked with a password"):
        read_activities(bytes(locked), "x")


def test_an_archive_without_activities_is_refused() -> None:
    nameless = zipped({"a": b"1"}).replace(b"a", b"\0")  # Python ends a name at the zero, and stumbles over none
    for data in (zipped({}), zipped({"a.jpg": b"1"}), nameless):
        with pytest.raises(BadInput, match="there is no FIT, TCX or GPX file in it"):
            read_activities(data, "x")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "it is empty"),
        (b"\0" * 50, "it is empty"),
        (b"hello", "neither FIT nor TCX nor GPX"),
        (b"<html><body/></html>", r"XML of another kind \(<html>\)"),
        (b"<", "nothing of it can be read: line 1"),
        (gzipped(b""), "it is empty"),
    ],
)
def test_what_is_no_activity_file_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(BadInput, match=what):
        read_activities(data, "x")


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no such file"):
        read_activities(tmp_path / "none", "none")
    with pytest.raises(BadInput, match="this is a folder"):
        read_activities(tmp_path, "here")
    with pytest.raises(BadInput, match="there is no such file"):
        read_activities(Path("/dev/zero"), "/dev/zero")


def test_a_fit_file_has_a_bound_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_FIT_BYTES", 100)
    with pytest.raises(BadInput, match="the most a FIT file may have is 100"):
        read_activities(small_fit(), "x")
