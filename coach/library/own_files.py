"""Files of the runner's own are written wholly or not at all."""

import os
import stat
from pathlib import Path

from coach.errors import StorageError
from coach.library.spare_files import fill_and_put


def write_whole(target: Path, content: str, *, replace: bool = True, mode: int = 0o644) -> None:
    """Write ``content`` to ``target``, making its folder; whoever reads it meanwhile sees the old file or the new one.

    A link stays a link: what it leads to is written. A file that is there keeps its rights; a new one has ``mode``,
    less what the user's umask takes away.
    Raises FileExistsError if it is there and ``replace`` is not given; StorageError if it cannot be written.
    """
    try:
        kept = None
        if replace:
            target = target.resolve()
            kept = mode_of(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode()

        def put(spare: Path) -> None:
            if kept is not None:
                spare.chmod(kept)
            put_in_place(spare, target, replace=replace)

        # What others may read afterwards they may not before it has the rights of the file it replaces.
        fill_and_put(target, lambda stream: stream.write(data), put, mode if kept is None else 0o600)
    except FileExistsError:
        if target.parent.is_dir():
            raise
        raise _unwritable(target, "its folder is a file") from None
    except (OSError, RuntimeError, UnicodeEncodeError) as error:  # RuntimeError: links that lead in a circle
        reason = error.strerror if isinstance(error, OSError) else None
        raise _unwritable(target, reason or str(error)) from None


def mode_of(file: Path) -> int | None:
    """Its rights, None if there is no such file. Raises OSError."""
    try:
        return stat.S_IMODE(file.stat().st_mode)
    except FileNotFoundError:
        return None


def _unwritable(target: Path, reason: str) -> StorageError:
    return StorageError(
        f"cannot be written: {reason}",
        where=str(target),
        remedy="check the rights of the folder and the room on the disk",
    )


def put_in_place(spare: Path, target: Path, *, replace: bool) -> None:
    """Let ``spare`` be ``target``. Raises OSError, FileExistsError for one that is there unless it may be replaced."""
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
