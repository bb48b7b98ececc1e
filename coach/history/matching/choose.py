"""Which planned session a recording is of, or that it is of none."""

import math
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from coach.history.matching.align import place_by_gait
from coach.history.matching.gait import Track
from coach.history.matching.steps import expanded, places
from coach.model.activity import Activity
from coach.model.timeline import compile_timeline
from coach.model.workout import Workout


class Candidate(NamedTuple):
    """A session that may have been run. ``key`` is the caller's own; ``title`` is what it was called on the watch.

    ``at`` is when it was unlocked or sent; ``ran`` when a coach ran it, from start to end, where one did.
    """

    key: str
    workout: Workout
    title: str
    at: datetime
    ran: tuple[datetime, datetime] | None = None


class Sign(StrEnum):
    """What speaks for a candidate, or against it."""

    COACH = "coach"
    TIME = "time"
    REPLACED = "replaced"
    NAME = "name"
    STEPS = "steps"
    SHAPE = "shape"


class Chosen(NamedTuple):
    """The likeliest session. ``signs`` are natural logarithms of how much each speaks for it."""

    candidate: Candidate
    confidence: float
    signs: tuple[tuple[Sign, float], ...]


# [P] all of them: how far each sign moves the odds against "none of these", as natural logarithms.
_SAME_TIME, _OTHER_TIME = 6.0, -4.0
_TOO_SOON, _A_DAY_LATER, _LATE_AT_MOST, _REPLACED = -6.0, -1.0, -5.0, -3.0
_SAME_NAME, _OTHER_NAME = 3.0, -1.5
_SAME_STEPS, _MOST_STEPS, _OTHER_STEPS = 4.0, 2.0, -5.0
_SHAPE, _SHAPE_FROM, _LACKS = 16.0, 0.7, -2.0
_AT_FIRST = -0.5
_SKEW = timedelta(minutes=10)
"""Two clocks may differ by so much."""
_FRESH = timedelta(hours=36)
"""A session is run on the day it is opened for, or the next."""
_SHAPES = 8
"""So many candidates at most are laid along the recording; the rest have too much against them."""
_LEAST_NAME = 8
LEAST = 0.5
"""Below this confidence it is none of them."""


def choose(activity: Activity, track: Track, candidates: Sequence[Candidate]) -> Chosen | None:
    """The session ``activity`` most likely is, whatever the order of ``candidates``; None if it rather is of none."""
    newest = max((c.at for c in candidates if c.at <= activity.start + _SKEW), default=None)
    signs = [(c, _told(activity, c, newest)) for c in sorted(candidates, key=lambda c: (c.at, c.key), reverse=True)]
    signs.sort(key=lambda each: -_sum(each[1]))  # stable: of equals the newer is first
    weighed = [(c, [*told, *_shape(track, c)] if number < _SHAPES else told) for number, (c, told) in enumerate(signs)]
    if not weighed:
        return None
    odds = [math.exp(min(60.0, _AT_FIRST + _sum(told))) for _, told in weighed]
    best = max(range(len(odds)), key=lambda number: odds[number])
    confidence = odds[best] / (1 + sum(odds))
    return Chosen(weighed[best][0], confidence, tuple(weighed[best][1])) if confidence >= LEAST else None


def _sum(signs: Sequence[tuple[Sign, float]]) -> float:
    return sum(weight for _, weight in signs)


def _told(activity: Activity, candidate: Candidate, newest: datetime | None) -> list[tuple[Sign, float]]:
    """What time, name and steps say."""
    if candidate.ran is not None:
        began, ended = candidate.ran
        both = min(ended, activity.end) - max(began, activity.start)
        shorter = min(ended - began, activity.end - activity.start)
        together = both > timedelta(0) and both * 2 >= shorter
        signs = [(Sign.COACH, _SAME_TIME if together else _OTHER_TIME)]
    else:
        signs = _by_time(activity.start - candidate.at, candidate.at, newest)
    watch = activity.workout
    if watch is None:
        return signs
    if watch.name:
        signs.append((Sign.NAME, _SAME_NAME if _same_name(watch.name, candidate.title) else _OTHER_NAME))
    if watch.steps:
        intervals = compile_timeline(candidate.workout).intervals
        order = expanded(watch)
        found = [place for place in places(order, intervals) if place is not None]
        share = len(found) / max(len(order), len(intervals))
        says = _SAME_STEPS if share == 1 else _MOST_STEPS if share >= 0.8 else _OTHER_STEPS
        signs.append((Sign.STEPS, says))
    return signs


def _by_time(age: timedelta, at: datetime, newest: datetime | None) -> list[tuple[Sign, float]]:
    if age < -_SKEW:
        return [(Sign.TIME, _TOO_SOON)]
    days = max(timedelta(0), age - _FRESH) / timedelta(days=1)
    signs = [(Sign.TIME, max(_LATE_AT_MOST, _A_DAY_LATER * days))]
    if newest is not None and at < newest:
        signs.append((Sign.REPLACED, _REPLACED))
    return signs


def _same_name(watch: str, title: str) -> bool:
    """Watches cut names."""
    one, other = _folded(watch), _folded(title)
    return one == other or (len(one) >= _LEAST_NAME and other.startswith(one))


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _shape(track: Track, candidate: Candidate) -> list[tuple[Sign, float]]:
    timeline = compile_timeline(candidate.workout)
    placing = place_by_gait(track, timeline)
    if placing is None:
        return []
    lacks = 1 - len(placing.placed) / len(timeline.intervals)
    return [(Sign.SHAPE, _SHAPE * (placing.confidence - _SHAPE_FROM) + _LACKS * lacks)]
