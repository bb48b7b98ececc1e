"""What the gate needs of a plan's stages: numbers only."""

from collections.abc import Sequence

from coach.gate.facts import StageRule
from coach.model.protocol import Stage
from coach.model.timeline import compile_timeline
from coach.model.workout import DistanceDuration, TimeDuration, Workout

CM_PER_KM = 100_000


def stage_rules(stages: Sequence[Stage], pace_s_per_km: int | None = None) -> tuple[StageRule, ...]:
    """One rule a stage. Distances become times by the runner's own pace; without one they stay unknown."""
    return tuple(_rule(stage, pace_s_per_km) for stage in stages)


def _rule(stage: Stage, pace: int | None) -> StageRule:
    runs = [running(workout, pace) for workout in stage.sessions]
    return StageRule(
        id=stage.id,
        good=stage.good_sessions,
        rest_days=stage.rest_days,
        gap_h=stage.gap_h,
        weekly_max=stage.weekly_max,
        run_ms=tuple(run for run, _ in runs),
        bout_ms=tuple(bout for _, bout in runs),
        phase=stage.phase,
        weeks_alternate=getattr(stage, "weeks_alternate", None),
        weekly_fraction=getattr(stage, "weekly_fraction", None),
    )


def running(workout: Workout, pace_s_per_km: int | None = None) -> tuple[int | None, int | None]:
    """How long is run in all, and the longest bout, in milliseconds; None where that cannot be known."""
    total = bout = longest = 0
    for interval in compile_timeline(workout).intervals:
        if not interval.intensity.is_run:
            bout = 0
            continue
        match interval.step.duration:
            case TimeDuration(ms=ms):
                pass
            case DistanceDuration(cm=cm) if pace_s_per_km is not None:
                ms = cm * pace_s_per_km * 1000 // CM_PER_KM
            case _:
                return None, None
        total, bout = total + ms, bout + ms
        longest = max(longest, bout)
    return total, longest
