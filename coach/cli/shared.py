"""What several commands begin or end with."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand

if TYPE_CHECKING:
    from coach.coaching import Coaching


class Strict(TyperCommand):
    """A command whose options may not contradict each other: not ``--usual`` with ``--not-usual``, no two scores."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        given = [word.partition("=")[0] for word in args[: args.index("--") if "--" in args else len(args)]]
        for param in self.params:
            said = [word for word in given if word in (*param.opts, *param.secondary_opts)]
            if len(set(said)) > 1 and param.secondary_opts:
                _refuse(f"{' and '.join(dict.fromkeys(said))} contradict each other")
            if len(said) > 1 and not getattr(param, "multiple", False) and not getattr(param, "is_flag", False):
                _refuse(f"{said[0]} is given {'twice' if len(said) == 2 else 'more than once'}")
        return super().parse_args(ctx, args)


def _refuse(what: str) -> None:
    from coach.errors import BadInput

    raise BadInput(what, remedy="give one of them")


def comeback() -> AbstractContextManager[Coaching]:
    """The comeback over the runner's journal, closed at the end of the block. Raises StorageError, BadInput."""
    from coach.bootstrap.comeback import open_coaching

    return open_coaching()


def print_json(data: object) -> None:
    """``data`` as one line."""
    import json

    typer.echo(json.dumps(data, ensure_ascii=False))
