"""A session run without a watch as a FIT activity: a lap an interval, and the workout it was. See docs/export.md."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from coach.errors import BadInput
from coach.model.sheets import ActivitySheet, Exported, Lap, Sheet, SheetKind
from exporters.activity import NO_SENSOR, in_ms, the_activity, total_moving
from exporters.fit import FILE_ID, INTENSITY, MAX_STEPS, NO_MANUFACTURER, RUNNING, fit_time, workout_messages
from exporters.fit_records import ENUM, UINT16, UINT32, Field, Message, Value, encode_file
from exporters.steps import Round, few_enough

_ACTIVITY_FILE = 4
_TIMER, _SESSION, _LAP, _ACTIVITY = 0, 8, 9, 26
_START, _STOP, _STOP_ALL = 0, 1, 4
_BY_HAND, _BY_TIME = 0, 1
_GENERIC = 0

_EVENT = (
    Field(253, UINT32),  # timestamp
    Field(0, ENUM),  # event
    Field(1, ENUM),  # its type
)
_RECORD = (Field(253, UINT32),)
_LAP_FIELDS = (
    Field(254, UINT16),  # index
    Field(253, UINT32),  # timestamp: its end
    Field(0, ENUM),
    Field(1, ENUM),
    Field(2, UINT32),  # start
    Field(7, UINT32),  # elapsed, ms
    Field(8, UINT32),  # of it with the timer running, ms
    Field(23, ENUM),  # intensity
    Field(24, ENUM),  # what ended it
    Field(25, ENUM),  # sport
    Field(39, ENUM),  # sub-sport
    Field(71, UINT16),  # step of the workout
)
_SESSION_FIELDS = (
    Field(254, UINT16),
    Field(253, UINT32),
    Field(0, ENUM),
    Field(1, ENUM),
    Field(2, UINT32),  # start
    Field(5, ENUM),  # sport
    Field(6, ENUM),  # sub-sport
    Field(7, UINT32),  # elapsed, ms
    Field(8, UINT32),  # timer, ms
    Field(25, UINT16),  # first lap
    Field(26, UINT16),  # how many
    Field(28, ENUM),  # what ended it
)
_ACTIVITY_FIELDS = (
    Field(253, UINT32),
    Field(0, UINT32),  # timer, ms
    Field(1, UINT16),  # sessions
    Field(2, ENUM),  # by hand
    Field(3, ENUM),
    Field(4, ENUM),
    Field(5, UINT32),  # timestamp as the runner's clocks showed it
)


class ActivityFitExporter:
    """Messages in order of time; its serial number is the session's, so the same session is the same file."""

    about = "FIT activity of a session you ran without a watch"
    suffix = ".fit"
    is_text = False
    takes = frozenset({SheetKind.ACTIVITY})

    def export(self, sheet: Sheet) -> Exported:
        """Raises BadInput for a sheet of another kind."""
        given = the_activity(sheet, "activity-fit")
        remarks = [NO_SENSOR]
        rounds: tuple[Round, ...] = ()
        plan: tuple[Message, ...] = ()
        try:
            rounds = few_enough(given.workout, MAX_STEPS, "a watch")
            plan = workout_messages(rounds, given.title)
        except BadInput as refused:
            remarks.append(f"the workout is not in it, the laps are: {refused.what}")
        steps: list[int] = []
        first = 0
        for each in rounds:
            steps += list(range(first, first + len(each.steps))) * each.times
            first += each.size
        start, end = given.laps[0].start, given.laps[-1].end
        head = (_ACTIVITY_FILE, NO_MANUFACTURER, 0, given.serial, fit_time(start))
        data = encode_file(
            (
                Message(0, FILE_ID, [head]),
                *plan,
                *_in_order(given, steps if plan else None),
                *_sums(given, start, end),
            )
        )
        return Exported(data, tuple(remarks))


def _in_order(sheet: ActivitySheet, steps: list[int] | None) -> Iterator[Message]:
    """Events, records and laps by time; a lap comes at its end, before what begins then."""
    start, end = sheet.laps[0].start, sheet.laps[-1].end
    found: list[tuple[datetime, int, int, tuple[Value, ...]]] = [(start, 1, 21, (fit_time(start), _TIMER, _START))]
    for stop in sheet.stops:
        found.append((stop.start, 1, 21, (fit_time(stop.start), _TIMER, _STOP_ALL)))
        if stop.end < end:
            found.append((stop.end, 1, 21, (fit_time(stop.end), _TIMER, _START)))
    planned = [interval.planned_ms for interval in sheet.timeline.intervals]
    for number, lap in enumerate(sheet.laps):
        found.append((lap.start, 2, 20, (fit_time(lap.start),)))
        found.append((lap.end, 0, 19, _lap_row(number, lap, planned, steps)))
    found.append((end, 3, 20, (fit_time(end),)))
    if not any(stop.end >= end for stop in sheet.stops):
        found.append((end, 4, 21, (fit_time(end), _TIMER, _STOP_ALL)))
    found.sort(key=lambda each: each[:2])
    fields = {19: _LAP_FIELDS, 20: _RECORD, 21: _EVENT}
    for number, rows in groupby(found, key=lambda each: each[2]):
        yield Message(number, fields[number], [row for *_, row in rows])


def _lap_row(number: int, lap: Lap, planned: list[int | None], steps: list[int] | None) -> tuple[Value, ...]:
    ms = None if lap.interval is None else planned[lap.interval]
    by_time = ms is not None and abs(in_ms(lap.moving) - ms) <= 1
    return (
        number, fit_time(lap.end), _LAP, _STOP, fit_time(lap.start), in_ms(lap.end - lap.start), in_ms(lap.moving),
        INTENSITY[lap.intensity], _BY_TIME if by_time else _BY_HAND, RUNNING, _GENERIC,
        None if steps is None or lap.interval is None else steps[lap.interval],
    )  # fmt: skip


def _sums(sheet: ActivitySheet, start: datetime, end: datetime) -> Iterator[Message]:
    moving, elapsed = in_ms(total_moving(sheet)), in_ms(end - start)
    session = (
        0, fit_time(end), _SESSION, _STOP, fit_time(start), RUNNING, _GENERIC, elapsed, moving, 0, len(sheet.laps), 0,
    )  # fmt: skip
    yield Message(18, _SESSION_FIELDS, [session])
    local = fit_time(end + sheet.offset)
    yield Message(34, _ACTIVITY_FIELDS, [(fit_time(end), moving, 1, 0, _ACTIVITY, _STOP, local)])


exporter = ActivityFitExporter()
