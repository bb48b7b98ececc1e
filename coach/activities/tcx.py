"""TCX activities of Garmin's schema, with its extension for runners."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from coach.activities import tidy
from coach.activities.markup import Times, Walk, number
from coach.activities.tidy import MAX_LAPS, MAX_RECORDS, degrees, growing, in_order, in_steps, milliseconds
from coach.errors import BadInput
from coach.model.activity import Activity, Device, Pause, Record, RecordedLap, RecordedWorkout
from coach.model.workout import Intensity

MAX_ACTIVITIES = 1000
_INTENSITY = {"active": Intensity.ACTIVE, "resting": Intensity.REST}
_BY_ITSELF = frozenset(("Distance", "Location", "Time", "HeartRate"))
_SECOND = timedelta(seconds=1)  # by which times in whole seconds may be out
_OF_THE_POINT = frozenset(("Time", "DistanceMeters", "AltitudeMeters"))
"""Anybody's extension may have elements of these names, too."""

_OTHER_KINDS = {"Course": "a course", "Workout": "a workout"}


@dataclass(slots=True)
class _Lap:
    start: datetime | None
    told: dict[str, str] = field(default_factory=dict[str, str])
    measured: bool = False  # whether any point of it has a place or a distance
    last: datetime | None = None


@dataclass(slots=True)
class _Run:
    """An Activity element. ``tracks`` are first and last instant of each Track, with the number of its lap."""

    sport: str
    laps: list[_Lap] = field(default_factory=list[_Lap])
    records: list[Record] = field(default_factory=list[Record])
    tracks: list[tuple[int, datetime, datetime]] = field(default_factory=list[tuple[int, datetime, datetime]])
    told: dict[str, str] = field(default_factory=dict[str, str])
    plan: str | None = None
    timeless: int = 0


class Tcx:
    """Takes the elements of a TCX file."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.times = Times()
        self.runs: list[_Run] = []
        self.other = ""
        self._run: _Run | None = None
        self._lap: _Lap | None = None
        self._point: dict[str, str] | None = None
        self._new_track = False
        self._points = 0

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if name == "Trackpoint":
            self._point = {}
        elif name == "Track":
            self._new_track = True
        elif name == "Lap" and self._run is not None:
            self._lap = _Lap(self.times.read(attributes.get("StartTime", "")))
            self._run.laps.append(self._lap)
            self._limit(len(self._run.laps), MAX_LAPS, "laps")
        elif name == "Activity":
            self._run = _Run(tidy.sport_named(attributes.get("Sport", "")))
            self.runs.append(self._run)
            self._limit(len(self.runs), MAX_ACTIVITIES, "activities")
        elif name in _OTHER_KINDS:
            self.other = _OTHER_KINDS[name]

    def closed(self, name: str, text: str, parent: str) -> None:
        """An element is over."""
        run = self._run
        if run is None:
            return
        if name == "Activity":
            self._run = None
        elif name == "Lap":
            self._lap = None
        elif self._point is not None:
            if name == "Trackpoint":
                self._take(self._point, run)
                self._point = None
            elif name not in _OF_THE_POINT or parent == "Trackpoint":
                self._point["HeartRate" if name == "Value" else name] = text
        elif self._lap is not None:
            self._lap.told[parent if name == "Value" else name] = text
        elif name == "Name" and parent == "Plan":
            run.plan = text
        else:
            run.told[name] = text

    def _take(self, point: Mapping[str, str], run: _Run) -> None:
        at = self.times.read(point.get("Time", ""))
        if at is None:
            run.timeless += 1
            return
        latitude, longitude = degrees(
            number(point.get("LatitudeDegrees", "")), number(point.get("LongitudeDegrees", ""))
        )
        record = Record(
            at,
            distance_m=tidy.metres(number(point.get("DistanceMeters", ""))),
            speed_mps=tidy.speed(number(point.get("Speed", ""))),
            cadence=tidy.within(number(point.get("RunCadence", point.get("Cadence", ""))), 0, 254),
            heart_rate=tidy.heart_rate(number(point.get("HeartRate", ""))),
            latitude=latitude,
            longitude=longitude,
            altitude_m=tidy.altitude(number(point.get("AltitudeMeters", ""))),
        )
        run.records.append(record)
        self._points += 1
        self._limit(self._points, MAX_RECORDS, "points")
        if self._lap is not None:
            self._lap.measured |= latitude is not None or record.distance_m is not None
            self._lap.last = at
        if self._new_track or not run.tracks:
            run.tracks.append((len(run.laps), at, at))
            self._new_track = False
        else:
            lap, first, last = run.tracks[-1]
            run.tracks[-1] = (lap, first, max(last, at))

    def _limit(self, count: int, most: int, word: str) -> None:
        if count > most:
            raise BadInput(f"there are more than {most:,} {word} in it", where=self._name, remedy="no run has so many")


def read_tcx(data: bytes, name: str) -> list[Activity]:
    """Every activity in it. Raises BadInput where there is none."""
    tcx = Tcx(name)
    fault = Walk(tcx, name).through(data)
    wrong = [*([fault] if fault else []), *tcx.times.faults()]
    found = [activity for run in tcx.runs if (activity := _activity(run, tcx.times, wrong)) is not None]
    if found:
        return found
    if fault:
        raise BadInput(f"nothing of it can be read: {fault}", where=name, remedy="export it again")
    if tcx.other:
        raise BadInput(f"it is {tcx.other}, not an activity", where=name, remedy="export the activity itself")
    raise BadInput("there is no activity with times in it", where=name, remedy="export it again")


def _activity(run: _Run, times: Times, wrong: list[str]) -> Activity | None:
    records, disorder = in_order(run.records)
    laps = _laps(run.laps)
    instants = [each.at for each in (*records[:1], *records[-1:])] + [at for lap in laps for at in (lap.start, lap.end)]
    if not instants:
        return None
    timers = [lap.timer_ms for lap in laps if lap.timer_ms is not None]
    distances = [lap.distance_m for lap in laps if lap.distance_m is not None]
    if run.timeless and not times.wrong:
        disorder = [*disorder, f"{run.timeless} of its points have no time: left out"]
    steps, own_laps = in_steps(growing(records), laps, run.sport)
    return Activity(
        form="tcx",
        sport=run.sport,
        start=laps[0].start if laps else min(instants),
        end=max(instants),
        offset=times.offset,
        timer_ms=sum(timers) if timers and len(timers) == len(laps) else None,
        distance_m=sum(distances) if distances else None,
        records=steps,
        laps=own_laps,
        pauses=_pauses(run, laps),
        devices=_devices(run.told),
        workout=None if run.plan is None else RecordedWorkout(run.plan),
        faults=(*wrong, *disorder),
    )


def _laps(given: list[_Lap]) -> list[RecordedLap]:
    """By when they began; each lasts until the next begins."""
    found: list[RecordedLap] = []
    for lap in given:
        if lap.start is None:
            continue
        timer = milliseconds(number(lap.told.get("TotalTimeSeconds", "")))
        distance = tidy.metres(number(lap.told.get("DistanceMeters", "")))
        cadence = lap.told.get("AvgRunCadence", lap.told.get("Cadence", ""))
        found.append(
            RecordedLap(
                lap.start,
                max(lap.start + timedelta(milliseconds=timer or 0), lap.last or lap.start),
                timer,
                # The schema wants one even of a lap in which nothing was measured.
                None if not distance and not lap.measured else distance,
                _INTENSITY.get(lap.told.get("Intensity", "").casefold()),
                by_itself=lap.told.get("TriggerMethod") in _BY_ITSELF,
                cadence=tidy.within(number(cadence), 0, 254),
                heart_rate=tidy.heart_rate(number(lap.told.get("AverageHeartRateBpm", ""))),
            )
        )
    found.sort(key=lambda lap: lap.start)
    starts = [lap.start for lap in found[1:]]
    until = [lap._replace(end=start) if start > lap.start else lap for lap, start in zip(found, starts, strict=False)]
    return [*until, *found[-1:]]


def _pauses(run: _Run, laps: list[RecordedLap]) -> tuple[Pause, ...]:
    """Within a lap a new Track begins where the watch went on. Between the last point of a lap and the first of the
    next nothing need have been: that was a stop if the two took so much longer than they count."""
    stopped = [timedelta()] + [
        timedelta() if lap.timer_ms is None else lap.end - lap.start - timedelta(milliseconds=lap.timer_ms)
        for lap in laps
    ]
    found: list[Pause] = []
    for (lap, _, before), (next_lap, after, _) in pairwise(run.tracks):
        if after > before and (lap == next_lap or sum(stopped[lap : next_lap + 1], _SECOND) >= after - before):
            found.append(Pause(before, after))
    return tuple(found)


def _devices(told: Mapping[str, str]) -> tuple[Device, ...]:
    if not (told.get("Name") or told.get("ProductID")):
        return ()
    unit = told.get("UnitId", "")
    serial = int(unit) if unit.isascii() and unit.isdigit() and 0 < int(unit[:12]) < 2**32 else None
    return (Device(product=(told.get("Name") or told.get("ProductID", ""))[:60], serial=serial),)
