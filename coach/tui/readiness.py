"""Readiness: every test before the first run, how it stands and why; Enter takes what one gave."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import ClassVar, Protocol

from textual.widgets import DataTable

from coach.coaching import Coaching
from coach.coaching.readiness import Item, Readiness, readiness
from coach.errors import CoachError
from coach.gate.meanwhile import asks_clinician, offers
from coach.gate.readiness_words import STATE, asked_words, must_words, retest_words, verdict_words
from coach.library.drafts import Drafts
from coach.library.sources import shipped_sources
from coach.tui.detail import DetailPage
from coach.tui.table import head
from coach.tui.widgets import Line

MARK: dict[bool | None, str] = {True: "✓", False: "✗", None: "○"}
STEPS = 10  # cells of the way to all of them


class Host(Protocol):
    """What the screen asks of the app around it."""

    @property
    def drafts(self) -> Drafts:
        """Where what is typed is kept meanwhile."""
        ...

    def action_tell(self, what: str) -> None:
        """Open the form of a clearance."""
        ...


class ReadinessScreen(DetailPage):
    """The criteria that apply, in the order of testing; the one in hand is explained below."""

    NAME = "Readiness"
    ABOUT: ClassVar[str] = (
        "✓ passed, ✗ failed, ○ open. What is a must has to be passed before the first run; the rest is shown and asks "
        "for nothing. The order is that of testing: what loads least comes first."
    )
    SILENT = frozenset(("app.readiness", "app.leave"))
    MORE_KEYS = (("Enter", "tell the result"),)

    def __init__(self, coaching: Coaching, host: Host) -> None:
        super().__init__()
        self._coaching = coaching
        self._host = host
        self._found: Readiness | None = None

    def on_screen_resume(self) -> None:
        """Anew each time it is turned to, and after a result."""
        self.read_anew()

    def read_anew(self) -> None:
        """Read the journal and judge."""
        self._coaching.forget()
        try:
            found = readiness(self._coaching)
        except CoachError as error:
            self._found = None
            self.query_one(DataTable[str]).clear()
            self.explain(0)
            self.query_one("#title", Line).show(self.NAME)
            self.notice(f"{error.what} — {error.remedy}", trouble=True)
            return
        first = self._found is None
        self._found = found
        self._show(found, first_time=first)

    def _show(self, found: Readiness, *, first_time: bool) -> None:
        passed = len(found.mandatory) - len(found.missing)
        filled = round(STEPS * passed / max(1, len(found.mandatory)))
        self.query_one("#title", Line).show(self.NAME, "all passed" if found.is_passed else "not passed yet")
        self.query_one("#way", Line).show(f"{'█' * filled}{'░' * (STEPS - filled)} {found.passed_words}")
        table = self.query_one(DataTable[str])
        at = table.cursor_row
        rows = [_cells(item) for item in found.items]
        head(table, ("", "test", "", "so far"), rows)
        for item, cells in zip(found.items, rows, strict=True):
            table.add_row(*cells, key=item.verdict.criterion)
        if first_time:
            at = next((n for n, item in enumerate(found.items) if item in found.missing), 0)
        table.move_cursor(row=at)
        self.explain(at)

    def detail(self, row: int) -> Iterable[str]:
        """Everything there is to say of a test, and what is done meanwhile."""
        found = self._found
        if found is None or not 0 <= row < len(found.items):
            return ()
        return (*_detail(found, found.items[row], self._coaching.clock.local_zone()), *_meanwhile(found))

    def on_data_table_row_selected(self, message: DataTable.RowSelected) -> None:
        """Ask what that test gave."""
        if self._found is None or not 0 <= message.cursor_row < len(self._found.items):
            return
        item = self._tested_by(self._found, self._found.items[message.cursor_row])
        if item.criterion is None:
            self.notice("It comes from the mornings of your profile; there is no test of it.", trouble=True)
        elif item.criterion.clinician:
            self._host.action_tell("clear")
        else:
            self._ask(self._found, item)

    @staticmethod
    def _tested_by(found: Readiness, item: Item) -> Item:
        """The item whose results it lives on: itself, mostly."""
        name = None if item.criterion is None else item.criterion.figures_of
        return next((i for i in found.items if i.criterion is not None and i.criterion.id == name), item)

    def _ask(self, found: Readiness, item: Item) -> None:
        from coach.tui.result import ResultScreen  # not before it is wanted

        def kept() -> None:
            self.notice(f"Kept: {item.title}.")

        self.notice("")
        self.coach.push_screen(ResultScreen(self._coaching, self._host.drafts, found, item, kept))


def _cells(item: Item) -> tuple[str, ...]:
    verdict = item.verdict
    return MARK[verdict.passed], item.title, must_words(verdict), verdict_words(verdict, item.criterion)


def _detail(found: Readiness, item: Item, zone: tzinfo | None) -> list[str]:
    """Everything there is to say of a criterion."""
    criterion, verdict = item
    known = shipped_sources()
    tested = "" if verdict.tested_at is None else f" ({verdict.tested_at.astimezone(zone):%Y-%m-%d %H:%M})"
    lines = [f"{item.title}: {STATE[verdict.passed]} ({must_words(verdict)})"]
    if criterion is not None:
        lines.append(f"How: {criterion.how}")
        lines += filter(None, [asked_words(criterion, found.profile)])
    lines.append(f"So far: {verdict_words(verdict, criterion)}{tested}")
    again = retest_words(verdict, zone)
    return [
        *lines, *([again] if again else []),
        *(f"Source: {known[name].line if name in known else name}" for name in verdict.sources),
    ]  # fmt: skip


def _meanwhile(found: Readiness) -> list[str]:
    if found.is_passed:
        return []
    lines = ["", "Until all that must be is passed, instead of runs:"]
    if asks_clinician(found.profile):
        lines.append("· only what the clinician who follows you allows, and only while it stays free of pain")
    return [*lines, *(f"· {offer.title}: {offer.dose}" for offer in offers(found.profile, cleared=found.is_cleared))]
