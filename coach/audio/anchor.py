"""Where the stream's frames lie on the monotonic clock. Pure."""

from collections import deque
from collections.abc import Iterable
from itertools import pairwise

from coach.clock import NS
from coach.ports import RATE

SAMPLES = 9
THRESHOLD_NS = 10_000_000
_STEADY_NS = 2_000_000


def frames_of(ns: int) -> int:
    """``ns`` in frames, rounded to the nearest. Whole milliseconds are whole frames (48 each)."""
    return (ns * RATE * 2 + NS) // (2 * NS)


def ns_of(frames: int) -> int:
    """``frames`` in nanoseconds, rounded down."""
    return frames * NS // RATE


def _median(values: Iterable[int]) -> int:
    """Of integers, rounded down; the statistics module costs every start more than this saves."""
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) // 2


class Anchor:
    """The instant frame 0 is heard, measured block by block.

    Between two cues only frame arithmetic counts, so their distance is exact however much single measurements jitter.
    The anchor moves only in silence: freely until the first sound after a beginning (open, drop, dry run), for the
    device's latency shows only then; later only if the median of nine is more than 10 ms off. Some reports wander by
    more than that though nothing moves (PipeWire's through PulseAudio's library, 20 ms): then the limit grows with how
    much single reports differ from each other, so that noise is never taken for news.
    """

    def __init__(self, base_ns: int) -> None:
        self._base_ns = base_ns
        self._samples: deque[int] = deque(maxlen=SAMPLES)
        self._settling = True
        self._began: tuple[int, int] | None = None  # instant and first frame, until its latency is known
        self._latency_ns = 0
        self._wander_ns = 0
        self.corrections = 0

    def frame_at(self, ns: int) -> int:
        """The frame that is heard at monotonic ``ns``."""
        return frames_of(ns - self._base_ns)

    def ns_at(self, frame: int) -> int:
        """The monotonic instant ``frame`` is heard."""
        return self._base_ns + ns_of(frame)

    def measured_ns_at(self, frame: int) -> int:
        """Like ``ns_at``, by the newest measurements instead of by the anchor."""
        base = _median(self._samples) if self._samples else self._base_ns
        return base + ns_of(frame)

    @property
    def settling(self) -> bool:
        """Nothing has sounded since the last beginning and the measurements are not yet steady."""
        return self._settling

    def begin(self, now_ns: int) -> int:
        """The stream begins anew, nothing of it being under way: the frame to write next.

        What is written now is heard as much later as it was after the last beginning.
        """
        self._samples.clear()
        self._settling = True
        first = self.frame_at(now_ns + self._latency_ns)
        self._began = (now_ns, first)
        return first

    def measure(self, heard_at_ns: int, frame: int) -> None:
        """``frame`` will be heard at ``heard_at_ns``, says the device."""
        self._samples.append(heard_at_ns - ns_of(frame))
        if not self._settling and len(self._samples) == SAMPLES:
            # The median, for a single jump is what is looked for.
            step_ns = _median([abs(b - a) for a, b in pairwise(self._samples)])
            self._wander_ns = max(self._wander_ns, SAMPLES * step_ns)
        if self._began is not None and self._steady:
            at_ns, first = self._began
            self._latency_ns = max(0, self.measured_ns_at(first) - at_ns)
            self._began = None

    @property
    def _steady(self) -> bool:
        return len(self._samples) == SAMPLES and max(self._samples) - min(self._samples) < _STEADY_NS

    def sounded(self) -> None:
        """A clip was begun: from here on only a real deviation moves the anchor."""
        self._settling = False

    def correct(self) -> int:
        """In silence: move the anchor if it should be. Returns by how much a real deviation was corrected, in ns."""
        if not self._samples:
            return 0
        off_ns = _median(self._samples) - self._base_ns
        if self._settling:
            self._base_ns += off_ns
            self._settling = not self._steady
            return 0
        if len(self._samples) < SAMPLES or abs(off_ns) <= THRESHOLD_NS + 3 * self._wander_ns:
            return 0
        self._base_ns += off_ns
        self.corrections += 1
        return off_ns
