"""Exports and merges: a journal is a set of events, so bringing two together is the union of sets."""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from coach.errors import BadInput, StorageError
from coach.journal.codec import check_stored, decode_event, line_of, stored_of_line
from coach.journal.schema import migrate, storage_errors
from coach.journal.store import SqliteJournal, conflict
from coach.library.named_files import write_named
from coach.ports import AnyStored, StoredEvent

_SQLITE_MAGIC = b"SQLite format 3\0"
_LONGEST_LINE = 16 * 1024 * 1024  # bytes; the largest workout there can be takes a tenth of it
_NOTHING_MERGED = "mend or remove the line; nothing was merged"


def export_lines(journal: SqliteJournal) -> Iterator[str]:
    """Every event as one line of JSON, in order of id. The same events always give the same lines."""
    return (line_of(stored) for stored in journal.all_events())


def write_export(journal: SqliteJournal, file: Path) -> None:
    """Export to ``file``, whole or not at all: one that breaks off must not take the place of a good one.

    Raises BadInput, StorageError. Only its owner may read it, as with the journal itself.
    """
    write_named(file, (f"{line}\n".encode() for line in export_lines(journal)), force=True, private=True)


def merge_files(journal: SqliteJournal, files: Sequence[Path]) -> int:
    """Add what ``files`` (exports or other journals) have and ``journal`` has not; how many events that was.

    All or nothing. Raises BadInput naming the file and line, or the id on which two disagree.
    """
    found: dict[str, AnyStored] = {}
    for file in files:
        for stored in read_events(file):
            if found.setdefault(stored.id, stored) != stored:
                raise conflict(stored.id)
    return journal.add_missing(found.values())


def read_events(file: Path) -> Iterable[AnyStored]:
    """The events of an export or of another journal's database. Raises BadInput or StorageError."""
    try:
        with file.open("rb") as opened:
            if opened.read(len(_SQLITE_MAGIC)) == _SQLITE_MAGIC:
                return _read_database(file)
            opened.seek(0)
            return list(_read_lines(file, opened))
    except OSError as error:
        raise BadInput(
            f"cannot be read: {(error.strerror or str(error)).lower()}", where=str(file), remedy="check the file's name"
        ) from None


def _read_lines(file: Path, opened: BinaryIO) -> Iterator[AnyStored]:
    for number, raw in enumerate(iter(lambda: opened.readline(_LONGEST_LINE), b""), start=1):
        try:
            if len(raw) == _LONGEST_LINE:
                raise ValueError("too long for an event")
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            if line:
                yield stored_of_line(line)
        except ValueError as error:  # UnicodeDecodeError is one
            words = "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
            raise BadInput(words, where=f"{file}:{number}", remedy=_NOTHING_MERGED) from None


def _read_database(file: Path) -> list[AnyStored]:
    """Read a copy in memory, brought to today's format there, so the file itself stays as it is."""
    with storage_errors(file), contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
        with contextlib.closing(_open_for_reading(file)) as source:
            source.backup(copy)
        migrate(copy, file)
        events: list[AnyStored] = []
        rows = copy.execute("SELECT id, session, utc, zone, device, payload FROM events ORDER BY id")
        for event_id, session, utc, zone, device, payload in rows:
            try:
                stored: AnyStored = StoredEvent(event_id, session, utc, zone, device, decode_event(payload))
                check_stored(stored)
            except ValueError as error:
                raise StorageError(
                    f"event {event_id}: {error}", where=str(file), remedy="merge an untouched copy; nothing was merged"
                ) from None
            events.append(stored)
        return events


def _open_for_reading(file: Path) -> sqlite3.Connection:
    """Without ever making a file: no empty journal of a wrong name, no WAL on a stick or a read-only disk."""
    wal = file.with_name(f"{file.name}-wal")
    options = "mode=ro" if wal.exists() else "mode=ro&immutable=1"
    return sqlite3.connect(f"{file.absolute().as_uri()}?{options}", uri=True)
