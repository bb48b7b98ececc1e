"""The right to be the live coach: a file lock the kernel drops when its holder dies."""

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from coach.clock import NS, NS_PER_MS, Clock
from coach.errors import AlreadyLive, StorageError
from coach.journal.codec import utc_text
from coach.ports import LiveClaim

TAKE_OVER_WAIT_NS = 10 * NS
_POLL_NS = 50 * NS_PER_MS
_LOCK_BYTE = 1 << 30  # beyond the text: Windows locks bytes, and locked ones cannot be read


class Holder(NamedTuple):
    """Who holds a lock, for the words of an error."""

    pid: int
    device: str
    since: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.device}, since {self.since}"


class FileLock:
    """An exclusive lock on a file whose text names the holder. Not re-entrant, not shared between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None

    def acquire(self, holder: Holder) -> bool:
        """Take the lock now or return False. Raises StorageError."""
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
            with contextlib.ExitStack() as unless_held:
                file = unless_held.enter_context(os.fdopen(descriptor, "r+b", buffering=0))
                if not _try_lock(file):
                    return False
                file.truncate(0)
                file.write(json.dumps({"pid": holder.pid, "device": holder.device, "since": holder.since}).encode())
                unless_held.pop_all()
        except OSError as error:
            raise StorageError(
                f"the lock of the live session cannot be taken: {(error.strerror or str(error)).lower()}",
                where=str(self.path),
                remedy="make its folder writable, or name another one with COACH_HOME",
            ) from None
        self._file = file
        return True

    def release(self) -> None:
        """Give it up. Idempotent. The file stays: removing it would race with the next holder."""
        file, self._file = self._file, None
        if file is not None:
            _unlock(file)
            file.close()

    def holder(self) -> Holder | None:
        """Who holds it now; None if it is free. Takes the lock for an instant to find out."""
        try:
            with self.path.open("r+b") as file:
                if _try_lock(file):
                    _unlock(file)
                    return None
                return _read_holder(file)
        except OSError:
            return None  # no file: nobody ever held it


def _read_holder(file: BinaryIO) -> Holder:
    try:
        raw = cast("dict[str, Any]", json.loads(file.read()))
        return Holder(int(raw["pid"]), str(raw["device"]), str(raw["since"]))
    except (ValueError, KeyError, TypeError):
        return Holder(0, "this machine", "just now")  # it is being written at this moment


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _try_lock(file: BinaryIO) -> bool:
        file.seek(_LOCK_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True

    def _unlock(file: BinaryIO) -> None:
        file.seek(_LOCK_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    # flock, not lockf: a POSIX record lock would be lost when any other descriptor of the file is closed.
    def _try_lock(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


class FileClaim(LiveClaim):
    """Holds ``<journal>.live``. A coach that wants to take over holds ``<journal>.wish`` while it waits.

    The wish is a lock as well, so that one whose asker died is nobody's wish any more.
    """

    def __init__(self, live: FileLock, wish: FileLock) -> None:
        self._live = live
        self._wish = wish

    def wanted(self) -> str | None:
        holder = self._wish.holder()
        return None if holder is None else f"{holder.device} (process {holder.pid})"

    def release(self) -> None:
        self._live.release()


def lock_path(journal: Path, name: str) -> Path:
    """The lock ``live`` or ``wish`` of the journal at ``journal``."""
    return journal.with_name(f"{journal.name}.{name}")


def live_holder(journal: Path) -> Holder | None:
    """Who runs the live session of this journal, if anyone does."""
    return FileLock(lock_path(journal, "live")).holder()


def claim_live(journal: Path, clock: Clock, device: str, *, take_over: bool) -> FileClaim:
    """Become the live coach of ``journal``. Raises AlreadyLive or StorageError.

    With ``take_over`` waits up to TAKE_OVER_WAIT_NS for the holder to let go.
    """
    live, wish = FileLock(lock_path(journal, "live")), FileLock(lock_path(journal, "wish"))
    me = Holder(os.getpid(), device, utc_text(clock.utc_now())[:19] + "Z")
    while not live.acquire(me):
        holder = live.holder()
        if holder is None:
            continue  # somebody was only looking who holds it
        if take_over:
            return _take_over(live, wish, me, clock)
        raise AlreadyLive(
            f"a session is already live ({holder})",
            remedy="watch it with `coach follow`, or take it over with `coach run --take-over`",
        )
    return FileClaim(live, wish)


def _take_over(live: FileLock, wish: FileLock, me: Holder, clock: Clock) -> FileClaim:
    deadline = clock.monotonic_ns() + TAKE_OVER_WAIT_NS
    asked = False
    try:
        while clock.monotonic_ns() < deadline:
            asked = asked or wish.acquire(me)  # not at once if the holder is just looking at it
            if live.acquire(me):
                return FileClaim(live, wish)
            clock.sleep_ns(_POLL_NS)
    finally:
        wish.release()
    holder = live.holder()
    raise AlreadyLive(
        f"the live session was not handed over ({holder or 'just ended'})",
        remedy="end that process, then `coach run --resume`"
        if asked
        else "a third coach is taking it over; see `coach follow`",
    )
