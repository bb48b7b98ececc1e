"""The workout that a watch followed, as its FIT file holds it."""

from collections.abc import Mapping, Sequence
from typing import Any

from coach.model.activity import RecordedStep, RecordedWorkout
from coach.model.workout import Intensity

_NAME, _TYPE, _AMOUNT, _TARGET, _INTENSITY, _INDEX = 0, 1, 2, 4, 7, 254
_TIME, _DISTANCE, _ROUNDS, _REPETITION_TIME = 0, 1, 6, 28
_REPEATS = frozenset((*range(6, 14), 17, 18, 27))
_BY_NUMBER = {
    0: Intensity.ACTIVE, 1: Intensity.REST, 2: Intensity.WARMUP, 3: Intensity.COOLDOWN, 4: Intensity.RECOVERY,
    5: Intensity.ACTIVE,
}  # fmt: skip


def workout_of(head: Mapping[str, Any], steps: Sequence[Mapping[int, Any]]) -> RecordedWorkout | None:
    """None where the file holds none."""
    if not head and not steps:
        return None
    name = head.get("wkt_name")
    found = {each.number: each for each in (_step(raw) for raw in steps) if each is not None}
    return RecordedWorkout(name if isinstance(name, str) else "", tuple(found[number] for number in sorted(found)))


def _step(raw: Mapping[int, Any]) -> RecordedStep | None:
    """A step without a number cannot be pointed at."""
    number, kind, amount = _number(raw.get(_INDEX)), raw.get(_TYPE), _number(raw.get(_AMOUNT))
    if number is None:
        return None
    name = raw.get(_NAME)
    plain = RecordedStep(
        number & 0xFFF,
        _BY_NUMBER.get(raw[_INTENSITY]) if isinstance(raw.get(_INTENSITY), int) else None,
        name=name if isinstance(name, str) else "",
    )
    if kind in _REPEATS:
        return plain._replace(back_to=amount, rounds=_number(raw.get(_TARGET)) if kind == _ROUNDS else None)
    if kind in (_TIME, _REPETITION_TIME):
        return plain._replace(duration_ms=amount)
    if kind == _DISTANCE:
        return plain._replace(distance_cm=amount)
    return plain


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
