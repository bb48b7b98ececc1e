"""The runner's Garmin Connect: where its login and what was put there are kept, and the sync of today's session."""

import json
import os
from collections.abc import Callable, Sequence
from datetime import date, datetime

from coach import config
from coach.bootstrap import the_clock
from coach.bootstrap.garmin_files import SITE, TOKENS, garmin_folder
from coach.clock import NS, Clock
from coach.config import Folders
from coach.errors import BadInput
from coach.garmin.apply import Applying, read_remote
from coach.garmin.client import GarminClient, check_site
from coach.garmin.connect import Connect
from coach.garmin.kept_status import StatusFile
from coach.garmin.shape import wanted_of
from coach.garmin.sync import Action, plan
from coach.garmin.tokens import TokenFile
from coach.gate.days import local_date

_SETTLING_NS = 2 * NS
"""How long a service may take until it knows what it said yes to."""


def the_tokens(places: Folders | None = None) -> TokenFile:
    return TokenFile(garmin_folder(places or config.folders()) / TOKENS)


def the_status(places: Folders | None = None) -> StatusFile:
    return StatusFile(garmin_folder(places or config.folders()) / "sync.json")


def the_client(places: Folders | None = None, clock: Clock | None = None) -> GarminClient:
    """Raises BadInput where what was made for trying would get at the runner's own calendar."""
    places = places or config.folders()
    site = os.environ.get(SITE)
    if places.scratch is not None and not site:
        raise BadInput(
            "a scratch journal is for trying, and Garmin Connect is your own", where="COACH_SCRATCH",
            remedy="leave it out",
        )  # fmt: skip
    return GarminClient(the_tokens(places), clock or the_clock(places), check_site(site) if site else None)


class GarminSync:
    """At most one session of ours ahead on Garmin Connect: the one that is unlocked, or none."""

    def __init__(
        self, places: Folders | None = None, clock: Clock | None = None, connect: Connect | None = None
    ) -> None:
        places = places or config.folders()
        self._clock = clock or the_clock(places)
        self._connect = connect or the_client(places, self._clock)
        self._file = the_status(places)
        self._status = self._file.load()

    @property
    def today(self) -> date:
        return self.day_of(self._clock.utc_now())

    def day_of(self, at: datetime) -> date:
        """The runner's own day of an instant."""
        return local_date(at, self._clock.zone_name())

    def plan(self, workout: bytes | None, day: date | None = None) -> tuple[Action, ...]:
        """What is to be done so that ``workout``, as the exporter made it, is what lies ahead, on ``day``; None for
        nothing at all. Reads what is there. Raises ServiceError."""
        wanted = None if workout is None else wanted_of(json.loads(workout), day or self.today)
        today = self.today if wanted is None else min(self.today, wanted.day)
        return plan(wanted, today, read_remote(self._connect, today, wanted, self._status), self._status)

    def apply(
        self, actions: Sequence[Action], check: Callable[[], None], tell: Callable[[str], None] = lambda _: None
    ) -> None:
        """Do it, ``check`` asked right before anything is put there. Raises ServiceError, StorageError, GateClosed."""

        def again() -> None:
            self._clock.sleep_ns(_SETTLING_NS)

        doing = Applying(self._connect, self._status, keep=self._file.keep, check=check, again=again, tell=tell)
        try:
            doing.apply(actions)
        finally:
            self._status = doing.status
