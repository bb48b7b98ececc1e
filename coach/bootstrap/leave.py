"""The gate's leave for a live session to begin or to go on. Where there is no profile there is no gate to ask."""

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from coach.clock import Clock
from coach.config import Folders
from coach.errors import GateClosed
from coach.journal.left_behind import LeftBehind
from coach.journal.store import SqliteJournal
from coach.model.workout import Workout

if TYPE_CHECKING:
    from coach.bootstrap import RunOptions
    from coach.coaching import Coaching, Permit  # a session without a profile loads none of it

SAME_RUN = timedelta(hours=2)
"""[P] A session left longer ago is not the same run any more: warm-up, gap and the ratings would be another's."""
START_PATIENCE_S = 5.0
"""So long a journal that another process writes to is waited for: while ready or paused no cue waits."""
REHEARSAL = 2.0
"""From this speed on nobody can run along: it is only heard."""


def has_gate(places: Folders, clock: Clock) -> bool:
    """Whether there is a profile, and so a gate that judges sessions."""
    if not places.journal.exists():
        return False
    with closing(SqliteJournal(places.journal, clock)) as journal:
        return _coaching(journal, clock, places) is not None


def ask_to_begin(options: "RunOptions", workout: Workout | None, places: Folders, clock: Clock) -> "Permit | None":
    """Leave to begin. None where there is nothing to journal: no profile, or a session that never counts.

    A session at life's speed is asked about even if it never counts. Raises GateClosed with its reasons.
    """
    counts = _counts(options.speed, options, places)
    if not (counts or options.speed < REHEARSAL) or not places.journal.exists():
        return None
    with closing(SqliteJournal(places.journal, clock)) as journal:
        coaching = _coaching(journal, clock, places)
        permit = None if coaching is None else coaching.check_run(workout, options.override, options.at)
    return permit if counts else None


def ask_to_start(
    session: str, workout: Workout, speed: float, options: "RunOptions", places: Folders, clock: Clock
) -> None:
    """Leave for a session that waits to start now, journalled if it counts: whatever was told since it was opened
    counts in full, also a profile where there was none.

    Raises GateClosed with its reasons; BadInput, StorageError where the gate cannot be asked.
    """
    counts = _counts(speed, options, places)
    if not (counts or speed < REHEARSAL) or not places.journal.exists():
        return
    with closing(SqliteJournal(places.journal, clock, patience_s=START_PATIENCE_S)) as journal:
        coaching = _coaching(journal, clock, places)
        if coaching is None:
            return
        permit = coaching.check_run(workout, options.override)
        if counts:
            coaching.begin(session, permit)


def ask_to_go_on(left: LeftBehind, journal_path: Path, places: Folders, clock: Clock) -> None:
    """Leave to go on with a session that was begun. Raises GateClosed if a STOP came meanwhile, or it is too long ago.

    What is owed for the session itself, such as its rating, keeps nobody from finishing it.
    """
    if left.created.speed >= REHEARSAL and not left.created.scratch:
        return
    _check_going_on(journal_path, places, clock, clock.utc_now() - datetime.fromisoformat(left.utc))


def ask_to_resume(away: timedelta, speed: float, options: "RunOptions", places: Folders, clock: Clock) -> None:
    """Leave for a live session to go on after a pause, or after the machine stood still, for ``away``: whatever was
    told meanwhile counts.

    Raises GateClosed as :func:`ask_to_go_on`; BadInput, StorageError where the gate cannot be asked.
    """
    if not (_counts(speed, options, places) or speed < REHEARSAL) or not places.journal.exists():
        return
    _check_going_on(places.journal, places, clock, away)


def _check_going_on(journal_path: Path, places: Folders, clock: Clock, ago: timedelta) -> None:
    with closing(SqliteJournal(journal_path, clock, patience_s=START_PATIENCE_S)) as journal:
        coaching = _coaching(journal, clock, places)
        if coaching is None:
            return
        coaching.check_going_on()
    if ago > SAME_RUN:
        raise GateClosed(
            f"that session was left {round(ago / timedelta(hours=1))} hours ago",
            remedy="close it and begin anew with `coach run --new`, if the gate is open",
        )


def _counts(speed: float, options: "RunOptions", places: Folders) -> bool:
    """Whether what is run is a run: not in a journal of its own, and not a rehearsal but where all is for trying."""
    return not options.scratch and (speed == 1 or places.scratch is not None)


def _coaching(journal: SqliteJournal, clock: Clock, places: Folders) -> "Coaching | None":
    if not journal.has_diary():
        return None
    from coach.bootstrap.comeback import make_coaching

    coaching = make_coaching(journal, clock, places)
    return None if coaching.profile is None else coaching
