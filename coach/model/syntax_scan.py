"""The words and signs of the workout syntax, each with its place; and the error that points at a place."""

import re
import unicodedata
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from coach.errors import BadInput

MAX_TEXT = 500_000
"""Characters. The longest text that a workout within its limits is ever written as has about half of this."""

EXCERPT_WIDTH = 72


class SyntaxProblem(BadInput):
    """A workout text that makes no sense, and where.

    ``line`` and ``column`` count characters from 1. ``place`` is the file, empty for typed text. ``picture`` is the
    line in question and a caret under the column, for terminals.
    """

    def __init__(
        self, what: str, *, remedy: str, line: int, column: int, source_line: str = "", lines: int = 1, place: str = ""
    ) -> None:
        spot = f"column {column}" if lines == 1 and not place else f"line {line}, column {column}"
        super().__init__(what, remedy=remedy, where=f"{place}, {spot}" if place else spot)
        self.line = line
        self.column = column
        self.source_line = source_line
        self.place = place
        self.picture = _picture(source_line, column)

    def within(self, place: str, line: int, column: int, source_line: str) -> "SyntaxProblem":
        """The same problem at its place in a file that holds the text."""
        return SyntaxProblem(
            self.what, remedy=self.remedy, line=line, column=column, source_line=source_line, place=place
        )


def _picture(line: str, column: int) -> tuple[str, str]:
    start = max(0, column - 1 - EXCERPT_WIDTH // 2)
    cut = "".join(character if _is_plain(character) else "�" for character in line[start : start + EXCERPT_WIDTH])
    before = cut[: column - 1 - start]
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in before)
    return ("…" if start else "") + cut, " " * (width + (1 if start else 0)) + "^"


def _is_plain(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ" or character == " "


def quoted(text: str) -> str:
    """A piece of the text to show in an error: one line, not too long, nothing that garbles a terminal."""
    plain = "".join(c if _is_plain(c) else f"<U+{ord(c):04X}>" for c in text[:24])
    return f"“{plain}…”" if len(text) > 24 else f"“{plain}”"


class Token(NamedTuple):
    """``kind`` is the name of a group of the pattern below, or ``end``; ``at`` counts characters from 0."""

    kind: str
    text: str
    at: int


_TOKEN = re.compile(
    r"""(?P<blank>(?:[ \t\u00a0\u2000-\u200a\u202f\u3000\ufeff]|\#[^\n]*)+)
    |(?P<separator>[,;\n])
    |(?P<string>"(?:[^"\\\n]|\\["\\])*"|[“„”][^“”\n]*[“”])
    |(?P<clock>[0-9]+(?::[0-9]+)+)
    |(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
    |(?P<word>[^\W\d_]+(?:-[^\W\d_]+)*)
    |(?P<mark>[()@×*:–-])""",
    re.VERBOSE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def is_times(token: Token) -> bool:
    """Whether it is the x of ``8x(…)``."""
    return token.text in ("x", "X", "×", "*")


class Scanner:
    """Tokens one by one, with any look ahead; ends with one of kind ``end`` for ever."""

    def __init__(self, text: str) -> None:
        """Raises SyntaxProblem for a text that is too long or holds control characters."""
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")
        if len(text) > MAX_TEXT:
            raise SyntaxProblem(
                f"the text is longer than {MAX_TEXT:,} characters",
                remedy="write what repeats as a repeat: 8x(1m run, 2m walk)",
                line=1,
                column=1,
            )
        if found := _CONTROL.search(self.text):
            raise self.problem(
                found.start(), f"a control character, U+{ord(found.group()):04X}", "delete it, or type it again"
            )
        self.taken_to = 0
        """Where the last token that was taken ends, from 0."""
        self._tokens = self._scan()
        self._ahead: deque[Token] = deque()

    def peek(self, ahead: int = 0) -> Token:
        """The next token, or the one ``ahead`` after it, without taking it."""
        while len(self._ahead) <= ahead:
            self._ahead.append(next(self._tokens))
        return self._ahead[ahead]

    def take(self) -> Token:
        token = self.peek()
        self._ahead.popleft()
        self.taken_to = token.at + len(token.text)
        return token

    def problem(self, at: int, what: str, remedy: str) -> SyntaxProblem:
        """The error for the character ``at`` (from 0)."""
        start = self.text.rfind("\n", 0, at) + 1
        end = self.text.find("\n", at)
        return SyntaxProblem(
            what,
            remedy=remedy,
            line=self.text.count("\n", 0, at) + 1,
            column=at - start + 1,
            source_line=self.text[start : end if end >= 0 else None],
            lines=self.text.rstrip("\n").count("\n") + 1,
        )

    def fail(self, token: Token, what: str, remedy: str) -> NoReturn:
        """Raise the error for ``token``."""
        raise self.problem(token.at, what, remedy)

    def _scan(self) -> Iterator[Token]:
        at = 0
        while at < len(self.text):
            found = _TOKEN.match(self.text, at)
            if found is None:
                raise self._unreadable(at)
            if found.lastgroup != "blank":
                yield Token(found.lastgroup or "", found.group(), at)
            at = found.end()
        while True:
            yield Token("end", "", at)

    def _unreadable(self, at: int) -> SyntaxProblem:
        character = self.text[at]
        if character in '"“”„':
            return self.problem(
                at, "this quote is never closed", 'end the name with " in the same line; write \\" for a quote in it'
            )
        if character in "[]{}":
            return self.problem(at, f"repeats use round brackets, not {character}", "write 8x(1m run, 2m walk)")
        if character in "'’′″":
            return self.problem(at, f"{character} is not used here", "write 5m for minutes and 30s for seconds")
        if character == "+":
            return self.problem(at, "+ is not used here", "put a comma between steps: 5m walk, 1m run")
        return self.problem(at, f"{quoted(character)} is not used here", "write steps such as 5m walk, 1m run")
