"""What a voice is. Everything in this package runs in the rendering child, never in the live process."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from coach.errors import CoachError, SoundUnavailable

Samples = NDArray[np.float32]  # mono, 48 kHz, full scale ±1


class RenderFailed(CoachError):
    """This voice could not say one phrase; another may."""


class VoiceBroken(SoundUnavailable):
    """An engine that is here but does not work. Unlike one that is not installed, the runner wants to know."""


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """A voice that is here and can be asked for by name. ``languages`` are tags such as ``en`` or ``de-at``."""

    engine: str
    name: str
    languages: tuple[str, ...]
    note: str = ""


class Voice(ABC):
    """One engine with one of its voices chosen. Has one contract suite, ``tests/contracts/test_voice_contract.py``."""

    engine: ClassVar[str]

    @classmethod
    @abstractmethod
    def available(cls) -> Sequence[VoiceInfo]:
        """The voices that are on this machine, default first. Raises SoundUnavailable if the engine is not."""

    @classmethod
    @abstractmethod
    def open(cls, language: str, name: str = "") -> "Voice":
        """The voice ``name``, or the default one, for ``language``.

        Raises SoundUnavailable if the engine is not here, has no such voice or it does not speak the language.
        """

    @property
    @abstractmethod
    def name(self) -> str:
        """The chosen voice."""

    @property
    @abstractmethod
    def version(self) -> str:
        """Of engine and data: another version may sound different."""

    def can_say(self, clauses: Sequence[str]) -> bool:
        """Whether it has what it needs for these clauses; a synthesiser always does."""
        del clauses
        return True

    @abstractmethod
    def say(self, clauses: Sequence[str], rate: int) -> Samples:
        """The clauses as one utterance, ``rate`` in percent (50–200). Neither trimmed nor levelled.

        Raises RenderFailed.
        """


def speaks(info: VoiceInfo, language: str) -> bool:
    """``en-gb`` speaks ``en`` and ``en-gb``, not ``en-us``."""
    wanted = language.lower().replace("_", "-")
    return any(
        tag == wanted or tag.startswith(wanted + "-") for tag in (t.lower().replace("_", "-") for t in info.languages)
    )


def speaking(voices: Sequence[VoiceInfo], language: str) -> list[VoiceInfo]:
    """Those of ``voices`` that speak ``language``; where none speaks that dialect, those that speak its language."""
    exact = [voice for voice in voices if speaks(voice, language)]
    plain = language.replace("_", "-").partition("-")[0]
    return exact or [voice for voice in voices if speaks(voice, plain)]


def pick(voices: Sequence[VoiceInfo], engine: str, language: str, name: str) -> VoiceInfo:
    """The voice ``name`` (or the first) that speaks ``language``. Raises SoundUnavailable."""
    if name:
        named = [voice for voice in voices if name.lower() in (voice.name.lower(), *voice.languages)]
        if not named:
            raise SoundUnavailable(
                f"{engine} has no voice '{name}'", remedy="`coach audio voices` lists those that are here"
            )
        if able := speaking(named, language):
            return able[0]
        raise SoundUnavailable(
            f"the {engine} voice '{name}' does not speak '{language}'",
            remedy=f"`coach audio voices --language {language}` lists those that do",
        )
    if able := speaking(voices, language):
        return able[0]
    raise SoundUnavailable(
        f"{engine} has no voice for '{language}'",
        remedy=f"`coach audio voices --language {language}` lists those that do, or use --voice auto",
    )
