"""The vocabulary of the workout syntax: kinds of step, units, and how a workout is written with them."""

from coach.model.durations import MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND, distance_parts, time_parts
from coach.model.workout import (
    Block,
    DistanceDuration,
    Duration,
    HeartRateTarget,
    HeartRateZone,
    Intensity,
    Range,
    Repeat,
    Step,
    TimeDuration,
    Workout,
)

KIND_WORD: dict[Intensity, str] = {
    Intensity.WARMUP: "warmup",
    Intensity.ACTIVE: "run",
    Intensity.RECOVERY: "walk",
    Intensity.REST: "rest",
    Intensity.COOLDOWN: "cooldown",
}
"""The word each intensity is written as."""

KINDS: dict[str, Intensity] = {
    phrase: intensity
    for intensity, phrases in {
        Intensity.WARMUP: ("warmup", "warm up", "warming up", "warmup walk", "warm up walk"),
        Intensity.ACTIVE: ("run", "running", "jog", "jogging", "active"),
        Intensity.RECOVERY: ("walk", "walking", "recovery", "recover", "recovery walk"),
        Intensity.REST: ("rest", "resting", "stand", "standing"),
        Intensity.COOLDOWN: ("cooldown", "cool down", "cooling down", "cooldown walk", "cool down walk"),
    }.items()
    for phrase in phrases
}
"""What people write, in lower case and with hyphens as spaces → the intensity."""

LONGEST_PHRASE = max(len(phrase.split()) for phrase in KINDS)

TIME_UNITS: dict[str, int] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), MS_PER_SECOND),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), MS_PER_MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), MS_PER_HOUR),
}
"""Milliseconds of each unit of time."""

MILE_UNITS = ("mi", "mile", "miles")

DISTANCE_UNITS: dict[str, int] = {
    **dict.fromkeys(("mtr", "mtrs", "metre", "metres", "meter", "meters"), 1_000),
    **dict.fromkeys(("k", "km", "kms", "kilometre", "kilometres", "kilometer", "kilometers"), 1_000_000),
    **dict.fromkeys(MILE_UNITS, 1_609_344),
}
"""Tenths of a centimetre of each unit of distance."""

_TIME_LETTER = {"h": "h", "min": "m", "s": "s"}
_DISTANCE_LETTER = {"m": "mtr", "km": "km", "mi": "mi"}


def format_workout(workout: Workout) -> str:
    """``workout`` on one line, so that ``parse`` gives it back; all but its description, which has no place in it."""
    title = f"{_quote(workout.name)}: " if workout.name else ""
    return title + format_blocks(workout.steps)


def format_blocks(blocks: tuple[Block, ...]) -> str:
    """Steps and repeats with commas between them."""
    return ", ".join(format_step(block) if isinstance(block, Step) else format_repeat(block) for block in blocks)


def format_lines(blocks: tuple[Block, ...], indent: str = "") -> str:
    """As :func:`format_blocks`, but a step a line and the steps of a repeat indented."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Step):
            lines.append(indent + format_step(block))
        else:
            lines += [f"{indent}{block.count}x(", format_lines(block.steps, f"{indent}    "), f"{indent})"]
    return "\n".join(lines)


def format_repeat(repeat: Repeat) -> str:
    """As ``8x(1m run, 2m walk)``."""
    return f"{repeat.count}x({format_blocks(repeat.steps)})"


def format_step(step: Step) -> str:
    """As ``1m run "strides" @170-180spm``."""
    words = [format_duration(step.duration), KIND_WORD[step.intensity]]
    if step.name is not None:
        words.append(_quote(step.name))
    words += format_targets(step)
    return " ".join(words)


def format_targets(step: Step) -> list[str]:
    """As ``["@170-180spm", "@Z2", "@RPE3"]``; empty without targets."""
    targets: list[str] = []
    if step.cadence:
        targets.append(f"@{_range(step.cadence)}spm")
    match step.heart_rate:
        case HeartRateTarget() as beats:
            targets.append(f"@{_range(beats)}bpm")
        case HeartRateZone(zone=zone):
            targets.append(f"@Z{zone}")
        case None:
            pass
    if step.rpe:
        targets.append(f"@RPE{_range(step.rpe)}")
    return targets


def format_duration(duration: Duration) -> str:
    """As ``1m30s``, ``400mtr``, ``open``."""
    if isinstance(duration, TimeDuration):
        return "".join(figure + _TIME_LETTER[unit] for figure, unit in time_parts(duration.ms))
    if isinstance(duration, DistanceDuration):
        figure, unit = distance_parts(duration.cm)
        return figure + _DISTANCE_LETTER[unit]
    return "open"


def _range(target: Range) -> str:
    return str(target.low) if target.low == target.high else f"{target.low}-{target.high}"


def _quote(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
