"""Over random histories, with whatever may befall one: the quick way comes to the same as the long one."""

import random
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from coach.coaching.reading import noted
from coach.errors import BadInput, GateClosed
from coach.history.events import RunRecorded, RunReported
from coach.history.told import record
from coach.model.profile import BoneSite, Clearance, Injury, InjuryKind, Profile, Role
from coach.model.rating import Occasion
from tests.coaching.test_coaching import FASCIA
from tests.history.test_checkpoint import Device

DAYS = 48
LIVES = 4
PROFILES = (
    FASCIA,
    FASCIA.model_copy(update={"baseline": ()}),
    Profile(injuries=(Injury(kind=InjuryKind.BONE, site=BoneSite.FIBULA),), protocol="bsi", pain_free_days=20),
    Profile(injuries=(Injury(kind=InjuryKind.ACHILLES),), protocol="osu"),
)
MOVABLE = ("rated", "run_reported", "run_recorded", "cleared", "begun", "advance_chosen", "started")


class Life:
    """A runner with a Pi and a phone that learn from each other now and then."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.pi = Device(folder / "pi.db")
        self.phone = Device(folder / "phone.db", self.pi.clock)
        self.profile = self.random.choice(PROFILES)
        self.pi.coaching.set_profile(self.profile)
        self.phone.learns_from(self.pi)
        self.rests = self.random.choice((0, 0, 20))
        self.unrated: list[str] = []
        self.told: list[str] = []

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def ago(self, *hours: float) -> timedelta:
        return timedelta(hours=self.random.choice(hours))

    def day(self) -> None:
        device = self.phone if self.maybe(0.15) else self.pi
        device.coaching.forget()
        for chance, happens in (
            (0.8, self.wakes), (1, self.runs_if_open), (0.05, self.tells_of_a_run), (0.03, self.moves_a_date),
            (0.04, self.follows_up), (0.05, self.is_cleared), (0.07, self.answers_late), (0.2, self.corrects),
            (0.03, self.tells_anew), (0.08, self.is_recorded),
        ):  # fmt: skip
            if self.maybe(chance):
                self.tries(device, happens)
        if self.maybe(0.04):
            one, other = self.random.sample((self.pi, self.phone), 2)
            one.learns_from(other)
            self.told.append("merge")
        self.pi.wait(24 - (self.pi.clock.utc_now().hour - 7))

    def tries(self, device: Device, happens: Callable[[Device], None]) -> None:
        try:
            happens(device)
            self.told.append(happens.__name__)
        except (BadInput, GateClosed):
            pass  # not everything may be told at any time

    def wakes(self, device: Device) -> None:
        device.morning(self.random.choice((0, 1, 1, 1, 1, 2)))

    def runs_if_open(self, device: Device) -> None:
        self.rests -= 1
        if self.rests < 0 and (device.coaching.today().is_open or self.maybe(0.3)):
            run = device.run(override="I felt like it")
            if self.maybe(0.7):
                device.after(run, during=self.random.choice((0, 0, 1, 1, 2, 2, 6)))
            else:
                self.unrated.append(run)

    def tells_of_a_run(self, device: Device) -> None:
        start = device.clock.utc_now() - self.ago(5, 30, 200, 700)
        end = start + timedelta(minutes=20)
        device.coaching.report_run(RunReported(start=start, end=end, zone="UTC", run_ms=600_000))
        if self.maybe(0.5):
            device.wait(1 / 12)
            device.coaching.withdraw_run()

    def is_recorded(self, device: Device) -> None:
        """By a watch: one of the last runs, or one nobody knew of; perhaps taken back."""
        start = device.clock.utc_now() - self.ago(3, 40, 300)
        known = self.random.choice([None, *device.coaching.whole.runs[-4:]])
        begun = start if known is None else known.start
        run_ms = self.random.choice((0, 600_000, 1_500_000))
        kept = RunRecorded(
            start=begun, end=begun + timedelta(minutes=40), zone="UTC", run_ms=run_ms, bout_ms=run_ms // 10,
            sure_ms=run_ms, original="0" * 64, sport="running",
        )  # fmt: skip
        device.coaching.record_runs([kept])
        if self.maybe(0.3):
            device.wait(1 / 12)
            device.coaching.withdraw_run()

    def moves_a_date(self, device: Device) -> None:
        movable = [each for each in device.store.all_events() if each.event.kind in MOVABLE]
        if not movable:
            return
        event = self.random.choice(movable)
        device.coaching.correct_date(event.id, device.clock.utc_now() - self.ago(1, 20, 100, 400, 600))

    def follows_up(self, device: Device) -> None:
        when = device.clock.utc_now() - self.ago(1, 50, 500)
        device.rate(Occasion.FOLLOW_UP, at=when, back_to_usual=self.maybe(0.5), swelling=False)

    def is_cleared(self, device: Device) -> None:
        when = device.clock.utc_now() - self.ago(0, 0, 72, 480)
        device.coaching.clear(Clearance(role=Role.CLINICIAN, by="Dr A", at=when))

    def answers_late(self, device: Device) -> None:
        """Of any run that was not rated, however long ago."""
        if len(self.unrated) > 2:
            device.after(self.unrated[0], during=self.random.choice((0, 1, 3)))
            del self.unrated[0]

    def corrects(self, device: Device) -> None:
        """One of the ratings there are, to something harsher or softer."""
        told = record(noted(device.store.diary())).ratings[-12:]
        if not told:
            return
        given = self.random.choice(told).rating
        score = {Occasion.AFTER: "pain_during", Occasion.MORNING: "first_steps"}.get(given.occasion)
        if score is not None:
            other = given.model_copy(update={score: self.random.choice((0, 1, 2, 3))})
            device.coaching.rate(other, amends=device.coaching.rating_to_amend(other))

    def tells_anew(self, device: Device) -> None:
        days = self.random.choice((5, 14, 30))
        device.coaching.set_profile(self.profile.model_copy(update={"pain_free_days": days}))


def quick_ways(folder: Path, seed: int) -> int:
    """How often the quick way was taken in that life. It must come to the same every time."""
    folder.mkdir()
    life, taken = Life(folder, seed), 0
    with closing(life.pi.store), closing(life.phone.store):
        for day in range(DAYS):
            life.day()
            if day > 16:
                try:
                    taken += life.pi.same()
                except AssertionError as error:
                    error.add_note(f"seed {seed}, day {day}: {', '.join(life.told)}")
                    raise
    return taken


def test_the_quick_way_is_the_long_one_whatever_befalls(tmp_path: Path) -> None:
    assert sum(quick_ways(tmp_path / str(seed), seed) for seed in range(LIVES)) > LIVES
