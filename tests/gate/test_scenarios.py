"""The scenarios of docs/gate.md, each judged at its opening time unless said."""

from datetime import timedelta

import pytest

from coach.gate.evaluate import decide, settle
from coach.gate.facts import GateInput
from coach.model.decision import Decision, Need, Outcome
from coach.model.profile import BandName
from coach.model.rating import Course
from tests.gate.build import T0, after, at, case, follow_up, morning, run

FASCIA, TENDON, BONE = BandName.FASCIA, BandName.TENDON, BandName.BONE
LIGAMENT, POSTOP = BandName.LIGAMENT, BandName.POSTOP


def hours_to_open(decision: Decision) -> float:
    assert decision.opens_at is not None
    return (decision.opens_at - T0) / timedelta(hours=1)


def test_1_a_second_good_session_advances() -> None:
    given = case(TENDON, after(1, 1), morning(1), morning(1, 37), asked=40, baseline=1, stage=2, ledger={"good": 1})
    found = decide(given)
    assert (found.outcome, found.stage, found.is_open) == (Outcome.ADVANCE, 3, True)
    assert "G20" in found.codes


def test_2_inside_the_repeat_band_waits_two_full_days() -> None:
    given = case(TENDON, after(4, 3), morning(1), morning(1, 61), asked=66, baseline=1, stage=2)
    found = decide(given)
    assert (found.outcome, found.stage, found.is_open) == (Outcome.REPEAT, 2, True)
    assert hours_to_open(found) == 60  # two full days: the 3rd and 4th of March, and 60 h from 18:00
    assert "G14" in found.codes


def test_3_morning_two_above_baseline() -> None:
    given = case(TENDON, after(2, 2), morning(3), morning(1, 37), morning(1, 61), asked=62, baseline=1, stage=2)
    found = decide(given)
    assert (found.outcome, found.stage, found.is_open) == (Outcome.STEP_BACK, 1, True)
    assert hours_to_open(found) == 13 + 48
    assert "G10" in found.codes


def test_4_six_of_ten() -> None:
    found = decide(case(TENDON, after(6, 3), morning(1), morning(1, 61), asked=62, baseline=1, stage=2))
    assert (found.outcome, found.stage, found.is_open) == (Outcome.REST, 1, True)
    assert "G5" in found.codes


def test_5_raised_morning_back_at_48_hours() -> None:
    raised = (after(2, 1), morning(3))
    found = decide(case(FASCIA, *raised, follow_up(48), morning(2, 61), asked=66, baseline=2, stage=1))
    assert (found.outcome, found.stage, found.is_open) == (Outcome.REPEAT, 1, True)
    assert hours_to_open(found) == 36 + 24
    assert "G13" in found.codes
    unanswered = decide(case(FASCIA, *raised, asked=66, baseline=2, stage=1))
    assert not unanswered.is_open
    assert Need.FOLLOW_UP in unanswered.needs


def bone(*readings: object, **more: object) -> GateInput:
    return case(BONE, *readings, **more)  # type: ignore[arg-type]


def test_6_bone_pain_at_a_low_risk_site() -> None:
    found = decide(bone(after(1, 0), morning(0), morning(0, 61), asked=62, stage=2))
    assert (found.outcome, found.stage, found.is_open) == (Outcome.REST, 1, True)
    assert "G3a" in found.codes


def test_7_the_same_again_within_28_days() -> None:
    earlier = at(-24 * 20)
    found = decide(bone(after(1, 0), morning(0), asked=62, stage=2, ledger={"bone_pain": (earlier,)}))
    assert found.outcome is Outcome.STOP
    assert "G3b" in found.codes
    assert Need.CLINICIAN in found.needs
    long_ago = at(-24 * 30)
    found = decide(bone(after(1, 0), morning(0), asked=62, stage=2, ledger={"bone_pain": (long_ago,)}))
    assert found.outcome is Outcome.REST


def test_8_swelling_at_16_hours() -> None:
    given = case(LIGAMENT, after(1, 1), morning(0, 16, swelling=True), follow_up(40), morning(0, 64), asked=65, stage=2)
    found = decide(given)
    assert (found.outcome, found.stage, found.is_open) == (Outcome.REST, 1, True)
    assert hours_to_open(found) == 16 + 48
    assert "G7a" in found.codes


def test_9_second_of_three() -> None:
    found = decide(case(POSTOP, after(), morning(), morning(0, 37), asked=40, stage=1, ledger={"good": 1}))
    assert (found.outcome, found.stage, found.is_open) == (Outcome.REPEAT, 1, True)
    assert "G19" in found.codes


def test_10_next_morning_not_answered() -> None:
    found = decide(case(FASCIA, after(1, 1), morning(1, 60), asked=60, baseline=1, stage=1, ledger={"good": 1}))
    assert not found.is_open
    assert found.needs == (Need.MORNING,)
    late = morning(1, 13, late_h=48)
    found = decide(case(FASCIA, after(1, 1), late, morning(1, 60), asked=61, baseline=1, stage=1, ledger={"good": 1}))
    assert (found.outcome, found.stage, found.is_open) == (Outcome.REPEAT, 1, True)
    assert "G12" in found.codes


def test_11_eighteen_days_away() -> None:
    days = 24 * 18
    found = decide(case(TENDON, after(), morning(), morning(0, days - 5), asked=days, stage=4, ledger={"good": 1}))
    assert (found.stage, found.is_open) == (2, True)
    assert "G17" in found.codes


def test_12_calf_swollen_and_warm() -> None:
    found = decide(case(POSTOP, after(red_flags=("calf-swollen-throbbing-warm",)), asked=2, stage=1))
    assert found.outcome is Outcome.STOP
    [reason] = [r for r in found.reasons if r.code == "G1"]
    assert reason.figures["care"] == "same-day"


def test_13_navicular() -> None:
    found = decide(bone(after(1, 0), morning(), asked=40, stage=1, high_risk=True))
    assert found.outcome is Outcome.STOP
    assert Need.CLINICIAN in found.needs


def test_14_asking_changes_nothing() -> None:
    given = case(TENDON, after(4, 3), morning(1), morning(1, 61), asked=66, baseline=1, stage=2)
    assert decide(given) == decide(given) == decide(given)


def test_15_third_steady_session_counts_as_good() -> None:
    steady = (after(3, 2), morning(1), morning(1, 61))
    given = case(TENDON, *steady, asked=66, baseline=1, stage=2, ledger={"steady": 2, "steady_pains": (3, 3)})
    found = decide(given)
    assert (found.outcome, found.is_open) == (Outcome.REPEAT, True)
    assert settle(given).good == 1
    given = case(
        TENDON, *steady, asked=66, baseline=1, stage=2, ledger={"steady": 2, "steady_pains": (3, 3), "good": 1}
    )
    assert decide(given).outcome is Outcome.ADVANCE


def test_16_sore_in_warm_up_twice() -> None:
    sore = after(2, 1, warmup_soreness=3, warmup_course=Course.PERSISTED)
    first = case(TENDON, sore, morning(1), morning(1, 37), asked=40, baseline=1, stage=2)
    assert decide(first).outcome is Outcome.REPEAT
    second = first.model_copy(update={"ledger": settle(first)})
    assert decide(second).outcome is Outcome.REPEAT


def test_17_the_runner_cannot_clear_days_off() -> None:
    found = decide(case(TENDON, after(7, 3), asked=2, baseline=1, stage=2))
    assert found.outcome is Outcome.REST
    assert Need.CLEARANCE not in found.needs
    assert hours_to_open(found) == 60  # the two days off end at 49 h, the gap after such pain later


def test_18_a_forbidden_minute_changes_no_stop() -> None:
    stopped = bone(after(3, 0), morning(), morning(0, 61), asked=62, stage=2)
    assert decide(stopped).outcome is Outcome.STOP
    ledger = settle(stopped)
    forbidden = bone(
        after(0, 0), morning(), morning(0, 61), asked=62, stage=2, run=run(unlocked=False, done_ms=60_000),
    ).model_copy(update={"ledger": ledger})  # fmt: skip
    found = decide(forbidden)
    assert found.outcome is Outcome.STOP
    assert Need.CLINICIAN in found.needs


def test_19_thirty_days_off() -> None:
    days = 24 * 30
    rested = (after(), morning(), morning(0, days - 5))
    found = decide(case(TENDON, *rested, asked=days, stage=3, readiness_at=at(days - 24)))
    assert (found.stage, found.is_open) == (0, True)
    unready = decide(case(TENDON, *rested, asked=days, stage=3))
    assert Need.READINESS in unready.needs


def test_20_fascia_with_a_baseline_of_four() -> None:
    readings = (after(1, 1), morning(4), morning(4, 37))
    given = case(FASCIA, *readings, asked=40, baseline=4, stage=1)
    assert settle(given).good == 1
    given = case(FASCIA, *readings, asked=40, baseline=4, stage=1, ledger={"good": 1})
    assert decide(given).outcome is Outcome.ADVANCE


@pytest.mark.parametrize("band", list(BandName))
def test_21_holidays_at_the_first_stage(band: BandName) -> None:
    days = 24 * 10
    given = case(band, after(), morning(), morning(0, days - 5), asked=days)
    for _ in range(3):
        found = decide(given)
        assert (found.outcome, found.stage, found.is_open) == (Outcome.REPEAT, 0, True)
        given = given.model_copy(update={"ledger": settle(given)})
