"""``coach --plain``: a list of what can be done, and every command as a talk in plain lines.

For screen readers and pipes: no cursor is moved, nothing is coloured or drawn again, and a question is a line of its
own. What is decided, asked and kept is the other commands' own doing; here is only the talk around it.
"""

from __future__ import annotations

import io
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from typing import Any, TextIO

import typer

from coach.cli.answers import ask, confirm
from coach.cli.choices import ACTIONS, Action
from coach.cli.facts import a_fact
from coach.cli.failures import INTERRUPTED, exit_code_for
from coach.cli.shared import comeback, plain_lines

_SILENT = {number: None for number in (*range(32), *range(0x7F, 0xA0)) if number != ord("\n")}
"""What is no letter: it could move a cursor, or colour."""
_WAYS = "A number or a word of the list does it; ? says the list, leave leaves."
_HELP = (
    "Type a number or a word of the list, then Enter. The numbers never change.",
    "Questions come one a line. Enter takes what is said to be meant; Ctrl-C goes back to the list.",
    "Every command can be typed as well, such as: morning 1 --nothing-else. A word with --help explains its command.",
    "Leave with the word leave, the end of the input, or Ctrl-C at the list.",
)


def talk() -> None:
    """Say today's decision and the list, then do what is typed until the input ends. Ctrl-C at the list leaves."""
    typed, said = sys.stdin, Said(sys.stdout)
    with plain_lines(), redirect_stdout(said), redirect_stderr(said):
        sys.stdin = Typed(typed.fileno())
        try:
            _obey(("today",))
            _list()
            while line := sys.stdin.readline():
                if not _do(line.strip()) or said.is_unread:
                    return
                typer.echo(f"Next? {_WAYS}")
        finally:
            sys.stdin = typed


def _do(line: str) -> bool:
    """What was typed; whether the talk goes on."""
    try:
        words = shlex.split(line)
    except ValueError:
        typer.echo("coach: a quotation mark is open — close it, or leave it out")
        return True
    words = words[1:] if words[:1] == ["coach"] else words
    if not words:
        return True
    first, rest = words[0].casefold(), words[1:]
    if first in ("leave", "quit", "exit", "q"):
        typer.echo("Left.")
        return False
    number = int(first.rstrip(".")) if first.rstrip(".").isdecimal() and len(first) < 4 else 0
    action = next((each for each in ACTIONS if first == each.word), None)
    if 1 <= number <= len(ACTIONS):
        action = ACTIONS[number - 1]
    if first in ("?", "help", "list"):
        for each in _HELP:
            typer.echo(each)
        _list()
    elif action is not None and action.word == "leave":
        return _do("leave")
    elif action is not None and not rest:
        _guarded(partial(_act, action))
    elif action is not None and action.argv:
        _obey((*action.argv, *rest))
    elif first in _commands():
        _obey((first, *rest))
    else:
        typer.echo(f"coach: “{first[:30]}” is none of it — there is {', '.join(each.word for each in ACTIONS)}")
    return True


def _list() -> None:
    typer.echo("What can be done:")
    for number, action in enumerate(ACTIONS, start=1):
        typer.echo(f"{number}. {action.word}: {action.title}.")
    typer.echo(_WAYS)


def _act(action: Action) -> None:
    """Ask for what the command does not ask itself, and do it. Raises CoachError, Abort."""
    if action.tells is not None:
        for line in action.tells():
            typer.echo(line)
        return
    if action.sure and not confirm(action.sure, usual=False):
        typer.echo("Nothing was changed.")
        return
    options: list[str] = []
    rest: list[str] = []
    for question in action.asks:
        answer = ask(question)
        if answer and question.option:
            options.append(f"{question.option}={answer}")
        elif answer:
            rest += shlex.split(answer)
    _obey((*action.argv, *options, *(["--", *rest] if rest else [])))


def _obey(argv: Sequence[str]) -> None:
    """A command, with its errors as one line each. A run that was done is rated at once."""
    from coach.cli import app
    from coach.cli.failures import check_arguments

    def obey() -> object:
        check_arguments(argv)
        before = _last_run() if argv[0] == "run" else None
        done = app(list(argv), prog_name="coach", standalone_mode=False)
        if argv[0] == "run" and _last_run() != before:
            typer.echo("The run is kept. Now its rating.")
            return app(["rate"], prog_name="coach", standalone_mode=False)
        return done

    _guarded(obey)


def _guarded(do: Callable[[], object]) -> None:
    if exit_code_for(do) == INTERRUPTED:
        typer.echo("Back at the list.")


def _last_run() -> str | None:
    with comeback() as coaching:
        last = coaching.last_run() if coaching.profile is not None else None
        return None if last is None else last.id


def _commands() -> Sequence[str]:
    from typer.main import get_command

    from coach.cli import app

    return list(getattr(get_command(app), "commands", {}))


# Lines in and out


class Typed(io.TextIOBase):
    """Lines of a descriptor, read by the byte: what comes after a line is left to the session that reads it itself."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor

    def readline(self, _size: int | None = -1, /) -> str:
        """The next line with its end, without what is no letter; nothing at the end of the input.

        A line without an end was cut off, and is not taken: a 1 may have been a 10.
        """
        while line := self._bytes():
            try:
                return line.decode().translate(_SILENT)
            except UnicodeDecodeError:
                typer.echo("coach: that line is not text in UTF-8 — type it anew")
        return ""

    def _bytes(self) -> bytes:
        line = bytearray()
        while not line.endswith(b"\n"):
            byte = os.read(self._descriptor, 1)
            if not byte:
                if line:
                    typer.echo("coach: the input ended within a line, which was not taken — end it with Enter")
                return b""
            line += byte
        return bytes(line)


class Said(io.TextIOBase):
    """Writes at once, a fact a line, without what is no letter; never taken for a terminal: nothing is drawn on it."""

    def __init__(self, there: TextIO) -> None:
        self._there = there
        self._is_amid = False  # a line was begun
        self.buffer = _Bytes(self)
        self.is_unread = False

    @property
    def encoding(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        return self._there.encoding

    def fileno(self) -> int:
        return self._there.fileno()

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        lines = text.translate(_SILENT).splitlines(keepends=True)
        said = [line if self._is_amid and n == 0 else a_fact(line) for n, line in enumerate(lines)]
        self.write_as_it_is("".join(said))
        if lines:
            self._is_amid = bool(lines[-1].strip("\n")) and not lines[-1].endswith("\n")
        return len(text)

    def write_as_it_is(self, text: str) -> None:
        """Not laid out anew."""
        try:
            self._there.write(text)
            self._there.flush()
        except BrokenPipeError:
            self.is_unread = True
            raise


class _Bytes(io.RawIOBase):
    """What an export writes to stdout: a text, in UTF-8."""

    def __init__(self, said: Said) -> None:
        self._said = said

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._said.write_as_it_is(bytes(data).decode(errors="replace").translate(_SILENT))
        return len(data)
