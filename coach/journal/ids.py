"""ULIDs that never run backwards."""

import os
from collections.abc import Callable
from datetime import datetime

from ulid import ULID

from coach.clock import NS_PER_MS, Clock

_RANDOM_BYTES = 10


def floor_of(moment: datetime) -> str:
    """The lowest id that may be made at ``moment`` (aware); none is from before 1970."""
    ms = max(0, int(moment.timestamp() * 1000))
    return str(ULID.from_bytes(ms.to_bytes(6, "big") + bytes(_RANDOM_BYTES)))


class UlidSource:
    """Ids that sort in the order they were made, whatever the clock does.

    A machine without a battery-backed clock wakes in the past, and time servers step clocks back. An id is then the
    last one plus one, so order by id stays the order in which things happened.
    """

    def __init__(self, clock: Clock, random: Callable[[int], bytes] = os.urandom) -> None:
        self._clock = clock
        self._random = random
        self._last = 0

    def next(self, floor: str | None = None) -> str:
        """A new id, greater than every id made before and than ``floor``."""
        if floor is not None:
            self._last = max(self._last, int(ULID.from_str(floor)))
        moment = self._clock.utc_now()
        ms = int(moment.timestamp()) * 1000 + moment.microsecond * 1000 // NS_PER_MS
        fresh = int.from_bytes(ms.to_bytes(6, "big") + self._random(_RANDOM_BYTES), "big")
        self._last = max(fresh, self._last + 1)
        return str(ULID.from_int(self._last))
