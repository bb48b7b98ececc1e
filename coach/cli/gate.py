"""``coach gate``: the rules, and a decision made again from what it came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import typer

from coach.cli.shared import print_json

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The rules of the gate, and decisions made again.")

_CASE = typer.Argument(metavar="CASE.json", help="A GateInput, or what `coach why --json` printed.")

_CASE_REMEDY = "give what `coach why --json` printed"


@app.command()
def rules(json: bool = typer.Option(False, "--json", help="Print one JSON array.")) -> None:
    """Print every rule: if, then, and its sources."""
    from coach.gate.table import RULES

    if json:
        print_json([row._asdict() for row in RULES])
        return
    for row in RULES:
        typer.echo(f"{row.code:<5} if    {row.when}")
        typer.echo(f"      then  {row.then}  [{', '.join(row.sources)}]")


@app.command()
def replay(case: Path = _CASE, json: bool = typer.Option(False, "--json", help="Print one JSON object.")) -> None:
    """Make the decision of a case again. Exit code 1 if it differs from the one the case holds.

    An older ruleset is not kept: then it says so, and the case still holds what was decided.
    """
    from coach.cli.today import decision_lines, reason_lines
    from coach.errors import BadInput
    from coach.gate import RULESET
    from coach.gate.evaluate import decide
    from coach.model.zones import zone

    given, before = _read(case)
    try:
        decision = decide(given)
    except OverflowError:
        raise BadInput("its times are beyond any calendar", where=str(case), remedy=_CASE_REMEDY) from None
    if json:
        typer.echo(decision.model_dump_json())
    else:
        for line in (*decision_lines(decision, given, zone(given.zone)), *reason_lines(decision, given, sources=True)):
            typer.echo(line)
    if before is None:
        return
    other = before.ruleset != RULESET
    if before.model_copy(update={"ruleset": RULESET}) != decision:
        why = f"it was made by ruleset {before.ruleset}, these are {RULESET}" if other else "the case was altered"
        typer.echo(f"coach: this is not the decision in the case: {why}", err=True)
        raise typer.Exit(1)
    if other:
        typer.echo(f"coach: made by ruleset {before.ruleset}; ruleset {RULESET} decides the same", err=True)


def _read(case: Path) -> Any:
    """The input, and the decision if the case holds one. Raises BadInput naming file and key."""
    import json

    from pydantic import ValidationError

    from coach.errors import BadInput
    from coach.gate.facts import GateInput
    from coach.library.toml_files import MAX_BYTES
    from coach.model.decision import Decision
    from coach.model.refusals import plain_words

    remedy = _CASE_REMEDY
    try:
        if case.stat().st_size > MAX_BYTES:
            raise BadInput("this is too much for a case", where=str(case), remedy=_CASE_REMEDY)
        parsed = json.loads(case.read_text(encoding="utf-8"))
        if not isinstance(parsed, dict):
            raise ValueError
        data = cast("dict[str, Any]", parsed)
        given = GateInput.model_validate_json(json.dumps(data.get("input", data)))
        told = data.get("decision")
        return given, None if told is None else Decision.model_validate_json(json.dumps(told))
    except ValidationError as error:
        what = plain_words(error)
    except OSError as error:
        what, remedy = f"cannot be read: {(error.strerror or 'an error').lower()}", "check the file's name"
    except (ValueError, RecursionError):
        what = "this is no case"
    raise BadInput(what, where=str(case), remedy=remedy)
