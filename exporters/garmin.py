"""A workout as Garmin Connect's workout service takes it (JSON). Nothing is sent anywhere by this."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

from coach.errors import BadInput
from coach.model.durations import CM_PER_METRE, MS_PER_SECOND, spell
from coach.model.sheets import Exported, Sheet, SheetKind
from coach.model.workout import DistanceDuration, HeartRateTarget, HeartRateZone, Intensity, Step, TimeDuration
from exporters.steps import (
    Round,
    called,
    effort,
    few_enough,
    refuse_two_targets,
    remarks_on,
    the_workout,
)

MAX_STEPS = 50
LONGEST_NAME = 256
"""UTF-16 units; the service cuts a longer one and says nothing."""

# Garmin goes by the id and ignores the key beside it; both must be right for those who read it.
_SPORT = {"sportTypeId": 1, "sportTypeKey": "running"}
_STEP_TYPE: dict[Intensity, tuple[int, str]] = {
    Intensity.WARMUP: (1, "warmup"),
    Intensity.COOLDOWN: (2, "cooldown"),
    Intensity.ACTIVE: (3, "interval"),
    Intensity.RECOVERY: (4, "recovery"),
    Intensity.REST: (5, "rest"),
}
_REPEAT = (6, "repeat")
_LAP_BUTTON, _TIME, _DISTANCE, _ITERATIONS = (1, "lap.button"), (2, "time"), (3, "distance"), (7, "iterations")
_NO_TARGET, _CADENCE, _HEART_RATE = (1, "no.target"), (3, "cadence"), (4, "heart.rate.zone")

Json = dict[str, Any]


class GarminExporter:
    """What the service would get. It depends on workout and title alone."""

    about = "Garmin Connect workout JSON"
    suffix = ".json"
    is_text = True
    takes = frozenset({SheetKind.WORKOUT})

    def export(self, sheet: Sheet) -> Exported:
        """Raises BadInput for more than 50 steps, a fraction of a second, two targets in one step, a long title."""
        given = the_workout(sheet)
        rounds = few_enough(given.workout, MAX_STEPS, "Garmin")
        if len(given.title.encode("utf-16-le")) // 2 > LONGEST_NAME:
            raise BadInput("the title is longer than Garmin holds", remedy="shorten the workout's name")
        segment = {"segmentOrder": 1, "sportType": _SPORT, "workoutSteps": list(_steps(rounds))}
        whole = {"workoutName": given.title, "sportType": _SPORT, "workoutSegments": [segment]}
        return Exported(
            (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode(), tuple(remarks_on(given.workout))
        )


def _steps(rounds: tuple[Round, ...]) -> Iterator[Json]:
    """``stepOrder`` counts through all of them, a repeat before its steps."""
    orders, groups = count(1), count(1)
    for each in rounds:
        if each.times == 1:
            yield from (_step(step, next(orders), None) for step in each.steps)
            continue
        order, group = next(orders), next(groups)
        yield {
            "type": "RepeatGroupDTO",
            "stepOrder": order,
            "stepType": _named("stepType", _REPEAT),
            "childStepId": group,
            "numberOfIterations": each.times,
            "smartRepeat": False,
            "skipLastRestStep": False,  # else the last walk is gone
            "endCondition": _named("conditionType", _ITERATIONS),
            "endConditionValue": float(each.times),
            "workoutSteps": [_step(step, next(orders), group) for step in each.steps],
        }


def _step(step: Step, order: int, group: int | None) -> Json:
    refuse_two_targets(step, "Garmin")
    condition, value = _ends(step)
    said = "; ".join(text for text in (step.name, effort(step.rpe)) if text)
    return {
        "type": "ExecutableStepDTO",
        "stepOrder": order,
        "stepType": _named("stepType", _STEP_TYPE[step.intensity]),
        "childStepId": group,
        "description": said or None,
        "endCondition": _named("conditionType", condition),
        "endConditionValue": value,
        **_target(step),
    }


def _ends(step: Step) -> tuple[tuple[int, str], float | None]:
    match step.duration:
        case TimeDuration(ms=ms) if ms % MS_PER_SECOND:
            raise BadInput(
                f"{called(step)} lasts {spell(step.duration)}, and Garmin goes by whole seconds",
                remedy="give it whole seconds",
            )
        case TimeDuration(ms=ms):
            return _TIME, float(ms // MS_PER_SECOND)
        case DistanceDuration(cm=cm):
            return _DISTANCE, cm / CM_PER_METRE
        case _:
            return _LAP_BUTTON, None


def _target(step: Step) -> Json:
    """The target; its values stand beside its type, for within it they are lost."""
    match step.heart_rate:
        case HeartRateZone(zone=zone):
            return {"targetType": _named("workoutTargetType", _HEART_RATE), "zoneNumber": zone}
        case HeartRateTarget(low=low, high=high):
            return _between(_HEART_RATE, low, high)
        case None:
            pass
    if step.cadence is not None:
        return _between(_CADENCE, step.cadence.low, step.cadence.high)
    return {"targetType": _named("workoutTargetType", _NO_TARGET)}


def _between(kind: tuple[int, str], low: int, high: int) -> Json:
    target = _named("workoutTargetType", kind)
    return {"targetType": target, "targetValueOne": float(low), "targetValueTwo": float(high)}


def _named(what: str, value: tuple[int, str]) -> Json:
    return {f"{what}Id": value[0], f"{what}Key": value[1]}


exporter = GarminExporter()
