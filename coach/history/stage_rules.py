"""What the gate needs of a plan's stages: numbers only; and where in other ones a runner lands."""

from collections.abc import Sequence

from coach.gate.facts import Ledger, StageRule
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


def running(stages: Sequence[StageRule]) -> list[object]:
    """What running is in them: equal for two protocols that ask the same."""
    return [(stage.id, stage.run_ms, stage.bout_ms) for stage in stages]


def landing(stages: Sequence[StageRule], here: StageRule, ledger: Ledger) -> int:
    """The highest stage that asks no more running and no longer bout than the last good session; 0 without one.

    Nor more than the stage ``here``: a step back is not undone by choosing another protocol.
    """
    if ledger.last_good_run_ms is None or ledger.last_good_bout_ms is None:
        return 0
    run_ms = min(filter(None, (ledger.last_good_run_ms, here.run_ms[0])))
    bout_ms = min(filter(None, (ledger.last_good_bout_ms, here.bout_ms[0])))
    found = 0
    for index, stage in enumerate(stages):
        runs, bouts = stage.run_ms[0], stage.bout_ms[0]
        if runs is None or bouts is None or runs > run_ms or bouts > bout_ms:
            break
        found = index
    return found
