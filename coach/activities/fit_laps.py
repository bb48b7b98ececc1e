"""Laps, pauses and splits of a FIT file."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from coach.activities import tidy
from coach.activities.tidy import milliseconds, whole, within
from coach.model.activity import Activity, Gait, Pause, RecordedLap, RecordedStep, RecordedWorkout, Split
from coach.model.workout import Intensity

END_OF_STOP = "start"
STOP = frozenset(("stop", "stop_all", "stop_disable", "stop_disable_all"))
_INTENSITY = {
    "active": Intensity.ACTIVE, "rest": Intensity.REST, "warmup": Intensity.WARMUP, "cooldown": Intensity.COOLDOWN,
    "recovery": Intensity.RECOVERY, "interval": Intensity.ACTIVE,
}  # fmt: skip
_GAIT = {"rwd_run": Gait.RUN, "rwd_walk": Gait.WALK, "rwd_stand": Gait.STAND}
_PLACES = frozenset(("position_start", "position_lap", "position_waypoint", "position_marked"))
_SECOND = timedelta(seconds=1)
_ALMOST = 0.98  # of a step's distance; it does not end before

Values = Mapping[str, Any]


class Clock(Protocol):
    """From a file's seconds to instants."""

    def at(self, seconds: object) -> datetime | None:
        """None for what is no date."""
        ...


def laps_of(given: Sequence[Values], clock: Clock, workout: RecordedWorkout | None) -> list[RecordedLap]:
    """By when they began. A lap that says neither when it began nor when it ended is left out."""
    found: list[tuple[RecordedLap, str]] = []
    for values in given:
        stamp = clock.at(values.get("timestamp"))
        elapsed = milliseconds(values.get("total_elapsed_time"))
        start = clock.at(values.get("start_time"))
        if start is None:
            start = stamp if stamp is None or elapsed is None else stamp - timedelta(milliseconds=elapsed)
        if start is None:
            continue
        # The stamp of the last lap is when the file was saved, which may be much later.
        end = stamp if elapsed is None else start + timedelta(milliseconds=elapsed)
        found.append((_lap(values, start, max(start, end or start)), str(values.get("lap_trigger"))))
    found.sort(key=lambda each: each[0].start)
    steps = {} if workout is None else {step.number: step for step in workout.steps}
    after = [*(lap for lap, _ in found[1:]), None]
    return [
        lap._replace(by_itself=_by_itself(lap, trigger, following, steps))
        for (lap, trigger), following in zip(found, after, strict=False)
    ]


def _lap(values: Values, start: datetime, end: datetime) -> RecordedLap:
    step = values.get("wkt_step_index")
    rounds = within(values.get("avg_cadence"), 0, 254)
    strides = whole(values.get("total_cycles"), 0, 10_000_000)
    return RecordedLap(
        start,
        end,
        milliseconds(values.get("total_timer_time")),
        tidy.metres(values.get("total_distance")),
        _INTENSITY.get(str(values.get("intensity"))),
        step if isinstance(step, int) and 0 <= step < 0x1000 else None,
        False,
        strides,
        None if rounds is None else rounds + (within(values.get("avg_fractional_cadence"), 0, 1) or 0),
        tidy.heart_rate(values.get("avg_heart_rate")),
    )


def _by_itself(
    lap: RecordedLap, trigger: str, following: RecordedLap | None, steps: Mapping[int, RecordedStep]
) -> bool:
    """Whether the watch cut it by the distance or time that is set for every lap.

    A step of the workout that is over cuts by the same triggers; then what is run next is another step, or the step was
    of that distance.
    """
    if trigger not in ("distance", "time", *_PLACES):
        return False
    if lap.step_index is None:
        return following is None or following.intensity is lap.intensity
    if following is None or following.step_index != lap.step_index:
        return False
    step = steps.get(lap.step_index)
    if step is None:
        return True
    if trigger == "distance" and step.distance_cm is not None:
        return lap.distance_m is not None and lap.distance_m * 100 < step.distance_cm * _ALMOST
    if trigger == "time" and step.duration_ms is not None:
        return lap.timer_ms is not None and lap.timer_ms + 1000 < step.duration_ms
    return True


def pauses_of(stops: Sequence[tuple[int, bool]], clock: Clock, activity: Activity) -> tuple[Pause, ...]:
    """From each stop of the timer until it goes on again, within ``activity``."""
    start, end = activity.start, activity.end
    found: list[Pause] = []
    since: datetime | None = None
    timed = [(at, goes) for seconds, goes in stops if (at := clock.at(seconds)) is not None]
    for at, goes in sorted(timed, key=lambda each: each[0]):
        if at > end + _SECOND:  # events are of whole seconds, sums are not
            break
        if not goes:
            since = since or at
        elif since is not None:
            found.append(Pause(since, at))
            since = None
    found = [Pause(max(pause.start, start), min(pause.end, end)) for pause in found if pause.end > start]
    if since is not None and end - since >= _SECOND:
        # It stood still to the end, if that goes with its sum; or it went on, and nobody wrote when.
        last = Pause(max(since, start), end)
        stood = sum((pause.end - pause.start for pause in (*found, last)), timedelta())
        if activity.timer_ms is None or stood <= end - start - timedelta(milliseconds=activity.timer_ms) + 2 * _SECOND:
            found.append(last)
    return tuple(pause for pause in found if pause.end > pause.start)


def splits_of(
    given: Sequence[Values], clock: Clock, first: datetime | None, last: datetime | None
) -> tuple[Split, ...]:
    """What the watch took for running, walking and standing; its splits of other kinds overlap these."""
    found: list[Split] = []
    for values in given:
        gait, start = _GAIT.get(str(values.get("split_type"))), clock.at(values.get("start_time"))
        if gait is None or start is None:
            continue
        elapsed = milliseconds(values.get("total_elapsed_time"))
        end = clock.at(values.get("end_time")) if elapsed is None else start + timedelta(milliseconds=elapsed)
        if end is not None and end > start and (first is None or start >= first) and (last is None or start < last):
            found.append(Split(gait, start, end))
    return tuple(sorted(found, key=lambda each: each.start))
