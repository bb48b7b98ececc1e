"""Lines to stdout and stderr that never hold the session up and never end it."""

import os
import threading
from collections.abc import Callable
from queue import SimpleQueue

_LAST_WORDS_S = 1.0
_MOST_LINES = 10_000  # waiting to be written; a stalled reader must not fill the memory


class Output:
    """Writes on a thread of its own: a terminal stopped with Ctrl-S or a pipe nobody reads must not silence a cue.

    What cannot be written is dropped: the session is worth more than its lines. Writes go straight to the
    descriptors, for a thread stuck inside ``sys.stdout`` would abort the interpreter at its end.
    """

    def __init__(self, out_fd: int = 1, err_fd: int = 2, *, shape: Callable[[str], str] = str) -> None:
        """Every line goes through ``shape``."""
        self._shape = shape
        self._fds = {"out": out_fd, "err": err_fd}
        # Asked now, because a terminal that has hung up no longer says it is one.
        self._terminals = [descriptor for descriptor in (0, out_fd, err_fd) if os.isatty(descriptor)]
        self._lost: set[str] = set()
        self._queue: SimpleQueue[tuple[str, str] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="output", daemon=True)
        self._thread.start()

    @property
    def is_unread(self) -> bool:
        """Whether stdout leads nowhere any more."""
        return "out" in self._lost

    def line(self, text: str) -> None:
        """A line of data, on stdout. Any thread; returns at once."""
        self._put("out", text)

    def remark(self, text: str) -> None:
        """A line for the person there, on stderr. Any thread; returns at once."""
        self._put("err", text)

    def _put(self, name: str, text: str) -> None:
        if self._queue.qsize() < _MOST_LINES:
            self._queue.put((name, self._shape(text)))

    def lose_terminal(self) -> None:
        """The terminal is gone: stdin, stdout and stderr, where they were it, lead nowhere from now on."""
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in self._terminals:
            os.dup2(null, descriptor)
        os.close(null)

    def close(self) -> None:
        """Write what is left, unless that takes too long."""
        self._queue.put(None)
        self._thread.join(_LAST_WORDS_S)

    def _work(self) -> None:
        while (item := self._queue.get()) is not None:
            name, text = item
            if name in self._lost:
                continue
            try:
                rest = f"{text}\n".encode()
                while rest:
                    rest = rest[os.write(self._fds[name], rest) :]
            except OSError:
                self._lost.add(name)
