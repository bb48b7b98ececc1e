"""Which run is meant: by its id, by a part of it as lists print it, or by the day a rating is of."""

from collections.abc import Callable, Iterable
from datetime import datetime

from coach.errors import BadInput
from coach.gate.days import waking_date
from coach.gate.facts import Run
from coach.model.zones import zone

RunOf = Callable[[str | None, datetime, str], str]
"""The id of the run that a rating is of, by what it calls the run (None: nothing), its instant and its zone."""

SHOWN = 10
"""So many letters of an id, from its end, are printed."""
_REMEDY = "`coach history` lists them"


def run_called(name: str, runs: Iterable[Run]) -> str:
    """The id of the run whose id is ``name``, or begins or ends with it. Raises BadInput."""
    ids, part = [run.id for run in runs], name.strip().upper()
    found = [name] if name in ids else [each for each in ids if part and (each.startswith(part) or each.endswith(part))]
    if len(found) != 1:
        raise BadInput(f"no one run is called {name[:30]}", remedy=_REMEDY)
    return found[0]


def run_of_day(at: datetime, zone_name: str, runs: Iterable[Run]) -> str:
    """The id of the one run that began before ``at`` on that waking day. Raises BadInput where it is not the only one,
    naming those there are."""
    day = waking_date(at, zone_name)
    found = [run for run in runs if run.start <= at and waking_date(run.start, zone_name) == day]
    if not found:
        raise BadInput(f"no run of {day} is known that it could be of", remedy="tell the run first: `coach ran`")
    if len(found) > 1:
        rules = zone(zone_name)
        named = ", ".join(f"{run.id[-SHOWN:]} ({run.start.astimezone(rules):%H:%M})" for run in found)
        raise BadInput(f"there are several runs of {day}: {named}", remedy="name one of them in the column run")
    return found[0].id
