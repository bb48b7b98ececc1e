"""Interval by interval from the laps of a watch that followed the workout: each lap names its step."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from coach.model.activity import Activity, RecordedLap, RecordedStep, RecordedWorkout
from coach.model.timeline import Interval, Timeline
from coach.model.workout import MAX_INTERVALS, Block, DistanceDuration, Step, TimeDuration

TAIL_S = 4.0
"""What a watch leaves over where its auto-lap cuts shortly before a step ends: 2 to 4 seconds."""
_NEARLY_S, _NEARLY_FAR = 2.0, 0.98
_SAME_MS = 1000
_MOST_PAIRS = 200_000
"""Of so long a plan and another list of steps only the gait can tell; it is no reason to keep anybody waiting."""
_SURE, _MAPPED, _UNNAMED = 1.0, 0.8, 0.9


class How(StrEnum):
    """By what the intervals were told apart."""

    COACH = "coach"
    STEPS = "steps"
    GAIT = "gait"


class Placed(NamedTuple):
    """``interval``, an index into the timeline, was done from ``start`` to ``end``, in seconds of the recording."""

    interval: int
    start: float
    end: float
    confidence: float


class Placing(NamedTuple):
    """Where the intervals lie, in order, each at most once."""

    placed: tuple[Placed, ...]
    confidence: float
    how: How


def place_by_steps(activity: Activity, timeline: Timeline, origin: datetime) -> Placing | None:
    """None where the laps name no steps, or those of another workout."""
    laps = sorted(activity.laps, key=lambda lap: (lap.start, lap.end))
    if all(lap.step_index is None for lap in laps):
        return None
    if activity.workout is not None and activity.workout.steps:
        order = expanded(activity.workout)
        where: list[int | None] = places(order, timeline.intervals)
        numbers = [step.number for step in order]
    else:
        numbers = list(_numbers(timeline.workout.steps))
        where = list(range(len(numbers)))
    known = [place for place in where if place is not None]
    if 2 * len(known) < max(len(timeline.intervals), len(numbers)):
        return None
    sure = _SURE if known == list(range(len(timeline.intervals))) and len(numbers) == len(known) else _MAPPED
    placed: list[Placed] = []
    for position, parts in _positions(laps, numbers, timeline, where):
        place = where[position]
        if place is not None:
            start, end = (parts[0].start - origin).total_seconds(), (parts[-1].end - origin).total_seconds()
            named = any(lap.step_index is not None for lap in parts)
            if end > start:
                placed.append(Placed(place, start, end, sure if named else min(sure, _UNNAMED)))
    return Placing(tuple(placed), sure, How.STEPS) if placed else None


def expanded(workout: RecordedWorkout) -> list[RecordedStep]:
    """The steps in the order they are done, repeats unrolled. A list that leads nowhere is cut short."""
    steps = sorted(workout.steps, key=lambda step: step.number)
    at = {step.number: place for place, step in enumerate(steps)}
    done: list[RecordedStep] = []

    def unroll(first: int, last: int) -> list[RecordedStep]:
        """Steps ``first`` up to ``last``. A repeat stands after what it repeats, which is there once already."""
        order: list[list[RecordedStep]] = []  # what each place came to, so that a repeat can take it up
        starts: list[int] = []
        for place in range(first, last):
            step = steps[place]
            if step.back_to is None:
                starts.append(place)
                order.append([step])
                continue
            back = at.get(step.back_to, place)
            body: list[RecordedStep] = []
            while starts and starts[-1] >= back:
                body = order.pop() + body
                starts.pop()
            rounds = min(step.rounds or 1, _most_rounds(len(body)))
            starts.append(back)
            order.append(body * max(1, rounds))
        return [each for part in order for each in part]

    done = unroll(0, len(steps))
    return done[: 2 * MAX_INTERVALS]


def _most_rounds(size: int) -> int:
    return 2 * MAX_INTERVALS // max(1, size)


def _numbers(blocks: Sequence[Block]) -> Iterator[int]:
    """The number of each interval's step, as a file lists them: every repeat after what it repeats."""

    def add(blocks: Sequence[Block], first: int) -> tuple[list[int], int]:
        order: list[int] = []
        for block in blocks:
            if isinstance(block, Step):
                order.append(first)
                first += 1
            else:
                once, first = add(block.steps, first)
                order += once * block.count
                first += block.count > 1
        return order, first

    yield from add(blocks, 0)[0]


def same(step: RecordedStep, interval: Interval) -> bool:
    """Whether a watch's step is this interval: the same kind of gait for as long or as far."""
    if step.intensity is not None and step.intensity.is_run != interval.intensity.is_run:
        return False
    match interval.step.duration:
        case TimeDuration(ms=ms):
            return step.duration_ms is not None and abs(step.duration_ms - ms) <= _SAME_MS
        case DistanceDuration(cm=cm):
            return step.distance_cm is not None and abs(step.distance_cm - cm) <= max(100, cm // 100)
        case _:
            return step.duration_ms is None and step.distance_cm is None


def places(order: Sequence[RecordedStep], intervals: Sequence[Interval]) -> list[int | None]:
    """For each step done its interval, by the longest common succession; None where the plan has none for it."""
    if len(order) == len(intervals) and all(same(s, i) for s, i in zip(order, intervals, strict=True)):
        return list(range(len(order)))
    rows = len(order)
    if rows * len(intervals) > _MOST_PAIRS:
        return [None] * rows
    common = [[0] * (len(intervals) + 1) for _ in range(rows + 1)]
    for row in reversed(range(rows)):
        here, below = common[row], common[row + 1]
        for column in reversed(range(len(intervals))):
            if same(order[row], intervals[column]):
                here[column] = below[column + 1] + 1
            else:
                here[column] = max(below[column], here[column + 1])
    found: list[int | None] = []
    column = 0
    while len(found) < rows:
        row = len(found)
        if column == len(intervals):
            found.append(None)
        elif same(order[row], intervals[column]):
            found.append(column)
            column += 1
        elif common[row][column + 1] >= common[row + 1][column]:
            column += 1
        else:
            found.append(None)
    return found


def _positions(
    laps: Sequence[RecordedLap], numbers: Sequence[int], timeline: Timeline, where: Sequence[int | None]
) -> list[tuple[int, list[RecordedLap]]]:
    """Each position of the watch's order with its laps. Laps that belong to none are left out."""
    done: list[tuple[int, list[RecordedLap]]] = []

    def step_at(position: int) -> Interval | None:
        place = where[position]
        return None if place is None else timeline.intervals[place]

    for number, group in _groups(laps):
        after = done[-1][0] + 1 if done else 0
        if number is None:
            _place_unnamed(done, group, step_at, after < len(numbers))
            continue
        found = next((p for p in range(after, len(numbers)) if numbers[p] == number), None)
        if found is None:
            continue
        until = found
        while until < len(numbers) and numbers[until] == number:
            until += 1
        parts = [group] if until - found == 1 else _parts(group, step_at(found))
        done += zip(range(found, until), parts, strict=False)
    return done


def _place_unnamed(
    done: list[tuple[int, list[RecordedLap]]],
    group: list[RecordedLap],
    step_at: Callable[[int], Interval | None],
    goes_on: bool,
) -> None:
    """Laps without a number, as the last one often is: of the step before while that was not over, or of the next.

    A watch ends a timed step by itself: what lasted longer came after the workout was given up.
    """
    if not done:
        return
    position, before = done[-1]
    if before[-1].by_itself and not _is_whole(before, step_at(position)):
        before += group
    elif goes_on:
        due = step_at(position + 1)
        planned = None if due is None else due.planned_ms
        if planned is None or sum(map(_seconds, group)) <= planned / 1000 + TAIL_S:
            done.append((position + 1, group))


def _groups(laps: Sequence[RecordedLap]) -> Iterator[tuple[int | None, list[RecordedLap]]]:
    """Neighbouring laps of one number together, with the tails that lost it."""
    number: int | None = None
    group: list[RecordedLap] = []
    for lap in laps:
        mine = lap.step_index
        if mine is None and group and _seconds(lap) <= TAIL_S:
            mine = number
        if group and mine != number:
            yield number, group
            group = []
        number = mine
        group.append(lap)
    if group:
        yield number, group


def _parts(group: Sequence[RecordedLap], step: Interval | None) -> list[list[RecordedLap]]:
    """The laps of one step done several times over, time for time."""
    shortest = None if step is None or step.planned_ms is None else step.planned_ms / 1000 - _NEARLY_S
    parts: list[list[RecordedLap]] = []
    for lap in group:
        is_tail = _seconds(lap) <= TAIL_S and (shortest is None or shortest > TAIL_S)
        if parts and (is_tail or (parts[-1][-1].by_itself and not _is_whole(parts[-1], step))):
            parts[-1].append(lap)
        else:
            parts.append([lap])
    return parts


def _is_whole(laps: Sequence[RecordedLap], step: Interval | None) -> bool:
    """Whether the step was over with these laps. A watch says of a timed step's end, too, that it cut it by itself."""
    match step.step.duration if step else None:
        case TimeDuration(ms=ms):
            return sum(map(_seconds, laps)) >= ms / 1000 - _NEARLY_S
        case DistanceDuration(cm=cm) if all(lap.distance_m is not None for lap in laps):
            return sum(lap.distance_m or 0.0 for lap in laps) >= cm / 100 * _NEARLY_FAR
        case _:
            return False


def _seconds(lap: RecordedLap) -> float:
    return (lap.end - lap.start).total_seconds() if lap.timer_ms is None else lap.timer_ms / 1000
