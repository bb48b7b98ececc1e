"""Injuries that are left out, and figures told anew: telling of something milder gains nothing."""

from datetime import timedelta
from typing import Any

import pytest

from coach.gate.facts import StageRule
from coach.history.events import Cleared
from coach.model.decision import Decision, Outcome
from coach.model.profile import BoneSite, Clearance, Injury, InjuryKind, Profile, Role
from coach.model.protocol import StagePhase
from tests.history.test_standing import ACHILLES, MINUTE, Story, at

BONE = Injury(kind=InjuryKind.BONE, site=BoneSite.FIBULA)


def cleared(story: Story, when: Any, typed: Any) -> None:
    story.tell(Cleared(clearance=Clearance(role=Role.CLINICIAN, by="Dr A", at=when)), typed)


def hurting(pain: int, *, left_out: bool) -> Story:
    """Both injuries, a stage up; on day 6 the bone hurts, and later that day it may be told of no more."""
    story = Story(BONE, ACHILLES, baseline=(0, 0, 0))
    cleared(story, at(-4), at(-4))
    for day in (0, 2, 4):
        story.morning(day, 0)
        story.after(story.run(day), day)
        story.morning(day + 1, 0)
    story.morning(6, 0)
    story.after(story.run(6), 6, during=pain)
    story.morning(7, 0)
    if left_out:
        story.tell(story.profile(ACHILLES, baseline=(0, 0, 0)), at(7, 9))
    return story


@pytest.mark.parametrize("pain", [1, 2, 4])
def test_leaving_an_injury_out_before_a_clearance_gains_nothing(pain: int) -> None:
    found: list[Decision] = []
    for left_out in (False, True):
        story = hurting(pain, left_out=left_out)
        cleared(story, at(7, 10), at(7, 10))
        for day in (8, 9, 10):
            story.morning(day, 0)
        found.append(story.decide(at(10, 8)))
    honest, milder = found
    assert milder.stage <= honest.stage
    assert milder.is_open <= honest.is_open
    assert milder.opens_at is not None
    assert milder.opens_at >= (honest.opens_at or at(10, 8))


@pytest.mark.parametrize(("pain", "outcome"), [(1, Outcome.REST), (5, Outcome.STOP)])
def test_a_clearance_from_before_it_was_left_out_ends_no_injury(pain: int, outcome: Outcome) -> None:
    story = hurting(pain, left_out=True)
    cleared(story, at(5, 10), at(7, 10))
    assert BONE in story.standing().profile_at(at(8)).injuries
    for day in (8, 9):
        story.morning(day, 0)
    found = story.decide(at(9, 8))
    assert (found.outcome, found.is_open) == (outcome, False)


def test_one_told_together_with_the_profile_ends_it() -> None:
    story = hurting(0, left_out=True)
    cleared(story, at(7, 9) - timedelta(seconds=1), at(7, 9))
    assert story.standing().profile_at(at(8)).injuries == (ACHILLES,)


def weekly(story: Story, metres: int | None, when: Any, amends: str | None = None) -> str:
    profile = Profile(injuries=(ACHILLES,), protocol="p", baseline=(1, 1, 1), former_weekly_m=metres)
    told = story.profile(ACHILLES).model_copy(update={"profile": profile, "amends": amends})
    return story.tell(told, when)


def test_a_shorter_week_of_old_opens_no_hills_sooner() -> None:
    story = Story()
    told = [(60_000, -4), (20_000, 3), (80_000, 5)]
    for metres, day in told:
        weekly(story, metres, at(day))
    standing = story.standing()
    assert [standing.question(at(day), "UTC").former_weekly_m for day in (0, 4, 6)] == [60_000, 60_000, 80_000]
    weekly(story, None, at(7))
    assert story.standing().question(at(8), "UTC").former_weekly_m is None


@pytest.mark.parametrize(("minutes", "metres"), [(5, 6_000), (15, 60_000)])
def test_but_a_slip_is_mended_within_ten_minutes(minutes: int, metres: int) -> None:
    story = Story()
    slip = weekly(story, 60_000, at(0))
    weekly(story, 6_000, at(0) + timedelta(minutes=minutes), amends=slip)
    assert story.standing().question(at(1), "UTC").former_weekly_m == metres


def test_a_way_without_a_pace_opens_nothing_that_is_limited() -> None:
    stages = (
        StageRule(id="w", run_ms=(10 * MINUTE,), bout_ms=(10 * MINUTE,), good=1),
        StageRule(id="b", run_ms=(None,), bout_ms=(None,), phase=StagePhase.BUILD),
    )
    story = Story()
    story.tell(story.profile(ACHILLES, stages=stages), at(-5, 10))
    for day in (0, 3):
        story.good(day, 10, 10)
    story.morning(8)
    found = story.decide(at(8))
    assert (found.stage, found.is_open) == (1, False)
    assert "protocol" in found.needs
    timed = StageRule(id="b", run_ms=(60 * MINUTE,), bout_ms=(60 * MINUTE,), phase=StagePhase.BUILD)
    story.tell(story.profile(ACHILLES, stages=(stages[0], timed)), at(8, 17))
    assert story.decide(at(8)).is_open, "telling a pace opens it"
