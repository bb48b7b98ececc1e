"""After each decision: what lies ahead on Garmin Connect and is not what is open now goes at once.

Without a login, or with nothing ahead, nothing is loaded and nobody is asked.
"""

import os
from collections.abc import Callable
from datetime import datetime, timedelta

from coach import config
from coach.bootstrap import the_clock
from coach.bootstrap.garmin_files import SITE, is_logged_in
from coach.clock import Clock
from coach.coaching import Today
from coach.config import Folders
from coach.errors import CoachError
from coach.gate.days import local_date

FOLLOWS = "The watch follows at its next sync: until then it shows what it had."
TAKEN_BACK = f"taken back from Garmin Connect. {FOLLOWS}"
_AGAIN = timedelta(minutes=15)
"""How long what went wrong is left alone, by a coach that decides every minute."""


class TakingBack:
    """Called with a decision it gives what is to be done, if anything is; that gives words, and never raises."""

    def __init__(self, places: Folders | None = None, clock: Clock | None = None) -> None:
        self._places = places or config.folders()
        self._clock = clock or the_clock(self._places)
        self._not_before: datetime | None = None

    def __call__(self, found: Today) -> Callable[[], str] | None:
        now = self._clock.utc_now()
        if not is_logged_in(self._places) or (self._not_before is not None and now < self._not_before):
            return None
        try:
            if not self._lies_ahead(found.stage.name if found.is_open else None):
                return None
        except CoachError as error:
            self._not_before = now + _AGAIN
            words = _perhaps(error)
            return lambda: words
        self._not_before = now + _AGAIN  # nor while it is being done
        return self._take_back

    def _lies_ahead(self, stage: str | None) -> bool:
        """Whether, as far as we remember, something lies ahead that is not of ``stage``; None for no stage at all."""
        from coach.bootstrap.garmin import the_status

        if self._places.scratch is not None and not os.environ.get(SITE):
            return False  # what is made for trying minds nothing of what is real
        status = the_status(self._places).load()
        if not status.ahead(local_date(self._clock.utc_now(), self._clock.zone_name())):
            return False
        return stage is None or status.title.rpartition(" ")[0].removeprefix("TRY ") != stage

    def _take_back(self) -> str:
        from coach.bootstrap.garmin import GarminSync

        try:
            sync = GarminSync(self._places, self._clock)
            actions = sync.plan(None)
            sync.apply(actions, lambda: None)
        except CoachError as error:
            return _perhaps(error)
        self._not_before = None
        return f"Today's session is {TAKEN_BACK}" if actions else ""


def _perhaps(error: CoachError) -> str:
    return f"a session may still lie ahead on Garmin Connect: {error.what} — `coach push` tries again"
