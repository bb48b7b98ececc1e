"""Where a rule begins and ends: the figures on either side of its edge, and days off that outlive a run."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from coach.gate.evaluate import clear, decide, settle
from coach.gate.facts import GateInput, Load, Morning, StageRule
from coach.gate.rules_plan import PAIN_FREE_DAYS
from coach.gate.wording import reason_words
from coach.library.readiness_files import load_criteria
from coach.model.decision import Need, Outcome
from coach.model.profile import BandName, Role
from coach.model.protocol import StagePhase
from tests.gate.build import MINUTE, T0, after, at, before, case, morning, run

FASCIA, TENDON, LIGAMENT = BandName.FASCIA, BandName.TENDON, BandName.LIGAMENT
POSTOP, BONE = BandName.POSTOP, BandName.BONE
DAY = timedelta(days=1)


# G5: from 6 on


@pytest.mark.parametrize("band", [FASCIA, TENDON, LIGAMENT, POSTOP])
@pytest.mark.parametrize("where", ["pain_during", "pain_now"])
@pytest.mark.parametrize("pain", [6, 7, 8, 10])
def test_severe_pain_is_days_off_and_a_stage_lower(band: BandName, where: str, pain: int) -> None:
    told: dict[str, Any] = {where: pain}
    rated = after(*(told.get(name, 0) for name in ("pain_during", "pain_now")))
    for stage, lower in ((0, 0), (1, 0), (3, 2)):
        found = decide(case(band, rated, morning(), asked=40, stage=stage))
        assert (found.outcome, found.stage, found.is_open) == (Outcome.REST, lower, False)
        assert "G5" in found.codes
        opens = found.opens_at
        assert opens is not None
        assert opens >= at(1) + (2 if stage else 7) * DAY, "at the first stage there is nothing lower but walking"


def test_pain_of_5_is_not_yet_days_off() -> None:
    found = decide(case(TENDON, after(5), morning(), morning(0, 61), asked=62, stage=2))
    assert (found.outcome, found.stage) == (Outcome.REPEAT, 2)
    assert "G5" not in found.codes


# Days off still owed when a run was begun all the same


@pytest.mark.parametrize(("stage", "days"), [(0, 7), (1, 2), (3, 2)])
def test_days_off_are_still_owed_as_a_run_begins_in_spite_of_them(stage: int, days: int) -> None:
    hurt = case(TENDON, after(7), morning(), before(0, 24), asked=25, stage=stage)
    assert settle(hurt).hold_until == at(1) + days * DAY
    assert settle(case(TENDON, after(7), morning(), asked=24 * (days + 1) + 2, stage=stage)).hold_until is None


def test_days_off_survive_a_run_begun_in_spite_of_them() -> None:
    """7 of 10 at the first stage, and out again the next day: however well that went, no day of the seven is gained."""
    ledger = settle(case(TENDON, after(7), morning(), before(0, 24), asked=25, stage=0))
    second = run(id="second", start=at(25), end=at(25.5), unlocked=False)
    well = (after(hours=26, run="second"), morning(0, 37), morning(0, 61), before(0, 64))
    given = case(TENDON, *well, asked=65, run=second, readiness_at=at(60)).model_copy(update={"ledger": ledger})
    found = decide(given)
    assert (found.opens_at, found.is_open) == (at(1) + 7 * DAY, False)
    assert [r.figures for r in found.reasons if r.code == "G28" and "owed" in r.figures] == [{"owed": "days-off"}]
    later = decide(given.model_copy(update={"asked_at": at(1) + 7 * DAY}))
    assert {"owed": "days-off", "over": True} in [r.figures for r in later.reasons], "and no longer holds anybody back"
    forgotten = given.model_copy(update={"ledger": ledger.model_copy(update={"hold_until": None})})
    assert decide(forgotten).is_open, "nothing else would keep it shut"


# G17: to the day


@pytest.mark.parametrize("band", [FASCIA, TENDON, LIGAMENT, POSTOP, BONE])
@pytest.mark.parametrize(("days", "stage"), [(7, 5), (8, 4), (14, 4), (15, 3), (21, 3), (22, 2), (28, 2), (29, 0)])
def test_each_week_away_costs_a_stage_and_a_month_all_of_them(band: BandName, days: int, stage: int) -> None:
    hours = 24 * days
    found = decide(case(band, after(), morning(), morning(0, hours - 5), asked=hours, stage=5))
    assert found.stage == stage
    assert ("G17" in found.codes) is (days > 7)
    assert found.outcome is (Outcome.STEP_BACK if days > 7 else Outcome.REPEAT)
    strict = band in (POSTOP, BONE)
    assert (Need.READINESS in found.needs) is (days > (14 if strict else 28))


@pytest.mark.parametrize("band", [FASCIA, TENDON, LIGAMENT, POSTOP, BONE])
@pytest.mark.parametrize("days", [7, 8, 14, 15, 21, 22, 28, 29])
def test_at_the_first_stage_an_absence_starts_the_count_again(band: BandName, days: int) -> None:
    hours = 24 * days
    found = decide(case(band, after(), morning(), morning(0, hours - 5), asked=hours, ledger={"good": 5}))
    assert found.stage == (1 if days == 7 else 0)
    assert found.outcome is (Outcome.ADVANCE if days == 7 else Outcome.REPEAT)
    assert (Need.READINESS in found.needs) is (days > 14)


def test_a_bone_back_at_the_first_stage_opens_when_its_days_without_pain_can_be_over() -> None:
    """Seven days of walking are sooner, and would name a time that nobody can meet."""
    hurt = case(BandName.BONE, after(1), morning(0), morning(0, 61), asked=62, stage=0)
    found = decide(hurt)
    pain = at(1).date()
    assert (found.outcome, found.stage) == (Outcome.REST, 0)
    assert found.opens_at == datetime(pain.year, pain.month, pain.day + 15, 4, tzinfo=UTC)
    assert Need.READINESS in found.needs
    assert any("14 days without pain: as it is, not before 17 March" in reason_words(r) for r in found.reasons)
    # The clinician waives them: readiness is passed, and the seven days of walking are what is left.
    waived = decide(hurt.model_copy(update={"readiness_at": at(61), "asked_at": at(62)}))
    assert waived.opens_at == at(1) + timedelta(days=7)
    higher = decide(case(BandName.BONE, after(1), morning(0), morning(0, 61), asked=62, stage=2))
    assert higher.opens_at == at(1) + timedelta(days=2), "no readiness is asked anew"


def test_a_pain_mark_is_pain_of_a_bone_though_the_run_was_rated_without() -> None:
    marked = case(BandName.BONE, after(0), morning(0), morning(0, 61), asked=62, run=run(pain_marks=1))
    found = decide(marked)
    end = run().end.date()
    assert found.opens_at == datetime(end.year, end.month, end.day + 15, 4, tzinfo=UTC)
    assert Need.READINESS in found.needs


def test_no_clearance_makes_days_off_of_what_a_clinician_may_waive() -> None:
    hurt = case(BandName.BONE, after(1, giving_way=True), morning(0), morning(0, 61), asked=62, stage=0)
    hold = clear(hurt, Role.CLINICIAN).hold_until
    assert hold == at(1) + timedelta(days=7)


def test_the_days_without_pain_are_those_that_readiness_asks() -> None:
    [asked] = [c.at_least for c in load_criteria() if c.id == "bone-pain-free-days"]
    assert asked == PAIN_FREE_DAYS


def test_a_question_kept_by_an_older_ruleset_is_still_read() -> None:
    asked = case(FASCIA, after(), morning())
    old = asked.model_dump(mode="json") | {"weekly_m": None}
    assert GateInput.model_validate_json(json.dumps(old)) == asked
    with pytest.raises(ValidationError):
        GateInput.model_validate_json(json.dumps(old | {"weekly_m": 1}))


@pytest.mark.parametrize("during", [4, 6])
def test_a_rating_after_a_run_counts_from_its_end_wherever_it_was_dated(during: int) -> None:
    """Days off that count from the run's start would be over by its length sooner."""
    dated = [decide(case(LIGAMENT, after(during, hours=hours), asked=3, stage=2)) for hours in (0, 0.3, 0.5)]
    later = decide(case(LIGAMENT, after(during, hours=1), asked=3, stage=2))
    assert dated[0] == dated[1] == dated[2]
    assert dated[0].opens_at is not None
    assert later.opens_at is not None
    assert later.opens_at - dated[0].opens_at == timedelta(minutes=26)


@pytest.mark.parametrize(("rest_days", "hours", "opens"), [(1, 36, 36), (0, 0, 36), (3, 84, 84)])
def test_the_gap_is_the_longer_of_the_stage_that_was_run_and_the_one_that_opens(
    rest_days: int, hours: int, opens: float
) -> None:
    """A week of raised mornings steps back from a stage of runs on days in a row to one of alternate days."""
    since = T0 - timedelta(weeks=12)
    build = StagePhase.BUILD
    lower = StageRule(id="build/duration-8", run_ms=(MINUTE * 30,), phase=build, rest_days=rest_days, gap_h=hours)
    upper = StageRule(
        id="build/frequency-1", run_ms=(MINUTE * 30,), phase=build, rest_days=0, gap_h=0, weeks_alternate=8
    )
    rows = tuple(Morning(at=at(-24 * day - 11), score=3) for day in (4, 3, 2, 1))
    asked = case(
        BandName.TENDON, after(1, 1), morning(1), asked=14, baseline=1, stages=(lower, upper),
        run=run(planned_ms=MINUTE * 30, done_ms=MINUTE * 30), stage=1,
        ledger={"running_since": since, "mornings": rows, "loads": (Load(start=at(-48), done_ms=MINUTE * 30),)},
    )  # fmt: skip
    found = decide(asked)
    assert (found.outcome, found.stage) == (Outcome.STEP_BACK, 0)
    assert found.opens_at is not None
    assert found.opens_at >= at(opens)
