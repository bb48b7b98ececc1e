"""Time zones by name. Their rules are data, as Unicode tables are: no clock is read here."""

from datetime import datetime, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@lru_cache(maxsize=64)
def zone(name: str) -> tzinfo:
    """The rules of an IANA zone, or a fixed offset such as ``+02:00``. Raises ValueError."""
    if name[:1] in "+-":
        try:
            offset = datetime.strptime(name.replace(":", ""), "%z").utcoffset()
        except ValueError:
            offset = None
        if offset is not None:
            return timezone(offset)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise ValueError(f"no such time zone: {name!r}") from None
