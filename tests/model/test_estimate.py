"""Times of workouts by distance, at a pace that is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.model.durations import MS_PER_MINUTE
from coach.model.estimate import LEAST_WALK_MS, WALK_MS_PER_KM, bout_ms, run_ms, sessions_at, total_ms
from coach.model.protocol import Stage
from coach.model.syntax import format_workout, parse
from coach.model.timeline import compile_timeline
from coach.model.workout import Workout
from tests.model.workouts import workouts

MINUTE = MS_PER_MINUTE
MILE_CM = 160_934


def test_time_needs_no_pace() -> None:
    workout = parse("5m warmup, 2x(1m run, 2m walk), 3m run, 1m run, 5m cooldown")
    assert total_ms(workout, None) == 20 * MINUTE
    assert run_ms(workout, None) == 6 * MINUTE
    assert bout_ms(workout, None) == 4 * MINUTE, "runs that follow each other are one stretch"


def test_distance_takes_the_runners_pace_and_a_brisk_walk() -> None:
    workout = parse("1km run, 1km walk, 2km run")
    assert run_ms(workout, 390) == 3 * 390_000
    assert bout_ms(workout, 390) == 2 * 390_000
    assert total_ms(workout, 390) == 3 * 390_000 + WALK_MS_PER_KM
    assert round(3_600_000 / WALK_MS_PER_KM / 1.609344, 3) == 3.0, "miles an hour"


@pytest.mark.parametrize("text", ["1km run, 1m walk", "open run, 1m walk"])
def test_nothing_is_guessed(text: str) -> None:
    assert total_ms(parse(text), None) is None
    assert run_ms(parse(text), None) is None
    assert bout_ms(parse(text), None) is None


def test_an_open_run_stays_open_at_any_pace() -> None:
    assert run_ms(parse("open run"), 300) is None
    assert run_ms(parse("1m run, open walk"), 300) == MINUTE


@given(workouts, st.none() | st.integers(120, 1800))
def test_the_parts_are_not_more_than_the_whole(workout: Workout, pace: int | None) -> None:
    whole, runs, bout = total_ms(workout, pace), run_ms(workout, pace), bout_ms(workout, pace)
    if whole is not None:
        assert runs is not None
    if runs is None:
        assert bout is None
    else:
        assert bout is not None
        assert 0 <= bout <= runs <= (runs if whole is None else whole)


def stage(text: str, distance_cm: int | None) -> Stage:
    return Stage(id="a", title="A", sessions=(parse(text),), source="own", distance_cm=distance_cm)


@pytest.mark.parametrize(("pace", "rounds"), [(None, 9), (240, 1), (390, 2), (480, 3), (1800, 6)])
def test_rounds_are_counted_by_distance(pace: int | None, rounds: int) -> None:
    [session] = sessions_at(stage("5m warmup, 9x(3m run, 2m walk), 5m cooldown", MILE_CM), pace)
    assert format_workout(session) == f"5m warmup, {rounds}x(3m run, 2m walk), 5m cooldown"


def test_rounds_are_counted_only_where_the_stage_says_so() -> None:
    asis = stage("9x(3m run, 2m walk)", None)
    assert sessions_at(asis, 300) == asis.sessions
    twice = stage("2x(1m run), 2x(1m walk)", MILE_CM)
    assert sessions_at(twice, 300) == twice.sessions
    still = stage("2x(open run)", MILE_CM)
    assert sessions_at(still, 300) == still.sessions


@given(workouts, st.integers(1, 10_000_000), st.integers(120, 1800))
def test_counting_never_makes_a_workout_that_cannot_be_run(workout: Workout, distance_cm: int, pace: int) -> None:
    one = Stage(id="a", title="A", sessions=(workout,), source="own", distance_cm=distance_cm)
    [session] = sessions_at(one, pace)
    assert compile_timeline(Workout.model_validate(session.model_dump())).intervals


@pytest.mark.parametrize(
    ("written", "bout_s"),
    [
        ("8x(1m run, 1s walk)", 480),
        ("8x(1m run, 29s walk)", 480),
        ("8x(1m run, 30s walk)", 60),
        ("8x(1m run, 30s rest)", 60),
        ("8x(1m run, 10mtr walk)", 480),
        ("8x(1m run, 100mtr walk)", 60),
        ("8x(1m run, open walk)", 480),
        ("10m walk, 1m run, 1m run, 2m walk, 1m run", 120),
    ],
)
def test_a_walk_too_short_to_be_one_ends_no_bout(written: str, bout_s: int) -> None:
    for pace in (None, 360):
        assert bout_ms(parse(written), pace, LEAST_WALK_MS) == bout_s * 1000
