"""Spare files: what a killed coach leaves behind is removed by the next, and nothing else is."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from coach.library import spare_files
from coach.library.own_files import write_whole
from coach.library.spare_files import fill_and_put, remove_abandoned

KILLED = """
import os, signal, sys
from pathlib import Path
from coach.library.named_files import fill_named

def fill(stream):
    stream.write(b"half of it")
    stream.flush()
    os.kill(os.getpid(), signal.SIGKILL)

fill_named(Path(sys.argv[1]), fill, force=True)
"""


def put(target: Path, data: bytes = b"new") -> None:
    fill_and_put(target, lambda stream: stream.write(data), lambda spare: spare.replace(target))


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_what_a_killed_coach_leaves_the_next_one_removes(tmp_path: Path) -> None:
    file = tmp_path / "run.mp3"
    file.write_text("mine")
    done = subprocess.run([sys.executable, "-c", KILLED, str(file)], check=False)
    assert done.returncode == -signal.SIGKILL
    [left] = [each for each in tmp_path.iterdir() if each != file]
    assert left.read_bytes() == b"half of it"
    assert file.read_text() == "mine", "never half a file"
    put(tmp_path / "another")
    assert names(tmp_path) == ["another", "run.mp3"]


def test_what_another_coach_is_writing_stays(tmp_path: Path) -> None:
    def fill(stream: object) -> None:
        before = names(tmp_path)
        put(tmp_path / "inner")
        assert names(tmp_path) == sorted([*before, "inner"])

    fill_and_put(
        tmp_path / "outer", fill, lambda spare: (remove_abandoned(tmp_path), spare.replace(tmp_path / "outer"))
    )
    assert names(tmp_path) == ["inner", "outer"]


def test_what_is_not_ours_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = ".coach-0123456789abcdef.part"
    for name in (".coach-mine.part", ".x.part", f"{ours}.bak", f"x{ours}"):
        (tmp_path / name).touch()
    (tmp_path / "music").touch()
    (tmp_path / ours.replace("0", "1")).symlink_to(tmp_path / "music")
    (tmp_path / ours.replace("0", "2")).mkdir()
    os.mkfifo(tmp_path / ours.replace("0", "3"))
    before = names(tmp_path)
    remove_abandoned(tmp_path)
    assert names(tmp_path) == before
    (tmp_path / ours).touch()
    monkeypatch.setattr("os.geteuid", lambda: os.getuid() + 1)
    remove_abandoned(tmp_path)
    assert ours in names(tmp_path), "it is somebody else's"
    monkeypatch.undo()
    remove_abandoned(tmp_path)
    assert names(tmp_path) == before


def test_where_nothing_can_be_locked_nothing_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = tmp_path / ".coach-0123456789abcdef.part"
    left.touch()

    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("fcntl.flock", refuse)
    put(tmp_path / "x")
    assert names(tmp_path) == [left.name, "x"]


def test_one_taken_for_abandoned_before_it_was_held_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold, taken = spare_files._hold, list[Path]()

    def too_late(handle: int, *, waits: bool = False) -> bool:
        if waits and not taken:
            [spare] = tmp_path.iterdir()
            spare.unlink()
            taken.append(spare)
        return hold(handle, waits=waits)

    monkeypatch.setattr(spare_files, "_hold", too_late)
    put(tmp_path / "x")
    assert taken
    assert names(tmp_path) == ["x"]


def test_where_every_file_vanishes_nothing_is_tried_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def vanish(_handle: int, **_: bool) -> bool:
        for each in tmp_path.iterdir():
            each.unlink()
        return True

    monkeypatch.setattr(spare_files, "_hold", vanish)
    with pytest.raises(FileNotFoundError):
        put(tmp_path / "x")


def test_the_longest_name_there_is_can_be_written(tmp_path: Path) -> None:
    put(tmp_path / ("x" * 255))
    assert names(tmp_path) == ["x" * 255]


def test_the_name_reaches_the_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(
        spare_files.os, "fsync", lambda handle: synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
    )
    put(tmp_path / "x")
    assert len(synced) == 2
    assert synced[1] == str(tmp_path.resolve())


def test_no_right_is_given_that_the_user_takes_away(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_whole(tmp_path / "new", "1")
        (tmp_path / "old").touch()
        (tmp_path / "old").chmod(0o644)
        write_whole(tmp_path / "old", "1")
    finally:
        os.umask(before)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("new", "old")] == [0o600, 0o644]
