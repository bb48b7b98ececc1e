"""Garmin Connect by `garminconnect`, an unofficial library: the one module that imports it.

It is made to ask once: no retries of the library's, a status and a Retry-After taken from the answer itself, since some
of its versions lose both, and nothing at all while the service wants to be left alone.
"""

import re
import sys
from collections.abc import Callable, Sequence
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from coach.clock import Clock
from coach.errors import BadInput, LoginNeeded, ServiceError
from coach.garmin.answers import (
    CONNECT,
    LOG_IN,
    TIMEOUT_S,
    AskedTooOften,
    LastAnswer,
    error_of,
    not_understood,
)
from coach.garmin.connect import Connect, Entry, Json, Listed
from coach.garmin.login import Patience, enter, take_over_pauses
from coach.garmin.tokens import TokenFile
from coach.garmin.web import limited_session, silence

_PROFILE = "/userprofile-service/socialProfile"
_ACTIVITIES = "/activitylist-service/activities/search/activities"
_PAGE = 100
_PAGES = 50
_ACTIVITY_PAGE = 40
INSTALL = "pip install 'walkrun-coach[garmin]'"


def is_installed() -> bool:
    return find_spec("garminconnect") is not None


def check_site(site: str) -> str:
    """What stands in for Garmin Connect: on this machine only. Raises BadInput."""
    if re.fullmatch(r"http://(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}/?", site):
        return site.rstrip("/")
    raise BadInput(
        f"{site[:60]!r} is not on this machine",
        where="COACH_GARMIN_URL",
        remedy="unset it: a login is for Garmin alone",
    )


class GarminClient(Connect):
    """``site`` stands in for all of Garmin's, None for the service itself."""

    def __init__(self, tokens: TokenFile, clock: Clock, site: str | None = None, timeout_s: float = TIMEOUT_S) -> None:
        self._tokens = tokens
        self._clock = clock
        self._site = site
        self._timeout_s = timeout_s
        self._last = LastAnswer()
        self._api: Any = None
        self._kept = ""

    # The login

    def login(
        self,
        email: str,
        password: str,
        ask_code: Callable[[int], str],
        tell: Callable[[str], None] = lambda _: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> str:
        """Log in, keep the tokens and nothing else; the name it is known by there.

        ``ask_code(n)`` is asked, if Garmin wants one, for the code it sent. May take minutes, which ``tell`` explains.
        Raises LoginNeeded for a wrong password or code, LoginCancelled, ServiceError, StorageError.
        """
        self._check_quiet()
        api = self._make()
        patience = Patience(self._clock, tell, cancelled)
        try:
            enter(api.client, email, password, ask_code, tell, patience, self._clock)
        except AskedTooOften as error:
            self._tokens.keep_quiet(error.until)
            raise
        self._api, self._kept = api, ""
        try:
            return self.name()
        except LoginNeeded:  # the service gave tokens that it does not take
            self._api = None
            raise
        finally:
            if self._api is not None:
                self._keep_tokens()

    def name(self) -> str:
        """Whose login it is. Raises LoginNeeded, ServiceError."""
        found = _object(self._ask(lambda api: api.connectapi(_PROFILE)))
        said = found.get("fullName") or found.get("displayName")
        return " ".join(str(said).split())[:80] if said else "somebody without a name"

    # The library and the calendar

    def workouts(self) -> Sequence[Listed]:
        found: dict[int, Listed] = {}
        for page in range(_PAGES):
            rows = _rows(self._ask(lambda api, start=page * _PAGE: api.get_workouts(start, _PAGE)))
            news = [row for row in rows if _id(row.get("workoutId")) not in {None, *found}]
            for row in news:
                number = _id(row["workoutId"])
                said = row.get("description")
                assert number is not None
                found[number] = Listed(
                    number, str(row.get("workoutName") or ""), said if isinstance(said, str) else None
                )
            if len(rows) < _PAGE or not news:
                return list(found.values())
        raise ServiceError(
            f"{CONNECT} lists more than {_PAGES * _PAGE} workouts", remedy="delete old ones there: connect.garmin.com"
        )

    def workout(self, workout: int) -> Json | None:
        try:
            return _object(self._ask(lambda api: api.get_workout_by_id(workout)))
        except ServiceError:
            if self._last.status == 404:
                return None
            raise

    def upload(self, workout: Json) -> int:
        number = _id(_object(self._ask(lambda api: api.upload_workout(dict(workout)), writes=True)).get("workoutId"))
        if number is None:
            raise not_understood(writes=True)
        return number

    def delete(self, workout: int) -> None:
        self._take_away(lambda api: api.delete_workout(workout))

    def calendar(self, year: int, month: int) -> Sequence[Entry]:
        told = _object(self._ask(lambda api: api.get_scheduled_workouts(year, month))).get("calendarItems")
        if not isinstance(told, list):
            raise not_understood()
        return [entry for row in _rows(cast("object", told)) if (entry := _entry(row)) is not None]

    def schedule(self, workout: int, day: date) -> None:
        self._ask(lambda api: api.schedule_workout(workout, day.isoformat()), writes=True)

    def unschedule(self, schedule: int) -> None:
        self._take_away(lambda api: api.unschedule_workout(schedule))

    def _take_away(self, call: Callable[[Any], Any]) -> None:
        try:
            self._ask(call, writes=True, answers=False)
        except ServiceError:
            if self._last.status != 404:
                raise

    # Activities

    def activity_rows(self, since: date) -> Sequence[Json]:
        """What it lists of activities from ``since`` on, the newest first. Raises ServiceError."""
        found: dict[int, Json] = {}
        for page in range(_PAGES):
            params = {"startDate": since.isoformat(), "start": str(page * _ACTIVITY_PAGE), "limit": str(_ACTIVITY_PAGE)}
            rows = _rows(self._ask(lambda api, asked=params: api.connectapi(_ACTIVITIES, params=asked)))
            told = {number: row for row in rows if (number := _id(row.get("activityId"))) is not None}
            if not set(told) - set(found):
                break
            found |= told
            if len(rows) < _ACTIVITY_PAGE:
                break
        return list(found.values())

    def original(self, activity: int) -> bytes:
        """The zip of what the watch recorded. Raises ServiceError."""
        data = self._ask(lambda api: api.download_activity(str(activity), dl_fmt=api.ActivityDownloadFormat.ORIGINAL))
        if not isinstance(data, bytes) or not data:
            raise not_understood()
        return data

    # One question

    def _ask(self, call: Callable[[Any], Any], *, writes: bool = False, answers: bool = True) -> Any:
        """Ask once. Raises ServiceError in words of ours, whatever the library made of it.

        Where the service ``answers`` with nothing that is needed, what it says may be anything.
        """
        self._check_quiet()
        api = self._open()
        self._last.forget()
        try:
            return call(api)
        except Exception as error:  # noqa: BLE001 - of a library that raises anything
            if not answers and 200 <= self._last.status < 300 and _is_gibberish(error):
                return None
            ours = error_of(error, self._last, self._clock, writes=writes)
            if isinstance(ours, AskedTooOften):
                self._tokens.keep_quiet(ours.until)
            raise ours from None
        finally:
            if self._kept:
                self._keep_tokens()

    def _check_quiet(self) -> None:
        until = self._tokens.quiet_until(self._clock.utc_now())
        if until is not None:
            there = until.astimezone(self._clock.local_zone())
            raise AskedTooOften(
                f"{CONNECT} wants not to be asked for a while, and was not", remedy=f"try again after {there:%H:%M}",
                until=until,
            )  # fmt: skip

    def _open(self) -> Any:
        if self._api is None:
            told = self._tokens.read()
            api = self._make()
            try:
                api.client.loads(told)
            except Exception:  # noqa: BLE001 - of a library that raises anything
                raise LoginNeeded("the login that was kept cannot be understood", remedy=LOG_IN) from None
            self._api, self._kept = api, told
        return self._api

    def _keep_tokens(self) -> None:
        """Garmin gives new ones now and then, and takes the old ones no more."""
        told = str(self._api.client.dumps())
        if told != self._kept:
            self._tokens.write(told)
            self._kept = told

    def _make(self) -> Any:
        if not is_installed():
            raise BadInput("Garmin Connect needs one more package", remedy=INSTALL)
        silence("garminconnect", "urllib3", "curl_cffi")
        library: Any = import_module("garminconnect")
        take_over_pauses(sys.modules)
        api = library.Garmin()
        api.retry_attempts = 0
        client = api.client
        session = limited_session(self._last, self._timeout_s, here=self._site is not None)
        client._api_session = session
        client._fresh_api_session = lambda: session
        _refresh_once(client)
        if self._site is not None:
            _stand_in(client, self._site)
        return api


def _refresh_once(client: Any) -> None:
    """By the machine's clock a token may seem to end soon for ever: where that is wrong, one refresh is enough."""
    refresh, expires = getattr(client, "_refresh_session", None), getattr(client, "_token_expires_soon", None)
    if refresh is None or expires is None:
        return
    done = False

    def refresh_and_note() -> Any:
        nonlocal done
        done = True
        return refresh()

    client._refresh_session = refresh_and_note
    client._token_expires_soon = lambda: not done and expires()


def _stand_in(client: Any, site: str) -> None:
    client._sso = client._connect = client._connectapi = site
    token_url = f"{site}/di-oauth2-service/oauth/token"
    if hasattr(client, "_di_token_url"):
        client._di_token_url = token_url
    else:
        library: Any = import_module("garminconnect.client")
        library.DI_TOKEN_URL = token_url


# What it tells, taken tolerantly: fields come and go


def _object(told: Any) -> Json:
    if not isinstance(told, dict):
        raise not_understood()
    return cast("Json", told)


def _rows(told: Any) -> list[Json]:
    if not isinstance(told, list):
        raise not_understood()
    return [cast("Json", row) for row in cast("list[Any]", told) if isinstance(row, dict)]


def _id(told: Any) -> int | None:
    if isinstance(told, str) and re.fullmatch(r"[0-9]{1,18}", told):
        told = int(told)
    return told if isinstance(told, int) and not isinstance(told, bool) and told > 0 else None


def _entry(row: Json) -> Entry | None:
    schedule, workout = _id(row.get("id")), _id(row.get("workoutId"))
    try:
        day = date.fromisoformat(str(row.get("date"))[:10])
    except ValueError:
        return None
    if schedule is None or workout is None or str(row.get("itemType") or "workout") != "workout":
        return None
    return Entry(schedule, workout, day, str(row.get("title") or ""))


def _is_gibberish(error: Exception) -> bool:
    """Whether it is the answer's text that was not understood, and not the way to it that broke."""
    return isinstance(error, ValueError) and "JSONDecodeError" in {kind.__name__ for kind in type(error).__mro__}
