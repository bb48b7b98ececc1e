"""Originals are kept once, whole, private, and read back only as they were."""

import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.config import folders
from coach.errors import StorageError
from coach.journal import originals as module
from coach.journal.originals import Originals, digest_of

DATA = b"a run"


def only_file(folder: Path) -> Path:
    [file] = [each for each in folder.rglob("*") if each.is_file()]
    return file


def test_kept_once_and_read_back(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "activities"
    kept = Originals(folder)
    assert list(kept) == []
    assert digest_of(DATA) not in kept
    digest = kept.keep(DATA)
    file = only_file(folder)
    made = file.stat()
    assert Originals(folder).keep(DATA) == digest == digest_of(DATA)
    assert only_file(folder).stat() == made, "it was not even written again"
    assert kept.read(digest) == DATA
    assert list(kept) == [digest]
    assert digest in kept
    assert stat.S_IMODE(made.st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@given(st.sets(st.binary(max_size=64), max_size=6))
@settings(max_examples=6)
def test_any_content(tmp_path_factory: pytest.TempPathFactory, contents: set[bytes]) -> None:
    kept = Originals(tmp_path_factory.mktemp("originals"))
    digests = {kept.keep(data): data for data in contents}
    assert sorted(digests) == list(kept)
    assert {digest: kept.read(digest) for digest in kept} == digests


def test_what_was_changed_is_told_and_mended_by_keeping_it_again(tmp_path: Path) -> None:
    kept = Originals(tmp_path)
    digest = kept.keep(DATA)
    only_file(tmp_path).write_bytes(b"another")
    with pytest.raises(StorageError, match="was changed or damaged — import the file again"):
        kept.read(digest)
    assert kept.keep(DATA) == digest
    assert kept.read(digest) == DATA


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="is not there — import the file again"):
        Originals(tmp_path).read(digest_of(DATA))


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "AB" * 32, "a" * 63])
def test_a_digest_leads_nowhere_else(tmp_path: Path, digest: str) -> None:
    with pytest.raises(StorageError, match="is not a SHA-256"):
        Originals(tmp_path).read(digest)


def test_a_write_that_breaks_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Originals(tmp_path)

    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("coach.library.own_files.os.fsync", fail)
    with pytest.raises(StorageError, match="cannot be kept: no space left on device"):
        kept.keep(DATA)
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []
    monkeypatch.undo()
    assert kept.read(kept.keep(DATA)) == DATA


def test_the_name_is_on_the_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(module, "_to_disk", lambda folder: synced.append(folder.name))
    digest = Originals(tmp_path / "x").keep(DATA)
    assert synced == [digest[:2], "x"]


def test_where_they_are(tmp_path: Path) -> None:
    home = {"COACH_HOME": str(tmp_path)}
    assert folders(home).originals == tmp_path / "data" / "activities"
    scratch = folders({**home, "COACH_SCRATCH": str(tmp_path / "try.db")})
    assert scratch.originals == tmp_path / "try.db-activities", "what is tried out stays out of the runner's own"
