"""Reading what is on Garmin Connect, and doing what the plan says, each write read back."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from coach.errors import ServiceError
from coach.garmin.connect import Connect, Entry, Json, Listed
from coach.garmin.shape import Wanted, mark_in, shape_of
from coach.garmin.sync import Action, Delete, Found, Release, Remote, Schedule, Status, Unschedule, Upload

_DATED = re.compile(r"(\d{4}-\d\d-\d\d)$")
_BEHIND = timedelta(days=7)
_PUSH_AGAIN = "look there, and push again in a while: what is there by then is not put there twice"
_TAKE_OFF = "take it off by hand on Garmin Connect, or push again: it is tried again"


def read_remote(connect: Connect, today: date, wanted: Wanted | None, status: Status) -> Remote:
    """The library and the calendar, as far as the plan needs: from a week ago to the month after the session's.

    Raises ServiceError; also where the library lists less than it has, for then the plan would be to put it there anew.
    """
    last = max(today, wanted.day) if wanted is not None else today
    entries: dict[int, Entry] = {}
    for year, month in _months(today - _BEHIND, last):
        entries |= {entry.schedule: entry for entry in connect.calendar(year, month)}
    ahead = {entry.workout for entry in entries.values() if entry.day >= today}
    listed = connect.workouts()
    remembered = status.ahead(today)
    missing = set(remembered) - {each.id for each in listed}
    if hidden := [each for each in sorted(missing) if connect.workout(each) is not None]:
        raise ServiceError(
            f"Garmin Connect's list of workouts is not whole: {len(hidden)} of ours is not in it, and is there",
            remedy="nothing was changed; try again later",
        )
    found = [
        _looked_at(connect, each) if _may_be_ours(each, today, remembered, ahead) else _as_listed(each)
        for each in listed
        if each.id not in status.released
    ]
    return Remote(tuple(each for each in found if each is not None), tuple(entries.values()))


def _may_be_ours(listed: Listed, today: date, remembered: dict[int, date], ahead: set[int]) -> bool:
    """Whether all of it is worth a look: the mark may be cut out of a list, and steps are never in it."""
    mark = mark_in(listed.description)
    if listed.id in remembered or (mark is not None and (mark.day >= today or listed.id in ahead)):
        return True
    dated = _DATED.search(listed.name)
    return listed.description is None and dated is not None and dated[1] >= today.isoformat()


def _as_listed(listed: Listed) -> Found:
    return Found(listed.id, listed.name, mark_in(listed.description))


def _looked_at(connect: Connect, listed: Listed) -> Found | None:
    whole = connect.workout(listed.id)
    if whole is None:  # gone this moment
        return None
    return Found(listed.id, listed.name, mark_in(_description(whole)), shape_of(whole))


def _description(workout: Json) -> str | None:
    said: Any = workout.get("description")
    return said if isinstance(said, str) else None


def _months(first: date, last: date) -> list[tuple[int, int]]:
    """From the month of ``first`` to the one after that of ``last``."""
    start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month
    return [(number // 12, number % 12 + 1) for number in range(start, end + 1)]


class Applying:
    """Does what the plan says. ``keep`` remembers the status after each step that changes it.

    ``check`` is asked right before anything is put there, and raises GateClosed where it may not be; ``again`` waits a
    moment before what was written is looked for a second time.
    """

    def __init__(
        self,
        connect: Connect,
        status: Status,
        *,
        keep: Callable[[Status], None],
        check: Callable[[], None],
        again: Callable[[], None],
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._connect = connect
        self.status = status
        self._keep = keep
        self._check = check
        self._again = again
        self._tell = tell
        self._uploaded: int | None = None

    def apply(self, actions: Sequence[Action]) -> None:
        """Raises ServiceError, after which the next sync mends what is left; GateClosed of ``check``."""
        for action in actions:
            match action:
                case Unschedule():
                    self._unschedule(action.entry)
                case Delete():
                    self._delete(action.workout, action.name)
                    self._remember(self.status.forgetting(action.workout))
                case Release():
                    self._remember(self.status.releasing(action.workout))
                case Upload():
                    self._check()
                    self._uploaded = self._upload(action.wanted)
                case Schedule():
                    self._check()
                    self._schedule(action)
            self._tell(action.words)

    def _remember(self, status: Status) -> None:
        self.status = status
        self._keep(status)

    def _unschedule(self, entry: Entry) -> None:
        self._connect.unschedule(entry.schedule)
        if not self._holds(lambda: entry.schedule not in {each.schedule for each in self._month(entry.day)}):
            raise ServiceError(
                f"Garmin Connect says that {entry.title or 'the session'} is off {entry.day}, and still has it there",
                remedy=_TAKE_OFF,
            )

    def _delete(self, workout: int, name: str) -> None:
        self._connect.delete(workout)
        if not self._holds(lambda: self._connect.workout(workout) is None):
            raise ServiceError(
                f"Garmin Connect says that the workout {name} is deleted, and still has it", remedy=_TAKE_OFF
            )

    def _upload(self, wanted: Wanted) -> int:
        workout = self._connect.upload(wanted.workout)
        self._remember(self.status.remembering(workout, wanted))
        stored: list[Json | None] = []

        def is_there() -> bool:
            stored.append(self._connect.workout(workout))
            return stored[-1] is not None

        if not self._holds(is_there):
            raise ServiceError("Garmin Connect took the session, and does not have it", remedy=_PUSH_AGAIN)
        kept = stored[-1]
        assert kept is not None
        if shape_of(kept) != wanted.shape or mark_in(_description(kept)) != (wanted.day, wanted.shape):
            self._delete(workout, str(wanted.workout.get("workoutName")))
            self._remember(self.status.forgetting(workout))
            raise ServiceError(
                "Garmin Connect holds another session than was sent, so it was taken away again",
                remedy="copy it onto the watch: coach push --usb; and report this",
            )
        return workout

    def _schedule(self, action: Schedule) -> None:
        workout = action.workout if action.workout is not None else self._uploaded
        assert workout is not None, "an upload comes before"
        day = action.wanted.day
        self._connect.schedule(workout, day)
        if not self._holds(lambda: any((each.workout, each.day) == (workout, day) for each in self._month(day))):
            raise ServiceError(
                f"Garmin Connect says that the session is scheduled for {day}, and does not have it there",
                remedy=_PUSH_AGAIN,
            )
        self._remember(self.status.remembering(workout, action.wanted))

    def _month(self, day: date) -> Sequence[Entry]:
        return self._connect.calendar(day.year, day.month)

    def _holds(self, is_so: Callable[[], bool]) -> bool:
        """Now, or a moment later: a service may know what it was told only then."""
        if is_so():
            return True
        self._again()
        return is_so()
