"""Files of the runner's own are written wholly or not at all."""

import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from coach.errors import StorageError


def write_whole(target: Path, content: str, *, replace: bool = True, mode: int = 0o644) -> None:
    """Write ``content`` to ``target``, making its folder; whoever reads it meanwhile sees the old file or the new one.

    A link stays a link: what it leads to is written. A file that is there keeps its ``mode``.
    Raises FileExistsError if it is there and ``replace`` is not given; StorageError if it cannot be written.
    """
    try:
        if replace:
            target = target.resolve()
            mode = _mode_of(target, mode)
        target.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode()

        def put(spare: Path) -> None:
            spare.chmod(mode)
            _put(spare, target, replace=replace)

        fill_and_put(target, lambda stream: stream.write(data), put)
    except FileExistsError:
        if target.parent.is_dir():
            raise
        raise _unwritable(target, "its folder is a file") from None
    except (OSError, RuntimeError, UnicodeEncodeError) as error:  # RuntimeError: links that lead in a circle
        reason = error.strerror if isinstance(error, OSError) else None
        raise _unwritable(target, reason or str(error)) from None


def fill_and_put(target: Path, fill: Callable[[BinaryIO], object], put: Callable[[Path], object]) -> None:
    """Have a spare file in the folder of ``target`` filled, and ``put`` where it belongs once all of it is on the disk.

    Until then only its owner may read it. What breaks off leaves nothing of it. Raises OSError.
    """
    handle, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=".part", dir=target.parent)
    spare = Path(name)
    try:
        with os.fdopen(handle, "w+b") as stream:
            fill(stream)
            stream.flush()
            os.fsync(stream.fileno())
        put(spare)
    finally:
        spare.unlink(missing_ok=True)


def _mode_of(file: Path, otherwise: int) -> int:
    try:
        return stat.S_IMODE(file.stat().st_mode)
    except FileNotFoundError:
        return otherwise


def _unwritable(target: Path, reason: str) -> StorageError:
    return StorageError(
        f"cannot be written: {reason}",
        where=str(target),
        remedy="check the rights of the folder and the room on the disk",
    )


def _put(spare: Path, target: Path, *, replace: bool) -> None:
    if replace:
        spare.replace(target)
        return
    try:
        # Unlike a rename, a link refuses to replace what is there.
        os.link(spare, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links.
        if target.exists():
            raise FileExistsError(target) from None
        spare.replace(target)
