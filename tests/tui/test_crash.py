"""A fault of the screen: a file without what is private, the terminal as it was, and what was typed still there."""

import stat
import sys
import termios
from pathlib import Path

import pytest

from coach.cli.crash import unquoted
from coach.cli.failures import exit_code_for
from coach.errors import ExitCode
from coach.tui.rate import RatingScreen
from tests.tui.home_stage import HomeStage, MemoryDrafts, driven
from tests.tui.terminals import PtyProgram, python

NOTE = 'left heel, it\'s burning "again"'
SECRET = "abc123def"


def fails(*_: object) -> None:
    """As a fault would that quotes what it was given."""
    try:
        float(NOTE)
    except ValueError as error:
        raise RuntimeError(f"no answer: {NOTE!r} (garmin_token={SECRET})\n  and '{NOTE}'") from error


def check(text: str) -> None:
    """Everything for its authors, nothing of the runner's."""
    assert "RuntimeError: no answer: " in text
    assert "ValueError: could not convert string to float: <quoted>" in text
    assert "float(NOTE)" in text  # the line of code
    for private in ("heel", "burning", "again", SECRET):
        assert private not in text, text


@driven
async def test_a_fault_in_a_form_ends_the_app_and_what_was_typed_is_still_a_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COACH_HOME", str(tmp_path))
    drafts = MemoryDrafts()
    app = HomeStage("ask", drafts=drafts)

    async def whole() -> None:
        async with app.run_test() as pilot:
            await pilot.press("enter", "4")
            await pilot.pause()
            monkeypatch.setattr(RatingScreen, "_move", fails)
            await pilot.press("enter")
            await pilot.pause()

    with pytest.raises(RuntimeError):  # of the pilot
        await whole()
    failure = app.failure
    assert isinstance(failure, RuntimeError)
    [kept] = drafts.kept.values()
    assert kept["first_steps"] == "4"

    def told() -> None:
        raise failure

    assert exit_code_for(told) == ExitCode.INTERNAL
    said = capsys.readouterr().err
    assert said.startswith("coach: this is a fault of the program (RuntimeError) — ")
    assert said.count("\n") == 1
    [file] = (tmp_path / "state" / "crashes").iterdir()
    check(file.read_text(encoding="utf-8"))


def test_what_a_message_quotes_is_left_out_whatever_quotation_marks_it_has() -> None:
    for message in ("a: 'x y'", 'a: "x\'y"', "can't 'x' and 'y'", "a “x y” b", "a\n  'x'\n\nb 'y'"):
        words = unquoted(f'Traceback (most recent call last):\n  File "a", line 1, in b\n    "x y"\nE: {message}\n')
        assert words.count("x") == words.count("y") == 1, words  # only the line of code


@pytest.mark.slow
def test_a_fault_gives_the_terminal_back_and_says_where_its_file_is(tmp_path: Path) -> None:
    broken = (
        "from coach.tui.today import TodayScreen; from tests.tui.test_crash import fails; "
        "from coach.__main__ import main; TodayScreen.action_why = fails; main()"
    )
    env = {"COACH_HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    program = told = None
    try:
        told = PtyProgram(python("-m", "coach", "init", "--injury", "none", "--yes"), env=env)
        assert told.wait() == 0
        program = PtyProgram([sys.executable, "-c", broken], env=env)
        program.wait_for(b"stays closed")
        program.type("w")
        assert program.wait() == ExitCode.INTERNAL
        screen, _, left = program.read().rpartition(b"\x1b[?1049l")
        assert screen
        assert b"\x1b[?25h" in screen + left  # the cursor is shown again
        assert termios.tcgetattr(program.slave) == program.before
        assert b"this is a fault of the program (RuntimeError)" in left
        assert b"Traceback" not in program.read()
        assert b"heel" not in program.read()
        [file] = (tmp_path / "state" / "crashes").iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        check(file.read_text(encoding="utf-8"))
    finally:
        for each in (told, program):
            if each is not None:
                each.close()
