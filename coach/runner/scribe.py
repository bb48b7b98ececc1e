"""Writes a session's events, and loses none while the journal cannot be written."""

import sys
from collections.abc import Callable, Sequence

from coach.errors import StorageError
from coach.model.cue import Notice
from coach.ports import Journal
from coach.session.events import SessionEvent
from coach.session.outputs import Refusal

RETRY_NS = 5_000_000_000

Rescue = Callable[[Sequence[SessionEvent]], str]
"""Saves events somewhere else than in the journal and says where, in words for the runner. May raise OSError."""


def to_stderr(events: Sequence[SessionEvent]) -> str:
    """The last resort: each event as a line of JSON."""
    for event in events:
        print(event.model_dump_json(), file=sys.stderr)
    return "the lines above"


class Scribe:
    """Journal of one session. While writing fails the events wait here, in order, and are tried again."""

    def __init__(self, journal: Journal, session: str, rescue: Rescue | None) -> None:
        self._journal = journal
        self._session = session
        self._rescue = rescue or to_stderr
        self._waiting: list[SessionEvent] = []
        self._trouble: StorageError | None = None
        self._retry_at_ns = 0
        self._news: list[Refusal] = []

    @property
    def failing(self) -> bool:
        """Whether the journal could not be written lately."""
        return self._trouble is not None

    @property
    def retry_at_ns(self) -> int | None:
        """Monotonic instant of the next try, None if none is needed."""
        return self._retry_at_ns if self.failing else None

    def write(self, events: Sequence[SessionEvent], now_ns: int) -> None:
        """Write durably what waits and ``events``, or keep all of it."""
        self._waiting += events
        if self._waiting:
            self._try(lambda: self._journal.append(self._session, tuple(self._waiting)), now_ns, self._waiting.clear)

    def beat(self, at_ns: int, now_ns: int) -> None:
        """Note the position, and try again what waits if it is time."""
        if self.failing and now_ns < self._retry_at_ns:
            return
        self.write((), now_ns)
        if not self._waiting:
            self._try(lambda: self._journal.beat(self._session, at_ns), now_ns)

    def end(self, now_ns: int, *, over: bool) -> None:
        """The last try. What cannot be written is saved elsewhere, and said so."""
        self.write((), now_ns)
        if over and not self._waiting:
            self._try(self._journal.clear_heartbeat, now_ns)
        if self._waiting:
            count, place = len(self._waiting), self._save()
            self._news.append(
                Refusal(
                    f"{count} events of session {self._session} are not in the journal: {place}",
                    "make space, then add them with `coach journal merge`",
                    Notice.JOURNAL_FAILING,
                )
            )
            self._waiting.clear()

    def take_news(self) -> list[Refusal]:
        """What the runner must know of the journal, once each."""
        news, self._news = self._news, []
        return news

    def _save(self) -> str:
        try:
            return self._rescue(self._waiting)
        except (OSError, StorageError):
            return to_stderr(self._waiting)

    def _try(self, write: Callable[[], object], now_ns: int, then: Callable[[], None] | None = None) -> None:
        try:
            write()
        except StorageError as error:
            if self._trouble is None:
                what = f"the journal cannot be written: {error.what}"
                self._news.append(Refusal(what, f"{error.remedy}; the session goes on", Notice.JOURNAL_FAILING))
            self._trouble = error
            self._retry_at_ns = now_ns + RETRY_NS
            return
        if then is not None:
            then()
        if self._trouble is not None:
            self._trouble = None
            self._news.append(Refusal("the journal is written again", "nothing was lost", Notice.JOURNAL_BACK))
