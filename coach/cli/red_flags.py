"""What is alarming: listed in plain words under what to do with it, named, asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from coach.cli.answers import Question, ask
from coach.cli.shared import Strict

if TYPE_CHECKING:
    from collections.abc import Sequence


class WithFlags(Strict):
    """A command whose help ends with the list of what is alarming."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        super().format_epilog(ctx, formatter)
        formatter.write("\n".join(["", "What is alarming, for --flag:", *(f"  {line}" for line in flag_lines()), ""]))


def flag_lines(*, numbered: bool = False) -> list[str]:
    """Every red flag in plain words under what to do with it; the most urgent first."""
    from coach.gate.wording import CARE, FLAGS
    from coach.model.rating import Care, RedFlag

    lines: list[str] = []
    width = max(map(len, RedFlag))
    for care in Care:
        lines.append(f"{CARE[care]}:")
        for number, flag in enumerate(RedFlag, start=1):
            if flag.care is care:
                name = f"{number:>2} {flag.value}" if numbered else flag.value
                lines.append(f"  {name:<{width + 3 * numbered}}  {FLAGS[flag]}")
    return lines


def named_flag(name: str) -> str:
    """``name``, if it is on the list. Raises BadInput."""
    from coach.errors import BadInput
    from coach.model.rating import RedFlag

    if name not in set(RedFlag):
        raise BadInput(f"{name[:40]} is not on the list", where="--flag", remedy="`coach rate --flags` lists them")
    return name


def alarm(names: Sequence[str] | None) -> tuple[str, ...] | None:
    """The red flags that were given, read; what to do about them is said at once, whatever else may be wrong.

    None where none was given. Raises BadInput.
    """
    if not names:
        return None
    from coach.gate.wording import alarm_words
    from coach.model.rating import RedFlag

    flags = tuple(dict.fromkeys(named_flag(name) for name in names))
    typer.echo(alarm_words([RedFlag(flag) for flag in flags]), err=True)
    return flags


def ask_flags() -> tuple[str, ...]:
    """Which of them; asked again until it makes sense."""
    for line in flag_lines(numbered=True):
        typer.echo(line, err=True)
    question = Question(
        "flags", "--flag", "Which, by number or name, with commas between; none to take it back", _read_flags
    )
    return alarm(ask(question)) or ()


def _read_flags(text: str, where: str) -> tuple[str, ...]:
    from coach.errors import BadInput
    from coach.model.rating import RedFlag

    known = [flag.value for flag in RedFlag]
    words = text.casefold().replace(",", " ").split()
    if words == ["none"]:
        return ()
    chosen: list[str] = []
    for word in words:
        number = int(word) if word.isascii() and word.isdigit() and len(word) < 4 else 0
        if word not in known and not 1 <= number <= len(known):
            raise BadInput(f"{word[:40]} is not on the list", where=where, remedy="give numbers or names of the list")
        chosen.append(word if word in known else known[number - 1])
    if not chosen:
        raise BadInput("nothing was said", where=where, remedy="give numbers or names of the list, or none")
    return tuple(dict.fromkeys(chosen))
