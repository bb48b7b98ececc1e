"""simpleaudio: every cue a buffer of its own, triggered by a thread. Only on Python 3.11, and only when asked for.

It cannot place frames: each cue begins when the thread wakes and the sound server is ready for its next block. Its last
release is of 2019; on Python 3.12 and later it crashes the interpreter (it frees a list without holding the lock).
"""

import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from coach.audio.anchor import frames_of, ns_of
from coach.audio.mixer import BYTES, scaled
from coach.clock import NS, NS_PER_MS, Clock
from coach.errors import CoachError, SoundUnavailable
from coach.model.cue import Cue
from coach.ports import RATE, Clip, CueStatus, CueTiming, Player, PlayerHealth

_TAIL_NS = 150 * NS_PER_MS
_DRAIN_EXTRA_S = 5.0


def require_simpleaudio(version: tuple[int, ...] = sys.version_info[:2]) -> None:
    """Raises SoundUnavailable where it would crash or is not installed."""
    if version >= (3, 12):
        raise SoundUnavailable(
            f"simpleaudio crashes Python {version[0]}.{version[1]}; it works on 3.11 only",
            remedy="use another backend (alsa, sounddevice), or run the coach on Python 3.11",
        )
    try:
        import_module("simpleaudio")
    except ImportError:
        raise SoundUnavailable(
            "the Python package simpleaudio is not installed",
            remedy="pip install 'walkrun-coach[simpleaudio]' (needs a C compiler and libasound2-dev)",
        ) from None


@dataclass(slots=True)
class _Entry:
    cue: Cue
    pcm: bytes
    at_ns: int
    handle: Any = None
    began_ns: int = 0

    @property
    def length_ns(self) -> int:
        return ns_of(len(self.pcm) // BYTES)


class SimpleAudioPlayer(Player):
    """Triggers each cue at its instant. ``lead_in_ms`` keeps the first cue from coming sooner after the start."""

    def __init__(self, clock: Clock, *, lead_in_ms: int = 1000, latency_offset_ms: int = 0, volume: int = 100) -> None:
        self._clock = clock
        self._lead_in_ns = lead_in_ms * NS_PER_MS
        self._offset_ns = latency_offset_ms * NS_PER_MS
        self._volume = volume
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._began_ns = clock.monotonic_ns()
        self._waiting: list[_Entry] = []
        self._sounding: list[_Entry] = []
        self._ended: list[CueTiming] = []
        self._alive = False
        self._note = "cues are triggered one by one, not placed at frames"
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="coach-simpleaudio", daemon=True)

    def start(self) -> None:
        self._began_ns = self._clock.monotonic_ns()
        self._alive = True
        self._thread.start()

    def play(self, cue: Cue, clip: Clip, at_ns: int) -> None:
        try:
            pcm = clip.load()
        except (CoachError, OSError) as error:
            with self._lock:
                self._ended.append(CueTiming(cue, CueStatus.LOST, reason=f"its sound cannot be read: {error}"))
            return
        with self._lock:
            self._waiting.append(_Entry(cue, pcm, max(at_ns - self._offset_ns, self._began_ns + self._lead_in_ns)))
            self._waiting.sort(key=lambda entry: entry.at_ns)
        self._wake.set()

    def silence(self) -> None:
        with self._lock:
            self._reap(self._clock.monotonic_ns())
            for entry in self._sounding:
                entry.handle.stop()
                self._end(entry, CueStatus.CUT, "silenced")
            for entry in self._waiting:
                self._end(entry, CueStatus.CUT, "silenced")
            self._sounding, self._waiting = [], []
        self._wake.set()

    def set_volume(self, percent: int) -> None:
        self._volume = min(100, max(0, percent))

    def health(self) -> PlayerHealth:
        return PlayerHealth("simpleaudio", "default", self._alive, note=self._note)

    def take_timings(self) -> Sequence[CueTiming]:
        with self._lock:
            self._reap(self._clock.monotonic_ns())
            ended, self._ended = self._ended, []
        return ended

    def close(self, *, drain: bool = True) -> None:
        if self._closing:
            return
        if not drain:
            self.silence()
        with self._lock:
            entries = (*self._waiting, *self._sounding)
            end_ns = max((max(entry.at_ns, entry.began_ns) + entry.length_ns for entry in entries), default=0)
        self._closing = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(max(0, end_ns - self._clock.monotonic_ns()) / NS + _DRAIN_EXTRA_S)
        self._alive = False

    def _run(self) -> None:
        while True:
            now_ns = self._clock.monotonic_ns()
            with self._lock:
                self._reap(now_ns)
                due = [entry for entry in self._waiting if entry.at_ns <= now_ns]
                self._waiting = self._waiting[len(due) :]
                for entry in due:
                    self._trigger(entry)
                instants = [entry.at_ns for entry in self._waiting[:1]]
                instants += [entry.began_ns + entry.length_ns + _TAIL_NS for entry in self._sounding]
            if self._closing and not instants:
                return
            self._wake.wait(max(0, min(instants) - self._clock.monotonic_ns()) / NS if instants else None)
            self._wake.clear()

    def _trigger(self, entry: _Entry) -> None:
        audio: Any = import_module("simpleaudio")
        entry.began_ns = self._clock.monotonic_ns()
        try:
            entry.handle = audio.play_buffer(scaled(entry.pcm, self._volume), 1, BYTES, RATE)
        except audio._simpleaudio.SimpleaudioError as error:  # only its C module has the name
            self._alive = False
            self._note = f"the output has gone: {error}"
            self._end(entry, CueStatus.LOST, self._note)
            return
        self._alive = True
        self._sounding.append(entry)

    def _reap(self, now_ns: int) -> None:
        """Report what has ended; the caller holds the lock."""
        for entry in self._sounding:
            if now_ns >= entry.began_ns + entry.length_ns + _TAIL_NS:
                self._end(entry, CueStatus.PLAYED)
        self._sounding = [entry for entry in self._sounding if now_ns < entry.began_ns + entry.length_ns + _TAIL_NS]

    def _end(self, entry: _Entry, status: CueStatus, reason: str = "") -> None:
        planned = frames_of(entry.at_ns - self._began_ns)
        real: int | None = None
        late_ns: int | None = None
        if entry.handle is not None:
            real = frames_of(entry.began_ns - self._began_ns)
            late_ns = entry.began_ns - entry.at_ns
        self._ended.append(CueTiming(entry.cue, status, planned, real, late_ns, reason))
