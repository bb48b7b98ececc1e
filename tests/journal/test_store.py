"""What the SQLite journal does beyond the port: durability, its file, faults of the disk, formats."""

import contextlib
import os
import resource
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from coach.errors import AlreadyLive, StorageError
from coach.history.events import AdvanceChosen
from coach.journal import schema
from coach.journal.store import SqliteJournal, diary_query
from coach.session.events import Paused, Started
from tests.fakes import FakeClock

SESSION = "01KAR0000000000000000000AA"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[SqliteJournal]:
    with contextlib.closing(SqliteJournal(path, FakeClock(), "pi")) as opened:
        yield opened


def raw(path: Path) -> "contextlib.closing[sqlite3.Connection]":
    return contextlib.closing(sqlite3.connect(path, isolation_level=None))


def one_line(error: StorageError) -> bool:
    return "\n" not in str(error) and bool(error.remedy)


def test_only_the_runner_may_read_it(path: Path) -> None:
    old = os.umask(0)
    try:
        journal = SqliteJournal(path, FakeClock(), "pi")
        journal.append(SESSION, [Started(at_ns=1)])
        journal.claim_live().release()
        rights = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        journal.close()
    finally:
        os.umask(old)
    assert rights == dict.fromkeys(rights, 0o600)
    assert {"journal.db", "journal.db-wal", "journal.db.live"} <= set(rights)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_it_writes_ahead_and_events_are_synced(journal: SqliteJournal, path: Path) -> None:
    with raw(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert journal._writer.execute("PRAGMA synchronous").fetchone() == (2,)
    assert journal._beats.execute("PRAGMA synchronous").fetchone() == (1,)


@pytest.mark.parametrize("statement", ["UPDATE events SET utc = 'x'", "DELETE FROM events"])
def test_events_can_be_neither_changed_nor_deleted(journal: SqliteJournal, path: Path, statement: str) -> None:
    journal.append(SESSION, [Started(at_ns=1)])
    with raw(path) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    assert len(journal.events(SESSION)) == 1


def test_a_batch_is_written_whole_or_not_at_all(
    journal: SqliteJournal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = journal.append(SESSION, [Started(at_ns=1)])
    fresh = journal.new_id()
    ids = iter([fresh, first.id])  # the second of the batch clashes
    monkeypatch.setattr(journal._ids, "next", lambda floor=None: next(ids))
    with pytest.raises(StorageError) as caught:
        journal.append(SESSION, [Paused(at_ns=2), Paused(at_ns=3)])
    assert one_line(caught.value)
    assert len(journal.events(SESSION)) == 1
    monkeypatch.undo()
    journal.append(SESSION, [Paused(at_ns=4)])
    assert len(journal.events(SESSION)) == 2


def test_a_full_disk_loses_nothing_and_writing_goes_on_once_there_is_space(journal: SqliteJournal) -> None:
    journal.append(SESSION, [Started(at_ns=1)])
    pages = journal._writer.execute("PRAGMA page_count").fetchone()[0]
    journal._writer.execute(f"PRAGMA max_page_count = {pages}")
    written = 1

    def fill() -> None:
        nonlocal written
        for _ in range(200):
            journal.append(SESSION, [Paused(at_ns=n) for n in range(20)])
            written += 20

    with pytest.raises(StorageError) as caught:
        fill()
    assert "full" in caught.value.what
    assert "space" in caught.value.remedy
    assert one_line(caught.value)
    assert len(journal.events(SESSION)) == written
    journal._writer.execute("PRAGMA max_page_count = 1000000")
    journal.append(SESSION, [Paused(at_ns=1)])
    assert len(journal.events(SESSION)) == written + 1


LIMITED = """
import resource, sys
from pathlib import Path
from coach.clock import SystemClock
from coach.errors import StorageError
from coach.journal.store import SqliteJournal, diary_query
from coach.session.events import Paused
journal = SqliteJournal(Path(sys.argv[1]), SystemClock(), "pi")
resource.setrlimit(resource.RLIMIT_FSIZE, (80_000, 80_000))
written = 0
try:
    for n in range(1000):
        journal.append("01KAR0000000000000000000AA", [Paused(at_ns=n)])
        written += 1
except StorageError as error:
    print(written)
    print(error)
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no limit of file size here")
def test_a_file_that_may_not_grow_keeps_every_event_it_took(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, path], capture_output=True, text=True, check=False, timeout=60
    )
    written, error, *rest = done.stdout.splitlines()
    assert rest == []
    assert done.returncode == 0
    assert "space" in error
    with contextlib.closing(SqliteJournal(path, FakeClock(), "pi")) as journal:
        assert len(journal.events(SESSION)) == int(written) > 0


def test_a_damaged_file_is_named_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database" * 300)
    before = path.read_bytes()
    with pytest.raises(StorageError) as caught:
        SqliteJournal(path, FakeClock(), "pi")
    assert caught.value.where == str(path)
    assert "merge" in caught.value.remedy
    assert one_line(caught.value)
    assert path.read_bytes() == before


def test_a_journal_torn_in_the_middle_is_an_error_not_a_crash(journal: SqliteJournal, path: Path) -> None:
    for n in range(200):
        journal.append(SESSION, [Paused(at_ns=n)])
    journal.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))

    def read() -> None:
        with contextlib.closing(SqliteJournal(path, FakeClock(), "pi")) as torn:
            torn.events(SESSION)

    with pytest.raises(StorageError) as caught:
        read()
    assert one_line(caught.value)


def test_another_programs_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    with raw(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(StorageError, match="another program"):
        SqliteJournal(path, FakeClock(), "pi")


def test_a_journal_from_the_future_is_refused_and_left_alone(journal: SqliteJournal, path: Path) -> None:
    journal.append(SESSION, [Started(at_ns=1)])
    journal.close()
    with raw(path) as connection:
        connection.execute("PRAGMA user_version = 7")
    with pytest.raises(StorageError, match="newer coach") as caught:
        SqliteJournal(path, FakeClock(), "pi")
    assert "update" in caught.value.remedy
    with raw(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (7,)


def test_migrations_bring_an_older_journal_on_and_keep_its_events(
    journal: SqliteJournal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append(SESSION, [Started(at_ns=1)])
    journal.close()
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, ("CREATE TABLE notes (text TEXT)",)))
    with contextlib.closing(SqliteJournal(path, FakeClock(), "pi")) as later:
        assert [s.event for s in later.events(SESSION)] == [Started(at_ns=1)]
    with raw(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
        assert connection.execute("SELECT * FROM notes").fetchall() == []


def test_a_migration_that_fails_leaves_the_journal_as_it_was(
    journal: SqliteJournal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append(SESSION, [Started(at_ns=1)])
    journal.close()
    broken = ("CREATE TABLE notes (text TEXT)", "CREATE NONSENSE")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, broken))
        with pytest.raises(StorageError):
            SqliteJournal(path, FakeClock(), "pi")
    with contextlib.closing(SqliteJournal(path, FakeClock(), "pi")) as again:
        assert len(again.events(SESSION)) == 1


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(StorageError) as caught:
        SqliteJournal(tmp_path / "state" / "journal.db", FakeClock(), "pi")
    assert "COACH_HOME" in caught.value.remedy
    assert one_line(caught.value)


def test_threads_read_while_the_runner_writes(journal: SqliteJournal) -> None:
    faults: list[BaseException] = []
    counts: list[int] = []

    def read() -> None:
        try:
            while not counts or counts[-1] < 100:
                counts.append(len(journal.events(SESSION)))
                journal.heartbeat()
        except BaseException as error:  # noqa: BLE001 - a thread's fault is the test's
            faults.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for n in range(100):
        journal.append(SESSION, [Paused(at_ns=n)])
        journal.beat(SESSION, n)
    for reader in readers:
        reader.join(timeout=60)
    assert faults == []
    assert counts[-1] == 100


def test_closing_closes_the_connections_of_every_thread(journal: SqliteJournal, path: Path) -> None:
    readers = [threading.Thread(target=journal.sessions) for _ in range(3)]
    for reader in readers:
        reader.start()
        reader.join(timeout=60)
    opened = list(journal._connections)
    assert len(opened) == 5  # of the writer, of the heartbeat, and of each reader
    journal.close()
    for connection in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")
    with pytest.raises(StorageError) as caught:
        journal.sessions()  # this thread has read nothing yet
    assert one_line(caught.value)
    journal.close()


OPENING = """
import sys
from pathlib import Path
from coach.clock import SystemClock
from coach.journal.store import SqliteJournal, diary_query
from coach.session.events import Paused
sys.stdin.readline()
journal = SqliteJournal(Path(sys.argv[1]), SystemClock(), "pi")
for n in range(20):
    journal.append(journal.new_id(), [Paused(at_ns=n)])
"""


def test_processes_may_create_and_write_the_same_journal_at_once(path: Path) -> None:
    crowd = [
        subprocess.Popen(
            [sys.executable, "-c", OPENING, path], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for process in crowd:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    outcomes = [process.communicate(timeout=60)[1] for process in crowd]
    assert outcomes == ["", "", "", ""]
    with contextlib.closing(SqliteJournal(path, FakeClock(), "pi")) as journal:
        assert len(journal.sessions()) == 80


HOLDING = """
import sys
from pathlib import Path
from coach.clock import SystemClock
from coach.journal.store import SqliteJournal, diary_query
claim = SqliteJournal(Path(sys.argv[1]), SystemClock(), "pi").claim_live()
print("holding", flush=True)
sys.stdin.readline()
"""


def test_the_claim_of_a_killed_process_is_free_at_once(journal: SqliteJournal, path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        with pytest.raises(AlreadyLive, match=f"process {process.pid} on pi"):
            journal.claim_live()
        process.kill()
        process.wait()
    journal.claim_live().release()


def test_a_look_is_of_one_instant(journal: SqliteJournal, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A merge that comes in halfway is in all of it or in none."""
    chosen = AdvanceChosen(at=datetime(2026, 11, 23, 12, tzinfo=UTC))
    journal.note([chosen])
    seen_first = journal._diary

    def in_between(*arguments: Any) -> Any:
        found = seen_first(*arguments)
        with contextlib.closing(SqliteJournal(path, FakeClock(), "phone")) as phone:
            phone.add_missing(phone.stamp("", [chosen]))
            phone.append(SESSION, [Started(at_ns=1)])
            assert len(phone.digests(lambda _, events: str(len(events)))) == 1
        return found

    monkeypatch.setattr(journal, "_diary", in_between)
    look = journal.look(lambda _, events: str(len(events)))
    assert (len(look.diary), look.digests) == (1, [])
    journal.keep_checkpoint(look, datetime(2026, 11, 1, tzinfo=UTC), "made without them")
    assert journal.checkpoint() is None


@pytest.mark.parametrize("floor", [None, SESSION])
@pytest.mark.parametrize("always", [(), ("profile_set", "cleared")])
def test_the_diary_is_found_by_its_indexes(
    journal: SqliteJournal, path: Path, floor: str | None, always: tuple[str, ...]
) -> None:
    """The rows of sessions, and of decisions of some kilobytes each, are not read."""
    with raw(path) as connection:
        sql, values = diary_query(floor, always, ("decided",))
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    if floor is None:
        assert plan[0] == "SCAN events USING INDEX diary_by_kind"
    else:
        assert any("SEARCH events USING INDEX events_by_session (session=? AND id>?)" in step for step in plan)
        assert bool(always) is any("SEARCH events USING INDEX diary_by_kind (kind=? AND id<?)" in step for step in plan)
    assert not any("events USING PRIMARY KEY" in step or step == "SCAN events" for step in plan)
