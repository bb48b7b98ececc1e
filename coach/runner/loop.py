"""The live loop. Journal first, then act, then tell."""

from collections.abc import Callable, Sequence

from coach.clock import NS, NS_PER_MS, Clock
from coach.errors import CoachError, CommandRefused, GateClosed, StorageError
from coach.model.cue import DroppedCue, Notice
from coach.model.durations import clock_text
from coach.model.timeline import Timeline
from coach.ports import Journal, LiveClaim, Player, SoundBank
from coach.runner.consent import Consent
from coach.runner.inbox import Asked, HandOver, Inbox, Item, Loudness
from coach.runner.scribe import Rescue, Scribe
from coach.runner.sounding import Sounding, sound_report
from coach.runner.updates import Listener, Listeners, Relay, Update
from coach.session.engine import Engine
from coach.session.events import Finished, IntervalEntered, SessionEvent, Stopped
from coach.session.outputs import CueDue, CuesCancelled, Output, Refusal
from coach.session.state import Command, CommandKind, Phase, Snapshot
from coach.session.timebase import Timebase

HEARTBEAT_NS = 500_000_000
SLEPT_NS = 5 * NS
"""Asleep (suspended) for longer, the machine left the runner without a coach …"""
FROZEN_NS = 30 * NS
"""… and so did a loop that was held up for longer. Then the session clock stood still, as it does after a crash."""
ASKED_AGAIN_NS = 600 * NS
"""A machine that stood still for longer asks for leave before the session goes on: as long as a break in a run."""
FAREWELL_S = 5.0
"""How long the end waits for listeners that still have updates to take."""

_NOT_NOW = Refusal("the journal cannot be written, so no other coach can go on", "make space first")


class Runner:
    """Runs one session. ``session`` is its id, whose ``SessionCreated`` is in the journal already.

    ``position_ns`` is where on the session clock an earlier coach left it (the engine then has its state); None for a
    new one. ``rescue`` saves events that the journal would not take to the very end. ``leave`` is called at the very
    moment of a start, ``go_on`` before a session goes on after a pause or a long standstill, with how long that was in
    nanoseconds. Where they raise GateClosed the session ends; any other CoachError leaves it as it stands, ready or
    paused. The runner starts and closes the player and releases the claim; the journal stays its owner's.
    """

    def __init__(
        self,
        session: str,
        engine: Engine,
        clock: Clock,
        player: Player,
        bank: SoundBank,
        journal: Journal,
        claim: LiveClaim,
        speed: float = 1.0,
        listeners: Sequence[Listener] = (),
        *,
        position_ns: int | None = None,
        voice: str = "",
        volume: int = 100,
        rescue: Rescue | None = None,
        leave: Callable[[], None] | None = None,
        go_on: Callable[[int], None] | None = None,
    ) -> None:
        self.session = session
        self._engine = engine
        self._clock = clock
        self._player = player
        self._claim = claim
        self._speed = speed
        self._position_ns = position_ns
        self._voice = voice
        self._volume = volume
        self._muted = False
        self._scribe = Scribe(journal, clock, session, rescue)
        self._sounding = Sounding(player, bank, self._tell)
        self._listeners = Listeners(tuple(listeners))
        self._relay: Relay | None = None
        self._inbox = Inbox(clock)
        self._base: Timebase | None = None
        self._beat_at_ns = 0
        self._wake_at_ns: int | None = None  # what the last step asked for
        self._slept_ns = clock.suspended_ns()
        self._ended_at_ns: int | None = None  # session clock
        self._consent = Consent(clock, leave, go_on)

    # --- from any thread --------------------------------------------------------------------------------------

    @property
    def refused(self) -> CoachError | None:
        """Why the session was not let start when that was last asked for, or was ended."""
        return self._consent.refused

    @property
    def timeline(self) -> Timeline:
        """The plan."""
        return self._engine.timeline

    @property
    def volume(self) -> int:
        """Of the cues, in percent, muted or not."""
        return self._volume

    @property
    def muted(self) -> bool:
        """Whether cues are silent for now."""
        return self._muted

    def post(self, command: Command) -> None:
        """Ask for ``command``; a refusal comes back as an update. Safe in a signal handler."""
        self._inbox.put(Asked(command, self._clock.monotonic_ns()))

    def set_volume(self, percent: int) -> None:
        """0–100; ends muting."""
        self._inbox.put(Loudness(percent=min(100, max(0, percent)), muted=False))

    def set_muted(self, muted: bool) -> None:
        """Silence the cues, or let them sound at the volume that was set."""
        self._inbox.put(Loudness(muted=muted))

    def request_hand_over(self, to: str) -> None:
        """Let go of the session at its next step; ``to`` says who goes on."""
        self._inbox.put(HandOver(to))

    def refuse(self, refusal: Refusal) -> None:
        """Tell and speak a refusal of the front end's own, such as a line it did not understand."""
        self._inbox.put(refusal)

    def listen(self, listener: Listener) -> None:
        """Call ``listener`` with every update from now on."""
        self._listeners.add(listener)

    def snapshot(self) -> Snapshot:
        """Where the session stands now."""
        return self._engine.snapshot(self._session_now(self._clock.monotonic_ns()))

    @property
    def unrecorded(self) -> tuple[SessionEvent, ...]:
        """After the end: the events that the journal would not take, in order."""
        return self._scribe.unrecorded

    def loss(self) -> StorageError | None:
        """After the end: what the journal lacks and how it gets it; None if it lacks nothing."""
        return self._scribe.loss()

    # --- the loop ---------------------------------------------------------------------------------------------

    def run(self) -> Phase:
        """Run to the end on the calling thread; the phase then. RUNNING or PAUSED if it was handed over.

        Listeners are called, in order, on one other thread, so that none can hold the session up. Raises, once all is
        closed, what ``leave`` or ``go_on`` raised last.
        """
        self._relay = Relay(self._listeners)
        try:
            while (wake := self.step()) is not None:
                self._inbox.wait_until(wake)
        finally:
            self._player.close(drain=False)
            self._claim.release()
            self._relay.close(FAREWELL_S)
        if self.refused is not None:
            raise self.refused
        return self._engine.state.phase

    def step(self) -> int | None:
        """Do everything that is due. The monotonic instant of the next step; None once there is none."""
        if self._ended_at_ns is not None:
            return None
        if self._base is None:
            self._begin()
        now = self._clock.monotonic_ns()
        now = self._mind_the_gap(now)
        for item in self._inbox.take():
            self._do(item, now)  # also once handed over: what can no longer be done is refused, not lost
            now = self._clock.monotonic_ns()  # asking for leave may have taken long; that was no standstill
        if self._ended_at_ns is not None:
            return None
        self._engine.handle_timer(self._session_now(now))
        self._act(now)
        if now >= self._beat_at_ns and self._beat(now):
            return None
        self._sounding.tell_until(now)
        if self._is_complete(now):
            self._end(now)
            return None
        self._wake_at_ns = self._next_wake()
        return self._wake_at_ns

    def _begin(self) -> None:
        self._player.set_volume(self._volume)
        self._player.start()  # may take seconds; the session clock begins after them
        now = self._clock.monotonic_ns()
        self._base = Timebase(now, self._position_ns or 0, self._speed)
        if self._position_ns is not None:
            self._engine.pick_up(self._position_ns)
            self._act(now)
            self._consent.note(self._engine.state.phase)

    def _mind_the_gap(self, now: int) -> int:
        """If there was no coach for a while, go on from where there last was one. The instant once that is done."""
        slept = self._clock.suspended_ns() - self._slept_ns
        self._slept_ns += slept
        held_up = 0 if self._wake_at_ns is None else now - self._wake_at_ns
        lost = held_up if held_up > FROZEN_NS else 0
        if slept <= SLEPT_NS and not lost:
            return now
        position = self._session_now(now - lost)
        self._base = Timebase(now, position, self._speed)
        if self._engine.state.phase in (Phase.READY, Phase.FINISHED, Phase.STOPPED):
            return now
        goes_on = True
        if slept + lost > ASKED_AGAIN_NS and self._engine.state.phase is not Phase.PAUSED:
            goes_on = self._has_leave(self._consent.to_go_on(slept + lost), position)
            now = self._clock.monotonic_ns()
            self._base = Timebase(now, position, self._speed)
        if self._engine.state.phase.is_over:
            return now
        self._engine.pick_up(position)
        if not goes_on:
            self._engine.command(Command(CommandKind.PAUSE), position)
        self._act(now)
        self._consent.note(self._engine.state.phase)
        gone = clock_text((slept + lost) // NS_PER_MS)
        how = "the session goes on where it was" if goes_on else "the session is paused where it was"
        # Not spoken: how the session goes on is.
        self._tell(Refusal(f"the machine stood still for {gone}", how, Notice.PICKED_UP))
        return now

    def _session_now(self, monotonic_ns: int) -> int:
        if self._ended_at_ns is not None:
            return self._ended_at_ns
        return self._position_ns or 0 if self._base is None else self._base.session(monotonic_ns)

    def _monotonic(self, session_ns: int) -> int:
        assert self._base is not None, "nothing comes out of the engine before the loop began"
        return self._base.monotonic(session_ns)

    def _next_wake(self) -> int:
        wakes = [self._beat_at_ns]
        timer = self._engine.next_timer()
        if timer is not None:
            wakes.append(self._monotonic(timer))
        elif self._engine.state.phase.is_over:
            wakes.append(self._sounding.silent_from_ns)
        instant = self._sounding.next_instant()
        if instant is not None:
            wakes.append(instant)
        return min(wakes)

    def _is_complete(self, now: int) -> bool:
        """Over, and the last cue was heard to its end."""
        return (
            self._engine.state.phase.is_over
            and self._engine.next_timer() is None
            and self._sounding.next_instant() is None
            and now >= self._sounding.silent_from_ns
        )

    # --- what is asked ----------------------------------------------------------------------------------------

    def _do(self, item: Item, now: int) -> None:
        match item:
            case Asked(command, at_ns):
                if self._asks_for_leave(command.kind):
                    starts = command.kind is CommandKind.START
                    error = self._consent.to_start() if starts else self._consent.to_go_on()
                    now = at_ns = self._clock.monotonic_ns()  # asking may have taken a while; it begins after that
                    if not self._has_leave(error, self._session_now(now)):
                        return
                try:
                    self._engine.command(command, self._session_now(at_ns))
                except CommandRefused as error:
                    self._act(now)
                    self._warn(Refusal(error.what, error.remedy, error.code), now)
                self._act(now)
                self._consent.note(self._engine.state.phase)
            case Loudness(percent, muted):
                self._volume = self._volume if percent is None else percent
                self._muted = self._muted if muted is None else muted
                self._player.set_volume(0 if self._muted else self._volume)
            case HandOver(to):
                if self._scribe.failing:
                    self._warn(_NOT_NOW, now)
                else:
                    self._hand_over(to, now)
            case Refusal():
                self._warn(item, now)

    def _asks_for_leave(self, kind: CommandKind) -> bool:
        phase = self._engine.state.phase
        return (kind, phase) in ((CommandKind.START, Phase.READY), (CommandKind.RESUME, Phase.PAUSED))

    def _has_leave(self, error: CoachError | None, at_ns: int) -> bool:
        """A closed gate ends the session, at ``at_ns``; where it cannot be asked nothing begins, and it may be asked
        again."""
        if error is None:
            return True
        now = self._clock.monotonic_ns()
        if isinstance(error, GateClosed):
            self._tell(Refusal(error.what, error.remedy))
            self._engine.command(Command(CommandKind.STOP, reason="the gate is closed"), at_ns)
            self._act(now)
        else:
            self._warn(Refusal(error.what, error.remedy), now)
        return False

    def _warn(self, refusal: Refusal, now: int) -> None:
        """Tell, and speak."""
        self._tell(refusal)
        self._engine.notice(refusal.code, self._session_now(now))
        self._act(now)

    # --- journal, act, tell -----------------------------------------------------------------------------------

    def _act(self, now: int) -> None:
        outputs: list[Output] = []
        while (output := self._engine.next_output()) is not None:
            outputs.append(output)
        events: list[SessionEvent] = [
            output for output in outputs if not isinstance(output, CueDue | CuesCancelled | DroppedCue)
        ]
        if any(isinstance(event, IntervalEntered | Finished | Stopped) for event in events):
            events += self._sounding.take_reports()
        if events:
            self._scribe.write(events)
        for output in outputs:
            self._carry_out(output)
        self._pass_news_on(now)

    def _carry_out(self, output: Output) -> None:
        now = self._clock.monotonic_ns()  # the journal may have taken its time
        match output:
            case CueDue(cue):
                self._sounding.hand_out(cue, self._monotonic(cue.at_ns), now)
            case CuesCancelled():
                self._sounding.cancel(now)
            case DroppedCue():
                self._sounding.miss(output, self._monotonic(output.cue.at_ns))
            case _:
                self._sounding.tell_until(self._monotonic(output.at_ns) - 1)
                self._tell(output)

    def _pass_news_on(self, now: int) -> None:
        for refusal in self._scribe.take_news():
            self._warn(refusal, now)

    def _tell(self, update: Update) -> None:
        (self._relay or self._listeners)(update)

    def _beat(self, now: int) -> bool:
        """Note the position, look after the output, let another coach take over; True if one did."""
        self._beat_at_ns = now + HEARTBEAT_NS
        self._scribe.beat(self._session_now(now))
        self._pass_news_on(now)
        self._look_after_sound(now)
        wanted = None if self._engine.state.phase.is_over else self._claim.wanted()
        # A session that cannot be journalled cannot be handed over: the other coach would resume it elsewhere.
        if wanted is None or self._scribe.failing:
            return False
        self._hand_over(wanted, now)
        return True

    def _look_after_sound(self, now: int) -> None:
        for news in self._sounding.take_news():
            if isinstance(news, Refusal):
                self._warn(news, now)
            else:
                self._tell(news)

    # --- the end ----------------------------------------------------------------------------------------------

    def _hand_over(self, to: str, now: int) -> None:
        if self._ended_at_ns is not None or self._engine.state.phase.is_over:
            return
        self._engine.hand_over(self._session_now(now), to)
        self._act(now)
        self._scribe.beat(self._session_now(now))
        self._end(now, drain=False)

    def _end(self, now: int, *, drain: bool = True) -> None:
        self._ended_at_ns = self._session_now(now)
        self._player.close(drain=drain)
        sound = sound_report(self._player.health(), self._voice, self._ended_at_ns)
        self._scribe.write([*self._sounding.take_reports(), sound])
        self._scribe.end(over=self._engine.state.phase.is_over)
        for news in self._scribe.take_news():
            self._tell(news)
        self._claim.release()
