"""Words and times in letters large enough to read from two metres: a five-row font drawn in block characters.

A font pixel is ``across`` cells wide and ``down`` half cells high, so the same glyphs fill any terminal sharply.
"""

from collections.abc import Sequence

ROWS = 5
GAP = 1  # pixels between glyphs
MARGIN_FROM = 60  # cells: narrower terminals spend less on margins

_GLYPHS: dict[str, tuple[str, ...]] = {
    "0": ("###", "#.#", "#.#", "#.#", "###"),
    "1": (".#.", "##.", ".#.", ".#.", "###"),
    "2": ("###", "..#", "###", "#..", "###"),
    "3": ("###", "..#", ".##", "..#", "###"),
    "4": ("#.#", "#.#", "###", "..#", "..#"),
    "5": ("###", "#..", "###", "..#", "###"),
    "6": ("###", "#..", "###", "#.#", "###"),
    "7": ("###", "..#", "..#", "..#", "..#"),
    "8": ("###", "#.#", "###", "#.#", "###"),
    "9": ("###", "#.#", "###", "..#", "###"),
    ":": (".", "#", ".", "#", "."),
    ".": (".", ".", ".", ".", "#"),
    "-": ("...", "...", "###", "...", "..."),
    "+": ("...", ".#.", "###", ".#.", "..."),
    "/": ("..#", "..#", ".#.", "#..", "#.."),
    " ": ("..", "..", "..", "..", ".."),
    "A": (".##.", "#..#", "####", "#..#", "#..#"),
    "C": (".###", "#...", "#...", "#...", ".###"),
    "D": ("###.", "#..#", "#..#", "#..#", "###."),
    "E": ("####", "#...", "###.", "#...", "####"),
    "G": (".###", "#...", "#.##", "#..#", ".###"),
    "H": ("#..#", "#..#", "####", "#..#", "#..#"),
    "I": ("#", "#", "#", "#", "#"),
    "K": ("#..#", "#.#.", "##..", "#.#.", "#..#"),
    "L": ("#...", "#...", "#...", "#...", "####"),
    "M": ("#...#", "##.##", "#.#.#", "#...#", "#...#"),
    "N": ("#..#", "##.#", "#.##", "#..#", "#..#"),
    "O": (".##.", "#..#", "#..#", "#..#", ".##."),
    "P": ("###.", "#..#", "###.", "#...", "#..."),
    "R": ("###.", "#..#", "###.", "#.#.", "#..#"),
    "S": (".###", "#...", ".##.", "...#", "###."),
    "T": ("###", ".#.", ".#.", ".#.", ".#."),
    "U": ("#..#", "#..#", "#..#", "#..#", ".##."),
    "W": ("#...#", "#...#", "#.#.#", "##.##", "#...#"),
    "Y": ("#.#", "#.#", ".#.", ".#.", ".#."),
    ">": ("#..", ".#.", "..#", ".#.", "#.."),
    "!": ("#", "#", "#", ".", "#"),
}


def drawable(text: str) -> bool:
    """Whether every character of ``text`` has a large form."""
    return all(character in _GLYPHS for character in text)


def pixel_width(text: str) -> int:
    """How many font pixels wide ``text`` is. Raises KeyError if it is not drawable."""
    return sum(len(_GLYPHS[character][0]) for character in text) + GAP * max(0, len(text) - 1)


def fit(text: str, width: int, height: int, *, largest: int = 16) -> tuple[int, int] | None:
    """The largest ``(across, down)`` at which ``text`` fits into ``width`` × ``height`` cells, None if none does.

    ``down`` may be up to a half more and a third less than ``across``, so that glyphs keep their looks.
    """
    across = min(width // max(1, pixel_width(text)), largest)
    down = (2 * height) // ROWS
    if across < 1 or down < 1:
        return None
    across = min(across, max(1, down * 3 // 2))
    down = min(down, max(1, across * 3 // 2))
    return across, down


def cell_height(down: int) -> int:
    """How many rows a text with this ``down`` takes."""
    return (ROWS * down + 1) // 2


def draw(text: str, across: int, down: int) -> list[str]:
    """``text`` as rows of equal width made of ``█``, ``▀``, ``▄`` and spaces."""
    halves: list[str] = []
    for row in range(ROWS):
        line = _pixels(text, row, across)
        halves.extend([line] * down)
    if len(halves) % 2:
        halves.append(" " * len(halves[0]))
    return [_stack(upper, lower) for upper, lower in zip(halves[::2], halves[1::2], strict=True)]


def _pixels(text: str, row: int, across: int) -> str:
    gap = " " * (GAP * across)
    glyphs: Sequence[str] = [
        "".join(("#" if pixel == "#" else " ") * across for pixel in _GLYPHS[character][row]) for character in text
    ]
    return gap.join(glyphs)


def _stack(upper: str, lower: str) -> str:
    return "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))


_BLOCKS = {("#", "#"): "█", ("#", " "): "▀", (" ", "#"): "▄", (" ", " "): " "}


def band(words: Sequence[str], ornament: str, count: str, width: int, height: int) -> list[str]:
    """A word at the left, ``count`` at the right and, where there is room, ``ornament`` between: ``height`` rows.

    ``words`` are the forms of the word, best first; the first that fits is taken.
    """
    margin = 2 if width > MARGIN_FROM else 1
    room = width - 2 * margin
    sizes = {word: fit(f"{word} {count}" if count else word, room, height) for word in words}
    word = next((word for word in words if sizes[word]), words[0])
    size = sizes[word]
    if size is None:
        line = f"{word}  {ornament}  {count}".strip()
        return _centred([line], width, height)
    down = size[1]
    across = min(size[0], down)  # upright letters, so that every word has the same size
    left, right = draw(word, across, down), draw(count, across, down) if count else [""] * cell_height(down)
    free = room - len(left[0]) - len(right[0])
    fitting = [
        ornament[:n] for n in range(1, len(ornament) + 1) if pixel_width(ornament[:n]) * across + 4 * across <= free
    ]
    middle = [row.center(free) for row in draw(fitting[-1], across, down)] if fitting else [" " * free] * len(left)
    pad = " " * margin
    rows = [f"{pad}{a}{b}{c}{pad}" for a, b, c in zip(left, middle, right, strict=True)]
    return _centred(rows, width, height)


def centred(text: str, width: int, height: int) -> list[str]:
    """``text`` as large as it fits into ``width`` × ``height``, in the middle; in plain letters where it does not."""
    size = fit(text, width - 2, height)
    rows = [text] if size is None else draw(text, *size)
    return _centred(rows, width, height)


def _centred(rows: list[str], width: int, height: int) -> list[str]:
    above = max(0, (height - len(rows)) // 2)
    padded = [""] * above + rows[:height]
    padded += [""] * (height - len(padded))
    return [row.center(width)[:width] for row in padded]
