"""What the live screen costs, beside a bare Textual clock in the same run, each on a terminal of its own.

    python -m tests.bench.screen_bench [--quick]

Both run side by side for the same span; processor time is the kernel's count for the whole process. The live screen
shows a walk of a session (real engine in real time, looked at ten times a second), the clock redraws its Digits once a
second, as in Textual's own example. Key to screen is from writing a key into the terminal to the changed words coming
out of it; collections are Python's full garbage collections with the screen up.
"""

import gc
import json
import os
import statistics
import sys
import time
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widgets import Digits

from coach.model.workout import Intensity, Step, TimeDuration, Workout
from tests.tui.terminals import PtyProgram, python, wait_for

SPAN_S = 30.0
QUICK_SPAN_S = 6.0
KEYS = 40
QUICK_KEYS = 10
SETTLE_S = 2.0
HEARTBEAT_S = 0.5  # the real runner sleeps as long between events


class Clock(App[None]):
    """Nothing but the time."""

    def compose(self) -> ComposeResult:
        yield Digits("")

    def on_ready(self) -> None:
        self.tell()
        self.set_interval(1, self.tell)

    def tell(self) -> None:
        self.query_one(Digits).update(time.strftime("%H:%M:%S"))


def live(events: Path) -> None:
    """The live screen over a long walk that begins by itself; times full collections when asked by the key f."""
    from coach.session.state import Command, CommandKind
    from coach.tui.app import run_screen
    from tests.tui.stand_in import RealTimeSession

    long = Workout(name="Bench", steps=(Step(intensity=Intensity.RECOVERY, duration=TimeDuration(ms=3_600_000)),))
    session = RealTimeSession(events, broken=False, workout=long, step_s=HEARTBEAT_S)
    session.post(Command(CommandKind.START))

    def collect(update: object) -> None:
        # The bench pauses the session to have the collections timed, on the session's thread, with the screen up.
        if getattr(update, "kind", "") == "paused":
            spans = [_collection_ns() for _ in range(5)]
            events.with_suffix(".gc").write_text(json.dumps(spans))

    session.listen(collect)
    run_screen(session, title="Bench", linger_s=1)


def _collection_ns() -> int:
    begun = time.perf_counter_ns()
    gc.collect()
    return time.perf_counter_ns() - begun


def cpu_seconds(pid: int) -> float:
    """Processor time a running process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mb(pid: int) -> float:
    """Memory of a running process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(folder: Path, *, quick: bool) -> dict[str, float]:
    """One run of both programs; percentages of one core, milliseconds, megabytes."""
    span = QUICK_SPAN_S if quick else SPAN_S
    events = folder / "events"
    begun = time.perf_counter()
    screen = PtyProgram(python("-m", "tests.bench.screen_bench", "--live", str(events)))
    clock = None
    try:
        screen.wait_for(b"pause")
        first_paint = time.perf_counter() - begun
        clock = PtyProgram(python("-m", "tests.bench.screen_bench", "--clock"))
        clock.wait_for(b"\x1b[?25l")
        _drain_for(SETTLE_S, screen, clock)
        before = [cpu_seconds(one.process.pid) for one in (screen, clock)]
        begun = time.perf_counter()
        _drain_for(span, screen, clock)
        took = time.perf_counter() - begun
        after = [cpu_seconds(one.process.pid) for one in (screen, clock)]
        cpu = [100 * (b - a) / took for a, b in zip(before, after, strict=True)]
        memory = [rss_mb(one.process.pid) for one in (screen, clock)]
        keys = [_key_to_screen(screen, n) for n in range(QUICK_KEYS if quick else KEYS)]
        screen.type(" ")
        collected = events.with_suffix(".gc")
        wait_for(collected.exists, "the collections")
        wait_for(lambda: collected.read_text().endswith("]"), "their times")
        spans = [ns / 1e6 for ns in json.loads(collected.read_text())]
    finally:
        screen.close()
        if clock:
            clock.close()
    return {
        "live_cpu_percent": cpu[0],
        "clock_cpu_percent": cpu[1],
        "live_rss_mb": memory[0],
        "clock_rss_mb": memory[1],
        "start_to_first_paint_ms": 1000 * first_paint,
        "key_to_screen_median_ms": statistics.median(keys),
        "key_to_screen_max_ms": max(keys),
        "full_collection_max_ms": max(spans),
    }


def _drain_for(seconds: float, *programs: PtyProgram) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for program in programs:
            program.read()
            program.output = b""
        time.sleep(0.05)


def _key_to_screen(screen: PtyProgram, n: int) -> float:
    """From a key (mute and its undoing, in turn) to its words."""
    screen.read()
    screen.output = b""
    words = b"muted" if n % 2 == 0 else b"volume"
    begun = time.perf_counter()
    screen.type("m")
    while words not in screen.read():
        time.sleep(0.0005)
    took = 1000 * (time.perf_counter() - begun)
    _drain_for(0.1, screen)
    return took


def table(found: dict[str, float]) -> str:
    """The results as a table in Markdown."""
    return "\n".join(
        [
            "| | Live screen, 10 Hz | Bare Textual clock, 1 Hz |",
            "|---|---|---|",
            f"| CPU, one core | {found['live_cpu_percent']:.1f} % | {found['clock_cpu_percent']:.1f} % |",
            f"| RSS | {found['live_rss_mb']:.0f} MB | {found['clock_rss_mb']:.0f} MB |",
            f"| Process start to first paint | {found['start_to_first_paint_ms']:.0f} ms | |",
            f"| Key to screen, median / max | {found['key_to_screen_median_ms']:.0f} /"
            f" {found['key_to_screen_max_ms']:.0f} ms | |",
            f"| Full garbage collection, max | {found['full_collection_max_ms']:.0f} ms | |",
        ]
    )


def section(quick: bool) -> str:
    """The part of docs/benchmarks.md about the screen."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        found = measure(Path(folder), quick=quick)
    return (
        "## The live screen\n\n"
        "`python -m tests.bench screen`: the live screen over a real-time session and a bare Textual clock, each on a "
        "pseudo-terminal of 80×24, side by side for the same span. Key to screen is measured through the terminal; "
        "collections are of all generations, with the screen up.\n\n" + table(found)
    )


def main(*, quick: bool = False) -> None:
    """Measure and print."""
    print(section(quick))


if __name__ == "__main__":
    if "--live" in sys.argv:
        live(Path(sys.argv[-1]))
    elif "--clock" in sys.argv:
        Clock().run()
    else:
        main(quick="--quick" in sys.argv)
