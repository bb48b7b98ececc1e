"""Protocols in words: what one is, for whom, and every stage with its sessions, gaps and sources. Pure."""

from collections.abc import Iterable, Iterator

from coach.library.plans import Plan
from coach.model.build import BUILD
from coach.model.durations import clock_text, spell_cm
from coach.model.estimate import run_ms, total_ms
from coach.model.profile import InjuryKind
from coach.model.protocol import Protocol, Stage
from coach.model.syntax import format_workout, parse
from coach.model.workout import Workout


def stage_lines(plan: Plan, pace: int | None) -> Iterator[str]:
    before = None
    for planned in plan.planned:
        if planned.protocol != before:
            yield f"\n{_heading(planned.protocol)}" if before is not None else ""
        before = planned.protocol
        stage = planned.stage
        yield f"{stage.id}  {stage.title}"
        # Sessions that are the same are told once: a week of five runs has one line.
        for session in dict.fromkeys(map(steps_text, stage.sessions)):
            yield f"    {session}  ({_time(session, pace)})"
        yield f"    {'; '.join(_terms(stage))}"
        yield f"    {', '.join(stage.sources)}"


def summary(protocol: Protocol) -> tuple[str, str, str]:
    """How many stages, its title, and for whom it is, if not for all."""
    then = f", then {protocol.then}" if protocol.then else ""
    return f"{count(len(protocol.stages), 'stage')}{then}", protocol.title, whom_words(protocol)


def whom_words(protocol: Protocol) -> str:
    """For whom it is, if not for all."""
    if set(protocol.injuries) == set(InjuryKind):
        return "" if protocol.no_injury else "with an injury only"
    named = [kind.value for kind in protocol.injuries]
    if not named:
        return "without an injury only"
    return f"for {', '.join([*named, 'no injury'] if protocol.no_injury else named)}"


def _heading(protocol: str) -> str:
    return "Then the build phase:" if protocol == BUILD else f"Then {protocol}:"


def steps_text(session: Workout) -> str:
    return format_workout(session.model_copy(update={"name": None}))


def _time(steps: str, pace: int | None) -> str:
    """As ``34:00, running 8:00``; ``about`` where a distance was turned into time; what is not known is said."""
    workout = parse(steps)
    total, running = total_ms(workout, pace), run_ms(workout, pace)
    if total is None or running is None:
        return "time not known without your pace" if pace is None else "time not known"
    about = "" if total_ms(workout, None) is not None else "about "
    return f"{about}{clock_text(total)}, running {clock_text(running)}"


def _terms(stage: Stage) -> Iterator[str]:
    """What is asked between this stage and the next."""
    yield count(stage.good_sessions, "good session")
    yield f"{count(stage.rest_days, 'full day')} between" if stage.rest_days else "days may follow each other"
    if stage.gap_h:
        yield f"{stage.gap_h} h from start to start"
    if stage.weekly_max is not None:
        yield f"{stage.weekly_max} a week at most"
    if stage.rpe_ceiling is not None:
        yield f"effort {stage.rpe_ceiling} of 10 at most"
    if stage.distance_cm is not None:
        yield f"{spell_cm(stage.distance_cm)} in all"
    yield f"terrain {stage.terrain.value}, phase {stage.phase.value}"
    if stage.weeks_alternate is not None:
        yield f"after {stage.weeks_alternate} weeks of alternate days"
    if stage.weekly_fraction is not None:
        yield f"from {stage.weekly_fraction:.0%} of the former weekly distance"


def goes_by_distance(stages: Iterable[Stage]) -> bool:
    return any(total_ms(session, None) is None for stage in stages for session in stage.sessions)


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
