"""Another protocol, or one with other running in it: where a runner lands, and whether it may be followed at all."""

from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile

from coach.gate.evaluate import judge
from coach.gate.facts import GateInput, Ledger, StageRule
from coach.model.protocol import StagePhase

_AT_ONCE = 2
"""So many sessions of a stage can come next after landing in it: the last run, if it was good, counts as one of it."""
_PHASES = tuple(StagePhase)


def followed(asked: GateInput, stages: Sequence[StageRule], *, has_run: bool) -> GateInput:
    """The question by ``stages``; ``asked`` is by those of the last run.

    A change lands where neither running nor longest bout exceed the last good session. Where even the first stage does,
    it may only be followed if the plan before began no lower, or nothing was run yet.
    """
    before, ledger = asked.stages, asked.ledger
    longest = _estimated(stages, before, max)  # where to land: by whichever pace it is more running
    stages = _estimated(stages, before, min)
    if _is_unchanged(stages, before, ledger.stage):
        return asked.model_copy(update={"stages": stages})
    verdict = judge(asked)
    if verdict.good and asked.run is not None:  # the newest run is judged only when the next begins
        good = {"last_good_run_ms": asked.run.done_ms, "last_good_bout_ms": asked.run.bout_ms}
        ledger = ledger.model_copy(update=good)
    found = _landing(longest, before, ledger, min(ledger.stage, verdict.decision.stage))
    landed = not has_run or found is not None or _is_within(stages[0], before[0])
    stage = found or 0
    ledger = ledger.model_copy(update={"stage": stage, "good": 0, "last_stage": stage})
    return asked.model_copy(update={"stages": stages, "ledger": ledger, "landed": landed})


def _is_unchanged(stages: Sequence[StageRule], before: Sequence[StageRule], reached: int) -> bool:
    """Whether the running is the same; generated stages only as far as they may come next."""
    near, near_before = _near(stages, reached), _near(before, reached)
    return len(near) == len(near_before) and all(map(_is_same, near, near_before))


def _near(stages: Sequence[StageRule], reached: int) -> list[StageRule]:
    return [stage for n, stage in enumerate(stages) if n <= reached + 1 or not stage.is_generated]


def _is_same(stage: StageRule, other: StageRule) -> bool:
    """By the text, whatever the pace. Of what was told before texts were kept there is only the time to go by."""
    if stage.written and other.written:
        return (stage.id, stage.written) == (other.id, other.written)
    return (stage.id, stage.run_ms, stage.bout_ms) == (other.id, other.run_ms, other.bout_ms)


def _estimated(
    stages: Sequence[StageRule], before: Sequence[StageRule], pick: Callable[[Iterable[int]], int]
) -> tuple[StageRule, ...]:  # fmt: skip
    """Where only the pace is another, the time by the one or the other: the shorter stands for what is run, for a
    slower pace opens no longer run by time."""
    known = {(stage.id, stage.written): stage for stage in before if stage.written}
    return tuple(_by_either(stage, known.get((stage.id, stage.written), stage), pick) for stage in stages)


def _by_either(stage: StageRule, other: StageRule, pick: Callable[[Iterable[int]], int]) -> StageRule:
    if (stage.run_ms, stage.bout_ms) == (other.run_ms, other.bout_ms):
        return stage
    return stage.model_copy(
        update={
            "run_ms": _picked(stage.run_ms, other.run_ms, pick), "bout_ms": _picked(stage.bout_ms, other.bout_ms, pick)
        }
    )  # fmt: skip


def _picked(
    times: Sequence[int | None], others: Sequence[int | None], pick: Callable[[Iterable[int]], int]
) -> tuple[int | None, ...]:
    pairs = ([ms for ms in pair if ms is not None] for pair in zip(times, others, strict=True))
    return tuple(pick(known) if known else None for known in pairs)


def _landing(
    stages: Sequence[StageRule], before: Sequence[StageRule], ledger: Ledger, opened: int
) -> int | None:  # fmt: skip
    """The highest stage that asks no more running and no longer bout than the last good session; None without one.

    Nor more than the stage of the last run: a step back is not undone by choosing another protocol. What that run asks
    for is asked again by the new stages, so where it steps back it does from so far above what it opens; from no later
    step of the build than the one left, whose gap may be shorter.
    """
    here = min(ledger.stage, len(before) - 1)
    found = _within(stages, before[min(here, opened)], ledger)
    if found is None:
        return None
    above = takewhile(
        lambda stage: not _is_later_step(stage, before[here]), stages[found + 1 : found + 1 + here - opened]
    )
    return found + sum(1 for _ in above)


def _within(stages: Sequence[StageRule], here: StageRule, ledger: Ledger) -> int | None:
    """The highest stage up to which each asks no more than the last good session, and than the stage ``here``, and is
    no later step of the build."""
    if ledger.last_good_run_ms is None or ledger.last_good_bout_ms is None:
        return None
    run_ms = min(filter(None, (ledger.last_good_run_ms, here.run_ms[0])))
    bout_ms = min(filter(None, (ledger.last_good_bout_ms, here.bout_ms[0])))
    found = None
    for index, stage in enumerate(stages):
        runs, bouts = _at_once(stage.run_ms), _at_once(stage.bout_ms)
        if any(ms is None or ms > run_ms for ms in runs) or any(ms is None or ms > bout_ms for ms in bouts):
            break
        if _is_later_step(stage, here):
            break
        found = index
    return found


def _is_later_step(stage: StageRule, left: StageRule) -> bool:
    """Whether it is further on than ``left`` in what minutes do not tell: days in a row, runs a week, hills, speed."""
    if any(asked > had for asked, had in zip(_step(stage), _step(left), strict=True)):
        return True
    name, number = _numbered(stage)
    name_left, number_left = _numbered(left)
    return stage.phase is not StagePhase.WALKRUN and name == name_left and number > number_left


def _step(stage: StageRule) -> tuple[float, ...]:
    weeks = -1 if stage.weeks_alternate is None else stage.weeks_alternate
    runs = 0 if stage.phase is StagePhase.WALKRUN else stage.weekly_max or 7
    return _PHASES.index(stage.phase), weeks, stage.weekly_fraction or 0, runs


def _numbered(stage: StageRule) -> tuple[str, int]:
    """``build/hills-2`` as ``build/hills`` and 2; 0 where there is no number."""
    name, _, number = stage.id.rpartition("-")
    return (name, int(number)) if number.isdecimal() else (stage.id, 0)


def _is_within(stage: StageRule, other: StageRule) -> bool:
    """Whether each session of ``stage`` that can come next asks no more than that of ``other``."""
    if stage.written and stage.written == other.written:
        return True
    return _asks_no_more(stage.run_ms, other.run_ms, stage.run_cm, other.run_cm) and _asks_no_more(
        stage.bout_ms, other.bout_ms, stage.bout_cm, other.bout_cm
    )


def _asks_no_more(
    asked_ms: Sequence[int | None], had_ms: Sequence[int | None],
    asked_cm: Sequence[int | None], had_cm: Sequence[int | None],
) -> bool:  # fmt: skip
    """By distance where both go by it, for a pace says nothing of that; else by time."""
    far = _pairs(asked_cm, had_cm)
    if not far:  # told before distances were kept: what is unknown on both sides may be the same
        return all(asked == had or _is_no_more(asked, had) for asked, had in _pairs(asked_ms, had_ms))
    pairs = zip(far, _pairs(asked_ms, had_ms), strict=True)
    return all(_is_no_more(*(cm if None not in cm else ms)) for cm, ms in pairs)


def _is_no_more(asked: int | None, had: int | None) -> bool:
    return asked is not None and had is not None and asked <= had


def _pairs(asked: Sequence[int | None], had: Sequence[int | None]) -> list[tuple[int | None, int | None]]:
    return [(amount, had[min(index, len(had) - 1)]) for index, amount in enumerate(_at_once(asked))] if had else []


def _at_once(sessions: Sequence[int | None]) -> Sequence[int | None]:
    return sessions[:_AT_ONCE]
