"""intervals.icu's calendar, by its API: one session, sent once. A second time it is the same entry, moved."""

import base64
import http.client
import json
import re
import ssl
import urllib.error
import urllib.request
from datetime import datetime
from threading import Thread
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

from coach.errors import BadInput, ServiceError

SITE = "https://intervals.icu"
TIMEOUT_S = 20.0
"""For all of it: the name, the connection, and the whole of the answer, however slowly it trickles in."""
_LARGEST = 1_000_000  # of an answer
_MAKE_A_KEY = "make one on intervals.icu under Settings, Developer Settings, and keep it: "
_SET_KEY = "`coach push --to intervals --set-key`"


class Planned(NamedTuple):
    """A session for the calendar. ``key`` stays the same however often the same session is sent.

    ``start`` is local; ``text`` is what the workout builder reads.
    """

    key: str
    name: str
    start: datetime
    text: str


def check_site(site: str) -> str:
    """Where to send: by TLS, or to this machine. Raises BadInput: a key is not for everybody on the way."""
    try:
        parts = urlsplit(site)
        labels = (parts.hostname or "").removesuffix(".").split(".")
        named = parts.port != 0 and all(0 < len(label) <= 63 for label in labels)
        scheme = parts.scheme if named and re.fullmatch(r"[!-~]+", site) else ""
    except ValueError:  # such as a bracket that is never closed
        scheme = ""
    if scheme == "https" or (scheme == "http" and is_this_machine(site)):
        return site.rstrip("/")
    raise BadInput(f"{site[:60]!r} is no https address", where="COACH_INTERVALS_URL", remedy=f"take {SITE}")


def is_this_machine(site: str) -> bool:
    """Whether what is sent stays here."""
    return urlsplit(site).hostname in ("127.0.0.1", "::1", "localhost")


def send(session: Planned, key: str, site: str = SITE) -> None:
    """Put it into the calendar of the key's owner. Asks once, whatever comes. Raises ServiceError."""
    event = {
        "category": "WORKOUT",
        "type": "Run",
        "start_date_local": f"{session.start:%Y-%m-%dT%H:%M:%S}",
        "name": session.name,
        "description": session.text,
        "external_id": session.key,
    }
    request = urllib.request.Request(
        # Athlete 0 is whoever the key belongs to; an entry with the same external_id is changed, not doubled.
        f"{check_site(site)}/api/v1/athlete/0/events/bulk?upsert=true",
        data=json.dumps([event]).encode(),
        headers={
            "Authorization": "Basic " + base64.b64encode(f"API_KEY:{key}".encode()).decode(),
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "walkrun-coach",
        },
        method="POST",
    )
    # A proxy is for the way out; what stays here goes through none.
    handlers = [urllib.request.ProxyHandler({})] if is_this_machine(site) else []
    ended: list[Exception | None] = []

    def ask() -> None:
        try:
            with urllib.request.build_opener(_Stay, *handlers).open(request, timeout=TIMEOUT_S) as answer:
                _check_answer(answer.read(_LARGEST), session)
            ended.append(None)
        except urllib.error.HTTPError as error:
            with error:
                ended.append(_refused(error))
        except (OSError, http.client.HTTPException) as error:  # URLError is an OSError
            ended.append(_unreachable(error))
        except Exception as error:  # noqa: BLE001 - raised below, on the thread that waits for it
            ended.append(error)

    # What urllib is told holds for each read alone, and not for the look-up of the name: a thread can be left behind.
    asking = Thread(target=ask, name="intervals.icu", daemon=True)
    asking.start()
    asking.join(TIMEOUT_S)
    failure = ended[0] if ended else _unreachable(TimeoutError())
    if failure is not None:
        raise failure


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nobody: the key is for this address alone."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _check_answer(body: bytes, session: Planned) -> None:
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    rows = cast("list[Any]", answer) if isinstance(answer, list) else []
    keys = [cast("dict[str, Any]", row).get("external_id") for row in rows if isinstance(row, dict)]
    if session.key not in keys:
        raise ServiceError(
            "intervals.icu answered, but not that it has the session",
            remedy="look into its calendar; sending again makes no second one",
        )


def _refused(error: urllib.error.HTTPError) -> ServiceError:
    code = error.code
    if code == 401:
        return ServiceError("intervals.icu does not know the key (401)", remedy=_MAKE_A_KEY + _SET_KEY)
    if code == 403:
        return ServiceError("the key may not change the calendar (403)", remedy=_MAKE_A_KEY + _SET_KEY)
    if code == 404:
        return ServiceError(
            "intervals.icu knows no such address (404)",
            remedy="update the coach, or paste what `coach export intervals` gives",
        )
    if code == 429:
        after = error.headers.get("Retry-After", "")
        wait = f"{after} s" if re.fullmatch(r"\d{1,6}", after) else "a quarter of an hour"
        return ServiceError("intervals.icu was asked too often (429)", remedy=f"wait {wait}, then send it once more")
    if code >= 500:
        return ServiceError(f"intervals.icu has trouble of its own ({code})", remedy="send it again later")
    if code < 400:
        return ServiceError(
            f"intervals.icu points to another address ({code}), to which the key is not sent", remedy="update the coach"
        )
    return ServiceError(
        f"intervals.icu did not take the session ({code}{_reason(error)})",
        remedy="paste what `coach export intervals` gives, and report this",
    )


def _reason(error: urllib.error.HTTPError) -> str:
    """What the service says, if it says something short."""
    try:
        said = json.loads(error.read(_LARGEST))
    except (OSError, ValueError, http.client.HTTPException):
        return ""
    if not isinstance(said, dict):
        return ""
    words = cast("dict[str, Any]", said).get("error") or cast("dict[str, Any]", said).get("message")
    text = " ".join(str(words).split())[:120] if words else ""
    return f": {text}" if text.isprintable() and text else ""


def _unreachable(error: OSError | http.client.HTTPException) -> ServiceError:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError):
        return ServiceError(
            f"intervals.icu did not answer within {TIMEOUT_S:g} s, and may have taken the session or not",
            remedy="look into its calendar, or send again: that makes no second one",
        )
    if isinstance(reason, ssl.SSLError):
        return ServiceError(
            "the connection to intervals.icu is not safe, so the key was not sent",
            remedy="check date and time of this machine, and the network you are in",
        )
    if isinstance(reason, http.client.HTTPException | ConnectionResetError | BrokenPipeError):
        return ServiceError(
            "the connection to intervals.icu broke off, and it may have taken the session or not",
            remedy="look into its calendar, or send again: that makes no second one",
        )
    why = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
    return ServiceError(
        f"intervals.icu cannot be reached ({' '.join(why.split()).lower()[:120]})",
        remedy="check the network, and send again",
    )
