"""A session exported as an activity and read back is the same: laps, stops, workout."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from hypothesis import given, settings

from coach.activities.reading import read_activities
from coach.history.laps import done_laps
from coach.model.activity import Activity, RecordedStep
from coach.model.sheets import ActivitySheet
from coach.model.syntax import parse
from coach.model.timeline import Timeline
from coach.model.workout import DistanceDuration, Intensity, TimeDuration, Workout
from coach.session.state import Command, CommandKind
from exporters import activity_fit, activity_tcx
from exporters.activity import in_ms, total_moving
from exporters.contract import activity_sheet
from tests.history.test_laps import lived, written
from tests.session.rig import moves, timelines
from tests.session.test_engine_properties import Moves, play

TEXT = '5m warmup, 2x(2x(1m run "easy", 2m walk), 2m rest), 400mtr run, 5m cooldown'
RESTING = (Intensity.RECOVERY, Intensity.REST)
Span = tuple[datetime, datetime]


def whole_second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def whole_ms(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def joined(spans: Iterable[tuple[datetime, datetime]]) -> list[Span]:
    """Those that last, and as one where they touch."""
    found: list[Span] = []
    for start, end in spans:
        if end > start and found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        elif end > start:
            found.append((start, end))
    return found


def as_fit(sheet: ActivitySheet) -> Activity:
    [activity] = read_activities(activity_fit.exporter.export(sheet).data, "x.fit")
    return activity


def as_tcx(sheet: ActivitySheet) -> Activity:
    [activity] = read_activities(activity_tcx.exporter.export(sheet).data, "x.tcx")
    return activity


def done(activity: Activity) -> list[tuple[Intensity | None, int | None, int | None]]:
    """The workout's steps in the order they are done, repeats done as often as they say."""
    assert activity.workout is not None
    steps = activity.workout.steps
    assert [step.number for step in steps] == list(range(len(steps)))
    found: list[RecordedStep] = []
    spans: list[int] = []  # for each step, where in ``found`` it begins
    for step in steps:
        spans.append(len(found))
        if step.back_to is not None:
            assert step.rounds
            found += found[spans[step.back_to] :] * (step.rounds - 1)
        else:
            found.append(step)
    return [(step.intensity, step.duration_ms, step.distance_cm) for step in found]


def planned(workout: Workout, timeline: Timeline) -> list[tuple[Intensity | None, int | None, int | None]]:
    return [
        (
            each.intensity,
            each.step.duration.ms if isinstance(each.step.duration, TimeDuration) else None,
            each.step.duration.cm if isinstance(each.step.duration, DistanceDuration) else None,
        )
        for each in timeline.intervals
    ]


def told(sheet: ActivitySheet, end: datetime) -> Iterator[Span]:
    """The stops as a FIT file's whole seconds tell them."""
    for stop in sheet.stops:
        start = whole_second(stop.start)
        if stop.end < sheet.laps[-1].end:
            yield start, min(whole_second(stop.end), end)
        elif end - start >= timedelta(seconds=1):
            yield start, end


def check_fit(sheet: ActivitySheet) -> None:
    activity = as_fit(sheet)
    assert activity.faults == ()
    assert (activity.sport, activity.offset) == ("running", sheet.offset)
    assert activity.timer_ms == in_ms(total_moving(sheet))
    begin, end = sheet.laps[0].start, sheet.laps[-1].end
    assert (activity.start, in_ms(activity.end - activity.start)) == (whole_second(begin), in_ms(end - begin))
    assert [
        (lap.start, in_ms(lap.end - lap.start), lap.timer_ms, lap.intensity, lap.by_itself) for lap in activity.laps
    ] == [
        (whole_second(lap.start), in_ms(lap.end - lap.start), in_ms(lap.moving), lap.intensity, False)
        for lap in sheet.laps
    ]
    # Times in it are of whole seconds: a stop within one cannot be told, and two that touch are one.
    assert joined((pause.start, pause.end) for pause in activity.pauses) == joined(told(sheet, activity.end))
    assert activity.workout is not None
    assert activity.workout.name == sheet.title
    assert done(activity) == planned(sheet.workout, sheet.timeline)
    steps = {step.number: step for step in activity.workout.steps}
    for lap, given_lap in zip(activity.laps, sheet.laps, strict=True):
        assert (lap.step_index is None) == (given_lap.interval is None)
        if given_lap.interval is not None and lap.step_index is not None:
            assert steps[lap.step_index].intensity is given_lap.intensity


def check_tcx(sheet: ActivitySheet) -> None:
    activity = as_tcx(sheet)
    assert activity.faults == ()
    assert activity.distance_m is None, "nobody measured one"
    assert [(lap.start, lap.timer_ms, lap.intensity, lap.distance_m) for lap in activity.laps] == [
        (
            whole_ms(lap.start),
            in_ms(lap.moving),
            Intensity.REST if lap.intensity in RESTING else Intensity.ACTIVE,
            None,
        )
        for lap in sheet.laps
    ]
    # One at the very beginning or the very end leaves no trace: there is no point before or after it.
    begin, finish = sheet.laps[0].start, sheet.laps[-1].end
    stops = [(start, end) for start, end in joined(sheet.stops) if start > begin and end < finish]
    assert joined((pause.start, pause.end) for pause in activity.pauses) == joined(
        (whole_ms(start), whole_ms(end)) for start, end in stops
    )


def test_a_session_comes_back() -> None:
    sheet = activity_sheet(parse(TEXT))
    assert sheet.stops
    check_fit(sheet)
    check_tcx(sheet)


@given(timelines, moves)
@settings(max_examples=15)
def test_any_session_comes_back(timeline: Timeline, moves: Moves) -> None:
    """Whatever the runner did: pauses, skips, pain."""
    rig = play(timeline, moves)
    rig.attempt(Command(CommandKind.STOP))
    laps, stops = done_laps(written(lived(rig), 5))
    if not laps:
        return
    sheet = ActivitySheet(timeline.workout, "Run", 1, timedelta(), laps, stops)
    check_fit(sheet)
    check_tcx(sheet)
