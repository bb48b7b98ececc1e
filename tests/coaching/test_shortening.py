"""The build phase's cap on today's session."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.coaching.shortening import shortened
from coach.model.build import build_stages
from coach.model.durations import MS_PER_MINUTE
from coach.model.estimate import bout_ms, run_ms
from coach.model.syntax import parse
from coach.model.workout import Workout
from tests.model.workouts import timed_workouts, workouts

PACE = 360


@given(timed_workouts | workouts, st.integers(1, 3 * 3600 * 1000))
def test_a_capped_session_is_within_the_cap_and_its_longest_bout_no_longer_than_before(
    workout: Workout, cap_ms: int
) -> None:
    found = shortened(workout, cap_ms, PACE)
    before, after = run_ms(workout, PACE), run_ms(found, PACE)
    if before is None:
        assert found == workout
        return
    assert after is not None
    assert after <= min(cap_ms, before)
    assert after or not before
    bouts = bout_ms(found, PACE), bout_ms(workout, PACE)
    assert bouts[0] is not None
    assert bouts[1] is not None
    assert bouts[0] <= bouts[1]
    assert Workout.model_validate(found.model_dump()) == found


@pytest.mark.parametrize("cap", [44, 40, 38, 33, 5])
@pytest.mark.parametrize("name", ["speed-1", "speed-2"])
def test_a_session_with_quicker_stretches_is_never_made_longer(name: str, cap: int) -> None:
    stages = build_stages(former_weekly_m=40_000, pace_s_per_km=PACE)
    session = next(stage for stage in stages if stage.id == name).sessions[0]
    found = run_ms(shortened(session, cap * MS_PER_MINUTE), None)
    assert found is not None
    assert (cap - 1) * MS_PER_MINUTE <= found <= cap * MS_PER_MINUTE


@pytest.mark.parametrize(
    ("written", "cap_s", "left"),
    [
        ("5m walk, 33m run, 5m walk", 40 * 60, "5m walk, 33m run, 5m walk"),
        ("5m walk, 33m run, 5m walk", 31 * 60 + 5, "5m walk, 31m run, 5m walk"),
        ("5m walk, 20m run, 20m run, 5m walk", 33 * 60, "5m walk, 20m run, 13m run, 5m walk"),
        ("5m walk, 8x(4m run, 1m walk), 5m walk", 22 * 60, "5m walk, 5x(4m run, 1m walk), 2m run, 5m walk"),
        ("8x(4m run, 1m walk)", 24 * 60 + 30, "6x(4m run, 1m walk)"),
        ("5m run", 45, "45s run"),
        ("5km run, 5m walk", 20 * 60, "20m run, 5m walk"),
    ],
)
def test_a_session_breaks_off_where_the_cap_is_reached(written: str, cap_s: int, left: str) -> None:
    assert shortened(parse(written), cap_s * 1000, PACE).steps == parse(left).steps


def test_without_a_cap_or_without_a_known_time_a_session_stays() -> None:
    assert shortened(parse("33m run"), None) == parse("33m run")
    assert shortened(parse("5km run"), 60_000) == parse("5km run")
