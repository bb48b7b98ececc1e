"""``coach config``: where things live and what the settings mean."""

import typer

from coach.cli.shared import check_screen, is_plain

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Where settings and data live, and what they are.")


@app.command()
def path() -> None:
    """Print the settings file, the folders and the time zone in use."""
    from coach.clock import SystemClock
    from coach.config import folders

    places = folders()
    typer.echo(f"settings  {places.settings_file}")
    typer.echo(f"workouts  {places.workouts}")
    typer.echo(f"texts     {places.texts}")
    typer.echo(f"journal   {places.journal}")
    typer.echo(f"cache     {places.cache}")
    zone = SystemClock().zone_name()
    unnamed = "  (this machine does not name its zone: set TZ, or summer time is unknown)" if zone[0] in "+-" else ""
    typer.echo(f"zone      {zone}{unnamed}")


@app.command(short_help="Print every setting in force, and its meaning.")
def show(json: bool = typer.Option(False, "--json", help="Print one JSON object.")) -> None:
    """Print every setting in force, with its meaning and its environment variable."""
    from coach.config import TABLES, Settings, folders, load

    settings = load(folders().settings_file)
    if json:
        typer.echo(settings.model_dump_json())
        return
    for name, field in Settings.model_fields.items():
        variable = "" if name in TABLES else f"  [COACH_{name.upper()}]"
        lines = [f"{name} = {getattr(settings, name)!r}", f"    {field.description}{variable}"]
        for line in [f"{lines[0]}. {lines[1].strip()}"] if is_plain() else lines:
            typer.echo(line)


@app.command(short_help="Change the settings on the screen.")
def edit() -> None:
    """Change the settings on the screen: each with its meaning, judged as you type.

    Nothing is written before you save, and nothing else in the file is touched.
    """
    check_screen("edit the file that `coach config path` prints; `coach config show` lists every setting")
    from coach.bootstrap.edit import edit_settings

    edit_settings()
