"""Another protocol, or one with other running in it: where a runner lands, and whether it may be followed at all."""

from collections.abc import Sequence

from coach.gate.facts import Ledger, StageRule

_AT_ONCE = 2
"""So many sessions of a stage can come next after landing in it: the last run, if it was good, counts as one of it."""


def followed(
    ledger: Ledger, before: Sequence[StageRule], stages: Sequence[StageRule], *, has_run: bool
) -> tuple[Ledger, bool]:
    """The ledger in ``stages``, and whether they may be followed; ``before`` are those of the last run, if any.

    A change lands where neither running nor longest bout exceed the last good session. Where even the first stage does,
    it may only be followed if the plan before began no lower, or nothing was run yet.
    """
    if not before or _running(stages) == _running(before):
        return ledger, True
    here = before[min(ledger.stage, len(before) - 1)]
    found = landing(stages, here, ledger)
    landed = not has_run or found is not None or _is_within(stages[0], before[0])
    stage = found or 0
    return ledger.model_copy(update={"stage": stage, "good": 0, "last_stage": stage}), landed


def landing(stages: Sequence[StageRule], here: StageRule, ledger: Ledger) -> int | None:
    """The highest stage that asks no more running and no longer bout than the last good session; None without one.

    Nor more than the stage ``here``: a step back is not undone by choosing another protocol.
    """
    if ledger.last_good_run_ms is None or ledger.last_good_bout_ms is None:
        return None
    run_ms = min(filter(None, (ledger.last_good_run_ms, here.run_ms[0])))
    bout_ms = min(filter(None, (ledger.last_good_bout_ms, here.bout_ms[0])))
    found = None
    for index, stage in enumerate(stages):
        runs, bouts = _at_once(stage.run_ms), _at_once(stage.bout_ms)
        if any(ms is None or ms > run_ms for ms in runs) or any(ms is None or ms > bout_ms for ms in bouts):
            break
        found = index
    return found


def _is_within(stage: StageRule, other: StageRule) -> bool:
    """Whether each session of ``stage`` that can come next asks no more than that of ``other``."""
    pairs = [*_pairs(stage.run_ms, other.run_ms), *_pairs(stage.bout_ms, other.bout_ms)]
    return all(asked == had or (asked is not None and had is not None and asked <= had) for asked, had in pairs)


def _pairs(asked: Sequence[int | None], had: Sequence[int | None]) -> list[tuple[int | None, int | None]]:
    return [(ms, had[min(index, len(had) - 1)]) for index, ms in enumerate(_at_once(asked))]


def _at_once(sessions: Sequence[int | None]) -> Sequence[int | None]:
    return sessions[:_AT_ONCE]


def _running(stages: Sequence[StageRule]) -> list[object]:
    return [(stage.id, stage.run_ms, stage.bout_ms) for stage in stages]
