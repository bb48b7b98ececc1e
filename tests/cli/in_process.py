"""The command line in this process, over a scratch journal: before ``coach init``, ready, and with an open gate.

The fixtures are in ``conftest.py``.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from coach.cli import main
from coach.errors import ExitCode


class Said(NamedTuple):
    code: int
    out: str
    err: str


Coach = Callable[..., Said]


@pytest.fixture
def coach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Coach:
    """The command line in this process, over a scratch journal, on a Monday at seven."""
    for name, value in {
        "COACH_HOME": str(tmp_path / "home"), "COACH_SCRATCH": str(tmp_path / "scratch.db"),
        "COACH_NOW": "2026-03-02T07:00+01:00", "TZ": "Europe/Berlin",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["coach", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Said(int(left.value.code or 0), said.out, said.err)

    return run


_JOURNALS: dict[str, bytes] = {}


def pass_readiness(coach: Coach, scratch: Path) -> None:
    """What a runner tells before the first run; the journal of it is made once for each day."""
    today = os.environ["COACH_NOW"]
    if today not in _JOURNALS:
        assert coach("init", "--injury", "achilles", "--side", "left", "--yes").code == 0
        for row in json.loads(coach("ready", "--json").out)["criteria"]:
            assert coach("ready", row["criterion"], "--waived-by", "Dr A").code == 0
        assert not list(scratch.parent.glob("*-wal")), "all of it is in the file"
        _JOURNALS[today] = scratch.read_bytes()
    scratch.write_bytes(_JOURNALS[today])


@pytest.fixture
def ready(coach: Coach, tmp_path: Path) -> Coach:
    """A runner whose readiness is passed."""
    pass_readiness(coach, tmp_path / "scratch.db")
    return coach


@pytest.fixture
def opened(ready: Coach) -> Coach:
    """… and whose gate is open."""
    assert coach_is_open(ready("morning", "0", "--confidence", "9", "--nothing-else").out)
    return ready


def coach_is_open(out: str) -> bool:
    return "The gate is open." in out


def refused(said: Said, code: ExitCode = ExitCode.BAD_INPUT) -> str:
    assert (said.code, said.out) == (code, "")
    line = said.err.splitlines()[-1]
    assert line.startswith("coach: ")
    assert " — " in line
    return line


def close_the_gate(coach: Coach, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """What may happen while a question stands."""
    if what == "three days":
        monkeypatch.setenv("COACH_NOW", "2026-03-05T07:00+01:00")
    else:
        assert coach("before", "0", "--confidence", "9", "--flag", "sudden-pop", "--nothing-else").code == 0
