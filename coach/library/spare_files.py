"""Spare files: what is being written, beside where it will take its place, under a name that only the coach gives.

Whoever writes one holds a lock on it, which the system lets go of however the process ends, by ``kill -9`` too. One
that nobody holds is abandoned, and the next to write into that folder removes it.
"""

import contextlib
import errno
import os
import re
import secrets
import stat
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_HOLDS = sys.platform != "win32"
_NAME = re.compile(r"\.coach-[0-9a-f]{16}\.part")
_TRIES = 10
_ONLY_OWN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # a link or a pipe is not one of ours


def fill_and_put(
    target: Path, fill: Callable[[BinaryIO], object], put: Callable[[Path], object], mode: int = 0o600
) -> None:
    """Have a spare file in the folder of ``target`` filled, and ``put`` where it belongs once all of it is on the disk.

    It has ``mode``, less what the user's umask takes away, from the first byte on. What breaks off leaves nothing of
    it. Raises OSError.
    """
    with _spare(target.parent, mode) as (spare, stream):
        fill(stream)
        stream.flush()
        os.fsync(stream.fileno())
        if not _HOLDS:
            stream.close()  # what is open cannot be renamed there
        put(spare)
        _settle(target.parent)


@contextmanager
def _spare(folder: Path, mode: int) -> Generator[tuple[Path, BinaryIO]]:
    """A new file that nobody takes for an abandoned one."""
    remove_abandoned(folder)
    for _ in range(_TRIES):
        spare = folder / f".coach-{secrets.token_hex(8)}.part"
        handle = os.open(spare, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0), mode)
        with os.fdopen(handle, "w+b") as stream:
            if _hold(handle, waits=True) and not spare.exists():
                continue  # another coach took it for abandoned before it was held
            try:
                yield spare, stream
            finally:
                with contextlib.suppress(OSError):  # on a full disk what is not written yet cannot be, once more
                    stream.close()
                spare.unlink(missing_ok=True)
            return
    raise FileNotFoundError(errno.ENOENT, "What is written there vanishes", str(folder))


def remove_abandoned(folder: Path) -> None:
    """Remove the spare files in ``folder`` that no process writes any more. What cannot be told apart stays."""
    if not _HOLDS:
        return
    with contextlib.suppress(OSError), os.scandir(folder) as found:
        for name in [each.name for each in found if _NAME.fullmatch(each.name)]:
            with contextlib.suppress(OSError):
                _remove_if_abandoned(folder / name)


def _remove_if_abandoned(spare: Path) -> None:
    handle = os.open(spare, os.O_RDWR | _ONLY_OWN)
    try:
        found = os.fstat(handle)
        is_ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid()
        if is_ours and _hold(handle) and _is_at(handle, spare):
            spare.unlink()
    finally:
        os.close(handle)


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat(follow_symlinks=False))
    except FileNotFoundError:
        return False


def _settle(folder: Path) -> None:
    """Have the name reach the disk, too. Where a file system cannot do that, the file is whole all the same."""
    if _HOLDS:
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _hold(handle: int, *, waits: bool = False) -> bool:
    """Whether it is held now, and by nobody else. A file system without locks says no: nothing is removed there."""
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
    except OSError:
        return False
    return True
