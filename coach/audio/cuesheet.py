"""The cues handed out: which wait, which sound, and what became of each. Pure; the stream asks and tells."""

from collections.abc import Sequence
from dataclasses import dataclass

from coach.audio.anchor import Anchor, ns_of
from coach.audio.mixer import BYTES, Mixer, Placed
from coach.clock import NS
from coach.model.cue import Cue, Priority
from coach.ports import CueStatus, CueTiming

TOO_LATE_NS = NS
"""A cue that could not begin for this long (the output stalled) would only mislead."""


@dataclass(slots=True)
class Entry:
    """One cue on its way. ``due_ns`` is when it is to be heard, but not before it was handed out."""

    cue: Cue
    pcm: bytes
    at_ns: int
    due_ns: int
    placed: Placed | None = None
    planned: int | None = None


class CueSheet:
    """Keeps every cue from being handed out until it has ended, and then its timing until asked for it."""

    def __init__(self, mixer: Mixer) -> None:
        self._mixer = mixer
        self._waiting: list[Entry] = []
        self._begun: list[Entry] = []
        self._ended: list[CueTiming] = []

    def add(self, cue: Cue, pcm: bytes, at_ns: int, now_ns: int) -> None:
        """Hand a cue out, to be heard at ``at_ns``."""
        self._waiting.append(Entry(cue, pcm, at_ns, max(at_ns, now_ns)))
        self._waiting.sort(key=lambda entry: entry.at_ns)

    def report(self, timing: CueTiming) -> None:
        """Note a cue that never got as far as the stream."""
        self._ended.append(timing)

    @property
    def idle(self) -> bool:
        """No cue waits or sounds."""
        return not self._waiting and not self._begun

    @property
    def held_bytes(self) -> int:
        """What the waiting clips cost in memory; the mixer holds the others."""
        return sum(len(entry.pcm) for entry in self._waiting)

    def end_ns(self, anchor: Anchor) -> int | None:
        """About when the last of the cues will have ended, None if there are none."""
        ends = [anchor.ns_at(entry.placed.end) for entry in self._begun if entry.placed]
        ends += [entry.due_ns + ns_of(len(entry.pcm) // BYTES) for entry in self._waiting]
        return max(ends, default=None)

    def silent_after(self, frame: int) -> bool:
        """No begun cue has a sample at or after ``frame``."""
        return all(entry.placed is None or entry.placed.end <= frame for entry in self._begun)

    def begin(self, first: int, last: int, earliest: int, anchor: Anchor) -> list[Placed]:
        """Place the cues due before frame ``last``; those whose frame has gone by begin at ``first``, whole.

        A late cue begins after what it would sound over, and so does one that a late cue is in the way of: it waits
        in turn, and is lost if that takes too long. A boundary's earcon waits for nothing.
        """
        begun: list[Entry] = []
        for entry in self._waiting:
            planned = anchor.frame_at(entry.at_ns)
            start = self._free_from(entry, planned, max(planned, first, earliest), [*self._begun, *begun])
            if start < last:
                entry.planned = planned
                entry.placed = self._mixer.add(start, entry.pcm)
                entry.pcm = b""  # the mixer owns it now, and frees it
                begun.append(entry)
        self._waiting = [entry for entry in self._waiting if entry.placed is None]
        self._begun += begun
        return [entry.placed for entry in begun if entry.placed]

    @staticmethod
    def _free_from(entry: Entry, planned: int, start: int, placed: list[Entry]) -> int:
        if entry.cue.priority is Priority.BOUNDARY:
            return start
        for other in placed:
            if other.placed is None or other.planned is None:
                continue
            late = start > planned or other.placed.start > other.planned
            if late and other.placed.end > start:
                start = other.placed.end
        return start

    def finish(self, heard: int, anchor: Anchor, *, lost: str = "") -> None:
        """Frames before ``heard`` have left the device: report the cues that ended. With ``lost`` nobody heard them."""
        for entry in self._begun:
            if entry.placed and entry.placed.end <= heard:
                self._end(entry, CueStatus.LOST if lost else CueStatus.PLAYED, anchor, lost)
        self._begun = [entry for entry in self._begun if entry.placed and entry.placed.end > heard]

    def cut(self, heard: int, anchor: Anchor, reason: str) -> None:
        """A command silenced everything, when the frames before ``heard`` had left the device."""
        self.finish(heard, anchor)
        for entry in (*self._begun, *self._waiting):
            if entry.placed and entry.placed.start >= heard:
                entry.placed = None
            self._end(entry, CueStatus.CUT, anchor, reason)
        self._clear()

    def lose_begun(self, anchor: Anchor, reason: str) -> None:
        """The device died with these on the way."""
        for entry in self._begun:
            self._end(entry, CueStatus.LOST, anchor, reason)
        self._begun = []
        self._mixer.drop()

    def lose_due_before(self, ns: int, anchor: Anchor, reason: str) -> None:
        """Waiting cues that were due before ``ns`` will not be heard."""
        for entry in self._waiting:
            if entry.due_ns < ns:
                self._end(entry, CueStatus.LOST, anchor, reason)
        self._waiting = [entry for entry in self._waiting if entry.due_ns >= ns]

    def lose_all(self, anchor: Anchor, reason: str) -> None:
        """There is no device and nobody waits for one."""
        for entry in (*self._begun, *self._waiting):
            self._end(entry, CueStatus.LOST, anchor, reason)
        self._clear()

    def take_timings(self) -> Sequence[CueTiming]:
        """What ended since the last call."""
        ended, self._ended = self._ended, []
        return ended

    def _clear(self) -> None:
        self._waiting = []
        self._begun = []
        self._mixer.drop()

    def _end(self, entry: Entry, status: CueStatus, anchor: Anchor, reason: str) -> None:
        planned = anchor.frame_at(entry.at_ns) if entry.planned is None else entry.planned
        real: int | None = None
        late_ns: int | None = None
        if entry.placed is not None and status is not CueStatus.LOST:
            real = entry.placed.start
            late_ns = anchor.measured_ns_at(real) - entry.at_ns
        self._ended.append(CueTiming(entry.cue, status, planned, real, late_ns, reason))
