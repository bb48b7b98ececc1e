"""``coach protocol``: look at protocols, check them, copy one to make it your own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typer

from coach.cli.listing import entry_data, list_entries, tell_note
from coach.cli.shared import print_json

if TYPE_CHECKING:
    from coach.library.plans import PlannedStage
    from coach.library.protocols import Protocols
    from coach.model.protocol import Protocol

_EPILOG = """\b
Examples:
  coach protocol list                     what there is
  coach protocol show osu                 its stages, gaps and sources
  coach protocol show ud --pace 6:30      a programme by distance, with times
  coach protocol copy ouh mine            a copy of your own to edit
  coach run osu/2-3/2                     one session of a stage"""

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="List, show, copy and check protocols: published ways back to running, in stages.\n\n"
    "No walk-run programme has been shown in a trial to be better than another.",
    epilog=_EPILOG,
)

PACE_HELP = "Your easy pace in minutes a kilometre, such as 6:30: gives times to what goes by distance."
_PACE = re.compile(r"([0-9]{1,2}):([0-5][0-9])")


def complete_protocol(incomplete: str) -> list[str]:
    """Names of protocols, for the shell's completion."""
    return [name for name in _protocols().names() if name.startswith(incomplete)]


@app.command("list")
def list_protocols(json: bool = typer.Option(False, "--json", help="Print one JSON array.")) -> None:
    """List every protocol: the shipped ones and your own.

    Your own take the place of shipped ones of the same name. A broken file is listed with what is wrong in it.
    """
    from coach.library.protocol_words import summary

    protocols = _protocols()
    list_entries(
        protocols.entries(), protocols.own, "protocols", summary=summary, data=_protocol_data if json else None
    )


@app.command(short_help="Show one protocol, stage by stage.")
def show(
    protocol: str = typer.Argument(help="A protocol's name.", autocompletion=complete_protocol),
    pace: str = typer.Option("", "--pace", metavar="MIN:SEC", help=PACE_HELP),
    json: bool = typer.Option(False, "--json", help="Print one JSON object."),
) -> None:
    """Show one protocol: every stage to the end of the build phase, with sessions, gaps and sources."""
    from coach.library.plans import make_plan
    from coach.library.protocol_words import goes_by_distance, stage_lines
    from coach.library.sources import shipped_sources

    seconds = _pace(pace)
    protocols = _protocols()
    entry = protocols.find(protocol)
    found = protocols.get(entry.name)
    plan = make_plan(found, protocols.get, pace_s_per_km=seconds)
    cited = {found.source: None} | {source: None for stage in plan.stages for source in stage.sources}
    sources = [shipped_sources()[source] for source in cited]
    if json:
        print_json(
            {
                **entry_data(entry, _protocol_data),
                "pace_s_per_km": seconds,
                "stages": [_stage_data(planned, seconds) for planned in plan.planned],
                "sources": [source.model_dump(mode="json") for source in sources],
            }
        )
        return
    tell_note(entry)
    typer.echo(f"{found.title} ({entry.name})\n{found.description}".rstrip())
    for line in stage_lines(plan, seconds):
        typer.echo(line)
    typer.echo("\nSources (V read, S secondary page, M general knowledge, P project choice)")
    for source in sources:
        typer.echo(f"  {source.line}")
    typer.echo(f"\nfile {entry.file}")
    if seconds is None and goes_by_distance(plan.stages):
        typer.echo("note: no time is known for what goes by distance; give your pace: --pace 6:30", err=True)


@app.command(short_help="Copy one into your own folder, to be edited.")
def copy(
    protocol: str = typer.Argument(help="The protocol to copy.", autocompletion=complete_protocol),
    name: str = typer.Argument("", help="What to call yours; without it my-PROTOCOL."),
    force: bool = typer.Option(False, "--force", help="Replace a file of yours that has this name."),
) -> None:
    """Write a copy of a protocol into your own folder, to be edited; then `coach protocol check` it."""
    from coach.library.toml_files import read_text
    from coach.library.workout_files import check_file_name, write_workout

    protocols = _protocols()
    entry = protocols.find(protocol)
    called = check_file_name(name or f"my-{entry.name}"[:64], "protocol")
    file = write_workout(protocols.own, called, read_text(entry.file, "protocol"), force=force, what="protocol")
    typer.echo(f"wrote {file}")
    if (protocols.shipped / file.name).is_file():
        typer.echo(f"note: it is used in place of the shipped {called}", err=True)


@app.command()
def check(
    protocol: str = typer.Argument(help="A protocol's name, or the path of a file.", autocompletion=complete_protocol),
) -> None:
    """Check a protocol, and all it goes on with.

    Leaves with 0 if it can be followed. If it cannot, one line says what is wrong, in which file and key, and what to
    do.
    """
    from pathlib import Path

    from coach.library.plans import make_plan
    from coach.library.protocol_words import count
    from coach.library.workout_files import NAME

    protocols = _protocols()
    if NAME.fullmatch(protocol.casefold()):
        entry = protocols.find(protocol)
        found, place = protocols.get(entry.name), entry.file
        tell_note(entry)
    else:
        place = Path(protocol)
        found = protocols.check(place)
    plan = make_plan(found, protocols.lookup)
    typer.echo(f"{place}: {count(len(found.stages), 'stage')}, {len(plan.stages)} with what follows")


def _protocols() -> Protocols:
    from coach.config import folders
    from coach.library.protocols import Protocols

    return Protocols(folders().workouts)


def _pace(text: str) -> int | None:
    """Seconds a kilometre of ``6:30``. Raises BadInput."""
    from coach.errors import BadInput
    from coach.model.syntax_scan import quoted

    if not text:
        return None
    shaped = _PACE.fullmatch(text.strip())
    seconds = int(shaped[1]) * 60 + int(shaped[2]) if shaped else 0
    if not 120 <= seconds <= 1800:
        raise BadInput(
            f"{quoted(text)} is not a pace", where="--pace", remedy="write minutes a kilometre from 2:00 to 30:00: 6:30"
        )
    return seconds


def _protocol_data(protocol: Protocol) -> dict[str, object]:
    return {
        "title": protocol.title,
        "description": protocol.description,
        "source": protocol.source,
        "injuries": [kind.value for kind in protocol.injuries],
        "no_injury": protocol.no_injury,
        "then": protocol.then,
        "stages": [stage.id for stage in protocol.stages],
    }


def _stage_data(planned: PlannedStage, pace: int | None) -> dict[str, object]:
    from coach.library.protocol_words import steps_text
    from coach.model.estimate import bout_ms, run_ms, total_ms

    sessions = [
        {
            "text": steps_text(session),
            "name": session.name,
            "total_ms": total_ms(session, pace),
            "run_ms": run_ms(session, pace),
            "longest_ms": bout_ms(session, pace),
        }
        for session in planned.stage.sessions
    ]
    return {
        "protocol": planned.protocol,
        **planned.stage.model_dump(mode="json", exclude={"sessions"}),
        "sessions": sessions,
    }
