"""A list with the row in hand explained beneath it: tests, stages, protocols."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import DataTable, Static

from coach.tui.page import MainPage
from coach.tui.widgets import KeyBar, Line


class DetailPage(MainPage):
    """A table over what there is to say of its row in hand; between title and table a line says how far it is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", id="page.back", key_display="Esc", tooltip="back to Today"),
        Binding("d", "more", "more", id="page.more", tooltip="the rest of what stands below the list"),
    ]
    AUTO_FOCUS = "DataTable"

    def compose(self) -> ComposeResult:
        yield Line(id="title")
        yield Line(id="way")
        yield DataTable[str](cursor_type="row", zebra_stripes=False, id="table")
        with VerticalScroll(id="detail", can_focus=False):
            yield Static(id="detail-text", markup=False)
        yield Line(id="notice")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.notice("")
        self.offer_keys()

    def detail(self, row: int) -> Iterable[str]:
        """The lines that explain ``row``; nothing where there is no such row."""
        raise NotImplementedError

    def explain(self, row: int) -> None:
        """Explain ``row`` beneath the table."""
        self.query_one("#detail-text", Static).update("\n".join(self.detail(row)))
        self.query_one("#detail").scroll_home(animate=False)

    def on_data_table_row_highlighted(self, message: DataTable.RowHighlighted) -> None:
        """Explain the row in hand."""
        self.explain(message.cursor_row)

    def action_more(self) -> None:
        """The next lines beneath the table; behind the last the first again."""
        box = self.query_one("#detail")
        if box.scroll_offset.y >= box.max_scroll_y:
            box.scroll_home(animate=False)
        else:
            box.scroll_page_down(animate=False)

    def action_leave(self) -> None:
        """Back to Today."""
        self.coach.switch_mode("today")
