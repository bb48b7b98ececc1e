"""What the runner hears: which sound, when, and how much it matters."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

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


@dataclass(frozen=True, slots=True)
class Earcon:
    """A short sound from ``sounds/``: an intensity's name, or ``beep``, ``pause``, ``resume``, ``finish`` …"""

    name: str


@dataclass(frozen=True, slots=True)
class Speech:
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


@dataclass(frozen=True, slots=True)
class Cue:
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


@dataclass(frozen=True, slots=True)
class DroppedCue:
    """A cue that was planned but not played, and why (plain words, for the report)."""

    cue: Cue
    reason: str
