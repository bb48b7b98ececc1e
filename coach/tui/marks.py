"""Several of a few words: each can be marked."""

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

BETWEEN = 2  # cells


class Marks(Widget, can_focus=True):
    """``[x] achilles  [ ] bone``. Left and right move, space or a click marks, a first letter marks the next such word.

    Its value is the marked words with commas between, as they would be typed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "step(1)", "next choice", id="choice.next", show=False),
        Binding("left", "step(-1)", "choice before", id="choice.previous", show=False),
    ]
    COMPONENT_CLASSES = {"marks--here"}  # noqa: RUF012  (Textual's own form)
    value: reactive[str] = reactive("", init=False, layout=True)
    at: reactive[int] = reactive(0)

    class Changed(Message):
        """Another word is marked, or one no more."""

    def __init__(self, words: tuple[str, ...], value: str = "") -> None:
        super().__init__()
        self._words = words
        self.set_reactive(Marks.value, value)

    @property
    def marked(self) -> list[str]:
        """The words that are."""
        return [word for word in self.value.split(",") if word]

    def watch_value(self) -> None:
        self.post_message(self.Changed())

    def mark(self, word: str) -> None:
        """Mark a word, or take the mark back."""
        chosen = set(self.marked) ^ {word}
        self.value = ",".join(each for each in self._words if each in chosen)

    def action_step(self, by: int) -> None:
        """To the next word (1), or the one before (-1)."""
        self.at = (self.at + by) % len(self._words)

    def on_key(self, event: events.Key) -> None:
        """Space marks the word in hand, a letter the next one that begins with it."""
        letter = (event.character or "").casefold()
        if event.key == "space":
            event.stop()
            self.mark(self._words[self.at])
            return
        order = [(self.at + n) % len(self._words) for n in range(1, len(self._words) + 1)]
        found = next((n for n in order if letter.strip() and self._words[n].startswith(letter)), None)
        if found is not None:
            event.stop()
            self.at = found
            self.mark(self._words[found])

    def on_click(self, event: events.Click) -> None:
        """On a word: mark it."""
        for row, start, end, number in self._places(self.size.width):
            if event.y == row and start <= event.x < end:
                self.at = number
                self.mark(self._words[number])

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many rows as the words take."""
        return self._places(width)[-1][0] + 1

    def render(self) -> RenderResult:
        rows: list[Text] = []
        here = self.get_component_rich_style("marks--here")
        for row, start, _, number in self._places(self.size.width):
            if row == len(rows):
                rows.append(Text(no_wrap=True, end=""))
            word = self._words[number]
            rows[row].append(" " * (start - rows[row].cell_len))
            shown = f"[{'x' if word in self.marked else ' '}] {word}"
            rows[row].append(shown, here if self.has_focus and number == self.at else "")
        return Text("\n", end="").join(rows)

    def _places(self, width: int) -> list[tuple[int, int, int, int]]:
        """Of every word its row, the cells it begins and ends at, and its number."""
        found: list[tuple[int, int, int, int]] = []
        row, at = 0, 0
        for number, word in enumerate(self._words):
            wide = len(word) + 4
            if at and at + wide > width:
                row, at = row + 1, 0
            found.append((row, at, at + wide, number))
            at += wide + BETWEEN
        return found
