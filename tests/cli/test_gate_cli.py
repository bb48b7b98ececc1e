"""``coach gate replay``: a kept decision made again, and one that another ruleset made."""

import json
from pathlib import Path

from typer.testing import CliRunner

from coach.cli import app
from coach.gate import RULESET
from coach.gate.evaluate import decide
from coach.model.decision import Decision
from coach.model.profile import BandName
from tests.cli.comeback import Home
from tests.gate.build import after, case, morning

GIVEN = case(BandName.FASCIA, after(), morning(), morning(0, 37))


def replay(folder: Path, decision: Decision) -> tuple[int, str]:
    file = folder / "case.json"
    given = GIVEN.model_copy(update={"ruleset": decision.ruleset})
    file.write_text(json.dumps({"input": given.model_dump(mode="json"), "decision": decision.model_dump(mode="json")}))
    done = CliRunner().invoke(app, ["gate", "replay", str(file)])
    return done.exit_code, done.stderr


def test_the_same_ruleset_makes_the_same_decision(tmp_path: Path) -> None:
    assert replay(tmp_path, decide(GIVEN)) == (0, "")


def test_what_another_ruleset_made_is_said_to_be_so(tmp_path: Path) -> None:
    old = decide(GIVEN).model_copy(update={"ruleset": "1"})
    code, said = replay(tmp_path, old)
    assert code == 0
    assert f"made by ruleset 1; ruleset {RULESET} decides the same" in said
    code, said = replay(tmp_path, old.model_copy(update={"stage": 3}))
    assert code == 1
    assert f"made by ruleset 1, these are {RULESET}" in said


def test_a_case_that_was_altered_is_found_out(tmp_path: Path) -> None:
    code, said = replay(tmp_path, decide(GIVEN).model_copy(update={"stage": 3}))
    assert code == 1
    assert "altered" in said


def test_every_decision_of_a_day_can_be_seen_and_replayed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.says("init", "--injury", "none", "--baseline", "0,0,0", "--yes")
    home.coach("today")
    home.now = "2026-03-02T08:00"
    home.says("morning", "0", "--confidence", "8", "--nothing-else")
    home.now = "2026-03-02T09:00"
    home.coach("morning", "3", "--amend", "--nothing-else")

    done = home.coach("why", "2026-03-02")
    assert done.stdout.startswith("Decided 2026-03-02 09:00 by ruleset")
    assert "decisions of that day: `coach why TIME` shows one, `--all` all of them:\n" in done.stderr
    assert "  2026-03-02T08:00:00  " in done.stderr
    for when in ("2026-03-02T08:00", "2026-03-02 08:30", "08:00"):
        said = home.says("why", when)
        assert said.startswith("Decided 2026-03-02 08:00 by ruleset")
        assert "\nSession   5m warmup, 8x(1m run, 2m walk), 5m cooldown\nStage     seed-start/1-2, 1 of " in said
    every = home.says("why", "2026-03-02", "--all", "--json").splitlines()
    assert len(every) == done.stderr.count("\n  2026-")
    assert home.says("why", "2026-03-02", "--json").splitlines() == every[-1:]
    for line in every:
        case_file = tmp_path / "case.json"
        case_file.write_text(line)
        home.says("gate", "replay", str(case_file))
    assert home.says("why", "2026-03-02", "--all").count("Decided ") == len(every)
    assert "--all goes with a day" in home.refuses("why", "--all")
    assert "no decision was made then" in home.refuses("why", "2026-03-01T23:00")
    assert "9am is not a date" in home.refuses("why", "9am")
