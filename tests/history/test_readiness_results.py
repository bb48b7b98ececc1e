"""What readiness is judged by: tests, the clearance in force, days declared, and the baseline of the mornings."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from coach.errors import BadInput
from coach.gate.evaluate import decide
from coach.gate.readiness import CLEARANCE, PAIN_FREE_DAYS
from coach.gate.wording import reason_words
from coach.history.events import Cleared, ReadinessTested
from coach.model.profile import BoneSite, Clearance, Injury, InjuryKind, Profile, Role
from coach.model.rating import Occasion, SymptomRating
from coach.model.readiness import ReadinessResult
from tests.coaching.test_coaching import FASCIA, Runner
from tests.history.test_standing import Story, at

NAVICULAR = Injury(kind=InjuryKind.BONE, site=BoneSite.NAVICULAR)
FIBULA = Injury(kind=InjuryKind.BONE, site=BoneSite.FIBULA)
NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


def bone(*injuries: Injury, **more: Any) -> Profile:
    return Profile(injuries=injuries or (NAVICULAR,), protocol="bsi", **more)


def names(runner: Runner) -> list[str]:
    return [r.criterion for r in runner.coaching.standing.profiles.results_at(runner.clock.utc_now())]


def clearance(runner: Runner, role: Role = Role.CLINICIAN, hours: float = 0) -> Clearance:
    return Clearance(role=role, by="Dr A", at=runner.clock.utc_now() - timedelta(hours=hours))


def test_a_clinicians_clearance_is_a_result() -> None:
    runner = Runner(None)
    injury = NAVICULAR.model_copy(update={"onset": date(2026, 2, 1)})
    runner.coaching.set_profile(bone(injury), clearance(runner, hours=48))
    [found] = runner.coaching.standing.profiles.results_at(runner.clock.utc_now())
    assert (found.criterion, found.waived_by, found.at) == (CLEARANCE, "Dr A", NOW - timedelta(hours=48))


def test_a_clearance_from_before_the_injury_was_told_is_none() -> None:
    runner = Runner(FASCIA)
    runner.coaching.set_profile(FASCIA, clearance(runner))
    assert names(runner) == [CLEARANCE]
    runner.wait(1)
    runner.coaching.set_profile(bone())
    assert names(runner) == []


def test_while_its_day_is_unknown_none_from_before_it_was_told_is_taken() -> None:
    for injury in (FIBULA, NAVICULAR, Injury(kind=InjuryKind.SURGERY)):
        protocol = {"protocol": "san-postop"} if injury.kind is InjuryKind.SURGERY else {}
        runner = Runner(bone(injury).model_copy(update=protocol))
        runner.wait(72)
        with pytest.raises(BadInput, match=r"2026-03-01 is about the .*`coach init --onset DATE`.* from 2026-03-02 on"):
            runner.coaching.clear(clearance(runner, hours=96))
        runner.coaching.clear(clearance(runner, hours=70))
        assert names(runner) == [CLEARANCE]
        dated = injury.model_copy(update={"onset": date(2026, 2, 1)})
        runner.coaching.set_profile(bone(dated).model_copy(update=protocol))
        runner.coaching.clear(clearance(runner, hours=96))
    fascia = Runner(FASCIA)
    fascia.coaching.clear(clearance(fascia, hours=48))


def test_nor_is_one_from_before_the_day_of_the_injury_nor_one_that_was_for_another_bone() -> None:
    onset = date(2026, 3, 1)
    for injury in (FIBULA, NAVICULAR, Injury(kind=InjuryKind.SURGERY)):
        runner = Runner(bone(injury.model_copy(update={"onset": onset})).model_copy(update={"protocol": "san-postop"}
                        if injury.kind is InjuryKind.SURGERY else {}))  # fmt: skip
        with pytest.raises(BadInput, match="from before"):
            runner.coaching.clear(clearance(runner, hours=48))
        early = Cleared(clearance=clearance(runner, hours=48))
        runner.journal.note([early])  # one that an earlier version had taken
        runner.coaching.forget()
        assert names(runner) == []
        question = runner.coaching.question()
        assert not question.needs_clinician or question.clinician_at is None
        runner.coaching.clear(clearance(runner, hours=3))
        assert names(runner) == [CLEARANCE]
    with pytest.raises(BadInput, match="from before"):
        Runner(None).coaching.set_profile(
            bone(NAVICULAR.model_copy(update={"onset": onset})), clearance(Runner(None), hours=48)
        )


def test_one_in_the_journal_that_nobody_knows_to_be_about_the_injury_does_not_count() -> None:
    """An earlier version took them; the runner is told why it does not, and giving the day makes it count."""
    for injury in (FIBULA, NAVICULAR, Injury(kind=InjuryKind.SURGERY)):
        protocol = {"protocol": "san-postop"} if injury.kind is InjuryKind.SURGERY else {}
        runner = Runner(bone(injury).model_copy(update=protocol))
        early = Cleared(clearance=clearance(runner, hours=48))
        runner.journal.note([early])
        runner.coaching.forget()
        question = runner.coaching.question()
        assert (names(runner), question.uncounted_at) == ([], early.clearance.at)
        assert not question.needs_clinician or question.clinician_at is None
        found = decide(question.model_copy(update={"readiness_at": None}))
        said = [reason_words(r) for r in found.reasons if r.code in ("G2", "G24")]
        assert any("28 February" in each and "coach init --onset" in each for each in said), said
        dated = injury.model_copy(update={"onset": date(2026, 2, 1)})
        runner.coaching.set_profile(bone(dated).model_copy(update=protocol))
        assert runner.coaching.question().uncounted_at is None
        assert not found.is_open


def test_an_injury_whose_day_is_unknown_is_not_ended_by_a_clearance_from_before_it_was_told() -> None:
    runner = Runner(bone(NAVICULAR))
    runner.wait(1)
    runner.coaching.set_profile(FASCIA)
    runner.journal.note([Cleared(clearance=clearance(runner, hours=72))])
    runner.coaching.forget()
    assert len(runner.coaching.need_profile().injuries) == 2


def test_an_injury_left_out_is_not_ended_by_a_clearance_from_before_it() -> None:
    runner = Runner(bone(NAVICULAR.model_copy(update={"onset": date(2026, 3, 1)})))
    runner.wait(1)
    runner.coaching.set_profile(FASCIA)
    runner.journal.note([Cleared(clearance=clearance(runner, hours=72))])
    runner.coaching.forget()
    assert len(runner.coaching.need_profile().injuries) == 2


def test_a_test_cannot_stand_for_a_clearance() -> None:
    runner = Runner(bone())
    forged = ReadinessResult(criterion=CLEARANCE, at=runner.clock.utc_now(), passed_task=True, waived_by="me")
    runner.coaching.test(forged)
    assert names(runner) == []


def test_days_without_pain_are_declared_once() -> None:
    runner = Runner(bone(pain_free_days=14))
    runner.wait(24)
    runner.coaching.set_profile(bone(pain_free_days=14))  # the same again: nothing new is declared
    [found] = runner.coaching.standing.profiles.results_at(runner.clock.utc_now())
    assert (found.criterion, found.figure, found.at) == (PAIN_FREE_DAYS, 14, NOW)
    runner.wait(24)
    runner.coaching.set_profile(bone(pain_free_days=3))
    assert [r.figure for r in runner.coaching.standing.profiles.results_at(runner.clock.utc_now())] == [14, 3]
    assert [r.figure for r in runner.coaching.standing.profiles.results_at(NOW)] == [14]


def test_the_baseline_may_come_from_the_mornings() -> None:
    runner = Runner(FASCIA.model_copy(update={"baseline": ()}))
    for score in (6, 7, 2):
        rating = SymptomRating(occasion=Occasion.MORNING, at=runner.clock.utc_now(), first_steps=score, swelling=False,
                               woken=False, painkiller=False, zone="Europe/Berlin")  # fmt: skip
        runner.coaching.rate(rating)
        runner.wait(24)
    profile, _ = runner.coaching.standing.readiness_at(runner.clock.utc_now())
    assert profile.baseline == (6, 7, 2)


def test_the_stricter_injury_stays_until_a_clinician_clears() -> None:
    runner = Runner(bone())
    runner.wait(1)
    assert runner.coaching.profile_with(bone(FIBULA)).injuries == (NAVICULAR, FIBULA)
    runner.coaching.set_profile(bone(FIBULA))
    runner.wait(1)
    runner.coaching.clear(clearance(runner))
    runner.wait(1)
    assert runner.coaching.profile_with(bone(FIBULA)).injuries == (FIBULA,)
    assert Runner(None).coaching.profile_with(FASCIA) == FASCIA


@pytest.mark.parametrize(("marks", "left"), [(0, 14), (1, 1), (3, 1)])
def test_days_without_pain_are_no_more_than_pain_marks_leave(marks: int, left: int) -> None:
    """Rated 0 afterwards, a run in which pain was marked is one in which it hurt."""
    story = Story(FIBULA, baseline=(0, 0, 0))
    story.after(story.run(0, pain_marks=marks), 0)
    claim = ReadinessResult(criterion=PAIN_FREE_DAYS, at=at(2), figure=14)
    story.tell(ReadinessTested(result=claim), at(2))
    standing = story.standing()
    assert [result.figure for result in standing.profiles.results_at(at(8))] == [left]
    assert standing.profiles.is_contradicted(at(8)) is (marks > 0)
    assert len(standing.hurts) == (marks > 0)
