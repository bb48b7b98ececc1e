"""Columns over time in block characters, each an eighth of a row fine. Pure."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

AXIS = 4  # cells left of the columns: the highest figure and a space
_EIGHTHS = " ▁▂▃▄▅▆▇█"
UNKNOWN = "?"


class Point(NamedTuple):
    """A figure at an instant; None where it is not known."""

    at: datetime
    value: float | None


def chart(title: str, points: Sequence[Point], top: float, width: int, height: int, zone: tzinfo | None) -> list[str]:
    """``height`` rows of ``width`` cells: the title, the columns from 0 to ``top``, and the dates of both ends.

    Where several points share a column the highest is shown; one that is not known is a question mark at the foot.
    """
    rows = max(1, height - 2)
    cells = max(1, width - AXIS)
    columns = _columns(points, cells)
    lines = [title[:width]]
    for row in range(rows):
        label = f"{top:g}" if row == 0 else "0" if row == rows - 1 else ""
        filled = "".join(_cell(column, top, rows - 1 - row, rows) for column in columns)
        lines.append(f"{label:>{AXIS - 1}} {filled}")
    if points and height > 2:
        first, last = (f"{p.at.astimezone(zone):%Y-%m-%d}" for p in (points[0], points[-1]))
        between = " " * max(1, cells - len(first) - len(last))
        lines.append(f"{'':{AXIS}}{first}{between}{last}"[:width])
    return lines[:height]


def _columns(points: Sequence[Point], cells: int) -> list[float | str | None]:
    """For each cell the highest figure, a question mark where none is known, None where nothing was."""
    columns: list[float | str | None] = [None] * cells
    if not points:
        return columns
    start, span = points[0].at, (points[-1].at - points[0].at).total_seconds() or 1.0
    for point in points:
        at = min(cells - 1, int((point.at - start).total_seconds() / span * cells))
        before = columns[at]
        if point.value is None:
            columns[at] = before if before is not None else UNKNOWN
        else:
            columns[at] = point.value if not isinstance(before, float | int) else max(before, point.value)
    return columns


def _cell(value: float | str | None, top: float, row: int, rows: int) -> str:
    """The part of a column in ``row``, counted from the foot. A figure of 0 still leaves a mark there."""
    if value is None or isinstance(value, str):
        return (value or " ") if row == 0 else " "
    eighths = round(min(value, top) / top * rows * 8) if top else 0
    if row == 0:
        eighths = max(eighths, 1)
    return _EIGHTHS[max(0, min(8, eighths - row * 8))]
