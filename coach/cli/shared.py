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


def print_json(data: object) -> None:
    """``data`` as one line."""
    import json

    typer.echo(json.dumps(data, ensure_ascii=False))
