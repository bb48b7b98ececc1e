"""A session that was lived through, as laps on the wall clock: what an activity file is made of. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from coach.history.runs import Moment
from coach.model.sheets import Lap, Stop
from coach.model.timeline import compile_timeline
from coach.model.workout import Intensity
from coach.session.events import (
    Finished,
    IntervalEntered,
    IntervalLeft,
    PainMarked,
    PainWalkLeft,
    PainWithdrawn,
    Paused,
    PickedUp,
    Resumed,
    SessionCreated,
    SessionEvent,
    Started,
    Stopped,
)


def done_laps(events: Sequence[tuple[Moment, SessionEvent]]) -> tuple[tuple[Lap, ...], tuple[Stop, ...]]:
    """A lap for every interval done, each time it was, and for every walk after a pain mark; and when nothing was done.

    Raises ValueError if the events do not begin with a session's creation.
    """
    walk = _Walk(events)
    for moment, event in events:
        walk.take(moment, event)
    return tuple(walk.laps), tuple(walk.stops)


class _Walk:
    """Through the events of one session, in order.

    Instants are the session clock's, which is exact, laid on the wall clock where the session began; where a coach took
    it on after a crash, laid on it anew, for the session clock stood still meanwhile.
    """

    def __init__(self, events: Sequence[tuple[Moment, SessionEvent]]) -> None:
        created = events[0][1] if events else None
        if not isinstance(created, SessionCreated):
            raise ValueError("it does not begin with its creation")
        self._intervals = compile_timeline(created.workout).intervals
        # In a scratch journal a session counts as if it had been run in its own time.
        self._speed = 1 if created.scratch else created.speed
        self._zero = events[0][0].utc
        self.laps: list[Lap] = []
        self.stops: list[Stop] = []
        self._open: tuple[int | None, datetime, int] | None = None  # interval, since when, what was done of it before
        self._stopped: datetime | None = None

    def take(self, moment: Moment, event: SessionEvent) -> None:
        at_ns = event.at_ns
        match event:
            case Started():
                self._zero = moment.utc - self._session(at_ns)
            case IntervalEntered():
                self._open = (event.index, self._wall(at_ns), event.done_ns)
            case IntervalLeft():
                self._close(at_ns, event.actual_ns)
            case PainMarked():
                self._open = (None, self._wall(at_ns), 0)
            case PainWalkLeft() | PainWithdrawn():
                self._close(at_ns, event.walked_ns)
            case Paused() if self._open is not None:
                self._stopped = self._wall(at_ns)
            case Resumed():
                self._go_on(self._wall(at_ns))
            case PickedUp():
                self._take_on(moment, at_ns)
            case Finished() | Stopped():
                self._go_on(self._wall(at_ns))
                self._open = None
            case _:
                pass

    def _session(self, ns: int) -> timedelta:
        return timedelta(microseconds=round(ns / self._speed / 1000))

    def _wall(self, at_ns: int) -> datetime:
        return self._zero + self._session(at_ns)

    def _take_on(self, moment: Moment, at_ns: int) -> None:
        """Between the instant at which it was left and this one nothing was done."""
        left = self._wall(at_ns)
        now = max(left, moment.utc)  # a clock set back meanwhile makes no time
        self._zero = now - self._session(at_ns)
        if self._open is not None and self._stopped is None and now > left:
            self.stops.append(Stop(left, now))

    def _go_on(self, now: datetime) -> None:
        if self._stopped is not None and now > self._stopped:
            self.stops.append(Stop(self._stopped, now))
        self._stopped = None

    def _close(self, at_ns: int, actual_ns: int) -> None:
        assert self._open is not None, "only what was entered is left"
        index, start, done_before = self._open
        end = self._wall(at_ns)
        if end > start:
            intensity = Intensity.RECOVERY if index is None else self._intervals[index].intensity
            timer = self._session(max(0, actual_ns - done_before))
            self.laps.append(Lap(index, intensity, start, end, min(timer, end - start)))
        self._open = None
