"""A ``coach`` without a screen as a real process, and what its journal has."""

import json
import os
import selectors
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from coach.clock import SystemClock
from coach.journal.store import SqliteJournal
from coach.session.events import SessionEvent

QUICK = ("--voice", "beeps", "--backend", "silent", "--preset", "minimal")
PATIENCE_S = 60


class Coach:
    """A ``coach`` process with pipes."""

    def __init__(self, home: Path, *arguments: str, stdin: int = subprocess.PIPE) -> None:
        env = os.environ | {"COACH_HOME": str(home), "COACH_LEAD_IN_MS": "0"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "coach", *arguments],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            bufsize=0,
        )
        self.lines: list[dict[str, Any]] = []
        self._rest = b""

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")

    def until(self, kind: str, **wanted: Any) -> dict[str, Any]:
        """The next object of this ``type``, or the next event of this kind, that has ``wanted``."""
        while True:
            found = self._next()
            event = found.get("event", {})
            if kind in (found["type"], event.get("kind")) and all(
                {**event, **found}.get(key) == value for key, value in wanted.items()
            ):
                return found

    def _next(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._rest:
                assert selector.select(PATIENCE_S), f"nothing came; so far {self.lines}"
                data = os.read(self.process.stdout.fileno(), 65536)
                assert data, f"it ended: {self.process.stderr.read() if self.process.stderr else ''}"
                self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        self.lines.append(json.loads(line))
        return self.lines[-1]

    def end(self) -> tuple[int, str]:
        """Wait for the end; the exit code and stderr."""
        out, err = self.process.communicate(timeout=PATIENCE_S)
        self.lines += [json.loads(line) for line in (self._rest + out).splitlines()]
        return self.process.returncode, err.decode()


@contextmanager
def coach(home: Path, *arguments: str, stdin: int = subprocess.PIPE) -> Iterator[Coach]:
    started = Coach(home, *arguments, stdin=stdin)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.process.kill()
        started.process.communicate()


def run(*workout: str) -> tuple[str, ...]:
    return ("run", *workout, "--json", *QUICK)


def journal_of(home: Path) -> SqliteJournal:
    return SqliteJournal(home / "state" / "journal.db", SystemClock(), "test")


def events_of(home: Path) -> list[SessionEvent]:
    """Of the newest session."""
    with closing(journal_of(home)) as journal:
        return [stored.event for stored in journal.events(journal.sessions()[-1])]


def kinds(events: list[SessionEvent]) -> list[str]:
    return [event.kind for event in events if event.kind not in ("cue_reported", "sound_reported")]


def beat_of(home: Path) -> int:
    """The position that the heartbeat has."""
    with closing(journal_of(home)) as journal:
        beat = journal.heartbeat()
    assert beat is not None
    return beat.at_ns
