"""What a watch recorded of a run: one run, with the cautious figures, and the gate hears of it."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from coach.gate.facts import Run
from coach.history.events import DateCorrected, RunRecorded, RunReported, RunWithdrawn
from coach.history.run_book import run_recorded
from coach.model.decision import Outcome
from tests.history.test_standing import MINUTE, Story, at, in_the_build_phase

HASH = "0" * 64


def recording(start: datetime, minutes: int, **more: Any) -> RunRecorded:
    figures: dict[str, Any] = {
        "start": start, "end": start + timedelta(minutes=34), "zone": "UTC", "run_ms": minutes * MINUTE,
        "bout_ms": min(minutes, 1) * MINUTE, "sure_ms": minutes * MINUTE, "original": HASH, "sport": "running",
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
    story.tell(recording(at(0), 12, distance_m=4000), at(1, 8))
    found = story.decide(at(1))
    assert "G21" in found.codes
    [known] = story.standing().runs
    assert (known.id, known.done_ms, known.distance_m) == (run, 12 * MINUTE, 4000)


def test_what_was_told_and_recorded_is_one_run() -> None:
    story = Story()
    told = RunReported(start=at(0), end=at(0, 18.5), zone="UTC", run_ms=8 * MINUTE, distance_m=3000)
    run = story.tell(told, at(0, 19))
    story.tell(recording(at(0), 6, distance_m=3500), at(0, 20))
    [known] = story.standing().runs
    assert (known.id, known.done_ms, known.distance_m) == (run, 8 * MINUTE, 3000)


def test_a_recording_in_which_nobody_ran_is_no_run() -> None:
    story = Story()
    story.tell(recording(at(0), 0), at(0, 20))
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
    sure=st.integers(0, 40),
    lasted=st.integers(1, 90),
    sport=st.sampled_from(["running", "walking", "cycling", ""]),
    figures=st.integers(0, 12),
    ran=st.booleans(),
)
def test_one_more_recording_never_permits_more(
    day: int, minutes: int, sure: int, lasted: int, sport: str, figures: int, ran: bool
) -> None:
    """Whether a coach ran those, or a watch alone knows of them; and no run vanishes by it."""
    story = Story()
    for each in (0, 2, 4, 6):
        if ran:
            story.good(each)
            continue
        story.morning(each)
        run = story.tell(recording(at(each), 8, figures=5, laps=3), at(each, 18.9))
        story.after(run, each)
        story.morning(each + 1)
    story.morning(8)
    without, before = story.decide(at(8)), story.standing().runs
    kept = recording(
        at(day, 17.8), minutes, bout_ms=0, sure_ms=min(sure, minutes) * MINUTE, sport=sport, figures=figures,
        end=at(day, 17.8) + timedelta(minutes=lasted), original="1" * 64,
    )  # fmt: skip
    story.tell(kept, at(7))
    found = story.decide(at(8))
    assert (found.stage, found.is_open) <= (without.stage, without.is_open)
    assert found.opens_at is None or without.opens_at is None or found.opens_at >= without.opens_at
    assert sum(run.done_ms for run in story.standing().runs) >= sum(run.done_ms for run in before)


def test_no_ride_takes_a_run_and_what_was_said_of_it_away() -> None:
    story = Story()
    run = story.tell(recording(at(0), 8, sport="running"), at(0, 19))
    story.after(run, 0, during=7)
    for number, sport in enumerate(("cycling", "walking"), 1):
        longer = recording(at(0, 17.9), 0, end=at(0, 20), sport=sport, figures=9, original=str(number) * 64)
        story.tell(longer, at(0, 21))
    assert [each.id for each in story.standing().runs] == [run]
    assert "G5" in story.decide(at(1)).codes


def test_the_same_file_from_two_machines_is_one_run_with_all_its_answers() -> None:
    story = Story()
    one = story.tell(recording(at(0), 8), at(0, 19))
    other = story.tell(recording(at(0), 8), at(0, 19.1))
    story.after(other, 0, during=7)
    assert [each.id for each in story.standing().runs] == [one]
    assert "G5" in story.decide(at(1)).codes


def test_two_halves_and_the_whole_are_one_run() -> None:
    halves = [recording(at(0), 4, end=at(0, 18.25)), recording(at(0, 18.25), 4, end=at(0, 18.5), original="1" * 64)]
    whole = recording(at(0), 8, end=at(0, 18.5), original="2" * 64)
    for order in ((*halves, whole), (whole, *halves)):
        story = Story()
        for kept in order:
            story.tell(kept, at(0, 20))
        assert [run.done_ms for run in story.standing().runs] == [8 * MINUTE]


def test_a_run_that_was_told_for_another_day_leaves_its_recording_behind() -> None:
    story = Story()
    told = story.tell(RunReported(start=at(6), end=at(6, 18.5), zone="UTC", run_ms=8 * MINUTE), at(6, 19))
    story.tell(recording(at(6), 8), at(6, 20))
    assert len(story.standing().runs) == 1
    story.tell(DateCorrected(event=told, at=at(3), slip=True), at(6, 20))
    assert [run.start for run in story.standing().runs] == [at(3), at(6)]


def test_running_beyond_the_plan_raises_no_limit() -> None:
    for minutes, limit in ((11, 12.1), (40, 11)):
        story = in_the_build_phase(11)
        if minutes > 11:
            story.tell(recording(at(8), minutes, bout_ms=minutes * MINUTE), at(9, 8))
        found = story.decide(at(9))
        assert found.cap_ms == limit * MINUTE


def test_a_recording_is_of_the_run_it_shares_most_time_with() -> None:
    runs = [
        Run(id="a", start=at(0), end=at(0, 18.5)),
        Run(id="b", start=at(0, 19), end=at(0, 19.5)),
    ]
    assert run_recorded(runs, at(0, 18.1), at(0, 18.6)) == runs[0]
    assert run_recorded(runs, at(0, 18.9), at(0, 20)) == runs[1]
    assert run_recorded(runs, at(0, 18.4), at(0, 18.9)) is None
    assert run_recorded([], at(0), at(1)) is None


def test_of_two_recordings_of_one_run_the_one_that_tells_most_counts() -> None:
    for first, then in (("fit", "gpx"), ("gpx", "fit")):
        story = Story()
        figures = {
            "fit": recording(at(0), 8, form="fit", steps=True, figures=6, records=2000),
            "gpx": recording(at(0), 34, form="gpx", sure_ms=5 * MINUTE, figures=3, records=2000, original="1" * 64),
        }
        run = story.tell(figures[first], at(0, 19))
        story.tell(figures[then], at(0, 20))
        [known] = story.standing().runs
        assert (known.id, known.done_ms) == (run, 8 * MINUTE)
