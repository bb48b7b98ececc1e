"""A terminal that may vanish: when it does, the screen goes and the session stays.

What a vanished terminal does on Linux: the process gets SIGHUP and SIGCONT, reads return nothing for ever, writes fail
with EIO. Textual's own driver would spin on the reads, lose its writing thread on the writes and then block for ever
on that thread's full queue. So the three standard streams are pointed at the null device the moment the loss is known.
"""

import io
import os
import select
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App


class Terminal:
    """Whether the terminal is still there. Safe to use from signal handlers and any thread."""

    def __init__(self) -> None:
        self.gone = False

    def lose(self) -> None:
        """The terminal is gone: everything printed from here on goes nowhere. Idempotent."""
        if self.gone:
            return
        self.gone = True
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        if null > 2:
            os.close(null)

    def check(self) -> bool:
        """Whether it is there, asking the device: not every way of losing a terminal sends a signal."""
        if not self.gone:
            poll = select.poll()
            poll.register(0, select.POLLHUP)
            if any(events & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, events in poll.poll(0)):
                self.lose()
        return not self.gone


class ForgivingStream(io.TextIOBase):
    """Writes to ``stream`` and takes a failure as the loss of the terminal."""

    def __init__(self, stream: TextIO, lost: Callable[[], None]) -> None:
        super().__init__()
        self._stream = stream
        self._lost = lost

    def write(self, text: str, /) -> int:
        try:
            return self._stream.write(text)
        except OSError:
            self._lost()
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            self._lost()

    def fileno(self) -> int:
        return self._stream.fileno()

    def isatty(self) -> bool:
        return self._stream.isatty()


class VanishingDriver(LinuxDriver):
    """Textual's driver for Linux and macOS, minus its belief that terminals last."""

    terminal: Terminal  # set on a subclass by driver_for

    def __init__(self, app: "App[Any]", *, debug: bool = False, mouse: bool = True, size: Any = None) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)  # pyright: ignore[reportUnknownMemberType]
        stream = sys.__stderr__ if sys.__stderr__ and sys.__stderr__.isatty() else sys.__stdout__
        assert stream is not None, "the screen is only opened on a terminal"
        self._file: Any = ForgivingStream(stream, self.terminal.lose)

    def _sigtstp_application(self, *_: object) -> None:
        """A session is never suspended: stopping the process would silence the cues in the middle of a run."""

    def _sigcont_application(self, *_: object) -> None:
        # A hang-up sends SIGCONT too. Only a process that really was stopped has to set the terminal up again.
        if self.terminal.check() and self._key_thread is not None:
            self.suspend_application_mode()
            self.resume_application_mode()

    def run_input_thread(self) -> None:
        try:
            super().run_input_thread()
        except (OSError, ValueError):  # reading a terminal that has just gone
            self.terminal.lose()


def driver_for(terminal: Terminal) -> type[VanishingDriver]:
    """The driver class of an app on ``terminal``; Textual wants a class and builds it itself."""
    return type("Driver", (VanishingDriver,), {"terminal": terminal})
