"""TOML as people write it, parsed with care: whatever it is, the answer comes soon and in one line."""

import re
import tomllib
from typing import Any

MAX_BYTES = 1_000_000
"""No file of a person's is larger."""
MAX_DOTS = 50

_STRINGS_AND_COMMENTS = re.compile(
    r"""
    '{3}.*?(?:'{3,5}|\Z)  # one that has no end goes on to the end of the text: there tomllib stops
    |\"{3}(?:\\.|[^\\])*?(?:\"{3,5}|\Z)
    |"(?:[^"\\\n]|\\.)*"
    |'[^'\n]*'
    |\#[^\n]*
    """,
    re.DOTALL | re.VERBOSE,
)


def parse_toml(text: str) -> dict[str, Any]:
    """The table in ``text``. Raises ValueError that says what is wrong."""
    if any(line.count(".") > MAX_DOTS for line in _STRINGS_AND_COMMENTS.sub("", text).splitlines()):
        # tomllib takes quadratic time and memory for a.a.a.a…: 40 kB of it keeps a Pi busy for a minute.
        raise ValueError("a key has too many dots")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError as error:
        # TOMLDecodeError is one; so is what a figure of thousands of digits raises.
        raise ValueError(f"not valid TOML: {str(error).splitlines()[0]}") from None


def check_size(size: int, kind: str) -> None:
    """Raises ValueError for a file of so many bytes that is too large to be a ``kind``."""
    if size > MAX_BYTES:
        raise ValueError(f"{size / 1_000_000:.1f} MB is too much for a {kind}")
