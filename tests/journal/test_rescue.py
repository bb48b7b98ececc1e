"""Where events go that the journal would not take, and how they are found again."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coach.errors import BadInput
from coach.journal.exchange import merge_files, read_events
from coach.journal.rescue import find_rescued, rescue_to_file
from coach.journal.store import SqliteJournal
from coach.session.events import Finished, Paused, Resumed, Started
from tests.fakes import FakeClock

SESSION = "01KAR0000000000000000000AA"
OTHER = "01KAR0000000000000000000BB"
THEN = datetime(2026, 11, 23, 7, tzinfo=UTC)
LOST = (Resumed(at_ns=3), Finished(at_ns=4))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    with closing(SqliteJournal(tmp_path / "state" / "journal.db", FakeClock(), "pi")) as opened:
        opened.append(SESSION, [Started(at_ns=1), Paused(at_ns=2)])
        yield opened


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def save(journal: SqliteJournal, *folders: Path) -> Path:
    return Path(rescue_to_file(journal, SESSION, folders)(LOST, [THEN] * len(LOST)))


def test_beside_the_journal_for_its_owner_alone(journal: SqliteJournal, tmp_path: Path) -> None:
    file = save(journal, journal.path.parent, tmp_path / "data")
    assert file.parent == journal.path.parent
    assert SESSION in file.name
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [stored.event for stored in read_events(file)] == list(LOST)


def test_else_in_the_data_folder_which_may_not_be_there_yet(journal: SqliteJournal, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert save(journal, tmp_path / "file", tmp_path / "data" / "new").parent == tmp_path / "data" / "new"


def test_a_full_disk_leaves_no_part_of_it_and_the_temporary_folder_takes_it(
    journal: SqliteJournal, tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, full = os.fsync, [True, True, False]

    def sync(descriptor: int) -> None:
        if full.pop(0):
            raise OSError(28, "No space left on device")
        real(descriptor)

    folders = (tmp_path / "one", tmp_path / "two")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", sync)
        file = save(journal, *folders)
    assert file.parent == temporary
    assert not [*folders[0].iterdir(), *folders[1].iterdir()]


def test_with_no_room_anywhere_it_says_so(
    journal: SqliteJournal, tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        save(journal, tmp_path / "one")
    assert not list(temporary.iterdir())


def test_it_is_found_until_it_has_been_merged(journal: SqliteJournal, tmp_path: Path) -> None:
    folders = (journal.path.parent, tmp_path / "data", tmp_path / "never")
    assert find_rescued(journal, SESSION, folders) == []
    file = save(journal, tmp_path / "data")
    elsewhere = save(journal)
    assert find_rescued(journal, SESSION, folders) == [file, elsewhere]
    assert find_rescued(journal, OTHER, folders) == []
    assert merge_files(journal, [file]) == len(LOST)
    assert [stored.event.kind for stored in journal.events(SESSION)] == ["started", "paused", "resumed", "finished"]
    assert find_rescued(journal, SESSION, folders) == [elsewhere]


def test_what_another_user_put_there_is_not_ours(
    journal: SqliteJournal, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_rescued(journal, SESSION, ()) == []
    assert save(journal).parent == temporary
    monkeypatch.setattr(os, "getuid", lambda: 123_456)
    assert find_rescued(journal, SESSION, ()) == []


def test_one_that_was_damaged_is_named(journal: SqliteJournal, tmp_path: Path) -> None:
    file = save(journal, tmp_path / "data")
    file.write_text(file.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        find_rescued(journal, SESSION, [tmp_path / "data"])
    assert str(file) in str(caught.value)
