"""``coach workout edit`` and ``coach config edit`` where there is no terminal."""

import sys

import pytest

from coach import cli
from coach.errors import ExitCode


@pytest.mark.parametrize("command", [["workout", "edit"], ["workout", "edit", "taste"], ["config", "edit"]])
def test_without_a_terminal_one_line_says_what_to_do(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["coach", *command])
    with pytest.raises(SystemExit) as leaving:
        cli.main()
    assert leaving.value.code == ExitCode.BAD_INPUT
    [line] = capsys.readouterr().err.splitlines()
    assert "no terminal to show it on" in line
    assert "coach workout new" in line or "coach config path" in line


@pytest.mark.parametrize("command", [["workout", "edit"], ["config", "edit"]])
def test_a_dumb_terminal_is_none(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys, "argv", ["coach", *command])
    with pytest.raises(SystemExit) as leaving:
        cli.main()
    assert leaving.value.code == ExitCode.BAD_INPUT
