"""What an exporter is given, a workout, a plan, a table …, and what it gives back. Immutable, no I/O.

Together with ``coach.ports.Exporter`` this is all that an exporter of somebody else's needs to know of the coach.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import BinaryIO, ClassVar, NamedTuple

from coach.model.protocol import Stage
from coach.model.timeline import Timeline, compile_timeline
from coach.model.workout import Intensity, Workout

MAX_SERIAL = 2**32 - 1

Cell = str | int | float | bool | None


class SheetKind(StrEnum):
    """What a sheet holds; an exporter names the kinds it takes."""

    WORKOUT = "workout"
    PLAN = "plan"
    AGENDA = "agenda"
    TABLE = "table"
    SOUND = "sound"
    ACTIVITY = "activity"


@dataclass(frozen=True, slots=True)
class WorkoutSheet:
    """One session. ``title`` is what to call it where it goes: never empty, at most 80 characters.

    ``made_at`` (aware, UTC, whole seconds) and ``serial`` (1 … 2^32-1) tell this export from every other; what else an
    exporter writes depends on the workout and the title alone. ``pace_s_per_km`` is the runner's own easy pace.
    """

    kind: ClassVar[SheetKind] = SheetKind.WORKOUT
    workout: Workout
    title: str
    made_at: datetime
    serial: int
    pace_s_per_km: int | None = None

    @property
    def timeline(self) -> Timeline:
        """The one compilation of it."""
        return compile_timeline(self.workout)


class StageSheet(NamedTuple):
    """A stage with what to type for it: ``osu/2-3``."""

    name: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """Stages in order. ``sources`` are the lines of all sources they cite."""

    kind: ClassVar[SheetKind] = SheetKind.PLAN
    title: str
    description: str
    stages: tuple[StageSheet, ...]
    sources: tuple[str, ...] = ()
    pace_s_per_km: int | None = None


class Appointment(NamedTuple):
    """``key`` stays the same however often the same thing is exported. ``start`` and ``end`` are aware."""

    key: str
    title: str
    text: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class AgendaSheet:
    """Appointments in order of time. ``zone`` is an IANA name, or an offset such as ``+02:00``."""

    kind: ClassVar[SheetKind] = SheetKind.AGENDA
    title: str
    zone: str
    made_at: datetime
    appointments: tuple[Appointment, ...]


@dataclass(frozen=True, slots=True)
class TableSheet:
    """Rows of the same columns; a column a row lacks is empty in it. Times are ISO 8601."""

    kind: ClassVar[SheetKind] = SheetKind.TABLE
    title: str
    columns: tuple[str, ...]
    rows: Sequence[Mapping[str, Cell | list[str]]] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class SoundSheet:
    """A whole session to listen to, every cue in its place.

    ``blocks`` hands out the samples from the first on, each time it is called, about a second a block: signed 16 bits,
    little-endian, ``channels`` side by side, ``rate`` frames a second, ``frames`` of them. ``starts`` are the frames at
    which the intervals begin, ``end`` the one at which the last is over. ``suffix`` is the kind of file asked for:
    ``.flac``.
    """

    kind: ClassVar[SheetKind] = SheetKind.SOUND
    workout: Workout
    title: str
    made_at: datetime
    suffix: str
    rate: int
    channels: int
    frames: int
    starts: tuple[int, ...]
    end: int
    blocks: Callable[[], Iterable[bytes]]

    @property
    def timeline(self) -> Timeline:
        """The one compilation of it."""
        return compile_timeline(self.workout)


class Lap(NamedTuple):
    """One interval as it was done. ``interval`` is its index in the timeline, None for the walk after a pain mark.

    ``start`` and ``end`` are aware; ``moving`` is the time between them without stops.
    """

    interval: int | None
    intensity: Intensity
    start: datetime
    end: datetime
    moving: timedelta


class Stop(NamedTuple):
    """A pause, or a gap in which no coach ran the session."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class ActivitySheet:
    """A session that was lived through, without anything a sensor would know: laps in order of time, at least one.

    ``serial`` (1 … 2^32-1) is the same each time the same session is exported. ``offset`` is what the runner's clocks
    showed beyond UTC.
    """

    kind: ClassVar[SheetKind] = SheetKind.ACTIVITY
    workout: Workout
    title: str
    serial: int
    offset: timedelta
    laps: tuple[Lap, ...]
    stops: tuple[Stop, ...] = ()

    @property
    def timeline(self) -> Timeline:
        """What was planned."""
        return compile_timeline(self.workout)


Sheet = WorkoutSheet | ActivitySheet | PlanSheet | AgendaSheet | TableSheet | SoundSheet


class Exported(NamedTuple):
    """The whole file, and remarks on what reads differently in it than in the plan, each one line.

    A file that is too long to be held is not in ``data``: ``pour`` writes it into an empty file (a real one, open for
    reading as well), the same each time, and raises OSError where that cannot be written to.
    """

    data: bytes
    remarks: tuple[str, ...] = ()
    pour: Callable[[BinaryIO], None] | None = None

    def fill(self, stream: BinaryIO) -> None:
        """Write it, however it is made, into an empty file (a real one, open for reading as well)."""
        if self.pour is None:
            stream.write(self.data)
        else:
            self.pour(stream)
