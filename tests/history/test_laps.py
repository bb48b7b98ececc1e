"""A session as laps: they account for all that was done, each at its time of day."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.history.laps import done_laps
from coach.history.runs import Moment
from coach.model.sheets import Lap, Stop
from coach.model.timeline import Timeline
from coach.session.events import PickedUp, SessionCreated, SessionEvent, Started
from coach.session.state import Command, CommandKind
from tests.session.rig import NS, SHORT, Rig, moves, timelines
from tests.session.test_engine_properties import Moves, play

K = CommandKind
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MS = timedelta(milliseconds=1)


def written(events: list[SessionEvent], late: int = 0) -> list[tuple[Moment, SessionEvent]]:
    """As the journal has them: by the wall clock, each up to ``late`` ms after its instant."""
    return [
        (Moment(utc=NOON + timedelta(microseconds=event.at_ns // 1000) + n % 3 * late * MS, zone="UTC"), event)
        for n, event in enumerate(events)
    ]


def lived(rig: Rig) -> list[SessionEvent]:
    return [SessionCreated(at_ns=0, workout=rig.timeline.workout), *rig.journal]


@given(timelines, moves, st.booleans())
@settings(max_examples=60)
def test_laps_and_stops_account_for_all_the_time(timeline: Timeline, moves: Moves, late: bool) -> None:
    rig = play(timeline, moves)
    if not rig.engine.state.phase.is_over:
        rig.attempt(Command(K.STOP))
    laps, stops = done_laps(written(lived(rig), 7 if late else 0))
    moving = sum((lap.moving for lap in laps), timedelta())
    spent = timedelta(microseconds=rig.engine.state.spent_ns / 1000)
    assert abs(moving - spent) <= len(laps) * timedelta(microseconds=2)
    for one, other in pairwise(laps):
        assert one.end == other.start
    for lap in laps:
        within = sum((min(s.end, lap.end) - max(s.start, lap.start) for s in stops if _meet(s, lap)), timedelta())
        assert abs(lap.end - lap.start - within - lap.moving) <= timedelta(microseconds=4)
        assert lap.interval is None or lap.intensity is timeline.intervals[lap.interval].intensity
    for one, other in pairwise(stops):
        assert one.end <= other.start


def _meet(stop: Stop, lap: Lap) -> bool:
    return stop.start < lap.end and lap.start < stop.end


def test_a_session_as_planned_is_its_timeline() -> None:
    rig = Rig(SHORT)
    rig.attempt(Command(K.START))
    rig.exactly_to(400 * NS)
    laps, stops = done_laps(written(lived(rig)))
    assert [lap.interval for lap in laps] == list(range(len(SHORT.intervals)))
    started = next(e for e in rig.journal if isinstance(e, Started))
    zero = NOON + timedelta(microseconds=(started.at_ns + started.lead_in_ns) / 1000)
    for lap, interval in zip(laps, SHORT.intervals, strict=True):
        assert lap.start - zero == (interval.start_ms or 0) * MS
        assert lap.moving == (interval.planned_ms or 0) * MS
    assert stops == ()


def test_pain_makes_a_lap_of_its_own() -> None:
    rig = Rig(SHORT)
    rig.attempt(Command(K.START))
    first = next(e for e in rig.journal if isinstance(e, Started)).lead_in_ns
    rig.exactly_to(first + 5 * NS)
    rig.attempt(Command(K.PAIN))
    rig.exactly_to(rig.now + 30 * NS)
    rig.attempt(Command(K.NEXT))
    rig.exactly_to(rig.now + 400 * NS)
    laps, _ = done_laps(written(lived(rig)))
    assert [lap.interval for lap in laps] == [0, None, *range(1, len(SHORT.intervals))]
    assert [lap.moving for lap in laps][:2] == [5_000 * MS, 30_000 * MS]
    assert laps[1].intensity.value == "recovery"


@pytest.mark.parametrize("set_back", [False, True])
def test_a_crash_is_a_stop(set_back: bool) -> None:
    """The session clock stood still for two minutes; a wall clock set back meanwhile makes no time."""
    rig = Rig(SHORT)
    rig.attempt(Command(K.START))
    first = next(e for e in rig.journal if isinstance(e, Started)).lead_in_ns
    rig.exactly_to(400 * NS)
    at_ns = first + 3 * NS
    events = lived(rig)
    cut = next(n for n, event in enumerate(events) if event.at_ns > at_ns)
    gap = timedelta(minutes=-30 if set_back else 2)
    shifted = [(m.model_copy(update={"utc": m.utc + gap}), event) for m, event in written(events)[cut:]]
    again = Moment(utc=NOON + timedelta(microseconds=at_ns / 1000) + gap, zone="UTC")
    laps, stops = done_laps([*written(events)[:cut], (again, PickedUp(at_ns=at_ns)), *shifted])
    assert sum((lap.moving for lap in laps), timedelta()) == (SHORT.total_ms or 0) * MS
    if set_back:
        assert stops == ()
    else:
        [stop] = stops
        assert stop.end - stop.start == gap
        assert laps[0].end - laps[0].start == laps[0].moving + gap
    assert all(one.end == other.start for one, other in pairwise(laps))


def test_what_is_no_session_is_an_error() -> None:
    with pytest.raises(ValueError, match="creation"):
        done_laps([])
