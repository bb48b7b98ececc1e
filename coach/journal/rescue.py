"""Where events go that the journal would not take to the very end of their session."""

import os
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime

from coach.journal.codec import line_of
from coach.journal.store import SqliteJournal
from coach.session.events import SessionEvent


def rescue_to_file(journal: SqliteJournal, session: str) -> Callable[[Sequence[SessionEvent], Sequence[datetime]], str]:
    """A function that writes events as an export to a temporary file and returns its path. It may raise OSError."""

    def rescue(events: Sequence[SessionEvent], since: Sequence[datetime]) -> str:
        descriptor, name = tempfile.mkstemp(prefix="coach-events-", suffix=".jsonl")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(f"{line_of(stored)}\n" for stored in journal.stamp(session, events, since=since))
            file.flush()
            os.fsync(file.fileno())
        return name

    return rescue
