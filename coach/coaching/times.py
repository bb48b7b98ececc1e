"""Times and days as people type them."""

from datetime import date, datetime, time, timedelta

from coach.clock import FIRST_YEAR, LAST_YEAR, day_and_time, local_instant
from coach.errors import BadInput


def instant(text: str, now: datetime, where: str = "--at") -> datetime:
    """``07:10`` (the latest such time), ``2026-03-02 07:10`` or with an offset; in UTC. ``now`` is local, aware.

    Raises BadInput, also for a day alone and for a time that clocks skipped.
    """
    words = text.strip().replace(" ", "T")
    try:
        if len(words) > 5:
            wall = day_and_time(words)
        else:
            wall = datetime.combine(now.date(), time.fromisoformat(words.rjust(5, "0")))
    except ValueError:
        raise BadInput(
            f"{text.strip()[:30] or 'nothing'} is not a time", where=where, remedy="write 07:10 or 2026-03-02 07:10"
        ) from None
    latest = len(words) <= 5
    try:
        at = _there(wall, now, where)
    except BadInput:
        if not latest or wall <= now.replace(tzinfo=None):
            raise
        at = None  # it would have been later today
    return at if at is not None and (not latest or at <= now) else _there(wall - timedelta(days=1), now, where)


def on_day(day: date, at: time, now: datetime, where: str = "--at") -> datetime:
    """That time of that day where ``now`` is local. Raises BadInput for one that clocks skipped."""
    return _there(datetime.combine(day, at.replace(tzinfo=None)), now, where)


def _there(wall: datetime, now: datetime, where: str) -> datetime:
    assert now.tzinfo is not None, "a local time knows its zone"
    try:
        return local_instant(wall, now.tzinfo, now)
    except ValueError as error:
        raise BadInput(str(error), where=where, remedy="give the time that clocks showed") from None


def a_date(text: str, where: str) -> date:
    """``2026-03-02``. Raises BadInput."""
    try:
        found = date.fromisoformat(text.strip())
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise ValueError
        return found
    except ValueError:
        raise BadInput(
            f"{text.strip()[:30] or 'nothing'} is not a date", where=where, remedy="write it as 2026-03-02"
        ) from None
