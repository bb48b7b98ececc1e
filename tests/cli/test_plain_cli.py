"""``coach --plain``: every journey by lines alone, what ends it, and that nothing but letters is ever printed."""

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.cli import choices, plain
from coach.cli.facts import a_fact
from coach.tui.page import MainPage
from coach.tui.profile import ProfileScreen
from coach.tui.today import TodayScreen
from tests.cli.comeback import Home
from tests.cli.in_process import Coach

NOT_THERE = {"app.today", "home.help"}
"""Of Today's keys: to be on Today, and help, which is a question mark here, too."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.says("init", "--injury", "none", "--yes")
    return home


_READY: list[bytes] = []


@pytest.fixture
def ready(home: Home) -> Home:
    """A runner whose readiness is passed; the journal of it is made once."""
    if _READY:
        home.journal.write_bytes(_READY[0])
        return home
    rows = json.loads(home.says("ready", "--json"))["criteria"]
    typed(home, *(f"ready {row['criterion']} --waived-by 'Dr A'" for row in rows))
    assert json.loads(home.says("ready", "--json"))["is_passed"]
    _READY.append(home.journal.read_bytes())
    return home


def typed(home: Home, *lines: str, laid_out: bool = False) -> str:
    """What is said when ``lines`` are piped in, without the list. ``laid_out``: with a file among it."""
    done = home.coach("--plain", typed="".join(f"{line}\n" for line in lines))
    assert (done.returncode, done.stderr) == (0, "")
    is_plain(done.stdout, laid_out=laid_out)
    return done.stdout.partition("leave leaves.\n")[2]


def is_plain(said: str, *, laid_out: bool = False) -> None:
    """Letters and ends of lines: no cursor is moved, nothing coloured or drawn again; a fact a line, no columns."""
    assert not [sign for sign in said if not sign.isprintable() and sign != "\n"]
    assert said.endswith("\n")
    assert laid_out or not [line for line in said.splitlines() if not line or line != line.strip() or "  " in line]


def as_facts(said: str) -> str:
    """What a command prints, as it is said here."""
    return "".join(map(a_fact, said.splitlines(keepends=True)))


def test_the_decision_is_said_in_the_words_of_today_then_the_list(home: Home) -> None:
    said = home.coach("--plain").stdout
    assert as_facts(home.coach("today").stdout) in said
    for number, action in enumerate(choices.ACTIONS, start=1):
        assert f"\n{number}. {action.word}: " in said


def test_all_that_today_offers_in_the_app_is_on_the_list() -> None:
    shown = (*TodayScreen.BINDINGS, *MainPage.BINDINGS, *ProfileScreen.BINDINGS)
    keys = {str(getattr(binding, "id", None)) for binding in shown} - {"page.back", "profile.change"}
    assert keys - NOT_THERE == {each for action in choices.ACTIONS for each in action.app} - NOT_THERE


def test_an_empty_journal_is_told_of_an_injury(tmp_path: Path) -> None:
    said = typed(Home(tmp_path), "injury", "?", "achilles", "left", *[""] * 9, "y", "profile", "leave")
    assert "What do you come back from?" in said
    assert said.count("Injury: achilles, left") == 3  # asked whether, kept, and as the profile
    assert said.endswith("Left.\n")


def test_the_ratings_of_a_day_before_and_after_a_run(ready: Home) -> None:
    ready.now = "2026-03-03T07:00"
    assert "Kept: your rating" in typed(ready, "morning", "1", "8", "")
    ready.now = "2026-03-03T19:00"
    said = typed(
        ready, "3", "n", "2", "9", "n",
        "ran", "18:00", "10", "after", "n", "2", "1", *[""] * 8, "history",
    )  # fmt: skip
    assert said.count("Kept: your rating") == 2
    assert "Kept: a run. Rate it now: " in said
    assert "ran 10 min. Pain during 2, after 1, morning not answered." in said
    ready.now = "2026-03-05T19:00"
    assert "Kept: your rating" in typed(ready, "follow-up", "n", "y", "")


def test_what_was_told_can_be_taken_back_only_by_a_yes(ready: Home) -> None:
    ready.now = "2026-03-03T19:00"
    said = typed(ready, "ran", "18:00", "10", "take-back", "", "take-back", "y")
    assert "Nothing was changed." in said
    assert said.count("Taken back: the run of 2026-03-03 18:00.") == 1


def test_what_only_tells_is_told(ready: Home) -> None:
    said = typed(ready, "why", "plan", "history", "readiness", "settings", "workouts", "today", "?")
    for words in (
        "Decided 2026-03-02", "current: 1 min run, 2 min walk.", "No run yet.", "All that must be is passed.",
        "reduced_motion = ", "seed-start", "The gate is closed.", "The numbers never change.",
    ):  # fmt: skip
        assert words in said, words


def test_tables_and_layouts_are_lines_that_can_be_read_out(ready: Home) -> None:
    ready.now = "2026-03-03T19:00"
    said = typed(
        ready, "ran 18:00 10", "ready", "settings", "workouts", "protocols", "protocol show osu", "workout show taste",
        "ratings list", "history --json", "config path", "push --help", "gate rules", "audio voices", "export --list",
        "rate --flags", "journal --help", "profile",
    )  # fmt: skip
    for line in (
        "Stairs do not flare it up: passed, tested 2026-03-02 07:00, must. Its name is stairs.",
        "Why: Waived by Dr A.",
        "volume = 100. Volume of the cues in percent [COACH_VOLUME]",
        "taste: 2:00, running 0:30, Two-minute taste",
        "seed-start: 4 stages, then ouh/9-1, Seed start",
    ):
        assert f"\n{line}\n" in said, (line, said)
    assert len(json.loads(next(line for line in said.splitlines() if line.startswith("{")))["runs"]) == 1


@pytest.mark.parametrize(
    ("laid_out", "said"),
    [
        ("Because   of it (G1)  [san]\n", "Because: of it (G1) [san]\n"),
        ("a  b  c", "a: b, c"),
        ("  stands in\n", "stands in\n"),
        ("Note:   this\n", "Note: this\n"),
        ("\n", ""),
        ('{"note": "two  spaces"}\n', '{"note": "two  spaces"}\n'),
        ("[ open ] no  json\n", "[ open ] no: json\n"),
    ],
)
def test_what_columns_tell_apart_signs_do(laid_out: str, said: str) -> None:
    assert a_fact(laid_out) == said


def test_a_line_that_comes_in_parts_is_one_line() -> None:
    there = io.StringIO()
    said = plain.Said(there)
    for part in ("Kept:", " a  run", "\n", "\n", "  then\n"):
        said.write(part)
    assert there.getvalue() == "Kept: a  run\nthen\n"


def test_tests_are_asked_and_skipped(home: Home) -> None:
    said = typed(home, "tests", "", "n", *[""] * 20, "today")
    assert "Enter skips what you have not tested." in said
    assert said.count("The gate is closed.") == 1


def test_errors_are_a_line_and_the_talk_goes_on(home: Home) -> None:
    said = typed(
        home, "run", "y", "clear", "boss", "self", "me", "", "advance", "follow", "take-back", "y",
        "juggle", "'open", "workout edit", "morning 99 --nothing-else", "profile",
    )  # fmt: skip
    errors = [line for line in said.splitlines() if line.startswith("coach: ") and " — " in line]
    assert len(errors) >= 8, said
    assert "there is today, morning, before" in said
    assert "boss is not a choice" in said
    assert "Protocol: seed-start" in said


def test_an_export_is_asked_for(ready: Home, tmp_path: Path) -> None:
    ready.says("morning", "0", "--confidence", "9", "--nothing-else")
    file = tmp_path / "plan.svg"
    exported = typed(ready, "export text", laid_out=True)  # what is in a file stays as it is
    assert "34:00 in all, 8:00 of it running" in exported
    said = typed(ready, "export", "svg", "stage 3", str(file), "export", "svg", "", str(file))
    assert f"wrote {file}" in said
    assert f"There is a file {file} already. Replace it? Enter means n." in said
    assert "svg" in file.read_text("utf-8")


def test_what_is_half_told_at_the_end_is_not_kept(home: Home) -> None:
    assert "Back at the list." in typed(home, "morning", "1")
    assert "rating" not in home.says("ratings", "list")
    done = home.coach("--plain", typed="morning\n1\nn\nmorning --amend\n2")
    assert done.returncode == 0
    assert "the input ended within a line, which was not taken" in done.stdout
    assert "first steps 1" in home.says("ratings", "list")


def test_it_goes_with_no_command(home: Home) -> None:
    assert "--plain goes with no command" in home.refuses("--plain", "today")


def test_a_session_stops_by_a_typed_line(ready: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_BACKEND", "silent")
    monkeypatch.setenv("COACH_VOICE", "beeps")
    ready.says("morning", "0", "--confidence", "9", "--nothing-else")
    done = ready.coach("--plain", typed="run\n\nrun\ny\nstop\n")
    is_plain(done.stdout)
    assert done.returncode == 0
    assert "Nothing was changed." in done.stdout
    assert "Stopped: 0:00 on the way" in done.stdout
    assert done.stdout.endswith("leave leaves.\n")


def test_a_run_that_was_done_is_rated_at_once(ready: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_BACKEND", "silent")
    monkeypatch.setenv("COACH_VOICE", "beeps")
    ready.says("morning", "0", "--confidence", "9", "--nothing-else")
    said = typed(ready, "run '1s walk, 1s run' --speed 20")
    assert "The run is kept. Now its rating.\nAnything new or alarming?" in said
    assert "Back at the list." in said  # the end of the input: nothing is kept of it


class Lines(plain.Typed):
    """Scripted lines; a None is Ctrl-C."""

    script: Iterator[str | None] = iter(())

    def __init__(self, _descriptor: int) -> None:
        super().__init__(0)

    def readline(self, _size: int | None = -1, /) -> str:
        line = next(self.script, "")
        if line is None:
            raise KeyboardInterrupt
        return line and f"{line}\n"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Lines]]:
    monkeypatch.setattr(plain, "Typed", Lines)
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        yield Lines


def test_ctrl_c_leaves_a_question_then_the_list(coach: Coach, lines: type[Lines]) -> None:
    assert coach("init", "--injury", "none", "--yes").code == 0
    lines.script = iter(["morning", "1", None, "injury", None, "clear", None, "today", None])
    said = coach("--plain")
    assert said.code == 130
    assert said.out.count("Back at the list.") == 3
    assert "rating" not in coach("ratings", "list").out


@settings(max_examples=60)
@given(st.binary(max_size=60))
def test_whatever_is_typed_only_letters_are_read(data: bytes) -> None:
    readable, writable = os.pipe()
    try:
        os.write(writable, data)
        os.close(writable)
        said = list(iter(plain.Typed(readable).readline, ""))
    finally:
        os.close(readable)
    assert len(said) <= data.count(b"\n")
    for line in said:
        assert line.endswith("\n")
        assert not {chr(n) for n in (*range(32), *range(0x7F, 0xA0))} & set(line[:-1])


@settings(max_examples=40)
@given(st.binary(max_size=60))
def test_whatever_is_said_only_letters_are_written(data: bytes) -> None:
    text = data.decode("latin-1")
    there = io.StringIO()
    said = plain.Said(there)
    said.write(f"\x1b[31m{text}\x9b2J\r")
    said.buffer.write(b"\x1b[0m")
    assert not set("\x1b\x9b\r\t\x07") & set(there.getvalue())
