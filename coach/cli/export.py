"""``coach export``: a workout, the plan or the record as a file for somewhere else."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from coach.cli.shared import print_json

if TYPE_CHECKING:
    from datetime import datetime

    from coach.bootstrap.exporting import Ready, Wish
    from coach.cli.outputs import Output
    from coach.coaching import Today
    from coach.ports import Exporter


def complete_format(incomplete: str) -> list[str]:
    """Names of formats, for the shell's completion. Imports no exporter."""
    from coach.bootstrap.formats import format_names

    return [name for name in format_names() if name.startswith(incomplete)]


_Format = Annotated[
    str | None, typer.Argument(metavar="FORMAT", help="One of `coach export --list`.", autocompletion=complete_format)
]
_Target = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TARGET",
        help="today, a WORKOUT, stage N, or a protocol's name; of activities: last, a day or an id; "
        "of csv and jsonl: ratings, runs or journal.",
    ),
]
_Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="PATH", help="The file, the folder to put it in, or - for stdout."),
]
_Force = Annotated[bool, typer.Option("--force", help="Replace a file that exists.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")]
_List = Annotated[bool, typer.Option("--list", help="List the formats, and leave.")]
_Without = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="WHAT", help="Leave out names or targets of steps; may be repeated."),
]
_At = Annotated[str | None, typer.Option("--at", metavar="TIME", help="today: when it is to begin, if not now.")]
_Music = Annotated[
    Path | None,
    typer.Option("--music", metavar="FILE", help="audio: music to lay under the cues, lowered as they sound."),
]
_Metronome = Annotated[bool, typer.Option("--metronome", help="audio: tick at the cadence of the steps that have one.")]
_Json = Annotated[bool, typer.Option("--json", help="With --list: print one JSON array.")]

_EPILOG = """\b
Examples:
  coach export --list                       every format
  coach export fit today -o watch.fit       today's session, if the gate is open
  coach export svg '5m walk, 8x(1m run, 2m walk), 5m walk' -o plan.svg
  coach export md osu -o plan.md            a whole protocol, to print
  coach export text stage 3                 a stage of your plan
  coach export activity-fit last -o run.fit the session you ran last
  coach export csv ratings -o ratings.csv   for a spreadsheet
  coach export audio -o run.mp3 --music song.mp3
                                            today's session, to listen to

\b
Exit codes: 0 written, 2 bad input, or the format cannot hold it, 4 the gate
is closed, 6 no such voice, 7 the file cannot be written."""


def register(app: typer.Typer) -> None:
    """Add the command to the top level."""
    app.command(epilog=_EPILOG, short_help="Write a workout, plan or record as a file.")(export)


def export(
    format_name: _Format = None,
    target: _Target = None,
    output: _Output = None,
    force: _Force = False,
    dry_run: _DryRun = False,
    without: _Without = None,
    at: _At = None,
    music: _Music = None,
    metronome: _Metronome = False,
    list_formats: _List = False,
    json: _Json = False,
) -> None:
    """Write a workout, the plan or your record as a file for somewhere else.

    Without a target it is today's session, which a closed gate does not give.
    """
    if list_formats:
        _list(as_json=json)
        return
    from coach.bootstrap.exporting import Wish
    from coach.bootstrap.formats import load_format
    from coach.bootstrap.sound import SoundWish
    from coach.cli.outputs import file_of, place_of, read_output, write_out
    from coach.errors import BadInput

    if json:
        raise BadInput("only the list of formats is printed as JSON", where="--json", remedy="say --list --json")
    if format_name is None:
        raise BadInput("no format is given", remedy="`coach export --list` shows what there is")
    exporter = load_format(format_name)
    where = read_output(output, format_name, exporter)
    sound = SoundWish(_kind_of_file(where, exporter), music, metronome)
    wish = Wish(tuple(target or ()), frozenset(without or ()), begin_time(at), keep=not dry_run, sound=sound)
    ready = ready_sheet(format_name, exporter, wish)
    try:
        name = file_name(ready, exporter)
        place = place_of(where, name, format_name, exporter, force=force)
        made = exporter.export(ready.sheet)
        for remark in (*ready.remarks, *made.remarks):
            typer.echo(f"coach: {remark}", err=True)
        if dry_run:
            size = "" if made.pour else f" {len(made.data)} bytes,"
            typer.echo(f"would write {format_name},{size} to {place}", err=True)
        else:
            write_out(file_of(where, name), made, lambda: ask_again(ready), force=force, private=ready.private)
    finally:
        ready.close()


def _kind_of_file(where: Output, exporter: Exporter) -> str:
    """What kind of file is asked for, where a format knows several."""
    from coach.library.named_files import is_folder

    return exporter.suffix if where.path is None or is_folder(where.path) else where.path.suffix


def _list(*, as_json: bool) -> None:
    from coach.bootstrap.formats import all_formats
    from coach.errors import BadInput

    formats = all_formats()
    if as_json:
        print_json(
            [
                {"name": each.name, "package": each.package or None, "problem": str(each.outcome)}
                if isinstance(each.outcome, BadInput)
                else {
                    "name": each.name,
                    "package": each.package or None,
                    "about": each.outcome.about,
                    "suffix": each.outcome.suffix,
                    "takes": sorted(kind.value for kind in each.outcome.takes),
                }
                for each in formats
            ]
        )
        return
    width = max((len(each.name) for each in formats), default=0)
    for each in formats:
        words = str(each.outcome) if isinstance(each.outcome, BadInput) else each.outcome.about
        typer.echo(f"{each.name:<{width}}  {words}{f' ({each.package})' if each.package else ''}")


def begin_time(at: str | None) -> datetime | None:
    """When today's session is to begin, None for now. Raises BadInput."""
    from coach.bootstrap import the_clock
    from coach.bootstrap.exporting import begin_time as read_time

    return read_time(at, the_clock())


def ready_sheet(format_name: str, exporter: Exporter, wish: Wish) -> Ready:
    """The sheet; where the gate refuses, everything it has to say comes before the refusal."""
    from coach.bootstrap.exporting import make_sheet

    with _reasons_shown():
        return make_sheet(format_name, exporter, wish)


def ask_again(ready: Ready) -> None:
    """Right before anything goes out, after every question and all work. Raises GateClosed."""
    with _reasons_shown():
        ready.ask_again()


@contextmanager
def _reasons_shown() -> Generator[None]:
    from coach.cli.today import today_lines
    from coach.errors import GateClosed
    from coach.model.zones import zone

    try:
        yield
    except GateClosed as closed:
        if closed.today is not None:
            today = cast("Today", closed.today)
            for line in today_lines(today, zone(today.input.zone)):
                typer.echo(line, err=True)
        raise


def file_name(ready: Ready, exporter: Exporter) -> str:
    """A name that says what it is, in letters that every file system takes."""
    from coach.library.named_files import safe_stem

    return f"{safe_stem(ready.stem) or 'workout'}{exporter.suffix}"
