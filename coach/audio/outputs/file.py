"""What would be heard, written to a WAV file as the clock goes on."""

import os
import struct
from pathlib import Path

from coach.audio.anchor import frames_of
from coach.audio.mixer import BYTES
from coach.audio.outputs.base import Level, OutputGone
from coach.audio.outputs.silent import PacedOutput
from coach.clock import Clock
from coach.ports import RATE

_MAKER = b"walkrun-coach\0"  # an even number of bytes, as RIFF wants
_HEADER_EVERY_FRAMES = RATE
_HEADER_BYTES = 12 + 24 + 12 + 8 + len(_MAKER) + 8


def _header(frames: int) -> bytes:
    data = min(frames * BYTES, 0xFFFFFFFF - _HEADER_BYTES)
    return b"".join(
        (
            struct.pack("<4sI4s", b"RIFF", _HEADER_BYTES - 8 + data, b"WAVE"),
            struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, RATE * BYTES, BYTES, BYTES * 8),
            struct.pack("<4sI4s4sI", b"LIST", 4 + 8 + len(_MAKER), b"INFO", b"ISFT", len(_MAKER)) + _MAKER,
            struct.pack("<4sI", b"data", data),
        )
    )


def is_ours(file: Path) -> bool:
    """Whether this coach wrote ``file``, or it is empty. Raises OSError."""
    with file.open("rb") as stream:
        head = stream.read(_HEADER_BYTES)
    return not head or head[36 : _HEADER_BYTES - 8] == _header(0)[36 : _HEADER_BYTES - 8]


class FileOutput(PacedOutput):
    """A second of the file is a second of the clock. Only what was heard is written: what is dropped never gets there.

    The header is kept up to date every second, so the file is right up to there even after a kill. A file that
    something else wrote is not overwritten. A disk that fills up and is freed again finds it at the right second.
    """

    backend = "file"

    def __init__(self, clock: Clock, path: Path) -> None:
        super().__init__(clock)
        self._path = path
        self.device = str(path)
        self._handle: int | None = None
        self._file_began_ns: int | None = None
        self._stretch = 0  # the file's frame at which the present stretch begins
        self._queued = bytearray()  # not heard yet
        self._heard = 0  # frames of this stretch that are in the file
        self._end = 0  # frames in the file
        self._header_end = 0

    def open(self) -> None:
        if self._handle is not None:
            return
        fresh = self._file_began_ns is None
        try:
            if fresh and self._path.exists() and not is_ours(self._path):
                raise OutputGone(f"{self._path} exists and was not written by this coach")
            flags = os.O_RDWR | os.O_CREAT | (os.O_TRUNC if fresh else 0)
            self._handle = os.open(self._path, flags, 0o644)
            if fresh:
                self._write_at(0, _header(0))
        except OSError as error:
            raise OutputGone(f"{self._path} cannot be written: {error.strerror}") from None

    def level(self) -> Level:
        self._commit()
        return super().level()

    def write(self, block: bytes) -> int:
        frames = super().write(block)
        if not self._queued and not self._heard and self._began_ns is not None:
            if self._file_began_ns is None:
                self._file_began_ns = self._began_ns
            self._stretch = max(self._end, frames_of(self._began_ns - self._file_began_ns))
        self._queued += block
        return frames

    def drop(self) -> None:
        self._commit()
        super().drop()

    def close(self) -> None:
        if self._handle is None:
            return
        try:
            self._commit()
            self._write_header()
        except OutputGone as gone:
            self.note = str(gone)
        self._rest()
        os.close(self._handle)
        self._handle = None

    def _commit(self) -> None:
        """Write what has been heard by now."""
        ready = min(self._played(self._clock.monotonic_ns()) - self._heard, len(self._queued) // BYTES)
        if ready <= 0:
            return
        self._write_at(_HEADER_BYTES + (self._stretch + self._heard) * BYTES, bytes(self._queued[: ready * BYTES]))
        del self._queued[: ready * BYTES]
        self._heard += ready
        self._end = self._stretch + self._heard
        if self._end - self._header_end >= _HEADER_EVERY_FRAMES:
            self._write_header()

    def _write_header(self) -> None:
        self._write_at(0, _header(self._end))
        self._header_end = self._end

    def _write_at(self, offset: int, data: bytes) -> None:
        """Raises OutputGone where the disk takes less than all of it."""
        if self._handle is None:
            raise OutputGone(f"{self._path} is closed")
        try:
            taken = os.pwrite(self._handle, data, offset)
        except OSError as error:
            raise OutputGone(f"{self._path} cannot be written: {error.strerror}") from None
        if taken < len(data):
            raise OutputGone(f"{self._path} cannot be written: no space left")

    def _rest(self) -> None:
        super()._rest()
        self._queued.clear()
        self._heard = 0
