"""``coach plan``, ``history``, ``report``: the way ahead, what was done, and one page for a clinician."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli.shared import comeback, print_json
from coach.cli.today import DISCLAIMER, local

if TYPE_CHECKING:
    from coach.coaching import Coaching
    from coach.history.fold import Judged

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the top level."""
    app.command()(plan)
    app.command()(history)
    app.command()(report)


def plan(json: _Json = False) -> None:
    """Show every stage: done, current, ahead; with the earliest day of each if all goes well."""
    with comeback() as coaching:
        rows = plan_rows(coaching)
    if json:
        print_json({"stages": rows, "note": "best case"})
        return
    width = max(len(str(row["name"])) for row in rows)
    for row in rows:
        day = f"{row['earliest']}" if row["earliest"] else ""
        mark = {"done": "✓", "current": "→", "ahead": " "}[str(row["state"])]
        typer.echo(f"{mark} {row['name']!s:<{width}}  {day:<10}  {row['title']}")
    typer.echo("The days are a best case: every session good, every answer given, no flare.", err=True)


def plan_rows(coaching: Coaching) -> list[dict[str, Any]]:
    """Every stage of the plan as data; ``earliest`` is a local date, None for those done."""
    from coach.coaching.story import milestones

    return [
        {
            "name": each.planned.name,
            "title": each.planned.stage.title,
            "state": each.place.value,
            "phase": each.planned.stage.phase.value,
            "earliest": each.earliest.isoformat() if each.earliest else None,
            "sessions": each.sessions,
            "source": each.planned.stage.source,
        }
        for each in milestones(coaching)
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
        typer.echo(f"{name:<10}  {row['when']:<16}  {minutes}  {pains:<25}  {row['then']}{remark}")


def history_rows(coaching: Coaching) -> list[dict[str, Any]]:
    """Every run that the gate has judged or waits to judge, as data. Minutes of running; scores 0-10 or None."""
    from coach.coaching.story import past_runs

    zone = coaching.clock.local_now().tzinfo
    return [
        {
            "run": each.run.id,
            "when": local(each.run.start, zone),
            "done_min": round(each.run.done_ms / 60_000, 1),
            "planned_min": None if each.run.planned_ms is None else round(each.run.planned_ms / 60_000, 1),
            "unlocked": bool(each.run.unlocked),
            "during": each.during,
            "after": each.after,
            "morning": each.morning,
            "then": "not judged yet" if each.then is None else each.then.name,
            "codes": list(each.codes),
        }
        for each in past_runs(coaching)
    ]


def report(text: Annotated[bool, typer.Option("--text", help="As plain text.")] = False) -> None:
    """Print one page for a clinician: stage, ratings, flares and what came before them, overrides, clearances."""
    from coach.errors import BadInput

    if not text:
        raise BadInput("say in which form", remedy="`coach report --text`")
    with comeback() as coaching:
        for line in report_page(coaching):
            typer.echo(line)


def report_page(coaching: Coaching) -> list[str]:
    """The page, line by line."""
    found = coaching.today()
    profile = coaching.need_profile()
    zone = coaching.clock.local_now().tzinfo
    standing = coaching.whole
    number = found.decision.stage + 1
    injuries = "; ".join(_injury_words(injury) for injury in profile.injuries) or "none told"
    lines = [
        f"Return to running: a summary, {coaching.clock.local_now():%Y-%m-%d}",
        DISCLAIMER,
        "",
        f"Injury      {injuries}",
        f"Baseline    {found.input.baseline} of 10 on the first steps of a morning",
        f"Protocol    {profile.protocol}",
        f"Stage       {found.stage.name} ({found.stage.stage.title}), {number} of {len(found.input.stages)}",
        f"Now         {found.decision.outcome.name.replace('_', ' ')}, {'open' if found.is_open else 'closed'}",
        "",
        "Latest runs (pain during/after/next morning, 0-10; ? not answered)",
    ]
    for row in history_rows(coaching)[-8:]:
        pains = "/".join("?" if row[name] is None else str(row[name]) for name in ("during", "after", "morning"))
        lines.append(f"  {row['when']}  ran {row['done_min']:g} min  {pains}  {row['then']}")
    lines += ["", "Flares, and the run before each"]
    flares = [j for j in standing.judged if set(j.decision.codes) & _FLARES]
    lines += [_flare_line(j, zone) for j in flares[-6:]] or ["  none"]
    lines += ["", "Runs in spite of a closed gate"]
    lines += [f"  {local(at, zone)}  “{e.override}”" for at, e in coaching.overrides()[-5:]] or ["  none"]
    lines += ["", "Clearances"]
    told = standing.told.clearances
    lines += [f"  {local(c.at, zone)}  {c.role.value}: {c.by}  {c.note}".rstrip() for _, _, c in told[-5:]] or [
        "  none"
    ]
    return lines


_FLARES = frozenset(("G1", "G3a", "G3b", "G4", "G5", "G6", "G7a", "G7b", "G8a", "G8b", "G9", "G10", "G18b"))


def _flare_line(judged: Judged, zone: Any) -> str:
    codes = ", ".join(code for code in dict.fromkeys(judged.decision.codes) if code in _FLARES)
    if judged.run is None:
        return f"  no run before it  {codes}"
    return f"  {local(judged.run.start, zone)}  after {judged.run.done_ms / 60_000:g} min of running  {codes}"


def _injury_words(injury: Any) -> str:
    parts = [injury.kind.value, injury.side.value]
    parts += [part.value for part in (injury.site, injury.surgery) if part is not None]
    if injury.onset is not None:
        parts.append(f"since {injury.onset}")
    return ", ".join(parts)
