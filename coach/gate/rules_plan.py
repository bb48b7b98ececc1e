"""Rules about answers, gaps, absence and progress: G12, G16 to G19, G22, and G24 to G29."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from coach.gate import rules_load
from coach.gate.case import Case, Figure, Finding
from coach.gate.days import dawn, next_morning, waking_date
from coach.gate.episodes import APART, hurts_of, is_next_morning, is_recalled, repeated, shows_zero
from coach.gate.facts import GateInput, Given, Owed
from coach.model.decision import Need, Outcome
from coach.model.rating import Occasion

FLARE_WINDOW = timedelta(days=14)
READINESS_DAYS = 14
PAIN_FREE_DAYS = 14
"""Whole days without pain that readiness asks of a bone (evidence.md 1)."""
REFUSALS = 3
UNSURE_BELOW = 5
_ABSENCE = ((28, 0), (21, 3), (14, 2), (7, 1))


def g12_answers(case: Case) -> Iterator[Finding]:
    run, episode = case.run, case.ran
    if run is not None and episode is not None:
        after = [g for g in episode.given if g.rating.occasion is Occasion.AFTER and g.rating.is_complete]
        morning = episode.next_mornings()
        for what, need, found in (("after", Need.AFTER, after), ("morning", Need.MORNING, morning)):
            yield from _answer(case, what, need, found)
    figures: dict[str, Figure] = {"missing": "run-day", "day": case.today.isoformat()}
    if not case.run_day:
        yield Finding("G12", None, needs=(Need.RUN_DAY,), figures=figures)
    elif all(given.given_at > case.asked_at for given in case.run_day):
        yield _recalled(case, figures)


def _answer(case: Case, what: str, need: Need, found: list[Given]) -> Iterator[Finding]:
    run = case.run
    assert run is not None
    figures: dict[str, Figure] = {"missing": what, "day": next_morning(run.end, case.input.zone).isoformat()}
    if not found:
        yield Finding("G12", Outcome.REPEAT, needs=(need,), figures=figures)
    elif all(is_recalled(given, run) for given in found):
        yield _recalled(case, figures)


def _recalled(case: Case, figures: dict[str, Figure]) -> Finding:
    figures |= {"recalled": True, "running": case.ledger.recalled + 1}
    opens = case.a_day_more if case.is_strict else None
    return Finding("G12", Outcome.REPEAT, opens_at=opens, figures=figures, holds=True)


def g16_gap(case: Case) -> Iterator[Finding]:
    if case.gap_ends is not None:
        yield Finding("G16", None, opens_at=case.gap_ends, sources=case.band.gap_sources)


def g17_absence(case: Case) -> Iterator[Finding]:
    days = case.absence_days
    limit, back = next(((limit, back) for limit, back in _ABSENCE if days > limit), (0, -1))
    if back < 0:
        return
    last = min(case.ledger.last_stage, len(case.input.stages) - 1)
    stage = 0 if limit == 28 else max(0, last - back)
    long = days > 28 or (days > 14 and (case.is_strict or last == 0))
    needs = (Need.READINESS,) if long and not _ready_since(case.input, case.last_start) else ()
    outcome = Outcome.REPEAT if last == 0 else Outcome.STEP_BACK
    yield Finding(
        "G17", outcome, min(stage, case.stage), needs=needs, figures={"days": days, "back": back, "from": last}
    )


def _ready_since(given: GateInput, since: datetime | None) -> bool:
    """Whether readiness was passed after ``since`` and not longer ago than a test may be."""
    passed = given.readiness_at
    if passed is None or (since is not None and passed <= since):
        return False
    return given.asked_at - passed <= timedelta(days=READINESS_DAYS)


def g18b_second_flare(case: Case, flares: list[datetime]) -> Iterator[Finding]:
    """Before and after a run are two episodes; with no run between, three days apart."""
    if not flares:
        return
    before = [at for at in case.ledger.flares if flares[0] - at <= FLARE_WINDOW]
    found = (before[-1], flares[0]) if before else repeated(flares, FLARE_WINDOW)
    if found is not None:
        latest, second = found
        first = _began(latest, [at for at in before or flares if second - at <= FLARE_WINDOW])
        figures: dict[str, Figure] = {"first": first.isoformat(), "second": second.isoformat(), "limit_days": 14}
        yield Finding("G18b", Outcome.STOP, figures=figures, symptom=True)


def _began(latest: datetime, flares: list[datetime]) -> datetime:
    """The first day of the flare-up that was told of at ``latest``, too: what hurts again sooner than three days on is
    the same one. ``flares`` are in order."""
    began = latest
    for at in reversed([at for at in flares if at < latest]):
        began = at if began - at < APART else began
    return began


def flares_of(findings: list[Finding]) -> list[datetime]:
    """When the ratings of this segment were that asked for G3a or G5–G10, in order."""
    return sorted({at for f in findings for at in f.flares})


def g22_confidence(case: Case) -> Iterator[Finding]:
    if not case.run_day:
        return  # G12 asks for the reading
    scores = [g.rating.confidence for g in case.run_day if g.rating.confidence is not None]
    if scores and min(scores) >= UNSURE_BELOW:
        return
    figures: dict[str, Figure] = {"limit": UNSURE_BELOW, "running": case.ledger.unsure}
    if scores:
        figures["confidence"] = min(scores)
    if case.ledger.unsure >= 2 and scores:
        chose = case.input.chose_at
        if chose is not None and chose >= case.run_day[0].rating.at:
            return
        figures["choice"] = True
    yield Finding("G22", Outcome.REPEAT, figures=figures)


def g24_readiness(case: Case) -> Iterator[Finding]:
    given, after = case.input, case.ledger.readiness_after
    passed = given.readiness_at
    yield from _new_injury(case)
    if passed is None or (after is not None and passed <= after):
        figures: dict[str, Figure] = {"passed": passed is not None}
        yield Finding("G24", None, needs=(Need.READINESS,), figures=figures if passed else figures | case.uncounted)
    elif case.is_before_first_run and not _ready_since(given, None):
        days = (given.asked_at - passed).days
        yield Finding("G24", None, needs=(Need.READINESS,), figures={"days": days, "limit": READINESS_DAYS})


def _new_injury(case: Case) -> Iterator[Finding]:
    """One that is new to the programme: readiness from before it is too old, and the way begins at the first stage."""
    given = case.input
    told, since, last = given.injury_told_at, given.injured_at, case.last_start
    passed = given.readiness_at
    needs = (Need.READINESS,) if since is not None and passed is not None and passed <= since else ()
    if told is None or (not needs and (last is None or last >= told)):
        return
    figures: dict[str, Figure] = {"injury": told.isoformat(), "ready": not needs}
    if last is None or last >= told:
        yield Finding("G24", None, needs=needs, figures=figures)
    else:
        outcome = Outcome.STEP_BACK if case.stage > 0 else Outcome.REPEAT
        yield Finding("G24", outcome, stage=0, needs=needs, figures=figures, restarts=True)


def g24_days_without_pain(case: Case, findings: list[Finding]) -> Iterator[Finding]:
    """Where a bone's readiness has to be passed anew: no sooner than the days without pain that it takes are over.

    Shown with the need, and no days off: a clinician may waive them, and readiness is then passed. Not where it is due
    by the mere passing of time (an absence, a test too old): a time that was named does not move away by itself.
    """
    due = [f for f in findings if Need.READINESS in f.needs and f.code != "G17" and "days" not in f.figures]
    if not due:
        return
    told = hurts_of(case.ratings, [case.run] if case.run else ()) if case.is_bone else ()
    hurt = [(hurt.at, hurt.zone) for hurt in told]  # what a bone told before is remembered, in force or left out since
    before = (*case.ledger.bone_pain, case.ledger.bone_hurt_at)
    hurt += [(at, case.input.zone) for at in before if at is not None]
    if not hurt:
        return
    opens = max(dawn(waking_date(at, name) + timedelta(days=PAIN_FREE_DAYS + 1), name) for at, name in hurt)
    if opens > case.asked_at:
        figures: dict[str, Figure] = {"pain_free_days": PAIN_FREE_DAYS, "from": opens.isoformat()}
        yield Finding(
            "G24", None, opens_at=opens, needs=(Need.READINESS,), figures=figures, sources=("secondary-pages",)
        )


class PreRun(NamedTuple):
    """A reading just before a run, or in the morning of a day on which one may begin.

    ``pain`` is what was rated and ``limit`` what it may be; of two that are above theirs the one that is further above.
    """

    given: Given
    day: date
    pain: int
    limit: int

    @property
    def fires(self) -> bool:
        return self.pain > self.limit

    @property
    def masked(self) -> bool:
        """Whether it may have hurt unseen: a painkiller hid it, or only a red flag was told."""
        return bool(self.given.rating.painkiller) or not self.given.rating.is_complete


def pre_run_readings(case: Case) -> list[PreRun]:
    """Which mornings are those of a run day goes by the plain gap: a longer one, after pain, excuses nothing."""
    opens = case.plain_gap_ends
    limit = max(case.band.advance, case.baseline)
    found: list[PreRun] = []
    for given in case.readings:
        rating = given.rating
        if rating.occasion not in (Occasion.BEFORE, Occasion.MORNING):
            continue
        if case.run is not None and rating.at <= case.run.end:
            continue
        day = waking_date(rating.at, rating.zone)
        if rating.occasion is Occasion.MORNING and opens is not None and _day_ends(day, rating.zone) <= opens:
            continue
        rated = ((rating.pain_now or 0, case.band.advance), (rating.first_steps or 0, limit))
        found.append(PreRun(given, day, *max(rated, key=lambda pair: (pair[0] - pair[1], pair[0]))))
    return found


def _day_ends(day: date, zone: str) -> datetime:
    return dawn(day + timedelta(days=1), zone)


def refusals_of(case: Case) -> tuple[int, int]:
    """How many days running hurt too much to run, up to now, and the most there were at any time of this segment.

    A day on which only a painkiller kept it down neither counts nor ends the row.
    """
    days: dict[date, bool | None] = {}
    for reading in pre_run_readings(case):
        before = days.get(reading.day)
        quiet = None if reading.masked or (reading.day in days and before is None) else False
        days[reading.day] = True if reading.fires or before else quiet
    running = most = case.ledger.refusals
    for fires in days.values():
        running = running + 1 if fires else running if fires is None else 0
        most = max(most, running)
    return running, most


def g25_hurts_before(case: Case) -> Iterator[Finding]:
    fired = [r for r in pre_run_readings(case) if r.fires]
    if not fired:
        return
    running, most = refusals_of(case)
    latest = fired[-1].given.rating
    figures: dict[str, Figure] = {"pain": fired[-1].pain, "limit": fired[-1].limit, "running": most}
    figures["day"] = waking_date(latest.at, latest.zone).isoformat()
    if most < REFUSALS:
        figures["running"] = running
    zones = {case.input.zone, latest.zone}
    opens = max(_day_ends(waking_date(latest.at, name), name) for name in zones)
    outcome = Outcome.STOP if most >= REFUSALS else Outcome.REPEAT
    yield Finding("G25", outcome, opens_at=opens, figures=figures, symptom=True, holds=True)


def g26_painkiller(case: Case) -> Iterator[Finding]:
    if case.ledger.painkiller_before or any(r.painkiller for r in case.ratings):
        yield Finding("G26", Outcome.REPEAT)


def g27_clock(case: Case) -> Iterator[Finding]:
    newest = case.input.newest_at
    behind = newest is not None and newest > case.asked_at
    if behind or not case.input.clock_trusted:
        figures: dict[str, Figure] = {}
        if behind and newest is not None:
            figures["newest"] = newest.isoformat()
            if case.input.newest_event:
                figures["event"] = case.input.newest_event
        yield Finding("G27", None, needs=(Need.CLOCK,), figures=figures)


def g28_not_unlocked(case: Case) -> Iterator[Finding]:
    ledger = case.ledger
    if case.run is not None and not case.run.unlocked:
        yield Finding("G28", Outcome.REPEAT)
    if ledger.hold_until is not None:
        waited: dict[str, Figure] = {"owed": "days-off"}
        if ledger.hold_until <= case.asked_at:
            waited["over"] = True
        yield Finding("G28", None, opens_at=ledger.hold_until, figures=waited, holds=True)
    for code in ledger.stops:
        yield Finding("G28", Outcome.STOP, figures={"stop": code})
    for owed in ledger.owed:
        if not is_paid(case, owed):
            figures: dict[str, Figure] = {"owed": owed.need.value}
            if owed.day is not None:
                morning = owed.need is Need.MORNING  # which counts by the zone in which it is answered
                day = next_morning(owed.since, case.input.zone) if morning else owed.day
                figures |= {"day": day.isoformat(), "run": owed.run}
            yield Finding("G28", Outcome.REPEAT, needs=(owed.need,), figures=figures)


def is_paid(case: Case, owed: Owed) -> bool:
    """Whether what outlived its episode was given since. One morning answers for every run of the day before."""
    later = [r for r in case.ratings if r.at > owed.since]
    match owed.need:
        case Need.UNTIL_ZERO:
            return any(map(shows_zero, later))
        case Need.AT_BASELINE:
            return any(map(case.judge.shows_baseline, later))
        case Need.READINESS:
            passed = case.input.readiness_at
            return passed is not None and passed > owed.since
        case Need.MORNING:
            return any(is_next_morning(r, owed.since) for r in later)
        case _:
            return False  # an answer given late is in the facts of its own episode, and the debt is gone with it


def g29_protocol(case: Case) -> Iterator[Finding]:
    """Another protocol, or an edited one, opens no more than was open before; see coach/history/landing.py."""
    if case.input.landed:
        return
    rule, ledger = case.input.stages[0], case.ledger
    figures: dict[str, Figure] = {}
    for name, ms in (
        ("run_ms", rule.run_ms[0]), ("bout_ms", rule.bout_ms[0]),
        ("last_run_ms", ledger.last_good_run_ms), ("last_bout_ms", ledger.last_good_bout_ms),
    ):  # fmt: skip
        if ms is not None:
            figures[name] = ms
    yield Finding("G29", Outcome.REPEAT, needs=(Need.PROTOCOL,), figures=figures)


# The rules that look at nothing but the case; evaluate.py asks the others once it knows what these have found.
RULES = (
    g12_answers, g16_gap, g17_absence, rules_load.g21_overrun, g22_confidence, g24_readiness,
    g25_hurts_before, g26_painkiller, g27_clock, g28_not_unlocked, g29_protocol,
)  # fmt: skip
