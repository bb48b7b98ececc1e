"""The one compilation: Workout → Timeline of Intervals. Live cues, screens and every export read this."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, groupby
from typing import NamedTuple

from coach.model.durations import clock_text, spell_cm
from coach.model.workout import Block, DistanceDuration, Intensity, Step, TimeDuration, Workout


class Round(NamedTuple):
    """Round ``number`` of ``of``. ``repeat`` tells repeats apart; an inner repeat done anew counts as another."""

    repeat: int
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Interval:
    """One step as it is done.

    ``index`` counts from 0. ``number`` of ``of`` counts the intervals of the same intensity from 1
    ("run 3 of 8"). ``planned_ms`` is None where the step ends by distance or by command; ``start_ms`` is the
    planned start from the session's beginning, None once an earlier interval has no planned time. ``rounds`` are the
    rounds of the repeats it lies in, outermost first; empty outside repeats.
    """

    index: int
    step: Step
    number: int
    of: int
    start_ms: int | None
    planned_ms: int | None
    rounds: tuple[Round, ...] = ()

    @property
    def intensity(self) -> Intensity:
        return self.step.intensity

    @property
    def is_counted(self) -> bool:
        """Whether people are told which of how many it is: one of several runs. Walks only lie between them."""
        return self.intensity.is_run and self.of > 1


class Timeline(NamedTuple):
    """All intervals of a workout, in order."""

    workout: Workout
    intervals: tuple[Interval, ...]

    @property
    def total_ms(self) -> int | None:
        """The planned time of the whole, None if any interval has none."""
        last = self.intervals[-1]
        if last.start_ms is None or last.planned_ms is None:
            return None
        return last.start_ms + last.planned_ms

    @property
    def known_ms(self) -> int:
        """The planned time of those intervals that have one: the whole lasts at least this."""
        return sum(interval.planned_ms or 0 for interval in self.intervals)

    @property
    def untimed(self) -> int:
        """How many intervals end by distance or by command."""
        return sum(1 for interval in self.intervals if interval.planned_ms is None)

    @property
    def run_ms(self) -> int:
        """The planned running time, as far as it is given in time."""
        return sum(i.planned_ms or 0 for i in self.intervals if i.intensity.is_run)

    @property
    def run_cm(self) -> int:
        """The planned running distance, as far as it is given in distance."""
        return sum(
            i.step.duration.cm
            for i in self.intervals
            if i.intensity.is_run and isinstance(i.step.duration, DistanceDuration)
        )

    @property
    def groups(self) -> tuple[tuple[Interval, ...], ...]:
        """The intervals as the workout's top level has them: each step by itself, each repeat with all its rounds."""
        keyed = groupby(self.intervals, key=lambda i: i.rounds[0].repeat if i.rounds else -1 - i.index)
        return tuple(tuple(group) for _, group in keyed)

    def at_ms(self, ms: int) -> Interval | None:
        """The interval planned for ``ms`` after the start; None before it, after the end, or where nobody knows."""
        for interval in self.intervals:
            if interval.start_ms is None or ms < interval.start_ms:
                return None
            if interval.planned_ms is not None and ms < interval.start_ms + interval.planned_ms:
                return interval
        return None


def compile_timeline(workout: Workout) -> Timeline:
    """Unroll ``workout`` into intervals with their planned starts."""
    steps = list(_unroll(workout.steps, (), count()))
    totals = Counter(step.intensity for step, _ in steps)
    seen: Counter[Intensity] = Counter()
    start: int | None = 0
    intervals: list[Interval] = []
    for index, (step, rounds) in enumerate(steps):
        seen[step.intensity] += 1
        planned = step.duration.ms if isinstance(step.duration, TimeDuration) else None
        intervals.append(Interval(index, step, seen[step.intensity], totals[step.intensity], start, planned, rounds))
        start = None if start is None or planned is None else start + planned
    return Timeline(workout, tuple(intervals))


def total_words(timeline: Timeline) -> str:
    """As ``34:00, running 8:00``; where steps have no time: ``at least 5:00, running 1.6 km``, or ``open``."""
    total = clock_text(timeline.known_ms)
    if timeline.untimed and not timeline.known_ms:
        return f"open, running {spell_cm(timeline.run_cm)}" if timeline.run_cm else "open"
    running = [clock_text(timeline.run_ms)] if timeline.run_ms or not timeline.run_cm else []
    if timeline.run_cm:
        running.append(spell_cm(timeline.run_cm))
    least = "at least " if timeline.untimed else ""
    return f"{least}{total}, running {' and '.join(running)}"


def _unroll(
    blocks: tuple[Block, ...], outer: tuple[Round, ...], numbers: Iterator[int]
) -> Iterator[tuple[Step, tuple[Round, ...]]]:
    for block in blocks:
        if isinstance(block, Step):
            yield block, outer
            continue
        repeat = next(numbers)
        for number in range(1, block.count + 1):
            yield from _unroll(block.steps, (*outer, Round(repeat, number, block.count)), numbers)
