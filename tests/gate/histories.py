"""Strategies: histories of a few weeks, and answers made worse."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from coach.gate.facts import Given
from coach.model.decision import Need, Outcome
from coach.model.profile import BandName, Role
from coach.model.rating import Course, Occasion, RedFlag, SymptomRating
from tests.gate.driver import BUILD_STAGES, LENGTH, STAGES, Begun, Clear, History, Memo, World

DAY0 = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Runner(random.Random):
    """Somebody who lives through a few weeks, mostly well, mostly keeping to the plan and answering."""

    def __init__(self, seed: int, *, clears: bool = True) -> None:
        super().__init__(seed)
        self.clears = clears
        self.memo = Memo()
        self.trouble = self.choice((0.03, 0.1, 0.25))
        self.careless = self.choice((0.0, 0.02, 0.1))
        self.daring = self.choice((0.02, 0.1, 0.3))
        count = self.choice((1, 1, 2, 3))
        self.bands = tuple(sorted(self.sample(list(BandName), count)))
        self.baseline = 0 if BandName.BONE in self.bands else self.choice((0, 1, 1, 2, 4))
        self.builds = self.may(0.4)

    def history(self) -> History:
        found = History(
            self.bands, self.baseline, (), (), ready=(DAY0,), high_risk=self.may(0.1),
            stage=self.choice((1, 2, 2, 3, 4, 5, 6, 7) if self.builds else (0, 1, 2, 3)),
            stages=BUILD_STAGES if self.builds else STAGES, run_m=self.choice((None, 5_000, 8_000)),
        )  # fmt: skip
        pause = 2
        days = self.choice((8, 14, 22, 30))
        day = 1
        while day < days:
            day += 1
            pause -= 1
            if self.may(0.03):
                day += self.choice((8, 10, 16, 23, 30))  # away, and silent
            found, ran = self.live(found, DAY0 + timedelta(days=day), wants=pause <= 0)
            pause = self.choice((1, 2, 2, 2, 3, 4)) if ran else pause
        return found

    def live(self, so_far: History, day: datetime, *, wants: bool) -> tuple[History, bool]:
        """One day. It begins with a morning, if there is something to say or he feels like it."""
        ran_before = bool(so_far.runs) and day - so_far.runs[-1].start < 2 * DAY
        if self.may(1 - self.careless if wants or ran_before else 0.6):
            so_far = told(so_far, self.morning(day + 7 * HOUR))
        world = World(so_far, self.memo)
        noon = world.ask(day + 12 * HOUR)
        if Need.FOLLOW_UP in noon.needs and self.may(0.5):
            so_far = told(so_far, self.follow_up(day + 13 * HOUR))
        if Need.READINESS in noon.needs and self.may(0.4):
            so_far = so_far._replace(ready=(*so_far.ready, day + 12 * HOUR))
        if self.clears and self.may(0.4 if noon.outcome is Outcome.STOP else 0.01):
            role = Role.CLINICIAN if Need.CLINICIAN in noon.needs or self.may(0.3) else Role.SELF
            so_far = so_far._replace(clearances=(*so_far.clearances, Clear(day + 12 * HOUR, role)))
            if self.may(0.8):
                so_far = told(so_far, self.before(day + 14 * HOUR))
        start = day + self.choice((8, 18, 18, 18, 23)) * HOUR
        if start < day + 14 * HOUR and so_far.clearances[-1:] and so_far.clearances[-1].at >= day:
            start = day + 18 * HOUR
        if not wants:
            return so_far, False
        if self.may(0.2):
            so_far = told(so_far, self.before(start - HOUR / 6))
        if self.may(0.2):
            so_far = so_far._replace(chosen=(*so_far.chosen, start - HOUR / 12))
        if not (World(so_far, self.memo).ask(start).is_open or self.may(self.daring)):
            return so_far, False
        run = Begun(f"r{len(so_far.runs)}", start, self.choice((100,) * 12 + (80, 130)), int(self.may(0.03)))
        so_far = so_far._replace(runs=(*so_far.runs, run))
        if self.may(1 - self.careless):
            so_far = told(so_far, self.after(run.id, start + LENGTH + HOUR / 12))
        return so_far, True

    def may(self, chance: float) -> bool:
        return self.random() < chance

    def pain(self) -> int:
        return self.choice((1, 2, 2, 3, 3, 4, 5, 6, 7)) if self.may(self.trouble) else self.choice((0, 0, 0, 1, 2))

    def sure(self) -> int:
        return self.choice((3, 4)) if self.may(0.1) else self.choice((5, 8))

    def bad(self) -> bool:
        return self.may(self.trouble / 8)

    def morning(self, at: datetime) -> Given:
        above = self.choice((-1, 1, 1, 1, 2, 3, 5)) if self.may(self.trouble) else 0
        return self.rate(
            Occasion.MORNING, at, first_steps=max(0, min(10, self.baseline + above)), swelling=self.bad(),
            woken=self.bad(), painkiller=self.bad(), confidence=self.sure(),
            pain_now=self.pain() if self.may(0.1) else None,
        )  # fmt: skip

    def after(self, run: str, at: datetime) -> Given:
        sore = self.pain() if self.may(0.3) else 0
        course = self.choice((Course.RESOLVED, Course.PERSISTED, Course.RETURNED)) if sore else Course.NONE
        quiet = not {BandName.BONE, BandName.POSTOP}.isdisjoint(self.bands) and not self.may(self.trouble)
        return self.rate(
            Occasion.AFTER, at, run=run, pain_during=0 if quiet else self.pain(), pain_now=0 if quiet else self.pain(),
            warmup_soreness=0 if quiet else sore, warmup_course=Course.NONE if quiet else course, limp=self.bad(),
            sharp_pain=self.bad(), swelling=self.bad(), giving_way=False, completed=not self.bad(),
            painkiller=self.bad(),
        )  # fmt: skip

    def before(self, at: datetime) -> Given:
        pain = self.pain() if self.may(self.trouble) else 0
        return self.rate(Occasion.BEFORE, at, pain_now=pain, confidence=self.sure(),
                         painkiller=self.bad())  # fmt: skip

    def follow_up(self, at: datetime) -> Given:
        return self.rate(Occasion.FOLLOW_UP, at, back_to_usual=self.may(0.7), swelling=self.bad())

    def rate(self, occasion: Occasion, at: datetime, **answers: Any) -> Given:
        late = self.choice((1, 30, 60)) if self.may(self.careless) else 0
        return rating(occasion, at, late, **answers)


def rating(occasion: Occasion, at: datetime, late_h: int = 0, **answers: Any) -> Given:
    found = SymptomRating.model_validate({"occasion": occasion, "at": at, **answers})
    return Given(rating=found, given_at=at + late_h * HOUR)


def told(history: History, given: Given) -> History:
    return history._replace(readings=(*history.readings, given))


def histories(*, clears: bool = True) -> st.SearchStrategy[History]:
    """Drawn from a seed, because what Hypothesis draws by itself is hardly ever a good week."""
    return st.integers(0, 2**32).map(lambda seed: Runner(seed, clears=clears).history())


_SCORES = ("pain_now", "pain_during", "first_steps", "warmup_soreness")
_FLAGS = ("limp", "sharp_pain", "swelling", "giving_way", "woken", "painkiller")
_COURSES = (Course.RESOLVED, Course.PERSISTED, Course.RETURNED)


def _worsenings(rating: SymptomRating) -> list[str]:
    found = [name for name in _SCORES if (score := getattr(rating, name)) is not None and score < 10]
    found += [name for name in _FLAGS if getattr(rating, name) is False]
    found += [name for name in ("completed", "back_to_usual") if getattr(rating, name)]
    if rating.confidence:
        found.append("confidence")
    if rating.warmup_course in _COURSES[:2]:
        found.append("warmup_course")
    return [*found, "red_flags"]


@st.composite
def a_worse(draw: st.DrawFn, rating: SymptomRating) -> SymptomRating:
    """The same rating with one answer worse."""
    name = draw(st.sampled_from(_worsenings(rating)))
    answers: dict[str, Any] = {}
    match name:
        case "red_flags":
            answers[name] = (draw(st.sampled_from(list(RedFlag))),)
        case "confidence":
            answers[name] = draw(st.integers(0, (rating.confidence or 1) - 1))
        case "warmup_course":
            assert rating.warmup_course is not None
            answers[name] = draw(st.sampled_from(_COURSES[_COURSES.index(rating.warmup_course) + 1 :]))
        case "completed" | "back_to_usual":
            answers[name] = False
        case _ if name in _FLAGS:
            answers[name] = True
        case _:
            # Up to the step after the next thresholds, the highest of which is 6.
            score = getattr(rating, name)
            answers[name] = draw(st.integers(score + 1, max(score + 1, min(10, 7))))
            if name == "warmup_soreness" and not rating.warmup_soreness:
                answers["warmup_course"] = draw(st.sampled_from(_COURSES))
    return SymptomRating.model_validate(rating.model_dump() | answers)


@st.composite
def askings(draw: st.DrawFn, history: History) -> list[datetime]:
    """Instants worth asking at: some hours after something, each a fresh check away from opening."""
    acts = [run.start for run in history.runs] + [g.given_at for g in history.readings] or [DAY0]
    late = max(acts)
    base = draw(st.lists(st.sampled_from(acts), min_size=2, max_size=3))
    spans = st.sampled_from((1, 13, 24, 37, 47, 49, 61, 71, 73, 97, 170, 200))
    return sorted({at + draw(spans) * HOUR for at in [*base, late]})


def probed(history: History, at: datetime, *, morning: bool) -> History:
    """The same with a quiet check a minute before ``at``."""
    when = at - timedelta(minutes=1)
    if morning:
        given = rating(Occasion.MORNING, when, first_steps=0, swelling=False, woken=False, painkiller=False,
                        confidence=9)  # fmt: skip
    else:
        given = rating(Occasion.BEFORE, when, pain_now=0, painkiller=False, confidence=9)
    return told(history, given)
