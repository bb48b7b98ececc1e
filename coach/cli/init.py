"""``coach init``: tell of the injury. Nothing is written before the last answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli.answers import Question, answers, is_terminal, yes_no
from coach.cli.shared import Strict, comeback

if TYPE_CHECKING:
    from coach.coaching import Coaching
    from coach.coaching.profiles import Draft, Field
    from coach.model.profile import Profile

_EPILOG = """\b
Examples:
  coach init                                       asks
  coach init --injury achilles --side left --baseline 1,2,1 --yes
  coach init --injury bone --site navicular --side left --yes
  coach init --injury surgery --surgery bunion --cleared-by "Dr A" --cleared-on 2026-03-02 --yes
  coach init --file me.toml --yes                  the keys are the options
  coach init --injury none --protocol c25k --yes"""


_A_TABLE_EACH = "give each injury a table of its own in a file, [[injury]] with kind, site, side: `coach init --file`"


class _Telling(Strict):
    """What is told of one injury cannot be told of two: the last would count for all of them."""

    remedies = dict.fromkeys(("--site", "--surgery", "--side", "--onset"), _A_TABLE_EACH)


def register(app: typer.Typer) -> None:
    """Add the command to the top level."""
    app.command(cls=_Telling, epilog=_EPILOG)(init)


def init(
    injury: Annotated[
        list[str] | None,
        typer.Option(
            "--injury",
            metavar="INJURY",
            help="plantar-fascia, achilles, bone, ankle-sprain, surgery or none; may be repeated with another one.",
        ),
    ] = None,
    site: Annotated[
        str | None,
        typer.Option(
            "--site",
            metavar="BONE",
            help="Of a bone injury: which bone (docs: your profile). Unknown counts as high-risk.",
        ),
    ] = None,
    surgery: Annotated[
        str | None,
        typer.Option("--surgery", metavar="KIND", help="After surgery: achilles-repair, bunion, brostrom, other."),
    ] = None,
    side: Annotated[str | None, typer.Option("--side", metavar="SIDE", help="left, right or both.")] = None,
    onset: Annotated[str | None, typer.Option("--onset", metavar="DATE", help="Since when.")] = None,
    cleared_by: Annotated[str | None, typer.Option("--cleared-by", metavar="NAME", help="The clinician.")] = None,
    cleared_on: Annotated[str | None, typer.Option("--cleared-on", metavar="DATE", help="The day of it.")] = None,
    former_weekly: Annotated[
        str | None, typer.Option("--former-weekly", metavar="KM", help="Km a week before the injury.")
    ] = None,
    age: Annotated[str | None, typer.Option("--age", metavar="YEARS", help="For the norm of heel raises.")] = None,
    sex: Annotated[
        str | None, typer.Option("--sex", metavar="SEX", help="male or female, for the norm of heel raises.")
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option("--baseline", metavar="0-10,…", help="First-step pain of three mornings before you begin: 1,2,1."),
    ] = None,
    pace: Annotated[
        str | None, typer.Option("--pace", metavar="MIN:SEC", help="Your own easy pace per km: 6:30.")
    ] = None,
    protocol: Annotated[
        str | None, typer.Option("--protocol", metavar="NAME", help="Which way back to follow (`coach protocol list`).")
    ] = None,
    pain_free_days: Annotated[
        str | None, typer.Option("--pain-free-days", metavar="DAYS", help="Days without pain up to today.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Take the answers from a TOML file.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: cautious values for what is not given.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Tell the coach what you come back from. What is not given takes the cautious value, and is listed.

    Run it again whenever something changed: the history stays, and so does the stricter injury.
    """
    given = {
        "injury": ",".join(injury) if injury else None, "site": site, "surgery": surgery, "side": side, "onset": onset,
        "cleared_by": cleared_by, "cleared_on": cleared_on, "former_weekly": former_weekly, "age": age, "sex": sex,
        "baseline": baseline, "pace": pace, "protocol": protocol, "pain_free_days": pain_free_days,
    }  # fmt: skip
    from coach.coaching.telling import draft_of

    values = _values(given, file)
    with comeback() as coaching:
        before = coaching.profile
        if not yes:
            values = _ask_missing(coaching, values, before)
        if before is None and not {"injury", "injuries"} & set(values):
            _refuse("--injury")
        made = draft_of(coaching, values, before)
        if not yes and not _agreed(coaching, made, before):
            return
        coaching.set_profile(made.profile, *made.clearances)
        lines = [init_json(coaching, made, before)] if json else kept_lines(coaching, made, before)
    for line in lines:
        typer.echo(line)


def _values(given: dict[str, str | None], file: Path | None) -> dict[str, Any]:
    """What was given, read; an option counts more than the file. Raises BadInput."""
    from coach.coaching.profiles import FIELDS, read
    from coach.library.profile_files import load_answers

    values: dict[str, Any] = {}
    if file is not None:
        typed, injuries = load_answers(file, FIELDS)
        values = {name: read(name, text, f"{file}, {name}") for name, text in typed.items()}
        if injuries:
            values["injuries"] = injuries
    for name, text in given.items():
        if text is not None:
            values[name] = read(name, text)
            if name == "injury":
                values.pop("injuries", None)
    return values


def _refuse(*options: str) -> None:
    from coach.errors import BadInput

    raise BadInput(
        f"not answered: {', '.join(options)}",
        remedy="give them as options; --yes takes the cautious value for all but --injury",
    )


# Asking


def _ask_missing(coaching: Coaching, values: dict[str, Any], before: Profile | None) -> dict[str, Any]:
    """Ask for what is not given, one question a line. Nothing is written meanwhile; Ctrl-C leaves."""
    from coach.coaching.profiles import FIELDS, injuries_of, wanted
    from coach.coaching.telling import injury_word, usual

    values = dict(values)
    try:
        if is_terminal():
            typer.echo("Enter takes what is offered, ? explains, Ctrl-C leaves and keeps nothing.", err=True)
        if not {"injury", "injuries"} & set(values):
            told = None if before is None else injury_word(before)
            if told is None and not is_terminal():
                _refuse("--injury")
            if before is None or is_terminal():
                values |= _ask(FIELDS["injury"], told)
        kinds = tuple(i.kind for i in injuries_of(values)) if {"injury", "injuries"} & set(values) else ()
        skipped = {"site", "surgery", "side", "onset"} if "injuries" in values else set[str]()
        fields = [field for field in wanted(kinds) if field.name not in skipped and field.name not in values]
        if not is_terminal():
            if fields:
                _refuse(*(field.option for field in fields))
            return values
        for field in fields:
            if field.name == "cleared_on" and values.get("cleared_by") is None:
                continue
            values |= _ask(field, usual(coaching, field.name, values, before), _check(coaching, values, before))
            if field.name == "cleared_on" and values["cleared_on"] is None:
                values["cleared_by"] = None  # without its day it is none
    except typer.Abort:
        typer.echo("\nLeft; nothing was kept.", err=True)
        raise typer.Exit(130) from None
    return values


_CHECKED = ("onset", "cleared_on", "pain_free_days", "protocol")
"""Answers that may not fit those before them: then they alone are asked again."""


def _check(coaching: Coaching, values: dict[str, Any], before: Profile | None) -> Callable[[str, Any], None]:
    """Raises BadInput for an answer that does not fit what was told before it."""

    from coach.coaching.telling import draft_of

    def check(name: str, value: Any) -> None:
        is_cleared = values.get("cleared_on") is not None  # an unknown day of the injury may then not do
        if name in _CHECKED and (value is not None or (name == "onset" and is_cleared)):
            told = values | {name: value}
            if told.get("cleared_on") is None:  # it has yet to be asked
                told.pop("cleared_by", None)
            draft_of(coaching, told, before)

    return check


def _ask(field: Field, usual: str | None, check: Callable[[str, Any], None] | None = None) -> dict[str, Any]:
    """One answer; ``unknown`` is none, but of a bone's site, which then counts as any."""
    from coach.coaching.profiles import read
    from coach.coaching.telling import UNKNOWN

    def reads(text: str, where: str) -> Any:
        value = None if text.strip() == UNKNOWN and field.name != "site" else read(field.name, text, where)
        if check is not None:
            check(field.name, value)
        return value

    return answers([Question(field.name, field.option, field.text, reads, usual, field.explain)], {})


def _agreed(coaching: Coaching, made: Draft, before: Profile | None) -> bool:
    """Show what is going to be kept and ask."""
    if not is_terminal():
        return True
    from coach.coaching.telling import told_lines

    for line in told_lines(coaching, made, before):
        typer.echo(line, err=True)
    try:
        agreed = answers([Question("keep", "--yes", "Keep this?", yes_no, "y")], {})["keep"]
    except typer.Abort:
        typer.echo("\nLeft; nothing was kept.", err=True)
        raise typer.Exit(130) from None
    if not agreed:
        typer.echo("Nothing was kept.", err=True)
    return agreed


# Showing


def kept_lines(coaching: Coaching, made: Draft, before: Profile | None) -> list[str]:
    """What was kept, and what comes next."""
    from coach.cli.today import DISCLAIMER
    from coach.coaching.telling import next_step, told_lines

    again = [] if before is None else ["Your history is kept."]
    return [*told_lines(coaching, made, before), "", *again, f"Next: {next_step(coaching)}", DISCLAIMER]


def init_json(coaching: Coaching, made: Draft, before: Profile | None) -> str:
    """One line of JSON: profile, clearances, what was assumed, and what comes next."""
    import json

    from coach.cli.today import DISCLAIMER
    from coach.coaching.telling import earlier_injuries, next_step

    return json.dumps(
        {
            "profile": made.profile.model_dump(mode="json"),
            "clearances": [clearance.model_dump(mode="json") for clearance in made.clearances],
            "assumed": [assumed._asdict() for assumed in made.assumed],
            "earlier_injuries": earlier_injuries(coaching, made, before),
            "next": next_step(coaching),
            "disclaimer": DISCLAIMER,
        },
        ensure_ascii=False,
    )
