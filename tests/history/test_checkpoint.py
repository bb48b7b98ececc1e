"""A standing built from a checkpoint is the one built from everything."""

import copy
from datetime import datetime, timedelta

import pytest

from coach.coaching import Coaching
from coach.gate.evaluate import decide
from coach.history.checkpoint import AGE, FORMAT, Checkpoint
from coach.model.rating import Occasion
from tests.coaching.test_coaching import Runner


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
    taken = quick._resumed() is not None
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
    assert fresh(runner)._resumed() is None
    runner.journal.kept = "{}"
    assert fresh(runner)._resumed() is None


def test_before_there_is_anything_old_there_is_none() -> None:
    runner = Runner()
    months(runner, 8)
    assert runner.journal.kept is None
