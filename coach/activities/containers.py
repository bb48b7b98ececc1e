"""Files in files: zip archives with any number of activities, gzip, and either once within a zip.

Whatever an archive claims is checked before anything of it is read, and what comes out is counted as it comes.
"""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from coach.errors import BadInput, StorageError

MAX_BYTES = 100_000_000
"""Of one activity's file, unpacked; a GPX of a day and a night with all its extensions is half of it."""

MAX_MEMBERS = 20_000
MAX_TOTAL = 4_000_000_000
"""Of all that an archive holds, unpacked. Ten years of a runner are about two."""

MAX_RATIO = 250
"""Unpacked to packed. Tracks of somebody who stood still come to about a hundred, made-up bombs to a thousand."""

_SMALL = 1_000_000  # never a bomb
_MAX_DIRECTORY = 8_000_000
_PIECE = 1 << 18
_ENDINGS = (".fit", ".tcx", ".gpx")
_UNPACK = "unpack it, and import what is in it"
_UNTRUSTED = "no watch or service writes such a file: do not trust it"
_ZIP, _EMPTY_ZIP, _GZIP = b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b"
_STORED_OR_DEFLATED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What the standard library raises of a damaged archive.
_BROKEN = (
    zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, struct.error, EOFError, LookupError, NotImplementedError,
    RuntimeError, ValueError,
)  # fmt: skip


class Member(NamedTuple):
    """One file that may be an activity's: its name, with what it lies in, and how to come by its bytes.

    ``read`` raises BadInput or StorageError; others of the same archive can be read all the same.
    """

    name: str
    read: Callable[[], bytes]


def members_of(source: bytes | Path, name: str) -> Iterator[Member]:
    """Every file in ``source``: itself, or what a zip or gzip file holds. Raises BadInput, StorageError.

    Of a zip file only what is called like an activity is looked at. It stays open until the last member was asked for,
    and a member is read before the next is asked for.
    """
    if isinstance(source, bytes):
        yield from _unpacked(source, name)
        return
    try:
        # A pipe or a device would never end.
        if not source.is_file():
            what = "this is a folder" if source.is_dir() else "there is no such file"
            raise BadInput(what, where=name, remedy="name a FIT, TCX, GPX, gz or zip file")
        with source.open("rb") as stream:
            head = stream.read(4)
            stream.seek(0)
            if head in (_ZIP, _EMPTY_ZIP):
                yield from _members(stream, source.stat().st_size, name, _Budget())
                return
            _check_size(source.stat().st_size, name)
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise StorageError(
            f"it cannot be read: {(error.strerror or str(error)).lower()}", where=name, remedy="check its rights"
        ) from None
    yield from _unpacked(data, name)


class _Budget:
    """What an archive and those in it may still come to."""

    def __init__(self) -> None:
        self._files = MAX_MEMBERS
        self._bytes = MAX_TOTAL

    def take(self, claims: list[zipfile.ZipInfo], name: str) -> None:
        """Raises BadInput where it is not enough."""
        self._files -= len(claims)
        self._bytes -= sum(info.file_size for info in claims)
        if self._files < 0:
            raise BadInput(f"there are more than {MAX_MEMBERS:,} files in it", where=name, remedy=_UNPACK)
        if self._bytes < 0:
            raise BadInput(f"unpacked it claims more than {MAX_TOTAL:,} bytes", where=name, remedy=_UNTRUSTED)


def _unpacked(data: bytes, name: str) -> Iterator[Member]:
    _check_size(len(data), name)
    if data[:4] in (_ZIP, _EMPTY_ZIP):
        yield from _members(io.BytesIO(data), len(data), name, _Budget())
    elif data[:2] == _GZIP:
        yield Member(name, lambda: _gunzip(data, name))
    else:
        yield Member(name, lambda: data)


def _check_size(size: int, name: str) -> None:
    if size > MAX_BYTES:
        raise BadInput(
            f"it has {size:,} bytes; the most an activity may have is {MAX_BYTES:,}",
            where=name,
            remedy="no run is that long: see whether it is the right file",
        )


# --- gzip ----------------------------------------------------------------------------------------------------------


def _gunzip(data: bytes, name: str) -> bytes:
    try:
        # A file below 4 GB ends with its length: what claims too much need not be begun.
        if int.from_bytes(data[-4:], "little") > MAX_BYTES:
            raise BadInput(
                f"it is cut short, or has more than {MAX_BYTES:,} bytes when it is unpacked",
                where=name,
                remedy="export or copy it again",
            )
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            found = _counted(stream, len(data), name)
    except (*_BROKEN, OSError) as error:
        raise _broken(name, error) from None
    if found[:2] == _GZIP or found[:4] == _ZIP:
        raise BadInput("it is packed twice", where=name, remedy=_UNPACK)
    return found


def _counted(stream: BinaryIO | gzip.GzipFile, packed: int, name: str) -> bytes:
    """All of ``stream``, if it stays within bounds."""
    pieces: list[bytes] = []
    size = 0
    while piece := stream.read(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_BYTES:
            _too_large(name)
        if size > _SMALL and size > packed * MAX_RATIO:
            raise BadInput(f"it unpacks to more than {MAX_RATIO} times its size", where=name, remedy=_UNTRUSTED)
    return b"".join(pieces)


def _too_large(name: str) -> None:
    raise BadInput(f"unpacked it has more than {MAX_BYTES:,} bytes", where=name, remedy=_UNTRUSTED)


def _broken(name: str, error: Exception) -> BadInput:
    if isinstance(error, RuntimeError) and "encrypted" in str(error):
        return BadInput("it is locked with a password", where=name, remedy=_UNPACK)
    return BadInput(f"the archive is broken: {error}", where=name, remedy="export or copy it again")


# --- zip -----------------------------------------------------------------------------------------------------------


def _members(stream: BinaryIO, size: int, name: str, budget: _Budget, *, nested: bool = False) -> Iterator[Member]:
    try:
        _check_directory(stream, size, name)
        with zipfile.ZipFile(stream) as archive:
            wanted = [info for info in archive.infolist() if _is_wanted(info, nested)]
            budget.take(wanted, name)
            if not wanted:
                raise BadInput(
                    "there is no FIT, TCX or GPX file in it", where=name, remedy="name the file of an activity"
                )
            for info in wanted:
                yield from _member(archive, info, f"{name}/{_plain(info.filename)}", budget)
    except _BROKEN as error:
        raise _broken(name, error) from None


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, budget: _Budget) -> Iterator[Member]:
    if not info.filename.casefold().endswith(".zip"):
        yield Member(name, lambda: _opened(_extract(archive, info, name), name))
        return
    try:
        inner = _extract(archive, info, name)
        yield from _members(io.BytesIO(inner), len(inner), name, budget, nested=True)
    except BadInput as refused:
        # The others of the outer one can be read all the same.
        yield Member(name, _raiser(refused))


def _raiser(refused: BadInput) -> Callable[[], bytes]:
    def refuse() -> bytes:
        raise refused

    return refuse


def _opened(data: bytes, name: str) -> bytes:
    """As it is, or out of its gzip."""
    if data[:4] in (_ZIP, _EMPTY_ZIP):
        raise BadInput("it is packed twice", where=name, remedy=_UNPACK)
    return _gunzip(data, name) if data[:2] == _GZIP else data


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    if info.compress_type not in _STORED_OR_DEFLATED:
        raise BadInput("it is packed in an uncommon way", where=name, remedy=_UNPACK)
    if info.file_size > MAX_BYTES:
        _too_large(name)
    try:
        with archive.open(info) as stream:
            return _counted(stream, info.compress_size, name)  # pyright: ignore[reportArgumentType]
    except (*_BROKEN, OSError) as error:
        raise _broken(name, error) from None


def _is_wanted(info: zipfile.ZipInfo, nested: bool) -> bool:
    path = info.filename.casefold()
    if path.endswith("/") or path.startswith("__macosx/") or path.rpartition("/")[2].startswith("."):
        return False
    if path.endswith(".zip"):
        return not nested
    return path.removesuffix(".gz").endswith(_ENDINGS)


def _check_directory(stream: BinaryIO, size: int, name: str) -> None:
    """Before the list of what an archive holds is read: it may be long enough to fill the memory."""
    reach = min(size, 22 + 0xFFFF)
    stream.seek(size - reach)
    tail = stream.read(reach)
    stream.seek(0)
    at = tail.rfind(_EMPTY_ZIP)
    if at < 0 or len(tail) - at < 22:
        raise BadInput("the archive is broken: its end is missing", where=name, remedy="export or copy it again")
    count, length = int.from_bytes(tail[at + 10 : at + 12], "little"), int.from_bytes(tail[at + 12 : at + 16], "little")
    if count == 0xFFFF or length > _MAX_DIRECTORY:
        raise BadInput(f"there are more than {MAX_MEMBERS:,} files in it", where=name, remedy=_UNPACK)


def _plain(name: str) -> str:
    """A member's name as it may be shown."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:200]
