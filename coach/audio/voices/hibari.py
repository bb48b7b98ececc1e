"""hibari-tts: a natural English voice (optional extra ``voice``)."""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import version as installed_version
from importlib.util import find_spec
from typing import Any

import numpy as np

from coach.audio.voices import shape
from coach.audio.voices.base import RenderFailed, Samples, Voice, VoiceBroken, VoiceInfo, pick
from coach.errors import SoundUnavailable


@cache
def load(voice: str) -> Any:
    """The engine with ``voice`` loaded: half a second and 190 MB, hence once a process."""
    return import_module("hibari").Hibari(voice=voice)


class HibariVoice(Voice):
    """Downloads nothing: only voices whose model is on this machine are offered."""

    engine = "hibari"

    def __init__(self, name: str) -> None:
        self._name = name

    @classmethod
    def available(cls) -> Sequence[VoiceInfo]:
        if find_spec("hibari") is None:
            raise SoundUnavailable(
                "hibari is not installed", remedy="pip install 'walkrun-coach[voice]', or use --voice auto"
            )
        try:
            registry = import_module("hibari.voices")
        except (ImportError, OSError) as error:
            raise VoiceBroken(
                f"hibari is installed but does not work ({error})",
                remedy="pip install --force-reinstall hibari-tts, or uninstall it",
            ) from None
        found: list[VoiceInfo] = []
        for name, entry in registry.VOICES.items():
            try:
                registry.voice_path(name, download_missing=False)
            except FileNotFoundError:
                continue
            tags = (str(entry["language"]).lower(),)
            found.append(VoiceInfo(cls.engine, name, tags, f"{entry['gender']}, {entry['accent']}"))
        return found

    @classmethod
    def open(cls, language: str, name: str = "") -> "HibariVoice":
        return cls(pick(cls.available(), cls.engine, language, name).name)

    @property
    def name(self) -> str:
        return self._name

    @property
    def version(self) -> str:
        return installed_version("hibari-tts")

    def say(self, clauses: Sequence[str], rate: int) -> Samples:
        return synthesise(self._name, " ".join(clauses), rate=rate)


def synthesise(voice: str, text: str, *, rate: int = 100, seed: int = 0) -> Samples:
    """``text`` spoken, the same samples every time for the same ``seed``. Raises RenderFailed."""
    try:
        audio = load(voice)(text, speed=rate / 100, seed=seed)
    except Exception as error:
        raise RenderFailed(f"hibari: {error}", remedy="use another voice") from error
    return shape.resample(np.asarray(audio, dtype=np.float32), 24_000)
