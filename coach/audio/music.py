"""The runner's own music under the cues of a file, lowered while one sounds. Read and mixed a second at a time."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach.audio.anchor import frames_of
from coach.audio.ducking import AFTER_NS, BEFORE_NS
from coach.audio.track import TAIL_NS, Schedule
from coach.clock import NS_PER_MS
from coach.errors import BadInput
from coach.library.named_files import is_plain_file
from coach.ports import RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEVEL = 0.45
"""Of the music, so that with speech (at most 0.55) over it nothing is cut off."""
_GLIDE = frames_of(100 * NS_PER_MS)
_PLAYS = "MP3, FLAC, OGG or WAV"


class Music:
    """A file as the bed of a track, from its start again whenever it ends. It is read anew for each ``under``."""

    def __init__(self, path: Path, schedule: Schedule, duck_db: int) -> None:
        """Raises BadInput for a file that is no music that can be read here."""
        self._path = path
        self._gains = _gains(schedule, float(10 ** (-duck_db / 20)))
        with self._open() as file:
            self.channels: int = min(2, file.channels)
            try:
                empty = not len(file.read(1))
            except RuntimeError as error:  # what soundfile raises is one
                raise self._unreadable(error) from None
        if empty:
            raise BadInput("there is no sound in it", where=str(path), remedy=f"name another file: {_PLAYS}")

    def under(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Each mono block with the next second of music under it, in the music's own channels."""
        import numpy as np

        music = self._pieces()
        left = np.zeros((0, self.channels), np.float32)
        first = 0
        for block in blocks:
            cues = np.frombuffer(block, "<i2").astype(np.float32)[:, None]
            while len(left) < len(cues):
                left = np.concatenate([left, next(music)])
            bed, left = left[: len(cues)], left[len(cues) :]
            gain = np.interp(np.arange(first, first + len(cues)), *self._gains).astype(np.float32)[:, None]
            mixed = cues + bed * gain * np.float32(32_767)
            yield np.clip(np.rint(mixed), -32_768, 32_767).astype("<i2").tobytes()
            first += len(cues)

    def _pieces(self) -> Iterator["NDArray[Any]"]:
        """The music at our rate, without an end."""
        import numpy as np

        soxr: Any = import_module("soxr")
        with self._open() as file:
            second = min(
                file.samplerate, 4 * RATE
            )  # of its own: 48,000 frames of a slow one are long, and much once turned
            turned = soxr.ResampleStream(file.samplerate, RATE, self.channels, dtype="float32")
            at_start = True
            while True:
                try:
                    piece = file.read(second, dtype="float32", always_2d=True)[:, : self.channels]
                    if not len(piece):
                        if at_start:
                            raise BadInput("it ends at once", where=str(self._path), remedy=f"use {_PLAYS}")
                        file.seek(0)
                    at_start = not len(piece)
                except RuntimeError as error:
                    raise self._unreadable(error) from None
                # Numbers of a float file may be none, and hum on in the filter, or be far louder than loud.
                yield turned.resample_chunk(np.clip(np.nan_to_num(piece), -1, 1))

    def _open(self) -> Any:
        soundfile: Any = import_module("soundfile")
        if not is_plain_file(self._path):
            raise BadInput("there is no such file", where=str(self._path), remedy=f"name one: {_PLAYS}")
        try:
            return soundfile.SoundFile(self._path)
        except RuntimeError as error:
            raise self._unreadable(error) from None

    def _unreadable(self, error: RuntimeError) -> BadInput:
        why = str(getattr(error, "error_string", error)).strip().rstrip(".")
        return BadInput(f"this is no music that can be read ({why})", where=str(self._path), remedy=f"use {_PLAYS}")


def _gains(schedule: Schedule, ducked: float) -> tuple[list[int], list[float]]:
    """Frames and the loudness there; in between it glides."""
    frames, gains = [0], [LEVEL]

    def to(frame: int, gain: float) -> None:
        if frame > frames[-1]:
            frames.append(frame)
            gains.append(gain)

    lowered: list[tuple[int, int]] = []
    for start, end in schedule.spans:
        low, up = start - frames_of(BEFORE_NS), end + frames_of(AFTER_NS)
        if lowered and low - 2 * _GLIDE <= lowered[-1][1]:
            lowered[-1] = (lowered[-1][0], up)
        else:
            lowered.append((low, up))
    for low, up in lowered:
        to(low - _GLIDE, LEVEL)
        to(low, LEVEL * ducked)
        to(up, LEVEL * ducked)
        to(up + _GLIDE, LEVEL)
    to(schedule.frames - frames_of(TAIL_NS), gains[-1])
    to(schedule.frames, 0.0)
    return frames, gains
