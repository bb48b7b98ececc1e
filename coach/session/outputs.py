"""What comes out of a session besides its events: cues to sound, and words for whoever watches."""

from typing import NamedTuple

from coach.errors import CommandRefused
from coach.model.cue import Cue, DroppedCue
from coach.session.events import SessionEvent


class CueDue(NamedTuple):
    """Hand this cue to the player now; it sounds at ``cue.at_ns``, about 2 s later."""

    cue: Cue


class CuesCancelled(NamedTuple):
    """Everything handed out and not yet heard is void, and what sounds falls silent."""

    at_ns: int


Output = SessionEvent | CueDue | CuesCancelled | DroppedCue
"""What ``Engine.next_output`` gives. A DroppedCue comes at the instant it would have been heard."""


class CueHeard(NamedTuple):
    """The instant of this cue has come. It sounds now, if the output lives."""

    cue: Cue


class CueMissed(NamedTuple):
    """A planned cue that is not played, and why, told at the instant it would have been heard."""

    dropped: DroppedCue


class Refusal(NamedTuple):
    """Why a command, or a part of the session, does not work, and what to do; ``code`` is its spoken notice."""

    what: str
    remedy: str
    code: str = "refused"

    def error(self) -> CommandRefused:
        """The exception that carries it."""
        return CommandRefused(self.what, remedy=self.remedy, code=self.code)
