"""Programs on a real pseudo-terminal that can be hung up, read and typed into."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable

PATIENCE_S = 60.0  # only a hung program takes as long


def wait_for(what: Callable[[], bool], name: str) -> None:
    """Until ``what`` holds. Raises AssertionError when patience ends."""
    end = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < end, f"gave up waiting for {name}"
        time.sleep(0.02)


class PtyProgram:
    """``argv`` as the leader of a session on a pseudo-terminal of its own, as a terminal window starts it."""

    def __init__(self, argv: list[str], *, size: tuple[int, int] = (80, 24), env: dict[str, str] | None = None) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.before = termios.tcgetattr(slave)

        def own_terminal() -> None:
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            preexec_fn=own_terminal,
            env={**os.environ, "TERM": "xterm-256color", **(env or {})},
            close_fds=True,
        )
        self.slave = slave
        self.output = b""

    def read(self) -> bytes:
        """All it has written so far."""
        while select.select([self.master], [], [], 0)[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                break
            if not data:
                break
            self.output += data
        return self.output

    def wait_for(self, words: bytes) -> None:
        """Until it has written ``words``."""
        try:
            wait_for(lambda: words in self.read() or self.process.poll() is not None, repr(words))
        finally:
            assert words in self.read(), self.output[-2000:].decode(errors="replace")

    def type(self, keys: str) -> None:
        """Press these keys."""
        os.write(self.master, keys.encode())

    def resize(self, size: tuple[int, int]) -> None:
        """Let it have so many columns and rows from now on."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def hang_up(self) -> None:
        """Close the terminal, as closing its window does."""
        os.close(self.slave)
        os.close(self.master)
        self.slave = self.master = -1

    def wait(self) -> int:
        """Until it has ended; its exit code."""
        end = time.monotonic() + PATIENCE_S
        while self.process.poll() is None:
            if self.master >= 0:
                self.read()  # a full terminal would block it
            assert time.monotonic() < end, "it does not end"
            time.sleep(0.02)
        return self.process.returncode

    def close(self) -> None:
        """End what is left."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        for end in (self.master, self.slave):
            if end >= 0:
                os.close(end)
        self.master = self.slave = -1


def python(*arguments: str) -> list[str]:
    """A command line for this Python."""
    return [sys.executable, *arguments]
