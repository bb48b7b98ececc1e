"""What an exporter is given: a workout, a plan, an agenda or a table; and what it gives back. Immutable, no I/O.

Together with ``coach.ports.Exporter`` this is all that an exporter of somebody else's needs to know of the coach.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, NamedTuple

from coach.model.protocol import Stage
from coach.model.timeline import Timeline, compile_timeline
from coach.model.workout import Workout

MAX_SERIAL = 2**32 - 1

Cell = str | int | float | bool | None


class SheetKind(StrEnum):
    """What a sheet holds; an exporter names the kinds it takes."""

    WORKOUT = "workout"
    PLAN = "plan"
    AGENDA = "agenda"
    TABLE = "table"


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


Sheet = WorkoutSheet | PlanSheet | AgendaSheet | TableSheet


class Exported(NamedTuple):
    """The whole file, and remarks on what reads differently in it than in the plan, each one line."""

    data: bytes
    remarks: tuple[str, ...] = ()
