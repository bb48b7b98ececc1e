"""What every Connect keeps: the client against the stand-in, and the fake that the sync's other tests use."""

from datetime import date

import pytest

from coach.garmin.connect import Connect
from coach.garmin.shape import mark_in, shape_of, wanted_of
from tests.garmin.connect_world import FakeConnect, World

DAY = date(2026, 12, 31)
WORKOUT = {
    "workoutName": "osu/2-3 2026-12-31",
    "sportType": {"sportTypeId": 1, "sportTypeKey": "running"},
    "workoutSegments": [{"segmentOrder": 1, "workoutSteps": [{"stepOrder": 1, "stepType": {"stepTypeId": 3}}]}],
}


@pytest.fixture(params=["client", "fake"])
def connect(request: pytest.FixtureRequest) -> Connect:
    return FakeConnect(World()) if request.param == "fake" else request.getfixturevalue("logged_in")


def test_what_is_uploaded_is_there_as_it_was(connect: Connect) -> None:
    wanted = wanted_of(WORKOUT, DAY)
    first, second = connect.upload(wanted.workout), connect.upload(wanted.workout)
    assert first != second, "nothing keeps one from being there twice"
    assert {each.id for each in connect.workouts()} == {first, second}
    assert {(each.name, mark_in(each.description)) for each in connect.workouts()} == {
        ("osu/2-3 2026-12-31", (DAY, wanted.shape))
    }
    stored = connect.workout(first)
    assert stored is not None
    assert shape_of(stored) == wanted.shape == shape_of(WORKOUT)
    connect.delete(first)
    connect.delete(first)
    assert connect.workout(first) is None
    assert [each.id for each in connect.workouts()] == [second]


def test_a_day_holds_what_is_put_there_until_it_is_taken_off(connect: Connect) -> None:
    workout = connect.upload(WORKOUT)
    connect.schedule(workout, DAY)
    connect.schedule(workout, DAY)
    connect.schedule(workout, date(2027, 1, 1))
    december = connect.calendar(2026, 12)
    assert [(each.workout, each.day) for each in december] == [(workout, DAY)] * 2
    assert len({each.schedule for each in december}) == 2
    assert [each.day for each in connect.calendar(2027, 1)] == [date(2027, 1, 1)]
    connect.unschedule(december[0].schedule)
    connect.unschedule(december[0].schedule)
    assert list(connect.calendar(2026, 12)) == [december[1]]
    connect.delete(workout)
    assert list(connect.calendar(2026, 12)) == []
