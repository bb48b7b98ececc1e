"""The cues still to be handed out: planned an interval at a time, just far enough ahead, thrown away by a command."""

import heapq
import math
from collections.abc import Sequence

from coach.model.cue import Cue, CueKind, DroppedCue, Sound
from coach.model.placement import GAP_NS, Length, Placement, Span, place, place_in_turn
from coach.model.script import Script
from coach.model.timeline import Timeline
from coach.session.outputs import CueDue

NS_PER_MS = 1_000_000
LOOKAHEAD_NS = 2_000 * NS_PER_MS
"""How long before its instant a cue is handed out (real time): a stall of the whole process may last as long."""
MARGIN_NS = 100 * NS_PER_MS
"""How soon after a command its first cue may sound (real time), so that no head is clipped."""
NOTICE_WAIT_NS = 5_000 * NS_PER_MS
"""How long a spoken notice waits for a gap (real time) before it is dropped; it can always be read."""


class Agenda:
    """Cues in the order they are to be handed out. All times are session nanoseconds, scaled by ``speed``."""

    def __init__(self, timeline: Timeline, script: Script, length: Length, speed: float) -> None:
        self._intervals = timeline.intervals
        self._script = script
        self._length = length
        self._speed = speed
        self._heap: list[tuple[int, int, CueDue | DroppedCue]] = []
        self._pushed = 0  # keeps equal instants in the order they were planned
        self._cursor: tuple[int, int] | None = None  # the next interval to plan, and when it starts
        self._handed: list[tuple[Span, CueKind]] = []  # what was handed out and is not over

    def scaled(self, real_ns: int) -> int:
        """Session nanoseconds that pass in ``real_ns``."""
        return real_ns if self._speed == 1.0 else math.ceil(real_ns * self._speed)

    def clear(self, now_ns: int) -> bool:
        """Throw the whole plan away. True if a cue already handed out is not over."""
        busy = self.busy_until(now_ns) > now_ns
        self._handed.clear()
        self.forget_plan()
        return busy

    def forget_plan(self) -> None:
        """Throw away what was not handed out yet."""
        self._heap.clear()
        self._cursor = None

    def busy_until(self, now_ns: int) -> int:
        """When the last cue handed out is over; ``now_ns`` if all are."""
        return max((end for _, end in self._unfinished(now_ns)), default=now_ns)

    def has_unheard(self, now_ns: int) -> bool:
        """Whether a cue was handed out that has not begun and depends on when the interval ends."""
        return any(begin > now_ns and kind is not CueKind.NOTICE for (begin, _), kind in self._handed)

    def next_due(self) -> int | None:
        """When there is next something to plan or to hand out."""
        times = [self._heap[0][0]] if self._heap else []
        if self._cursor is not None:
            times.append(self._cursor[1] - self.scaled(LOOKAHEAD_NS))
        return min(times, default=None)

    def take(self) -> CueDue | DroppedCue | None:
        """Do the one thing that is next due; what is to be handed out, if that was it."""
        lead = self.scaled(LOOKAHEAD_NS)
        if self._cursor is not None and (not self._heap or self._cursor[1] - lead <= self._heap[0][0]):
            self._plan_next()
            return None
        _, _, output = heapq.heappop(self._heap)
        if isinstance(output, CueDue):
            now = output.cue.at_ns - lead
            self._handed = [handed for handed in self._handed if handed[0][1] > now]
            self._handed.append((self._span(output.cue), output.cue.kind))
        return output

    def _plan_next(self) -> None:
        assert self._cursor is not None
        index, start = self._cursor
        if index == len(self._intervals):
            self._cursor = None
            self.say(CueKind.FINISH, self._script.session(CueKind.FINISH), start)
            return
        planned = self._intervals[index].planned_ms
        end = None if planned is None else start + planned * NS_PER_MS
        self.interval(index, start, end, start)

    def follow(self, index: int, start_ns: int | None) -> None:
        """Interval ``index`` (or the finish) begins at ``start_ns``; None if that is not known."""
        self._cursor = None if start_ns is None else (index, start_ns)

    def interval(
        self,
        index: int,
        start_ns: int,
        end_ns: int | None,
        after_ns: int,
        total_ns: int | None = None,
        taken: Sequence[Span] = (),
    ) -> None:
        """Plan the cues of one interval from ``after_ns`` on, and let the following one come after it.

        ``start_ns`` lies in the past where the interval goes on after a break. ``total_ns`` is its length if that is
        no longer as planned; ``taken`` is when something else is being said.
        """
        placed = place(
            self._script.interval(index, total_ns),
            interval=index,
            start_ns=start_ns,
            end_ns=end_ns,
            after_ns=after_ns,
            length=self._length,
            speed=self._speed,
            taken=taken,
        )
        self._add(placed)
        self.follow(index + 1, end_ns)

    def duration(self, sounds: Sequence[Sound]) -> int:
        """How long ``say`` needs for ``sounds``, 0 for none."""
        return max((end for _, end in self._in_turn(CueKind.START, sounds, 0, None).spans), default=0)

    def say(
        self, kind: CueKind, sounds: Sequence[Sound], from_ns: int, before_ns: int | None = None
    ) -> tuple[Span, ...]:
        """Plan ``sounds`` one after the other; one that does not end by ``before_ns`` is dropped. When they sound."""
        placed = self._in_turn(kind, sounds, from_ns, before_ns)
        self._add(placed)
        return placed.spans

    def _in_turn(self, kind: CueKind, sounds: Sequence[Sound], from_ns: int, before_ns: int | None) -> Placement:
        return place_in_turn(kind, sounds, at_ns=from_ns, length=self._length, speed=self._speed, end_ns=before_ns)

    def _add(self, placed: Placement) -> None:
        lead = self.scaled(LOOKAHEAD_NS)
        for cue in placed.cues:
            self._push(cue.at_ns - lead, CueDue(cue))
        for dropped in placed.dropped:
            self._push(dropped.cue.at_ns, dropped)

    def sounding(self, now_ns: int) -> tuple[Span, ...]:
        """The cues handed out that are not over."""
        return tuple(self._unfinished(now_ns))

    def _unfinished(self, now_ns: int) -> list[Span]:
        return [span for span, _ in self._handed if span[1] > now_ns]

    def notice(self, sounds: Sequence[Sound], now_ns: int, before_ns: int | None) -> None:
        """Sound ``sounds`` in turn in the first gap that is long enough, or drop them: they displace nothing."""
        at = now_ns + self.scaled(MARGIN_NS)
        needed, gap = self.duration(sounds), self.scaled(GAP_NS)
        planned = [self._span(output.cue) for _, _, output in self._heap if isinstance(output, CueDue)]
        for begin, end in sorted(planned + self._unfinished(now_ns)):
            if at + needed + gap <= begin:
                break
            at = max(at, end + gap)
        placed = self._in_turn(CueKind.NOTICE, sounds, at, None)
        too_late = at > now_ns + self.scaled(NOTICE_WAIT_NS)
        if too_late or (before_ns is not None and at + needed > before_ns):
            dropped = (DroppedCue(cue, "no gap was long enough for it") for cue in placed.cues)
            placed = Placement(dropped=(*placed.dropped, *dropped))
        self._add(placed)

    def _span(self, cue: Cue) -> Span:
        return (cue.at_ns, cue.at_ns + self.scaled(self._length(cue.sound) or 0))

    def _push(self, due_ns: int, output: CueDue | DroppedCue) -> None:
        self._pushed += 1
        heapq.heappush(self._heap, (due_ns, self._pushed, output))
