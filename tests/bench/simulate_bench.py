"""Thousands of simulated years over every protocol and kind. The table goes into docs/simulation.md."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from coach.model.build import HILLS_FRACTION, SPEED_FRACTION
from coach.simulation.life import Lived
from coach.simulation.runners import KINDS, KindName
from coach.simulation.survey import Batch, batches, gained, live, row_of
from tests.simulation.worlds import NAMES, course

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "simulation.md"
LIVES, QUICK_LIVES = 14, 1
BEGIN, END = "<!-- table -->", "<!-- end table -->"


def lives_of(batch: Batch) -> list[Lived]:
    return list(live(batch))


def table(lives: list[list[Lived]], command: str) -> list[str]:
    """A row for each kind, a column for each protocol: the median day of those who got there, and how many did."""
    rows = {(each[0].kind, each[0].protocol): row_of(each) for each in lives}
    lines = [f"| Kind | {' | '.join(NAMES)} | Stops | Back |", "|---" * (len(NAMES) + 3) + "|"]
    for kind in KindName:
        found = [rows.get((kind.value, name)) for name in NAMES]
        cells = [
            "" if row is None else "never" if row.median is None else f"{row.median} ({row.early}–{row.late})"
            + ("" if row.reached == 1 else f" {row.reached:.0%}")
            for row in found
        ]  # fmt: skip
        known = [row for row in found if row is not None]
        stops = sum(row.stops for row in known) / len(known)
        back = sum(row.step_backs for row in known) / len(known)
        lines.append(f"| {KINDS[kind].says} | {' | '.join(cells)} | {stops:.1f} | {back:.1f} |")
    broken = sum(len(life.broken) for each in lives for life in each)
    hilly = sum(life.share >= HILLS_FRACTION for each in lives for life in each)
    quick = sum(life.share >= SPEED_FRACTION for each in lives for life in each)
    return [
        f"`{command}`: {sum(map(len, lives)):,} years. Days to 30 minutes in one go: median (10th–90th percentile) of",
        "those who got there, and the share that did where it is not all. Stops and steps back are a year's mean, over",
        f"all protocols. {hilly:,} lives came to hills, {quick:,} to speed. Laws broken: **{broken}**.",
        "",
        *lines,
    ]


def section(quick: bool) -> str:
    count = QUICK_LIVES if quick else LIVES
    todo = batches(list(KindName), [course(name) for name in NAMES], lives=count, seed=0)
    begin = time.perf_counter()
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        lives = list(workers.map(lives_of, todo))
    seconds = time.perf_counter() - begin
    years = sum(map(len, lives))
    again = f"coach simulate --runs {count}"
    if not quick:
        page = PAGE.read_text(encoding="utf-8")
        head, rest = page.split(BEGIN)
        text = "\n".join(table(lives, again))
        PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")
    broken = [f"- {row.kind}, {row.protocol}: {what}" for row in map(row_of, lives) for what in row.broken]
    games = [f"- {what}" for what in gained(life for each in lives for life in each)] if not quick else []
    return "\n".join(
        [
            "## Simulated years",
            "",
            f"`python -m tests.bench simulate`: {years:,} years of {len(KindName)} kinds of runner under {len(NAMES)}",
            f"protocols in {seconds / 60:.1f} minutes on {os.cpu_count()} cores.",
            f"Laws broken: {len(broken)}. Protocols under which a gamer was sooner than his twin: {len(games)}.",
            "The figures are in [simulation.md](simulation.md).",
            *broken[:20],
            *games,
        ]
    )
