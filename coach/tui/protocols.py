"""Protocols: the published ways back, each with its stages and sources; one of them can be followed from here."""

from collections.abc import Iterable
from typing import ClassVar, NamedTuple, Protocol

from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from coach.coaching import Coaching
from coach.coaching.telling import draft_of, told_lines
from coach.errors import CoachError
from coach.library.entries import Entry, summarised
from coach.library.plans import make_plan, may_choose
from coach.library.protocol_words import stage_lines, summary
from coach.library.protocols import Protocols
from coach.library.sources import shipped_sources
from coach.model.profile import Profile
from coach.model.protocol import Protocol as TheProtocol
from coach.tui.detail import DetailPage
from coach.tui.page import Reopen
from coach.tui.table import head
from coach.tui.widgets import Line

NO_BETTER = "No walk-run programme has been shown in a trial to be better than another."

STAGES_ABOUT = (
    "Every stage with its sessions, what is asked before the next one, and its sources. Times of what goes by distance "
    "are for the pace of your profile."
)


class Host(Protocol):
    """What the screen asks of the app around it."""

    def protocols(self) -> Protocols:
        """All of them, read anew."""
        ...


class Row(NamedTuple):
    """A protocol and what is to be said of it."""

    entry: Entry[TheProtocol]
    cells: tuple[str, ...]
    detail: tuple[str, ...]


class Rows(NamedTuple):
    """All of them, and the profile in force; None before there is one."""

    rows: list[Row]
    protocols: Protocols
    profile: Profile | None


class ProtocolsScreen(DetailPage):
    """All protocols; the one in hand is told of below, Enter shows its stages."""

    NAME = "Protocols"
    ABOUT: ClassVar[str] = (
        f"▶ is the one you follow. {NO_BETTER} Your own, made by `coach protocol copy`, are here too."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "follow", "follow", id="protocols.follow", tooltip="let your plan be this one, after a question"),
    ]
    SILENT = frozenset(("app.leave",))
    MORE_KEYS = (("Enter", "stages"),)

    def __init__(self, coaching: Coaching, reopen: Reopen, host: Host) -> None:
        super().__init__()
        self._coaching = coaching
        self._reopen = reopen
        self._host = host
        self._found: Rows | None = None

    def on_mount(self) -> None:  # beside that of every such page: Textual calls both
        self.query_one("#title", Line).show(self.NAME, "reading …")
        self.query_one("#way", Line).show(NO_BETTER)

    def on_screen_resume(self) -> None:
        """Anew each time it is turned to."""
        self.read(self._rows, self._show, self._reopen)

    def _rows(self, coaching: Coaching) -> Rows:
        protocols = self._host.protocols()
        profile = coaching.profile
        return Rows([_row(entry, profile) for entry in protocols.entries()], protocols, profile)

    def _show(self, found: Rows) -> None:
        first = self._found is None
        self._found = found
        table = self.query_one(DataTable[str])
        at = table.cursor_row
        head(table, ("", "protocol", "stages", "title"), [row.cells for row in found.rows])
        for row in found.rows:
            table.add_row(*row.cells, key=row.entry.name)
        if first:
            at = next((n for n, row in enumerate(found.rows) if row.cells[0]), 0)
        table.move_cursor(row=at)
        self.explain(at)
        own = sum(row.entry.own for row in found.rows)
        self.query_one("#title", Line).show(self.NAME, f"{len(found.rows)}, {own} of your own")

    def detail(self, row: int) -> Iterable[str]:
        """What it is, for whom, and where it is from."""
        found = self._found
        return found.rows[row].detail if found is not None and 0 <= row < len(found.rows) else ()

    @property
    def expected_rows(self) -> int:
        """How many rows the table has once all are read."""
        return 0 if self._found is None else len(self._found.rows)

    def _here(self) -> tuple[Rows, Entry[TheProtocol]] | None:
        at = self.query_one(DataTable[str]).cursor_row
        found = self._found
        return (found, found.rows[at].entry) if found is not None and 0 <= at < len(found.rows) else None

    # What keys do

    def on_data_table_row_selected(self) -> None:
        """Show its stages."""
        here = self._here()
        if here is None:
            return
        found, entry = here
        try:
            lines = protocol_lines(entry, found.protocols, found.profile)
        except CoachError as error:
            self.notice(f"{error.what} — {error.remedy}", trouble=True)
            return
        self.notice("")
        from coach.tui.text_page import TextPage  # not before it is wanted

        self.coach.push_screen(TextPage(f"Protocol {entry.name}", "", lines, STAGES_ABOUT))

    def action_follow(self) -> None:
        """Let the plan be this one, once it was shown what that means."""
        here = self._here()
        if here is None:
            return
        name = here[1].name
        self.notice("")
        try:
            self._coaching.forget()
            before = self._coaching.need_profile()
            made = draft_of(self._coaching, {"protocol": name}, before)
            lines = told_lines(self._coaching, made, before, by_label=True)
        except CoachError as error:
            self.notice(f"{error.what} — {error.remedy}", trouble=True)
            return

        def keep() -> None:
            try:
                self._coaching.set_profile(made.profile)
                self.notice(f"You follow {name} now.")
            except CoachError as error:
                self.notice(f"{error.what} — {error.remedy}", trouble=True)

        from coach.tui.review import ReviewScreen  # not before it is wanted

        self.coach.push_screen(ReviewScreen(lines, keep))

    def action_leave(self) -> None:
        """Back to Plan."""
        self.coach.switch_mode("plan")


def protocol_lines(entry: Entry[TheProtocol], protocols: Protocols, profile: Profile | None) -> list[str]:
    """Everything about it. Raises CoachError for a broken one."""
    found = protocols.get(entry.name)
    pace = None if profile is None else profile.pace_s_per_km
    weekly = None if profile is None else profile.former_weekly_m
    plan = make_plan(found, protocols.get, former_weekly_m=weekly, pace_s_per_km=pace)
    known = shipped_sources()
    cited = {found.source: None} | {source: None for stage in plan.stages for source in stage.sources}
    lines = [found.title, *_about(found), *stage_lines(plan, pace)]
    sources = (known[source].line if source in known else source for source in cited)
    return [*lines, "", "Sources (V read, S secondary page, M general knowledge, P project choice)", *sources]


def _about(protocol: TheProtocol) -> list[str]:
    return [" ".join(protocol.description.split())] if protocol.description else []


def _row(entry: Entry[TheProtocol], profile: Profile | None) -> Row:
    stages, title = summarised(entry, summary)
    followed = profile is not None and profile.protocol == entry.name
    outcome = entry.outcome
    if isinstance(outcome, CoachError):
        return Row(entry, ("", entry.name, "broken", ""), (f"{entry.name} is broken: {outcome}",))
    known = shipped_sources()
    fits = profile is None or may_choose(outcome, [injury.kind for injury in profile.injuries])
    lines = [
        f"{entry.name}: {title}", *([entry.note] if entry.note else []),
        *([] if fits else ["! Not for what you told of."]), *_about(outcome),
        f"Source: {known[outcome.source].line if outcome.source in known else outcome.source}",
    ]  # fmt: skip
    return Row(entry, ("▶" if followed else "", entry.name, stages, title), tuple(lines))
