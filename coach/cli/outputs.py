"""Where an export goes: what ``-o`` says, looked at before anything is made, and written when all is made."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from coach.model.sheets import Exported
    from coach.ports import Exporter

STDOUT = "-"


class Output(NamedTuple):
    """``path`` is the file, or the folder to put it in; None for stdout, which was asked for by name if ``named``."""

    path: Path | None
    named: bool = True


def read_output(typed: str | None, format_name: str, exporter: Exporter) -> Output:
    """What ``-o`` says. Raises BadInput where that is nothing, or is called as another format's file."""
    from coach.errors import BadInput
    from coach.library.named_files import check_suffix, is_folder
    from coach.model.sheets import SheetKind

    if typed is None or typed == STDOUT:
        return Output(None, named=typed is not None)
    if not typed.strip():
        raise BadInput("no file is named", where="--output", remedy=f"name one: -o FILE{exporter.suffix}")
    path = Path(typed)
    if not is_folder(path) and SheetKind.SOUND not in exporter.takes:  # sound has several kinds, and judges them itself
        check_suffix(path, format_name, exporter.suffix)
    return Output(path)


def place_of(output: Output, name: str, format_name: str, exporter: Exporter, *, force: bool) -> str:
    """In words where it goes, ``name`` being what it is called in a folder. Raises what writing it would raise."""
    from coach.cli.answers import is_terminal
    from coach.errors import BadInput
    from coach.library.named_files import check_named

    file = file_of(output, name)
    if file is None:
        if not exporter.is_text and (not output.named or sys.stdout.isatty()):
            raise BadInput(
                f"{format_name} is {'not for a terminal' if output.named else 'no text, and no file is named'}",
                where="--output",
                remedy=f"name a file: -o FILE{exporter.suffix}, or send it on: -o - > FILE{exporter.suffix}",
            )
        return "stdout"
    is_there = check_named(file, force=force or is_terminal())
    if not is_there:
        return f"{file} (new)"
    return f"{file} (there is one already, {'which it replaces' if force else 'about which it asks'})"


def file_of(output: Output, name: str) -> Path | None:
    """The file, called ``name`` in a folder; None for stdout."""
    from coach.library.named_files import is_folder

    return output.path / name if output.path is not None and is_folder(output.path) else output.path


def write_out(file: Path | None, made: Exported, ask_again: Callable[[], None], *, force: bool, private: bool) -> None:
    """Write it, after a question about a file that exists. ``ask_again`` is the gate's last word."""
    from coach.cli.answers import confirm, is_terminal
    from coach.library.named_files import copy_filled, fill_named, is_plain_file

    if file is not None:
        if is_plain_file(file) and not force and is_terminal():
            force = confirm(f"There is a file {file} already. Replace it?", usual=False)
        fill_named(file, made.fill, force=force, private=private, check=ask_again)
        typer.echo(f"wrote {file}", err=True)
    elif made.pour is None:
        ask_again()
        typer.echo(made.data, nl=False)  # as bytes: what is printed is UTF-8 whatever the terminal takes itself for
    else:
        copy_filled(made.pour, sys.stdout.buffer, ask_again)
