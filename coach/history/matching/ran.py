"""What a recording comes to, whatever was planned: running, its longest bout, steps, and how form changed."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from coach.history.matching.cells import Caveat, Cell
from coach.history.matching.gait import Stretch, Track
from coach.model.activity import Gait
from coach.model.estimate import LEAST_WALK_MS

LEAST_THIRD_S = 60.0
"""[P] With less of a figure in a third of the running, no change of form is told."""
_SETTLING_S = 5.0
"""So long after a run began and before it ended it is a change of gait, not a gait."""


class Means(NamedTuple):
    """Means over some time, where the recording holds them. Cadence in steps a minute; balance in per cent, left."""

    cadence: float | None = None
    stance_ms: float | None = None
    balance_left: float | None = None
    heart_rate: float | None = None


NOTHING = Means()


class Drift(NamedTuple):
    """The last third of all running less the first third. It is told as it is, and says nothing of why."""

    cadence: float | None = None
    stance_ms: float | None = None
    balance_left: float | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """The figures of a recording; times without the watch's stops.

    ``run_ms`` is what counts as load: where it is uncertain whether somebody ran, they did. Of it ``sure_run_ms`` is
    certain; ``doubtful_ms`` is the rest. ``bout_ms`` is the longest running without a walk of half a minute or more,
    ``sure_bout_ms`` the longest that is certain.
    """

    run_ms: int
    sure_run_ms: int
    doubtful_ms: int
    bout_ms: int
    sure_bout_ms: int
    walked_ms: int
    stood_ms: int
    distance_m: float | None
    run_distance_m: float | None
    steps: int | None
    means: Means
    drift: Drift
    caveats: frozenset[Caveat]


def ran(track: Track) -> Ran:
    """The figures of ``track``."""
    stretches = track.stretches
    run = _ms(s for s in stretches if s.counts)
    sure = _ms(s for s in stretches if s.is_sure)
    running = list(running_cells(track))
    return Ran(
        run_ms=run,
        sure_run_ms=sure,
        doubtful_ms=run - sure,
        bout_ms=min(run, longest_bout_ms(stretches)),
        sure_bout_ms=min(sure, longest_bout_ms(s if s.is_sure else _walked(s) for s in stretches)),
        walked_ms=_ms(s for s in stretches if not s.counts and s.gait is Gait.WALK),
        stood_ms=_ms(s for s in stretches if not s.counts and s.gait is Gait.STAND),
        distance_m=metres(track, 0.0, track.end),
        run_distance_m=_run_metres(track),
        steps=_steps(cell for cell, _ in running),
        means=means(cell for cell, _ in running),
        drift=_drift([cell for cell, settled in running if settled]),
        caveats=track.caveats,
    )


def _walked(stretch: Stretch) -> Stretch:
    return stretch._replace(gait=Gait.WALK, doubtful=False) if stretch.counts else stretch


def longest_bout_ms(stretches: Iterable[Stretch]) -> int:
    """As coach/history/runs.py has it: a walk of half a minute or more ends a bout, the watch's stops do not."""
    bout = longest = pause = 0.0
    for stretch in stretches:
        if not stretch.counts:
            pause += stretch.seconds
            continue
        bout = stretch.seconds + (bout if pause * 1000 < LEAST_WALK_MS else 0.0)
        longest, pause = max(longest, bout), 0.0
    return round(longest * 1000)


def between(track: Track, start: float, end: float) -> Iterator[Cell]:
    """The cells from ``start`` to ``end``, those at the edges cut."""
    cells = track.layout.cells
    number = max(0, bisect_right(cells, start, key=lambda cell: cell.start) - 1)
    while number < len(cells) and cells[number].start < end:
        cell = cells[number]
        lo, hi = max(cell.start, start), min(cell.end, end)
        if lo < hi:
            yield cell._replace(start=lo, end=hi)
        number += 1


def stretches_between(track: Track, start: float, end: float) -> Iterator[Stretch]:
    """The stretches from ``start`` to ``end``, those at the edges cut."""
    stretches = track.stretches
    number = max(0, bisect_right(stretches, start, key=lambda s: s.start) - 1)
    while number < len(stretches) and stretches[number].start < end:
        stretch = stretches[number]
        lo, hi = max(stretch.start, start), min(stretch.end, end)
        if lo < hi:
            yield stretch._replace(start=lo, end=hi)
        number += 1


def running_cells(track: Track) -> Iterator[tuple[Cell, bool]]:
    """The cells that count as running, each with whether the gait had settled by then."""
    for stretch in track.stretches:
        if stretch.counts:
            settled_from, settled_to = stretch.start + _SETTLING_S, stretch.end - _SETTLING_S
            for cell in between(track, stretch.start, stretch.end):
                yield cell, settled_from <= cell.start and cell.end <= settled_to


def metres(track: Track, start: float, end: float) -> float | None:
    """How far somebody came from ``start`` to ``end``; None where that is not known."""
    reached = track.layout.reached
    if len(reached) >= 2 and reached[-1][1] > 0:
        return max(0.0, reached_by(reached, end) - reached_by(reached, start))
    speeds = [cell.speed * cell.seconds for cell in between(track, start, end) if cell.speed is not None]
    return sum(speeds) if speeds else None


def reached_by(reached: tuple[tuple[float, float], ...], at: float) -> float:
    number = bisect_right(reached, at, key=lambda point: point[0])
    if number == 0:
        return 0.0
    if number == len(reached):
        return reached[-1][1]
    (before, there), (after, here) = reached[number - 1], reached[number]
    return there + (here - there) * (at - before) / (after - before)


def means(cells: Iterable[Cell]) -> Means:
    """The means over ``cells``; steps not counted are no cadence."""
    kept = list(cells)
    return Means(
        _mean((cell.cadence or None, cell.seconds) for cell in kept),
        _mean((cell.stance_ms, cell.seconds) for cell in kept),
        _mean((cell.balance_left, cell.seconds) for cell in kept),
        _mean((cell.heart_rate, cell.seconds) for cell in kept),
    )


def _ms(stretches: Iterable[Stretch]) -> int:
    return round(1000 * sum(stretch.seconds for stretch in stretches))


def _mean(figures: Iterable[tuple[float | None, float]], least_s: float = 0.0) -> float | None:
    total = weight = 0.0
    for figure, seconds in figures:
        if figure is not None:
            total += figure * seconds
            weight += seconds
    return total / weight if weight > 0 and weight >= least_s else None


def _run_metres(track: Track) -> float | None:
    parts = [metres(track, s.start, s.end) for s in track.stretches if s.counts]
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def _steps(cells: Iterable[Cell]) -> int | None:
    """Footsteps while running; where the cadence was missed, as many as else."""
    counted = known = unknown = 0.0
    for cell in cells:
        if cell.cadence:
            counted += cell.cadence * cell.seconds / 60
            known += cell.seconds
        else:
            unknown += cell.seconds
    return round(counted * (known + unknown) / known) if known else None


def _drift(cells: list[Cell]) -> Drift:
    third = sum(cell.seconds for cell in cells) / 3
    first: list[Cell] = []
    last: list[Cell] = []
    at = 0.0
    for cell in cells:
        middle = at + cell.seconds / 2
        at += cell.seconds
        if middle < third:
            first.append(cell)
        elif middle >= 2 * third:
            last.append(cell)
    return Drift(
        _change([(c.cadence or None, c.seconds) for c in first], [(c.cadence or None, c.seconds) for c in last]),
        _change([(c.stance_ms, c.seconds) for c in first], [(c.stance_ms, c.seconds) for c in last]),
        _change([(c.balance_left, c.seconds) for c in first], [(c.balance_left, c.seconds) for c in last]),
    )


def _change(first: list[tuple[float | None, float]], last: list[tuple[float | None, float]]) -> float | None:
    before, after = _mean(first, LEAST_THIRD_S), _mean(last, LEAST_THIRD_S)
    return None if before is None or after is None else after - before
