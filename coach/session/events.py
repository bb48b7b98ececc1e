"""What happens in a live session. Immutable; the journal keeps exactly these, and state = fold(events).

``at_ns`` is the *session clock*: nanoseconds since the session was created, running through pauses, standing
still while no coach runs it (a crash, a take-over), and scaled by the rehearsal speed.
"""

from typing import Annotated, Literal

from pydantic import Field

from coach.model.workout import Frozen, Workout


class _Event(Frozen):
    at_ns: int = Field(ge=0)


class SessionCreated(_Event):
    """The workout as it will be run. ``speed`` above 1 is a rehearsal and never counts.

    ``lead_in_ns`` is the silence asked for by the settings; how long the lead-in really was, ``Started`` says.
    """

    kind: Literal["created"] = "created"
    workout: Workout
    speed: float = Field(default=1.0, gt=0)
    lead_in_ns: int = Field(default=0, ge=0)
    source: str = ""  # where the workout came from: a name, a file, or "typed"
    scratch: bool = False


class Started(_Event):
    """Start was asked for; the first interval begins ``lead_in_ns`` later (session clock, as this start needed it)."""

    kind: Literal["started"] = "started"
    lead_in_ns: int = Field(default=0, ge=0)


class IntervalEntered(_Event):
    """``done_ns`` is what of it was done before (after a withdrawn pain mark)."""

    kind: Literal["interval_entered"] = "interval_entered"
    index: int = Field(ge=0)
    done_ns: int = Field(default=0, ge=0)


class IntervalLeft(_Event):
    """The interval ended after ``actual_ns`` without pauses; ``how`` says what ended it.

    After a withdrawn pain mark ``actual_ns`` is of the whole interval, with what was done before the mark.
    """

    kind: Literal["interval_left"] = "interval_left"
    index: int = Field(ge=0)
    actual_ns: int = Field(ge=0)
    how: Literal["completed", "next", "back", "repeat", "pain", "stop"]


class Paused(_Event):
    kind: Literal["paused"] = "paused"


class Resumed(_Event):
    kind: Literal["resumed"] = "resumed"


class Extended(_Event):
    """The current interval's time was changed by ``delta_ns`` (negative shortens)."""

    kind: Literal["extended"] = "extended"
    delta_ns: int


class PainMarked(_Event):
    """Pain during the run. From here the runner walks, open-ended, until a command says otherwise."""

    kind: Literal["pain_marked"] = "pain_marked"
    index: int = Field(ge=0)


class PainWithdrawn(_Event):
    """The mark was a mistake, taken back in time; ``walked_ns`` were walked meanwhile."""

    kind: Literal["pain_withdrawn"] = "pain_withdrawn"
    walked_ns: int = Field(ge=0)


class PainWalkLeft(_Event):
    """The open walk after a pain mark ended by a command."""

    kind: Literal["pain_walk_left"] = "pain_walk_left"
    walked_ns: int = Field(ge=0)


class Finished(_Event):
    kind: Literal["finished"] = "finished"


class Stopped(_Event):
    """Ended before the plan did. ``reason``: ``runner``, ``signal``, or words."""

    kind: Literal["stopped"] = "stopped"
    reason: str = "runner"


class HandedOver(_Event):
    """This coach let go of the session at this position; another may resume it."""

    kind: Literal["handed_over"] = "handed_over"
    to: str = ""


class PickedUp(_Event):
    """A coach took the session on at this position, after a hand-over or a crash."""

    kind: Literal["picked_up"] = "picked_up"


class CueReported(_Event):
    """Planned against real for a cue; ``at_ns`` is its planned time. See docs/cue-report.md."""

    kind: Literal["cue_reported"] = "cue_reported"
    cue: str
    label: str
    status: Literal["played", "cut", "dropped", "lost"]
    planned_frame: int | None = None
    real_frame: int | None = None
    late_ns: int | None = None
    reason: str = ""


class SoundReported(_Event):
    """How the output fared over the whole session."""

    kind: Literal["sound_reported"] = "sound_reported"
    backend: str
    device: str
    voice: str
    xruns: int = 0
    corrections: int = 0
    reopened: int = 0
    note: str = ""


SessionEvent = Annotated[
    SessionCreated
    | Started
    | IntervalEntered
    | IntervalLeft
    | Paused
    | Resumed
    | Extended
    | PainMarked
    | PainWithdrawn
    | PainWalkLeft
    | Finished
    | Stopped
    | HandedOver
    | PickedUp
    | CueReported
    | SoundReported,
    Field(discriminator="kind"),
]
