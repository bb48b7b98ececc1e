"""The session as a sans-I/O state machine: commands and time go in, events and cues come out.

Nothing here waits, plays or stores. Whoever drives it asks ``next_timer`` when to come back, calls ``handle_timer``
and takes every ``next_output``. However it is driven (exact timers, random ticks, one jump), the outputs are the same.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Literal

from coach.model.cue import CueKind, Sound
from coach.model.placement import Span
from coach.model.script import Script
from coach.model.timeline import Timeline
from coach.model.workout import MAX_STEP_MS, Intensity
from coach.session.agenda import MARGIN_NS, Agenda
from coach.session.events import (
    Extended,
    Finished,
    HandedOver,
    IntervalEntered,
    IntervalLeft,
    PainMarked,
    PainWalkLeft,
    PainWithdrawn,
    Paused,
    PickedUp,
    Resumed,
    SessionEvent,
    Started,
    Stopped,
)
from coach.session.fold import apply
from coach.session.outputs import CuesCancelled, Output
from coach.session.picture import NS_PER_MS, Picture
from coach.session.state import Command, CommandKind, Phase, SessionState, Snapshot
from coach.session.transitions import (
    HANDED_OVER,
    NO_CHANGE,
    NOT_TIMED,
    TOO_LATE,
    TOO_LONG,
    refusal,
    situation,
)

How = Literal["completed", "next", "back", "repeat", "pain", "stop"]

BEFORE_THE_BEEP_NS = 500 * NS_PER_MS
"""Real time between "press start at the beep" and the beep."""


class Engine:
    """One session over ``timeline``.

    ``length`` gives how long a sound lasts in real nanoseconds, None if there is none. ``lead_in_ns`` is the silence
    (real time) before the first sound. ``state`` is where an earlier coach left the session: then call ``pick_up``
    first. All instants passed in and given out are on the session clock.
    """

    def __init__(
        self,
        timeline: Timeline,
        script: Script,
        length: Callable[[Sound], int | None],
        speed: float = 1.0,
        state: SessionState | None = None,
        lead_in_ns: int = 1_000_000_000,
    ) -> None:
        self._timeline = timeline
        self._script = script
        self._agenda = Agenda(timeline, script, length, speed)
        self._picture = Picture(timeline, speed)
        self._state = state or SessionState()
        self._shown = self._state  # the newest state that is whole: between the events of one move there are others
        self._now = self._state.at_ns
        self._lead_in_ns = self._agenda.scaled(lead_in_ns)
        self._margin_ns = self._agenda.scaled(MARGIN_NS)
        self._outputs: deque[Output] = deque()
        self._released = False
        self._commands: dict[CommandKind, Callable[[Command, int], None]] = {
            CommandKind.START: self._start,
            CommandKind.PAUSE: self._pause,
            CommandKind.RESUME: self._resume,
            CommandKind.NEXT: self._next,
            CommandKind.BACK: self._back,
            CommandKind.REPEAT: self._repeat,
            CommandKind.EXTEND: self._extend,
            CommandKind.STOP: self._stop,
            CommandKind.PAIN: self._pain,
            CommandKind.WITHDRAW: self._withdraw,
        }

    @property
    def state(self) -> SessionState:
        """The fold of every event so far (``next_output`` may still hold some of them)."""
        return self._state

    @property
    def timeline(self) -> Timeline:
        """What is being done."""
        return self._timeline

    def snapshot(self, now_ns: int) -> Snapshot:
        """The session at ``now_ns`` as far as it was handled. Safe from any thread."""
        return self._picture.at(self._shown, now_ns)

    def next_output(self) -> Output | None:
        """The oldest output not yet taken."""
        return self._outputs.popleft() if self._outputs else None

    def next_timer(self) -> int | None:
        """When ``handle_timer`` is next needed; None if nothing will happen without a command."""
        times = [at for at in (self._boundary(), self._agenda.next_due()) if at is not None]
        return None if self._released else min(times, default=None)

    def handle_timer(self, now_ns: int) -> None:
        """Do everything that was due up to ``now_ns``, each thing at its own instant."""
        self._now = max(self._now, now_ns)
        while (due := self.next_timer()) is not None and due <= self._now:
            if self._agenda.next_due() == due:
                if (output := self._agenda.take()) is not None:
                    self._outputs.append(output)
            else:
                self._cross_boundary(due)
        self._shown = self._state

    def command(self, command: Command, now_ns: int) -> None:
        """Do what the runner asks. Raises CommandRefused; the session then goes on as if never asked."""
        self.handle_timer(now_ns)
        if self._released:
            raise HANDED_OVER.error()
        refused = refusal(situation(self._state), command.kind)
        if refused is not None:
            raise refused.error()
        self._commands[command.kind](command, self._now)
        self.handle_timer(self._now)

    def notice(self, code: str, now_ns: int) -> None:
        """Speak the notice ``code`` in the next gap between cues; dropped if there is none soon."""
        self.handle_timer(now_ns)
        if not self._released:
            before = self._state.since_ns if self._state.phase is Phase.LEAD_IN else self._boundary()
            self._agenda.notice((self._script.notice(code),), self._now, before)
            self.handle_timer(self._now)

    def pick_up(self, now_ns: int) -> None:
        """Go on at ``now_ns`` with a session that another coach left, crashed or handed over, or that stood still."""
        self.handle_timer(now_ns)
        self._emit(PickedUp(at_ns=self._now))
        self._void(self._now)
        if self._state.phase is Phase.PAUSED:
            self._agenda.say(CueKind.PAUSE, self._script.session(CueKind.PAUSE), self._now + self._lead_in_ns)
        elif self._state.phase in (Phase.LEAD_IN, Phase.RUNNING):
            self._plan_on(self._now, self._lead_in_ns)
        self.handle_timer(self._now)

    def hand_over(self, now_ns: int, to: str = "") -> None:
        """Let go of the session here; nothing happens in this engine any more."""
        self.handle_timer(now_ns)
        self._emit(HandedOver(at_ns=self._now, to=to))
        self._void(self._now)
        self._released = True
        self._shown = self._state

    # --- time -------------------------------------------------------------------------------------------------

    def _boundary(self) -> int | None:
        if self._state.phase is Phase.LEAD_IN:
            return self._state.since_ns
        return self._picture.end_ns(self._state)

    def _cross_boundary(self, at_ns: int) -> None:
        """The lead-in or an interval has run its time. Its cues were planned long before."""
        if self._state.phase is Phase.LEAD_IN:
            self._emit(IntervalEntered(at_ns=at_ns, index=0))
            return
        self._leave("completed", at_ns)
        index = self._state.index + 1
        if index == len(self._timeline.intervals):
            self._emit(Finished(at_ns=at_ns))
        else:
            self._emit(IntervalEntered(at_ns=at_ns, index=index))

    # --- commands ---------------------------------------------------------------------------------------------

    def _start(self, _command: Command, now: int) -> None:
        self._void(now)
        sounds = self._script.session(CueKind.START)
        needed = self._agenda.duration(sounds)
        lead_in = self._lead_in_ns + (needed + self._agenda.scaled(BEFORE_THE_BEEP_NS) if needed else 0)
        self._emit(Started(at_ns=now, lead_in_ns=lead_in))
        self._agenda.say(CueKind.START, sounds, now + self._lead_in_ns, now + lead_in)
        self._agenda.follow(0, now + lead_in)

    def _pause(self, _command: Command, now: int) -> None:
        self._emit(Paused(at_ns=now))
        self._void(now)
        self._agenda.say(CueKind.PAUSE, self._script.session(CueKind.PAUSE), now + self._margin_ns)

    def _resume(self, _command: Command, now: int) -> None:
        self._emit(Resumed(at_ns=now))
        self._void(now)
        self._plan_on(now, self._margin_ns)

    def _next(self, _command: Command, now: int) -> None:
        if self._state.pain_walk is not None:
            self._emit(PainWalkLeft(at_ns=now, walked_ns=self._state.done_at(now)))
        else:
            self._leave("next", now)
        self._enter(self._state.index + 1, now)

    def _back(self, _command: Command, now: int) -> None:
        self._leave("back", now)
        self._enter(max(0, self._state.index - 1), now)

    def _repeat(self, _command: Command, now: int) -> None:
        self._leave("repeat", now)
        self._enter(self._state.index, now)

    def _extend(self, command: Command, now: int) -> None:
        planned = self._timeline.intervals[self._state.index].planned_ms
        remaining = self._picture.remaining_ns(self._state, now)
        delta = command.delta_ms * NS_PER_MS
        if planned is None or remaining is None:
            raise NOT_TIMED.error()
        if delta == 0:
            raise NO_CHANGE.error()
        if planned * NS_PER_MS + self._state.extra_ns + delta > MAX_STEP_MS * NS_PER_MS:
            raise TOO_LONG.error()
        self._emit(Extended(at_ns=now, delta_ns=max(delta, -remaining)))
        if delta <= -remaining:
            self._next(command, now)
            return
        if self._state.phase is Phase.RUNNING:
            if self._agenda.has_unheard(now):
                self._void(now)
            # What sounds at this moment is still true and may end; only what was yet to come is planned anew.
            self._agenda.forget_plan()
            self._plan_rest(now, now + self._margin_ns, self._agenda.sounding(now))
        self._agenda.notice(self._script.confirmation(), now, self._boundary())

    def _stop(self, command: Command, now: int) -> None:
        if self._state.pain_walk is not None:
            self._emit(PainWalkLeft(at_ns=now, walked_ns=self._state.done_at(now)))
        elif self._picture.at(self._state, now).current is not None:
            self._leave("stop", now)
        self._emit(Stopped(at_ns=now, reason=command.reason))
        self._void(now)
        self._agenda.say(CueKind.STOP, self._script.session(CueKind.STOP), now + self._margin_ns)

    def _pain(self, _command: Command, now: int) -> None:
        self._leave("pain", now)
        self._emit(PainMarked(at_ns=now, index=self._state.index))
        self._void(now)
        self._agenda.say(CueKind.PAIN, self._script.session(CueKind.PAIN), now + self._margin_ns)

    def _withdraw(self, _command: Command, now: int) -> None:
        walk = self._state.pain_walk
        assert walk is not None, "the transition table allows WITHDRAW only in a pain walk"
        if self._picture.withdraw_ns(self._state, now) < 0:
            raise TOO_LATE.error()
        self._emit(PainWithdrawn(at_ns=now, walked_ns=self._state.done_at(now)))
        self._emit(IntervalEntered(at_ns=now, index=walk.index, done_ns=walk.interrupted_done_ns))
        self._void(now)
        if self._state.phase is Phase.RUNNING:
            self._plan_on(now, self._margin_ns, CueKind.PAIN)

    # --- parts of commands ------------------------------------------------------------------------------------

    def _leave(self, how: How, now: int) -> None:
        self._emit(IntervalLeft(at_ns=now, index=self._state.index, actual_ns=self._state.done_at(now), how=how))

    def _enter(self, index: int, now: int) -> None:
        """Begin interval ``index``, or finish after the last, by command; while paused, only the position moves."""
        self._void(now)
        if index == len(self._timeline.intervals):
            self._emit(Finished(at_ns=now))
            self._agenda.say(CueKind.FINISH, self._script.session(CueKind.FINISH), now + self._margin_ns)
            return
        self._emit(IntervalEntered(at_ns=now, index=index))
        if self._state.phase is Phase.RUNNING:
            self._plan_entry(now, self._margin_ns)

    def _plan_on(self, now: int, margin: int, kind: CueKind = CueKind.RESUME) -> None:
        """Cues for going on after a break of any kind, the first of them ``margin`` from now."""
        state = self._state
        if state.phase is Phase.LEAD_IN:
            sounds = self._script.session(CueKind.START)
            if now + margin + self._agenda.duration(sounds) <= state.since_ns:
                self._agenda.say(CueKind.START, sounds, now + margin, state.since_ns)
            self._agenda.follow(0, state.since_ns)
        elif state.pain_walk is not None:
            self._agenda.say(CueKind.RESUME, self._script.session(CueKind.RESUME), now + margin)
        elif state.done_at(now) == 0:
            self._plan_entry(now, margin)  # it was reached while paused and never announced
        else:
            intensity = self._timeline.intervals[state.index].intensity
            run, rest = intensity.is_run, intensity is Intensity.REST
            sounds = self._script.session(kind, run=run, rest=rest, withdrawn=kind is CueKind.PAIN)
            taken = self._agenda.say(kind, sounds, now + margin, self._boundary())
            self._plan_rest(now, now + margin, taken)

    def _plan_entry(self, now: int, margin: int) -> None:
        """Cues of an interval that begins now by command: shifted by ``margin`` if it is long enough for that."""
        end = self._boundary()
        start = now + margin if end is None or end - now > 4 * margin else now
        total = None if end is None else end - now
        self._agenda.interval(self._state.index, start, end, start, total)

    def _plan_rest(self, now: int, after: int, taken: Sequence[Span]) -> None:
        """Cues of the current interval from ``after`` on, beside what is said in ``taken``."""
        start = now - self._state.done_at(now)
        end = self._boundary()
        total = None if end is None else end - start
        self._agenda.interval(self._state.index, start, end, after, total, taken)

    def _void(self, now: int) -> None:
        if self._agenda.clear(now):
            self._outputs.append(CuesCancelled(at_ns=now))

    def _emit(self, event: SessionEvent) -> None:
        self._state = apply(self._state, event)
        self._outputs.append(event)
