"""What watches recorded: taken in, joined to the run it is of, listed, shown against the plan, taken back."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.comeback import Home
from tests.cli.test_rate_cli import READY

START = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # 18:00 in Berlin
PLAN = [(300, False), *[(60, True), (120, False)] * 8, (300, False)]


def seconds() -> Iterator[tuple[datetime, bool, float]]:
    """The first session as it was run, second by second: when, whether it was running, and how far it was."""
    at, way = START, 0.0
    for length, runs in PLAN:
        for _ in range(length):
            yield at, runs, way
            at, way = at + timedelta(seconds=1), way + (2.9 if runs else 1.5)


def as_tcx() -> str:
    points = "".join(
        f"<Trackpoint><Time>{at:%Y-%m-%dT%H:%M:%SZ}</Time><DistanceMeters>{way:.1f}</DistanceMeters><Extensions><TPX "
        f'xmlns="http://www.garmin.com/xmlschemas/ActivityExtension/v2"><RunCadence>{84 if runs else 55}</RunCadence>'
        "</TPX></Extensions></Trackpoint>"
        for at, runs, way in seconds()
    )
    return (
        '<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities>'
        f'<Activity Sport="Running"><Id>{START:%Y-%m-%dT%H:%M:%SZ}</Id><Lap StartTime="{START:%Y-%m-%dT%H:%M:%SZ}">'
        f"<TotalTimeSeconds>2040</TotalTimeSeconds><DistanceMeters>3700</DistanceMeters><Track>{points}</Track></Lap>"
        "</Activity></Activities></TrainingCenterDatabase>"
    )


def as_gpx() -> str:
    """The same without cadence, as some service hands it out."""
    points = "".join(
        f'<trkpt lat="{52 + way / 111_195:.7f}" lon="13"><time>{at:%Y-%m-%dT%H:%M:%SZ}</time></trkpt>'
        for at, _, way in seconds()
    )
    return (
        '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><type>running</type><trkseg>'
        f"{points}</trkseg></trk></gpx>"
    )


@pytest.fixture(scope="session")
def journals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A runner before the first run; and on its day, with the gate open."""
    home = Home(tmp_path_factory.mktemp("recorded"), "2026-03-01T10:00")
    home.says("init", "--injury", "plantar-fascia", "--baseline", "1,1,1", "--yes")
    for test in READY:
        home.says("ready", *test.split())
    before = home.journal.read_bytes()
    home.now = "2026-03-02T07:00"
    home.says("morning", "1", "--confidence", "8", "--nothing-else")
    return {"before": before, "open": home.journal.read_bytes()}


@pytest.fixture
def home(journals: dict[str, bytes], tmp_path: Path) -> Home:
    home = Home(tmp_path, "2026-03-02T19:30")
    home.journal.write_bytes(journals["open"])
    (tmp_path / "run.tcx").write_text(as_tcx())
    return home


def test_a_recording_joins_a_run_that_was_told(home: Home, tmp_path: Path) -> None:
    home.says("ran", "18:00", "8", "--total", "34", "--longest", "1")
    done = home.coach("import", str(tmp_path / "run.tcx"))
    assert done.returncode == 0, done.stderr
    assert "of a run that is known" in done.stdout
    assert "Rate the run of 2026-03-02 18:00: `coach rate --run " in done.stderr
    [row] = json.loads(home.says("activity", "list", "--json"))["activities"]
    assert (row["what"], row["run_min"]) == ("run by watch (TCX)", pytest.approx(8, abs=0.5))
    [run] = json.loads(home.says("history", "--json"))["runs"]
    assert run["done_min"] == pytest.approx(8, abs=0.5)


def test_one_nobody_knew_of_is_a_run_and_comes_once(home: Home, tmp_path: Path) -> None:
    (tmp_path / "run.gpx").write_text(as_gpx())
    (tmp_path / "again.tcx.gz").write_bytes(gzip.compress(as_tcx().encode()))
    done = home.coach("import", *(str(tmp_path / name) for name in ("run.gpx", "run.tcx", "again.tcx.gz")))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("a run of its own") == 1
    assert done.stdout.count("of a run that is known") == 1
    assert done.stdout.count("kept already") == 1
    assert "kept already" in home.says("pull", "--from", str(tmp_path))
    [run] = json.loads(home.says("history", "--json"))["runs"]
    assert run["done_min"] == pytest.approx(8, abs=0.5)  # by the one that tells most
    home.says("rate", "--during", "1", "--now", "0", "--nothing-else")
    home.now = "2026-03-03T07:00"
    home.says("morning", "1", "--confidence", "8", "--nothing-else")
    [run] = json.loads(home.says("history", "--json"))["runs"]
    assert run["unlocked"], "it kept to what was open"
    assert not {"G28", "G12", "G21", "G15"} & set(run["codes"])


def test_it_is_shown_against_the_plan(home: Home, tmp_path: Path) -> None:
    home.says("today")
    home.says("import", str(tmp_path / "run.tcx"))
    said = home.says("activity", "show")
    assert "Plan " in said
    assert said.count("active ") == 8
    row = said.splitlines()[1]
    assert set(row) == {"R", "w"}
    shown = json.loads(home.says("activity", "show", "last", "--json"))
    assert shown["plan"]["adherence"] > 0.95
    planned = [each["planned_ms"] for each in shown["plan"]["intervals"]]
    assert [each["done_ms"] for each in shown["plan"]["intervals"]] == pytest.approx(planned, abs=5_000)


def test_a_try_keeps_nothing(home: Home, tmp_path: Path) -> None:
    before = home.kept()
    assert "not kept" in home.says("import", str(tmp_path / "run.tcx"), "--dry-run")
    assert home.kept() == before
    assert "No activity yet" in home.says("activity", "list")
    assert not (tmp_path / "scratch.db-activities").exists()


def test_one_taken_in_by_mistake_is_taken_back(home: Home, tmp_path: Path) -> None:
    home.says("import", str(tmp_path / "run.tcx"))
    home.says("ran", "--withdraw")
    assert "No activity yet" in home.says("activity", "list")
    assert "a run of its own" in home.says("import", str(tmp_path / "run.tcx"))


def test_a_bad_file_is_named_and_the_others_are_kept(home: Home, tmp_path: Path) -> None:
    (tmp_path / "bad.fit").write_bytes(b"no watch wrote this")
    done = home.coach("import", str(tmp_path / "bad.fit"), str(tmp_path / "none.fit"), str(tmp_path / "run.tcx"))
    assert done.returncode == 2
    lines = [line for line in done.stderr.splitlines() if line.startswith("coach: ") and "pretended" not in line]
    assert len(lines) == 2
    assert all(" — " in line for line in lines)
    assert "a run of its own" in done.stdout
    assert "Traceback" not in done.stderr


def test_what_is_of_the_future_is_refused(home: Home, journals: dict[str, bytes], tmp_path: Path) -> None:
    home.journal.write_bytes(journals["before"])
    home.now = "2026-03-01T19:00"
    done = home.coach("import", str(tmp_path / "run.tcx"))
    assert done.returncode == 2
    assert "ahead of this machine's clock" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("activity show nothing", "no activity was kept yet"),
        ("import", "missing argument"),
        ("pull --from connect --watch", "--watch looks at a folder"),
        ("pull --since 2026-13-01", "--since"),
        ("pull --from /nowhere", "there is no such folder"),
    ],
)
def test_bad_input_is_one_line(home: Home, arguments: str, words: str) -> None:
    said = home.refuses(*arguments.split())
    assert words in said.casefold()
