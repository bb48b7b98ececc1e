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
REHEARSAL = 2.0
"""From this speed on nobody can run along: it is only heard."""


def ask_to_begin(options: "RunOptions", workout: Workout | None, places: Folders, clock: Clock) -> "Permit | None":
    """Leave to begin. None where there is nothing to journal: no profile, or a session that never counts.

    A session at life's speed is asked about even if it never counts. Raises GateClosed with its reasons.
    """
    counts = not options.scratch and (options.speed == 1 or places.scratch is not None)
    if (not counts and options.speed >= REHEARSAL) or not places.journal.exists():
        return None
    with closing(SqliteJournal(places.journal, clock)) as journal:
        coaching = _coaching(journal, clock, places)
        permit = None if coaching is None else coaching.check_run(workout, options.override, options.at)
    return permit if counts else None


def ask_to_go_on(left: LeftBehind, journal_path: Path, places: Folders, clock: Clock) -> None:
    """Leave to go on with a session that was begun. Raises GateClosed if a STOP came meanwhile, or it is too long ago.

    What is owed for the session itself, such as its rating, keeps nobody from finishing it.
    """
    if left.created.speed >= REHEARSAL and not left.created.scratch:
        return
    with closing(SqliteJournal(journal_path, clock)) as journal:
        coaching = _coaching(journal, clock, places)
        if coaching is None:
            return
        coaching.check_going_on()
        ago = clock.utc_now() - datetime.fromisoformat(left.utc)
    if ago > SAME_RUN:
        raise GateClosed(
            f"that session was left {round(ago / timedelta(hours=1))} hours ago",
            remedy="close it and begin anew with `coach run --new`, if the gate is open",
        )


def enter_gate(
    session: str,
    journal: SqliteJournal,
    clock: Clock,
    places: Folders,
    permit: "Permit | None",
    options: "RunOptions",
) -> None:
    """Ask once more, for what came in while cues were prepared or an hour was waited for, and journal what is said.

    Raises GateClosed. Also where there was no profile before: one may have been told meanwhile.
    """
    if permit is None and options.speed >= REHEARSAL:
        return
    coaching = _coaching(journal, clock, places)
    if coaching is not None and permit is not None:
        coaching.begin(session, coaching.check_run(permit.workout, options.override))
    elif coaching is not None:
        coaching.check_going_on()


def _coaching(journal: SqliteJournal, clock: Clock, places: Folders) -> "Coaching | None":
    if not journal.has_diary():
        return None
    from coach.bootstrap.comeback import make_coaching

    coaching = make_coaching(journal, clock, places)
    return None if coaching.profile is None else coaching
