"""Files that the runner names, such as exports, are written whole or not at all: what breaks off takes no good one's
place. Those that the coach names itself are in ``own_files``."""

import contextlib
import errno
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from coach.errors import BadInput, StorageError
from coach.library.own_files import mode_of, put_in_place
from coach.library.spare_files import fill_and_put


def is_folder(file: Path) -> bool:
    """Whether it is one; False as well where that cannot be seen, which writing then says better."""
    try:
        return file.is_dir()
    except OSError:
        return False


def safe_stem(text: str) -> str:
    """``text`` as a file's name without suffix, in letters that every file system takes; may come to nothing."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.")[:100]


def is_plain_file(file: Path) -> bool:
    """As :func:`is_folder`, for a file."""
    try:
        return file.is_file()
    except OSError:
        return False


def check_suffix(file: Path, what: str, suffix: str) -> None:
    """Raises BadInput for a name by which everybody would take ``what`` for something else than a ``suffix``."""
    if file.suffix and file.suffix.casefold() != suffix.casefold():
        raise BadInput(
            f"{what} writes {suffix}, and this ends in {file.suffix[:20]}",
            where=str(file),
            remedy=f"name it {file.with_suffix(suffix).name[-60:]}, or leave the ending out",
        )


def check_named(file: Path, *, force: bool = False) -> bool:
    """Whether there is one. Raises what writing it would raise, as far as that is known without: see fill_named."""
    if is_folder(file):
        raise BadInput("this is a folder", where=str(file), remedy="name a file in it")
    if is_plain_file(file) and not force:
        raise BadInput("there is such a file already", where=str(file), remedy="name another, or replace it: --force")
    try:
        there = _led_to(file)
        is_there = there.is_file()
        if there.exists() and not is_there:
            _may(there, os.W_OK)
            return False
        with contextlib.suppress(FileNotFoundError):
            there.lstat()  # a name may be too long
        there.parent.stat()
        if not there.parent.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        _may(there.parent, os.W_OK | os.X_OK)
    except OSError as error:
        raise _unwritable(file, error) from None
    return is_there


def _may(place: Path, how: int) -> None:
    if not os.access(place, how):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _led_to(file: Path) -> Path:
    """What is written, so that a link stays one. Raises OSError."""
    try:
        real = file.resolve() if file.is_symlink() else file
    except RuntimeError:  # as Python says it up to 3.12; later ones give the path back
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None
    if real.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return real


def write_named(file: Path, data: Iterable[bytes], *, force: bool = False, private: bool = False) -> None:
    """Write ``data`` as ``file``. ``private``: only its owner may read it; else a file that is there keeps its rights.

    Raises BadInput for a folder, or for a file that exists unless ``force``; StorageError if it cannot be written. Then
    what was there stays.
    """
    fill_named(file, lambda stream: stream.writelines(data), force=force, private=private)


def fill_named(
    file: Path,
    fill: Callable[[BinaryIO], object],
    *,
    force: bool = False,
    private: bool = False,
    check: Callable[[], object] = lambda: None,
) -> None:
    """As :func:`write_named`, of what ``fill`` writes into an empty file that can be read and sought as well.

    ``check`` is called when all of it is there, right before it takes its place; what it raises leaves all as it was.
    """
    check_named(file, force=force)
    try:
        file = _led_to(file)
        if file.exists() and not file.is_file():
            # A pipe or a device (/dev/stdout) is written to, never replaced.
            with file.open("wb") as there:
                copy_filled(fill, there, check)
            return
        kept = mode_of(file)

        def put(spare: Path) -> None:
            if kept is not None and not private:
                with contextlib.suppress(OSError):  # a watch's or a stick's file system knows no rights
                    spare.chmod(kept)
            check()
            put_in_place(spare, file, replace=force)

        # Whom it is not for never reads any of it: a file that exists may have fewer rights than a new one.
        fill_and_put(file, fill, put, 0o600 if private or kept is not None else 0o666)
    except FileExistsError:
        raise BadInput(
            "there is such a file by now", where=str(file), remedy="name another, or replace it: --force"
        ) from None
    except OSError as error:
        raise _unwritable(file, error) from None


def _unwritable(file: Path, error: OSError) -> StorageError:
    return StorageError(
        f"it cannot be written: {(error.strerror or str(error)).lower()}",
        where=str(file),
        remedy="name a file in a folder that exists, can be written and has space",
    )


def copy_filled(
    fill: Callable[[BinaryIO], object], there: BinaryIO, check: Callable[[], object] = lambda: None
) -> None:
    """What ``fill`` writes, into a pipe or the like, in which nothing can be sought; ``check`` as in fill_named.

    Raises OSError.
    """
    with tempfile.TemporaryFile() as spare:
        fill(spare)
        check()
        spare.seek(0)
        shutil.copyfileobj(spare, there)
