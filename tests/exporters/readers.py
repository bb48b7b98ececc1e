"""Exports read back by others' decoders, and by readers that share no code with the exporters."""

import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import fitdecode
from fit_tool.fit_file import FitFile

from coach.model.timeline import compile_timeline
from coach.model.workout import (
    DistanceDuration,
    HeartRateTarget,
    HeartRateZone,
    Intensity,
    Step,
    TimeDuration,
    Workout,
)


class Done(NamedTuple):
    """One interval as it is done: intensity, what ends it (``time`` ms, ``distance`` cm, ``open``), what is held."""

    intensity: str
    ends: str
    amount: int | None
    target: tuple[Any, ...] = ()


def planned(workout: Workout) -> list[Done]:
    """What the live session does, step by step."""
    return [_done(interval.step) for interval in compile_timeline(workout).intervals]


def _done(step: Step) -> Done:
    match step.duration:
        case TimeDuration(ms=ms):
            ends: tuple[str, int | None] = ("time", ms)
        case DistanceDuration(cm=cm):
            ends = ("distance", cm)
        case _:
            ends = ("open", None)
    match step.heart_rate:
        case HeartRateZone(zone=zone):
            target: tuple[Any, ...] = ("zone", zone)
        case HeartRateTarget(low=low, high=high):
            target = ("bpm", low, high)
        case None:
            target = ("spm", step.cadence.low, step.cadence.high) if step.cadence else ()
    return Done(step.intensity.value, *ends, target)


# FIT, by two decoders

Raw = dict[int, Any]
"""Field number → raw value of one message; a field that is not given is None or absent."""


def by_fitdecode(data: bytes) -> list[tuple[int, Raw]]:
    with fitdecode.FitReader(io.BytesIO(data), check_crc=fitdecode.CrcCheck.RAISE) as reader:
        return [
            (frame.global_mesg_num, {field.def_num: field.raw_value for field in frame.fields if field.field_def})
            for frame in reader
            if isinstance(frame, fitdecode.FitDataMessage)
        ]


_INVALID = {0x00: 0xFF, 0x84: 0xFFFF, 0x86: 0xFFFFFFFF, 0x8C: 0}


def by_fit_tool(data: bytes) -> list[tuple[int, Raw]]:
    found: list[tuple[int, Raw]] = []
    for record in FitFile.from_bytes(data, check_crc=True).records:
        if record.is_definition:
            continue
        values = {field.field_id: list(field.encoded_values) for field in record.message.fields if field.is_valid()}
        invalid = {f.field_id: _INVALID.get(f.base_type.value) for f in record.message.fields if f.is_valid()}
        raw = {number: v[0] if v and v[0] != invalid[number] else None for number, v in values.items()}
        found.append((record.message.global_id, raw))
    return found


DECODERS: Sequence[Callable[[bytes], list[tuple[int, Raw]]]] = (by_fitdecode, by_fit_tool)

FIT_INTENSITY = {0: "active", 1: "rest", 2: "warmup", 3: "cooldown", 4: "recovery"}


def fit_done(messages: list[tuple[int, Raw]]) -> list[Done]:
    """What a watch does with a workout: it goes on to the next step, and at a repeat back until it is through."""
    steps = [raw for number, raw in messages if number == 27]
    assert [raw[254] for raw in steps] == list(range(len(steps)))
    left: dict[int, int] = {}
    found: list[Done] = []
    at = 0
    while at < len(steps):
        raw = steps[at]
        if raw[1] == 6:
            left.setdefault(at, raw[4] - 1)
            if left[at]:
                left[at] -= 1
                at = raw[2]
            else:
                del left[at]
                at += 1
            continue
        ends = {0: "time", 1: "distance", 5: "open"}[raw[1]]
        found.append(Done(FIT_INTENSITY[raw[7]], ends, raw.get(2), _fit_target(raw)))
        at += 1
    return found


def _fit_target(raw: Raw) -> tuple[Any, ...]:
    if raw[3] == 1:
        return ("zone", raw[4]) if raw[4] else ("bpm", raw[5] - 100, raw[6] - 100)
    if raw[3] == 3:
        return ("spm", raw[5] * 2, raw[6] * 2)
    assert raw[3] == 2
    return ()


def widened(done: Sequence[Done]) -> list[Done]:
    """Cadence as a watch counts it: whole strides of two steps."""
    return [
        each._replace(target=("spm", each.target[1] // 2 * 2, (each.target[2] + 1) // 2 * 2))
        if each.target[:1] == ("spm",)
        else each
        for each in done
    ]


assert set(FIT_INTENSITY.values()) == {each.value for each in Intensity}


# Garmin's JSON, expanded by its ids alone, as the service does

_GARMIN_STEP = {1: "warmup", 2: "cooldown", 3: "active", 4: "recovery", 5: "rest"}


def garmin_done(data: bytes) -> list[Done]:
    whole = json.loads(data)
    assert whole["sportType"]["sportTypeId"] == 1
    [segment] = whole["workoutSegments"]
    orders: list[int] = []
    found = list(_garmin_steps(segment["workoutSteps"], orders))
    assert orders == list(range(1, len(orders) + 1)), "stepOrder counts through, a repeat before its steps"
    return found


def _garmin_steps(steps: list[dict[str, Any]], orders: list[int]) -> Iterator[Done]:
    for step in steps:
        orders.append(step["stepOrder"])
        if step["type"] == "RepeatGroupDTO":
            assert step["stepType"]["stepTypeId"] == 6
            assert step["endCondition"]["conditionTypeId"] == 7, "without it the count is lost"
            assert step["numberOfIterations"] == step["endConditionValue"]
            assert step["skipLastRestStep"] is False
            assert {inner["childStepId"] for inner in step["workoutSteps"]} == {step["childStepId"]}
            yield from list(_garmin_steps(step["workoutSteps"], orders)) * step["numberOfIterations"]
            continue
        assert step["type"] == "ExecutableStepDTO"
        value = step["endConditionValue"]
        condition = step["endCondition"]["conditionTypeId"]
        ends = {1: ("open", None), 2: ("time", value and value * 1000), 3: ("distance", value and round(value * 100))}
        yield Done(_GARMIN_STEP[step["stepType"]["stepTypeId"]], *ends[condition], _garmin_target(step))


def _garmin_target(step: dict[str, Any]) -> tuple[Any, ...]:
    kind = step["targetType"]["workoutTargetTypeId"]
    assert set(step["targetType"]) == {"workoutTargetTypeId", "workoutTargetTypeKey"}, "what else is in it is lost"
    if kind == 1:
        return ()
    if kind == 4 and "zoneNumber" in step:
        return ("zone", step["zoneNumber"])
    return ({3: "spm", 4: "bpm"}[kind], step["targetValueOne"], step["targetValueTwo"])


# intervals.icu's text, as its guide describes it

_UNITS = {"h": ("time", 3_600_000), "m": ("time", 60_000), "s": ("time", 1000)} | {
    "mtr": ("distance", 100), "km": ("distance", 100_000), "mi": ("distance", Fraction("160934.4")),
}  # fmt: skip
_AMOUNT = re.compile(r"(?:\d+(?:\.\d+)?(?:mtr|km|mi|h|m|s))+(?= )")


def intervals_done(text: str) -> list[Done]:
    """A line without a dash heads a section; ``8x`` in it repeats the steps up to the next blank line."""
    found: list[Done] = []
    for section in text.strip("\n").split("\n\n"):
        lines = section.split("\n")
        times = re.fullmatch(r"(\d+)x", lines[0])
        steps = [_intervals_step(line) for line in lines[1 if times else 0 :]]
        found += steps * (int(times[1]) if times else 1)
    return found


def _intervals_step(line: str) -> Done:
    assert line.startswith("- ")
    amount = _AMOUNT.search(line)  # all before the first one is what is shown
    assert amount, line
    kinds: set[str] = set()
    total = Fraction(0)
    for figure, unit in re.findall(r"(\d+(?:\.\d+)?)([a-z]+)", amount[0]):
        kind, scale = _UNITS[unit]
        kinds.add(kind)
        total += Fraction(figure) * scale
    [kind] = kinds
    *rest, intensity = line[amount.end() :].split()
    target = ("zone", int(rest[0][1:])) if rest else ()
    assert rest == ([f"Z{target[1]}", "HR"] if rest else [])
    return Done(intensity.removeprefix("intensity="), kind, round(total), target)
