"""The edges of the coach, as the runner sees them. Each has one contract suite in ``tests/contracts``."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from coach.clock import Clock
from coach.model.cue import Cue, Sound
from coach.session.events import SessionEvent

if TYPE_CHECKING:  # a session without a gate loads none of it
    from coach.history.events import DiaryEvent
    from coach.model.sheets import Exported, Sheet, SheetKind

__all__ = [
    "ActivitySource",
    "AnyStored",
    "Clip",
    "Clock",
    "CueStatus",
    "CueTiming",
    "Exporter",
    "FoundActivity",
    "Heartbeat",
    "Journal",
    "LiveClaim",
    "Player",
    "PlayerHealth",
    "PrepareReport",
    "SoundBank",
    "StoredEvent",
]

RATE = 48_000  # frames a second of every clip and every output


class Clip(ABC):
    """One prepared sound: mono, signed 16-bit, 48 kHz."""

    @property
    @abstractmethod
    def frames(self) -> int:
        """Length in frames."""

    @abstractmethod
    def load(self) -> bytes:
        """The samples, little-endian; read from the cache each time, so only sounding clips cost memory."""


class PrepareReport(NamedTuple):
    """What came of preparing a session's sounds. ``missing`` sounds fall back to beeps."""

    voice: str
    rendered: int
    cached: int
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class SoundBank(ABC):
    """All sounds of a session, made ready before it starts."""

    @abstractmethod
    def prepare(self, sounds: Iterable[Sound], progress: Callable[[int, int], None] | None = None) -> PrepareReport:
        """Render or find every sound; ``progress(done, total)`` is called as they come.

        Raises SoundUnavailable if the voice asked for by name cannot speak the language.
        """

    @abstractmethod
    def clip(self, sound: Sound) -> Clip | None:
        """The prepared clip, or None where the sound could not be made ready."""

    def length_ns(self, sound: Sound) -> int | None:
        """How long ``sound`` lasts, None where there is no clip."""
        clip = self.clip(sound)
        return None if clip is None else clip.frames * 1_000_000_000 // RATE


class CueStatus(StrEnum):
    PLAYED = "played"
    CUT = "cut"  # silenced while sounding or before, by a command
    DROPPED = "dropped"  # never placed
    LOST = "lost"  # due while no device was there


class CueTiming(NamedTuple):
    """Planned against real, for one cue.

    Frames count from the player's first frame. ``planned_frame`` is where the clock wanted it, ``real_frame`` where
    it was written (None if never); ``late_ns`` is when its first sample left the device, as the device reports its
    delay, minus the instant asked for.
    """

    cue: Cue
    status: CueStatus
    planned_frame: int | None = None
    real_frame: int | None = None
    late_ns: int | None = None
    reason: str = ""


SILENCE_WANTED = "silent: asked for"
"""The note of an output that is silent because the settings say so."""


class PlayerHealth(NamedTuple):
    """The state of the output, for screens and the cue report."""

    backend: str
    device: str
    alive: bool
    xruns: int = 0
    corrections: int = 0
    reopened: int = 0
    note: str = ""

    @property
    def lacks_output(self) -> bool:
        """Whether there is only silence though sound was wanted; ``note`` says why."""
        return self.backend == "silent" and self.note != SILENCE_WANTED


class Player(ABC):
    """Plays clips at exact instants of the monotonic clock."""

    @abstractmethod
    def start(self) -> None:
        """Open the output and begin the continuous stream of silence. Never raises for a dead device."""

    @abstractmethod
    def play(self, cue: Cue, clip: Clip, at_ns: int) -> None:
        """Sound ``clip`` so that its first sample is heard at monotonic ``at_ns``; ``at_ns`` in the past means now."""

    @abstractmethod
    def silence(self) -> None:
        """At once stop what sounds and forget what is queued (pause, skip, stop)."""

    @abstractmethod
    def set_volume(self, percent: int) -> None:
        """0–100, for everything from now on."""

    @abstractmethod
    def health(self) -> PlayerHealth:
        """Safe to call from any thread at any time."""

    @abstractmethod
    def take_timings(self) -> Sequence[CueTiming]:
        """Timings of the cues that ended since the last call."""

    @abstractmethod
    def close(self, *, drain: bool = True) -> None:
        """End the stream; with ``drain`` the last cue sounds whole first. Idempotent."""


E = TypeVar("E", bound="SessionEvent | DiaryEvent", covariant=True)


class StoredEvent(NamedTuple, Generic[E]):
    """An event as the journal keeps it: ``id`` is a ULID, ``utc`` ISO 8601 with microseconds and ``Z``.

    ``session`` is empty for the diary.
    """

    id: str
    session: str
    utc: str
    zone: str
    device: str
    event: E


AnyStored: TypeAlias = "StoredEvent[SessionEvent | DiaryEvent]"


Digest: TypeAlias = "Callable[[str, Sequence[StoredEvent[SessionEvent]]], str]"
"""What a session comes to in brief, of its id and all its events in order."""


class Look(NamedTuple):
    """The journal at one instant. ``checkpoint`` is what was kept last, if it still holds; ``stale`` tells this instant
    from one after something came in that makes a checkpoint worthless."""

    diary: "Sequence[StoredEvent[DiaryEvent]]"
    digests: Sequence[str]
    checkpoint: str | None
    stale: int


class Heartbeat(NamedTuple):
    """Where the live session stands; one row, overwritten. ``at_ns`` is on the session clock."""

    session: str
    at_ns: int
    utc: str
    device: str
    pid: int
    note: str = ""


class LiveClaim(ABC):
    """The right to run the live session of a journal; the operating system drops it if the process dies."""

    @abstractmethod
    def wanted(self) -> str | None:
        """Who asks to take over, if anyone does."""

    @abstractmethod
    def release(self) -> None:
        """Give it up. Idempotent."""


class Journal(ABC):
    """Append-only store of events; the one truth about what happened."""

    @abstractmethod
    def append(
        self, session: str, events: Sequence[SessionEvent], since: Sequence[datetime] | None = None
    ) -> Sequence[StoredEvent[SessionEvent]]:
        """Write durably, all or none, before returning. Raises StorageError.

        ``since`` gives the instant (aware, UTC) each event is stored with, where that is not now: one that had to wait.
        """

    @abstractmethod
    def events(self, session: str, after: str | None = None) -> Sequence[StoredEvent[SessionEvent]]:
        """Events of one session in order of id, those later than id ``after`` if given."""

    @abstractmethod
    def find(self, event: str) -> "AnyStored | None":
        """The event with this id, of a session or of the diary; None if there is none."""

    @abstractmethod
    def note(self, events: "Sequence[DiaryEvent]") -> "Sequence[StoredEvent[DiaryEvent]]":
        """Write into the diary, durably, all or none, before returning. Raises StorageError."""

    @abstractmethod
    def diary(
        self, since: datetime | None = None, always: Sequence[str] = (), without: Sequence[str] = ()
    ) -> "Sequence[StoredEvent[DiaryEvent]]":
        """The diary in order of id. With ``since`` only what was written from then on, and all of the kinds ``always``.

        Kinds in ``without`` are left out.
        """

    @abstractmethod
    def newest(
        self, kind: str, since: datetime | None = None, until: datetime | None = None
    ) -> "StoredEvent[DiaryEvent] | None":
        """The newest diary event of that kind written from ``since`` on and before ``until``; None without one."""

    @abstractmethod
    def checkpoint(self) -> str | None:
        """What was last kept by ``keep_checkpoint``, if it still holds."""

    @abstractmethod
    def look(
        self, make: "Digest", since: datetime | None = None, always: Sequence[str] = (), without: Sequence[str] = ()
    ) -> "Look":
        """Diary, digests and checkpoint, all as of one instant: as ``diary`` and ``digests`` give them.

        Raises StorageError.
        """

    @abstractmethod
    def keep_checkpoint(self, look: "Look", floor: datetime, payload: str) -> None:
        """Keep something derived from what ``look`` showed, of what happened before ``floor``.

        It is gone once an event about a session of before ``floor`` comes in, or any event by a merge; if one has since
        ``look``, nothing is kept. It may be gone for no reason, too.
        """

    @abstractmethod
    def digests(self, make: "Digest", since: datetime | None = None) -> Sequence[str]:
        """What ``make(session, events)`` said of every session, or of those with an event from ``since`` on.

        It is asked again only for sessions with new events.

        The order means nothing. Raises StorageError.
        """

    @abstractmethod
    def sessions(self) -> Sequence[str]:
        """Session ids, oldest first."""

    @abstractmethod
    def beat(self, session: str, at_ns: int, note: str = "") -> None:
        """Overwrite the position of the live session."""

    @abstractmethod
    def heartbeat(self) -> Heartbeat | None:
        """The newest position, None when no session is or was left live."""

    @abstractmethod
    def clear_heartbeat(self) -> None:
        """The session has ended properly."""

    @abstractmethod
    def claim_live(self, *, take_over: bool = False) -> LiveClaim:
        """Become the live coach. Raises AlreadyLive unless free; with ``take_over`` asks the holder to hand over."""

    @abstractmethod
    def close(self) -> None:
        """Idempotent."""


class Exporter(Protocol):
    """Turns a sheet into a file for one destination. Named in the entry-point group ``coach.exporters``.

    It touches nothing: who calls it writes the file. ``exporters.contract.ExporterContract`` tests one.
    """

    @property
    def about(self) -> str:
        """One line for the list of formats."""
        ...

    @property
    def suffix(self) -> str:
        """What its files end with: ``.fit``."""
        ...

    @property
    def is_text(self) -> bool:
        """Whether it can be printed on a terminal (UTF-8)."""
        ...

    @property
    def takes(self) -> "frozenset[SheetKind]":
        """The kinds of sheet it can write."""
        ...

    def export(self, sheet: "Sheet") -> "Exported":
        """The same sheet always gives the same file. Raises BadInput for what the format cannot hold, naming it."""
        ...


class FoundActivity(NamedTuple):
    """A file as a source has it: FIT, TCX or GPX, or one of them packed. ``name`` tells it from the source's others."""

    name: str
    data: bytes


class ActivitySource(ABC):
    """Somewhere activities come from."""

    @property
    @abstractmethod
    def about(self) -> str:
        """What to call it, in a line: ``Garmin Connect``."""

    @abstractmethod
    def since(self, day: date) -> Iterator[FoundActivity]:
        """Every activity that began on ``day`` or later, by the runner's own calendar, the oldest first.

        Older ones may be among them, and what is no run: whoever asks knows files by their content. What was given
        stays good if then it raises: ServiceError, StorageError or BadInput.
        """
