"""What is going to be kept, written or sent, to be agreed to."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from coach.tui.page import Page
from coach.tui.widgets import KeyBar, Line

KEPT = "What holds once you keep it. What was not told has the cautious value; it can be told later."


class ReviewScreen(Page):
    """What is going to happen; ``keep`` is called if that is agreed to. ``does`` is what the key says it does then."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+s", "keep", "keep this", id="form.keep", key_display="Enter"),
        Binding("escape,q", "leave", "go on editing", id="page.back", key_display="Esc"),
    ]
    AUTO_FOCUS = "#page"

    def __init__(
        self, lines: Sequence[str], keep: Callable[[], None], *, title: str = "Keep this?", does: str = "keep this",
        about: str = "",
    ) -> None:  # fmt: skip
        super().__init__()
        self._lines = lines
        self._keep = keep
        self._heading = title
        self._does = does
        self._about = about

    @property
    def help_words(self) -> str:
        """What F1 says."""
        return self._about or KEPT

    def label_of(self, binding: Binding) -> str:
        """What agreeing does here."""
        return self._does if binding.action == "keep" else binding.description

    def compose(self) -> ComposeResult:
        yield Line(id="title")
        with VerticalScroll(id="page"):
            yield Static("\n".join(self._lines), id="page-text", markup=False)
        yield Line(id="notice")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#title", Line).show(self._heading)
        self.notice("")
        self.offer_keys()

    def action_keep(self) -> None:
        """Keep it."""
        self.dismiss()
        self._keep()

    def action_leave(self) -> None:
        """Back; nothing is kept."""
        self.dismiss()
