"""What the activity formats share."""

from datetime import UTC, datetime, timedelta

from coach.errors import BadInput
from coach.model.sheets import ActivitySheet, Lap, Sheet
from coach.model.table import interval_words
from coach.model.timeline import Timeline
from exporters.steps import WORD

NO_SENSOR = "nothing measured is in it: no distance, no place, no heart rate"


def the_activity(sheet: Sheet, name: str) -> ActivitySheet:
    """``sheet``, if it is an activity. Raises BadInput."""
    if isinstance(sheet, ActivitySheet):
        return sheet
    raise BadInput(f"{name} holds no {sheet.kind.value}", remedy="name a session you ran: last, or its day")


def lap_words(lap: Lap, timeline: Timeline) -> str:
    """As ``Run 3 of 8``. The walk after a pain mark is a walk: where it hurt is nobody's business but the runner's."""
    return WORD[lap.intensity] if lap.interval is None else interval_words(timeline.intervals[lap.interval], WORD)


def total_moving(sheet: ActivitySheet) -> timedelta:
    """The time without stops."""
    return sum((lap.moving for lap in sheet.laps), timedelta())


def in_ms(span: timedelta) -> int:
    """Whole milliseconds, the rest cut off."""
    return span // timedelta(milliseconds=1)


def utc_text(at: datetime) -> str:
    """ISO 8601 to the millisecond, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
