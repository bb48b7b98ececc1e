"""Planned against done: one recording held against one workout."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from coach.history.matching.align import clock_off, place_by_gait
from coach.history.matching.gait import Track, track
from coach.history.matching.ran import NOTHING, Means, Ran, between, means, metres, ran, stretches_between
from coach.history.matching.steps import How, Placed, Placing, place_by_steps
from coach.model.activity import Activity
from coach.model.sheets import Lap
from coach.model.timeline import Interval, Timeline, compile_timeline
from coach.model.workout import DistanceDuration, Workout

_LEAST_EXTRA_S = 5.0
"""Less between two intervals is how boundaries fall."""


@dataclass(frozen=True, slots=True)
class IntervalDone:
    """One interval of the plan, and what became of it. Times without the watch's stops; instants are UTC.

    ``start`` and ``end`` are None, and ``done_ms`` 0, where it was not done. ``run_ms`` is the running in it, as it
    counts (doubt is running); of it ``sure_run_ms`` is certain. ``means`` are over the running of a run, over all of a
    walk. ``confidence`` is how sure it is that this was this interval.
    """

    interval: Interval
    start: datetime | None = None
    end: datetime | None = None
    done_ms: int = 0
    run_ms: int = 0
    sure_run_ms: int = 0
    distance_m: float | None = None
    means: Means = NOTHING
    confidence: float = 0.0

    @property
    def planned_ms(self) -> int | None:
        return self.interval.planned_ms

    @property
    def planned_m(self) -> float | None:
        duration = self.interval.step.duration
        return duration.cm / 100 if isinstance(duration, DistanceDuration) else None

    @property
    def share(self) -> float:
        """How much of its planned running was done, at most 1. A walk has none: 1. An open run is whole if begun."""
        if not self.interval.intensity.is_run:
            return 1.0
        if self.planned_ms is not None:
            return min(1.0, self.sure_run_ms / self.planned_ms)
        if self.planned_m is not None and self.distance_m is not None and self.done_ms:
            return min(1.0, self.distance_m / self.planned_m * self.sure_run_ms / self.done_ms)
        return 1.0 if self.sure_run_ms else 0.0


class Extra(NamedTuple):
    """Time that belongs to no interval of the plan."""

    start: datetime
    end: datetime
    run_ms: int


@dataclass(frozen=True, slots=True)
class Matched:
    """A recording held against a plan. ``intervals`` are all of the plan's, in order.

    ``planned_run_ms`` is None where the plan gives some running by distance or leaves it open. ``adherence`` is the
    share of the planned running that was surely done in its place, 0 to 1; None for a plan without running.
    ``over_ms`` is the running beyond the plan, doubt counted as running; ``under_ms`` what is lacking, doubt not
    counted. Both are None where the plan gives no time.
    """

    timeline: Timeline
    how: How
    confidence: float
    intervals: tuple[IntervalDone, ...]
    extras: tuple[Extra, ...]
    ran: Ran
    planned_run_ms: int | None
    adherence: float | None
    over_ms: int | None
    under_ms: int | None

    @property
    def sure_over_ms(self) -> int | None:
        """The running beyond the plan that is certain."""
        return None if self.planned_run_ms is None else max(0, self.ran.sure_run_ms - self.planned_run_ms)


def match(activity: Activity, workout: Workout, *, laps: Sequence[Lap] = (), known: Track | None = None) -> Matched:
    """``activity`` held against ``workout``.

    ``laps`` are the session's as a coach ran it (``coach.history.laps.done_laps``), where one did: then it is known
    which interval was when. ``known`` is the track of this activity, if it was made already.
    """
    found = known or track(activity)
    timeline = compile_timeline(workout)
    placing = place(activity, found, timeline, laps)
    intervals = tuple(_intervals(found, timeline, placing))
    whole = ran(found)
    planned = _planned_run_ms(timeline)
    return Matched(
        timeline=timeline,
        how=placing.how,
        confidence=placing.confidence,
        intervals=intervals,
        extras=tuple(_extras(found, placing)),
        ran=whole,
        planned_run_ms=planned,
        adherence=_adherence(intervals, planned),
        over_ms=None if planned is None else max(0, whole.run_ms - planned),
        under_ms=None if planned is None else max(0, planned - whole.sure_run_ms),
    )


def place(activity: Activity, found: Track, timeline: Timeline, laps: Sequence[Lap] = ()) -> Placing:
    """Where each interval lies: by the coach's own laps, by the watch's steps, or by the gait."""
    origin = found.layout.origin
    placing = _place_by_coach(laps, timeline, found) or place_by_steps(activity, timeline, origin)
    if placing is None:
        placing = place_by_gait(found, timeline, _pressed(activity, origin))
    return placing or Placing((), 0.0, How.GAIT)


def _pressed(activity: Activity, origin: datetime) -> list[float]:
    """When a lap began that no distance cut."""
    laps = sorted(activity.laps, key=lambda lap: (lap.start, lap.end))
    return [(lap.start - origin).total_seconds() for before, lap in pairwise(laps) if not before.by_itself]


def _place_by_coach(laps: Sequence[Lap], timeline: Timeline, found: Track) -> Placing | None:
    """As the coach that ran the session has it, by the watch's clock. Of an interval done twice, the longer time."""
    origin, longest = found.layout.origin, dict[int, tuple[float, float]]()
    for lap in laps:
        if lap.interval is None or not 0 <= lap.interval < len(timeline.intervals):
            continue
        start, end = (lap.start - origin).total_seconds(), (lap.end - origin).total_seconds()
        known = longest.get(lap.interval)
        if known is None or end - start > known[1] - known[0]:
            longest[lap.interval] = (start, end)
    off = clock_off(found, [(timeline.intervals[index], *span) for index, span in longest.items()])
    spans = {index: (max(0.0, start + off), min(found.end, end + off)) for index, (start, end) in longest.items()}
    placed = [Placed(index, start, end, 1.0) for index, (start, end) in spans.items() if end > start]
    return Placing(tuple(sorted(placed, key=lambda each: each.start)), 1.0, How.COACH) if placed else None


def _intervals(found: Track, timeline: Timeline, placing: Placing) -> Iterator[IntervalDone]:
    places = {placed.interval: placed for placed in placing.placed}
    for interval in timeline.intervals:
        placed = places.get(interval.index)
        yield IntervalDone(interval) if placed is None else _done(found, interval, placed)


def _done(found: Track, interval: Interval, placed: Placed) -> IntervalDone:
    start, end = placed.start, placed.end
    stretches = list(stretches_between(found, start, end))
    cells = list(between(found, start, end))
    ran_in = [cell for s in stretches if s.counts for cell in between(found, s.start, s.end)]
    return IntervalDone(
        interval=interval,
        start=found.layout.origin + timedelta(seconds=start),
        end=found.layout.origin + timedelta(seconds=end),
        done_ms=_ms(cell.seconds for cell in cells if not cell.paused),
        run_ms=_ms(s.seconds for s in stretches if s.counts),
        sure_run_ms=_ms(s.seconds for s in stretches if s.is_sure),
        distance_m=metres(found, start, end),
        means=means(ran_in if interval.intensity.is_run and ran_in else cells),
        confidence=placed.confidence,
    )


def _extras(found: Track, placing: Placing) -> Iterator[Extra]:
    at = 0.0
    spans = sorted((placed.start, placed.end) for placed in placing.placed)
    for start, end in (*spans, (found.end, found.end)):
        stretches = list(stretches_between(found, at, start)) if start - at >= _LEAST_EXTRA_S else []
        if sum(s.seconds for s in stretches) >= _LEAST_EXTRA_S:
            origin = found.layout.origin
            yield Extra(
                origin + timedelta(seconds=at),
                origin + timedelta(seconds=start),
                _ms(s.seconds for s in stretches if s.counts),
            )
        at = max(at, end)


def _planned_run_ms(timeline: Timeline) -> int | None:
    runs = [interval.planned_ms for interval in timeline.intervals if interval.intensity.is_run]
    return None if any(ms is None for ms in runs) else sum(ms or 0 for ms in runs)


def _adherence(intervals: Sequence[IntervalDone], planned_run_ms: int | None) -> float | None:
    """Where all running is planned by time, longer runs weigh more; else each weighs the same."""
    runs = [(done.share, done.planned_ms or 0) for done in intervals if done.interval.intensity.is_run]
    if not runs:
        return None
    if planned_run_ms:
        return sum(share * ms for share, ms in runs) / planned_run_ms
    return sum(share for share, _ in runs) / len(runs)


def _ms(seconds: Iterable[float]) -> int:
    return round(1000 * sum(seconds))
