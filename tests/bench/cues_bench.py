"""Whether the screen delays a cue: one session after another, headless, under the live screen, and under a busy one.

    python -m tests.bench.cues_bench [--quick]

Each is ``coach run`` in real time on a daemon's null sink, a cue a second. A busy screen is resized and typed into
ten times a second, over and above its own redraw ten times a second, by a terminal that reads all it draws.
What is measured is the journal's cue report: for each cue, when it left the device, beside the instant asked for.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing, nullcontext
from itertools import cycle, pairwise
from pathlib import Path
from typing import NamedTuple

from coach.clock import SystemClock
from coach.journal.store import SqliteJournal
from coach.session.events import CueReported
from tests.audio.rig import Daemon, missing
from tests.bench.audio_bench import busy_cores, priority, running
from tests.tui.terminals import PtyProgram, python

LIMIT_MS = 5.0
FRAME_MS = 1 / 48
SETTLE_S = 5  # from there on the stream is where the clock wants it
SIZES = ((40, 12), (80, 24), (120, 40), (200, 60))
# Volume, help and its closing, the palette and its closing, repeated questions whether to stop: much to draw, no cue
# that would not have been without it.
KEYS = ("\x1b[A", "\x1b[B", "?", "x", "\x10", "runs", "\x10", "s", "x")
BUSY_S = 0.1
PATIENCE_S = 60


class Way(NamedTuple):
    """How a session is run."""

    words: str
    has_screen: bool
    is_busy: bool
    cores_busy: bool


WAYS = (
    Way("headless", has_screen=False, is_busy=False, cores_busy=False),
    Way("live screen", has_screen=True, is_busy=False, cores_busy=False),
    Way("live screen, resized and typed into", has_screen=True, is_busy=True, cores_busy=False),
    Way("the same, every core busy", has_screen=True, is_busy=True, cores_busy=True),
    Way("headless, every core busy", has_screen=False, is_busy=False, cores_busy=True),
)


class Fared(NamedTuple):
    """How the cues of a session fared."""

    cues: Sequence[CueReported]
    times: int

    @property
    def late_ms(self) -> list[float]:
        """Of those that were heard: how long after the instant asked for."""
        return [cue.late_ns / 1e6 for cue in self.cues if cue.late_ns is not None]

    @property
    def errors_ms(self) -> list[float]:
        """By how much the distance between two neighbouring cues was off."""
        placed = [(c.planned_frame, c.real_frame) for c in self.cues if c.status == "played"]
        pairs = [(p, r) for p, r in placed if p is not None and r is not None]
        return [abs((r2 - r1) - (p2 - p1)) * FRAME_MS for (p1, r1), (p2, r2) in pairwise(pairs)]

    @property
    def missed(self) -> int:
        """Those that were not heard whole, or not in time, though nothing in the plan stood against it."""
        return sum(cue.status in ("lost", "cut") or "held up" in cue.reason for cue in self.cues)


def fared(way: Way, repeats: int, env: dict[str, str], folder: Path) -> Fared:
    """One session in real time; its cue report."""
    journal = folder / "journal.db"
    journal.unlink(missing_ok=True)
    plan = f"{SETTLE_S}s walk, {repeats}x(1s run, 1s walk)"
    command = python("-m", "coach", "run", plan, "--start", "--new", "--voice", "beeps", "--backend", "alsa")
    env = {**env, "COACH_HOME": str(folder), "COACH_SCRATCH": str(journal)}
    times = 0
    if not way.has_screen:
        whole = {**os.environ, **env}
        subprocess.run([*command, "--headless"], env=whole, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    else:
        program = PtyProgram(command, env=env)
        try:
            times = _until_over(program, busy=way.is_busy)
        finally:
            program.close()
    with closing(SqliteJournal(journal, SystemClock(), device="bench")) as opened:
        (session,) = opened.sessions()
        events = [stored.event for stored in opened.events(session)]
    cues = [event for event in events if isinstance(event, CueReported) and event.at_ns > SETTLE_S * 1_000_000_000]
    return Fared(cues, times)


def _until_over(program: PtyProgram, *, busy: bool) -> int:
    """Read what it draws until the report is left; how often it was resized and typed into."""
    program.wait_for(b"pause")
    end = time.monotonic() + PATIENCE_S
    sizes, keys = cycle(SIZES), cycle(KEYS)
    times = 0
    while program.process.poll() is None:
        assert time.monotonic() < end, "the session does not end"
        shown = program.read()
        if b"any key" in shown:
            program.type("q")
        elif busy:
            program.resize(next(sizes))
            program.type(next(keys))
            times += 1
        program.output = shown[-200:]
        time.sleep(BUSY_S)
    assert program.process.returncode == 0, program.output.decode(errors="replace")
    return times


def row(way: Way, found: Fared) -> str:
    """A line of the table."""
    late = found.late_ms
    median = statistics.median(late)
    moved = max(abs(each - median) for each in late)
    return (
        f"| {way.words} | {len(late)} | {found.missed} | {median:.2f} / {max(late):.2f} ms | {moved:.2f} ms "
        f"| {moved / LIMIT_MS:.2f} × | {max(found.errors_ms):.3f} ms | {found.times or ''} |"
    )


def section(quick: bool) -> str:
    """The part of docs/benchmarks.md about cues under the screen."""
    if why := missing(*Daemon.programs):
        return f"## Cues under the live screen\n\nNot measured here: {why}."
    rows: list[str] = []
    with running(Daemon) as daemon, tempfile.TemporaryDirectory(prefix="coach") as folder:
        for way in WAYS[:3] if quick else WAYS:
            with busy_cores() if way.cores_busy else nullcontext():
                rows.append(row(way, fared(way, 2 if quick else 4, daemon.client_env, Path(folder))))
    realtime = "had" if priority() else "had **no**"
    return "\n".join(
        [
            "## Cues under the live screen",
            "",
            "`python -m tests.bench cues`. A session a row, `coach run` in real time with a cue a second, on a",
            "null sink of PulseAudio; drawn, resized and typed into ten times a second. Late is when a cue left the",
            "device after the instant asked for, by the journal's cue report: a steady part of it is the daemon's.",
            f"What a screen would do is the rest, beside {LIMIT_MS:g} ms, and the distance between cues. The daemon",
            f"{realtime} realtime priority. The machine's load was {os.getloadavg()[0]:.1f}, this bench included.",
            "",
            "| | Cues | missed | late, median / max | off that median, max | of the limit | between cues, max "
            "| resized, typed |",
            "|---|---|---|---|---|---|---|---|",
            *rows,
        ]
    )


if __name__ == "__main__":
    print(section("--quick" in sys.argv))
