"""Why: every reason of a decision with its figures' sources in full."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from coach.gate.wording import outcome_words, reason_words
from coach.library.sources import shipped_sources
from coach.model.decision import Decision
from coach.tui.page import Page
from coach.tui.widgets import KeyBar, Line


class WhyScreen(Page):
    """The reasons of ``decision``. Scrolls; Esc goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,w,q", "leave", "back", id="page.back", key_display="Esc"),
    ]
    ABOUT = (
        "Every rule that had something to say. The letter behind a source says how well it is known here: "
        "V read, S from a secondary page, M general knowledge, P a choice of this project."
    )
    AUTO_FOCUS = "#why"

    def __init__(self, decision: Decision) -> None:
        super().__init__()
        self._decision = decision

    def compose(self) -> ComposeResult:
        yield Line(id="title")
        with VerticalScroll(id="why"):
            for reason in self._decision.reasons:
                yield Static(f"{reason_words(reason)} ({reason.code})", classes="reason", markup=False)
                yield Static("\n".join(_sources(reason.sources)), classes="sources", markup=False)
        yield Line(id="notice")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        outcome = self._decision.outcome
        words = f"Why: {outcome.name.replace('_', ' ')}, {outcome_words(outcome)}"
        self.query_one("#title", Line).show(words, f"ruleset {self._decision.ruleset}")
        self.notice("")
        self.offer_keys()

    def action_leave(self) -> None:
        """Back."""
        self.dismiss()


def _sources(names: tuple[str, ...]) -> list[str]:
    known = shipped_sources()
    return [known[name].line if name in known else name for name in names] or ["by what you told, no figure"]
