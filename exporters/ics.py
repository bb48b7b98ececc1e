"""Today's session and the ratings it will want, for a calendar (RFC 5545).

Times stand in the runner's zone, whose rules go with them, so that they are right wherever the file is opened. Where
the zone has no name, and for the hour that comes twice, they stand in UTC.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from coach.errors import BadInput
from coach.model.sheets import AgendaSheet, Appointment, Exported, Sheet, SheetKind

LONGEST_LINE = 75  # bytes, without the line end
_SEQUENCE_FROM = datetime(2020, 1, 1, tzinfo=UTC)
_YEAR = timedelta(days=366)


class CalendarExporter:
    """The same appointment keeps its UID: importing it again moves it."""

    about = "calendar of today's session and the ratings it will want"
    suffix = ".ics"
    is_text = True
    takes = frozenset({SheetKind.AGENDA})

    def export(self, sheet: Sheet) -> Exported:
        """Raises BadInput for a sheet of another kind."""
        if not isinstance(sheet, AgendaSheet):
            raise BadInput(f"a calendar holds no {sheet.kind.value}", remedy="say today, or nothing")
        return Exported("".join(f"{line}\r\n" for raw in _calendar(sheet) for line in _folded(raw)).encode())


def _calendar(sheet: AgendaSheet) -> Iterator[str]:
    zone = _zone(sheet.zone)
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//walkrun-coach//export//EN", "CALSCALE:GREGORIAN")
    if zone is not None and sheet.appointments:
        first = min(each.start for each in sheet.appointments)
        last = max(each.end for each in sheet.appointments)
        yield from _rules(zone, first - _YEAR, last + _YEAR)
    for each in sheet.appointments:
        yield from _event(each, sheet.made_at, zone)
    yield "END:VCALENDAR"


def _event(each: Appointment, made_at: datetime, zone: ZoneInfo | None) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_escaped(each.key)}@walkrun-coach"
    yield f"DTSTAMP:{_utc(made_at)}"
    yield f"SEQUENCE:{max(0, int((made_at - _SEQUENCE_FROM).total_seconds()))}"
    yield f"DTSTART{_time(each.start, zone)}"
    yield f"DTEND{_time(each.end, zone)}"
    yield f"SUMMARY:{_escaped(each.title)}"
    yield f"DESCRIPTION:{_escaped(each.text)}"
    yield "END:VEVENT"


def _time(at: datetime, zone: ZoneInfo | None) -> str:
    """With what stands before it: ``;TZID=Europe/Berlin:20260302T180000``, or ``:20260302T170000Z``."""
    local = at.astimezone(zone) if zone is not None else at
    if zone is None or local.fold:
        return f":{_utc(at)}"
    return f";TZID={zone.key}:{_wall(local)}"


def _utc(at: datetime) -> str:
    return f"{_wall(at.astimezone(UTC))}Z"


def _wall(at: datetime) -> str:
    return f"{at.year:04}{at:%m%dT%H%M%S}"


def _zone(name: str) -> ZoneInfo | None:
    """None for an offset, or a name this machine knows nothing of: then UTC is right, if less handy."""
    try:
        return None if name[:1] in "+-" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


# The rules of a zone


def _rules(zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[str]:
    """Every change of the clocks in between, and what was in force before the first."""
    yield from ("BEGIN:VTIMEZONE", f"TZID:{zone.key}")
    yield from _rule(zone, since.astimezone(UTC), None)
    at = since.astimezone(UTC)
    while at < until:
        after = min(at + timedelta(days=1), until.astimezone(UTC))
        if _kind(zone, at) != _kind(zone, after):
            change = _change(zone, at, after)
            yield from _rule(zone, change, change - timedelta(seconds=1))
        at = after
    yield "END:VTIMEZONE"


def _rule(zone: ZoneInfo, at: datetime, before: datetime | None) -> Iterator[str]:
    """The offset from ``at`` on; an onset is told in the time that was shown until then."""
    now = at.astimezone(zone)
    offset = now.utcoffset() or timedelta()
    earlier = offset if before is None else before.astimezone(zone).utcoffset() or timedelta()
    kind = "DAYLIGHT" if now.dst() else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{_wall(at.replace(tzinfo=None) + earlier)}"
    yield f"TZOFFSETFROM:{_offset(earlier)}"
    yield f"TZOFFSETTO:{_offset(offset)}"
    yield f"TZNAME:{now.tzname()}"
    yield f"END:{kind}"


def _kind(zone: ZoneInfo, at: datetime) -> tuple[timedelta | None, str | None]:
    local = at.astimezone(zone)
    return local.utcoffset(), local.tzname()


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second from which it is as at ``after``."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if _kind(zone, middle) == _kind(zone, before):
            before = middle
        else:
            after = middle
    return after


def _offset(offset: timedelta) -> str:
    seconds = int(offset.total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}{minutes:02}{f'{rest:02}' if rest else ''}"


# Lines


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """``line`` in pieces of at most 75 bytes, never within a character; each but the first begins with a space."""
    piece = ""
    for character in line:
        if len((piece + character).encode()) > LONGEST_LINE:
            yield piece
            piece = " "
        piece += character
    yield piece


exporter = CalendarExporter()
