"""Draws what was done of what was planned: the whole session in two rows, and each interval as a bar with figures."""

from itertools import groupby
from typing import Any

from rich.text import Text
from textual.app import RenderResult
from textual.geometry import Size
from textual.widget import Widget

from coach.tui.bar import BarScale
from coach.tui.done import REMARK, DoneRow, DoneView

WIDEST = 40  # cells of a bar
NARROWEST = 3
HURT = "!"


class _Done(Widget):
    """What is done is full, what was only planned is dotted: it can be told apart without colour."""

    COMPONENT_CLASSES = {"done--run", "done--walk", "done--open", "done--hurt"}  # noqa: RUF012  (Textual's own form)

    def __init__(self, view: DoneView, *, id: str) -> None:  # noqa: A002  (Textual's own name for it)
        super().__init__(id=id)
        self.view = view

    @property
    def text(self) -> str:
        """What it shows."""
        return "\n".join(line.plain for line in self.lines(self.size.width or 80))

    def lines(self, width: int) -> list[Text]:
        """Its rows at this width."""
        raise NotImplementedError

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many rows as it has."""
        return len(self.lines(width))

    def render(self) -> RenderResult:
        return Text("\n", end="").join(self.lines(self.size.width))

    def style(self, name: str) -> Any:
        """A colour by its name."""
        return self.get_component_rich_style(f"done--{name}")


class DoneBar(_Done):
    """The whole session to scale, runs taller than walks; ``!`` is where pain was marked."""

    def lines(self, width: int) -> list[Text]:
        """Two rows."""
        if width < 1:
            return []
        upper, lower = Text(no_wrap=True, end=""), Text(no_wrap=True, end="")
        for index, cells in groupby(BarScale(self.view.timeline, width).cells):
            row, many = self.view.rows[index], len(list(cells))
            full = round(many * row.share)
            mark = min(full, many - 1) if row.hurt else None
            for cell in range(many):
                full_here = cell < full
                style = self.style("open" if not full_here else "run" if row.is_run else "walk")
                tall = ("█" if full_here else "░") if row.is_run else " "
                upper.append(tall, style)
                if cell == mark:
                    lower.append(HURT, self.style("hurt"))
                else:
                    lower.append(tall if row.is_run else "█" if full_here else "·", style)
        return [upper, lower]


class DoneRows(_Done):
    """Each interval: its name, how much of it was done as a bar and in figures, and what was not as planned."""

    def lines(self, width: int) -> list[Text]:
        """A row for each."""
        rows = self.view.rows
        name = max(len(row.name) for row in rows)
        figures = max(len(row.figures) for row in rows)
        bar = min(WIDEST, width - name - figures - REMARK - 3)
        bar = bar if bar >= NARROWEST else 0
        longest = max(max(row.done_ns, row.planned_ns or 0) for row in rows) or 1
        return [self._line(row, name, figures, bar, longest) for row in rows]

    def _line(self, row: DoneRow, name: int, figures: int, bar: int, longest: int) -> Text:
        line = Text(f"{row.name:<{name}} ", no_wrap=True, end="")
        if bar:
            done = _cells(row.done_ns, bar, longest)
            whole = max(done, _cells(row.planned_ns or 0, bar, longest))
            full, half, still = ("█", "▌", "░") if row.is_run else ("▄", "▖", "·")
            if done == whole and row.share < 1:  # too short to be drawn to scale, but not whole
                done, still = (whole - 1, still) if whole > 1 else (0, half if row.done_ns else still)
            line.append(full * done, self.style("run" if row.is_run else "walk"))
            line.append(still * (whole - done), self.style("open"))
            line.append(" " * (bar - whole + 1))
        line.append(f"{row.figures:>{figures}} ")
        line.append(row.remark, self.style("hurt") if row.hurt else "")
        return line


def _cells(ns: int, bar: int, longest: int) -> int:
    """What was begun has a cell, however short it was."""
    return max(1, round(ns * bar / longest)) if ns else 0
