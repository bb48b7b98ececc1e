"""Events as JSON, and a stored event as one line of an export."""

import json
import re
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, cast, get_args

from pydantic import ValidationError

from coach.ports import AnyStored, StoredEvent
from coach.session.events import SessionEvent

if TYPE_CHECKING:
    from coach.history.events import DiaryEvent

LINE_VERSION = 1
DIARY = ""
"""The session id of what belongs to no session."""
ULID_PATTERN = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_UTC_PATTERN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_TEXT_KEYS = ("id", "session", "utc", "zone", "device")


# Looked up by kind instead of validated through a TypeAdapter of the union: building that takes tens of
# milliseconds, and every start would pay for it.
def _by_kind(union: Any) -> dict[str, Any]:
    return {event_type.model_fields["kind"].default: event_type for event_type in get_args(get_args(union)[0])}


_SESSION_TYPES: dict[str, type[SessionEvent]] = _by_kind(SessionEvent)


@cache
def _diary_types() -> "dict[str, type[DiaryEvent]]":
    from coach.history.events import DiaryEvent  # only where there is a diary

    return _by_kind(DiaryEvent)


def utc_text(moment: datetime) -> str:
    """``moment`` (aware, UTC) as the journal writes it: ISO 8601, microseconds, ``Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond:06d}Z"


def encode_event(event: "SessionEvent | DiaryEvent") -> str:
    """The payload column."""
    return event.model_dump_json()


def decode_event(payload: str) -> "SessionEvent | DiaryEvent":
    """The event in ``payload``. Raises ValueError with words for a person."""
    raw = _parsed(payload)
    if not isinstance(raw, dict):
        raise ValueError("an event must be an object")
    return _validated(cast("dict[str, Any]", raw), payload)


def event_of(raw: dict[str, Any]) -> "SessionEvent | DiaryEvent":
    """The event of a parsed object. Raises ValueError with words for a person."""
    # Through JSON, because validation of Python objects does not take lists for tuples as JSON mode does.
    return _validated(raw, json.dumps(raw))


def _validated(raw: dict[str, Any], text: str) -> "SessionEvent | DiaryEvent":
    kind = raw.get("kind")
    event_type = None
    if isinstance(kind, str):
        event_type = _SESSION_TYPES.get(kind) or _diary_types().get(kind)
    if event_type is None:
        raise ValueError(f"unknown kind of event {kind!r}")
    try:
        return event_type.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"event {kind}: {place}: {first['msg'].lower()}") from None


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise ValueError("nested too deep") from None


def line_of(stored: AnyStored) -> str:
    """One line of an export, without its newline: the same event always gives the same text."""
    raw = {
        "v": LINE_VERSION,
        "id": stored.id,
        "session": stored.session,
        "utc": stored.utc,
        "zone": stored.zone,
        "device": stored.device,
        "event": stored.event.model_dump(mode="json"),
    }
    return json.dumps(raw, ensure_ascii=False, separators=(",", ":"))


def stored_of_line(line: str) -> AnyStored:
    """The stored event of one line of an export. Raises ValueError with words for a person."""
    parsed = _parsed(line)
    if not isinstance(parsed, dict):
        raise ValueError("not a JSON object")
    raw = cast("dict[str, Any]", parsed)
    version = raw.get("v")
    if not isinstance(version, int) or version > LINE_VERSION:
        raise ValueError(f"written in format {version!r}, this coach knows {LINE_VERSION}")
    if set(raw) != {"v", "event", *_TEXT_KEYS}:
        odd = sorted(set(raw) ^ {"v", "event", *_TEXT_KEYS})
        raise ValueError(f"missing or unknown key {odd[0]!r}")
    if not all(isinstance(raw[key], str) for key in _TEXT_KEYS) or not isinstance(raw["event"], dict):
        raise ValueError("a value has the wrong type")
    event = event_of(cast("dict[str, Any]", raw["event"]))
    stored = StoredEvent(raw["id"], raw["session"], raw["utc"], raw["zone"], raw["device"], event)
    check_stored(stored)
    return stored


def check_stored(stored: AnyStored) -> None:
    """Raises ValueError if an id or the time is not in the journal's form, or if it would not read back the same."""
    if not ULID_PATTERN.fullmatch(stored.id):
        raise ValueError(f"id {stored.id!r} is not a ULID")
    of_session = stored.event.kind in _SESSION_TYPES
    if of_session and not ULID_PATTERN.fullmatch(stored.session):
        raise ValueError(f"session {stored.session!r} is not a ULID")
    if not of_session and stored.session != DIARY:
        raise ValueError(f"{stored.event.kind} belongs to the diary, not to a session")
    if not _UTC_PATTERN.fullmatch(stored.utc):
        raise ValueError(f"utc {stored.utc!r} is not a time like 2026-11-23T07:00:00.000000Z")
    try:
        datetime.fromisoformat(stored.utc)
    except ValueError:
        raise ValueError(f"utc {stored.utc!r} is not a time") from None
    if not _reads_back(stored):
        raise ValueError("it has a text or a number that cannot be stored")


def _reads_back(stored: AnyStored) -> bool:
    """Whether it survives being written: JSON can name half a character, and numbers that become infinite."""
    try:
        line_of(stored).encode()
        return decode_event(encode_event(stored.event)) == stored.event
    except ValueError:
        return False
