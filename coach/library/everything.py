"""Every workout that is shipped: single ones, and the sessions of every protocol with its build phase."""

from collections.abc import Iterator

from coach.library.catalogue import Catalogue
from coach.library.plans import make_plan
from coach.library.protocols import Protocols
from coach.model.workout import Workout
from coach.resources import shipped

_FORMER_M = 30_000
_PACES = (None, 390)
"""With and without a pace the rounds of some protocols differ."""


def every_workout() -> Iterator[Workout]:
    """Raises CoachError if one is broken."""
    own = shipped("workouts") / "none"
    protocols = Protocols(own)
    catalogue = Catalogue(own)
    for name in catalogue.names():
        yield catalogue.resolve(name).workout
    for name in protocols.names():
        for pace in _PACES:
            plan = make_plan(protocols.get(name), protocols.lookup, former_weekly_m=_FORMER_M, pace_s_per_km=pace)
            for stage in plan.stages:
                yield from stage.sessions
