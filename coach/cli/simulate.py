"""``coach simulate``: made-up runners live through the protocols, to see whether the gate keeps its word."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli.shared import print_json

if TYPE_CHECKING:
    from coach.simulation.life import Lived
    from coach.simulation.runners import KindName
    from coach.simulation.survey import Course, Row

"""At which stages by distance are run, in seconds a kilometre."""
_HEADINGS = ("kind", "protocol", "lives", "reached", "median", "p10-p90", "runs", "stops", "back", "broken")


def register(app: typer.Typer) -> None:
    """Add the command to the top level."""
    app.command(short_help="Let made-up runners live under the gate.")(simulate)


def simulate(
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help="A kind of runner, or all.")] = "all",
    protocol: Annotated[str, typer.Option("--protocol", metavar="PROTOCOL", help="A protocol, or all.")] = "all",
    runs: Annotated[int, typer.Option("--runs", min=1, max=100_000, help="Lives of each kind and protocol.")] = 5,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the first life; the next ones count up.")] = 0,
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="How long each life is watched.")] = 365,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Let simulated runners live under the gate, and check its laws after every step.

    For each kind and protocol: the share that came to run 30 minutes in one go, on which day, and the runs, stops and
    steps back of a life. The figures come from made-up bodies; they say nothing about yours. Leaves with 1 if a law
    was broken, and with how to see it again. Your journal is not touched.
    """
    from coach.simulation.survey import batches, gained, live, row_of

    todo = batches(_kinds(kind), _courses(protocol), lives=runs, seed=seed, days=days)
    rows: list[Row] = []
    everybody: list[Lived] = []
    total = sum(batch.lives for batch in todo)
    with (
        _left_between_lives() as leave_if_asked,
        typer.progressbar(length=total, label="living", file=sys.stderr, show_pos=True) as bar,
    ):
        for batch in todo:
            lives: list[Lived] = []
            for life in live(batch):
                leave_if_asked()
                lives.append(life)
                bar.update(1)
            rows.append(row_of(lives))
            everybody += lives
    games = gained(everybody) if runs >= 20 else []
    if json:
        print_json({"rows": [row._asdict() for row in rows], "gained": games})
    else:
        for line in table(rows):
            typer.echo(line)
    broken = [f"{row.kind}, {row.protocol}: {what}" for row in rows for what in row.broken]
    for what in (*broken, *games):
        typer.echo(f"coach: broken: {what}", err=True)
    if broken or games:
        raise typer.Exit(1)


@contextmanager
def _left_between_lives() -> Generator[Callable[[], None]]:
    """Ctrl-C is only noted, and raised by the function given: where the interpreter is in a callback of its own just
    then, it would be lost. A second one is raised at once."""
    asked = False

    def note(_signal: int, _frame: Any) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    def leave_if_asked() -> None:
        if asked:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, note)
    try:
        yield leave_if_asked
        leave_if_asked()
    finally:
        signal.signal(signal.SIGINT, before)


def table(rows: list[Row]) -> list[str]:
    """The rows as text, columns as wide as they need."""
    cells = [_HEADINGS, *(cells_of(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEADINGS))]
    return [
        "  ".join(
            f"{cell:<{width}}" if at < 2 else f"{cell:>{width}}" for at, (cell, width) in enumerate(pairs)
        ).rstrip()
        for pairs in (list(zip(row, widths, strict=True)) for row in cells)
    ]


def cells_of(row: Row) -> tuple[str, ...]:
    """One row, a text for each heading."""
    days = "-" if row.median is None else f"{row.median} d"
    spread = "-" if row.early is None else f"{row.early}-{row.late}"
    return (
        row.kind, row.protocol, str(row.lives), f"{row.reached:.0%}", days, spread, f"{row.runs:.0f}",
        f"{row.stops:.1f}", f"{row.step_backs:.1f}", str(len(row.broken)),
    )  # fmt: skip


def _kinds(name: str) -> list[KindName]:
    from coach.errors import BadInput
    from coach.simulation.runners import KindName

    if name == "all":
        return list(KindName)
    try:
        return [KindName(name)]
    except ValueError:
        known = ", ".join(KindName)
        raise BadInput(f"no kind of runner is called {name!r}", where="--kind", remedy=f"all, or {known}") from None


def _courses(name: str) -> list[Course]:
    from coach.config import folders
    from coach.history.stage_rules import stage_rules
    from coach.library.plans import make_plan
    from coach.library.protocols import Protocols
    from coach.simulation.runners import FORMER_WEEKLY_M, PACE_S_PER_KM
    from coach.simulation.survey import Course

    protocols = Protocols(folders().workouts)
    found: list[Course] = []
    for each in protocols.names() if name == "all" else (name,):
        protocol = protocols.get(each)
        plan = make_plan(protocol, protocols.get, former_weekly_m=FORMER_WEEKLY_M, pace_s_per_km=PACE_S_PER_KM)
        rules = stage_rules([(planned.name, planned.stage) for planned in plan.planned], PACE_S_PER_KM)
        found.append(Course(protocol, rules))
    return found
