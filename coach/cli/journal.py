"""``coach journal``: the record of every session, out to a file and in again."""

from pathlib import Path

import typer

from coach.cli.shared import comeback

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The record of every session: export and merge.")

_OUTPUT = typer.Option(None, "--output", "-o", help="Write to this file instead of stdout.")
_FILES = typer.Argument(help="Exports, or journal.db files of other devices.")


@app.command()
def export(output: Path | None = _OUTPUT) -> None:
    """Print every event as one line of JSON, oldest first."""
    import contextlib

    from coach.bootstrap import open_journal
    from coach.journal.exchange import export_lines, write_export

    with contextlib.closing(open_journal()) as journal:
        if output is not None:
            write_export(journal, output)
            return
        for line in export_lines(journal):
            typer.echo(line)


@app.command(short_help="Put right the date of an event.")
def correct(
    event: str = typer.Argument(help="The id of an event (`coach journal export`)."),
    at: str = typer.Argument(metavar="TIME", help="When it really was: 2026-03-02 07:10."),
) -> None:
    """Put right the date of an event that was written while the machine's clock was wrong.

    It must be known to have been wrong: ahead of now, or out of order with what was written before or after. What was
    told within the last ten minutes may be moved as well. An answer is corrected with `coach rate --amend` instead.
    """
    from coach.coaching.times import instant

    with comeback() as coaching:
        coaching.correct_date(event.strip().upper(), instant(at, coaching.clock.local_now(), "TIME"))
    typer.echo("Kept: the date of that event.")


@app.command()
def merge(files: list[Path] = _FILES) -> None:
    """Add the events of other journals that this one does not have. All of it, or nothing."""
    import contextlib

    from coach.bootstrap import open_journal
    from coach.journal.exchange import merge_files

    with contextlib.closing(open_journal()) as journal:
        added = merge_files(journal, files)
    typer.echo(f"{added} {'event' if added == 1 else 'events'} added.")
