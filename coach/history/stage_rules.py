"""What the gate needs of a plan's stages: numbers only."""

from collections.abc import Sequence

from coach.gate.facts import StageRule
from coach.model.estimate import bout_ms, run_ms
from coach.model.protocol import Stage


def stage_rules(stages: Sequence[tuple[str, Stage]], pace_s_per_km: int | None = None) -> tuple[StageRule, ...]:
    """One rule a stage, given with the name it has in the plan.

    Distances become times by the runner's own pace; without one they stay unknown.
    """
    return tuple(_rule(name, stage, pace_s_per_km) for name, stage in stages)


def _rule(name: str, stage: Stage, pace: int | None) -> StageRule:
    return StageRule(
        id=name,
        good=stage.good_sessions,
        rest_days=stage.rest_days,
        gap_h=stage.gap_h,
        weekly_max=stage.weekly_max,
        run_ms=tuple(run_ms(session, pace) for session in stage.sessions),
        bout_ms=tuple(bout_ms(session, pace) for session in stage.sessions),
        phase=stage.phase,
        weeks_alternate=stage.weeks_alternate,
        weekly_fraction=stage.weekly_fraction,
    )
