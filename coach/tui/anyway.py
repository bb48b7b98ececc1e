"""Run though the gate is closed: the reason is asked for, and kept."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from coach.clock import Clock
from coach.library.drafts import Drafts
from coach.tui.closing import ClosesOnce
from coach.tui.drafting import DraftKeeper

MAX_REASON = 500


class AnywayScreen(ClosesOnce[None], ModalScreen[None]):
    """Asks for the reason and calls ``go`` with it. An empty one is refused beside the field."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "back", id="page.back", key_display="Esc")]

    def __init__(self, reasons: Sequence[str], go: Callable[[str], None], drafts: Drafts, clock: Clock) -> None:
        super().__init__()
        self._drafts = DraftKeeper(self, drafts, clock, "anyway", self._draft, self._complain)
        self._reason = ""
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
        self._drafts.offer(self._take_draft)

    def on_unmount(self) -> None:
        """However it was left."""
        self._drafts.keep_at_last()

    def on_input_changed(self, message: Input.Changed) -> None:
        """What is typed outlives the screen until it is taken or dropped."""
        self._reason = message.value
        self._drafts.touch()

    def _draft(self) -> dict[str, str] | None:
        return {"reason": self._reason} if self._reason.strip() else None

    def _take_draft(self, draft: dict[str, str]) -> None:
        self.query_one(Input).value = draft.get("reason", "")

    def _complain(self, words: str) -> None:
        error = self.query_one("#anyway-error", Static)
        error.update(f"! {words}")
        error.add_class("-trouble")

    def _show_field(self) -> None:
        self.query_one("#anyway").scroll_end(animate=False)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Go, if a reason was given."""
        reason = message.value.strip()
        if not reason:
            self._complain("A reason is needed. Esc goes back.")
            return
        self._reason = ""  # no draft any more
        self.dismiss()
        self._go(reason)

    def action_leave(self) -> None:
        """Back, and nothing is run."""
        self.dismiss()
