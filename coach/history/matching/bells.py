"""How one runner runs and walks, as bells: normal distributions of cadence and speed, learnt from the recording.

The figures are [P], project choices; none is clinical. They hold the bells apart at a cadence of about 140, near which
walkers begin to run (135–140 steps a minute in doi 10.1016/j.humov.2023.103117, read in its abstract only).
"""

import math
from collections.abc import Sequence
from math import exp, log
from statistics import median
from typing import NamedTuple

from coach.history.matching.cells import Cell
from coach.model.activity import Gait

Three = tuple[float, float, float]
"""One figure each for running, walking and standing."""
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


ANYONE = Gaits()
"""Beside their own, a runner may always jog as anyone does: uphill, say, at half the usual speed."""
_LOG_AS_ANYONE = log(0.3)
_SPEED_COUNTS = 0.5
"""Of speed, beside a cadence: it goes up and down with the hills, and GPS errs for seconds on end."""
_SPREAD = 1.4826
"""Of a normal distribution: its spread by the middle distance from its middle."""
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
WEIGHT_S = 3.0
"""What one reading counts for at most, in seconds, however long it stands for."""
_SPLIT_SAYS = 2.0
"""How far, in natural logarithms, the watch's own finding moves each second: data that plainly differ outweigh it."""


def learn(cells: Sequence[Cell]) -> Gaits:
    """The runner's own gaits, from some hundred cells in which somebody moved."""
    points, every = _points(cells)
    first = gaits = ANYONE
    for _ in range(_ROUNDS if points else 0):
        cadence_runs: list[tuple[float, float, float]] = []
        cadence_walks: list[tuple[float, float, float]] = []
        speed_runs: list[tuple[float, float, float]] = []
        speed_walks: list[tuple[float, float, float]] = []
        for cell in points:
            share, weight = _share(cell, gaits), every * min(cell.seconds, WEIGHT_S)
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


def pooled(cells: Sequence[Cell]) -> Gaits:
    """As if the runner had but one gait: the same bells for both."""
    points, _ = _points(cells)
    cadence = _one([cell.cadence for cell in points if cell.cadence], ANYONE.run_cadence)
    speed = _one([cell.speed for cell in points if cell.speed is not None], ANYONE.run_speed)
    return Gaits(cadence, cadence, speed, speed)


def _one(figures: Sequence[float], first: Bell) -> Bell:
    """By the middle of the figures, and of how far they lie from it: a few faults move neither."""
    if not figures:
        return first
    middle = median(figures)
    return first._replace(mean=middle, spread=max(first.narrowest, _SPREAD * median(abs(x - middle) for x in figures)))


def chance_of_running(cadence: float | None, speed: float | None) -> float:
    """How likely anyone at this cadence and speed runs."""
    run, walk, _ = evidence(Cell(0, 1, speed, cadence), ANYONE, None)
    return _likelier(run, walk)


def density(cell: Cell, gaits: Gaits) -> Three:
    """Logarithms of how likely the readings are in each gait, to compare bells by. Not for telling gaits apart."""
    cadence, speed = cell.cadence, cell.speed
    counts = _SPEED_COUNTS if cadence else 1.0
    _, _, stand = evidence(cell, gaits, None)
    run = walk = _LOG_MISSED if cadence == 0 else 0.0
    if cadence:
        run += log((1 - _ODD) * gaits.run_cadence.density(cadence) + _ODD_CADENCE)
        walk += log((1 - _ODD) * gaits.walk_cadence.density(cadence) + _ODD_CADENCE)
    if speed is not None:
        run += counts * log((1 - _ODD) * gaits.run_speed.density(speed) + _ODD_SPEED)
        walk += counts * log((1 - _ODD) * gaits.walk_speed.density(speed) + _ODD_SPEED)
    return run, walk, stand


def _points(cells: Sequence[Cell]) -> tuple[list[Cell], int]:
    """Some hundred cells in which somebody moved: each of so many."""
    moving = [cell for cell in cells if not cell.weak and not _is_still(cell)]
    every = max(1, math.ceil(len(moving) / _MOST_POINTS))
    return moving[::every], every


def _is_still(cell: Cell) -> bool:
    return not cell.cadence and (cell.speed is None or cell.speed < _NEARLY_STILL)


def _share(cell: Cell, gaits: Gaits) -> float:
    """The chance that a moving cell, by itself, is running."""
    run, walk, _ = evidence(cell, gaits, None)
    return _likelier(run, walk)


def _likelier(run: float, walk: float) -> float:
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


def evidence(cell: Cell, gaits: Gaits, hint: Gait | None) -> Three:
    """How likely the cell's readings are when running, walking and standing: logarithms.

    Who is quicker than usual still runs: beyond the mean it falls no further.
    """
    cadence, speed = cell.cadence, cell.speed
    counts = _SPEED_COUNTS if cadence else 1.0
    run = _as_run(cadence, speed, counts, gaits)
    walk = stand = 0.0
    if cadence:
        run = max(run, _as_run(cadence, speed, counts, ANYONE) + _LOG_AS_ANYONE)
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
