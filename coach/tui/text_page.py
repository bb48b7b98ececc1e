"""Something to be read: lines that scroll."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from coach.tui.page import Page
from coach.tui.widgets import KeyBar, Line


class TextPage(Page):
    """Shows ``lines`` under a title. Esc goes back. ``about`` is what F1 says; without ``wraps`` long lines are cut."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "back", id="page.back", key_display="Esc"),
    ]
    MORE_KEYS = (("↑ ↓", "scroll"),)
    AUTO_FOCUS = "#page"

    def __init__(self, title: str, remark: str, lines: Sequence[str], about: str, *, wraps: bool = True) -> None:
        super().__init__()
        self._heading = (title, remark)
        self._lines = lines
        self._wraps = wraps
        self._about = about

    @property
    def help_words(self) -> str:
        """What F1 says."""
        return self._about

    def compose(self) -> ComposeResult:
        yield Line(id="title")
        with VerticalScroll(id="page"):
            yield Static("\n".join(self._lines), id="page-text", markup=False, classes="" if self._wraps else "-cut")
        yield Line(id="notice")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#title", Line).show(*self._heading)
        self.notice("")
        self.offer_keys()

    def action_leave(self) -> None:
        """Back."""
        self.dismiss()
