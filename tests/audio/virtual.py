"""A sound device made of arithmetic: it may drift, run dry, wander or die; it keeps what was heard and when."""

from collections.abc import Callable
from dataclasses import dataclass, field

from coach.audio.mixer import BYTES
from coach.audio.outputs.base import BUFFER_FRAMES, Level, Output, OutputGone
from coach.model.cue import Cue, CueKind, Earcon, Priority
from coach.ports import RATE, Clip
from tests.fakes import FakeClock

NS = 1_000_000_000


@dataclass
class Heard:
    """A stretch of writes with sound in it: device frames from ``first`` of one run of the device."""

    run: int
    first: int
    pcm: bytearray


@dataclass
class VirtualDevice(Output):
    """Plays at 48 kHz × (1 + ppm/10⁶) of ``clock``, ``latency`` frames after writing into the empty device."""

    clock: FakeClock
    ppm: float = 0.0
    latency: int = 960
    wander: Callable[[int], int] = lambda _: 0  # error of the reported delay, in frames, at an instant
    backend: str = "virtual"
    device: str = "arithmetic"
    buffer_frames: int = BUFFER_FRAMES
    broken: str = ""
    opened: int = 0
    drops: int = 0
    most_written: int = 0
    heard: list[Heard] = field(default_factory=list)
    _runs: list[int] = field(default_factory=list)  # when each run of the device began
    _playing: bool = False
    _written: int = 0

    def open(self) -> None:
        self._check()
        self.opened += 1

    def level(self) -> Level:
        self._check()
        now_ns = self.clock.monotonic_ns()
        delay = self._written - self._position(now_ns)
        if self._playing and delay < 0:
            self._playing, self._written = False, 0
            return Level(now_ns, self.buffer_frames, 0, dry=True)
        if not self._playing:
            return Level(now_ns, self.buffer_frames, 0)
        reported = max(1, delay + self.wander(now_ns))
        return Level(now_ns, max(0, self.buffer_frames + self.latency - delay), reported)

    def write(self, block: bytes) -> int:
        self._check()
        if not self._playing:
            self._playing, self._written = True, 0
            self._runs.append(self.clock.monotonic_ns())
        frames = len(block) // BYTES
        self.most_written = max(self.most_written, frames)
        if block != bytes(len(block)):
            last = self.heard[-1] if self.heard else None
            if last and last.run == len(self._runs) - 1 and last.first + len(last.pcm) // BYTES == self._written:
                last.pcm += block
            else:
                self.heard.append(Heard(len(self._runs) - 1, self._written, bytearray(block)))
        self._written += frames
        return frames

    def drop(self) -> None:
        self._check()
        self.drops += 1
        self._forget()

    def close(self) -> None:
        self._forget()

    def _forget(self) -> None:
        if self._playing:
            played = max(0, self._position(self.clock.monotonic_ns()))
            for stretch in self.heard:
                if stretch.run == len(self._runs) - 1:
                    del stretch.pcm[max(0, played - stretch.first) * BYTES :]
        self._playing, self._written = False, 0

    def _position(self, now_ns: int) -> int:
        """Frames of this run heard by now; negative while the latency lasts."""
        if not self._playing:
            return 0
        return int((now_ns - self._runs[-1]) * self.rate / NS) - self.latency

    @property
    def rate(self) -> float:
        return RATE * (1 + self.ppm / 1e6)

    def _check(self) -> None:
        if self.broken:
            raise OutputGone(self.broken)

    def ended_ns(self, stretch: Heard) -> int:
        """When the last sample of a stretch had been heard."""
        frames = self.latency + stretch.first + len(stretch.pcm) // BYTES
        return self._runs[stretch.run] + int(frames * NS / self.rate)

    def onsets(self, pcm: bytes) -> list[tuple[int, int]]:
        """Each whole hearing of ``pcm``: the device's frame (of its run) and the instant of its first sample."""
        found: list[tuple[int, int]] = []
        for stretch in self.heard:
            at = stretch.pcm.find(pcm)
            while at >= 0:
                if at % BYTES == 0:
                    frame = stretch.first + at // BYTES
                    found.append((frame, self._runs[stretch.run] + int((frame + self.latency) * NS / self.rate)))
                at = stretch.pcm.find(pcm, at + 1)
        return found


class PcmClip(Clip):
    """A clip of given samples; counts how often it was loaded."""

    def __init__(self, pcm: bytes) -> None:
        self._pcm = pcm
        self.loads = 0

    @property
    def frames(self) -> int:
        return len(self._pcm) // BYTES

    def load(self) -> bytes:
        self.loads += 1
        return self._pcm


def cue(number: int = 0, kind: CueKind = CueKind.EARCON) -> Cue:
    return Cue(kind, number * NS, Earcon("beep"), Priority.BOUNDARY, number)
