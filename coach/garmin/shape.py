"""How a workout of ours is known again on Garmin Connect, and whether somebody changed it."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, cast

from coach.garmin.connect import Json

_MARK = re.compile(r"\[walkrun-coach (\d{4}-\d\d-\d\d) ([0-9a-f]{16})\]")
_LAP_BUTTON, _NO_TARGET = 1, 1


class Mark(NamedTuple):
    """What stands in the description of ours: for which day it was made, and the shape it had then."""

    day: date
    shape: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """The one session that may be ahead of the runner: its day, and the workout as the service takes it."""

    day: date
    workout: Json
    shape: str


def wanted_of(workout: Json, day: date) -> Wanted:
    """The exporter's workout with our mark in its description."""
    shape = shape_of(workout)
    words = f"Put here by walkrun-coach for {day}. It goes away when the gate closes. Change it, and it is left to you."
    return Wanted(day, {**workout, "description": f"{words}\n[walkrun-coach {day} {shape}]"}, shape)


def mark_in(description: str | None) -> Mark | None:
    """The mark, if there is one."""
    found = _MARK.search(description or "")
    if found is None:
        return None
    try:
        return Mark(date.fromisoformat(found[1]), found[2])
    except ValueError:  # no such day: somebody typed it
        return None


def shape_of(workout: Json) -> str:
    """A digest of title and steps. What the service adds of its own (ids, owners, dates, units) is not in it."""
    segments = _rows(workout.get("workoutSegments"))
    told = [str(workout.get("workoutName") or ""), [_steps(segment.get("workoutSteps")) for segment in segments]]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


def _steps(found: Any) -> list[Any]:
    rows = _rows(found)
    return [_step(row) for row in sorted(rows, key=lambda row: _number(row.get("stepOrder")) or 0.0)]


def _step(row: Json) -> list[Any]:
    if row.get("workoutSteps") is not None:
        times = _number(row.get("numberOfIterations"))
        return ["repeat", times, bool(row.get("skipLastRestStep")), _steps(row.get("workoutSteps"))]
    ends = _id(row.get("endCondition"), "conditionTypeId")
    target = _id(row.get("targetType"), "workoutTargetTypeId") or _NO_TARGET
    return [
        _id(row.get("stepType"), "stepTypeId"),
        ends,
        None if ends == _LAP_BUTTON else _number(row.get("endConditionValue")),
        target,
        None
        if target == _NO_TARGET
        else [_number(row.get(name)) for name in ("targetValueOne", "targetValueTwo", "zoneNumber")],
        str(row.get("description") or ""),
    ]


def _rows(found: Any) -> list[Json]:
    if not isinstance(found, list):
        return []
    return [cast("Json", each) for each in cast("list[Any]", found) if isinstance(each, Mapping)]


def _id(found: Any, name: str) -> int | None:
    value = _number(cast("Json", found).get(name)) if isinstance(found, Mapping) else None
    return None if value is None else int(value)


def _number(found: Any) -> float | None:
    return round(float(found), 2) if isinstance(found, int | float) and not isinstance(found, bool) else None
