"""One question on the screen: its words, its possible answers in a row, and what is wrong beside it."""

from textwrap import wrap
from typing import Any, NamedTuple

from rich.text import Text
from textual import events
from textual.app import RenderResult
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from coach.tui.questions import FLAG_WORDS, HIGHEST, Answer, Kind

BESIDE_FROM = 76  # cells: from here on the answers stand beside the question
LABEL = 42
ROWS_ABOVE = 4  # of the form stay in sight above the warning sign in hand


class _Spot(NamedTuple):
    """Where on the field something can be clicked, and what that answers: a value, or a line of the warning signs."""

    row: int
    start: int
    end: int
    value: Any = None
    flag: int | None = None


class Field(Widget):
    """Shows an Answer, and turns keys and clicks into it.

    It never has the focus: keys that are typed fast would reach the field before the one they were meant for. The
    screen hands every key to the field that is ``current``, in order.
    """

    COMPONENT_CLASSES = {"field--chosen", "field--label", "field--error", "field--mark"}  # noqa: RUF012

    class Clicked(Message):
        """An answer was clicked on."""

        def __init__(self, field: "Field") -> None:
            super().__init__()
            self.field = field

    def __init__(self, answer: Answer) -> None:
        super().__init__(id=f"field-{answer.question.name.replace('_', '-')}")
        self.answer = answer
        self.current = False
        self._spots: list[_Spot] = []

    @property
    def help_words(self) -> str:
        """What F1 says about this question."""
        return self.answer.question.help

    @property
    def text(self) -> str:
        """What it shows."""
        return "\n".join(line.plain for line in self._lines(self.size.width or 80))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many rows as its question, answers and complaint take."""
        return len(self._lines(width))

    def render(self) -> RenderResult:
        return Text("\n", end="").join(self._lines(self.size.width))

    # What is shown

    def _lines(self, width: int) -> list[Text]:
        question = self.answer.question
        pointer = "▸ " if self.current else "  "
        label = pointer + question.text + (" (may be left out)" if question.optional else "")
        self._spots = []
        beside = width >= BESIDE_FROM
        rows = [Text(row, self._style("label"), no_wrap=True, end="")
                for row in wrap(label, LABEL if beside else max(10, width), subsequent_indent="  ")]  # fmt: skip
        at = LABEL if beside else 2
        row = len(rows) - 1 if beside else len(rows)
        if not beside:
            rows.append(Text(no_wrap=True, end=""))
        rows[row].append(" " * (at - rows[row].cell_len))
        self._append_options(rows[row], row)
        if self.answer.open:
            rows += self._flag_lines(len(rows), width)
        rows += [Text(f"  {part}", self._style("error"), no_wrap=True, end="")
                 for part in wrap(f"! {self.answer.error}", max(10, width - 2)) if self.answer.error]  # fmt: skip
        return rows

    def _append_options(self, line: Text, row: int) -> None:
        answer = self.answer
        if answer.question.kind is Kind.KM:
            line.append(f"[{self._km()}]" if self._km() else " … km ", self._style("chosen") if self._km() else "")
            return
        if answer.question.kind is Kind.SCORE:
            options = [(str(score), score, answer.value == score) for score in range(HIGHEST + 1)]
            between = ""
        else:
            options = [(choice.words, choice.value, answer.is_chosen(choice)) for choice in answer.choices]
            between = " "
        for words, value, chosen in options:
            shown = f"[{words}]" if chosen else f" {words} "
            start = line.cell_len
            line.append(shown, self._style("chosen") if chosen else "")
            self._spots.append(_Spot(row, start, line.cell_len, value))
            line.append(between)

    def _km(self) -> str:
        """What is typed, or else was answered."""
        answer = self.answer
        words = answer.typed or (f"{answer.value / 1000:g}" if answer.value is not None else "")
        return words and f"{words} km"

    def _flag_lines(self, first: int, width: int) -> list[Text]:
        rows: list[Text] = []
        for index, (flag, words) in enumerate(FLAG_WORDS):
            mark = "[x]" if flag in self.answer.marked else "[ ]"
            here = self.current and index == self.answer.at
            begins = f"  {'▸' if here else ' '}{mark} "
            style = self._style("mark") if here else ""
            for line in wrap(words, max(10, width), initial_indent=begins, subsequent_indent=" " * len(begins)):
                self._spots.append(_Spot(first + len(rows), 0, width, flag=index))
                rows.append(Text(line, style, no_wrap=True, end=""))
        return rows

    def _style(self, name: str) -> Any:
        return self.get_component_rich_style(f"field--{name}")

    # What is answered

    def make_current(self, current: bool) -> None:
        """Whether keys are meant for it. The digits of a score begin anew."""
        self.current = current
        self.answer.typed = ""
        self.set_class(current, "-current")
        self.refresh(layout=True)
        if current:
            self.scroll_visible(animate=False)

    def press(self, key: str, character: str | None) -> bool:
        """A key was pressed: digits and letters answer, ← → step, backspace takes back. Whether it meant anything."""
        answer = self.answer
        if answer.open and key in ("up", "down", "space"):
            return self._in_list(key)
        if key in ("left", "right"):
            answer.step(1 if key == "right" else -1)
        elif key in ("backspace", "delete"):
            answer.clear()
        elif character is None or not answer.press(character):
            return False
        self.refresh(layout=True)
        return True

    def complain(self, words: str) -> None:
        """Say beside it what is wrong."""
        self.answer.complain(words)
        self.refresh(layout=True)

    def _in_list(self, key: str) -> bool:
        """A key of the list of warning signs; False where it leads out of it."""
        answer = self.answer
        if key == "space":
            answer.mark(FLAG_WORDS[answer.at][0])
        else:
            to = answer.at + (1 if key == "down" else -1)
            if not 0 <= to < len(FLAG_WORDS):
                return False
            answer.at = to
        self.refresh(layout=True)
        self.call_after_refresh(self._show_flag)
        return True

    def _show_flag(self) -> None:
        """Bring the warning sign in hand into sight, once everything has its place."""
        form = self.parent
        if isinstance(form, Widget):
            row = next((spot.row for spot in self._spots if spot.flag == self.answer.at), 0)
            form.scroll_to(y=self.virtual_region.y + row - ROWS_ABOVE, animate=False)

    def on_click(self, event: events.Click) -> None:
        """A click on an answer gives it."""
        for spot in self._spots:
            if event.y == spot.row and spot.start <= event.x < spot.end:
                if spot.flag is not None:
                    self.answer.at = spot.flag
                    self.answer.mark(FLAG_WORDS[spot.flag][0])
                else:
                    self.answer.choose(spot.value)
                break
        self.refresh(layout=True)
        self.post_message(self.Clicked(self))
