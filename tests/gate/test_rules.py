"""What the specification leaves to the careful reader: one test a point, by code and consequence."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from coach.gate.advice import need_lines, situation_of
from coach.gate.evaluate import clear, decide, settle
from coach.gate.facts import GateInput, Given, Ledger, Load, Owed, StageRule
from coach.gate.wording import reason_words
from coach.model.decision import Decision, Need, Outcome
from coach.model.profile import BandName, Role
from coach.model.protocol import StagePhase
from coach.model.rating import Course
from tests.gate.build import END, MINUTE, STAGES, T0, RedFlag, after, at, before, case, follow_up, morning, run

FASCIA, TENDON, LIGAMENT = BandName.FASCIA, BandName.TENDON, BandName.LIGAMENT
POSTOP, BONE = BandName.POSTOP, BandName.BONE
DAY = timedelta(days=1)


def figures(found: Decision, code: str) -> list[dict[str, Any]]:
    return [reason.figures for reason in found.reasons if reason.code == code]


# Bone


def test_a_bone_that_hurts_again_within_three_days_is_the_same_flare_up_and_later_another() -> None:
    low: dict[str, Any] = {"stage": 2}
    one = decide(case(BONE, after(1), morning(0), morning(1, 37), morning(0, 61), asked=62, **low))
    assert one.outcome is Outcome.REST
    other = decide(case(BONE, after(1), morning(0), morning(1, 85), morning(0, 109), asked=110, **low))
    assert other.outcome is Outcome.STOP
    assert "G3b" in other.codes


@pytest.mark.parametrize("between", [0, 1, 5])
def test_hurting_again_within_three_days_permits_no_less_after_a_good_day_than_after_a_bad_one(between: int) -> None:
    """A second flare-up by a good day between would be a STOP that a worse answer on that day takes away."""
    days = (after(limp=True), morning(between, 37), before(6, 60), morning(0, 109))
    assert decide(case(LIGAMENT, *days, asked=110, stage=2)).outcome is Outcome.REST


def test_what_is_still_raised_before_three_days_is_no_second_flare_up() -> None:
    raised = (after(swelling=True), follow_up(71, usual=False, swelling=True), morning(0, 123))
    found = decide(case(LIGAMENT, *raised, asked=124, stage=2))
    assert found.outcome is Outcome.REST
    assert "G8a" in found.codes
    assert "G18b" not in found.codes


@pytest.mark.parametrize(
    "told",
    [
        (morning(2, swelling=True), follow_up(104)),
        (morning(2, swelling=True), morning(2, 181)),
        (morning(4), follow_up(104)),
        (morning(4), morning(2, 181)),
        (after(swelling=True), morning(2, swelling=True), follow_up(90)),
    ],
)
@pytest.mark.parametrize("stage", [0, 2])
def test_one_swelling_answered_late_is_one_flare_up(told: tuple[Given, ...], stage: int) -> None:
    asked = case(FASCIA, after(1, 1), *told, asked=182, baseline=2, stage=stage)
    found = decide(asked)
    assert found.outcome in (Outcome.REST, Outcome.STEP_BACK)
    assert "G8a" in found.codes
    assert max(settle(asked).flares) <= T0 + END + timedelta(hours=48), "of the 48th hour, not of the answer"


def test_two_flare_ups_are_named_by_the_day_each_began() -> None:
    first = case(FASCIA, after(6, 4), morning(4), morning(3, 37), asked=110, baseline=2, stage=3)
    ledger = settle(first)
    later = first.model_copy(
        update={
            "ledger": ledger,
            "run": run(start=at(144), end=at(144) + END),
            "readings": (after(6, 4, hours=145),),
            "asked_at": at(146),
        }
    )
    [said] = figures(decide(later), "G18b")
    assert (said["first"], said["second"]) == (at(1).isoformat(), at(145).isoformat())
    alone = case(FASCIA, after(6, 4), morning(4), morning(4, 37), morning(2, 61), before(6, 110), asked=111, baseline=2)
    [said] = figures(decide(alone), "G18b")
    assert (said["first"], said["second"]) == (at(1).isoformat(), at(110).isoformat())


def test_soreness_of_a_bone_in_the_warm_up_is_pain() -> None:
    sore = after(warmup_soreness=1, warmup_course=Course.RESOLVED)
    assert "G3a" in decide(case(BONE, sore, morning(), morning(0, 61), asked=62, stage=2)).codes


def test_until_zero_wants_a_zero_that_nothing_hides() -> None:
    hurt = (after(1), morning())
    masked = decide(case(BONE, after(1), morning(0, painkiller=True), asked=62, stage=2))
    assert Need.UNTIL_ZERO in masked.needs
    told = decide(case(BONE, after(1), follow_up(20), asked=62, stage=2))
    assert Need.UNTIL_ZERO in told.needs, "a follow-up does not ask for pain"
    assert Need.UNTIL_ZERO not in decide(case(BONE, *hurt, asked=62, stage=2)).needs


def test_a_zero_after_all_is_as_usual_still_counts() -> None:
    readings = (after(1), follow_up(20), morning(0, 61))
    assert Need.UNTIL_ZERO not in decide(case(BONE, *readings, morning(0, 13, late_h=30), asked=62, stage=2)).needs


def test_a_clearance_leaves_the_days_without_pain_that_readiness_takes() -> None:
    hurt = case(BONE, after(1), morning(2), asked=20, high_risk=True)
    [before] = [f["from"] for f in figures(decide(hurt), "G24") if "from" in f]
    cleared = clear(hurt, Role.CLINICIAN)
    later = hurt.model_copy(update={"ledger": cleared, "run": None, "readings": (), "asked_at": at(40)})
    found = decide(later)
    assert Need.READINESS in found.needs
    assert [f["from"] for f in figures(found, "G24") if "from" in f] == [before]
    assert found.opens_at is not None
    assert found.opens_at.isoformat() == before == (datetime(2026, 3, 18, 4, tzinfo=T0.tzinfo)).isoformat()
    waived = later.model_copy(update={"readiness_at": at(24 * 3), "asked_at": at(24 * 8)})
    waived = waived.model_copy(update={"readings": (before_run(24 * 8),)})
    assert decide(waived).is_open, "a clinician may waive them"


def before_run(hours: float) -> Given:
    return before(0, hours - 0.5)


def test_the_check_of_a_rest_day_is_not_that_of_the_run() -> None:
    rest = case(TENDON, after(), morning(), asked=14, stage=2)
    found = decide(rest)
    assert Need.RUN_DAY not in found.needs
    assert need_lines(found, rest) == ["on the day of your next run, say before it how it is: `coach morning`"]
    ready = case(TENDON, after(), morning(), morning(0, 37), stage=2)
    assert need_lines(decide(ready), ready) == []


def test_what_ends_a_stop_comes_first() -> None:
    stopped = case(LIGAMENT, after(giving_way=True), asked=3)
    assert need_lines(decide(stopped), stopped)[0].startswith("a clinician's word")


def test_on_a_rest_day_confidence_is_asked_on_the_day_of_the_run() -> None:
    rest = case(TENDON, after(), morning(confidence=None), asked=14, stage=2)
    said = [reason_words(r, situation_of(rest)) for r in decide(rest).reasons if r.code == "G22"]
    assert [each for each in said if "is asked on the day of your next run" in each] == said != []


# Raised, and still raised


def test_swelling_that_goes_on_needs_an_answer_and_stops_after_three_days() -> None:
    swollen = (after(swelling=True), morning(0, swelling=True))
    silent = decide(case(LIGAMENT, *swollen, asked=100, stage=2))
    assert Need.FOLLOW_UP in silent.needs
    assert not silent.is_open
    late = decide(case(LIGAMENT, *swollen, follow_up(74, usual=False, swelling=True), asked=100, stage=2))
    assert {"G7b", "G8b"} <= set(late.codes)
    assert Need.CLINICIAN in late.needs


def test_first_answered_after_three_days_is_as_if_raised_at_two() -> None:
    found = decide(case(FASCIA, after(), morning(1), follow_up(80), morning(0, 85), asked=86, stage=2))
    assert found.outcome is Outcome.STEP_BACK
    assert figures(found, "G8a")


def test_a_masked_morning_ends_nothing() -> None:
    found = decide(case(FASCIA, after(), morning(1), morning(0, 37, painkiller=True), asked=40, stage=2))
    assert Need.FOLLOW_UP in found.needs


def test_what_is_raised_goes_on_over_a_run_begun_all_the_same() -> None:
    ledger = settle(case(FASCIA, after(), morning(1), asked=20, stage=2))
    assert ledger.raised_since == T0 + timedelta(minutes=34)
    later = run(start=at(20), end=at(21), unlocked=False)
    readings = (after(hours=21.1), morning(1, 37), morning(1, 85))
    found = decide(case(FASCIA, *readings, asked=86, stage=2, run=later).model_copy(update={"ledger": ledger}))
    assert "G8b" in found.codes


def test_a_morning_above_the_band_waits_at_least_as_long_as_one_inside() -> None:
    sore = {"pain_during": 4}  # two full days and 60 h
    inside = decide(case(TENDON, after(**sore), morning(1), morning(0, 61), asked=62, stage=2))
    above = decide(case(TENDON, after(**sore), morning(2), morning(0, 61), asked=62, stage=2))
    assert inside.opens_at is not None
    assert above.opens_at is not None
    assert above.opens_at >= inside.opens_at


# Warm-up soreness


@pytest.mark.parametrize(
    ("band", "soreness", "course", "code"),
    [
        (TENDON, 3, Course.PERSISTED, "G14"), (TENDON, 3, Course.RESOLVED, "G14"), (TENDON, 3, Course.RETURNED, "G9"),
        (TENDON, 6, Course.PERSISTED, "G9"), (TENDON, 6, Course.RESOLVED, "G10"), (LIGAMENT, 3, Course.RESOLVED, "G15"),
        (LIGAMENT, 3, Course.PERSISTED, "G9"), (POSTOP, 1, Course.RETURNED, "G9"), (FASCIA, 2, Course.PERSISTED, "G19"),
    ],
)  # fmt: skip
def test_warm_up_soreness(band: BandName, soreness: int, course: Course, code: str) -> None:
    sore = after(warmup_soreness=soreness, warmup_course=course)
    found = decide(case(band, sore, morning(), morning(0, 61), asked=62, stage=2))
    others = {"G9", "G10", "G14", "G15", "G19"} - {code}
    assert code in found.codes
    assert not others & set(found.codes)


# G11


def test_the_week_s_mean_steps_back_once_in_seven_days() -> None:
    ledger: dict[str, Any] = {"mornings": [{"at": at(-35), "score": 4}, {"at": at(-11), "score": 4}]}
    first = case(FASCIA, after(), morning(), morning(0, 37), asked=40, stage=2, ledger=ledger)
    assert decide(first).stage == 1
    again = decide(first.model_copy(update={"ledger": settle(first).model_copy(update={"stage": 2, "good": 1})}))
    assert (again.outcome, again.stage) == (Outcome.REPEAT, 2)
    assert "G11" in again.codes


def test_the_week_s_mean_at_the_first_stage_asks_for_walking_and_readiness() -> None:
    ledger: dict[str, Any] = {"mornings": [{"at": at(-35), "score": 4}, {"at": at(-11), "score": 4}]}
    found = decide(case(FASCIA, after(), morning(), morning(0, 37), asked=40, ledger=ledger))
    assert found.opens_at == at(37) + 7 * DAY
    assert Need.READINESS in found.needs


# G12


def test_a_check_given_after_the_run_began_is_late() -> None:
    asked = case(FASCIA, after(), morning(), before(hours=39, late_h=5), asked=40, stage=1, ledger={"good": 1})
    found = decide(asked)
    assert Need.RUN_DAY not in found.needs
    assert found.outcome is Outcome.REPEAT
    assert figures(found, "G12")[0]["recalled"]


def test_late_answers_of_bone_and_after_surgery_wait_a_day_more() -> None:
    late = (after(), morning(0, 13, late_h=30), morning(0, 37))
    for band, hours in ((POSTOP, 60), (FASCIA, 36)):
        assert decide(case(band, *late, asked=62, stage=1)).opens_at == at(hours)


def test_the_reason_says_which_answer_was_late_and_how_often() -> None:
    late = (after(), morning(0, 13, late_h=30), morning(0, 37))
    found = decide(case(FASCIA, *late, asked=40, stage=1, ledger={"recalled": 2}))
    [reason] = [r for r in found.reasons if r.code == "G12"]
    said = reason_words(reason)
    assert "the morning after your last run (3 March)" in said
    assert "third time" in said


# G14 and G18

_ROW: dict[str, Any] = {"steady": 2, "steady_pains": (3, 2)}


@pytest.mark.parametrize(("pains", "good"), [((3, 3), 1), ((2, 3), 1), ((3, 2), 1), ((2, 2), 0), ((1, 0), 0), ((), 0)])
def test_a_pain_that_has_risen_is_not_steady(pains: tuple[int, ...], good: int) -> None:
    row = {"steady": 2, "steady_pains": pains}
    asked = case(TENDON, after(3), morning(), morning(0, 61), asked=66, stage=2, ledger=row)
    found = decide(asked)
    assert (settle(asked).good, settle(asked).steady, settle(asked).streak) == (good, 3, 1 - good)
    assert settle(asked).steady_pains == (*pains, 3)[-2:]
    [said] = [reason_words(r) for r in found.reasons if r.code == "G14"]
    assert said.endswith("it counts as good." if good else "session again."), said
    if pains and not good:
        assert said == (f"Pain of 3, where it was {max(pains)} at most in the two sessions before: this session again.")


def test_a_jump_advances_only_once_it_has_been_there_before() -> None:
    """Pain during 1, 2, 5: the first 5 is repeated; the same again counts, and one more moves on."""
    ledger, told = Ledger(stage=2, last_stage=2), list[Outcome]()
    for pain in (1, 2, 5, 5, 5):
        asked = case(FASCIA, after(pain), morning(), morning(0, 61), asked=66, stage=2)
        asked = asked.model_copy(update={"ledger": ledger.model_copy(update={"stage": 2, "last_stage": 2})})
        told.append(decide(asked).outcome)
        ledger = settle(asked)
    again, on = Outcome.REPEAT, Outcome.ADVANCE
    assert told == [again, on, again, again, on]


@pytest.mark.parametrize("pains", [(2, 3), (2, 2, 3), (3, 2, 2), (3, 3, 2, 2, 2)])
def test_a_steady_two_to_three_is_held_back_by_a_rise_but_never_stepped_back(pains: tuple[int, ...]) -> None:
    ledger, good = Ledger(stage=2, last_stage=2), 0
    for pain in pains * 5:
        asked = case(TENDON, after(pain), morning(), morning(0, 61), asked=66, stage=2)
        asked = asked.model_copy(update={"ledger": ledger.model_copy(update={"stage": 2, "last_stage": 2})})
        found = decide(asked)
        assert found.outcome in (Outcome.REPEAT, Outcome.ADVANCE), (pain, found.codes)
        good += found.outcome is Outcome.ADVANCE
        ledger = settle(asked).model_copy(update={"advances": ()})
    assert good >= 2


def test_a_steady_session_counts_only_if_it_was_one() -> None:
    steady = case(TENDON, after(3), morning(), morning(0, 61), asked=66, stage=2, ledger=_ROW)
    assert settle(steady).steady == 3
    assert settle(steady).good == 1
    shorter = steady.model_copy(update={"run": run(planned_ms=10 * MINUTE, done_ms=8 * MINUTE)})
    assert (settle(shorter).steady, settle(shorter).good) == (2, 0)
    forbidden = steady.model_copy(update={"run": run(planned_ms=10 * MINUTE, done_ms=10 * MINUTE, unlocked=False)})
    assert settle(forbidden).steady == 2
    swollen = case(TENDON, after(3), morning(1), morning(0, 61), asked=90, stage=2, ledger=_ROW)
    assert settle(swollen).steady == 0


def test_pain_now_is_judged_whenever_it_is_rated() -> None:
    quiet = (after(), morning(), morning(0, 61))
    assert "G14" in decide(case(TENDON, *quiet, before(3, 30), asked=62, stage=2)).codes
    assert "G10" in decide(case(LIGAMENT, *quiet, before(4, 30), asked=90, stage=2)).codes
    assert "G5" in decide(case(TENDON, *quiet, before(6, 30), asked=90, stage=2)).codes


def test_symptoms_hold_back_for_the_third_time_and_what_is_missing_does_not_count() -> None:
    sore = (after(3), morning(), morning(0, 37))
    assert decide(case(LIGAMENT, *sore, stage=2, ledger={"streak": 2})).stage == 1
    assert settle(case(LIGAMENT, *sore, stage=2, ledger={"streak": 2})).streak == 0
    floor = case(LIGAMENT, *sore, asked=40, ledger={"streak": 2})
    assert decide(floor).opens_at == at(1) + 7 * DAY
    assert settle(floor).streak == 3, "at the first stage the row goes on"
    away = case(LIGAMENT, *sore[:2], morning(0, 235), asked=240, stage=2, ledger={"streak": 1})
    assert settle(away).streak == 0, "an absence ends it"
    late = (after(), morning(0, 13, late_h=30), morning(0, 37))
    assert decide(case(LIGAMENT, *late, stage=2, ledger={"streak": 2})).stage == 2
    assert settle(case(LIGAMENT, *late, stage=2, ledger={"streak": 1})).streak == 1


def test_the_second_flare_up_in_two_weeks_stops() -> None:
    limped = (after(limp=True), morning(), morning(0, 61))
    for days, outcome in ((13, Outcome.STOP), (15, Outcome.REST)):
        found = decide(case(FASCIA, *limped, asked=62, stage=2, ledger={"flares": (at(1) - days * DAY,)}))
        assert found.outcome is outcome
    assert Need.CLEARANCE in decide(case(FASCIA, *limped, asked=62, ledger={"flares": (at(-24),)})).needs


# G17


def test_an_absence_is_never_added_to_a_step_back() -> None:
    worse = (after(limp=True), morning(), morning(0, 235))
    assert decide(case(FASCIA, *worse, asked=240, stage=3)).stage == 2
    cleared = clear(case(FASCIA, after(), morning(), asked=40, stage=3), Role.SELF)
    assert (cleared.stage, cleared.last_stage) == (2, 3)
    back = case(FASCIA, morning(0, 235), asked=240, stage=2, run=None).model_copy(update={"ledger": cleared})
    assert decide(back).stage == 2


@pytest.mark.parametrize(("days", "stage", "ready"), [(7, 3, False), (8, 2, False), (15, 1, True), (22, 0, True),
                                                     (29, 0, True)])  # fmt: skip
def test_absences_after_surgery(days: int, stage: int, ready: bool) -> None:
    hours = 24 * days
    found = decide(case(POSTOP, after(), morning(), morning(0, hours - 5), asked=hours, stage=3))
    assert found.stage == stage
    assert (Need.READINESS in found.needs) is ready


# G20 and G23


def build_stages(*, often: bool = False) -> tuple[StageRule, ...]:
    quarter = 15 * MINUTE
    more: dict[str, Any] = {"rest_days": 0, "weeks_alternate": 8} if often else {}
    return tuple(
        StageRule(id=f"build/b{n}", run_ms=(2 * quarter + n * MINUTE,), phase=StagePhase.BUILD, **more)
        for n in range(3)
    )  # fmt: skip


def loads(*hours_and_minutes: tuple[float, int], unlocked: bool = True) -> tuple[Load, ...]:
    return tuple(Load(start=at(h), done_ms=m * MINUTE, unlocked=unlocked) for h, m in hours_and_minutes)


def half_hours(band: BandName = FASCIA, **more: Any) -> GateInput:
    thirty = run(planned_ms=30 * MINUTE, done_ms=30 * MINUTE)
    facts: dict[str, Any] = {"stages": build_stages(), "run": thirty} | more
    return case(band, after(), morning(), morning(0, 37), asked=40, **facts)


def test_runs_nobody_opened_raise_no_limit_but_count_as_load() -> None:
    forbidden = {"loads": loads((-48, 60), unlocked=False)}
    found = decide(half_hours(ledger=forbidden))
    assert found.cap_ms == 33 * MINUTE
    assert figures(found, "G23")
    assert found.opens_at is not None
    assert found.opens_at > at(40)


def test_the_weekly_limit_is_asked_on_the_way_into_the_build_phase() -> None:
    walking = StageRule(id="w", run_ms=(30 * MINUTE,))
    ledger = {"loads": loads((-24 * 12, 30), (-48, 30)), "good": 1}
    found = decide(half_hours(stages=(walking, *build_stages()), ledger=ledger))
    assert found.outcome is Outcome.ADVANCE
    [figure] = figures(found, "G23")
    assert (figure["week_ms"], figure["heaviest_ms"]) == (90 * MINUTE, 60 * MINUTE), "30 + 30 and 30 to come"
    assert not found.is_open


def test_the_weekly_maximum_of_the_stage_one_steps_back_to_holds() -> None:
    stages = (StageRule(id="a", weekly_max=3), StageRule(id="b", weekly_max=4), StageRule(id="c", weekly_max=4))
    ledger = {"loads": loads((-72, 8), (-40, 8))}
    limped = (after(limp=True), morning(), morning(0, 61))
    found = decide(case(FASCIA, *limped, asked=62, stage=1, stages=stages, ledger=ledger))
    assert found.stage == 0
    assert found.opens_at == at(-72) + 7 * DAY


def test_never_two_runs_on_one_day_and_the_longer_gap_after_pain_everywhere() -> None:
    often: dict[str, Any] = {
        "stages": build_stages(often=True),
        "ledger": {"running_since": at(-24 * 70), "loads": loads((-240, 60))},
    }
    clean = case(TENDON, after(), morning(), asked=13.5, **often)
    assert decide(clean).opens_at == at(10), "the next waking day"
    assert decide(case(TENDON, after(3), morning(), asked=13.5, **often)).opens_at == at(60)


@pytest.mark.parametrize(
    ("update", "days"),
    [
        ({"id": "mine/b"}, 70),
        ({"id": "mine/b", "weeks_alternate": 0, "phase": StagePhase.WALKRUN}, 70),
        ({"phase": StagePhase.WALKRUN}, 70),
        ({"weeks_alternate": 0}, 55),
        ({}, 55),
        ({"weeks_alternate": 12}, 70),
        ({}, None),
    ],
)
def test_only_the_generated_build_phase_has_days_in_a_row_and_only_after_its_weeks(
    update: dict[str, Any], days: int | None
) -> None:
    """A file that says so of its own stages makes the injury's gap no shorter."""
    stages = tuple(stage.model_copy(update=update) for stage in build_stages(often=True))
    since = None if days is None else at(-24 * days)
    for band, hours in ((TENDON, 36), (POSTOP, 36)):
        told: dict[str, Any] = {"stages": stages, "ledger": {"running_since": since, "loads": loads((-240, 60))}}
        assert decide(case(band, after(), morning(), asked=13.5, **told)).opens_at == at(hours), band


# G22, G24, G25, G26


@pytest.mark.parametrize(
    ("answers", "pain", "limit"),
    [({"first_steps": 5}, 5, 4), ({"first_steps": 4, "pain_now": 3}, 3, 2), ({"first_steps": 5, "pain_now": 4}, 4, 2)],
)
def test_what_hurt_before_the_run_is_shown_with_the_limit_it_was_above(
    answers: dict[str, int], pain: int, limit: int
) -> None:
    """First steps may be as at baseline, pain now no more than the advance band."""
    found = decide(case(FASCIA, after(), morning(4), morning(hours=37, **answers), asked=40, baseline=4))
    [figure] = figures(found, "G25")
    assert (figure["pain"], figure["limit"]) == (pain, limit)


def test_low_confidence_after_two_clean_repeats_is_the_runner_s_choice() -> None:
    readings = (after(), morning(), morning(0, 37, confidence=3))
    held = case(FASCIA, *readings, stage=1, ledger={"good": 3, "unsure": 2})
    assert decide(held).outcome is Outcome.REPEAT
    assert figures(decide(held), "G22")[0]["choice"]
    assert decide(held.model_copy(update={"chose_at": at(38)})).outcome is Outcome.ADVANCE
    assert decide(held.model_copy(update={"chose_at": at(36)})).outcome is Outcome.REPEAT, "of another day"
    early = case(FASCIA, *readings, stage=1, ledger={"good": 3, "unsure": 1}, chose_at=at(38))
    assert decide(early).outcome is Outcome.REPEAT


def test_runs_from_before_the_profile_are_no_first_run() -> None:
    old = {"loads": loads((-24 * 30, 60), unlocked=False)}
    first = case(FASCIA, before(0, 39), asked=40, run=None, ledger=old, readiness_at=at(40) - 15 * DAY)
    assert Need.READINESS in decide(first).needs
    fresh = first.model_copy(update={"readiness_at": at(39)})
    assert Need.READINESS not in decide(fresh).needs


def test_a_painkiller_does_not_end_a_row_of_sore_days() -> None:
    days = (before(4, 63), before(4, 87))
    quiet = decide(case(FASCIA, after(), morning(), *days, before(0, 111), before(4, 135), asked=135.5, stage=1))
    assert quiet.outcome is Outcome.REPEAT
    masked = (*days, before(0, 111, painkiller=True), before(4, 135))
    assert decide(case(FASCIA, after(), morning(), *masked, asked=135.5, stage=1)).outcome is Outcome.STOP


def test_a_painkiller_within_a_day_of_the_run_makes_it_not_clean() -> None:
    evening = case(FASCIA, after(), morning(), before(0, 20, painkiller=True), morning(0, 37), stage=1)
    assert settle(evening).painkiller_before
    assert not settle(evening.model_copy(update={"asked_at": at(61)})).painkiller_before


def test_hills_that_wait_for_distances_nobody_knows_say_so() -> None:
    stages = (STAGES[0], STAGES[1].model_copy(update={"weekly_fraction": 0.5}))
    asked = case(FASCIA, after(), morning(), morning(0, 37), stages=stages, ledger={"good": 1}, former_weekly_m=30_000)
    [reason] = [r for r in decide(asked).reasons if r.code == "G20"]
    assert "30 km. How far you ran in the last week nobody told" in reason_words(reason)

    def after_a_week_of(*metres: int | None, told: int | None = None) -> Decision:
        before = tuple(Load(start=at(-48 * (n + 1)), done_ms=60_000, distance_m=m) for n, m in enumerate(metres))
        known = case(FASCIA, after(distance_m=told), morning(), morning(0, 37), stages=stages, former_weekly_m=30_000,
                     ledger={"good": 1, "loads": tuple(reversed(before))})  # fmt: skip
        return decide(known)

    assert after_a_week_of(5_000, 5_000, told=5_000).outcome is Outcome.ADVANCE
    short = after_a_week_of(5_000, 5_000, told=4_999)
    [reason] = [r for r in short.reasons if r.code == "G20"]
    assert short.outcome is Outcome.REPEAT
    assert "nobody told" not in reason_words(reason)
    assert after_a_week_of(5_000, None, told=5_000).outcome is Outcome.REPEAT
    assert after_a_week_of(1, 1, 1, 30_000, told=1).outcome is Outcome.REPEAT  # eight days ago is not this week


# G28, STOP and clearance


def test_a_run_without_its_check_owes_it_and_says_of_which_day() -> None:
    ledger = settle(case(FASCIA, after(), morning(), asked=40, stage=1))
    [owed] = ledger.owed
    assert owed.need is Need.RUN_DAY
    found = decide(case(FASCIA, after(), morning(), morning(0, 37), stage=1, ledger=ledger.model_dump()))
    [reason] = [r for r in found.reasons if r.figures.get("owed")]
    assert "4 March" in reason_words(reason)
    assert not found.is_open


def test_of_missing_answers_the_oldest_is_named() -> None:
    first = Owed(need=Need.AFTER, since=at(-50), run="old", day=at(-50).date())
    ledger = settle(case(FASCIA, morning(), morning(0, 37), stage=1, ledger={"owed": (first,)}))
    assert first in ledger.owed
    assert len(ledger.owed) == 1


def two_runs_in_one_day() -> Ledger:
    """As the second of them begins: the first is rated, its next morning is still to come."""
    return settle(case(FASCIA, after(), before(0, 3), asked=3, stage=1))


def second_run(*readings: Given, asked: float, ledger: Ledger) -> GateInput:
    given = case(FASCIA, *readings, asked=asked, stage=1, ledger=ledger.model_dump())
    second = run(id="second", start=at(3), end=at(3.5), unlocked=False)
    return given.model_copy(update={"run": second})


def test_one_morning_answers_for_every_run_of_the_day_before() -> None:
    ledger = two_runs_in_one_day()
    assert [(owed.need, owed.run) for owed in ledger.owed] == [(Need.MORNING, "run")]
    rated = after(hours=4, run="second")
    waits = decide(second_run(rated, before(0, 39), asked=40, ledger=ledger))
    assert Need.MORNING in waits.needs
    told = decide(second_run(rated, morning(), before(0, 39), asked=62, ledger=ledger))
    assert Need.MORNING not in told.needs
    assert told.outcome is Outcome.REPEAT, "the second was not one the plan had opened"
    raised = decide(second_run(rated, morning(3), before(0, 61), asked=62, ledger=ledger))
    assert raised.outcome is Outcome.STEP_BACK


def test_what_that_morning_paid_is_not_owed_again_and_what_it_did_not_pay_is() -> None:
    ledger = two_runs_in_one_day()
    rated = after(hours=4, run="second")
    assert not settle(second_run(rated, morning(), morning(0, 37), asked=40, ledger=ledger)).owed
    third = settle(second_run(rated, before(0, 5), asked=5, ledger=ledger))
    assert [(owed.need, owed.run) for owed in third.owed] == [(Need.MORNING, "second")], "one morning, one debt"
    silent = settle(second_run(rated, before(0, 39), asked=40, ledger=ledger))
    assert [owed.need for owed in silent.owed] == [Need.MORNING]


def test_a_run_told_as_begun_during_another_owes_no_check_between_them() -> None:
    ledger = settle(case(FASCIA, after(), asked=0.2, stage=1))
    assert Need.RUN_DAY not in {owed.need for owed in ledger.owed}


def test_a_stop_lowers_once_whatever_is_run_in_spite_of_it() -> None:
    stopped = case(FASCIA, after(giving_way=True), morning(), morning(0, 37), stage=3)
    ledger = settle(stopped)
    assert (ledger.stage, ledger.stops) == (2, ("G4",))
    forbidden = run(unlocked=False)
    again = case(FASCIA, after(), morning(), morning(0, 37), run=forbidden).model_copy(update={"ledger": ledger})
    found = decide(again)
    assert (found.outcome, found.stage) == (Outcome.STOP, 2)
    assert clear(again, Role.CLINICIAN).stage == 2
    assert clear(stopped, Role.CLINICIAN).stage == 2


def test_a_clearance_shortens_no_wait() -> None:
    ledger: dict[str, Any] = {"flares": (at(-24),), "running_since": at(-500), "advances": (at(-30),)}
    stopped = case(FASCIA, after(limp=True), morning(), asked=14, stage=0, ledger=ledger)
    for role in Role:
        cleared = clear(stopped, role)
        assert cleared.hold_until == at(1) + 7 * DAY
        assert cleared.readiness_after is not None
        assert Need.READINESS in {owed.need for owed in cleared.owed}
        assert cleared.running_since == at(-500)
        assert cleared.advances == (at(-30),)
        assert not cleared.flares
        assert not cleared.stops
        assert cleared.loads


def test_what_was_tested_on_the_way_to_a_first_clearance_stays_tested() -> None:
    new = case(BONE, asked=40, run=None, readiness_at=None)
    ledger = clear(new, Role.CLINICIAN)
    later = case(BONE, before(0, 64), asked=64.5, run=None, readiness_at=at(30), ledger=ledger.model_dump())
    assert Need.READINESS not in decide(later).needs
    hurt = clear(case(BONE, morning(1, 39), asked=40, run=None, readiness_at=None), Role.CLINICIAN)
    again = case(BONE, before(0, 300), asked=300, run=None, readiness_at=at(30), ledger=hurt.model_dump())
    assert Need.READINESS in decide(again).needs


def test_bone_and_surgery_begin_again_at_the_first_stage() -> None:
    assert clear(case(POSTOP, after(), morning(), stage=3), Role.CLINICIAN).stage == 0
    assert Need.CLINICIAN in decide(
        case(POSTOP, after(limp=True), morning(), stage=3, ledger={"flares": (at(-24),)})
    ).needs  # fmt: skip


def test_a_ledger_out_of_range_is_the_last_stage() -> None:
    found = decide(case(FASCIA, after(), morning(), morning(0, 37)).model_copy(update={"ledger": Ledger(stage=99)}))
    assert found.stage == len(STAGES) - 1


def test_pain_that_may_be_lived_with_is_no_third_time_before_the_morning() -> None:
    """A steady Achilles hears no step back on the evening of a run that counts as good the next day."""
    row: dict[str, Any] = {"stage": 2, "baseline": 1, "ledger": _ROW | {"streak": 2}}
    evening = decide(case(TENDON, after(3), asked=3, **row))
    assert (evening.outcome, evening.stage) == (Outcome.REPEAT, 2)
    assert "G18a" not in evening.codes
    assert Need.MORNING in evening.needs
    [said] = [reason_words(r) for r in evening.reasons if r.code == "G14"]
    assert said.endswith("for the third session running: it counts as good once the morning after is as usual.")
    usual = decide(case(TENDON, after(3), morning(1), morning(1, 61), asked=62, **row))
    assert "G18a" not in usual.codes
    for worse in (case(TENDON, after(3), morning(2), asked=14, **row), case(TENDON, after(3, 6), asked=3, **row)):
        assert "G18a" in decide(worse).codes
    row["ledger"] = {"steady": 1, "streak": 2}
    assert "G18a" in decide(case(TENDON, after(3), asked=3, **row)).codes, "not steady yet, whatever the morning"


def test_a_follow_up_before_it_is_asked_ends_nothing_and_a_morning_does() -> None:
    raised = (after(1), morning(2))
    for hours, ended in ((14, False), (48.5, False), (48.6, True)):
        found = decide(case(FASCIA, *raised, follow_up(hours), asked=49, baseline=1))
        assert (Need.FOLLOW_UP not in found.needs) is ended, hours
    assert Need.FOLLOW_UP not in decide(case(FASCIA, *raised, morning(1, 37), asked=38, baseline=1)).needs
    worse = decide(case(FASCIA, *raised, follow_up(14, usual=False, swelling=True), asked=15, baseline=1))
    assert "G7a" in worse.codes, "what is worse counts at any time"
    open_ = decide(case(FASCIA, *raised, asked=15, baseline=1))
    assert open_.opens_at is not None
    assert open_.opens_at >= at(48) + END


def test_a_clearance_closes_the_follow_up_and_carries_no_wait_for_it() -> None:
    raised = case(FASCIA, after(1, red_flags=(RedFlag.GIVING_WAY,)), morning(2, 100), asked=101, baseline=1)
    assert clear(raised, Role.CLINICIAN).hold_until is None
