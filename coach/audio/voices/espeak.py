"""eSpeak NG by ctypes: every language, robotic, instant. The library comes with a wheel or from the system."""

import ctypes
import os
from collections.abc import Sequence
from ctypes import POINTER, byref, c_char_p, c_int, c_short, c_size_t, c_uint, c_void_p
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from coach.audio.voices import shape
from coach.audio.voices.base import RenderFailed, Samples, Voice, VoiceInfo, pick
from coach.errors import SoundUnavailable

_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS: samples by callback, before espeak_Synth returns
_DONT_EXIT = 0x8000  # report a missing data folder instead of leaving the process
_UTF8 = 1
_RATE = 1
_WORDS_A_MINUTE = 160
_SYSTEM = ("libespeak-ng.so.1", "libespeak-ng.1.dylib", "/opt/homebrew/lib/libespeak-ng.1.dylib", "libespeak-ng.dll")
_USUAL = ("en-us", "de", "fr-fr", "es")  # go before other dialects of their language


class _VoiceStruct(ctypes.Structure):
    _fields_ = (
        ("name", c_char_p),
        ("languages", c_void_p),
        ("identifier", c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", c_int),
        ("spare", c_void_p),
    )


_Callback = ctypes.CFUNCTYPE(c_int, POINTER(c_short), c_int, c_void_p)


class _Library:
    """The loaded and initialised library, once a process."""

    def __init__(self, library: Any, data: str | None) -> None:
        self._library = library
        library.espeak_Initialize.argtypes = (c_int, c_int, c_char_p, c_int)
        library.espeak_Synth.argtypes = (c_char_p, c_size_t, c_uint, c_int, c_uint, c_uint, c_void_p, c_void_p)
        library.espeak_SetVoiceByName.argtypes = (c_char_p,)
        library.espeak_ListVoices.argtypes = (c_void_p,)
        library.espeak_ListVoices.restype = POINTER(POINTER(_VoiceStruct))
        library.espeak_Info.argtypes = (c_void_p,)
        library.espeak_Info.restype = c_char_p
        self._heard: list[bytes] = []
        self._keep = _Callback(self._take)  # the library calls it later: it must not be collected
        # A child of its own: no other thread reads the environment here.
        if data:
            os.environ["ESPEAK_DATA_PATH"] = data
        self.rate = int(library.espeak_Initialize(_SYNCHRONOUS, 0, data.encode() if data else None, _DONT_EXIT))
        if self.rate <= 0:
            raise OSError("its data folder is missing")
        library.espeak_SetSynthCallback(self._keep)

    def _take(self, samples: Any, count: int, _events: object) -> int:
        if samples and count > 0:
            self._heard.append(ctypes.string_at(samples, count * 2))
        return 0

    @property
    def version(self) -> str:
        return self._library.espeak_Info(None).decode().split()[0]

    def voices(self) -> list[VoiceInfo]:
        found: list[VoiceInfo] = []
        entries = self._library.espeak_ListVoices(None)
        index = 0
        while entries[index]:
            entry = entries[index].contents
            index += 1
            tags = _languages(int(entry.languages or 0))
            file = (entry.identifier or b"").decode()
            if tags and not file.startswith("mb/"):  # mbrola voices need data of their own
                found.append(VoiceInfo("espeak", tags[0], tuple(tags), (entry.name or b"").decode()))
        return sorted(found, key=lambda voice: (voice.name not in _USUAL, voice.name))

    def synthesise(self, voice: str, text: str, words_a_minute: int) -> bytes:
        self._heard.clear()
        self._library.espeak_SetVoiceByName(voice.encode())
        self._library.espeak_SetParameter(_RATE, words_a_minute, 0)
        data = text.encode()
        failed = self._library.espeak_Synth(data, len(data) + 1, 0, 1, 0, _UTF8, byref(c_uint()), None)
        self._library.espeak_Synchronize()
        if failed:
            raise RenderFailed(f"espeak returned {failed} for '{text}'", remedy="use another voice")
        return b"".join(self._heard)


def _languages(address: int) -> list[str]:
    """The list in eSpeak's form: a priority byte and a text for each, ended by a zero byte."""
    tags: list[str] = []
    while address and ctypes.string_at(address, 1) != b"\0":
        tag = ctypes.string_at(address + 1)
        tags.append(tag.decode())
        address += len(tag) + 2
    return tags


@cache
def _load() -> _Library:
    reasons: list[str] = []
    candidates: list[tuple[str, str | None]] = []
    if find_spec("espeakng_loader") is not None:
        loader = import_module("espeakng_loader")
        candidates.append((loader.get_library_path(), str(Path(loader.get_library_path()).parent / "espeak-ng-data")))
    candidates += [(name, None) for name in _SYSTEM]
    for path, data in candidates:
        try:
            return _Library(ctypes.CDLL(path), data)
        except (OSError, AttributeError) as error:  # AttributeError: another library of that name
            reasons.append(str(error))
    raise SoundUnavailable(
        f"eSpeak NG cannot be loaded ({reasons[0]})",
        remedy="pip install espeakng-loader, or install the system package espeak-ng",
    )


class EspeakVoice(Voice):
    engine = "espeak"

    def __init__(self, name: str) -> None:
        self._name = name

    @classmethod
    def available(cls) -> Sequence[VoiceInfo]:
        return _load().voices()

    @classmethod
    def open(cls, language: str, name: str = "") -> "EspeakVoice":
        return cls(pick(cls.available(), cls.engine, language, name).name)

    @property
    def name(self) -> str:
        return self._name

    @property
    def version(self) -> str:
        return _load().version

    def say(self, clauses: Sequence[str], rate: int) -> Samples:
        library = _load()
        text = " ".join(clauses)
        pcm = library.synthesise(self._name, text, _WORDS_A_MINUTE * rate // 100)
        if not pcm:
            raise RenderFailed(f"espeak said nothing for '{text}'", remedy="use another voice")
        samples = (np.frombuffer(pcm, dtype=np.int16) / 32768).astype(np.float32)
        return shape.resample(samples, library.rate)
