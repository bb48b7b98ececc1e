"""A session in brief, from the events a real engine gives."""

from datetime import UTC, datetime, timedelta

import pytest

from coach.history.runs import Moment, RunFacts, run_facts
from coach.model.syntax import parse
from coach.session.events import (
    Finished,
    IntervalEntered,
    IntervalLeft,
    PainMarked,
    PainWalkLeft,
    PainWithdrawn,
    Paused,
    PickedUp,
    Resumed,
    SessionCreated,
    SessionEvent,
    Started,
    Stopped,
)

NS = 1_000_000_000
START = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


def facts(text: str, *events: SessionEvent, speed: float = 1, scratch: bool = False) -> RunFacts:
    created = SessionCreated(at_ns=0, workout=parse(text), speed=speed, scratch=scratch)
    told = [(Moment(utc=START + timedelta(seconds=e.at_ns / NS), zone="Europe/Berlin"), e) for e in (created, *events)]
    return run_facts("S", told)


def left(index: int, seconds: int, at: int, how: str = "completed") -> IntervalLeft:
    return IntervalLeft.model_validate({"at_ns": at * NS, "index": index, "actual_ns": seconds * NS, "how": how})


def test_a_whole_session() -> None:
    found = facts(
        "1m walk, 2x(1m run, 30s walk)", Started(at_ns=0, lead_in_ns=NS), left(0, 60, 61), left(1, 60, 121),
        left(2, 30, 151), left(3, 60, 211), left(4, 30, 241), Finished(at_ns=241 * NS),
    )  # fmt: skip
    assert (found.planned_ms, found.done_ms, found.bout_ms, found.walked_ms) == (120_000, 120_000, 60_000, 120_000)
    assert (found.counts, found.over, found.finished, found.zone) == (True, True, True, "Europe/Berlin")
    assert (found.start, found.end) == (START + timedelta(seconds=1), START + timedelta(seconds=241))


def test_runs_without_a_walk_between_are_one_bout() -> None:
    found = facts("1m run, 2m run, 1m walk, 1m run", Started(at_ns=0), left(0, 60, 60), left(1, 120, 180))
    assert (found.done_ms, found.bout_ms) == (180_000, 180_000)
    assert not found.over


@pytest.mark.parametrize(("walked", "bout"), [(0, 120_000), (29, 120_000), (30, 60_000), (120, 60_000)])
def test_a_walk_that_was_skipped_makes_no_two_bouts_of_one(walked: int, bout: int) -> None:
    told = left(0, 60, 60), left(1, walked, 60 + walked, "next"), left(2, 60, 120 + walked)
    found = facts("1m run, 2m walk, 1m run", Started(at_ns=0), *told)
    assert (found.done_ms, found.bout_ms) == (120_000, bout)


def test_what_is_under_way_counts_as_far_as_it_is_known() -> None:
    found = facts("1m walk, 9m run", Started(at_ns=0), left(0, 60, 60), IntervalEntered(at_ns=60 * NS, index=1))
    assert found.done_ms == 0
    assert not found.counts


def test_pain_counts_even_if_nothing_was_run_and_a_withdrawn_mark_does_not() -> None:
    marked = (Started(at_ns=0), left(0, 10, 10, "pain"), PainMarked(at_ns=10 * NS, index=0))
    found = facts("1m walk, 1m run", *marked, PainWalkLeft(at_ns=30 * NS, walked_ns=20 * NS), Stopped(at_ns=30 * NS))
    assert (found.pain_marks, found.counts, found.finished) == (1, True, False)
    found = facts("1m walk, 1m run", *marked, PainWithdrawn(at_ns=15 * NS, walked_ns=5 * NS), Stopped(at_ns=16 * NS))
    assert (found.pain_marks, found.counts) == (0, False)


def test_a_rehearsal_counts_only_in_a_scratch_journal() -> None:
    events = (Started(at_ns=0), left(0, 60, 60), Finished(at_ns=60 * NS))
    assert not facts("1m run", *events, speed=10).counts
    assert facts("1m run", *events, speed=10, scratch=True).counts


def test_never_started_is_no_run() -> None:
    found = facts("1m run", Stopped(at_ns=NS))
    assert (found.start, found.counts) == (None, False)


def test_distance_gives_no_planned_time() -> None:
    assert facts("400mtr run, 1m run", Started(at_ns=0)).planned_ms is None


def told(*events: tuple[float, SessionEvent]) -> RunFacts:
    """Each event with the minute of the wall clock at which it was written."""
    created = SessionCreated(at_ns=0, workout=parse("9m run, 9m run"))
    moments = [(Moment(utc=START + timedelta(minutes=m), zone="UTC"), e) for m, e in ((0, created), *events)]
    return run_facts("S", moments)


def test_a_run_that_went_on_after_a_long_break_began_when_it_went_on() -> None:
    """Gap and load count from the running that truly was last; a take-over or a red light is no break."""
    first = (0, Started(at_ns=0)), (9, left(0, 540, 540)), (9, IntervalEntered(at_ns=540 * NS, index=1))
    for minute, began in ((9.5, 0), (19, 0), (19.5, 19.5), (100, 100)):
        found = told(
            *first, (minute, PickedUp(at_ns=541 * NS)), (minute + 9, left(1, 540, 1081)),
            (minute + 9, Finished(at_ns=1081 * NS)),
        )  # fmt: skip
        assert found.start == START + timedelta(minutes=began)
        assert (found.end, found.done_ms) == (START + timedelta(minutes=minute + 9), 1_080_000)
    for minute, began in ((14, 0), (60, 60)):
        found = told(
            *first, (10, Paused(at_ns=600 * NS)), (minute, Resumed(at_ns=round(minute * 60) * NS)),
            (minute + 8, left(1, 540, round(minute * 60) + 480)),
        )  # fmt: skip
        assert found.start == START + timedelta(minutes=began)


def test_a_coach_that_was_taken_over_while_long_under_way_is_no_break() -> None:
    """Between two events lie minutes of running: the session clock ran on."""
    found = told((0, Started(at_ns=0)), (0, IntervalEntered(at_ns=0, index=0)), (12, PickedUp(at_ns=11 * 60 * NS)))
    assert found.start == START


def test_a_clock_set_back_in_a_break_moves_no_start_back() -> None:
    found = told((0, Started(at_ns=0)), (5, Paused(at_ns=300 * NS)), (-60, Resumed(at_ns=4000 * NS)))
    assert found.start == START


def test_a_session_without_its_beginning_is_refused() -> None:
    with pytest.raises(ValueError, match="does not begin"):
        run_facts("S", [(Moment(utc=START, zone="UTC"), Started(at_ns=0))])
