"""The journal in SQLite.

Three kinds of connection to one file in WAL mode. Events are written through one with ``synchronous=FULL``, so that an
event is on the disk before anything is done about it. The heartbeat is overwritten twice a second through another
with ``synchronous=NORMAL``: a sync each time would wear an SD card out for nothing, since only a power cut could lose
it. Every thread reads through a connection of its own, so a screen never waits for the runner or holds it up.
"""

import os
import platform
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from coach.clock import Clock
from coach.errors import BadInput, StorageError
from coach.journal.claim import FileClaim, claim_live
from coach.journal.codec import DIARY, decode_event, encode_event, utc_text
from coach.journal.ids import UlidSource, floor_of
from coach.journal.schema import PATIENCE_S, connect, make_home, migrate, storage_errors
from coach.ports import AnyStored, Digest, Heartbeat, Journal, Look, StoredEvent
from coach.session.events import SessionEvent

if TYPE_CHECKING:
    from coach.history.events import DiaryEvent

Event = TypeVar("Event", bound="SessionEvent | DiaryEvent")

_COLUMNS = "id, session, utc, zone, device, payload"
_Row = tuple[str, str, str, str, str, str]


class SqliteJournal(Journal):
    """The journal at ``path``, created where it is missing. Raises StorageError.

    ``device`` names this machine in what is written; its host name unless given. ``patience_s`` is how long another
    program's lock is waited for.
    """

    def __init__(self, path: Path, clock: Clock, device: str | None = None, patience_s: float = PATIENCE_S) -> None:
        self.path = path
        self._patience_s = patience_s
        self.device = device or platform.node() or "unknown"
        self._clock = clock
        self._ids = UlidSource(clock)
        self._write_lock = threading.Lock()
        self._beat_lock = threading.Lock()
        self._readers = threading.local()
        self._connections: list[sqlite3.Connection] = []  # of every thread: whoever closes the journal closes all
        self._open_lock = threading.Lock()
        self._closed = False
        make_home(path)
        with storage_errors(path):
            self._writer = self._open("FULL")
            try:
                migrate(self._writer, path)
                self._beats = self._open("NORMAL")
            except BaseException:
                self.close()
                raise

    def _open(self, synchronous: str, *, read_only: bool = False) -> sqlite3.Connection:
        connection = connect(self.path, synchronous=synchronous, read_only=read_only, patience_s=self._patience_s)
        with self._open_lock:
            if not self._closed:
                self._connections.append(connection)
                return connection
        connection.close()  # nobody would any more
        raise sqlite3.ProgrammingError("it has been closed")

    def _reader(self) -> sqlite3.Connection:
        reader: sqlite3.Connection | None = getattr(self._readers, "connection", None)
        if reader is None:
            reader = self._readers.connection = self._open("NORMAL", read_only=True)
        return reader

    def new_id(self) -> str:
        """A fresh id, for a new session."""
        with self._write_lock:
            return self._ids.next()

    def append(
        self, session: str, events: Sequence[SessionEvent], since: Sequence[datetime] | None = None
    ) -> Sequence[StoredEvent[SessionEvent]]:
        return self._append(session, events, since)

    def note(self, events: "Sequence[DiaryEvent]") -> "Sequence[StoredEvent[DiaryEvent]]":
        return self._append(DIARY, events, None)

    def _append(
        self, session: str, events: Sequence[Event], since: Sequence[datetime] | None
    ) -> Sequence[StoredEvent[Event]]:
        with self._write_lock, storage_errors(self.path), _transaction(self._writer):
            # A session that goes on after a power cut may find the clock in the past: its ids must still come after.
            floor: str | None = self._writer.execute(
                "SELECT max(id) FROM events WHERE session = ?", (session,)
            ).fetchone()[0]
            stored = self.stamp(session, events, floor, since)
            _insert(self._writer, stored)
        return stored

    def stamp(
        self,
        session: str,
        events: Sequence[Event],
        floor: str | None = None,
        since: Sequence[datetime] | None = None,
    ) -> list[StoredEvent[Event]]:
        """``events`` as they would be stored now, with ids above ``floor``; nothing is written."""
        zone = self._clock.zone_name()
        moments = since or [self._clock.utc_now()] * len(events)
        return [
            StoredEvent(self._ids.next(floor), session, utc_text(moment), zone, self.device, event)
            for event, moment in zip(events, moments, strict=True)
        ]

    def events(self, session: str, after: str | None = None) -> Sequence[StoredEvent[SessionEvent]]:
        return cast("Sequence[StoredEvent[SessionEvent]]", self._events(session, after))

    def find(self, event: str) -> "AnyStored | None":
        with storage_errors(self.path):
            row = self._reader().execute(f"SELECT {_COLUMNS} FROM events WHERE id = ?", (event,)).fetchone()
            return None if row is None else self._stored(row)

    def diary(
        self, since: datetime | None = None, always: Sequence[str] = (), without: Sequence[str] = ()
    ) -> "Sequence[StoredEvent[DiaryEvent]]":
        with storage_errors(self.path):
            return self._diary(since, always, without)

    def _diary(
        self, since: datetime | None, always: Sequence[str], without: Sequence[str]
    ) -> "Sequence[StoredEvent[DiaryEvent]]":
        sql, values = diary_query(None if since is None else floor_of(since), always, without)
        found = [self._stored(row) for row in self._reader().execute(sql, values)]
        return cast("Sequence[StoredEvent[DiaryEvent]]", found)

    def newest(
        self, kind: str, since: datetime | None = None, until: datetime | None = None
    ) -> "StoredEvent[DiaryEvent] | None":
        sql = (
            f"SELECT {_COLUMNS} FROM events INDEXED BY diary_by_kind WHERE session = '' AND kind = ?"
            " AND utc >= ? AND utc < ? ORDER BY id DESC LIMIT 1"
        )
        span = ("" if since is None else utc_text(since), "~" if until is None else utc_text(until))
        with storage_errors(self.path):
            row = self._reader().execute(sql, (kind, *span)).fetchone()
            return None if row is None else cast("StoredEvent[DiaryEvent]", self._stored(row))

    def look(
        self, make: Digest, since: datetime | None = None, always: Sequence[str] = (), without: Sequence[str] = ()
    ) -> Look:
        with storage_errors(self.path):
            while True:
                self._digest(make)
                with _transaction(self._reader(), "BEGIN"):
                    if self._is_digested():  # else something came in at this moment: once more
                        diary, digests = self._diary(since, always, without), self._digests(since)
                        [stale] = self._reader().execute("SELECT stale FROM looks").fetchone()
                        return Look(diary, digests, self._checkpoint(), int(stale))

    def checkpoint(self) -> str | None:
        with storage_errors(self.path):
            return self._checkpoint()

    def _checkpoint(self) -> str | None:
        row = self._reader().execute("SELECT payload FROM checkpoint").fetchone()
        return None if row is None else str(row[0])

    def keep_checkpoint(self, look: Look, floor: datetime, payload: str) -> None:
        with self._beat_lock, storage_errors(self.path):
            sql = "INSERT OR REPLACE INTO checkpoint (one, floor, payload) SELECT 1, ?, ? FROM looks WHERE stale = ?"
            self._beats.execute(sql, (floor_of(floor), payload, look.stale))

    def has_diary(self) -> bool:
        """Whether anything was ever written into the diary."""
        with storage_errors(self.path):
            return (
                self._reader().execute("SELECT 1 FROM events WHERE session = ? LIMIT 1", (DIARY,)).fetchone()
                is not None
            )

    def _events(self, session: str, after: str | None) -> Sequence[AnyStored]:
        with storage_errors(self.path):
            rows = self._reader().execute(
                f"SELECT {_COLUMNS} FROM events WHERE session = ? AND id > ? ORDER BY id",
                (session, after or ""),
            )
            return [self._stored(row) for row in rows]

    def sessions(self) -> Sequence[str]:
        with storage_errors(self.path):
            rows = self._reader().execute(
                "SELECT session FROM events WHERE session <> ? GROUP BY session ORDER BY min(id)", (DIARY,)
            )
            return [session for (session,) in rows]

    def digests(self, make: Digest, since: datetime | None = None) -> Sequence[str]:
        with storage_errors(self.path):
            self._digest(make)
            return self._digests(since)

    def _digests(self, since: datetime | None) -> list[str]:
        floor = "" if since is None else floor_of(since)
        return [row[0] for row in self._reader().execute("SELECT payload FROM digests WHERE newest >= ?", (floor,))]

    def _is_digested(self) -> bool:
        return self._reader().execute("SELECT 1 FROM undigested LIMIT 1").fetchone() is None

    def _digest(self, make: Digest) -> None:
        """Make the digests that are missing; a checkpoint that knew one of these sessions before is worthless."""
        if self._is_digested():
            return
        with self._write_lock, _transaction(self._writer):
            stale: list[str] = [row[0] for row in self._writer.execute("SELECT session FROM undigested")]
            oldest = "~"  # comes after every id
            for session in stale:
                rows = self._writer.execute(
                    f"SELECT {_COLUMNS} FROM events WHERE session = ? ORDER BY id", (session,)
                ).fetchall()
                events = cast("Sequence[StoredEvent[SessionEvent]]", [self._stored(row) for row in rows])
                digest = (session, events[-1].id, make(session, events))
                self._writer.execute("INSERT OR REPLACE INTO digests VALUES (?, ?, ?)", digest)
                first = min(datetime.fromisoformat(event.utc) for event in events)  # a clock may have been set back
                oldest = min(oldest, session, floor_of(first))
            self._writer.execute("DELETE FROM undigested")
            self._writer.execute("DELETE FROM checkpoint WHERE floor > ?", (oldest,))
            self._writer.execute("UPDATE looks SET stale = stale + 1")

    def all_events(self) -> Iterator[AnyStored]:
        """Every event of every session in order of id; read as it is asked for."""
        with storage_errors(self.path):
            for row in self._reader().execute(f"SELECT {_COLUMNS} FROM events ORDER BY id"):
                yield self._stored(row)

    def add_missing(self, incoming: Iterable[AnyStored]) -> int:
        """Set union: add those events whose id is not there yet, all or none; how many those were.

        Raises BadInput if an id is there with another content, StorageError if it cannot be written.
        """
        with self._write_lock, storage_errors(self.path), _transaction(self._writer):
            missing: list[AnyStored] = []
            for stored in incoming:
                row = self._writer.execute(
                    f"SELECT {_COLUMNS} FROM events WHERE id = ?",
                    (stored.id,),
                ).fetchone()
                if row is None:
                    missing.append(stored)
                elif self._stored(row) != stored:
                    raise conflict(stored.id)
            _insert(self._writer, missing)
            if missing:
                self._writer.execute("DELETE FROM checkpoint")  # it was made without them
                self._writer.execute("UPDATE looks SET stale = stale + 1")
        return len(missing)

    def _stored(self, row: _Row) -> AnyStored:
        event_id, session, utc, zone, device, payload = row
        try:
            event = decode_event(payload)
        except ValueError as error:
            raise StorageError(
                f"event {event_id} cannot be read: {error}",
                where=str(self.path),
                remedy="move the file away, then bring back a copy or an export with `coach journal merge`",
            ) from None
        return StoredEvent(event_id, session, utc, zone, device, event)

    def beat(self, session: str, at_ns: int, note: str = "") -> None:
        with self._beat_lock, storage_errors(self.path):
            self._beats.execute(
                "INSERT OR REPLACE INTO heartbeat (one, session, at_ns, utc, device, pid, note)"
                " VALUES (1, ?, ?, ?, ?, ?, ?)",
                (session, at_ns, utc_text(self._clock.utc_now()), self.device, os.getpid(), note),
            )

    def heartbeat(self) -> Heartbeat | None:
        with storage_errors(self.path):
            row = self._reader().execute("SELECT session, at_ns, utc, device, pid, note FROM heartbeat").fetchone()
            return None if row is None else Heartbeat(*row)

    def clear_heartbeat(self) -> None:
        with self._beat_lock, storage_errors(self.path):
            self._beats.execute("DELETE FROM heartbeat")

    def claim_live(self, *, take_over: bool = False) -> FileClaim:
        return claim_live(self.path, self._clock, self.device, take_over=take_over)

    def close(self) -> None:
        """Close the connections of every thread. Idempotent; a thread that reads afterwards gets a StorageError."""
        with self._write_lock, self._beat_lock, self._open_lock, storage_errors(self.path), ExitStack() as closing:
            self._closed = True
            while self._connections:
                closing.callback(self._connections.pop().close)  # one that fails keeps no other from being closed


class _transaction:
    """All or none: begin, then commit, or roll back when the block raises."""

    def __init__(self, connection: sqlite3.Connection, begin: str = "BEGIN IMMEDIATE") -> None:
        self._connection = connection
        self._begin = begin

    def __enter__(self) -> None:
        self._connection.execute(self._begin)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:  # SQLite itself rolls back on some errors, such as a full disk
                self._connection.execute("ROLLBACK")


def diary_query(floor: str | None, always: Sequence[str] = (), without: Sequence[str] = ()) -> tuple[str, list[str]]:
    """The diary from the id ``floor`` on and all of the kinds ``always``, without the kinds ``without``; in order.

    By kind through its own index, so that the rows of other kinds are not even read: decisions are most of a diary.
    """
    columns = f"SELECT {_COLUMNS} FROM events"
    other = f"kind NOT IN ({', '.join('?' * len(without))})"
    if floor is None:
        index = "INDEXED BY diary_by_kind " if without else ""
        return f"{columns} {index}WHERE session = '' AND {other} ORDER BY id", [*without]
    late = f"{columns} INDEXED BY events_by_session WHERE session = '' AND id >= ? AND {other}"
    if not always:
        return f"{late} ORDER BY id", [floor, *without]
    rare = f"session = '' AND kind IN ({', '.join('?' * len(always))}) AND id < ? AND {other}"
    sql = f"{late} UNION ALL {columns} INDEXED BY diary_by_kind WHERE {rare} ORDER BY id"
    return sql, [floor, *without, *always, floor, *without]


def _insert(connection: sqlite3.Connection, stored: Iterable[AnyStored]) -> None:
    connection.executemany(
        "INSERT INTO events (id, session, kind, utc, zone, device, payload) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(s.id, s.session, s.event.kind, s.utc, s.zone, s.device, encode_event(s.event)) for s in stored],
    )


def conflict(event_id: str) -> BadInput:
    """The refusal to merge two journals that disagree."""
    return BadInput(
        f"two different events bear the id {event_id}",
        remedy="one of the journals was altered; merge the untouched one. Nothing was merged",
    )
