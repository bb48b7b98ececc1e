"""The machine's own voices by pyttsx3: SAPI on Windows, NSSpeech on macOS, eSpeak on Linux (there only when asked)."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import version as installed_version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from coach.audio.voices import shape
from coach.audio.voices.base import RenderFailed, Samples, Voice, VoiceBroken, VoiceInfo, pick
from coach.errors import SoundUnavailable

_WORDS_A_MINUTE = 170
_TIMEOUT_S = 30
_TRIES = 4


def _call(*arguments: str) -> str:
    """Run one call and return what it printed. Raises RenderFailed."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "coach.audio.voices.pyttsx3_call", *arguments],
            capture_output=True,
            timeout=_TIMEOUT_S,
            env=_environment(),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RenderFailed(f"pyttsx3: {error}", remedy="use another voice") from None
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or [f"it left with {done.returncode}"]
        raise RenderFailed(f"pyttsx3: {lines[-1]}", remedy="use another voice")
    return done.stdout.decode(errors="replace")


def _environment() -> dict[str, str]:
    """pyttsx3 looks for the system's eSpeak only; the wheel's is added behind it."""
    environment = dict(os.environ)
    if sys.platform == "linux" and find_spec("espeakng_loader") is not None:
        folder = str(Path(import_module("espeakng_loader").get_library_path()).parent)
        before = environment.get("LD_LIBRARY_PATH")
        environment["LD_LIBRARY_PATH"] = f"{before}:{folder}" if before else folder
        # It is the wheel's library that is found, whatever the system has, hence its data too.
        environment["ESPEAK_DATA_PATH"] = f"{folder}/espeak-ng-data"
    return environment


@cache
def _voices() -> tuple[VoiceInfo, ...]:
    try:
        lines = _call("voices").splitlines()
    except RenderFailed as error:
        raise VoiceBroken(
            f"pyttsx3 does not work here ({error.what})", remedy="use --voice auto, or install the system's voices"
        ) from None
    listed = next((line for line in lines if line.startswith("VOICES ")), "VOICES []")
    entries: list[dict[str, Any]] = json.loads(listed.removeprefix("VOICES "))
    return tuple(VoiceInfo("pyttsx3", entry["id"], tuple(entry["languages"]), entry["name"]) for entry in entries)


class Pyttsx3Voice(Voice):
    engine = "pyttsx3"

    def __init__(self, name: str) -> None:
        self._name = name

    @classmethod
    def available(cls) -> Sequence[VoiceInfo]:
        if find_spec("pyttsx3") is None:
            raise SoundUnavailable(
                "pyttsx3 is not installed", remedy="pip install 'walkrun-coach[pyttsx3]', or use --voice auto"
            )
        return _voices()

    @classmethod
    def open(cls, language: str, name: str = "") -> "Pyttsx3Voice":
        voices = cls.available()
        if not name and language.lower() == "en":  # eSpeak lists Caribbean English first
            voices = sorted(voices, key=lambda voice: "en-us" not in [tag.lower() for tag in voice.languages])
        return cls(pick(voices, cls.engine, language, name).name)

    @property
    def name(self) -> str:
        return self._name

    @property
    def version(self) -> str:
        return f"{installed_version('pyttsx3')}-{sys.platform}"

    def say(self, clauses: Sequence[str], rate: int) -> Samples:
        text, pace = " ".join(clauses), str(_WORDS_A_MINUTE * rate // 100)
        for _ in range(_TRIES - 1):  # on Linux one file in some hundreds stays empty, more on a busy machine
            try:
                return self._say(text, pace)
            except RenderFailed:
                continue
        return self._say(text, pace)

    def _say(self, text: str, pace: str) -> Samples:
        with tempfile.TemporaryDirectory(prefix="coach-") as folder:
            file = Path(folder) / "phrase.wav"
            _call("say", str(file), self._name, pace, text)
            try:
                samples, found = import_module("soundfile").read(file, dtype="float32", always_2d=True)
            except (OSError, ImportError, RuntimeError) as error:  # RuntimeError: no sound in it
                raise RenderFailed(
                    f"pyttsx3 wrote no sound for '{text}' ({error})", remedy="use another voice"
                ) from None
        if not len(samples):
            raise RenderFailed(f"pyttsx3 said nothing for '{text}'", remedy="use another voice")
        return shape.resample(np.asarray(samples.mean(axis=1), dtype=np.float32), int(found))
