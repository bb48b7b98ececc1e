"""A session of the journal as a sheet for the activity formats."""

import zlib
from collections.abc import Sequence
from datetime import date, timedelta

from coach.coaching import Coaching
from coach.errors import BadInput
from coach.gate.days import local_date
from coach.history.laps import done_laps
from coach.history.runs import Moment, RunFacts
from coach.journal.store import SqliteJournal
from coach.model.sheets import ActivitySheet, Lap, Stop
from coach.model.zones import zone
from coach.session.events import SessionCreated

LAST = "last"


def make_activity(words: Sequence[str], coaching: Coaching, journal: SqliteJournal) -> ActivitySheet:
    """The session meant: the last, that of a day, or the one of an id. Raises BadInput, StorageError."""
    if len(words) > 1:
        raise BadInput("there are several targets", remedy="name one session: last, its day, or its id")
    facts = find_session(words[0] if words else LAST, coaching)
    events = [
        (Moment.model_validate({"utc": each.utc, "zone": each.zone}), each.event)
        for each in journal.events(facts.session)
    ]
    created = events[0][1]
    if not isinstance(created, SessionCreated):
        remedy = "merge the journal it was run with: `coach journal merge FILE`"
        raise BadInput("the beginning of that session is missing", remedy=remedy)
    if created.speed != 1 and not created.scratch:
        raise BadInput("that was a rehearsal at another speed", remedy="name a session that was run")
    laps, stops = done_laps(events)
    if not facts.over:
        raise BadInput("that session is not over", remedy="end it first: `coach run --resume`")
    if not laps:
        raise BadInput("nothing was done in that session", remedy="name another: `coach export csv runs` lists them")
    known = coaching.find_run(facts.session)
    # Where the machine's clock was wrong and its date put right, the whole session moves.
    moved = timedelta() if known is None or facts.start is None else known.start - facts.start
    here = zone(facts.zone)
    start = laps[0].start + moved
    return ActivitySheet(
        workout=created.workout,
        title=f"{_name(created)} {start.astimezone(here):%Y-%m-%d}",
        serial=zlib.crc32(facts.session.encode()) or 1,
        offset=start.astimezone(here).utcoffset() or timedelta(),
        laps=tuple(_moved_lap(lap, moved) for lap in laps),
        stops=tuple(Stop(stop.start + moved, stop.end + moved) for stop in stops),
    )


def _moved_lap(lap: Lap, moved: timedelta) -> Lap:
    return lap._replace(start=lap.start + moved, end=lap.end + moved)


def find_session(wanted: str, coaching: Coaching) -> RunFacts:
    """The session of this id or day, or the last. Raises BadInput."""
    begun = [facts for facts in coaching.runs() if facts.start is not None]
    if not begun:
        raise BadInput("no session was run with the coach yet", remedy="runs told by `coach ran` have no laps")
    if wanted.casefold() == LAST:
        return begun[-1]
    day = _day(wanted)
    found = [facts for facts in begun if facts.session == wanted.upper() or (day and _on(facts, day, coaching))]
    if not found:
        raise BadInput(
            f"no session {'of' if day else 'is called'} {wanted[:40]!r}",
            remedy="say last, a day as 2026-03-02, or an id: `coach export csv runs` lists them",
        )
    if len(found) > 1:
        ids = ", ".join(facts.session for facts in found)
        raise BadInput(f"there were {len(found)} sessions on {wanted}", remedy=f"give an id: {ids}")
    return found[0]


def _on(facts: RunFacts, day: date, coaching: Coaching) -> bool:
    known = coaching.find_run(facts.session)
    start = facts.start if known is None else known.start
    return start is not None and local_date(start, facts.zone) == day


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _name(created: SessionCreated) -> str:
    return created.workout.name or "Run"
