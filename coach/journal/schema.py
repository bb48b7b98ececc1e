"""The journal's file: its tables, the way to the newest of them, and how connections are opened."""

import contextlib
import os
import sqlite3
from collections.abc import Generator
from pathlib import Path

from coach.errors import StorageError

APPLICATION_ID = 0x77726E63  # "wrnc": tells a journal from any other SQLite file

# Migration n brings a journal from format n to n + 1. Once released, a migration is never edited.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE events (
            id TEXT PRIMARY KEY,
            session TEXT NOT NULL,
            kind TEXT NOT NULL,
            utc TEXT NOT NULL,
            zone TEXT NOT NULL,
            device TEXT NOT NULL,
            payload TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX events_by_session ON events (session, id)",
        """
        CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
        """,
        """
        CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
        """,
        """
        CREATE TABLE heartbeat (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            session TEXT NOT NULL,
            at_ns INTEGER NOT NULL,
            utc TEXT NOT NULL,
            device TEXT NOT NULL,
            pid INTEGER NOT NULL,
            note TEXT NOT NULL
        ) STRICT
        """,
    ),
    (
        # Sessions in brief, derived from events and made anew whenever one of theirs comes in: by itself or by a merge.
        """
        CREATE TABLE digests (
            session TEXT PRIMARY KEY,
            payload TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE TABLE undigested (session TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
        "INSERT INTO undigested SELECT DISTINCT session FROM events",
        """
        CREATE TABLE checkpoint (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            floor TEXT NOT NULL,
            payload TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX diary_by_kind ON events (kind, id) WHERE session = ''",
        """
        CREATE TRIGGER events_want_a_digest AFTER INSERT ON events WHEN NEW.session <> ''
        BEGIN INSERT OR IGNORE INTO undigested VALUES (NEW.session); END
        """,
    ),
    (
        # A digest is asked for by the newest of its session's events: a session may be begun long after it was made.
        # ``looks.stale`` counts what makes a checkpoint worthless, so that none is kept that was made before it.
        "DROP TABLE digests",
        """
        CREATE TABLE digests (
            session TEXT PRIMARY KEY,
            newest TEXT NOT NULL,
            payload TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX digests_by_newest ON digests (newest)",
        "INSERT OR IGNORE INTO undigested SELECT DISTINCT session FROM events WHERE session <> ''",
        "DELETE FROM checkpoint",
        "CREATE TABLE looks (one INTEGER PRIMARY KEY CHECK (one = 1), stale INTEGER NOT NULL) STRICT",
        "INSERT INTO looks VALUES (1, 0)",
    ),
)

PATIENCE_S = 5.0
"""How long another program's lock is waited for, unless told otherwise."""
_WAL_TRIES = 50  # each after another connection let go; a crowd of coaches is a handful
_CACHE_KIB = 256  # a session's events are few; the live process must stay small


def make_home(path: Path) -> None:
    """Create the folder (0700) and the empty file (0600) unless they are there. Raises StorageError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            # SQLite gives its own files (-wal, -shm) the rights of the main one.
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise StorageError(
            f"the journal cannot be created: {(error.strerror or str(error)).lower()}",
            where=str(path),
            remedy="make its folder writable, or name another one with COACH_HOME",
        ) from None


@contextlib.contextmanager
def storage_errors(path: Path) -> Generator[None]:
    """Turn what SQLite raises into a StorageError with a remedy."""
    try:
        yield
    except sqlite3.Error as error:
        raise StorageError(_words(error), where=str(path), remedy=_remedy(error)) from None


def _words(error: sqlite3.Error) -> str:
    return f"the journal cannot be used: {error}"


def _remedy(error: sqlite3.Error) -> str:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    match code:
        case sqlite3.SQLITE_FULL:
            return "free some space on its disk; nothing already written is lost"
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return "move the file away, then bring back a copy or an export with `coach journal merge`"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return "another program holds it; try again when that has finished"
        case _:
            return "check that its folder exists, can be written and has space"


def connect(
    path: Path, *, synchronous: str, read_only: bool = False, patience_s: float = PATIENCE_S
) -> sqlite3.Connection:
    """A connection in autocommit mode. Raises sqlite3.Error.

    It may be closed from another thread than the one that uses it; whoever shares it for more needs a lock.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=patience_s)
    try:
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        if read_only:
            connection.execute("PRAGMA query_only = ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the journal to the newest format. Raises StorageError for a file of the future or of another program."""
    connection.execute("BEGIN")  # one look: another coach may be creating it at this moment
    try:
        version = _check_version(connection, path)
    finally:
        connection.execute("ROLLBACK")
    if version == len(MIGRATIONS):
        return
    _write_ahead(connection)
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Again, now that nobody else can migrate at the same time.
        for number in range(_check_version(connection, path), len(MIGRATIONS)):
            for statement in MIGRATIONS[number]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL. Unlike all else that does not wait for other connections, so it is waited for here."""
    for _ in range(_WAL_TRIES):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
        connection.execute("BEGIN EXCLUSIVE")  # waits
        connection.execute("ROLLBACK")
    connection.execute("PRAGMA journal_mode = WAL")


def _check_version(connection: sqlite3.Connection, path: Path) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
    empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if owner != APPLICATION_ID and not (empty and version == 0 and owner == 0):
        raise StorageError(
            "this is another program's database, not a journal", where=str(path), remedy="name the right file"
        )
    if version > len(MIGRATIONS):
        raise StorageError(
            f"the journal was written by a newer coach (format {version}, this one knows {len(MIGRATIONS)})",
            where=str(path),
            remedy="update walkrun-coach; nothing was changed",
        )
    return version
