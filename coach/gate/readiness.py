"""Readiness: criteria, profile and results → a verdict each, and when all of them were passed. Pure.

Every verdict has a code (words for it in readiness_words.py), the figures that were compared, thresholds included, and
the sources of its criterion. What is missing, half answered or too old is never a pass.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from coach.gate.days import waking_date
from coach.gate.episodes import Hurt
from coach.gate.evaluate import judge as judge_gate
from coach.gate.facts import GateInput
from coach.gate.rules_plan import READINESS_DAYS
from coach.model.decision import Need
from coach.model.profile import Profile
from coach.model.rating import SymptomRating
from coach.model.readiness import (
    SETTLED_PAIN,
    SETTLING,
    Criterion,
    Measure,
    ReadinessResult,
    ReadinessVerdict,
    criteria_for,
)

CLEARANCE = "clearance"
"""The criterion of the result that stands for a clinician's clearance in force; it answers criteria for a clinician."""
PAIN_FREE_DAYS = "bone-pain-free-days"
"""The criterion that days without pain declared with the profile answer."""
FIRST_STEPS = "fascia-first-steps"
"""The criterion that says the mornings of a week were as usual."""
STEADY_DAYS = 7
BASELINE = "baseline"
"""The criterion of the verdict on a baseline that is too high."""
BASELINE_LIMIT = 5
MAX_AGE = timedelta(days=READINESS_DAYS)
"""[P] A test counts this long towards the first run."""
CORRECTION = timedelta(minutes=10)
"""[P] So long a test may be told anew: a slip of the pen. After that the worse one stands for a day."""
DAY = timedelta(days=1)

Figures = dict[str, int | float | str]

CODES = (
    "baseline-too-high", "not-tested", "too-old", "unanswered", "one-side-missing", "clearance-missing",
    "waits-for-clearance", "cleared", "waived", "not-done", "pain", "settling", "not-settled", "too-early", "too-low",
    "too-high", "below-norm", "sides-differ", "not-symmetric", "against-ratings", "against-mornings",
    "passed",
)  # fmt: skip
_AGAINST = {"too-low": "against-ratings", "not-done": "against-mornings"}
"""What a result is whose claim the runner's own ratings contradict."""


class _Found(NamedTuple):
    """What one result is worth."""

    passed: bool | None
    why: str
    figures: Figures


def judge(
    criteria: Iterable[Criterion],
    profile: Profile,
    results: Iterable[ReadinessResult],
    at: datetime,
    *,
    since: datetime | None = None,
    max_age: timedelta | None = MAX_AGE,
) -> tuple[ReadinessVerdict, ...]:
    """A verdict on every criterion that applies, in the order given, by what was known at ``at``.

    Results up to ``since`` do not count, nor those older than ``max_age``; a clinician's clearance stays. A baseline
    that is too high comes first, as a verdict of its own.
    """
    board = _Board(criteria, profile, results, since, max_age)
    high = _baseline(profile)
    return (*([] if high is None else [high]), *(board.verdict(criterion, at) for criterion in board.criteria))


def passed_at(
    criteria: Iterable[Criterion], profile: Profile, results: Iterable[ReadinessResult], at: datetime
) -> datetime | None:
    """The oldest of the latest passes of all mandatory criteria; None while one is not passed.

    How old it may be is the gate's to say (G17, G24): once there was a run, passes do not lapse by themselves. A
    clearance has no age, so it counts only where nothing else is asked.
    """
    board = _Board(criteria, profile, results, None, None)
    if _baseline(profile) is not None:
        return None
    tested: list[datetime] = []
    cleared: list[datetime] = []
    for criterion in board.criteria:
        if criterion.mandatory:
            verdict = board.verdict(criterion, at)
            if verdict.passed is not True or verdict.tested_at is None:
                return None
            (cleared if criterion.clinician else tested).append(verdict.tested_at)
    return min(tested or cleared, default=None)


class PainFree(NamedTuple):
    """Whole days without pain that are left; ``day`` and ``score`` are of the last that told of pain."""

    days: int
    day: date
    score: int


def days_since_pain(hurts: Iterable[Hurt], at: datetime) -> PainFree | None:
    """As far as what hurt up to ``at`` is known; None where nothing did."""
    last = max((hurt for hurt in hurts if hurt.at <= at), key=lambda hurt: hurt.at, default=None)
    if last is None:
        return None
    day = waking_date(last.at, last.zone)
    return PainFree(max(0, (waking_date(at, last.zone) - day).days - 1), day, last.score)


def above_usual(ratings: Iterable[SymptomRating], baseline: int, at: datetime) -> SymptomRating | None:
    """The latest morning of the week up to ``at`` whose first steps were above ``baseline``; None without one."""
    higher = [r for r in ratings if r.at <= at and (r.first_steps or 0) > baseline]
    week = [r for r in higher if (waking_date(at, r.zone) - waking_date(r.at, r.zone)).days < STEADY_DAYS]
    return max(week, key=lambda r: r.at, default=None)


def within_the_mornings(result: ReadinessResult, ratings: Iterable[SymptomRating], baseline: int) -> ReadinessResult:
    """A week as usual that was claimed, as far as the mornings that were rated bear it out. Others as they are."""
    if result.criterion != FIRST_STEPS or not result.passed_task or result.waived_by.strip():
        return result
    higher = above_usual(ratings, baseline, result.at)
    if higher is None:
        return result
    return result.model_copy(update={"passed_task": False, "rated_on": waking_date(higher.at, higher.zone)})


def within_the_record(result: ReadinessResult, hurts: Iterable[Hurt]) -> ReadinessResult:
    """Days without pain that were claimed, as far as what the runner told leaves them. Others as they are."""
    if result.criterion != PAIN_FREE_DAYS or result.figure is None or result.waived_by.strip():
        return result
    left = days_since_pain(hurts, result.at)
    if left is None or result.figure <= left.days:
        return result
    return result.model_copy(update={"figure": left.days, "rated_on": left.day})


def due(given: GateInput) -> tuple[datetime | None, timedelta | None]:
    """What the gate asks of readiness now, as ``since`` and ``max_age`` for :func:`judge`."""
    since: list[datetime | None] = [given.ledger.readiness_after, given.injured_at]
    verdict = judge_gate(given)
    max_age = MAX_AGE if verdict.case.is_before_first_run else None
    for finding in verdict.findings:
        if Need.READINESS not in finding.needs:
            continue
        if finding.code == "G17":
            since.append(verdict.case.last_start)
            max_age = MAX_AGE
        elif finding.code == "G28":
            since += [owed.since for owed in given.ledger.owed if owed.need is Need.READINESS]
        else:
            since.append(finding.ready_from)
    return max(filter(None, since), default=None), max_age


def _baseline(profile: Profile) -> ReadinessVerdict | None:
    """A verdict if mornings hurt too much to begin: their median, of fewer than three the worst."""
    if not profile.baseline:
        return None
    scores = sorted(profile.baseline)
    score = scores[1] if len(scores) == 3 else scores[-1]
    if score <= BASELINE_LIMIT:
        return None
    return ReadinessVerdict(
        criterion=BASELINE, mandatory=True, passed=False, why="baseline-too-high",
        figures={"baseline": score, "limit": BASELINE_LIMIT}, sources=("project-choice",),
    )  # fmt: skip


class _Board:
    """The criteria that apply, with their results. A verdict can be asked for any instant."""

    def __init__(
        self,
        criteria: Iterable[Criterion],
        profile: Profile,
        results: Iterable[ReadinessResult],
        since: datetime | None,
        max_age: timedelta | None,
    ) -> None:
        self.criteria = criteria_for(criteria, profile.injuries)
        self._by_id = {criterion.id: criterion for criterion in self.criteria}
        self._profile = profile
        self._since = since
        self._max_age = max_age
        kinds = {injury.kind for injury in profile.injuries}
        self._pain_limit = SETTLED_PAIN if kinds and kinds <= SETTLING else 0
        self._results: dict[str, list[ReadinessResult]] = {}
        for result in sorted(results, key=lambda r: r.at):  # told later about the same instant: later
            self._results.setdefault(result.criterion, []).append(result)
        self._early: dict[tuple[str, datetime], bool] = {}

    def verdict(self, criterion: Criterion, at: datetime) -> ReadinessVerdict:
        """By what was known at ``at``."""
        if criterion.clinician:
            return self._cleared(criterion, at)
        own = self._results.get(criterion.id, [])
        if criterion.figures_of is None:
            return self._judged(criterion, own, at)
        tested = self._results.get(criterion.figures_of, [])
        measured = self._judged(criterion, [r for r in tested if not r.waived_by.strip()], at)
        waived = self._judged(criterion, [r for r in own if r.waived_by.strip()], at)
        if waived.passed is not True:
            return waived if measured.tested_at is None and waived.tested_at is not None else measured
        # A test of the other criterion does not end a waiver, for nobody tests this one by itself; passed, it is newer.
        assert waived.tested_at is not None
        newer = measured.passed is True and measured.tested_at is not None and measured.tested_at > waived.tested_at
        return measured if newer else waived

    def _judged(self, criterion: Criterion, results: Sequence[ReadinessResult], at: datetime) -> ReadinessVerdict:
        known = [result for result in results if result.at <= at]
        counting = [r for r in known if self._counts(r, at)]
        if not counting and (missing := self._clearance_missing(criterion, at)) is not None:
            return self._told(criterion, _Found(None, "waits-for-clearance", {"first": missing}), None, None)
        if not counting:
            last = known[-1].at if known else None
            found = _Found(None, "too-old" if known else "not-tested", {})
            return self._told(criterion, found, last, at if known else None)
        worth = [(self._worth(criterion, r), r) for r in reversed(_in_force(counting))]
        found, result = min(worth, key=lambda pair: _rank(pair[0]))
        if found.passed is False and worth[0][0].passed is True:  # tried again since, and it went well
            found = found._replace(figures={**found.figures, "stands": (result.at + DAY).isoformat()})
        retest = self._retest(criterion, found, result)
        return self._told(criterion, found, result.at, retest)

    def _counts(self, result: ReadinessResult, at: datetime) -> bool:
        too_old = self._max_age is not None and at - result.at > self._max_age
        return not too_old and (self._since is None or result.at > self._since)

    def _cleared(self, criterion: Criterion, at: datetime) -> ReadinessVerdict:
        given = [r for r in self._results.get(CLEARANCE, []) if r.at <= at and r.passed_task and r.waived_by.strip()]
        if not given:
            return self._told(criterion, _Found(None, "clearance-missing", {}), None, None)
        found = _Found(True, "cleared", {"by": given[-1].waived_by.strip()})
        return self._told(criterion, found, given[-1].at, None)

    def _retest(self, criterion: Criterion, found: _Found, result: ReadinessResult) -> datetime | None:
        if found.passed is True:
            return None if self._max_age is None else result.at + self._max_age
        if found.passed is False:
            return result.at + timedelta(days=criterion.retest_days)
        return None

    def _told(
        self, criterion: Criterion, found: _Found, tested_at: datetime | None, retest_at: datetime | None
    ) -> ReadinessVerdict:
        return ReadinessVerdict(
            criterion=criterion.id, mandatory=criterion.mandatory, passed=found.passed, why=found.why,
            figures=found.figures, sources=criterion.sources, tested_at=tested_at, retest_at=retest_at,
        )  # fmt: skip

    def _worth(self, criterion: Criterion, result: ReadinessResult) -> _Found:
        if result.waived_by.strip():
            return _Found(True, "waived", {"by": result.waived_by.strip()})
        for found in (self._felt(result), self._measured(criterion, result)):
            if found.passed is False:
                if found.why in _AGAINST and result.rated_on is not None:
                    return _Found(False, _AGAINST[found.why], {**found.figures, "day": result.rated_on.isoformat()})
                return found
        for found in (self._felt(result), self._measured(criterion, result)):
            if found.passed is None:
                return found
        missing = self._missing_before(criterion, result.at)
        if missing is not None:
            return _Found(None, "too-early", {"first": missing})
        return _Found(True, "passed", self._measured(criterion, result).figures)

    def _clearance_missing(self, criterion: Criterion, at: datetime) -> str | None:
        """The clinician's clearance without which this test is not to be tried, straight or by what comes before it."""
        for name in criterion.after:
            before = self._by_id.get(name)
            if before is None or not before.mandatory:
                continue
            if before.clinician and self._cleared(before, at).passed is not True:
                return name
            if (found := self._clearance_missing(before, at)) is not None:
                return found
        return None

    def _missing_before(self, criterion: Criterion, at: datetime) -> str | None:
        """The first criterion that had to be passed before this test, and was not."""
        for name in criterion.after:
            before = self._by_id.get(name)
            if before is None or not before.mandatory:
                continue
            key = (name, at)
            if key not in self._early:
                self._early[key] = self.verdict(before, at).passed is True
            if not self._early[key]:
                return name
        return None

    def _felt(self, result: ReadinessResult) -> _Found:
        figures: Figures = {"pain": result.pain, "limit": self._pain_limit}
        if result.pain > self._pain_limit:
            return _Found(False, "pain", figures)
        if result.pain and not result.settled:
            return _Found(result.settled, "settling" if result.settled is None else "not-settled", figures)
        return _Found(True, "passed", figures)

    def _measured(self, criterion: Criterion, result: ReadinessResult) -> _Found:
        if criterion.measure is Measure.YES_NO:
            done = result.passed_task
            return _Found(done, "unanswered" if done is None else "passed" if done else "not-done", {})
        one = criterion.measure is Measure.FIGURE
        given = {"figure": result.figure} if one else {"left": result.left, "right": result.right}
        figures: Figures = {side: value for side, value in given.items() if value is not None and _is_figure(value)}
        sides = [float(value) for value in figures.values()]
        if len(figures) < len(given):
            return _Found(None, "one-side-missing" if figures else "unanswered", {})
        if result.passed_task is False:
            return _Found(False, "not-done", figures)
        checks = list(self._checks(criterion, sides))
        for code, passed, more in checks:
            if not passed:
                return _Found(False, code, figures | more)
        return _Found(True, "passed", figures | {k: v for *_, more in checks for k, v in more.items()})

    def _checks(self, criterion: Criterion, sides: Sequence[float]) -> Iterator[tuple[str, bool, Figures]]:
        weaker, stronger = min(sides), max(sides)
        if criterion.norms is not None:
            sex, age = self._profile.sex, self._profile.age
            goal = criterion.norms.most if sex is None or age is None else criterion.norms.goal(sex, age)
            yield "below-norm", weaker >= goal, {"norm": goal}
        if criterion.at_least is not None:
            yield "too-low", weaker >= criterion.at_least, {"at_least": criterion.at_least}
        if criterion.at_most is not None:
            yield "too-high", stronger <= criterion.at_most, {"at_most": criterion.at_most}
        if criterion.difference_at_most is not None:
            difference = round(stronger - weaker, 6)
            limit = criterion.difference_at_most
            yield "sides-differ", difference <= limit, {"difference": difference, "difference_at_most": limit}
        if criterion.ratio_at_least is not None:
            ratio, least = weaker / stronger if stronger else 0.0, criterion.ratio_at_least
            percent: Figures = {"percent": symmetry(*sides), "percent_at_least": round(100 * least)}
            yield "not-symmetric", ratio >= least, percent


def symmetry(left: float, right: float) -> int:
    """What the weaker side has of the stronger, in percent, rounded down; 0 where neither has anything."""
    weaker, stronger = sorted((left, right))
    return math.floor(100 * weaker / stronger + 1e-9) if stronger else 0


def _is_figure(value: float) -> bool:
    return math.isfinite(value) and value >= 0


def _rank(found: _Found) -> int:
    """Of the results of a day a fail counts before all others, then a pain that has yet to settle."""
    return 0 if found.passed is False else 1 if found.why == "settling" else 2


def _in_force(results: Sequence[ReadinessResult]) -> list[ReadinessResult]:
    """The results of one criterion, in order, that count: of the day up to the latest all that were not corrected.

    Told anew within ten minutes, the later takes the place of the earlier, as long as it is not about the same instant:
    that only adds whether pain had settled. Written down later it counts besides, whatever it says of its time. A
    waiver stands alone.
    """
    groups: list[list[ReadinessResult]] = []
    for result in results:
        if groups and _mends(result, groups[-1][0]):
            groups[-1].append(result)
        else:
            groups.append([result])
    if results[-1].waived_by.strip():
        return [results[-1]]
    found: list[ReadinessResult] = []
    for group in groups:
        last = group[-1].at
        if last <= results[-1].at - DAY:
            continue
        same = [result for result in group if result.at == last]
        answers = [result.settled for result in same if result.settled is not None]
        settled = all(answers) if answers else None
        found += [result.model_copy(update={"settled": settled}) for result in same]
    return found


def _mends(result: ReadinessResult, first: ReadinessResult) -> bool:
    """Whether ``result``, of the same instant or later, was told anew while a slip of the finger may be mended."""
    if result.at == first.at:
        return True
    written, first_written = result.written_at or result.at, first.written_at or first.at
    return result.at - first.at <= CORRECTION and timedelta() <= written - first_written <= CORRECTION
