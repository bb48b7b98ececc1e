"""``coach why``: a decision as it was made, and what else was decided that day."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli.shared import comeback

if TYPE_CHECKING:
    from coach.coaching import Coaching
    from coach.history.events import Decided

    Made = tuple[datetime, Decided]

_EPILOG = """\b
Examples:
  coach why                        the latest decision
  coach why 2026-03-02             the last of that day, and the others by time
  coach why 2026-03-02T08:00       the one in force at that time
  coach why 2026-03-02 --all       every one of that day, oldest first
  coach why 2026-03-02T08:00 --json > case.json, then coach gate replay case.json"""


def register(app: typer.Typer) -> None:
    """Add the command to the top level."""
    app.command(epilog=_EPILOG, short_help="Show a decision as it was made.")(why)


def why(
    when: Annotated[
        str | None,
        typer.Argument(metavar="WHEN", help="A day, 2026-03-02, or a time, 2026-03-02T08:00; the latest if not given."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every decision of that day, oldest first.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object a decision, a line each.")] = False,
) -> None:
    """Show a decision as it was made: stage and session, every reason and its sources.

    A run that begins is decided about anew, so a day often has several.
    """
    from coach.errors import BadInput

    with comeback() as coaching:
        day = _day(when)
        if every and day is None:
            raise BadInput("--all goes with a day", where="--all", remedy="`coach why 2026-03-02 --all`")
        since, until = _span(coaching, when, day)
        of_day = [] if day is None or since is None or until is None else coaching.decisions(since, until)
        last = coaching.decision(since, until)
        if last is None:
            raise BadInput("no decision was made then", remedy="`coach today` makes one")
        shown = of_day if every else [last]
        for number, made in enumerate(shown):
            for line in [_json_line(coaching, made)] if json else ["", *_lines(coaching, made)][not number :]:
                typer.echo(line)
        zone = coaching.clock.local_zone()
    if not (json or every) and len(of_day) > 1:
        typer.echo(f"{len(of_day)} decisions of that day: `coach why TIME` shows one, `--all` all of them:", err=True)
        for at, event in of_day:
            typer.echo(f"  {at.astimezone(zone):%Y-%m-%dT%H:%M:%S}  {_in_short(event)}", err=True)


def _day(when: str | None) -> Any:
    """The day that ``when`` is, None for a time and for nothing. Raises BadInput."""
    from coach.coaching.times import a_date

    return None if when is None or ":" in when else a_date(when, "WHEN")


def _span(coaching: Coaching, when: str | None, day: Any) -> tuple[datetime | None, datetime | None]:
    """Of that day; or everything up to the end of that minute, or second. Raises BadInput."""
    from coach.coaching.times import instant

    if when is None:
        return None, None
    if day is None:
        exact = timedelta(seconds=1) if re.search(r":\d\d:\d", when) else timedelta(minutes=1)
        return None, instant(when, coaching.clock.local_now(), "WHEN") + exact
    zone = coaching.clock.local_zone()
    since, until = (datetime.combine(day + timedelta(days=days), time(), zone) for days in (0, 1))
    return since.astimezone(UTC), until.astimezone(UTC)


def _in_short(event: Decided) -> str:
    """``START, open, bsi/0.5-1; a run began by it``."""
    from coach.gate.advice import meaning

    name, _ = meaning(event.decision, event.input)
    stage = event.input.stages[event.decision.stage].id
    began = "; a run began by it" if event.session else ""
    return f"{name}, {'open' if event.decision.is_open else 'closed'}, {stage}{began}"


def _lines(coaching: Coaching, made: Made) -> list[str]:
    from coach.cli.today import decision_lines, is_stopped, reason_lines, steps

    at, event = made
    zone = coaching.clock.local_zone()
    began = ", as a run began" if event.session else ""
    lines = [f"Decided {at.astimezone(zone):%Y-%m-%d %H:%M} by ruleset {event.decision.ruleset}{began}."]
    lines += decision_lines(event.decision, event.input, zone)
    if not is_stopped(event.decision):
        workout = coaching.session_of(event)
        lines.append(f"Session   {'of a plan that is another now' if workout is None else steps(workout)}")
        stages = event.input.stages
        lines.append(f"Stage     {stages[event.decision.stage].id}, {event.decision.stage + 1} of {len(stages)}")
    return [*lines, *reason_lines(event.decision, event.input, sources=True)]


def _json_line(coaching: Coaching, made: Made) -> str:
    """The event as the journal keeps it, which `coach gate replay` reads; and when it was, its stage and session."""
    import json

    from coach.cli.today import is_stopped, steps

    at, event = made
    workout = None if is_stopped(event.decision) else coaching.session_of(event)
    more = {
        "decided_at": at.isoformat(),
        "stage_name": event.input.stages[event.decision.stage].id,
        "workout": None if workout is None else steps(workout),
    }
    return json.dumps(event.model_dump(mode="json") | more, ensure_ascii=False)
