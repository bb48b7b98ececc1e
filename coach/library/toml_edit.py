"""Change some values in a TOML text and leave every other character as it is: comments, order, unknown keys.

Only keys at the top of the file and in tables one level deep, as the coach's own files have them. Each change is proved
before it is given back: read again, the text must hold what was asked for and nothing else must have changed.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any, NamedTuple

from coach.errors import BadInput

Path = tuple[str, ...]
Value = str | int | bool

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_KEY_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_BLANKS = re.compile(r"(?:[ \t\n\r]|#[^\n]*)*")
_STRING = re.compile(r'''"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*\'''', re.DOTALL)
_PLAIN = re.compile(r"[^,\]}#\n\r]+")
_LINE_END = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")


class _Entry(NamedTuple):
    """One ``key = value``: the text of the whole is ``[start:end]``, that of the value ``[value:end]``."""

    path: Path
    start: int
    value: int
    end: int


class _Scan(NamedTuple):
    """``headers`` are the ends of the lines ``[table]`` by name; ``top`` is where the first such line begins."""

    entries: tuple[_Entry, ...]
    headers: dict[Path, int]
    top: int


def set_values(text: str, changes: Mapping[Path, Value | None], where: str) -> str:
    """``text`` with ``changes``: a path such as ``("cues", "halfway")`` → its new value, None to take it out.

    Raises BadInput naming ``where`` if the text is no TOML, or is written in a way that this cannot change safely.
    """
    wanted = _read(text, where)
    for path, value in changes.items():
        _set(wanted, path, value)
    result = text
    for path, value in changes.items():
        result = _changed(result, path, value)
    try:
        if tomllib.loads(result) == wanted:
            return result
    except ValueError:
        pass
    raise BadInput(
        "the file is written in a way that cannot be changed without losing something",
        where=where,
        remedy=f"change {', '.join('.'.join(path) for path in changes)} in it by hand",
    )


def literal(value: Value) -> str:
    """``value`` as TOML writes it; of text with several lines, those lines."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if "\n" not in value:
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if "'''" not in value and not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", value):
        return f"'''\n{value}'''"
    escaped = json.dumps(value, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f").replace("\\n", "\n")
    return f'"""\n{escaped}"""'


def _read(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        first = (str(error) or "nested too deeply").splitlines()[0]
        raise BadInput(f"not valid TOML: {first}", where=where, remedy="mend the file, or move it away") from None


def _set(table: dict[str, Any], path: Path, value: Value | None) -> None:
    for key in path[:-1]:
        found = table.get(key)
        if not isinstance(found, dict):
            if value is None:
                return
            found = table[key] = {}
        table = found  # pyright: ignore[reportUnknownVariableType]
    if value is None:
        table.pop(path[-1], None)
    else:
        table[path[-1]] = value


def _changed(text: str, path: Path, value: Value | None) -> str:
    scan = _scan(text)
    found = next((entry for entry in scan.entries if entry.path == path), None)
    if found is None:
        return text if value is None else _added(text, scan, path, value)
    if value is not None:
        return text[: found.value] + literal(value) + text[found.end :]
    line = text.rfind("\n", 0, found.start) + 1
    rest = _LINE_END.match(text, found.end)
    if text[line : found.start].strip() or rest is None:
        return _without_member(text, found)
    return text[:line] + text[rest.end() :]


def _without_member(text: str, found: _Entry) -> str:
    """Take a member out of an inline table, with the comma behind it or before it."""
    if behind := re.compile(r"[ \t]*,[ \t]*").match(text, found.end):
        return text[: found.start] + text[behind.end() :]
    before = re.sub(r"[ \t]*,[ \t]*\Z", "", text[: found.start])
    return before + text[found.end :]


def _added(text: str, scan: _Scan, path: Path, value: Value) -> str:
    words = literal(value)
    key = path[-1] if _BARE.fullmatch(path[-1]) else json.dumps(path[-1], ensure_ascii=False)
    if len(path) == 1:
        return _line_at(text, _after_last(text, scan, (), scan.top), f"{key} = {words}")
    table = path[:-1]
    if table in scan.headers:
        return _line_at(text, _after_last(text, scan, table, scan.headers[table]), f"{key} = {words}")
    inline = next((entry for entry in scan.entries if entry.path == table), None)
    if inline is not None and text[inline.value] == "{":
        inside = text[inline.value + 1 : inline.end - 1].strip()
        return text[: inline.value] + f"{{ {inside}{', ' if inside else ''}{key} = {words} }}" + text[inline.end :]
    if any(entry.path[:-1] == table for entry in scan.entries):  # written cues.halfway = true
        at = _after_last(text, scan, table, scan.top)
        return _line_at(text, at, f"{'.'.join(table)}.{key} = {words}")
    gap = "" if not text.strip() else "\n" if text.endswith("\n") else "\n\n"
    return f"{text}{gap}[{'.'.join(table)}]\n{key} = {words}\n"


def _after_last(text: str, scan: _Scan, table: Path, otherwise: int) -> int:
    """The end of the line of the last entry directly in ``table``."""
    ends = [entry.end for entry in scan.entries if entry.path[:-1] == table]
    if not table:
        ends = [entry.end for entry in scan.entries if entry.end <= scan.top]
    if not ends:
        return otherwise
    rest = _LINE_END.match(text, max(ends))
    return rest.end() if rest else max(ends)


def _line_at(text: str, at: int, line: str) -> str:
    before = text[:at]
    gap = "" if not before or before.endswith("\n") else "\n"
    return f"{before}{gap}{line}\n{text[at:]}"


# Reading the text, which is known to be TOML


def _scan(text: str) -> _Scan:
    entries: list[_Entry] = []
    headers: dict[Path, int] = {}
    table: Path = ()
    top: int | None = None
    at = _skip(text, 0)
    while at < len(text):
        if text[at] == "[":
            top = text.rfind("\n", 0, at) + 1 if top is None else top
            brackets = 2 if text.startswith("[[", at) else 1
            table, at = _key(text, _skip(text, at + brackets))
            at = text.index("]", at) + brackets
            if brackets == 1:
                rest = _LINE_END.match(text, at)
                headers[table] = rest.end() if rest else at
            else:
                table = (*table, "[]")
        else:
            start = at
            key, at = _key(text, at)
            value = _skip(text, text.index("=", at) + 1)
            at = _value_end(text, value)
            entries.append(_Entry((*table, *key), start, value, at))
            if text[value] == "{":
                entries += _members(text, value, (*table, *key))
        at = _skip(text, at)
    return _Scan(tuple(entries), headers, len(text) if top is None else top)


def _members(text: str, at: int, table: Path = ()) -> list[_Entry]:
    """Of the inline table that begins at ``at``."""
    found: list[_Entry] = []
    at = _skip(text, at + 1)
    while text[at] != "}":
        start = at
        key, at = _key(text, at)
        value = _skip(text, text.index("=", at) + 1)
        at = _value_end(text, value)
        found.append(_Entry((*table, *key), start, value, at))
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def _skip(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _key(text: str, at: int) -> tuple[Path, int]:
    parts: list[str] = []
    while part := _KEY_PART.match(text, at):
        word = part.group()
        parts.append(word if word[0] not in "\"'" else next(iter(tomllib.loads(f"{word} = 1"))))
        at = part.end()
        dot = _DOT.match(text, at)
        if dot is None:
            break
        at = dot.end()
    return tuple(parts), at


def _value_end(text: str, at: int) -> int:
    if found := _STRING.match(text, at):
        return found.end()
    if text[at] == "{":
        inner = _members(text, at)
        return text.index("}", inner[-1].end if inner else at) + 1
    if text[at] == "[":
        at = _skip(text, at + 1)
        while text[at] != "]":
            at = _skip(text, at + 1 if text[at] == "," else _value_end(text, at))
        return at + 1
    plain = _PLAIN.match(text, at)
    assert plain is not None, "a value is there"
    return at + len(plain.group().rstrip())
