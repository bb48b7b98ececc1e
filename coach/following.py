"""Watch a session that another process runs: its events from the journal, its position from the heartbeat."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from coach.clock import NS, Clock
from coach.errors import BadInput
from coach.model.timeline import Timeline, compile_timeline
from coach.ports import Heartbeat, Journal, StoredEvent
from coach.session.events import HandedOver, PickedUp, SessionCreated, SessionEvent
from coach.session.fold import apply
from coach.session.picture import Picture
from coach.session.state import SessionState, Snapshot

STALE_NS = 2 * NS
"""A heartbeat older than this means that no coach runs the session now."""

EventListener = Callable[[SessionEvent], None]


def runs_now(journal: Journal, now: datetime) -> bool:
    """Whether a coach runs a session of ``journal``, as far as the heartbeat shows. Raises StorageError."""
    beat = journal.heartbeat()
    return beat is not None and abs(now - datetime.fromisoformat(beat.utc)) <= timedelta(seconds=STALE_NS / NS)


class Follower:
    """Reads, never writes. ``session`` is the id to follow, None for the one that is live.

    Raises BadInput if there is none, StorageError if the journal cannot be read.
    """

    def __init__(
        self, journal: Journal, clock: Clock, session: str | None = None, listeners: Sequence[EventListener] = ()
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._listeners = tuple(listeners)
        self._state = SessionState()
        self._between_coaches = False
        self._last_id: str | None = None
        self._beat: Heartbeat | None = None
        self._beat_seen_ns = 0
        self.session = self._live_session() if session is None else session
        stored = list(journal.events(self.session))
        created = next((one.event for one in stored if isinstance(one.event, SessionCreated)), None)
        if created is None:
            raise BadInput(f"session {self.session} is not in the journal", remedy="`coach run` begins one")
        self._timeline = compile_timeline(created.workout)
        self._speed = created.speed
        self._picture = Picture(self._timeline, self._speed)
        self._take(stored, tell=False)
        self._read_heartbeat()

    def _live_session(self) -> str:
        beat = self._journal.heartbeat()
        if beat is None:
            raise BadInput("no session is live", remedy="`coach run` begins one")
        return beat.session

    @property
    def timeline(self) -> Timeline:
        """The plan."""
        return self._timeline

    @property
    def state(self) -> SessionState:
        """The fold of the events read so far."""
        return self._state

    @property
    def is_over(self) -> bool:
        """Finished or stopped."""
        return self._state.phase.is_over

    @property
    def is_live(self) -> bool:
        """Whether a coach runs it at the moment, as far as the heartbeat shows."""
        return not self.is_over and self._age_ns() <= STALE_NS

    def listen(self, listener: EventListener) -> None:
        """Call ``listener`` with every event read from now on, on the thread that polls."""
        self._listeners = (*self._listeners, listener)

    def poll(self) -> bool:
        """Read what is new and tell it; False once the session is over. Raises StorageError."""
        self._take(self._journal.events(self.session, self._last_id), tell=True)
        self._read_heartbeat()
        return not self.is_over

    def position_ns(self) -> int:
        """Where the session clock stands, as near as the heartbeat tells; it stands still once that is stale."""
        if self._beat is None:
            return self._state.at_ns
        runs = self.is_live and not self._between_coaches
        run_on = round(min(self._age_ns(), STALE_NS) * self._speed) if runs else 0
        return max(self._state.at_ns, self._beat.at_ns + run_on)

    def snapshot(self) -> Snapshot:
        """Where the session stands now. Safe from any thread."""
        return self._picture.at(self._state, self.position_ns())

    def _take(self, stored: Sequence[StoredEvent[SessionEvent]], *, tell: bool) -> None:
        for one in stored:
            self._state = apply(self._state, one.event)
            match one.event:
                case HandedOver():
                    self._between_coaches = True
                case PickedUp():
                    self._between_coaches = False
                case _:
                    pass
            self._last_id = one.id
            if tell:
                for listener in self._listeners:
                    listener(one.event)

    def _read_heartbeat(self) -> None:
        beat = self._journal.heartbeat()
        if beat is None or beat.session != self.session:
            self._beat = None
        elif self._beat is None or beat.utc != self._beat.utc:
            # The wall clock tells how old a beat is when first seen; from then on the monotonic clock does.
            age = self._clock.utc_now() - datetime.fromisoformat(beat.utc)
            self._beat_seen_ns = self._clock.monotonic_ns() - max(0, round(age.total_seconds() * NS))
            self._beat = beat

    def _age_ns(self) -> int:
        if self._beat is None:
            return STALE_NS + 1
        return self._clock.monotonic_ns() - self._beat_seen_ns
