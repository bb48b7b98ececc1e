"""All sounds of a session, made ready before it starts. Only the standard library: speech is rendered by a child."""

import hashlib
import json
import tempfile
import wave
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from coach.audio import cache, tones
from coach.audio.child import Child, ChildFailed
from coach.config import Folders, Settings
from coach.errors import SoundUnavailable, StorageError
from coach.model.cue import Earcon, Sound, Speech
from coach.ports import RATE, Clip, PrepareReport, SoundBank
from coach.resources import shipped

_ENGINES = ("hibari-tts", "espeakng-loader", "pyttsx3")


class MemoryClip(Clip):
    """A short sound kept in memory."""

    def __init__(self, pcm: bytes) -> None:
        self._pcm = pcm

    @property
    def frames(self) -> int:
        return len(self._pcm) // 2

    def load(self) -> bytes:
        return self._pcm


class CachedClip(Clip):
    """Speech in the cache. Should its file vanish during the session, a beep of the same length stands in."""

    def __init__(self, path: Path, frames: int) -> None:
        self._path = path
        self._frames = frames

    @property
    def frames(self) -> int:
        return self._frames

    def load(self) -> bytes:
        pcm = cache.read(self._path)
        if pcm is None or len(pcm) != self._frames * 2:
            return tones.samples("beep")[: self._frames * 2].ljust(self._frames * 2, b"\0")
        return pcm


class EarconClip(Clip):
    """An earcon's file, read each time; if it was damaged meanwhile, its melody is sounded anew."""

    def __init__(self, path: Path, name: str, frames: int) -> None:
        self._path = path
        self._name = name
        self._frames = frames

    @property
    def frames(self) -> int:
        return self._frames

    def load(self) -> bytes:
        try:
            pcm = read_earcon(self._path)
        except SoundUnavailable:
            pcm = tones.samples(self._name if self._name in tones.MELODIES else "beep")
        return pcm[: self._frames * 2].ljust(self._frames * 2, b"\0")


def read_earcon(path: Path) -> bytes:
    """The samples of an earcon's file. Raises SoundUnavailable if it is not a whole 48 kHz mono 16-bit WAV file."""
    try:
        with wave.open(str(path), "rb") as file:
            shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            pcm = file.readframes(file.getnframes())
            if shape != (1, 2, RATE):
                raise wave.Error(f"{shape[0]} channels of {shape[1] * 8} bits at {shape[2]} Hz")
            if not pcm or len(pcm) != file.getnframes() * 2:
                raise wave.Error("it is cut short")
    except (OSError, EOFError, wave.Error) as error:
        why = error.strerror if isinstance(error, OSError) else str(error) or "it is cut short"
        raise SoundUnavailable(
            f"not a whole 48 kHz mono 16-bit WAV file ({why})",
            where=str(path),
            remedy="make it anew with `python sounds/make_earcons.py`, or install walkrun-coach again",
        ) from None
    return pcm


def earcon_faults(folder: Path | None = None) -> list[str]:
    """What is wrong with the earcons' files, one line each."""
    faults: list[str] = []
    for name in tones.MELODIES:
        try:
            read_earcon((folder or shipped("sounds") / "earcons") / f"{name}.wav")
        except SoundUnavailable as error:
            faults.append(str(error))
    return faults


class CachedSoundBank(SoundBank):
    """Finds sounds in the cache, has the missing ones rendered by a child, falls back to earcons alone.

    A session always has its boundary sounds: a damaged earcon is sounded from its melody, with a warning. What a child
    that hangs, crashes or cannot write leaves out is ``missing`` in the report, never an exception.
    """

    def __init__(
        self,
        folder: Path,
        *,
        language: str = "en",
        voice: str = "auto",
        voice_name: str = "",
        rate: int = 100,
        earcons: Path | None = None,
        child: Child | None = None,
        limit_bytes: int = cache.LIMIT_BYTES,
    ) -> None:
        """``folder`` holds rendered speech. ``rate`` in percent."""
        self._folder = folder
        self._language = language
        self._voice = voice
        self._voice_name = voice_name
        self._rate = rate
        self._earcons = earcons or shipped("sounds") / "earcons"
        self._child = child or Child()
        self._limit = limit_bytes
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._clips: dict[Sound, Clip] = {}
        self._files: dict[Speech, str] = {}
        self._warnings: list[str] = []

    @classmethod
    def from_settings(cls, settings: Settings, places: Folders) -> "CachedSoundBank":
        return cls(
            places.cache / "voice",
            language=settings.language,
            voice=settings.voice,
            voice_name=settings.voice_name,
            rate=settings.rate,
        )

    def clip(self, sound: Sound) -> Clip | None:
        return self._clips.get(sound)

    def prepare(self, sounds: Iterable[Sound], progress: Callable[[int, int], None] | None = None) -> PrepareReport:
        wanted = sorted(set(sounds), key=str)
        self._warnings = []
        for sound in wanted:
            if isinstance(sound, Earcon):
                self._clips[sound] = self._earcon(sound)
        speeches = [sound for sound in wanted if isinstance(sound, Speech)]
        if self._voice == "beeps" or not speeches:
            missing = tuple(speech.text for speech in speeches)
            return PrepareReport("beeps", 0, 0, missing, tuple(self._warnings))
        self._ready_folder()
        report = self._from_receipt(speeches, progress) or self._from_child(speeches, progress)
        self._tidy()
        return report

    def close(self) -> None:
        """Remove what a temporary folder holds. Idempotent."""
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None

    # Earcons

    def _earcon(self, earcon: Earcon) -> Clip:
        path = self._earcons / f"{earcon.name}.wav"
        try:
            return EarconClip(path, earcon.name, len(read_earcon(path)) // 2)
        except SoundUnavailable as error:
            self._warnings.append(f"{error}; its built-in melody sounds instead")
        return MemoryClip(tones.samples(earcon.name if earcon.name in tones.MELODIES else "beep"))

    # The folder

    def _ready_folder(self) -> None:
        try:
            cache.ready_folder(self._folder)
        except StorageError as error:
            self._use_temporary(str(error))

    def _use_temporary(self, why: str) -> bool:
        """Keep this session's speech in a temporary folder; False if there already is one, or none can be made."""
        if self._temporary is not None:
            return False
        try:
            self._temporary = tempfile.TemporaryDirectory(prefix="coach-voice-", ignore_cleanup_errors=True)
        except OSError:
            self._warnings.append(f"the voice cache {why}; there is no room for a temporary one either")
            return False
        self._folder = Path(self._temporary.name)
        self._warnings.append(f"the voice cache {why}; speech is kept for this session only")
        return True

    def _tidy(self) -> None:
        keep = [self._folder / name for name in self._files.values()]
        try:
            cache.prune(self._folder, keep, self._limit)
        except OSError as error:
            self._warnings.append(f"the voice cache cannot be tidied: {error.strerror}")

    # Receipts: what a child answered before, so that it need not run again

    def _receipt(self, speeches: Sequence[Speech]) -> Path:
        parts: list[object] = [cache.SHAPE, self._language, self._voice, self._voice_name, self._rate]
        parts += [_installed(name) for name in _ENGINES]
        for pack in sorted((shipped("sounds") / "voices").glob("*/pack.zip")):
            found = pack.stat()
            parts += [found.st_size, found.st_mtime_ns]
        parts += [speech.clauses for speech in speeches]
        return self._folder / (hashlib.sha256(repr(parts).encode()).hexdigest()[:32] + ".json")

    def _from_receipt(
        self, speeches: Sequence[Speech], progress: Callable[[int, int], None] | None
    ) -> PrepareReport | None:
        try:
            receipt: dict[str, Any] = json.loads(self._receipt(speeches).read_text(encoding="utf-8"))
            files = [str(name) for name in receipt["files"]]
            voice = str(receipt["voice"])
            stand_ins = [str(text) for text in receipt["stand_ins"]]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if len(files) != len(speeches):
            return None
        for speech, name in zip(speeches, files, strict=True):
            if not self._adopt(speech, name):
                return None
        if progress is not None:
            progress(len(speeches), len(speeches))
        return PrepareReport(voice, 0, len(speeches), (), (*self._warnings, *stand_ins))

    def _adopt(self, speech: Speech, name: str) -> bool:
        """Take the file for ``speech`` if it is whole."""
        pcm = cache.read(self._folder / name)
        if not pcm:
            return False
        self._clips[speech] = CachedClip(self._folder / name, len(pcm) // 2)
        self._files[speech] = name
        return True

    # The child

    def _from_child(self, speeches: Sequence[Speech], progress: Callable[[int, int], None] | None) -> PrepareReport:
        outcome = self._run_child(speeches, progress)
        if outcome.storage and self._use_temporary(outcome.storage):
            outcome = self._run_child(speeches, progress)
        if outcome.storage:
            self._warnings.append(f"speech cannot be kept ({outcome.storage})")
        missing = tuple(speech.text for speech in speeches if speech not in self._clips)
        if missing and outcome.voice is None and not outcome.failure:
            self._warnings.append(f"no voice here speaks '{self._language}': only earcons and beeps sound")
        if outcome.failure:
            self._warnings.append(f"{outcome.failure}: {len(missing)} of {len(speeches)} phrases are left out")
        elif missing and outcome.voice is not None:
            self._warnings.append(f"no voice can say '{missing[0]}' ({len(missing)} of {len(speeches)} left out)")
        if not self._warnings and not outcome.warnings and not missing:
            self._write_receipt(speeches, outcome)
        warnings = (*self._warnings, *outcome.stand_ins, *outcome.warnings)
        voice = outcome.voice or "beeps"
        return PrepareReport(voice, outcome.rendered, outcome.cached, missing, warnings)

    def _run_child(self, speeches: Sequence[Speech], progress: Callable[[int, int], None] | None) -> "_Outcome":
        outcome = _Outcome()
        request = {
            "op": "render",
            "language": self._language,
            "voice": self._voice,
            "voice_name": self._voice_name,
            "rate": self._rate,
            "folder": str(self._folder),
            "speeches": [speech.clauses for speech in speeches],
        }
        done = 0
        try:
            with closing(self._child.lines(request)) as lines:
                for line in lines:
                    outcome.note(line)
                    if "clip" in line and self._adopt(speeches[int(line["clip"])], line["file"]):
                        outcome.cached += bool(line["cached"])
                        outcome.rendered += not line["cached"]
                    if "clip" in line or "failed" in line:
                        done += 1
                        if progress is not None:
                            progress(done, len(speeches))
        except ChildFailed as failure:
            outcome.failure = str(failure)
        return outcome

    def _write_receipt(self, speeches: Sequence[Speech], outcome: "_Outcome") -> None:
        files = [self._files[speech] for speech in speeches]
        content = json.dumps({"voice": outcome.voice or "", "files": files, "stand_ins": outcome.stand_ins})
        try:
            cache.write_atomically(self._receipt(speeches), content.encode())
        except StorageError as error:
            self._warnings.append(f"the voice cache {error}")


class _Outcome:
    """What one run of the child came to."""

    def __init__(self) -> None:
        self.voice: str | None = None
        self.rendered = 0
        self.cached = 0
        self.storage = ""
        self.failure = ""
        self.warnings: list[str] = []  # faults, which may be mended: no receipt is given for them
        self.stand_ins: list[str] = []  # lasts as long as the engines that are installed

    def note(self, line: dict[str, Any]) -> None:
        """Take in one answer. Raises SoundUnavailable if it says so."""
        if "voice" in line:
            self.voice = line["voice"]
        if "warning" in line:
            self.warnings.append(line["warning"])
        if "stand_in" in line:
            self.stand_ins.append(line["stand_in"])
        if "storage" in line:
            self.storage = line["storage"]
        if "error" in line:
            raise SoundUnavailable(line["error"], where=line.get("where"), remedy=line["remedy"])


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
