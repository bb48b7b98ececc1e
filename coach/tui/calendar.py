"""The plan week by week: the days of the sessions if all goes well. Pure."""

from collections.abc import Container, Mapping, Sequence
from datetime import date, timedelta

from coach.coaching.story import THIRTY_MS, Milestone, half_an_hour

DAYS = "    " + "".join(f" {name} " for name in ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"))
BEST_CASE = "A best case. [n] is a run."
_GOAL = f" ◀ {THIRTY_MS // 60_000} min in one go"
WEEK = timedelta(days=7)


def calendar_lines(stages: Sequence[Milestone], today: date, *, titles: bool = True) -> list[str]:
    """A row a week, from this one to the last session of the plan; nothing where no day can be said.

    With ``titles`` the stages that begin in a week stand beside it.
    """
    runs = {day: stage for stage in stages for day in stage.days}
    if not runs:
        return []
    goal = half_an_hour(list(stages))
    first = today - timedelta(days=today.weekday())
    weeks = (max(runs) - first) // WEEK + 1
    begun = {day: stage for day, stage in runs.items() if titles and stage.earliest == day}
    mondays = [first + number * WEEK for number in range(weeks)]
    return [DAYS, *(f"{_week(monday, runs, first)}{_begun(monday, begun, goal)}".rstrip() for monday in mondays)]


def _week(monday: date, runs: Container[date], first: date) -> str:
    days = [monday + timedelta(days=n) for n in range(7)]
    begins = [day for day in days if day.day == 1]
    month = f"{(begins or days)[0]:%b}" if begins or monday == first else ""
    return f"{month:<4}" + "".join(f"[{day.day:>2}]" if day in runs else f" {day.day:>2} " for day in days)


def _begun(monday: date, begun: Mapping[date, Milestone], goal: Milestone | None) -> str:
    """The stages that begin in this week."""
    stages = (begun.get(monday + timedelta(days=n)) for n in range(7))
    words = (f"{s.planned.stage.title}{_GOAL if s is goal else ''}" for s in stages if s is not None)
    return f"  {', '.join(words)}"
