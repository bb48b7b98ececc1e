"""A tick a step at the cadence a workout prescribes. Pure."""

import math
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from coach.audio.mixer import scaled
from coach.audio.track import Schedule, Tick
from coach.errors import BadInput
from coach.model.timeline import Timeline
from coach.ports import RATE

_PITCH_HZ = 1_600
_FRAMES = RATE * 15 // 1000
_PEAK = 0.22


def ticks(timeline: Timeline, schedule: Schedule, duck_db: int) -> Iterator[Tick]:
    """From the beginning of every interval with a cadence, in the middle of its range; softer while a cue sounds.

    Raises BadInput if no step has one.
    """
    if not any(interval.step.cadence for interval in timeline.intervals):
        raise BadInput(
            "no step has a cadence to tick at", where="--metronome", remedy="give one, as in '8x(1m run @170spm, …)'"
        )
    return _ticks(timeline, schedule, duck_db)


def _ticks(timeline: Timeline, schedule: Schedule, duck_db: int) -> Iterator[Tick]:
    soft = scaled(_tick(), round(100 * 10 ** (-duck_db / 20)))
    spans = schedule.spans
    begins = [begin for begin, _ in spans]
    for interval, start, end in zip(
        timeline.intervals, schedule.starts, (*schedule.starts[1:], schedule.end), strict=True
    ):
        cadence = interval.step.cadence
        if cadence is None:
            continue
        step = 0
        # Counted from the start each time: rounding a beat never adds up.
        while (at := start + step * 120 * RATE // (cadence.low + cadence.high)) < end:
            before = bisect_right(begins, at + _FRAMES) - 1
            is_under = before >= 0 and spans[before][1] > at
            yield Tick(at, soft if is_under else _tick())
            step += 1


@cache
def _tick() -> bytes:
    """A short, dry knock: mono, signed 16-bit little-endian."""
    samples = array("h")
    for frame in range(_FRAMES):
        fade = (1 - frame / _FRAMES) ** 3
        samples.append(round(32_767 * _PEAK * fade * math.sin(2 * math.pi * _PITCH_HZ * frame / RATE + math.pi / 2)))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()
