"""A mark of pain: it walks at once, can be taken back, and nothing in it runs again unasked."""

import pytest

from coach.errors import CommandRefused
from coach.model.cue import CueKind
from coach.session.events import IntervalEntered, IntervalLeft, PainMarked, PainWalkLeft, PainWithdrawn, Stopped
from coach.session.state import CommandKind, Phase
from tests.session.rig import NS, SHORT, Rig, plan, started

K = CommandKind


def test_a_pain_mark_walks_at_once_and_open_ended() -> None:
    rig, begin = started()
    rig.do(K.PAIN, at=begin + 8 * NS)
    assert rig.events[-2:] == [
        IntervalLeft(at_ns=rig.now, index=0, actual_ns=8 * NS, how="pain"),
        PainMarked(at_ns=rig.now, index=0),
    ]
    assert [c.kind for c in rig.cues[-2:]] == [CueKind.PAIN] * 2
    seen = len(rig.outputs)
    rig.exactly_to(rig.now + 3600 * NS)
    assert rig.outputs[seen:] == []
    picture = rig.engine.snapshot(rig.now)
    assert (picture.pain_walk, picture.remaining_ns, picture.done_ns) == (True, None, 3600 * NS)
    assert picture.current == SHORT.intervals[0]
    assert picture.following == SHORT.intervals[1]
    assert (picture.withdraw_ns, picture.pain_marks) == (0, 1)


def test_withdrawn_within_ten_seconds_the_interval_goes_on_where_it_was() -> None:
    rig, begin = started()
    rig.do(K.EXTEND, at=begin + NS, delta_ms=5_000).do(K.PAIN, at=begin + 8 * NS)
    assert rig.engine.snapshot(rig.now + 4 * NS).withdraw_ns == 6 * NS
    rig.do(K.WITHDRAW, at=begin + 18 * NS)
    assert rig.events[-2:] == [
        PainWithdrawn(at_ns=rig.now, walked_ns=10 * NS),
        IntervalEntered(at_ns=rig.now, index=0, done_ns=8 * NS),
    ]
    rig.exactly_to(rig.now + 17 * NS)
    assert rig.events[-2] == IntervalLeft(at_ns=begin + 35 * NS, index=0, actual_ns=25 * NS, how="completed")
    assert rig.engine.state.pain_marks_ns == ()
    assert [(a.index, a.actual_ns // NS, a.how) for a in rig.engine.state.actuals] == [
        (None, 10, "withdrawn"),
        (0, 25, "completed"),
    ]


def test_after_ten_seconds_the_mark_stands() -> None:
    rig, begin = started()
    rig.do(K.PAIN, at=begin + 8 * NS)
    with pytest.raises(CommandRefused, match="older than 10 seconds") as refused:
        rig.do(K.WITHDRAW, at=begin + 18 * NS + 1)
    assert refused.value.code == "late"
    assert rig.engine.state.pain_walk is not None


def test_in_a_rehearsal_there_are_ten_real_seconds_to_take_the_mark_back() -> None:
    rig = Rig(speed=26.0).do(K.START)
    begin = rig.engine.state.since_ns
    rig.do(K.PAIN, at=begin + 8 * NS)
    assert rig.engine.snapshot(rig.now + 200 * NS).withdraw_ns == 60 * NS
    late = Rig(speed=26.0).do(K.START).do(K.PAIN, at=begin + 8 * NS)
    with pytest.raises(CommandRefused):
        late.do(K.WITHDRAW, at=begin + 268 * NS + 1)
    rig.do(K.WITHDRAW, at=begin + 268 * NS)
    assert rig.engine.state.pain_marks_ns == ()
    slow = Rig(speed=0.5).do(K.START)
    slow.do(K.PAIN, at=slow.engine.state.since_ns + NS)
    assert slow.engine.snapshot(slow.now).withdraw_ns == 10 * NS


@pytest.mark.parametrize("kind", [K.BACK, K.REPEAT, K.EXTEND, K.PAIN])
def test_nothing_in_a_pain_walk_runs_again_but_next_and_withdraw(kind: CommandKind) -> None:
    rig, begin = started()
    rig.do(K.PAIN, at=begin + 8 * NS)
    with pytest.raises(CommandRefused, match="walking after a pain mark") as refused:
        rig.do(kind, at=begin + 9 * NS)
    assert "next goes on with the plan" in refused.value.remedy


def test_next_leaves_the_pain_walk_for_the_interval_after() -> None:
    rig, begin = started()
    rig.do(K.PAIN, at=begin + 8 * NS).do(K.NEXT, at=begin + 68 * NS)
    assert rig.events[-2:] == [
        PainWalkLeft(at_ns=rig.now, walked_ns=60 * NS),
        IntervalEntered(at_ns=rig.now, index=1),
    ]
    assert rig.engine.state.pain_marks_ns == (begin + 8 * NS,)


def test_pain_in_the_last_interval_then_next_finishes() -> None:
    rig, begin = started(timeline=plan(("run", 20)))
    rig.do(K.PAIN, at=begin + NS).do(K.NEXT, at=begin + 30 * NS)
    assert rig.engine.state.phase is Phase.FINISHED


def test_pause_in_a_pain_walk_keeps_it() -> None:
    rig, begin = started()
    rig.do(K.PAIN, at=begin + 8 * NS).do(K.PAUSE, at=begin + 20 * NS).do(K.RESUME, at=begin + 100 * NS)
    rig.do(K.STOP, at=begin + 110 * NS)
    assert rig.events[-2:] == [PainWalkLeft(at_ns=rig.now, walked_ns=22 * NS), Stopped(at_ns=rig.now)]


def test_pain_can_be_marked_while_paused_and_nothing_moves_until_resume() -> None:
    rig, begin = started()
    rig.do(K.PAUSE, at=begin + 8 * NS).do(K.PAIN, at=begin + 20 * NS)
    rig.exactly_to(begin + 500 * NS)
    assert rig.engine.state.phase is Phase.PAUSED
    assert rig.do(K.RESUME).engine.snapshot(rig.now + 5 * NS).done_ns == 5 * NS
