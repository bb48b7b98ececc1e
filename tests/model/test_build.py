"""The build phase: duration, frequency, hills, speed; and the limits that hold from each stage to the next."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.library.sources import shipped_sources
from coach.model.build import FROM_MS, LONGEST_MS, TO_MS, build_stages
from coach.model.durations import MS_PER_MINUTE
from coach.model.estimate import bout_ms, run_ms
from coach.model.protocol import Stage, StagePhase, Terrain

MINUTE = MS_PER_MINUTE

any_runner = {
    "longest_ms": st.integers(0, 4 * 60 * MINUTE),
    "former_weekly_m": st.none() | st.integers(1, 500_000),
    "pace_s_per_km": st.none() | st.integers(120, 1800),
}


def longest(stage: Stage) -> int:
    return max(bout_ms(session, None) or 0 for session in stage.sessions)


def week(stage: Stage) -> int:
    """A stage is a week: its good sessions are done once."""
    return sum(run_ms(stage.session(good), None) or 0 for good in range(stage.good_sessions))


def kinds(stages: tuple[Stage, ...]) -> list[str]:
    return list(dict.fromkeys(stage.id.rpartition("-")[0] for stage in stages))


def test_the_order_is_duration_frequency_hills_speed() -> None:
    stages = build_stages()
    assert kinds(stages) == ["duration", "frequency", "hills", "speed"]
    assert [stage.phase for stage in stages if stage.id.startswith("speed")] == [StagePhase.SPEED] * 2
    assert {stage.phase for stage in stages if not stage.id.startswith("speed")} == {StagePhase.BUILD}
    assert all((stage.terrain is Terrain.HILLS) == stage.id.startswith("hills") for stage in stages)


def test_thirty_minutes_grow_to_forty_five_over_eight_weeks_of_alternate_days() -> None:
    weeks = [stage for stage in build_stages() if stage.id.startswith("duration")]
    assert [longest(stage) // MINUTE for stage in weeks] == [31, 33, 35, 37, 39, 41, 43, 45]
    assert all((stage.rest_days, stage.weekly_max) == (1, 3) for stage in weeks)
    assert all(stage.source == "bwh-2007" for stage in weeks)


def test_days_follow_each_other_only_after_eight_weeks_of_alternate_days() -> None:
    for stage in build_stages():
        assert (stage.rest_days == 0) == (stage.weeks_alternate == 8)


def test_hills_and_speed_wait_for_the_former_weekly_distance() -> None:
    fractions = {stage.id: stage.weekly_fraction for stage in build_stages() if stage.weekly_fraction is not None}
    assert fractions == {"hills-1": 0.5, "hills-2": 0.5, "speed-1": 0.6, "speed-2": 0.6}


def test_a_speed_session_runs_no_longer_than_the_others() -> None:
    stages = {stage.id: stage for stage in build_stages()}
    assert week(stages["speed-2"]) == week(stages["hills-2"]) == 5 * 45 * MINUTE
    assert [session.name for session in stages["speed-1"].sessions].count("Build: 4 times 20 s quicker") == 1


@given(**any_runner)  # pyright: ignore
def test_nothing_grows_by_more_than_a_tenth(
    longest_ms: int, former_weekly_m: int | None, pace_s_per_km: int | None
) -> None:
    stages = build_stages(longest_ms=longest_ms, former_weekly_m=former_weekly_m, pace_s_per_km=pace_s_per_km)
    reached = max(longest_ms, MINUTE / 1.1)
    for stage in stages:
        assert longest(stage) <= 1.1 * reached
        reached = max(reached, longest(stage))
    weeks = [week(stage) for stage in stages if stage.phase is not StagePhase.WALKRUN]
    for before, after in pairwise([3 * max(FROM_MS, longest_ms), *weeks]):
        assert after <= 1.1 * before
    assert len({stage.id for stage in stages}) == len(stages) < 100
    assert kinds(stages)[-4:] == ["duration", "frequency", "hills", "speed"]
    assert all(stage.sources and set(stage.sources) <= set(shipped_sources()) for stage in stages)


@given(longest_ms=st.integers(0, FROM_MS - 1))
def test_below_thirty_minutes_it_goes_there_first(longest_ms: int) -> None:
    towards = [stage for stage in build_stages(longest_ms=longest_ms) if stage.phase is StagePhase.WALKRUN]
    assert longest(towards[-1]) == FROM_MS
    assert all(longest(before) < longest(after) for before, after in pairwise(towards))


@given(former=st.integers(1_000, 160_000), pace=st.integers(180, 600))
def test_the_weeks_come_to_sixty_percent_of_the_former_ones_and_not_above_them(former: int, pace: int) -> None:
    stages = build_stages(former_weekly_m=former, pace_s_per_km=pace)
    most = max(week(stage) for stage in stages)
    former_ms = former * pace
    # Whole minutes for each of five runs may be missing.
    assert most <= max(former_ms, 3 * TO_MS)
    if longest(stages[-1]) < LONGEST_MS:
        assert most >= 0.6 * former_ms or former_ms - most < 5 * MINUTE


@pytest.mark.parametrize(("former_km", "runs"), [(10, (5, 27)), (30, (5, 39)), (60, (5, 49)), (100, (5, 82))])
def test_the_last_week_by_the_former_one(former_km: int, runs: tuple[int, int]) -> None:
    last = build_stages(former_weekly_m=former_km * 1000, pace_s_per_km=390)[-1]
    assert (last.good_sessions, max(run_ms(session, None) or 0 for session in last.sessions) // MINUTE) == runs
