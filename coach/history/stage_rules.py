"""What the gate needs of a plan's stages: numbers only."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import groupby

from coach.gate.facts import StageRule
from coach.model.estimate import interval_ms
from coach.model.protocol import Stage
from coach.model.timeline import Interval, compile_timeline
from coach.model.workout import DistanceDuration, Duration, TimeDuration, Workout


def stage_rules(
    stages: Sequence[tuple[str, Stage]], pace_s_per_km: int | None = None, written: Sequence[Stage] | None = None
) -> tuple[StageRule, ...]:
    """One rule a stage, given with the name it has in the plan.

    Distances become times by the runner's own pace; without one they stay unknown. ``written`` are the stages before
    any rounds were counted at that pace, if that was done.
    """
    own = written or [stage for _, stage in stages]
    return tuple(_rule(name, stage, text, pace_s_per_km) for (name, stage), text in zip(stages, own, strict=True))


def _rule(name: str, stage: Stage, written: Stage, pace: int | None) -> StageRule:
    sessions = [list(_stretches(session)) for session in stage.sessions]
    times = [_longest(_times(stretches, pace)) for stretches in sessions]
    distances = [_longest(_distances(stretches)) for stretches in sessions]
    return StageRule(
        id=name,
        good=stage.good_sessions,
        rest_days=stage.rest_days,
        gap_h=stage.gap_h,
        weekly_max=stage.weekly_max,
        run_ms=tuple(total for total, _ in times),
        bout_ms=tuple(longest for _, longest in times),
        run_cm=tuple(total for total, _ in distances),
        bout_cm=tuple(longest for _, longest in distances),
        written=_digest(sessions) if stage.distance_cm is None else _digest_of_rounds(written),
        phase=stage.phase,
        weeks_alternate=stage.weeks_alternate,
        weekly_fraction=stage.weekly_fraction,
    )


_Stretch = list[Interval]
"""Running without a walk in it."""


def _stretches(session: Workout) -> Iterator[_Stretch]:
    intervals = compile_timeline(session).intervals
    return (list(group) for runs, group in groupby(intervals, lambda each: each.intensity.is_run) if runs)


def _longest(amounts: list[int | None]) -> tuple[int | None, int | None]:
    """The sum and the most of them; None where one is not known."""
    known = [amount for amount in amounts if amount is not None]
    return (sum(known), max(known, default=0)) if len(known) == len(amounts) else (None, None)


def _times(stretches: list[_Stretch], pace: int | None) -> list[int | None]:
    return [_longest([interval_ms(interval, pace) for interval in stretch])[0] for stretch in stretches]


def _distances(stretches: list[_Stretch]) -> list[int | None]:
    return [_longest([_cm(interval.step.duration) for interval in stretch])[0] for stretch in stretches]


def _cm(duration: Duration) -> int | None:
    return duration.cm if isinstance(duration, DistanceDuration) else None


def _digest(sessions: list[list[_Stretch]]) -> str:
    """The same for the same running, whatever the pace."""
    return _brief([[[_amount(each) for each in stretch] for stretch in session] for session in sessions])


def _digest_of_rounds(stage: Stage) -> str:
    """With the walks, which bear on how many rounds there are."""
    sessions = [compile_timeline(session).intervals for session in stage.sessions]
    rounds = [[(each.intensity.is_run, *_amount(each)) for each in session] for session in sessions]
    return _brief((stage.distance_cm, rounds))


def _amount(interval: Interval) -> tuple[str, int]:
    match interval.step.duration:
        case TimeDuration(ms=ms):
            return "ms", ms
        case DistanceDuration(cm=cm):
            return "cm", cm
        case _:
            return "open", 0


def _brief(written: object) -> str:
    return sha256(repr(written).encode()).hexdigest()[:12]
