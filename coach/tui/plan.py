"""Plan: every stage with its source and earliest day, and how far it is to half an hour of running in one go."""

from collections.abc import Iterable
from datetime import date
from textwrap import wrap
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from coach.coaching import Coaching
from coach.coaching.story import THIRTY_MS, Milestone, Place, half_an_hour, milestones, undated, what_comes_first
from coach.library.sources import shipped_sources
from coach.tui.calendar import BEST_CASE, calendar_lines
from coach.tui.detail import DetailPage
from coach.tui.page import Reopen
from coach.tui.table import head
from coach.tui.view import plan_lines
from coach.tui.widgets import Line

MARK: dict[Place, str] = {Place.DONE: "✓", Place.CURRENT: "▶", Place.AHEAD: " "}
STEPS = 16  # cells of the way to half an hour
NARROW = 38  # cells of the narrowest terminal, between the edges


class PlanScreen(DetailPage):
    """The stages; the one in hand is explained below."""

    NAME = "Plan"
    ABOUT: ClassVar[str] = (
        "✓ done, ▶ where you are. The days are a best case: every session good, every answer given, no flare. "
        "In the build phase the limit of the week's load (G23) may move them back."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "calendar", "calendar", id="plan.calendar", tooltip="the plan week by week"),
        Binding("p", "app.turn('protocols')", "protocols", id="plan.protocols", tooltip="every protocol there is"),
    ]
    SILENT = frozenset(("app.plan", "app.leave"))
    MORE_KEYS = (("↑ ↓", "stage"),)

    def __init__(self, reopen: Reopen) -> None:
        super().__init__()
        self._reopen = reopen
        self._stages: list[Milestone] = []
        self._found: _Found | None = None

    def on_mount(self) -> None:  # beside that of every such page: Textual calls both
        self.query_one("#title", Line).show(self.NAME, "reading …")

    def on_screen_resume(self) -> None:
        """Anew each time it is turned to."""
        self.read(_read, self._show, self._reopen)

    def _show(self, found: "_Found") -> None:
        self._found = found
        stages = self._stages = found.stages
        table = self.query_one(DataTable[str])
        rows = [_cells(stage) for stage in stages]
        head(table, ("", "earliest", "stage", ""), rows)
        for number, cells in enumerate(rows):
            table.add_row(*cells, key=str(number))
        current = next((n for n, stage in enumerate(stages) if stage.place is Place.CURRENT), 0)
        table.move_cursor(row=current)
        self.explain(current)
        self.query_one("#title", Line).show(self.NAME, "days: a best case" if found.is_dated else "no day yet")
        self.query_one("#way", Line).show(*_way(stages))

    def detail(self, row: int) -> Iterable[str]:
        """The session of a stage, and where it is from."""
        return _detail(self._stages[row]) if 0 <= row < len(self._stages) else ()

    def action_calendar(self) -> None:
        """The plan week by week."""
        from coach.tui.text_page import TextPage  # not before it is wanted

        if self._found is not None:
            about = (
                "Every day of a run if all goes well: every session good, every answer given, no flare. In "
                "the build phase the limit of the week's load (G23) may move days back. A stage stands beside the "
                "week in which it begins."
            )
            found = self._found
            lines = _calendar(found, titles=self.has_class("-wide"))
            self.coach.push_screen(TextPage("Calendar", "days: a best case", lines, about, wraps=not found.is_dated))

    @property
    def expected_rows(self) -> int:
        """How many rows the table has once the plan is read."""
        return len(self._stages)


class _Found(NamedTuple):
    """The stages, what has to come before any day can be said, and what day it is."""

    stages: list[Milestone]
    first: list[str]
    today: date

    @property
    def is_dated(self) -> bool:
        """Whether days can be said."""
        return any(stage.days for stage in self.stages)


def _read(coaching: Coaching) -> _Found:
    return _Found(milestones(coaching), what_comes_first(coaching.today()), coaching.clock.local_now().date())


def _calendar(found: _Found, *, titles: bool) -> list[str]:
    if not found.is_dated:
        return ["No day can be said yet. First:", *(f"· {line}" for line in found.first)]
    lines = [BEST_CASE, "", *calendar_lines(found.stages, found.today, titles=titles)]
    return [*lines, *(line for why in undated(found.stages) for line in ("", *wrap(why, NARROW)))]


def _cells(stage: Milestone) -> tuple[str, ...]:
    day = stage.earliest.isoformat() if stage.earliest else ""
    return MARK[stage.place], day, stage.planned.stage.title, stage.planned.name


def _way(stages: list[Milestone]) -> tuple[str, str]:
    """How far it is to half an hour in one go: a bar with its figures, and the earliest day."""
    current = next((stage for stage in stages if stage.place is Place.CURRENT), None)
    goal = half_an_hour(stages)
    bout = min(THIRTY_MS, (current.bout_ms if current else None) or 0)
    filled = round(STEPS * bout / THIRTY_MS)
    words = f"{'█' * filled}{'░' * (STEPS - filled)} {bout // 60_000} of 30 min in one go"
    if goal is None or goal.earliest is None:
        return words, ""
    return words, f"30 min not before {goal.earliest.isoformat()}"


def _detail(stage: Milestone) -> list[str]:
    planned = stage.planned.stage
    sources = [name for name in (planned.source, *planned.other_sources) if name]
    known = shipped_sources()
    lines = [f"{stage.planned.name}: {planned.title}"]
    for number, session in enumerate(planned.sessions, start=1):
        which = f"Session {number}: " if len(planned.sessions) > 1 else "Session: "
        lines.append(which + ", ".join(plan_lines(session.model_copy(update={"description": None}))))
    if stage.place is not Place.DONE:
        lines.append(f"Good sessions still wanted: {stage.sessions}")
    if stage.undated:
        lines.append(f"No day yet: {stage.undated}")
    if planned.rpe_ceiling is not None:
        lines.append(f"Effort at most {planned.rpe_ceiling} of 10, {planned.terrain.value} ground")
    return [*lines, *(f"Source: {known[name].line if name in known else name}" for name in sources)]
