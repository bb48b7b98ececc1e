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


@pytest.mark.parametrize(
    ("typed", "metres"),
    [("4.5", 4500), ("4,25", 4250), (".5", 500), ("10", 10_000), ("200", 200_000), ("0.01", 10),
     ("0", None), ("0.005", None), ("201", None), ("4..", None), ("1234567", None)],
)  # fmt: skip
def test_a_distance_is_typed_in_km_with_point_or_comma(typed: str, metres: int | None) -> None:
    asked = answers(Occasion.AFTER)
    distance = asked["distance_m"]
    assert distance not in asked.missing(), "it may be left out"
    assert all(distance.press(character) for character in typed)
    assert not distance.press("k")
    assert distance.value == metres
    assert ("makes no sense" in distance.error) == (metres is None)
    assert (distance in asked.missing()) == (metres is None), "what makes no sense is not dropped in silence"
    distance.clear()
    assert distance not in asked.missing()
