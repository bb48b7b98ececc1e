"""A folder as a source: a watch's, where somebody puts files, and one that comes and goes."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from coach.activities import folder as folders
from coach.activities.folder import FolderActivities, activity_folder
from coach.errors import BadInput
from tests.fakes import FakeClock

DAY = date(2026, 3, 2)


def names(found: Iterator[object]) -> list[str]:
    return [Path(getattr(each, "name")).name for each in found]  # noqa: B009


@pytest.mark.parametrize("place", ["GARMIN/Activity", "Garmin/ACTIVITY"])
def test_a_watch_is_known_by_its_folders(tmp_path: Path, place: str) -> None:
    folder = tmp_path / place
    folder.mkdir(parents=True)
    assert activity_folder(tmp_path) == activity_folder(folder.parent) == activity_folder(folder) == folder
    (folder / "1.FIT").write_bytes(b"x")
    (folder.parent / "Device.fit").write_bytes(b"no activity")
    assert names(FolderActivities(tmp_path).since(DAY)) == ["1.FIT"]


def test_a_folder_that_only_has_one_called_activity(tmp_path: Path) -> None:
    (tmp_path / "activity").mkdir()
    assert activity_folder(tmp_path) == tmp_path


def test_every_file_of_a_kind_however_deep_it_lies(tmp_path: Path) -> None:
    (tmp_path / "2026" / "03").mkdir(parents=True)
    (tmp_path / ".trash").mkdir()
    for name in ("b.fit", "a.tcx.GZ", "2026/03/c.gpx", "d.txt", ".e.fit", ".trash/f.fit", "g.zip", "h.gz"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "i.fit").mkdir()
    assert names(FolderActivities(tmp_path).since(DAY)) == ["a.tcx.GZ", "b.fit", "c.gpx", "g.zip"]


def test_what_cannot_be_meant_or_read_is_passed_over_with_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "LARGEST", 10)
    (tmp_path / "a.fit").write_bytes(b"x" * 11)
    (tmp_path / "b.fit").symlink_to(tmp_path / "nowhere")
    (tmp_path / "c.fit").write_bytes(b"good")
    told: list[str] = []
    assert names(FolderActivities(tmp_path, told.append).since(DAY)) == ["c.fit"]
    assert len(told) == 1
    assert "a.fit: 0 MB is no activity" in told[0]


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no such folder"):
        list(FolderActivities(tmp_path / "x").since(DAY))


class Rounds(FakeClock):
    """Between two looks something happens."""

    def __init__(self, *happens: object) -> None:
        super().__init__()
        self.happens = list(happens)

    def sleep_ns(self, ns: int) -> None:
        super().sleep_ns(ns)
        if self.happens:
            act = self.happens.pop(0)
            if callable(act):
                act()

    def is_over(self) -> bool:
        return not self.happens


def test_one_that_looks_on_gives_each_file_once_when_it_is_whole(tmp_path: Path) -> None:
    base = tmp_path / "in"
    base.mkdir()
    (base / "a.fit").write_bytes(b"1")

    def begins() -> None:
        (base / "b.fit").write_bytes(b"half")

    def grows() -> None:
        (base / "b.fit").write_bytes(b"half and half")

    def goes() -> None:
        base.rename(tmp_path / "away")

    def comes() -> None:
        (tmp_path / "away").rename(base)

    clock = Rounds(begins, grows, None, goes, None, comes, None, None)
    found = list(FolderActivities(base).watching(clock, clock.is_over))
    assert [(Path(each.name).name, each.data) for each in found] == [("a.fit", b"1"), ("b.fit", b"half and half")]
    assert clock.monotonic_ns() == FakeClock().monotonic_ns() + 8 * folders.EVERY_NS
