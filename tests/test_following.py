"""A second coach watches what the first one does."""

import pytest

from coach.errors import BadInput
from coach.following import Follower
from coach.session.events import CueReported, SessionEvent
from coach.session.state import CommandKind, Phase
from tests.fakes import MemoryJournal
from tests.session.rig import NS
from tests.test_runner import ID, Live, begun

K = CommandKind


def watch(live: Live) -> tuple[Follower, list[SessionEvent]]:
    told: list[SessionEvent] = []
    return Follower(live.journal, live.clock, listeners=[told.append]), told


def test_it_shows_the_same_picture_as_the_one_that_runs() -> None:
    live, begin = begun()
    follower, _ = watch(live)
    for at in (0.5, 3, 19.9, 20.1, 33, 90):
        live.to(begin + at)
        follower.poll()
        assert follower.snapshot() == live.runner.snapshot()
    live.do(K.PAUSE).to(begin + 95)
    follower.poll()
    assert follower.snapshot() == live.runner.snapshot()
    assert follower.timeline == live.timeline


def test_it_tells_what_happens_from_now_on_in_order() -> None:
    live, begin = begun()
    live.to(begin + 5)
    follower, told = watch(live)
    known = len(live.events)
    live.to(begin + 21).do(K.PAIN)
    follower.poll()
    live.to(begin + 30).do(K.STOP).to(begin + 60)
    assert follower.poll() is False
    assert told == live.events[known:]
    assert any(isinstance(event, CueReported) for event in told)
    assert (follower.is_over, follower.is_live) == (True, False)
    assert follower.state.phase is Phase.STOPPED


def test_between_polls_the_position_runs_on_and_stands_still_when_the_coach_died() -> None:
    live, begin = begun()
    live.to(begin + 5)
    follower, _ = watch(live)
    live.clock.advance(NS // 4)
    assert follower.snapshot().at_ns == live.runner.snapshot().at_ns
    live.clock.advance(100 * NS)  # no heartbeat any more
    follower.poll()
    beat = live.journal.heartbeat()
    assert beat is not None
    assert follower.snapshot().at_ns == beat.at_ns
    assert not follower.is_live


def test_at_speed_it_runs_on_as_fast() -> None:
    live = Live(speed=10.0)
    live.runner.step()
    live.do(K.START).to(2)
    follower, _ = watch(live)
    live.clock.advance(NS // 4)
    assert follower.snapshot().at_ns == live.runner.snapshot().at_ns


def test_it_goes_on_watching_after_a_take_over() -> None:
    live, begin = begun()
    live.to(begin + 5)
    follower, _told = watch(live)
    live.runner.request_hand_over("the other")
    live.runner.step()
    beat = live.journal.heartbeat()
    assert beat is not None
    second = Live(journal=live.journal, position_ns=beat.at_ns)
    second.to(3)
    follower = Follower(live.journal, second.clock)
    assert follower.snapshot() == second.runner.snapshot()


def test_between_two_coaches_the_position_stands_still() -> None:
    live, begin = begun()
    live.to(begin + 5)
    follower, _told = watch(live)
    live.runner.request_hand_over("the other")
    live.runner.step()
    left = live.runner.snapshot()
    live.clock.advance(NS)  # the other is still starting
    follower.poll()
    assert follower.is_live
    assert follower.snapshot() == left
    second = Live(journal=live.journal, position_ns=left.at_ns)
    second.clock = second.journal.clock = live.clock
    second.runner._clock = live.clock
    second.runner.step()
    live.clock.advance(NS // 4)
    follower.poll()
    assert follower.snapshot().at_ns == left.at_ns + NS // 4


def test_nothing_live_is_said_plainly() -> None:
    with pytest.raises(BadInput, match="no session is live"):
        Follower(MemoryJournal(), Live().clock)
    with pytest.raises(BadInput, match="not in the journal"):
        Follower(MemoryJournal(), Live().clock, ID)
