"""The workout editor: steps as text or row by row, with the session they make drawn beneath as one types."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import ContentSwitcher, OptionList, Static, TextArea

from coach.clock import Clock
from coach.errors import CoachError, StorageError
from coach.library.drafts import Drafts
from coach.library.own_workouts import Opened, OwnWorkouts, Written, check, check_title, check_words
from coach.library.workout_files import check_file_name
from coach.model import outline
from coach.model.syntax import SyntaxProblem, parse_places
from coach.model.timeline import Timeline, compile_timeline, total_words
from coach.tui.choose import Answer, choose
from coach.tui.edit_page import EditPage
from coach.tui.entries import Entry, Paragraph, typed_in
from coach.tui.plan_rows import first_interval, plan_rows
from coach.tui.step_list import StepList
from coach.tui.steps_text import StepsText
from coach.tui.widgets import ROOMY, KeyBar, Line, SessionBar

PANES = ("text", "steps", "about")
PANE_WORDS = {"text": "text", "steps": "steps", "about": "name"}


class Desk(NamedTuple):
    """What the editor works with."""

    own: OwnWorkouts
    drafts: Drafts
    clock: Clock


def draft_name(opened: Opened) -> str:
    """Under which name what is typed of it is kept."""
    return f"{'own' if opened.file else 'new'}-{opened.written.name}"


class PlanBar(SessionBar):
    """The session that is written; ▲ is where the cursor is."""

    DIMS = False


class EditorScreen(EditPage):
    """Edits ``opened``. The text is the truth: a step changed in the list changes the text, and undo undoes both."""

    ABOUT = (
        "Write a workout as text, or step by step; F2 turns the page. Nothing is written to its file before you save."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f2,ctrl+t",
            "turn",
            "steps",
            id="editor.turn",
            key_display="F2",
            priority=True,
            tooltip="text, step by step, name",
        ),
        Binding("ctrl+z", "undo", "undo", id="editor.undo", show=False, tooltip="undo the last change of the steps"),
        Binding("ctrl+y", "redo", "redo", id="editor.redo", show=False, tooltip="do again what was undone"),
        Binding(
            "f8", "delete", "delete", id="editor.delete", key_display="F8", tooltip="delete the file; F9 undoes it"
        ),
        Binding("f9", "bring_back", "bring back", id="editor.bring-back", key_display="F9", tooltip="undo deleting"),
    ]

    def __init__(self, desk: Desk, opened: Opened) -> None:
        super().__init__(desk.drafts, desk.clock, draft_name(opened))
        self._desk = desk
        self._opened = opened
        self._typed = opened.written
        self._problem: SyntaxProblem | None = None
        self._pane = "text"
        self._looked_at: str | None = None
        self._aside: Path | None = None
        self._text = StepsText(opened.written.steps)
        self._list = StepList(self._text)
        self._entries = _entries(opened.written)

    def compose(self) -> ComposeResult:
        yield Line(id="edit-title")
        with Horizontal(id="edit-body"):
            with ContentSwitcher(initial="pane-text", id="edit-panes"):
                with Horizontal(id="pane-text"):
                    yield self._text
                with Horizontal(id="pane-steps"):
                    yield self._list
                with VerticalScroll(id="pane-about", can_focus=False):
                    yield from self._entries.values()
            with VerticalScroll(id="edit-plan"):
                yield Static(id="edit-plan-text", markup=False)
        yield Static(id="edit-problem", markup=False)
        yield PlanBar(None, id="bar")
        yield Line(id="edit-total")
        yield Line(id="notice")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.notice(self._opened.note)
        self._text.focus()
        self._look()
        self.drafts.offer(self._take_draft)

    # What is shown

    @property
    def written(self) -> Written:
        """What is typed."""
        words = {name: entry.typed for name, entry in self._entries.items()}
        return Written(words["name"].strip(), words["title"], words["description"], self._text.text)

    @property
    def is_changed(self) -> bool:
        """Whether something typed is not saved."""
        return self._typed != self._opened.written

    @property
    def is_wrong(self) -> bool:
        """Whether the text makes no sense."""
        return self._problem is not None

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Draw what is typed."""
        if event.text_area is self._text and self._text.text != self._looked_at:
            self.notice("")
            self._look()

    def on_text_area_selection_changed(self) -> None:
        """Mark in the bar where the cursor is."""
        self._show_place()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Mark in the bar where the row is."""
        event.stop()
        self._show_place()

    def on_step_list_edited(self, event: StepList.Edited) -> None:
        """The list changed the text."""
        self._look(event.row)
        self.notice(event.words)

    def on_step_list_told(self, event: StepList.Told) -> None:
        """The list has something to say."""
        self.notice(event.words, trouble=event.trouble)

    def on_entry_changed(self) -> None:
        """Something was typed about it."""
        self.note_change()

    def _look(self, row: int | None = None) -> None:
        """Take in the text: the session it makes, or what is wrong with it."""
        self._looked_at = text = self._text.text
        try:
            workout, placed = parse_places(text)
            self._problem = None
            self._list.show(outline.rows_of(placed), row)
            self._show_plan(compile_timeline(workout))
        except SyntaxProblem as problem:
            self._problem = problem
            if outline.has_steps(text):
                self._list.hold()
            else:
                self._list.show(())
        self._text.mark(self._problem)
        words = "" if self._problem is None else f"! {' '.join(str(self._problem).split())}"
        line = self.query_one("#edit-problem", Static)
        line.update(words)
        line.display = bool(words)
        self.set_class(self._problem is not None, "-stale")
        self._show_place()
        self.note_change()

    def _show_plan(self, timeline: Timeline) -> None:
        self.query_one(PlanBar).take(timeline)
        count = len(timeline.intervals)
        words = f"{total_words(timeline)} · {count} {'interval' if count == 1 else 'intervals'}"
        self.query_one("#edit-total", Line).show(words)
        self.query_one("#edit-plan-text", Static).update("\n".join(plan_rows(timeline)))

    def _show_place(self) -> None:
        bar = self.query_one(PlanBar)
        row = self._row_here()
        if self._problem is not None or row is None:
            bar.show(None, 0.0, "", "")
        else:
            bar.show(first_interval(self._list.rows, row), 0.0, "", "")

    def _row_here(self) -> int | None:
        if not self._list.rows or self._pane == "about":
            return None
        if self._pane == "steps":
            return self._list.highlighted
        at = self._text.position
        inside = [n for n, row in enumerate(self._list.rows) if row.placed.start <= at <= row.placed.end]
        return inside[-1] if inside else None

    @property
    def _state(self) -> str:
        if self._aside is not None:
            return "deleted"
        if self.is_changed:
            return "changed"
        return "saved" if self._opened.file else "not saved"

    def on_resize(self) -> None:
        """The title has more room, or less."""
        self.note_change()

    def note_change(self) -> None:
        """Take in what is typed."""
        self._typed = self.written
        pages = " ".join(f"[{words}]" if pane == self._pane else words for pane, words in PANE_WORDS.items())
        pages = pages if self.size.width >= ROOMY else f"[{PANE_WORDS[self._pane]}]"
        self.query_one("#edit-title", Line).show(f"{self._typed.name or 'no name'} · {self._state}", pages)
        if self.is_changed:
            self.drafts.touch()
        self.offer_keys()

    # Drafts

    def draft(self) -> dict[str, str] | None:
        """What is typed and not saved, and the file it was typed over."""
        return {**asdict(self._typed), "base": self._opened.text} if self.is_changed else None

    def _take_draft(self, draft: dict[str, str]) -> None:
        self._take(Written(*(draft.get(name, "") for name in ("name", "title", "description", "steps"))))
        if self._opened.file is not None:
            self._opened = replace(self._opened, text=draft.get("base", self._opened.text))
        self.notice("The draft is back. It is not saved yet.")

    def _take(self, written: Written) -> None:
        """Let ``written`` stand in the fields, as one change that can be undone in the text."""
        self._text.become(written.steps)
        for name, entry in self._entries.items():
            if entry.typed != getattr(written, name):
                entry.take(getattr(written, name))
        self._look()

    # Saving, discarding, deleting

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What makes no sense now is not offered."""
        match action:
            case "delete":
                return self._opened.file is not None
            case "bring_back":
                return self._aside is not None
            case _:
                return super().check_action(action, parameters)

    def save(self, *, leave: bool) -> None:
        """Write the file, if nothing is wrong and nothing is lost by it."""
        self._typed = written = self.written
        try:
            check(written)
        except CoachError as error:
            self._show_wrong(error)
            return
        question = ""
        if self._desk.own.is_taken(self._opened, written.name):
            question = f"You have another workout “{written.name}” already."
        elif self._desk.own.is_changed_elsewhere(self._opened):
            question = f"The file of “{written.name}” was changed by another program since you opened it."
        if not question:
            self._write(leave=leave)
            return

        def chosen(answer: str | None) -> None:
            if answer:
                self._write(leave=leave, force=True)
            else:
                self.action_turn("about")

        answers = (
            Answer("enter", "", "give it another name"),
            Answer("r", "replace", "replace it with this one", harms=True),
        )
        choose(self, question, answers, chosen)

    def _write(self, *, leave: bool, force: bool = False) -> None:
        try:
            self._opened = self._desk.own.save(self._opened, self._typed, force=force)
        except CoachError as error:
            self.notice(f"Not saved: {error}", trouble=True)
            return
        self.drafts.drop()
        self.drafts.name, self._aside = draft_name(self._opened), None
        if leave:
            self.dismiss(None)
            return
        self.note_change()
        shadows = (
            self._opened.file is not None and (self._desk.own.catalogue.shipped / self._opened.file.name).is_file()
        )
        self.notice(f"Saved.{' It is used in place of the shipped one of that name.' if shadows else ''}")

    def _show_wrong(self, error: CoachError) -> None:
        """Say why it is not saved, and go there."""
        if isinstance(error, SyntaxProblem):
            self.action_mistake()
        else:
            self.action_turn("about")
            wrong = [entry for entry in self._entries.values() if not entry.check()]
            (wrong or [self._entries["title"]])[0].control.focus()
        self.notice(f"Not saved: {error}", trouble=True)

    def revert(self) -> None:
        """Let the fields hold what is saved."""
        self._take(self._opened.written)

    def action_delete(self) -> None:
        """Delete the file, after a question; it can be brought back."""
        file = self._opened.file
        if file is None:
            return

        def chosen(answer: str | None) -> None:
            if not answer:
                return
            try:
                self._aside = self._desk.own.delete(file)
            except StorageError as error:
                self.notice(f"Not deleted: {error}", trouble=True)
                return
            self.drafts.drop()
            self._opened = replace(self._opened, file=None, text="")
            self.drafts.name = draft_name(self._opened)
            self.note_change()
            self.notice("Deleted. F9 brings it back.")

        answers = (Answer("y", "delete", "delete it; F9 brings it back", harms=True),)
        choose(self, f"Delete your workout “{file.stem}”?", answers, chosen)

    def action_bring_back(self) -> None:
        """Undo deleting."""
        if self._aside is None:
            return
        try:
            file = self._desk.own.bring_back(self._aside)
            self._opened = self._desk.own.open(file.stem)
        except CoachError as error:
            self.notice(f"Not brought back: {error}", trouble=True)
            return
        self._aside = None
        self.drafts.name = draft_name(self._opened)
        self.note_change()
        self.notice("It is back.")

    # Pages

    def action_turn(self, pane: str = "") -> None:
        """To the next page, or to ``pane``."""
        self._pane = pane or PANES[(PANES.index(self._pane) + 1) % len(PANES)]
        self.query_one(ContentSwitcher).current = f"pane-{self._pane}"
        focus = {"text": self._text, "steps": self._list, "about": self._entries["name"].control}
        focus[self._pane].focus()
        self._show_place()
        self.note_change()

    def label_of(self, binding: Binding) -> str:
        """F2 says where it leads."""
        if binding.id == "editor.turn":
            return PANE_WORDS[PANES[(PANES.index(self._pane) + 1) % len(PANES)]]
        return super().label_of(binding)

    def action_mistake(self) -> None:
        """Go to the mistake in the text."""
        self.action_turn("text")
        if self._problem is not None:
            self._text.go_to(self._problem.line - 1, self._problem.column - 1)

    # Step by step

    def action_undo(self) -> None:
        """Undo the last change of the steps."""
        self._text.undo()
        self._look()

    def action_redo(self) -> None:
        """Do again what was undone."""
        self._text.redo()
        self._look()


def _entries(written: Written) -> dict[str, Entry]:
    """What is asked besides the steps."""
    return {
        "name": Entry(
            "name", "Name", typed_in(written.name), check_file_name, about="what it is called by: coach run NAME"
        ),
        "title": Entry("title", "Title", typed_in(written.title, "none"), check_title, about="shown above the session"),
        "description": Entry(
            "description", "About", Paragraph(written.description), check_words, about="a few words on it, if wanted"
        ),
    }
