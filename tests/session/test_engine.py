"""Single stories of a session: what is said and done, when."""

import dataclasses
import itertools

import pytest

from coach.errors import CommandRefused
from coach.model.cue import BEEP, CueKind, Speech
from coach.model.workout import Workout
from coach.session.agenda import MARGIN_NS
from coach.session.events import (
    Extended,
    Finished,
    IntervalEntered,
    IntervalLeft,
    Paused,
    SessionEvent,
    Stopped,
)
from coach.session.fold import apply, fold
from coach.session.outputs import CuesCancelled
from coach.session.state import Command, CommandKind, Phase, SessionState, Snapshot
from tests.fakes import spoken_ns
from tests.session.rig import NS, RUN, SEED, SHORT, Rig, compile_timeline, plan, started, step

K = CommandKind


def kinds(rig: Rig) -> list[str]:
    return [event.kind for event in rig.events]


def test_the_seed_session_left_alone_runs_to_its_end() -> None:
    rig, begin = started(timeline=SEED)
    rig.exactly_to(3 * 3600 * NS)
    assert rig.events[-1] == Finished(at_ns=begin + 34 * 60 * NS)
    assert [a.actual_ns // NS for a in rig.engine.state.actuals] == [300, *[60, 120] * 8, 300]
    assert rig.engine.next_timer() is None
    assert "Run 1 of 8, one minute." in rig.said()
    assert rig.said()[-1] == [c.label for c in rig.cues if c.kind is CueKind.FINISH][-1]
    earcons = [cue for cue in rig.cues if cue.kind is CueKind.EARCON]
    assert [cue.interval for cue in earcons] == list(range(18))
    assert all(cue.at_ns == begin + (SEED.intervals[i].start_ms or 0) * 1_000_000 for i, cue in enumerate(earcons))


def test_the_lead_in_is_silent_first_and_long_enough_for_what_is_said() -> None:
    rig, begin = started(press_start=True, lead_in_ns=2 * NS)
    rig.exactly_to(begin + NS)
    start = [(cue, cue.at_ns, end) for cue, _, end in rig.heard() if cue.kind is CueKind.START]
    assert isinstance(start[-1][0].sound, Speech)
    assert "at the beep" in start[-1][0].label
    assert start[0][1] == 2 * NS
    beep = next(cue for cue in rig.cues if cue.kind is CueKind.EARCON)
    assert beep.at_ns == begin
    assert begin - start[-1][2] == NS // 2
    assert all(cue.at_ns >= begin for cue in rig.cues if cue.kind is not CueKind.START)


def test_without_a_start_cue_the_lead_in_is_just_the_silence() -> None:
    rig, begin = started(preset="minimal", lead_in_ns=NS)
    assert begin == NS
    assert rig.exactly_to(begin).events[-1] == IntervalEntered(at_ns=NS, index=0)


@pytest.mark.parametrize("speed", [1.0, 26.0])
def test_a_lead_in_of_nothing_begins_at_once(speed: float) -> None:
    rig, begin = started(preset="minimal", lead_in_ns=0, speed=speed)
    assert begin == 0
    assert kinds(rig) == ["started", "interval_entered"]


def test_pause_keeps_what_is_left_of_the_lead_in() -> None:
    rig, begin = started(press_start=True)
    rig.do(K.PAUSE, at=begin - NS)
    assert rig.engine.snapshot(rig.now).remaining_ns == NS
    rig.do(K.RESUME, at=500 * NS).exactly_to(501 * NS)
    assert rig.events[-1] == IntervalEntered(at_ns=501 * NS, index=0)
    assert [c.at_ns for c, _, _ in rig.heard() if c.kind is CueKind.EARCON] == [501 * NS]


def test_after_a_paused_lead_in_the_session_is_as_any_other() -> None:
    rig, begin = started()
    rig.do(K.PAUSE, at=begin - NS).do(K.RESUME, at=begin + 10 * NS).do(K.NEXT, at=begin + 15 * NS)
    rig.do(K.PAUSE, at=begin + 20 * NS)
    assert rig.engine.snapshot(rig.now).current == SHORT.intervals[1]
    assert rig.engine.snapshot(rig.now).remaining_ns == 25 * NS


def test_a_command_that_was_asked_before_a_boundary_but_read_after_it_happens_after_it() -> None:
    rig, begin = started()
    rig.exactly_to(begin + 21 * NS)
    rig.engine.command(Command(K.PAUSE), begin + 19 * NS)
    rig.jump_to(rig.now)
    assert rig.events[-1] == Paused(at_ns=begin + 21 * NS)


def test_what_is_said_on_resume_displaces_what_would_sound_over_it() -> None:
    rig, begin = started()
    rig.do(K.PAUSE, at=begin + 13 * NS).do(K.RESUME, at=begin + 30 * NS).exactly_to(begin + 60 * NS)
    # seven seconds are left: the warning was cut, the first counts fall into "go on"
    resume = next((at, end) for cue, at, end in rig.heard() if cue.kind is CueKind.RESUME and cue.label[0] != "[")
    counts = [cue.at_ns for cue in rig.cues if cue.kind is CueKind.COUNTDOWN and cue.at_ns > resume[0]]
    assert all(at >= resume[1] for at in counts)
    assert len(counts) + len([d for d in rig.dropped if d.cue.kind is CueKind.COUNTDOWN]) == 3


def test_a_glance_a_moment_after_a_boundary_that_was_not_handled_yet_adds_up() -> None:
    rig, begin = started()
    rig.exactly_to(begin + 19 * NS)
    picture = rig.engine.snapshot(begin + 21 * NS)
    assert (picture.done_ns, picture.remaining_ns, picture.elapsed_ns) == (20 * NS, 0, 20 * NS)
    assert picture.at_ns == begin + 20 * NS


def test_a_start_announcement_cut_by_a_pause_is_said_again_if_it_fits() -> None:
    rig, begin = started(press_start=True, lead_in_ns=10 * NS)
    rig.do(K.PAUSE, at=NS).do(K.RESUME, at=20 * NS).exactly_to(60 * NS)
    said = [text for text in rig.said() if "beep" in text]
    assert len(said) == 1
    assert next(e.at_ns for e in rig.events if e.kind == "interval_entered") == begin + 19 * NS


def test_pause_keeps_what_is_left_of_an_interval_and_says_so_at_once() -> None:
    rig, begin = started()
    rig.do(K.PAUSE, at=begin + 5 * NS)
    assert [c.kind for c in rig.cues[-2:]] == [CueKind.PAUSE, CueKind.PAUSE]
    assert rig.cues[-2].at_ns == rig.now + MARGIN_NS
    assert rig.exactly_to(rig.now + 3600 * NS).engine.snapshot(rig.now).remaining_ns == 15 * NS
    resumed = rig.now
    rig.do(K.RESUME).exactly_to(resumed + 15 * NS)
    assert rig.events[-2] == IntervalLeft(at_ns=resumed + 15 * NS, index=0, actual_ns=20 * NS, how="completed")
    # the rest of the interval's cues came, at their place before the end
    counts = [c.at_ns - resumed for c in rig.cues if c.kind is CueKind.COUNTDOWN and c.at_ns > resumed]
    assert counts == [12 * NS, 13 * NS, 14 * NS]


def test_pause_cancels_what_was_handed_out_and_the_boundary_comes_again_later() -> None:
    rig, begin = started()
    rig.exactly_to(begin + 19 * NS)
    handed = [c for c in rig.cues if c.kind is CueKind.EARCON and c.interval == 1]
    assert len(handed) == 1  # already with the player
    rig.do(K.PAUSE)
    assert CuesCancelled(at_ns=rig.now) in rig.outputs
    rig.do(K.RESUME, at=100 * NS + begin).exactly_to(begin + 110 * NS)
    assert [c.at_ns - begin for c, _, _ in rig.heard() if c.interval == 1 and c.kind is CueKind.EARCON] == [101 * NS]


def test_next_back_and_repeat_move_as_they_say() -> None:
    rig, begin = started()
    rig.do(K.NEXT, at=begin + 5 * NS).do(K.REPEAT, at=begin + 9 * NS).do(K.BACK, at=begin + 10 * NS)
    rig.do(K.BACK, at=begin + 12 * NS)
    assert [(a.index, a.actual_ns // NS, a.how) for a in rig.engine.state.actuals] == [
        (0, 5, "next"),
        (1, 4, "repeat"),
        (1, 1, "back"),
        (0, 2, "back"),
    ]
    assert rig.engine.state.index == 0
    rig.exactly_to(begin + 12 * NS + 20 * NS)
    assert rig.engine.state.index == 1


def test_the_first_cue_after_a_command_has_room_for_its_head() -> None:
    rig, begin = started()
    rig.do(K.NEXT, at=begin + 5 * NS)
    first = rig.cues[-2:]
    assert (first[0].kind, first[0].interval, first[0].at_ns) == (CueKind.EARCON, 1, rig.now + MARGIN_NS)
    assert first[1].kind is CueKind.ANNOUNCE


def test_next_in_the_last_interval_finishes() -> None:
    rig, begin = started(timeline=plan(("run", 20)))
    rig.do(K.NEXT, at=begin + NS)
    assert kinds(rig)[-2:] == ["interval_left", "finished"]
    assert [c.kind for c in rig.cues[-2:]] == [CueKind.FINISH] * 2
    assert rig.engine.next_timer() is None


def test_open_and_distance_steps_wait_for_the_runner() -> None:
    timeline = compile_timeline(Workout(steps=(step(RUN, None), step(RUN, None, metres=400), step(RUN, 20))))
    rig, begin = started(timeline=timeline)
    rig.exactly_to(begin + 5000 * NS)
    assert (rig.engine.state.index, rig.engine.snapshot(rig.now).remaining_ns) == (0, None)
    with pytest.raises(CommandRefused, match="no set time"):
        rig.do(K.EXTEND, delta_ms=30_000)
    rig.do(K.NEXT).exactly_to(rig.now + 5000 * NS)
    assert rig.engine.state.index == 1
    with pytest.raises(CommandRefused, match="no set time"):
        rig.do(K.EXTEND, delta_ms=-30_000)
    rig.do(K.NEXT).exactly_to(rig.now + 20 * NS)
    assert rig.engine.state.phase is Phase.FINISHED


def test_extending_moves_the_end_and_every_cue_that_counts_from_it() -> None:
    rig, begin = started()
    rig.do(K.EXTEND, at=begin + 18 * NS, delta_ms=30_000)  # "three" is over, the boundary's earcon handed out
    rig.exactly_to(begin + 51 * NS)
    assert rig.events[-2] == IntervalLeft(at_ns=begin + 50 * NS, index=0, actual_ns=50 * NS, how="completed")
    heard = [(c.kind, (c.at_ns - begin) // NS) for c, _, _ in rig.heard()]
    assert [at for kind, at in heard if kind is CueKind.COUNTDOWN] == [17, 47, 48, 49]
    assert [at for kind, at in heard if kind is CueKind.EARCON] == [0, 50]


def test_extending_does_not_cut_what_is_being_said() -> None:
    rig, begin = started()
    rig.do(K.EXTEND, at=begin + NS, delta_ms=10_000)
    assert not any(isinstance(output, CuesCancelled) for output in rig.outputs)
    assert "Run 1 of 2, 20 seconds." in rig.said() or "Run 1 of 2, twenty seconds." in rig.said()


def test_shortening_below_what_is_left_moves_on_at_once() -> None:
    rig, begin = started()
    rig.do(K.EXTEND, at=begin + 5 * NS, delta_ms=-60_000)
    assert rig.events[-3:] == [
        Extended(at_ns=rig.now, delta_ns=-15 * NS),
        IntervalLeft(at_ns=rig.now, index=0, actual_ns=5 * NS, how="next"),
        IntervalEntered(at_ns=rig.now, index=1),
    ]
    assert rig.engine.state.extra_ns == 0


@pytest.mark.parametrize(("delta_ms", "why"), [(0, "zero"), (6 * 3600 * 1000, "6 hours")])
def test_an_extension_that_makes_no_sense_is_refused(delta_ms: int, why: str) -> None:
    rig, begin = started()
    with pytest.raises(CommandRefused, match=why):
        rig.do(K.EXTEND, at=begin + NS, delta_ms=delta_ms)


def test_an_interval_reached_while_paused_is_announced_on_resume() -> None:
    rig, begin = started()
    rig.do(K.PAUSE, at=begin + 8 * NS).do(K.NEXT, at=begin + 10 * NS)
    assert rig.engine.state.index == 1
    assert rig.engine.state.phase is Phase.PAUSED
    seen = len(rig.cues)
    rig.do(K.RESUME, at=begin + 60 * NS)
    assert [(c.kind, c.interval) for c in rig.cues[seen:][:2]] == [(CueKind.EARCON, 1), (CueKind.ANNOUNCE, 1)]


@pytest.mark.parametrize("moves", [[], [K.START], [K.START, K.PAUSE]])
def test_stop_works_before_the_first_interval_too(moves: list[CommandKind]) -> None:
    rig = Rig()
    for kind in moves:
        rig.do(kind)
    rig.do(K.STOP, reason="signal")
    assert rig.events[-1] == Stopped(at_ns=0, reason="signal")
    assert rig.engine.state.actuals == ()
    assert [c.kind for c in rig.cues[-2:]] == [CueKind.STOP] * 2


def test_a_picked_up_session_goes_on_in_the_middle_of_its_interval() -> None:
    before, begin = started()
    before.exactly_to(begin + 27 * NS)  # 7 s into the second
    rig = Rig(state=fold(before.journal))
    rig.engine.pick_up(begin + 26 * NS)
    rig.exactly_to(begin + 26 * NS)
    picture = rig.engine.snapshot(rig.now)
    assert (picture.current, picture.remaining_ns) == (SHORT.intervals[1], 24 * NS)
    rig.exactly_to(begin + 51 * NS)
    # output that has just woken swallows the beginning: what is said comes after the silence
    assert next(c.at_ns for c in rig.cues if c.kind is CueKind.RESUME) == begin + 27 * NS
    assert any(c.kind is CueKind.COUNTDOWN for c in rig.cues)
    assert rig.events[-1] == IntervalEntered(at_ns=begin + 50 * NS, index=2)


def test_a_handed_over_session_does_nothing_more() -> None:
    rig, begin = started()
    rig.exactly_to(begin + 19 * NS)
    rig.engine.hand_over(rig.now, "the other")
    rig.exactly_to(begin + 500 * NS)
    assert rig.events[-1].kind == "handed_over"
    assert rig.outputs[-1] == CuesCancelled(at_ns=begin + 19 * NS)
    assert rig.engine.next_timer() is None
    with pytest.raises(CommandRefused, match="another coach"):
        rig.do(K.PAUSE)


def test_a_notice_waits_for_a_gap_and_displaces_nothing() -> None:
    rig, begin = started()
    rig.exactly_to(begin + NS)  # the announcement is being said
    announced = next(end for cue, _, end in rig.heard() if cue.kind is CueKind.ANNOUNCE)
    rig.engine.notice("not_paused", rig.now)
    rig.jump_to(rig.now)
    notice = rig.cues[-1]
    assert notice.kind is CueKind.NOTICE
    assert notice.at_ns > announced
    assert not any(isinstance(output, CuesCancelled) for output in rig.outputs)


def test_a_notice_that_finds_no_gap_is_dropped_and_reported() -> None:
    rig, begin = started()
    rig.exactly_to(begin + 19 * NS)
    rig.engine.notice("not_paused", rig.now)
    rig.exactly_to(begin + 25 * NS)
    assert [d.cue.kind for d in rig.dropped if d.cue.kind is CueKind.NOTICE] == [CueKind.NOTICE]


def test_what_is_said_on_resume_makes_way_for_the_boundary() -> None:
    rig, begin = started()
    rig.do(K.PAUSE, at=begin + 19 * NS).do(K.RESUME, at=begin + 30 * NS).exactly_to(begin + 40 * NS)
    boundary = begin + 31 * NS
    for cue, at, end in rig.heard():
        assert not (at < boundary < end), cue
    assert [d.cue.kind for d in rig.dropped if d.cue.kind is CueKind.RESUME] == [CueKind.RESUME]


def test_without_any_sound_the_session_still_runs_and_says_what_was_dropped() -> None:
    rig, begin = started(length=lambda _sound: None, preset="standard")
    rig.exactly_to(begin + 3600 * NS)
    assert rig.engine.state.phase is Phase.FINISHED
    assert {cue.kind for cue in rig.cues} == {CueKind.EARCON}  # the runner reports those as missing
    assert {d.reason for d in rig.dropped} == {"its sound could not be made ready"}


def test_a_rehearsal_has_the_same_events_at_the_same_session_times() -> None:
    real, rehearsal = Rig(SEED), Rig(SEED, speed=26.0)
    for rig in (real, rehearsal):
        rig.do(K.START).exactly_to(4000 * NS)
    begins = [next(e.at_ns for e in rig.events if isinstance(e, IntervalEntered)) for rig in (real, rehearsal)]
    shifted = [[e.at_ns - begin for e in rig.events[1:]] for rig, begin in zip((real, rehearsal), begins, strict=True)]
    assert shifted[0] == shifted[1]
    assert len([c for c in rehearsal.cues if c.kind is CueKind.EARCON]) == 18
    assert rehearsal.dropped


def test_snapshots_of_a_seed_session_add_up() -> None:
    rig = Rig(SEED)
    ready = rig.engine.snapshot(0)
    assert (ready.phase, ready.current, ready.following) == (Phase.READY, None, SEED.intervals[0])
    assert ready.left_ns == 34 * 60 * NS
    rig.do(K.START)
    begin = rig.engine.state.since_ns
    for at in range(begin, begin + 2040 * NS, 7 * NS):
        picture = rig.exactly_to(at).engine.snapshot(at)
        assert picture.left_ns is not None
        assert picture.elapsed_ns + picture.left_ns == 2040 * NS
        assert picture.current is not None
        assert picture.done_ns + (picture.remaining_ns or 0) == (picture.current.planned_ms or 0) * 1_000_000
    over = rig.exactly_to(3000 * NS).engine.snapshot(rig.now)
    assert (over.current, over.following, over.remaining_ns, over.left_ns) == (None, None, None, 0)
    assert over.at_ns == begin + 2040 * NS


def test_state_is_never_changed_in_place() -> None:
    rig, begin = started()
    before = rig.engine.state
    copy = dataclasses.replace(before)
    rig.do(K.PAIN, at=begin + NS).do(K.STOP)
    assert before == copy


def test_another_thread_never_sees_half_a_move(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between leaving one interval and entering the next, the screen would show the first one anew."""
    rig, begin = started()
    rig.exactly_to(begin + 7 * NS)
    seen: list[Snapshot] = []

    def spied(state: SessionState, event: SessionEvent) -> SessionState:
        seen.append(rig.engine.snapshot(rig.now))
        return apply(state, event)

    monkeypatch.setattr("coach.session.engine.apply", spied)
    whole = [rig.engine.snapshot(rig.now)]
    for kind in (K.NEXT, K.PAIN, K.WITHDRAW, K.BACK, K.PAIN, K.NEXT, K.STOP):
        rig.do(kind)
        whole.append(rig.engine.snapshot(rig.now))
    assert len(seen) > len(whole)
    assert all(picture in whole for picture in seen)


@pytest.mark.parametrize("paused", [False, True])
def test_an_extension_is_answered_by_two_beeps(paused: bool) -> None:
    rig, begin = started(timeline=SEED)
    rig.exactly_to(begin + 100 * NS)
    if paused:
        rig.do(K.PAUSE).exactly_to(rig.now + 5 * NS)
    rig.do(K.EXTEND, delta_ms=30_000)
    at = rig.now
    rig.exactly_to(at + 3 * NS)
    beeps = [(begun - at, cue.kind) for cue, begun, _ in rig.heard() if cue.sound == BEEP and begun >= at]
    assert beeps == [(MARGIN_NS, CueKind.NOTICE), (MARGIN_NS + 310_000_000, CueKind.NOTICE)]


def test_the_answer_to_an_extension_sounds_over_nothing_and_pressing_again_cuts_nothing() -> None:
    rig, begin = started(timeline=SEED)
    rig.exactly_to(begin + 300 * NS + NS)  # "Run 1 of 8, one minute." sounds
    for _ in range(3):
        rig.do(K.EXTEND, delta_ms=10_000).exactly_to(rig.now + NS // 10)
    rig.exactly_to(begin + 310 * NS)
    heard = [one for one in rig.heard() if one[1] >= begin + 300 * NS]
    assert [end - at for cue, at, end in heard if cue.label == "Run 1 of 8, one minute."] == [
        spoken_ns(Speech(("Run 1 of 8,", "one minute.")))
    ]
    assert [cue.sound for cue, _, _ in heard].count(BEEP) == 6
    assert all(a[2] <= b[1] for a, b in itertools.pairwise(heard))
