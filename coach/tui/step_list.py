"""A workout's steps row by row: added, changed, moved, deleted and repeated, each act a change of the text."""

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from coach.errors import CoachError
from coach.model import outline
from coach.model.outline import Row
from coach.model.workout import Repeat, Step
from coach.tui.choose import open_over
from coach.tui.step_form import NEW_STEP, Repeating, repeat_form, step_form
from coach.tui.steps_text import StepsText

LIST_HELP = """\
A row is a step, or a repeat with its steps indented beneath. Moving a step past the edge of a repeat takes it out;
moving it onto a repeat takes it in. Your comments and lines stay as you typed them."""


class StepList(OptionList):
    """The rows of a workout. Its keys are actions of the screen around it."""

    help_words = LIST_HELP
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,c", "change", "change", id="steps.change", key_display="Enter"),
        Binding("a", "add", "add", id="steps.add", tooltip="add a step after this one"),
        Binding("r", "repeat", "repeat", id="steps.repeat", tooltip="repeat this step and the next ones"),
        Binding(
            "d,delete",
            "remove",
            "delete",
            id="steps.delete",
            key_display="d",
            tooltip="delete this row; u brings it back",
        ),
        Binding("u", "undo", "undo", id="steps.undo", tooltip="undo the last change"),
        Binding("K,shift+up", "move(-1)", "up", id="steps.up", tooltip="move this row up", key_display="K"),
        Binding("J,shift+down", "move(1)", "down", id="steps.down", tooltip="move this row down", key_display="J"),
        Binding("x", "unwrap", "once", id="steps.once", tooltip="take the repeat away, leave its steps"),
    ]

    class Edited(Message):
        """The text was changed: ``row`` is the one to stand on (None: as before), ``words`` what to say."""

        def __init__(self, row: int | None, words: str) -> None:
            super().__init__()
            self.row = row
            self.words = words

    class Told(Message):
        """There is something to say."""

        def __init__(self, words: str, *, trouble: bool) -> None:
            super().__init__()
            self.words = words
            self.trouble = trouble

    def __init__(self, text: StepsText) -> None:
        """``text`` is what its acts change."""
        super().__init__(id="steps-list", compact=True)
        self._text = text
        self.rows: tuple[Row, ...] = ()
        self._is_stale = False

    def show(self, rows: tuple[Row, ...], at: int | None = None) -> None:
        """Show ``rows``; ``at`` is the one to stand on, None: where it stands."""
        before = self.highlighted if at is None else at
        self._is_stale = False
        if rows != self.rows:
            self.rows = rows
            self.set_options(Option(_row_words(row)) for row in rows)
        if rows:
            self.highlighted = min(before or 0, len(rows) - 1)

    def hold(self) -> None:
        """The text makes no sense at the moment: these rows are those from before."""
        self._is_stale = True

    def action_add(self) -> None:
        """Add a step after the row."""
        here = self.highlighted if self.rows else None

        def made(step: Step | None) -> None:
            if step is not None:
                self._edit(lambda text: outline.add(text, here, step))

        if self._is_readable():
            open_over(self, step_form("A new step", NEW_STEP), made)

    def action_change(self) -> None:
        """Change the step, or how many times it is repeated."""
        here = self._here()
        if here is None:
            return
        block = self.rows[here].block
        if isinstance(block, Repeat):

            def counted(repeating: Repeating | None) -> None:
                if repeating is not None:
                    self._edit(lambda text: outline.change_count(text, here, repeating.rounds))

            open_over(self, repeat_form("How many times?", block.count, None), counted)
            return

        def made(step: Step | None) -> None:
            if step is not None and step != block:
                self._edit(lambda text: outline.change(text, here, step))

        open_over(self, step_form("Change the step", block), made)

    def action_repeat(self) -> None:
        """Put the row and the next ones into a repeat."""
        here = self._here()
        if here is None:
            return
        siblings = self.rows[here].siblings

        def made(repeating: Repeating | None) -> None:
            if repeating is not None:
                self._edit(lambda text: outline.wrap(text, here, *repeating))

        most = len(siblings) - siblings.index(here)
        open_over(self, repeat_form("Repeat from this row on", 2, most), made)

    def action_unwrap(self) -> None:
        """Take the repeat away and leave its steps."""
        self._at_row(outline.unwrap)

    def action_remove(self) -> None:
        """Delete the row."""
        self._at_row(outline.delete, "Deleted. u brings it back.")

    def action_move(self, direction: int) -> None:
        """Move the row up (-1) or down (1)."""
        self._at_row(lambda text, here: outline.move(text, here, direction))

    def action_undo(self) -> None:
        """Undo the last change of the steps."""
        self._text.undo()
        self.post_message(self.Edited(None, ""))

    def _at_row(self, act: outline.Act, words: str = "") -> None:
        here = self._here()
        if here is not None:
            self._edit(lambda text: act(text, here), words)

    def _here(self) -> int | None:
        return self.highlighted if self._is_readable() and self.rows else None

    def _is_readable(self) -> bool:
        if self._is_stale and self.rows:
            self._tell("The text has a mistake: F4 goes there. Then the steps can be changed here.", trouble=True)
            return False
        return True

    def _tell(self, words: str, *, trouble: bool) -> None:
        self.post_message(self.Told(words, trouble=trouble))

    def _edit(self, act: outline.Edit, words: str = "") -> None:
        try:
            edited = act(self._text.text)
        except CoachError as error:
            self._tell(str(error), trouble=True)
            return
        self._text.become(edited.text)
        self.post_message(self.Edited(edited.row, words))


def _row_words(row: Row) -> Text:
    words = Text("  " * row.depth, no_wrap=True, overflow="ellipsis", end="")
    if isinstance(row.block, Step):
        words.append("▶ " if row.block.intensity.is_run else "· ")
        words.append(row.words, "bold" if row.block.intensity.is_run else "")
    else:
        words.append(f"↻ {row.words}", "bold")
    return words
