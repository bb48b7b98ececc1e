"""The plan, and doing it: at most one session of ours ahead, nobody else's touched, whatever happens on the way."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from coach.errors import GateClosed, ServiceError, StorageError
from coach.garmin.apply import Applying, read_remote
from coach.garmin.kept_status import StatusFile
from coach.garmin.shape import Wanted, mark_in, shape_of, wanted_of
from coach.garmin.sync import Action, Delete, Release, Schedule, Status, Unschedule, Upload, plan
from tests.garmin.connect_world import FakeConnect, World

MONDAY = date(2026, 3, 30)


def session(stage: int, day: date) -> Wanted:
    """A session as the exporter makes it; every stage has another one."""
    step = {
        "type": "ExecutableStepDTO", "stepOrder": 2, "stepType": {"stepTypeId": 3, "stepTypeKey": "interval"},
        "endCondition": {"conditionTypeId": 2, "conditionTypeKey": "time"}, "endConditionValue": 60.0 * stage,
        "targetType": {"workoutTargetTypeId": 1}, "description": None,
    }  # fmt: skip
    repeat = {
        "type": "RepeatGroupDTO", "stepOrder": 1, "numberOfIterations": 8, "skipLastRestStep": False,
        "workoutSteps": [step],
    }  # fmt: skip
    segments = [{"segmentOrder": 1, "workoutSteps": [repeat]}]
    return wanted_of({"workoutName": f"osu/{stage} {day}", "workoutSegments": segments}, day)


@dataclass
class Coach:
    """One runner's coach: what it remembers, and a sync as the command does it."""

    connect: FakeConnect
    status: Status = field(default_factory=Status)
    today: date = MONDAY
    waited: int = 0
    closes: bool = False

    def plan(self, wanted: Wanted | None) -> tuple[Action, ...]:
        return plan(wanted, self.today, read_remote(self.connect, self.today, wanted, self.status), self.status)

    def keep(self, status: Status) -> None:
        self.status = status

    def check(self) -> None:
        if self.closes:
            raise GateClosed("the gate is closed", remedy="wait")

    def again(self) -> None:
        self.waited += 1

    def sync(self, wanted: Wanted | None) -> list[str]:
        doing = Applying(self.connect, self.status, keep=self.keep, check=self.check, again=self.again)
        actions = self.plan(wanted)
        doing.apply(actions)
        return [type(action).__name__ for action in actions]

    def ahead(self) -> list[tuple[int, date]]:
        return [entry for entry in self.connect.world.entries.values() if entry[1] >= self.today]


@pytest.fixture
def coach() -> Coach:
    return Coach(FakeConnect(World()))


def test_a_session_is_put_there_once(coach: Coach) -> None:
    wanted = session(2, MONDAY)
    assert coach.sync(wanted) == ["Upload", "Schedule"]
    [(number, day)] = coach.ahead()
    assert day == MONDAY
    assert shape_of(coach.connect.world.workouts[number]) == wanted.shape
    assert coach.sync(wanted) == []
    coach.status = Status()
    assert coach.sync(wanted) == [], "the mark tells what we forgot"
    assert coach.waited == 0


def test_another_stage_takes_its_place_and_a_closed_gate_takes_it_away(coach: Coach) -> None:
    coach.sync(session(2, MONDAY))
    assert coach.sync(session(1, MONDAY)) == ["Unschedule", "Delete", "Upload", "Schedule"]
    assert len(coach.connect.world.workouts) == len(coach.ahead()) == 1
    assert coach.sync(None) == ["Unschedule", "Delete"]
    assert not coach.connect.world.workouts
    assert coach.sync(None) == []
    assert coach.status.workouts == {}


def test_what_goes_goes_first() -> None:
    """So that a crash between two calls leaves too little on the watch, never too much."""
    coach = Coach(FakeConnect(World()))
    coach.sync(session(2, MONDAY))
    kinds = [type(action) for action in coach.plan(session(3, MONDAY))]
    assert kinds == [Unschedule, Delete, Upload, Schedule]


def test_what_is_past_is_left_alone(coach: Coach) -> None:
    coach.sync(session(2, MONDAY))
    before = copy.deepcopy(coach.connect.world)
    coach.today += timedelta(days=2)
    assert coach.sync(None) == []
    assert coach.connect.world.workouts == before.workouts
    assert coach.sync(session(2, coach.today)) == ["Upload", "Schedule"]
    assert len(coach.connect.world.workouts) == 2


def test_the_runners_own_are_never_touched(coach: Coach) -> None:
    world = coach.connect.world
    own = world.upload({"workoutName": f"osu/2 {MONDAY}", "description": "my own"})
    world.schedule(own, MONDAY)
    before = copy.deepcopy((world.workouts, world.entries))
    coach.sync(session(2, MONDAY))
    coach.sync(None)
    assert (world.workouts, world.entries) == before
    assert not [each for each in coach.connect.calls if each == "workout" and coach.connect.calls.count(each) > 8]


@pytest.mark.parametrize("what", ["name", "steps", "description", "everything"])
def test_one_that_was_changed_is_taken_off_once_and_left_to_whoever_did_it(coach: Coach, what: str) -> None:
    coach.sync(session(2, MONDAY))
    world = coach.connect.world
    [(number, told)] = world.workouts.items()
    change(told, what)
    assert coach.sync(None) == ["Unschedule", "Release"]
    assert list(world.workouts) == [number], "what was changed is not lost"
    world.schedule(number, MONDAY)
    assert coach.sync(None) == [], "it is the runner's own by now"
    assert coach.sync(session(2, MONDAY)) == ["Upload", "Schedule"]
    assert number in world.workouts
    assert [entry[0] for entry in coach.ahead()].count(number) == 1


def change(told: dict[str, Any], what: str) -> None:
    if what in ("name", "everything"):
        told["workoutName"] = "Mine"
    if what in ("steps", "everything"):
        told["workoutSegments"][0]["workoutSteps"][0]["numberOfIterations"] = 20
    if what in ("description", "everything"):
        told["description"] = ""


def test_one_that_was_moved_comes_back_to_its_day(coach: Coach) -> None:
    coach.sync(session(2, MONDAY))
    world = coach.connect.world
    [entry] = world.entries
    number = world.entries[entry][0]
    world.entries[entry] = (number, MONDAY + timedelta(days=9))
    assert coach.sync(session(2, MONDAY)) == ["Unschedule", "Schedule"]
    assert coach.ahead() == [(number, MONDAY)]


def test_doubles_are_one_again(coach: Coach) -> None:
    coach.sync(session(2, MONDAY))
    world = coach.connect.world
    [number] = world.workouts
    world.schedule(number, MONDAY)
    other = world.upload(world.workouts[number])
    world.schedule(other, MONDAY)
    assert sorted(coach.sync(session(2, MONDAY))) == ["Delete", "Unschedule", "Unschedule"]
    assert coach.ahead() == [(number, MONDAY)]


def test_a_list_that_is_not_whole_is_no_reason_to_put_it_there_anew(
    coach: Coach, monkeypatch: pytest.MonkeyPatch
) -> None:
    coach.sync(session(2, MONDAY))
    with monkeypatch.context() as patch:
        patch.setattr(coach.connect, "workouts", list)
        with pytest.raises(ServiceError, match="list of workouts is not whole"):
            coach.sync(session(2, MONDAY))
    coach.connect.world.workouts.clear()
    coach.connect.world.entries.clear()
    assert coach.sync(session(2, MONDAY)) == ["Upload", "Schedule"], "it is really gone"


def test_the_gate_is_asked_right_before_anything_is_put_there(coach: Coach) -> None:
    coach.closes = True
    with pytest.raises(GateClosed):
        coach.sync(session(2, MONDAY))
    assert not coach.connect.world.workouts
    coach.closes = False
    coach.sync(session(2, MONDAY))
    coach.closes = True
    coach.sync(None)
    assert not coach.ahead(), "to take it away nobody needs leave"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("upload", "took the session, and does not have it"),
        ("schedule", "is scheduled for 2026-03-30, and does not have it there"),
        ("unschedule", "is off 2026-03-30, and still has it there"),
        ("delete", "is deleted, and still has it"),
    ],
)
def test_a_yes_that_did_nothing_is_noticed(coach: Coach, monkeypatch: pytest.MonkeyPatch, call: str, says: str) -> None:
    takes_away = call in ("unschedule", "delete")
    if takes_away:
        coach.sync(session(2, MONDAY))
    with monkeypatch.context() as patch:
        patch.setattr(coach.connect.world, call, lambda *_: 999_999)
        with pytest.raises(ServiceError, match=says):
            coach.sync(None if takes_away else session(2, MONDAY))
    assert coach.waited == 1, "it is looked for once more, a moment later, and no more than that"
    coach.sync(None if takes_away else session(2, MONDAY))
    assert len(coach.ahead()) == (0 if takes_away else 1)


def test_another_session_than_was_sent_is_taken_away(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = coach.connect.world.upload

    def halved(workout: Any) -> int:
        told = copy.deepcopy(dict(workout))
        change(told, "steps")
        return upload(told)

    monkeypatch.setattr(coach.connect.world, "upload", halved)
    with pytest.raises(ServiceError, match="holds another session than was sent"):
        coach.sync(session(2, MONDAY))
    assert not coach.connect.world.workouts
    assert not coach.status.workouts


def test_the_shape_minds_what_is_run_and_nothing_else() -> None:
    wanted = session(2, MONDAY)
    told: dict[str, Any] = copy.deepcopy(dict(wanted.workout))
    told |= {"workoutId": 5, "ownerId": 7, "estimatedDurationInSecs": 480, "description": "other"}
    step = told["workoutSegments"][0]["workoutSteps"][0]["workoutSteps"][0]
    step |= {"stepId": 9, "endConditionValue": 120, "preferredEndConditionUnit": None, "targetValueOne": 0.0}
    step["stepType"]["displayOrder"] = 3
    assert shape_of(told) == wanted.shape
    step["endConditionValue"] = 121
    assert shape_of(told) != wanted.shape
    assert shape_of({}) == shape_of({"workoutSegments": "?"}) == shape_of({"workoutSegments": [None]})


@pytest.mark.parametrize("text", [None, "", "[walkrun-coach 2026-02-30 0123456789abcdef]", "walkrun-coach"])
def test_no_mark(text: str | None) -> None:
    assert mark_in(text) is None


def test_the_status_is_kept_and_a_broken_one_is_none(tmp_path: Path) -> None:
    file = StatusFile(tmp_path / "garmin" / "sync.json")
    assert file.load() == Status()
    status = Status({5: MONDAY}, frozenset({6}), "osu/2-3 2026-03-30")
    file.keep(status)
    assert file.load() == status
    for nonsense in (b"", b"[]", b"{", b'{"workouts": {"x": 1}, "released": []}', b"\xff"):
        (tmp_path / "garmin" / "sync.json").write_bytes(nonsense)
        assert file.load() == Status()
    with pytest.raises(StorageError):
        StatusFile(tmp_path).load()


# --- any interleaving -----------------------------------------------------------------------------------------------


class Crash(BaseException):
    """The machine is off."""


class Shaky(FakeConnect):
    """Fails at one call: before it did anything, or after."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.left = -1
        self.error: Callable[[], BaseException] = Crash
        self.late = False

    def fail(self, at: int, late: bool, crash: bool) -> None:
        self.left, self.late = at, late
        self.error = Crash if crash else lambda: ServiceError("no", remedy="later")

    def before(self, call: str) -> None:
        super().before(call)
        if self.left == 0 and not self.late:
            self.left = -1
            raise self.error()

    def after(self, call: str) -> None:
        if self.left == 0:
            self.left = -1
            raise self.error()
        self.left -= self.left > 0


CHANGES = ("name", "steps", "description", "everything")
DEEDS = (*CHANGES, "adds one", "deletes one", *["schedules one", "moves one", "moves one", "takes one off"] * 2)


class Syncing(RuleBasedStateMachine):
    """A runner, a coach and a service, for some days. ``theirs`` are the runner's own, ``changed`` by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.coach = Coach(Shaky(self.world))
        self.wanted: Wanted | None = None
        self.theirs: set[int] = set()
        self.changed: set[int] = set()

    @property
    def shaky(self) -> Shaky:
        assert isinstance(self.coach.connect, Shaky)
        return self.coach.connect

    def ours(self) -> list[int]:
        return [number for number in self.world.workouts if number not in self.theirs]

    @rule(
        days=st.sampled_from([0, 0, 0, 1, 2]),
        gate=st.sampled_from([None, "as it was", 1, 1, 2]),
        forgets=st.booleans(),
        broken=st.none() | st.tuples(st.integers(0, 12), st.booleans(), st.booleans()),
    )
    def the_coach_syncs(
        self, days: int, gate: int | str | None, forgets: bool, broken: tuple[int, bool, bool] | None
    ) -> None:
        self.coach.today += timedelta(days=days)
        if days or gate is None:
            self.wanted = None
        if isinstance(gate, int):
            self.wanted = session(gate, self.coach.today)
        if forgets:
            self.coach.status = Status()
        if broken is not None:
            self.a_sync_that_may_break_off(*broken)
        else:
            self.a_sync()

    # The runner, on Connect

    @rule(data=st.data(), day=st.integers(-1, 4), what=st.sampled_from(DEEDS), then=st.sampled_from(DEEDS))
    def the_runner_does_something_there(self, data: st.DataObject, day: int, what: str, then: str) -> None:
        for each in (what, then):
            self.do_something(data, day, each)
        self.a_sync()

    def do_something(self, data: st.DataObject, days: int, what: str) -> None:
        day = self.coach.today + timedelta(days=days)
        if what == "adds one":
            self.theirs.add(number := self.world.upload({"workoutName": f"Mine {day}", "description": "mine"}))
            self.world.schedule(number, day)
        elif what in CHANGES and self.ours():
            number = data.draw(st.sampled_from(self.ours()))
            told = self.world.workouts[number]
            if number not in self.changed:
                change(told, what)
                self.changed.add(number)
        elif what == "deletes one" and self.world.workouts:
            number = data.draw(st.sampled_from(sorted(self.world.workouts)))
            self.world.delete(number)
            self.theirs.discard(number)
            self.changed.discard(number)
        elif what == "schedules one" and self.ours():
            self.world.schedule(data.draw(st.sampled_from(self.ours())), day)
        elif what in ("moves one", "takes one off") and self.world.entries:
            entry = data.draw(st.sampled_from(sorted(self.world.entries)))
            if what == "moves one":
                self.world.entries[entry] = (self.world.entries[entry][0], day)
            else:
                self.world.unschedule(entry)

    # The coach

    def made_for(self, number: int) -> date:
        mark = mark_in(self.world.workouts[number].get("description"))
        assert mark is not None, "it was not changed"
        return mark.day

    def past(self) -> tuple[set[int], list[tuple[int, date]]]:
        """Workouts of ours that were made for days before today, and what stands on those days."""
        made = {each for each in set(self.ours()) - self.changed if self.made_for(each) < self.coach.today}
        return made, [entry for entry in self.world.entries.values() if entry[1] < self.coach.today]

    def a_sync_that_may_break_off(self, at: int, late: bool, crash: bool) -> None:
        self.shaky.fail(at, late, crash)
        try:
            self.coach.sync(self.wanted)
        except (Crash, ServiceError):
            pass
        finally:
            self.shaky.left = -1

    def a_sync(self) -> None:
        before = {number: copy.deepcopy(self.world.workouts[number]) for number in self.theirs}
        entries = [each for each in self.world.entries.items() if each[1][0] in self.theirs]
        past = self.past()
        self.coach.sync(self.wanted)
        assert self.past() == past, "days that are past are left alone"
        assert {number: self.world.workouts[number] for number in self.theirs} == before
        assert [each for each in self.world.entries.items() if each[1][0] in self.theirs] == entries
        known = set(self.ours()) - self.changed
        ahead = [entry for entry in self.coach.ahead() if entry[0] in known]
        if self.wanted is None:
            assert ahead == []
        else:
            [(number, day)] = ahead
            assert day == self.wanted.day
            assert shape_of(self.world.workouts[number]) == self.wanted.shape
        kept = {number for number, _ in ahead} | {number for number, day in past[1] if day < self.coach.today}
        assert {number for number in known if self.made_for(number) >= self.coach.today} <= kept, "nothing lies about"
        assert self.coach.plan(self.wanted) == (), "nothing is left to do"

    @invariant()
    def what_the_runner_made_or_changed_is_there(self) -> None:
        assert self.theirs | self.changed <= set(self.world.workouts)


Syncing.TestCase.settings = settings(
    max_examples=70, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestSyncing = Syncing.TestCase


def test_actions_say_what_they_do() -> None:
    wanted = session(2, MONDAY)
    coach = Coach(FakeConnect(World()))
    assert [each.words for each in coach.plan(wanted)] == [
        f"upload osu/2 {MONDAY}", f"schedule it for {MONDAY}"
    ]  # fmt: skip
    coach.sync(wanted)
    assert [each.words for each in coach.plan(None)] == [
        f"take osu/2 {MONDAY} off {MONDAY}", f"delete the workout osu/2 {MONDAY}"
    ]  # fmt: skip
    assert Release(1, "x").words == "leave x to you: it was changed on Garmin Connect"
    assert isinstance(coach.plan(None)[1], Delete)
