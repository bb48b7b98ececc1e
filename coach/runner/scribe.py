"""Writes a session's events, and loses none while the journal cannot be written."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime

from coach.clock import Clock
from coach.errors import StorageError
from coach.model.cue import Notice
from coach.ports import Journal
from coach.session.events import SessionEvent
from coach.session.outputs import Refusal

RETRY_NS = 5_000_000_000
LOCK_PATIENCE_S = 1.0
"""How long the journal of a live session may wait for another program's lock: cues are handed out 2 s ahead, so a wait
of this length is not heard."""

Rescue = Callable[[Sequence[SessionEvent], Sequence[datetime]], str]
"""Saves events, and when each was first to be written, somewhere else than in the journal. Says where, in words for the
runner. May raise OSError."""


_PRINTED = "the lines above"


def to_stderr(events: Sequence[SessionEvent], _since: Sequence[datetime] = ()) -> str:
    """The last resort: each event as a line of JSON."""
    for event in events:
        print(event.model_dump_json(), file=sys.stderr)
    return _PRINTED


class Scribe:
    """Journal of one session. While writing fails the events wait here, in order, and are tried again.

    Between two tries nothing is written: a try may take as long as the journal waits for another program's lock, and
    the session must go on.
    """

    def __init__(self, journal: Journal, clock: Clock, session: str, rescue: Rescue | None) -> None:
        self._journal = journal
        self._clock = clock
        self._session = session
        self._rescue = rescue or to_stderr
        self._waiting: list[SessionEvent] = []
        self._since: list[datetime] = []  # of each that waits: when it was first to be written
        self._trouble: StorageError | None = None
        self._retry_at_ns = 0
        self._news: list[Refusal] = []
        self.unrecorded: tuple[SessionEvent, ...] = ()
        """After the end: the events that are not in the journal, in order …"""
        self.kept_in = ""
        """… and where they are instead."""

    @property
    def failing(self) -> bool:
        """Whether the journal could not be written lately."""
        return self._trouble is not None

    def write(self, events: Sequence[SessionEvent]) -> None:
        """Write durably what waits and ``events``, or keep all of it."""
        self._waiting += events
        self._since += [self._clock.utc_now()] * len(events)
        if not self._resting:
            self._write()

    def beat(self, at_ns: int) -> None:
        """Note the position, and try again what waits if it is time."""
        if self._resting:
            return
        self._write()
        if not self._waiting:
            self._try(lambda: self._journal.beat(self._session, at_ns))

    def end(self, *, over: bool) -> None:
        """The last try. What cannot be written is saved elsewhere, and said so."""
        self._write()
        if over and not self._waiting:
            self._try(self._journal.clear_heartbeat)
        if self._waiting:
            self.unrecorded, self.kept_in = tuple(self._waiting), self._save()
            lost = self.loss()
            assert lost is not None, "there is one"
            self._news.append(Refusal(lost.what, lost.remedy, Notice.JOURNAL_FAILING))
            self._forget()

    def loss(self) -> StorageError | None:
        """After the end: what the journal lacks and how it gets it; None if it lacks nothing."""
        if not self.unrecorded:
            return None
        file = "FILE" if self.kept_in == _PRINTED else self.kept_in
        return StorageError(
            f"{len(self.unrecorded)} events of session {self._session} are not in the journal: {self.kept_in}",
            remedy=f"make space, then add them with `coach journal merge {file}`",
        )

    def take_news(self) -> list[Refusal]:
        """What the runner must know of the journal, once each."""
        news, self._news = self._news, []
        return news

    @property
    def _resting(self) -> bool:
        return self.failing and self._clock.monotonic_ns() < self._retry_at_ns

    def _write(self) -> None:
        if self._waiting:
            self._try(lambda: self._journal.append(self._session, tuple(self._waiting), self._since), self._forget)

    def _forget(self) -> None:
        self._waiting.clear()
        self._since.clear()

    def _save(self) -> str:
        try:
            return self._rescue(self._waiting, self._since)
        except (OSError, StorageError):
            return to_stderr(self._waiting)

    def _try(self, write: Callable[[], object], then: Callable[[], None] | None = None) -> None:
        try:
            write()
        except StorageError as error:
            if self._trouble is None:
                what = f"the journal cannot be written: {error.what}"
                self._news.append(Refusal(what, f"{error.remedy}; the session goes on", Notice.JOURNAL_FAILING))
            self._trouble = error
            self._retry_at_ns = self._clock.monotonic_ns() + RETRY_NS  # the try itself may have taken seconds
            return
        if then is not None:
            then()
        if self._trouble is not None:
            self._trouble = None
            self._news.append(Refusal("the journal is written again", "nothing was lost", Notice.JOURNAL_BACK))
