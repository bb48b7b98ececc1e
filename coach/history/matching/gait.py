"""Run, walk or stand, second by second: a hidden Markov model over cells, with the runner's own two gaits learnt first.

How fast and at what cadence somebody walks and jogs differs from runner to runner, and a jog of 2.0 m/s is hardly
quicker than a brisk walk. So no threshold decides. Two bells for walking and running, begun at the figures below, are
fitted to this recording (expectation–maximisation, held near where they began); then each cell gets its chances from
all cells before and after it (forward–backward), for nobody changes gait every second.

The figures are [P], project choices; none is clinical. They hold the bells apart at a cadence of about 140, near which
walkers begin to run (135–140 steps a minute in doi 10.1016/j.humov.2023.103117, read in its abstract only).
"""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from typing import NamedTuple

from coach.history.matching.cells import Caveat, Cell, Layout, lay_out
from coach.model.activity import Activity, Gait, Split

GAITS = (Gait.RUN, Gait.WALK, Gait.STAND)
_RUN = 0
_Three = tuple[float, float, float]
_ROOT_TAU = math.sqrt(math.tau)


class Bell(NamedTuple):
    """A normal distribution, and within what its mean may move."""

    mean: float
    spread: float
    low: float
    high: float
    narrowest: float
    widest: float

    def density(self, x: float) -> float:
        z = (x - self.mean) / self.spread
        return exp(-0.5 * z * z) / (self.spread * _ROOT_TAU)


class Gaits(NamedTuple):
    """How one runner runs and walks: cadence in steps a minute, speed in metres a second."""

    run_cadence: Bell = Bell(160, 12, 140, 215, 5, 14)
    walk_cadence: Bell = Bell(114, 12, 70, 134, 4, 12)
    run_speed: Bell = Bell(2.5, 0.5, 1.5, 7, 0.15, 0.8)
    walk_speed: Bell = Bell(1.45, 0.35, 0.6, 2.1, 0.15, 0.5)


_ANYONE = Gaits()
"""Beside their own, a runner may always jog as anyone does: uphill, say, at half the usual speed."""
_LOG_AS_ANYONE = log(0.3)
_SPEED_COUNTS = 0.5
"""Of speed, beside a cadence: it goes up and down with the hills, and GPS errs for seconds on end."""
_HELD_BY_S = 60.0
"""So many seconds' worth of readings the first figures weigh."""
_ROUNDS = 6
_MOST_POINTS = 400
_ODD = 0.08
"""The share of readings that are faults: any figure is as likely then."""
_ODD_CADENCE = _ODD / 260
_ODD_SPEED = _ODD / 12
_MISSED = 0.05
"""How often a moving runner's cadence reads 0, and how often a standing one's does not."""
_LOG_MISSED = log(_MISSED)
_LOG_STILL = log(1 - _MISSED)
_LOG_STEPS_STANDING = log(_MISSED / 260)
_STILL = Bell(0.0, 0.3, 0, 0, 0.3, 0.3)
_NEARLY_STILL = 0.5
_PER_SECOND = 0.35
"""What a second counts for by itself: watches smooth over some three."""
_WEIGHT_S = 3.0
_SPLIT_SAYS = 2.0
"""How far, in natural logarithms, the watch's own finding moves each second: data that plainly differ outweigh it."""
_STAY_S = 75.0
"""A stretch of one gait lasts about so long: published tables run and walk for half a minute to some minutes."""
_USUAL = (0.46, 0.46, 0.08)
_ON_A_WALK = (0.1, 0.8, 0.1)
"""Chances before anything is known: in what was recorded as a run or as anything else, and as a walk."""
_WALKS = frozenset(("walking", "hiking"))

DOUBT = 0.2
"""[P] Where the chance of running is so much, it counts as running for the load. So much short of 1, it is not sure."""
_BLUR_S = 5.0
"""[P] Less of doubt between a run and a walk is only the change itself."""


class Stretch(NamedTuple):
    """One gait from ``start`` to ``end``, in seconds. ``chance`` is that of running, over the stretch.

    ``doubtful`` where it may have been running or not, for longer than a change takes. None spans the watch's stops.
    """

    gait: Gait
    start: float
    end: float
    confidence: float
    chance: float
    doubtful: bool = False

    @property
    def seconds(self) -> float:
        return self.end - self.start

    @property
    def counts(self) -> bool:
        """Whether it is running for the load: where that is uncertain, it is."""
        return self.gait is Gait.RUN or self.doubtful

    @property
    def is_sure(self) -> bool:
        """Whether it surely was running."""
        return self.gait is Gait.RUN and not self.doubtful


@dataclass(frozen=True, slots=True)
class Track:
    """A recording with a gait for every second. ``chances`` are those of running, one a cell."""

    layout: Layout
    gaits: Gaits
    chances: tuple[float, ...]
    stretches: tuple[Stretch, ...]
    caveats: frozenset[Caveat]

    @property
    def end(self) -> float:
        """Where the last stretch ends."""
        return self.stretches[-1].end if self.stretches else 0.0

    def at(self, second: float) -> Stretch | None:
        """The stretch at an instant; None where the watch stood still, or nothing is known."""
        number = bisect_right(self.stretches, second, key=lambda stretch: stretch.start) - 1
        found = self.stretches[number] if number >= 0 else None
        return found if found is not None and second < found.end else None


_NOT_ON_FOOT = frozenset(
    ("cycling", "e_biking", "swimming", "rowing", "paddling", "driving", "motorcycling", "sailing", "flying")
)


def track(activity: Activity) -> Track:
    """How somebody moved in ``activity``."""
    layout = lay_out(activity)
    cells = layout.cells
    caveats = set(layout.caveats)
    if activity.sport in _NOT_ON_FOOT:
        caveats.add(Caveat.NOT_ON_FOOT)
        chances: list[_Three] = [(0.0, 0.0, 1.0)] * len(cells)
        return Track(
            layout, _ANYONE, (0.0,) * len(cells), tuple(_stretches(cells, chances, blind=False)), frozenset(caveats)
        )
    gaits = learn(cells)
    hints = _hints(cells, layout, activity.splits)
    evidence = [_evidence(cell, gaits, hint) for cell, hint in zip(cells, hints, strict=True)]
    on_a_walk = activity.sport in _WALKS
    chances = _smoothed(cells, evidence, _ON_A_WALK if on_a_walk else _USUAL)
    stretches = tuple(_stretches(cells, chances, blind=not on_a_walk))
    if any(stretch.doubtful for stretch in stretches):
        caveats.add(Caveat.DOUBTFUL)
    return Track(layout, gaits, tuple(each[_RUN] for each in chances), stretches, frozenset(caveats))


def learn(cells: Sequence[Cell]) -> Gaits:
    """The runner's own gaits, from some hundred cells in which somebody moved."""
    moving = [cell for cell in cells if not cell.weak and not _is_still(cell)]
    every = max(1, math.ceil(len(moving) / _MOST_POINTS))
    points = moving[::every]
    first = gaits = _ANYONE
    for _ in range(_ROUNDS if points else 0):
        cadence_runs: list[tuple[float, float, float]] = []
        cadence_walks: list[tuple[float, float, float]] = []
        speed_runs: list[tuple[float, float, float]] = []
        speed_walks: list[tuple[float, float, float]] = []
        for cell in points:
            share, weight = _share(cell, gaits), every * min(cell.seconds, _WEIGHT_S)
            if cell.cadence:
                cadence_runs.append((cell.cadence, share, weight))
                cadence_walks.append((cell.cadence, 1 - share, weight))
            if cell.speed is not None:
                speed_runs.append((cell.speed, share, weight))
                speed_walks.append((cell.speed, 1 - share, weight))
        gaits = Gaits(
            _fit(first.run_cadence, gaits.run_cadence, cadence_runs, _ODD_CADENCE),
            _fit(first.walk_cadence, gaits.walk_cadence, cadence_walks, _ODD_CADENCE),
            _fit(first.run_speed, gaits.run_speed, speed_runs, _ODD_SPEED),
            _fit(first.walk_speed, gaits.walk_speed, speed_walks, _ODD_SPEED),
        )
    return gaits


def _is_still(cell: Cell) -> bool:
    return not cell.cadence and (cell.speed is None or cell.speed < _NEARLY_STILL)


def _share(cell: Cell, gaits: Gaits) -> float:
    """The chance that a moving cell, by itself, is running."""
    run, walk, _ = _evidence(cell, gaits, None)
    return 1 / (1 + exp(min(60.0, max(-60.0, walk - run))))


def _fit(first: Bell, now: Bell, points: Sequence[tuple[float, float, float]], odd: float) -> Bell:
    """The bell by ``points`` (figure, share, weight) and, so that it stays what it is, by where it began.

    A figure far outside is a fault of the sensor and moves nothing.
    """
    weight, total, squares = _HELD_BY_S, _HELD_BY_S * first.mean, _HELD_BY_S * first.spread**2
    kept: list[tuple[float, float]] = []
    for x, share, counts in points:
        likely = now.density(x) * (1 - _ODD)
        belongs = share * counts * likely / (likely + odd)
        weight += belongs
        total += belongs * x
        kept.append((x, belongs))
    mean = min(first.high, max(first.low, total / weight))
    squares += sum(belongs * (x - mean) ** 2 for x, belongs in kept)
    return now._replace(mean=mean, spread=min(first.widest, max(first.narrowest, math.sqrt(squares / weight))))


def _evidence(cell: Cell, gaits: Gaits, hint: Gait | None) -> _Three:
    """How likely the cell's readings are when running, walking and standing: logarithms.

    Who is quicker than usual still runs: beyond the mean it falls no further.
    """
    cadence, speed = cell.cadence, cell.speed
    counts = _SPEED_COUNTS if cadence else 1.0
    run = _as_run(cadence, speed, counts, gaits)
    walk = stand = 0.0
    if cadence:
        run = max(run, _as_run(cadence, speed, counts, _ANYONE) + _LOG_AS_ANYONE)
        walk = log((1 - _ODD) * gaits.walk_cadence.density(cadence) + _ODD_CADENCE)
        stand = _LOG_STEPS_STANDING
    elif cadence is not None:
        walk, stand = _LOG_MISSED, _LOG_STILL
    if speed is not None:
        walk += counts * log((1 - _ODD) * gaits.walk_speed.density(speed) + _ODD_SPEED)
        stand += counts * log(2 * (1 - _ODD) * _STILL.density(speed) + _ODD_SPEED)
    if hint is not None:
        run += _SPLIT_SAYS * (hint is Gait.RUN)
        walk += _SPLIT_SAYS * (hint is Gait.WALK)
        stand += _SPLIT_SAYS * (hint is Gait.STAND)
    return run, walk, stand


def _as_run(cadence: float | None, speed: float | None, counts: float, gaits: Gaits) -> float:
    run = 0.0
    if cadence:
        bell = gaits.run_cadence
        run = log((1 - _ODD) * bell.density(min(cadence, bell.mean)) + _ODD_CADENCE)
    elif cadence is not None:
        run = _LOG_MISSED
    if speed is not None:
        bell = gaits.run_speed
        run += counts * log((1 - _ODD) * bell.density(min(speed, bell.mean)) + _ODD_SPEED)
    return run


def _hints(cells: Sequence[Cell], layout: Layout, splits: Sequence[Split]) -> list[Gait | None]:
    """What the watch itself took each cell for. Of splits that overlap the later one holds."""
    spans = sorted(
        ((s.start - layout.origin).total_seconds(), (s.end - layout.origin).total_seconds(), s.gait) for s in splits
    )
    hints: list[Gait | None] = []
    number, now = 0, None
    for cell in cells:
        middle = (cell.start + cell.end) / 2
        while number < len(spans) and spans[number][0] <= middle:
            now = spans[number]
            number += 1
        hints.append(now[2] if now is not None and middle < now[1] else None)
    return hints


def _smoothed(cells: Sequence[Cell], evidence: Sequence[_Three], usual: _Three) -> list[_Three]:
    """The chances of the three gaits in each cell, given all cells. Written out: it runs for every second there is."""
    if not cells:
        return []
    likely: list[_Three] = []
    for cell, (run, walk, stand) in zip(cells, evidence, strict=True):
        weight, top = _PER_SECOND * min(cell.end - cell.start, _WEIGHT_S), max(run, walk, stand)
        likely.append((exp(weight * (run - top)), exp(weight * (walk - top)), exp(weight * (stand - top))))
    middles = [(cell.start + cell.end) / 2 for cell in cells]
    stays = [0.0, *(exp((before - after) / _STAY_S) for before, after in pairwise(middles))]
    usual_run, usual_walk, usual_stand = usual
    forward: list[_Three] = []
    run, walk, stand = usual
    for (run_now, walk_now, stand_now), stay in zip(likely, stays, strict=True):
        move = 1 - stay
        run = (stay * run + move * usual_run) * run_now
        walk = (stay * walk + move * usual_walk) * walk_now
        stand = (stay * stand + move * usual_stand) * stand_now
        total = run + walk + stand
        run, walk, stand = run / total, walk / total, stand / total
        forward.append((run, walk, stand))
    chances: list[_Three] = []
    run = walk = stand = 1.0
    for before, now, stay in zip(reversed(forward), reversed(likely), reversed(stays), strict=True):
        run_here, walk_here, stand_here = before[0] * run, before[1] * walk, before[2] * stand
        total = run_here + walk_here + stand_here
        chances.append((run_here / total, walk_here / total, stand_here / total))
        run, walk, stand = run * now[0], walk * now[1], stand * now[2]
        moved = (1 - stay) * (usual_run * run + usual_walk * walk + usual_stand * stand)
        run, walk, stand = stay * run + moved, stay * walk + moved, stay * stand + moved
        total = run + walk + stand
        run, walk, stand = run / total, walk / total, stand / total
    chances.reverse()
    return chances


def _stretches(cells: Sequence[Cell], chances: Sequence[_Three], *, blind: bool) -> Iterator[Stretch]:
    """Neighbouring cells of one gait as one. What may have been running is a stretch of its own.

    ``blind`` is whether time of which nothing is known may have been running, however likely that is.
    """
    parts: list[tuple[int, int, int, bool]] = []  # first cell, cell after the last, gait, doubtful
    for number, each in enumerate(chances):
        gait = max(range(3), key=lambda g: each[g])
        unknown = cells[number].weak and cells[number].speed is None
        doubtful = DOUBT <= each[_RUN] < 1 - DOUBT or (blind and unknown)
        if parts and parts[-1][2:] == (gait, doubtful) and cells[number].start == cells[number - 1].end:
            parts[-1] = (parts[-1][0], number + 1, gait, doubtful)
        else:
            parts.append((number, number + 1, gait, doubtful))
    merged: list[tuple[int, int, int, bool]] = []
    for first, last, gait, doubtful in parts:
        if doubtful and cells[last - 1].end - cells[first].start < _BLUR_S:
            doubtful = False
        joins = merged and merged[-1][2:] == (gait, doubtful) and cells[first].start == cells[first - 1].end
        if joins:
            merged[-1] = (merged[-1][0], last, gait, doubtful)
        else:
            merged.append((first, last, gait, doubtful))
    for first, last, gait, doubtful in merged:
        within = list(zip(cells[first:last], chances[first:last], strict=True))
        seconds = sum(cell.seconds for cell, _ in within)
        sure = sum(cell.seconds * each[gait] for cell, each in within) / seconds
        run = sum(cell.seconds * each[_RUN] for cell, each in within) / seconds
        start, end = cells[first].start, cells[last - 1].end
        yield Stretch(GAITS[gait], start, end, min(1.0, sure), min(1.0, run), doubtful)
