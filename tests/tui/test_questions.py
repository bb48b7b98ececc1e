"""The questions of a rating, without a screen."""

from datetime import UTC, datetime

import pytest

from coach.model.rating import Course, Occasion, RedFlag
from coach.tui.asks import Ask
from coach.tui.questions import Answers

NOW = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)


def answers(occasion: Occasion) -> Answers:
    return Answers(Ask(occasion, "?", run="r0" if occasion is Occasion.AFTER else None))


@pytest.mark.parametrize("occasion", list(Occasion))
def test_a_warning_sign_is_kept_by_itself_and_nothing_is_made_up(occasion: Occasion) -> None:
    asked = answers(occasion)
    assert asked.missing()
    asked["red_flags"].mark(RedFlag.BREATHLESS)
    assert asked.missing() == []
    rating = asked.rating(NOW, "UTC")
    assert rating.red_flags == (RedFlag.BREATHLESS,)
    assert not rating.is_complete
    told = rating.model_dump(exclude_none=True, exclude_defaults=True)
    assert set(told) <= {"occasion", "at", "zone", "run", "red_flags"}


@pytest.mark.parametrize("occasion", list(Occasion))
def test_a_warning_sign_taken_back_leaves_everything_to_be_answered(occasion: Occasion) -> None:
    asked = answers(occasion)
    before = len(asked.missing())
    asked["red_flags"].mark(RedFlag.BREATHLESS)
    asked["red_flags"].mark(RedFlag.BREATHLESS)
    assert len(asked.missing()) == before


def test_a_score_off_the_scale_is_not_passed_over_for_a_warning_sign() -> None:
    asked = answers(Occasion.MORNING)
    asked["red_flags"].mark(RedFlag.BREATHLESS)
    for digit in "12":
        asked["first_steps"].press(digit)
    assert [answer.question.name for answer in asked.missing()] == ["first_steps"]


def test_no_soreness_has_no_course() -> None:
    asked = answers(Occasion.AFTER)
    for name in ("pain_during", "pain_now"):
        asked[name].press("1")
    asked.no_to_the_rest()
    assert asked.missing() == []
    assert asked.rating(NOW, "UTC").warmup_course is Course.NONE
