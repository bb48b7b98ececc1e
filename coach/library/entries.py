"""What the runner's folder and the shipped one hold, by name: workouts and protocols alike."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from coach.errors import BadInput, CoachError
from coach.library.workout_files import NAME, NAME_RULE

Held = TypeVar("Held")


class Entry(NamedTuple, Generic[Held]):
    """One file: what it holds, or what is wrong with it. Of a protocol taken for a workout it is the first session.

    ``own`` is the runner's; ``shadows`` is True where it takes the place of a shipped one of the same name.
    """

    name: str
    file: Path
    outcome: Held | CoachError
    own: bool = False
    shadows: bool = False

    @property
    def note(self) -> str | None:
        """What the runner should know when this entry is used."""
        return f"your own {self.name} is used in place of the shipped one" if self.shadows else None


def summarised(entry: Entry[Held], summary: Callable[[Held], tuple[str, str, str]]) -> tuple[str, str]:
    """How much it is, and its title; for a broken one what is wrong alone. ``summary`` says how much, its title, and
    for whom it is, if not for all."""
    if isinstance(entry.outcome, CoachError):
        return f"broken: {entry.outcome}", ""
    size, title, whom = summary(entry.outcome)
    marks = ", ".join(mark for mark in (whom, "your own" if entry.own else "") if mark)
    return size, f"{title} ({marks})" if marks else title


def check_name(name: str, file: Path) -> None:
    """Raises BadInput for a file that nobody could ask for by name."""
    if not NAME.fullmatch(name):
        raise BadInput("this file name cannot be used as a name", where=str(file), remedy=NAME_RULE)


def did_you_mean(name: str, names: Iterable[str], remedy: str) -> str:
    """``remedy``, after those of ``names`` that are near to ``name``."""
    near = get_close_matches(name[:64].casefold(), list(names), n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}? {remedy}" if near else remedy
