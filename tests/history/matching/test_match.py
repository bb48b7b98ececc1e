"""Planned against done, and the laws of it."""

import math
import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.history.matching import align
from coach.history.matching.choose import Candidate, choose
from coach.history.matching.gait import track
from coach.history.matching.match import Matched, match
from coach.history.matching.ran import ran
from coach.history.matching.steps import How
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
from coach.model.sheets import Lap
from coach.model.syntax import parse
from coach.model.timeline import compile_timeline
from coach.model.workout import DistanceDuration, Intensity, Repeat, Step, TimeDuration, Workout
from exporters.steps import one_level
from tests.history.matching.recordings import NOON, R, W, as_planned, followed, paused, recorded, second
from tests.model.workouts import blocks, workouts
from tests.synthetic import Kind, make, with_steps

PLAN = parse("2min walk, 3x(1min run, 2min walk), 1min walk")


def spans(matched: Matched, of: Activity) -> list[tuple[int, float, float]]:
    return [
        (d.interval.index, (d.start - of.start).total_seconds(), (d.end - of.start).total_seconds())
        for d in matched.intervals
        if d.start is not None and d.end is not None
    ]


# --- as planned ------------------------------------------------------------------------------------------------------


@given(workouts)
@settings(max_examples=25)
def test_steps_followed_to_the_letter_are_the_plan(workout: Workout) -> None:
    timeline = compile_timeline(workout)
    planned = as_planned(timeline)
    activity = Activity("fit", "running", NOON, NOON + second(planned[-1].end))
    activity = with_steps(activity, timeline, planned)
    found = match(activity, workout)
    assert found.how is How.STEPS
    got = spans(found, activity)
    assert [index for index, _, _ in got] == [i.index for i in timeline.intervals]
    for (_, start, end), (_, from_, to) in zip(got, planned, strict=True):
        assert start == pytest.approx(from_, abs=0.001)
        assert end == pytest.approx(to, abs=0.001)


@given(workouts)
@settings(max_examples=25)
def test_so_are_the_steps_as_a_watch_gets_them_from_us(workout: Workout) -> None:
    """Without repeats in repeats (docs/export.md)."""
    timeline = compile_timeline(workout)
    planned = as_planned(timeline)
    steps: list[RecordedStep] = []
    order: list[int] = []
    for each in one_level(workout):
        first = len(steps)
        for step in each.steps:
            time = step.duration.ms if isinstance(step.duration, TimeDuration) else None
            far = step.duration.cm if isinstance(step.duration, DistanceDuration) else None
            steps.append(RecordedStep(len(steps), step.intensity, time, far))
        order += [*range(first, len(steps))] * each.times
        if each.times > 1:
            steps.append(RecordedStep(len(steps), back_to=first, rounds=each.times))
    laps = tuple(
        RecordedLap(NOON + second(span.start), NOON + second(span.end), step_index=number)
        for span, number in zip(planned, order, strict=True)
    )
    whole = Activity("fit", "running", NOON, NOON + second(planned[-1].end), laps=laps)
    found = match(replace(whole, workout=RecordedWorkout("", tuple(steps))), workout)
    assert found.how is How.STEPS
    assert [index for index, _, _ in spans(found, whole)] == [i.index for i in timeline.intervals]


short = st.builds(
    Step,
    intensity=st.sampled_from([Intensity.ACTIVE, Intensity.RECOVERY, Intensity.WARMUP, Intensity.REST]),
    duration=st.integers(3, 18).map(lambda tens: TimeDuration(ms=tens * 10_000)),
)  # fmt: skip
short_workouts = st.builds(Workout, steps=blocks(short)).filter(
    lambda w: (compile_timeline(w).total_ms or 0) <= 2_400_000
)


@given(short_workouts)
@settings(max_examples=15, deadline=None)
def test_a_plan_run_to_the_second_is_found_from_the_gait_alone(workout: Workout) -> None:
    timeline = compile_timeline(workout)
    planned = as_planned(timeline)
    activity = recorded(*followed(timeline, planned))
    found = match(activity, workout)
    assert found.how is How.GAIT
    got = spans(found, activity)
    assert [index for index, _, _ in got] == [i.index for i in timeline.intervals]
    for (_, start, end), (_, from_, to) in zip(got, planned, strict=True):
        assert start == pytest.approx(from_, abs=5)
        assert end == pytest.approx(to, abs=5)
    assert found.confidence > 0.9
    if found.planned_run_ms:
        assert found.adherence is not None
        assert found.adherence > 0.85


# --- figures ---------------------------------------------------------------------------------------------------------


def test_each_interval_says_what_was_done_in_it() -> None:
    activity = recorded(*followed(compile_timeline(PLAN), as_planned(compile_timeline(PLAN))))
    found = match(activity, PLAN)
    first_run = found.intervals[1]
    assert first_run.done_ms == pytest.approx(60_000, abs=3000)
    assert first_run.run_ms == pytest.approx(60_000, abs=3000)
    assert first_run.distance_m == pytest.approx(144, abs=8)
    assert first_run.means.cadence == pytest.approx(162, abs=2)
    assert first_run.means.heart_rate == pytest.approx(150, abs=3)
    assert first_run.confidence > 0.9
    assert found.intervals[2].run_ms == pytest.approx(0, abs=2000)
    assert (found.over_ms, found.under_ms) == (pytest.approx(0, abs=4000), pytest.approx(0, abs=4000))
    assert found.adherence == pytest.approx(1, abs=0.05)
    assert found.extras == ()


def test_a_run_interval_that_was_walked_lacks() -> None:
    activity = recorded((W, 120), (R, 60), (W, 120 + 60 + 120), (R, 60), (W, 180))
    found = match(activity, PLAN)
    assert found.intervals[3].run_ms == 0
    assert found.intervals[3].done_ms == 60_000
    assert found.intervals[3].means.cadence == pytest.approx(114, abs=2)
    assert found.under_ms == pytest.approx(60_000, abs=5000)
    assert found.adherence == pytest.approx(2 / 3, abs=0.05)


def test_what_was_run_beyond_the_plan_is_over() -> None:
    activity = recorded((W, 120), (R, 60), (W, 120), (R, 60), (W, 120), (R, 60), (W, 180), (R, 240), (W, 60))
    found = match(activity, PLAN)
    assert [d.start is not None for d in found.intervals] == [True] * len(found.intervals)
    assert found.over_ms == pytest.approx(240_000, abs=6000)
    assert sum(extra.run_ms for extra in found.extras) == pytest.approx(240_000, abs=6000)
    assert found.ran.bout_ms == pytest.approx(240_000, abs=6000)


def test_doubt_is_over_and_no_doubt_is_under() -> None:
    blind = Activity("tcx", "running", NOON, NOON + second(900))
    found = match(blind, PLAN)
    assert (found.over_ms, found.sure_over_ms, found.under_ms) == (720_000, 0, 180_000)


def test_stops_of_the_watch_are_no_part_of_an_interval() -> None:
    activity = paused(recorded((W, 120), (R, 60), (W, 180), (R, 60), (W, 120), (R, 60), (W, 180)), 200, 260)
    found = match(activity, PLAN)
    assert [d.start is not None for d in found.intervals] == [True] * len(found.intervals)
    assert found.intervals[2].done_ms == pytest.approx(120_000, abs=5000)


def test_runs_by_distance_are_held_against_the_distance() -> None:
    plan = parse("2min walk, 2x(240mtr run, 1min walk)")
    found = match(recorded((W, 120), (R, 100), (W, 60), (R, 50), (W, 60)), plan)
    assert found.planned_run_ms is None
    assert found.over_ms is None
    assert [d.planned_m for d in found.intervals if d.interval.intensity.is_run] == [240, 240]
    assert found.intervals[1].share == pytest.approx(1, abs=0.05)
    assert found.adherence == pytest.approx(0.75, abs=0.06)


def test_a_session_the_coach_ran_is_cut_by_the_coach_s_own_laps() -> None:
    activity = recorded((W, 125), (R, 62), (W, 120), (R, 60), (W, 60))
    cuts = [(0, 5, 122), (1, 122, 185), (None, 185, 200), (2, 200, 300)]
    laps = [
        Lap(index, Intensity.ACTIVE, NOON + second(start), NOON + second(end), second(end - start))
        for index, start, end in cuts
    ]
    found = match(activity, PLAN, laps=laps)
    assert found.how is How.COACH
    assert spans(found, activity) == [(0, 5, 122), (1, 122, 185), (2, 200, 300)]
    assert [(e.end - e.start).total_seconds() for e in found.extras] == [5, 15, 127]


@pytest.mark.parametrize("off", [-140, -20, 0, 240])
def test_the_coach_s_clock_may_be_minutes_off(off: int) -> None:
    timeline = compile_timeline(PLAN)
    planned = as_planned(timeline)
    activity = recorded((W, 30), *followed(timeline, planned), (W, 45))
    laps = [
        Lap(s.index, Intensity.ACTIVE, NOON + second(30 + s.start + off), NOON + second(30 + s.end + off), second(1))
        for s in planned
    ]
    found = match(activity, PLAN, laps=laps)
    assert [start for _, start, _ in spans(found, activity)] == pytest.approx([30 + s.start for s in planned], abs=4)
    assert found.adherence == pytest.approx(1, abs=0.06)


def test_a_watch_started_late_is_no_clock_that_is_off() -> None:
    plan = parse("5min walk, 5x(1min run, 2min walk)")
    timeline = compile_timeline(plan)
    planned = as_planned(timeline)
    parts = [(W, 120), *followed(timeline, planned)[1:], (W, 300)]
    laps = [
        Lap(s.index, Intensity.ACTIVE, NOON + second(s.start - 180), NOON + second(s.end - 180), second(1))
        for s in planned
    ]
    found = match(recorded(*parts), plan, laps=laps)
    assert spans(found, recorded(*parts))[1] == (1, 120, 180)


# --- which session ---------------------------------------------------------------------------------------------------

OTHER = parse("5min walk, 3x(9min run, 1min walk), 5min walk")
HOUR = timedelta(hours=1)


def offered(workout: Workout, key: str, ago: timedelta, title: str = "today") -> Candidate:
    return Candidate(key, workout, title, NOON - ago)


def chosen(activity: Activity, *candidates: Candidate) -> str | None:
    found = choose(activity, track(activity), candidates)
    return None if found is None else found.candidate.key


def test_the_shape_tells_which_session_it_was() -> None:
    activity = recorded(*followed(compile_timeline(PLAN), as_planned(compile_timeline(PLAN))))
    one, other = offered(PLAN, "one", HOUR), offered(OTHER, "other", HOUR)
    assert chosen(activity, one, other) == chosen(activity, other, one) == "one"
    assert chosen(activity, other) is None
    assert chosen(activity) is None


def test_of_the_same_session_opened_twice_it_is_the_newer() -> None:
    activity = recorded(*followed(compile_timeline(PLAN), as_planned(compile_timeline(PLAN))))
    assert chosen(activity, offered(PLAN, "old", 3 * HOUR), offered(PLAN, "new", HOUR)) == "new"


def test_a_session_not_yet_opened_was_not_run_nor_one_of_long_ago() -> None:
    activity = recorded(*followed(compile_timeline(PLAN), as_planned(compile_timeline(PLAN))))
    assert chosen(activity, offered(PLAN, "later", -2 * HOUR)) is None
    assert chosen(activity, offered(PLAN, "skewed", -timedelta(minutes=3))) == "skewed"
    assert chosen(activity, offered(PLAN, "old", 30 * 24 * HOUR)) is None


def test_name_and_steps_outweigh_a_shape_that_went_wrong() -> None:
    timeline = compile_timeline(PLAN)
    walked = replace(recorded((W, 700)), workout=None)
    told = with_steps(walked, timeline, as_planned(timeline)).workout
    assert told is not None
    named = replace(walked, workout=replace_name(told, "TODAY "))
    assert chosen(walked, offered(PLAN, "one", HOUR)) is None
    assert chosen(named, offered(PLAN, "one", HOUR), offered(OTHER, "other", HOUR)) == "one"
    cut = replace(walked, workout=replace_name(told, "a name that is lon"))
    assert chosen(cut, offered(PLAN, "one", HOUR, "A name that is longer than a watch shows")) == "one"


def replace_name(workout: RecordedWorkout, name: str) -> RecordedWorkout:
    return workout._replace(name=name)


def test_the_watch_followed_something_else() -> None:
    told = RecordedWorkout("intervals", tuple(RecordedStep(n, Intensity.ACTIVE, 90_000) for n in range(9)))
    activity = recorded(*followed(compile_timeline(PLAN), as_planned(compile_timeline(PLAN))))
    assert chosen(replace(activity, workout=told), offered(PLAN, "one", HOUR)) is None


def test_a_session_that_the_coach_ran_at_the_same_time_is_it() -> None:
    activity = recorded((W, 300), (R, 60), (W, 300))
    live = offered(PLAN, "live", HOUR)._replace(ran=(NOON + second(20), NOON + second(700)))
    earlier = offered(PLAN, "earlier", HOUR)._replace(ran=(NOON - HOUR, NOON - second(60)))
    assert chosen(activity, live, earlier) == "live"
    assert chosen(activity, earlier) is None


# --- laws ------------------------------------------------------------------------------------------------------------

odd_floats = st.none() | st.floats(0, 300) | st.sampled_from([math.nan, math.inf, -1.0, 1e12])
instants = st.integers(-1000, 30_000).map(lambda tenths: NOON + timedelta(milliseconds=100 * tenths))
far_instants = instants | st.integers(-(10**9), 10**9).map(lambda s: NOON + second(s))
records = st.builds(
    Record, at=far_instants, distance_m=odd_floats, speed_mps=odd_floats | st.floats(0, 5), cadence=odd_floats,
    heart_rate=st.none() | st.integers(-5, 300), latitude=st.none() | st.floats(-90, 90),
    longitude=st.none() | st.floats(-180, 180), stance_ms=odd_floats, balance_left=odd_floats,
)  # fmt: skip
laps = st.builds(
    RecordedLap,
    start=far_instants,
    end=far_instants,
    timer_ms=st.none() | st.integers(0, 10**7),
    distance_m=odd_floats,
    intensity=st.none() | st.sampled_from(Intensity),
    step_index=st.none() | st.integers(0, 8),
    by_itself=st.booleans(),
    steps=st.none() | st.integers(0, 9999),
    cadence=odd_floats,
)
recorded_steps = st.builds(
    RecordedStep,
    number=st.integers(0, 9),
    intensity=st.none() | st.sampled_from(Intensity),
    duration_ms=st.none() | st.sampled_from([0, 60_000, 120_000]),
    back_to=st.none() | st.integers(0, 9),
    rounds=st.none() | st.integers(0, 2**32 - 1),
)
splits = st.builds(Split, st.sampled_from(Gait), far_instants, far_instants)


def some(of: st.SearchStrategy[Any], most: int, by: Callable[[Any], Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=most, unique_by=by).map(tuple)


activities = st.builds(
    Activity,
    form=st.just("fit"),
    sport=st.sampled_from(["running", "walking", "", "cycling"]),
    start=instants,
    end=far_instants,
    timer_ms=st.none() | st.integers(0, 10**8),
    distance_m=odd_floats,
    records=some(records, 30, lambda record: record.at),
    laps=some(laps, 8, lambda lap: (lap.start, lap.end)),
    pauses=some(st.builds(Pause, far_instants, far_instants), 4, lambda pause: pause),
    splits=some(splits, 4, lambda split: split.start),
    workout=st.none()
    | st.builds(RecordedWorkout, st.sampled_from(["", "a"]), some(recorded_steps, 8, lambda step: step.number)),
)


@given(activities, workouts)
@settings(max_examples=25, deadline=None)
def test_whatever_a_file_holds_there_is_an_answer(activity: Activity, workout: Workout) -> None:
    found = track(activity)
    matched = match(activity, workout, known=found)
    whole = matched.ran
    assert whole == ran(found)
    assert whole.run_ms == whole.sure_run_ms + whole.doubtful_ms
    assert 0 <= whole.bout_ms <= whole.run_ms <= 48 * 3_600_000
    for before, after in zip(found.stretches, found.stretches[1:], strict=False):
        assert before.end <= after.start
    for done in matched.intervals:
        assert 0 <= done.sure_run_ms <= done.run_ms
        assert 0 <= done.confidence <= 1
    assert matched.adherence is None or 0 <= matched.adherence <= 1
    figures: Iterable[float | None] = (whole.distance_m, whole.run_distance_m, *whole.means, *whole.drift)
    assert all(figure is None or math.isfinite(figure) for figure in figures)
    choose(activity, found, [Candidate("a", workout, "a", NOON)])


@given(activities, st.randoms(use_true_random=False), st.integers(-(10**6), 10**6))
@settings(max_examples=40, deadline=None)
def test_neither_order_nor_date_matters(activity: Activity, chance: random.Random, hours: int) -> None:
    by = timedelta(hours=hours / 1000)

    def mixed(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chance.sample(items, len(items)))

    moved = replace(
        activity,
        start=activity.start + by,
        end=activity.end + by,
        records=mixed(tuple(r._replace(at=r.at + by) for r in activity.records)),
        laps=mixed(tuple(each._replace(start=each.start + by, end=each.end + by) for each in activity.laps)),
        pauses=mixed(tuple(Pause(p.start + by, p.end + by) for p in activity.pauses)),
        splits=mixed(tuple(Split(s.gait, s.start + by, s.end + by) for s in activity.splits)),
    )
    one, other = match(activity, PLAN), match(moved, PLAN)
    assert one.ran == other.ran
    assert (one.how, one.confidence, one.adherence) == (other.how, other.confidence, other.adherence)
    assert [(d.interval.index, d.start and d.start + by, d.done_ms, d.means) for d in one.intervals] == [
        (d.interval.index, d.start, d.done_ms, d.means) for d in other.intervals
    ]


def test_the_work_grows_with_the_plan_and_the_changes_of_gait_not_with_their_product(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = (Step(intensity=Intensity.ACTIVE, duration=TimeDuration(ms=30_000)),
            Step(intensity=Intensity.RECOVERY, duration=TimeDuration(ms=30_000)))  # fmt: skip
    plan = Workout(steps=(Repeat(count=40, steps=body),))
    found = track(make(Kind.PLAIN, 1, plan).activity)
    assert len(found.stretches) > 60
    asked = 0
    odd = align._Ground.odd

    def counted(*arguments: object) -> float:
        nonlocal asked
        asked += 1
        return odd(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(align._Ground, "odd", counted)
    assert align.place_by_gait(found, compile_timeline(plan)) is not None
    states, ends = 32, 14
    assert asked <= 80 * states * ends
