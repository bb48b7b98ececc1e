"""A session that a coach ran, and the same by a watch: one run, held against the plan by what the coach knows."""

from pathlib import Path

import pytest

from coach.bootstrap.activity import make_activity
from coach.bootstrap.importing import Importer
from coach.bootstrap.recordings import recorded_run, shown
from coach.history.matching.steps import How
from coach.journal.originals import Originals
from exporters.activity_fit import exporter
from tests.coaching.test_coaching import FASCIA
from tests.history.test_checkpoint import Device


@pytest.fixture
def device(tmp_path: Path) -> Device:
    device = Device(tmp_path / "pi.db")
    device.coaching.set_profile(FASCIA)
    device.morning(1)
    return device


def test_a_run_with_the_coach_and_its_recording_are_one(device: Device, tmp_path: Path) -> None:
    session = device.run()
    device.wait(0.1)
    data = exporter.export(make_activity([], device.coaching, device.store)).data
    originals = Originals(tmp_path / "activities")
    [first] = Importer(device.coaching, originals).take([("watch.fit", data)])
    assert (first.run, first.joined, first.problem) == (session, True, None)
    [again] = Importer(device.coaching, originals).take([("copy.fit", data)])
    assert (again.run, again.known) == (session, True)
    [run] = device.coaching.standing.runs
    # No sensor tells whether those laps were run: only what is certain adds to what the coach saw.
    assert (run.id, run.done_ms, run.planned_ms) == (session, run.planned_ms, run.planned_ms)
    found = shown(recorded_run("last", device.coaching), device.coaching, device.store, originals)
    assert found.matched is not None
    assert found.matched.how is How.COACH
    done = [each.done_ms for each in found.matched.intervals]
    assert done == pytest.approx([each.planned_ms for each in found.matched.intervals], abs=1000)
