"""A setting in a long form: drawn in one piece until it is entered, an entry from then on."""

from collections.abc import Sequence
from textwrap import wrap
from typing import NamedTuple

from rich.style import Style
from rich.text import Text
from textual.app import RenderResult
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Input

from coach.errors import CoachError
from coach.tui.entries import Choice, Entry, Read, typed_in

LABEL = 20  # cells, as for the entries of this screen in edit.tcss
NARROW_INDENT = 2


class Asked(NamedTuple):
    """What a setting asks for. ``choices`` are what is chosen and how it reads; without any it is typed."""

    label: str
    usual: str
    choices: tuple[tuple[str, str], ...]
    read: Read
    about: str
    remark: str

    def control(self, typed: str) -> Input | Choice:
        """What it is typed into or chosen with."""
        return Choice(self.choices, typed) if self.choices else typed_in(typed, self.usual)

    def words(self, typed: str) -> tuple[str, bool]:
        """How the control reads, and whether that is a value."""
        if self.choices:
            return f"◂ {dict(self.choices).get(typed, typed)} ▸", True
        return (typed, True) if typed else (self.usual, False)


class SettingRow(Widget):
    """Shows what an Entry shows; the entry itself is made when somebody goes there: hundreds of widgets open slowly."""

    def __init__(self, name: str, asked: Asked, typed: str) -> None:
        super().__init__(name=name)
        self.asked = asked
        self.entry: Entry | None = None
        self._typed = typed
        self._problem = self._judged()

    async def enter(self) -> None:
        """Let the focus be on it. Keys that come meanwhile wait, if the one who waits for this is the app."""
        if self.entry is None:
            asked = self.asked
            self.entry = Entry(
                self.name or "", asked.label, asked.control(self._typed), asked.read,
                about=asked.about, remark=asked.remark,
            )  # fmt: skip
            await self.mount(self.entry)
        self.screen.set_focus(self.entry.control, scroll_visible=False)
        self.scroll_visible(animate=False)

    @property
    def typed(self) -> str:
        """What stands in it."""
        return self.entry.typed if self.entry else self._typed

    def take(self, typed: str) -> None:
        """Let this stand in it."""
        if self.entry:
            self.entry.take(typed)
            return
        self._typed = typed
        self._problem = self._judged()
        self.refresh(layout=True)

    @property
    def problem(self) -> str:
        """What is wrong with it."""
        return self.entry.problem if self.entry else self._problem

    def check(self) -> bool:
        """Judge what is typed, and whether it is right."""
        return self.entry.check() if self.entry else not self._problem

    def _judged(self) -> str:
        try:
            self.asked.read(self._typed)
        except CoachError as error:
            return " ".join(str(error).split())
        return ""

    async def on_click(self) -> None:
        """A click goes there."""
        await self.enter()

    # What is shown until then

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as the entry would take."""
        if self.entry:
            return super().get_content_height(container, viewport, width)
        return 1 + len(self._message_rows(max(LABEL + 1, width)))

    def render(self) -> RenderResult:
        if self.entry:
            return ""
        width = self.size.width
        words, is_value = self.asked.words(self._typed)
        field = Text(words, self._style("field" if is_value else "usual"), no_wrap=True, end="")
        field.truncate(max(0, width - LABEL), overflow="ellipsis", pad=True)
        label = Text(f"{self.asked.label:<{LABEL}}"[:LABEL], "bold", no_wrap=True, end="")
        style = self._style("trouble" if self._problem else "message")
        rows = [Text(row, style, no_wrap=True, end="") for row in self._message_rows(max(LABEL + 1, width))]
        return Text("\n", end="").join([Text.assemble(label, field, end=""), *rows])

    def _message_rows(self, width: int) -> list[str]:
        is_low, is_narrow = self.screen.has_class("-low"), self.screen.has_class("-narrow")
        if is_low and not self._problem:
            return []
        indent = " " * (NARROW_INDENT if is_narrow or is_low else LABEL)
        folded = (wrap(line, width, initial_indent=indent, subsequent_indent=indent) for line in self._lines())
        return [row for rows in folded for row in rows]

    def _lines(self) -> Sequence[str]:
        """What stands beneath it: what is wrong, else what it means; and what is to be said besides."""
        return [*filter(None, (f"! {self._problem}" if self._problem else self.asked.about, self.asked.remark))]

    def _style(self, name: str) -> Style:
        return self.screen.get_component_rich_style(f"setting--{name}")
