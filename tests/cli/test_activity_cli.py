"""What watches recorded: taken in, joined to the run it is of, listed, shown against the plan, taken back."""

import gzip
import json
from pathlib import Path

import pytest

from tests.cli.comeback import Home
from tests.cli.test_rate_cli import READY


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A home where the first session was run with the coach, and that session as the files of a watch."""
    folder = tmp_path_factory.mktemp("recorded")
    home = Home(folder, "2026-03-01T10:00")
    home.says("init", "--injury", "plantar-fascia", "--baseline", "1,1,1", "--yes")
    for test in READY:
        home.says("ready", *test.split())
    before = home.journal.read_bytes()
    home.now = "2026-03-02T07:00"
    home.says("morning", "1", "--confidence", "8", "--nothing-else")
    unrun = home.journal.read_bytes()
    home.now = "2026-03-02T18:00"
    home.says("run", "--headless", "--speed", "1000", "--backend", "silent", "--voice", "beeps")
    files = {"before": before, "unrun": unrun, "run": home.journal.read_bytes()}
    for form in ("fit", "tcx"):
        home.says("export", f"activity-{form}", "-o", str(folder / f"run.{form}"))
        files[form] = (folder / f"run.{form}").read_bytes()
    return files


def home_with(recorded: dict[str, bytes], journal: str, folder: Path) -> Home:
    home = Home(folder, "2026-03-02T19:30")
    home.journal.write_bytes(recorded[journal])
    for form in ("fit", "tcx"):
        (folder / f"run.{form}").write_bytes(recorded[form])
    return home


def test_a_recording_joins_the_run_the_coach_ran(recorded: dict[str, bytes], tmp_path: Path) -> None:
    home = home_with(recorded, "run", tmp_path)
    done = home.coach("import", str(tmp_path / "run.fit"))
    assert done.returncode == 0, done.stderr
    assert "of a run that is known" in done.stdout
    assert "Rate the run of 2026-03-02 18:00: `coach rate --run " in done.stderr
    [row] = json.loads(home.says("activity", "list", "--json"))["activities"]
    assert row["what"] == "run with the coach (FIT)"
    assert len(json.loads(home.says("history", "--json"))["runs"]) == 1
    said = home.says("activity", "show")
    assert "Plan      100% of the running, told apart by coach" in said
    assert "active" in said
    shown = json.loads(home.says("activity", "show", "last", "--json"))
    assert shown["plan"]["adherence"] == pytest.approx(1, abs=0.01)
    assert [each["done_ms"] for each in shown["plan"]["intervals"]] == pytest.approx(
        [each["planned_ms"] for each in shown["plan"]["intervals"]], abs=2_000
    )


def test_one_nobody_knew_of_is_a_run_and_comes_once(recorded: dict[str, bytes], tmp_path: Path) -> None:
    home = home_with(recorded, "unrun", tmp_path)
    packed = tmp_path / "again.fit.gz"
    packed.write_bytes(gzip.compress(recorded["fit"]))
    done = home.coach("import", *(str(tmp_path / name) for name in ("run.fit", "run.tcx", "again.fit.gz")))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("a run of its own") == 1
    assert done.stdout.count("of a run that is known") == 1
    assert done.stdout.count("kept already") == 1
    assert "kept already" in home.says("import", str(tmp_path / "run.fit"))
    [run] = json.loads(home.says("history", "--json"))["runs"]
    assert run["unlocked"], "it kept to what was open"
    home.says("rate", "--during", "1", "--now", "0", "--nothing-else")
    home.now = "2026-03-03T07:00"
    home.says("morning", "1", "--confidence", "8", "--nothing-else")
    [run] = json.loads(home.says("history", "--json"))["runs"]
    assert not {"G28", "G12", "G21", "G15"} & set(run["codes"])
    assert "Plan      " in home.says("activity", "show", "last")


def test_a_try_keeps_nothing(recorded: dict[str, bytes], tmp_path: Path) -> None:
    home = home_with(recorded, "unrun", tmp_path)
    before = home.kept()
    assert "not kept" in home.says("import", str(tmp_path / "run.fit"), "--dry-run")
    assert home.kept() == before
    assert "No activity yet" in home.says("activity", "list")
    assert not (tmp_path / "scratch.db-activities").exists()


def test_one_taken_in_by_mistake_is_taken_back(recorded: dict[str, bytes], tmp_path: Path) -> None:
    home = home_with(recorded, "unrun", tmp_path)
    home.says("import", str(tmp_path / "run.fit"))
    home.says("ran", "--withdraw")
    assert "No activity yet" in home.says("activity", "list")
    assert "a run of its own" in home.says("import", str(tmp_path / "run.fit"))


def test_a_bad_file_is_named_and_the_others_are_kept(recorded: dict[str, bytes], tmp_path: Path) -> None:
    home = home_with(recorded, "unrun", tmp_path)
    (tmp_path / "bad.fit").write_bytes(b"no watch wrote this")
    done = home.coach("import", str(tmp_path / "bad.fit"), str(tmp_path / "none.fit"), str(tmp_path / "run.fit"))
    assert done.returncode == 2
    lines = [line for line in done.stderr.splitlines() if line.startswith("coach: ") and "pretended" not in line]
    assert len(lines) == 2
    assert all(" — " in line for line in lines)
    assert "a run of its own" in done.stdout
    assert "Traceback" not in done.stderr


def test_what_is_of_the_future_is_refused(recorded: dict[str, bytes], tmp_path: Path) -> None:
    home = home_with(recorded, "before", tmp_path)
    home.now = "2026-03-01T19:00"
    done = home.coach("import", str(tmp_path / "run.fit"))
    assert done.returncode == 2
    assert "ahead of this machine's clock" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("activity show nothing", "no activity was kept yet"),
        ("import", "missing argument"),
    ],
)
def test_bad_input_is_one_line(recorded: dict[str, bytes], tmp_path: Path, arguments: str, words: str) -> None:
    said = home_with(recorded, "before", tmp_path).refuses(*arguments.split())
    assert words in said.casefold()
