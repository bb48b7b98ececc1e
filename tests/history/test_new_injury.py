"""An injury told of while the programme runs: readiness and clearances from before it, and where the way begins."""

from datetime import date

import pytest

from coach.gate.advice import need_lines
from coach.gate.evaluate import decide
from coach.gate.readiness import due
from coach.gate.wording import reason_words
from coach.history.events import Cleared
from coach.history.fold import Standing, record
from coach.model.decision import Decision, Need, Outcome
from coach.model.profile import BoneSite, Clearance, Injury, InjuryKind, Role, Side
from tests.history.test_standing import ACHILLES, Story, at

SPRAIN = Injury(kind=InjuryKind.SPRAIN)
NAVICULAR = Injury(kind=InjuryKind.BONE, site=BoneSite.NAVICULAR)
MONDAY = date(2026, 3, 2)
"""Of the first run. The profile was told on the Wednesday before."""


def underway(*injuries: Injury, zero: int = 1) -> Story:
    """At the second stage, the morning of a day on which the next run may be."""
    story = Story(*injuries, baseline=(zero,) * 3)
    if NAVICULAR in injuries:
        cleared(story, -5, 12)
    for day in (0, 2, 4):
        story.morning(day, zero)
        run = story.run(day, 8 if day < 4 else 10, 1 if day < 4 else 2)
        story.after(run, day)
        story.morning(day + 1, zero)
    story.morning(6, zero)
    return story


def cleared(story: Story, day: float, hour: float) -> None:
    when = at(day, hour)
    story.tell(Cleared(clearance=Clearance(role=Role.CLINICIAN, by="Dr A", at=when)), when)


def asked(story: Story, day: float, ready: float = -1) -> Decision:
    """Readiness was passed on the day ``ready``, at six in the evening."""
    standing = Standing(record(story.notes), story.runs, lambda _p, _r, _at: at(ready))
    return decide(standing.question(at(day), "UTC"))


def told(story: Story, *injuries: Injury, day: float = 6, hour: float = 9) -> None:
    story.tell(story.profile(*injuries), at(day, hour))


@pytest.mark.parametrize(
    "injury",
    [
        SPRAIN,
        SPRAIN.model_copy(update={"onset": MONDAY.replace(day=7)}),
        ACHILLES.model_copy(update={"onset": MONDAY.replace(day=7)}),
        ACHILLES.model_copy(update={"onset": MONDAY.replace(day=7), "side": Side.LEFT}),
    ],
)
def test_a_new_injury_asks_for_readiness_of_its_own_and_begins_at_the_first_stage(injury: Injury) -> None:
    story = underway(ACHILLES)
    assert (asked(story, 6).stage, asked(story, 6).is_open) == (1, True)
    told(story, ACHILLES, injury)
    found = asked(story, 6)
    assert (found.outcome, found.stage, found.is_open) == (Outcome.STEP_BACK, 0, False)
    assert found.needs == (Need.READINESS,)
    [reason] = [reason for reason in found.reasons if reason.code == "G24"]
    assert "first stage" in reason_words(reason)
    assert "does not count" in reason_words(reason)


def test_doing_what_it_names_opens_it_and_the_way_goes_on_from_there() -> None:
    story = underway(ACHILLES)
    told(story, ACHILLES, SPRAIN)
    standing = Standing(record(story.notes), story.runs, lambda _p, _r, _at: at(-1))
    question = standing.question(at(6), "UTC")
    since, _ = due(question)
    assert since == at(6, 9), "what `coach ready` asks for is a test after that"
    assert any("coach ready" in line for line in need_lines(decide(question), question))
    found = asked(story, 6, ready=5.9)
    assert (found.outcome, found.stage, found.is_open, found.needs) == (Outcome.STEP_BACK, 0, True, ())
    [reason] = [reason for reason in found.reasons if reason.code == "G24"]
    assert "first stage" in reason_words(reason)
    assert "does not count" not in reason_words(reason)
    for day in (6, 8):
        story.good(day)
    story.morning(10)
    later = asked(story, 10, ready=5.9)
    assert (later.outcome, later.stage, later.is_open) == (Outcome.ADVANCE, 1, True)
    assert "G24" not in later.codes


def test_the_good_sessions_of_the_first_stage_count_anew() -> None:
    story = Story()
    story.good(0)
    told(story, ACHILLES, SPRAIN, day=1)
    story.morning(2)
    found = asked(story, 2, ready=1)
    assert (found.outcome, found.stage, found.is_open) == (Outcome.REPEAT, 0, True)
    story.good(2)
    story.morning(4)
    assert asked(story, 4, ready=1).stage == 0


@pytest.mark.parametrize(
    "again",
    [
        (ACHILLES,),
        (ACHILLES, SPRAIN.model_copy(update={"onset": date(2026, 2, 20)})),
        (ACHILLES.model_copy(update={"onset": date(2026, 1, 5)}),),
    ],
)
def test_what_is_older_than_the_programme_is_not_new(again: tuple[Injury, ...]) -> None:
    story = underway(ACHILLES)
    told(story, *again)
    found = asked(story, 6)
    assert (found.stage, found.is_open) == (1, True)


def test_told_again_without_its_day_it_is_not_new() -> None:
    story = underway(ACHILLES.model_copy(update={"onset": date(2026, 1, 5)}))
    told(story, ACHILLES)
    assert (asked(story, 6).stage, asked(story, 6).is_open) == (1, True)


def test_a_test_of_the_day_counts_once_the_injury_is_told() -> None:
    """The hour of an injury is not asked: on its own day only what is told after it counts."""
    story = underway(ACHILLES)
    told(story, ACHILLES, SPRAIN.model_copy(update={"onset": date(2026, 3, 8)}))
    assert Need.READINESS in asked(story, 6, ready=6 - 10 / 24).needs
    assert asked(story, 6, ready=6 - 1 / 24).is_open


def test_one_that_began_before_the_last_test_needs_no_other() -> None:
    story = underway(ACHILLES)
    told(story, ACHILLES, SPRAIN.model_copy(update={"onset": MONDAY}))
    found = asked(story, 6, ready=4)
    assert (found.stage, found.needs) == (0, ())


# A fracture that was over, and is told again


def test_a_fracture_told_again_is_not_cleared_by_the_clearance_of_the_old_one() -> None:
    story = underway(NAVICULAR, zero=0)
    assert asked(story, 6).is_open
    told(story, day=6, hour=2)
    cleared(story, 6, 3)
    without = asked(story, 6)
    assert Need.CLINICIAN not in without.needs
    told(story, NAVICULAR, day=6, hour=9)
    found = asked(story, 6, ready=6 - 1 / 24)
    assert (found.outcome, found.stage) == (Outcome.STOP, 0)
    assert found.needs == (Need.CLINICIAN,)
    assert "G2" in found.codes
    cleared(story, 6, 17)
    assert Need.CLINICIAN not in asked(story, 6, ready=6 - 1 / 24).needs


def test_a_fracture_told_again_while_in_force_keeps_its_clearance() -> None:
    story = underway(NAVICULAR, zero=0)
    told(story, NAVICULAR)
    found = asked(story, 6)
    assert (found.needs, found.is_open) == ((), True)


def test_a_fracture_left_out_and_told_again_without_a_clearance_between_was_never_over() -> None:
    story = underway(NAVICULAR, zero=0)
    told(story, day=6, hour=2)
    told(story, NAVICULAR, day=6, hour=9)
    assert Need.CLINICIAN not in asked(story, 6).needs


def test_since_when_it_is_told_of_begins_anew_with_each_time() -> None:
    story = underway(NAVICULAR, zero=0)
    told(story, day=6, hour=2)
    cleared(story, 6, 3)
    told(story, NAVICULAR, day=6, hour=9)
    assert story.standing().profiles.told_since(NAVICULAR) == at(6, 9)
    assert story.standing().profiles.told_since(SPRAIN) is None
