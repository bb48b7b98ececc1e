"""FIT activities, as watches write them: ``fit_scan`` walks over the frame, fitdecode decodes, ``fit_activity`` makes
sense of it."""

import importlib
import io
import struct
from dataclasses import replace
from typing import Any

from coach.activities.fit_activity import Told, activities_of
from coach.activities.fit_scan import Part, Sieved, parts_of, sieve
from coach.activities.tidy import MAX_RECORDS
from coach.errors import BadInput
from coach.model.activity import Activity

MAX_BYTES = 32_000_000
"""A day and a night of a watch that writes all it knows is some ten million."""

MAX_OTHERS = 50_000
"""Of each other kind of message that is read."""

REMEDY = "copy it from the watch anew, or export it again"

_FILE_ID, _SPORT, _SESSION, _LAP, _RECORD, _EVENT, _DEVICE = 0, 12, 18, 19, 20, 21, 23
_WORKOUT, _STEP, _ACTIVITY, _SPLIT = 26, 27, 34, 312
# The fields that are read, by their numbers in the profile: each costs the decoder as much as the next.
_WANTED = {
    # type, maker, product, serial number, product's name
    _FILE_ID: frozenset((0, 1, 2, 3, 8)),
    _SPORT: frozenset((0,)),
    # time, start, sport, elapsed, by the timer, distance
    _SESSION: frozenset((253, 2, 5, 7, 8, 9)),
    # the same; cycles, mean heart rate and cadence, intensity, trigger, step, fraction of the cadence
    _LAP: frozenset((253, 2, 7, 8, 9, 10, 15, 17, 23, 24, 25, 71, 80)),
    # time, place, altitude, heart rate, cadence, distance, speed, both compressed, temperature; oscillation, stance
    # time, cadence by 256ths, its fraction; speed and altitude enhanced, balance of stance time
    _RECORD: frozenset((253, 0, 1, 2, 3, 4, 5, 6, 8, 13, 39, 41, 52, 53, 73, 78, 84)),
    _EVENT: frozenset((253, 0, 1)),
    _DEVICE: frozenset((2, 3, 4, 27)),
    _WORKOUT: frozenset((8,)),
    # name, kind and amount of the duration, target, intensity, index
    _STEP: frozenset((0, 1, 2, 4, 7, 254)),
    _ACTIVITY: frozenset((253, 5)),
    # type, elapsed, start, end
    _SPLIT: frozenset((0, 1, 9, 27)),
}
_DATA_FRAME = 4
_ACTIVITY_FILE = "activity"

# What the decoder raises where a definition says one thing and the profile another: it trusts both.
_LED_ASTRAY = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError, struct.error)


def read_fit(data: bytes, name: str) -> list[Activity]:
    """Every activity in ``data``: one a session. Raises BadInput for what holds none, or nothing that can be saved."""
    found: list[Activity] = []
    kinds: list[str] = []
    faults: list[str] = []
    for part in parts_of(data):
        told, wrong = _tell(data, part, name)
        if told.kind in (_ACTIVITY_FILE, "") and told.has_something:
            found += activities_of(told, wrong, name)
        else:
            faults += wrong
            kinds.append(told.kind)
    if not found:
        raise _refused(next((kind for kind in kinds if kind), ""), faults, name)
    if faults:
        found[-1] = replace(found[-1], faults=(*found[-1].faults, *faults))
    return found


def _refused(kind: str, faults: list[str], name: str) -> BadInput:
    if kind and kind != _ACTIVITY_FILE:
        return BadInput(
            f"it is a FIT file of {kind.removesuffix('_a').removesuffix('_b').replace('_', ' ')}, not of an activity",
            where=name,
            remedy="activities are in GARMIN/Activity on the watch",
        )
    if faults:
        return BadInput(f"nothing of it can be read: {faults[0]}", where=name, remedy=REMEDY)
    return BadInput("there is no activity in it", where=name, remedy="activities are in GARMIN/Activity on the watch")


def _tell(data: bytes, part: Part, name: str) -> tuple[Told, list[str]]:
    """What a part's messages tell, and what is wrong with it."""
    try:
        sieved = sieve(data, part, _WANTED)
    except BadInput as refused:
        raise BadInput(refused.what, where=name, remedy=refused.remedy) from None
    for kind, count in sieved.counts.items():
        most, word = (MAX_RECORDS, "records") if kind == _RECORD else (MAX_OTHERS, f"messages of kind {kind}")
        if count > most and kind in _WANTED:
            raise BadInput(f"there are more than {most:,} {word} in it", where=name, remedy="no watch writes so many")
    faults = [*part.faults, *([sieved.fault] if sieved.fault else [])]
    told = Told()
    astray = _decode(sieved, told)
    return told, faults + ([astray] if astray else [])


def _decode(sieved: Sieved, told: Told) -> str | None:
    """Have ``told`` take every message; what kept the decoder from going on, if anything did."""
    fitdecode: Any = importlib.import_module("fitdecode")  # lazily: its profile takes a tenth of a second
    stream = io.BytesIO(sieved.data)
    reader = fitdecode.FitReader(
        stream,
        processor=None,  # its conversions are slow, and make times of what may be none
        check_crc=fitdecode.CrcCheck.DISABLED,
        error_handling=fitdecode.ErrorHandling.IGNORE,
    )
    try:
        for frame in reader:
            if frame.frame_type == _DATA_FRAME:
                _take(frame, told)
    except (fitdecode.FitError, *_LED_ASTRAY) as error:
        offset = sieved.offset_of(stream.tell())
        return f"at byte {offset} a message makes no sense ({type(error).__name__}): what follows is lost"
    return None


def _take(frame: Any, told: Told) -> None:
    kind: int = frame.global_mesg_num
    if kind == _RECORD:
        told.record(_values(frame))
    elif kind == _LAP:
        told.laps.append(_values(frame))
    elif kind == _EVENT:
        told.event(_values(frame))
    elif kind == _SPLIT:
        told.splits.append(_values(frame))
    elif kind == _STEP:
        told.steps.append(_raw(frame))
    elif kind == _SESSION:
        told.sessions.append(_values(frame))
    elif kind == _DEVICE:
        told.device(_values(frame))
    elif kind == _FILE_ID:
        told.file_id(_values(frame))
    elif kind == _ACTIVITY:
        told.activity = _values(frame)
    elif kind == _WORKOUT:
        told.workout = _values(frame)
    elif kind == _SPORT:
        told.sport = _values(frame)


def _values(frame: Any) -> dict[str, Any]:
    """Every field that is given and known, by its name in the profile."""
    return {
        (each.parent_field or each.field).name: each.value
        for each in frame.fields
        if each.value is not None and each.field is not None
    }


def _raw(frame: Any) -> dict[int, Any]:
    """As they stand in the file, by number: what a step's duration is of decides how it is scaled."""
    return {
        each.field_def.def_num: each.raw_value
        for each in frame.fields
        if each.raw_value is not None and each.field_def is not None
    }
