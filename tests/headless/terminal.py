"""A program on a terminal of its own, which it controls as if a window had opened for it."""

import os
import pty
import subprocess
import sys

# In the child, not as preexec_fn: forking with Python code is unsafe where threads run.
_TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


def on_terminal(*argv: str, env: dict[str, str] | None = None) -> tuple[subprocess.Popen[bytes], int]:
    """Start ``argv``; the process and the other end of its terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _TAKE_TERMINAL, *argv],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env=env,
    )
    os.close(theirs)
    return process, ours
