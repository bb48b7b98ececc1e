"""What today's decision still needs, as questions that can be answered now and words for what cannot. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from coach.coaching import Today
from coach.gate.advice import morning_from
from coach.gate.days import morning_of, waking_date
from coach.gate.words import moment
from coach.model.decision import Decision, Need, Outcome, Reason
from coach.model.rating import Occasion


class Ask(NamedTuple):
    """A rating that is wanted. ``day`` is the day it is about, if that is past; ``run`` the run of an after-rating."""

    occasion: Occasion
    title: str
    day: date | None = None
    run: str | None = None


class Wanted(NamedTuple):
    """``asks`` can be answered here and now, the most wanted first; ``later`` is what has to come otherwise."""

    asks: tuple[Ask, ...]
    later: tuple[str, ...]


MORNING = Ask(Occasion.MORNING, "How is this morning?")
BEFORE = Ask(Occasion.BEFORE, "How is it just before the run?")
FOLLOW_UP = Ask(Occasion.FOLLOW_UP, "Is all back to usual?")

_ELSEWHERE: dict[Need, str] = {
    Need.READINESS: "The tests before running are open: see Readiness.",
    Need.CLINICIAN: "A clinician has to say that you may run. Then record it: Clearance here, or `coach clear`.",
    Need.CLEARANCE: "Look back at what happened. Then clear it yourself: Clearance here, or `coach clear`.",
    Need.CLOCK: "Set this machine's clock right, or put a wrong date right: `coach journal correct`.",
    Need.PROTOCOL: "Tell your easy pace in the profile where it asks for a distance; else follow a protocol that "
    "begins no higher: `coach init --protocol NAME` (or mend the file, if it is one of your own).",
}


def wanted(today: Today) -> Wanted:
    """Everything the decision needs."""
    asks: list[Ask] = []
    later: list[str] = []
    for need in today.decision.needs:
        for found in _wanted(need, today):
            if isinstance(found, str):
                later.append(found)
            else:
                asks.append(found)
    return Wanted(tuple(dict.fromkeys(asks)), tuple(dict.fromkeys(later)))


def after(today: Today) -> Ask | None:
    """The rating of the last run, if it is not there yet."""
    run = today.input.run
    if run is None or any(g.rating.run == run.id and g.rating.occasion is Occasion.AFTER for g in today.input.readings):
        return None
    return Ask(Occasion.AFTER, "How was the run?", run=run.id)


def morning_is_told(today: Today) -> bool:
    """Whether this morning was rated already."""
    asked, run = today.input, today.input.run
    ends = sorted([owed.since for owed in asked.ledger.owed] + ([] if run is None else [run.end]))
    told = (g.rating for g in asked.readings if g.rating.occasion is Occasion.MORNING)
    now = morning_of(asked.asked_at, asked.zone, ends)
    return any(morning_of(rating.at, rating.zone, ends) == now for rating in told)


def waits_for_another_day(decision: Decision, zone: str) -> bool:
    """Whether it opens no earlier than tomorrow, whatever is answered today."""
    opens = decision.opens_at
    return opens is not None and waking_date(opens, zone) > waking_date(decision.asked_at, zone)


def _wanted(need: Need, today: Today) -> Iterator[Ask | str]:
    match need:
        case Need.RUN_DAY:
            yield from _run_day(today)
        case Need.AFTER:
            last = after(today)
            if last is not None:
                yield last
            for reason in _owed(need, today):
                day = date.fromisoformat(str(reason.figures["day"]))
                yield Ask(Occasion.AFTER, f"How was the run of {_day(day)}?", run=str(reason.figures["run"]))
        case Need.MORNING:
            for reason in (*_missing("morning", today), *_owed(need, today)):
                yield _morning_of(date.fromisoformat(str(reason.figures["day"])), today)
        case Need.FOLLOW_UP:
            yield FOLLOW_UP
        case Need.UNTIL_ZERO | Need.AT_BASELINE:
            level = "of 0" if need is Need.UNTIL_ZERO else "at your usual level after a quiet night"
            if morning_is_told(today):
                yield f"A morning {level}, without a painkiller: tomorrow."
            else:
                yield MORNING
        case _:
            yield _ELSEWHERE[need]


def _run_day(today: Today) -> Iterator[Ask | str]:
    for reason in _owed(Need.RUN_DAY, today):
        day = date.fromisoformat(str(reason.figures["day"]))
        yield f"How you were before your run of {_day(day)}: `coach before --at TIME`."
    if not _missing("run-day", today):
        return
    if today.decision.outcome is Outcome.STOP:
        return  # asked on the day of a run, and no run is in sight
    if waits_for_another_day(today.decision, today.input.zone):
        yield "On the day of the run: how it is then."
    elif morning_is_told(today):
        yield BEFORE
    else:
        yield MORNING


def _morning_of(day: date, today: Today) -> Ask | str:
    now = _waking(today)
    if day > now:
        when = "tomorrow" if day - now == timedelta(days=1) else f"on {_day(day)}"
        return f"How the first steps are {when} in the morning."
    since = morning_from(day, today.input)
    if day == now and since is not None:
        return f"How the first steps are, from {moment(since, today.input.zone)} on."
    return MORNING if day == now else Ask(Occasion.MORNING, f"How was the morning of {_day(day)}?", day=day)


def _missing(what: str, today: Today) -> list[Reason]:
    return [r for r in today.decision.reasons if r.code == "G12" and r.figures.get("missing") == what
            and not r.figures.get("recalled")]  # fmt: skip


def _owed(need: Need, today: Today) -> list[Reason]:
    return [r for r in today.decision.reasons if r.code == "G28" and r.figures.get("owed") == need.value]


def _waking(today: Today) -> date:
    return waking_date(today.input.asked_at, today.input.zone)


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"
