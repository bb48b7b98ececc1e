"""``coach gate replay``: a kept decision made again, and one that another ruleset made."""

import json
from pathlib import Path

from typer.testing import CliRunner

from coach.cli import app
from coach.gate import RULESET
from coach.gate.evaluate import decide
from coach.model.decision import Decision
from coach.model.profile import BandName
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
