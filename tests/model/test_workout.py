"""What a workout may be."""

import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from coach.model.workout import (
    MAX_DEPTH,
    MAX_STEP_MS,
    CadenceTarget,
    HeartRateZone,
    Intensity,
    Repeat,
    RpeTarget,
    Step,
    TimeDuration,
    Workout,
    count_intervals,
)
from tests.model.workouts import expand, workouts

RUN = Step(intensity=Intensity.ACTIVE, duration=TimeDuration(ms=60_000))
WALK = Step(intensity=Intensity.RECOVERY, duration=TimeDuration(ms=120_000))


def test_repeats_are_unrolled_in_order() -> None:
    blocks = (WALK, Repeat(count=2, steps=(RUN, Repeat(count=2, steps=(WALK,)))), RUN)
    assert list(expand(blocks)) == [WALK, RUN, WALK, WALK, RUN, WALK, WALK, RUN]
    assert count_intervals(blocks) == 8


@given(workouts)
@settings(max_examples=100)
def test_counting_gives_what_unrolling_gives(workout: Workout) -> None:
    assert count_intervals(workout.steps) == len(list(expand(workout.steps)))


@given(workouts)
@settings(max_examples=100)
def test_a_workout_survives_json(workout: Workout) -> None:
    assert Workout.model_validate_json(workout.model_dump_json()) == workout


def test_only_running_is_running() -> None:
    assert [intensity for intensity in Intensity if intensity.is_run] == [Intensity.ACTIVE]


@pytest.mark.parametrize("ms", [0, -1, MAX_STEP_MS + 1, 36_000_000])
def test_times_outside_the_limits(ms: int) -> None:
    with pytest.raises(ValidationError):
        TimeDuration(ms=ms)


def test_targets_outside_the_limits() -> None:
    with pytest.raises(ValidationError, match="backwards"):
        CadenceTarget(low=180, high=170)
    with pytest.raises(ValidationError):
        CadenceTarget(low=20, high=170)
    with pytest.raises(ValidationError):
        HeartRateZone(zone=6)
    with pytest.raises(ValidationError):
        RpeTarget(low=3, high=11)


def test_too_many_intervals_are_counted_not_unrolled() -> None:
    block: Step | Repeat = RUN
    for _ in range(MAX_DEPTH):
        block = Repeat(count=100, steps=(block,))
    with pytest.raises(ValidationError, match="10000000000000000 intervals"):
        Workout(steps=(block,))


def test_too_deep_repeats() -> None:
    block: Step | Repeat = RUN
    for _ in range(MAX_DEPTH + 1):
        block = Repeat(count=1, steps=(block,))
    with pytest.raises(ValidationError, match="deep"):
        Workout(steps=(block,))


@pytest.mark.parametrize("name", ["", " ", " x", "x ", "a\nb", "a\x1b[31m", "a\u202eb", "a\u2028b", "\x7f", "x" * 81])
def test_names_that_would_garble_a_terminal(name: str) -> None:
    with pytest.raises(ValidationError):
        Step(intensity=Intensity.ACTIVE, duration=TimeDuration(ms=1000), name=name)
    with pytest.raises(ValidationError):
        Workout(name=name, steps=(RUN,))


def test_descriptions_may_have_lines_but_no_control_characters() -> None:
    assert Workout(description="one\ntwo", steps=(RUN,)).description == "one\ntwo"
    with pytest.raises(ValidationError):
        Workout(description="one\x1b[2J", steps=(RUN,))


def test_an_empty_workout_or_repeat_is_none() -> None:
    with pytest.raises(ValidationError):
        Workout(steps=())
    with pytest.raises(ValidationError):
        Repeat(count=1, steps=())
    with pytest.raises(ValidationError):
        Repeat(count=0, steps=(RUN,))
