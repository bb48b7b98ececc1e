"""Recordings without noise, laid out by hand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from coach.model.activity import Activity, Gait, Pause, Record
from coach.model.timeline import Timeline
from tests.synthetic import NOON, Span

R, W, S = Gait.RUN, Gait.WALK, Gait.STAND
SPEED = {R: 2.4, W: 1.4, S: 0.0}
CADENCE = {R: 162.0, W: 114.0, S: 0.0}


def second(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def recorded(*parts: tuple[Gait, int], sport: str = "running") -> Activity:
    """A reading a second, exact from the first to the last."""
    records: list[Record] = []
    metres = 0.0
    for gait, seconds in parts:
        for _ in range(seconds):
            records.append(
                Record(NOON + second(len(records)), metres, SPEED[gait], CADENCE[gait], 150 if gait is R else 110)
            )
            metres += SPEED[gait]
    end = NOON + second(len(records))
    return Activity("fit", sport, NOON, end, timer_ms=1000 * len(records), distance_m=metres, records=tuple(records))


def without(activity: Activity, start: float, end: float) -> Activity:
    """As if nothing had been written from ``start`` to ``end``."""
    kept = tuple(r for r in activity.records if not NOON + second(start) <= r.at < NOON + second(end))
    return replace(activity, records=kept)


def paused(activity: Activity, start: float, end: float) -> Activity:
    cut = without(activity, start, end)
    timer = None if activity.timer_ms is None else activity.timer_ms - round(1000 * (end - start))
    return replace(cut, timer_ms=timer, pauses=(*cut.pauses, Pause(NOON + second(start), NOON + second(end))))


def bare(activity: Activity, *names: str) -> Activity:
    """Without these figures in any record."""
    return replace(activity, records=tuple(r._replace(**dict.fromkeys(names)) for r in activity.records))


def as_planned(timeline: Timeline, untimed_s: float = 60) -> tuple[Span, ...]:
    """Every interval for exactly its time."""
    spans: list[Span] = []
    at = 0.0
    for interval in timeline.intervals:
        end = at + (untimed_s if interval.planned_ms is None else interval.planned_ms / 1000)
        spans.append(Span(interval.index, at, end))
        at = end
    return tuple(spans)


def followed(timeline: Timeline, spans: Sequence[Span]) -> tuple[tuple[Gait, int], ...]:
    """The gaits of the plan, second by second."""
    parts: list[tuple[Gait, int]] = []
    for span in spans:
        intensity = timeline.intervals[span.index].intensity
        gait = R if intensity.is_run else S if intensity.value == "rest" else W
        parts.append((gait, round(span.end) - round(span.start)))
    return tuple(parts)
