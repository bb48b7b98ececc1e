"""Run, walk or stand, second by second: a hidden Markov model over cells, with the runner's own two gaits learnt first.

How fast and at what cadence somebody walks and jogs differs from runner to runner, and a jog of 2.0 m/s is hardly
quicker than a brisk walk. So no threshold decides. Two bells for walking and running are fitted to this recording
(expectation–maximisation, held near where they began); then each cell gets its chances from all cells before and after
it (forward–backward), for nobody changes gait every second.

Where two bells explain the recording no better than one, it shows one gait alone, and a thousand seconds of it say no
more about which than one does: then all of it is as likely running as anyone's at that cadence and speed.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from typing import NamedTuple

from coach.history.matching.bells import (
    ANYONE,
    WEIGHT_S,
    Gaits,
    Three,
    chance_of_running,
    density,
    evidence,
    learn,
    pooled,
)
from coach.history.matching.cells import Caveat, Cell, Layout, lay_out
from coach.model.activity import Activity, Gait, Split

GAITS = (Gait.RUN, Gait.WALK, Gait.STAND)
_RUN = 0
_PER_SECOND = 0.35
"""What a second counts for by itself: watches smooth over some three."""
_STAY_S = 75.0
"""A stretch of one gait lasts about so long: published tables run and walk for half a minute to some minutes."""
_USUAL = (0.46, 0.46, 0.08)
_ON_A_WALK = (0.1, 0.8, 0.1)
"""Chances before anything is known: in what was recorded as a run or as anything else, and as a walk."""
_TWO_GAITS = 5.0
"""By how much, in natural logarithms, two bells must explain a recording better than one."""
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
        chances: list[Three] = [(0.0, 0.0, 1.0)] * len(cells)
        return Track(
            layout, ANYONE, (0.0,) * len(cells), tuple(_stretches(cells, chances, blind=False)), frozenset(caveats)
        )
    gaits = learn(cells)
    hints = _hints(cells, layout, activity.splits)
    on_a_walk = activity.sport in _WALKS
    usual = _ON_A_WALK if on_a_walk else _USUAL
    one = None if any(hints) else _only_gait(cells, gaits, usual)
    if one is None:
        told = [evidence(cell, gaits, hint) for cell, hint in zip(cells, hints, strict=True)]
        chances = _smoothed(cells, told, usual)
    else:
        moving = _smoothed(cells, [density(cell, one) for cell in cells], usual)
        chances = _as_one_gait(moving, one, cells, usual)
    stretches = tuple(_stretches(cells, chances, blind=not on_a_walk))
    if any(stretch.doubtful for stretch in stretches):
        caveats.add(Caveat.DOUBTFUL)
    return Track(layout, gaits, tuple(each[_RUN] for each in chances), stretches, frozenset(caveats))


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


def _only_gait(cells: Sequence[Cell], gaits: Gaits, usual: Three) -> Gaits | None:
    """The one gait this recording shows; None if it shows two."""
    one = pooled(cells)
    two_fit = _forward(cells, [density(cell, gaits) for cell in cells], usual).fit
    one_fits = _forward(cells, [density(cell, one) for cell in cells], usual).fit
    return one if two_fit - one_fits < _TWO_GAITS else None


def _as_one_gait(chances: Sequence[Three], one: Gaits, cells: Sequence[Cell], usual: Three) -> list[Three]:
    """Whoever moved, moved in the one gait there is."""
    has_cadence = any(cell.cadence for cell in cells)
    has_speed = any(cell.speed is not None for cell in cells)
    chance = chance_of_running(one.run_cadence.mean if has_cadence else None, one.run_speed.mean if has_speed else None)
    run = chance * usual[0] / (chance * usual[0] + (1 - chance) * usual[1])
    return [((1 - stand) * run, (1 - stand) * (1 - run), stand) for _, _, stand in chances]


class _Forward(NamedTuple):
    """How likely each cell's readings are, how little changes from the one before, the chances given all until then,
    and how well it all fits."""

    likely: list[Three]
    stays: list[float]
    chances: list[Three]
    fit: float


def _forward(cells: Sequence[Cell], told: Sequence[Three], usual: Three) -> _Forward:
    """Written out, as what follows: it runs for every second there is."""
    likely: list[Three] = []
    fit = 0.0
    for cell, (run, walk, stand) in zip(cells, told, strict=True):
        weight, top = _PER_SECOND * min(cell.end - cell.start, WEIGHT_S), max(run, walk, stand)
        likely.append((exp(weight * (run - top)), exp(weight * (walk - top)), exp(weight * (stand - top))))
        fit += weight * top
    middles = [(cell.start + cell.end) / 2 for cell in cells]
    stays = [0.0, *(exp((before - after) / _STAY_S) for before, after in pairwise(middles))][: len(cells)]
    usual_run, usual_walk, usual_stand = usual
    chances: list[Three] = []
    run, walk, stand = usual
    for (run_now, walk_now, stand_now), stay in zip(likely, stays, strict=True):
        move = 1 - stay
        run = (stay * run + move * usual_run) * run_now
        walk = (stay * walk + move * usual_walk) * walk_now
        stand = (stay * stand + move * usual_stand) * stand_now
        total = run + walk + stand
        run, walk, stand = run / total, walk / total, stand / total
        chances.append((run, walk, stand))
        fit += log(total)
    return _Forward(likely, stays, chances, fit)


def _smoothed(cells: Sequence[Cell], told: Sequence[Three], usual: Three) -> list[Three]:
    """The chances of the three gaits in each cell, given all cells."""
    likely, stays, forward, _ = _forward(cells, told, usual)
    usual_run, usual_walk, usual_stand = usual
    chances: list[Three] = []
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


def _stretches(cells: Sequence[Cell], chances: Sequence[Three], *, blind: bool) -> Iterator[Stretch]:
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
