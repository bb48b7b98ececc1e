"""The player over a long session, in real time and simulated, and what it costs in an otherwise bare process."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from tests.audio.rig import RATE, Daemon, Recording, find
from tests.audio.virtual import NS, PcmClip, VirtualDevice, cue
from tests.bench.contender import clip

ROOT = Path(__file__).resolve().parents[2]

ALONE = """
import json, sys, threading, time
from tests.bench.contender import cpu_s, rss_mb, switches, clip
from tests.audio.virtual import PcmClip, cue
from coach.clock import SystemClock
from coach.ports import Player
import coach.config
seconds = float(sys.argv[1])
def spend():
    began, cpu, switched = time.monotonic(), cpu_s(), switches()
    threading.Event().wait(seconds)
    took = time.monotonic() - began
    return {"cpu": 100 * (cpu_s() - cpu) / took, "wakeups": (switches() - switched) / took, "rss": rss_mb()}
bare = spend()
from coach.audio.outputs import open_player
clock = SystemClock()
player = open_player(coach.config.Settings.model_validate({"backend": "alsa"}), clock)
player.start()
sound = PcmClip(clip(0) * 8)
for n in range(int(seconds // 5) + 1):
    player.play(cue(n), sound, clock.monotonic_ns() + (5 * n + 1) * 10**9)
playing = spend()
player.close(drain=False)
print(json.dumps([bare, playing]))
"""


def alone(seconds: float) -> str:
    """The player's own share: the same process before it was made and while it plays."""
    with tempfile.TemporaryDirectory(prefix="coach-bench-") as folder:
        daemon = Daemon(Path(folder))
        daemon.start()
        try:
            command = [sys.executable, "-c", ALONE, str(seconds)]
            done = subprocess.run(command, env=daemon.env, cwd=ROOT, capture_output=True, text=True, check=True)
        finally:
            daemon.kill()
    bare, playing = json.loads(done.stdout)
    lines = ["", "| Process | CPU | wake-ups/s | RSS |", "|---|---|---|---|"]
    for name, costs in (("without a player", bare), ("playing by ALSA, 1.6 s of sound every 5 s", playing)):
        lines.append(f"| {name} | {costs['cpu']:.2f} % | {costs['wakeups']:.1f} | {costs['rss']:.1f} MB |")
    return "\n".join([*lines, ""])


def real(seconds: int, every_s: int = 5) -> str:
    """Cues over ``seconds`` of real time, against the frames of the device's own clock in its recording."""
    from coach.audio.outputs import open_player
    from coach.clock import SystemClock
    from coach.config import Settings

    clock = SystemClock()
    with tempfile.TemporaryDirectory(prefix="coach-bench-") as folder:
        daemon = Daemon(Path(folder))
        daemon.start()
        os.environ.update(daemon.client_env)
        recording = Recording(daemon)
        try:
            player = open_player(Settings.model_validate({"backend": "alsa"}), clock)
            player.start()
            first_ns = clock.monotonic_ns() + 3 * NS
            count = seconds // every_s + 1
            for number in range(count):
                at_ns = first_ns + number * every_s * NS
                time.sleep(max(0, at_ns - 2 * NS - clock.monotonic_ns()) / NS)
                player.play(cue(number), PcmClip(clip(number)), at_ns)
            player.close()
            recording.wait_until(clock.monotonic_ns())
        finally:
            pcm = recording.stop()
            daemon.kill()
    zero = recording.frame_at(first_ns)
    onsets: list[int] = []
    for number in range(count):
        near = zero + number * every_s * RATE
        onsets += find(pcm, clip(number), (near - RATE, near + RATE))[:1]
    errors = [abs(onset - onsets[0] - number * every_s * RATE) for number, onset in enumerate(onsets)]
    health = player.health()
    return (
        f"Real, {seconds / 60:g} min on PulseAudio, a cue every {every_s} s: {len(onsets)} of {count} heard whole; "
        f"largest error of any cue against the first on the device's clock: {max(errors)} frames; "
        f"{health.xruns} xruns, {health.corrections} corrections."
    )


def simulated(minutes: int) -> str:
    """``minutes`` on a device made of arithmetic, exact or with a drifting clock."""
    from coach.audio.stream import Stream
    from tests.fakes import FakeClock

    lines = [f"Simulated, {minutes} min, a cue every 10 s:", ""]
    columns = "heard | interval error on its clock, frames: median / max | late, ms: max | corrections"
    lines += [f"| Device's clock | {columns} |", "|---|---|---|---|---|"]
    for ppm in (0, 50, -100):
        clock = FakeClock()
        device = VirtualDevice(clock, ppm=ppm, latency=960)
        stream = Stream(device, clock, lead_in_ms=1000)
        zero = clock.monotonic_ns() + 2 * NS
        count = minutes * 6
        handed = 0
        end_ns = zero + count * 10 * NS
        while clock.monotonic_ns() < end_ns:
            while handed < count and zero + handed * 10 * NS - 2 * NS <= clock.monotonic_ns():
                stream.play(cue(handed), PcmClip(clip(handed)), zero + handed * 10 * NS)
                handed += 1
            clock.advance(max(1, stream.step()))
        onsets = sorted({onset for number in range(40) for onset in device.onsets(clip(number))})
        errors = [abs(b - a - 10 * RATE) for (a, _), (b, _) in pairwise(onsets)]
        late = max(abs(at - zero - number * 10 * NS) for number, (_, at) in enumerate(onsets)) / 1e6
        lines.append(
            f"| {'exact' if ppm == 0 else f'{ppm:+d} ppm'} | {len(onsets)} of {count} "
            f"| {statistics.median(errors):g} / {max(errors)} | {late:.2f} | {stream.health().corrections} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(real(int(sys.argv[1]) if len(sys.argv) > 1 else 600))
