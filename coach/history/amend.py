"""Ratings typed anew: what stays in force. Softening an answer never permits more (docs/gate.md)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from coach.gate.facts import Given
from coach.model.rating import Course, RedFlag, SymptomRating

GRACE = timedelta(minutes=10)
"""So long a slip of the finger may be mended."""

_COURSES = (Course.NONE, Course.RESOLVED, Course.PERSISTED, Course.RETURNED)
_ANSWERS = frozenset(SymptomRating.model_fields) - {"occasion", "at", "zone", "run", "red_flags"}
_LOW_IS_WORSE = frozenset(("confidence", "distance_m"))  # the way opens hills and speed
_FALSE_IS_WORSE = frozenset(("completed", "back_to_usual"))


def in_force(versions: Sequence[tuple[datetime, SymptomRating]], written: Sequence[datetime] | None = None) -> Given:
    """One rating of its versions, the first first, each with the instant it was typed.

    Each answer may be softened within ten minutes of when it became as harsh as it is; what is typed later only makes
    it harsher. Softening starts no ten minutes anew, and goes no lower than what already stood; an answer left out
    takes none back. It counts as given when it first was, and is about what it first was about. ``written`` are the
    same instants by the machine's clock, where dates were corrected since: a correction makes no time for second
    thoughts.
    """
    first_at, first = versions[0]
    typed = [typed_at for typed_at, _ in versions]
    clocks = (typed, typed if written is None else written)

    def may_soften(since: int, now: int) -> bool:
        """Measured from all that was typed since, for a clock set back makes no time either."""
        between = range(since, now)
        return all(timedelta() <= clock[now] - clock[at] <= GRACE for clock in clocks for at in between)

    told = [version for _, version in versions]
    settled = {name: _settled(name, [getattr(version, name) for version in told], may_soften) for name in _ANSWERS}
    settled["red_flags"] = _settled_flags([version.red_flags for version in told], may_soften)
    amended_at = max(typed) if len(versions) > 1 else None
    return Given(rating=first.model_copy(update=settled), given_at=first_at, amended_at=amended_at)


def _settled(name: str, values: Sequence[Any], may_soften: Callable[[int, int], bool]) -> Any:
    """One answer of all its versions. ``stands`` holds ever harsher ones, each with the version since which it is."""
    stands: list[tuple[Any, int]] = []
    for now, value in enumerate(values):
        if value is None:
            continue
        since = now
        while stands and _is_milder(name, value, stands[-1][0]) and may_soften(stands[-1][1], now):
            since = stands.pop()[1]
        if not stands or _worse(name, stands[-1][0], value) != stands[-1][0]:
            stands.append((value, since))
    return stands[-1][0] if stands else None


def _settled_flags(
    versions: Sequence[tuple[RedFlag, ...]], may_soften: Callable[[int, int], bool]
) -> tuple[RedFlag, ...]:
    """The red flags of all versions, each an answer of its own."""
    stands: dict[RedFlag, int] = {}
    for now, flags in enumerate(versions):
        stay = {flag: since for flag, since in stands.items() if flag in flags or not may_soften(since, now)}
        stuck = [flag for flag in stay if flag not in flags]
        stands = {flag: stay.get(flag, now) for flag in (*stuck, *flags)}
    return tuple(stands)


def _is_milder(name: str, one: Any, other: Any) -> bool:
    """Whether ``one`` is less cautious than ``other``; a note is neither, and gives way like a milder answer."""
    return one != other and (name == "note" or _worse(name, one, other) != one)


def harsher(one: SymptomRating, other: SymptomRating) -> SymptomRating:
    """Of every answer the more cautious one."""
    worst: dict[str, Any] = {}
    for name in SymptomRating.model_fields:
        a, b = getattr(one, name), getattr(other, name)
        worst[name] = b if a is None else a if b is None else _worse(name, a, b)
    return one.model_copy(update=worst)


def _worse(name: str, a: Any, b: Any) -> Any:
    if name == "red_flags":
        return tuple(dict.fromkeys((*a, *b)))
    if name == "warmup_course":
        return max(a, b, key=_COURSES.index)
    if isinstance(a, bool):
        return (a and b) if name in _FALSE_IS_WORSE else (a or b)
    if isinstance(a, int):
        return min(a, b) if name in _LOW_IS_WORSE else max(a, b)
    return a
