"""Garmin's Personal API by its own library, against the stand-in; and which activities are asked for."""

import stat
import sys
from datetime import date
from pathlib import Path

import pytest

from coach.errors import BadInput, LoginNeeded, ServiceError
from coach.garmin.activities import PersonalActivities, on_foot
from tests.fakes import FakeClock
from tests.garmin_stand_in import CUT, JUNK, KEY, LIST, StandIn

DAY = date(2026, 3, 1)


@pytest.fixture
def source(stand_in: StandIn, clock: FakeClock, tmp_path: Path) -> PersonalActivities:
    pytest.importorskip("garmin_personal_api", reason="it wants Python 3.12")
    stand_in.add_activity(1, "2026-03-02 07:00:00")
    return PersonalActivities(lambda: KEY, tmp_path / "garmin" / "personal.json", clock, stand_in.site)


def test_the_token_of_the_day_is_kept_and_the_key_is_not(
    source: PersonalActivities, stand_in: StandIn, clock: FakeClock, tmp_path: Path
) -> None:
    assert len(list(source.since(DAY))) == 1
    cache = tmp_path / "garmin" / "personal.json"
    assert stat.S_IMODE(cache.stat().st_mode) == 0o600
    assert KEY not in cache.read_text()
    again = PersonalActivities(lambda: KEY, cache, clock, stand_in.site)
    assert len(list(again.since(DAY))) == 1
    assert stand_in.count("POST .*personal-api-key/token") == 1


def test_a_token_that_is_taken_no_more_is_asked_for_once(source: PersonalActivities, stand_in: StandIn) -> None:
    assert len(list(source.since(DAY))) == 1
    stand_in.end_access()
    assert len(list(source.since(DAY))) == 1
    assert stand_in.count("personal-api-key/token") == 2


@pytest.mark.parametrize(
    ("like", "what", "says"),
    [
        ("personal-api-key", 401, "does not take the login any more .*`coach garmin key`"),
        ("activitylist", 401, "coach garmin key"),
        ("activitylist", 403, "refuses this"),
        ("activitylist", 429, "try again after 07:15"),
        ("activitylist", 503, "trouble of its own"),
        ("activitylist", JUNK, "does not understand"),
        ("download", CUT, "broke off"),
        ("download", 404, "did not take this"),
        ("personal-api-key", JUNK, "does not understand"),
        ("personal-api-key", LIST, "does not understand"),
    ],
)
def test_a_fault_is_one_line_without_the_key(
    source: PersonalActivities, stand_in: StandIn, like: str, what: int | str, says: str
) -> None:
    stand_in.fail(like, what, times=99)
    with pytest.raises(ServiceError, match=says) as caught:
        list(source.since(DAY))
    assert "Garmin's Personal API" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert stand_in.count(like) <= 2


def test_a_wrong_key(source: PersonalActivities) -> None:
    source._key = lambda: "another"
    with pytest.raises(LoginNeeded, match="coach garmin key"):
        list(source.since(DAY))


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="there it can be had")
def test_without_its_library_it_says_what_it_wants(stand_in: StandIn, clock: FakeClock, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"it wants Python 3\.12 or newer"):
        list(PersonalActivities(lambda: KEY, tmp_path / "x", clock, stand_in.site).since(DAY))


def test_what_was_certainly_not_on_foot_is_left_there() -> None:
    kinds = [
        "running",
        "treadmill_running",
        "walking",
        "hiking",
        "other",
        "indoor_cycling",
        "lap_swimming",
        "yoga",
        None,
    ]
    rows = [
        {"activityId": number, "startTimeLocal": f"2026-03-0{9 - number}", "activityType": {"typeKey": kind}}
        for number, kind in enumerate(kinds, start=1)
    ]
    assert on_foot(rows) == [9, 5, 4, 3, 2, 1]
    assert on_foot([{"activityId": "12"}, {"activityId": -1}, {"activityId": True}, {}, {"activityId": 11}]) == [11, 12]
