"""What is read of a TCX file."""

from datetime import timedelta

import pytest

from coach.activities import tcx as reader
from coach.activities.tcx import read_tcx
from coach.errors import BadInput
from coach.model.activity import Activity, Device, Pause, Record, RecordedWorkout
from coach.model.workout import Intensity
from tests.activities.files import at, small_tcx, tcx, tcx_lap


def only(data: bytes) -> Activity:
    [activity] = read_tcx(data, "x.tcx")
    return activity


def test_a_whole_small_run() -> None:
    activity = only(small_tcx())
    assert (activity.form, activity.sport, activity.start, activity.end) == ("tcx", "running", at(0), at(65))
    assert (activity.timer_ms, activity.distance_m, activity.offset, activity.faults) == (60000, 84, None, ())
    assert activity.records[1] == Record(at(3), 8.7, 2.8, 170, 140)
    assert [each[:5] for each in activity.laps] == [
        (at(0), at(30), 30000, 84, Intensity.ACTIVE),
        (at(30), at(65), 30000, None, Intensity.ACTIVE),
    ], "a lap in which nothing was measured has no distance, though the schema wants one"
    assert activity.pauses == (Pause(at(35), at(40)),)
    assert activity.devices == (Device(product="Forerunner", serial=77),)


def test_a_point_is_read_wholly() -> None:
    inside = (
        "<Position><LatitudeDegrees>48.5</LatitudeDegrees><LongitudeDegrees>-11.25</LongitudeDegrees></Position>"
        "<AltitudeMeters>512.5</AltitudeMeters><DistanceMeters>10.5</DistanceMeters>"
        "<HeartRateBpm><Value>151</Value></HeartRateBpm>"
        "<Extensions><TPX xmlns='http://x'><Speed>2.5</Speed><RunCadence>88</RunCadence></TPX></Extensions>"
    )
    activity = only(tcx(tcx_lap(0, 10, [[(1, inside)]])))
    assert activity.records == (Record(at(1), 10.5, 2.5, 176, 151, 48.5, -11.25, 512.5),)


@pytest.mark.parametrize(
    ("sport", "inside", "steps"),
    [
        ("Running", "<Cadence>84</Cadence>", 168),
        ("Running", "<Cadence>168</Cadence>", 168),
        ("Other", "<Extensions><TPX><RunCadence>55</RunCadence></TPX></Extensions>", 110),
        ("Biking", "<Cadence>84</Cadence>", None),
        ("Running", "<Cadence>many</Cadence>", None),
        ("Running", "<Cadence>nan</Cadence>", None),
    ],
)
def test_cadence_is_of_both_feet(sport: str, inside: str, steps: int | None) -> None:
    assert only(tcx(tcx_lap(0, 10, [[(1, inside)]]), sport)).records[0].cadence == steps


def test_elements_of_extensions_do_not_stand_in_for_the_points_own() -> None:
    strange = "<Extensions><x><Time>?</Time><DistanceMeters>9</DistanceMeters></x></Extensions>"
    inside = f"<DistanceMeters>5</DistanceMeters>{strange}"
    assert only(tcx(tcx_lap(0, 10, [[(1, inside)]]))).records == (Record(at(1), 5),)


def test_too_many_points_are_refused_over_all_activities(monkeypatch: pytest.MonkeyPatch) -> None:
    one = small_tcx()
    begin, end = one.index(b"<Activity "), one.index(b"</Activities>")
    monkeypatch.setattr(reader, "MAX_RECORDS", 29)
    assert len(only(one).records) < 29
    with pytest.raises(BadInput, match="more than 29 points"):
        read_tcx(one[:end] + one[begin:end] + one[end:], "x")


def test_the_first_lap_ends_where_the_second_begins() -> None:
    activity = only(tcx(tcx_lap(0, 9.5, [[(0, ""), (8, "")]]) + tcx_lap(10, 5, [[(11, ""), (14, "")]])))
    assert [each[:2] for each in activity.laps] == [(at(0), at(10)), (at(10), at(15))]
    assert activity.pauses == (), "that nothing was recorded from 8 to 11 s is no stop"


def test_a_stop_over_the_end_of_a_lap() -> None:
    activity = only(tcx(tcx_lap(0, 8, [[(0, ""), (8, "")]]) + tcx_lap(10, 5, [[(14, ""), (19, "")]])))
    assert activity.pauses == (Pause(at(8), at(14)),)


def test_laps_of_the_watch_and_of_the_runner() -> None:
    laps = "".join(
        tcx_lap(n * 10, 10, [], f"<TriggerMethod>{word}</TriggerMethod><Intensity>Resting</Intensity>")
        for n, word in enumerate(("Manual", "Distance", "Time"))
    )
    activity = only(tcx(laps))
    assert [each.by_itself for each in activity.laps] == [False, True, True]
    assert activity.laps[0].intensity is Intensity.REST


def test_the_name_of_the_workout() -> None:
    plan = "<Training VirtualPartner='false'><Plan Type='Workout'><Name>Stage 3</Name></Plan></Training>"
    assert only(tcx(tcx_lap(0, 10, [[(0, "")]]), more=plan)).workout == RecordedWorkout("Stage 3")


def test_times_with_an_offset_tell_the_zone() -> None:
    data = small_tcx().replace(b".000Z<", b".000+02:00<").replace(b'.000Z"', b'.000+02:00"')
    activity = only(data)
    assert activity.offset == timedelta(hours=2)
    assert activity.start == at(-7200)


def test_times_without_a_zone_are_told() -> None:
    activity = only(small_tcx().replace(b".000Z", b""))
    assert activity.start == at(0)
    assert activity.faults == ("its times name no zone: they are taken for UTC",)


def test_several_activities() -> None:
    one = small_tcx()
    begin, end = one.index(b"<Activity "), one.index(b"</Activities>")
    first, second = read_tcx(one[:end] + one[begin:end].replace(b"Running", b"Biking") + one[end:], "x")
    assert (first.sport, second.sport) == ("running", "cycling")


def test_cut_short_anywhere_it_tells_so_and_keeps_what_was_before() -> None:
    whole = small_tcx()
    intact = only(whole)
    saved = 0
    for length in range(0, whole.index(b"</TrainingCenterDatabase>"), 7):
        try:
            activity = only(whole[:length])
        except BadInput:
            assert not saved
            continue
        saved += 1
        assert "what follows is lost" in activity.faults[0]
        byte = int(activity.faults[0].partition("byte ")[2].partition(":")[0])
        assert length - 60 < byte <= length, "where what is cut begins"
        assert activity.records == intact.records[: len(activity.records)]
    assert saved > 200


def test_the_line_of_a_fault() -> None:
    data = small_tcx().replace(b"<Value>140</Value>", b"<Value>140</Valu>", 3).replace(b"</Valu>", b"</Value>", 2)
    activity = only(data)
    line = data[: data.index(b"</Valu>")].count(b"\n") + 1
    assert activity.faults[0].startswith(f"line {line}, byte ")
    assert len(activity.records) == 2


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (tcx("").replace(b"<Activity ", b"<Course ").replace(b"</Activity>", b"</Course>"), "it is a course"),
        (tcx(""), "there is no activity with times in it"),
        (b"<TrainingCenterDatabase>", "nothing of it can be read: line 1"),
    ],
)
def test_what_holds_no_activity_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(BadInput, match=what):
        read_tcx(data, "x.tcx")
