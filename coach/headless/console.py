"""Keys, lines and signals, read on a thread of their own and turned into commands."""

import contextlib
import os
import re
import select
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Protocol

from coach.clock import SAME_SIGNAL_NS, Clock
from coach.errors import CommandRefused
from coach.headless.commands import KEY_HELP, Keys, Say, Volume, parse_line
from coach.headless.output import Output
from coach.session.outputs import Refusal
from coach.session.state import Command, CommandKind, Phase

_CHUNK = 4096
_LINES_CHUNK = 512
_LINE_REST_S = 0.02  # lines come no faster than this in the long run: a flood waits in its pipe, not in our memory
_END, _LOOK_AGAIN = 0, 255  # beside signals' numbers in the pipe that wakes the reader
_ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|O.|.)?")  # arrows and the like are no commands
_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP")
_IGNORED = ("SIGTSTP", "SIGTTIN", "SIGTTOU")  # a session is never suspended: that would silence the cues


class Target(Protocol):
    """Who does what the console asks: a session, or the wait for its hour."""

    def post(self, command: Command) -> None:
        """Any thread; returns at once."""
        ...

    def set_volume(self, percent: int) -> None:
        """Any thread; returns at once."""
        ...

    def refuse(self, refusal: Refusal) -> None:
        """Say, aloud too, that something was not understood. Any thread; returns at once."""
        ...

    def phase(self) -> Phase:
        """Any thread."""
        ...


class Console:
    """Reads stdin (keys from a terminal, lines from a pipe) and signals while it is entered.

    Signals reach the reading thread through a pipe: a handler that ran on the main thread could come while that holds
    the very lock it needs. The first SIGTERM or SIGINT stops the session, a second ends the process at once;
    SIGHUP drops the terminal and nothing else. Until a target is attached stdin stays unread, and a signal is kept
    for it.
    """

    def __init__(self, output: Output, clock: Clock, stdin_fd: int = 0) -> None:
        self._output = output
        self._target: Target | None = None
        self._stop_asked = False
        self._stdin: int | None = stdin_fd if _is_open(stdin_fd) else None
        self._terminal = self._stdin is not None and _has_keys(self._stdin)
        self._keys = Keys(clock.monotonic_ns)
        self._clock = clock
        self._line = b""
        self._rest_s = 0.0
        self._restore: list[Callable[[], object]] = []
        self._ending_since_ns: int | None = None

    def attach(self, target: Target | None) -> None:
        """From now on ``target`` does what is asked; nobody, if it is None."""
        self._target = target
        if target is not None and self._stop_asked:
            self._stop(target)
        self._wake(_LOOK_AGAIN)

    @property
    def takes_keys(self) -> bool:
        """Whether a person can press keys here."""
        return self._terminal

    def __enter__(self) -> "Console":
        self._wake_in, self._wake_out = os.pipe()
        os.set_blocking(self._wake_out, False)
        if threading.current_thread() is threading.main_thread():
            self._catch_signals()
        if self._terminal:
            self._single_keys()
            self._output.remark(KEY_HELP)
        self._thread = threading.Thread(target=self._read, name="console", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for restore in reversed(self._restore):
            restore()
        self._wake(_END)
        self._thread.join()
        os.close(self._wake_in)
        os.close(self._wake_out)

    def _wake(self, what: int) -> None:
        with contextlib.suppress(BlockingIOError):  # full: it will look anyway
            os.write(self._wake_out, bytes([what]))

    def _catch_signals(self) -> None:
        before = signal.set_wakeup_fd(self._wake_out, warn_on_full_buffer=False)
        self._restore.append(lambda: signal.set_wakeup_fd(before))
        for name in (*_SIGNALS, *_IGNORED):
            number = getattr(signal, name, None)
            if number is not None:
                handler = signal.SIG_IGN if name in _IGNORED else self._on_signal
                old = signal.signal(number, handler)
                self._restore.append(lambda number=number, old=old: signal.signal(number, old))

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number == getattr(signal, "SIGHUP", None):
            return
        now_ns = self._clock.monotonic_ns()
        if self._ending_since_ns is None:
            self._ending_since_ns = now_ns
        elif now_ns - self._ending_since_ns > SAME_SIGNAL_NS:
            raise KeyboardInterrupt

    def _single_keys(self) -> None:
        import termios
        import tty

        assert self._stdin is not None
        descriptor = self._stdin
        before = termios.tcgetattr(descriptor)

        def restore() -> None:
            with contextlib.suppress(termios.error):  # the terminal has gone: nothing to put right
                termios.tcsetattr(descriptor, termios.TCSADRAIN, before)

        self._restore.append(restore)
        tty.setcbreak(descriptor)

    # --- the reading thread -----------------------------------------------------------------------------------

    def _read(self) -> None:
        while True:
            stdin, target = self._stdin, self._target
            wanted = [self._wake_in]
            if stdin is not None and target is not None and not self._rest_s:
                wanted.append(stdin)
            ready, _, _ = select.select(wanted, [], [], self._rest_s or None)
            self._rest_s = 0.0
            if self._wake_in in ready:
                for number in os.read(self._wake_in, _CHUNK):
                    if number == _END:
                        return
                    self._signalled(number)
            elif stdin is not None and target is not None and stdin in ready:
                self._take(stdin, target)

    def _signalled(self, number: int) -> None:
        if number == getattr(signal, "SIGHUP", None):
            self._output.lose_terminal()
            if self._terminal:
                self._stdin = None
        elif number in (signal.SIGTERM, signal.SIGINT) and not self._stop_asked:
            self._stop_asked = True
            if self._target is not None:
                self._stop(self._target)

    def _stop(self, target: Target) -> None:
        target.post(Command(CommandKind.STOP, reason="signal"))

    def _take(self, stdin: int, target: Target) -> None:
        try:
            data = os.read(stdin, _CHUNK if self._terminal else _LINES_CHUNK)
        except BlockingIOError:
            return  # it does not block, and another reader was quicker
        except OSError:
            data = b""
        if not data:  # the end of the pipe, or the terminal has gone: the session goes on without
            self._stdin = None
            if self._terminal:
                self._output.lose_terminal()
            elif self._line:
                self._take_line(self._line, target)
        elif self._terminal:
            for key in _ESCAPES.sub("", data.decode(errors="ignore")):
                self._do(self._keys.press(key, target.phase()), target)
        else:
            *lines, self._line = (self._line + data).split(b"\n")
            self._line = self._line[:_CHUNK]
            for line in lines:
                self._take_line(line, target)
            self._rest_s = len(lines) * _LINE_REST_S

    def _take_line(self, line: bytes, target: Target) -> None:
        try:
            self._do(parse_line(line.decode(errors="replace")), target)
        except CommandRefused as refused:
            target.refuse(Refusal(refused.what, refused.remedy))

    def _do(self, action: Command | Volume | Say | None, target: Target) -> None:
        match action:
            case Command():
                target.post(action)
            case Volume():
                target.set_volume(action.percent)
                self._output.remark(f"Volume {action.percent}")
            case Say():
                self._output.remark(action.words)
            case None:
                pass


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _has_keys(descriptor: int) -> bool:
    """A terminal, and ours to read: a job in the background would be stopped by its shell for trying."""
    if sys.platform == "win32" or not os.isatty(descriptor):
        return False
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return False
