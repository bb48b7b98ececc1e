"""``coach today``, ``clear``, ``advance``, ``ran``: what the gate says, and what is told to it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli.shared import Strict, comeback

if TYPE_CHECKING:
    from coach.coaching import Coaching, Today
    from coach.gate.facts import GateInput
    from coach.model.decision import Decision
    from coach.model.workout import Workout

DISCLAIMER = "A training log that applies published rules; no clinician has reviewed it."
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the top level."""
    app.command(short_help="Say whether to run today, what, and why.")(today)
    app.command(cls=Strict, short_help="Record a clearance.")(clear)
    app.command(short_help="Go on in spite of low confidence.")(advance)
    app.command(cls=Strict, short_help="Tell of a run the coach does not know of.")(ran)


def today(json: _Json = False) -> None:
    """Say whether to run today, what, when it opens, every reason, and what would open it.

    Exit code 0 if the gate is open, 4 if it is closed.
    """
    from coach.errors import ExitCode

    with comeback() as coaching:
        found = show_today(coaching, keep=True, as_json=json)
    if not found.is_open:
        raise typer.Exit(int(ExitCode.GATE_CLOSED))


def clear(
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="clinician or self.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so: a name.")],
    note: Annotated[str, typer.Option("--note", help="What was said.")] = "",
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="When, if not now.")] = None,
) -> None:
    """Record a clearance. It closes what is past; it shortens no gap, no days off and no readiness check.

    Your own is taken only for a STOP that permits it; a clinician's name goes with every other.
    """
    from coach.coaching.telling import clearance_of
    from coach.coaching.times import instant

    with comeback() as coaching:
        now = coaching.clock.local_now()
        when = now if at is None else instant(at, now)
        clearance = clearance_of(role, by, when, note)
        coaching.clear(clearance)
        typer.echo(f"Kept: a clearance by {clearance.by} ({clearance.role.value}).", err=True)
        if is_stopped(coaching.today().decision):
            of = local(clearance.at, coaching.clock.local_zone())
            typer.echo(f"It does not end the STOP in force: it is of {of}, and what came after that stands.", err=True)
        show_today(coaching, keep=True)


def advance() -> None:
    """Go on to the next stage in spite of low confidence, where that is the only thing in the way."""
    with comeback() as coaching:
        coaching.choose_advance()
        show_today(coaching, keep=True)


def ran(
    start: Annotated[
        str | None, typer.Argument(metavar="TIME", help="When it began: 18:00 or 2026-03-02 18:00.")
    ] = None,
    minutes: Annotated[float | None, typer.Argument(help="How many minutes of it you ran.")] = None,
    longest: Annotated[
        float | None, typer.Option("--longest", help="The longest bout, in minutes; without it, all of them.")
    ] = None,
    total: Annotated[float | None, typer.Option("--total", help="How long it was in all, minutes.")] = None,
    distance: Annotated[float | None, typer.Option("--distance", help="In km.")] = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take back the run told last: within 10 minutes, while it is not rated.")
    ] = False,
) -> None:
    """Tell of a run the coach does not know of. It counts as load, and wants the same ratings."""
    from coach.coaching.reported import check_figures, is_early, reported
    from coach.coaching.times import instant
    from coach.errors import BadInput

    if withdraw:
        if any(value is not None for value in (start, minutes, longest, total, distance)):
            raise BadInput("--withdraw takes back the run told last", remedy="give it alone: `coach ran --withdraw`")
        with comeback() as coaching:
            taken = coaching.withdraw_run()
            when = local(taken.start, coaching.clock.local_zone())
            typer.echo(f"Taken back: the run of {when}. It counts for nothing.", err=True)
            show_today(coaching, keep=True)
        return
    if start is None or minutes is None:
        raise BadInput("when was it, and how long?", remedy="`coach ran 18:00 25`: the time it began, the minutes run")
    check_figures(minutes, total, longest, distance)
    with comeback() as coaching:
        began = instant(start, coaching.clock.local_now(), "TIME")
        zone_name = coaching.clock.zone_name()
        run = reported(began, minutes, zone_name, total=total, longest=longest, distance=distance)
        coaching.report_run(run)
        runs = coaching.standing.runs
        told = next((each for each in runs if each.start == run.start), None)
        if is_early(run, coaching.standing):
            then = "It was before `coach init`: it counts as load, and nothing is asked about it."
        else:
            command = "coach rate" if told is None or told is runs[-1] else f"coach rate --run {told.id[-10:]}"
            then = f"Rate it now: `{command}`."
        when = run_time_words(began, run.end, coaching.clock.local_now())
        typer.echo(f"Kept: a run{when}. {then}", err=True)
        show_today(coaching, keep=True)


# What every command shows


def show_today(coaching: Coaching, *, keep: bool, as_json: bool = False) -> Today:
    """Print what the gate says now; with ``keep`` the decision is journalled."""
    from coach.clock import PretendClock

    found = coaching.today()
    if keep:
        coaching.keep_decision(found)
    if isinstance(coaching.clock, PretendClock):
        typer.echo(f"coach: the time is pretended: {coaching.clock.local_now():%Y-%m-%d %H:%M}", err=True)
    zone = coaching.clock.local_zone()
    if as_json:
        typer.echo(today_json(found))
    else:
        for line in today_lines(found, zone):
            typer.echo(line)
    if keep:
        from coach.cli.garmin import take_back_what_is_wrong

        take_back_what_is_wrong(found)
    return found


def today_json(found: Today) -> str:
    """One line of JSON: the decision, whether it is open, and the session in the workout syntax (none under a STOP)."""
    import json

    from coach.gate.advice import care_words, need_lines, situation_of
    from coach.gate.wording import reason_words

    data = found.decision.model_dump(mode="json")
    data["outcome"] = found.decision.outcome.name
    data["is_open"] = found.is_open
    data["stage_name"] = found.stage.name
    data["workout"] = None if is_stopped(found.decision) else steps(found.workout)
    data["care"] = care_words(found.decision)
    data["need_words"] = need_lines(found.decision, found.input)
    situation = situation_of(found.input)
    for told, reason in zip(data["reasons"], found.decision.reasons, strict=True):
        told["words"] = reason_words(reason, situation)
    return json.dumps(data, ensure_ascii=False)


def today_lines(found: Today, zone: Any) -> list[str]:
    """The decision, its session, when it opens and why, for people. Under a STOP no session is offered."""
    lines = decision_lines(found.decision, found.input, zone)
    if not is_stopped(found.decision):
        lines += _session_lines(found)
    return [*lines, *reason_lines(found.decision, found.input), DISCLAIMER]


def is_stopped(decision: Decision) -> bool:
    """Whether nothing is to be offered."""
    from coach.model.decision import Outcome

    return decision.outcome is Outcome.STOP


def _session_lines(found: Today) -> list[str]:
    from coach.model.durations import spell_ms
    from coach.model.estimate import run_ms

    planned = found.stage
    ms = run_ms(found.workout, None)
    running = f"  (running {spell_ms(ms)})" if ms is not None else ""
    lines = [
        f"Session   {planned.stage.title}: {steps(found.workout)}{running}",
        f"Stage     {planned.name}, {found.decision.stage + 1} of {len(found.input.stages)}",
    ]
    ceiling = planned.stage.rpe_ceiling
    if ceiling is not None:
        lines.append(f"Effort    at most {ceiling} of 10; {planned.stage.terrain.value} ground")
    return lines


def steps(workout: Workout) -> str:
    """Its steps in one line; the title stands beside them."""
    from coach.model.syntax import format_workout

    return " ".join(format_workout(workout.model_copy(update={"name": None, "description": None})).split())


def decision_lines(decision: Decision, given: GateInput, zone: Any) -> list[str]:
    """What comes before all else, the outcome, when it opens, and what it needs. A STOP opens at no time."""
    from coach.gate.advice import care_words, headline, need_lines

    care = care_words(decision)
    lines = [*([] if care is None else [care]), headline(decision, given)]
    if care is None and decision.opens_at is not None and decision.opens_at > decision.asked_at:
        lines.append(f"Opens     {decision.opens_at.astimezone(zone):%A %Y-%m-%d %H:%M}, at the earliest")
    lines += [f"Needs     {line}" for line in need_lines(decision, given)]
    return lines


def reason_lines(decision: Decision, given: GateInput, *, sources: bool = False) -> list[str]:
    """Every reason in words, with its rule's code and, if asked for, where that comes from."""
    from coach.gate.advice import situation_of
    from coach.gate.wording import reason_words

    situation = situation_of(given)
    lines: list[str] = []
    for reason in decision.reasons:
        origin = f"  [{', '.join(reason.sources)}]" if sources and reason.sources else ""
        lines.append(f"Because   {reason_words(reason, situation)} ({reason.code}){origin}")
    return lines


def day_if_past(at: datetime, now: datetime) -> str:
    """`` on Sunday 1 March`` where ``at`` is of another day than ``now`` (local, aware)."""
    from coach.gate.wording import day_words

    there = at.astimezone(now.tzinfo)
    return "" if there.date() == now.date() else f" on {there:%A} {day_words(there.date())}"


def run_time_words(start: datetime, end: datetime, now: datetime) -> str:
    """`` on Sunday 1 March, 19:00-19:05``; nothing for a run of today."""
    day = day_if_past(start, now)
    return day and f"{day}, {start.astimezone(now.tzinfo):%H:%M}-{end.astimezone(now.tzinfo):%H:%M}"


def local(at: datetime, zone: Any) -> str:
    """An instant as lists show it."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
