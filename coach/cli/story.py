"""``coach plan``, ``history``: the way ahead, and what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli.shared import comeback, print_json
from coach.cli.today import local

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coach.coaching import Coaching
    from coach.coaching.story import Milestone

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

BEST_CASE = (
    "The days are a best case: every session good, every answer given, no flare. Later ones may move back: in the "
    "build phase the week's load is held to a limit that no day here knows (G23)."
)
NO_DAY = "No day can be said yet. First:"


def register(app: typer.Typer) -> None:
    """Add the commands to the top level."""
    app.command(short_help="Show every stage, done and ahead.")(plan)
    app.command(short_help="List every run and what came of it.")(history)


def plan(json: _Json = False) -> None:
    """Show every stage: done, current, ahead; with the earliest day of each if all goes well.

    Under a STOP, and while something is needed that time does not bring, what has to come first instead of days.
    """
    from coach.coaching.story import milestones, undated, what_comes_first

    with comeback() as coaching:
        first = what_comes_first(coaching.today())
        stages = milestones(coaching)
        rows = plan_rows(stages)
    if json:
        print_json({"stages": rows, "note": "best case", "first": first})
        return
    width = max(len(str(row["name"])) for row in rows)
    for row in rows:
        day = f"{row['earliest']}" if row["earliest"] else ""
        mark = {"done": "✓", "current": "→", "ahead": " "}[str(row["state"])]
        typer.echo(f"{mark} {row['name']!s:<{width}}  {day:<10}  {row['title']}")
    if first:
        typer.echo(NO_DAY, err=True)
    for line in first:
        typer.echo(f"  {line}", err=True)
    if not first:
        typer.echo(BEST_CASE, err=True)
    for line in undated(stages):
        typer.echo(line, err=True)


def plan_rows(stages: Sequence[Milestone]) -> list[dict[str, Any]]:
    """Every stage of the plan as data; ``earliest`` is a local date or None, as in milestones."""
    return [
        {
            "name": each.planned.name,
            "title": each.planned.stage.title,
            "state": each.place.value,
            "phase": each.planned.stage.phase.value,
            "earliest": each.earliest.isoformat() if each.earliest else None,
            "sessions": each.sessions,
            "undated": each.undated,
            "source": each.planned.stage.source,
        }
        for each in stages
    ]


def history(json: _Json = False) -> None:
    """List every run with its ratings and what the gate made of it, oldest first."""
    with comeback() as coaching:
        rows = history_rows(coaching)
    if json:
        print_json({"runs": rows})
        return
    if not rows:
        typer.echo("No run yet.")
        return
    typer.echo(f"{'run':<10}  {'when':<16}  {'ran':>5}  {'plan':>5}  pain during/after/morning  then")
    for row in rows:
        pains = "/".join("?" if row[name] is None else str(row[name]) for name in ("during", "after", "morning"))
        planned = "" if row["planned_min"] is None else f"{row['planned_min']:g}"
        name, minutes = str(row["run"])[-10:], f"{row['done_min']:>5g}  {planned:>5}"
        remark = "" if row["unlocked"] else "  (not unlocked)"
        remark += "  (pain marked)" if row["pain_marks"] else ""
        typer.echo(f"{name:<10}  {row['when']:<16}  {minutes}  {pains:<25}  {row['then']}{remark}")


def history_rows(coaching: Coaching) -> list[dict[str, Any]]:
    """Every run that the gate has judged or waits to judge, as data. Minutes of running; scores 0-10 or None."""
    from coach.coaching.story import past_runs

    zone = coaching.clock.local_zone()
    return [
        {
            "run": each.run.id,
            "when": local(each.run.start, zone),
            "done_min": round(each.run.done_ms / 60_000, 1),
            "planned_min": None if each.run.planned_ms is None else round(each.run.planned_ms / 60_000, 1),
            "unlocked": bool(each.run.unlocked),
            "pain_marks": each.run.pain_marks,
            "during": each.during,
            "after": each.after,
            "morning": each.morning,
            "then": "not judged yet" if each.then is None else each.then.name,
            "codes": list(each.codes),
        }
        for each in past_runs(coaching)
    ]
