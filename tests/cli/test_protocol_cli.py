"""``coach protocol`` as people use it: a real process, its output, and its exit code."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from coach.errors import ExitCode
from tests.cli.forked import forked

NAMES = ["bsi", "bwh", "c25k", "mgh", "military", "osu", "ouh", "san-postop", "san-tendon", "seed-start", "ud"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def coach(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return forked().run(arguments, {**os.environ, "COACH_HOME": str(home)})


def refused(home: Path, *arguments: str) -> str:
    done = coach(home, "protocol", *arguments)
    assert done.returncode == ExitCode.BAD_INPUT, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("coach: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert " — " in done.stderr
    return done.stderr


def own(home: Path, name: str, content: str) -> Path:
    folder = home / "data" / "workouts"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.toml"
    file.write_text(content, encoding="utf-8")
    return file


def test_list_for_people_and_for_programs(home: Path) -> None:
    own(home, "broken", "title = 'x'\n[[stage]]\nid = 'a'\n")
    own(home, "plain", "steps = '1m run'")
    done = coach(home, "protocol", "list")
    assert done.returncode == 0
    rows = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert list(rows) == sorted([*NAMES, "broken"])
    assert "4 stages, then ouh/9-1" in rows["seed-start"]
    assert "(without an injury only)" in rows["c25k"]
    assert "broken: " in rows["broken"]
    assert "there is no source" in rows["broken"]
    data = {entry["name"]: entry for entry in json.loads(coach(home, "protocol", "list", "--json").stdout)}
    assert list(data) == list(rows)
    assert data["osu"]["stages"] == ["1-4", "2-3", "3-2", "4-1", "30"]
    assert data["c25k"]["injuries"] == []
    assert "problem" in data["broken"]


def test_show_lists_stages_gaps_and_sources(home: Path) -> None:
    done = coach(home, "protocol", "show", "seed-start")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Seed start (seed-start)"
    at = lines.index("1-2  1 min run, 2 min walk")
    assert lines[at + 1 : at + 4] == [
        "    5m warmup, 8x(1m run, 2m walk), 5m cooldown  (34:00, running 8:00)",
        "    1 good session; 1 full day between; terrain flat, phase walkrun",
        "    seed",
    ]
    assert "Then ouh:" in lines
    assert "Then the build phase:" in lines
    assert "after 8 weeks of alternate days; from 60% of the former weekly distance" in done.stdout
    assert "  frandsen-2025: Frandsen 2025. BJSM 59:1203. doi:10.1136/bjsports-2024-109380. [V]" in lines
    assert any(line.startswith("  project-choice: No published threshold") and line.endswith("[P]") for line in lines)


def test_show_a_programme_by_distance_with_and_without_a_pace(home: Path) -> None:
    without = coach(home, "protocol", "show", "ud")
    assert "    5m warmup, 3mi run, 5m cooldown  (time not known without your pace)" in without.stdout
    assert "give your pace: --pace 6:30" in without.stderr
    known = coach(home, "protocol", "show", "ud", "--pace", "6:30")
    assert "    5m warmup, 3mi run, 5m cooldown  (about 41:22, running 31:22)" in known.stdout
    assert "not known" not in known.stdout + known.stderr


def test_show_counts_rounds_by_the_pace(home: Path) -> None:
    assert "2x(3m run, 2m walk)" in coach(home, "protocol", "show", "military").stdout
    assert "3x(3m run, 2m walk)" in coach(home, "protocol", "show", "military", "--pace", "8:00").stdout


def test_show_for_programs(home: Path) -> None:
    data = json.loads(coach(home, "protocol", "show", "mgh", "--pace", "5:00", "--json").stdout)
    assert data["pace_s_per_km"] == 300
    first = data["stages"][0]
    assert (first["protocol"], first["id"], first["source"]) == ("mgh", "0.25", "mgh")
    assert first["sessions"][0]["run_ms"] == 120_702
    assert data["stages"][-1]["protocol"] == "build"
    assert {"mgh", "ouh-2024", "bwh-2007"} <= {source["id"] for source in data["sources"]}
    unknown = json.loads(coach(home, "protocol", "show", "mgh", "--json").stdout)
    assert unknown["stages"][0]["sessions"][0]["run_ms"] is None


@pytest.mark.parametrize("pace", ["x", "6", "6:5", "6:75", "1:59", "30:01", "-6:30", "6:30/km"])
def test_a_pace_that_is_none(home: Path, pace: str) -> None:
    assert "is not a pace — write minutes a kilometre" in refused(home, "show", "ud", f"--pace={pace}")


def test_copy_makes_one_of_your_own_that_can_be_edited(home: Path) -> None:
    file = home / "data" / "workouts" / "my-ouh.toml"
    assert coach(home, "protocol", "copy", "ouh").stdout == f"wrote {file}\n"
    assert "my-ouh.toml: 6 stages, 25 with what follows" in coach(home, "protocol", "check", "my-ouh").stdout
    assert "--force" in refused(home, "copy", "ouh")
    file.write_text(file.read_text(encoding="utf-8").replace("good_sessions = 3", "good_sessions = 0", 1), "utf-8")
    told = refused(home, "check", "my-ouh")
    assert f"{file}, stage[1].good_sessions: 0 is not allowed here — write a whole number from 1 to 30" in told
    assert told == refused(home, "check", str(file))
    assert told == refused(home, "show", "my-ouh")
    assert coach(home, "protocol", "copy", "ouh", "my-ouh", "--force").returncode == 0
    assert coach(home, "protocol", "check", str(file)).returncode == 0


def test_an_own_copy_of_the_same_name_takes_its_place(home: Path) -> None:
    done = coach(home, "protocol", "copy", "osu", "osu")
    assert "in place of the shipped osu" in done.stderr
    assert "your own osu is used in place of the shipped one" in coach(home, "protocol", "list").stderr
    assert "(your own)" in coach(home, "protocol", "list").stdout


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "Mine", "a b"])
def test_copy_refuses_names_that_could_lead_elsewhere(home: Path, name: str) -> None:
    assert "cannot be the name of a protocol" in refused(home, "copy", "osu", name)
    assert not home.exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("then = 'mine'\n", "mine → mine goes round in a circle"),
        ("then = 'nowhere'\n", "no protocol is called “nowhere”"),
        ("then = 'ouh/1'\n", "ouh has no stage 1 — its stages are 1-1, 2-1"),
        ("colour = 1\n", "unknown key “colour”"),
    ],
)
def test_check_says_what_is_wrong_in_one_line(home: Path, content: str, says: str) -> None:
    rest = "title = 'M'\nsource = 'own'\n[[stage]]\nid = 'a'\ntitle = 'A'\nsessions = ['1m run']\nsource = 'own'\n"
    file = own(home, "mine", content + rest)
    assert says in refused(home, "check", "mine")
    told = refused(home, "check", str(file))
    assert says in told
    assert str(file) in told


def test_check_refuses_ten_megabytes(home: Path) -> None:
    file = own(home, "big", "# " + "x" * 10_000_000)
    assert "10.0 MB is too much for a protocol" in refused(home, "check", str(file))


def test_an_unknown_protocol_gets_near_names(home: Path) -> None:
    assert "no protocol is called “oso” — did you mean osu? `coach protocol list`" in refused(home, "show", "oso")
    assert "no protocol is called “taste”" in refused(home, "check", "taste")


def test_a_session_of_a_stage_can_be_looked_at(home: Path) -> None:
    done = coach(home, "workout", "check", "osu/2-3/4")
    assert done.stdout.splitlines()[-1] == "40:00, running 12:00"
    missing = coach(home, "workout", "check", "osu/2-3/5")
    assert (missing.returncode, missing.stdout) == (ExitCode.BAD_INPUT, "")
    assert "osu/2-3 has no session 5" in missing.stderr
