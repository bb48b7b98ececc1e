"""One way of playing cues, in a process of its own: ``python -m tests.bench.contender WAY LOAD COUNT EVERY_MS``.

Ways: ``ours``; ``pyttsx3`` spoken live; ``simpleaudio`` and ``aplay`` started for each cue by asyncio, as peers do.
Load ``screen`` puts a busy Textual screen and large garbage collections into the same process. Prints ``ready``, reads
the instant of the first cue, and at the end prints its costs as JSON.
"""

import asyncio
import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable
from pathlib import Path

from tests.audio.rig import RATE, click

NS = 1_000_000_000
HAND_OUT_NS = 2 * NS
CLIP_FRAMES = 9600
COLLECT_S = 0.25
WORD = "go"


def clip(number: int) -> bytes:
    return click(number % 40, CLIP_FRAMES)


def switches() -> int:
    """Times a thread of this process went to sleep or was put aside."""
    total = 0
    for status in Path("/proc/self/task").glob("*/status"):
        for line in status.read_text().splitlines():
            if "ctxt_switches" in line:
                total += int(line.split()[1])
    return total


def cpu_s() -> float:
    usages = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def rss_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


class Ours:
    """The coach's own player."""

    early_ns = HAND_OUT_NS

    def __init__(self) -> None:
        from coach.audio.outputs import open_player
        from coach.clock import SystemClock
        from coach.config import Settings

        self._player = open_player(Settings.model_validate({"backend": "alsa"}), SystemClock())
        self._player.start()

    def cue(self, number: int, at_ns: int) -> None:
        from tests.audio.virtual import PcmClip, cue

        self._player.play(cue(number), PcmClip(clip(number)), at_ns)

    def close(self) -> dict[str, object]:
        self._player.close()
        health = self._player.health()
        lost = sum(timing.status != "played" for timing in self._player.take_timings())
        return {"xruns": health.xruns, "corrections": health.corrections, "lost": lost}


class Speaking:
    """pyttsx3: synthesised and played at the instant."""

    early_ns = 0

    def __init__(self) -> None:
        import pyttsx3

        self._engine = pyttsx3.init()

    def cue(self, number: int, at_ns: int) -> None:
        self._engine.say(WORD)
        self._engine.runAndWait()

    def close(self) -> dict[str, object]:
        return {}


class SimpleAudio:
    """A prepared buffer, started at the instant."""

    early_ns = 0

    def __init__(self) -> None:
        import simpleaudio

        self._play = simpleaudio.play_buffer

    def cue(self, number: int, at_ns: int) -> None:
        self._play(clip(number), 1, 2, RATE)

    def close(self) -> dict[str, object]:
        time.sleep(0.5)
        return {}


class Aplay:
    """A program for each cue."""

    early_ns = 0

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp())
        self._running: list[subprocess.Popen[bytes]] = []
        for number in range(40):
            with wave.open(str(self._folder / f"{number}.wav"), "wb") as wav:
                wav.setparams((1, 2, RATE, 0, "NONE", ""))
                wav.writeframes(clip(number))

    def cue(self, number: int, at_ns: int) -> None:
        self._running.append(subprocess.Popen(["aplay", "-q", str(self._folder / f"{number % 40}.wav")]))

    def close(self) -> dict[str, object]:
        for process in self._running:
            process.wait()
        for file in self._folder.iterdir():
            file.unlink()
        self._folder.rmdir()
        return {}


WAYS: dict[str, Callable[[], Ours | Speaking | SimpleAudio | Aplay]] = {
    "ours": Ours,
    "pyttsx3": Speaking,
    "simpleaudio": SimpleAudio,
    "aplay": Aplay,
}


async def cues(way: Ours | Speaking | SimpleAudio | Aplay, first_ns: int, count: int, every_ms: int) -> None:
    for number in range(count):
        at_ns = first_ns + number * every_ms * 1_000_000
        left_ns = at_ns - way.early_ns - time.monotonic_ns()
        if left_ns > 0:
            await asyncio.sleep(left_ns / NS)
        way.cue(number, at_ns)


def collectable() -> list[list[int]]:
    """As many objects as make one collection take a quarter of a second."""
    heap: list[list[int]] = []
    while True:
        heap += [[number] for number in range(200_000)]
        begin = time.monotonic()
        gc.collect()
        if time.monotonic() - begin > COLLECT_S or len(heap) > 8_000_000:
            return heap


def under_a_screen(play: Callable[[], "asyncio.Future[None] | object"], heap: list[list[int]]) -> dict[str, object]:
    """Run the cues as a task of a Textual screen that redraws 20 times a second and collects twice a second."""
    from textual.app import App, ComposeResult
    from textual.widgets import Digits, Label

    frozen: list[float] = []

    class Screen(App[None]):
        def compose(self) -> ComposeResult:
            yield Digits("0")
            for number in range(60):
                yield Label(str(number))

        def on_mount(self) -> None:
            self._last = time.monotonic()
            self.set_interval(1 / 20, self.redraw)
            self.set_interval(1 / 2, self.collect)
            self.run_worker(self.work(), exit_on_error=True)

        def collect(self) -> None:
            gc.collect()

        def redraw(self) -> None:
            now = time.monotonic()
            frozen.append(now - self._last)
            self._last = now
            self.query_one(Digits).update(f"{now:.2f}")
            for label in self.query(Label):
                label.update(f"{now:.3f}")

        async def work(self) -> None:
            await play()  # type: ignore[misc]
            self.exit()

    screen = Screen()
    screen.run(headless=True)
    if screen.return_code:
        sys.exit("the screen failed")
    return {"frozen_ms": round(max(frozen) * 1000), "heap": len(heap)}


def main() -> None:
    name, load, count, every_ms = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:5])
    way = WAYS[name]()
    heap = collectable() if load == "screen" else []
    print("ready", flush=True)
    first_ns = int(sys.stdin.readline())
    began, cpu, switched = time.monotonic(), cpu_s(), switches()
    more: dict[str, object] = {}
    if load == "screen":
        more = under_a_screen(lambda: cues(way, first_ns, count, every_ms), heap)
    else:
        asyncio.run(cues(way, first_ns, count, every_ms))
    seconds = time.monotonic() - began
    costs = {
        "cpu": round(100 * (cpu_s() - cpu) / seconds, 2),
        "wakeups": round((switches() - switched) / seconds, 1),
        "rss": round(rss_mb(), 1),
    }
    print(json.dumps({**costs, **more, **way.close()}))


if __name__ == "__main__":
    main()
