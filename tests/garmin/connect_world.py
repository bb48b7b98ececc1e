"""Garmin Connect as its sync sees it, in memory: what the fake and the HTTP stand-in are made of."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from coach.garmin.connect import Connect, Entry, Json, Listed


@dataclass
class World:
    """A library and a calendar. Like the service it adds fields of its own, and does what is asked twice twice."""

    workouts: dict[int, dict[str, Any]] = field(default_factory=dict)
    entries: dict[int, tuple[int, date]] = field(default_factory=dict)
    next_id: int = 1000

    def new_id(self) -> int:
        self.next_id += 1
        return self.next_id

    def upload(self, workout: Json) -> int:
        number = self.new_id()
        stored = copy.deepcopy(dict(workout))
        self.workouts[number] = {**stored, "workoutId": number, "ownerId": 7, "updatedDate": "2026-03-02T06:00:00.0"}
        return number

    def delete(self, workout: int) -> bool:
        self.entries = {each: entry for each, entry in self.entries.items() if entry[0] != workout}
        return self.workouts.pop(workout, None) is not None

    def schedule(self, workout: int, day: date) -> int:
        number = self.new_id()
        self.entries[number] = (workout, day)
        return number

    def unschedule(self, schedule: int) -> bool:
        return self.entries.pop(schedule, None) is not None

    def month(self, year: int, month: int) -> list[Entry]:
        return [
            Entry(number, workout, day, self.workouts[workout]["workoutName"])
            for number, (workout, day) in self.entries.items()
            if (day.year, day.month) == (year, month)
        ]


class FakeConnect(Connect):
    """The world without a wire. ``before`` and ``after`` are called around every call, and may raise."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.calls: list[str] = []

    def before(self, call: str) -> None:
        self.calls.append(call)

    def after(self, call: str) -> None:
        pass

    def workouts(self) -> Sequence[Listed]:
        self.before("workouts")
        found = [
            Listed(number, told["workoutName"], told.get("description")) for number, told in self.world.workouts.items()
        ]
        self.after("workouts")
        return found

    def workout(self, workout: int) -> Json | None:
        self.before("workout")
        found = copy.deepcopy(self.world.workouts.get(workout))
        self.after("workout")
        return found

    def upload(self, workout: Json) -> int:
        self.before("upload")
        number = self.world.upload(workout)
        self.after("upload")
        return number

    def delete(self, workout: int) -> None:
        self.before("delete")
        self.world.delete(workout)
        self.after("delete")

    def calendar(self, year: int, month: int) -> Sequence[Entry]:
        self.before("calendar")
        found = self.world.month(year, month)
        self.after("calendar")
        return found

    def schedule(self, workout: int, day: date) -> None:
        self.before("schedule")
        self.world.schedule(workout, day)
        self.after("schedule")

    def unschedule(self, schedule: int) -> None:
        self.before("unschedule")
        self.world.unschedule(schedule)
        self.after("unschedule")
