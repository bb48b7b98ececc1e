"""The files that activities came in, as they came: kept by the hash of what is in them, so the same file is one.

They are the runner's own, so nobody else may read them. What we learn to read later can be read again.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from coach.errors import StorageError
from coach.library.own_files import fill_and_put

_DIGEST = re.compile(r"[0-9a-f]{64}")


def digest_of(data: bytes) -> str:
    """SHA-256, in hexadecimal: what a file is kept by."""
    return hashlib.sha256(data).hexdigest()


class Originals:
    """A folder of them, made when the first comes in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, data: bytes) -> str:
        """Have ``data`` on the disk, once, and return its digest. One that was damaged there is mended.

        Raises StorageError; then nothing of it is there.
        """
        digest = digest_of(data)
        target = self._place(digest)
        try:
            if target.exists() and target.read_bytes() == data:
                return digest
            for folder in (self._folder, target.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            fill_and_put(target, lambda stream: stream.write(data), lambda spare: spare.replace(target))
            # The file is on the disk; that it is called so, only when its folder is.
            for folder in (target.parent, self._folder):
                _to_disk(folder)
        except OSError as error:
            raise StorageError(
                f"an activity's file cannot be kept: {(error.strerror or str(error)).lower()}",
                where=str(target),
                remedy="check the rights of the folder and the room on the disk",
            ) from None
        return digest

    def read(self, digest: str) -> bytes:
        """What is kept by it. Raises StorageError where it is not there, or not any more what it was."""
        target = self._place(digest)
        try:
            data = target.read_bytes()
        except FileNotFoundError:
            raise StorageError(
                "this activity's file is not there", where=str(target), remedy="import the file again"
            ) from None
        except OSError as error:
            raise StorageError(
                f"it cannot be read: {(error.strerror or str(error)).lower()}",
                where=str(target),
                remedy="check its rights",
            ) from None
        if digest_of(data) != digest:
            raise StorageError(
                "this activity's file was changed or damaged", where=str(target), remedy="import the file again"
            )
        return data

    def __contains__(self, digest: str) -> bool:
        """Whether there is one; reading it tells whether it is whole."""
        return self._place(digest).is_file()

    def __iter__(self) -> Iterator[str]:
        """The digest of each, in order."""
        for file in sorted(self._folder.glob("??/*")):
            if _DIGEST.fullmatch(file.name) and file.name[:2] == file.parent.name:
                yield file.name

    def _place(self, digest: str) -> Path:
        # A digest may come out of somebody's journal: it must not lead anywhere else.
        if not _DIGEST.fullmatch(digest):
            raise StorageError(f"{digest[:80]!r} is not a SHA-256", remedy="the journal was changed: bring back a copy")
        return self._folder / digest[:2] / digest


def _to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
