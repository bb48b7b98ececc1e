"""A recording read again, and held against the session that was planned."""

from datetime import datetime, timedelta
from typing import NamedTuple

from coach.activities.reading import read_file
from coach.coaching import Coaching
from coach.coaching.shortening import shortened
from coach.errors import BadInput
from coach.gate.facts import Run
from coach.history.events import RunRecorded
from coach.history.laps import done_laps
from coach.history.matching.choose import Candidate, choose
from coach.history.matching.gait import Track, track
from coach.history.matching.match import Matched, match
from coach.history.runs import Moment
from coach.journal.originals import Originals
from coach.journal.store import SqliteJournal
from coach.model.activity import Activity
from coach.session.events import SessionCreated

_FRESH = timedelta(hours=36)
"""[P] A session is run on the day it was opened for, or the next."""
_SKEW = timedelta(minutes=10)


class Recorded(NamedTuple):
    """All recordings of one run, the one that tells most first; ``run`` is None where nobody ran in it."""

    id: str
    run: Run | None
    recordings: tuple[tuple[str, RunRecorded], ...]

    @property
    def best(self) -> RunRecorded:
        return self.recordings[0][1]


class Shown(NamedTuple):
    """One of them, read again; ``matched`` is None where it is of no session that was planned."""

    recorded: Recorded
    activity: Activity
    track: Track
    matched: Matched | None


def recorded_runs(coaching: Coaching) -> list[Recorded]:
    """Every activity that was kept, the oldest first."""
    standing = coaching.whole
    runs = {run.id: run for run in standing.runs}
    found = [Recorded(run_id, runs.get(run_id), tuple(kept)) for run_id, kept in standing.recorded.items()]
    return sorted(found, key=lambda each: (each.best.start, each.id))


def recorded_run(wanted: str, coaching: Coaching) -> Recorded:
    """The one whose id ends so, or the last. Raises BadInput."""
    every = recorded_runs(coaching)
    found = (
        every[-1:] if wanted.casefold() == "last" else [e for e in every if wanted and e.id.endswith(wanted.upper())]
    )
    if len(found) != 1:
        what = "no activity was kept yet" if not every else f"{len(found)} activities are called {wanted[:40]!r}"
        raise BadInput(what, remedy="`coach activity list` shows them; `coach import FILE` takes more in")
    return found[0]


def shown(recorded: Recorded, coaching: Coaching, journal: SqliteJournal, originals: Originals) -> Shown:
    """The recording that tells most, against its plan. Raises BadInput, StorageError."""
    kept = recorded.best
    activities = read_file(originals.read(kept.original), kept.original[:12])
    if kept.part >= len(activities):
        raise BadInput("this activity is not in its file any more", remedy="import the file again")
    activity = activities[kept.part]
    made = track(activity)
    return Shown(recorded, activity, made, _matched(recorded, activity, made, coaching, journal))


def _matched(
    recorded: Recorded, activity: Activity, made: Track, coaching: Coaching, journal: SqliteJournal
) -> Matched | None:
    events = [
        (Moment.model_validate({"utc": each.utc, "zone": each.zone}), each.event)
        for each in journal.events(recorded.id)
    ]
    created = events[0][1] if events else None
    if isinstance(created, SessionCreated):
        laps, _ = done_laps(events)
        return match(activity, created.workout, laps=laps, known=made)
    candidate = _opened(coaching, activity.start)
    chosen = None if candidate is None else choose(activity, made, [candidate])
    return None if chosen is None else match(activity, chosen.candidate.workout, known=made)


def _opened(coaching: Coaching, start: datetime) -> Candidate | None:
    """The session that the gate had named last before then, if that was not long ago."""
    found = coaching.decision(start - _FRESH, start + _SKEW)
    if found is None:
        return None
    at, told = found
    name = told.input.stages[told.decision.stage].id
    planned = next((each for each in coaching.plan.planned if each.name == name), None)
    if planned is None or told.decision.session >= len(told.input.stages[told.decision.stage].run_ms):
        return None
    workout = shortened(
        planned.stage.session(told.decision.session), told.decision.cap_ms, coaching.need_profile().pace_s_per_km
    )
    return Candidate(name, workout, f"{name} {planned.stage.title}", at)
