"""Names and notes as people type them, for terminals and files that others read."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator


def plain(text: str) -> str:
    """``text`` on one line: line breaks and tabs are spaces, what else steers a terminal is gone."""
    spaced = "".join(" " if letter in "\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029" else letter for letter in text)
    return "".join(letter for letter in spaced if unicodedata.category(letter) != "Cc" and letter not in _DIRECTIONS)


_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn round what follows them on a line."""

Plain = Annotated[str, AfterValidator(plain)]
"""A name or note, made plain."""
