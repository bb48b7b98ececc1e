"""The hidden state of a simulated runner: a tissue that bears load, flares when it jumps, and settles again."""

import random
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from coach.model.rating import Course, RedFlag

MONTH = timedelta(days=30)
_FIRST_RUN_MS = 6 * 60_000
"""What a leg fresh from rehabilitation is used to, in milliseconds of running."""


class Make(NamedTuple):
    """How a tissue is made. Pain is 0–10.

    ``mornings`` is pain on first steps when all is as usual, ``steady`` the lowest and highest pain of any run, and
    ``warm_up`` whether it is felt in the warm-up. A run flares with the chance ``flare``, more by ``jump`` for each
    whole multiple of the longest run of 30 days beyond 1.1, and more by ``tired`` for each run of the three days
    before; by ``severity`` more pain, of which half is gone after ``half_life`` days.
    """

    mornings: int = 0
    steady: tuple[int, int] = (0, 0)
    warm_up: bool = False
    flare: float = 0.0
    jump: float = 0.0
    tired: float = 0.0
    severity: tuple[float, float] = (2.0, 5.0)
    half_life: float = 1.0
    shaken: bool = False  # a flare shakes the runner's confidence for ten days
    marks: bool = False  # pain is marked while running
    painkillers: float = 0.0  # the chance of one on a day that hurts; it hides two of the pain
    alarms: float = 0.0  # the chance of a red flag after a run, and as much again of giving way
    weak: tuple[int, int] = (0, 0)  # from the n-th day on, n between these, the tests of readiness are passed


class Felt(NamedTuple):
    """What a run felt like, in truth."""

    at: datetime
    answers: dict[str, Any]


class Body:
    """Chance is drawn by the day, so that two who share a ``seed`` meet the same luck on the same day."""

    def __init__(self, make: Make, seed: int) -> None:
        self.make = make
        self._seed = seed
        self._ache = 0.0
        self._since: datetime | None = None
        self._flared_at: datetime | None = None
        self._loads: list[tuple[datetime, int]] = []

    def _chance(self, day: int, what: str) -> random.Random:
        return random.Random(f"{self._seed}/{day}/{what}")

    def ache(self, at: datetime) -> float:
        """Pain beyond the usual."""
        if self._since is None:
            return 0.0
        return self._ache * 0.5 ** ((at - self._since) / timedelta(days=self.make.half_life))

    def is_quiet(self, at: datetime) -> bool:
        return round(self.ache(at)) == 0

    def heal(self) -> None:
        """A clinician has looked after it."""
        self._ache = 0.0

    def run(self, start: datetime, end: datetime, day: int, wanted_ms: int) -> tuple[int, Felt]:
        """Run for ``wanted_ms``, or less if it hurts much: what was run, and what it felt like."""
        make, chance = self.make, self._chance(day, "run")
        recent = [(at, ms) for at, ms in self._loads if at > start - MONTH]
        usual = max([ms for _, ms in recent], default=_FIRST_RUN_MS)
        tired = sum(at > start - timedelta(days=3) for at, _ in recent)
        risk = make.flare + make.jump * max(0.0, wanted_ms / usual - 1.1) + make.tired * tired
        ache, worse = self.ache(start), 0.0
        if chance.random() < risk:
            worse = chance.uniform(*make.severity)
            self._flared_at = start
        done_ms = wanted_ms
        if ache + worse >= 6:
            done_ms = int(wanted_ms * chance.uniform(0.4, 0.9))
        self._ache, self._since = ache + worse, end
        self._loads = [*recent, (start, done_ms)]
        base = chance.randint(*make.steady)
        during = min(10, base + round(ache + worse))
        warm_up = base if make.warm_up and chance.random() < 0.7 else 0
        course = chance.choice((Course.RESOLVED, Course.PERSISTED)) if warm_up else Course.NONE
        answers = {
            "pain_during": during, "pain_now": max(0, during - chance.randint(0, 1)), "warmup_soreness": warm_up,
            "warmup_course": course, "limp": during >= 8, "sharp_pain": worse >= 4 and chance.random() < 0.2,
            "swelling": worse >= 4.5 and chance.random() < 0.4, "giving_way": False, "completed": done_ms == wanted_ms,
            "painkiller": False,
        } | self._alarm(day)  # fmt: skip
        return done_ms, Felt(end + timedelta(minutes=30), answers)

    def _alarm(self, day: int) -> dict[str, Any]:
        """What asks for a clinician whatever else is felt."""
        chance, what = self._chance(day, "alarm"), self.make.alarms
        if chance.random() < what:
            return {"red_flags": (chance.choice(tuple(RedFlag)),)}
        return {"giving_way": True} if chance.random() < what else {}

    def is_fit(self, day: int) -> bool:
        """Whether strength and balance are enough by that day."""
        return day >= self._chance(0, "weak").randint(*self.make.weak)

    def morning(self, at: datetime) -> dict[str, Any]:
        ache, masked = self._felt(at)
        return {
            "first_steps": min(10, self.make.mornings + ache), "swelling": self.ache(at) >= 4,
            "woken": self.ache(at) >= 5.5, "painkiller": masked, "confidence": self.confidence(at),
        }  # fmt: skip

    def before(self, at: datetime) -> dict[str, Any]:
        ache, masked = self._felt(at)
        return {"pain_now": min(10, ache), "confidence": self.confidence(at), "painkiller": masked}

    def _felt(self, at: datetime) -> tuple[int, bool]:
        """The ache in whole points as it is felt, and whether a painkiller hides some of it."""
        ache = round(self.ache(at))
        masked = ache >= 2 and self._chance(at.toordinal(), "pill").random() < self.make.painkillers
        return (max(0, ache - 2), True) if masked else (ache, False)

    def follow_up(self, at: datetime) -> dict[str, Any]:
        return {"back_to_usual": self.is_quiet(at), "swelling": self.ache(at) >= 4}

    def confidence(self, at: datetime) -> int:
        shaken = self.make.shaken and self._flared_at is not None and at - self._flared_at < timedelta(days=10)
        return 4 if shaken else 8
