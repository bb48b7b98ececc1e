"""TCX and GPX are XML: walked over from begin to end, never held as a tree, and never expanded.

Declarations of document types and entities are refused, so nothing in a file can grow or reach out.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol
from xml.parsers import expat

from coach.activities import tidy
from coach.errors import BadInput

MAX_DEPTH = 64
MAX_ELEMENTS = 10_000_000
_LONGEST_TEXT = 400
_PIECE = 1 << 16


class Taker(Protocol):
    """What makes sense of the elements of one format. Names are without their namespaces' prefixes."""

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        ...

    def closed(self, name: str, text: str, parent: str) -> None:
        """An element is over; ``text`` is what stood in it last, without space around, cut where it is long."""
        ...


class Walk:
    """Through one file, once."""

    def __init__(self, taker: Taker, name: str) -> None:
        self._taker = taker
        self._name = name
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._count = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = self._say
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse

    def through(self, data: bytes) -> str | None:
        """Hand every element on. What broke the walk off, if anything did, with its line and byte. Raises BadInput."""
        skipped = len(data) - len(data.lstrip(b" \t\r\n"))  # some programs indent the declaration, which XML forbids
        try:
            for at in range(skipped, len(data), _PIECE):
                self._parser.Parse(data[at : at + _PIECE], False)
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            byte = skipped + max(0, self._parser.ErrorByteIndex)
            return f"line {error.lineno}, byte {byte}: {expat.ErrorString(error.code)}: what follows is lost"
        except (LookupError, UnicodeError, ValueError) as error:  # of an encoding that Python does not know either
            return f"line {self._parser.CurrentLineNumber}: {error}: what follows is lost"
        return None

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._path) == MAX_DEPTH or self._count > MAX_ELEMENTS:
            deep = f"elements stand in one another more than {MAX_DEPTH} deep"
            raise BadInput(
                f"line {self._parser.CurrentLineNumber}: "
                + (deep if self._count <= MAX_ELEMENTS else f"there are more than {MAX_ELEMENTS:,} elements"),
                where=self._name,
                remedy="no watch or service writes such a file: export it again",
            )
        plain = name.rpartition(":")[2]
        self._path.append(plain)
        self._text.clear()
        self._length = 0
        self._taker.opened(plain, attributes)

    def _say(self, text: str) -> None:
        if self._length < _LONGEST_TEXT:
            self._text.append(text[:_LONGEST_TEXT])
            self._length += len(text)

    def _close(self, _name: str) -> None:
        name = self._path.pop()
        self._taker.closed(name, "".join(self._text).strip(), self._path[-1] if self._path else "")
        self._text.clear()
        self._length = 0

    def _refuse(self, *_: object) -> None:
        raise BadInput(
            f"line {self._parser.CurrentLineNumber}: it declares a document type or an entity, which no activity needs",
            where=self._name,
            remedy="do not trust the file; export it again from where it came",
        )


class _Found(Exception):
    """The root element has begun."""


class _Root:
    def __init__(self) -> None:
        self.name = ""

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002
        self.name = name
        raise _Found

    def closed(self, name: str, text: str, parent: str) -> None: ...


def root_of(data: bytes, name: str) -> tuple[str, str | None]:
    """What the root element is called, empty where there is none, and then what is in its way. Raises BadInput."""
    root = _Root()
    try:
        return "", Walk(root, name).through(data[:_PIECE])
    except _Found:
        return root.name, None


class Times:
    """Reads the times of one file, and remembers what they tell of its zone."""

    def __init__(self) -> None:
        self.offset: timedelta | None = None
        self.naive = False
        self.wrong = 0

    def read(self, text: str) -> datetime | None:
        """As an instant in UTC; None for what is no date of a recorded run."""
        try:
            at = datetime.fromisoformat(text)
            if len(text) < 16 or not 1900 < at.year < 2200:
                raise ValueError
        except ValueError:
            self.wrong += bool(text)
            return None
        ahead = at.utcoffset()
        if ahead is None:
            self.naive = True
            at = at.replace(tzinfo=UTC)
        elif ahead and self.offset is None and timedelta(hours=-12) <= ahead <= timedelta(hours=14):
            self.offset = ahead
        at = at.astimezone(UTC)
        if not tidy.EARLIEST <= at <= tidy.LATEST:
            self.wrong += 1
            return None
        return at

    def faults(self) -> list[str]:
        """What was wrong with them."""
        found: list[str] = []
        if self.naive:
            found.append("its times name no zone: they are taken for UTC")
        if self.wrong:
            found.append(f"{self.wrong} of its times are no dates of a run: left out")
        return found


def number(text: str) -> float | None:
    """The number that ``text`` is."""
    try:
        return float(text)
    except ValueError:
        return None
