"""From what a FIT file's messages say to activities."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from coach.activities import tidy
from coach.activities.fit_laps import END_OF_STOP, STOP, laps_of, pauses_of, splits_of
from coach.activities.fit_workout import workout_of
from coach.activities.tidy import degrees, growing, in_order, in_steps, milliseconds, utc_words, within
from coach.errors import BadInput
from coach.model.activity import Activity, Device, Record, RecordedLap

EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
_FIRST_DATE = 0x10000000
"""Seconds below this count from when the watch was switched on."""

_LATEST = (tidy.LATEST - EPOCH) // timedelta(seconds=1)
_SEMICIRCLE = 180 / 2**31
_QUARTER = timedelta(minutes=15)
_MARGIN = timedelta(hours=1)
MAX_DEVICES = 64
MAX_SESSIONS = 100

Values = dict[str, Any]


@dataclass(slots=True)
class Told:
    """The messages of one FIT file. Times are still as they stand there."""

    kind: str = ""
    sport: Values = field(default_factory=dict[str, Any])
    activity: Values = field(default_factory=dict[str, Any])
    workout: Values = field(default_factory=dict[str, Any])
    sessions: list[Values] = field(default_factory=list[Values])
    laps: list[Values] = field(default_factory=list[Values])
    stops: list[tuple[int, bool]] = field(default_factory=list[tuple[int, bool]])  # when, whether it goes on again
    splits: list[Values] = field(default_factory=list[Values])
    steps: list[dict[int, Any]] = field(default_factory=list[dict[int, Any]])
    devices: list[Device] = field(default_factory=list[Device])
    records: list[Record] = field(default_factory=list[Record])

    @property
    def has_something(self) -> bool:
        """Whether anything is told of what was done."""
        return bool(self.records or self.laps or self.sessions)

    def record(self, values: Values) -> None:
        """Take a record; one without a time is of no use."""
        seconds = values.get("timestamp")
        if not isinstance(seconds, int) or not 0 <= seconds <= _LATEST:
            return
        latitude, longitude = degrees(_scaled(values.get("position_lat")), _scaled(values.get("position_long")))
        balance = values.get("stance_time_balance")
        self.records.append(
            Record(
                EPOCH + timedelta(seconds=seconds),
                tidy.metres(values.get("distance")),
                tidy.speed(values.get("enhanced_speed", values.get("speed"))),
                _cadence(values.get("cadence256"), values.get("cadence"), values.get("fractional_cadence")),
                tidy.heart_rate(values.get("heart_rate")),
                latitude,
                longitude,
                tidy.altitude(values.get("enhanced_altitude", values.get("altitude"))),
                within(values.get("stance_time"), 1, 5000),
                within(balance, 1, 99),
                within(values.get("vertical_oscillation"), 0.1, 1000),
                tidy.temperature(values.get("temperature")),
            )
        )

    def event(self, values: Values) -> None:
        """Take the timer's starts and stops."""
        seconds, kind = values.get("timestamp"), values.get("event_type")
        if values.get("event") == "timer" and isinstance(seconds, int):
            if kind == END_OF_STOP:
                self.stops.append((seconds, True))
            elif kind in STOP:
                self.stops.append((seconds, False))

    def file_id(self, values: Values) -> None:
        """Take what the file says it is; the first word holds."""
        if not self.kind and "type" in values:
            self.kind = str(values["type"])
        self.device(values)

    def device(self, values: Values) -> None:
        """Take a device, once; the watch itself names itself first."""
        serial = values.get("serial_number")
        found = Device(
            _word(values.get("manufacturer")),
            _word(values.get("product_name", values.get("product"))),
            serial if isinstance(serial, int) else None,
        )
        if found == Device() or found in self.devices:
            return
        # The file's head names the watch without its serial number at times, and so does all that is built into it.
        nameless = found._replace(serial=None)
        if nameless in self.devices:
            self.devices[self.devices.index(nameless)] = found
        elif (found.serial or nameless not in [each._replace(serial=None) for each in self.devices]) and (
            len(self.devices) < MAX_DEVICES
        ):
            self.devices.append(found)


@dataclass(frozen=True, slots=True)
class _Span:
    """When a session began and ended, and what its message says: nothing where the file broke off before it."""

    start: datetime
    end: datetime
    told: Values


def activities_of(told: Told, faults: Sequence[str], name: str) -> list[Activity]:
    """One a session; where the file broke off before it, one of what there is. Raises BadInput."""
    wrong = list(faults)
    clock = _clock(told, wrong)
    records, disorder = in_order(_dated(told.records, clock, wrong))
    wrong += disorder
    workout = workout_of(told.workout, told.steps)
    laps = laps_of(told.laps, clock, workout)
    spans = _spans(told, clock) or _extent(records, laps)
    if not spans:
        raise BadInput("no time in it makes sense", where=name, remedy="export it again")
    found: list[Activity] = []
    for number, span in enumerate(spans):
        first = None if number == 0 else span.start
        last = None if number + 1 == len(spans) else spans[number + 1].start
        own = [record for record in records if _lies(record.at, first, last)]
        own_laps = [lap for lap in laps if _lies(lap.start + timedelta(seconds=1), first, last)]
        activity = _activity(span, own, own_laps, told, wrong)
        found.append(
            replace(
                activity,
                pauses=pauses_of(told.stops, clock, activity),
                splits=splits_of(told.splits, clock, first, last),
                workout=workout,
            )
        )
    return found


def _activity(
    span: _Span, records: Sequence[Record], laps: Sequence[RecordedLap], told: Told, faults: Sequence[str]
) -> Activity:
    start, end = span.start, span.end
    if records and not (records[0].at - _MARGIN <= end and start <= records[-1].at + _MARGIN):
        faults = [*faults, f"it says it began at {utc_words(start)}, when nothing was recorded: its records count"]
        start, end = records[0].at, records[-1].at
    distance = tidy.metres(span.told.get("total_distance"))
    if distance is None and not span.told:
        distance = next((each.distance_m for each in reversed(records) if each.distance_m is not None), None)
    sport = _sport(span.told, told)
    # Each sport of several may count its own distance.
    in_footsteps, own_laps = in_steps(growing(records), laps, sport)
    return Activity(
        form="fit",
        sport=sport,
        start=start,
        end=end,
        offset=_offset(told),
        timer_ms=milliseconds(span.told.get("total_timer_time")),
        distance_m=distance,
        records=in_footsteps,
        laps=own_laps,
        devices=tuple(told.devices),
        faults=tuple(faults),
    )


def _lies(at: datetime, first: datetime | None, last: datetime | None) -> bool:
    return (first is None or at >= first) and (last is None or at < last)


class Clock:
    """From the file's seconds to instants. ``ahead`` is what to add where the watch knew no date."""

    def __init__(self, ahead: int = 0) -> None:
        self.ahead = ahead

    def at(self, seconds: object) -> datetime | None:
        """None for what is no date."""
        if not isinstance(seconds, int) or isinstance(seconds, bool):
            return None
        seconds += self.ahead
        return EPOCH + timedelta(seconds=seconds) if _FIRST_DATE <= seconds <= _LATEST else None


def _clock(told: Told, faults: list[str]) -> Clock:
    """One by which the watch counted from when it was switched on is set by the local time that closes the file."""
    own, local = told.activity.get("timestamp"), told.activity.get("local_timestamp")
    if not isinstance(own, int) or own >= _FIRST_DATE or not isinstance(local, int) or local < _FIRST_DATE:
        return Clock()
    faults.append("the watch knew no date but its local time, which is taken for UTC")
    return Clock(local - own)


def _dated(records: Iterable[Record], clock: Clock, faults: list[str]) -> list[Record]:
    ahead = timedelta(seconds=clock.ahead)
    first, last = EPOCH + timedelta(seconds=_FIRST_DATE), tidy.LATEST
    found: list[Record] = []
    lost = 0
    for record in records:
        at = record.at + ahead
        if first <= at <= last:
            found.append(record._replace(at=at) if ahead else record)
        else:
            lost += 1
    if lost:
        faults.append(f"{lost} records have no date: left out" if lost > 1 else "1 record has no date: left out")
    return found


def _spans(told: Told, clock: Clock) -> list[_Span]:
    """By when they began. What the timer stood still at the very end, before it was saved, belongs to none."""
    found: list[_Span] = []
    for session in told.sessions[:MAX_SESSIONS]:
        start, stamp = clock.at(session.get("start_time")), clock.at(session.get("timestamp"))
        elapsed = milliseconds(session.get("total_elapsed_time"))
        if start is None and stamp is not None:
            start = stamp if elapsed is None else stamp - timedelta(milliseconds=elapsed)
        if start is None:
            continue
        end = stamp if elapsed is None else start + timedelta(milliseconds=elapsed)
        found.append(_Span(start, start if end is None else max(start, end), session))
    return sorted(found, key=lambda span: span.start)


def _extent(records: Sequence[Record], laps: Sequence[RecordedLap]) -> list[_Span]:
    """From the first to the last instant of anything that is told."""
    times = [record.at for record in (*records[:1], *records[-1:])]
    times += [at for lap in laps for at in (lap.start, lap.end)]
    return [_Span(min(times), max(times), {})] if times else []


def _sport(session: Values, told: Told) -> str:
    for values in (session, told.sport, *told.laps[-1:]):
        sport = values.get("sport")
        if isinstance(sport, str):
            return sport
    return ""


def _offset(told: Told) -> timedelta | None:
    """What local time was ahead of UTC at the end: a zone's whole quarters of an hour."""
    own, local = told.activity.get("timestamp"), told.activity.get("local_timestamp")
    if not isinstance(own, int) or not isinstance(local, int) or own < _FIRST_DATE or local < _FIRST_DATE:
        return None
    ahead = timedelta(seconds=local - own)
    quarters = round(ahead / _QUARTER)
    if abs(ahead - quarters * _QUARTER) > timedelta(minutes=2) or not -48 <= quarters <= 56:
        return None
    return quarters * _QUARTER


def _cadence(fine: object, whole: object, fraction: object) -> float | None:
    """Rounds a minute, with the fraction where there is one."""
    if (found := within(fine, 0, 254)) is not None:
        return found
    rounds = within(whole, 0, 254)
    return None if rounds is None else rounds + (within(fraction, 0, 1) or 0)


def _scaled(semicircles: object) -> object:
    return semicircles * _SEMICIRCLE if isinstance(semicircles, int) else None


def _word(value: object) -> str:
    return str(value)[:60] if isinstance(value, (str, int)) else ""
