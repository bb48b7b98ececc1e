"""Readings sorted into episodes: one run and the ratings that follow it, or ratings with no run.

A reading belongs to the run's episode up to the next morning, and after that until a reading shows that all is as
usual again. What comes later and is no symptom is just a reading; a symptom then begins an episode of its own. Only
days off depend on this sorting. Whether something is *again* is judged by time (``repeated``), and what is *still*
raised by ``spells_of``: so a worse answer in between, which makes one episode of two, never makes less of them.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from coach.gate.days import dawn, morning_of, next_morning, waking_date
from coach.gate.facts import Given, Run
from coach.model.profile import BandName
from coach.model.rating import Occasion, RedFlag, SymptomRating

APART = timedelta(hours=72)
"""[P] With no run between, what hurts sooner again is the same flare-up; what lasts longer is a STOP anyway."""

_BONE_SIGNS = frozenset((RedFlag.FOCAL_BONE, RedFlag.REST_PAIN, RedFlag.HOP_PAIN))


FOLLOW_UP_AFTER = timedelta(hours=48)
"""So long after something was raised the follow-up is asked; one before that ends nothing, for it was not asked yet."""


class Judge:
    """What of a rating is a symptom, for these injuries and this baseline."""

    def __init__(self, advance: int, baseline: int, bands: tuple[BandName, ...]) -> None:
        self.advance = advance
        self.baseline = baseline
        self.bands = bands

    def is_raised(self, rating: SymptomRating) -> bool:
        """Swelling, or a morning above baseline."""
        above = rating.first_steps is not None and rating.first_steps > self.baseline
        return bool(rating.swelling) or above or rating.back_to_usual is False

    def is_symptom(self, rating: SymptomRating) -> bool:
        """A rating above the advance band, a morning above baseline, swelling, limp, sharp pain or night waking."""
        pains = (rating.pain_now, rating.pain_during, rating.warmup_soreness)
        return (
            self.is_raised(rating)
            or any(pain is not None and pain > self.advance for pain in pains)
            or bool(rating.limp or rating.sharp_pain or rating.woken or rating.giving_way or rating.red_flags)
            or self.is_bone_pain(rating)
        )

    def is_bone_pain(self, rating: SymptomRating) -> bool:
        return BandName.BONE in self.bands and worst_pain(rating) >= 1

    def shows_usual(self, rating: SymptomRating) -> bool:
        """Whether it ends what was raised: as usual, without swelling, and not because a painkiller hides it."""
        asked = rating.occasion in (Occasion.MORNING, Occasion.FOLLOW_UP)
        return asked and not self.is_symptom(rating) and not rating.painkiller

    def shows_baseline(self, rating: SymptomRating) -> bool:
        """Whether it is a morning back at baseline after a quiet night."""
        return rating.occasion is Occasion.MORNING and not rating.woken and self.shows_usual(rating)


def worst_pain(rating: SymptomRating) -> int:
    """The highest pain of the injured site in any answer; soreness in the warm-up is one."""
    pains = (rating.pain_now, rating.pain_during, rating.first_steps, rating.warmup_soreness)
    return max((pain for pain in pains if pain is not None), default=0)


def tells_of_pain(rating: SymptomRating) -> bool:
    """Whether it says that the bone hurt, by a score, by the night, or by a sign."""
    return worst_pain(rating) >= 1 or bool(rating.woken) or bool(_BONE_SIGNS & set(rating.red_flags))


class Hurt(NamedTuple):
    """That a bone hurt at ``at``; ``score`` is 0 where it was told of otherwise than by one."""

    at: datetime
    zone: str
    score: int


def hurts_of(ratings: Iterable[SymptomRating], runs: Iterable[Run] = ()) -> list[Hurt]:
    """Every rating that tells of pain, and every run in which pain was marked, whatever it was rated."""
    found = [Hurt(rating.at, rating.zone, worst_pain(rating)) for rating in ratings if tells_of_pain(rating)]
    return found + [Hurt(run.end, run.zone, 0) for run in runs if run.pain_marks]


def shows_zero(rating: SymptomRating) -> bool:
    """Whether it says that nothing hurts, with no painkiller to hide it. A follow-up does not ask that."""
    asked = rating.occasion in (Occasion.MORNING, Occasion.BEFORE) and rating.painkiller is False
    return asked and rating.is_complete and worst_pain(rating) == 0 and not rating.woken


class Episode:
    """``since`` is the run's end, or the first symptom of an episode without a run."""

    def __init__(self, judge: Judge, run: Run | None, since: datetime) -> None:
        self.judge = judge
        self.run = run
        self.since = since
        self.ratings: list[SymptomRating] = []
        self.given: list[Given] = []
        self._last: datetime | None = since if self.marked and judge.advance < 1 else None
        self._usual_at: datetime | None = None

    def add(self, given: Given) -> None:
        """Take in the next reading; they come in the order of what they are about."""
        rating = given.rating
        self.given.append(given)
        self.ratings.append(rating)
        if self.judge.is_symptom(rating):
            self._last = rating.at if self._last is None else max(self._last, rating.at)
            self._usual_at = None
        elif self._last is not None and self._usual_at is None:
            later = rating.at > self._last and self.judge.shows_usual(rating)
            self._usual_at = rating.at if later else None

    @property
    def marked(self) -> bool:
        """Whether pain was marked during the run."""
        return self.run is not None and self.run.pain_marks > 0

    @property
    def last(self) -> datetime:
        """The latest symptom, from which days off count; where there is none, since when the episode is."""
        return self.since if self._last is None else self._last

    @property
    def is_settled(self) -> bool:
        """Whether there was no symptom, or a later reading shows all as usual."""
        return self._last is None or self._usual_at is not None

    @property
    def during(self) -> int | None:
        """Worst pain during the run; a pain mark counts as 1 even where 0 is said. None while nothing is known."""
        scores = [r.pain_during for r in self.ratings if r.pain_during is not None]
        if self.marked:
            scores.append(1)
        return max(scores, default=None)

    @property
    def after(self) -> int | None:
        """Pain in the after-run rating."""
        return max((r.pain_now for r in self.of(Occasion.AFTER) if r.pain_now is not None), default=None)

    def of(self, occasion: Occasion) -> list[SymptomRating]:
        return [r for r in self.ratings if r.occasion is occasion]

    def next_mornings(self) -> list[Given]:
        """The answers about the first morning after the run."""
        return [] if self.run is None else [g for g in self.given if is_next_morning(g.rating, self.run.end)]


class Spell:
    """Something raised, and every reading that said so, until one shows all as usual: ``usual_at``.

    ``since`` is the run's end where it was raised by the next morning, else the first reading that said so.
    """

    def __init__(self, since: datetime) -> None:
        self.since = since
        self.raised: list[SymptomRating] = []
        self.usual_at: datetime | None = None

    @property
    def asked_from(self) -> datetime:
        """When the follow-up is due."""
        return self.since + FOLLOW_UP_AFTER

    def is_ended_by(self, rating: SymptomRating) -> bool:
        """Of a reading that shows all as usual: whether it counts yet. A morning always does."""
        return rating.occasion is not Occasion.FOLLOW_UP or rating.at >= self.asked_from

    def later_than(self, span: timedelta) -> list[SymptomRating]:
        """What was still raised so long after."""
        return [r for r in self.raised if r.at >= self.since + span]


def spells_of(judge: Judge, run: Run | None, ratings: Sequence[SymptomRating], carried: datetime | None) -> list[Spell]:
    """All spells, in order. ``carried`` is since when one was open as the run began."""
    found = [Spell(carried)] if carried is not None else []
    for rating in ratings:
        is_open = bool(found) and found[-1].usual_at is None
        if judge.is_raised(rating):
            if not is_open:
                found.append(Spell(_raised_since(rating, run)))
            found[-1].raised.append(rating)
        elif is_open and judge.shows_usual(rating) and found[-1].is_ended_by(rating):
            found[-1].usual_at = rating.at
    return found


def _raised_since(rating: SymptomRating, run: Run | None) -> datetime:
    if run is not None and waking_date(rating.at, rating.zone) <= next_morning(run.end, rating.zone):
        return min(run.end, rating.at)
    return rating.at


def is_next_morning(rating: SymptomRating, end: datetime) -> bool:
    """Whether it is about the first local morning at least four hours after a run's ``end``, wherever the runner is."""
    if rating.occasion is not Occasion.MORNING or not rating.is_complete:
        return False
    return bool(morning_of(rating.at, rating.zone, [end])[1])


def is_recalled(given: Given, run: Run) -> bool:
    """An after-run rating later than 24 h, a next-morning one given after that local day."""
    rating = given.rating
    if rating.occasion is Occasion.AFTER:
        return given.given_at > run.end + timedelta(hours=24)
    day = waking_date(rating.at, rating.zone)
    return given.given_at >= dawn(day + timedelta(days=1), rating.zone)


def after_its_run(given: Given, run: Run | None) -> Given:
    """A rating after ``run`` is of no earlier than its end, whenever it is said to be: days off count from there."""
    rating = given.rating
    if run is None or rating.occasion is not Occasion.AFTER or rating.run != run.id or rating.at >= run.end:
        return given
    return given.model_copy(update={"rating": rating.model_copy(update={"at": run.end})})


def sort_into_episodes(judge: Judge, run: Run | None, readings: Sequence[Given]) -> list[Episode]:
    """The run's episode first, if there is a run; then those without one, in order."""
    episodes: list[Episode] = []
    ran = None
    if run is not None:
        ran = Episode(judge, run, run.end)
        episodes.append(ran)
    for given in readings:
        rating = given.rating
        if run is not None and ran is not None and _is_of_run(rating, run, ran):
            ran.add(given)
        elif episodes and episodes[-1].run is None and not episodes[-1].is_settled:
            episodes[-1].add(given)
        elif judge.is_symptom(rating):
            own = Episode(judge, None, rating.at)
            own.add(given)
            episodes.append(own)
    return episodes


def _is_of_run(rating: SymptomRating, run: Run, ran: Episode) -> bool:
    if rating.occasion is Occasion.AFTER or not ran.is_settled:
        return True
    return waking_date(rating.at, rating.zone) <= next_morning(run.end, rating.zone)


def repeated(times: Sequence[datetime], within: timedelta) -> tuple[datetime, datetime] | None:
    """Two of ``times`` (in order) that are no more than ``within`` and at least three days apart, if there are any."""
    for later in times:
        at = bisect_right(times, later - APART) - 1
        if at >= 0 and later - times[at] <= within:
            return times[at], later
    return None
