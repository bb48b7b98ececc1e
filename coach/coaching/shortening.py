"""A session within what the gate allows."""

from coach.model.estimate import bout_ms, run_ms
from coach.model.workout import Step, TimeDuration, Workout


def shortened(workout: Workout, cap_ms: int | None) -> Workout:
    """A continuous run made no longer than ``cap_ms``; whatever is shorter stays."""
    total = run_ms(workout, None)
    if cap_ms is None or total is None or total <= cap_ms or total != bout_ms(workout, None):
        return workout
    steps = tuple(
        step.model_copy(update={"duration": TimeDuration(ms=cap_ms // 60_000 * 60_000 or cap_ms)})
        if isinstance(step, Step) and step.intensity.is_run
        else step
        for step in workout.steps
    )
    return workout.model_copy(update={"steps": steps})
