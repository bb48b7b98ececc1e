"""Made-up runs of which the truth is known: plausible in speed, cadence, noise and lag, and recorded as watches do it.

``make(kind, seed)`` gives the same run each time. The truth is what the runner did each second, and when each interval
of the plan really began and ended. What is drawn: the runner's own two gaits, how late a cue is heeded, GPS error that
drifts, a cadence that the watch smooths and counts in strides, stops, and the faults each kind is called after.
"""

import math
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from coach.history.matching.gait import Track, track
from coach.history.matching.match import IntervalDone, Matched, match
from coach.model.activity import (
    Activity,
    Gait,
    Pause,
    Record,
    RecordedLap,
    RecordedStep,
    RecordedWorkout,
    Split,
)
from coach.model.timeline import Timeline, compile_timeline
from coach.model.workout import Block, DistanceDuration, Intensity, Repeat, Step, TimeDuration, Workout

NOON = datetime(2026, 5, 4, 10, tzinfo=UTC)
MINUTE = 60_000


class Kind(StrEnum):
    """How a run was run and recorded."""

    STEPS = "watch followed the steps"
    AUTO_LAP = "steps cut by auto-lap, last lap without index"
    PLAIN = "no steps known"
    LAPS = "a lap a step, no index"
    AUTO_PAUSE = "stops, auto-pause"
    MISSED_CADENCE = "cadence missed and halved"
    WALKED = "run intervals walked"
    LATE = "begun late, or the watch late"
    EARLY_STOP = "stopped early"
    SMART = "smart recording"
    SLOW = "jog of 2.0 m/s beside a walk of 1.8"
    HILLS = "uphill at a shuffle"
    SPLITS = "the watch's own run, walk and stand"
    TRACK = "a track alone: places, no cadence"
    SLOW_TRACK = "slow jog, a track alone"
    SKIPPED = "an interval skipped"
    EXTRA = "one round too many"


ORDINARY = tuple(kind for kind in Kind if kind not in (Kind.TRACK, Kind.SLOW_TRACK, Kind.SKIPPED, Kind.EXTRA))
"""The others are shown beside them, and promised nothing."""


class Span(NamedTuple):
    """An interval as it was really done, in seconds of the recording."""

    index: int
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Made:
    """``gaits`` holds one a second of the recording, None while the watch stood still."""

    kind: Kind
    activity: Activity
    workout: Workout
    gaits: tuple[Gait | None, ...]
    spans: tuple[Span, ...]


def step(intensity: Intensity, seconds: float) -> Step:
    return Step(intensity=intensity, duration=TimeDuration(ms=round(seconds * 1000)))


def rounds(run_s: float, walk_s: float, count: int, ends_s: float = 300, name: str = "") -> Workout:
    body = (step(Intensity.ACTIVE, run_s), step(Intensity.RECOVERY, walk_s))
    return Workout(
        name=name or f"{run_s:g} to {walk_s:g}, {count} times",
        steps=(step(Intensity.WARMUP, ends_s), Repeat(count=count, steps=body), step(Intensity.COOLDOWN, ends_s)),
    )


PLANS = (
    rounds(60, 120, 8),
    rounds(60, 60, 10),
    rounds(120, 60, 8),
    rounds(30, 60, 10),
    rounds(540, 60, 3),
    rounds(240, 180, 3, ends_s=120),
    Workout(
        name="pyramid",
        steps=(
            step(Intensity.WARMUP, 300),
            Repeat(
                count=2,
                steps=(
                    Repeat(count=3, steps=(step(Intensity.ACTIVE, 45), step(Intensity.RECOVERY, 45))),
                    step(Intensity.ACTIVE, 180),
                    step(Intensity.RECOVERY, 120),
                ),
            ),
            step(Intensity.COOLDOWN, 240),
        ),
    ),
)


class Runner(NamedTuple):
    """How one person moves: metres a second, steps a minute."""

    walk: float
    walk_cadence: float
    jog: float
    jog_cadence: float
    heed_s: float  # at most so long after a cue


def somebody(chance: random.Random, slow: bool) -> Runner:
    if slow:
        walk_cadence = chance.uniform(124, 132)
        return Runner(1.8, walk_cadence, 2.0, walk_cadence + chance.uniform(18, 28), 3)
    walk = chance.uniform(1.25, 1.65)
    jog = chance.uniform(2.1, 3.1)
    return Runner(walk, chance.uniform(102, 122), jog, chance.uniform(150, 176), 4)


@dataclass
class _Life:
    """One second after another; what was done, and during which interval of the plan."""

    chance: random.Random
    gaits: list[Gait]
    stopped: list[bool]  # the watch stood still
    spans: list[Span]

    def do(self, index: int | None, gait: Gait, seconds: float, late: float = 0.0) -> None:
        """``late`` seconds of it are still as before."""
        start = len(self.gaits)
        before = self.gaits[-1] if self.gaits else gait
        late = min(round(late), round(seconds))
        self.gaits += [before] * late + [gait] * (round(seconds) - late)
        self.stopped += [False] * round(seconds)
        if index is not None:
            self.spans.append(Span(index, start, len(self.gaits)))

    def stand(self, at: int, seconds: int, paused: bool, longer: bool) -> None:
        """Somewhere in what was done, for a traffic light: cues go on meanwhile unless it makes things ``longer``."""
        lag = 3 if paused else seconds
        if longer:
            self.gaits[at:at] = [Gait.STAND] * seconds
            self.stopped[at:at] = [n >= lag for n in range(seconds)]
            self.spans = [
                Span(s.index, s.start + seconds * (s.start >= at), s.end + seconds * (s.end > at)) for s in self.spans
            ]
        else:
            self.gaits[at : at + seconds] = [Gait.STAND] * seconds
            self.stopped[at : at + seconds] = [n >= lag for n in range(seconds)]


def make(kind: Kind, seed: int, workout: Workout | None = None) -> Made:
    """One run of this kind."""
    chance = random.Random(f"{kind}/{seed}")
    workout = workout or PLANS[seed % len(PLANS)]
    timeline = compile_timeline(workout)
    runner = somebody(chance, kind in (Kind.SLOW, Kind.SLOW_TRACK))
    life = _live(kind, chance, timeline, runner)
    cut = 0
    if kind is Kind.LATE and seed % 2:  # the watch was started when the session was under way
        cut = chance.randint(20, 150)
    records = list(_sensed(chance, runner, life, noisy=kind is not Kind.STEPS, hilly=kind is Kind.HILLS))[cut:]
    gaits = tuple(None if s else g for g, s in zip(life.gaits, life.stopped, strict=True))[cut:]
    spans = tuple(Span(s.index, max(0.0, s.start - cut), s.end - cut) for s in life.spans if s.end > cut)
    pauses = tuple(_pauses(life.stopped[cut:]))
    kept = [r for r, g in zip(records, gaits, strict=True) if g is not None]
    activity = Activity(
        form="fit",
        sport="running",
        start=NOON,
        end=NOON + timedelta(seconds=len(gaits)),
        timer_ms=1000 * sum(g is not None for g in gaits),
        distance_m=kept[-1].distance_m,
        records=tuple(
            r._replace(at=r.at - timedelta(seconds=cut), distance_m=(r.distance_m or 0) - (records[0].distance_m or 0))
            for r in kept
        ),
        pauses=pauses,
    )
    return Made(kind, _as_recorded(kind, chance, activity, timeline, spans, gaits), workout, gaits, spans)


def _live(kind: Kind, chance: random.Random, timeline: Timeline, runner: Runner) -> _Life:
    life = _Life(chance, [], [], [])
    if kind is Kind.LATE:
        life.do(None, Gait.STAND if chance.random() < 0.5 else Gait.WALK, chance.randint(20, 120))
    intervals = list(timeline.intervals)
    runs = [i.index for i in intervals if i.intensity.is_run]
    walked = set(chance.sample(runs, min(2, len(runs) - 1))) if kind is Kind.WALKED else set[int]()
    skipped = {chance.choice(runs[1:-1] or runs[:1])} if kind is Kind.SKIPPED else set[int]()
    last = len(intervals) if kind is not Kind.EARLY_STOP else max(2, round(len(intervals) * chance.uniform(0.4, 0.8)))
    for interval in intervals[:last]:
        if interval.index in skipped:
            continue
        seconds = (interval.planned_ms or 60_000) / 1000
        if kind is Kind.EARLY_STOP and interval.index == last - 1:
            seconds *= chance.uniform(0.4, 0.9)
        gait = Gait.RUN if interval.intensity.is_run and interval.index not in walked else Gait.WALK
        gait = Gait.STAND if interval.intensity is Intensity.REST else gait
        life.do(interval.index, gait, seconds, chance.uniform(0, runner.heed_s))
        if kind is Kind.EXTRA and interval.index == runs[-1] + 1:
            life.do(None, Gait.RUN, 60, 2)
            life.do(None, Gait.WALK, 60, 2)
    if kind is Kind.AUTO_PAUSE:
        longer = chance.random() < 0.5
        walks = [s for s in life.spans if s.end - s.start >= 60 and life.gaits[int(s.end) - 2] is Gait.WALK]
        for span in chance.sample(walks, 2):
            now = next(s for s in life.spans if s.index == span.index)
            room = int(now.end - now.start) - 15
            life.stand(int(now.start) + 10, min(chance.randint(20, 60), room - 5), paused=True, longer=longer)
    return life


def _sensed(chance: random.Random, runner: Runner, life: _Life, *, noisy: bool, hilly: bool) -> Iterator[Record]:
    """A reading a second: what a body does with some inertia, what a watch makes of it with some lag."""
    speed = cadence = shown_speed = shown_cadence = error = metres = true_metres = 0.0
    drift_north = drift_east = 0.0
    sigma = 0.22 if noisy else 0.12
    for second, (gait, stopped) in enumerate(zip(life.gaits, life.stopped, strict=True)):
        aim, beat = {
            Gait.RUN: (runner.jog, runner.jog_cadence),
            Gait.WALK: (runner.walk, runner.walk_cadence),
            Gait.STAND: (0.0, 0.0),
        }[gait]
        tired = second / 3600
        if hilly and gait is Gait.RUN and second % 400 < 200:
            aim, beat = 1.75 + 0.1 * (runner.jog - 2), beat - 4
        speed += (aim * (1 - 0.03 * tired) - speed) * 0.55
        cadence += (beat - cadence) * 0.7
        error = 0.85 * error + chance.gauss(0, sigma * math.sqrt(1 - 0.85**2))
        drift_north = 0.98 * drift_north + chance.gauss(0, 0.35)
        drift_east = 0.98 * drift_east + chance.gauss(0, 0.35)
        felt = max(0.0, speed * (1 + 0.03 * math.sin(second / 40)) + error * min(1.0, speed))
        shown_speed += (felt - shown_speed) * 0.45
        shown_cadence += (cadence - shown_cadence) * 0.5
        if not stopped:
            metres += felt
        true_metres += speed
        counted = 2 * round(max(0.0, shown_cadence + chance.gauss(0, 2.2)) / 2) if shown_cadence > 30 else 0
        running = gait is Gait.RUN
        yield Record(
            at=NOON + timedelta(seconds=second),
            distance_m=round(metres, 2),
            speed_mps=round(shown_speed, 3),
            cadence=counted,
            heart_rate=round(100 + 45 * running + chance.gauss(0, 2)),
            latitude=48.1 + (true_metres + drift_north) / 111_195,
            longitude=11.5 + drift_east / 74_000,
            stance_ms=round(265 + 12 * tired + chance.gauss(0, 5), 1) if running else None,
            balance_left=round(50.4 + chance.gauss(0, 0.5), 2) if running else None,
        )


def _pauses(stopped: list[bool]) -> Iterator[Pause]:
    start: int | None = None
    for second, still in enumerate([*stopped, False]):
        if still and start is None:
            start = second
        if not still and start is not None:
            yield Pause(NOON + timedelta(seconds=start), NOON + timedelta(seconds=second))
            start = None


# --- as a watch records it ------------------------------------------------------------------------------------------


def _as_recorded(
    kind: Kind,
    chance: random.Random,
    activity: Activity,
    timeline: Timeline,
    spans: tuple[Span, ...],
    gaits: tuple[Gait | None, ...],
) -> Activity:
    change: dict[Kind, Callable[[], Activity]] = {
        Kind.STEPS: lambda: with_steps(activity, timeline, spans),
        Kind.AUTO_LAP: lambda: _auto_lapped(with_steps(activity, timeline, spans)),
        Kind.LAPS: lambda: replace(
            activity, laps=tuple(lap._replace(step_index=None) for lap in with_steps(activity, timeline, spans).laps)
        ),
        Kind.MISSED_CADENCE: lambda: replace(activity, records=tuple(_missed(chance, activity.records))),
        Kind.SMART: lambda: replace(activity, records=tuple(_smart(chance, activity.records))),
        Kind.SPLITS: lambda: replace(
            activity,
            splits=tuple(_splits(gaits)),
            records=tuple(r._replace(cadence=None) for r in activity.records),
        ),
        Kind.TRACK: lambda: _bare(activity),
        Kind.SLOW_TRACK: lambda: _bare(activity),
    }
    return change.get(kind, lambda: activity)()


def numbered(workout: Workout) -> tuple[tuple[RecordedStep, ...], tuple[int, ...]]:
    """The steps as a FIT file lists them, repeats after what they repeat, and the number of each interval's step."""
    steps: list[RecordedStep] = []

    def add(blocks: tuple[Block, ...]) -> list[int]:
        order: list[int] = []
        for block in blocks:
            if isinstance(block, Step):
                time = block.duration.ms if isinstance(block.duration, TimeDuration) else None
                far = block.duration.cm if isinstance(block.duration, DistanceDuration) else None
                order.append(len(steps))
                steps.append(RecordedStep(len(steps), block.intensity, time, far))
            else:
                first = len(steps)
                once = add(block.steps)
                order += once * block.count
                if block.count > 1:
                    steps.append(RecordedStep(len(steps), back_to=first, rounds=block.count))
        return order

    order = add(workout.steps)
    return tuple(steps), tuple(order)


def with_steps(activity: Activity, timeline: Timeline, spans: tuple[Span, ...]) -> Activity:
    """A lap an interval, each with the number of its step."""
    steps, order = numbered(timeline.workout)
    laps = tuple(
        RecordedLap(
            start=activity.start + timedelta(seconds=span.start),
            end=activity.start + timedelta(seconds=span.end),
            timer_ms=round(1000 * (span.end - span.start)),
            intensity=timeline.intervals[span.index].intensity,
            step_index=order[span.index],
        )
        for span in spans
    )
    return replace(activity, laps=laps, workout=RecordedWorkout(timeline.workout.name or "", steps))


def _auto_lapped(activity: Activity) -> Activity:
    """A cut every kilometre, which sometimes leaves a tail of some seconds; the last lap lost its number."""
    far = {record.at: record.distance_m or 0.0 for record in activity.records}
    laps: list[RecordedLap] = []
    cut_at = 1000.0
    for lap in activity.laps:
        start = lap.start
        for at, metres in far.items():
            if metres >= cut_at and lap.start < at < lap.end:
                laps.append(_part(lap, start, at, by_itself=True))
                start, cut_at = at, cut_at + 1000
        laps.append(_part(lap, start, lap.end, by_itself=False))
    # A watch that cuts by the kilometre as the step ends leaves a tail.
    longest = max(range(len(laps) - 1), key=lambda n: laps[n].end - laps[n].start)
    lap, tail = laps[longest], timedelta(seconds=3)
    laps[longest : longest + 1] = [
        _part(lap, lap.start, lap.end - tail, by_itself=True),
        _part(lap, lap.end - tail, lap.end, by_itself=False),
    ]
    laps[-1] = laps[-1]._replace(step_index=None)
    return replace(activity, laps=tuple(laps))


def _part(lap: RecordedLap, start: datetime, end: datetime, *, by_itself: bool) -> RecordedLap:
    timer = (end - start) // timedelta(milliseconds=1)
    return lap._replace(start=start, end=end, timer_ms=timer, by_itself=by_itself)


def _missed(chance: random.Random, records: tuple[Record, ...]) -> Iterator[Record]:
    """For some stretches no cadence, nought, or one foot's alone."""
    now, until = "right", 0
    for number, record in enumerate(records):
        if number >= until:
            now = chance.choice(["right", "right", "right", "none", "nought", "half"])
            until = number + (chance.randint(40, 160) if now == "right" else chance.randint(5, 45))
        cadence = record.cadence or 0
        match now:
            case "none":
                yield record._replace(cadence=None)
            case "nought":
                yield record._replace(cadence=0)
            case "half":
                yield record._replace(cadence=cadence / 2)
            case _:
                yield record


def _smart(chance: random.Random, records: tuple[Record, ...]) -> Iterator[Record]:
    """A reading when something changed, or after some ten seconds."""
    last = records[0]
    yield last
    for record in records[1:]:
        waited = (record.at - last.at).total_seconds()
        changed = abs((record.speed_mps or 0) - (last.speed_mps or 0)) > 0.5
        if waited >= chance.randint(3, 11) or changed:
            yield record
            last = record


def _splits(gaits: tuple[Gait | None, ...]) -> Iterator[Split]:
    start = 0
    for second in range(1, len(gaits) + 1):
        if second == len(gaits) or gaits[second] is not gaits[start]:
            gait = gaits[start]
            if gait is not None:
                # It finds a change some seconds late.
                late = timedelta(seconds=2 if start else 0)
                yield Split(gait, NOON + timedelta(seconds=start) + late, NOON + timedelta(seconds=second) + late)
            start = second


def _bare(activity: Activity) -> Activity:
    """As a GPX file has it."""
    bare = tuple(Record(r.at, latitude=r.latitude, longitude=r.longitude) for r in activity.records)
    return replace(activity, form="gpx", records=bare, distance_m=None, timer_ms=None, pauses=())


# --- marks ----------------------------------------------------------------------------------------------------------

NEAR_S = 10.0
"""An interval is found where it was if both its ends are within so many seconds."""


class Marks(NamedTuple):
    """Of seconds on the watch's timer, running or not, and of the plan's intervals: how many were right, of how many.

    ``missed`` are the seconds of running that do not count as load.
    """

    seconds_right: int = 0
    seconds: int = 0
    missed: int = 0
    ran: int = 0
    intervals_right: int = 0
    intervals: int = 0

    def and_of(self, other: "Marks") -> "Marks":
        return Marks(*(one + more for one, more in zip(self, other, strict=True)))


def mark(made: Made, found: Track, matched: Matched) -> Marks:
    """How near to the truth it came."""
    right = total = missed = ran = 0
    for second, true in enumerate(made.gaits):
        if true is None:
            continue
        stretch = found.at(second + 0.5)
        total += 1
        right += (stretch is not None and stretch.gait is Gait.RUN) == (true is Gait.RUN)
        ran += true is Gait.RUN
        missed += true is Gait.RUN and not (stretch is not None and stretch.counts)
    truth = {span.index: span for span in made.spans}
    good = sum(_is_right(truth.get(done.interval.index), done, made.activity.start) for done in matched.intervals)
    return Marks(right, total, missed, ran, good, len(matched.intervals))


def _is_right(true: Span | None, done: IntervalDone, zero: datetime) -> bool:
    if true is None or done.start is None or done.end is None:
        return true is None and done.start is None
    start, end = (done.start - zero).total_seconds(), (done.end - zero).total_seconds()
    return abs(true.start - start) <= NEAR_S and abs(true.end - end) <= NEAR_S


def marks_of(kind: Kind, seeds: Iterable[int]) -> Marks:
    """All runs of one kind."""
    total = Marks()
    for seed in seeds:
        made = make(kind, seed)
        found = track(made.activity)
        total = total.and_of(mark(made, found, match(made.activity, made.workout, known=found)))
    return total
