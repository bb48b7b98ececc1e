"""ALSA through ctypes: nothing to install beyond what sound on Linux needs anyway."""

import ctypes
import errno
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p
from functools import cache

from coach.audio.mixer import BYTES
from coach.audio.outputs.base import BUFFER_FRAMES, Level, Output, OutputGone
from coach.clock import NS_PER_MS, Clock
from coach.ports import RATE

_PLAYBACK, _NONBLOCK = 0, 1
_S16_LE, _INTERLEAVED, _MONO, _RESAMPLE = 2, 3, 1, 1
_READY_LOOKS, _READY_LOOK_NS = 100, 2 * NS_PER_MS
_BUFFER_US = BUFFER_FRAMES * 1_000_000 // RATE

_SIGNATURES: dict[str, tuple[type | None, tuple[object, ...]]] = {
    "snd_pcm_open": (c_int, (POINTER(c_void_p), c_char_p, c_int, c_int)),
    "snd_pcm_set_params": (c_int, (c_void_p, c_int, c_int, c_uint, c_uint, c_int, c_uint)),
    "snd_pcm_get_params": (c_int, (c_void_p, POINTER(c_ulong), POINTER(c_ulong))),
    "snd_pcm_avail_delay": (c_int, (c_void_p, POINTER(c_long), POINTER(c_long))),
    "snd_pcm_writei": (c_long, (c_void_p, c_char_p, c_ulong)),
    "snd_pcm_recover": (c_int, (c_void_p, c_int, c_int)),
    "snd_pcm_drop": (c_int, (c_void_p,)),
    "snd_pcm_prepare": (c_int, (c_void_p,)),
    "snd_pcm_close": (c_int, (c_void_p,)),
    "snd_strerror": (c_char_p, (c_int,)),
    "snd_lib_error_set_handler": (c_int, (c_void_p,)),
    "snd_config_update_free_global": (c_int, ()),
    "snd_device_name_hint": (c_int, (c_int, c_char_p, POINTER(POINTER(c_void_p)))),
    "snd_device_name_get_hint": (c_void_p, (c_void_p, c_char_p)),
    "snd_device_name_free_hint": (c_int, (POINTER(c_void_p),)),
}


@cache
def _library() -> ctypes.CDLL:
    """Raises OutputGone where ALSA is not installed."""
    try:
        library = ctypes.CDLL("libasound.so.2")
    except OSError:
        raise OutputGone("libasound.so.2 is not installed") from None
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    # ALSA prints its complaints to stderr, into whatever screen is drawn there. Any C function that ignores its
    # arguments silences it; a Python one would be called by foreign threads, even while the interpreter shuts down.
    library.snd_lib_error_set_handler(ctypes.cast(ctypes.CDLL(None).getpid, c_void_p))
    return library


def _words(code: int) -> str:
    return str(_library().snd_strerror(code).decode(errors="replace"))


class AlsaOutput(Output):
    """Writes to an ALSA device without ever blocking; ``device`` is a name from ``aplay -L``."""

    backend = "alsa"

    def __init__(self, clock: Clock, device: str = "") -> None:
        self._clock = clock
        self.device = device or "default"
        self._pcm: c_void_p | None = None

    def open(self) -> None:
        if self._pcm is not None:
            return
        alsa = _library()
        alsa.snd_config_update_free_global()  # the configuration may have changed since the device went away
        pcm = c_void_p()
        # A bare hw: device takes neither mono nor any rate it cannot do itself.
        name = f"plug{self.device}" if self.device.startswith("hw:") else self.device
        code: int = alsa.snd_pcm_open(byref(pcm), name.encode(), _PLAYBACK, _NONBLOCK)
        if code < 0:
            raise OutputGone(f"ALSA cannot open {self.device!r}: {_words(code)}")
        code = alsa.snd_pcm_set_params(pcm, _S16_LE, _INTERLEAVED, _MONO, RATE, _RESAMPLE, _BUFFER_US)
        buffer, period = c_ulong(), c_ulong()
        if code >= 0:
            code = alsa.snd_pcm_get_params(pcm, byref(buffer), byref(period))
        if code < 0:
            alsa.snd_pcm_close(pcm)
            raise OutputGone(f"ALSA cannot set {self.device!r} to 48 kHz mono: {_words(code)}")
        self.buffer_frames = min(BUFFER_FRAMES, buffer.value)
        self._pcm = pcm
        self._wait_until_ready()

    def level(self) -> Level:
        available, delay = c_long(), c_long()
        # The clock is read before the call: after it, the thread may have had to wait for the interpreter lock.
        now_ns = self._clock.monotonic_ns()
        code: int = _library().snd_pcm_avail_delay(self._opened, byref(available), byref(delay))
        if code < 0:
            self._recover(code)
            return Level(now_ns, self.buffer_frames, 0, dry=True)
        return Level(now_ns, available.value, max(0, delay.value))

    def write(self, block: bytes) -> int:
        code: int = _library().snd_pcm_writei(self._opened, block, len(block) // BYTES)
        if code == -errno.EAGAIN:
            return 0
        if code < 0:
            self._recover(code)  # the next look finds it empty
            return 0
        return code

    def drop(self) -> None:
        alsa = _library()
        code: int = alsa.snd_pcm_drop(self._opened)
        if code >= 0:
            code = alsa.snd_pcm_prepare(self._opened)
        if code < 0:
            raise OutputGone(_words(code))
        self._wait_until_ready()

    def close(self) -> None:
        pcm, self._pcm = self._pcm, None
        if pcm is not None:
            _library().snd_pcm_drop(pcm)
            _library().snd_pcm_close(pcm)

    @property
    def _opened(self) -> c_void_p:
        if self._pcm is None:
            raise OutputGone("it is closed")
        return self._pcm

    def _wait_until_ready(self) -> None:
        """A sound server answers with an input/output error until it has made its end of the stream."""
        available, delay = c_long(), c_long()
        for _ in range(_READY_LOOKS):
            if _library().snd_pcm_avail_delay(self._opened, byref(available), byref(delay)) != -errno.EIO:
                return
            self._clock.sleep_ns(_READY_LOOK_NS)

    def _recover(self, code: int) -> None:
        """Out of a dry run or a suspend; anything else is the end of the device."""
        if _library().snd_pcm_recover(self._opened, code, 1) < 0:
            raise OutputGone(_words(code))


def alsa_devices() -> list[tuple[str, str]]:
    """Names of the playback devices and what they are. Raises OutputGone where ALSA is not installed."""
    alsa = _library()
    alsa.snd_config_update_free_global()
    hints = POINTER(c_void_p)()
    if alsa.snd_device_name_hint(-1, b"pcm", byref(hints)) < 0:
        return []
    found: list[tuple[str, str]] = []
    for hint in hints:
        if not hint:
            break
        name, description, direction = (_hint(hint, key) for key in (b"NAME", b"DESC", b"IOID"))
        if name and name != "null" and direction != "Input":
            found.append((name, description.replace("\n", ", ")))
    alsa.snd_device_name_free_hint(hints)
    return found


def _hint(hint: int, key: bytes) -> str:
    text: int | None = _library().snd_device_name_get_hint(hint, key)
    if not text:
        return ""
    try:
        return ctypes.string_at(text).decode(errors="replace")
    finally:
        ctypes.CDLL(None).free(c_void_p(text))
