"""The shipped voice pack: natural speech as clips, one a clause, joined where a person breathes.

One zip (stored, not packed again) holds ``manifest.json`` and Ogg Opus files; docs/adr tells why. The clause with its
capital and punctuation is the key: they tell where it stands in the utterance, hence how it was spoken ("One minute."
alone, "one minute," inside, "one minute." at the end).
"""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from coach.audio.voices import shape
from coach.audio.voices.base import RenderFailed, Samples, Voice, VoiceBroken, VoiceInfo, pick
from coach.errors import SoundUnavailable
from coach.ports import RATE
from coach.resources import shipped

FORMAT = 1
OPUS_COMPRESSION = 0.93  # libsndfile's scale: about 27 kbit/s


@dataclass(frozen=True, slots=True)
class Manifest:
    language: str
    voice: str
    version: str  # of the engine and of the recording
    licence: str
    attribution: str
    clips: dict[str, str]  # clause → file in the zip


def pack_file(language: str, folder: Path | None = None) -> Path:
    """Where the pack of ``language`` is, or would be."""
    return (folder or shipped("sounds")) / "voices" / language.lower() / "pack.zip"


@cache
def read_manifest(file: Path) -> Manifest:
    """Raises VoiceBroken if the pack is damaged or of a format this coach does not know."""
    try:
        with zipfile.ZipFile(file) as archive:
            raw: dict[str, Any] = json.loads(archive.read("manifest.json"))
        if raw["format"] != FORMAT:
            raise ValueError(f"format {raw['format']}")
        clips = {str(text): str(name) for text, name in raw["clips"].items()}
        return Manifest(
            str(raw["language"]),
            str(raw["voice"]),
            str(raw["version"]),
            str(raw["licence"]),
            str(raw["attribution"]),
            clips,
        )
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError, AttributeError) as error:
        raise VoiceBroken(
            f"the voice pack is damaged ({error})",
            where=str(file),
            remedy="install walkrun-coach again, or use --voice espeak",
        ) from None


class PackVoice(Voice):
    engine = "pack"

    def __init__(self, file: Path) -> None:
        self._file = file
        self.manifest = read_manifest(file)

    @classmethod
    def available(cls) -> Sequence[VoiceInfo]:
        files = sorted((shipped("sounds") / "voices").glob("*/pack.zip"))
        if not files:
            raise SoundUnavailable(
                "no voice pack is installed", remedy="install walkrun-coach again, or use --voice auto"
            )
        _soundfile()
        manifests = [read_manifest(file) for file in files]
        return [VoiceInfo(cls.engine, m.voice, (m.language,), f"{len(m.clips)} clips") for m in manifests]

    @classmethod
    def open(cls, language: str, name: str = "") -> "PackVoice":
        return cls(pack_file(pick(cls.available(), cls.engine, language, name).languages[0]))

    @property
    def name(self) -> str:
        return self.manifest.voice

    @property
    def version(self) -> str:
        return self.manifest.version

    def can_say(self, clauses: Sequence[str]) -> bool:
        return bool(clauses) and all(clause in self.manifest.clips for clause in clauses)

    def say(self, clauses: Sequence[str], rate: int) -> Samples:
        parts: list[Samples] = []
        try:
            with zipfile.ZipFile(self._file) as archive:
                for clause in clauses:
                    name = self.manifest.clips.get(clause)
                    if name is None:
                        raise RenderFailed(f"the voice pack has no '{clause}'", remedy="use another voice")
                    parts.append(decode(archive.read(name)))
        except (OSError, zipfile.BadZipFile, KeyError, RuntimeError) as error:
            # RuntimeError: what soundfile makes of a clip it cannot decode.
            raise RenderFailed(f"the voice pack is damaged ({error})", remedy="use another voice") from None
        return shape.stretch(shape.join(parts, clauses), rate)


def _soundfile() -> Any:
    """The module that reads Opus, loaded when first needed: eSpeak speaks without it. Raises VoiceBroken."""
    try:
        return import_module("soundfile")
    except (ImportError, OSError) as error:  # OSError: its library, libsndfile, is not there
        raise VoiceBroken(
            f"the voice pack cannot be decoded ({error})",
            remedy="pip install soundfile; where that brings no libsndfile, install the system's",
        ) from None


def decode(content: bytes) -> Samples:
    """One clip of a pack, trimmed."""
    samples, rate = _soundfile().read(io.BytesIO(content), dtype="float32", always_2d=True)
    return shape.trim(shape.resample(np.asarray(samples[:, 0], dtype=np.float32), int(rate)))


def encode(samples: Samples) -> bytes:
    """A clip as Ogg Opus; silence around it keeps the codec's edges off the speech."""
    edge = np.zeros(RATE // 100, dtype=np.float32)
    buffer = io.BytesIO()
    with _soundfile().SoundFile(
        buffer, "w", samplerate=RATE, channels=1, format="OGG", subtype="OPUS", compression_level=OPUS_COMPRESSION
    ) as file:
        file.write(np.concatenate([edge, samples, edge]))
    return buffer.getvalue()
