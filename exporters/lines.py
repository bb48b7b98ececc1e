"""A workout and a stage as people read them, shared by text, Markdown and picture."""

from collections.abc import Callable, Iterator

from coach.errors import BadInput
from coach.model.durations import clock_text, spell_cm
from coach.model.estimate import run_ms, total_ms
from coach.model.protocol import Stage
from coach.model.sheets import PlanSheet, Sheet, SheetKind, WorkoutSheet
from coach.model.syntax import format_workout
from coach.model.timeline import compile_timeline
from coach.model.workout import Workout

ON_PAPER = frozenset({SheetKind.WORKOUT, SheetKind.PLAN})
Lines = Iterator[str]


def on_paper(
    sheet: Sheet,
    name: str,
    workout: Callable[[WorkoutSheet], Iterator[str]],
    plan: Callable[[PlanSheet], Iterator[str]],
) -> Iterator[str]:
    """The lines of a sheet that can be printed as ``name``. Raises BadInput for another."""
    match sheet:
        case WorkoutSheet():
            return workout(sheet)
        case PlanSheet():
            return plan(sheet)
        case _:
            raise BadInput(f"{name} holds no {sheet.kind.value}", remedy="name a workout or a protocol")


def totals(workout: Workout, pace_s_per_km: int | None) -> str:
    """As ``34:00 in all, 8:00 of it running``; ``about`` where a distance was turned into time at the runner's pace.

    Where some steps have no time and no pace is known, it is what is known, and that it is not all.
    """
    total, running = total_ms(workout, pace_s_per_km), run_ms(workout, pace_s_per_km)
    if total is None or running is None:
        timeline = compile_timeline(workout)
        least = f"{clock_text(timeline.known_ms)} and " if timeline.known_ms else ""
        return f"{least}{_count(timeline.untimed, 'step')} of unknown length"
    about = "" if total_ms(workout, None) is not None else "about "
    return f"{about}{clock_text(total)} in all, {clock_text(running)} of it running"


def typed(workout: Workout) -> str:
    """The steps as they can be typed again."""
    return format_workout(workout.model_copy(update={"name": None, "description": None}))


def terms(stage: Stage) -> str:
    """What is asked between this stage and the next, on one line."""
    found = [
        _count(stage.good_sessions, "good session"),
        f"{_count(stage.rest_days, 'full day')} between" if stage.rest_days else "days may follow each other",
    ]
    if stage.gap_h:
        found.append(f"{stage.gap_h} h from start to start")
    if stage.weekly_max is not None:
        found.append(f"{stage.weekly_max} a week at most")
    if stage.rpe_ceiling is not None:
        found.append(f"effort {stage.rpe_ceiling} of 10 at most")
    if stage.distance_cm is not None:
        found.append(f"{spell_cm(stage.distance_cm)} in all")
    found.append(f"{stage.terrain.value} ground" if stage.terrain.value != "hills" else "hills")
    if stage.weeks_alternate is not None:
        found.append(f"after {stage.weeks_alternate} weeks of alternate days")
    if stage.weekly_fraction is not None:
        found.append(f"from {stage.weekly_fraction:.0%} of the former weekly distance")
    return "; ".join(found)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


WHAT_IT_IS = "A plan after published programmes; no clinician has reviewed it. What the gate says on the day counts."
"""At the end of everything that is printed."""
