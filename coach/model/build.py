"""The build phase: what follows 30 minutes in one go. Duration, then frequency, then hills, then speed.

Evidence.md section 4, and the build of BWH. Two limits hold from each stage to the next, a stage being a week: no run
above 1.10 times the longest so far (Frandsen 2025), no week above 1.10 times the one before (a convention). There is no
acute:chronic ratio. How many runs a week, how many stages of hills and speed and what they hold are project choices.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

from coach.model.durations import MS_PER_MINUTE, MS_PER_SECOND, spell_ms
from coach.model.protocol import Stage, StagePhase, Terrain
from coach.model.workout import Intensity, Repeat, Step, TimeDuration, Workout

BUILD = "build"
"""Stands where other stages have the id of their protocol."""

FROM_MS = 30 * MS_PER_MINUTE
TO_MS = 45 * MS_PER_MINUTE
WEEKS = 8
"""Of alternate days, while a run grows from 30 to 45 minutes (BWH); then days may follow each other."""
RUNS = 3
"""A week on alternate days [P]: with a fourth now and then a week could be a third longer than the one before."""
MORE_RUNS = (4, 5)
LONGEST_MS = 180 * MS_PER_MINUTE
"""[P] No run of the build phase is longer, whatever the former distance."""
HILLS_FRACTION = 0.5
SPEED_FRACTION = 0.6
"""The cautious end of OSU's 50-60 % of the former weekly distance [P]."""

_WALK = 5 * MS_PER_MINUTE
_HALF_MINUTE = MS_PER_MINUTE // 2
_QUICK, _EASY = 20 * MS_PER_SECOND, 100 * MS_PER_SECOND
_LOAD = ("frandsen-2025", "buist-2008")


class _Week(NamedTuple):
    """``runs`` of ``each_ms``."""

    runs: int
    each_ms: int

    @property
    def total_ms(self) -> int:
        return self.runs * self.each_ms


def build_stages(
    *, longest_ms: int = FROM_MS, former_weekly_m: int | None = None, pace_s_per_km: int | None = None
) -> tuple[Stage, ...]:
    """The stages after a protocol whose longest run in one go is ``longest_ms`` milliseconds.

    Below 30 minutes it first goes there, a tenth at a time. ``former_weekly_m`` metres a week before the injury, at
    ``pace_s_per_km``, bound the weeks: never above it, unless they are already, and long enough that speed can open at
    60 % of it. Without both, weeks grow to five runs of 45 minutes.
    """
    former_ms = None
    if former_weekly_m is not None and pace_s_per_km is not None:
        former_ms = former_weekly_m * pace_s_per_km
    stages = [*_towards(longest_ms)]
    week = _Week(RUNS, max(_whole_minutes(longest_ms), FROM_MS))
    for number in range(1, WEEKS + 1):
        grown = _whole_minutes(week.each_ms + max(0, TO_MS - week.each_ms) * number // WEEKS)
        stages.append(_duration(f"duration-{number}", max(grown, week.each_ms)))
    week = _Week(RUNS, max(week.each_ms, TO_MS))
    weeks = tuple(_frequency(week, former_ms))
    stages += [_often(f"frequency-{number}", each) for number, each in enumerate(weeks, start=1)]
    week = weeks[-1]
    stages += [_hills(number, week) for number in (1, 2)]
    stages += [_speed(number, week) for number in (1, 2)]
    return tuple(stages)


def _towards(longest_ms: int) -> Iterator[Stage]:
    """Runs a tenth longer each, down to half a minute where that still is longer; not below one minute."""
    number, reached = 1, longest_ms
    while reached < FROM_MS:
        grown = max(MS_PER_MINUTE, reached * 11 // 10)
        half = grown // _HALF_MINUTE * _HALF_MINUTE
        reached = min(FROM_MS, half if half > reached else grown // MS_PER_SECOND * MS_PER_SECOND)
        yield _duration(f"towards-30-{number}", reached, phase=StagePhase.WALKRUN)
        number += 1


def _duration(name: str, each_ms: int, phase: StagePhase = StagePhase.BUILD) -> Stage:
    return Stage(
        id=name,
        title=f"{spell_ms(each_ms)} run, {RUNS} a week",
        sessions=(_session(each_ms),),
        good_sessions=RUNS if phase is StagePhase.BUILD else 1,
        rest_days=1,
        weekly_max=RUNS,
        phase=phase,
        source="bwh-2007" if phase is StagePhase.BUILD else "project-choice",
        other_sources=(*_LOAD, "project-choice") if phase is StagePhase.BUILD else _LOAD,
    )


def _frequency(week: _Week, former_ms: int | None) -> Iterator[_Week]:
    """Weeks of more runs, then of longer ones if 60 % of the former week is not reached; each ≤ 1.10 × the last."""
    most = None if former_ms is None else max(former_ms, week.total_ms)
    target = 0 if former_ms is None else math.ceil(SPEED_FRACTION * former_ms)
    full = week.each_ms
    for runs in MORE_RUNS:
        week = _Week(runs, min(full, _whole_minutes(_grown(week, most) // runs)))
        yield week
        while (each := min(full, _whole_minutes(_grown(week, most) // runs))) > week.each_ms:
            week = _Week(runs, each)
            yield week
    while week.total_ms < target and week.each_ms < LONGEST_MS:
        each = min(LONGEST_MS, _whole_minutes(_grown(week, most) // week.runs))
        if each <= week.each_ms:
            return
        week = _Week(week.runs, each)
        yield week


def _grown(week: _Week, most: int | None) -> int:
    grown = week.total_ms * 11 // 10
    return grown if most is None else min(grown, most)


def _often(name: str, week: _Week) -> Stage:
    return Stage(
        id=name,
        title=f"{spell_ms(week.each_ms)} run, {week.runs} a week",
        sessions=(_session(week.each_ms),),
        good_sessions=week.runs,
        rest_days=0,
        weekly_max=week.runs,
        phase=StagePhase.BUILD,
        source="bwh-2007",
        other_sources=(*_LOAD, "project-choice"),
        weeks_alternate=WEEKS,
    )


def _hills(number: int, week: _Week) -> Stage:
    hilly = _session(week.each_ms, "hilly, easy")
    flat = _session(week.each_ms, "flat")
    # The hilly runs of a week never follow each other.
    sessions = tuple(hilly if at % 2 == 0 and at // 2 < number else flat for at in range(week.runs))
    return Stage(
        id=f"hills-{number}",
        title=f"{week.runs} runs a week, {number} on hills",
        sessions=sessions,
        good_sessions=week.runs,
        rest_days=0,
        weekly_max=week.runs,
        terrain=Terrain.HILLS,
        phase=StagePhase.BUILD,
        source="osu-2019",
        other_sources=("project-choice",),
        weeks_alternate=WEEKS,
        weekly_fraction=HILLS_FRACTION,
    )


def _speed(number: int, week: _Week) -> Stage:
    rounds = 2 + 2 * number
    easy = week.each_ms - rounds * (_QUICK + _EASY)
    quick = Repeat(count=rounds, steps=(_run(_QUICK, "quicker"), _run(_EASY, "easy")))
    lively = Workout(
        name=f"Build: {rounds} times 20 s quicker",
        steps=(_walk(Intensity.WARMUP), _run(easy, "easy"), quick, _walk(Intensity.COOLDOWN)),
    )
    return Stage(
        id=f"speed-{number}",
        title=f"{week.runs} runs a week, one with {rounds} times 20 s quicker",
        sessions=(lively, *(_session(week.each_ms, "easy") for _ in range(week.runs - 1))),
        good_sessions=week.runs,
        rest_days=0,
        weekly_max=week.runs,
        phase=StagePhase.SPEED,
        source="osu-2019",
        other_sources=("project-choice",),
        weeks_alternate=WEEKS,
        weekly_fraction=SPEED_FRACTION,
    )


def _session(each_ms: int, name: str | None = None) -> Workout:
    title = f"Build: {spell_ms(each_ms)} run" + (f", {name}" if name else "")
    return Workout(name=title, steps=(_walk(Intensity.WARMUP), _run(each_ms, name), _walk(Intensity.COOLDOWN)))


def _run(ms: int, name: str | None) -> Step:
    return Step(intensity=Intensity.ACTIVE, duration=TimeDuration(ms=ms), name=name)


def _walk(intensity: Intensity) -> Step:
    return Step(intensity=intensity, duration=TimeDuration(ms=_WALK))


def _whole_minutes(ms: int) -> int:
    return ms // MS_PER_MINUTE * MS_PER_MINUTE
