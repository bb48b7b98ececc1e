"""What a push to intervals.icu sends: today's session, at its time, under a name of its own."""

import os
from contextlib import closing
from dataclasses import replace
from datetime import datetime

from coach import config
from coach.bootstrap import open_journal, the_clock
from coach.bootstrap.comeback import make_coaching
from coach.bootstrap.exporting import Ready
from coach.config import Folders
from coach.delivery.intervals import SITE, Planned, check_site, is_this_machine
from coach.delivery.keys import KeyChain
from coach.errors import BadInput
from coach.model.sheets import WorkoutSheet
from coach.model.workout import MAX_NAME
from coach.model.zones import zone

INTERVALS = "intervals"
_TRY = "TRY"


def the_site() -> str:
    """intervals.icu, or what stands in for it. Raises BadInput."""
    return check_site(os.environ.get("COACH_INTERVALS_URL") or SITE)


def the_keys(places: Folders | None = None) -> KeyChain:
    """Where the runner's key is kept."""
    return KeyChain(INTERVALS, (places or config.folders()).config)


def check_may_send(site: str, places: Folders | None = None) -> None:
    """Raises BadInput where what was made for trying would get into the runner's own calendar."""
    if (places or config.folders()).scratch is not None and not is_this_machine(site):
        raise BadInput(
            "a scratch journal is for trying, and the calendar is your own",
            where="COACH_SCRATCH",
            remedy="leave it out, or look with --dry-run",
        )


def check_may_find(places: Folders | None = None) -> None:
    """Raises BadInput where what was made for trying would get onto the runner's own watch."""
    if (places or config.folders()).scratch is not None:
        raise BadInput(
            "a scratch journal is for trying, and the watch is your own",
            where="COACH_SCRATCH",
            remedy="leave it out, or name a folder: coach push --usb PATH",
        )


def marked(ready: Ready, places: Folders | None = None) -> Ready:
    """What comes of a scratch journal says so where it goes, in its title and its name."""
    if (places or config.folders()).scratch is None or not isinstance(ready.sheet, WorkoutSheet):
        return ready
    sheet = replace(ready.sheet, title=f"{_TRY} {ready.sheet.title}"[:MAX_NAME])
    return ready._replace(sheet=sheet, stem=f"{_TRY} {ready.stem}")


def planned_session(title: str, text: str, at: datetime | None, places: Folders | None = None) -> Planned:
    """After the same run it is the same session, whenever it is planned for, as in the calendar of ``ics``."""
    places = places or config.folders()
    clock = the_clock(places)
    with closing(open_journal(places, clock)) as journal:
        name = make_coaching(journal, clock, places).session_name()
    start = (at or clock.utc_now()).astimezone(zone(clock.zone_name())).replace(second=0, microsecond=0)
    return Planned(f"walkrun-coach-{name}", title, start, text)
