"""What a screen looks like in every theme at once, as a text that can be read, compared and judged for contrast."""

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

from rich.style import Style
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import ModalScreen

from coach.tui.looks import THEMES

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
SHAPES = frozenset("█▁▂▃▄▅▆▇▀▌▐▔│─┌┐└┘▲╭╮╰╯▎▊▕▏▇╸╺━ ")
"""Drawn, not read; what they say stands beside them in words."""
LEAST = 4.5  # WCAG 2.2, 1.4.3


class Look(NamedTuple):
    """The colours of a cell in one theme."""

    front: str
    back: str
    manner: str

    @property
    def contrast(self) -> float:
        """From 1, nothing to be seen, to 21."""
        low, high = sorted((_luminance(self.front), _luminance(self.back)))
        return (high + 0.05) / (low + 0.05)

    def __str__(self) -> str:
        return f"{self.front} on {self.back}{self.manner}"


@cache
def _luminance(colour: str) -> float:
    """As WCAG 2.2 defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


Cell = tuple[str, Look]


async def drawn(pilot: Pilot[None]) -> list[list[Cell]]:
    """The cells of the screen, once it is drawn the same way twice."""
    before: list[list[tuple[str, Style | None]]] = []
    for _ in range(200):
        await pilot.pause()
        strips = pilot.app.screen._compositor.render_strips()
        now = [[(segment.text, segment.style) for segment in strip] for strip in strips]
        if now == before:
            return [[(character, _look(style)) for text, style in row for character in text] for row in now]
        before = now
    raise AssertionError(f"{pilot.app.screen} never comes to rest")


@cache
def _look(style: Style | None) -> Look:
    assert style is not None
    assert style.bgcolor is not None, style
    back = style.bgcolor.get_truecolor().hex
    front = style.color.get_truecolor().hex if style.color else back
    if style.reverse:
        front, back = back, front
    names = ("bold", "italic", "underline", "strike", "dim")
    return Look(front, back, "".join(f" {name}" for name in names if getattr(style, name)))


async def in_every_theme(pilot: Pilot[None], sizes: Sequence[tuple[int, int]]) -> tuple[list[str], list[str]]:
    """The screen at each of ``sizes``: its words, a letter for the looks of each cell, what those mean; and faults."""
    pictures: dict[tuple[int, int], list[list[list[Cell]]]] = {size: [] for size in sizes}
    faults: list[str] = []
    for name, theme in THEMES.items():
        pilot.app.theme = theme
        for size in sizes:
            await pilot.resize_terminal(*size)
            rows = await drawn(pilot)
            pictures[size].append(rows)
            faults += _too_faint(name, rows, _in_force(pilot))
            if [[c for c, _ in row] for row in rows] != [[c for c, _ in row] for row in pictures[size][0]]:
                faults.append(f"{name}: the words differ from those in other colours")
    return [_as_text(size, *pictures[size]) for size in sizes], faults


def _as_text(size: tuple[int, int], *pictures: list[list[Cell]]) -> str:
    words = ["".join(c for c, _ in row) for row in pictures[0]]
    looks = [
        list(zip(*([look for _, look in row] for row in each), strict=True)) for each in zip(*pictures, strict=True)
    ]
    letter = dict(zip(dict.fromkeys(look for row in looks for look in row), LETTERS, strict=False))
    lines = [f"{size[0]}×{size[1]}"]
    for text, row in zip(words, looks, strict=True):
        lines += [f"|{text.rstrip()}", f"|{''.join(letter[look] for look in row)}"]
    lines += [f"{a} {'  '.join(f'{each!s:<28}' for each in look).rstrip()}" for look, a in letter.items()]
    return "\n".join(lines) + "\n"


def _in_force(pilot: Pilot[None]) -> list[Region]:
    """Where something can be done: under a question, a form or help the rest is dimmed and need not be read."""
    screen = pilot.app.screen
    return [child.region for child in screen.children] if isinstance(screen, ModalScreen) else [screen.region]


def _too_faint(name: str, rows: list[list[Cell]], where: list[Region]) -> list[str]:
    found: dict[str, None] = {}
    for y, row in enumerate(rows):
        here = [(c, look) for x, (c, look) in enumerate(row) if any(region.contains(x, y) for region in where)]
        for look, cells in groupby(here, key=lambda cell: cell[1]):
            text = "".join(c for c, _ in cells if c not in SHAPES)
            if text and look.contrast < LEAST:
                found[f"{name}: {look}: {look.contrast:.1f} to 1: {text[:40]}"] = None
    return list(found)
