"""What the runner hears: which sound, when, and how much it matters."""

from enum import IntEnum, StrEnum
from typing import NamedTuple

from coach.model.workout import Intensity


class CueKind(StrEnum):
    """Every kind of cue has a toggle of this name in the settings, except those no session is safe without."""

    EARCON = "earcon"  # the boundary itself; never off, never dropped
    ANNOUNCE = "announce"  # "Run 3 of 8, one minute."
    LAST = "last"  # replaces ANNOUNCE on the last run
    WARNING = "warning"  # "Next, walk two minutes." before a boundary
    HALFWAY = "halfway"  # steps of 60 s and more
    TIME_LEFT = "time_left"  # "Five minutes left." inside long steps
    COUNTDOWN = "countdown"  # "three", "two", "one"; a word that does not fit becomes a beep
    START = "start"  # "Press start on the watch at the beep."
    PAUSE = "pause"
    RESUME = "resume"
    PAIN = "pain"  # answers a pain mark; never off
    FINISH = "finish"  # never off
    STOP = "stop"  # the session was stopped; never off
    NOTICE = "notice"  # a refusal or an error, spoken


class Priority(IntEnum):
    """A cue never interrupts or displaces one of a higher priority; of equals the earlier stays."""

    TIME_LEFT = 10
    HALFWAY = 20
    COUNTDOWN = 30
    WARNING = 40
    NOTICE = 50
    ANNOUNCE = 60
    SESSION = 70  # start, pause, resume, pain, finish, stop
    BOUNDARY = 80  # earcons


class Notice(StrEnum):
    """What is spoken besides the cues: refused commands and trouble. Every text file has a sentence for each code."""

    REFUSED = "refused"  # any refusal without a sentence of its own
    NOT_STARTED = "not_started"
    STARTED = "started"  # already
    PAUSED = "paused"  # already
    NOT_PAUSED = "not_paused"
    NO_TIME = "no_time"  # a distance or open step has no time to change
    PAIN_WALK = "pain_walk"  # the command does not work in the walk after a pain mark
    NO_MARK = "no_mark"  # no pain mark to withdraw
    LATE = "late"  # the pain mark can no longer be withdrawn
    OVER = "over"
    CANNOT_START = "cannot_start"
    ALREADY_LIVE = "already_live"  # another coach runs a session
    UNKNOWN_WORKOUT = "unknown_workout"
    BAD_WORKOUT = "bad_workout"
    JOURNAL_FAILING = "journal_failing"  # disk full, read-only …; the session goes on
    JOURNAL_BACK = "journal_back"
    SOUND_LOST = "sound_lost"
    SOUND_BACK = "sound_back"
    HANDED_OVER = "handed_over"  # another coach took the session over
    PICKED_UP = "picked_up"  # this coach goes on with a session


class Earcon(NamedTuple):
    """A short sound from ``sounds/``; ``EARCONS`` names them all."""

    name: str


class Speech(NamedTuple):
    """Clauses spoken as one utterance, each with its own punctuation: ``("Run 3 of 8,", "one minute.")``.

    The clause is the unit a voice pack records; a synthesiser joins them with a space.
    """

    clauses: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.clauses)


Sound = Earcon | Speech

EARCON_OF: dict[Intensity, Earcon] = {intensity: Earcon(intensity.value) for intensity in Intensity}
BEEP = Earcon("beep")
SESSION_EARCON: dict[CueKind, Earcon] = {
    kind: Earcon(kind.value)
    for kind in (
        CueKind.PAUSE,
        CueKind.RESUME,
        CueKind.PAIN,
        CueKind.FINISH,
        CueKind.STOP,
        CueKind.NOTICE,
    )
}
EARCONS: tuple[Earcon, ...] = (*EARCON_OF.values(), BEEP, *SESSION_EARCON.values())
"""Every earcon there is; each is a file of its name in ``sounds/``."""

PRIORITY_OF: dict[CueKind, Priority] = {
    CueKind.EARCON: Priority.BOUNDARY,
    CueKind.ANNOUNCE: Priority.ANNOUNCE,
    CueKind.LAST: Priority.ANNOUNCE,
    CueKind.WARNING: Priority.WARNING,
    CueKind.HALFWAY: Priority.HALFWAY,
    CueKind.TIME_LEFT: Priority.TIME_LEFT,
    CueKind.COUNTDOWN: Priority.COUNTDOWN,
    CueKind.START: Priority.SESSION,
    CueKind.PAUSE: Priority.SESSION,
    CueKind.RESUME: Priority.SESSION,
    CueKind.PAIN: Priority.SESSION,
    CueKind.FINISH: Priority.SESSION,
    CueKind.STOP: Priority.SESSION,
    CueKind.NOTICE: Priority.NOTICE,
}


class Cue(NamedTuple):
    """One sound at one instant.

    ``at_ns`` is on the session clock. ``interval`` is the index of the interval it belongs to (for a boundary's
    earcon and announcement, the one that begins), None for cues outside the timeline. ``label`` is what a
    screen or a log shows: the text spoken, or the earcon's name.
    """

    kind: CueKind
    at_ns: int
    sound: Sound
    priority: Priority
    interval: int | None = None

    @property
    def label(self) -> str:
        return self.sound.text if isinstance(self.sound, Speech) else f"[{self.sound.name}]"


class DroppedCue(NamedTuple):
    """A cue that was planned but not played, and why (plain words, for the report)."""

    cue: Cue
    reason: str
