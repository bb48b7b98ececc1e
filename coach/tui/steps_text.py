"""A workout's steps as text, with the mistake marked."""

from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from coach.model.syntax import SyntaxProblem
from coach.tui.entries import obey_in_order

TEXT_HELP = """\
Steps stand between commas or line ends: 5m walk, 8x(1m run, 2m walk), 5m walk
How long: 30s  5m  1m30s  1:30  400mtr  1.5km  open
What: run, walk, warmup, cooldown, rest
A name in quotes, targets with @: 1m run "easy" @170-180spm @140-150bpm @Z2 @RPE3-4
A repeat: 8x( … ). What follows a # is for you. m is minutes, mtr metres."""


class StepsText(TextArea):
    """The text of the steps. ``mark`` shows where it makes no sense."""

    help_words = TEXT_HELP
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "undo", "undo", id="editor.undo", show=False, tooltip="undo the last change of the steps"),
        Binding("ctrl+y", "redo", "redo", id="editor.redo", show=False, tooltip="do again what was undone"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"steps-text--problem"}

    def __init__(self, text: str) -> None:
        super().__init__(text, compact=True, id="steps-text", highlight_cursor_line=False)
        self._problem: tuple[int, int] | None = None

    async def _on_key(self, event: events.Key) -> None:
        await obey_in_order(self, event)

    def mark(self, problem: SyntaxProblem | None) -> None:
        """Mark the place of ``problem``; None: there is none."""
        place = None if problem is None else (problem.line - 1, problem.column - 1)
        if place != self._problem:
            self._problem = place
            self._line_cache.clear()  # pyright: ignore[reportUnknownMemberType]  # else lines are not drawn anew
            self.refresh()

    def get_line(self, line_index: int) -> Text:
        """The line as it is drawn, with the mark in it."""
        line = super().get_line(line_index)
        if self._problem is not None and self._problem[0] == line_index and len(line):
            column = min(self._problem[1], len(line) - 1)  # at the end of a line the last character stands for it
            line.stylize(self._problem_style(), column, column + 1)
        return line

    def _problem_style(self) -> Style:
        return self.get_component_rich_style("steps-text--problem")

    @property
    def position(self) -> int:
        """The character the cursor is before, from 0."""
        row, column = self.cursor_location
        return sum(len(line) + 1 for line in self.text.split("\n")[:row]) + column

    def become(self, text: str) -> None:
        """Let it hold ``text``: one edit of what differs, to be undone as one."""
        old = self.text
        if text == old:
            return
        start = _shared(old, text)
        tail = _shared(old[start:][::-1], text[start:][::-1])
        self.history.checkpoint()
        self.replace(text[start : len(text) - tail], self._location(old, start), self._location(old, len(old) - tail))
        self.history.checkpoint()

    def go_to(self, line: int, column: int) -> None:
        """Put the cursor there; both from 0."""
        self.cursor_location = (line, column)
        self.scroll_cursor_visible(center=True)

    @staticmethod
    def _location(text: str, at: int) -> tuple[int, int]:
        return text.count("\n", 0, at), at - (text.rfind("\n", 0, at) + 1)


def _shared(a: str, b: str) -> int:
    """How many characters both begin with."""
    for at, (one, other) in enumerate(zip(a, b, strict=False)):
        if one != other:
            return at
    return min(len(a), len(b))
