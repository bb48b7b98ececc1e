"""Workout → Timeline, the one compilation."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from coach.model.syntax import parse
from coach.model.timeline import Round, Timeline, compile_timeline
from coach.model.workout import Workout
from tests.model.workouts import expand, timed_workouts, workouts


def timeline(text: str) -> Timeline:
    return compile_timeline(parse(text))


def test_the_seed() -> None:
    compiled = timeline("5m warmup, 8x(1m run, 2m walk), 5m cooldown")
    assert len(compiled.intervals) == 18
    assert compiled.total_ms == 34 * 60_000
    assert compiled.run_ms == 8 * 60_000
    third_run = compiled.intervals[5]
    assert (third_run.number, third_run.of, third_run.start_ms, third_run.planned_ms) == (3, 8, 11 * 60_000, 60_000)
    assert third_run.rounds == (Round(0, 3, 8),)
    assert [len(group) for group in compiled.groups] == [1, 16, 1]


@given(timed_workouts)
@settings(max_examples=100)
def test_the_sum_of_the_planned_times_is_the_end_of_the_last(workout: Workout) -> None:
    compiled = compile_timeline(workout)
    last = compiled.intervals[-1]
    assert last.start_ms is not None
    assert last.planned_ms is not None
    assert sum(i.planned_ms or 0 for i in compiled.intervals) == last.start_ms + last.planned_ms
    assert compiled.total_ms == compiled.known_ms == last.start_ms + last.planned_ms
    assert compiled.untimed == 0
    for before, after in zip(compiled.intervals, compiled.intervals[1:], strict=False):
        assert after.start_ms == (before.start_ms or 0) + (before.planned_ms or 0)


@given(workouts)
@settings(max_examples=100)
def test_every_step_is_there_once_and_counted(workout: Workout) -> None:
    compiled = compile_timeline(workout)
    assert [i.step for i in compiled.intervals] == list(expand(workout.steps))
    assert [i.index for i in compiled.intervals] == list(range(len(compiled.intervals)))
    totals = Counter(i.intensity for i in compiled.intervals)
    seen: Counter[str] = Counter()
    for interval in compiled.intervals:
        seen[interval.intensity] += 1
        assert (interval.number, interval.of) == (seen[interval.intensity], totals[interval.intensity])
    assert (compiled.total_ms is None) == (compiled.untimed > 0)


@given(workouts)
@settings(max_examples=100)
def test_groups_are_the_top_level_of_the_workout(workout: Workout) -> None:
    compiled = compile_timeline(workout)
    assert [i for group in compiled.groups for i in group] == list(compiled.intervals)
    assert len(compiled.groups) == len(workout.steps)


@given(timed_workouts, st.data())
@settings(max_examples=50)
def test_the_interval_planned_for_any_instant(workout: Workout, data: st.DataObject) -> None:
    compiled = compile_timeline(workout)
    assert compiled.total_ms is not None
    ms = data.draw(st.integers(0, compiled.total_ms - 1))
    found = compiled.at_ms(ms)
    assert found is not None
    assert found.start_ms is not None
    assert found.start_ms <= ms < found.start_ms + (found.planned_ms or 0)
    assert compiled.at_ms(-1) is None
    assert compiled.at_ms(compiled.total_ms) is None


def test_after_a_step_without_time_nothing_has_a_start() -> None:
    compiled = timeline("1m walk, 400mtr run, 2m walk, 1m run, open walk")
    assert [i.start_ms for i in compiled.intervals] == [0, 60_000, None, None, None]
    assert compiled.total_ms is None
    assert compiled.known_ms == 4 * 60_000
    assert compiled.untimed == 2
    assert (compiled.run_ms, compiled.run_cm) == (60_000, 40_000)
    assert compiled.at_ms(60_000) is None


def test_an_open_last_step_leaves_the_total_unknown() -> None:
    compiled = timeline("1m run, open walk")
    assert compiled.intervals[-1].start_ms == 60_000
    assert compiled.total_ms is None


def test_rounds_of_nested_and_neighbouring_repeats() -> None:
    rounds = [i.rounds for i in timeline("2x(1m run, 2x(1m walk)), 1x(1m run), 1x(1m walk), 1m walk").intervals]
    assert [[(r.number, r.of) for r in path] for path in rounds] == [
        [(1, 2)],
        [(1, 2), (1, 2)],
        [(1, 2), (2, 2)],
        [(2, 2)],
        [(2, 2), (1, 2)],
        [(2, 2), (2, 2)],
        [(1, 1)],
        [(1, 1)],
        [],
    ]
    assert rounds[6] != rounds[7]
