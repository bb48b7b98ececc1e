"""Every page of help reads as a manual: nothing cut off, no names of types, no option without a word."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from coach.cli import app


def pages() -> Iterator[tuple[str, Any, str]]:
    """Every command with its help, 80 columns wide."""
    todo: list[tuple[str, Any, Any]] = [("coach", get_command(app), None)]
    while todo:
        name, command, parent = todo.pop()
        context = command.make_context(name.split()[-1], [], parent=parent, resilient_parsing=True, terminal_width=80)
        yield name, command, command.get_help(context)
        todo += [(f"{name} {each}", child, context) for each, child in getattr(command, "commands", {}).items()]


PAGES = {name: (command, said) for name, command, said in pages()}


def test_all_commands_are_there() -> None:
    assert len(PAGES) > 35
    assert {"coach rate", "coach journal merge", "coach report"} <= set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_help_reads_as_a_manual(name: str) -> None:
    command, said = PAGES[name]
    lines = said.partition("Examples:")[0].splitlines()
    body = [line for line in lines if not line.startswith("Usage:")]
    assert not [line for line in body if line.rstrip().endswith(("...", "…"))]
    assert not [line for line in lines if re.search(r"<\w[^>]*>|[{}]|\[\[", line)]
    assert "list[" not in said
    for each in command.params:
        if not getattr(each, "hidden", False):
            assert (getattr(each, "help", None) or "").strip(), each.name


def test_arguments_are_named_in_capitals() -> None:
    assert "coach journal merge [OPTIONS] FILES..." in PAGES["coach journal merge"][1]
    assert "coach protocol copy [OPTIONS] PROTOCOL [NAME]" in PAGES["coach protocol copy"][1]
    assert "coach morning [OPTIONS] [FIRST_STEPS]" in PAGES["coach morning"][1]
    assert re.search(r"\n  PROTOCOL +The protocol to copy", PAGES["coach protocol copy"][1])


def test_the_columns_of_an_import_are_shown() -> None:
    said = PAGES["coach ratings import"][1]
    assert "occasion,at,first_steps,swelling" in said
    assert "spaces or" in said
