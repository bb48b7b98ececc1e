"""Use cases of readiness: how it stands, and what a test gave, checked before it is kept."""

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from typing import NamedTuple

from coach.coaching import Coaching
from coach.coaching.profiles import check_pain_free_days
from coach.errors import BadInput
from coach.gate.days import waking_date
from coach.gate.episodes import Hurt, tells_of_pain
from coach.gate.readiness import (
    BASELINE,
    CLEARANCE,
    FIRST_STEPS,
    PAIN_FREE_DAYS,
    STEADY_DAYS,
    above_usual,
    due,
    judge,
)
from coach.gate.words import moment
from coach.library.readiness_files import load_criteria
from coach.model.profile import Profile
from coach.model.rating import SymptomRating
from coach.model.readiness import Criterion, Measure, ReadinessResult, ReadinessVerdict, criteria_for

MAX_FIGURE = 1000
BY_THE_RECORD = "by the record"
"""The note of days that were counted, not declared."""


class Item(NamedTuple):
    """A criterion that applies, and how it stands. Only a verdict on the baseline has none."""

    criterion: Criterion | None
    verdict: ReadinessVerdict

    @property
    def title(self) -> str:
        """What is asked."""
        return "Usual morning pain" if self.criterion is None else self.criterion.title


class Readiness(NamedTuple):
    """How readiness stands at ``at``: every criterion in order. ``results`` are what it was judged by."""

    at: datetime
    profile: Profile
    items: tuple[Item, ...]
    results: tuple[ReadinessResult, ...]

    @property
    def mandatory(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.verdict.mandatory)

    @property
    def missing(self) -> tuple[Item, ...]:
        """What must be passed and is not."""
        return tuple(item for item in self.mandatory if item.verdict.passed is not True)

    @property
    def is_passed(self) -> bool:
        return not self.missing

    @property
    def passed_words(self) -> str:
        """How many there are to go."""
        return f"{len(self.mandatory) - len(self.missing)} of {len(self.mandatory)} passed that must be"

    @property
    def is_cleared(self) -> bool:
        """Whether a clinician's clearance is in force."""
        return any(result.criterion == CLEARANCE for result in self.results)

    def find(self, name: str) -> Criterion:
        """The criterion of this id. Raises BadInput if there is none, or none for this runner."""
        for item in self.items:
            if item.criterion is not None and item.criterion.id == name:
                return item.criterion
        known = [item.criterion.id for item in self.items if item.criterion is not None]
        if any(criterion.id == name for criterion in load_criteria()):
            raise BadInput(f"{name} is not asked of you", remedy="`coach ready` shows what is")
        near = get_close_matches(name[:64].casefold(), known, n=2, cutoff=0.4)
        guess = f"did you mean {' or '.join(near)}? " if near else ""
        raise BadInput(f"there is no criterion {name[:40]}", remedy=f"{guess}`coach ready` shows them all")

    def verdict(self, name: str) -> ReadinessVerdict:
        return next(item.verdict for item in self.items if item.verdict.criterion == name)


class Answers(NamedTuple):
    """What a test gave, as typed; None where nothing was said."""

    done: bool | None = None
    left: float | None = None
    right: float | None = None
    figure: float | None = None
    pain: int = 0
    settled: bool | None = None
    waived_by: str | None = None
    note: str = ""

    @property
    def is_measured(self) -> bool:
        return any(value is not None for value in (self.done, self.left, self.right, self.figure))


def readiness(coaching: Coaching, at: datetime | None = None, besides: Sequence[ReadinessResult] = ()) -> Readiness:
    """How readiness stands, with what the gate asks to be newer; as if ``besides`` were kept, too.

    Raises BadInput before `coach init`.
    """
    asked = coaching.question(at)
    since, max_age = due(asked)
    profile, kept = coaching.standing.readiness_at(asked.asked_at)
    results = [*kept, *besides]
    criteria = {criterion.id: criterion for criterion in criteria_for(load_criteria(), profile.injuries)}
    verdicts = judge(load_criteria(), profile, results, asked.asked_at, since=since, max_age=max_age)
    items = tuple(Item(criteria.get(verdict.criterion), verdict) for verdict in verdicts)
    return Readiness(asked.asked_at, profile, items, tuple(results))


def result_of(coaching: Coaching, name: str, answers: Answers, at: datetime | None = None) -> ReadinessResult:
    """The result to be kept of criterion ``name``, tested at ``at`` (now if None). Raises BadInput."""
    now = coaching.clock.utc_now()
    when = (at or now).astimezone(UTC)
    if when > now:
        raise BadInput("a test cannot be of the future", where="--at", remedy="give the time it was done")
    found = readiness(coaching)
    criterion = found.find(name)
    if criterion.clinician:
        raise BadInput(
            f"{name} is for a clinician to say", remedy="record it with `coach clear --role clinician --by NAME`"
        )
    if answers.waived_by is not None or answers.is_measured:
        _check_rested(coaching, when)
    if answers.waived_by is not None:
        return _waived(criterion, answers, when)
    if criterion.figures_of is not None:
        raise BadInput(f"{name} has no test of its own", remedy=f"give both sides of {criterion.figures_of}")
    zone = coaching.clock.zone_name()
    if answers.settled is not None and not answers.is_measured:
        return _settled(criterion, answers, found, now, zone)
    if criterion.id == PAIN_FREE_DAYS:
        answers = _pain_free(coaching, answers, found, when)
    _check(criterion, answers)
    if criterion.id == FIRST_STEPS and answers.done:
        _check_first_steps(coaching, when)
    _check_settled(answers, when, now, zone)
    _check_order(coaching, criterion, found, when)
    return ReadinessResult(
        criterion=criterion.id, at=when, passed_task=answers.done, left=answers.left, right=answers.right,
        figure=answers.figure, pain=answers.pain, settled=answers.settled, note=answers.note,
    )  # fmt: skip


def next_question(found: Readiness) -> list[Criterion]:
    """What can be asked now, in order: not passed, with a test of its own. What is after those comes later."""
    return [
        item.criterion
        for item in found.items
        if item.criterion is not None
        and item.verdict.passed is not True
        and item.verdict.why != "settling"
        and not item.criterion.clinician
        and item.criterion.figures_of is None
    ]


def comes_first(found: Readiness, criterion: Criterion) -> list[Item]:
    """What has to be passed before ``criterion`` is tried, and is not: nobody is asked to hop before that."""
    return [item for item in found.missing if item.verdict.criterion in criterion.after]


def settling(found: Readiness) -> list[Criterion]:
    """Those whose pain was to settle."""
    return [item.criterion for item in found.items if item.criterion is not None and item.verdict.why == "settling"]


def _waived(criterion: Criterion, answers: Answers, when: datetime) -> ReadinessResult:
    name = (answers.waived_by or "").strip()
    if not name:
        raise BadInput("a waiver needs the clinician's name", where="--waived-by", remedy='write "Dr A"')
    if answers.is_measured or answers.pain or answers.settled is not None:
        raise BadInput("a waiver has no result", where="--waived-by", remedy="give the one or the other")
    return ReadinessResult(criterion=criterion.id, at=when, waived_by=name[:80], note=answers.note)


def _check(criterion: Criterion, answers: Answers) -> None:
    """Raises BadInput unless all that is asked is answered, and nothing else."""
    wanted = {
        Measure.YES_NO: {"--yes or --no": answers.done},
        Measure.BOTH_SIDES: {"--left": answers.left, "--right": answers.right},
        Measure.FIGURE: {"--figure": answers.figure},
    }[criterion.measure]
    missing = [option for option, value in wanted.items() if value is None]
    if missing:
        unit = f", {criterion.unit}" if criterion.unit else ""
        asked = " and ".join(wanted)
        raise BadInput(f"{criterion.id}: not answered: {', '.join(missing)}", remedy=f"give {asked}{unit}")
    given = {
        "--yes or --no": answers.done,
        "--left": answers.left,
        "--right": answers.right,
        "--figure": answers.figure,
    }
    extra = [option for option, value in given.items() if value is not None and option not in wanted]
    if extra:
        raise BadInput(
            f"{criterion.id} has no {', '.join(extra)}", where=extra[0], remedy=f"give {' and '.join(wanted)}"
        )
    for option, value in wanted.items():
        if value is not None and not (math.isfinite(value) and 0 <= value <= MAX_FIGURE):
            raise BadInput(f"{value:g} is not a result", where=option, remedy=f"give a number from 0 to {MAX_FIGURE}")


def _check_settled(answers: Answers, when: datetime, now: datetime, zone: str) -> None:
    if answers.settled is None:
        return
    if not answers.pain:
        raise BadInput("there was no pain to settle", where="--settled", remedy="give --pain, or leave it out")
    if waking_date(now, zone) <= waking_date(when, zone):
        raise BadInput(
            "whether it settled is known the next morning",
            where="--settled",
            remedy="say so then, with --settled alone",
        )


def _settled(criterion: Criterion, answers: Answers, found: Readiness, now: datetime, zone: str) -> ReadinessResult:
    """The last test with pain, told anew with whether that had settled."""
    tests = [r for r in found.results if r.criterion == criterion.id and r.pain and not r.waived_by]
    if not tests:
        raise BadInput(f"no test of {criterion.id} hurt", where="--settled", remedy="give what the test gave with it")
    last = max(tests, key=lambda r: r.at)
    settled = answers._replace(pain=last.pain)
    _check_settled(settled, last.at, now, zone)
    return last.model_copy(update={"settled": answers.settled})


def _check_rested(coaching: Coaching, when: datetime) -> None:
    """Raises BadInput before the end of the days off after a step back from the first stage: no test counts yet."""
    asked = coaching.question()
    since, _ = due(asked)
    if since is not None and when <= since and since > asked.asked_at:
        raise BadInput(
            f"no test counts before {moment(since, asked.zone)}, for the days off come first",
            remedy="walk until then, and test after it",
        )


def _check_first_steps(coaching: Coaching, when: datetime) -> None:
    """Raises BadInput where the runner's own mornings say otherwise."""
    baseline = coaching.standing.profiles.baseline_at(when)
    higher = above_usual((g.rating for g in coaching.whole.told.ratings), baseline, when)
    if higher is not None:
        day = waking_date(higher.at, higher.zone)
        raise BadInput(
            f"you rated your first steps {higher.first_steps} of 10 on {day}, and your usual is {baseline}",
            where="--yes",
            remedy=f"it takes {STEADY_DAYS} days without such a morning: from {day + timedelta(days=STEADY_DAYS)} on",
        )


def _check_order(coaching: Coaching, criterion: Criterion, found: Readiness, when: datetime) -> None:
    """Raises BadInput where something must be passed first: nobody is asked to hop before that."""
    if not criterion.after:
        return
    profile, results = found.profile, [r for r in found.results if r.at <= when]
    since, max_age = due(coaching.question())
    verdicts = {v.criterion: v for v in judge(load_criteria(), profile, results, when, since=since, max_age=max_age)}
    for name in criterion.after:
        verdict = verdicts.get(name)
        if verdict is not None and verdict.mandatory and verdict.passed is not True:
            raise BadInput(
                f"{criterion.id} comes after {name}, which is not passed", remedy=f"see `coach ready`; first {name}"
            )


# Days without pain


def _pain_free(coaching: Coaching, answers: Answers, found: Readiness, when: datetime) -> Answers:
    """Counted from the record where no figure is given; a figure may not contradict the record."""
    zone = coaching.clock.zone_name()
    ratings = [g.rating for g in coaching.whole.told.ratings if g.rating.at <= when]
    hurts = coaching.whole.hurts
    if answers.figure is None:
        last = max((hurt for hurt in hurts if hurt.at <= when), key=lambda hurt: hurt.at, default=None)
        if answers.done is not None or answers.left is not None or answers.right is not None:
            return answers
        return answers._replace(figure=_counted(ratings, last, found.results, zone), note=answers.note or BY_THE_RECORD)
    check_pain_free_days(answers.figure, hurts, when, "--figure")
    return answers


def _counted(ratings: Sequence[SymptomRating], last: Hurt | None, results: Sequence[ReadinessResult], zone: str) -> int:
    """Days rated 0, without a painkiller, since the last pain; and what was declared since, up to its own day."""
    declared = [
        r
        for r in results
        if r.criterion == PAIN_FREE_DAYS
        and r.figure is not None
        and r.note != BY_THE_RECORD
        and (last is None or r.at > last.at)
    ]
    newest = max(declared, key=lambda r: r.at, default=None)
    since: datetime | None = newest.at if newest is not None else last.at if last is not None else None
    after: date | None = None if since is None else waking_date(since, zone)
    quiet = (r for r in ratings if _asks_pain(r) and not tells_of_pain(r) and not r.painkiller)
    clean: set[date] = {waking_date(r.at, zone) for r in quiet}
    masked = {waking_date(r.at, zone) for r in ratings if r.painkiller}
    days = {day for day in clean - masked if after is None or day > after}
    return len(days) + (int(newest.figure or 0) if newest is not None else 0)


def _asks_pain(rating: SymptomRating) -> bool:
    return any(v is not None for v in (rating.pain_now, rating.pain_during, rating.first_steps))


__all__ = ["BASELINE", "Answers", "Item", "Readiness", "next_question", "readiness", "result_of", "settling"]
