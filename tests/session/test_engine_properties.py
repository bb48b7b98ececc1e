"""What holds for every session, whatever the runner does and however the engine is driven."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from coach.journal.codec import decode_event, encode_event
from coach.model.cue import CueKind, DroppedCue, Speech
from coach.model.timeline import Timeline
from coach.session.agenda import LOOKAHEAD_NS
from coach.session.events import IntervalEntered, IntervalLeft, PainWalkLeft, PainWithdrawn, Paused, Resumed, Started
from coach.session.fold import fold
from coach.session.outputs import CueDue, CuesCancelled
from coach.session.state import Command, CommandKind, Phase
from coach.session.transitions import Situation, refusal, situation
from tests.session.rig import NS, Rig, commands, moves, pauses, speeds, timelines

Moves = list[tuple[int, Command]]
START = Command(CommandKind.START)


def play(timeline: Timeline, moves: Moves, speed: float = 1.0, started: bool = True, tail: int = 20 * NS) -> Rig:
    """Run ``moves`` with exact timers, and a while longer."""
    rig = Rig(timeline, speed=speed)
    if started:
        assert rig.attempt(START)
    for wait, command in moves:
        rig.exactly_to(rig.now + wait)
        rig.attempt(command)
    return rig.exactly_to(rig.now + tail)


@given(timelines, moves, speeds, st.lists(st.integers(0, 1500 * NS), max_size=40))
@settings(max_examples=150, deadline=None)
def test_exact_timers_random_ticks_and_one_jump_give_the_same(
    timeline: Timeline, moves: Moves, speed: float, ticks: list[int]
) -> None:
    rigs = [Rig(timeline, speed=speed) for _ in range(3)]
    exact, ticked, jumped = rigs
    now = 0
    for wait, command in [(0, START), *moves, (400 * NS, START)]:
        now += wait
        exact.exactly_to(now)
        ticked.tick_to(now, ticks)
        jumped.jump_to(now)
        assert len({rig.attempt(command) for rig in rigs}) == 1
    assert exact.outputs == ticked.outputs == jumped.outputs
    assert exact.engine.state == ticked.engine.state == jumped.engine.state


@given(timelines, moves, speeds, st.booleans())
@settings(max_examples=150, deadline=None)
def test_the_fold_of_the_events_is_the_state_also_through_the_journals_text(
    timeline: Timeline, moves: Moves, speed: float, started: bool
) -> None:
    rig = play(timeline, moves, speed, started)
    assert fold(rig.journal) == rig.engine.state
    assert fold([decode_event(encode_event(event)) for event in rig.journal]) == rig.engine.state


@given(timelines, moves)
@settings(max_examples=150, deadline=None)
def test_events_never_run_backwards_and_account_for_every_nanosecond(timeline: Timeline, moves: Moves) -> None:
    rig = play(timeline, moves)
    times = [event.at_ns for event in rig.events]
    assert times == sorted(times)
    state, now = rig.engine.state, rig.now
    end = state.at_ns if state.phase.is_over else now
    assert state.spent_ns == sum(actual.actual_ns for actual in state.actuals)
    paused, since = 0, None
    for event in rig.events:
        if isinstance(event, Paused):
            since = event.at_ns
        elif isinstance(event, Resumed) and since is not None:
            paused, since = paused + event.at_ns - since, None
    paused += 0 if since is None else end - since
    entered = next((e for e in rig.events if isinstance(e, IntervalEntered)), None)
    if entered is None:
        assert state.spent_ns == 0
        return
    started = next(e for e in rig.events if isinstance(e, Started))
    current = 0 if state.phase.is_over else state.done_at(end)
    assert started.at_ns + started.lead_in_ns + state.spent_ns + current + paused == end


@given(timelines, moves)
@settings(max_examples=150, deadline=None)
def test_no_interval_is_skipped_or_done_twice_without_a_command(timeline: Timeline, moves: Moves) -> None:
    rig = play(timeline, moves)
    expected, how = 0, ""
    for event in rig.events:
        if isinstance(event, IntervalLeft):
            how = event.how
            assert event.index == expected
            expected = {"back": max(0, expected - 1), "repeat": expected, "pain": expected, "stop": expected}.get(
                how, expected + 1
            )
            planned = timeline.intervals[event.index].planned_ms
            assert how != "completed" or planned is not None
        elif isinstance(event, PainWalkLeft):
            expected += 1
        elif isinstance(event, IntervalEntered):
            assert event.index == expected
            assert event.done_ns == 0 or how == "pain"


@given(timelines, st.integers(0, 30 * NS))
@settings(max_examples=100, deadline=None)
def test_left_alone_every_timed_interval_lasts_exactly_as_planned(timeline: Timeline, wait: int) -> None:
    rig = play(timeline, [(wait, START)], started=False, tail=3000 * NS)
    at = wait + NS + (rig.events[0].lead_in_ns - NS if isinstance(rig.events[0], Started) else 0)
    for event in rig.events:
        if isinstance(event, IntervalEntered):
            assert event.at_ns == at
            planned = timeline.intervals[event.index].planned_ms
            at += 0 if planned is None else planned * 1_000_000
    untimed = next((i.index for i in timeline.intervals if i.planned_ms is None), None)
    if untimed is None:
        assert rig.engine.state.phase is Phase.FINISHED
    else:
        assert (rig.engine.state.phase, rig.engine.state.index) == (Phase.RUNNING, untimed)


@given(timelines, moves, speeds)
@settings(max_examples=150, deadline=None)
def test_speech_never_sounds_over_speech(timeline: Timeline, moves: Moves, speed: float) -> None:
    heard = [one for one in play(timeline, moves, speed).heard() if isinstance(one[0].sound, Speech)]
    for (first, _, end), (second, begin, _) in itertools.pairwise(heard):
        assert end <= begin, (first, second)


@given(timelines, moves, speeds)
@settings(max_examples=150, deadline=None)
def test_every_boundary_that_comes_by_itself_has_its_earcon_exactly(
    timeline: Timeline, moves: Moves, speed: float
) -> None:
    """Whatever was cancelled before: it is handed out again, and early enough."""
    rig = play(timeline, moves, speed)
    earcons = {(cue.interval, cue.at_ns) for cue, _, _ in rig.heard() if cue.kind is CueKind.EARCON}
    finishes = {cue.at_ns for cue, _, _ in rig.heard() if cue.kind is CueKind.FINISH}
    cancelled = {output.at_ns for output in rig.outputs if isinstance(output, CuesCancelled)}
    events = rig.events
    for before, event in itertools.pairwise(events):
        by_itself = isinstance(before, Started) or (isinstance(before, IntervalLeft) and before.how == "completed")
        if not by_itself or before.at_ns in cancelled or event.at_ns in cancelled:
            continue  # a command at the very instant of the boundary
        if isinstance(event, IntervalEntered):
            assert (event.index, event.at_ns) in earcons
        elif event.kind == "finished":
            assert event.at_ns in finishes


@given(timelines, moves, speeds)
@settings(max_examples=100, deadline=None)
def test_cues_are_handed_out_in_time_and_never_for_the_past(timeline: Timeline, moves: Moves, speed: float) -> None:
    rig = Rig(timeline, speed=speed)
    for wait, command in [(0, START), *moves, (30 * NS, START)]:
        until = rig.now + wait
        while (timer := rig.engine.next_timer()) is not None and timer <= until:
            seen = len(rig.outputs)
            rig.jump_to(timer)
            _check_early(rig, seen)
        rig.jump_to(until)
        seen = len(rig.outputs)
        rig.attempt(command)
        _check_early(rig, seen)


def _check_early(rig: Rig, seen: int) -> None:
    for output in rig.outputs[seen:]:
        if isinstance(output, CueDue):
            assert rig.now <= output.cue.at_ns <= rig.now + LOOKAHEAD_NS * rig.speed + 1
        elif isinstance(output, DroppedCue):
            assert output.cue.at_ns == rig.now


@given(timelines, moves, commands, pauses)
@settings(max_examples=150, deadline=None)
def test_a_refused_command_changes_nothing(timeline: Timeline, moves: Moves, command: Command, wait: int) -> None:
    rig = play(timeline, moves, tail=wait)
    before, seen, timer = rig.engine.state, len(rig.outputs), rig.engine.next_timer()
    where = situation(before)
    if refusal(where, command.kind) is not None:
        assert not rig.attempt(command)
    elif rig.attempt(command):
        assert rig.engine.state != before
        return
    assert (rig.engine.state, rig.outputs[seen:], rig.engine.next_timer()) == (before, [], timer)


@given(timelines, moves)
@settings(max_examples=150, deadline=None)
def test_after_a_pain_mark_nothing_runs_by_itself(timeline: Timeline, moves: Moves) -> None:
    """Only a withdrawal in time, or NEXT, begins an interval again."""
    rig = play(timeline, moves)
    marked = None
    for event in rig.events:
        if event.kind == "pain_marked":
            marked = event.at_ns
        elif isinstance(event, PainWithdrawn):
            assert marked is not None
            assert event.at_ns - marked <= 10 * NS
            marked = None
        elif isinstance(event, PainWalkLeft):
            marked = None
        elif isinstance(event, IntervalEntered):
            assert marked is None
    if situation(rig.engine.state) is Situation.PAIN_WALK:
        before = rig.engine.state
        rig.exactly_to(rig.now + 10_000 * NS)
        assert rig.engine.state == before


@given(timelines, moves, st.integers(0, 500_000_000), speeds)
@settings(max_examples=150, deadline=None)
def test_a_crash_anywhere_loses_only_the_heartbeat(timeline: Timeline, moves: Moves, lost: int, speed: float) -> None:
    """Picked up from the journal at the last heartbeat, the rest goes as if nothing had been."""
    rig = play(timeline, moves, speed, tail=0)
    state, seen = fold(rig.journal), len(rig.events)
    position = max(state.at_ns, rig.now - lost)
    again = Rig(timeline, speed=speed, state=state)
    again.now = position
    again.engine.pick_up(position)
    assert again.engine.state.done_at(position) == state.done_at(position)
    again.exactly_to(position + 1000 * NS)
    rig.exactly_to(position + 1000 * NS)
    assert again.events[0].kind == "picked_up"
    assert again.events[1:] == rig.events[seen:]
    assert fold([*rig.journal[: seen + 1], *again.events]) == again.engine.state


@given(timelines, moves, st.data())
@settings(max_examples=100, deadline=None)
def test_a_journal_that_ends_anywhere_can_be_gone_on_with(
    timeline: Timeline, moves: Moves, data: st.DataObject
) -> None:
    """Also in the middle of what was written together, as when a part of it was merged from elsewhere."""
    journal = play(timeline, moves).journal
    kept = journal[: data.draw(st.integers(1, len(journal)))]
    state = fold(kept)
    if state.phase.is_over:
        return
    again = Rig(timeline, state=state)
    again.now = state.at_ns
    again.engine.pick_up(state.at_ns)
    again.exactly_to(state.at_ns + 30 * NS)
    for kind in (CommandKind.START, CommandKind.RESUME, CommandKind.NEXT, CommandKind.PAIN, CommandKind.STOP):
        again.attempt(Command(kind))
        again.exactly_to(again.now + NS)
    assert again.engine.state.phase.is_over
    assert fold([*kept, *again.events]) == again.engine.state
