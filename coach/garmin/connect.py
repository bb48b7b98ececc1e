"""Garmin Connect as the sync needs it: a library of workouts, and a calendar that says on which day they are run."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeAlias

Json: TypeAlias = Mapping[str, Any]


class Listed(NamedTuple):
    """A workout as the library lists it. ``description`` is None where the list does not tell."""

    id: int
    name: str
    description: str | None = None


class Entry(NamedTuple):
    """A workout on a day of the calendar. ``schedule`` is the entry's own id, not the workout's."""

    schedule: int
    workout: int
    day: date
    title: str = ""


class Connect(ABC):
    """Every call asks the service once. All raise ServiceError, and LoginNeeded where it wants a login first."""

    @abstractmethod
    def workouts(self) -> Sequence[Listed]:
        """The whole library."""

    @abstractmethod
    def workout(self, workout: int) -> Json | None:
        """All of one workout, None where there is none of that id."""

    @abstractmethod
    def upload(self, workout: Json) -> int:
        """Put a new workout into the library; its id. Sent twice it is there twice."""

    @abstractmethod
    def delete(self, workout: int) -> None:
        """Take it out of the library. One that is not there is no error."""

    @abstractmethod
    def calendar(self, year: int, month: int) -> Sequence[Entry]:
        """Workouts of that month (1–12), perhaps with days of its neighbours."""

    @abstractmethod
    def schedule(self, workout: int, day: date) -> None:
        """Put it on a day. Done twice it stands there twice."""

    @abstractmethod
    def unschedule(self, schedule: int) -> None:
        """Take an entry off the calendar. One that is not there is no error."""
