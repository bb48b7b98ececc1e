"""What a watch recorded, whatever file it came in. Immutable, no I/O.

Instants are aware and UTC. A figure the file does not hold is None, never 0.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from coach.model.workout import Intensity


class Record(NamedTuple):
    """One reading of the sensors. ``cadence`` is steps a minute, both feet; ``balance_left`` per cent."""

    at: datetime
    distance_m: float | None = None  # since the beginning
    speed_mps: float | None = None
    cadence: float | None = None
    heart_rate: int | None = None
    latitude: float | None = None  # degrees
    longitude: float | None = None
    altitude_m: float | None = None
    stance_ms: float | None = None  # ground contact
    balance_left: float | None = None
    oscillation_mm: float | None = None
    temperature_c: int | None = None


class RecordedLap(NamedTuple):
    """One lap as the watch cut it. ``timer_ms`` is without what it was stopped for.

    ``step_index`` is the FIT message index of the workout's step, where a watch followed one; ``by_itself`` whether it
    was cut by distance or time set on the watch, not by the runner or the workout.
    """

    start: datetime
    end: datetime
    timer_ms: int | None = None
    distance_m: float | None = None
    intensity: Intensity | None = None
    step_index: int | None = None
    by_itself: bool = False
    steps: int | None = None  # footsteps
    cadence: float | None = None
    heart_rate: int | None = None


class Pause(NamedTuple):
    """The watch's timer stood still."""

    start: datetime
    end: datetime


class Gait(StrEnum):
    """How somebody moved."""

    RUN = "run"
    WALK = "walk"
    STAND = "stand"


class Split(NamedTuple):
    """A stretch the watch itself took for running, walking or standing."""

    gait: Gait
    start: datetime
    end: datetime


class Device(NamedTuple):
    """What recorded it: the maker's name and the product's, and a serial number where there is one."""

    maker: str = ""
    product: str = ""
    serial: int | None = None


class RecordedStep(NamedTuple):
    """A step of the workout a watch followed; ``number`` is its FIT message index.

    A repeat has ``back_to`` and ``rounds``: the steps from that index on were done so many times.
    """

    number: int
    intensity: Intensity | None = None
    duration_ms: int | None = None
    distance_cm: int | None = None
    back_to: int | None = None
    rounds: int | None = None
    name: str = ""


class RecordedWorkout(NamedTuple):
    """The workout a watch followed, as its file tells it."""

    name: str = ""
    steps: tuple[RecordedStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity of one file. ``sport`` in FIT's words: ``running``, ``walking``, ``cycling`` …, empty if not told.

    ``offset`` is what local time was ahead of UTC, where the file says. ``faults`` says what of the file could not be
    read, with its place: then the rest is what was salvaged.
    """

    form: str  # fit, tcx or gpx
    sport: str
    start: datetime
    end: datetime
    offset: timedelta | None = None
    timer_ms: int | None = None
    distance_m: float | None = None
    records: tuple[Record, ...] = ()
    laps: tuple[RecordedLap, ...] = ()
    pauses: tuple[Pause, ...] = ()
    splits: tuple[Split, ...] = ()
    devices: tuple[Device, ...] = ()
    workout: RecordedWorkout | None = None
    faults: tuple[str, ...] = ()
