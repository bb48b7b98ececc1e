"""PortAudio by the sounddevice package: the output where there is no ALSA, and on Linux when asked for."""

import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any

from coach.audio.mixer import BYTES
from coach.audio.outputs.base import BUFFER_FRAMES, PERIOD_FRAMES, Level, Output, OutputGone
from coach.clock import Clock
from coach.ports import RATE

if TYPE_CHECKING:
    from types import ModuleType

_LATENCY_FRAMES = RATE // 2


def import_sounddevice() -> "ModuleType":
    """Raises OutputGone, saying what to install."""
    try:
        return import_module("sounddevice")
    except ImportError:
        raise OutputGone("the Python package sounddevice is not installed") from None
    except OSError:
        raise OutputGone("the PortAudio library is not installed (Debian: libportaudio2)") from None


class PortAudioOutput(Output):
    """PortAudio pulls in a callback; a queue that the stream keeps full stands in between.

    PortAudio's own buffer must outlast a held interpreter lock, and the queue the catching up after it; servers behind
    PortAudio take half as much again when they begin.
    """

    backend = "sounddevice"
    buffer_frames = BUFFER_FRAMES + _LATENCY_FRAMES

    def __init__(self, clock: Clock, device: str = "") -> None:
        self._clock = clock
        self.device = device or "default"
        self._stream: Any = None
        self._lock = threading.Lock()
        self._queue = bytearray()
        self._taken = 0  # frames the callback has taken since the start
        self._last: tuple[int, float] | None = None  # frames taken before the newest callback; when its own are heard
        self._dry = False
        self._finished = False

    def open(self) -> None:
        if self._stream is not None:
            return
        sd: Any = import_sounddevice()
        try:
            # PortAudio lists devices once; after a lost one it must begin anew to find others.
            sd._terminate()
            sd._initialize()
            device = None if self.device == "default" else int(self.device) if self.device.isdigit() else self.device
            self._stream = sd.RawOutputStream(
                samplerate=RATE,
                blocksize=PERIOD_FRAMES,
                device=device,
                channels=1,
                dtype="int16",
                latency=_LATENCY_FRAMES / RATE,
                callback=self._callback,
                finished_callback=self._on_finished,
            )
        except (sd.PortAudioError, ValueError) as error:
            raise OutputGone(f"PortAudio cannot open {self.device!r}: {error}") from None
        self._begin()

    def level(self) -> Level:
        if self._stream is None or self._finished:
            raise OutputGone("PortAudio ended the stream")
        now_ns = self._clock.monotonic_ns()
        # PortAudio's clock is read here, beside ours: inside the callback a held lock would spoil the comparison.
        now: float = self._stream.time
        with self._lock:
            queued = len(self._queue) // BYTES
            dry, self._dry = self._dry, False
            last = self._last
        delay = queued
        if last is not None:
            before, plays_at = last
            heard = before + round((now - plays_at) * RATE)
            delay += max(0, self._taken - heard)
        return Level(now_ns, max(0, self.buffer_frames - queued), delay, dry)

    def write(self, block: bytes) -> int:
        with self._lock:
            self._queue += block
        if not self._stream.active and not self._finished:
            self._call("start")
        return len(block) // BYTES

    def drop(self) -> None:
        if self._stream is None:
            raise OutputGone("it is closed")
        self._call("abort")
        self._begin()

    def close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close(ignore_errors=True)

    def _begin(self) -> None:
        with self._lock:
            self._queue.clear()
            self._taken = 0
            self._last = None
            self._dry = False
            self._finished = False

    def _call(self, name: str) -> None:
        sd: Any = import_sounddevice()
        try:
            getattr(self._stream, name)()
        except sd.PortAudioError as error:
            raise OutputGone(f"PortAudio: {error}") from None

    def _callback(self, out: Any, frames: int, times: Any, status: Any) -> None:
        wanted = frames * BYTES
        with self._lock:
            block = bytes(self._queue[:wanted])
            del self._queue[:wanted]
            self._last = (self._taken, times.outputBufferDacTime)
            self._taken += frames
            if len(block) < wanted or status.output_underflow:
                self._dry = True
        out[: len(block)] = block
        out[len(block) :] = bytes(wanted - len(block))

    def _on_finished(self) -> None:
        self._finished = True


def portaudio_devices() -> list[tuple[str, str]]:
    """Index and name of each output PortAudio sees. Raises OutputGone where it is not installed."""
    sd: Any = import_sounddevice()
    found: list[tuple[str, str]] = []
    for index, info in enumerate(sd.query_devices()):
        if info["max_output_channels"] > 0:
            found.append((str(index), str(info["name"])))
    return found
