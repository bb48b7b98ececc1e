"""Keys and piped lines become commands, and nothing else does."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.errors import CommandRefused
from coach.headless.commands import QUESTION_NS, STOP_QUESTION, Keys, Say, Volume, parse_line
from coach.session.state import Command, CommandKind, Phase

RUNNING = Phase.RUNNING


@pytest.mark.parametrize(
    ("key", "phase", "command"),
    [
        (" ", Phase.READY, Command(CommandKind.START)),
        ("\n", Phase.READY, Command(CommandKind.START)),
        (" ", RUNNING, Command(CommandKind.PAUSE)),
        (" ", Phase.LEAD_IN, Command(CommandKind.PAUSE)),
        (" ", Phase.PAUSED, Command(CommandKind.RESUME)),
        ("n", RUNNING, Command(CommandKind.NEXT)),
        ("b", RUNNING, Command(CommandKind.BACK)),
        ("r", RUNNING, Command(CommandKind.REPEAT)),
        ("p", RUNNING, Command(CommandKind.PAIN)),
        ("u", RUNNING, Command(CommandKind.WITHDRAW)),
        ("+", RUNNING, Command(CommandKind.EXTEND, delta_ms=30_000)),
        ("-", RUNNING, Command(CommandKind.EXTEND, delta_ms=-30_000)),
        ("\n", RUNNING, None),
        ("x", RUNNING, None),
    ],
)
def test_a_key_is_a_command(key: str, phase: Phase, command: Command | None) -> None:
    assert Keys(lambda: 0).press(key, phase) == command


@pytest.mark.parametrize("key", ["s", "q"])
def test_stopping_wants_a_yes(key: str) -> None:
    keys = Keys(lambda: 0)
    assert keys.press(key, RUNNING) == Say(STOP_QUESTION)
    assert keys.press("y", RUNNING) == Command(CommandKind.STOP)
    for answer in ("n", "s", "q", " ", "\n", "p"):
        assert keys.press(key, RUNNING) == Say(STOP_QUESTION)
        assert keys.press(answer, RUNNING) == Say("The session goes on.")
    assert keys.press("n", RUNNING) == Command(CommandKind.NEXT)


def test_the_question_withdraws_itself() -> None:
    now_ns = 5
    keys = Keys(lambda: now_ns)
    keys.press("s", RUNNING)
    now_ns += QUESTION_NS
    assert keys.press("y", RUNNING) is None
    keys.press("s", RUNNING)
    now_ns += QUESTION_NS
    assert keys.press("p", RUNNING) == Command(CommandKind.PAIN)


@pytest.mark.parametrize("kind", [kind for kind in CommandKind if kind is not CommandKind.EXTEND])
def test_a_line_is_the_name_of_a_command(kind: CommandKind) -> None:
    assert parse_line(kind.value) == parse_line(f"  {kind.value.upper()}\r # remark") == Command(kind)


def test_lines_with_a_figure() -> None:
    assert parse_line("extend +30") == parse_line("extend 30s") == Command(CommandKind.EXTEND, delta_ms=30_000)
    assert parse_line("extend -90") == Command(CommandKind.EXTEND, delta_ms=-90_000)
    assert parse_line("volume 50") == Volume(50)
    assert parse_line("") is parse_line("  # only a remark") is None


@pytest.mark.parametrize(
    "line", ["jump", "pause now", "extend", "extend x", "extend 1e9", "volume", "volume 101", "volume -1", "volume ²"]
)
def test_what_is_not_a_command_is_refused_with_a_remedy(line: str) -> None:
    with pytest.raises(CommandRefused) as caught:
        parse_line(line)
    assert caught.value.remedy


@given(st.text())
def test_no_line_does_anything_but_be_understood_or_refused(line: str) -> None:
    with contextlib.suppress(CommandRefused):
        assert parse_line(line) is None or parse_line(line.strip().lower()) == parse_line(line)
