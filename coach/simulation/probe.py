"""Whether doing what a closed gate names, when it names it, opens it: tried out on the question alone."""

from datetime import UTC, datetime, timedelta

from coach.gate.advice import just_before
from coach.gate.case import Case
from coach.gate.days import next_morning, zone
from coach.gate.episodes import is_next_morning
from coach.gate.evaluate import clear, decide
from coach.gate.facts import GateInput, Given, Owed
from coach.model.decision import Decision, Need, Outcome
from coach.model.profile import Role
from coach.model.rating import Course, Occasion, SymptomRating

ROUNDS = 6


def opens_in_the_end(given: GateInput) -> str:
    """Empty if it opens; else the words for what stands in the way."""
    asked, decision = given, decide(given)
    for _ in range(ROUNDS):
        if decision.is_open:
            return ""
        at = max(filter(None, (asked.asked_at, decision.opens_at)))
        asked = _obeyed(asked, decision, _midday(at, given.zone))
        decision = decide(asked)
    if decision.is_open:
        return ""
    wants = ", ".join(need.value for need in decision.needs)
    return f"after {ROUNDS} rounds {decision.outcome.name}, needs {wants or 'nothing'}, opens {decision.opens_at}"


def _midday(at: datetime, name: str) -> datetime:
    """Noon of that day or, where it is past, of the next."""
    noon = at.astimezone(zone(name)).replace(hour=12, minute=0, second=0, microsecond=0)
    return noon if noon >= at else noon + timedelta(days=1)


def _obeyed(asked: GateInput, decision: Decision, at: datetime) -> GateInput:
    """The question at ``at``, once everything it needs has been done and nothing hurts."""
    quiet = min(asked.baseline, 2)
    readings = list(asked.readings)

    def tell(occasion: Occasion, when: datetime, **answers: object) -> None:
        rating = SymptomRating.model_validate({"occasion": occasion, "at": when, "zone": asked.zone, **answers})
        readings.append(Given(rating=rating, given_at=at))

    # What an older run still owes is paid by the answer in its own episode, which the fold judges again (see Life):
    # here it is gone if the answer that is asked for would be one.
    owed = tuple(each for each in asked.ledger.owed if not _would_pay(asked, each, at))
    asked = asked.model_copy(update={"ledger": asked.ledger.model_copy(update={"owed": owed})})
    update: dict[str, object] = {"asked_at": at}
    for need in decision.needs:
        match need:
            case Need.AFTER if asked.run is not None:
                tell(Occasion.AFTER, asked.run.end, run=asked.run.id, pain_during=0, pain_now=0, warmup_soreness=0,
                     warmup_course=Course.NONE, limp=False, sharp_pain=False, swelling=False, giving_way=False,
                     completed=True, painkiller=False)  # fmt: skip
            case Need.MORNING if asked.run is not None:
                tell(Occasion.MORNING, _morning_after(asked.run.end, asked.zone), first_steps=quiet, swelling=False,
                     woken=False, painkiller=False)  # fmt: skip
            case Need.FOLLOW_UP:
                tell(Occasion.FOLLOW_UP, at - timedelta(minutes=30), back_to_usual=True, swelling=False)
            case Need.READINESS:
                update["readiness_at"] = at - timedelta(minutes=5)
            case Need.CLINICIAN | Need.CLEARANCE:
                role = Role.CLINICIAN if need is Need.CLINICIAN else Role.SELF
                before = asked.model_copy(update={"readings": tuple(readings), "asked_at": at - timedelta(hours=2)})
                if decision.outcome is Outcome.STOP:
                    update |= {"ledger": clear(before, role), "run": None, "clinician_at": at}
                    readings.clear()
            case _:
                pass
    tell(Occasion.MORNING, at - timedelta(hours=1), first_steps=quiet, swelling=False, woken=False, painkiller=False,
         confidence=8)  # fmt: skip
    update["readings"] = tuple(sorted(readings, key=lambda g: g.rating.at))
    return asked.model_copy(update=update)


def _would_pay(asked: GateInput, owed: Owed, at: datetime) -> bool:
    """Whether the answer that is asked for, told at ``at`` where the runner then is, is the one that is owed."""
    match owed.need:
        case Need.AFTER:
            return True  # it names its run
        case Need.RUN_DAY:
            answers = {"occasion": Occasion.BEFORE, "pain_now": 0, "confidence": 8, "painkiller": False}
            told = {"at": just_before(owed), "zone": asked.zone, **answers}
            reading = Given(rating=SymptomRating.model_validate(told), given_at=at)
            then = {"asked_at": owed.since, "zone": owed.zone, "run": None, "readings": (reading,)}
            return bool(Case(asked.model_copy(update=then)).run_day)
        case Need.MORNING:
            morning = {"occasion": Occasion.MORNING, "at": _morning_after(owed.since, asked.zone), "zone": asked.zone,
                       "first_steps": 0, "swelling": False, "woken": False, "painkiller": False}  # fmt: skip
            return is_next_morning(SymptomRating.model_validate(morning), owed.since)
        case _:
            return False


def _morning_after(end: datetime, name: str) -> datetime:
    """Seven o'clock, where the runner now is, of the morning that is asked for."""
    day = next_morning(end, name)
    return datetime(day.year, day.month, day.day, 7, tzinfo=zone(name)).astimezone(UTC)
