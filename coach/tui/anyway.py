"""Run though the gate is closed: the reason is asked for, and kept."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from coach.tui.closing import ClosesOnce

MAX_REASON = 500


class AnywayScreen(ClosesOnce[None], ModalScreen[None]):
    """Asks for the reason and calls ``go`` with it. An empty one is refused beside the field."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "back", id="page.back", key_display="Esc")]

    def __init__(self, reasons: Sequence[str], go: Callable[[str], None]) -> None:
        super().__init__()
        self._reasons = reasons
        self._go = go

    def compose(self) -> ComposeResult:
        with Vertical(id="anyway"):
            yield Static("The gate is closed:\n" + "\n".join(f"· {words}" for words in self._reasons), markup=False)
            yield Static("Such a run counts as load, never as a good session. Why do you run all the same?", id="ask")
            yield Input(max_length=MAX_REASON, placeholder="your reason; it is kept")
            yield Static("Enter runs · Esc goes back", id="anyway-error", markup=False)

    def on_mount(self) -> None:
        """With the field in sight, however little room there is."""
        self.call_after_refresh(self._show_field)

    def _show_field(self) -> None:
        self.query_one("#anyway").scroll_end(animate=False)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Go, if a reason was given."""
        reason = message.value.strip()
        if not reason:
            error = self.query_one("#anyway-error", Static)
            error.update("! A reason is needed. Esc goes back.")
            error.add_class("-trouble")
            return
        self.dismiss()
        self._go(reason)

    def action_leave(self) -> None:
        """Back, and nothing is run."""
        self.dismiss()
