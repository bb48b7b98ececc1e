"""The state of a live session, and the picture of it a front end draws. Pure data; ``fold`` lives in fold.py."""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import NamedTuple

from coach.model.timeline import Interval

PAIN_WITHDRAW_NS = 10 * 1_000_000_000
"""How long a pain mark may be taken back."""


def withdraw_window_ns(speed: float) -> int:
    """The same on the session clock of a session at ``speed``: a person in a rehearsal needs real seconds too."""
    return max(PAIN_WITHDRAW_NS, ceil(PAIN_WITHDRAW_NS * speed))


class Phase(StrEnum):
    """Where a session stands."""

    READY = "ready"
    LEAD_IN = "lead_in"  # start was pressed, the first interval begins in a moment
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"

    @property
    def is_over(self) -> bool:
        return self in (Phase.FINISHED, Phase.STOPPED)


class CommandKind(StrEnum):
    """What the runner can ask for; the names of keys, buttons and piped lines."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    NEXT = "next"
    BACK = "back"
    REPEAT = "repeat"
    EXTEND = "extend"
    STOP = "stop"
    PAIN = "pain"
    WITHDRAW = "withdraw"


class Command(NamedTuple):
    """``delta_ms`` is for EXTEND only and may be negative; ``reason`` for STOP only."""

    kind: CommandKind
    delta_ms: int = 0
    reason: str = "runner"


@dataclass(frozen=True, slots=True)
class Actual:
    """What was really done of one interval; a repeated interval gives one for each time.

    ``index`` is None for the open walk after a pain mark; its ``how`` is ``walked``, or ``withdrawn`` where the mark
    was taken back.
    """

    index: int | None
    actual_ns: int
    how: str


@dataclass(frozen=True, slots=True)
class PainWalk:
    """The open walk after a pain mark: the interval it interrupted, how much of that was done, and when.

    ``interrupted_extra_ns`` is the sum of that interval's extensions, so that a withdrawal loses nothing.
    """

    index: int
    interrupted_done_ns: int
    marked_at_ns: int
    interrupted_extra_ns: int = 0


@dataclass(frozen=True, slots=True)
class SessionState:
    """Everything the engine knows.

    In the current interval (or pain walk) ``done_ns`` were done before ``since_ns`` (session clock), when it last began
    or went on; ``extra_ns`` is the sum of its extensions. In LEAD_IN ``since_ns`` is when the first interval will
    begin. ``lead_in_left_ns`` is set only while the lead-in is paused. ``spent_ns`` is the sum of ``actuals``.
    ``at_ns`` is the instant of the newest event.
    """

    phase: Phase = Phase.READY
    index: int = 0
    since_ns: int = 0
    done_ns: int = 0
    extra_ns: int = 0
    lead_in_left_ns: int | None = None
    pain_walk: PainWalk | None = None
    actuals: tuple[Actual, ...] = ()
    spent_ns: int = 0
    pain_marks_ns: tuple[int, ...] = ()  # marks that stand, on the session clock
    at_ns: int = 0

    def done_at(self, now_ns: int) -> int:
        """How much of the current interval, or of the pain walk, is done at ``now_ns``."""
        if self.phase is Phase.RUNNING:
            return self.done_ns + max(0, now_ns - self.since_ns)
        return self.done_ns


class Snapshot(NamedTuple):
    """One glance at the session at one instant. All times in session nanoseconds; None where not known.

    ``current`` is None before the start and after the end; during a pain walk it is the interrupted interval and
    ``pain_walk`` is True: show WALK. ``remaining_ns`` is of the current interval (of the lead-in before it);
    ``elapsed_ns`` is time spent running or walking since the start, pauses left out; ``left_ns`` is what the plan has
    still to go. ``withdraw_ns`` is how long the pain mark can still be taken back, 0 if it cannot.
    """

    phase: Phase
    at_ns: int
    current: Interval | None
    following: Interval | None
    remaining_ns: int | None
    done_ns: int
    elapsed_ns: int
    left_ns: int | None
    pain_walk: bool = False
    withdraw_ns: int = 0
    pain_marks: int = 0
