"""A recording laid out in time: what the sensors said, from when to when, without the times the watch was stopped.

Watches write a reading a second, or only when something changes; the cells bear that. Seconds count from the
recording's beginning, so that nothing depends on the date.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from coach.model.activity import Activity, Record

LONGEST_GAP_S = 15.0
"""[P] Readings further apart say nothing of the time between: "smart" recording leaves out some ten seconds."""
REACH_S = 5.0
"""[P] How far a reading at the edge of a longer gap still holds."""
LOST_S = 3600.0
"""[P] A hole longer than this, over which nobody came far, is a date gone wrong and no time on foot."""
LONGEST_S = 14 * 3600.0
"""[P] No session is longer. Beyond, a file without readings is not believed, and no plan laid along any."""
STAYED_M = 25.0
"""[P] Who is found again within this distance stood still meanwhile."""
TOP_SPEED = 12.0
"""Metres a second. Nobody runs as fast for a second whole: a reading above is a fault."""
TOP_CADENCE = 260.0
STRIDES_BELOW = 110.0
"""[P] Steps a minute. At two metres a second and more this few would be steps of more than a metre, in an easy jog: the
file counted strides."""
_JOG = 2.0
_FAR = 0.5
_SPEED_OVER_S = 6.0
_PIECE_S, _MOST_PIECES = 10.0, 60
_EARTH_M = 6_371_008.8


class Caveat(StrEnum):
    """What to know about the figures of a recording."""

    NO_READINGS = "no_readings"
    NO_CADENCE = "no_cadence"
    NO_SPEED = "no_speed"
    GAPS = "gaps"
    LOST_TIME = "lost_time"
    STRIDES = "strides"
    MOVED_IN_PAUSE = "moved_in_pause"
    SALVAGED = "salvaged"
    DOUBTFUL = "doubtful"
    NOT_ON_FOOT = "not_on_foot"


class Cell(NamedTuple):
    """From ``start`` to ``end``, in seconds. ``weak`` where no reading was, only what lies on both sides."""

    start: float
    end: float
    speed: float | None = None
    cadence: float | None = None
    heart_rate: float | None = None
    stance_ms: float | None = None
    balance_left: float | None = None
    weak: bool = False
    paused: bool = False

    @property
    def seconds(self) -> float:
        return self.end - self.start


class Layout(NamedTuple):
    """Cells in order, none over another. ``reached`` are instants with the metres covered until then, rising."""

    origin: datetime
    cells: tuple[Cell, ...]
    stops: tuple[tuple[float, float], ...]
    reached: tuple[tuple[float, float], ...]
    caveats: frozenset[Caveat]


class _Reading(NamedTuple):
    at: float
    speed: float | None
    cadence: float | None
    record: Record


Stops = Sequence[tuple[float, float]]


def lay_out(activity: Activity) -> Layout:
    """The cells of ``activity``. Records, laps and pauses may be in any order."""
    records = sorted(activity.records, key=lambda record: record.at)
    origin = min([activity.start, *(record.at for record in records[:1])])
    stops = _stops(activity, origin)
    outside = list(_outside(_one_an_instant(records, origin), stops))
    caveats: set[Caveat] = {Caveat.SALVAGED} if activity.faults else set()
    readings = _readings(outside, caveats)
    if readings:
        cells = _cells(readings, (activity.end - origin).total_seconds(), stops, activity, caveats)
    else:
        caveats.add(Caveat.NO_READINGS)
        cells = list(_laps_as_cells(activity, origin, stops, caveats))
    moved = list(_moved_in_pauses(records, stops, origin))
    if moved:
        caveats.add(Caveat.MOVED_IN_PAUSE)
    if all(cell.speed is None for cell in cells):
        caveats.add(Caveat.NO_SPEED)
    if not any(cell.cadence for cell in cells):
        caveats.add(Caveat.NO_CADENCE)
    cells = sorted((cell for cell in [*cells, *moved] if cell.end > cell.start), key=lambda cell: cell.start)
    return Layout(origin, tuple(cells), tuple(stops), tuple(_reached(readings)), frozenset(caveats))


def _stops(activity: Activity, origin: datetime) -> list[tuple[float, float]]:
    """The pauses, in order, one where they overlap."""
    spans = sorted(
        ((p.start - origin).total_seconds(), (p.end - origin).total_seconds())
        for p in activity.pauses
        if p.end > p.start
    )
    merged: list[tuple[float, float]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _one_an_instant(records: Sequence[Record], origin: datetime) -> list[tuple[float, Record]]:
    """The later of two at one instant, with what only the earlier one had. Records must be in order."""
    kept: list[tuple[float, Record]] = []
    for record in records:
        at = (record.at - origin).total_seconds()
        if kept and kept[-1][0] == at:
            told = {name: figure for name, figure in record._asdict().items() if figure is not None}
            kept[-1] = (at, kept[-1][1]._replace(**told))
        else:
            kept.append((at, record))
    return kept


def _outside(records: Iterable[tuple[float, Record]], stops: Stops) -> Iterator[tuple[float, Record]]:
    """Those not within a pause."""
    number = 0
    for at, record in records:
        while number < len(stops) and stops[number][1] <= at:
            number += 1
        if number == len(stops) or at <= stops[number][0]:
            yield at, record


def _readings(records: list[tuple[float, Record]], caveats: set[Caveat]) -> list[_Reading]:
    speeds = [_sound(record.speed_mps, TOP_SPEED) for _, record in records]
    covered = [_sound(record.distance_m, math.inf) for _, record in records]
    first = last = 0
    for number, (at, _) in enumerate(records):
        if speeds[number] is None:
            while records[first][0] < at - _SPEED_OVER_S / 2 and first < number:
                first += 1
            last = max(last, number)
            while last + 1 < len(records) and records[last][0] < at + _SPEED_OVER_S / 2:
                last += 1
            speeds[number] = _between(records, covered, first, last)
    cadences = [_sound(record.cadence, TOP_CADENCE) for _, record in records]
    quick = [c for c, v in zip(cadences, speeds, strict=True) if c and v is not None and v >= _JOG]
    if len(quick) >= 10 and median(quick) < STRIDES_BELOW:
        caveats.add(Caveat.STRIDES)
        cadences = [None if c is None else 2 * c for c in cadences]
    rows = zip(records, speeds, cadences, strict=True)
    return [_Reading(at, speed, cadence, record) for (at, record), speed, cadence in rows]


def _sound(figure: float | None, top: float) -> float | None:
    """``figure``, if it can be one. (A comparison with what is no number is false.)"""
    return figure if figure is not None and 0 <= figure < top else None


def _between(records: list[tuple[float, Record]], covered: list[float | None], first: int, last: int) -> float | None:
    """The mean speed from one record to another, by the distance counted or by the place."""
    (start, one), (end, other) = records[first], records[last]
    if not 0 < end - start <= LONGEST_GAP_S:
        return None
    before, after = covered[first], covered[last]
    metres = after - before if before is not None and after is not None else _apart(one, other)
    return None if metres is None else _sound(metres / (end - start), TOP_SPEED)


def _apart(one: Record, other: Record) -> float | None:
    """Metres as the crow flies."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    middle = math.radians((one.latitude + other.latitude) / 2)
    east = math.radians((other.longitude - one.longitude + 180) % 360 - 180) * math.cos(middle)
    metres = math.hypot(math.radians(other.latitude - one.latitude), east) * _EARTH_M
    return metres if math.isfinite(metres) else None


def _cells(readings: list[_Reading], end: float, stops: Stops, activity: Activity, caveats: set[Caveat]) -> list[Cell]:
    """Each reading holds until half way to the next."""
    cells: list[Cell] = []
    number = 0
    edges: list[_Reading | None] = [None, *readings, None]
    for before, after in pairwise(edges):
        lo = before.at if before else 0.0
        hi = after.at if after else max(end, lo)
        while number < len(stops) and stops[number][1] <= lo:
            number += 1
        pieces = list(_without(lo, hi, stops, number))
        speed = _gap_speed(before, after, sum(finish - start for start, finish in pieces))
        for start, finish in pieces:
            left, right = (before if start == lo else None), (after if finish == hi else None)
            for cell in _fill(start, finish, left, right, speed):
                if left and cells and cell.start == start == cells[-1].end:  # the reading's time before it, and after
                    cells[-1] = cells[-1]._replace(end=cell.end)
                else:
                    cells.append(cell)
    if any(cell.weak for cell in cells):
        cells = _weighed(cells, activity, caveats)
    return cells


def _without(lo: float, hi: float, stops: Stops, number: int) -> Iterator[tuple[float, float]]:
    """What of the time from ``lo`` to ``hi`` lies in no stop, from stop ``number`` on."""
    while number < len(stops) and stops[number][0] < hi:
        if stops[number][0] > lo:
            yield lo, stops[number][0]
        lo = max(lo, stops[number][1])
        number += 1
    if lo < hi:
        yield lo, hi


def _fill(lo: float, hi: float, left: _Reading | None, right: _Reading | None, speed: float | None) -> Iterator[Cell]:
    if hi - lo <= LONGEST_GAP_S and (left or right):
        middle = (lo + hi) / 2 if left and right else hi if left else lo
        reach_left = reach_right = middle
    else:
        reach_left = min(lo + REACH_S, hi) if left else lo
        reach_right = max(hi - REACH_S, reach_left) if right else hi
    if left and reach_left > lo:
        yield _cell(left, lo, reach_left)
    if reach_right > reach_left:
        yield Cell(reach_left, reach_right, speed=speed, weak=True)
    if right and hi > reach_right:
        yield _cell(right, reach_right, hi)


def _cell(reading: _Reading, start: float, end: float) -> Cell:
    record = reading.record
    return Cell(
        start,
        end,
        reading.speed,
        reading.cadence,
        _sound(record.heart_rate, 260) or None,
        _sound(record.stance_ms, 2000) or None,
        _sound(record.balance_left, 100) or None,
    )


def _gap_speed(before: _Reading | None, after: _Reading | None, seconds: float) -> float | None:
    """The mean speed over a gap; None where it does not tell how somebody moved in it."""
    if before is None or after is None or seconds <= LONGEST_GAP_S:
        return None
    one, other = before.record, after.record
    if one.distance_m is not None and other.distance_m is not None:
        return _sound((other.distance_m - one.distance_m) / seconds, TOP_SPEED)
    apart = _apart(one, other)
    if apart is None:
        return None
    # As the crow flies is only the least: who comes from there at a run's pace ran, who was slower may have turned.
    return _sound(apart / seconds, TOP_SPEED) if apart / seconds >= _JOG or apart < STAYED_M else None


def _weighed(cells: list[Cell], activity: Activity, caveats: set[Caveat]) -> list[Cell]:
    """The gaps, as far as they can be time on foot."""
    known = sum(cell.seconds for cell in cells if not cell.weak)
    # The timer ran for no longer than there are readings for: in the gaps it stood.
    timer = activity.timer_ms
    if timer is not None and 0 < timer / 1000 <= known + LONGEST_GAP_S:
        return [cell for cell in cells if not cell.weak]
    lost = {cell for cell in cells if cell.weak and cell.seconds > LOST_S and (cell.speed or 0.0) < _FAR}
    if lost:
        caveats.add(Caveat.LOST_TIME)
        cells = [cell for cell in cells if cell not in lost]
    if any(cell.weak for cell in cells):
        caveats.add(Caveat.GAPS)
    return cells


def _laps_as_cells(activity: Activity, origin: datetime, stops: Stops, caveats: set[Caveat]) -> Iterator[Cell]:
    """Where a file holds no readings, each lap is one; without laps the whole is, and nothing is known of it."""
    at = 0.0
    for lap in sorted(activity.laps, key=lambda lap: (lap.start, lap.end)):
        start, end = max(at, (lap.start - origin).total_seconds()), (lap.end - origin).total_seconds()
        if end > LONGEST_S:
            caveats.add(Caveat.LOST_TIME)
            continue
        seconds = (lap.timer_ms or 0) / 1000 or (lap.end - lap.start).total_seconds()
        if end <= start or seconds <= 0:
            continue
        speed = None if lap.distance_m is None else _sound(lap.distance_m / seconds, TOP_SPEED)
        cadence = lap.cadence if lap.steps is None else lap.steps * 60 / seconds
        cadence = _sound(cadence, TOP_CADENCE)
        for lo, hi in _without(start, end, stops, 0):
            # The mean of a minute is worth more than one reading.
            pieces = min(_MOST_PIECES, max(1, round((hi - lo) / _PIECE_S)))
            edges = [lo + (hi - lo) * n / pieces for n in range(pieces)] + [hi]
            for edge, following in pairwise(edges):
                yield Cell(edge, following, speed, cadence, _sound(lap.heart_rate, 260) or None)
        at = end
    whole = (activity.end - origin).total_seconds()
    if whole > LONGEST_S:
        caveats.add(Caveat.LOST_TIME)
        whole = LONGEST_S
    if at == 0 and whole > 0:
        seconds = min((activity.timer_ms or 0) / 1000 or whole, whole)
        speed = None if activity.distance_m is None else _sound(activity.distance_m / seconds, TOP_SPEED)
        for lo, hi in _without(0, whole, stops, 0):
            yield Cell(lo, hi, speed, weak=True)


def _moved_in_pauses(records: Sequence[Record], stops: Stops, origin: datetime) -> Iterator[Cell]:
    """Pauses over which somebody went as far as only a run takes one: then it was the watch alone that stood still."""
    placed = [(r, (r.at - origin).total_seconds()) for r in records if r.latitude is not None]
    number = 0
    for start, end in stops:
        while number < len(placed) and placed[number][1] <= start:
            number += 1
        before = placed[number - 1] if number else None
        while number < len(placed) and placed[number][1] < end:
            number += 1
        if before is None or number == len(placed):
            continue
        apart = _apart(before[0], placed[number][0]) or 0.0
        seconds = placed[number][1] - before[1]
        if apart >= STAYED_M and _JOG <= apart / seconds < TOP_SPEED:
            yield Cell(start, end, apart / seconds, weak=True, paused=True)


def _reached(readings: Iterable[_Reading]) -> Iterator[tuple[float, float]]:
    """Where no distance was counted, it is made of the speeds. Leaps that nobody runs are left out."""
    metres = 0.0
    counted: float | None = None
    last: float | None = None
    for reading in readings:
        seconds = 0.0 if last is None else reading.at - last
        before, counted = counted, _sound(reading.record.distance_m, math.inf)
        if before is not None and counted is not None:
            gained = counted - before
            metres += gained if seconds <= LOST_S and 0 <= gained <= TOP_SPEED * seconds + STAYED_M else 0.0
        elif seconds <= LONGEST_GAP_S:
            metres += (reading.speed or 0.0) * seconds
        last = reading.at
        yield reading.at, metres
