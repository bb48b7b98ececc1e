"""``coach workout`` as people use it: a real process, its output, and its exit code."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from coach.errors import ExitCode
from tests.cli.forked import forked

SEED = "5m walk, 8x(1m run, 2m walk), 5m walk"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def coach(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return forked().run(("workout", *arguments), {**os.environ, "COACH_HOME": str(home)})


def refused(home: Path, *arguments: str, code: ExitCode = ExitCode.BAD_INPUT) -> str:
    done = coach(home, *arguments)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("coach: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert " — " in done.stderr
    return done.stderr


def test_check_prints_every_step_and_the_total(home: Path) -> None:
    done = coach(home, "check", SEED)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["start", "round", "step", "lasts"]
    assert len(lines) == 1 + 18 + 2
    assert lines[1].split() == ["0:00", "walk", "5", "min"]
    assert lines[2].split() == ["5:00", "1/8", "run", "1", "of", "8", "1", "min"]
    assert lines[17].split() == ["27:00", "·", "walk", "2", "min"]
    assert lines[-1] == "34:00, running 8:00"


def test_check_of_steps_without_time(home: Path) -> None:
    done = coach(home, "check", '5m walk, 2x(400mtr run "fast" @Z4, open walk), 1m run')
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[2].split() == ["5:00", "1/2", "run", "1", "of", "3", "400", "mtr", "fast", "@Z4"]
    assert lines[3].split() == ["–", "·", "walk", "open"]
    assert lines[-1] == "at least 6:00, running 1:00 and 800 mtr"


def test_check_of_nested_repeats_shows_both_rounds(home: Path) -> None:
    lines = coach(home, "check", "2x(2x(1m run), 1m walk)").stdout.splitlines()
    assert [line.split()[1:3] for line in lines[1:4]] == [["1/2", "1/2"], ["1/2", "2/2"], ["1/2", "walk"]]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("5m walk, 0s run", "column 10: a step cannot last no time at all"),
        ("-5m walk", "column 1: a step cannot last less than no time"),
        ("10h walk", "6 h at most"),
        ("0x(1m run)", "0 times"),
        ("8x(1m run", "column 3: this bracket is never closed"),
        ("5 fortnights walk", "“fortnights” is not a unit"),
        ("5000x(1m run)", "more than the 100"),
        ("100x(50x(1m run))", "5,000 intervals"),
        ("5m walk, 400m run", "400m is 400 minutes"),
        ("no-such-workout", "no workout is called “no-such-workout”"),
        ("nowhere.toml", "there is no such file"),
        ("", "no workout is given"),
    ],
)
def test_bad_workouts_get_one_line_with_a_remedy(home: Path, text: str, says: str) -> None:
    assert says in refused(home, "check", text)
    assert not home.exists()


def test_a_terminal_also_sees_the_place(home: Path) -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "coach", "workout", "check", "5m walk, 1m wolk"],
        env={**os.environ, "COACH_HOME": str(home), "PYTHONIOENCODING": "utf-8"},
        stderr=theirs,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    os.close(theirs)
    lines = os.read(ours, 10_000).decode().splitlines()
    os.close(ours)
    assert done.returncode == ExitCode.BAD_INPUT
    assert lines[1:] == ["  5m walk, 1m wolk", "              ^"]


def test_list_for_people_and_for_programs(home: Path) -> None:
    own = home / "data" / "workouts"
    own.mkdir(parents=True)
    (own / "broken.toml").write_text("steps = '1m rum'")
    (own / "taste.toml").write_text("steps = '1m run'")
    done = coach(home, "list")
    assert done.returncode == 0
    rows = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert "34:00, running 8:00" in rows["seed-start"]
    assert "(your own)" in rows["taste"]
    assert "broken.toml, line 1, column 13" in rows["broken"]
    assert "your own taste is used in place of the shipped one" in done.stderr
    data = {entry["name"]: entry for entry in json.loads(coach(home, "list", "--json").stdout)}
    assert list(data) == list(rows)
    assert (data["seed-start"]["total_ms"], data["seed-start"]["run_ms"]) == (2_040_000, 480_000)
    assert data["by-distance"]["total_ms"] is None
    assert "problem" in data["broken"]
    assert (data["taste"]["own"], data["taste"]["shadows"]) == (True, True)


def test_show_for_people_and_for_programs(home: Path) -> None:
    done = coach(home, "show", "seed-start")
    assert done.returncode == 0
    assert done.stdout.startswith("Seed start\n")
    assert "5m warmup, 8x(1m run, 2m walk), 5m cooldown\n34:00, running 8:00\n" in done.stdout
    data = json.loads(coach(home, "show", "--json", SEED).stdout)
    assert (data["source"], data["file"], data["text"]) == ("typed", None, SEED)
    assert (data["intervals"], data["total_ms"]) == (18, 2_040_000)
    assert data["workout"]["steps"][1]["count"] == 8


def test_new_writes_once_and_copies(home: Path) -> None:
    done = coach(home, "new", "mine", "5m walk  # easy\n1m run")
    file = home / "data" / "workouts" / "mine.toml"
    assert done.stdout == f"wrote {file}\n"
    assert "# easy" in file.read_text()
    assert "6:00, running 1:00" in coach(home, "check", "mine").stdout
    assert "--force" in refused(home, "new", "mine", "1m run")
    assert coach(home, "new", "mine", "--force", "1m run").returncode == 0
    assert "1:00, running 1:00" in coach(home, "check", "mine").stdout
    done = coach(home, "new", "seed-start")
    assert "in place of the shipped seed-start" in done.stderr
    assert "34:00, running 8:00" in coach(home, "show", "seed-start").stdout


def test_new_takes_one_session_of_a_protocol(home: Path) -> None:
    assert coach(home, "new", "mine", "osu/2-3/2").returncode == 0
    shown = coach(home, "show", "mine").stdout
    assert shown.startswith("OSU walk-run: 2 min run, 3 min walk (2 of 4)\nRepetitions of 5 min")
    assert "5m warmup, 4x(2m run, 3m walk), 5m cooldown\n30:00, running 8:00\n" in shown


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "a/b", "Mine", "..", "a b"])
def test_new_refuses_names_that_could_lead_elsewhere(home: Path, name: str) -> None:
    assert "cannot be the name of a workout" in refused(home, "new", name, "1m run")
    assert not home.exists()


def test_new_writes_nothing_that_makes_no_sense(home: Path) -> None:
    assert "column 4" in refused(home, "new", "mine", "1m rum")
    assert not home.exists()


def test_new_where_nothing_can_be_written(home: Path) -> None:
    home.write_text("a file where a folder should be")
    assert "cannot be written" in refused(home, "new", "mine", "1m run", code=ExitCode.STORAGE)


def test_a_reader_that_goes_away_is_no_error(home: Path) -> None:
    command = f"{sys.executable} -m coach workout check '100x(10x(1s run))' | head -n 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env={**os.environ, "COACH_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
