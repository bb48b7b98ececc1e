"""Lines of a layout as lines that are read out, for ``coach --plain``."""

import json
import re

_GAP = re.compile(r"  +(?![(\[ ])")
"""Between columns, and before a line that stands in."""


def a_fact(line: str) -> str:
    """A line of a layout as one that is read out: what columns tell apart, signs do. Of an empty line nothing is left.

    JSON is for programs, and stays as it is.
    """
    words, end = line.removesuffix("\n").strip(" "), "\n" if line.endswith("\n") else ""
    if not words or _is_json(words):
        return f"{words}{end}" if words else ""
    name, *columns = _GAP.split(words)
    name, *columns = (" ".join(column.split()) for column in (name, *columns))
    told = ", ".join(columns)
    return f"{name}{' ' if name[-1] in ':.,;' else ': '}{told}{end}" if told else f"{name}{end}"


def _is_json(words: str) -> bool:
    if words[0] not in "[{":
        return False
    try:
        json.loads(words)
    except ValueError:
        return False
    return True
