"""Calendar days of the runner, in whatever zone."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from coach.model.zones import zone

DAY = timedelta(days=1)
MORNING_FROM = timedelta(hours=4)
"""[P] The night belongs to the day before: at 00:30 it is still yesterday's evening."""
NEXT_MORNING_AFTER = timedelta(hours=4)


def local_date(at: datetime, zone_name: str) -> date:
    """The date on the runner's wall."""
    return at.astimezone(zone(zone_name)).date()


def waking_date(at: datetime, zone_name: str) -> date:
    """The date of the day somebody awake at ``at`` lives in: it ends at four in the morning."""
    local = at.astimezone(zone(zone_name))
    return local.date() if timedelta(hours=local.hour, minutes=local.minute) >= MORNING_FROM else local.date() - DAY


def midnight(day: date, zone_name: str) -> datetime:
    """When ``day`` begins, in UTC."""
    return datetime.combine(day, time(), zone(zone_name)).astimezone(UTC)


def dawn(day: date, zone_name: str) -> datetime:
    """When the waking ``day`` begins, in UTC."""
    return datetime.combine(day, time(4), zone(zone_name)).astimezone(UTC)


def next_morning(end: datetime, zone_name: str) -> date:
    """The waking date of the first local morning at least four hours after a run that ended at ``end``.

    A night must lie between; and seven o'clock, at which a morning told later is written down, must be late enough.
    """
    day = waking_date(end, zone_name) + DAY
    seven = datetime.combine(day, time(7), zone(zone_name)).astimezone(UTC)
    return day if seven >= end + NEXT_MORNING_AFTER else day + DAY


def morning_of(at: datetime, zone_name: str, ends: Sequence[datetime]) -> tuple[date, tuple[datetime, ...]]:
    """Which morning somebody tells of at ``at``: the waking day, and the runs whose next morning it is, by their ends.

    ``ends`` are those of all runs, in order. A day may have two mornings: who ran deep in the night, or flew against
    the sun after a run, wakes on the day of a morning that was before it.
    """
    near = ends[bisect_left(ends, at - 3 * DAY) : bisect_right(ends, at - NEXT_MORNING_AFTER)]
    day = waking_date(at, zone_name)
    return day, tuple(end for end in near if next_morning(end, zone_name) == day)


def after_days(start: datetime, full_days: int, hours: int, zones: tuple[str, ...]) -> datetime:
    """When ``full_days`` and ``hours`` have passed since ``start``, in the strictest of ``zones``.

    The days must lie between by the calendar and as they are lived: it opens no sooner than the waking day whose check
    is asked for. With no full day it is the next day: never two runs on one.
    """
    found = [start + timedelta(hours=hours)]
    found += [midnight(local_date(start, name) + (full_days + 1) * DAY, name) for name in zones]
    found += [dawn(waking_date(start, name) + (full_days + 1) * DAY, name) for name in zones]
    return max(found)


def days_between(earlier: datetime, later: datetime, zones: tuple[str, ...]) -> int:
    """Calendar days from ``earlier`` to ``later``, the most that any of ``zones`` counts."""
    return max((local_date(later, name) - local_date(earlier, name)).days for name in zones)
