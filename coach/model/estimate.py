"""How long a workout by distance takes at the runner's own pace. Nothing is guessed where no pace is known."""

from collections.abc import Iterable

from coach.model.durations import CM_PER_KM
from coach.model.protocol import Stage
from coach.model.timeline import Interval, compile_timeline
from coach.model.workout import (
    MAX_INTERVALS,
    MAX_REPEATS,
    DistanceDuration,
    Repeat,
    Step,
    TimeDuration,
    Workout,
    count_intervals,
)

WALK_MS_PER_KM = 745_645
"""3.0 mph, the slow end of SAN's brisk walk of 3.0-3.5 mph (source ``san``)."""
LEAST_WALK_MS = 30_000
"""[P] Half the shortest walk that a published table gives in time; a shorter one makes no two bouts of one."""
_ANY_PACE = 1  # of running; a walk has a pace of its own


def total_ms(workout: Workout, pace_s_per_km: int | None) -> int | None:
    """The time of the whole in milliseconds; None where a step is open, or goes by distance with no pace known."""
    return _sum(interval_ms(interval, pace_s_per_km) for interval in compile_timeline(workout).intervals)


def run_ms(workout: Workout, pace_s_per_km: int | None) -> int | None:
    """The running time in milliseconds; None as :func:`total_ms`."""
    runs = (interval for interval in compile_timeline(workout).intervals if interval.intensity.is_run)
    return _sum(interval_ms(interval, pace_s_per_km) for interval in runs)


def bout_ms(workout: Workout, pace_s_per_km: int | None, least_walk_ms: int = 0) -> int | None:
    """The longest stretch of running without a walk, in milliseconds; None as :func:`total_ms`.

    A walk shorter than ``least_walk_ms`` is none; nor is one that the runner ends, if there is such a least.
    """
    longest = stretch = 0
    for interval in compile_timeline(workout).intervals:
        if not interval.intensity.is_run:
            walked = interval_ms(interval, pace_s_per_km or _ANY_PACE) or 0
            stretch = stretch if walked < least_walk_ms else 0
            continue
        took = interval_ms(interval, pace_s_per_km)
        if took is None:
            return None
        stretch += took
        longest = max(longest, stretch)
    return longest


def interval_ms(interval: Interval, pace_s_per_km: int | None) -> int | None:
    """The time of one interval in milliseconds; None if it is open, or goes by distance with no pace known."""
    return step_ms(interval.step, pace_s_per_km)


def step_ms(step: Step, pace_s_per_km: int | None) -> int | None:
    """As :func:`interval_ms`, of a step."""
    match step.duration:
        case TimeDuration(ms=ms):
            return ms
        case DistanceDuration(cm=cm) if pace_s_per_km is not None:
            per_km = pace_s_per_km * 1000 if step.intensity.is_run else WALK_MS_PER_KM
            return round(cm * per_km / CM_PER_KM)
        case _:
            return None


def sessions_at(stage: Stage, pace_s_per_km: int | None) -> tuple[Workout, ...]:
    """The sessions of ``stage``; where it counts rounds by distance, as many whole rounds as fit in at this pace."""
    if stage.distance_cm is None or pace_s_per_km is None:
        return stage.sessions
    return tuple(_counted(session, stage.distance_cm, pace_s_per_km) for session in stage.sessions)


def _counted(session: Workout, distance_cm: int, pace_s_per_km: int) -> Workout:
    blocks = list(session.steps)
    repeats = [at for at, block in enumerate(blocks) if isinstance(block, Repeat)]
    if len(repeats) != 1:
        return session
    repeat = blocks[repeats[0]]
    assert isinstance(repeat, Repeat)
    intervals = compile_timeline(Workout(steps=repeat.steps)).intervals
    covered = sum(_covered_cm(interval, pace_s_per_km) for interval in intervals)
    if covered <= 0:
        return session
    others = count_intervals(session.steps) - repeat.count * len(intervals)
    most = min(MAX_REPEATS, (MAX_INTERVALS - others) // len(intervals))
    # Rounded down: never further than the source goes.
    count = min(most, max(1, int(distance_cm / covered)))
    blocks[repeats[0]] = repeat.model_copy(update={"count": count})
    return session.model_copy(update={"steps": tuple(blocks)})


def _covered_cm(interval: Interval, pace_s_per_km: int) -> float:
    match interval.step.duration:
        case TimeDuration(ms=ms):
            per_km = pace_s_per_km * 1000 if interval.intensity.is_run else WALK_MS_PER_KM
            return ms * CM_PER_KM / per_km
        case DistanceDuration(cm=cm):
            return cm
        case _:
            return 0


def _sum(times: Iterable[int | None]) -> int | None:
    total = 0
    for time in times:
        if time is None:
            return None
        total += time
    return total
