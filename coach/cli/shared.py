"""What several commands begin or end with."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar

import typer
from typer.core import TyperCommand

if TYPE_CHECKING:
    from coach.coaching import Coaching


_TYPES = {"path": "FILE", "int": "NUMBER", "float": "NUMBER", "int range": "NUMBER", "float range": "NUMBER"}


class Manual(TyperCommand):
    """A command whose help reads as a manual does: WORKOUT, not ``{workout} <str>``."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return [_usage(piece) for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        write: Any = formatter.write_dl

        def write_named(rows: list[tuple[str, str]], *more: Any, **named: Any) -> None:
            write([(_named(name), text) for name, text in rows], *more, **named)

        formatter.write_dl = write_named
        super().format_options(ctx, formatter)
        formatter.write_dl = write


def _usage(piece: str) -> str:
    shaped = re.fullmatch(r"\{(.+)\}(\.\.\.)?|\[(?:\[(.+)\]|(.+))\](\.\.\.)?", piece)
    if shaped is None:
        return piece
    name = shaped[1] or f"[{shaped[3] or shaped[4]}]"
    return f"{name.upper()}{shaped[2] or shaped[5] or ''}"


def _named(name: str) -> str:
    """The first column of a list: what typer says of types, in words; an argument is its name alone."""
    if name.startswith("-"):
        return re.sub(r"<([^>]+)>", lambda found: _TYPES.get(found[1], "TEXT"), name)
    return re.sub(r" +<[^>]+>$|\.\.\.", "", name).upper()


def as_manual(*apps: typer.Typer) -> None:
    """Every command of ``apps`` that has no class of its own becomes a :class:`Manual`."""
    for app in apps:
        for command in app.registered_commands:
            if not issubclass(command.cls or TyperCommand, Manual):
                command.cls = Manual


_ONE = "give one of them"


class Strict(Manual):
    """A command whose options may not contradict each other: not ``--usual`` with ``--not-usual``, no two scores.

    ``remedies`` say, by option, what to do instead of giving it twice.
    """

    remedies: ClassVar[Mapping[str, str]] = {}

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        given = [word.partition("=")[0] for word in args[: args.index("--") if "--" in args else len(args)]]
        for param in self.params:
            said = [word for word in given if word in (*param.opts, *param.secondary_opts)]
            if len(set(said)) > 1 and param.secondary_opts:
                _refuse(f"{' and '.join(dict.fromkeys(said))} contradict each other")
            if len(said) > 1 and not getattr(param, "multiple", False) and not getattr(param, "is_flag", False):
                times = "twice" if len(said) == 2 else "more than once"
                _refuse(f"{said[0]} is given {times}", self.remedies.get(said[0], _ONE))
        return super().parse_args(ctx, args)


def _refuse(what: str, remedy: str = _ONE) -> None:
    from coach.errors import BadInput

    raise BadInput(what, remedy=remedy)


def comeback() -> AbstractContextManager[Coaching]:
    """The comeback over the runner's journal, closed at the end of the block. Raises StorageError, BadInput."""
    from coach.bootstrap.comeback import open_coaching

    return open_coaching()


_PLAIN: ContextVar[bool] = ContextVar("plain", default=False)


@contextmanager
def plain_lines() -> Generator[None]:
    """Within, everything is lines: whoever types them can be asked, terminal or not, and no screen is opened."""
    token = _PLAIN.set(True)
    try:
        yield
    finally:
        _PLAIN.reset(token)


def is_plain() -> bool:
    """Whether it is `coach --plain` that runs."""
    return _PLAIN.get()


def is_terminal() -> bool:
    """Whether somebody can be asked."""
    import sys

    return is_plain() or (sys.stdin.isatty() and sys.stdout.isatty())


def has_screen() -> bool:
    """Whether there is a terminal on which a cursor can be moved; without that there are lines."""
    import os

    return not is_plain() and is_terminal() and os.environ.get("TERM") != "dumb"


def check_screen(instead: str) -> None:
    """Raises BadInput, with what to do ``instead``, where there is no such terminal."""
    from coach.errors import BadInput

    if not has_screen():
        raise BadInput("this is a screen, and there is no terminal to show it on", remedy=instead)


def print_json(data: object) -> None:
    """``data`` as one line."""
    import json

    typer.echo(json.dumps(data, ensure_ascii=False))
