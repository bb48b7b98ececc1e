"""What Garmin's services answer, turned into errors the runner can act on. What they say in words is never shown:
secrets may be in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from coach.clock import Clock
from coach.errors import LoginNeeded, ServiceError

CONNECT = "Garmin Connect"
TIMEOUT_S = 20.0
LARGEST = 64_000_000  # of an answer; a whole day's FIT file is a few
USUAL_WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(days=1)
LOG_IN = "log in: `coach garmin login`"
PERHAPS = ", and may have taken it or not"
LOOK = "look there, or do it again: what is there is not put there twice"


class AskedTooOften(ServiceError):
    """The service wants to be left alone ``until`` then."""

    def __init__(self, what: str, *, remedy: str, until: datetime) -> None:
        super().__init__(what, remedy=remedy)
        self.until = until


class TooLarge(Exception):
    """An answer has no end."""


@dataclass
class LastAnswer:
    """The status and the Retry-After of the last answer; 0 for none."""

    status: int = 0
    after: str = ""

    def forget(self) -> None:
        self.status, self.after = 0, ""


def error_of(
    error: BaseException, last: LastAnswer, clock: Clock, *, writes: bool, name: str = CONNECT, log_in: str = LOG_IN
) -> ServiceError:
    """In words of ours, whatever ``error`` of whatever library it was. ``log_in`` is what mends a login."""
    if isinstance(error, ServiceError):
        return error
    status = last.status if last.status >= 400 else _status_of(error)
    if status:
        return refused(status, last.after, clock, name, log_in)
    kinds = set(_kinds(error))
    perhaps, remedy = (PERHAPS, LOOK) if writes else ("", "check the network, and try again later")
    if "TooLarge" in kinds:
        return ServiceError(f"{name} sends more than can be meant", remedy="try again later")
    if any("SSLError" in kind or "Certificate" in kind for kind in kinds):
        return ServiceError(
            f"the connection to {name} is not safe, so nothing was sent",
            remedy="check date and time of this machine, and the network you are in",
        )
    if kinds & _BROKE_OFF:
        return ServiceError(f"the connection to {name} broke off{perhaps}", remedy=remedy)
    if kinds & _NO_WAY:
        return ServiceError(f"{name} cannot be reached", remedy="check the network, and try again")
    if any("Timeout" in kind for kind in kinds):
        return ServiceError(f"{name} did not answer in {TIMEOUT_S:g} s{perhaps}", remedy=remedy)
    if "ConnectionError" in kinds:
        return ServiceError(f"{name} cannot be reached", remedy="check the network, and try again")
    return not_understood(name, writes=writes)


_BROKE_OFF = {
    "RemoteDisconnected",
    "IncompleteRead",
    "ProtocolError",
    "ChunkedEncodingError",
    "ConnectionResetError",
    "BrokenPipeError",
}
_NO_WAY = {
    "NewConnectionError",
    "NameResolutionError",
    "ConnectionRefusedError",
    "ConnectTimeoutError",
    "ConnectTimeout",
}


def not_understood(name: str = CONNECT, *, writes: bool = False) -> ServiceError:
    """An answer that makes no sense."""
    return ServiceError(
        f"{name} answered in a way the coach does not understand{PERHAPS if writes else ''}",
        remedy=LOOK if writes else "try again later; if it stays so, update the coach",
    )


def refused(status: int, after: str, clock: Clock, name: str = CONNECT, log_in: str = LOG_IN) -> ServiceError:
    """What an HTTP status of 400 and above means."""
    if status == 401:
        return LoginNeeded(f"{name} does not take the login any more (401)", remedy=log_in)
    if status == 403:
        return ServiceError(
            f"{name} refuses this (403)",
            remedy="it may be blocking this network for a while: try again later; if it stays so, " + log_in,
        )
    if status in (427, 429):
        return too_often(after, clock, name, status)
    if status >= 500:
        return ServiceError(f"{name} has trouble of its own ({status})", remedy="try again later")
    return ServiceError(
        f"{name} did not take this ({status})", remedy="update the coach, and report this if it stays so"
    )


def too_often(after: str, clock: Clock, name: str = CONNECT, status: int = 429) -> AskedTooOften:
    """It says when to come again, or it does not: then a quarter of an hour is usual."""
    now = clock.utc_now()
    until = min(max(_when(after, now), now), now + LONGEST_WAIT)
    there = until.astimezone(clock.local_zone())
    when = f"{there:%H:%M}" if there.date() == clock.local_now().date() else f"{there:%Y-%m-%d %H:%M}"
    return AskedTooOften(f"{name} was asked too often ({status})", remedy=f"try again after {when}", until=until)


def _when(after: str, now: datetime) -> datetime:
    if re.fullmatch(r"\d{1,9}", after.strip(), re.ASCII):
        return now + timedelta(seconds=int(after) + 59)  # shown to the minute, and a minute late is no harm
    try:
        told = parsedate_to_datetime(after)
    except ValueError:
        return now + USUAL_WAIT
    return told if told.tzinfo is not None else told.replace(tzinfo=UTC)


_STATUS = re.compile(r"(?:API Error|HTTP)\s*(\d{3})")


def _status_of(error: BaseException) -> int:
    """As far as the library tells it; 0 where it does not."""
    told: Any = getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(told, int) and told >= 400:
        return told
    found = _STATUS.search(str(error))
    return int(found[1]) if found and found[1] >= "400" else 0


def _kinds(error: object, depth: int = 6) -> Iterator[str]:
    """The names of an error's class and of all it came of: libraries wrap each other's."""
    if not isinstance(error, BaseException) or depth == 0:
        return
    for kind in type(error).__mro__[:-3]:  # without Exception, BaseException and object
        yield kind.__name__
    inner = [*error.args, error.__cause__, error.__context__, getattr(error, "reason", None)]
    for each in inner:
        yield from _kinds(each, depth - 1)
