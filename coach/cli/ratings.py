"""``coach ratings``: look at them, bring in others."""

from __future__ import annotations

from pathlib import Path

import typer

from coach.cli.shared import comeback

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The ratings that count, and those from elsewhere.")

_IMPORT_EPILOG = """\b
Example:
  occasion,at,first_steps,swelling,woken,painkiller,red_flags
  morning,2026-03-02T07:10,1,no,no,no,
  morning,2026-03-03T07:00,3,yes,no,no,sudden-pop new-numbness

The columns are in docs/comeback.md. Commas part them, or semicolons or tabs, as in the head line. Red flags are names
of `coach rate --flags`, parted by spaces or semicolons. What `coach ratings list --json` prints can be brought in
too."""

_FILE = typer.Argument(metavar="FILE", help="CSV with a head line, a JSON array, or a JSON object a line.")


@app.command("list", short_help="List every rating in force, oldest first.")
def list_ratings(json: bool = typer.Option(False, "--json", help="Print one JSON object a line.")) -> None:
    """List every rating in force, oldest first: corrected ones as they count."""
    from coach.cli.report import rating_words
    from coach.coaching.rating_files import rating_line

    with comeback() as coaching:
        zone = coaching.clock.local_zone()
        for given in coaching.whole.told.ratings:
            rating = given.rating
            if json:
                typer.echo(rating_line(rating))
                continue
            words = rating_words(rating)
            typer.echo(f"{rating.at.astimezone(zone):%Y-%m-%d %H:%M}  {rating.occasion.value:<9}  {words}".rstrip())


@app.command("import", epilog=_IMPORT_EPILOG, short_help="Bring in ratings written down elsewhere.")
def import_ratings(file: Path = _FILE) -> None:
    """Bring in ratings that were written down elsewhere. All of them, or none; those kept already are passed over.

    They count as given now: a late one is a recalled one.
    """
    from coach.coaching.rating_files import MAX_BYTES, read_ratings
    from coach.errors import BadInput

    try:
        if file.stat().st_size > MAX_BYTES:
            raise BadInput("too large for ratings", where=str(file), remedy="import them in parts")
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"byte {error.start + 1} is not UTF-8 text", where=str(file), remedy="save it as UTF-8"
        ) from None
    except OSError as error:
        raise BadInput(
            f"cannot be read: {(error.strerror or 'an error').lower()}", where=str(file), remedy="check the file's name"
        ) from None
    with comeback() as coaching:
        clock = coaching.clock
        ratings = read_ratings(text, str(file), clock.zone_name(), coaching.run_of)
        new = coaching.rate_all([rating for _, rating in ratings], [place for place, _ in ratings])
    known = f" {len(ratings) - new} known already." if new < len(ratings) else ""
    typer.echo(f"Kept: {new} {'rating' if new == 1 else 'ratings'}.{known}")
