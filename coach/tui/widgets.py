"""The parts of the live screen. Each keeps what it shows and repaints only when that changes."""

from collections import deque
from collections.abc import Sequence
from enum import StrEnum
from textwrap import wrap
from typing import ClassVar

from rich.text import Text
from textual.app import RenderResult
from textual.widget import Widget

from coach.model.timeline import Timeline
from coach.model.workout import Intensity
from coach.tui import bigtext
from coach.tui.bar import BarScale
from coach.tui.view import SHORT_WORD, Mode, Sign

ORNAMENT: dict[StrEnum, str] = {
    Mode.RUN: ">>>", Mode.PAUSED: "II", Mode.PAIN: "!",
    Sign.GO: ">>>", Sign.ASK: "...", Sign.WAIT: "II", Sign.REST: "II", Sign.STOP: "!!!",
}  # fmt: skip
LOG_LINES = 200
ROOMY = 60  # cells: below, keys are drawn without padding


class Line(Widget):
    """One line of text: ``left``, and ``right`` at the far end where both fit."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  (Textual's own name for it)
        super().__init__(id=id)
        self._left = self._right = ""

    def show(self, left: str, right: str = "") -> None:
        """Show these words from now on."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    @property
    def text(self) -> str:
        """What it shows."""
        return f"{self._left} {self._right}".strip()

    def render(self) -> RenderResult:
        width = self.size.width
        gap = width - len(self._left) - len(self._right)
        if not self._right or gap < 1:
            return Text(_crop(self._left, width), no_wrap=True, end="")
        return Text(f"{self._left}{' ' * gap}{self._right}", no_wrap=True, end="")


class Band(Widget):
    """RUN or WALK and which of how many, huge; colour, filling and ornament differ with the mode."""

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._shown: tuple[StrEnum, str, str] = (Mode.READY, "", "")

    def show(self, mode: StrEnum, word: str, count: str) -> None:
        """Show ``word`` and ``count`` in the looks of ``mode``."""
        if (mode, word, count) != self._shown:
            self._shown = (mode, word, count)
            self.set_classes(f"-{mode.value}")
            self.refresh()

    @property
    def text(self) -> str:
        """What it shows."""
        return " ".join(self._shown[1:]).strip()

    def render(self) -> RenderResult:
        mode, word, count = self._shown
        words = (word, SHORT_WORD.get(word, word))
        rows = bigtext.band(words, ORNAMENT.get(mode, ""), count, self.size.width, self.size.height)
        return Text("\n".join(rows), no_wrap=True, end="")


class BigTime(Widget):
    """A time, as large as it fits."""

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._time = ""

    def show(self, time: str, mode: Mode) -> None:
        """Show ``time`` in the colour of ``mode``."""
        if time != self._time:
            self._time = time
            self.refresh()
        if not self.has_class(f"-{mode.value}"):
            self.set_classes(f"-{mode.value}")

    @property
    def text(self) -> str:
        """What it shows."""
        return self._time

    def render(self) -> RenderResult:
        rows = bigtext.centred(self._time, self.size.width, self.size.height)
        return Text("\n".join(rows), no_wrap=True, end="")


class SessionBar(Widget):
    """The whole session drawn to scale: runs stand taller than walks, what is done is dim, ▲ is here.

    Where nothing is done yet, as in the editor, ``DIMS`` is False.
    """

    DIMS: ClassVar[bool] = True

    COMPONENT_CLASSES = {"bar--run", "bar--walk", "bar--done", "bar--mark"}  # noqa: RUF012  (Textual's own form)

    def __init__(self, timeline: Timeline | None, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._timeline = timeline
        self._scale: BarScale | None = None
        self._cell: int | None = None
        self._at: tuple[int | None, float] = (None, 0.0)
        self._ends = ("", "")

    def take(self, timeline: Timeline) -> None:
        """Draw another session from now on."""
        if timeline != self._timeline:
            self._timeline, self._scale = timeline, None
            self.refresh()

    def show(self, index: int | None, share: float, elapsed: str, left: str) -> None:
        """Show the position, and the times under the bar's two ends."""
        self._at = (index, share)
        cell = self._cell_now()
        if (cell, (elapsed, left)) != (self._cell, self._ends):
            self._cell, self._ends = cell, (elapsed, left)
            self.refresh()

    @property
    def position(self) -> int | None:
        """The cell of the position, None before the start and after the end."""
        return self._cell

    def render(self) -> RenderResult:
        width, height = self.size
        if width < 1 or height < 1 or self._timeline is None:
            return Text("")
        self._cell = self._cell_now()
        rows = [self._blocks(self._timeline, row, max(1, height - 1)) for row in range(max(1, height - 1))]
        if height > 1:
            rows.append(self._legend(width))
        return Text("\n", end="").join(rows)

    def _cell_now(self) -> int | None:
        width = self.size.width
        if width < 1 or self._timeline is None:
            return None
        if self._scale is None or self._scale.width != width:
            self._scale = BarScale(self._timeline, width)
        index, share = self._at
        return None if index is None else self._scale.cell(index, share)

    def _blocks(self, timeline: Timeline, row: int, rows: int) -> Text:
        run, walk, done = (self.get_component_rich_style(f"bar--{name}") for name in ("run", "walk", "done"))
        text = Text(no_wrap=True, end="")
        cells = self._scale.cells if self._scale else []
        for cell, index in enumerate(cells):
            intensity = timeline.intervals[index].intensity
            colour = run if intensity.is_run else walk
            past = self.DIMS and self._cell is not None and cell < self._cell
            text.append(_block(intensity, row, rows), done if past else colour)
        return text

    def _legend(self, width: int) -> Text:
        elapsed, left = self._ends
        line = [" "] * width
        cell = self._cell
        if cell is None:
            _put(line, 0, elapsed)
            _put(line, width - len(left), left)
            return Text("".join(line), no_wrap=True, end="")
        line[cell] = "▲"
        _put(line, 0 if cell > len(elapsed) else cell + 2, elapsed)
        _put(line, width - len(left) if cell < width - len(left) - 1 else cell - len(left) - 1, left)
        text = Text("".join(line), no_wrap=True, end="")
        text.stylize(self.get_component_rich_style("bar--mark"), cell, cell + 1)
        return text


def _block(intensity: Intensity, row: int, rows: int) -> str:
    if intensity.is_run:
        return "█"
    if rows > 1:
        whole = "▁" if intensity is Intensity.REST else "█"
        return whole if row == rows - 1 else " "
    return "▁" if intensity is Intensity.REST else "▄"


def _put(line: list[str], at: int, words: str) -> None:
    if at >= 0 and at + len(words) <= len(line):
        line[at : at + len(words)] = words


class Log(Widget):
    """The newest lines that fit; or, before the start, lines that stay."""

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._lines: deque[str] = deque(maxlen=LOG_LINES)
        self._fixed: Sequence[str] | None = None

    def add(self, line: str) -> None:
        """Append a line."""
        self._lines.append(line)
        self.refresh()

    def fix(self, lines: Sequence[str] | None) -> None:
        """Show ``lines`` instead of the log; None goes back to it."""
        if lines != self._fixed:
            self._fixed = lines
            self.refresh()

    @property
    def text(self) -> str:
        """All lines it keeps."""
        return "\n".join(self._fixed if self._fixed is not None else self._lines)

    def render(self) -> RenderResult:
        width, height = self.size
        if self._fixed is None:
            lines = [_crop(line, width) for line in self._lines]
            return Text("\n".join(lines[-height:] if height else ()), no_wrap=True, end="")
        folded = [part for line in self._fixed for part in (wrap(line, width) or [""])] if width > 0 else []
        return Text("\n".join(folded[:height]), no_wrap=True, end="")


class KeyBar(Widget):
    """The keys that do something now, as many as fit, the most wanted first; or one question."""

    COMPONENT_CLASSES = {"keys--key"}  # noqa: RUF012

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._keys: Sequence[tuple[str, str]] = ()
        self._question = ""

    def show(self, keys: Sequence[tuple[str, str]]) -> None:
        """Show these (key, what it does) pairs."""
        if keys != self._keys:
            self._keys = keys
            self.refresh()

    def ask(self, question: str) -> None:
        """Show a question instead of the keys; empty for the keys again."""
        if question != self._question:
            self._question = question
            self.set_class(bool(question), "-asking")
            self.refresh()

    @property
    def text(self) -> str:
        """What it shows, were there room for all."""
        return self._question or "  ".join(f"{key} {label}" for key, label in self._keys)

    def render(self) -> RenderResult:
        width, height = self.size
        if self._question:
            return Text(self._question, end="")
        style = self.get_component_rich_style("keys--key")
        pad, between = (" ", "  ") if width >= ROOMY else ("", "  ")
        rows: list[Text] = [Text(no_wrap=True, end="")]
        for key, label in self._keys:
            item = Text.assemble((f"{pad}{key}{pad}", style), f" {label}")
            if rows[-1].cell_len + item.cell_len + len(between) > width:
                if len(rows) == height:
                    continue
                rows.append(Text(no_wrap=True, end=""))
            if rows[-1]:
                rows[-1].append(between)
            rows[-1].append_text(item)
        return Text("\n", end="").join(rows)


def _crop(line: str, width: int) -> str:
    return line if len(line) <= width else f"{line[: max(0, width - 1)]}…"
