"""A FIT workout for a watch: copy it to ``GARMIN/NewFiles``. What is in it, and its limits: docs/export.md."""

from datetime import UTC, datetime, timedelta

from coach.errors import BadInput
from coach.model.sheets import Exported, Sheet, SheetKind
from coach.model.workout import (
    CadenceTarget,
    DistanceDuration,
    HeartRateTarget,
    HeartRateZone,
    Intensity,
    Step,
    TimeDuration,
)
from exporters.fit_records import ENUM, LONGEST_TEXT, TEXT, UINT16, UINT32, UINT32Z, Field, Message, Value, encode_file
from exporters.steps import (
    WORD,
    Round,
    called,
    effort,
    few_enough,
    refuse_two_targets,
    remarks_on,
    the_workout,
)

MAX_STEPS = 50
"""Repeats count as well; with more a watch refuses the file, or worse, cuts it."""
SHORT_NAME = 15
"""ASCII characters that every watch shows of a step's name; a longer one goes into the notes."""
EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
_SINCE_POWER_ON = 0x10000000
"""A smaller number counts from when a device was switched on, and is no date."""
_NO_TIME = 0xFFFFFFFF

_WORKOUT_FILE = 5
NO_MANUFACTURER = 255  # "development": no maker's file
RUNNING = 1
_CAPABILITIES = 32
_TIME, _DISTANCE, _OPEN, _REPEAT = 0, 1, 5, 6
_HEART_RATE, _NO_TARGET, _CADENCE = 1, 2, 3
_BPM_FROM = 100  # below it means percent of the highest

INTENSITY = {
    Intensity.ACTIVE: 0,
    Intensity.REST: 1,
    Intensity.WARMUP: 2,
    Intensity.COOLDOWN: 3,
    Intensity.RECOVERY: 4,
}

FILE_ID = (
    Field(0, ENUM),  # type
    Field(1, UINT16),  # manufacturer
    Field(2, UINT16),  # product
    Field(3, UINT32Z),  # serial number
    Field(4, UINT32),  # time created
)
_WORKOUT = (
    Field(4, ENUM),  # sport
    Field(5, UINT32Z),  # capabilities
    Field(6, UINT16),  # number of steps
    Field(8, TEXT),  # name
)
_STEP = (
    Field(254, UINT16),  # index
    Field(0, TEXT),  # name
    Field(1, ENUM),  # duration type
    Field(2, UINT32),  # duration: ms, cm, or the step to go back to
    Field(3, ENUM),  # target type
    Field(4, UINT32),  # target: zone, or how often in all
    Field(5, UINT32),  # target from
    Field(6, UINT32),  # target to
    Field(7, ENUM),  # intensity
    Field(8, TEXT),  # notes
)


class FitExporter:
    """Its time and serial number are the sheet's; all else depends on workout and title alone."""

    about = "FIT workout for a watch (GARMIN/NewFiles)"
    suffix = ".fit"
    is_text = False
    takes = frozenset({SheetKind.WORKOUT})

    def export(self, sheet: Sheet) -> Exported:
        """Raises BadInput for more than 50 steps, a text above 254 bytes, or two targets in one step."""
        given = the_workout(sheet)
        workout = given.workout
        rounds = few_enough(workout, MAX_STEPS, "a watch")
        data = encode_file(
            (
                Message(0, FILE_ID, [(_WORKOUT_FILE, NO_MANUFACTURER, 0, given.serial, fit_time(given.made_at))]),
                *workout_messages(rounds, given.title),
            )
        )
        remarks = remarks_on(workout)
        if any(step.cadence is not None and _is_odd(step.cadence) for each in rounds for step in each.steps):
            remarks.append("a watch counts strides, two steps each: an odd cadence is widened by one step")
        return Exported(data, tuple(remarks))


def fit_time(at: datetime) -> int:
    """Whole seconds since FIT's own epoch. Raises BadInput for a time that a file cannot tell."""
    seconds = (at - EPOCH) // timedelta(seconds=1)
    if not _SINCE_POWER_ON <= seconds < _NO_TIME:
        raise BadInput(
            f"the clock says {at.year}, and a FIT file knows 1999 to 2125", remedy="set this machine's clock"
        )
    return seconds


def workout_messages(rounds: tuple[Round, ...], title: str) -> tuple[Message, Message]:
    """The workout and its steps. Raises BadInput for a text above 254 bytes, or two targets in one step."""
    _check_text(title, "the title")
    count = sum(each.size for each in rounds)
    return Message(26, _WORKOUT, [(RUNNING, _CAPABILITIES, count, title)]), Message(27, _STEP, _rows(rounds))


def _rows(rounds: tuple[Round, ...]) -> list[tuple[Value, ...]]:
    rows: list[tuple[Value, ...]] = []
    for each in rounds:
        first = len(rows)
        rows += [_row(first + at, step) for at, step in enumerate(each.steps)]
        if each.times > 1:
            rows.append((len(rows), None, _REPEAT, first, _NO_TARGET, each.times, None, None, 0, None))
    return rows


def _row(index: int, step: Step) -> tuple[Value, ...]:
    refuse_two_targets(step, "a watch")
    match step.duration:
        case TimeDuration(ms=ms):
            ends: tuple[Value, Value] = (_TIME, ms)
        case DistanceDuration(cm=cm):
            ends = (_DISTANCE, cm)
        case _:
            ends = (_OPEN, None)
    name, notes = _texts(step)
    return (index, name, *ends, *_target(step), INTENSITY[step.intensity], notes)


def _target(step: Step) -> tuple[Value, Value, Value, Value]:
    """Type, zone, from, to."""
    match step.heart_rate:
        case HeartRateZone(zone=zone):
            return _HEART_RATE, zone, None, None
        case HeartRateTarget(low=low, high=high):
            return _HEART_RATE, 0, low + _BPM_FROM, high + _BPM_FROM
        case None:
            pass
    if step.cadence is not None:
        return _CADENCE, 0, step.cadence.low // 2, (step.cadence.high + 1) // 2
    return _NO_TARGET, 0, None, None


def _is_odd(cadence: CadenceTarget) -> bool:
    return bool(cadence.low % 2 or cadence.high % 2)


def _texts(step: Step) -> tuple[str, str | None]:
    """Name and notes. A name that not every watch shows goes into the notes, whole."""
    is_short = step.name is not None and len(step.name) <= SHORT_NAME and step.name.isascii()
    name = step.name if is_short and step.name is not None else WORD[step.intensity]
    notes = "; ".join(text for text in (None if is_short else step.name, effort(step.rpe)) if text)
    _check_text(notes, called(step))
    return name, notes or None


def _check_text(text: str, what: str) -> None:
    if len(text.encode()) > LONGEST_TEXT:
        raise BadInput(
            f"{what} is {len(text.encode())} bytes long, and FIT holds {LONGEST_TEXT}", remedy="shorten its name"
        )


exporter = FitExporter()
