"""No sound, kept in time by the clock."""

from coach.audio.anchor import frames_of
from coach.audio.mixer import BYTES
from coach.audio.outputs.base import BUFFER_FRAMES, Level, Output
from coach.clock import Clock


class PacedOutput(Output):
    """A device that plays exactly as fast as the monotonic clock runs, to nobody."""

    backend = "silent"
    device = "none"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began_ns: int | None = None
        self._written = 0

    def open(self) -> None:
        """Always possible."""

    def level(self) -> Level:
        now_ns = self._clock.monotonic_ns()
        delay = self._written - self._played(now_ns)
        dry = self._began_ns is not None and delay < 0
        if dry:
            self._rest()
            delay = 0
        return Level(now_ns, BUFFER_FRAMES - delay, delay, dry)

    def write(self, block: bytes) -> int:
        if self._began_ns is None:
            self._began_ns = self._clock.monotonic_ns()
        frames = len(block) // BYTES
        self._written += frames
        return frames

    def drop(self) -> None:
        self._rest()

    def close(self) -> None:
        self._rest()

    def _played(self, now_ns: int) -> int:
        """Frames of this stretch that have been played, were there enough of them."""
        return 0 if self._began_ns is None else frames_of(now_ns - self._began_ns)

    def _rest(self) -> None:
        """Stop; the next write begins a new stretch."""
        self._began_ns = None
        self._written = 0


class SilentOutput(PacedOutput):
    """What is left where there is no sound device: the screen shows the cues."""

    def __init__(self, clock: Clock, note: str = "silent: no sound output was found") -> None:
        super().__init__(clock)
        self.note = note
