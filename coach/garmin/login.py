"""Logging in by `garminconnect` without hammering: its ways in are tried one after the other, and few of them."""

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from types import ModuleType
from typing import Any

from coach.clock import NS, Clock
from coach.errors import LoginNeeded, ServiceError
from coach.garmin.answers import CONNECT, LastAnswer, error_of, not_understood, refused, too_often

MOST_WAYS = 4
"""How many ways in are tried. The library knows eleven; which of them the service takes changes, and all it counts."""
MOST_CODES = 3
_SLICE_NS = NS // 5
_WAYS = ("_do_mobile_login", "_widget_web_login", "_do_portal_web_login")


class Leave(BaseException):
    """Ends a login for good. No ``Exception``: the library takes each of those for a reason to try its next way."""

    def __init__(self, error: ServiceError) -> None:
        self.error = error


class LoginCancelled(ServiceError):
    """The runner wants no login any more."""

    def __init__(self) -> None:
        super().__init__("the login was cancelled", remedy="nothing was kept; log in again when you like")


class Patience:
    """Waits where the library wants to wait on purpose: through our clock, saying so, and until it is cancelled."""

    def __init__(self, clock: Clock, tell: Callable[[str], None], cancelled: Callable[[], bool]) -> None:
        self._clock = clock
        self._tell = tell
        self._cancelled = cancelled

    def check(self) -> None:
        if self._cancelled():
            raise Leave(LoginCancelled())

    def wait(self, seconds: float) -> None:
        if seconds >= 2:
            self._tell(f"waiting {seconds:.0f} s, as Garmin wants of programs …")
        left = int(seconds * NS)
        while left > 0:
            self.check()
            self._clock.sleep_ns(min(left, _SLICE_NS))
            left -= _SLICE_NS


_PATIENCE: ContextVar[Patience | None] = ContextVar("patience", default=None)


class _Time:
    """In the place of the module ``time`` within the library: its pauses are ours, all the rest is as it was."""

    def __init__(self, module: Any) -> None:
        self._module = module

    def sleep(self, seconds: float) -> None:
        patience = _PATIENCE.get()
        if patience is not None:  # outside a login there is nothing it should wait for: we try nothing twice
            patience.wait(seconds)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def take_over_pauses(modules: dict[str, ModuleType]) -> None:
    """Every module of the library that sleeps does so through us from now on."""
    for name, module in list(modules.items()):
        if name.partition(".")[0] == "garminconnect":
            told: Any = getattr(module, "time", None)
            if isinstance(told, ModuleType) and told.__name__ == "time":
                setattr(module, "time", _Time(told))  # noqa: B010 - of a module that has it


@contextmanager
def patient(patience: Patience) -> Generator[None]:
    """Within, the library's pauses are waited for."""
    token = _PATIENCE.set(patience)
    try:
        yield
    finally:
        _PATIENCE.reset(token)


def guard_ways(client: Any, patience: Patience, tell: Callable[[str], None], clock: Clock) -> None:
    """Have the library leave once the service has had enough, is not there, or is in trouble."""
    tried = 0

    def guarded(way: Callable[..., Any]) -> Callable[..., Any]:
        def once(*arguments: Any) -> Any:
            nonlocal tried
            patience.check()
            tried += 1
            if tried > MOST_WAYS:
                raise Leave(_no_way_in())
            tell(f"asking {CONNECT}{'' if tried == 1 else ', another way'} …")
            try:
                return way(*arguments)
            except Exception as error:
                _leave_if_useless(error, clock)
                raise

        return once

    for name in _WAYS:
        if (way := getattr(client, name, None)) is not None:
            setattr(client, name, guarded(way))
    if (exchange := getattr(client, "_exchange_service_ticket", None)) is not None:

        def establish(ticket: str, sess: Any = None, service_url: str | None = None) -> None:
            """Tokens that can be kept, or none: what else the library knows lasts as long as this process."""
            del sess
            try:
                exchange(ticket, service_url=service_url)
            except Exception as error:  # noqa: BLE001 - of a library that raises anything
                _leave_if_useless(error, clock)
                raise Leave(not_understood()) from None

        client._establish_session = establish


def _leave_if_useless(error: Exception, clock: Clock) -> None:
    """Another way in would not help, and would be one knock more."""
    kind = type(error).__name__
    if kind == "GarminConnectTooManyRequestsError":
        raise Leave(too_often("", clock)) from None
    if kind in ("GarminConnectAuthenticationError", "_MFARequired"):
        return
    if kind == "GarminConnectConnectionError":
        if (found := re.search(r"HTTP (5\d\d)", str(error))) is not None:
            raise Leave(refused(int(found[1]), "", clock)) from None
        return
    raise Leave(error_of(error, LastAnswer(), clock, writes=False)) from None


def enter(
    client: Any,
    email: str,
    password: str,
    ask_code: Callable[[int], str],
    tell: Callable[[str], None],
    patience: Patience,
    clock: Clock,
) -> None:
    """Log in. ``ask_code(n)`` is asked for the code that Garmin sent, the ``n``-th time.

    By the library's client: what is around it would take tokens from wherever ``GARMINTOKENS`` leads.

    Raises LoginNeeded for a wrong password or code, ServiceError.
    """
    try:
        with patient(patience):
            guard_ways(client, patience, tell, clock)
            answer: Any = client.login(email, password, return_on_mfa=True)
            if answer and answer[0] == "needs_mfa":
                _tell_code(client, answer[1], ask_code, tell, patience, clock)
    except Leave as leave:
        raise leave.error from None
    except ServiceError:
        raise
    except Exception as error:  # noqa: BLE001 - of a library that raises anything
        raise _refused_login(error, clock) from None


def _tell_code(
    client: Any,
    state: Any,
    ask_code: Callable[[int], str],
    tell: Callable[[str], None],
    patience: Patience,
    clock: Clock,
) -> None:
    for number in range(1, MOST_CODES + 1):
        code = ask_code(number).strip()
        patience.check()
        try:
            client.resume_login(state, code)
        except Exception as error:  # noqa: BLE001 - of a library that raises anything
            said = str(error)
            if re.search(r"HTTP 42[79]|42[79] in JSON|returned 42[79]", said):
                raise too_often("", clock) from None
            if (found := re.search(r"HTTP (5\d\d)", said)) is not None:
                raise refused(int(found[1]), "", clock) from None
            if type(error).__name__ != "GarminConnectAuthenticationError" or "connection error" in said:
                raise error_of(error, LastAnswer(), clock, writes=False) from None
            if number < MOST_CODES:
                tell("Garmin does not take that code")
        else:
            return
    raise LoginNeeded("Garmin did not take the code", remedy="log in again, with the code of its newest message")


def _refused_login(error: Exception, clock: Clock) -> ServiceError:
    kind, said = type(error).__name__, str(error).casefold()
    if kind == "GarminConnectAuthenticationError" and ("password" in said or "locked" in said or "invalid" in said):
        return LoginNeeded(
            "Garmin does not know this e-mail address with this password",
            remedy="try again; if it stays so, log in on connect.garmin.com first",
        )
    if kind.startswith("GarminConnect"):
        return _no_way_in()
    return error_of(error, LastAnswer(), clock, writes=False)


def _no_way_in() -> ServiceError:
    return ServiceError(
        "Garmin lets no program log in from here now",
        remedy="try again in an hour or from another network; meanwhile: coach push --usb",
    )
