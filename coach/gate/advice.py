"""What to do: the line that sums a decision up, the care that comes before all else, each need with its command.

Every command that is printed can be typed as it stands; words in capitals are to be replaced.
"""

from datetime import date, datetime, timedelta

from coach.gate.case import Case
from coach.gate.days import local_date, waking_date
from coach.gate.evaluate import decide
from coach.gate.facts import GateInput, Owed
from coach.gate.wording import CARE, Figures, day_words, need_words, outcome_words
from coach.gate.words import moment
from coach.model.decision import Decision, Need, Outcome
from coach.model.rating import Care
from coach.model.zones import zone

_FIRST_STAGE = "seven days of walking and a new readiness check, for there is no stage below the first."
_ON_THE_DAY = "on the day of your next run, say before it how it is: `coach morning`"
_ENDS_A_STOP = (Need.CLINICIAN, Need.CLEARANCE)
_CARE_CARRIED = (
    "Have the warning sign you told of looked at by a clinician today; call the emergency number now if you are short "
    "of breath or your chest hurts"
)


def situation_of(given: GateInput) -> Figures:
    """What sentences tell apart beyond a reason's own figures, for :func:`reason_words`."""
    case = Case(given)
    decision = decide(given)
    opens, gap = decision.opens_at, case.gap_until(decision.stage)
    return {
        "today": case.today.isoformat(),
        "first_stage": case.stage == 0,
        "zone": given.zone,
        "no_run": case.run is None,
        "gap_over": gap is None or gap <= given.asked_at,
        "rest_day": opens is not None and waking_date(opens, given.zone) > case.today,
        "ran_today": case.run is not None and waking_date(case.run.end, given.zone) == case.today,
    }


def care_words(decision: Decision) -> str | None:
    """What to do before all else; None unless it is a STOP."""
    if decision.outcome is not Outcome.STOP:
        return None
    levels = [str(r.figures["care"]) for r in decision.reasons if r.code == "G1" and "care" in r.figures]
    if levels:
        return f"{CARE[next(care for care in Care if care.value in levels)]}."
    if any(r.figures.get("stop") == "G1" for r in decision.reasons if r.code == "G28"):
        return f"{_CARE_CARRIED}."  # how soon it wanted to be seen is not kept
    stops = {code for code in decision.codes if code in ("G3b", "G4", "G7b", "G8b")}
    stops |= {str(r.figures["stop"]) for r in decision.reasons if "stop" in r.figures} - {"G2"}
    if "G2" in decision.codes and not stops:
        return "Do not run before a clinician has cleared you for it."
    return f"{CARE[Care.BOOK]}." if Need.CLINICIAN in decision.needs else "Do not run."


def headline(decision: Decision, given: GateInput) -> str:
    """The outcome by name, what it means here and now, and whether the gate is open."""
    name, means = meaning(decision, given)
    means = f"when it opens, {means}" if name == "WAIT" else means
    return f"{name}: {means} The gate is {'open' if decision.is_open else 'closed'}."


def meaning(decision: Decision, given: GateInput) -> tuple[str, str]:
    """The outcome by name, and what it means here and now, a sentence in small letters."""
    name = decision.outcome.name.replace("_", " ")
    case = Case(given)
    means = outcome_words(decision.outcome, case.stage - decision.stage)
    waits = decision.opens_at is not None and decision.opens_at > decision.asked_at
    if decision.outcome is Outcome.REPEAT and not case.loads:
        name, means = "START", "the first session of the plan."
    elif decision.outcome in (Outcome.REST, Outcome.STEP_BACK) and case.stage == 0 and case.absence_days <= 7:
        means = f"the first stage anew, after {_FIRST_STAGE}"
    elif decision.outcome is Outcome.REST and not waits:
        means = "the days off are over; a lower stage comes next."
    if decision.outcome in (Outcome.REPEAT, Outcome.ADVANCE) and not decision.is_open:
        name = "WAIT"
    return name, means


def need_lines(decision: Decision, given: GateInput) -> list[str]:
    """What to do for each need, with the command that does it; several where several answers are missing."""
    lines: list[str] = []
    for need in sorted(decision.needs, key=lambda need: need not in _ENDS_A_STOP):
        match need:
            case Need.MORNING:
                days = _days(decision, "morning", need)
                lines += [_morning(day, waking_date(given.asked_at, given.zone)) for day in days]
            case Need.AFTER:
                lines += _after(decision)
            case Need.RUN_DAY:
                lines += _run_day(decision, given)
            case Need.FOLLOW_UP:
                lines.append(need_words(need) + _due(given))
            case Need.READINESS:
                lines.append(need_words(need) + _tested_after(decision, given))
            case Need.CLOCK:
                lines.append(_clock(decision))
            case _:
                lines.append(need_words(need))
    if Need.RUN_DAY not in decision.needs and decision.outcome is not Outcome.STOP and _opens_later(decision, given):
        lines.append(_ON_THE_DAY)  # today's check is not that of the run
    return list(dict.fromkeys(lines))


def _opens_later(decision: Decision, given: GateInput) -> bool:
    """Whether it opens on a later day than the one of the question."""
    today = waking_date(given.asked_at, given.zone)
    return decision.opens_at is not None and waking_date(decision.opens_at, given.zone) > today


def _due(given: GateInput) -> str:
    """From when a follow-up is due, as long as that is ahead."""
    due = [spell.asked_from for spell in Case(given).spells if spell.usual_at is None]
    if not due or max(due) <= given.asked_at:
        return ""
    return f", due from {moment(max(due), given.zone)}"


def _tested_after(decision: Decision, given: GateInput) -> str:
    """From when tests count, as long as that is ahead."""
    since = [
        datetime.fromisoformat(str(r.figures["ready_from"])) for r in decision.reasons if "ready_from" in r.figures
    ]
    since += [owed.since for owed in given.ledger.owed if owed.need is Need.READINESS]
    since += filter(None, [given.ledger.readiness_after])
    if max(since, default=given.asked_at) <= given.asked_at:
        return ""
    return f", with tests of after {moment(max(since), given.zone)}"


def _clock(decision: Decision) -> str:
    """Which event to put right, where one is ahead of the clock; how to set one that nothing has set."""
    found = [reason.figures for reason in decision.reasons if reason.code == "G27"]
    if all("newest" not in figures for figures in found):
        return (
            "let this machine take the time from the network; or set it by hand: "
            "`sudo timedatectl set-ntp false`, then `sudo timedatectl set-time TIME`"
        )
    events = [str(figures["event"]) for figures in found if "event" in figures]
    if not events:
        return need_words(Need.CLOCK)
    return (
        "set this machine's clock right; or if that is right, put the date of what was noted ahead of it right: "
        f"`coach journal correct {events[-1]} TIME`"
    )


def _days(decision: Decision, missing: str, need: Need) -> list[date]:
    """The days of which an answer is missing: of this episode, and of those before."""
    found = [r.figures["day"] for r in decision.reasons if _misses(r.code, r.figures, missing, need)]
    return sorted({date.fromisoformat(str(day)) for day in found})


def _misses(code: str, figures: Figures, missing: str, need: Need) -> bool:
    if code == "G12":
        return figures.get("missing") == missing and not figures.get("recalled") and "day" in figures
    return code == "G28" and figures.get("owed") == need.value and "day" in figures


def _morning(day: date, today: date) -> str:
    if day > today:
        return f"say on {day_words(day)} how the morning after your run is: `coach morning`"
    command = "coach morning" if day == today else f"coach morning --for {day}"
    return f"say how the morning after your run was, on {day_words(day)}: `{command}`"


def _after(decision: Decision) -> list[str]:
    owed = [r.figures for r in decision.reasons if _misses(r.code, r.figures, "", Need.AFTER) and r.code == "G28"]
    lines = [
        f"rate your run of {day_words(date.fromisoformat(str(f['day'])))}: `coach rate --run {str(f['run'])[-10:]}`"
        for f in owed
    ]
    of_last = any(r.code == "G12" and r.figures.get("missing") == "after" for r in decision.reasons)
    if of_last or not lines:
        lines.append(need_words(Need.AFTER))
    return lines


def _run_day(decision: Decision, given: GateInput) -> list[str]:
    lines = [
        f"say how it was on {day_words(local_date(owed.since, given.zone))}, before you ran: "
        f"`coach before --at {just_before(owed).astimezone(zone(given.zone)):%Y-%m-%dT%H:%M}`"
        for owed in given.ledger.owed
        if owed.need is Need.RUN_DAY
    ]
    if any(r.code == "G12" and r.figures.get("missing") == "run-day" for r in decision.reasons):
        lines.append(_ON_THE_DAY if _opens_later(decision, given) else need_words(Need.RUN_DAY))
    return lines or [need_words(Need.RUN_DAY)]


def just_before(owed: Owed) -> datetime:
    """The whole minute before the run whose check is owed; the one in which it began where that alone is of its day."""
    before = (owed.since - timedelta(seconds=1)).replace(second=0, microsecond=0)
    same_day = waking_date(before, owed.zone) == waking_date(owed.since, owed.zone)
    return before if same_day else owed.since.replace(second=0, microsecond=0)
