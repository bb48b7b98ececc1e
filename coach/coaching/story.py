"""Use cases of looking back and ahead: every run with what was told of it, every stage with its earliest day."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from coach.coaching import Coaching, Today
from coach.gate.advice import care_words, need_lines
from coach.gate.days import waking_date
from coach.gate.episodes import is_next_morning
from coach.gate.facts import Given, Run
from coach.history.outlook import Lack, best_case
from coach.library.plans import PlannedStage
from coach.model.decision import Need, Outcome, Reason
from coach.model.rating import Occasion, SymptomRating

_TWO_DAYS = timedelta(days=2)
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
        _past(coaching, judged.run, judged.readings, judged.decision.outcome, judged.decision.reasons)
        for judged in coaching.whole.judged
        if judged.run is not None
    ]
    if today.input.run is not None:
        found.append(_past(coaching, today.input.run, today.input.readings, None, today.decision.reasons))
    return found


def mornings_of(coaching: Coaching, run: Run, readings: Sequence[Given]) -> list[SymptomRating]:
    """The mornings of ``readings``, which are those of its episode, and the one after a later run of the same day: it
    answers for every run of that day."""
    loose = coaching.whole.told.loose
    first = bisect_right(loose, run.end, key=lambda g: g.rating.at)
    until = bisect_right(loose, run.end + _TWO_DAYS, key=lambda g: g.rating.at)
    shared = (g for g in loose[first:until] if g not in readings and is_next_morning(g.rating, run.end))
    return [g.rating for g in (*readings, *shared) if g.rating.first_steps is not None]


def _past(
    coaching: Coaching, run: Run, readings: Sequence[Given], then: Outcome | None, reasons: tuple[Reason, ...]
) -> PastRun:
    ratings = [given.rating for given in readings]
    afterwards = [rating for rating in ratings if rating.occasion is Occasion.AFTER]
    return PastRun(
        run,
        _highest([rating.pain_during for rating in ratings]),
        _highest([rating.pain_now for rating in afterwards]),
        _highest([rating.first_steps for rating in mornings_of(coaching, run, readings)]),
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


_UNDATED: dict[Lack | None, str] = {
    Lack.FORMER: "it waits for a share of your former weekly distance, and that is not known: "
    "`coach init --former-weekly KM`",
    Lack.NOW: "it waits for a share of your former weekly distance, and how far you run now nobody told: "
    "`coach rate --distance KM`, or with `coach ran`",
}


class Milestone(NamedTuple):
    """A stage of the plan. ``days`` are local dates of the good sessions it still wants, a best case; none for those
    done, or where something has to come first.

    ``sessions`` is how many good ones it still wants; ``bout_ms`` its longest bout, None where that is not known.
    ``undated`` says why no day can be said of it alone, in words; empty otherwise.
    """

    planned: PlannedStage
    place: Place
    days: tuple[date, ...]
    sessions: int
    bout_ms: int | None
    undated: str = ""

    @property
    def earliest(self) -> date | None:
        """The first of its days."""
        return self.days[0] if self.days else None


_NOT_BY_TIME = frozenset((Need.READINESS, Need.CLINICIAN, Need.CLEARANCE, Need.PROTOCOL, Need.CLOCK))
"""What no best case takes for granted: no answer of a good morning gives it."""


def what_comes_first(found: Today) -> list[str]:
    """What has to come before any day of the plan can be said: under a STOP, while something is needed that neither
    time nor a good morning brings, and where nothing but an answer keeps the gate closed today."""
    decision, given = found.decision, found.input
    opens = max(filter(None, (decision.asked_at, decision.opens_at)))
    is_today = waking_date(opens, given.zone) == waking_date(decision.asked_at, given.zone)
    waits = decision.needs if is_today else _NOT_BY_TIME.intersection(decision.needs)
    if decision.outcome is not Outcome.STOP and not waits:
        return []
    care = care_words(decision)
    return [*([] if care is None else [care]), *need_lines(decision, given)]


def milestones(coaching: Coaching) -> list[Milestone]:
    """Every stage of the plan, in order. Raises BadInput before `coach init`."""
    found = coaching.today()
    zone = coaching.clock.local_zone()
    ahead = {each.stage: each for each in best_case(found.input)}
    is_dated = not what_comes_first(found)
    stage = found.decision.stage
    return [
        Milestone(
            planned,
            Place.DONE if index < stage else Place.CURRENT if index == stage else Place.AHEAD,
            tuple(at.astimezone(zone).date() for at in ahead[index].starts) if is_dated and index in ahead else (),
            ahead[index].sessions if index in ahead else 0,
            max((bout for bout in found.input.stages[index].bout_ms if bout is not None), default=None),
            _UNDATED.get(ahead[index].lacks, "") if is_dated and index in ahead else "",
        )
        for index, planned in enumerate(coaching.plan.planned)
    ]


def undated(stages: Sequence[Milestone]) -> list[str]:
    """From which stage on no day can be said, and why; nothing where every stage has its days."""
    first = next((stage for stage in stages if stage.undated), None)
    return [] if first is None else [f"No day from {first.planned.name} on: {first.undated}"]


def half_an_hour(stages: list[Milestone]) -> Milestone | None:
    """The first stage that has half an hour of running in one go; None where none has."""
    return next((stage for stage in stages if (stage.bout_ms or 0) >= THIRTY_MS), None)
