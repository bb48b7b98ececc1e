"""Who does what the closed gate names comes to an open one: the printed command is taken, and the debt is paid."""

import random
import re
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from coach.coaching import Coaching
from coach.coaching.times import instant, on_day
from coach.errors import BadInput, CoachError
from coach.gate.advice import need_lines
from coach.library.protocols import resolve_plan
from coach.model.profile import Clearance, Injury, InjuryKind, Profile, Role
from coach.model.rating import Course, Occasion, SymptomRating
from coach.model.readiness import ReadinessResult
from coach.tui import asks
from tests.coaching.test_coaching import NOWHERE, Runner
from tests.fakes import FakeClock

ZONES = ("Europe/Berlin", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Auckland")
STARTS = (datetime(2026, 10, 20, 6, tzinfo=UTC), datetime(2026, 3, 24, 6, tzinfo=UTC))
"""Clocks are put back and put forward within the next days."""
KINDS = (InjuryKind.FASCIA, InjuryKind.ACHILLES, InjuryKind.SPRAIN)
DAYS = 25
SEEDS = (0, 3, 5, 11, 19, 30, 33)
"""Few, for each costs a third of a second; in 11 and 30 a day has two mornings, in the others clocks are wrong."""
QUIET_MORNING: dict[str, Any] = {
    "first_steps": 0, "swelling": False, "woken": False, "painkiller": False, "confidence": 8,
}  # fmt: skip
QUIET_AFTER: dict[str, Any] = {
    "pain_during": 0, "pain_now": 0, "warmup_soreness": 0, "warmup_course": Course.NONE, "limp": False,
    "sharp_pain": False, "swelling": False, "giving_way": False, "completed": True, "painkiller": False,
}  # fmt: skip
QUIET_BEFORE: dict[str, Any] = {"pain_now": 0, "confidence": 8, "painkiller": False}


class Traveller(FakeClock):
    zone = "Europe/Berlin"

    def zone_name(self) -> str:
        return self.zone

    def shift(self, by: timedelta) -> None:
        utc, zero = self._offset
        self._offset = (utc + by, zero)

    def local_now(self) -> datetime:
        return self.utc_now().astimezone(ZoneInfo(self.zone))


class Obedient(Runner):
    """Lives at random, forgets and overrides, sleeps and runs at any hour, flies; then does only what is named."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        super().__init__(None)
        self.clock: Traveller = Traveller(utc=self.chance.choice(STARTS))
        self.journal.clock = self.clock
        self.coach_over(self.journal)
        injuries = (Injury(kind=self.chance.choice(KINDS)),)
        self.coaching.set_profile(Profile(injuries=injuries, protocol="seed-start", baseline=(1, 1, 1)))
        self.tested()
        self.true: dict[str, datetime] = {}

    def coach_over(self, journal: Any) -> None:
        def ready(_profile: Profile, results: Any, at: datetime) -> datetime | None:
            return max((result.at for result in results if result.at <= at), default=None)

        self.coaching = Coaching(journal, self.clock, lambda p: resolve_plan(p, NOWHERE), ready)

    def tested(self) -> None:
        self.coaching.test(ReadinessResult(criterion="x", at=self.clock.utc_now()))

    def say(self, occasion: Occasion, at: datetime | None = None, **answers: Any) -> str:
        """As typed: once more with --amend where that is what is said. The id of its event."""
        values = {"occasion": occasion, "at": at or self.clock.utc_now(), "zone": self.clock.zone, **answers}
        rating = SymptomRating.model_validate(values)
        try:
            return self.coaching.rate(rating).id
        except BadInput as refused:
            if "add --amend" not in refused.remedy:
                raise
            return self.coaching.rate(rating, amends=self.coaching.rating_to_amend(rating)).id

    def day(self) -> None:
        chance = self.chance
        for _ in range(chance.choice((2, 4))):
            self.wait(chance.choice((1, 2, 4, 9)))
            act = chance.random()
            with suppress(CoachError):  # what is refused is not done
                if act < 0.35:
                    steps: dict[str, Any] = {"first_steps": chance.choice((0, 0, 1, 1, 3))}
                    self.say(Occasion.MORNING, **(QUIET_MORNING | steps))
                elif act < 0.7:
                    session = self.run(override="" if chance.random() < 0.4 else "I want to")
                    if chance.random() < 0.7:
                        hurt: dict[str, Any] = {"pain_during": chance.choice((0, 0, 3))}
                        self.say(Occasion.AFTER, run=session, **(QUIET_AFTER | hurt))
                elif act < 0.92:
                    self.clock.zone = chance.choice(ZONES)
                elif act < 0.97:
                    self.by_a_wrong_clock()

    def by_a_wrong_clock(self) -> None:
        """A morning told a year ahead, and told again by the right clock."""
        true = self.clock.utc_now()
        self.clock.shift(timedelta(days=365))
        try:
            self.true[self.say(Occasion.MORNING, **QUIET_MORNING)] = true
        finally:
            self.clock.shift(timedelta(days=-365))
        self.wait(0.1)
        self.say(Occasion.MORNING, **QUIET_MORNING)

    # Obedience

    def lines(self) -> list[str]:
        self.coaching.forget()
        today = self.coaching.today()
        return [] if today.is_open else need_lines(today.decision, today.input)

    def opens(self) -> None:
        """Day by day whatever is named; fails if it is refused, still named once done, or opens nothing."""
        seen: list[str] = []
        for _ in range(DAYS):
            for _ in range(6):
                lines = self.lines()
                named = [line for line in lines if self.obey(line)]
                seen = [f"{self.clock.local_now():%d %H:%M %Z}", *lines]
                again = [line for line in named if line in self.lines() and "before you run" not in line]
                assert not again, f"done, and still named: {again}"
                if not named:
                    break
            if self.coaching.today().is_open:
                return
            here = self.clock.local_now()
            noon = datetime.combine(here.date() + timedelta(days=1), time(12), here.tzinfo).astimezone(UTC)
            self.wait((noon - self.clock.utc_now()).total_seconds() / 3600)
        pytest.fail(f"never opened: {seen}")

    def obey(self, line: str) -> bool:
        """Do what ``line`` says, if it is for now: as a runner does who reads it and types the command."""
        command = re.search("`(coach .*?)`", line)
        if command is None or re.search(r"^say (on|from) |^on the day of |, due from |with tests of after ", line):
            return False
        now = self.clock.local_now()
        match command[1].split():
            case ["coach", "morning"] if "run" in line and self.told_today():
                self.say(Occasion.BEFORE, **QUIET_BEFORE)  # "or `coach before` if that is said already"
            case ["coach", "morning"]:
                self.say(Occasion.MORNING, **QUIET_MORNING)
            case ["coach", "morning", "--for", day]:
                self.say(Occasion.MORNING, on_day(datetime.fromisoformat(day).date(), time(7), now), **QUIET_MORNING)
            case ["coach", "before", "--at", at]:
                self.say(Occasion.BEFORE, instant(at, now), **QUIET_BEFORE)
            case ["coach", "rate", *run]:
                last = self.coaching.last_run()
                assert last is not None
                named = self.coaching.run_of(run[1], now, self.clock.zone) if run else last.id
                self.say(Occasion.AFTER, run=named, **QUIET_AFTER)
            case ["coach", "follow-up"]:
                self.say(Occasion.FOLLOW_UP, back_to_usual=True, swelling=False)
            case ["coach", "journal", "correct", event, "TIME"]:
                self.coaching.correct_date(event, self.true[event])
            case ["coach", "ready", *_]:
                self.tested()
            case ["coach", "clear", *_]:
                role = Role.CLINICIAN if "clinician" in command[1] else Role.SELF
                self.coaching.clear(Clearance(role=role, by="Dr A", at=self.clock.utc_now()))
            case _:
                pytest.fail(f"no such command: {line}")
        return True

    def told_today(self) -> bool:
        return asks.morning_is_told(self.coaching.today())


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_gate_names_opens_it(seed: int) -> None:
    runner = Obedient(seed)
    for _ in range(4):
        runner.day()
    runner.opens()
