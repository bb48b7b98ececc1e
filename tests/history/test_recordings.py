"""What a watch recorded of a run: one run, with the cautious figures, and the gate hears of it."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from coach.coaching.recorded import run_recorded
from coach.gate.facts import Run
from coach.history.events import RunRecorded, RunReported, RunWithdrawn
from coach.model.decision import Outcome
from tests.history.test_standing import MINUTE, Story, at

HASH = "0" * 64


def recording(start: datetime, minutes: int, **more: Any) -> RunRecorded:
    figures: dict[str, Any] = {
        "known_start": start, "start": start, "end": start + timedelta(minutes=34), "zone": "UTC",
        "run_ms": minutes * MINUTE, "bout_ms": MINUTE, "originals": (HASH,),
    }  # fmt: skip
    return RunRecorded.model_validate(figures | more)


def by_watch(minutes: int, **more: Any) -> Story:
    """Nobody but the watch knew of the run; it was rated all the same."""
    story = Story()
    story.morning(0)
    run = story.tell(recording(at(0), minutes, **more), at(0, 18.7))
    story.after(run, 0)
    story.morning(1)
    return story


def test_a_run_by_watch_that_kept_to_the_plan_is_a_good_session() -> None:
    found = by_watch(8).decide(at(1))
    assert not {"G21", "G28", "G12"} & set(found.codes)
    [run] = by_watch(8).standing().runs
    assert (run.done_ms, run.planned_ms) == (8 * MINUTE, None)


def test_two_runs_by_watch_advance() -> None:
    story = by_watch(8)
    story.morning(2)
    run = story.tell(recording(at(2), 8), at(2, 18.7))
    story.after(run, 2)
    story.morning(3)
    story.morning(4)
    found = story.decide(at(4))
    assert (found.outcome, found.stage) == (Outcome.ADVANCE, 1)


def test_a_run_by_watch_that_was_too_long_is_over_the_plan() -> None:
    found = by_watch(20).decide(at(1))
    assert {"G21", "G28"} <= set(found.codes)


def test_one_while_the_gate_was_closed_is_not_unlocked() -> None:
    story = by_watch(8)
    run = story.tell(recording(at(0, 21), 8), at(0, 22))
    story.after(run, 0.2)
    assert "G28" in story.decide(at(1)).codes


def test_the_watch_saw_more_running_than_the_coach() -> None:
    story = Story()
    story.morning(0)
    run = story.run(0)
    story.after(run, 0)
    story.morning(1)
    assert "G21" not in story.decide(at(1)).codes
    story.tell(recording(at(0), 12, run=run, distance_m=4000), at(1, 8))
    found = story.decide(at(1))
    assert "G21" in found.codes
    [known] = story.standing().runs
    assert (known.id, known.done_ms, known.distance_m) == (run, 12 * MINUTE, 4000)


def test_what_was_told_and_recorded_is_one_run() -> None:
    story = Story()
    told = RunReported(start=at(0), end=at(0, 18.5), zone="UTC", run_ms=8 * MINUTE, distance_m=3000)
    run = story.tell(told, at(0, 19))
    story.tell(recording(at(0), 6, run=run, distance_m=3500), at(0, 20))
    [known] = story.standing().runs
    assert (known.id, known.done_ms, known.distance_m) == (run, 8 * MINUTE, 3000)


def test_a_recording_in_which_nobody_ran_is_no_run() -> None:
    story = Story()
    story.tell(recording(at(0), 0, bout_ms=0), at(0, 20))
    assert story.standing().runs == []


def test_a_recording_is_taken_back_within_ten_minutes_unless_it_is_rated() -> None:
    for minutes, rated, left in ((5, False, 0), (15, False, 1), (5, True, 1)):
        story = Story()
        kept = story.tell(recording(at(0), 8), at(0, 20))
        if rated:
            story.after(kept, 0.1)
        story.tell(RunWithdrawn(run=kept, start=at(0)), at(0, 20) + timedelta(minutes=minutes))
        assert len(story.standing().runs) == left


@given(
    day=st.integers(0, 6),
    minutes=st.integers(0, 40),
    bout=st.integers(0, 40),
    lasted=st.integers(1, 90),
)
def test_a_recording_of_a_known_run_never_permits_more(day: int, minutes: int, bout: int, lasted: int) -> None:
    story = Story()
    for each in (0, 2, 4, 6):
        story.good(each)
    story.morning(8)
    without = story.decide(at(8))
    start = at(day)
    run = story.runs[day // 2].session
    kept = recording(
        start, minutes, run=run, bout_ms=min(bout, minutes) * MINUTE, end=start + timedelta(minutes=lasted)
    )
    story.tell(kept, at(7))
    found = story.decide(at(8))
    assert (found.stage, found.is_open) <= (without.stage, without.is_open)
    assert found.opens_at is None or without.opens_at is None or found.opens_at >= without.opens_at


def test_a_recording_is_of_the_run_it_shares_most_time_with() -> None:
    runs = [
        Run(id="a", start=at(0), end=at(0, 18.5)),
        Run(id="b", start=at(0, 19), end=at(0, 19.5)),
    ]
    assert run_recorded(runs, at(0, 18.1), at(0, 18.6)) == runs[0]
    assert run_recorded(runs, at(0, 18.9), at(0, 20)) == runs[1]
    assert run_recorded(runs, at(0, 18.4), at(0, 18.9)) is None
    assert run_recorded([], at(0), at(1)) is None
