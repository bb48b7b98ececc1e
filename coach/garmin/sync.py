"""What is to be done on Garmin Connect so that at most one session of ours lies ahead: a pure plan.

Ours is what carries our mark, or what we remember having put there. Of ours, one that somebody changed is taken off
the days to come once, and then left to whoever changed it. Days that are past and everything else are left alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple, TypeAlias

from coach.garmin.connect import Entry
from coach.garmin.shape import Mark, Wanted


class Found(NamedTuple):
    """A workout of the library. ``shape`` is what it has now, empty where nobody looked."""

    id: int
    name: str
    mark: Mark | None
    shape: str = ""

    @property
    def is_intact(self) -> bool:
        """Whether it is as we made it."""
        return self.mark is not None and self.mark.shape == self.shape


class Remote(NamedTuple):
    """What was read: workouts that may be ours, and the calendar from this month on."""

    workouts: tuple[Found, ...] = ()
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """What we remember of the last sync: workouts of ours with their days, those left to whoever changed them, and the
    title of the session that was put there last."""

    workouts: Mapping[int, date] = field(default_factory=dict[int, date])
    released: frozenset[int] = frozenset()
    title: str = ""

    def remembering(self, workout: int, wanted: Wanted) -> "Status":
        title = str(wanted.workout.get("workoutName") or "")
        return replace(self, workouts={**self.workouts, workout: wanted.day}, title=title)

    def forgetting(self, workout: int) -> "Status":
        return replace(self, workouts={id_: day for id_, day in self.workouts.items() if id_ != workout})

    def releasing(self, workout: int) -> "Status":
        return replace(self.forgetting(workout), released=self.released | {workout})

    def ahead(self, today: date) -> dict[int, date]:
        """What we remember that is not past."""
        return {id_: day for id_, day in self.workouts.items() if day >= today}


class Unschedule(NamedTuple):
    entry: Entry

    @property
    def words(self) -> str:
        return f"take {self.entry.title or 'a session'} off {self.entry.day}"


class Delete(NamedTuple):
    workout: int
    name: str

    @property
    def words(self) -> str:
        return f"delete the workout {self.name}"


class Release(NamedTuple):
    workout: int
    name: str

    @property
    def words(self) -> str:
        return f"leave {self.name} to you: it was changed on Garmin Connect"


class Upload(NamedTuple):
    wanted: Wanted

    @property
    def words(self) -> str:
        return f"upload {self.wanted.workout.get('workoutName')}"


class Schedule(NamedTuple):
    """``workout`` is None for the one that was just uploaded."""

    workout: int | None
    wanted: Wanted

    @property
    def words(self) -> str:
        return f"schedule it for {self.wanted.day}"


Action: TypeAlias = Unschedule | Delete | Release | Upload | Schedule


def plan(wanted: Wanted | None, today: date, remote: Remote, status: Status) -> tuple[Action, ...]:
    """What is to go comes first: a crash on the way leaves too little on the watch, never too much."""
    assert wanted is None or wanted.day >= today
    ours = [
        each
        for each in remote.workouts
        if each.id not in status.released and (each.mark is not None or each.id in status.workouts)
    ]
    known = ({each.id for each in ours} | set(status.workouts)) - status.released
    ahead = [entry for entry in remote.entries if entry.day >= today and entry.workout in known]
    kept, stays = _kept(wanted, ours, ahead)
    actions: list[Action] = [Unschedule(entry) for entry in ahead if entry is not stays]
    behind = {entry.workout for entry in remote.entries if entry.day < today}
    for each in ours:
        if each is kept or _day(each, status) < today:
            continue
        if not each.is_intact:
            actions.append(Release(each.id, each.name))
        elif each.id not in behind:
            actions.append(Delete(each.id, each.name))
    if wanted is None:
        return tuple(actions)
    if kept is None:
        return (*actions, Upload(wanted), Schedule(None, wanted))
    return tuple(actions) if stays is not None else (*actions, Schedule(kept.id, wanted))


def _kept(wanted: Wanted | None, ours: list[Found], ahead: list[Entry]) -> tuple[Found | None, Entry | None]:
    """The workout that is wanted, and its entry on the day: of several, those that came first."""
    if wanted is None:
        return None, None
    right = {each.id: each for each in ours if each.is_intact and each.mark == Mark(wanted.day, wanted.shape)}
    there = [entry for entry in ahead if entry.workout in right and entry.day == wanted.day]
    if there:
        stays = min(there, key=lambda entry: (entry.workout, entry.schedule))
        return right[stays.workout], stays
    return (right[min(right)], None) if right else (None, None)


def _day(found: Found, status: Status) -> date:
    """For which day it was made."""
    return found.mark.day if found.mark is not None else status.workouts[found.id]
