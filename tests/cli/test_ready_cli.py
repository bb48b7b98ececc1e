"""``coach ready`` as people use it: shown, told, asked; what is offered meanwhile; what it refuses."""

import json
from pathlib import Path

import pytest

from tests.cli.comeback import Home, Terminal


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(tmp_path)
    found.says("init", "--injury", "plantar-fascia", "--yes")
    return found


def test_everything_in_order_with_what_to_do_meanwhile(home: Home) -> None:
    said = home.says("ready")
    assert said.startswith("Before the first run: 0 of 9 passed that must be.")
    places = [
        said.index(f"] {name}: ") for name in ("fascia-first-steps", "walk-30", "heel-raises", "big-toe", "hops-30")
    ]
    assert places == sorted(places)
    assert "big-toe: The big toe bends up (advisory)" in said
    for asked in (
        "Asked: at least 30 min.", "Asked: at least 25 raises on each side.",
        "Asked: the sides within 2 cm of each other.",
        "Asked: the weaker side at least 90 % of the stronger.", "Asked: at least 10 hops on each side.",
        "Asked: at least 45 degrees on each side, the sides within 10 degrees of each other.",
    ):  # fmt: skip
        assert asked in said
    assert "[ouh-2024, san, osu-2019]" in said
    for offered in ("walking: ", "conditioning: ", "[rathleff-2015]"):
        assert offered in said
    assert "no clinician has reviewed it." in said
    assert max(map(len, said.splitlines())) <= 100


def test_for_programs(home: Home) -> None:
    home.says("ready", "walk-30", "--figure", "20", "--at", "2026-03-01 18:00")
    data = json.loads(home.says("ready", "--json"))
    walk = next(row for row in data["criteria"] if row["criterion"] == "walk-30")
    assert (walk["passed"], walk["why"], walk["figures"]) == (False, "too-low", {"figure": 20.0, "at_least": 30.0})
    assert walk["tested_at"] == "2026-03-01T17:00:00Z"
    assert walk["retest_at"] == "2026-03-08T17:00:00Z"
    assert walk["asked"] == "Asked: at least 30 min."
    assert walk["words"] == "20 min; at least 30 min is asked."
    assert data["is_passed"] is False
    assert "walk-30" in data["missing"]
    assert "big-toe" not in data["missing"]
    assert {offer["kind"] for offer in data["meanwhile"]} == {"walking", "conditioning", "strength"}


def test_one_after_the_other_until_runs_open(home: Home) -> None:
    assert "Needs     pass the readiness check" in home.coach("today").stdout
    for arguments in (
        "fascia-first-steps --yes", "walk-30 --figure 30", "stairs --yes", "balance --left 30 --right 30",
        "knee-to-wall --left 9 --right 10.5", "hops-10 --left 10 --right 10", "hops-30 --left 30 --right 30",
    ):  # fmt: skip
        home.says("ready", *arguments.split())
    said = home.says("ready", "heel-raises", "--left", "25", "--right", "27")
    assert "heel-raise-symmetry: Both sides alike" in said
    assert "All that must be is passed. Next: coach today" in said
    data = json.loads(home.says("ready", "--json"))
    assert (data["is_passed"], data["meanwhile"]) == (True, [])
    assert "readiness" not in home.coach("today").stdout


def test_pain_that_settles_and_a_waiver(home: Home) -> None:
    assert "whether that has settled is known the next morning" in home.says("ready", "stairs", "--yes", "--pain", "2")
    home.now = "2026-03-03T07:00"
    assert "[passed] stairs" in home.says("ready", "stairs", "--settled")
    assert "Waived by Dr A." in home.says("ready", "hops-30", "--waived-by", "Dr A")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("walk", "there is no criterion walk — did you mean walk-30?"),
        ("bone-tenderness --yes", "bone-tenderness is not asked of you"),
        ("heel-raises --left 22", "not answered: --right"),
        ("stairs --yes --pain 11", "--pain: 11 is not on the scale"),
        ("--left 22 --right 24", "which test was it?"),
        ("stairs --yes --at tomorrow", "tomorrow is not a time"),
        ("stairs --yes --at 2026-03-04T12:00", "a test cannot be of the future"),
        ("hops-30 --left 30 --right 30", "comes after"),
        ("--ask", "there is nobody to ask"),
        ("stairs --ask", "--ask asks for all of them"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_written(home: Home, arguments: str, says: str) -> None:
    before = home.kept()
    assert says in home.refuses("ready", *arguments.split())
    assert home.kept() == before


def test_before_init_there_is_nothing_to_test(tmp_path: Path) -> None:
    fresh = Home(tmp_path)
    assert "`coach init`" in fresh.refuses("ready")
    assert "`coach init`" in fresh.refuses("ready", "stairs", "--yes")


def test_all_clear_is_not_offered(home: Home) -> None:
    assert home.coach("ready", "--all-clear").returncode == 2


def test_it_asks_and_keeps_each_answer(home: Home) -> None:
    terminal = Terminal(home, "ready", "--ask")
    terminal.until("Ctrl-C leaves")
    terminal.types("Passed?", "y")
    terminal.types("Pain during it", "0")
    terminal.types("How much, min", "")  # the walk is skipped
    terminal.types("Passed?", "?")
    terminal.until("what is answered is kept")
    terminal.types("Passed?", "maybe")
    terminal.until("neither yes nor no")
    terminal.types("Passed?", "y")
    terminal.types("Pain during it", "1")
    terminal.types("Left, raises", "22")
    terminal.until("Right, raises")
    terminal.until(": ")
    assert terminal.interrupt() == 130
    assert "What was answered is kept." in terminal.said
    kept = [row for row in json.loads(home.says("ready", "--json"))["criteria"] if row["tested_at"]]
    assert [(row["criterion"], row["why"]) for row in kept] == [
        ("fascia-first-steps", "passed"),
        ("stairs", "settling"),
    ]
