"""Answers as people type them: scores, yes and no, times; and asking for those that are missing."""

import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple

import typer

from coach.errors import BadInput

SCALE = "0 no pain, 10 the worst pain imaginable"


_EARLIEST, _LATEST = 1970, 2200
"""Years. What lies outside is a slip of the finger, and some of it no calendar can reckon with."""


class Question(NamedTuple):
    """One question: the field, its option, what is asked, how the answer is read; Enter means ``usual``.

    ``explain`` is what a question mark shows.
    """

    field: str
    option: str
    text: str
    read: Callable[[str, str], Any]
    usual: str | None = None
    explain: str = ""


def score(text: str, where: str) -> int:
    """A whole number 0–10. Raises BadInput."""
    try:
        value = int(text.strip())
    except ValueError:
        value = -1
    if 0 <= value <= 10:
        return value
    shown = text.strip()[:20] or "nothing"
    raise BadInput(
        f"{shown} is not on the scale", where=where, remedy="give one whole number 0-10, the higher one if in doubt"
    )


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
    return sys.stdin.isatty() and sys.stderr.isatty()


def answers(questions: Sequence[Question], given: dict[str, Any], *, nothing_else: bool = False) -> dict[str, Any]:
    """What was given as options, read; the rest is asked on a terminal.

    With ``nothing_else`` the usual answer stands for what is not given. Raises BadInput for an answer that makes no
    sense, and off a terminal for one that is missing.
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
    if missing and not is_terminal():
        raise BadInput(
            f"not answered: {', '.join(q.option for q in missing)}",
            remedy="give them as options; --nothing-else says no to all that is not asked by a number",
        )
    for question in missing:
        found[question.field] = _ask(question)
    return found


def _ask(question: Question) -> Any:
    hint = f" [{question.usual}]" if question.usual is not None else ""
    while True:
        text = typer.prompt(f"{question.text}{hint}", default=question.usual or "", show_default=False, err=True)
        if text.strip() == "?" and question.explain:
            typer.echo(f"  {question.explain}", err=True)
            continue
        try:
            return question.read(text, question.option)
        except BadInput as error:
            typer.echo(f"  {error.what}: {error.remedy}", err=True)


def instant(text: str, now: datetime, where: str = "--at") -> datetime:
    """``07:10`` (the latest such time), ``2026-03-02 07:10`` or with an offset; aware. ``now`` is local, aware.

    Raises BadInput.
    """
    words = text.strip().replace(" ", "T")
    try:
        if len(words) > 5 and not _EARLIEST <= datetime.fromisoformat(words).year <= _LATEST:
            raise ValueError
        if len(words) <= 5:
            at = on_day(now.date(), time.fromisoformat(words.rjust(5, "0")), now.tzinfo)
            return at if at <= now else on_day(now.date() - timedelta(days=1), at.timetz(), now.tzinfo)
        moment = datetime.fromisoformat(words)
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=now.tzinfo)
    except ValueError:
        raise BadInput(
            f"{text.strip()[:30] or 'nothing'} is not a time", where=where, remedy="write 07:10 or 2026-03-02 07:10"
        ) from None


def on_day(day: date, at: time, zone: tzinfo | None) -> datetime:
    """That time of that day there."""
    return datetime.combine(day, at.replace(tzinfo=None), zone)


def a_date(text: str, where: str) -> date:
    """``2026-03-02``. Raises BadInput."""
    try:
        found = date.fromisoformat(text.strip())
        if not _EARLIEST <= found.year <= _LATEST:
            raise ValueError
        return found
    except ValueError:
        raise BadInput(
            f"{text.strip()[:30] or 'nothing'} is not a date", where=where, remedy="write it as 2026-03-02"
        ) from None
