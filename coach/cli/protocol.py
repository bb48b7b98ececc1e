"""``coach protocol``: look at protocols, check them, copy one to make it your own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typer

from coach.cli.listing import entry_data, list_entries, tell_note
from coach.cli.shared import print_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coach.library.plans import Plan, PlannedStage
    from coach.library.protocols import Protocols
    from coach.model.protocol import Protocol, Stage
    from coach.model.workout import Workout

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
    protocols = _protocols()
    list_entries(
        protocols.entries(), protocols.own, "protocols", summary=_summary, data=_protocol_data if json else None
    )


@app.command(short_help="Show one protocol, stage by stage.")
def show(
    protocol: str = typer.Argument(help="A protocol's name.", autocompletion=complete_protocol),
    pace: str = typer.Option("", "--pace", metavar="MIN:SEC", help=PACE_HELP),
    json: bool = typer.Option(False, "--json", help="Print one JSON object."),
) -> None:
    """Show one protocol: every stage to the end of the build phase, with sessions, gaps and sources."""
    from coach.library.plans import make_plan
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
    for line in _stages(plan, seconds):
        typer.echo(line)
    typer.echo("\nSources (V read, S secondary page, M general knowledge, P project choice)")
    for source in sources:
        typer.echo(f"  {source.line}")
    typer.echo(f"\nfile {entry.file}")
    if seconds is None and _has_distance(plan.stages):
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
    typer.echo(f"{place}: {_count(len(found.stages), 'stage')}, {len(plan.stages)} with what follows")


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


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _summary(protocol: Protocol) -> tuple[str, str, str]:
    """How many stages, its title, and for whom it is, if not for all."""
    then = f", then {protocol.then}" if protocol.then else ""
    return f"{_count(len(protocol.stages), 'stage')}{then}", protocol.title, _whom(protocol)


def _whom(protocol: Protocol) -> str:
    """For whom it is, if not for all."""
    from coach.model.profile import InjuryKind

    if set(protocol.injuries) == set(InjuryKind):
        return "" if protocol.no_injury else "with an injury only"
    named = [kind.value for kind in protocol.injuries]
    if not named:
        return "without an injury only"
    return f"for {', '.join([*named, 'no injury'] if protocol.no_injury else named)}"


def _stages(plan: Plan, pace: int | None) -> Iterator[str]:
    before = None
    for planned in plan.planned:
        if planned.protocol != before:
            yield f"\n{_heading(planned.protocol)}" if before is not None else ""
        before = planned.protocol
        stage = planned.stage
        yield f"{stage.id}  {stage.title}"
        # Sessions that are the same are told once: a week of five runs has one line.
        for session in dict.fromkeys(map(_steps, stage.sessions)):
            yield f"    {session}  ({_time(session, pace)})"
        yield f"    {'; '.join(_terms(stage))}"
        yield f"    {', '.join(stage.sources)}"


def _heading(protocol: str) -> str:
    from coach.model.build import BUILD

    return "Then the build phase:" if protocol == BUILD else f"Then {protocol}:"


def _steps(session: Workout) -> str:
    from coach.model.syntax import format_workout

    return format_workout(session.model_copy(update={"name": None}))


def _time(steps: str, pace: int | None) -> str:
    """As ``34:00, running 8:00``; ``about`` where a distance was turned into time; what is not known is said."""
    from coach.model.durations import clock_text
    from coach.model.estimate import run_ms, total_ms
    from coach.model.syntax import parse

    workout = parse(steps)
    total, running = total_ms(workout, pace), run_ms(workout, pace)
    if total is None or running is None:
        return "time not known without your pace" if pace is None else "time not known"
    about = "" if total_ms(workout, None) is not None else "about "
    return f"{about}{clock_text(total)}, running {clock_text(running)}"


def _terms(stage: Stage) -> Iterator[str]:
    """What is asked between this stage and the next."""
    from coach.model.durations import spell_cm

    yield _count(stage.good_sessions, "good session")
    yield f"{_count(stage.rest_days, 'full day')} between" if stage.rest_days else "days may follow each other"
    if stage.gap_h:
        yield f"{stage.gap_h} h from start to start"
    if stage.weekly_max is not None:
        yield f"{stage.weekly_max} a week at most"
    if stage.rpe_ceiling is not None:
        yield f"effort {stage.rpe_ceiling} of 10 at most"
    if stage.distance_cm is not None:
        yield f"{spell_cm(stage.distance_cm)} in all"
    yield f"terrain {stage.terrain.value}, phase {stage.phase.value}"
    if stage.weeks_alternate is not None:
        yield f"after {stage.weeks_alternate} weeks of alternate days"
    if stage.weekly_fraction is not None:
        yield f"from {stage.weekly_fraction:.0%} of the former weekly distance"


def _has_distance(stages: Iterable[Stage]) -> bool:
    from coach.model.estimate import total_ms

    return any(total_ms(session, None) is None for stage in stages for session in stage.sessions)


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
    from coach.model.estimate import bout_ms, run_ms, total_ms

    sessions = [
        {
            "text": _steps(session),
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
