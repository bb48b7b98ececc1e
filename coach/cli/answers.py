"""Answers as people type them: scores, yes and no; and asking for those that are missing."""

import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import typer

from coach.cli.shared import is_plain
from coach.errors import BadInput

SCALE = "0 no pain, 10 the worst pain imaginable"


class Question(NamedTuple):
    """One question: the field, its option, what is asked, how the answer is read; Enter means ``usual``.

    A ``usual`` of nothing at all leaves the answer out, and ``read`` makes None of it.
    ``explain`` is what a question mark shows. Yes to one that ``ends`` it leaves the rest unasked.
    """

    field: str
    option: str
    text: str
    read: Callable[[str, str], Any]
    usual: str | None = None
    explain: str = ""
    ends: bool = False


def score(text: str, where: str) -> int:
    """A whole number 0–10. Raises BadInput."""
    try:
        value = int(text.strip())
    except ValueError:
        value = -1
    if 0 <= value <= 10:
        return value
    shown = text.strip()[:20]
    raise BadInput(
        f"{shown} is not on the scale" if shown else "nothing was given", where=where,
        remedy="give one whole number 0-10, the higher one if in doubt",
    )  # fmt: skip


def score_or_none(text: str, where: str) -> int | None:
    """A whole number 0–10; None for nothing at all. Raises BadInput."""
    return score(text, where) if text.strip() else None


def yes_no(text: str, where: str) -> bool:
    """``y`` or ``n``. Raises BadInput."""
    word = text.strip().casefold()
    if word in ("y", "yes", "n", "no"):
        return word.startswith("y")
    raise BadInput(f"{text.strip()[:20] or 'nothing'} is neither yes nor no", where=where, remedy="answer y or n")


def one_of(*words: str) -> Callable[[str, str], str]:
    """Reads one of ``words``, or the beginning of one."""

    def read(text: str, where: str) -> str:
        wanted = text.strip().casefold()
        found = [word for word in words if wanted and word.startswith(wanted)]
        if len(found) == 1 or wanted in words:
            return wanted if wanted in words else found[0]
        raise BadInput(
            f"{text.strip()[:20] or 'nothing'} is not a choice", where=where, remedy=f"say {', '.join(words)}"
        )

    return read


def is_terminal() -> bool:
    """Whether there is somebody to ask."""
    return is_plain() or (sys.stdin.isatty() and sys.stderr.isatty())


def answers(
    questions: Sequence[Question], given: dict[str, Any], *, nothing_else: bool = False, together: str = "",
    asks: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """What was given as options, read; the rest is asked on a terminal.

    With ``nothing_else`` the usual answer stands for what is not given; without ``asks`` what is missing stays so.
    ``together`` asks at once for all that is usually no: Enter is no to all of it, and yes has each of them asked.
    Raises BadInput for an answer that makes no sense, and off a terminal for one that is missing.
    """
    found: dict[str, Any] = {}
    for question in questions:
        raw = given.get(question.field)
        if raw is not None:
            found[question.field] = question.read(raw, question.option) if isinstance(raw, str) else raw
    missing = [q for q in questions if q.field not in found]
    if nothing_else:
        for question in [q for q in missing if q.usual is not None]:
            found[question.field] = question.read(question.usual or "", question.option)
        missing = [q for q in missing if q.field not in found]
    if not asks:
        return found
    if missing and not is_terminal():
        raise BadInput(
            f"not answered: {', '.join(q.option for q in missing)}",
            remedy="give them as options; --nothing-else says no to all that is not asked by a number",
        )
    quiet = [q for q in missing if q.usual == "n"] if together else []
    if _ask_all([q for q in missing if q not in quiet], found) and quiet:
        if ask(Question("together", "", together, yes_no, "n")):
            _ask_all(quiet, found)
        else:
            found |= {question.field: False for question in quiet}
    return found


_USUAL = "Enter takes what is offered, if anything; Ctrl-C leaves, and keeps nothing."
_NUMBER = "A whole number from 0 (none at all) to 10 (the most imaginable)."
_EXPLAINED: dict[Callable[[str, str], Any], str] = {
    score: _NUMBER, score_or_none: _NUMBER, yes_no: f"y for yes, n for no. {_USUAL}",
}  # fmt: skip
"""What a question mark shows where the question says no more itself."""


def _ask_all(questions: Sequence[Question], found: dict[str, Any]) -> bool:
    """Ask them in turn, into ``found``. False where one ended it."""
    for question in questions:
        found[question.field] = ask(question)
        if question.ends and found[question.field]:
            return False
    return True


def ask(question: Question) -> Any:
    """The answer to one question on a terminal; what makes no sense is asked again."""
    while True:
        text = _line(question) if is_plain() else _prompt(question)
        if text.strip() == "?":
            typer.echo(f"  {question.explain or _EXPLAINED.get(question.read, _USUAL)}", err=True)
            continue
        if not text.strip() and question.usual is None and question.read is score:
            typer.echo("  an answer is needed here; Ctrl-C leaves, and keeps nothing", err=True)
            continue
        try:
            return question.read(text, question.option)
        except BadInput as error:
            typer.echo(f"  {error.what}: {error.remedy}", err=True)


def confirm(text: str, *, usual: bool) -> bool:
    """Yes or no to something that is about to be done."""
    if is_plain():
        return ask(Question("", "", text, yes_no, "y" if usual else "n"))
    return typer.confirm(text, default=usual, err=True)


def _prompt(question: Question) -> str:
    hint = f" [{question.usual}]" if question.usual else ""
    return typer.prompt(f"{question.text}{hint}", default=question.usual or "", show_default=False, err=True)


def _line(question: Question) -> str:
    """The question as a line of its own, and the next line that is typed or piped in."""
    stop = "" if question.text.endswith(("?", ".")) else "."
    typer.echo(f"{question.text}{stop}{f' Enter means {question.usual}.' if question.usual else ''}", err=True)
    try:
        typed = sys.stdin.readline()
    except KeyboardInterrupt:
        raise typer.Abort from None
    if not typed:
        raise typer.Abort  # the end of the input: as on a terminal, nothing that is half told is kept
    return typed.removesuffix("\n") or question.usual or ""
