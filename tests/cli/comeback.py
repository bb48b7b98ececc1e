"""A coach in a process of its own, over a scratch journal and at a pretended time."""

import os
import select
import subprocess
import sys
from pathlib import Path

from tests.cli.forked import forked
from tests.headless.terminal import on_terminal

CTRL_C = "\x03"

# Whoever started the tests may have let Ctrl-C be ignored, and that is inherited.
_HEAR_CTRL_C = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


class Home:
    """An empty home; ``now`` is what the coach believes it to be."""

    def __init__(self, folder: Path, now: str = "2026-03-02T07:00") -> None:
        self.folder = folder
        self.now = now
        self.journal = folder / "scratch.db"

    @property
    def env(self) -> dict[str, str]:
        return {
            **os.environ, "COACH_HOME": str(self.folder / "home"), "COACH_SCRATCH": str(self.journal),
            "COACH_NOW": self.now, "PYTHONIOENCODING": "utf-8", "TZ": "Europe/Berlin",
        }  # fmt: skip

    def coach(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return forked().run(arguments, self.env, typed.encode())

    def says(self, *arguments: str) -> str:
        """What a command prints that is done."""
        done = self.coach(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refuses(self, *arguments: str) -> str:
        """The one line of a command that is bad input."""
        done = self.coach(*arguments)
        assert (done.returncode, done.stdout) == (2, ""), (done.stdout, done.stderr)
        assert done.stderr.startswith("coach: ")
        assert done.stderr.count("\n") == 1, done.stderr
        assert " — " in done.stderr
        return done.stderr

    def kept(self) -> list[str]:
        """Every event of the journal, a line each."""
        return self.says("journal", "export").splitlines() if self.journal.exists() else []


class Terminal:
    """A coach on a terminal of its own: what it says, and what is typed."""

    def __init__(self, home: Home, *arguments: str) -> None:
        coach = (sys.executable, "-m", "coach", *arguments)
        env = home.env | {"TERM": "dumb"}
        self._process, self._end = on_terminal(sys.executable, "-c", _HEAR_CTRL_C, *coach, env=env)
        self.said = ""

    def until(self, words: str) -> None:
        """Wait until ``words`` are said; what comes after them stays in ``said``."""
        while words not in self.said:
            data = self._read()
            assert data, f"it ended without {words!r}: {self.said!r}"
            self.said += data
        self.said = self.said.partition(words)[2]

    def types(self, question: str, answer: str) -> None:
        """Answer a question with a line."""
        self.until(question)
        self.until(": ")
        self.press(f"{answer}\n")

    def press(self, keys: str) -> None:
        os.write(self._end, keys.encode())

    def interrupt(self) -> int:
        """Ctrl-C, and the exit code. Again if need be: just before Python reads, one waits for the next key."""
        self.press(CTRL_C)
        while not select.select([self._end], [], [], 1)[0] or self._is_echo():
            self.press(CTRL_C)
        return self.leave()

    def _is_echo(self) -> bool:
        """Whether all that came is the terminal's own ``^C``."""
        self.said += self._read()
        return set(self.said) <= {"^", "C"} and not select.select([self._end], [], [], 1)[0]

    def leave(self) -> int:
        """Read to the end into ``said``; the exit code."""
        while data := self._read():
            self.said += data
        os.close(self._end)
        return self._process.wait(30)

    def _read(self) -> str:
        ready, _, _ = select.select([self._end], [], [], 60)
        assert ready, f"nothing more came after {self.said!r}"
        try:
            return os.read(self._end, 4096).decode(errors="replace")
        except OSError:  # the other end is closed
            return ""
