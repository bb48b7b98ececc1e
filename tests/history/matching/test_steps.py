"""Laps that name their steps: repeats, auto-laps and their tails, what was skipped, a last lap without a name."""

from dataclasses import replace

import pytest

from coach.history.matching.steps import How, Placing, expanded, place_by_steps
from coach.model.activity import Activity, RecordedLap, RecordedStep, RecordedWorkout
from coach.model.syntax import parse
from coach.model.timeline import Timeline, compile_timeline
from coach.model.workout import Intensity
from tests.history.matching.recordings import NOON, as_planned, second
from tests.synthetic import with_steps

EMPTY = Activity("fit", "running", NOON, NOON)


def plan(text: str) -> Timeline:
    return compile_timeline(parse(text))


def lap(start: float, end: float, index: int | None, *, by_itself: bool = False) -> RecordedLap:
    return RecordedLap(NOON + second(start), NOON + second(end), step_index=index, by_itself=by_itself)


def place(timeline: Timeline, *laps: RecordedLap, workout: RecordedWorkout | None = None) -> Placing | None:
    return place_by_steps(replace(EMPTY, laps=laps, workout=workout), timeline, NOON)


def spans(placing: Placing | None) -> list[tuple[int, float, float]]:
    assert placing is not None
    return [(p.interval, p.start, p.end) for p in placing.placed]


TWO_ROUNDS = "5min walk, 2x(1min run, 2min walk), 5min walk"


def test_repeats_are_followed() -> None:
    timeline = plan(TWO_ROUNDS)
    placing = place_by_steps(with_steps(EMPTY, timeline, as_planned(timeline)), timeline, NOON)
    assert spans(placing) == [(0, 0, 300), (1, 300, 360), (2, 360, 480), (3, 480, 540), (4, 540, 660), (5, 660, 960)]
    assert placing is not None
    assert (placing.how, placing.confidence) == (How.STEPS, 1.0)


def test_what_auto_lap_cut_is_one_with_its_tail() -> None:
    placing = place(
        plan(TWO_ROUNDS),
        lap(0, 200, 0, by_itself=True), lap(200, 297, 0), lap(297, 300, None), lap(300, 360, 1), lap(360, 480, 2),
        lap(480, 537, 1, by_itself=True), lap(537, 540, 1), lap(540, 660, 2), lap(660, 960, None),
    )  # fmt: skip
    assert spans(placing) == [(0, 0, 300), (1, 300, 360), (2, 360, 480), (3, 480, 540), (4, 540, 660), (5, 660, 960)]
    assert placing is not None
    assert placing.placed[-1].confidence < 1


def test_a_last_lap_without_a_name_is_the_step_that_was_due() -> None:
    """Watches say of a timed step's end, too, that they cut it themselves, as of an auto-lap."""
    begun = [lap(0, 300, 0, by_itself=True), lap(300, 360, 1, by_itself=True), lap(360, 480, 2, by_itself=True)]
    timeline = plan(TWO_ROUNDS)
    assert spans(place(timeline, *begun, lap(480, 520, None)))[-1] == (3, 480, 520)
    given_up = place(timeline, *begun, lap(480, 700, None))
    assert spans(given_up)[-1] == (2, 360, 480)
    cut = place(timeline, *begun[:2], lap(360, 400, 2, by_itself=True), lap(400, 470, None))
    assert spans(cut)[-1] == (2, 360, 470)


def test_a_lap_after_all_is_done_is_none_of_the_plan_s() -> None:
    timeline = plan("1min run, 1min walk")
    assert spans(place(timeline, lap(0, 60, 0), lap(60, 120, 1), lap(120, 400, None))) == [(0, 0, 60), (1, 60, 120)]


def test_what_was_skipped_is_not_there() -> None:
    placing = place(plan(TWO_ROUNDS), lap(0, 300, 0), lap(300, 360, 1), lap(360, 420, 1), lap(420, 700, 4))
    assert spans(placing) == [(0, 0, 300), (1, 300, 420), (5, 420, 700)]


def test_one_step_done_over_and_over_is_told_apart_by_time() -> None:
    timeline = plan("3x(1min run)")
    assert [i.index for i in timeline.intervals] == [0, 1, 2]
    placing = place(
        timeline,
        lap(0, 50, 0, by_itself=True), lap(50, 60, 0), lap(60, 120, 0),
        lap(120, 178, 0, by_itself=True), lap(178, 180, 0),
    )  # fmt: skip
    assert spans(placing) == [(0, 0, 60), (1, 60, 120), (2, 120, 180)]


def test_a_watch_that_drops_the_last_walk_is_understood() -> None:
    timeline = plan("2x(1min run, 2min walk)")
    run, walk = Intensity.ACTIVE, Intensity.RECOVERY
    steps = (RecordedStep(0, run, 60_000), RecordedStep(1, walk, 120_000), RecordedStep(2, run, 60_000))
    told = RecordedWorkout("", steps)
    placing = place(timeline, lap(0, 60, 0), lap(60, 180, 1), lap(180, 240, 2), workout=told)
    assert spans(placing) == [(0, 0, 60), (1, 60, 180), (2, 180, 240)]
    assert placing is not None
    assert placing.confidence < 1


def test_the_steps_of_another_workout_tell_nothing() -> None:
    told = RecordedWorkout("", tuple(RecordedStep(n, Intensity.ACTIVE, 90_000) for n in range(6)))
    assert place(plan(TWO_ROUNDS), lap(0, 90, 0), lap(90, 180, 1), workout=told) is None
    assert place(plan(TWO_ROUNDS), lap(0, 90, None)) is None


def test_repeats_within_repeats_are_unrolled() -> None:
    told = RecordedWorkout(
        "",
        (
            RecordedStep(0), RecordedStep(1), RecordedStep(2), RecordedStep(3, back_to=1, rounds=2),
            RecordedStep(4), RecordedStep(5, back_to=1, rounds=2), RecordedStep(6),
        ),
    )  # fmt: skip
    assert [step.number for step in expanded(told)] == [0, 1, 2, 1, 2, 4, 1, 2, 1, 2, 4, 6]


@pytest.mark.parametrize(
    "steps",
    [
        tuple(RecordedStep(n, back_to=0, rounds=4_000_000_000) if n else RecordedStep(0) for n in range(40)),
        (RecordedStep(0, back_to=0, rounds=9), RecordedStep(1, back_to=7, rounds=9)),
        (RecordedStep(0), RecordedStep(1, back_to=0, rounds=0)),
    ],
)
def test_a_list_of_steps_that_leads_nowhere_ends(steps: tuple[RecordedStep, ...]) -> None:
    assert len(expanded(RecordedWorkout("", steps))) <= 2000
