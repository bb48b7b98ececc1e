"""Ratings typed anew: what stays in force. Softening an answer never permits more (docs/gate.md)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from coach.gate.facts import Given
from coach.model.rating import Course, SymptomRating

GRACE = timedelta(minutes=10)
"""So long a slip of the finger may be mended."""

_COURSES = (Course.NONE, Course.RESOLVED, Course.PERSISTED, Course.RETURNED)
_LOW_IS_WORSE = frozenset(("confidence",))
_FALSE_IS_WORSE = frozenset(("completed", "back_to_usual"))


def in_force(versions: Sequence[tuple[datetime, SymptomRating]], written: Sequence[datetime] | None = None) -> Given:
    """One rating of its versions, the first first, each with the instant it was typed.

    What is typed within ten minutes of the first takes its place; what is typed later only makes it harsher. It counts
    as given when it first was, and is about what it first was about. ``written`` are the same instants by the machine's
    clock, where dates were corrected since: a correction makes no time for second thoughts.
    """
    first_at, first = versions[0]
    written = written or [typed_at for typed_at, _ in versions]
    current = first
    for (typed_at, version), written_at in zip(versions[1:], written[1:], strict=True):
        waits = (typed_at - first_at, written_at - written[0])
        slip = all(timedelta() <= wait <= GRACE for wait in waits)  # nor does a clock set back
        current = version if slip else harsher(current, version)
    fixed = {"at": first.at, "zone": first.zone, "run": first.run, "occasion": first.occasion}
    amended_at = max(typed_at for typed_at, _ in versions) if len(versions) > 1 else None
    return Given(rating=current.model_copy(update=fixed), given_at=first_at, amended_at=amended_at)


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
