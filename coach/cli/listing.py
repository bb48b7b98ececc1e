"""What ``coach workout`` and ``coach protocol`` share: a list of all there is by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import typer

from coach.cli.shared import print_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from coach.library.entries import Entry

    Held = TypeVar("Held")
    Data = dict[str, object]


def list_entries(
    entries: Sequence[Entry[Held]],
    own: Path,
    what: str,
    *,
    summary: Callable[[Held], tuple[str, str, str]],
    data: Callable[[Held], Data] | None = None,
) -> None:
    """A line an entry: its name, and what ``summary`` says of it: how much it is, its title, and for whom, if not for
    all. With ``data`` one JSON array instead. ``own`` is where the runner's ``what`` live."""
    from coach.library.entries import summarised

    if data is not None:
        print_json([entry_data(entry, data) for entry in entries])
        return
    rows = [(entry.name, *summarised(entry, summary)) for entry in entries]
    # What is wrong with a broken one stands as long as it is, and makes no column wider.
    widths = [max((len(row[0]) for row in rows), default=0), max((len(row[1]) for row in rows if row[2]), default=0)]
    for name, size, title in rows:
        typer.echo(f"{name:<{widths[0]}}  {size:<{widths[1]}}  {title}".rstrip())
    for entry in entries:
        tell_note(entry)
    typer.echo(f"Your own {what} live in {own}", err=True)


def tell_note(entry: Entry[Any]) -> None:
    """On stderr: what the runner should know when it is used."""
    if entry.note:
        typer.echo(f"note: {entry.note}", err=True)


def entry_data(entry: Entry[Held], data: Callable[[Held], Data]) -> Data:
    """For programs: where it is, and ``data`` of what it holds, or what is wrong with it."""
    from coach.errors import CoachError

    where: Data = {"name": entry.name, "file": str(entry.file), "own": entry.own, "shadows": entry.shadows}
    if isinstance(entry.outcome, CoachError):
        return {**where, "problem": str(entry.outcome)}
    return {**where, **data(entry.outcome)}
