"""The gate's leave to go on with a session that was left behind."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from coach import config
from coach.bootstrap import RunOptions, leave, prepare
from coach.bootstrap.comeback import ReadyByCriteria, make_coaching
from coach.bootstrap.leave import SAME_RUN, ask_to_begin
from coach.bootstrap.live import Live
from coach.clock import Clock
from coach.coaching import Coaching
from coach.coaching.reading import digest
from coach.errors import GateClosed, StorageError
from coach.history.runs import RunFacts
from coach.journal.store import SqliteJournal
from coach.model.decision import Outcome
from coach.model.profile import BoneSite, Injury, InjuryKind, Profile
from coach.model.rating import Occasion, SymptomRating
from coach.model.syntax import parse
from coach.session.events import SessionCreated, Started
from coach.session.state import Command, CommandKind, Phase
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


QUIET: dict[str, Any] = {"swelling": False, "woken": False, "painkiller": False, "confidence": 8}


@contextmanager
def another_terminal(clock: Clock) -> Generator[Coaching]:
    places = config.folders()
    with closing(SqliteJournal(places.journal, clock, "pi")) as journal:
        yield make_coaching(journal, clock, places)


def check_of_the_day(coaching: Coaching, clock: Clock, **answers: Any) -> None:
    told = {"occasion": Occasion.MORNING, "at": clock.utc_now(), "zone": "Europe/Berlin", "first_steps": 1}
    coaching.rate(SymptomRating.model_validate(told | QUIET | answers))


@pytest.fixture
def open_gate(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ReadyByCriteria, "__call__", lambda _self, _profile, _results, at: at - timedelta(hours=12))
    with another_terminal(clock) as coaching:
        coaching.set_profile(FASCIA)
        check_of_the_day(coaching, clock)


def start(live: Live) -> list[str]:
    """What the session's events are once a start was asked for."""
    live.post(Command(CommandKind.START))
    live.runner.step()
    return [stored.event.kind for stored in live.journal.events(live.runner.session)]


def diary_kinds(clock: Clock) -> list[str]:
    with closing(SqliteJournal(config.folders().journal, clock, "pi")) as journal:
        return [stored.event.kind for stored in journal.diary()]


@pytest.mark.usefixtures("open_gate")
def test_leave_is_journalled_when_it_starts_and_not_before(clock: FakeClock) -> None:
    with closing(prepare(RunOptions(), clock=clock).go_live()) as live:
        assert "begun" not in diary_kinds(clock)
        assert start(live)[:2] == ["created", "started"]
        assert diary_kinds(clock)[-2:] == ["decided", "begun"]


@pytest.mark.usefixtures("open_gate")
@pytest.mark.parametrize("options", [RunOptions(), RunOptions("1m run", speed=1.5), RunOptions("1m run", scratch=True)])
def test_what_is_told_while_a_session_waits_to_start_counts(clock: FakeClock, options: RunOptions) -> None:
    with closing(prepare(options, clock=clock).go_live()) as live:
        with another_terminal(clock) as coaching:  # no STOP, but the gate is closed
            told = {"occasion": Occasion.BEFORE, "at": clock.utc_now(), "zone": "Europe/Berlin", "pain_now": 5}
            coaching.rate(SymptomRating.model_validate({**told, "confidence": 8, "painkiller": False}))
        assert start(live)[:2] == ["created", "stopped"]
        assert isinstance(live.runner.refused, GateClosed)
        assert live.runner.refused.today is not None
        assert "begun" not in diary_kinds(clock)


@pytest.mark.parametrize("options", [RunOptions(), RunOptions("1m run"), RunOptions("1m run", scratch=True)])
def test_a_profile_told_meanwhile_is_asked_in_full(clock: FakeClock, options: RunOptions) -> None:
    prepared = prepare(options, clock=clock)
    waiting = prepared.go_live()
    with another_terminal(clock) as coaching:
        coaching.set_profile(FASCIA)  # no STOP, but no check of the day either
    with closing(waiting) as live:
        assert start(live)[:2] == ["created", "stopped"]
        assert isinstance(live.runner.refused, GateClosed)
    with pytest.raises(GateClosed):
        prepared.go_live()


@pytest.mark.usefixtures("open_gate")
def test_a_session_left_before_its_start_is_asked_about_as_any_other(clock: FakeClock) -> None:
    prepare(RunOptions(), clock=clock).go_live().close()
    clock.advance(20 * HOUR_NS // 60)
    with another_terminal(clock) as coaching:
        told = {"occasion": Occasion.BEFORE, "at": clock.utc_now(), "zone": "Europe/Berlin", "pain_now": 5}
        coaching.rate(SymptomRating.model_validate({**told, "confidence": 8, "painkiller": False}))
    with closing(prepare(RunOptions(resume=True), clock=clock).go_live()) as live:
        assert "started" not in start(live)
        assert isinstance(live.runner.refused, GateClosed)


@pytest.mark.usefixtures("open_gate")
def test_where_the_gate_cannot_be_asked_nothing_starts_until_it_can(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(prepare(RunOptions(), clock=clock).go_live()) as live:
        lost = StorageError("the disk is gone", remedy="bring it back")
        with monkeypatch.context() as broken:
            broken.setattr(SqliteJournal, "has_diary", lambda _self: (_ for _ in ()).throw(lost))
            assert start(live) == ["created"]
        assert live.runner.refused is lost
        assert live.phase() is Phase.READY
        assert start(live)[:2] == ["created", "started"]
        assert live.runner.refused is None


@pytest.mark.usefixtures("open_gate")
def test_a_journal_that_another_process_writes_to_is_asked_again(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leave, "START_PATIENCE_S", 0.0)
    with closing(prepare(RunOptions(), clock=clock).go_live()) as live:
        with closing(sqlite3.connect(config.folders().journal, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert start(live) == ["created"]
            assert isinstance(live.runner.refused, StorageError)
            other.execute("ROLLBACK")
        start(live)
        assert live.phase() is Phase.LEAD_IN
        assert diary_kinds(clock)[-2:] == ["decided", "begun"]


def step_to(live: Live, clock: FakeClock, seconds: int) -> None:
    for _ in range(seconds):
        live.runner.step()
        clock.advance(HOUR_NS // 3600)


def ask(live: Live, kind: CommandKind) -> None:
    live.post(Command(kind))
    live.runner.step()


def tell_a_stop(clock: FakeClock) -> None:
    with another_terminal(clock) as coaching:
        told = {"occasion": Occasion.BEFORE, "at": clock.utc_now(), "zone": "Europe/Berlin", "pain_now": 9}
        rating = {**told, "giving_way": True, "confidence": 8, "painkiller": False}
        coaching.rate(SymptomRating.model_validate(rating))
        assert coaching.today().decision.outcome is Outcome.STOP


@pytest.mark.usefixtures("open_gate")
def test_a_stop_told_during_a_pause_ends_the_run(clock: FakeClock) -> None:
    with closing(prepare(RunOptions(), clock=clock).go_live()) as live:
        start(live)
        step_to(live, clock, 30)
        ask(live, CommandKind.PAUSE)
        tell_a_stop(clock)
        ask(live, CommandKind.RESUME)
        assert isinstance(live.runner.refused, GateClosed)
        assert live.phase() is Phase.STOPPED


@pytest.mark.usefixtures("open_gate")
@pytest.mark.parametrize(("seconds", "phase"), [(3600, Phase.RUNNING), (2 * 3600 + 60, Phase.STOPPED)])
def test_after_a_long_pause_it_is_not_the_same_run(clock: FakeClock, seconds: int, phase: Phase) -> None:
    with closing(prepare(RunOptions(), clock=clock).go_live()) as live:
        start(live)
        step_to(live, clock, 30)
        ask(live, CommandKind.PAUSE)
        clock.suspend(seconds * HOUR_NS // 3600 - HOUR_NS // 6)
        live.runner.step()
        clock.advance(HOUR_NS // 6)
        ask(live, CommandKind.RESUME)
        assert live.phase() is phase


@pytest.mark.usefixtures("open_gate")
@pytest.mark.parametrize(("stop", "phase"), [(False, Phase.RUNNING), (True, Phase.STOPPED)])
def test_a_stop_told_while_the_machine_slept_ends_the_run(clock: FakeClock, stop: bool, phase: Phase) -> None:
    with closing(prepare(RunOptions(), clock=clock).go_live()) as live:
        start(live)
        step_to(live, clock, 30)
        if stop:
            tell_a_stop(clock)
        clock.suspend(HOUR_NS // 4)
        live.runner.step()
        assert live.phase() is phase


def test_a_session_left_behind_ended_when_it_was_last_seen(clock: FakeClock) -> None:
    left_behind(clock, None)
    seen = clock.utc_now()
    clock.advance(30 * HOUR_NS)
    with closing(prepare(RunOptions("1m run", new=True), clock=clock).go_live()) as live:
        [old, _] = live.journal.sessions()
        stored = live.journal.events(old)
        assert stored[-1].event.kind == "stopped"
        assert {datetime.fromisoformat(each.utc) for each in stored} == {seen}
        [facts] = [RunFacts.model_validate_json(each) for each in live.journal.digests(digest) if old in each]
        assert facts.end == seen
