"""Changing values in a TOML text: what was asked for, and not a character more."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.errors import BadInput
from coach.library.toml_edit import Path, Value, literal, set_values

FILE = """\
# my settings
volume = 80   # loud enough
voice = 'pack' # the shipped one
stray = [ "a # b", { x = "}" } ] # unknown

[cues]   # kinds
# halfway is too much
halfway = false # really
"odd key" = "kept"

[other]
volume = 3
"""


@pytest.mark.parametrize(
    ("changes", "before", "after"),
    [
        ({("volume",): 60}, "volume = 80   #", "volume = 60   #"),
        ({("voice",): 'it"s'}, "voice = 'pack' #", 'voice = "it\\"s" #'),
        ({("cues", "halfway"): True}, "halfway = false #", "halfway = true #"),
        ({("cues", "last"): True}, '"kept"\n', '"kept"\nlast = true\n'),
        ({("rate",): 90}, "# unknown\n", "# unknown\nrate = 90\n"),
        ({("volume",): None}, "volume = 80   # loud enough\n", ""),
        ({("stray",): 7}, '[ "a # b", { x = "}" } ] #', "7 #"),
        ({("keys", "today.run"): "g"}, "volume = 3\n", 'volume = 3\n\n[keys]\n"today.run" = "g"\n'),
        ({("nothing",): None}, "", ""),
        ({("cues", "odd key"): None}, '"odd key" = "kept"\n', ""),
    ],
)
def test_only_what_was_asked_for_changes(changes: dict[Path, Value | None], before: str, after: str) -> None:
    assert set_values(FILE, changes, "x.toml") == (FILE.replace(before, after, 1) if before else FILE)


@pytest.mark.parametrize(
    ("text", "path", "after"),
    [
        ("", ("volume",), "volume = 1\n"),
        ("", ("cues", "halfway"), "[cues]\nhalfway = 1\n"),
        ("a = 1", ("cues", "halfway"), "a = 1\n\n[cues]\nhalfway = 1\n"),
        ("a = 1", ("volume",), "a = 1\nvolume = 1\n"),
        ("cues = { halfway = true, last = false }", ("cues", "halfway"), "cues = { halfway = 1, last = false }"),
        ("cues = {}", ("cues", "halfway"), "cues = { halfway = 1 }"),
        ("cues.last = true\n[b]\n", ("cues", "halfway"), "cues.last = true\ncues.halfway = 1\n[b]\n"),
        ("[cues]", ("cues", "halfway"), "[cues]\nhalfway = 1\n"),
        ("# only a comment", ("volume",), "# only a comment\nvolume = 1\n"),
        ("[[list]]\nvolume = 2\n", ("volume",), "volume = 1\n[[list]]\nvolume = 2\n"),
        ('d = """\nvolume = 3 # no\n"""\nvolume = 4', ("volume",), 'd = """\nvolume = 3 # no\n"""\nvolume = 1'),
        ("volume = 4\r\nrate = 5\r\n", ("volume",), "volume = 1\r\nrate = 5\r\n"),
    ],
)
def test_wherever_a_value_stands(text: str, path: Path, after: str) -> None:
    assert set_values(text, {path: 1}, "x.toml") == after


def test_a_member_of_an_inline_table_is_taken_out_with_its_comma() -> None:
    text = "cues = { a = true, b = false }"
    assert set_values(text, {("cues", "a"): None}, "x") == "cues = { b = false }"
    assert set_values(text, {("cues", "b"): None}, "x") == "cues = { a = true }"


def test_what_cannot_be_changed_safely_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match=r"x\.toml: not valid TOML"):
        set_values("volume = = 3", {("volume",): 1}, "x.toml")
    with pytest.raises(BadInput, match=r"cannot be changed without losing something.*cues\.halfway"):
        set_values("cues = 3", {("cues", "halfway"): True}, "x.toml")


@given(st.text())
def test_any_text_can_be_a_value(words: str) -> None:
    if any(0xD800 <= ord(character) < 0xE000 for character in words) or "\r" in words:
        return  # no UTF-8; a bare carriage return is no line end in TOML
    assert tomllib.loads(f"a = {literal(words)}") == {"a": words}


values = st.integers(-5, 5) | st.booleans() | st.text("ab#'\"\\{}[],= \n", max_size=8)
tables = st.dictionaries(st.sampled_from(["x", "y", "a b"]), values, max_size=3)


@given(st.dictionaries(st.sampled_from("abc"), values), tables, st.booleans(), st.data())
def test_what_it_gives_always_says_what_was_asked(
    top: dict[str, Value], inner: dict[str, Value], inline: bool, data: st.DataObject
) -> None:
    lines = [f"{key} = {literal(value)} # {key}" for key, value in top.items()]
    if inline:
        members = (f'"{key}" = {literal(value) if chr(10) not in str(value) else 1}' for key, value in inner.items())
        lines.append(f"t = {{ {', '.join(members)} }}")
    else:
        lines += ["[t]", *(f'"{key}" = {literal(value)}' for key, value in inner.items())]
    text = "\n".join(lines)
    path = data.draw(st.sampled_from([("a",), ("d",), ("t", "x"), ("t", "a b")]))
    value = data.draw(values | st.none())
    wanted = tomllib.loads(text)
    table = wanted["t"] if len(path) == 2 else wanted
    table.pop(path[-1], None)
    if value is not None:
        table[path[-1]] = value
    assert tomllib.loads(set_values(text, {path: value}, "x")) == wanted
