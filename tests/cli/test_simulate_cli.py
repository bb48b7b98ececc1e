"""``coach simulate`` as it is typed."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coach.cli import app
from coach.errors import BadInput
from coach.simulation.life import Life, Lived


def simulate(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["simulate", *arguments])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_HOME", str(tmp_path))


def test_a_row_for_each_kind_and_protocol() -> None:
    code, out, _ = simulate("--kind", "well", "--protocol", "seed-start", "--runs", "2", "--days", "60")
    assert code == 0
    head, row = out.splitlines()
    assert head.split()[:5] == ["kind", "protocol", "lives", "reached", "median"]
    assert row.split()[:4] == ["well", "seed-start", "2", "100%"]


def test_json_and_the_gamers_twin() -> None:
    code, out, _ = simulate("--kind", "gamer", "--protocol", "ouh", "--runs", "1", "--days", "20", "--json")
    assert code == 0
    rows = json.loads(out)["rows"]
    assert [(row["kind"], row["protocol"], row["lives"]) for row in rows] == [("gamer", "ouh", 1), ("twin", "ouh", 1)]


def test_a_broken_law_says_how_to_see_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    live = Life.live

    def worse(self: Life, days: int) -> Lived:
        one = live(self, days)
        return one._replace(broken=("a law",)) if self.seed == 4 else one

    monkeypatch.setattr(Life, "live", worse)
    code, _, err = simulate("--kind", "well", "--protocol", "osu", "--runs", "2", "--seed", "3", "--days", "9")
    assert code == 1
    assert "coach: broken: well, osu: a law" in err
    assert "coach simulate --kind well --protocol osu --runs 1 --seed 4 --days 9" in err


@pytest.mark.parametrize("arguments", [("--kind", "nobody"), ("--protocol", "nothing")])
def test_names_that_nobody_has(arguments: tuple[str, str]) -> None:
    done = CliRunner().invoke(app, ["simulate", *arguments])
    assert isinstance(done.exception, BadInput)
    assert arguments[1] in str(done.exception)


def test_ctrl_c_leaves_cleanly() -> None:
    command = [sys.executable, "-m", "coach", "simulate", "--runs", "5000", "--protocol", "osu"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=dict(os.environ),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:  # fmt: skip
        assert process.stderr is not None
        assert process.stderr.readline().strip() == b"living"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in err
