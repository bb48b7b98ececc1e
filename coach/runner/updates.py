"""What a session tells whoever watches, and how it gets there without holding the session up."""

import threading
from collections.abc import Callable
from queue import SimpleQueue

from coach.ports import PlayerHealth
from coach.session.events import SessionEvent
from coach.session.outputs import CueHeard, CueMissed, Refusal

Update = SessionEvent | CueHeard | CueMissed | Refusal | PlayerHealth
Listener = Callable[[Update], None]


class Listeners:
    """Calls every listener; one that fails is reported once, and the session goes on."""

    def __init__(self, listeners: tuple[Listener, ...]) -> None:
        self._listeners = listeners
        self._reported: set[int] = set()

    def add(self, listener: Listener) -> None:
        """From the next update on. Any thread."""
        self._listeners = (*self._listeners, listener)

    def __call__(self, update: Update) -> None:
        for listener in self._listeners:
            try:
                listener(update)
            except Exception:
                if id(listener) not in self._reported:
                    self._reported.add(id(listener))
                    import logging  # only a fault of ours needs it

                    logging.getLogger("coach").exception("a listener of the session failed; the session goes on")


class Relay:
    """A listener that passes updates on, in order, from a thread of its own: one that blocks (a full pipe, a frozen
    terminal) then never blocks the session."""

    def __init__(self, target: Listener) -> None:
        self._target = target
        self._queue: SimpleQueue[Update | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="updates", daemon=True)
        self._thread.start()

    def __call__(self, update: Update) -> None:
        self._queue.put(update)

    def close(self, timeout_s: float) -> bool:
        """Wait until everything was passed on, at most ``timeout_s``. False if something still blocks."""
        self._queue.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (update := self._queue.get()) is not None:
            self._target(update)
