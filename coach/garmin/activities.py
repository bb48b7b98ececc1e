"""Activities from Garmin Connect, and from Garmin's own Personal API, which is official and can only be read."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from coach.clock import Clock
from coach.errors import BadInput, LoginNeeded, ServiceError
from coach.garmin.answers import CONNECT, TIMEOUT_S, LastAnswer, error_of, not_understood
from coach.garmin.client import GarminClient
from coach.garmin.connect import Json
from coach.garmin.web import limited_session, silence
from coach.ports import ActivitySource, FoundActivity

PERSONAL = "Garmin's Personal API"
SITE = "https://personal.connectapi.garmin.com"
NEW_KEY = "make a new key on Garmin's pages, and keep it: `coach garmin key`"
_PAGE = 40  # it asks for no more than 45
_PAGES = 100
_NOT_ON_FOOT = (
    "cycling", "biking", "bmx", "swim", "row", "kayak", "paddl", "sail", "ski", "snowboard", "skat", "golf", "yoga",
    "pilates", "strength", "breath", "driv", "fly", "motor", "surf", "div", "meditat",
)  # fmt: skip


class ConnectActivities(ActivitySource):
    """What the watch sent to Garmin Connect, as it recorded it."""

    def __init__(self, client: GarminClient) -> None:
        self._client = client

    @property
    def about(self) -> str:
        return CONNECT

    def since(self, day: date) -> Iterator[FoundActivity]:
        for number in on_foot(self._client.activity_rows(day)):
            yield FoundActivity(f"garmin-{number}.zip", self._client.original(number))


class PersonalActivities(ActivitySource):
    """By a key that the runner makes there. ``cache`` keeps the day's token; ``site`` may be on this machine."""

    def __init__(
        self, key: Callable[[], str], cache: Path, clock: Clock, site: str = SITE, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._key = key
        self._cache = cache
        self._clock = clock
        self._site = site
        self._timeout_s = timeout_s
        self._last = LastAnswer()
        self._client: Any = None
        self._renew: Callable[[], str] = str

    @property
    def about(self) -> str:
        return PERSONAL

    def since(self, day: date) -> Iterator[FoundActivity]:
        found: dict[int, Json] = {}
        for page in range(_PAGES):
            told = self._ask(
                lambda client, start=page * _PAGE: client.search_activities(start=start, limit=_PAGE, start_date=day)
            )
            rows = _rows(told)
            news = {number: row for row in rows if (number := _number(row)) is not None and number not in found}
            found |= news
            if not news or len(rows) < _PAGE:
                break
        for number in on_foot(found.values()):
            data = self._ask(lambda client, which=number: client.download_activity(which))
            if not isinstance(data, bytes):
                raise not_understood(PERSONAL)
            yield FoundActivity(f"garmin-{number}.zip", data)

    def _ask(self, call: Callable[[Any], Any]) -> Any:
        """Once, and once more with a new token where the old one is taken no more."""
        client = self._open()
        try:
            return self._once(lambda: call(client))
        except LoginNeeded:
            client.update_bearer_token(self._once(self._renew))
            return self._once(lambda: call(client))

    def _once(self, call: Callable[[], Any]) -> Any:
        self._last.forget()
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - of a library that raises anything
            raise self._error(error) from None

    def _error(self, error: Exception) -> ServiceError:
        return error_of(error, self._last, self._clock, writes=False, name=PERSONAL, log_in=NEW_KEY)

    def _open(self) -> Any:
        if self._client is not None:
            return self._client
        if find_spec("garmin_personal_api") is None:
            remedy = "pip install 'walkrun-coach[garmin-api]'"
            if sys.version_info < (3, 12):
                remedy = f"it wants Python 3.12 or newer, then {remedy}"
            raise BadInput(f"{PERSONAL} needs one more package", remedy=remedy)
        silence("garmin_personal_api", "urllib3")
        secret = self._key()
        library: Any = import_module("garmin_personal_api")
        session = limited_session(self._last, self._timeout_s, here=self._site != SITE)
        seconds: Callable[[], float] = lambda: self._clock.utc_now().timestamp()  # noqa: E731 - it wants a callable
        enter = library.PersonalApiAuthenticator(session=session, bearer_token_cache_file=self._cache, clock=seconds)
        enter.base_url = self._site  # whatever the environment says: the key is for this address alone
        self._renew = lambda: enter.obtain_token(secret, force_refresh=True).access_token
        token = self._once(lambda: enter.obtain_token(secret).access_token)
        client = library.GarminPersonalApiClient(token, session=session)
        client.base_url = self._site
        self._client = client
        return client


def on_foot(rows: Iterable[Json]) -> list[int]:
    """Their numbers, the oldest first, but for what was certainly neither run nor walked."""
    kept = [row for row in rows if not any(word in _kind(row) for word in _NOT_ON_FOOT)]
    numbers = {number: str(row.get("startTimeLocal") or "") for row in kept if (number := _number(row)) is not None}
    return sorted(numbers, key=lambda number: (numbers[number], number))


def _kind(row: Json) -> str:
    told: Any = row.get("activityType")
    return str(cast("Json", told).get("typeKey") or "").casefold() if isinstance(told, Mapping) else ""


def _number(row: Json) -> int | None:
    told: Any = row.get("activityId")
    if isinstance(told, str) and told.isascii() and told.isdigit() and len(told) < 19:
        told = int(told)
    return told if isinstance(told, int) and not isinstance(told, bool) and told > 0 else None


def _rows(told: Any) -> list[Json]:
    if told is None:
        return []
    if not isinstance(told, list):
        raise not_understood(PERSONAL)
    return [cast("Json", row) for row in cast("list[Any]", told) if isinstance(row, dict)]
