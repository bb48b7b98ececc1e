"""``coach workout``: look at workouts, check them, write one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from coach.cli.listing import list_entries
from coach.cli.shared import check_screen, print_json

if TYPE_CHECKING:
    from coach.library.catalogue import Catalogue
    from coach.model.timeline import Timeline
    from coach.model.workout import Workout

_EPILOG = """\b
Examples:
  coach workout list                         what there is
  coach workout check '8x(1m run, 2m walk)'  every step, with its start
  coach workout edit seed-start              a copy of your own, on the screen
  coach workout new mine seed-start          the same, without a screen"""

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="List, show, check and write workouts.\n\n"
    "Everywhere a WORKOUT is asked for, give the name of one, the path of a .toml or .txt file, or its text: "
    "'5m walk, 8x(1m run, 2m walk), 5m walk'.",
    epilog=_EPILOG,
)

WORKOUT_HELP = "A workout's name, the path of its file, or its text."
JSON_HELP = "Print one JSON object."


def complete_workout(incomplete: str) -> list[str]:
    """Names of workouts, for the shell's completion."""
    return [name for name in _catalogue().names() if name.startswith(incomplete)]


@app.command("list")
def list_workouts(json: bool = typer.Option(False, "--json", help="Print one JSON array.")) -> None:
    """List every workout: the shipped ones and your own.

    Your own take the place of shipped ones of the same name. A broken file is listed with what is wrong in it.
    """
    catalogue = _catalogue()
    list_entries(catalogue.entries(), catalogue.own, "workouts", summary=_summary, data=_data if json else None)


@app.command()
def show(
    workout: str = typer.Argument(help=WORKOUT_HELP, autocompletion=complete_workout),
    json: bool = typer.Option(False, "--json", help=JSON_HELP),
) -> None:
    """Show one workout: its title, description, text and times."""
    from coach.model.syntax import format_workout
    from coach.model.timeline import compile_timeline, total_words

    found = _catalogue().resolve(workout)
    timeline = compile_timeline(found.workout)
    if json:
        print_json(
            {
                "source": found.source,
                "file": str(found.file) if found.file else None,
                "text": format_workout(found.workout),
                **_times(timeline),
                "workout": found.workout.model_dump(mode="json"),
            }
        )
        return
    for note in found.notes:
        typer.echo(f"note: {note}", err=True)
    typer.echo(found.workout.name or found.source)
    if found.workout.description:
        typer.echo(found.workout.description)
    typer.echo(format_workout(found.workout.model_copy(update={"name": None})))
    typer.echo(total_words(timeline))
    if found.file:
        typer.echo(f"file {found.file}")


# A text may begin with a minus sign by mistake: the workout's own error says more than "no such option".
@app.command(context_settings={"ignore_unknown_options": True})
def check(workout: str = typer.Argument(help=WORKOUT_HELP, autocompletion=complete_workout)) -> None:
    """Check a workout and print every step of it.

    Each with its start and the round of its repeat; then the totals. Leaves with 0 if the workout can be run. If it
    cannot, one line says what is wrong, where, and what to do.
    """
    from coach.model.syntax import KIND_WORD
    from coach.model.table import table_lines
    from coach.model.timeline import compile_timeline, total_words

    found = _catalogue().resolve(workout)
    timeline = compile_timeline(found.workout)
    for note in found.notes:
        typer.echo(f"note: {note}", err=True)
    if found.workout.name:
        typer.echo(f"{found.workout.name}\n")
    for line in table_lines(timeline, KIND_WORD):
        typer.echo(line)
    typer.echo(f"\n{total_words(timeline)}")


@app.command()
def new(
    name: str = typer.Argument(help="What to call it: small letters, digits, - and _."),
    workout: str = typer.Argument(
        "seed-start", help="What it is to hold: text, or a name or file to copy.", autocompletion=complete_workout
    ),
    force: bool = typer.Option(False, "--force", help="Replace a workout of yours that has this name."),
) -> None:
    """Write a workout of your own.

    It is made from a text or as a copy of another, to be edited. Nothing is written unless the workout makes sense.
    """
    from coach.library.workout_files import check_file_name, write_workout

    check_file_name(name)
    catalogue = _catalogue()
    file = write_workout(catalogue.own, name, _content(catalogue, workout), force=force)
    typer.echo(f"wrote {file}")
    if (catalogue.shipped / file.name).is_file():
        typer.echo(f"note: it is used in place of the shipped {name}", err=True)


# As for check: the text may begin with a minus sign.
@app.command(context_settings={"ignore_unknown_options": True})
def edit(
    workout: str | None = typer.Argument(
        None, help=f"{WORKOUT_HELP} Without it: all of them to choose from.", autocompletion=complete_workout
    ),
) -> None:
    """Write or change a workout on the screen.

    As text or step by step, with the session it makes drawn as you type. One of your own is changed, anything else is
    opened as a copy. Nothing is written before you save; what is not saved is kept as a draft and offered again.
    """
    check_screen("`coach workout new NAME TEXT` writes one without a screen")
    from coach.bootstrap.edit import edit_workout

    edit_workout(workout)


def _content(catalogue: Catalogue, workout: str) -> str:
    """What a workout file of one's own begins with: the file as it is, or a session of a protocol, or a text."""
    from coach.library.protocol_files import is_protocol
    from coach.library.toml_files import read_text
    from coach.library.workout_files import toml_of, toml_of_workout

    found = catalogue.resolve(workout)
    text = read_text(found.file) if found.file else workout
    if found.file is None or found.file.suffix.casefold() == ".txt":
        return toml_of(text)
    return toml_of_workout(found.workout) if is_protocol(text) else text


def _catalogue() -> Catalogue:
    from coach.config import folders
    from coach.library.catalogue import Catalogue

    return Catalogue(folders().workouts)


def _summary(workout: Workout) -> tuple[str, str, str]:
    """The totals and the title; a workout is for all."""
    from coach.model.timeline import compile_timeline, total_words

    return total_words(compile_timeline(workout)), workout.name or "", ""


def _data(workout: Workout) -> dict[str, object]:
    from coach.model.timeline import compile_timeline

    return {"title": workout.name, "description": workout.description, **_times(compile_timeline(workout))}


def _times(timeline: Timeline) -> dict[str, object]:
    return {
        "intervals": len(timeline.intervals),
        "total_ms": timeline.total_ms,
        "known_ms": timeline.known_ms,
        "run_ms": timeline.run_ms,
        "run_cm": timeline.run_cm,
    }
