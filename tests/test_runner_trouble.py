"""The live loop where the machine, the disk or another program gets in its way."""

import itertools
import sqlite3
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from queue import SimpleQueue

import pytest

from coach.clock import SystemClock
from coach.errors import StorageError
from coach.journal.store import SqliteJournal
from coach.model.cue import CueKind, Earcon, Priority, Sound, Speech
from coach.ports import StoredEvent
from coach.runner import LOCK_PATIENCE_S
from coach.runner.loop import FROZEN_NS, HEARTBEAT_NS, SLEPT_NS
from coach.runner.scribe import RETRY_NS
from coach.runner.sounding import HELD_UP, LATE_COUNT_NS, LATE_NS, WORTH_IT_NS
from coach.session.agenda import LOOKAHEAD_NS
from coach.session.events import CueReported, SessionEvent
from coach.session.fold import fold
from coach.session.outputs import CueMissed, Refusal
from coach.session.state import Command, CommandKind, Phase
from tests.fakes import FakePlayer, FakeSoundBank, MemoryJournal, Played
from tests.session.rig import NS, plan
from tests.test_runner import FULL, ID, Live, begun

K = CommandKind
MS = NS // 1000


def sounded(live: Live) -> list[Played]:
    whole = [p for p in live.player.played if p.cut_ns is None or p.cut_ns > p.at_ns]
    return sorted(whole, key=lambda one: (one.at_ns, one.end_ns))


def to_the_end(live: Live) -> None:
    """As ``Live.to``, but a step itself may take time: the instant it asks for may be past."""
    while (wake := live.runner.step()) is not None:
        live.clock.advance_to(wake)


# --- held up --------------------------------------------------------------------------------------------------------


def chatty(sound: Sound) -> int:
    """A slow voice, so that there is hardly a gap between cues."""
    return 250 * MS if isinstance(sound, Earcon) else 90 * MS * len(sound.text)


@pytest.mark.parametrize("stall_ms", [2050, 2200, 2400, 2600, 3300, 6000])
def test_late_cues_never_sound_over_others(stall_ms: int) -> None:
    """Wherever the loop is held up: late speech waits or is dropped; boundaries in time are never moved."""
    steps = (("run", 60), ("walk", 5), ("run", 4), ("walk", 30))
    for at in range(0, 102, 2):
        live = Live(plan(*steps), bank=FakeSoundBank(length=chatty))
        live.runner.step()
        live.do(K.START).to(at)
        live.clock.advance(stall_ms * MS)
        live.to(130)
        assert live.runner.step() is None
        heard = sounded(live)
        late = [p for p in heard if p.at_ns > live.zero + p.cue.at_ns]
        in_time = [p for p in heard if p not in late and p.cue.priority is Priority.BOUNDARY]
        for one, other in itertools.combinations(heard, 2):
            if one in late or other in late:
                assert one.end_ns <= other.at_ns or one in in_time or other in in_time, (at, one.cue, other.cue)
        for played in late:
            patience = LATE_COUNT_NS if played.cue.kind is CueKind.COUNTDOWN else LATE_NS
            if isinstance(played.cue.sound, Earcon) or played.cue.kind is CueKind.FINISH:
                patience = WORTH_IT_NS
            assert played.at_ns - live.zero - played.cue.at_ns <= patience


def test_a_moved_cue_is_reported_against_its_planned_instant() -> None:
    live, begin = begun()
    live.to(begin + 17.6)
    live.clock.advance(round(2.8 * NS))  # 0.4 s after the boundary
    live.to(begin + 130)
    assert live.runner.step() is None
    moved = next(p for p in live.player.played if p.cue.interval == 1)
    assert moved.cue.kind is CueKind.EARCON
    announced = next(p for p in live.player.played if p.cue.interval == 1 and isinstance(p.cue.sound, Speech))
    assert announced.at_ns == moved.end_ns + 60 * MS
    report = next(e for e in live.events if isinstance(e, CueReported) and e.label == announced.cue.label)
    assert report.late_ns == announced.at_ns - live.zero - announced.cue.at_ns > 0
    assert (report.status, report.reason) == ("played", HELD_UP)
    assert report.real_frame is not None
    assert report.planned_frame is not None
    assert report.real_frame - report.planned_frame == pytest.approx(report.late_ns * 48 / 1_000_000, abs=1)


class SlowJournal(MemoryJournal):
    """Each write takes a while, as on a worn SD card."""

    takes_ns = 0

    def append(
        self, session: str, events: Sequence[SessionEvent], since: Sequence[datetime] | None = None
    ) -> Sequence[StoredEvent]:
        self.clock.advance(self.takes_ns)  # type: ignore[attr-defined]
        return super().append(session, events, since)


@pytest.mark.parametrize("kind", [K.PAUSE, K.PAIN, K.STOP])
def test_on_a_slow_disk_the_answer_to_a_command_is_still_spoken(kind: CommandKind) -> None:
    journal = SlowJournal()
    live = Live(journal=journal)
    live.runner.step()
    live.do(K.START).to(35)
    journal.takes_ns = 3 * NS
    live.do(kind)
    journal.takes_ns = 0
    live.to(60)
    earcon, speech = [p for p in live.player.played if p.cue.kind.value == kind.value]
    assert earcon.at_ns == live.zero + 38 * NS
    assert isinstance(speech.cue.sound, Speech)
    assert speech.at_ns == earcon.end_ns + 60 * MS


def test_a_disk_that_takes_seconds_moves_no_boundary() -> None:
    journal = SlowJournal()
    live = Live(journal=journal)
    live.runner.step()
    live.do(K.START)
    journal.takes_ns = 1900 * MS
    to_the_end(live)
    boundaries = [p for p in live.player.played if p.cue.kind is CueKind.EARCON]
    assert len(boundaries) == 4
    assert all(p.at_ns == live.zero + p.cue.at_ns for p in boundaries)
    assert not live.of(CueMissed)


def test_the_session_clock_begins_when_the_output_is_open() -> None:
    live, begin = begun()
    live.to(begin + 10)
    beat = live.journal.heartbeat()
    assert beat is not None
    live.journal.holder = None
    second = Live(journal=live.journal, position_ns=beat.at_ns)

    class SlowPlayer(FakePlayer):
        def start(self) -> None:
            second.clock.advance(3 * NS)

    second.runner._player = second.runner._sounding._player = SlowPlayer(second.clock)
    second.runner.step()
    assert second.runner.snapshot().at_ns == beat.at_ns


# --- asleep ---------------------------------------------------------------------------------------------------------


def asleep(live: Live) -> None:
    live.clock.suspend(3600 * NS)


def frozen(live: Live) -> None:
    live.clock.advance(3600 * NS)


@pytest.mark.parametrize("away", [asleep, frozen])
@pytest.mark.parametrize(
    ("commands", "phase", "says"),
    [
        ((), Phase.RUNNING, CueKind.RESUME),
        ((K.PAUSE,), Phase.PAUSED, CueKind.PAUSE),
        ((K.PAIN,), Phase.RUNNING, CueKind.RESUME),
        ((K.PAIN, K.PAUSE), Phase.PAUSED, CueKind.PAUSE),
    ],
)
def test_after_an_hour_without_a_coach_the_session_goes_on_where_it_was(
    away: Callable[[Live], None], commands: tuple[CommandKind, ...], phase: Phase, says: CueKind
) -> None:
    live, begin = begun()
    live.to(begin + 25)
    for kind in commands:
        live.do(kind)
    live.to(begin + 29)
    before, told, played = live.runner.snapshot(), len(live.told), len(live.player.played)
    away(live)
    live.runner.step()
    after = live.runner.snapshot()
    # Frozen, it cannot know better than when it wanted to wake.
    assert after.phase is phase
    assert 0 <= after.elapsed_ns - before.elapsed_ns <= (HEARTBEAT_NS if away is frozen else 0)
    assert "picked_up" in [getattr(update, "kind", "") for update in live.told[told:]]
    (refusal,) = [update for update in live.told[told:] if isinstance(update, Refusal)]
    assert refusal.what in {"the machine stood still for 1:00:00", "the machine stood still for 59:59"}
    live.zero = live.clock.at_ns - round((begin + 29) * NS)
    live.to(begin + 35)
    assert says in [p.cue.kind for p in live.player.played[played:]]
    if not commands:
        live.to(begin + 130)
        assert [a.actual_ns // NS for a in fold(live.events).actuals] == [20, 30, 20, 30]
    assert fold(live.events).pain_marks_ns == ((round((begin + 25) * NS),) if K.PAIN in commands else ())


@pytest.mark.parametrize("away", [asleep, frozen])
def test_asleep_in_the_lead_in_it_begins_after_waking(away: Callable[[Live], None]) -> None:
    live, begin = begun()
    live.to(begin - 1.5)
    away(live)
    woken = live.clock.at_ns
    live.zero = woken - round((begin - 1.5) * NS)
    live.to(begin + 5)
    earcon = next(p for p in live.player.played if p.cue.kind is CueKind.EARCON and p.at_ns > woken)
    assert earcon.at_ns == pytest.approx(woken + 1.5 * NS, abs=NS // 2)
    assert live.runner.snapshot().phase is Phase.RUNNING


def test_asleep_before_the_start_or_after_the_end_is_nobodys_business() -> None:
    live = Live()
    live.runner.step()
    asleep(live)
    live.runner.step()
    live.do(K.START).to(8).do(K.STOP)
    asleep(live)
    live.to(30)
    assert live.runner.step() is None
    assert "picked_up" not in [e.kind for e in live.events]
    assert live.refusals == []


def test_a_nap_or_a_short_stall_changes_nothing() -> None:
    live, begin = begun()
    live.to(begin + 25)
    live.clock.suspend(SLEPT_NS)
    live.clock.advance(FROZEN_NS - NS)
    live.runner.step()
    assert "picked_up" not in [e.kind for e in live.events]
    assert live.runner.snapshot().at_ns == live.clock.at_ns - live.zero


def test_the_wall_clock_may_be_set_at_any_time() -> None:
    live, begin = begun()
    live.to(begin + 25)
    live.clock._offset = (live.clock._offset[0] - timedelta(days=400), live.clock._offset[1])
    live.to(begin + 130)
    assert live.runner.step() is None
    assert [a.actual_ns // NS for a in fold(live.events).actuals] == [20, 30, 20, 30]
    assert "picked_up" not in [e.kind for e in live.events]


# --- the journal ----------------------------------------------------------------------------------------------------


def test_events_that_had_to_wait_keep_the_time_they_happened() -> None:
    live, begin = begun()
    live.to(begin + 5)
    live.journal.failing = FULL
    live.to(begin + 6).do(K.PAIN)
    happened = live.clock.utc_now()
    live.to(begin + 8).do(K.WITHDRAW)
    live.journal.failing = None
    live.to(begin + 30)
    marked = next(s for s in live.journal.stored if s.event.kind == "pain_marked")
    withdrawn = next(s for s in live.journal.stored if s.event.kind == "pain_withdrawn")
    assert datetime.fromisoformat(marked.utc) == happened
    assert datetime.fromisoformat(withdrawn.utc) == happened + timedelta(seconds=2)
    assert [s.event for s in live.journal.stored] == live.events


def test_rescued_events_keep_the_time_they_happened_too() -> None:
    live, begin = begun()
    live.journal.failing = FULL
    live.to(begin + 6).do(K.PAIN)
    happened = live.clock.utc_now()
    live.to(begin + 60).do(K.STOP).to(begin + 70)
    times = dict(zip((e.kind for e in live.rescued), live.rescued_since, strict=True))
    assert times["pain_marked"] == happened
    assert times["stopped"] == happened + timedelta(seconds=54)


def test_a_journal_that_fails_is_tried_only_now_and_then() -> None:
    """Each try may wait for a lock: at every event, that would hold the session up all the time."""
    live, begin = begun()
    live.to(begin + 5)
    live.journal.failing = FULL
    before = live.journal.tries
    live.to(begin + 5.1)
    for _ in range(20):
        live.do(K.PAUSE).do(K.RESUME)
    live.to(begin + 5 + 3 * RETRY_NS / NS)
    assert 2 <= live.journal.tries - before <= 5


class Waiting(MemoryJournal):
    """Fails after having waited for a lock."""

    waits_ns = 0

    def append(
        self, session: str, events: Sequence[SessionEvent], since: Sequence[datetime] | None = None
    ) -> Sequence[StoredEvent]:
        if self.failing is not None:
            self.clock.advance(self.waits_ns)  # type: ignore[attr-defined]
        return super().append(session, events, since)


def test_waiting_for_a_lock_is_never_heard() -> None:
    assert LOCK_PATIENCE_S * NS < LOOKAHEAD_NS
    journal = Waiting()
    journal.waits_ns = round(LOCK_PATIENCE_S * NS)
    live = Live(journal=journal)
    live.runner.step()
    live.do(K.START).to(10)
    journal.failing = StorageError("the journal is locked", remedy="wait")
    to_the_end(live)
    assert not live.of(CueMissed)
    assert all(p.at_ns == live.zero + p.cue.at_ns for p in live.player.played if p.cue.kind is CueKind.EARCON)
    assert fold([*live.events, *live.rescued]).phase is Phase.FINISHED


def test_another_program_that_locks_the_journal_loses_no_event(tmp_path: Path) -> None:
    live, begin = begun()
    journal = SqliteJournal(tmp_path / "journal.sqlite3", live.clock, patience_s=0)
    journal.append(ID, live.events)
    live.runner._scribe._journal = journal
    live.to(begin + 15)
    other = sqlite3.connect(journal.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    live.to(begin + 30)
    assert live.refusals == ["journal_failing"]
    assert "interval_left" not in [s.event.kind for s in journal.events(ID)]
    other.execute("ROLLBACK")
    other.close()
    live.to(begin + 130)
    assert live.runner.step() is None
    assert live.refusals == ["journal_failing", "journal_back"]
    assert [a.actual_ns // NS for a in fold(s.event for s in journal.events(ID)).actuals] == [20, 30, 20, 30]
    assert live.rescued == []
    journal.close()


def test_a_command_right_after_a_hand_over_is_refused_not_lost() -> None:
    live, begin = begun()
    live.to(begin + 5)
    live.runner.request_hand_over("phone")
    live.runner.request_hand_over("phone")
    live.runner.post(Command(K.PAIN))
    assert live.runner.step() is None
    assert live.refusals == ["handed_over"]
    assert [e.kind for e in live.events].count("handed_over") == 1


class Endless(SimpleQueue[object]):
    """Whoever takes a command finds that there is another one."""

    taken = 0

    def get_nowait(self) -> object:
        self.taken += 1
        assert self.taken < 1000, "it does nothing else any more"
        self.put(Command(K.REPEAT))
        return super().get_nowait()


def test_a_flood_of_commands_leaves_time_for_the_rest() -> None:
    live, begin = begun()
    live.to(begin + 5)
    live.runner._inbox._queue = Endless()  # type: ignore[assignment]
    live.do(K.PAIN)
    live.runner._inbox._queue = SimpleQueue()
    live.to(begin + 6)
    assert "pain_marked" in [e.kind for e in live.events]


def test_how_long_the_machine_slept_is_what_one_clock_ran_and_the_other_did_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = SystemClock()
    before = clock.suspended_ns()
    real = time.clock_gettime_ns
    monkeypatch.setattr(time, "clock_gettime_ns", lambda which: real(which) + 3600 * NS)
    assert clock.suspended_ns() - before == pytest.approx(3600 * NS, abs=NS)


# --- for hours ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("commands", [(), (K.START,), (K.START, K.PAUSE), (K.START, K.PAIN)])
def test_where_nothing_happens_it_wakes_twice_a_second(commands: tuple[CommandKind, ...]) -> None:
    live = Live(plan(("run", None), ("walk", 60)))
    live.runner.step()
    for number, kind in enumerate(commands, 1):
        live.do(kind).to(20 * number)
    steps, until = 0, live.clock.at_ns + 60 * NS
    while (wake := live.runner.step()) is not None and wake <= until:
        live.clock.advance_to(wake)
        steps += 1
    assert 118 <= steps <= 122


def test_six_hours_of_commands_leave_nothing_behind() -> None:
    live = Live(plan(*[("run", 3600), ("walk", 3600)] * 3))
    live.runner.step()
    live.do(K.START).to(10)
    for number in range(600):
        live.do((K.PAUSE, K.RESUME, K.REPEAT, K.EXTEND, K.PAIN, K.WITHDRAW)[number % 6], delta_ms=1000)
        live.to(10 + 36 * (number + 1))
    sounding = live.runner._sounding
    assert len(sounding._coming) + len(sounding._given) + len(sounding._moved_ns) < 10
    assert len(live.runner._engine._agenda._heap) + len(live.runner._engine._agenda._handed) < 60
    assert fold(live.events) == live.runner._engine.state
