"""The only reader of time. Everything else is told what time it is."""

import os
import re
import time
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from coach.errors import BadInput
from coach.model.zones import zone

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
        """The IANA name of the local zone, or a UTC offset such as ``+02:00`` where none is known.

        Where TZ gives rules of its own (``CET-1CEST,M3.5.0,M10.5.0/3``) it is the offset of now, for they have no
        name: times of another season are then off by the hour. Raises BadInput where the runner named a zone that does
        not exist.
        """

    def local_zone(self) -> tzinfo:
        """The rules of that zone: what its offset is depends on the date. Raises BadInput as :meth:`zone_name`."""
        return zone(self.zone_name())

    def local_now(self) -> datetime:
        """The instant, aware, in the local zone. Raises BadInput as :meth:`zone_name`."""
        return self.utc_now().astimezone(self.local_zone())

    def is_unsynchronised(self) -> bool:
        """Whether the wall clock is known to have been set by nothing since the machine was switched on. False where
        that cannot be told."""
        return False

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

    def zone_name(self) -> str:
        told = os.environ.get("TZ")
        if told is not None:
            return _told_zone(told)
        return _local_zone()

    def is_unsynchronised(self) -> bool:
        return never_set(Path("/"))

    def sleep_ns(self, ns: int) -> None:
        if ns > 0:
            time.sleep(ns / NS)


def never_set(root: Path) -> bool:
    """Whether nothing can have told the Linux machine at ``root`` the time since it was switched on.

    Known only where systemd-timesyncd keeps it (its folder is there while it runs), has reached no server (its man page
    promises the file), and there is no clock with a battery: a Raspberry Pi without network. Other keepers of time tell
    nobody cheaply.
    """
    timesync = root / "run/systemd/timesync"
    try:
        has_battery = any((root / "sys/class/rtc").iterdir())
        return not has_battery and timesync.is_dir() and not (timesync / "synchronized").exists()
    except OSError:
        return False


_LOCALTIME = Path("/etc/localtime")
_POSIX_ZONE = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)"
_POSIX_TIME = r"[+-]?\d{1,3}(?::\d{1,2}){0,2}"
_POSIX_DAY = rf",(?:M\d{{1,2}}\.\d\.\d|J?\d{{1,3}})(?:/{_POSIX_TIME})?"
_POSIX_SUMMER = rf"{_POSIX_ZONE}(?:{_POSIX_TIME})?(?:{_POSIX_DAY}{_POSIX_DAY})?"
_POSIX_RULES = re.compile(f"{_POSIX_ZONE}{_POSIX_TIME}(?:{_POSIX_SUMMER})?")
"""What POSIX lets TZ say of a zone: its offset, and when clocks are put forward and back."""


def _local_zone() -> str:
    return _zone_of_file(_LOCALTIME) or _offset_name(time.localtime().tm_gmtoff)


def _told_zone(told: str) -> str:
    """The zone that TZ names: ``Europe/Berlin``, a file of zone rules, ``localtime``, or nothing for UTC; the offset of
    now where it gives rules of its own."""
    name = told.removeprefix(":")
    if name == "localtime":
        return _local_zone()
    if name.startswith("/"):
        name = _zone_of_file(Path(name)) or name
    if not name or _is_zone(name):
        return name or "UTC"
    if _POSIX_RULES.fullmatch(name):
        return _offset_name(time.localtime().tm_gmtoff)
    raise BadInput(
        f"there is no time zone {name[:40]!r}", where="TZ", remedy="set it to a name such as Europe/Berlin, or unset it"
    )


def _zone_of_file(file: Path) -> str | None:
    """The name of the zone whose rules ``file`` is, if it lies (or points) where zones have names."""
    try:
        _, _, name = str(file.resolve()).partition("zoneinfo/")
    except (OSError, RuntimeError):
        return None
    name = name.removeprefix("posix/")
    return name if name and _is_zone(name) else None


def _is_zone(name: str) -> bool:
    try:
        zone(name)
    except ValueError:
        return False
    return True


def _offset_name(seconds: int) -> str:
    minutes = abs(seconds) // 60
    return f"{'-' if seconds < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"


FIRST_YEAR, LAST_YEAR = 1970, 2200
"""What lies outside is a slip of the finger, and some of it no calendar can reckon with."""


_DAY_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?", re.ASCII)


def day_and_time(text: str) -> datetime:
    """``2026-03-02T07:10``, a space for the T, with an offset or without. Raises ValueError, also for a day alone: its
    midnight would be of the day before (docs/gate.md)."""
    if _DAY_AND_TIME.fullmatch(text) is None:
        raise ValueError("not a day and a time")
    return datetime.fromisoformat(text)


def local_instant(wall: datetime, rules: tzinfo, now: datetime | None = None) -> datetime:
    """The instant, in UTC, at which clocks under ``rules`` show ``wall``, unless that has an offset of its own.

    Where the hour comes twice it is the later one, unless that is after ``now``. Raises ValueError, in words, for a
    time that was skipped as clocks were put forward, and for years that are a slip of the finger.
    """
    if not FIRST_YEAR <= wall.year <= LAST_YEAR:
        raise ValueError(f"the year {wall.year} cannot be meant")
    if wall.tzinfo is not None:
        return wall.astimezone(UTC)
    first, second = (wall.replace(tzinfo=rules, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(rules).replace(tzinfo=None, fold=0) != wall.replace(fold=0):
        raise ValueError(f"there was no {wall:%H:%M} on {wall.date()}: clocks were put forward")
    return second if now is None or second <= now else first


class PretendClock(SystemClock):
    """The machine's clocks, but the wall clock shows another time: ``now``, local if it has no zone. For scratch
    journals.

    It stands still there, so that commands typed one after the other at one pretended time find each other's answers;
    for a live session it is ``moving``.
    """

    def __init__(self, now: datetime, *, moving: bool = False) -> None:
        self._now = (now if now.tzinfo is not None else now.replace(tzinfo=self.local_zone())).astimezone(UTC)
        self._began_ns = time.monotonic_ns() if moving else None

    def is_unsynchronised(self) -> bool:
        return False  # it shows the time it was told

    def utc_now(self) -> datetime:
        if self._began_ns is None:
            return self._now
        return self._now + timedelta(microseconds=(time.monotonic_ns() - self._began_ns) // 1000)
