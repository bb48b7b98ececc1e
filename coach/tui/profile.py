"""Profile: what was told of the injuries, what holds because of it, and what was assumed; Enter changes it."""

from typing import ClassVar, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from coach.coaching import Coaching
from coach.coaching.readiness import readiness
from coach.coaching.telling import draft_of, told_lines
from coach.errors import CoachError
from coach.gate.readiness import CLEARANCE
from coach.tui.page import MainPage
from coach.tui.widgets import KeyBar, Line


class Host(Protocol):
    """What the screen asks of the app around it."""

    async def tell_injury(self) -> None:
        """Open the form of the profile."""
        ...


class ProfileScreen(MainPage):
    """What holds now."""

    NAME = "Profile"
    ABOUT: ClassVar[str] = (
        "Who the plan is for. What was not told has the cautious value; Enter tells it. An injury told before holds "
        "until a clinician's clearance."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "change", "change", id="profile.change", key_display="Enter", tooltip="tell what changed"),
        Binding("escape", "leave", "back", id="page.back", key_display="Esc", tooltip="back to Today"),
    ]
    SILENT = frozenset(("app.profile", "app.leave"))
    AUTO_FOCUS = "#page"

    def __init__(self, coaching: Coaching, host: Host) -> None:
        super().__init__()
        self._coaching = coaching
        self._host = host

    def compose(self) -> ComposeResult:
        yield Line(id="title")
        with VerticalScroll(id="page"):
            yield Static(id="page-text", markup=False)
        yield Line(id="notice")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.notice("")
        self.offer_keys()

    def on_screen_resume(self) -> None:
        """Anew each time it is turned to, and after a change."""
        self._coaching.forget()
        try:
            lines = self._lines()
        except CoachError as error:
            lines = [f"{error.what} — {error.remedy}"]
        self.query_one("#title", Line).show(self.NAME)
        self.query_one("#page-text", Static).update("\n".join(lines))

    def _lines(self) -> list[str]:
        before = self._coaching.profile
        if before is None:
            return ["Nothing was told yet. Enter asks; it takes a minute."]
        made = draft_of(self._coaching, {}, before)
        zone = self._coaching.clock.local_zone()
        cleared = [f"Cleared   by {result.waived_by}, {result.at.astimezone(zone):%Y-%m-%d}"
                   for result in readiness(self._coaching).results if result.criterion == CLEARANCE]  # fmt: skip
        lines = told_lines(self._coaching, made, before, by_label=True)
        at = next(n for n, line in enumerate(lines) if line.startswith("Protocol"))
        return [*lines[:at], *cleared, *lines[at:]]

    async def action_change(self) -> None:
        """Tell of the injuries, or tell anew."""
        await self._host.tell_injury()

    def action_leave(self) -> None:
        """Back to Today."""
        self.coach.switch_mode("today")
