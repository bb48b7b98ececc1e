"""The plan laid along what was run, where no lap tells: the cheapest way to explain every second.

Dynamic programming over the intervals in order. A state is an instant at which an interval may begin; its cost is in
seconds, of what would have to be explained away: seconds walked in a run or run in a walk, seconds an interval was
longer or shorter than planned, intervals left out, time that belongs to none. Instants worth trying are those planned,
those at which the gait changed, and those at which a lap was pressed. The cost weights are [P].
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from coach.history.matching.cells import LONGEST_S
from coach.history.matching.gait import Track
from coach.history.matching.ran import reached_by
from coach.history.matching.steps import How, Placed, Placing
from coach.model.activity import Gait
from coach.model.timeline import Interval, Timeline
from coach.model.workout import DistanceDuration

_WALKED = 0.7
"""A second walked in a run. (One run in a walk costs 1.)"""
_OFF_TIME = 0.5
"""A second longer or shorter than planned."""
_LEFT_OUT = 20.0
_LEFT_OUT_SECOND = 0.5
"""An interval left out, and each second of it: with the time it leaves over, dearer than to have walked it."""
_AFTER_END, _AFTER_END_S = 0.1, 60.0
"""Each second, up to so many, of an interval that the recording ended before."""
_OUTSIDE_WALK, _OUTSIDE_RUN = 0.3, 0.5
"""A second that belongs to no interval, or an interval's that lies before the recording."""
_SOON_S, _SOON_SECOND = 180.0, 0.4
"""So late one may begin, and so long stop in between; each second beyond costs so much more."""
_BETWEEN, _SOONER = 15.0, 0.2
"""Time between two intervals that belongs to neither, and for each interval that is still to come."""
_PRESSED = 3.0
"""What it gains to end where a lap was pressed."""
_OPEN_S = 60.0
"""What an interval without a planned time is taken to last where a cost needs a time."""
_MOST_OFF_S, _OFF_STEP_S, _CLEARLY = 300, 2, 20.0
"""How far two clocks may differ, in what steps that is looked for, and how much better it must fit: so much, and twice
as well."""
_STATES = 32
_APART_S = 2.0
"""Instants nearer to each other are one to choose from."""
_NEXT_CHANGES = 6
_NEAR_S = 6.0


class _Way(NamedTuple):
    """The cheapest way to an instant, ``end``: from ``start`` on ``interval`` was done, or none, and the way there."""

    cost: float
    start: float
    end: float
    interval: Interval | None
    before: "_Way | None"


@dataclass(frozen=True, slots=True)
class _Ground:
    """The recording, ready to be asked how much of any time was running, and recorded at all."""

    track: Track
    edges: tuple[float, ...]
    timed: tuple[float, ...]  # seconds on the timer until each edge
    run: tuple[float, ...]  # of them running
    changes: tuple[float, ...]
    pressed: tuple[float, ...]
    end: float

    def timer(self, at: float) -> float:
        return _along(self.edges, self.timed, at)

    def running(self, at: float) -> float:
        return _along(self.edges, self.run, at)

    def wall(self, timer: float) -> float:
        """When the timer showed so much."""
        if timer >= self.timed[-1]:
            return self.edges[-1] + timer - self.timed[-1]
        return _along(self.timed, self.edges, timer)

    def odd(self, interval: Interval, start: float, end: float) -> float:
        """What the seconds cost that are not in the interval's gait."""
        run = self.running(end) - self.running(start)
        return _WALKED * (self.timer(end) - self.timer(start) - run) if interval.intensity.is_run else run

    def outside(self, start: float, end: float) -> float:
        """What time costs that belongs to no interval."""
        run = self.running(end) - self.running(start)
        return _OUTSIDE_RUN * run + _OUTSIDE_WALK * (self.timer(end) - self.timer(start) - run)

    def after(self, at: float, most: int) -> Sequence[float]:
        first = bisect_right(self.changes, at)
        return self.changes[first : first + most]


def _along(xs: Sequence[float], ys: Sequence[float], x: float) -> float:
    number = bisect_right(xs, x)
    if number == 0:
        return ys[0]
    if number == len(xs):
        return ys[-1]
    low, high = xs[number - 1], xs[number]
    return ys[number - 1] + (ys[number] - ys[number - 1]) * (x - low) / (high - low)


def place_by_gait(track: Track, timeline: Timeline, pressed: Sequence[float] = ()) -> Placing | None:
    """Where each interval of ``timeline`` lies; those left out are not there. None for a recording of nothing.

    ``pressed`` are the instants at which a lap began that no distance cut.
    """
    ground = _ground(track, pressed)
    if ground is None:
        return None
    ways: dict[int, _Way] = {}
    for way in _beginnings(ground, timeline):
        _offer(ways, way)
    for interval in timeline.intervals:
        to_come = len(timeline.intervals) - interval.index
        ways = _kept(_step(ground, interval, _kept(_with_extra(ground, ways, to_come))))
    best = min(
        (way._replace(cost=way.cost + ground.outside(way.end, ground.end)) for way in ways.values()),
        key=lambda way: (way.cost, way.end),
    )
    first = ground.edges[0]
    whole = max(ground.timer(ground.end), _OPEN_S)
    placed = tuple(
        Placed(interval.index, max(first, start), min(end, ground.end), _confidence(ground, interval, start, end))
        for interval, start, end in _done(best)
        if end > first and start < ground.end
    )
    return Placing(placed, min(1.0, max(0.0, 1 - best.cost / (_OFF_TIME * whole))), How.GAIT) if placed else None


def clock_off(track: Track, spans: Sequence[tuple[Interval, float, float]]) -> float:
    """By how many seconds another clock was behind the recording's, by which ``spans`` were taken down.

    A machine without a battery for its clock may be minutes off. It is 0 where no other figure is clearly better.
    """
    ground = _ground(track, ())
    if ground is None:
        return 0.0

    def odd(off: float) -> float:
        # Time outside the recording fits nothing, so that not all can be moved there.
        missing = sum(max(0.0, ground.edges[0] - s - off) + max(0.0, e + off - ground.end) for _, s, e in spans)
        return _OUTSIDE_WALK * missing + sum(
            ground.odd(interval, start + off, end + off) for interval, start, end in spans
        )

    tried = [float(off) for off in range(-_MOST_OFF_S, _MOST_OFF_S + 1, _OFF_STEP_S)]
    best = min(tried, key=lambda off: (odd(off), abs(off)))
    least, now = odd(best), odd(0.0)
    return best if now - least >= _CLEARLY and least <= now / 2 else 0.0


def _ground(track: Track, pressed: Sequence[float]) -> _Ground | None:
    cells = track.layout.cells
    if not cells or cells[-1].end - cells[0].start > LONGEST_S:
        return None
    edges, timed, run = [cells[0].start], [0.0], [0.0]
    for cell, chance in zip(cells, track.chances, strict=True):
        if cell.start > edges[-1]:  # the watch stood still
            edges.append(cell.start)
            timed.append(timed[-1])
            run.append(run[-1])
        # Where a recording says nothing it speaks against no plan.
        counts = 0.0 if cell.paused else 1.0
        edges.append(cell.end)
        timed.append(timed[-1] + counts * cell.seconds)
        run.append(run[-1] + counts * chance * cell.seconds)
    marks = sorted({at for at in pressed if edges[0] < at < edges[-1]})
    changes = {
        after.start
        for before, after in pairwise(track.stretches)
        if (before.gait is Gait.RUN) != (after.gait is Gait.RUN) or after.start > before.end
    }
    changes |= {before.end for before, after in pairwise(track.stretches) if after.start > before.end}
    return _Ground(
        track, tuple(edges), tuple(timed), tuple(run), tuple(sorted(changes | set(marks))), tuple(marks), edges[-1]
    )


def _beginnings(ground: _Ground, timeline: Timeline) -> Iterator[_Way]:
    """Instants at which the plan may have begun: with the recording, later, or before the watch was started."""
    first = ground.edges[0]
    starts = {first, *ground.after(first, _NEXT_CHANGES)}
    runs = [i.start_ms / 1000 for i in timeline.intervals if i.intensity.is_run and i.start_ms is not None]
    for change in (first, *ground.after(first, _NEXT_CHANGES)):
        starts.update(change - run for run in runs[:_NEXT_CHANGES])
    for at in sorted(starts):
        before = ground.outside(first, at) if at > first else _OUTSIDE_WALK * (first - at)
        yield _Way(before + _long(abs(at - first)), at, at, None, None)


def _long(seconds: float) -> float:
    return _SOON_SECOND * max(0.0, seconds - _SOON_S)


def _with_extra(ground: _Ground, ways: dict[int, _Way], to_come: int) -> dict[int, _Way]:
    """The ways on which something unplanned comes first."""
    wider = dict(ways)
    for way in ways.values():
        if way.before is None:
            continue  # what lies before the first has its own cost
        for change in ground.after(way.end, 3):
            cost = way.cost + _BETWEEN + _SOONER * to_come + ground.outside(way.end, change) + _long(change - way.end)
            _offer(wider, _Way(cost, way.end, change, None, way))
    return wider


def _step(ground: _Ground, interval: Interval, ways: dict[int, _Way]) -> dict[int, _Way]:
    """Every way, longer by ``interval``: done, or left out."""
    longer: dict[int, _Way] = {}
    seconds = _OPEN_S if interval.planned_ms is None else interval.planned_ms / 1000
    for way in ways.values():
        start = way.end
        gone = start >= ground.end - 1
        left_out = _AFTER_END * min(seconds, _AFTER_END_S) if gone else _LEFT_OUT + _LEFT_OUT_SECOND * seconds
        _offer(longer, _Way(way.cost + left_out, start, start, None, way))
        if gone:
            continue
        for end, off in _ends(ground, interval, start):
            cost = way.cost + ground.odd(interval, start, end) + _OFF_TIME * off
            if _is_near(ground.pressed, end, 1.0):
                cost -= _PRESSED
            _offer(longer, _Way(cost, start, end, interval, way))
    return longer


def _ends(ground: _Ground, interval: Interval, start: float) -> Iterator[tuple[float, float]]:
    """Instants at which the interval may end, each with how many seconds it is off the plan."""
    expected = _expected(ground, interval, start)
    if not expected:
        for change in ground.after(start, _NEXT_CHANGES):
            yield change, 0.0
        yield ground.end, 0.0
        return
    for end in expected:
        yield min(end, ground.end), 0.0
    until = start + max(2 * (max(expected) - start), max(expected) - start + 90)
    for change in ground.after(start, 2 * _NEXT_CHANGES):
        if change > until:
            break
        if change >= start + 1:
            yield change, min(abs(change - end) for end in expected)


def _expected(ground: _Ground, interval: Interval, start: float) -> tuple[float, ...]:
    """When the interval should end: by a coach's clock, which no stop of the watch halts, and by the watch's."""
    if interval.planned_ms is not None:
        seconds = interval.planned_ms / 1000
        by_clock = start + seconds
        by_watch = ground.wall(ground.timer(start) + seconds) if start >= ground.edges[0] else by_clock
        return (by_clock,) if abs(by_watch - by_clock) < 0.5 else (by_clock, by_watch)
    reached = ground.track.layout.reached
    if isinstance(interval.step.duration, DistanceDuration) and reached and reached[-1][1] > 0:
        goal = reached_by(reached, start) + interval.step.duration.cm / 100
        number = bisect_left(reached, goal, key=lambda point: point[1])
        return (reached[number][0],) if number < len(reached) else (ground.end,)
    return ()


def _offer(ways: dict[int, _Way], way: _Way) -> None:
    at = round(way.end / _APART_S)
    known = ways.get(at)
    if known is None or way.cost < known.cost:
        ways[at] = way


def _kept(ways: dict[int, _Way]) -> dict[int, _Way]:
    """The cheapest: so the work grows with the intervals, not with what could be thought of."""
    return dict(sorted(ways.items(), key=lambda item: (item[1].cost, item[0]))[:_STATES])


def _done(way: _Way | None) -> list[tuple[Interval, float, float]]:
    """The intervals done on the way, in order."""
    done: list[tuple[Interval, float, float]] = []
    while way is not None:
        if way.interval is not None:
            done.append((way.interval, way.start, way.end))
        way = way.before
    return done[::-1]


def _confidence(ground: _Ground, interval: Interval, start: float, end: float) -> float:
    """How far what was recorded bears it out: the gait within, and a change or a mark at each end."""
    start, end = max(start, ground.edges[0]), min(end, ground.end)
    timed = ground.timer(end) - ground.timer(start)
    run = ground.running(end) - ground.running(start)
    fits = 0.0 if timed <= 0 else run / timed if interval.intensity.is_run else 1 - run / timed
    ends = (ground.edges[0], *ground.changes, ground.end)
    borne_out = sum(_is_near(ends, at, _NEAR_S) for at in (start, end)) / 2
    return max(0.0, min(1.0, 0.25 + 0.25 * borne_out + 0.5 * fits))


def _is_near(instants: Sequence[float], at: float, within: float) -> bool:
    number = bisect_left(instants, at - within)
    return number < len(instants) and instants[number] <= at + within
