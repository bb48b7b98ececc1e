"""What is asked of the loop from other threads and signal handlers, in the order it was asked."""

from queue import Empty, SimpleQueue
from typing import NamedTuple

from coach.clock import NS, Clock
from coach.session.outputs import Refusal
from coach.session.state import Command


class Asked(NamedTuple):
    """A command, and the monotonic instant it was asked at: that counts, not when it is read."""

    command: Command
    at_ns: int


class Loudness(NamedTuple):
    """The cues' volume in percent, and whether they are silent for now; None leaves it as it is."""

    percent: int | None = None
    muted: bool | None = None


class HandOver(NamedTuple):
    """Let go of the session; ``to`` says who goes on."""

    to: str


Item = Asked | Loudness | HandOver | Refusal
"""A refusal is one of the front end's own, to be told and spoken."""


class Inbox:
    """Filled from anywhere, emptied by the loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._queue: SimpleQueue[Item] = SimpleQueue()
        self._pulled: Item | None = None

    def put(self, item: Item) -> None:
        """Any thread; safe in a signal handler."""
        self._queue.put(item)

    def wait_until(self, wake_ns: int) -> None:
        """Until something is asked, at the longest until that monotonic instant."""
        try:
            self._pulled = self._queue.get(timeout=max(0, wake_ns - self._clock.monotonic_ns()) / NS)
        except Empty:
            self._pulled = None

    def take(self) -> list[Item]:
        """As much as there is now: whoever asks without end does not keep the loop from its other work."""
        items = [] if self._pulled is None else [self._pulled]
        self._pulled = None
        items += [self._queue.get_nowait() for _ in range(self._queue.qsize())]
        return items
