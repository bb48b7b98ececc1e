"""The examples of docs/workouts.md do what the page says."""

import re
import tomllib
from pathlib import Path

import pytest

from coach.model.syntax import SyntaxProblem, parse

PAGE = (Path(__file__).parents[2] / "docs" / "workouts.md").read_text(encoding="utf-8")
TABLES = [row.split("|")[2] for row in PAGE.splitlines() if row.startswith("| ")]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_long_example_is_the_seed() -> None:
    example = next(block for block in blocks("") if block.startswith('"Seed start"'))
    workout = parse(example)
    assert workout.name == "Seed start"
    assert workout.steps == parse('5m warmup, 8x(1m run "easy", 2m walk), 5m cooldown').steps


def test_the_file_is_one() -> None:
    (file,) = blocks("toml")
    assert parse(tomllib.loads(file)["steps"])


@pytest.mark.parametrize("cell", [cell for cell in TABLES if "`" in cell and "--" not in cell])
def test_everything_in_the_tables_can_be_typed(cell: str) -> None:
    for code in re.findall(r"`([^`]+)`", cell):
        if code.startswith("@"):
            text = f"1m run {code}"
        elif re.match(r"[0-9]|open", code):
            text = f"{code} run"
        else:
            text = f"1m {code}"
        assert parse(text), code


def test_the_error_is_the_one_shown() -> None:
    shown = next(block for block in blocks("") if block.startswith("$ coach workout check")).splitlines()
    text = shown[0].split("'")[1]
    with pytest.raises(SyntaxProblem) as caught:
        parse(text)
    assert shown[1] == f"coach: {caught.value}"
    assert [line.strip("\n") for line in shown[2:]] == [f"  {line}" for line in caught.value.picture]
