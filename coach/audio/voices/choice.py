"""Which voice speaks: the asked-for one, or the first of the usual order that can."""

import sys
from collections.abc import Sequence

from coach.audio.voices.base import Voice, VoiceBroken, VoiceInfo
from coach.audio.voices.espeak import EspeakVoice
from coach.audio.voices.hibari import HibariVoice
from coach.audio.voices.pack import PackVoice
from coach.audio.voices.pyttsx3 import Pyttsx3Voice
from coach.errors import SoundUnavailable

ENGINES: dict[str, type[Voice]] = {voice.engine: voice for voice in (PackVoice, HibariVoice, EspeakVoice, Pyttsx3Voice)}
# On Linux pyttsx3 only wraps eSpeak, badly: it speaks there when it is asked for.
USUAL = tuple(name for name in ENGINES if name != "pyttsx3" or sys.platform != "linux")


class Chain:
    """The chosen voice and, opened only if it fails at a phrase, those after it."""

    def __init__(self, voice: str, voice_name: str, language: str) -> None:
        """Raises SoundUnavailable if ``voice`` or ``voice_name`` was asked for and cannot speak ``language``.

        With ``auto`` and nothing named, ``first`` is None where no engine speaks the language.
        """
        self.warnings: list[str] = []  # engines that are here but do not work, found so far
        self._language = language
        self._opened: dict[str, Voice | None] = {}
        self.first = self._named(voice, voice_name) if voice != "auto" or voice_name else self._usual()
        if self.first is not None:
            self._opened[self.first.engine] = self.first
        begin = self.first.engine if self.first else ""
        self._order = [begin, *(name for name in USUAL if name != begin)] if begin else []

    def _named(self, engine: str, name: str) -> Voice:
        if engine != "auto":
            return ENGINES[engine].open(self._language, name)
        for candidate in USUAL:
            try:
                return ENGINES[candidate].open(self._language, name)
            except SoundUnavailable:
                continue
        raise SoundUnavailable(
            f"no engine has a voice '{name}' for '{self._language}'",
            remedy=f"`coach audio voices --language {self._language}` lists those that are here",
        )

    def _usual(self) -> Voice | None:
        return next((voice for engine in USUAL if (voice := self._open(engine)) is not None), None)

    def able(self, clauses: Sequence[str]) -> list[Voice]:
        """The voices that can say this, the chosen one first."""
        return [voice for name in self._order if (voice := self._open(name)) is not None and voice.can_say(clauses)]

    def _open(self, engine: str) -> Voice | None:
        """The engine's usual voice, opened once; None if it has none for the language."""
        if engine not in self._opened:
            self._opened[engine] = None
            try:
                self._opened[engine] = ENGINES[engine].open(self._language)
            except VoiceBroken as error:
                self.warnings.append(str(error))
            except SoundUnavailable:
                # That an optional voice is not installed, or is for another language, is no fault.
                pass
        return self._opened[engine]


def every_voice() -> tuple[list[VoiceInfo], dict[str, str]]:
    """All voices here, in the usual order of engines, and why an engine has none."""
    voices: list[VoiceInfo] = []
    absent: dict[str, str] = {}
    for name, engine in ENGINES.items():
        try:
            voices += engine.available()
        except SoundUnavailable as error:
            absent[name] = str(error)
    return voices, absent
