"""What several commands begin or end with."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from coach.coaching import Coaching


def comeback() -> AbstractContextManager[Coaching]:
    """The comeback over the runner's journal, closed at the end of the block. Raises StorageError, BadInput."""
    from coach.bootstrap.comeback import open_coaching

    return open_coaching()


def check_screen(instead: str) -> None:
    """Raises BadInput, with what to do ``instead``, where there is no terminal on which a cursor can be moved."""
    import os
    import sys

    from coach.errors import BadInput

    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM") == "dumb":
        raise BadInput("this is a screen, and there is no terminal to show it on", remedy=instead)


def print_json(data: object) -> None:
    """``data`` as one line."""
    import json

    typer.echo(json.dumps(data, ensure_ascii=False))
