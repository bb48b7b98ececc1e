"""All workouts in a list: to be opened in the editor, copied, deleted and brought back."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from coach.errors import CoachError
from coach.library.entries import Entry
from coach.library.own_workouts import Opened
from coach.model.timeline import compile_timeline, total_words
from coach.model.workout import Workout
from coach.tui.choose import CSS, Answer, choose, open_over
from coach.tui.editor import Desk, EditorScreen
from coach.tui.page import Page
from coach.tui.widgets import KeyBar, Line, Log, SessionBar


class WorkoutList(OptionList):
    """The names. Enter is the screen's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.open", "edit", id="workouts.open", key_display="Enter", tooltip="edit it, or a copy")
    ]

    def __init__(self) -> None:
        super().__init__(id="workouts", compact=True)


class WorkoutsScreen(Page):
    """The shipped workouts and the runner's own, with the one that is stood on drawn beneath."""

    CSS_PATH = CSS
    ABOUT = "Your own workouts are opened to be changed, the shipped ones as a copy of your own."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "new", id="workouts.new", tooltip="write a new one"),
        Binding(
            "d,delete", "delete", "delete", id="workouts.delete", key_display="d", tooltip="delete one of your own"
        ),
        Binding("u", "bring_back", "bring back", id="workouts.bring-back", tooltip="bring back what was deleted last"),
        Binding("q,escape", "leave", "leave", id="workouts.leave", key_display="q"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._entries: tuple[Entry[Workout], ...] = ()
        self._list = WorkoutList()

    def compose(self) -> ComposeResult:
        yield Line(id="edit-title")
        yield self._list
        yield Log(id="about")
        yield SessionBar(None, id="bar")
        yield Line(id="edit-total")
        yield Line(id="notice")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.notice("")
        self._refill("seed-start")
        self._list.focus()

    def on_resize(self) -> None:
        """Titles get the room there is."""
        self._refill()

    def _refill(self, at: str = "") -> None:
        """Read the folders anew and stand on ``at``, or where it stood."""
        before = at or (entry.name if (entry := self._here()) else "")
        self._entries = self._desk.own.catalogue.entries()
        self._list.set_options(Option(self._row(entry)) for entry in self._entries)
        names = [entry.name for entry in self._entries]
        if names:
            self._list.highlighted = names.index(before) if before in names else 0
        own = sum(1 for entry in self._entries if entry.own)
        self.query_one("#edit-title", Line).show(f"Workouts · {own} of your own", f"{len(names)} in all")
        self.offer_keys()

    def stand_on(self, name: str) -> None:
        """Put the cursor on the workout of this name."""
        self._list.highlighted = [entry.name for entry in self._entries].index(name)

    def _row(self, entry: Entry[Workout]) -> Text:
        width = min(28, max(12, self.size.width // 3))
        drafted = self._desk.drafts.read(f"own-{entry.name}" if entry.own else f"new-my-{entry.name}")
        mark = "broken" if isinstance(entry.outcome, CoachError) else "your own" if entry.own else ""
        marks = " · ".join(filter(None, (mark, "draft" if drafted else "")))
        title = "" if isinstance(entry.outcome, CoachError) else entry.outcome.name or ""
        row = Text(no_wrap=True, overflow="ellipsis", end="")
        row.append(f"{entry.name[:width]:<{width}}  ", "bold" if entry.own else "")
        row.append(f"{marks}  " if marks else "")
        return row.append(title)

    def _here(self) -> Entry[Workout] | None:
        at = self._list.highlighted
        return self._entries[at] if at is not None and at < len(self._entries) else None

    def on_option_list_option_highlighted(self) -> None:
        """Draw it."""
        entry = self._here()
        if entry is None:
            return
        about, total = self.query_one("#about", Log), self.query_one("#edit-total", Line)
        bar = self.query_one(SessionBar)
        bar.display = not isinstance(entry.outcome, CoachError)
        if isinstance(entry.outcome, CoachError):
            about.fix([str(entry.outcome)])
            total.show("")
        else:
            timeline = compile_timeline(entry.outcome)
            bar.take(timeline)
            about.fix([entry.outcome.description or entry.outcome.name or ""])
            total.show(f"{total_words(timeline)} · {len(timeline.intervals)} intervals")
        self.offer_keys()

    def on_option_list_option_selected(self) -> None:
        """A click."""
        self.action_open()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What makes no sense now is not offered."""
        match action:
            case "delete":
                entry = self._here()
                return entry is not None and entry.own
            case "bring_back":
                return self._desk.own.last_deleted() is not None
            case _:
                return super().check_action(action, parameters)

    def action_open(self) -> None:
        """Edit it, or a copy of it."""
        entry = self._here()
        if entry is None:
            return
        try:
            opened = self._desk.own.open(entry.name)
        except CoachError as error:
            self.notice(str(error), trouble=True)
            return
        self._edit(opened)

    def action_new(self) -> None:
        """Write a new one."""
        self._edit(self._desk.own.new())

    def _edit(self, opened: Opened) -> None:
        self.notice("")
        open_over(self, EditorScreen(self._desk, opened), lambda _: self._refill())

    def action_delete(self) -> None:
        """Delete one of one's own, after a question."""
        entry = self._here()
        if entry is None or not entry.own:
            return

        def chosen(answer: str | None) -> None:
            if answer:
                try:
                    self._desk.own.delete(entry.file)
                    self.notice(f"{entry.name} is deleted. u brings it back.")
                except CoachError as error:
                    self.notice(f"Not deleted: {error}", trouble=True)
                self._refill()

        question = f"Delete your workout “{entry.name}”?"
        choose(self, question, (Answer("y", "delete", "delete it; u brings it back", harms=True),), chosen)

    def action_bring_back(self) -> None:
        """Bring back what was deleted last."""
        aside = self._desk.own.last_deleted()
        if aside is None:
            return
        try:
            file = self._desk.own.bring_back(aside)
        except CoachError as error:
            self.notice(f"Not brought back: {error}", trouble=True)
            return
        self._refill(file.stem)
        self.notice(f"{file.stem} is back.")

    def action_leave(self) -> None:
        """Nothing is left undone here."""
        self.dismiss(None)
