"""Where events go that the journal would not take to the very end of their session, and how they are found again."""

import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from coach.errors import StorageError
from coach.journal.codec import line_of
from coach.journal.exchange import read_events
from coach.journal.store import SqliteJournal
from coach.session.events import SessionEvent


def rescue_to_file(
    journal: SqliteJournal, session: str, folders: Sequence[Path]
) -> Callable[[Sequence[SessionEvent], Sequence[datetime]], str]:
    """A function that writes events as an export and returns its path. It may raise OSError.

    Written into the first of ``folders`` that takes it whole, else into the folder for temporary files.
    """

    def rescue(events: Sequence[SessionEvent], since: Sequence[datetime]) -> str:
        floor = None
        with suppress(StorageError):  # it may not be readable either; that must not lose what is in hand
            written = journal.events(session)
            floor = written[-1].id if written else None
        text = "".join(f"{line_of(stored)}\n" for stored in journal.stamp(session, events, floor, since))
        for folder in folders:
            with suppress(OSError):  # full as well, or not to be written: the next may do
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                return str(_write(folder, session, text))
        return str(_write(Path(tempfile.gettempdir()), session, text))

    return rescue


def _write(folder: Path, session: str, text: str) -> Path:
    """A new file in ``folder``, whole or not at all; only its owner may read it. Raises OSError."""
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=_prefix(session), suffix=".jsonl")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def find_rescued(journal: SqliteJournal, session: str, folders: Iterable[Path]) -> list[Path]:
    """The files of ``session`` that ``rescue_to_file`` left and that have what ``journal`` has not yet.

    Raises StorageError, and BadInput for a file that is there but is no export.
    """
    known = {stored.id for stored in journal.events(session)}
    temporary: list[Path] = []
    with suppress(OSError):  # there is none
        temporary.append(Path(tempfile.gettempdir()))
    files = [
        file
        for folder in dict.fromkeys((*folders, *temporary))
        for file in sorted(folder.glob(f"{_prefix(session)}*.jsonl"))
        if _is_ours(file)
    ]
    return [file for file in files if any(stored.id not in known for stored in read_events(file))]


def _is_ours(file: Path) -> bool:
    """Anyone may put a file of this name into a folder for temporary files."""
    try:
        return not hasattr(os, "getuid") or file.stat().st_uid == os.getuid()
    except OSError:
        return False


def _prefix(session: str) -> str:
    return f"coach-events-{session}-"
