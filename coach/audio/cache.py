"""Rendered speech on disk: one WAV file a phrase, named after everything that shaped it.

A file carries its own checksum in a last RIFF chunk (players skip chunks they do not know), so a torn or damaged
file is noticed and rendered again. Files are written beside their place and renamed into it: two coaches may fill
the cache at once.
"""

import hashlib
import os
import shutil
import struct
import tempfile
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from coach.errors import StorageError
from coach.ports import RATE

SHAPE = 1  # raise it when speech is trimmed, levelled or joined differently: old files are then not found again
LIMIT_BYTES = 256 * 1024 * 1024
RESERVE_BYTES = 20 * 1024 * 1024
"""Space that speech leaves free: the journal of the session needs it more."""

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_TAIL = struct.Struct("<4sII")
_DAY_S = 24 * 3600


def key(engine: str, version: str, voice: str, rate: int, clauses: Sequence[str]) -> str:
    """The name, without suffix, of the file that holds ``clauses`` spoken by exactly this voice at ``rate`` percent."""
    parts = (str(SHAPE), engine, version, voice, str(rate), *clauses)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def encode(pcm: bytes) -> bytes:
    """A WAV file of ``pcm`` (48 kHz, mono, signed 16-bit little-endian) that ends in its own checksum."""
    riff = _HEADER.size - 8 + len(pcm) + _TAIL.size
    header = _HEADER.pack(
        b"RIFF", riff, b"WAVE", b"fmt ", 16, 1, 1, RATE, RATE * 2, 2, 16, b"data", len(pcm)
    )  # fmt: PCM, one channel
    body = header + pcm
    return body + _TAIL.pack(b"crc ", 4, zlib.crc32(body))


def decode(content: bytes) -> bytes | None:
    """The samples of a file made by ``encode``; None if it is not whole."""
    end = len(content) - _TAIL.size
    if end <= _HEADER.size:
        return None
    name, size, checksum = _TAIL.unpack_from(content, end)
    if (name, size) != (b"crc ", 4) or checksum != zlib.crc32(content[:end]):
        return None
    return content[_HEADER.size : end]


def read(path: Path) -> bytes | None:
    """The samples in ``path``; None if it is absent, unreadable or damaged."""
    try:
        return decode(path.read_bytes())
    except OSError:
        return None


def write_atomically(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path``, whole or not at all. Raises StorageError."""
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            with suppress(OSError):
                Path(temporary).unlink()
        raise StorageError(
            f"cannot be written: {error.strerror}",
            where=str(path.parent),
            remedy="free some space or check its rights; COACH_HOME moves all folders",
        ) from None


def write_clip(path: Path, content: bytes, reserve_bytes: int = RESERVE_BYTES) -> None:
    """As ``write_atomically``, but also raises StorageError where less than ``reserve_bytes`` would be left free."""
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError:
        free = None  # it cannot be told: writing will
    if free is not None and free - len(content) < reserve_bytes:
        raise StorageError(
            f"cannot be added to: its disk has only {free // 2**20} MB left",
            where=str(path.parent),
            remedy=f"free some space: {reserve_bytes // 2**20} MB are kept for the journal and others",
        )
    write_atomically(path, content)


def ready_folder(folder: Path) -> None:
    """Make ``folder`` and prove that it can be written to. Raises StorageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"cannot be made: {error.strerror}",
            where=str(folder),
            remedy="check the rights of the folder above; COACH_HOME moves all folders",
        ) from None
    probe = folder / f".probe-{os.getpid()}"
    write_atomically(probe, b"\0" * 4096)
    with suppress(OSError):
        probe.unlink()


def prune(folder: Path, keep: Iterable[Path], limit_bytes: int = LIMIT_BYTES) -> int:
    """Remove the files longest unused until ``folder`` holds at most ``limit_bytes``; returns how many went.

    ``keep`` are in use here; they are touched, and another coach's, touched within a day of the newest, stay too.
    """
    kept = {path.name for path in keep}
    files: list[tuple[float, int, Path]] = []
    for path in folder.iterdir():
        with suppress(OSError):  # another coach may have removed it meanwhile
            if path.name in kept:
                os.utime(path)
            found = path.stat()
            files.append((found.st_mtime, found.st_size, path))
    files.sort()
    total = sum(size for _, size, _ in files)
    newest = files[-1][0] if files else 0.0
    removed = 0
    for modified, size, path in files:
        if total <= limit_bytes:
            break
        if path.name in kept or modified > newest - _DAY_S:
            continue
        with suppress(OSError):
            path.unlink()
            removed += 1
        total -= size
    return removed
