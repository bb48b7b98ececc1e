"""The gate's leave to go on with a session that was left behind."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coach import config
from coach.bootstrap import RunOptions, prepare
from coach.bootstrap.comeback import make_coaching
from coach.bootstrap.leave import SAME_RUN, ask_to_begin
from coach.clock import Clock
from coach.errors import GateClosed
from coach.journal.store import SqliteJournal
from coach.model.profile import BoneSite, Injury, InjuryKind, Profile
from coach.model.syntax import parse
from coach.session.events import SessionCreated, Started
from tests.fakes import FakeClock

HOUR_NS = 3600 * 1_000_000_000
FASCIA = Profile(injuries=(Injury(kind=InjuryKind.FASCIA),), protocol="seed-start", baseline=(1, 1, 1))
STOPPED = Profile(injuries=(Injury(kind=InjuryKind.BONE, site=BoneSite.NAVICULAR),), protocol="bsi")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(utc=datetime(2026, 3, 2, 18, 0, tzinfo=UTC))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COACH_HOME", str(tmp_path))
    monkeypatch.setenv("COACH_BACKEND", "silent")
    monkeypatch.setenv("COACH_VOICE", "beeps")
    return tmp_path


def left_behind(clock: Clock, profile: Profile | None) -> None:
    """A session that was begun and killed, and the profile told before."""
    places = config.folders()
    with closing(SqliteJournal(places.journal, clock, "pi")) as journal:
        if profile is not None:
            make_coaching(journal, clock, places).set_profile(profile)
        session = journal.new_id()
        journal.append(session, [SessionCreated(at_ns=0, workout=parse("1m run")), Started(at_ns=0)])
        journal.beat(session, 10)


def test_a_run_just_broken_off_goes_on(clock: FakeClock) -> None:
    left_behind(clock, FASCIA)
    clock.advance(HOUR_NS // 60)
    assert prepare(RunOptions(resume=True), clock=clock).left is not None


def test_a_stop_ends_a_run_that_was_begun(clock: FakeClock) -> None:
    left_behind(clock, STOPPED)
    with pytest.raises(GateClosed, match="closed"):
        prepare(RunOptions(resume=True), clock=clock)


def test_the_next_day_it_is_another_run(clock: FakeClock) -> None:
    left_behind(clock, FASCIA)
    clock.advance(HOUR_NS * (1 + SAME_RUN.seconds // 3600))
    with pytest.raises(GateClosed, match="hours ago"):
        prepare(RunOptions(resume=True), clock=clock)


def test_without_a_profile_there_is_no_gate(clock: FakeClock) -> None:
    left_behind(clock, None)
    clock.advance(HOUR_NS * 30)
    assert prepare(RunOptions(resume=True), clock=clock).left is not None


@pytest.mark.parametrize(("speed", "scratch"), [(1.0, False), (1.0001, False), (0.999, False), (1.0, True)])
def test_whatever_can_be_run_along_with_is_asked_about(clock: FakeClock, speed: float, scratch: bool) -> None:
    left_behind(clock, STOPPED)
    with pytest.raises(GateClosed):
        ask_to_begin(RunOptions(speed=speed, scratch=scratch), parse("60m run"), config.folders(), clock)


def test_a_rehearsal_is_only_heard(clock: FakeClock) -> None:
    left_behind(clock, STOPPED)
    assert ask_to_begin(RunOptions(speed=20), parse("60m run"), config.folders(), clock) is None
