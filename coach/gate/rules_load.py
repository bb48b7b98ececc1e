"""Rules about how much is run: over the plan (G21), a week (G23), and what the build phase asks beyond (G20)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from coach.gate.case import OVER_PLAN, WEEK, Case, Figure, Finding, is_over_plan
from coach.gate.facts import Load
from coach.model.decision import Need, Outcome
from coach.model.protocol import StagePhase

MONTH = timedelta(days=30)
LOAD_FACTOR = 110
"""Percent of the longest run of 30 days (Frandsen 2025), and of the heaviest week (convention)."""


def g21_overrun(case: Case) -> Iterator[Finding]:
    run = case.run
    if run is not None and run.planned_ms is not None and is_over_plan(run):
        figures: dict[str, Figure] = {"planned_ms": run.planned_ms, "done_ms": run.done_ms, "limit": OVER_PLAN}
        yield Finding("G21", Outcome.REPEAT, opens_at=case.a_day_more, figures=figures, holds=True)


def g23_weekly_maximum(case: Case, stage: int) -> Iterator[Finding]:
    """The least of the stage that was run, the one after it, and the one that would be run."""
    rules = (case.rule, case.next_rule, case.input.stages[stage])
    maximum = min((rule.weekly_max for rule in rules if rule is not None and rule.weekly_max), default=None)
    starts = [load.start for load in case.loads]
    if maximum is not None and len(starts) >= maximum:
        opens = starts[-maximum] + WEEK
        if opens > case.asked_at:
            yield Finding("G23", None, opens_at=opens, figures={"limit": maximum})


def g23_weekly_load(case: Case, stage: int, session_ms: int | None) -> Iterator[Finding]:
    """Into, in and out of the build phase: seven days with the session ≤ 1.10 × the heaviest seven of the last 30.

    What the plan did not open counts as load, but raises no limit. Judged as of the instant it would open, which then
    stays where it is.
    """
    phases = {case.rule.phase, case.input.stages[stage].phase}
    if phases == {StagePhase.WALKRUN} or session_ms is None:
        return
    loads = [load for load in case.loads if load.start > case.asked_at - MONTH]
    figures: dict[str, Figure] | None = None
    for opens in (case.asked_at, *(load.start + WEEK for load in loads)):
        if opens < case.asked_at:
            continue
        week = sum(load.done_ms for load in loads if load.start > opens - WEEK)
        heaviest = _heaviest_week(loads, opens)
        if week == 0 or (week + session_ms) * 100 <= heaviest * LOAD_FACTOR:
            if figures is not None:
                yield Finding("G23", None, opens_at=opens, figures=figures, sources=("buist-2008", "nielsen-2014"))
            return
        figures = figures or {"week_ms": week + session_ms, "heaviest_ms": heaviest, "percent": 110}


def _heaviest_week(loads: list[Load], as_of: datetime) -> int:
    """The most running of seven days that end with a run, in milliseconds; ``loads`` are in order of their start."""
    known = [(load.start, load.done_ms) for load in loads if load.unlocked and load.start > as_of - MONTH]
    heaviest = week = first = 0
    for start, done_ms in known:
        week += done_ms
        while known[first][0] <= start - WEEK:
            week -= known[first][1]
            first += 1
        heaviest = max(heaviest, week)
    return heaviest


def g20_build_limits(case: Case) -> Iterator[Finding]:
    """What the next stage asks beyond good sessions; see docs/protocols.md, the build phase."""
    rule, ledger = case.next_rule, case.ledger
    if rule is None:
        yield Finding("G19", Outcome.REPEAT, figures={"last_stage": True})
        return
    if rule.weeks_alternate is not None:
        weeks = 0 if ledger.running_since is None else (case.asked_at - ledger.running_since).days // 7
        if weeks < rule.weeks_alternate:
            yield Finding(
                "G20", Outcome.REPEAT, figures={"weeks": weeks, "limit": rule.weeks_alternate}, sources=("bwh-2007",)
            )
    if rule.weekly_fraction is not None:
        former, weekly = case.input.former_weekly_m, case.weekly_m
        if former is None or weekly is None or weekly < rule.weekly_fraction * former:
            percent = round(100 * rule.weekly_fraction)
            figures: dict[str, Figure] = {"percent": percent, "weekly_m": weekly or 0, "former_m": former or 0}
            if weekly is None:
                figures["weekly"] = "unknown"
            yield Finding("G20", Outcome.REPEAT, figures=figures, sources=("osu-2019", "project-choice"))


def cap_ms(case: Case, stage: int) -> int | None:
    """1.10 × the longest unlocked run of 30 days, in the build phase; None without a limit.

    With none of 30 days it is the last good run, and nothing more.
    """
    if case.input.stages[stage].phase is StagePhase.WALKRUN:
        return None
    recent = [load.done_ms for load in case.loads if load.unlocked and load.start > case.asked_at - MONTH]
    return max(recent) * LOAD_FACTOR // 100 if recent else case.ledger.last_good_run_ms


def g20_way_without_pace(cap: int | None, session_ms: int | None) -> Iterator[Finding]:
    """A session by distance under the limit: how much running it is nobody knows, and so nobody can keep it within."""
    if cap is not None and session_ms is None:
        figures: dict[str, Figure] = {"cap_ms": cap, "pace": "unknown"}
        yield Finding("G20", None, needs=(Need.PROTOCOL,), figures=figures, sources=("frandsen-2025",))
