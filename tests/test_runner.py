"""The live loop, stepped with a fake clock; one test with real threads."""

import itertools
import json
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from coach.clock import SystemClock
from coach.errors import ExitCode, GateClosed, StorageError
from coach.model.cue import CueKind, Speech
from coach.model.script import Script, make_style
from coach.model.timeline import Timeline
from coach.ports import PlayerHealth
from coach.runner import Runner, Update
from coach.runner.loop import HEARTBEAT_NS
from coach.runner.scribe import RETRY_NS
from coach.session.engine import Engine
from coach.session.events import CueReported, IntervalEntered, SessionCreated, SessionEvent, SoundReported, Started
from coach.session.fold import fold
from coach.session.outputs import CueHeard, CueMissed, Refusal
from coach.session.report import report_lines
from coach.session.state import Command, CommandKind, Phase
from tests.fakes import FakeClock, FakePlayer, FakeSoundBank, MemoryJournal
from tests.session.rig import NS, SEED, SHORT, english, plan

K = CommandKind
ID = "01K0000000000000000000000A"
FULL = StorageError("the disk is full", remedy="make space")


@dataclass
class Live:
    """A runner with everything around it faked, and what it told."""

    timeline: Timeline = SHORT
    speed: float = 1.0
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    bank: FakeSoundBank = field(default_factory=FakeSoundBank)
    position_ns: int | None = None
    rescued: list[SessionEvent] = field(default_factory=list)
    rescued_since: list[datetime] = field(default_factory=list)
    told: list[Update] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = FakeClock()
        self.journal.clock = self.clock
        self.player = FakePlayer(self.clock)
        self.told_at: list[int] = []
        state = None
        if self.position_ns is None:
            self.journal.append(ID, [SessionCreated(at_ns=0, workout=self.timeline.workout, speed=self.speed)])
        else:
            state = fold(self.journal.of(ID))
        script = Script(self.timeline, english(), make_style("standard"))
        engine = Engine(self.timeline, script, self.bank.length_ns, self.speed, state)
        self.claim = self.journal.claim_live()
        self.runner = Runner(
            ID,
            engine,
            self.clock,
            self.player,
            self.bank,
            self.journal,
            self.claim,
            self.speed,
            [self.listen],
            position_ns=self.position_ns,
            voice="fake voice",
            rescue=self.save,
        )
        self.zero = self.clock.at_ns

    def listen(self, update: Update) -> None:
        self.told.append(update)
        self.told_at.append(self.clock.at_ns)

    def save(self, events: Sequence[SessionEvent], since: Sequence[datetime]) -> str:
        self.rescued += events
        self.rescued_since += since
        return "rescue.jsonl"

    def to(self, seconds: float) -> "Live":
        """Step at every instant it asks for, until ``seconds`` after the beginning."""
        until = self.zero + round(seconds * NS)
        while (wake := self.runner.step()) is not None:
            assert wake > self.clock.at_ns or self.runner.step() is None, "would spin"
            if wake > until:
                break
            self.clock.advance_to(wake)
        self.clock.advance_to(until)
        self.runner.step()
        return self

    def do(self, kind: CommandKind, **details: int | str) -> "Live":
        self.runner.post(Command(kind, **details))  # type: ignore[arg-type]
        self.runner.step()
        return self

    @property
    def events(self) -> list[SessionEvent]:
        return self.journal.of(ID)

    def of(self, *kinds: type) -> list:
        return [update for update in self.told if isinstance(update, kinds)]

    @property
    def refusals(self) -> list[str]:
        return [refusal.code for refusal in self.of(Refusal)]


def begun() -> tuple[Live, float]:
    """A session that was started, and the second its first interval begins."""
    live = Live()
    live.runner.step()
    live.do(K.START)
    return live, next(e for e in live.events if e.kind == "started").lead_in_ns / NS


def test_a_whole_session_is_journalled_played_told_and_reported() -> None:
    live, begin = begun()
    live.to(begin + 120)
    assert live.runner.step() is None
    kinds = [e.kind for e in live.events if not isinstance(e, CueReported)]
    assert kinds == ["created", "started", *["interval_entered", "interval_left"] * 4, "finished", "sound_reported"]
    assert [u for u in live.told if u in live.events and not isinstance(u, SessionCreated)] == [
        e for e in live.events[1:] if not isinstance(e, CueReported | SoundReported)
    ]
    played = [p.cue for p in live.player.played]
    assert [u.cue for u in live.of(CueHeard)] == played
    reports = [e for e in live.events if isinstance(e, CueReported)]
    assert sorted((r.at_ns, r.label) for r in reports if r.status == "played") == sorted(
        (c.at_ns, c.label) for c in played
    )
    assert live.journal.heartbeat() is None
    assert live.journal.holder is None
    assert live.player.started == 1
    assert live.player.closed[0] is True


def test_each_cue_is_told_when_it_is_heard_and_its_boundary_before_it() -> None:
    live, begin = begun()
    live.to(begin + 60)
    for update, at in zip(live.told, live.told_at, strict=True):
        if isinstance(update, CueHeard):
            assert at == live.zero + update.cue.at_ns
    order = [u for u in live.told if isinstance(u, IntervalEntered | CueHeard)]
    second = next(i for i, u in enumerate(order) if isinstance(u, IntervalEntered) and u.index == 1)
    after = order[second + 1]
    assert isinstance(after, CueHeard)
    assert (after.cue.kind, after.cue.interval) == (CueKind.EARCON, 1)


def test_the_end_comes_after_the_last_cue_was_heard_whole() -> None:
    live, begin = begun()
    live.to(begin + 120)
    finish = [p for p in live.player.played if p.cue.kind is CueKind.FINISH]
    assert finish
    assert all(p.cut_ns is None for p in live.player.played)
    assert isinstance(live.told[-1], CueHeard)


def test_the_journal_knows_before_anyone_else() -> None:
    live, begin = begun()
    seen: list[bool] = []

    def check(update: Update) -> None:
        if not isinstance(update, CueHeard | CueMissed | Refusal | PlayerHealth):
            seen.append(update in live.events)

    live.runner.listen(check)
    live.to(begin + 30).do(K.PAIN).do(K.STOP)
    assert len(seen) >= 5
    assert all(seen)


def test_the_heartbeat_is_never_older_than_half_a_second() -> None:
    live, begin = begun()
    live.to(begin + 3)
    live.do(K.PAUSE)
    for _ in range(40):
        wake = live.runner.step()
        assert wake is not None
        live.clock.advance_to(wake)
        live.runner.step()
        beat = live.journal.heartbeat()
        assert beat is not None
        assert live.clock.at_ns - live.zero - beat.at_ns <= HEARTBEAT_NS


def test_a_refused_command_is_told_and_spoken() -> None:
    live, begin = begun()
    live.to(begin + 6).do(K.RESUME).to(begin + 12)
    assert live.refusals == ["not_paused"]
    assert CueKind.NOTICE in [u.cue.kind for u in live.of(CueHeard)]


def test_a_command_counts_from_when_it_was_asked() -> None:
    live, begin = begun()
    live.to(begin + 6)
    live.runner.post(Command(K.PAUSE))
    live.clock.advance(NS)  # the loop was busy
    live.runner.step()
    paused = next(e for e in live.events if e.kind == "paused")
    assert paused.at_ns == round((begin + 6) * NS)


def test_a_command_silences_the_player_and_no_cancelled_cue_is_told() -> None:
    live, begin = begun()
    live.to(begin + 19).do(K.PAUSE)
    assert live.player.silenced == [live.clock.at_ns]
    live.to(begin + 40)
    assert not any(u.cue.interval == 1 for u in live.of(CueHeard))
    assert live.of(CueHeard)[-1].cue.kind is CueKind.PAUSE


def test_after_a_long_stall_boundaries_are_heard_late_and_outdated_speech_is_not() -> None:
    live, begin = begun()
    live.to(begin + 17)
    live.clock.advance(5 * NS)  # a frozen machine: the boundary at 20 s was crossed 2 s ago
    live.runner.step()
    assert any(e.kind == "interval_entered" and e.index == 1 for e in live.events if isinstance(e, IntervalEntered))
    late = [p for p in live.player.played if p.cue.interval == 1]
    assert [p.cue.kind for p in late] == [CueKind.EARCON]
    assert live.player.played[-1].at_ns == live.clock.at_ns
    missed = [u.dropped for u in live.of(CueMissed)]
    assert {"the coach was held up"} == {d.reason for d in missed}
    live.to(begin + 55)
    entered = {e.index: e.at_ns for e in live.events if isinstance(e, IntervalEntered)}
    assert entered[2] == round((begin + 50) * NS)


def test_a_sound_that_is_missing_is_told_and_reported() -> None:
    live = Live()
    live.bank.lacking |= {s for s in _speech(live) if s.text.startswith("Run")}
    live.runner.step()
    live.do(K.START).to(130)
    assert live.runner.step() is None
    missed = {u.dropped.cue.label for u in live.of(CueMissed)}
    reported = {e.label for e in live.events if isinstance(e, CueReported) and e.status == "dropped"}
    assert missed
    assert missed <= reported


def _speech(live: Live) -> set[Speech]:
    script = Script(live.timeline, english(), make_style("standard"))
    return {sound for sound in script.sounds() if isinstance(sound, Speech)}


def test_a_failing_journal_never_stops_the_session_and_loses_nothing() -> None:
    live, begin = begun()
    live.to(begin + 10)
    live.journal.failing = FULL
    live.to(begin + 25).do(K.NEXT)
    before = len(live.events)
    assert live.refusals == ["journal_failing"]
    assert "the disk is full" in live.of(Refusal)[0].what
    live.to(begin + 35)
    assert CueKind.NOTICE in [u.cue.kind for u in live.of(CueHeard)]
    assert len(live.events) == before
    live.journal.failing = None
    live.to(begin + 35 + 2 * RETRY_NS / NS)
    assert live.refusals == ["journal_failing", "journal_back"]
    live.to(begin + 200)
    assert live.runner.step() is None
    assert fold(live.events).phase is Phase.FINISHED
    assert [e for e in live.told if isinstance(e, IntervalEntered)] == [
        e for e in live.events if isinstance(e, IntervalEntered)
    ]
    assert live.rescued == []
    assert live.runner.loss() is None


def test_a_journal_that_fails_to_the_end_is_rescued_and_said_so() -> None:
    live, begin = begun()
    live.to(begin + 10)
    live.journal.failing = FULL
    live.to(begin + 120)
    assert live.runner.step() is None
    assert fold([*live.events, *live.rescued]).phase is Phase.FINISHED
    last = live.of(Refusal)[-1]
    assert "rescue.jsonl" in last.what
    assert "coach journal merge rescue.jsonl" in last.remedy
    assert f"{len(live.rescued)} events" in last.what
    assert list(live.runner.unrecorded) == live.rescued
    loss = live.runner.loss()
    assert loss is not None
    assert (loss.exit_code, loss.what) == (ExitCode.STORAGE, last.what)
    assert report_lines([*live.events, *live.runner.unrecorded])[0].startswith("Finished")
    assert live.journal.holder is None


def test_if_even_the_rescue_fails_the_events_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    live, begin = begun()

    def broken(_events: Sequence[SessionEvent], _since: Sequence[datetime]) -> str:
        raise OSError("no space")

    live.runner._scribe._rescue = broken
    live.journal.failing = FULL
    live.to(begin + 120)
    assert live.runner.step() is None
    kinds = [json.loads(line)["kind"] for line in capsys.readouterr().err.splitlines()]
    assert "finished" in kinds


def test_a_listener_that_fails_is_reported_once_and_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    live, begin = begun()

    def bad(_update: Update) -> None:
        raise RuntimeError("front end broke")

    live.runner.listen(bad)
    heard: list[Update] = []
    live.runner.listen(heard.append)
    with caplog.at_level(logging.ERROR):
        live.to(begin + 120)
    assert [record.message for record in caplog.records] == ["a listener of the session failed; the session goes on"]
    assert live.runner.step() is None
    assert len(heard) > 20


def test_a_lost_output_is_told_and_the_cues_are_still_shown() -> None:
    live, begin = begun()
    live.to(begin + 6)
    live.player.state = live.player.state._replace(alive=False)
    live.to(begin + 25)
    assert live.refusals == ["sound_lost"]
    assert [h.alive for h in live.of(PlayerHealth)] == [True, False]
    assert any(u.cue.interval == 1 for u in live.of(CueHeard))
    live.player.state = live.player.state._replace(alive=True, reopened=1)
    live.to(begin + 27)
    assert live.refusals == ["sound_lost", "sound_back"]


def test_an_output_dead_from_the_start_is_told_too() -> None:
    live = Live()
    live.player.state = live.player.state._replace(alive=False)
    live.runner.step()
    assert live.refusals == ["sound_lost"]


def test_another_coach_takes_over_where_this_one_stopped() -> None:
    live, begin = begun()
    live.to(begin + 27.3)
    live.claim.asked_by = "phone"  # type: ignore[attr-defined]
    live.to(begin + 30)
    assert live.runner.step() is None
    over = next(e for e in live.events if e.kind == "handed_over")
    beat = live.journal.heartbeat()
    assert beat is not None
    assert beat.at_ns == over.at_ns
    assert over.to == "phone"
    assert over.at_ns - round((begin + 27.3) * NS) <= HEARTBEAT_NS
    assert live.journal.holder is None
    assert live.player.closed[0] is False
    assert live.runner.snapshot().at_ns == over.at_ns

    second = Live(journal=live.journal, position_ns=beat.at_ns)
    second.runner.step()
    assert second.runner.snapshot().remaining_ns == live.runner.snapshot().remaining_ns
    second.to(200)
    assert fold(live.events).phase is Phase.FINISHED
    assert [a.actual_ns // NS for a in fold(live.events).actuals] == [20, 30, 20, 30]


def test_no_hand_over_while_the_journal_cannot_keep_the_position() -> None:
    live, begin = begun()
    live.to(begin + 27)
    live.journal.failing = FULL
    live.claim.asked_by = "phone"  # type: ignore[attr-defined]
    live.to(begin + 30)
    assert live.runner.step() is not None
    live.runner.request_hand_over("phone")
    assert live.runner.step() is not None
    live.journal.failing = None
    live.to(begin + 40)
    assert live.runner.step() is None
    assert live.events[-1].kind == "sound_reported"
    assert any(e.kind == "handed_over" for e in live.events)


def test_asked_by_its_own_front_end_it_hands_over_at_once() -> None:
    live, begin = begun()
    live.to(begin + 5)
    live.runner.request_hand_over("the other")
    assert live.runner.step() is None
    assert next(e for e in live.events if e.kind == "handed_over").at_ns == round((begin + 5) * NS)


def test_a_killed_session_goes_on_with_less_than_a_second_lost() -> None:
    live, begin = begun()
    live.to(begin + 33.4)  # killed here: nothing is closed
    beat = live.journal.heartbeat()
    assert beat is not None
    live.journal.holder = None
    second = Live(journal=live.journal, position_ns=beat.at_ns)
    second.runner.step()
    lost = round((begin + 33.4) * NS) - second.runner.snapshot().at_ns
    assert 0 <= lost <= HEARTBEAT_NS
    second.to(300)
    assert [a.actual_ns // NS for a in fold(live.events).actuals] == [20, 30, 20, 30]
    assert "picked_up" in [e.kind for e in live.events]


def test_volume_and_muting() -> None:
    live, begin = begun()
    live.runner.set_volume(60)
    live.runner.set_muted(True)
    live.to(begin + 1)
    live.runner.set_muted(False)
    live.to(begin + 2)
    assert live.player.volumes == [100, 60, 0, 60]
    live.runner.set_volume(400)
    live.runner.step()
    assert (live.runner.volume, live.runner.muted) == (100, False)


def test_a_refusal_of_the_front_ends_own_is_told_and_spoken() -> None:
    live, begin = begun()
    live.to(begin + 6)
    live.runner.refuse(Refusal("no such command: jump", "press ? for help"))
    live.to(begin + 12)
    assert live.refusals == ["refused"]
    assert CueKind.NOTICE in [u.cue.kind for u in live.of(CueHeard)]


def test_at_speed_the_session_clock_runs_faster_and_speech_does_not() -> None:
    live = Live(SEED, speed=26.0)
    live.runner.step()
    live.do(K.START).to(100)
    assert live.runner.step() is None
    begin = next(e for e in live.events if isinstance(e, IntervalEntered)).at_ns
    finished = next(e for e in live.events if e.kind == "finished")
    assert finished.at_ns - begin == 2040 * NS
    assert live.told_at[live.told.index(finished)] - live.zero < 90 * NS
    earcons = [p for p in live.player.played if p.cue.kind is CueKind.EARCON]
    assert len(earcons) == 18
    assert earcons[1].at_ns - earcons[0].at_ns == pytest.approx(300 * NS / 26, abs=2)
    speech = [p for p in live.player.played if isinstance(p.cue.sound, Speech)]
    assert all(a.end_ns <= b.at_ns + 2 for a, b in itertools.pairwise(speech))
    assert live.of(CueMissed)


def test_cue_reports_come_at_boundaries_in_few_writes() -> None:
    live, begin = begun()
    live.to(begin + 19)
    before = len(live.events)
    live.to(begin + 21)
    new = live.events[before:]
    assert [e.kind for e in new[:2]] == ["interval_left", "interval_entered"]
    assert "Run 1 of 2, twenty seconds." in [e.label for e in new if isinstance(e, CueReported)]
    live.to(begin + 120)
    # created, started, five boundaries, the end
    assert len(live.journal.batches) == 8


@pytest.mark.parametrize("blocked", [False, True])
def test_on_real_threads_a_session_runs_even_if_a_listener_blocks(
    blocked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coach.runner.loop.FAREWELL_S", 0.05 if blocked else 5.0)
    clock = SystemClock()
    journal, bank, speed = MemoryJournal(), FakeSoundBank(length=lambda _sound: 1_000_000), 200.0
    timeline = plan(("run", 20), ("walk", 20))
    journal.append(ID, [SessionCreated(at_ns=0, workout=timeline.workout, speed=speed)])
    script = Script(timeline, english(), make_style("minimal"))
    engine = Engine(timeline, script, bank.length_ns, speed, lead_in_ns=0)
    told: list[Update] = []
    gate = threading.Event()

    def listen(update: Update) -> None:
        if blocked:
            gate.wait()
        told.append(update)

    runner = Runner(ID, engine, clock, FakePlayer(clock), bank, journal, journal.claim_live(), speed, [listen])
    phases: list[Phase] = []
    thread = threading.Thread(target=lambda: phases.append(runner.run()))
    thread.start()
    runner.post(Command(K.START))
    pictures = []
    while thread.is_alive():
        pictures.append(runner.snapshot())
        thread.join(0.005)
    gate.set()
    assert phases == [Phase.FINISHED]
    assert fold(journal.of(ID)).phase is Phase.FINISHED
    assert all(p.elapsed_ns <= 40 * NS and (p.remaining_ns or 0) <= 20 * NS for p in pictures)
    assert [p.at_ns for p in pictures] == sorted(p.at_ns for p in pictures)
    if not blocked:
        assert "finished" in [getattr(update, "kind", "") for update in told]


def test_leave_is_asked_at_the_very_moment_of_starting_and_without_it_nothing_starts() -> None:
    live = Live()
    closed = GateClosed("the gate is closed", remedy="see a clinician")
    asked: list[int] = []

    def leave() -> None:
        asked.append(live.clock.at_ns)
        if len(asked) == 2:
            raise closed

    live.runner._consent.start = leave
    live.to(3600)
    assert asked == []
    live.do(K.PAUSE)  # refused as ever: nothing of the gate's
    live.do(K.START)
    assert live.runner.refused is None
    assert asked == [live.clock.at_ns]
    live.do(K.START)
    assert len(asked) == 1, "it has started already"

    live = Live()
    live.runner._consent.start = leave
    live.to(60)
    live.do(K.START).to(120)
    with pytest.raises(GateClosed) as caught:
        live.runner.run()
    assert caught.value is closed
    assert [event.kind for event in live.events if not isinstance(event, SoundReported | CueReported)] == [
        "created", "stopped",
    ]  # fmt: skip
    assert "the gate is closed" in [refusal.what for refusal in live.of(Refusal)]
    assert live.journal.heartbeat() is None
    assert live.claim.released


def test_the_lead_in_begins_after_the_asking() -> None:
    live = Live()
    live.runner.step()
    live.runner._consent.start = lambda: live.clock.advance(3 * NS)
    asked_at = live.clock.at_ns
    live.do(K.START)
    [started] = [event for event in live.events if isinstance(event, Started)]
    assert started.at_ns == asked_at + 3 * NS - live.zero


def test_asking_for_long_is_no_standstill() -> None:
    live = Live()
    live.runner.step()
    live.runner._consent.start = lambda: live.clock.advance(40 * NS)
    live.do(K.START)
    live.to(120)
    assert "picked_up" not in [event.kind for event in live.events]
    assert live.of(Refusal) == []


def test_leave_to_go_on_is_asked_with_how_long_it_was_paused_and_may_be_asked_again() -> None:
    live = Live()
    asked: list[int] = []
    locked = StorageError("the journal is busy", remedy="ask again")

    def go_on(away_ns: int) -> None:
        asked.append(away_ns // NS)
        if len(asked) == 1:
            raise locked

    live.runner._consent.go_on = go_on
    live.do(K.START).to(20)
    live.do(K.PAUSE).to(50)
    live.clock.suspend(100 * NS)
    live.runner.step()
    live.do(K.RESUME)
    assert asked == [130]
    assert "the journal is busy" in [refusal.what for refusal in live.of(Refusal)]
    assert live.runner.refused is None, "what was run was run"
    assert live.runner.snapshot().phase is Phase.PAUSED
    live.to(60).do(K.RESUME)
    assert asked == [130, 140]
    assert live.runner.snapshot().phase is Phase.RUNNING


def test_where_nobody_can_be_asked_after_a_long_sleep_it_is_paused() -> None:
    live = Live()
    asked: list[int] = []

    def go_on(away_ns: int) -> None:
        asked.append(away_ns // NS)
        raise StorageError("the journal is busy", remedy="ask again")

    live.runner._consent.go_on = go_on
    live.do(K.START).to(20)
    live.clock.suspend(9 * 60 * NS)
    live.runner.step()
    assert asked == []
    live.clock.suspend(11 * 60 * NS)
    live.runner.step()
    assert asked == [660]
    assert live.runner.snapshot().phase is Phase.PAUSED
