"""All rules, and the most cautious of what they ask: GateInput → Decision. And how an episode that is over is kept."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from coach.gate import RULESET, rules_load, rules_plan, rules_symptoms
from coach.gate.case import WEEK, Case, Finding
from coach.gate.days import next_morning, waking_date
from coach.gate.episodes import tells_of_pain
from coach.gate.facts import GateInput, Ledger, Owed
from coach.gate.rules_load import MONTH
from coach.gate.rules_plan import FLARE_WINDOW, flares_of, is_paid, refusals_of
from coach.gate.rules_symptoms import BONE_WINDOW, bone_pain_times, mornings_at_baseline, worst_of_session
from coach.model.decision import Decision, Need, Outcome, Reason
from coach.model.profile import Role

CLINICIAN_CODES = frozenset(("G1", "G2", "G3b", "G4", "G7b", "G8b"))
"""STOPs that only a clinician clears; with bone or after surgery it is every STOP."""
_WITHOUT_BLAME = frozenset(("G17", "G19", "G20", "G22", "G29"))
"""These hold progress but do not make the session just done less than good."""
_KEPT = (Need.AFTER, Need.MORNING, Need.FOLLOW_UP, Need.UNTIL_ZERO, Need.AT_BASELINE, Need.READINESS)
_OWED = (Need.RUN_DAY, Need.AFTER, Need.MORNING, Need.UNTIL_ZERO, Need.AT_BASELINE, Need.READINESS)
"""What stays owed when a run begins all the same. What is still raised goes on by itself: ``raised_since``."""
_ANSWERS = (Need.RUN_DAY, Need.AFTER, Need.MORNING)
_SURVIVE_CLEARANCE = (Need.UNTIL_ZERO, Need.AT_BASELINE, Need.READINESS)
STREAK = 3


class Verdict(NamedTuple):
    """The decision and what it came from.

    ``good`` is whether the run just done counts as a good session, ``by_symptoms`` whether symptoms held it back.
    """

    case: Case
    findings: tuple[Finding, ...]
    decision: Decision
    good: bool
    by_symptoms: bool


def decide(given: GateInput) -> Decision:
    """The decision for one question. Pure: the same input always gives the same decision."""
    return judge(given).decision


def judge(given: GateInput) -> Verdict:
    """The decision with its findings."""
    case = Case(given)
    findings = [found for rule in (*rules_symptoms.RULES, *rules_plan.RULES) for found in rule(case)]
    by_symptoms = _held_by_symptoms(findings)
    if by_symptoms and case.ledger.streak + 1 >= STREAK and not _may_yet_be_steady(findings):
        when = case.last_symptom or case.asked_at
        figures: dict[str, int | float | str] = {"running": case.ledger.streak + 1}
        findings.append(case.step_back("G18a", Outcome.STEP_BACK, when, figures, ("project-choice",), days=0))
    findings += rules_plan.g18b_second_flare(case, flares_of(findings))
    findings += rules_plan.g24_days_without_pain(case, findings)
    good = _is_good(case, findings)
    findings += _progress(case, findings, good)
    return Verdict(case, tuple(findings), _decision(case, findings, good), good, by_symptoms)


def _held_by_symptoms(findings: list[Finding]) -> bool:
    return any(f.symptom and f.outcome is not None for f in findings)


def _may_yet_be_steady(findings: list[Finding]) -> bool:
    """Whether nothing held the runner back but pain that counts as good once the morning is as usual: until that is
    answered, which the gate waits for, it is no third time."""
    held = [f for f in findings if f.symptom and f.outcome is not None]
    return all("waits" in f.figures for f in held)


def _is_good(case: Case, findings: list[Finding]) -> bool:
    """Whether the run just done, unlocked and answered for, was clean: nothing was asked but for progress's sake."""
    if case.run is None or not case.run.unlocked:
        return False
    asked = [f for f in findings if f.outcome is not None or any(n in _KEPT for n in f.needs)]
    return all(f.code in _WITHOUT_BLAME or (f.code == "G24" and f.outcome is None) for f in asked)


def _progress(case: Case, findings: list[Finding], good: bool) -> list[Finding]:
    """G19 and G20: whether a clean runner goes on to the next stage."""
    if any(f.outcome is not None and (f.code not in _WITHOUT_BLAME or f.code == "G17") for f in findings):
        return []
    count = case.ledger.good + good
    figures: dict[str, int | float | str] = {"good": count, "needed": case.good_needed}
    sources = case.band.sources
    worst_morning = max((morning.score for morning in case.new_mornings), default=0)
    limit = max(3, case.baseline)
    recent = [at for at in case.ledger.advances if at > case.asked_at - WEEK]
    if count < case.good_needed:
        return [Finding("G19", Outcome.REPEAT, figures=figures, sources=sources)]
    if len(recent) >= 2:
        return [Finding("G19", Outcome.REPEAT, figures={"advances": len(recent), "limit": 2}, sources=("ud",))]
    if worst_morning > limit:
        return [Finding("G19", Outcome.REPEAT, figures={"morning": worst_morning, "limit": limit})]
    held = list(rules_load.g20_build_limits(case))
    if held:
        return held
    return [Finding("G20", Outcome.ADVANCE, case.stage + 1, figures=figures, sources=sources)]


def _decision(case: Case, findings: list[Finding], good: bool) -> Decision:
    outcome = max((f.outcome for f in findings if f.outcome is not None), default=Outcome.REPEAT)
    stage = min([case.stage + (outcome is Outcome.ADVANCE), *(f.stage for f in findings if f.stage is not None)])
    if _is_stopped_anew(findings):
        stage = min(stage, 0 if case.is_strict else case.lowered())
    session = 0
    if stage == case.stage and outcome is not Outcome.ADVANCE:
        count = 0 if _restarts(case, findings) else case.ledger.good + good
        session = min(count, len(case.rule.run_ms) - 1)
    findings[:] = _of_the_longer_gap(case, stage, findings)
    cap_ms = rules_load.cap_ms(case, stage)
    session_ms = case.input.stages[stage].run_ms[session]
    findings += rules_load.g20_way_without_pace(cap_ms, session_ms)
    findings += rules_load.g23_weekly_maximum(case, stage)
    findings += rules_load.g23_weekly_load(case, stage, min(filter(None, (session_ms, cap_ms)), default=None))
    needs = {need for f in findings for need in f.needs}
    if outcome is Outcome.STOP:
        needs.add(_clearance(case, findings))
    opens = max((f.opens_at for f in findings if f.opens_at is not None), default=None)
    return Decision(
        ruleset=RULESET,
        asked_at=case.asked_at,
        outcome=outcome,
        stage=stage,
        session=session,
        opens_at=opens,
        needs=tuple(need for need in Need if need in needs),
        reasons=tuple(Reason(code=f.code, figures=dict(f.figures), sources=f.sources) for f in findings),
        cap_ms=cap_ms,
    )


def _of_the_longer_gap(case: Case, stage: int, findings: list[Finding]) -> list[Finding]:
    """G16 where the stage that opens asks for a longer gap than the one that was run; and so does a day more of it."""
    gap = case.gap_until(stage)
    if gap is None or gap == case.gap_ends:
        return findings
    a_day_more = any(f.opens_at == case.a_day_more for f in findings)
    opens = gap + timedelta(hours=24) if a_day_more else gap
    return [f._replace(opens_at=opens) if f.code == "G16" else f for f in findings]


def _is_stopped_anew(findings: Iterable[Finding]) -> bool:
    """A STOP lowers the stage once, however many forbidden runs come after it."""
    return any(f.outcome is Outcome.STOP and f.code != "G28" for f in findings)


def _clearance(case: Case, findings: list[Finding]) -> Need:
    codes = {str(f.figures.get("stop", f.code)) for f in findings if f.outcome is Outcome.STOP}
    return Need.CLINICIAN if case.is_strict or codes & CLINICIAN_CODES else Need.CLEARANCE


def _restarts(case: Case, findings: list[Finding]) -> bool:
    return any((f.symptom or f.restarts) and f.outcome is not None for f in findings) or any(
        f.code == "G17" and case.ledger.last_stage == 0 for f in findings
    )


def settle(given: GateInput) -> Ledger:
    """The ledger once the next run has begun at ``asked_at``: the segment is judged, once, and kept in brief."""
    return settled(judge(given))


def settled(verdict: Verdict) -> Ledger:
    """As :func:`settle`, of a segment that is judged already."""
    case, decision, findings = verdict.case, verdict.decision, verdict.findings
    ledger, at = case.ledger, case.asked_at
    stage = decision.stage
    restarts = stage != case.stage or _restarts(case, list(findings))
    codes = {f.code for f in findings}
    good_run = case.run if verdict.good else None
    steady, steady_pains = _steady(verdict)
    return Ledger(
        stage=stage,
        good=0 if restarts else ledger.good + verdict.good,
        steady=steady,
        steady_pains=steady_pains,
        streak=_streak(verdict),
        recalled=_recalled(verdict),
        unsure=_unsure(verdict),
        refusals=refusals_of(case)[0],
        last_stage=stage,
        last_good_run_ms=ledger.last_good_run_ms if good_run is None else good_run.done_ms,
        last_good_bout_ms=ledger.last_good_bout_ms if good_run is None else good_run.bout_ms,
        running_since=at if ledger.running_since is None or case.absence_days > 28 else ledger.running_since,
        cleared_at=ledger.cleared_at,
        g11_at=_g11_at(findings) or ledger.g11_at,
        flares=_recent((*ledger.flares, *flares_of(list(findings))), at - FLARE_WINDOW),
        bone_pain=_recent((*ledger.bone_pain, *bone_pain_times(case)), at - BONE_WINDOW),
        bone_hurt_at=_bone_hurt_at(case),
        raised_since=next((spell.since for spell in case.spells if spell.usual_at is None), None),
        mornings=tuple(m for m in (*ledger.mornings, *case.new_mornings) if m.at > at - WEEK - timedelta(days=1)),
        advances=_recent((*ledger.advances, *([at] if "G20" in codes and stage > case.stage else [])), at - WEEK),
        loads=tuple(load for load in case.loads if load.start > at - MONTH) or case.loads[-1:],
        stops=_stops(verdict),
        hold_until=_hold_until(findings, at),
        readiness_after=_readiness_after(verdict),
        owed=_owed(verdict),
        painkiller_before=_painkiller_before(case),
    )


def clear(given: GateInput, role: Role) -> Ledger:
    """The ledger once a clearance at ``asked_at`` has closed all earlier episodes.

    It shortens no wait and no absence: gap, weekly maximum, days off and readiness stand as they were. The way back is
    one stage lower; not once more where a STOP before a forbidden run has lowered it already.
    """
    verdict = judge(given)
    case, ledger, at = verdict.case, settled(verdict), given.asked_at
    # What a clinician may waive is no wait by itself, for readiness asks for it; nor is a question that is closed.
    waits = [f.opens_at for f in verdict.findings if f.code != "G24" and Need.FOLLOW_UP not in f.needs]
    opens = max(filter(None, waits), default=None)
    carried = bool(case.ledger.stops) and not _is_stopped_anew(verdict.findings)
    lowered = ledger.stage if carried else min(ledger.stage, case.lowered())
    return ledger.model_copy(
        update={
            "stage": 0 if case.is_strict else lowered,
            "last_stage": case.ledger.last_stage,
            "running_since": case.ledger.running_since,
            "good": 0,
            "steady": 0,
            "steady_pains": (),
            "streak": 0,
            "refusals": 0,
            "unsure": 0,
            "recalled": 0,
            "cleared_at": at if role is Role.CLINICIAN else ledger.cleared_at,
            "g11_at": None,
            "flares": (),
            "bone_pain": (),
            "raised_since": None,
            "mornings": (),
            "stops": (),
            "hold_until": opens if opens is not None and opens > at else ledger.hold_until,
            "owed": _left_owed(case, ledger),
            "painkiller_before": False,
        }
    )


def _left_owed(case: Case, ledger: Ledger) -> tuple[Owed, ...]:
    """What a clearance leaves owed. Where nothing was run and nothing hurt, G24 asks for readiness by itself, and what
    was tested on the way to the clearance stays tested."""
    left = [owed for owed in ledger.owed if owed.need in _SURVIVE_CLEARANCE]
    if case.last_symptom is None:
        left = [owed for owed in left if owed.need is not Need.READINESS]
        left += [o for o in case.ledger.owed if o.need is Need.READINESS and not is_paid(case, o)]
    return tuple(left)


def _bone_hurt_at(case: Case) -> datetime | None:
    """When a bone last hurt, by any sign: readiness counts its days without pain from there."""
    told = [rating.at for rating in case.ratings if case.is_bone and tells_of_pain(rating)]
    return max(filter(None, (case.ledger.bone_hurt_at, *bone_pain_times(case), *told)), default=None)


def _recent(instants: tuple[datetime, ...], since: datetime) -> tuple[datetime, ...]:
    return tuple(sorted({at for at in instants if at > since}))


def _g11_at(findings: tuple[Finding, ...]) -> datetime | None:
    found = [str(f.figures["at"]) for f in findings if f.code == "G11" and "at" in f.figures]
    return datetime.fromisoformat(found[-1]) if found else None


def _painkiller_before(case: Case) -> bool:
    """Whether one was taken within 24 h of the run about to begin."""
    today = {id(given) for given in case.run_day}
    return any(
        g.rating.painkiller and (id(g) in today or g.rating.at > case.asked_at - timedelta(hours=24))
        for g in case.readings
    )


def _steady(verdict: Verdict) -> tuple[int, tuple[int, ...]]:
    """Sessions running inside the repeat band or cleaner, each with mornings at baseline, and the pain of the last two.

    What is unknown, masked, late or not as planned adds nothing; a symptom or a missing answer ends the row.
    """
    case, ledger = verdict.case, verdict.case.ledger
    episode = case.ran
    if episode is None:
        return ledger.steady, ledger.steady_pains
    symptom = any((f.symptom or f.restarts) and f.code != "G14" and f.outcome is not None for f in verdict.findings)
    if episode.after is None or symptom or not mornings_at_baseline(case, episode):
        return 0, ()
    asked = {f.code for f in verdict.findings if f.outcome is not None} - _WITHOUT_BLAME - {"G14"}
    unlocked = case.run is not None and bool(case.run.unlocked)
    if asked or not unlocked:
        return ledger.steady, ledger.steady_pains
    return ledger.steady + 1, (*ledger.steady_pains, worst_of_session(case, episode))[-2:]


def _streak(verdict: Verdict) -> int:
    """Non-advances running that symptoms caused. A good session ends the row; missing answers neither do nor count.

    G18a restarts it where it stepped back. At the first stage it cannot, and asks for its walking days each time. After
    an absence, which steps back by itself, the row is over.
    """
    ledger = verdict.case.ledger
    codes = {f.code for f in verdict.findings}
    if "G17" in codes or ("G18a" in codes and verdict.decision.stage > 0):
        return 0
    if verdict.by_symptoms:
        return min(STREAK, ledger.streak + 1)
    return 0 if verdict.good else ledger.streak


def _recalled(verdict: Verdict) -> int:
    late = any(f.code == "G12" and f.figures.get("recalled") for f in verdict.findings)
    return verdict.case.ledger.recalled + 1 if late else 0


def _unsure(verdict: Verdict) -> int:
    """Clean repeats running for low confidence alone."""
    ledger = verdict.case.ledger
    asked = {f.code for f in verdict.findings if f.outcome is not None}
    if asked == {"G22", "G20"} and verdict.good:
        return ledger.unsure + 1
    return ledger.unsure if asked == {"G22", "G20"} else 0


def _stops(verdict: Verdict) -> tuple[str, ...]:
    found = [str(f.figures.get("stop", f.code)) for f in verdict.findings if f.outcome is Outcome.STOP]
    return tuple(dict.fromkeys(found))


def _hold_until(findings: tuple[Finding, ...], at: datetime) -> datetime | None:
    return max((f.opens_at for f in findings if f.holds and f.opens_at is not None and f.opens_at > at), default=None)


def _readiness_after(verdict: Verdict) -> datetime | None:
    """A readiness check that was due and not done stays due."""
    if Need.READINESS not in verdict.decision.needs:
        return verdict.case.ledger.readiness_after
    case = verdict.case
    since = (
        case.input.readiness_at, case.ledger.readiness_after, case.last_start, *(e.last for e in case.episodes),
        *_tests_from(verdict),
    )  # fmt: skip
    return max(filter(None, since), default=None)


def _tests_from(verdict: Verdict) -> list[datetime]:
    return [found.ready_from for found in verdict.findings if found.ready_from is not None]


def _owed(verdict: Verdict) -> tuple[Owed, ...]:
    """What was needed and not given: only a run begun in spite of a closed gate leaves any.

    Of answers that are missing the oldest is kept: once it is given the next is found, for all is judged anew. A
    morning still to come is kept as well, for it is answered after the run that begins now. Of the other needs the
    newest is kept, which is the harder one to pay.
    """
    case = verdict.case
    since = case.last_symptom or case.asked_at
    found: list[Owed] = []
    for need in _OWED:
        if need not in verdict.decision.needs:
            continue
        before = [owed for owed in case.ledger.owed if owed.need is need and not is_paid(case, owed)]
        if need in _ANSWERS:
            found += _oldest_and_ahead([*before, *_missing(verdict, need)], case.today)
        else:
            tests = _tests_from(verdict) if need is Need.READINESS else []
            found.append(Owed(need=need, since=max([since, *tests, *(owed.since for owed in before)])))
    return tuple(found)


def _oldest_and_ahead(missing: list[Owed], today: date) -> list[Owed]:
    """The oldest answer that is missing, and of mornings those still to come; of one day's runs the last to end."""
    by_day = {owed.day: owed for owed in missing}
    kept = [*by_day.values()]
    ahead = [o for o in kept[1:] if o.need is Need.MORNING and o.day is not None and o.day >= today]
    return [*kept[:1], *ahead]


def _missing(verdict: Verdict, need: Need) -> list[Owed]:
    """What the segment's own run, or the one about to begin, has not been answered for."""
    if not any(found.code == "G12" and need in found.needs for found in verdict.findings):
        return []
    case = verdict.case
    run = case.run
    if need is Need.RUN_DAY or run is None:
        if run is not None and run.end >= case.asked_at:
            return []  # told as begun before the last was over: there was no time between that could be asked about
        return [Owed(need=need, since=case.asked_at, day=case.today, zone=case.input.zone)]
    day = waking_date(run.start, run.zone) if need is Need.AFTER else next_morning(run.end, case.input.zone)
    return [Owed(need=need, since=run.end, run=run.id, day=day, zone=run.zone)]
