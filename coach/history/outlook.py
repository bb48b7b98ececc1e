"""The way ahead, if all goes well: the earliest day of every stage still to come. A best case, never a promise."""

from datetime import datetime, timedelta
from enum import Enum, auto
from typing import NamedTuple

from coach.gate.case import Case, days_may_follow
from coach.gate.days import after_days
from coach.gate.evaluate import judge
from coach.gate.facts import GateInput
from coach.model.decision import Outcome

WEEK = timedelta(days=7)


class Lack(Enum):
    """What is not known of the weekly distance."""

    FORMER = auto()
    NOW = auto()


class StageAhead(NamedTuple):
    """``sessions`` is how many good ones it still wants, ``starts`` their earliest instants: none where it, or a stage
    before it, waits for a share of a weekly distance that nobody knows. ``lacks`` says then what is not known."""

    stage: int
    sessions: int
    starts: tuple[datetime, ...]
    lacks: Lack | None = None


def best_case(given: GateInput) -> list[StageAhead]:
    """From the stage that is open next to the last, each session good and begun the moment the gap allows.

    A weekly distance that is known is taken to be reached in time (G20).
    """
    verdict = judge(given)
    case, decision = verdict.case, verdict.decision
    good = case.ledger.good + verdict.good if decision.outcome is Outcome.REPEAT and decision.stage == case.stage else 0
    at = max(filter(None, (given.asked_at, decision.opens_at)))
    found: list[StageAhead] = []
    starts = [load.start for load in case.loads]
    advances = list(case.ledger.advances)
    lacks: Lack | None = None
    for index in range(decision.stage, len(given.stages)):
        if index > decision.stage or decision.outcome is Outcome.ADVANCE:
            advances.append(at)
        needed = max(1, _needed(case, index) - (good if index == decision.stage else 0))
        rule = given.stages[index]
        if rule.weekly_fraction is not None and index > decision.stage:
            lacks = lacks or _lack(case)
        if lacks is not None:
            found.append(StageAhead(index, needed, (), lacks))
            continue
        for _ in range(needed):
            at = _free(at, starts, rule.weekly_max)
            starts.append(at)
            days, hours = max(case.band.rest_days, rule.rest_days), max(case.band.gap_h, rule.gap_h)
            if days_may_follow(rule, case.ledger.running_since or starts[0], at):
                days, hours = rule.rest_days, rule.gap_h
            at = after_days(at, days, max(hours, 1), case.zones)
        found.append(StageAhead(index, needed, tuple(starts[-needed:])))
        if len(advances) >= 2:
            at = max(at, advances[-2] + WEEK)
        following = given.stages[index + 1] if index + 1 < len(given.stages) else None
        if following is not None and following.weeks_alternate is not None:
            since = case.ledger.running_since or starts[0]
            at = max(at, since + following.weeks_alternate * WEEK)
    return found


def _needed(case: Case, index: int) -> int:
    rule = case.input.stages[index]
    return max(rule.good, case.band.good, len(rule.run_ms))


def _lack(case: Case) -> Lack | None:
    if case.input.former_weekly_m is None:
        return Lack.FORMER
    return Lack.NOW if all(load.distance_m is None for load in case.loads) else None


def _free(at: datetime, starts: list[datetime], weekly_max: int | None) -> datetime:
    if weekly_max is None or len(starts) < weekly_max:
        return at
    return max(at, starts[-weekly_max] + WEEK)
