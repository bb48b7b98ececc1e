"""Readings sorted into episodes: one run and the ratings that follow it, or ratings with no run.

A reading belongs to the run's episode up to the next morning, and after that until a reading shows that all is as
usual again. What comes later and is no symptom is just a reading; a symptom then begins an episode of its own.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from coach.gate.days import NEXT_MORNING_AFTER, dawn, next_morning, waking_date
from coach.gate.facts import Given, Run
from coach.model.profile import BandName
from coach.model.rating import Occasion, SymptomRating


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


def worst_pain(rating: SymptomRating) -> int:
    """The highest pain of the injured site in any answer."""
    pains = (rating.pain_now, rating.pain_during, rating.first_steps)
    return max((pain for pain in pains if pain is not None), default=0)


class Episode:
    """``since`` is the run's end, or the first symptom of an episode without a run."""

    def __init__(self, judge: Judge, run: Run | None, since: datetime) -> None:
        self.judge = judge
        self.run = run
        self.since = since
        self.readings: list[Given] = []

    def add(self, given: Given) -> None:
        self.readings.append(given)

    @property
    def ratings(self) -> list[SymptomRating]:
        return [given.rating for given in self.readings]

    @property
    def marked(self) -> bool:
        """Whether pain was marked during the run."""
        return self.run is not None and self.run.pain_marks > 0

    @property
    def symptoms(self) -> list[datetime]:
        """When each symptom was, in order."""
        found = [r.at for r in self.ratings if self.judge.is_symptom(r)]
        if self.run is not None and self.marked and self.judge.advance < 1:
            found.insert(0, self.run.end)
        return sorted(found)

    @property
    def first(self) -> datetime:
        """The first symptom; where there is none, since when the episode is."""
        symptoms = self.symptoms
        return symptoms[0] if symptoms else self.since

    @property
    def last(self) -> datetime:
        """The latest symptom, from which days off count; where there is none, since when the episode is."""
        symptoms = self.symptoms
        return symptoms[-1] if symptoms else self.since

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

    @property
    def mornings(self) -> list[SymptomRating]:
        return self.of(Occasion.MORNING)

    def next_mornings(self) -> list[Given]:
        """The answers about the first morning after the run."""
        return [] if self.run is None else [g for g in self.readings if is_next_morning(g.rating, self.run)]

    @property
    def raised(self) -> list[SymptomRating]:
        """What was raised by the next morning, or at all in an episode without a run."""
        found = [r for r in self.ratings if self.judge.is_raised(r)]
        if self.run is None:
            return found
        by = next_morning(self.run.end, self.run.zone)
        return [r for r in found if waking_date(r.at, r.zone) <= by]

    @property
    def usual_at(self) -> datetime | None:
        """When a later reading first showed all as usual; None while that is open or nothing was raised."""
        symptoms = self.symptoms
        if not symptoms:
            return None
        return next((r.at for r in self.ratings if r.at > symptoms[-1] and self.judge.shows_usual(r)), None)

    @property
    def is_settled(self) -> bool:
        return not self.symptoms or self.usual_at is not None


def is_next_morning(rating: SymptomRating, run: Run) -> bool:
    """Whether it is about the first local morning at least four hours after the run's end."""
    if rating.occasion is not Occasion.MORNING or rating.at < run.end + NEXT_MORNING_AFTER:
        return False
    return waking_date(rating.at, rating.zone) == next_morning(run.end, run.zone)


def is_recalled(given: Given, run: Run) -> bool:
    """An after-run rating later than 24 h, a next-morning one given after that local day."""
    rating = given.rating
    if rating.occasion is Occasion.AFTER:
        return given.given_at > run.end + timedelta(hours=24)
    day = waking_date(rating.at, rating.zone)
    return given.given_at >= dawn(day + timedelta(days=1), rating.zone)


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
    if rating.occasion is Occasion.AFTER or is_next_morning(rating, run):
        return True
    if waking_date(rating.at, rating.zone) <= next_morning(run.end, run.zone):
        return True
    return not ran.is_settled
