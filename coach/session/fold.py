"""state = fold(events): the only place a session's state changes."""

from collections.abc import Iterable
from dataclasses import replace

from coach.session.events import (
    CueReported,
    Extended,
    Finished,
    IntervalEntered,
    IntervalLeft,
    PainMarked,
    PainWalkLeft,
    PainWithdrawn,
    Paused,
    Resumed,
    SessionEvent,
    SoundReported,
    Started,
    Stopped,
)
from coach.session.state import Actual, PainWalk, Phase, SessionState


def fold(events: Iterable[SessionEvent]) -> SessionState:
    """The state after ``events``, which are in the order they happened."""
    state = SessionState()
    for event in events:
        state = apply(state, event)
    return state


def apply(state: SessionState, event: SessionEvent) -> SessionState:
    """The state after one more event. Reports about cues and sound change nothing."""
    if isinstance(event, CueReported | SoundReported):
        return state
    return replace(_after(state, event), at_ns=event.at_ns)


def _after(state: SessionState, event: SessionEvent) -> SessionState:
    match event:
        case Started():
            return replace(state, phase=Phase.LEAD_IN, since_ns=event.at_ns + event.lead_in_ns)
        case IntervalEntered():
            phase = Phase.RUNNING if state.phase is Phase.LEAD_IN else state.phase
            # Extensions are not reset here: after a withdrawn pain mark the same interval goes on.
            return replace(state, phase=phase, index=event.index, since_ns=event.at_ns, done_ns=event.done_ns)
        case IntervalLeft():
            extra = state.extra_ns if event.how == "pain" else 0  # the pain mark that follows keeps it
            return _spend(replace(state, extra_ns=extra), Actual(event.index, event.actual_ns, event.how), event.at_ns)
        case Paused():
            return _paused(state, event.at_ns)
        case Resumed():
            return _resumed(state, event.at_ns)
        case Extended():
            return replace(state, extra_ns=state.extra_ns + event.delta_ns)
        case PainMarked():
            done = state.actuals[-1].actual_ns if state.actuals else 0
            walk = PainWalk(event.index, done, event.at_ns, state.extra_ns)
            marks = (*state.pain_marks_ns, event.at_ns)
            return replace(state, pain_walk=walk, pain_marks_ns=marks, extra_ns=0)
        case PainWithdrawn():
            return _withdrawn(state, event)
        case PainWalkLeft():
            return replace(_spend(state, Actual(None, event.walked_ns, "walked"), event.at_ns), pain_walk=None)
        case Finished():
            return replace(state, phase=Phase.FINISHED)
        case Stopped():
            return replace(state, phase=Phase.STOPPED, lead_in_left_ns=None)
        case _:  # created, handed over, picked up: the session clock stands still meanwhile, so nothing changes
            return state


def _spend(state: SessionState, actual: Actual, at_ns: int) -> SessionState:
    return replace(
        state,
        actuals=(*state.actuals, actual),
        spent_ns=state.spent_ns + actual.actual_ns,
        done_ns=0,
        since_ns=at_ns,
    )


def _paused(state: SessionState, at_ns: int) -> SessionState:
    if state.phase is Phase.LEAD_IN:
        return replace(state, phase=Phase.PAUSED, lead_in_left_ns=max(0, state.since_ns - at_ns))
    return replace(state, phase=Phase.PAUSED, done_ns=state.done_at(at_ns))


def _resumed(state: SessionState, at_ns: int) -> SessionState:
    if state.lead_in_left_ns is not None:
        return replace(state, phase=Phase.LEAD_IN, since_ns=at_ns + state.lead_in_left_ns, lead_in_left_ns=None)
    return replace(state, phase=Phase.RUNNING, since_ns=at_ns)


def _withdrawn(state: SessionState, event: PainWithdrawn) -> SessionState:
    """The mark never was: the interrupted interval goes on, and its time is counted when it is left for good."""
    walk = state.pain_walk
    if walk is None:
        return state
    kept = state.actuals[:-1] if state.actuals and state.actuals[-1].how == "pain" else state.actuals
    return replace(
        state,
        actuals=(*kept, Actual(None, event.walked_ns, "withdrawn")),
        spent_ns=state.spent_ns - walk.interrupted_done_ns + event.walked_ns,
        pain_walk=None,
        pain_marks_ns=state.pain_marks_ns[:-1],
        index=walk.index,
        done_ns=walk.interrupted_done_ns,
        extra_ns=walk.interrupted_extra_ns,
        since_ns=event.at_ns,
    )
