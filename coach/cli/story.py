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
    from coach.history.outlook import best_case

    found = coaching.today()
    zone = coaching.clock.local_zone()
    ahead = {each.stage: each for each in best_case(found.input)}
    rows: list[dict[str, Any]] = []
    for index, planned in enumerate(coaching.plan.planned):
        state = "done" if index < found.decision.stage else "current" if index == found.decision.stage else "ahead"
        rows.append(
            {
                "name": planned.name,
                "title": planned.stage.title,
                "state": state,
                "phase": planned.stage.phase.value,
                "earliest": ahead[index].first.astimezone(zone).date().isoformat() if index in ahead else None,
                "sessions": ahead[index].sessions if index in ahead else 0,
                "source": planned.stage.source,
            }
        )
    return rows


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
    today = coaching.today()
    zone = coaching.clock.local_zone()
    standing = coaching.whole
    episodes = [(j.run, j.readings, j.decision.outcome.name, j.decision.codes) for j in standing.judged]
    episodes.append((today.input.run, today.input.readings, "not judged yet", today.decision.codes))
    rows: list[dict[str, Any]] = []
    for run, readings, then, codes in episodes:
        if run is None:
            continue
        ratings = [g.rating for g in readings]
        rows.append(
            {
                "run": run.id,
                "when": local(run.start, zone),
                "done_min": round(run.done_ms / 60_000, 1),
                "planned_min": None if run.planned_ms is None else round(run.planned_ms / 60_000, 1),
                "unlocked": bool(run.unlocked),
                "during": _highest(ratings, "pain_during"),
                "after": _highest([r for r in ratings if r.occasion.value == "after"], "pain_now"),
                "morning": _highest(ratings, "first_steps"),
                "then": then,
                "codes": list(codes),
            }
        )
    return rows


def _highest(ratings: list[Any], name: str) -> int | None:
    return max((value for r in ratings if (value := getattr(r, name)) is not None), default=None)


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
    zone = coaching.clock.local_zone()
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
