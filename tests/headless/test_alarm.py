"""The hour of the day: next occurrence, over both changes of summer time, and the wait for it."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.errors import BadInput
from coach.headless.alarm import Waiting, next_occurrence, parse_time, wait_until
from coach.headless.output import Output
from coach.session.state import Command, CommandKind
from tests.fakes import SteppingClock

BERLIN = ZoneInfo("Europe/Berlin")

SILENT = Output(out_fd=-1, err_fd=-1)
SILENT.close()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "wanted", "instant"),
    [
        ("2026-11-23T06:00:00+01:00", time(7), "2026-11-23T07:00:00+01:00"),
        ("2026-11-23T07:00:00+01:00", time(7), "2026-11-24T07:00:00+01:00"),
        ("2026-11-23T23:59:59+01:00", time(0), "2026-11-24T00:00:00+01:00"),
        # the night summer time begins: 2:00 becomes 3:00
        ("2026-03-28T22:00:00+01:00", time(7), "2026-03-29T07:00:00+02:00"),
        ("2026-03-28T22:00:00+01:00", time(2, 30), "2026-03-29T03:30:00+02:00"),
        # the night it ends: 3:00 becomes 2:00
        ("2026-10-24T22:00:00+02:00", time(7), "2026-10-25T07:00:00+01:00"),
        ("2026-10-25T01:00:00+02:00", time(2, 30), "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T02:45:00+02:00", time(2, 30), "2026-10-25T02:30:00+01:00"),
        ("2026-10-25T02:45:00+01:00", time(2, 30), "2026-10-26T02:30:00+01:00"),
    ],
)
def test_next_occurrence(now: str, wanted: time, instant: str) -> None:
    assert next_occurrence(at(now), wanted, BERLIN) == at(instant)


@given(
    st.integers(0, 2 * 365 * 24 * 60 * 60),
    st.times(),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
)
def test_it_lies_ahead_within_a_day_and_a_bit(seconds: int, wanted: time, zone: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    found = next_occurrence(now, wanted, ZoneInfo(zone))
    assert now < found <= now + timedelta(hours=26)


@pytest.mark.parametrize("text", ["7", "25:00", "07:60", "7:0", "", "noon", "07:00:61", "-1:00"])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="time of day"):
        parse_time(text)


def test_times_are_read() -> None:
    assert parse_time("7:00") == parse_time("07:00:00") == time(7)
    assert parse_time("23:59:58") == time(23, 59, 58)


class Patient(Waiting):
    """Time passes while it waits; ``asks`` come in turn."""

    def __init__(self, clock: SteppingClock, *asks: CommandKind | None) -> None:
        super().__init__(SILENT)
        self.clock = clock
        self.asks = list(asks)
        self.waits: list[float] = []

    def take(self, seconds: float) -> CommandKind | None:
        self.waits.append(seconds)
        self.clock.advance(round(seconds * 1e9))
        return self.asks.pop(0) if self.asks else None


def test_waiting_ends_at_the_hour_even_if_the_clock_is_set_meanwhile() -> None:
    clock = SteppingClock()
    target = clock.utc_now() + timedelta(hours=1)
    patient = Patient(clock)
    assert wait_until(target, clock, patient)
    assert clock.utc_now() == target
    patient = Patient(clock)
    clock.wall_step = timedelta(minutes=5)
    assert wait_until(target + timedelta(minutes=1), clock, patient)
    assert patient.waits == []


@pytest.mark.parametrize(("asked", "begun"), [(CommandKind.START, True), (CommandKind.STOP, False)])
def test_start_begins_now_and_stop_calls_it_off(asked: CommandKind, begun: bool) -> None:
    clock = SteppingClock()
    patient = Patient(clock, None, asked)
    assert wait_until(clock.utc_now() + timedelta(hours=1), clock, patient) is begun
    assert len(patient.waits) == 2


def test_what_is_posted_is_taken() -> None:
    waiting = Waiting(SILENT)
    waiting.post(Command(CommandKind.PAUSE))
    waiting.post(Command(CommandKind.STOP))
    assert waiting.take(5) is CommandKind.STOP
