"""History: every run with what was told of it, as a table and over time."""

from collections.abc import Callable
from datetime import tzinfo
from typing import ClassVar, NamedTuple, cast

from rich.text import Text
from textual.app import ComposeResult, RenderResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import DataTable, Input, Static

from coach.coaching import Coaching
from coach.coaching.story import PastRun, past_runs
from coach.gate.wording import reason_words
from coach.model.decision import Outcome
from coach.model.rating import SymptomRating
from coach.session.report import report_lines
from coach.tui.page import MainPage, Page, Reopen
from coach.tui.plot import Point, chart
from coach.tui.widgets import KeyBar, Line

ROWS_AT_ONCE = 25  # so many rows are laid out before other things get their turn
CHART_ROWS = 5


class Row(NamedTuple):
    """A run as the table shows it; ``words`` is what the filter looks in."""

    past: PastRun
    cells: tuple[str, ...]
    words: str


class Rows(NamedTuple):
    """All of them, newest first, and the zone their times are shown in."""

    rows: list[Row]
    zone: tzinfo | None


class Series(NamedTuple):
    """What can be plotted."""

    title: str
    value: Callable[[PastRun], float | None]
    top: float | None


def _during(past: PastRun) -> float | None:
    return past.during


def _after(past: PastRun) -> float | None:
    return past.after


def _morning(past: PastRun) -> float | None:
    return past.morning


def _minutes(past: PastRun) -> float | None:
    return past.run.done_ms / 60_000


PAINS = (
    Series("Pain during the run, 0–10", _during, 10),
    Series("Pain after the run, 0–10", _after, 10),
    Series("Pain the next morning, 0–10", _morning, 10),
)
MINUTES = Series("Minutes of running", _minutes, None)


class Charts(Widget):
    """One pain, and the minutes under it where there is room."""

    def __init__(self) -> None:
        super().__init__(id="charts")
        self._runs: list[PastRun] = []
        self._zone: tzinfo | None = None
        self._which = 0

    def show(self, runs: list[PastRun], zone: tzinfo | None) -> None:
        """Plot these from now on."""
        self._runs, self._zone = runs, zone
        self.refresh()

    def turn(self) -> None:
        """The next kind of pain; where there is only room for one chart, the minutes come after the last."""
        self._which = (self._which + 1) % (len(PAINS) + (self.size.height < 2 * CHART_ROWS))
        self.refresh()

    def render(self) -> RenderResult:
        width, height = self.size
        both = height >= 2 * CHART_ROWS
        chosen = [*PAINS, MINUTES][self._which]
        lines: list[str] = []
        for series in (chosen, MINUTES) if both else (chosen,):
            points = [Point(past.run.start, series.value(past)) for past in self._runs]
            top = series.top or max((p.value for p in points if p.value), default=1)
            lines += chart(series.title, points, round(top), width, height // (1 + both), self._zone)
        return Text("\n".join(lines), no_wrap=True, end="")


class HistoryScreen(MainPage):
    """The runs, newest first. They are read and laid out beside the loop, however many there are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "filter", id="history.filter", key_display="/",
                tooltip="only the runs whose line has these words, such as 2026-03, STOP or G5"),
        Binding("escape", "leave", "back", id="page.back", key_display="Esc", tooltip="all runs again; then Today"),
        Binding("p", "plot", "other pain", id="history.plot", tooltip="plot pain during, after, or the next morning"),
    ]  # fmt: skip
    NAME = "History"
    ABOUT = "Every run. Pain is during / after / the next morning; ? was not answered. Enter shows one in full."
    SILENT = frozenset(("app.history", "app.leave"))
    MORE_KEYS = (("Enter", "show"),)
    AUTO_FOCUS = "DataTable"

    def __init__(self, reopen: Reopen) -> None:
        super().__init__()
        self._reopen = reopen
        self._rows: list[Row] = []
        self._shown: dict[str, Row] = {}
        self._laying_out = 0

    def compose(self) -> ComposeResult:
        yield Line(id="title")
        yield Charts()
        yield Input(placeholder="words of a line: 2026-03, STOP, G5 … · Enter to the table, Esc shows all", id="filter")
        yield DataTable[str](cursor_type="row", id="table")
        yield Line(id="notice")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one(DataTable).add_columns("when", "ran", "of", "pain", "then", "why")
        self.query_one("#filter").display = False
        self.query_one("#title", Line).show(self.NAME, "reading …")
        self.notice("")
        self.offer_keys()

    def on_screen_resume(self) -> None:
        """Anew each time it is turned to."""
        self.read(_rows, self._take, self._reopen)

    def _take(self, found: Rows) -> None:
        self._rows = found.rows
        self.query_one(Charts).show([row.past for row in reversed(found.rows)], found.zone)
        self._fill()

    # The table

    @property
    def expected_rows(self) -> int:
        """How many rows the table has once all are laid out."""
        return len(self._shown)

    def _fill(self) -> None:
        wanted = self.query_one("#filter", Input).value.casefold().split()
        found = [row for row in self._rows if all(word in row.words for word in wanted)]
        self._shown = {row.past.run.id: row for row in found}
        self.query_one(DataTable).clear()
        self._laying_out += 1
        runs = f"{len(self._rows)} run{'' if len(self._rows) == 1 else 's'}"
        count = f"{len(found)} of {runs}" if wanted else runs
        self.query_one("#title", Line).show(self.NAME, count if self._rows else "no run yet")
        self._lay_out(found, self._laying_out)

    def _lay_out(self, rest: list[Row], turn: int) -> None:
        """Some rows now and the others after whatever else waits, unless the table has been filled anew since."""
        if turn != self._laying_out or not rest:
            return
        table = self.query_one(DataTable[str])
        for row in rest[:ROWS_AT_ONCE]:
            table.add_row(*row.cells, key=row.past.run.id)
        self.set_timer(0.01, lambda: self._lay_out(rest[ROWS_AT_ONCE:], turn))

    def on_data_table_row_selected(self, message: DataTable.RowSelected) -> None:
        """Show that run in full."""
        row = self._shown.get(str(message.row_key.value))
        if row is not None:
            self.coach.push_screen(RunScreen(row.past, self._reopen))

    # What keys do

    def action_filter(self) -> None:
        """Open the filter."""
        field = self.query_one("#filter", Input)
        field.display = True
        field.focus()

    def on_input_changed(self) -> None:
        """Filter as it is typed."""
        self._fill()

    def on_input_submitted(self) -> None:
        """To the table."""
        self.query_one(DataTable).focus()

    def action_plot(self) -> None:
        """The next kind of pain."""
        self.query_one(Charts).turn()

    def action_leave(self) -> None:
        """All runs again where they are filtered; else back to Today."""
        field = self.query_one("#filter", Input)
        if field.display:
            field.value = ""
            field.display = False
            self.query_one(DataTable).focus()
        else:
            self.coach.switch_mode("today")


class RunScreen(Page):
    """One run: its ratings, what the gate made of it, and what the journal has of the session."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "back", id="page.back", key_display="Esc"),
    ]
    AUTO_FOCUS = "#page"

    def __init__(self, past: PastRun, reopen: Reopen) -> None:
        super().__init__()
        self._past = past
        self._reopen = reopen

    def compose(self) -> ComposeResult:
        yield Line(id="title")
        with VerticalScroll(id="page"):
            yield Static(id="page-text", markup=False)
        yield Line(id="notice")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.notice("")
        self.offer_keys()
        with self._reopen() as coaching:
            zone = coaching.clock.local_now().tzinfo
            events = [stored.event for stored in coaching.journal.events(self._past.run.id)]
        row = _row(self._past, zone)
        self.query_one("#title", Line).show(f"Run of {row.cells[0]}", self._past.run.id)
        lines = [f"Then: {row.cells[4]}", *(f"· {reason_words(r)} ({r.code})" for r in self._past.reasons), ""]
        for rating in self._past.ratings:
            lines += [*_rating_lines(rating, zone), ""]
        lines += report_lines(events) if events else ["The coach did not run this session; it was told of."]
        self.query_one("#page-text", Static).update("\n".join(lines))

    def action_leave(self) -> None:
        """Back to the table."""
        self.dismiss()


def _rows(coaching: Coaching) -> Rows:
    zone = coaching.clock.local_now().tzinfo
    return Rows([_row(past, zone) for past in reversed(past_runs(coaching))], zone)


def _row(past: PastRun, zone: tzinfo | None) -> Row:
    run = past.run
    pains = "/".join("?" if score is None else str(score) for score in (past.during, past.after, past.morning))
    planned = "" if run.planned_ms is None else f"{run.planned_ms / 60_000:.4g}"
    then = "not judged yet" if past.then is None else _then(past.then)
    codes = ", ".join(dict.fromkeys(past.codes))
    remark = codes if run.unlocked else f"not unlocked; {codes}"
    cells = (
        f"{run.start.astimezone(zone):%Y-%m-%d %H:%M}", f"{round(run.done_ms / 60_000, 1):g}", planned, pains, then,
        remark,
    )  # fmt: skip
    return Row(past, cells, " ".join(cells).casefold())


def _then(outcome: Outcome) -> str:
    return outcome.name.replace("_", " ")


def _rating_lines(rating: SymptomRating, zone: tzinfo | None) -> list[str]:
    """A rating as the runner gave it: what was answered, nothing that was not."""
    told = rating.model_dump(mode="json", exclude_none=True, exclude={"occasion", "at", "zone", "run", "note"})
    words: list[str] = []
    for name, value in told.items():
        shown = ", ".join(map(str, cast("list[str]", value))) if isinstance(value, list) else value
        if shown not in ("", None):
            words.append(f"  {name.replace('_', ' ')}: {'yes' if value is True else 'no' if value is False else shown}")
    note = [f"  “{rating.note}”"] if rating.note else []
    return [f"{rating.occasion.value.capitalize()}, {rating.at.astimezone(zone):%Y-%m-%d %H:%M}", *words, *note]
