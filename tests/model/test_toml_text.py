"""TOML whose keys have so many dots that tomllib would take minutes over them."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.model.toml_text import MAX_DOTS, parse_toml

DOTTED = ".".join("a" * 2000)


@pytest.mark.parametrize(
    "before",
    ["", 'x = """\\""""""\n', "x = '''a'''''\n", 'x = """a"""""\n', 'x = """\\\\"""\n', 'x = "\\""\n', 'x = 1 # """\n'],
)
def test_no_string_before_it_hides_a_key_with_too_many_dots(before: str) -> None:
    tomllib.loads(before)
    with pytest.raises(ValueError, match="a key has too many dots"):
        parse_toml(f'{before}{DOTTED} = 1\ny = """z"""\n')


@pytest.mark.parametrize("quote", ['"', "'", '"""', "'''"])
def test_dots_in_a_string_are_no_keys(quote: str) -> None:
    assert parse_toml(f"x = {quote}{DOTTED}{quote} # {DOTTED}") == {"x": DOTTED}


@given(st.lists(st.sampled_from([*"\"'\\\n#a= ", '"""', "'''", ".a" * (MAX_DOTS + 1)]), max_size=24).map("".join))
def test_what_is_parsed_has_no_such_key(text: str) -> None:
    try:
        found = parse_toml(text)
    except ValueError:
        return
    deep = 0
    while isinstance(found, dict) and found:
        found, deep = next(iter(found.values())), deep + 1
    assert deep <= MAX_DOTS + 1
