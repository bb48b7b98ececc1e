"""A workout in the text that intervals.icu's calendar reads. Paste it into a workout's description there."""

import re

from coach.errors import BadInput
from coach.model.durations import CM_PER_METRE, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND, distance_parts, spell
from coach.model.sheets import Exported, Sheet, SheetKind
from coach.model.syntax_scan import quoted
from coach.model.workout import DistanceDuration, Duration, HeartRateZone, Step, TimeDuration
from exporters.steps import WORD, Round, called, one_level, remarks_on, the_workout

_READ_AS_MORE = re.compile(
    r"\d|[%^<>=\[\]`]|^-|\b(ramp|freeride|free|press|lap|hr|lthr|pace|mmp|ftp|rpm|power|intensity|hidepower)\b",
    re.IGNORECASE,
)
"""In the words before a duration it would be taken for a duration, a target or an order."""

_LEAVE_OUT = "take it out of the workout, or leave out all: --without targets"


class IntervalsExporter:
    """A line a step; a repeat is a line with its count, with a blank line before and after it."""

    about = "text for intervals.icu's workout builder"
    suffix = ".txt"
    is_text = True
    takes = frozenset({SheetKind.WORKOUT})

    def export(self, sheet: Sheet) -> Exported:
        """Raises BadInput for open steps, fractions of seconds or metres, targets other than zones, and some names."""
        workout = the_workout(sheet).workout
        blocks: list[list[str]] = [[]]
        for each in one_level(workout):
            blocks[-1] += _lines(each) if each.times == 1 else []
            if each.times > 1:
                blocks += [[f"{each.times}x", *_lines(each)], []]
        text = "\n\n".join("\n".join(lines) for lines in blocks if lines)
        return Exported(f"{text}\n".encode(), tuple(remarks_on(workout)))


def _lines(each: Round) -> list[str]:
    return [f"- {_cue(step)} {_duration(step)}{_target(step)} intensity={step.intensity.value}" for step in each.steps]


def _cue(step: Step) -> str:
    if step.name is None:
        return WORD[step.intensity]
    if _READ_AS_MORE.search(step.name):
        raise BadInput(
            f"intervals.icu would read more than a name into {quoted(step.name)}",
            remedy="rename the step without figures and signs, or leave out all names: --without names",
        )
    return step.name


def _duration(step: Step) -> str:
    match step.duration:
        case TimeDuration(ms=ms) if ms % MS_PER_SECOND == 0:
            hours, rest = divmod(ms, MS_PER_HOUR)
            minutes, rest = divmod(rest, MS_PER_MINUTE)
            parts = ((hours, "h"), (minutes, "m"), (rest // MS_PER_SECOND, "s"))
            return "".join(f"{figure}{unit}" for figure, unit in parts if figure)
        case DistanceDuration(cm=cm) if cm % CM_PER_METRE == 0 or distance_parts(cm)[1] == "mi":
            figure, unit = distance_parts(cm)
            return f"{figure}{'mtr' if unit == 'm' else unit}"
        case _:
            raise BadInput(_why_not(step, step.duration), remedy="give it a time in seconds or a distance in metres")


def _why_not(step: Step, duration: Duration) -> str:
    if isinstance(duration, TimeDuration | DistanceDuration):
        return f"{called(step)} lasts {spell(duration)}, and intervals.icu goes by whole seconds and metres"
    return f"{called(step)} ends by a button, and intervals.icu wants a time or a distance"


def _target(step: Step) -> str:
    if step.cadence is not None:
        raise BadInput(f"{called(step)} has a cadence, which intervals.icu has for cycling alone", remedy=_LEAVE_OUT)
    if step.rpe is not None:
        raise BadInput(f"{called(step)} has an RPE, for which intervals.icu has no place", remedy=_LEAVE_OUT)
    match step.heart_rate:
        case None:
            return ""
        case HeartRateZone(zone=zone):
            return f" Z{zone} HR"
        case _:
            raise BadInput(
                f"{called(step)} has a heart rate in beats, and intervals.icu takes zones", remedy=_LEAVE_OUT
            )


exporter = IntervalsExporter()
