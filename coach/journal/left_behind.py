"""Sessions that were begun and neither finished nor stopped: killed, cut off from power, or still running."""

from typing import NamedTuple

from coach.clock import NS_PER_MS
from coach.model.durations import clock_text
from coach.ports import Journal
from coach.session.events import SessionCreated
from coach.session.fold import fold
from coach.session.state import SessionState


class LeftBehind(NamedTuple):
    """A session that can go on at ``at_ns`` of its clock; ``utc`` is when it was last known to run."""

    session: str
    created: SessionCreated
    state: SessionState
    at_ns: int
    utc: str

    def __str__(self) -> str:
        name = self.created.workout.name or "unnamed"
        position = clock_text(self.at_ns // NS_PER_MS)
        return f"{name}, {position} after its beginning, last seen {self.utc[:16].replace('T', ' ')} UTC"


def find_left_behind(journal: Journal) -> LeftBehind | None:
    """The session whose heartbeat stands, if it is not over. Raises StorageError."""
    beat = journal.heartbeat()
    if beat is None:
        return None
    stored = journal.events(beat.session)
    if not stored or not isinstance(stored[0].event, SessionCreated):
        return None
    state = fold(each.event for each in stored)
    if state.phase.is_over:
        return None
    # Events are written before they are acted on, so the newest may be later than the last beat.
    return LeftBehind(beat.session, stored[0].event, state, max(beat.at_ns, state.at_ns), max(beat.utc, stored[-1].utc))
