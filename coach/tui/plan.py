"""Plan: every stage with its source and earliest day, and how far it is to half an hour of running in one go."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import DataTable, Static

from coach.coaching.story import THIRTY_MS, Milestone, Place, half_an_hour, milestones
from coach.library.sources import shipped_sources
from coach.tui.page import MainPage, Reopen
from coach.tui.table import head
from coach.tui.view import plan_lines
from coach.tui.widgets import KeyBar, Line

MARK: dict[Place, str] = {Place.DONE: "✓", Place.CURRENT: "▶", Place.AHEAD: " "}
STEPS = 16  # cells of the way to half an hour


class PlanScreen(MainPage):
    """The stages; the one in hand is explained below."""

    NAME = "Plan"
    ABOUT: ClassVar[str] = (
        "✓ done, ▶ where you are. The days are a best case: every session good, every answer given, no flare."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", id="page.back", key_display="Esc", tooltip="back to Today"),
    ]
    SILENT = frozenset(("app.plan", "app.leave"))
    MORE_KEYS = (("↑ ↓", "stage"),)
    AUTO_FOCUS = "DataTable"

    def __init__(self, reopen: Reopen) -> None:
        super().__init__()
        self._reopen = reopen
        self._stages: list[Milestone] = []

    def compose(self) -> ComposeResult:
        yield Line(id="title")
        yield Line(id="way")
        yield DataTable[str](cursor_type="row", zebra_stripes=False, id="table")
        with VerticalScroll(id="detail", can_focus=False):
            yield Static(id="detail-text", markup=False)
        yield Line(id="notice")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#title", Line).show(self.NAME, "reading …")
        self.notice("")
        self.offer_keys()

    def on_screen_resume(self) -> None:
        """Anew each time it is turned to."""
        self.read(milestones, self._show, self._reopen)

    def _show(self, stages: list[Milestone]) -> None:
        self._stages = stages
        table = self.query_one(DataTable[str])
        rows = [_cells(stage) for stage in stages]
        head(table, ("", "earliest", "stage", ""), rows)
        for number, cells in enumerate(rows):
            table.add_row(*cells, key=str(number))
        current = next((n for n, stage in enumerate(stages) if stage.place is Place.CURRENT), 0)
        table.move_cursor(row=current)
        self._explain(current)
        self.query_one("#title", Line).show(
            self.NAME, "days: a best case" if any(s.earliest for s in stages) else "no day yet"
        )
        self.query_one("#way", Line).show(*_way(stages))

    def on_data_table_row_highlighted(self, message: DataTable.RowHighlighted) -> None:
        """Explain the stage in hand."""
        if 0 <= message.cursor_row < len(self._stages):
            self._explain(message.cursor_row)

    def _explain(self, row: int) -> None:
        self.query_one("#detail-text", Static).update("\n".join(_detail(self._stages[row])))

    @property
    def expected_rows(self) -> int:
        """How many rows the table has once the plan is read."""
        return len(self._stages)

    def action_leave(self) -> None:
        """Back to Today."""
        self.coach.switch_mode("today")


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
    if planned.rpe_ceiling is not None:
        lines.append(f"Effort at most {planned.rpe_ceiling} of 10, {planned.terrain.value} ground")
    return [*lines, *(f"Source: {known[name].line if name in known else name}" for name in sources)]
