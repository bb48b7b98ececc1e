"""The one compilation: Workout → Timeline of Intervals. Live cues, screens and every export read this."""

from collections import Counter
from dataclasses import dataclass

from coach.model.workout import Intensity, Step, TimeDuration, Workout, expand


@dataclass(frozen=True, slots=True)
class Interval:
    """One step as it is done.

    ``index`` counts from 0. ``number`` of ``of`` counts the intervals of the same intensity from 1
    ("run 3 of 8"). ``planned_ms`` is None where the step ends by distance or by command; ``start_ms`` is the
    planned start from the session's beginning, None once an earlier interval has no planned time.
    """

    index: int
    step: Step
    number: int
    of: int
    start_ms: int | None
    planned_ms: int | None

    @property
    def intensity(self) -> Intensity:
        return self.step.intensity


@dataclass(frozen=True, slots=True)
class Timeline:
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
    def run_ms(self) -> int:
        """The planned running time, as far as it is given in time."""
        return sum(i.planned_ms or 0 for i in self.intervals if i.intensity.is_run)


def compile_timeline(workout: Workout) -> Timeline:
    """Unroll ``workout`` into intervals with their planned starts."""
    steps = list(expand(workout.steps))
    totals = Counter(step.intensity for step in steps)
    seen: Counter[Intensity] = Counter()
    start: int | None = 0
    intervals: list[Interval] = []
    for index, step in enumerate(steps):
        seen[step.intensity] += 1
        planned = step.duration.ms if isinstance(step.duration, TimeDuration) else None
        intervals.append(Interval(index, step, seen[step.intensity], totals[step.intensity], start, planned))
        start = None if start is None or planned is None else start + planned
    return Timeline(workout, tuple(intervals))
