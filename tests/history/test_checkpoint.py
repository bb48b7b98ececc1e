"""A standing built from a checkpoint is the one built from everything."""

import copy
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from coach.coaching import Coaching
from coach.coaching.reading import digest, noted, resumed
from coach.gate.evaluate import decide
from coach.history.checkpoint import AGE, FORMAT, Checkpoint
from coach.history.events import DateCorrected
from coach.history.fold import Standing, record
from coach.journal.ids import floor_of
from coach.journal.store import SqliteJournal
from coach.model.rating import Occasion
from coach.model.syntax import parse
from coach.session.events import Finished
from tests.coaching.test_coaching import FASCIA, Runner
from tests.fakes import FakeClock


def months(runner: Runner, days: int, *, sore_every: int = 0) -> None:
    """A run every other day as the gate allows, rated and followed by its mornings."""
    for day in range(days):
        sore = sore_every and day % sore_every == sore_every - 1
        runner.morning(2 if sore else 1)
        if runner.coaching.today().is_open:
            session = runner.run()
            runner.after(session, during=1)
        runner.wait(24 - (runner.clock.utc_now().hour - 7))


@pytest.fixture(scope="module")
def once() -> Runner:
    runner = Runner()
    months(runner, 44, sore_every=17)
    return runner


@pytest.fixture
def runner(once: Runner) -> Runner:
    """One who has been at it for some months."""
    again = Runner(None)
    again.clock = copy.deepcopy(once.clock)
    again.journal = copy.deepcopy(once.journal)
    again.journal.clock = again.clock
    again.coaching = Coaching(again.journal, again.clock, once.coaching._plan_of, once.coaching._ready_at)
    return again


def fresh(runner: Runner) -> Coaching:
    """Another process over the same journal."""
    old = runner.coaching
    return Coaching(runner.journal, runner.clock, old._plan_of, old._ready_at)


class Device(Runner):
    """A runner's machine, with a journal on its disk."""

    def __init__(self, path: Path, clock: FakeClock | None = None) -> None:
        super().__init__(None)
        self.clock = clock or self.clock
        self.store = SqliteJournal(path, self.clock, path.stem)
        self.journal: Any = self.store
        self.coach_over(self.store)

    def journal_id(self) -> str:
        return self.store.new_id()

    def learns_from(self, other: "Device") -> None:
        self.store.add_missing(list(other.store.all_events()))
        self.coaching.forget()

    def same(self) -> bool:
        """Whether the quick way was taken, and comes to the same as the long one."""
        now = self.clock.utc_now()
        quick, long = fresh(self), fresh(self)
        taken = resume(quick) is not None
        expected = Standing(record(noted(self.store.diary())), long.runs(), long._ready_at).question(
            now, "Europe/Berlin"
        )
        assert question(quick, now)[0] == expected.model_copy(update={"newest_at": None})
        return taken


@pytest.fixture
def devices(tmp_path: Path) -> Iterator[tuple[Device, Device]]:
    """A Pi with some weeks on it, and a phone that knows the same."""
    pi = Device(tmp_path / "pi.db")
    phone = Device(tmp_path / "phone.db", pi.clock)
    with closing(pi.store), closing(phone.store):
        pi.coaching.set_profile(FASCIA)
        months(pi, 24)
        phone.learns_from(pi)
        yield pi, phone


def kept(device: Device) -> Checkpoint:
    payload = device.store.checkpoint()
    assert payload is not None
    return Checkpoint.model_validate_json(payload)


def test_what_another_device_was_told_before_the_checkpoint_was_made_is_not_lost(
    devices: tuple[Device, Device],
) -> None:
    pi, phone = devices
    months(pi, 4)
    told_of = pi.clock.utc_now() - timedelta(days=5)
    phone.coaching.forget()
    phone.rate(Occasion.FOLLOW_UP, at=told_of, back_to_usual=False, swelling=True)
    months(pi, 18)
    point = kept(pi)
    [written] = [n for n in phone.store.diary() if n.device == "phone"]
    assert told_of < point.floor
    assert written.id < point.upto
    assert pi.same()
    pi.learns_from(phone)
    assert pi.store.checkpoint() is None
    assert not pi.same(), "judged from its first day, and kept anew"
    assert pi.same()


def test_nothing_is_kept_of_a_look_that_a_merge_made_old(devices: tuple[Device, Device]) -> None:
    """The merge is of another process, between the look and the keeping."""
    pi, phone = devices
    months(pi, 22)
    point = kept(pi)
    phone.rate(Occasion.FOLLOW_UP, at=point.floor - timedelta(days=2), back_to_usual=False, swelling=True)
    look = pi.store.look(digest)
    pi.learns_from(phone)
    pi.store.keep_checkpoint(look, point.floor, point.model_dump_json())
    assert pi.store.checkpoint() is None
    pi.same()


def test_nothing_is_kept_of_a_look_older_than_what_an_old_session_got(devices: tuple[Device, Device]) -> None:
    pi, phone = devices
    months(pi, 22)
    point = kept(pi)
    look = pi.store.look(digest)
    old = pi.store.sessions()[1]
    pi.store.append(old, [Finished(at_ns=10**13)])
    fresh(phone)
    assert resume(fresh(pi)) is None
    assert pi.store.checkpoint() is None
    pi.store.keep_checkpoint(look, point.floor, point.model_dump_json())
    assert pi.store.checkpoint() is None


def test_a_run_begun_long_after_its_session_was_opened_is_not_lost(devices: tuple[Device, Device]) -> None:
    pi, _ = devices
    opened = pi.store.new_id()
    months(pi, 32)
    assert opened < floor_of(kept(pi).floor)
    pi.write(opened, parse("1m walk, 12m run"))
    assert not pi.same(), "a session of before the floor has changed"
    assert pi.same()
    assert fresh(pi).standing.runs[-1].id == opened


def test_a_date_corrected_to_after_the_floor_is_read(devices: tuple[Device, Device]) -> None:
    """Typed before the floor, by a clock that was wrong; it was really after it, where nobody would look for it."""
    pi, _ = devices
    typed = next(n for n in pi.store.diary() if n.event.kind == "rated")
    months(pi, 22)
    # Kept as an earlier version did: it asked for no sign that the clock was wrong.
    pi.store.note([DateCorrected(event=typed.id, at=pi.clock.utc_now() - timedelta(days=1))])
    pi.coaching.forget()
    assert not pi.same()
    assert not pi.same(), "and never, while that is not folded in"


def resume(coaching: Coaching) -> Standing | None:
    """The quick way, where it can be taken."""
    return resumed(coaching.journal, coaching.clock.utc_now(), coaching._ready_at)


def question(coaching: Coaching, at: datetime) -> object:
    asked = coaching.standing.question(at, "Europe/Berlin")
    return asked.model_copy(update={"newest_at": None}), decide(asked)


def same(runner: Runner) -> bool:
    """Whether the quick way was taken, and comes to the same as the long one."""
    now = runner.clock.utc_now()
    quick, whole = fresh(runner), fresh(runner)
    runner.journal.kept, kept = None, runner.journal.kept
    expected = question(whole, now)
    runner.journal.kept = kept
    taken = resume(quick) is not None
    assert question(quick, now) == expected
    return taken


def test_the_quick_way_comes_to_the_same(runner: Runner) -> None:
    assert runner.journal.kept is not None
    assert same(runner)
    months(runner, 12)
    assert same(runner)


def test_what_is_told_of_an_older_time_makes_it_worthless(runner: Runner) -> None:
    kept = runner.journal.kept
    assert kept is not None
    point = Checkpoint.model_validate_json(kept)
    long_ago = point.floor - timedelta(days=3)
    runner.rate(Occasion.FOLLOW_UP, at=long_ago, back_to_usual=False, swelling=True)
    assert not same(runner)
    runner.coaching.forget()
    assert runner.coaching.whole is not None
    assert same(runner), "and it was made anew"


def test_another_ruleset_or_age_makes_it_worthless(runner: Runner) -> None:
    kept = runner.journal.kept
    assert kept is not None
    point = Checkpoint.model_validate_json(kept)
    assert point.form == FORMAT
    assert runner.clock.utc_now() - point.floor >= AGE
    runner.journal.kept = point.model_copy(update={"form": "0/0"}).model_dump_json()
    assert resume(fresh(runner)) is None
    runner.journal.kept = "{}"
    assert resume(fresh(runner)) is None


def test_before_there_is_anything_old_there_is_none() -> None:
    runner = Runner()
    months(runner, 8)
    assert runner.journal.kept is None
