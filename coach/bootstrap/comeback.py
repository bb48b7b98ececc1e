"""Wires the comeback: journal, plans, readiness."""

from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime

from coach import config
from coach.bootstrap import open_journal, the_clock
from coach.clock import Clock
from coach.coaching import Coaching
from coach.config import Folders
from coach.gate.readiness import passed_at
from coach.library.plans import Plan
from coach.library.protocols import resolve_plan
from coach.library.readiness_files import load_criteria
from coach.model.profile import Profile
from coach.model.readiness import ReadinessResult
from coach.ports import Journal


@contextmanager
def open_coaching(places: Folders | None = None, clock: Clock | None = None) -> Generator[Coaching]:
    """The comeback over the runner's journal. Raises StorageError, BadInput."""
    places = places or config.folders()
    clock = clock or the_clock(places)
    with closing(open_journal(places, clock)) as journal:
        yield make_coaching(journal, clock, places)


def make_coaching(journal: Journal, clock: Clock, places: Folders) -> Coaching:
    """The comeback over ``journal``."""

    def plan_of(profile: Profile) -> Plan:
        return resolve_plan(profile, places.workouts)

    return Coaching(journal, clock, plan_of, ReadyByCriteria())


class ReadyByCriteria:
    """When the criteria that are shipped were passed.

    A replay of years asks the same for every run: as long as profile and results stay the same, so does the answer,
    for all results are from before the instant that is asked about.
    """

    def __init__(self) -> None:
        self._last: tuple[Profile, Sequence[ReadinessResult], datetime | None] | None = None

    def __call__(self, profile: Profile, results: Sequence[ReadinessResult], at: datetime) -> datetime | None:
        if self._last is None or self._last[0] != profile or self._last[1] != results:
            self._last = (profile, results, passed_at(load_criteria(), profile, results, at))
        return self._last[2]
