"""The only reader of time. Everything else is told what time it is."""

import os
import time
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta
from pathlib import Path

NS = 1_000_000_000
NS_PER_MS = 1_000_000


SAME_SIGNAL_NS = NS
"""``timeout``, terminals and service managers send one wish to end as two signals: so close together they are one."""


class Clock(ABC):
    """What the shell needs of time."""

    @abstractmethod
    def monotonic_ns(self) -> int:
        """Nanoseconds on a clock that never jumps; its zero means nothing."""

    def suspended_ns(self) -> int:
        """How long the machine has slept so far while the monotonic clock stood still; 0 where that cannot be told.

        Only its growth means something.
        """
        return 0

    @abstractmethod
    def utc_now(self) -> datetime:
        """The instant, aware, in UTC."""

    @abstractmethod
    def zone_name(self) -> str:
        """The IANA name of the local zone, or a UTC offset such as ``+02:00`` where none is known."""

    @abstractmethod
    def local_now(self) -> datetime:
        """The instant, aware, in the local zone."""

    @abstractmethod
    def sleep_ns(self, ns: int) -> None:
        """Do nothing for ``ns`` nanoseconds. For device threads only; the core never waits."""


# A clock that runs on while the machine sleeps, as time.monotonic does not: Linux has one of its own, and on macOS it
# is the one POSIX calls monotonic. On Windows time.monotonic itself runs on.
_WAKEFUL: int | None = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


class SystemClock(Clock):
    """The machine's clocks."""

    def monotonic_ns(self) -> int:
        return time.monotonic_ns()

    def suspended_ns(self) -> int:
        return 0 if _WAKEFUL is None else max(0, time.clock_gettime_ns(_WAKEFUL) - time.monotonic_ns())

    def utc_now(self) -> datetime:
        return datetime.now(UTC)

    def local_now(self) -> datetime:
        return datetime.now(UTC).astimezone()

    def zone_name(self) -> str:
        named = os.environ.get("TZ", "").lstrip(":")
        if "/" in named and not named.startswith("/"):
            return named
        target = Path("/etc/localtime")
        if target.is_symlink():
            _, found, name = str(target.resolve()).partition("zoneinfo/")
            if found:
                return name
        return self.local_now().strftime("%:z") or "+00:00"

    def sleep_ns(self, ns: int) -> None:
        if ns > 0:
            time.sleep(ns / NS)


class PretendClock(SystemClock):
    """The machine's clocks, but the wall clock shows another time: ``now`` (aware). For scratch journals.

    It stands still there, so that commands typed one after the other at one pretended time find each other's answers;
    for a live session it is ``moving``.
    """

    def __init__(self, now: datetime, *, moving: bool = False) -> None:
        self._now = now.astimezone(UTC)
        self._began_ns = time.monotonic_ns() if moving else None

    def utc_now(self) -> datetime:
        if self._began_ns is None:
            return self._now
        return self._now + timedelta(microseconds=(time.monotonic_ns() - self._began_ns) // 1000)

    def local_now(self) -> datetime:
        return self.utc_now().astimezone()
