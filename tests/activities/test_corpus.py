"""Real files of real devices: each is read, or refused with a clear word. They are others', and not in the project."""

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from coach.activities.reading import read_activities
from coach.errors import BadInput
from coach.model.activity import Activity
from tests.activities.files import gzipped, zipped

CORPUS = Path(os.environ.get("COACH_CORPUS") or "/nowhere")

pytestmark = pytest.mark.skipif(
    not (CORPUS / "fit").is_dir(),
    reason="COACH_CORPUS names no folder with fit, tcx and gpx: real files of others are not part of the project",
)

# Sport, records, laps, whole seconds by the timer, metres, hours ahead of UTC.
READ: dict[str, tuple[str, int, int, int | None, int | None, float | None]] = {
    "fit/activity-small-fenix2-run.fit": ("running", 2809, 4, 2832, 9008, 2),
    "fit/garmin-fenix-5-run.fit": ("running", 21, 1, 56, 157, -7),
    "fit/garmin-fenix-5-walk.fit": ("walking", 17, 1, 45, 67, -7),
    "fit/garmin-fr935-cr.fit": ("swimming", 7515, 89, 7552, 0, 1),
    "fit/compressed-speed-distance.fit": ("running", 755, 11, 3772, 10248, None),
    "fit/garmin-edge-820-bike.fit": ("cycling", 15, 1, 64, 457, -7),
    "fit/hrv-activity.fit": ("cycling", 1072, 15, 1071, 6873, 1),
    "fit/sample-run.fit": ("running", 4276, 6, 4271, 9399, 2),
    "tcx/sup_activity_1.tcx": ("", 111, 2, 1112, 1157, None),
    "gpx/track-with-empty-segment.gpx": ("", 9, 0, None, None, None),
}
REFUSED = {
    "fit/MonitoringFile.fit": "it is a FIT file of monitoring, not of an activity",
    "fit/Settings.fit": "it is a FIT file of settings, not of an activity",
    "fit/workouts/WorkoutCustomTargetValues.fit": "it is a FIT file of workout",
    "fit/workouts/WorkoutIndividualSteps.fit": "it is a FIT file of workout",
    "fit/workouts/WorkoutRepeatGreaterThanStep.fit": "it is a FIT file of workout",
    "fit/workouts/WorkoutRepeatSteps.fit": "it is a FIT file of workout",
    "gpx/Mojstrovka.gpx": "its points have no times that make sense",  # of 1901
    "gpx/cerknicko-without-times.gpx": "it is a route, not a run",
    "gpx/gpx_with_garmin_extension.gpx": "there is no track in it",  # way points alone, as in the next
    "gpx/unicode_with_bom.gpx": "there is no track in it",
}
# What is salvaged of damaged ones: activities, and what the last says is wrong.
SALVAGED = {
    "fit/invalid/activity-activity-filecrc.fit": (2, ["the checksum at byte 1540 is wrong"]),
    "fit/invalid/activity-filecrc.fit": (1, ["the checksum at byte 769 is wrong"]),
    "fit/invalid/activity-settings-corruptheader.fit": (1, ["what follows byte 771 is no FIT file"]),
    "fit/invalid/activity-settings-nodata.fit": (1, ["it ends at byte 786", "at byte 783 a definition is cut short"]),
    "fit/invalid/activity-unexpected-eof.fit": (1, ["it ends at byte 768", "at byte 751 a message is cut short"]),
}
SEVERAL = {"gpx/cerknicko-jezero.gpx": 7}


def read(name: str) -> list[Activity]:
    return read_activities(CORPUS / name, name)


def test_every_file_is_spoken_of() -> None:
    here = {str(file.relative_to(CORPUS)) for file in CORPUS.rglob("*.*") if file.parent != CORPUS}
    assert here == {*READ, *REFUSED, *SALVAGED, *SEVERAL}


@pytest.mark.parametrize("name", READ)
def test_read(name: str) -> None:
    [activity] = read(name)
    sport, records, laps, timer, metres, hours = READ[name]
    assert (activity.sport, len(activity.records), len(activity.laps)) == (sport, records, laps)
    assert (activity.timer_ms is None and timer is None) or activity.timer_ms // 1000 == timer
    assert (activity.distance_m is None and metres is None) or int(activity.distance_m) == metres
    assert activity.offset == (None if hours is None else timedelta(hours=hours))
    assert [bool(fault) for fault in activity.faults] == [True] * ("compressed" in name)
    plausible(activity)


def plausible(activity: Activity) -> None:
    times = [record.at for record in activity.records]
    assert times == sorted(set(times))
    assert activity.start <= activity.end
    assert [lap.start for lap in activity.laps] == sorted(lap.start for lap in activity.laps)
    if activity.timer_ms is not None:
        stopped = sum((pause.end - pause.start for pause in activity.pauses), timedelta())
        whole = timedelta(milliseconds=activity.timer_ms) + stopped
        assert abs(whole - (activity.end - activity.start)) <= timedelta(seconds=3), "timer and stops make the whole"


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    with pytest.raises(BadInput, match=f"^{name}: .*{REFUSED[name]}"):
        read(name)


@pytest.mark.parametrize("name", SALVAGED)
def test_salvaged(name: str) -> None:
    found = read(name)
    count, faults = SALVAGED[name]
    assert len(found) == count
    assert [part in fault for part, fault in zip(faults, found[-1].faults, strict=True)] == [True] * len(faults)
    assert all(len(each.records) == 14 and len(each.laps) == 1 for each in found)


@pytest.mark.parametrize("name", SEVERAL)
def test_several_tracks(name: str) -> None:
    found = read(name)
    assert len(found) == SEVERAL[name]
    for activity in found:
        plausible(activity)


def test_running_dynamics() -> None:
    [run], [walk] = read("fit/garmin-fenix-5-run.fit"), read("fit/garmin-fenix-5-walk.fit")
    for activity, stance, cadence in ((run, (225, 330), (150, 192)), (walk, (400, 560), (100, 150))):
        measured = [record for record in activity.records if record.stance_ms is not None]
        assert len(measured) >= 7
        assert stance[0] < _middle([record.stance_ms or 0 for record in measured]) < stance[1]
        assert cadence[0] < _middle([record.cadence or 0 for record in activity.records]) < cadence[1]
        assert all(record.balance_left is None or 45 < record.balance_left < 57 for record in measured)
        assert all(record.oscillation_mm for record in measured)


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def test_laps_of_a_workout() -> None:
    [activity] = read("fit/hrv-activity.fit")
    assert activity.workout is not None
    assert (activity.workout.name, len(activity.workout.steps)) == ("HIIT 20 X 0:30/0:15", 14)
    assert [(each.back_to, each.rounds) for each in activity.workout.steps if each.rounds] == [(5, 10), (9, 10)]
    assert [lap.step_index for lap in activity.laps] == [0, 1, 2, 3, 4, 5, 6, 5, 6, 5, 6, 5, 6, 5, None]
    assert not any(lap.by_itself for lap in activity.laps)


def test_auto_laps_of_a_mile() -> None:
    [activity] = read("fit/sample-run.fit")
    assert [lap.by_itself for lap in activity.laps] == [True] * 5 + [False]


@pytest.mark.parametrize("name", READ)
def test_packed_it_is_the_same(name: str) -> None:
    data = (CORPUS / name).read_bytes()
    if len(data) < 70_000:
        assert read_activities(gzipped(data), name) == read(name)
        assert read_activities(zipped({Path(name).name: data}), name) == read(name)
