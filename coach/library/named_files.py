"""Files that the runner names, such as exports, are written whole or not at all: what breaks off takes no good one's
place. Those that the coach names itself are in ``own_files``."""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from coach.errors import BadInput, StorageError
from coach.library.own_files import fill_and_put


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


def write_named(file: Path, data: Iterable[bytes], *, force: bool = False, private: bool = False) -> None:
    """Write ``data`` as ``file``. ``private``: only its owner may read it.

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
    if is_folder(file):
        raise BadInput("this is a folder", where=str(file), remedy="name a file in it")
    if is_plain_file(file) and not force:
        raise BadInput("there is such a file already", where=str(file), remedy="name another, or replace it: --force")
    try:
        if file.exists():
            # A pipe or a device (/dev/stdout) is written to, never replaced.
            if not file.is_file():
                with file.open("wb") as there:
                    copy_filled(fill, there, check)
                return
            file = file.resolve()  # through a link, so that the link stays one
        target = file

        def put(spare: Path) -> None:
            if not private:
                with contextlib.suppress(OSError):  # a watch's or a stick's file system knows no rights
                    spare.chmod(0o666 & ~_umask())
            check()
            spare.replace(target)

        fill_and_put(target, fill, put)
    except OSError as error:
        raise StorageError(
            f"it cannot be written: {(error.strerror or str(error)).lower()}",
            where=str(file),
            remedy="name a file in a folder that exists, can be written and has space",
        ) from None


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


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
