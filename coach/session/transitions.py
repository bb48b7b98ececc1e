"""Which command is allowed where, as data: the engine, the tests and docs/session.md read this one table."""

from enum import StrEnum

from coach.model.cue import Notice
from coach.session.outputs import Refusal
from coach.session.state import CommandKind, Phase, SessionState


class Situation(StrEnum):
    """The phases, told apart as far as commands mean something else in them."""

    READY = "ready"
    LEAD_IN = "lead-in"
    INTERVAL = "interval"
    PAIN_WALK = "pain walk"
    LEAD_IN_PAUSED = "lead-in, paused"
    INTERVAL_PAUSED = "interval, paused"
    PAIN_WALK_PAUSED = "pain walk, paused"
    OVER = "over"


def situation(state: SessionState) -> Situation:
    """Where ``state`` stands."""
    paused = state.phase is Phase.PAUSED
    if state.phase.is_over:
        return Situation.OVER
    if state.phase is Phase.READY:
        return Situation.READY
    if state.pain_walk is not None:
        return Situation.PAIN_WALK_PAUSED if paused else Situation.PAIN_WALK
    if state.phase is Phase.LEAD_IN or state.lead_in_left_ns is not None:
        return Situation.LEAD_IN_PAUSED if paused else Situation.LEAD_IN
    return Situation.INTERVAL_PAUSED if paused else Situation.INTERVAL


_IN_INTERVAL = {
    CommandKind.NEXT: "the following interval; after the last one the session is finished",
    CommandKind.BACK: "the interval before, from its start; in the first one, that one again",
    CommandKind.REPEAT: "the same interval from its start",
    CommandKind.EXTEND: "its time is changed; shortened below what is left, the following interval",
    CommandKind.PAIN: "the interval ends, an open-ended walk begins",
    CommandKind.STOP: "stopped",
}
_IN_PAIN_WALK = {
    CommandKind.NEXT: "the interval after the interrupted one, run or walk: the runner's explicit choice",
    CommandKind.WITHDRAW: "within 10 s: the interrupted interval goes on with the time it had left",
    CommandKind.STOP: "stopped",
}
_PAUSE = {CommandKind.PAUSE: "paused, everything left is kept"}
_RESUME = {CommandKind.RESUME: "goes on with everything that was left"}
_STOP = {CommandKind.STOP: "stopped"}

TRANSITIONS: dict[Situation, dict[CommandKind, str]] = {
    Situation.READY: {CommandKind.START: "the lead-in, then the first interval"} | _STOP,
    Situation.LEAD_IN: _PAUSE | _STOP,
    Situation.INTERVAL: _PAUSE | _IN_INTERVAL,
    Situation.PAIN_WALK: _PAUSE | _IN_PAIN_WALK,
    Situation.LEAD_IN_PAUSED: _RESUME | _STOP,
    Situation.INTERVAL_PAUSED: _RESUME | _IN_INTERVAL,
    Situation.PAIN_WALK_PAUSED: _RESUME | _IN_PAIN_WALK,
    Situation.OVER: {},
}
"""What each command does in each situation. What is not here is refused, and the session goes on as it was.

While paused, commands move the position but nothing runs until RESUME.
"""

NOT_TIMED = Refusal("this interval has no set time to change", "next goes on when it is done", Notice.NO_TIME)
NO_CHANGE = Refusal("the time to add or take away is zero", "give some seconds, such as +30 or -30")
TOO_LONG = Refusal("the interval would last longer than 6 hours", "add less")
TOO_LATE = Refusal(
    "the pain mark is older than 10 seconds and stands", "next goes on with the plan, stop ends it", Notice.LATE
)

HANDED_OVER = Refusal("another coach has taken this session over", "use that one, or take it back", Notice.HANDED_OVER)

_BY_SITUATION: dict[Situation, Refusal] = {
    Situation.READY: Refusal("the session has not started", "start it first", Notice.NOT_STARTED),
    Situation.LEAD_IN: Refusal("the first interval has not begun", "wait for it, or stop", Notice.NOT_STARTED),
    Situation.PAIN_WALK: Refusal(
        "you are walking after a pain mark",
        "walk on; next goes on with the plan, stop ends the session",
        Notice.PAIN_WALK,
    ),
    Situation.OVER: Refusal("the session is over", "begin a new one", Notice.OVER),
}
_BY_SITUATION[Situation.LEAD_IN_PAUSED] = _BY_SITUATION[Situation.LEAD_IN]
_BY_SITUATION[Situation.PAIN_WALK_PAUSED] = _BY_SITUATION[Situation.PAIN_WALK]

_BY_COMMAND: dict[CommandKind, Refusal] = {
    CommandKind.START: Refusal("the session has already started", "resume goes on after a pause", Notice.STARTED),
    CommandKind.PAUSE: Refusal("the session is already paused", "resume goes on", Notice.PAUSED),
    CommandKind.RESUME: Refusal("the session is not paused", "pause pauses it", Notice.NOT_PAUSED),
    CommandKind.WITHDRAW: Refusal("there is no pain mark to take back", "nothing needs doing", Notice.NO_MARK),
}
# Where the command says more about the refusal than the situation does; everywhere else the situation does.
_SAY_BY_COMMAND = {
    CommandKind.START: set(Situation) - {Situation.READY, Situation.OVER},
    CommandKind.PAUSE: {Situation.LEAD_IN_PAUSED, Situation.INTERVAL_PAUSED, Situation.PAIN_WALK_PAUSED},
    CommandKind.RESUME: {Situation.LEAD_IN, Situation.INTERVAL, Situation.PAIN_WALK},
    CommandKind.WITHDRAW: set(Situation) - {Situation.READY, Situation.OVER},
}


def allowed(state: SessionState) -> frozenset[CommandKind]:
    """The commands the table allows now; EXTEND and WITHDRAW may still be refused for their own reasons."""
    return frozenset(TRANSITIONS[situation(state)])


def refusal(where: Situation, kind: CommandKind) -> Refusal | None:
    """Why ``kind`` is refused in ``where``, None if the table allows it."""
    if kind in TRANSITIONS[where]:
        return None
    if where in _SAY_BY_COMMAND.get(kind, ()):
        return _BY_COMMAND[kind]
    return _BY_SITUATION[where]
