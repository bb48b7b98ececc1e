"""Calendars, read back by icalendar: the right instants in every zone and on the days the clocks change."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.model.sheets import AgendaSheet, Appointment
from exporters.contract import MADE_AT, NAMES
from exporters.ics import exporter

BERLIN = ZoneInfo("Europe/Berlin")


def sheet(start: datetime, zone: str = "Europe/Berlin", title: str = "Run", text: str = "1m run") -> AgendaSheet:
    run = Appointment("01-session", title, text, start, start + timedelta(minutes=30))
    return AgendaSheet("Today", zone, MADE_AT, (run,))


def written(agenda: AgendaSheet) -> bytes:
    return exporter.export(agenda).data


def events(data: bytes) -> list[Any]:
    return list(icalendar.Calendar.from_ical(data).walk("VEVENT"))


def by_its_own_rules(data: bytes, at: datetime) -> timedelta:
    """The offset that the file's own VTIMEZONE gives for ``at`` (wall time), read by hand as RFC 5545 says."""
    [zone] = icalendar.Calendar.from_ical(data).walk("VTIMEZONE")
    onsets = sorted((part["DTSTART"].dt, part["TZOFFSETTO"].td) for part in zone.subcomponents)
    return [offset for onset, offset in onsets if onset <= at][-1]


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/Berlin", "2026-03-28T18:00+01:00"),
        ("Europe/Berlin", "2026-03-29T02:59:59+02:00"),
        ("Europe/Berlin", "2026-03-29T18:00+02:00"),
        ("Europe/Berlin", "2026-10-25T02:30+02:00"),  # the first of two
        ("Europe/Berlin", "2026-10-25T18:00+01:00"),
        ("America/New_York", "2026-11-01T07:00-05:00"),
        ("Australia/Lord_Howe", "2026-04-05T07:00+10:30"),  # half an hour
        ("Asia/Kathmandu", "2026-06-01T07:00+05:45"),  # never
        ("Africa/Casablanca", "2026-03-01T07:00+00:00"),  # by the moon
        ("Europe/Dublin", "2026-01-10T07:00+00:00"),  # winter time is the odd one there
        ("UTC", "2026-06-01T07:00+00:00"),
    ],
)
def test_the_time_is_right_by_the_rules_in_the_file(zone: str, start: str) -> None:
    instant = datetime.fromisoformat(start)
    data = written(sheet(instant, zone))
    [event] = events(data)
    assert f"DTSTART;TZID={zone}:{instant.astimezone(ZoneInfo(zone)):%Y%m%dT%H%M%S}\r\n".encode() in data
    wall = event["DTSTART"].dt.replace(tzinfo=None)
    assert (wall - by_its_own_rules(data, wall)).replace(tzinfo=UTC) == instant
    assert event["DTSTART"].dt.astimezone(UTC) == instant
    assert event["DTEND"].dt.astimezone(UTC) == instant + timedelta(minutes=30)


@given(st.integers(0, 5 * 365 * 86_400))
def test_any_instant_comes_back(seconds: int) -> None:
    instant = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    data = written(sheet(instant))
    [event] = events(data)
    assert event["DTSTART"].dt.astimezone(UTC) == instant
    wall = event["DTSTART"].dt.replace(tzinfo=None)
    if event["DTSTART"].params.get("TZID"):
        assert (wall - by_its_own_rules(data, wall)).replace(tzinfo=UTC) == instant


def test_the_hour_that_comes_twice_stands_in_utc_the_second_time() -> None:
    data = written(sheet(datetime.fromisoformat("2026-10-25T02:30+01:00")))
    assert b"DTSTART:20261025T013000Z\r\n" in data


@pytest.mark.parametrize("zone", ["+02:00", "-03:30", "Nowhere/Land"])
def test_without_a_name_of_the_zone_it_stands_in_utc(zone: str) -> None:
    data = written(sheet(datetime(2026, 3, 2, 18, tzinfo=BERLIN), zone))
    assert b"DTSTART:20260302T170000Z\r\n" in data
    assert b"VTIMEZONE" not in data


def test_the_rules_are_those_of_the_zone_and_few() -> None:
    data = written(sheet(datetime(2026, 3, 2, 18, tzinfo=BERLIN))).decode()
    assert "BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST" in data
    assert "BEGIN:STANDARD\r\nDTSTART:20261025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nTZNAME:CET" in data
    assert data.count("TZOFFSETTO") == 5


@pytest.mark.parametrize("name", [*NAMES, "one\ntwo", "x" * 400, "ü" * 200])
def test_texts_come_back_and_no_line_is_too_long(name: str) -> None:
    data = written(sheet(datetime(2026, 3, 2, 18, tzinfo=BERLIN), title=name, text=name))
    [event] = events(data)
    assert str(event["SUMMARY"]) == name
    assert str(event["DESCRIPTION"]) == name
    assert data.endswith(b"END:VCALENDAR\r\n")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        line.decode()  # folded between characters
