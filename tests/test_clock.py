"""The local zone, and what people write as local times, on the days on which clocks are changed."""

import time
from collections.abc import Generator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coach import clock
from coach.clock import PretendClock, SystemClock, local_instant, never_set
from coach.coaching.times import instant, on_day
from coach.errors import BadInput
from coach.model.zones import zone

BERLIN = zone("Europe/Berlin")
SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC).astimezone(BERLIN)
WINTER = datetime(2026, 12, 1, 12, tzinfo=UTC).astimezone(BERLIN)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("UTC", "UTC"),
        ("EST5EDT", "EST5EDT"),
        ("Europe/Berlin", "Europe/Berlin"),
        (":Europe/Berlin", "Europe/Berlin"),
        ("", "UTC"),
        ("/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
    ],
)
def test_tz_names_the_zone(told: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if told.startswith("/") and not Path(told).exists():
        pytest.skip("zones have no files here")
    monkeypatch.setenv("TZ", told)
    assert SystemClock().zone_name() == name
    assert SystemClock().local_now().tzinfo == zone(name)


@pytest.mark.parametrize("told", ["Nonsense/Zone", "CET-1CEST,M3.5.0,nonsense", "../etc/passwd", "/nowhere", "Berlin"])
def test_a_zone_that_does_not_exist_is_refused_with_what_to_set(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", told)
    with pytest.raises(BadInput, match="TZ: there is no time zone"):
        SystemClock().zone_name()


@pytest.fixture
def machine_zone() -> Generator[None]:
    """The C library reads TZ only when it is told to."""
    yield
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="only POSIX has such rules")
@pytest.mark.usefixtures("machine_zone")
@pytest.mark.parametrize(
    ("told", "offsets"),
    [
        ("CET-1CEST,M3.5.0,M10.5.0/3", ("+01:00", "+02:00")),
        (":CET-1CEST,M3.5.0,M10.5.0/3", ("+01:00", "+02:00")),
        ("<+03>-3", ("+03:00",)),
        ("NST3:30", ("-03:30",)),
        ("XST-10XDT,J60/2,J300/2:30", ("+10:00", "+11:00")),
    ],
)
def test_rules_without_a_name_give_the_offset_of_now(
    told: str, offsets: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", told.removeprefix(":"))
        time.tzset()
        patched.setenv("TZ", told)
        assert SystemClock().zone_name() in offsets


def test_localtime_is_the_zone_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "zoneinfo" / "Asia" / "Tokyo"
    file.parent.mkdir(parents=True)
    file.touch()
    (tmp_path / "localtime").symlink_to(file)
    monkeypatch.setattr(clock, "_LOCALTIME", tmp_path / "localtime")
    monkeypatch.setenv("TZ", "localtime")
    assert SystemClock().zone_name() == "Asia/Tokyo"


def test_a_machine_that_does_not_name_its_zone_gives_its_offset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setattr(clock, "_LOCALTIME", tmp_path / "localtime")
    name = SystemClock().zone_name()
    assert name[0] in "+-"
    assert zone(name).utcoffset(None) == datetime.now().astimezone().utcoffset()


def test_a_pretended_time_is_local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert PretendClock(datetime(2026, 7, 1, 12)).utc_now() == datetime(2026, 7, 1, 10, tzinfo=UTC)  # noqa: DTZ001
    assert PretendClock(datetime(2026, 12, 1, 12)).utc_now() == datetime(2026, 12, 1, 11, tzinfo=UTC)  # noqa: DTZ001


def test_a_time_of_another_season_has_the_offset_of_its_own_day() -> None:
    assert instant("2026-03-02 07:10", SUMMER) == datetime(2026, 3, 2, 6, 10, tzinfo=UTC)
    assert instant("2026-07-01 07:10", WINTER) == datetime(2026, 7, 1, 5, 10, tzinfo=UTC)
    assert on_day(datetime(2026, 3, 2).date(), datetime(2026, 7, 1, 7).time(), SUMMER) == datetime(  # noqa: DTZ001
        2026, 3, 2, 6, tzinfo=UTC
    )
    assert instant("2026-03-02T07:10-05:00", SUMMER) == datetime(2026, 3, 2, 12, 10, tzinfo=UTC)


def test_yesterdays_time_is_that_of_yesterdays_offset() -> None:
    after_change = datetime(2026, 3, 29, 6, tzinfo=UTC).astimezone(BERLIN)  # 08:00 in summer time
    assert instant("09:00", after_change) == datetime(2026, 3, 28, 8, tzinfo=UTC)
    assert instant("07:00", after_change) == datetime(2026, 3, 29, 5, tzinfo=UTC)


def test_an_hour_that_comes_twice_is_the_later_one_unless_that_is_ahead() -> None:
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert instant("2026-10-25 02:30", WINTER) == second
    between = datetime(2026, 10, 25, 1, 15, tzinfo=UTC).astimezone(BERLIN)  # 02:15 for the second time
    assert instant("02:30", between) == first
    assert instant("2026-10-25 02:30", between) == first


def test_a_time_that_was_skipped_today_was_yesterdays_before_it() -> None:
    early = datetime(2026, 3, 29, tzinfo=UTC).astimezone(BERLIN)  # 01:00
    assert instant("02:30", early) == datetime(2026, 3, 28, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-03-29 02:30", "02:30"])
def test_a_time_that_was_skipped_is_refused(text: str) -> None:
    now = datetime(2026, 3, 29, 12, tzinfo=UTC).astimezone(BERLIN)
    with pytest.raises(BadInput, match="there was no 02:30 on 2026-03-29") as caught:
        instant(text, now)
    assert caught.value.where == "--at"


@pytest.mark.parametrize("text", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "0001-01-01 00:00"])
def test_years_no_calendar_can_reckon_with_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        instant(text, SUMMER)
    with pytest.raises(ValueError, match="year"):
        local_instant(datetime.fromisoformat(text), BERLIN)


@pytest.mark.parametrize("text", ["2026-03-02", "20260302", "2026-W10-1", "20260302T0710", "2026-03-02 07"])
def test_a_day_alone_is_no_time(text: str) -> None:
    """Its midnight would be of the evening before."""
    with pytest.raises(BadInput, match="is not a time") as caught:
        instant(text, SUMMER)
    assert "2026-03-02 07:10" in str(caught.value.remedy)


@pytest.mark.parametrize(
    ("there", "unset"),
    [
        ([], False),  # a container, or macOS
        (["sys/class/rtc"], False),  # another keeper of time
        (["sys/class/rtc", "run/systemd/timesync"], True),
        (["sys/class/rtc", "run/systemd/timesync/synchronized"], False),
        (["sys/class/rtc/rtc0", "run/systemd/timesync"], False),
        (["run/systemd/timesync"], False),  # nobody says which clocks there are
    ],
)
def test_a_clock_is_known_to_be_unset_only_where_something_says_so(
    tmp_path: Path, there: list[str], unset: bool
) -> None:
    for name in there:
        (tmp_path / name).mkdir(parents=True)
    assert never_set(tmp_path) is unset
