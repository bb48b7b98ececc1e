"""What a recording comes to: bouts as the live session counts them, steps, and how form changed."""

from dataclasses import replace

import pytest

from coach.history.matching.gait import track
from coach.history.matching.ran import Drift, Ran, ran
from coach.model.activity import Activity
from tests.history.matching.recordings import R, S, W, bare, paused, recorded


def figures(activity: Activity) -> Ran:
    return ran(track(activity))


@pytest.mark.parametrize(
    ("walk", "bout"),
    [((W, 24), 120_000), ((W, 36), 60_000), ((S, 36), 60_000)],
    ids=["a walk of less than half a minute", "one of more", "standing"],
)
def test_half_a_minute_of_walking_ends_a_bout(walk: tuple[str, int], bout: int) -> None:
    assert figures(recorded((W, 60), (R, 60), walk, (R, 60), (W, 60))).bout_ms == pytest.approx(bout, abs=3000)


def test_a_walk_and_a_stop_together_end_a_bout() -> None:
    found = figures(recorded((R, 60), (W, 20), (S, 20), (R, 60)))
    assert found.bout_ms == pytest.approx(60_000, abs=3000)


def test_the_watch_s_stops_end_no_bout() -> None:
    assert figures(paused(recorded((R, 300)), 100, 200)).bout_ms == 200_000


def test_all_time_on_the_timer_is_accounted_for() -> None:
    found = figures(paused(recorded((W, 120), (R, 60), (S, 30), (R, 60), (W, 60)), 250, 280))
    assert found.run_ms + found.walked_ms + found.stood_ms == 300_000
    assert found.run_ms == found.sure_run_ms + found.doubtful_ms


def test_steps_and_metres_of_running_alone() -> None:
    found = figures(recorded((W, 120), (R, 100), (W, 60)))
    assert found.steps == pytest.approx(270, abs=8)
    assert found.run_distance_m == pytest.approx(240, abs=8)
    assert found.distance_m == pytest.approx(180 * 1.4 + 240, abs=4)
    assert found.means.cadence == pytest.approx(162, abs=2)
    assert found.means.heart_rate == pytest.approx(150, abs=2)


def test_missed_steps_are_made_up_for_and_none_are_made_out_of_nothing() -> None:
    whole = recorded((R, 200))
    half = replace(whole, records=tuple(r._replace(cadence=None) if n % 2 else r for n, r in enumerate(whole.records)))
    assert figures(half).steps == 540
    assert figures(bare(whole, "cadence")).steps is None


def tiring(seconds: int) -> Activity:
    whole = recorded((W, 60), (R, seconds), (W, 60))
    return replace(
        whole,
        records=tuple(
            r._replace(cadence=162 - 6 * n / seconds, stance_ms=260 + 30 * n / seconds, balance_left=50 + n / seconds)
            if r.cadence == 162
            else r
            for n, r in enumerate(whole.records)
        ),
    )


def test_drift_is_the_last_third_less_the_first() -> None:
    drift = figures(tiring(600)).drift
    assert drift.cadence == pytest.approx(-4, abs=0.3)
    assert drift.stance_ms == pytest.approx(20, abs=1)
    assert drift.balance_left == pytest.approx(2 / 3, abs=0.05)


def test_of_a_short_run_no_drift_is_told() -> None:
    assert figures(tiring(150)).drift == Drift()
    assert figures(bare(tiring(600), "stance_ms")).drift.stance_ms is None
