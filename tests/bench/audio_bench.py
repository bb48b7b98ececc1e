"""How exactly cues are heard: ours beside pyttsx3, simpleaudio and aplay, recorded from real sound daemons.

    python -m tests.bench.audio_bench [--quick]

Every way plays the same schedule into the same null sink in the same run; its monitor is recorded, and each clip is
found in the recording by its exact samples (pyttsx3's speech by its first loud sample).
"""

import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.audio.rig import REALTIME, Daemon, PipeWire, PipeWireByAlsa, Recording, find, missing
from tests.bench.contender import clip

ROOT = Path(__file__).resolve().parents[2]
LOADS = {"idle": "idle", "busy": "every core busy", "screen": "Textual screen and GC"}
WAYS = {"ours": "ours", "pyttsx3": "pyttsx3, live", "simpleaudio": "simpleaudio", "aplay": "aplay per cue"}
HEAD_FRAMES = 240
LOUD = 300


@dataclass(frozen=True)
class Plan:
    """How many cues at what distance, the first how long after everything is ready."""

    count: int
    every_ms: int = 1000
    start_s: float = 4.0


@dataclass(frozen=True)
class Result:
    """Onsets in frames of the recording (None: not heard), beside where they should be, and what the process cost."""

    onsets: tuple[int | None, ...]
    wanted: tuple[int, ...]
    clipped: int
    costs: dict[str, float]

    @property
    def errors(self) -> list[int]:
        """Interval errors between neighbouring cues that were heard, in frames."""
        pairs = [(o, w) for o, w in zip(self.onsets, self.wanted, strict=True) if o is not None]
        return sorted(abs((o2 - o1) - (w2 - w1)) for (o1, w1), (o2, w2) in pairwise(pairs))

    @property
    def late_ms(self) -> list[float]:
        return sorted((o - w) / 48 for o, w in zip(self.onsets, self.wanted, strict=True) if o is not None)

    @property
    def lost(self) -> int:
        return sum(onset is None for onset in self.onsets)


def loud_onset(pcm: bytes, first: int, last: int) -> int | None:
    samples = array("h", pcm[max(0, first) * 2 : max(0, last) * 2])
    return next((max(0, first) + n for n, value in enumerate(samples) if abs(value) > LOUD), None)


def onset_of(pcm: bytes, way: str, number: int, wanted: int, every: int) -> tuple[int | None, bool]:
    """Where cue ``number`` begins, and whether it is whole."""
    if way == "pyttsx3":
        return loud_onset(pcm, wanted - 60 * 48, wanted + every - 60 * 48), True
    around = (wanted - every, wanted + 2 * every)
    sound = clip(number)
    if whole := find(pcm, sound, around):
        return whole[0], True
    headless = find(pcm, sound[-HEAD_FRAMES * 2 :], around)
    return (None, False) if not headless else (headless[0] + HEAD_FRAMES - len(sound) // 2, False)


@contextmanager
def busy_cores() -> Iterator[None]:
    spinners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.wait()


def measure(daemon: Daemon, way: str, load: str, plan: Plan) -> Result:
    recording = Recording(daemon)
    try:
        command = [sys.executable, "-m", "tests.bench.contender", way, load, str(plan.count), str(plan.every_ms)]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        with subprocess.Popen(command, env=daemon.env, cwd=ROOT, text=True, **pipes) as child:
            assert child.stdout is not None
            ready = child.stdout.readline()
            first_ns = time.monotonic_ns() + round(plan.start_s * 1e9)
            out, complaints = child.communicate(f"{first_ns}\n" if ready == "ready\n" else "")
        if child.returncode != 0:
            raise RuntimeError(f"{way}, {load}: {complaints[-600:]}")
        recording.wait_until(first_ns + plan.count * plan.every_ms * 1_000_000)
    finally:
        pcm = recording.stop()
    costs = json.loads(out.strip().splitlines()[-1])
    wanted = tuple(recording.frame_at(first_ns) + n * plan.every_ms * 48 for n in range(plan.count))
    found = [onset_of(pcm, way, n, at, plan.every_ms * 48) for n, at in enumerate(wanted)]
    onsets = tuple(onset for onset, _ in found)
    clipped = sum(onset is not None and not whole for onset, whole in found)
    return Result(onsets, wanted, clipped, costs)


def at(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


def row(server: str, load: str, way: str, result: Result) -> str:
    errors, late = result.errors, result.late_ms
    frames = f"{statistics.median(errors):g} / {at(errors, 0.95):g} / {errors[-1]:g}" if errors else "–"
    ms = "–"
    if errors:
        ms = f"{statistics.median(errors) / 48:.3f} / {at(errors, 0.95) / 48:.3f} / {errors[-1] / 48:.3f}"
    lateness = f"{statistics.median(late):.1f} / {late[-1]:.1f}" if late else "–"
    costs = result.costs
    spent = f"{costs['cpu']:g} % | {costs['wakeups']:g} | {costs['rss']:g} MB"
    cells = (server, LOADS[load], WAYS[way], frames, ms, lateness, f"{result.lost} / {result.clipped}", spent)
    return "| " + " | ".join(cells) + " |"


HEADER = (
    "| Server | Load | Way | interval error, frames: median / p95 / max | the same, ms "
    "| late, ms: median / max | lost / clipped | CPU | wake-ups/s | RSS |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)


def lacking(way: str) -> str:
    if way == "aplay":
        return "" if shutil.which("aplay") else "aplay is not installed"
    if way == "simpleaudio" and sys.version_info >= (3, 12):
        return "simpleaudio crashes Python 3.12 and later"
    if way != "ours" and importlib.util.find_spec(way) is None:
        return f"{way} is not installed"
    return ""


def priority() -> tuple[str, ...]:
    """What gives the daemons realtime priority, if this user may."""
    allowed = (
        shutil.which(REALTIME[0])
        and subprocess.run([*REALTIME, "true"], capture_output=True, check=False).returncode == 0
    )
    return REALTIME if allowed else ()


@contextmanager
def running(kind: type[Daemon]) -> Iterator[Daemon]:
    folder = Path(tempfile.mkdtemp(prefix="coach-bench-"))
    daemon = kind(folder)
    daemon.priority = priority()
    try:
        daemon.start()
        yield daemon
    finally:
        daemon.kill()
        shutil.rmtree(folder, ignore_errors=True)


def wanted(kind: type[Daemon], quick: bool, notes: list[str]) -> Iterator[tuple[str, str]]:
    """Loads and ways to measure at a server; notes say what is left out."""
    for load in LOADS:
        for way in WAYS:
            if way != "ours" and (kind is PipeWire or (quick and (load != "idle" or kind is not Daemon))):
                continue
            if kind is PipeWire and quick and load != "idle":
                continue
            if why := lacking(way):
                notes.append(why)
            else:
                yield load, way


def table(quick: bool) -> str:
    plan = Plan(count=8, every_ms=600, start_s=3.0) if quick else Plan(count=16)
    rows: list[str] = [HEADER]
    notes: list[str] = []
    frozen: list[float] = [0]
    for kind in (Daemon, PipeWireByAlsa, PipeWire):
        if why := missing(*kind.programs):
            notes.append(f"{kind.label}: {why}")
            continue
        try:
            with running(kind) as daemon:
                for load, way in wanted(kind, quick, notes):
                    with busy_cores() if load == "busy" else nullcontext():
                        result = measure(daemon, way, load, plan)
                    frozen.append(result.costs.get("frozen_ms", 0))
                    rows.append(row(daemon.label, load, way, result))
                    print(rows[-1], file=sys.stderr, flush=True)
        except (FileNotFoundError, RuntimeError, TimeoutError) as error:
            notes.append(f"{kind.label}: {error}")
    left_out = [f"Left out: {note}." for note in dict.fromkeys(notes)]
    return "\n".join([*rows, "", f"Under load the screen stood still for up to {max(frozen):g} ms.", *left_out, ""])


TEXT = """## Sound

`python -m tests.bench audio`. {count} Recorded from the monitor of a null sink; a frame is 1/48 ms.
The error is that of the distance between neighbouring cues. Lateness is against the monotonic clock: PulseAudio's null
monitor reads 20 ms early, and PipeWire's PulseAudio server reports its delay one cycle (10.7 ms here) short.
{priority}
"""


WITH = "The daemons, and only they, had realtime priority, as rtkit gives it to them on a desktop."
WITHOUT = "The daemons had **no** realtime priority (this user may not give it): busy programs starve them."


def section(quick: bool) -> str:
    """The section of docs/benchmarks.md."""
    from tests.bench.long_runs import alone, simulated

    if why := missing(*Daemon.programs):
        return f"## Sound\n\nNot measured here: {why}."
    # The long session takes ten minutes but hardly any processor time: it runs beside the rest, into its own daemon.
    command = [sys.executable, "-m", "tests.bench.long_runs", "10" if quick else "600"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as long_session:
        count = "8 cues, 0.6 s apart, for each row." if quick else "16 cues, one a second, for each row."
        parts = [TEXT.format(count=count, priority=WITH if priority() else WITHOUT), table(quick)]
        parts += ["### The player alone", alone(5 if quick else 30)]
        real, _ = long_session.communicate()
    parts += ["### Long sessions", "", real.strip(), "", simulated(20 if quick else 90)]
    return "\n".join(parts)


if __name__ == "__main__":
    print(section("--quick" in sys.argv))
