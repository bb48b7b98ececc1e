"""Use cases of looking back and ahead: every run with what was told of it, every stage with its earliest day."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from coach.coaching import Coaching
from coach.gate.facts import Run
from coach.history.outlook import best_case
from coach.library.plans import PlannedStage
from coach.model.decision import Outcome, Reason
from coach.model.rating import Occasion, SymptomRating

THIRTY_MS = 30 * 60_000
"""Half an hour of running in one go: where the walk-run protocols lead."""


class PastRun(NamedTuple):
    """A run with the worst that was told of it (0–10; None: not answered) and what the gate made of it.

    ``then`` is None for the last run, which is not judged before the next one begins.
    """

    run: Run
    during: int | None
    after: int | None
    morning: int | None
    then: Outcome | None
    reasons: tuple[Reason, ...]
    ratings: tuple[SymptomRating, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(reason.code for reason in self.reasons)


def past_runs(coaching: Coaching) -> list[PastRun]:
    """Every run that the gate has judged or waits to judge, oldest first. Raises BadInput before `coach init`."""
    today = coaching.today()
    found = [
        _past(judged.run, [g.rating for g in judged.readings], judged.decision.outcome, judged.decision.reasons)
        for judged in coaching.whole.judged
        if judged.run is not None
    ]
    if today.input.run is not None:
        found.append(_past(today.input.run, [g.rating for g in today.input.readings], None, today.decision.reasons))
    return found


def _past(run: Run, ratings: list[SymptomRating], then: Outcome | None, reasons: tuple[Reason, ...]) -> PastRun:
    afterwards = [rating for rating in ratings if rating.occasion is Occasion.AFTER]
    return PastRun(
        run,
        _highest([rating.pain_during for rating in ratings]),
        _highest([rating.pain_now for rating in afterwards]),
        _highest([rating.first_steps for rating in ratings]),
        then,
        reasons,
        tuple(ratings),
    )


def _highest(scores: list[int | None]) -> int | None:
    return max((score for score in scores if score is not None), default=None)


class Place(StrEnum):
    """Where a stage lies on the way."""

    DONE = "done"
    CURRENT = "current"
    AHEAD = "ahead"


class Milestone(NamedTuple):
    """A stage of the plan. ``earliest`` is a local date, a best case; None for those done.

    ``sessions`` is how many good ones it still wants; ``bout_ms`` its longest bout, None where that is not known.
    """

    planned: PlannedStage
    place: Place
    earliest: date | None
    sessions: int
    bout_ms: int | None


def milestones(coaching: Coaching) -> list[Milestone]:
    """Every stage of the plan, in order. Raises BadInput before `coach init`."""
    found = coaching.today()
    zone = coaching.clock.local_now().tzinfo
    ahead = {each.stage: each for each in best_case(found.input)}
    stage = found.decision.stage
    return [
        Milestone(
            planned,
            Place.DONE if index < stage else Place.CURRENT if index == stage else Place.AHEAD,
            ahead[index].first.astimezone(zone).date() if index in ahead else None,
            ahead[index].sessions if index in ahead else 0,
            max((bout for bout in found.input.stages[index].bout_ms if bout is not None), default=None),
        )
        for index, planned in enumerate(coaching.plan.planned)
    ]


def half_an_hour(stages: list[Milestone]) -> Milestone | None:
    """The first stage that has half an hour of running in one go; None where none has."""
    return next((stage for stage in stages if (stage.bout_ms or 0) >= THIRTY_MS), None)
