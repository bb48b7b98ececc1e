"""Watches on the cable: found where desktops mount them, given whole files, checked, or left as they were."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from coach.delivery import watches
from coach.delivery.watches import Watch, find_watches, put_on, the_watch, usual_places, watch_at
from coach.errors import BadInput, StorageError
from coach.library import spare_files

DATA = b".FIT" + bytes(range(256)) * 4


def mounted(folder: Path, new: str = "NewFiles", model: str = "Forerunner 255") -> Path:
    (folder / "GARMIN" / new).mkdir(parents=True)
    if model:
        (folder / "GARMIN" / "GarminDevice.xml").write_text(
            f"<Device><Model><Description>{model}</Description></Model>"
        )
    return folder


def by_mtp(gvfs: Path) -> Path:
    return mounted(gvfs / "mtp:host=091e_4b54_0000c9" / "Internal Storage", model="fenix 7") / "GARMIN" / "NewFiles"


def test_every_mounted_watch_is_found_once(tmp_path: Path) -> None:
    media, gvfs = tmp_path / "media" / "me", tmp_path / "gvfs"
    mounted(media / "GARMIN")
    assert watch_at(media / "GARMIN").folder == media / "GARMIN" / "GARMIN" / "NewFiles", "a mount of that name"
    (media / "a stick" / "photos").mkdir(parents=True)
    (media / "a file").write_text("")
    mtp = by_mtp(gvfs)
    device = tmp_path.stat().st_dev
    found = find_watches([tmp_path / "media", media, media, gvfs, tmp_path / "not there"])
    assert found == [
        Watch(media / "GARMIN" / "GARMIN" / "NewFiles", "Forerunner 255", by_mtp=False, device=device),
        Watch(mtp, "fenix 7", by_mtp=True, device=device),
    ]


def test_a_watch_mounted_on_a_usual_place_itself(tmp_path: Path) -> None:
    mounted(tmp_path / "mnt")
    assert [watch.folder for watch in find_watches([tmp_path / "mnt"])] == [tmp_path / "mnt" / "GARMIN" / "NewFiles"]


def test_the_usual_places_are_looked_into(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("USER", "me")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    places = usual_places()
    assert {Path("/media/me"), Path("/run/media/me"), Path("/Volumes"), tmp_path / "gvfs"} <= set(places)
    mtp = by_mtp(tmp_path / "gvfs")
    assert mtp in {watch.folder for watch in find_watches()}


@pytest.mark.parametrize("where", [".", "GARMIN", "GARMIN/NewFiles"])
def test_a_folder_named_may_be_any_of_the_three(tmp_path: Path, where: str) -> None:
    mounted(tmp_path / "my watch")
    assert watch_at(tmp_path / "my watch" / where).folder == tmp_path / "my watch" / "GARMIN" / "NewFiles"


def test_a_folder_may_be_named_from_within(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted(tmp_path / "my watch")
    new = tmp_path / "my watch" / "GARMIN" / "NewFiles"
    (tmp_path / "link").symlink_to(new)
    for here, said in ((new.parent, "NewFiles"), (new, "."), (new.parent, "."), (tmp_path, "link")):
        monkeypatch.chdir(here)
        assert watch_at(Path(said)).folder == new


def test_what_leads_to_another_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as our own disk, by a link, or once the watch is unmounted while a question stands."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr(watches, "_device", lambda path: 2 if "elsewhere" in path.resolve().parts else 1)
    watch = watch_at(mounted(tmp_path / "my watch"))
    watch.folder.rmdir()
    watch.folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadInput, match="another disk"):
        watch_at(tmp_path / "my watch")
    with pytest.raises(BadInput, match="another disk"):
        the_watch(find_watches([tmp_path]))
    with pytest.raises(BadInput, match="another disk"):
        put_on(watch, "x.fit", DATA)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_watch_that_was_unmounted_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = watch_at(mounted(tmp_path))
    monkeypatch.setattr(watches, "_device", lambda _: watch.device + 1)
    with pytest.raises(BadInput, match="unmounted"):
        put_on(watch, "x.fit", DATA)
    assert names(watch) == []


def test_case_and_a_missing_folder_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "Garmin" / "NEWFILES").mkdir(parents=True)
    assert watch_at(tmp_path).folder == tmp_path / "Garmin" / "NEWFILES"
    (tmp_path / "Garmin" / "NEWFILES").rmdir()
    for named in (tmp_path, tmp_path / "Garmin"):
        with pytest.raises(BadInput, match="nothing of a watch in its GARMIN folder"):
            watch_at(named)  # what an unmounted watch may leave behind: what is written there would stay here
    (tmp_path / "Garmin" / "Activity").mkdir()
    watch = watch_at(tmp_path)
    put_on(watch, "x.fit", DATA)
    assert (tmp_path / "Garmin" / "NewFiles" / "x.fit").read_bytes() == DATA


@pytest.mark.parametrize(
    "text",
    [b"\xff\xfe\0", b"<Description>" + b"x" * 5_000_000, b"<Description>a\x1b[1m</Description>"],
    ids=["no text", "endless", "a control character"],
)
def test_a_watch_that_says_nonsense_about_itself_has_no_name(tmp_path: Path, text: bytes) -> None:
    mounted(tmp_path)
    (tmp_path / "GARMIN" / "GarminDevice.xml").write_bytes(text)
    assert watch_at(tmp_path).model == ""
    assert watch_at(tmp_path).words.startswith("a watch at ")


def test_none_or_several_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no watch is mounted"):
        the_watch([])
    two = [watch_at(mounted(tmp_path / name)) for name in "ab"]
    with pytest.raises(BadInput, match=r"2 watches: .*a/GARMIN.*b/GARMIN"):
        the_watch(two)
    with pytest.raises(BadInput, match="no such folder"):
        watch_at(tmp_path / "c")
    (tmp_path / "stick").mkdir()
    with pytest.raises(BadInput, match="no GARMIN folder in it"):
        watch_at(tmp_path / "stick")


def names(watch: Watch) -> list[str]:
    return sorted(each.name for each in watch.folder.iterdir())


def test_a_file_gets_there_whole(tmp_path: Path) -> None:
    watch = watch_at(mounted(tmp_path))
    assert put_on(watch, "x.fit", DATA) == hashlib.sha256(DATA).hexdigest()
    assert (watch.folder / "x.fit").read_bytes() == DATA
    with pytest.raises(BadInput, match="already"):
        put_on(watch, "x.fit", b"other")
    assert (watch.folder / "x.fit").read_bytes() == DATA
    put_on(watch, "x.fit", b"other", force=True)
    assert (watch.folder / "x.fit").read_bytes() == b"other"
    assert names(watch) == ["x.fit"]


@pytest.mark.parametrize("how", ["pulled out", "full", "read-only", "changed on the way", "not read back"])
def test_whatever_goes_wrong_there_is_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    watch = watch_at(mounted(tmp_path))

    def fail(number: int, words: str) -> Callable[..., None]:
        def raising(*_: object, **__: object) -> None:
            raise OSError(number, words)

        return raising

    if how == "pulled out":
        monkeypatch.setattr(os, "fsync", fail(5, "Input/output error"))
    elif how == "full":
        monkeypatch.setattr(os, "fsync", fail(28, "No space left on device"))
    elif how == "read-only":
        monkeypatch.setattr(spare_files, "_spare", fail(30, "Read-only file system"))
    elif how == "not read back":
        monkeypatch.setattr(watches, "_read_anew", fail(5, "Input/output error"))
    else:
        monkeypatch.setattr(watches, "_read_anew", lambda target: target.read_bytes()[:-1])
    with pytest.raises(StorageError, match="did not get onto the watch"):
        put_on(watch, "x.fit", DATA)
    assert names(watch) == []
    (watch.folder / "x.fit").write_bytes(b"earlier")
    with pytest.raises(StorageError, match="did not get onto the watch"):
        put_on(watch, "x.fit", DATA, force=True)
    assert (watch.folder / "x.fit").read_bytes() == b"earlier"
    assert names(watch) == ["x.fit"]


# --- by MTP: a stand-in for gio -------------------------------------------------------------------------------------

GIO = """#!/bin/sh
[ "$1" = copy ] && [ "$2" = -- ] || exit 9
{}
"""


def with_gio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str) -> Watch:
    program = tmp_path / "bin" / "gio"
    program.parent.mkdir()
    program.write_text(GIO.format(does))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    return watch_at(by_mtp(tmp_path))


def test_by_mtp_the_whole_file_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = with_gio(tmp_path, monkeypatch, 'cp "$3" "$4"')
    assert watch.by_mtp
    assert put_on(watch, "a name.fit", DATA) == hashlib.sha256(DATA).hexdigest()
    assert names(watch) == ["a name.fit"]


@pytest.mark.parametrize(
    ("does", "words"),
    [
        ('head -c 7 "$3" > "$4"; echo "gio: the device is gone" >&2; exit 1', "the device is gone"),
        ('head -c 7 "$3" > "$4"', "is not what was sent"),
        ('head -c 7 "$3" > "$4"; sleep 60', "longer than"),
    ],
)
def test_by_mtp_too_nothing_stays_of_what_went_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, words: str
) -> None:
    monkeypatch.setattr(watches, "TIMEOUT_S", 0.5)
    watch = with_gio(tmp_path, monkeypatch, does.replace("sleep", "exec sleep"))
    with pytest.raises(StorageError, match=words):
        put_on(watch, "x.fit", DATA)
    assert names(watch) == []


BREAKS_ONCE = """\
if [ -e "$0.again" ]; then {then}; else
touch "$0.again"; head -c 7 "$3" > "$4"; echo gone >&2; exit 1; fi"""


def test_by_mtp_the_earlier_file_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = with_gio(tmp_path, monkeypatch, BREAKS_ONCE.replace("{then}", 'cp "$3" "$4"'))
    (watch.folder / "x.fit").write_bytes(b"earlier")
    with pytest.raises(StorageError, match="watch: gone —"):
        put_on(watch, "x.fit", DATA, force=True)
    assert (watch.folder / "x.fit").read_bytes() == b"earlier"


def test_by_mtp_what_cannot_be_put_back_is_kept_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    watch = with_gio(tmp_path, monkeypatch, BREAKS_ONCE.replace("{then}", "exit 1"))
    (watch.folder / "x.fit").write_bytes(b"earlier")
    with pytest.raises(StorageError, match=f"gone; the earlier file could not be put back, and is kept in {tmp_path}"):
        put_on(watch, "x.fit", DATA, force=True)
    assert [each.read_bytes() for each in tmp_path.glob("x-*.fit")] == [b"earlier"]


def test_by_mtp_what_cannot_be_removed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = with_gio(tmp_path, monkeypatch, 'cp "$3" "$4"')

    def gone(*_: object, **__: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(watches, "_read_anew", gone)
    monkeypatch.setattr(Path, "unlink", gone)
    with pytest.raises(StorageError, match="input/output error; something of it may be there, unverified"):
        put_on(watch, "x.fit", DATA)


def test_without_gio_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(StorageError, match="gio is not here"):
        put_on(watch_at(by_mtp(tmp_path)), "x.fit", DATA)
