"""A workout text changed step by step: each edit touches only the piece it is about, so comments and layout stay.

The text is the model; :func:`outline` reads its rows. Every edit takes the text and the number of a row and gives the
text and the row to stand on afterwards. Pure. Raises SyntaxProblem where ``text`` or what would come of it is wrong,
and OutlineProblem where the edit makes no sense.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from coach.errors import BadInput
from coach.model.syntax import Placed, parse, parse_places
from coach.model.syntax_words import format_step
from coach.model.workout import MAX_REPEATS, Block, Repeat, Step

INDENT = "    "
_LINE_END = re.compile(r"[ \t]*[,;]?[ \t]*(?:#[^\n]*)?(?=\n|\Z)")
_SEPARATOR = re.compile(r"[ \t]*[,;][ \t]*")
_BLANK = re.compile(r"(?:[ \t,;\n]|#[^\n]*)*")


class OutlineProblem(BadInput):
    """The edit cannot be made here."""


class Row(NamedTuple):
    """A step, or a repeat whose steps follow with one more ``depth``.

    ``siblings`` are the numbers of the rows beside it, itself among them; ``parent`` is the row of the repeat around
    it, None at the top.
    """

    placed: Placed
    depth: int
    parent: int | None
    siblings: tuple[int, ...]

    @property
    def block(self) -> Block:
        return self.placed.block

    @property
    def words(self) -> str:
        """As it is written: ``1m run``, or ``8 times``."""
        return f"{self.block.count} times" if isinstance(self.block, Repeat) else format_step(self.block)


class Edited(NamedTuple):
    """What an edit gives: the text, and the row to stand on (None where no row is left)."""

    text: str
    row: int | None


Edit = Callable[[str], Edited]
Act = Callable[[str, int], Edited]
"""Edits of a text, and of a text at a row."""


def has_steps(text: str) -> bool:
    """Whether anything but comments is written."""
    return bool(text[_blank_to(text) :])


def outline(text: str) -> tuple[Row, ...]:
    """The rows of ``text``, in order; none where no step is written yet."""
    return rows_of(parse_places(text)[1]) if has_steps(text) else ()


def rows_of(placed: tuple[Placed, ...]) -> tuple[Row, ...]:
    """The rows of a text that has been read already."""
    rows: list[Row] = []
    _collect(placed, 0, None, rows)
    return tuple(rows)


def _collect(placed: tuple[Placed, ...], depth: int, parent: int | None, rows: list[Row]) -> None:
    numbers: list[int] = []
    for each in placed:
        number = len(rows)
        numbers.append(number)
        rows.append(Row(each, depth, parent, ()))
        _collect(each.inner, depth + 1, number, rows)
    for number in numbers:
        rows[number] = rows[number]._replace(siblings=tuple(numbers))


def change(text: str, number: int, step: Step) -> Edited:
    """Write ``step`` in place of the step in row ``number``."""
    placed = outline(text)[number].placed
    return _checked(_put(text, placed.start, placed.end, format_step(step)), number)


def change_count(text: str, number: int, count: int) -> Edited:
    """Let the repeat in row ``number`` have ``count`` rounds."""
    placed = outline(text)[number].placed
    digits = re.match(r"[0-9]+", text[placed.start :])
    assert digits is not None, "a repeat begins with its count"
    return _checked(_put(text, placed.start, placed.start + digits.end(), str(_count(count))), number)


def add(text: str, number: int | None, step: Step) -> Edited:
    """Write ``step`` after row ``number`` (after a repeat, not into it); None: behind all that is there."""
    rows = outline(text)
    words = format_step(step)
    if not rows:
        return _checked(f"{text}\n{words}" if text.strip() else words, 0)
    after = rows[number if number is not None else rows[0].siblings[-1]].placed
    return _row_at(*_insert(text, after, words))


def delete(text: str, number: int) -> Edited:
    """Take row ``number`` out; a repeat with all its steps, and a repeat that would be left empty too."""
    rows = outline(text)
    while len(rows[number].siblings) == 1 and (parent := rows[number].parent) is not None:
        number = parent
    result = _without(text, rows[number].placed)
    left = len(outline(result))
    return Edited(result, min(number, left - 1) if left else None)


def move(text: str, number: int, direction: int) -> Edited:
    """Move row ``number`` up (-1) or down (1) by one: a step goes into and out of repeats, a repeat passes them."""
    rows = outline(text)
    row = rows[number]
    at = row.siblings.index(number)
    if not 0 <= at + direction < len(row.siblings):
        return _move_out(text, rows, number, direction)
    other = rows[row.siblings[at + direction]]
    if isinstance(row.block, Step) and isinstance(other.block, Repeat):
        inner = other.placed.inner[0 if direction > 0 else -1]
        return _carry(text, row.placed, inner, before=direction > 0)
    first, second = sorted((row.placed, other.placed), key=lambda placed: placed.start)
    return _swap(text, first, second, follow=row.placed)


def wrap(text: str, number: int, count: int, steps: int = 1) -> Edited:
    """Put row ``number`` and the ones beside it, ``steps`` in all, into a repeat of ``count`` rounds."""
    rows = outline(text)
    siblings = rows[number].siblings
    at = siblings.index(number)
    if not 1 <= steps <= len(siblings) - at:
        raise OutlineProblem(
            f"there are {len(siblings) - at} steps from here on this level",
            remedy=f"write a number from 1 to {len(siblings) - at}",
        )
    start, end = rows[number].placed.start, rows[siblings[at + steps - 1]].placed.end
    return _checked(_put(text, start, end, f"{_count(count)}x({text[start:end]})"), number)


def unwrap(text: str, number: int) -> Edited:
    """Leave the steps of the repeat in row ``number``, once, without the repeat."""
    placed = outline(text)[number].placed
    if placed.opens is None or placed.closes is None:
        raise OutlineProblem("this is no repeat", remedy="stand on the line that says how many times")
    inner = text[placed.opens : placed.closes]
    # A comment behind the last step would swallow what follows the bracket.
    last = placed.inner[-1].end - placed.opens
    tail = "\n" if "#" in inner[last:] else ""
    return _checked(_put(text, placed.start, placed.end, inner.strip() + tail), number)


# How the pieces are put together


def _count(count: int) -> int:
    if not 1 <= count <= MAX_REPEATS:
        raise OutlineProblem(f"{count} times is not possible", remedy=f"write a number from 1 to {MAX_REPEATS}")
    return count


def _put(text: str, start: int, end: int, words: str) -> str:
    return text[:start] + words + text[end:]


def _checked(text: str, row: int) -> Edited:
    parse(text)
    return Edited(text, row)


def _blank_to(text: str) -> int:
    found = _BLANK.match(text)
    return found.end() if found else 0


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _is_alone(text: str, placed: Placed) -> bool:
    """Whether nothing but a comment stands beside it on its lines."""
    before = text[_line_start(text, placed.start) : placed.start]
    return not before.strip() and _LINE_END.match(text, placed.end) is not None


def _insert(text: str, beside: Placed, words: str, *, before: bool = False) -> tuple[str, int]:
    """``words`` behind or before ``beside``, and where they stand; on their own line if that has one."""
    own_line = "\n" in text and _is_alone(text, beside)
    indent = text[_line_start(text, beside.start) : beside.start]
    if before:
        return _put(text, beside.start, beside.start, f"{words}\n{indent}" if own_line else f"{words}, "), beside.start
    if own_line:
        _, end = _span(text, beside)
        return _put(text, end, end, f"\n{indent}{words}"), end + 1 + len(indent)
    return _put(text, beside.end, beside.end, f", {words}"), beside.end + 2


def _without(text: str, placed: Placed) -> str:
    """``text`` without it, and without the separator and the line it leaves empty; a comment of its line goes too."""
    start, end = placed.start, placed.end
    line_start = _line_start(text, start)
    if _is_alone(text, placed):
        line_end = _LINE_END.match(text, end)
        assert line_end is not None
        stop = line_end.end()
        if stop < len(text):
            return text[:line_start] + text[stop + 1 :]
        return text[: max(0, line_start - 1)]
    if separator := _SEPARATOR.match(text, end):
        return text[:start] + text[separator.end() :]
    before = text[:start].rstrip(" \t")
    if before.endswith((",", ";")):
        return before[:-1].rstrip(" \t") + text[end:]
    return text[:start] + text[end:]


def _span(text: str, placed: Placed) -> tuple[int, int]:
    """From its start to the end of its line's comment."""
    end = _LINE_END.match(text, placed.end)
    return placed.start, end.end() if end else placed.end


def _swap(text: str, first: Placed, second: Placed, follow: Placed) -> Edited:
    whole = _is_alone(text, first) and _is_alone(text, second)
    a, b = (_span(text, each) if whole else (each.start, each.end) for each in (first, second))
    result = text[: a[0]] + text[slice(*b)] + text[a[1] : b[0]] + text[slice(*a)] + text[b[1] :]
    at = a[0] if follow is second else b[0] + (b[1] - b[0]) - (a[1] - a[0])
    return _row_at(result, at)


def _carry(text: str, placed: Placed, beside: Placed, *, before: bool) -> Edited:
    """Take ``placed`` out and write it before or behind ``beside``, elsewhere in the text."""
    marked, at = _insert(text, beside, text[placed.start : placed.end], before=before)
    if (beside.start if before else beside.end) <= placed.start:
        shift = len(marked) - len(text)
        return _row_at(_without(marked, placed._replace(start=placed.start + shift, end=placed.end + shift)), at)
    result = _without(marked, placed)
    return _row_at(result, at - (len(marked) - len(result)))


def _row_at(text: str, at: int) -> Edited:
    """``text`` and the row that begins at the character ``at``. Raises SyntaxProblem if it has become too much."""
    rows = outline(text)
    return Edited(text, min(range(len(rows)), key=lambda number: abs(rows[number].placed.start - at)))


def _move_out(text: str, rows: tuple[Row, ...], number: int, direction: int) -> Edited:
    row = rows[number]
    if row.parent is None:
        raise OutlineProblem(
            "it is the last already" if direction > 0 else "it is the first already", remedy="move it the other way"
        )
    if len(row.siblings) == 1:
        raise OutlineProblem(
            "it is the only step of its repeat", remedy="delete it, or take the repeat away and leave its steps"
        )
    return _carry(text, row.placed, rows[row.parent].placed, before=direction < 0)
