"""The player that everything is made for: one stream that never stops, with every cue at its exact frame."""

import threading
from collections.abc import Sequence
from typing import Protocol

from coach.audio.anchor import Anchor, ns_of
from coach.audio.cuesheet import TOO_LATE_NS, CueSheet
from coach.audio.mixer import Mixer
from coach.audio.outputs.base import BUFFER_FRAMES, PERIOD_FRAMES, Level, Output, OutputGone
from coach.audio.outputs.silent import PacedOutput
from coach.clock import NS, NS_PER_MS, Clock
from coach.errors import CoachError
from coach.model.cue import Cue
from coach.ports import RATE, Clip, CueStatus, CueTiming, Player, PlayerHealth

_SETTLING_NS = 20 * NS_PER_MS  # how often to look at a device that has just begun
_STALLED_NS = 3 * NS  # a device that takes and plays nothing for so long has died without saying so
_REWIND_NS = 40 * NS_PER_MS  # a late cue is worth dropping queued silence for, if it comes so much sooner
_GATHER_NS = 30 * NS_PER_MS  # a command's cues are handed out one by one: what is written ahead waits for all of them
_RETRY_NS = (NS // 4, NS // 2, NS, 2 * NS, 5 * NS)
_OPENING_S = 3.0
_GIVE_UP_S = 5.0
_TAIL_NS = 100 * NS_PER_MS  # silence after the last cue: what the device does not count in its delay


class Ducker(Protocol):
    """Lowers what other programs play."""

    @property
    def note(self) -> str: ...
    def start(self) -> None: ...
    def duck(self, start_ns: int, end_ns: int) -> None: ...
    def release(self) -> None: ...
    def close(self) -> None: ...


class Stream:
    """The stream without its thread: ``step()`` does what is due and says when it wants to be called again.

    ``step`` and ``shut`` belong to one thread; everything else may be called from any. The lock is never held while the
    device is spoken to, so a device that hangs holds nobody up.
    """

    def __init__(
        self,
        output: Output,
        clock: Clock,
        *,
        lead_in_ms: int = 1000,
        latency_offset_ms: int = 0,
        dither: bool = False,
        volume: int = 100,
        ducker: Ducker | None = None,
    ) -> None:
        self._output = output
        self._clock = clock
        self._lead_in = lead_in_ms * RATE // 1000
        self._offset_ns = latency_offset_ms * NS_PER_MS
        self._volume = volume
        self._ducker = ducker
        self._mixer = Mixer(dither=dither)
        self._sheet = CueSheet(self._mixer)
        self._lock = threading.Lock()
        self._void = PacedOutput(clock)  # keeps time while there is no device
        self._alive = False
        self._failures = 0
        self._retry_at_ns = 0
        self._why = ""
        self._anchor = Anchor(clock.monotonic_ns())
        self._next = 0  # the frame to write next
        self._anew = True  # nothing is under way: the next frame is set by the clock
        self._drop = False
        self._gather_until_ns = self._anchor.ns_at(0)
        self._stalled_since_ns: int | None = None
        self._xruns = 0
        self._opened = 0
        self._target = BUFFER_FRAMES

    # What any thread may call

    def play(self, cue: Cue, clip: Clip, at_ns: int) -> None:
        """Hand a cue out; its samples are read now."""
        try:
            pcm = clip.load()
        except (CoachError, OSError) as error:
            with self._lock:
                self._sheet.report(CueTiming(cue, CueStatus.LOST, reason=f"its sound cannot be read: {error}"))
            return
        now_ns = self._clock.monotonic_ns()
        at_ns -= self._offset_ns
        with self._lock:
            self._sheet.add(cue, pcm, at_ns, now_ns)
            wanted_ns = max(at_ns, now_ns, self._anchor.ns_at(self._lead_in))
            late_ns = self._anchor.ns_at(self._next) - wanted_ns
            if late_ns > _REWIND_NS and not self._anew and self._sheet.silent_after(self._heard_by(now_ns)):
                self._drop = True  # only silence is queued; without it the cue comes at once

    def silence(self) -> None:
        """Cut everything; the device forgets what it holds at the next step, if there is sound in it."""
        now_ns = self._clock.monotonic_ns()
        with self._lock:
            if not self._sheet.silent_after(self._heard_by(now_ns - _TAIL_NS)):
                self._drop = True
            self._sheet.cut(self._heard_by(now_ns), self._anchor, "silenced")
        if self._ducker:
            self._ducker.release()

    def set_volume(self, percent: int) -> None:
        with self._lock:
            self._volume = min(100, max(0, percent))

    def health(self) -> PlayerHealth:
        notes = [self._output.note, self._why, self._ducker.note if self._ducker else ""]
        return PlayerHealth(
            backend=self._output.backend,
            device=self._output.device,
            alive=self._alive,
            xruns=self._xruns,
            corrections=self._anchor.corrections,
            reopened=max(0, self._opened - 1),
            note="; ".join(note for note in notes if note),
        )

    def take_timings(self) -> Sequence[CueTiming]:
        with self._lock:
            return self._sheet.take_timings()

    @property
    def idle(self) -> bool:
        """No cue waits or sounds."""
        with self._lock:
            return self._sheet.idle

    @property
    def held_bytes(self) -> int:
        """What the clips under way cost in memory."""
        with self._lock:
            return self._mixer.held_bytes + self._sheet.held_bytes

    def remaining_ns(self) -> int:
        """How long the cues handed out still take."""
        with self._lock:
            end_ns = self._sheet.end_ns(self._anchor)
        return 0 if end_ns is None else max(0, end_ns - self._clock.monotonic_ns())

    # What the feeding thread calls

    def step(self) -> int:
        """Feed the device. Returns the nanoseconds until the next step is wanted; raises nothing a device can cause."""
        now_ns = self._clock.monotonic_ns()
        if not self._alive and now_ns >= self._retry_at_ns:
            self._open(now_ns)
        try:
            return self._feed(self._output if self._alive else self._void)
        except OutputGone as gone:
            self._bury(str(gone))
            return 0

    def shut(self) -> None:
        """The end: whatever has not been heard was cut."""
        with self._lock:
            if self._alive:
                self._sheet.cut(self._heard_by(self._clock.monotonic_ns()), self._anchor, "the player was closed")
            else:
                self._sheet.lose_all(self._anchor, self._why or "no sound output")
        self._alive = False
        self._output.close()

    def _feed(self, device: Output) -> int:
        with self._lock:
            drop, self._drop = self._drop, False
        if drop:
            device.drop()
            self._anew = True
            self._gather_until_ns = self._clock.monotonic_ns() + _GATHER_NS
        level = device.level()
        gather_ns = self._gather_until_ns - level.at_ns
        if gather_ns > 0:
            return gather_ns
        wanted = self._target - level.delay
        room = max(0, min(level.room, wanted))
        with self._lock:
            self._account(level)
            first = self._next
            self._begin(first, first + room)
            block = self._mixer.render(first, room, self._volume) if room else b""
        written = device.write(block) if block else 0
        with self._lock:
            self._next = first + written
            self._mixer.forget_before(self._next)
            self._anew = self._anew and not written
        self._watch_for_stall(level.at_ns, stalled=wanted > 0 and not written)
        return self._pause_after(level.delay + written)

    def _account(self, level: Level) -> None:
        """Compare the stream with the clock: what has been heard, and where the next frame stands."""
        if (level.dry or level.delay <= 0) and not self._anew:
            self._xruns += self._alive
            self._anew = True
        if self._anew:
            self._next = self._anchor.begin(level.at_ns)
        else:
            self._anchor.measure(level.at_ns + ns_of(level.delay), self._next)
        heard = self._next - level.delay
        self._sheet.finish(heard, self._anchor, lost="" if self._alive else self._why)
        if self._sheet.silent_after(heard):
            self._anchor.correct()
        if self._alive:
            self._sheet.lose_due_before(level.at_ns - TOO_LATE_NS, self._anchor, "the output stalled")

    def _begin(self, first: int, last: int) -> None:
        """Place what is due in this block."""
        for placed in self._sheet.begin(first, last, self._lead_in, self._anchor):
            self._anchor.sounded()
            if self._ducker and self._alive:
                self._ducker.duck(self._anchor.ns_at(placed.start), self._anchor.ns_at(placed.end))

    def _pause_after(self, ahead: int) -> int:
        """How long ``ahead`` frames written ahead allow to rest."""
        if self._anchor.settling or ahead < self._target // 4:
            return _SETTLING_NS
        return max(ns_of(PERIOD_FRAMES // 2), ns_of(ahead - self._target + PERIOD_FRAMES))

    def _watch_for_stall(self, now_ns: int, *, stalled: bool) -> None:
        if not stalled:
            self._stalled_since_ns = None
        elif self._stalled_since_ns is None:
            self._stalled_since_ns = now_ns
        elif now_ns - self._stalled_since_ns > _STALLED_NS:
            raise OutputGone("it takes no more sound")

    def _heard_by(self, now_ns: int) -> int:
        return self._anchor.frame_at(now_ns)

    def _open(self, now_ns: int) -> None:
        try:
            self._output.open()
        except OutputGone as gone:
            self._why = str(gone)
            self._retry_at_ns = now_ns + _RETRY_NS[min(self._failures, len(_RETRY_NS) - 1)]
            self._failures += 1
            return
        now_ns = self._clock.monotonic_ns()
        with self._lock:
            if self._opened:
                self._sheet.lose_begun(self._anchor, self._why)
                self._sheet.lose_due_before(now_ns, self._anchor, self._why)
            self._target = self._output.buffer_frames
            self._opened += 1
            self._failures = 0
            self._why = ""
            self._anew = True
            self._alive = True
            self._stalled_since_ns = None

    def _bury(self, why: str) -> None:
        """The device died: go on in time without it, and try again at once, then ever less often."""
        self._output.close()
        with self._lock:
            self._sheet.lose_begun(self._anchor, why)
            self._alive = False
            self._why = f"the output has gone: {why}"
            self._retry_at_ns = self._clock.monotonic_ns() + _RETRY_NS[0]
            self._failures = 0
            self._target = BUFFER_FRAMES
            self._stalled_since_ns = None
            self._anew = True
        self._void.drop()


class StreamPlayer(Player):
    """Plays clips at exact instants over one continuous stream, fed by a thread of its own.

    ``lead_in_ms`` of silence come before the first cue. ``latency_offset_ms`` plays everything so much earlier than the
    device's own report of its delay asks for. ``dither`` keeps outputs awake that sleep on true silence.
    """

    def __init__(
        self,
        output: Output,
        clock: Clock,
        *,
        lead_in_ms: int = 1000,
        latency_offset_ms: int = 0,
        dither: bool = False,
        volume: int = 100,
        ducker: Ducker | None = None,
    ) -> None:
        self._clock = clock
        self._ducker = ducker
        self._tail_ns = _TAIL_NS + max(0, latency_offset_ms) * NS_PER_MS
        self._stream = Stream(
            output,
            clock,
            lead_in_ms=lead_in_ms,
            latency_offset_ms=latency_offset_ms,
            dither=dither,
            volume=volume,
            ducker=ducker,
        )
        self._thread = threading.Thread(target=self._run, name="coach-player", daemon=True)
        self._wake = threading.Event()
        self._opened = threading.Event()
        self._closing = threading.Event()
        self._closed = False
        self._drain = True

    def start(self) -> None:
        if self._ducker:
            self._ducker.start()
        self._thread.start()
        self._opened.wait(_OPENING_S)  # so that health() tells the truth; a device that hangs is not waited for

    def play(self, cue: Cue, clip: Clip, at_ns: int) -> None:
        self._stream.play(cue, clip, at_ns)
        self._wake.set()

    def silence(self) -> None:
        self._stream.silence()
        self._wake.set()

    def set_volume(self, percent: int) -> None:
        self._stream.set_volume(percent)

    def health(self) -> PlayerHealth:
        return self._stream.health()

    def take_timings(self) -> Sequence[CueTiming]:
        return self._stream.take_timings()

    def close(self, *, drain: bool = True) -> None:
        if self._closed:
            return
        self._closed = True
        self._drain = drain
        self._closing.set()
        self._wake.set()
        if not self._thread.is_alive():
            self._stream.shut()
        else:
            self._thread.join(self._stream.remaining_ns() / NS + _GIVE_UP_S)
        if self._ducker:
            self._ducker.close()

    def _run(self) -> None:
        while not (self._closing.is_set() and self._may_end()):
            pause_ns = self._stream.step()
            self._opened.set()
            self._wake.wait(pause_ns / NS)
            self._wake.clear()
        if self._drain and self._stream.health().alive:
            until_ns = self._clock.monotonic_ns() + self._tail_ns
            while self._clock.monotonic_ns() < until_ns:
                self._clock.sleep_ns(min(self._stream.step(), _SETTLING_NS))
        self._stream.shut()

    def _may_end(self) -> bool:
        return not self._drain or self._stream.idle or not self._stream.health().alive
