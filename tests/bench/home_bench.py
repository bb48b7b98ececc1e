"""The app between runs on ten years of a journal: how soon it is there, how soon it answers, and what holds it up.

On a pseudo-terminal, as a runner opens it; beside it, in the same run, a bare Textual clock. How long History holds the
event loop is only seen from within: that part drives the same screens without a terminal.
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

from coach.coaching import Coaching
from coach.journal.store import SqliteJournal
from coach.library.protocols import Protocols
from coach.tui.driver import Terminal
from coach.tui.history import HistoryScreen
from coach.tui.home import HomeApp
from tests.bench.decide_bench import BEGIN, Diarist, plan_of, ready_at
from tests.fakes import FakeClock
from tests.tui.home_stage import MemoryDrafts, is_laid_out
from tests.tui.terminals import PtyProgram, python

YEARS = 10
STARTS = 7
KEYS = 20
HOLD_LIMIT_MS = 100
LOOK_S = 0.0005
TODAY = b"why"  # of the bar of its keys, which stands below all else


def first_paint_ms(argv: list[str], words: bytes, env: dict[str, str]) -> float:
    """From starting the process to ``words`` on its terminal."""
    begun = time.perf_counter()
    program = PtyProgram(argv, env=env)
    try:
        _appear(program, words)
        return (time.perf_counter() - begun) * 1000
    finally:
        program.close()


def keys_ms(argv: list[str], env: dict[str, str], count: int) -> list[float]:
    """From the key of Why to its title on the terminal, again and again."""
    program = PtyProgram(argv, env=env)
    spans: list[float] = []
    try:
        _appear(program, TODAY)
        for _ in range(count):
            _rest(program)
            begun = time.perf_counter()
            program.type("w")
            _appear(program, b"ruleset")
            spans.append((time.perf_counter() - begun) * 1000)
            _rest(program)
            program.type("\x1b")
            _appear(program, TODAY)
    finally:
        program.close()
    return spans


def _appear(program: PtyProgram, words: bytes) -> None:
    def there() -> bool:
        assert program.process.poll() is None, program.output[-2000:].decode(errors="replace")
        return words in program.read()

    end = time.monotonic() + 60
    while not there():
        assert time.monotonic() < end, f"{words!r} never appears: {program.output[-2000:]!r}"
        time.sleep(LOOK_S)


def _rest(program: PtyProgram) -> None:
    """Until it has nothing more to write."""
    seen = -1
    while len(program.read()) != seen:
        seen = len(program.output)
        time.sleep(0.15)
    program.output = b""


class Headless(HomeApp):
    """Not closed for want of a terminal."""

    def abandoned(self) -> bool:
        return False


async def history_holds_ms(path: Path, clock: FakeClock) -> tuple[float, float]:
    """From the key of History to its table, and the longest that the loop stood still meanwhile."""

    @contextmanager
    def reopened() -> Generator[Coaching]:
        with closing(SqliteJournal(path, clock, device="bench")) as journal:
            yield Coaching(journal, clock, plan_of, ready_at)

    spans: list[float] = []

    async def watch() -> None:
        before = time.perf_counter()
        while True:
            await asyncio.sleep(0)
            now = time.perf_counter()
            spans.append((now - before) * 1000)
            before = now

    with reopened() as coaching:
        app = Headless(coaching, reopened, MemoryDrafts(), lambda: Protocols(Path("nowhere")), Terminal())
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            watching = asyncio.create_task(watch())
            begun = time.perf_counter()
            await pilot.press("h")
            while not (isinstance(app.screen, HistoryScreen) and is_laid_out(app.screen)):
                await asyncio.sleep(LOOK_S)
            took = (time.perf_counter() - begun) * 1000
            await pilot.pause()
            watching.cancel()
    return took, max(spans)


def section(quick: bool) -> str:
    """The part of docs/benchmarks.md about the app."""
    years = 1 if quick else YEARS
    starts = 2 if quick else STARTS
    with tempfile.TemporaryDirectory(prefix="coach") as folder:
        path = Path(folder) / "journal.db"
        diarist = Diarist(path)
        for day in range(years * 365):
            diarist.day(day)
        diarist.until(BEGIN + timedelta(days=years * 365, hours=1))
        runs = len(diarist.standing.runs)
        diarist.journal.close()
        env = {
            "HOME": folder,
            **{f"XDG_{name}_HOME": f"{folder}/{name.lower()}" for name in ("CONFIG", "STATE", "DATA", "CACHE")},
            "COACH_SCRATCH": str(path),
            "COACH_NOW": diarist.clock.utc_now().isoformat(),
        }
        ours, bare = python("-m", "coach"), python("-m", "tests.bench.screen_bench", "--clock")
        paints: list[float] = []
        clocks: list[float] = []
        for _ in range(starts):
            paints.append(first_paint_ms(ours, TODAY, env))
            clocks.append(first_paint_ms(bare, b"\x1b[?25l", {}))
        keys = keys_ms(ours, env, 4 if quick else KEYS)
        opened, held = asyncio.run(history_holds_ms(path, diarist.clock))
    paint, clock = statistics.median(paints), statistics.median(clocks)
    return "\n".join(
        [
            "## The app between runs",
            "",
            f"`python -m tests.bench home`. A journal of {years} years ({runs:,} runs), opened on a pseudo-terminal of",
            "80×24; beside it, in turn, a bare Textual clock. The first start of all, which judges the whole diary, is",
            f"among them. The machine's load was {os.getloadavg()[0]:.1f}, this bench itself included.",
            "",
            "| | Today | Bare Textual clock | |",
            "|---|---|---|---|",
            f"| Process start to first paint, median | {paint:.0f} ms | {clock:.0f} ms | {paint / clock:.2f} × |",
            f"| The same, at most | {max(paints):.0f} ms | {max(clocks):.0f} ms | |",
            f"| Key to screen (Why), median / max | {statistics.median(keys):.0f} / {max(keys):.0f} ms | | |",
            f"| History, key to table | {opened:.0f} ms | | |",
            f"| History, the loop held at most | {held:.0f} ms | limit {HOLD_LIMIT_MS} ms "
            f"| {held / HOLD_LIMIT_MS:.2f} × |",
        ]
    )
