"""A run the coach did not start: whether the plan had opened it, as far as was known when it began."""

from datetime import datetime, timedelta

import pytest

from coach.gate.evaluate import decide
from coach.history.events import Cleared, ReadinessTested, RunReported
from coach.history.fold import Standing, record
from coach.model.decision import Need
from coach.model.profile import Clearance, Role
from coach.model.readiness import ReadinessResult
from tests.history.test_standing import MINUTE, Story, at


def reported(story: Story, bout: float | None) -> str:
    """Eight minutes by the watch, on a day checked in the morning. Its id."""
    story.morning(0)
    end = at(0) + timedelta(minutes=24)
    told = RunReported(
        start=at(0), end=end, zone="UTC", run_ms=8 * MINUTE, bout_ms=None if bout is None else round(bout * MINUTE)
    )
    return story.tell(told, at(0, 19))


def is_unlocked(standing: Standing) -> bool | None:
    assert standing.run is not None
    return standing.run.unlocked


@pytest.mark.parametrize(
    ("bout", "unlocked"), [(1, True), (1.1, True), (1.2, False), (2, False), (8, False), (None, False)]
)
def test_its_longest_bout_is_held_against_the_stage_as_its_running_is(bout: float | None, unlocked: bool) -> None:
    """The stage has eight times one minute. Of a run told without a bout nobody knows that it was not one."""
    story = Story()
    story.after(reported(story, bout), 0)
    story.morning(1)
    story.morning(2)
    assert is_unlocked(story.standing()) is unlocked
    assert ("G28" in story.decide(at(2)).codes) is not unlocked


@pytest.mark.parametrize(("told", "unlocked"), [(at(-1), True), (at(0, 17), True), (at(0, 19), False), (at(2), False)])
def test_readiness_told_after_it_began_opens_it_not(told: datetime, unlocked: bool) -> None:
    story = Story()
    reported(story, 1)
    story.tell(ReadinessTested(result=ReadinessResult(criterion="x", at=at(-1))), told)
    standing = Standing(record(story.notes), [], lambda _p, results, _at: max((r.at for r in results), default=None))
    assert is_unlocked(standing) is unlocked
    assert Need.READINESS not in decide(standing.question(at(3), "UTC")).needs or not unlocked


@pytest.mark.parametrize(("told", "unlocked"), [(at(-1, 12), True), (at(0, 17), True), (at(0, 19), False)])
def test_nor_does_a_clearance_of_the_day_before(told: datetime, unlocked: bool) -> None:
    story = Story()
    story.morning(-3, giving_way=True)
    reported(story, 1)
    story.tell(Cleared(clearance=Clearance(role=Role.CLINICIAN, by="Dr A", at=at(-1, 11))), told)
    bit_by_bit = Story()
    bit_by_bit.notes = story.notes[:-1]
    standing = bit_by_bit.standing()
    assert is_unlocked(standing) is False, "a STOP was in force"
    standing.tell(story.notes[-1:])
    assert is_unlocked(standing) is is_unlocked(story.standing()) is unlocked
