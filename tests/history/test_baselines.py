"""A baseline is lowered at will, but not to be ready at once."""

from datetime import timedelta

import pytest

from coach.gate.readiness import judge
from coach.library.readiness_files import load_criteria
from coach.model.decision import Need
from tests.history.test_standing import ACHILLES, Story, at

TOLD = at(-5, 9)


def is_too_high(told: list[tuple[float, tuple[int, ...]]], hours: float) -> bool:
    """Whether readiness says so so many hours after the first baseline of 7; ``told`` are those told after it."""
    story = Story(baseline=(7, 7, 7), told=TOLD)
    for later, baseline in told:
        story.tell(story.profile(ACHILLES, baseline=baseline), TOLD + timedelta(hours=later))
    when = TOLD + timedelta(hours=hours)
    profile, results = story.standing().readiness_at(when)
    return "baseline-too-high" in [each.why for each in judge(load_criteria(), profile, results, when)]


@pytest.mark.parametrize(
    ("told", "hours", "too_high"),
    [
        ([], 100, True),
        ([(0.5, (1, 1, 1))], 1, True),
        ([(0.5, (1, 1, 1))], 23.9, True),
        ([(0.5, (1, 1, 1))], 24, False),
        ([(0.1, (1, 1, 1))], 0.2, False),  # a slip
        ([(0.1, (6, 6, 6)), (0.2, (1, 1, 1))], 1, True),  # bit by bit
        ([(30, (1, 1, 1))], 31, False),
        ([(1, ()), (2, (1, 1, 1))], 3, True),
        ([(30, (1, 1, 1)), (31, (7, 7, 7)), (32, (1, 1, 1))], 54, True),
        ([(30, (1, 1, 1)), (31, (7, 7, 7)), (32, (1, 1, 1))], 55, False),
    ],
)
def test_a_baseline_told_lower_makes_nobody_ready_for_a_day(
    told: list[tuple[float, tuple[int, ...]]], hours: float, too_high: bool
) -> None:
    assert is_too_high(told, hours) is too_high


def test_mornings_are_held_against_the_lower_one_at_once() -> None:
    story = Story(baseline=(7, 7, 7), told=TOLD)
    story.tell(story.profile(ACHILLES, baseline=(1, 1, 1)), TOLD + timedelta(minutes=30))
    assert story.standing().question(TOLD + timedelta(hours=1), "UTC").baseline == 1
    assert Need.READINESS not in story.decide(at(0)).needs
