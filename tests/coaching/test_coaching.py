"""The use cases over a journal in memory: told, asked, begun, refused."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from coach.coaching import Coaching, shortened
from coach.errors import BadInput, GateClosed
from coach.history.events import Begun, Decided, RunReported
from coach.library.protocols import resolve_plan
from coach.model.decision import Need, Outcome
from coach.model.profile import BoneSite, Clearance, Injury, InjuryKind, Profile, Role
from coach.model.rating import Course, Occasion, SymptomRating
from coach.model.syntax import parse
from coach.model.workout import Workout
from coach.session.events import Finished, IntervalEntered, IntervalLeft, SessionCreated, SessionEvent, Started
from tests.fakes import NS, FakeClock, MemoryJournal

MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
NOWHERE = Path("/nonexistent")
FASCIA = Profile(injuries=(Injury(kind=InjuryKind.FASCIA),), protocol="seed-start", baseline=(1, 1, 1))


class Runner:
    """A runner with a journal in memory, whose time goes on by command."""

    def __init__(self, profile: Profile | None = FASCIA) -> None:
        self.clock = FakeClock(utc=MONDAY)
        self.journal = MemoryJournal(clock=self.clock)
        self.coaching = Coaching(
            self.journal, self.clock, lambda p: resolve_plan(p, NOWHERE), lambda _p, _r, _at: MONDAY - timedelta(days=1)
        )
        if profile is not None:
            self.coaching.set_profile(profile)

    def wait(self, hours: float) -> None:
        self.clock.advance(round(hours * 3600) * NS)

    def rate(self, occasion: Occasion, **answers: Any) -> None:
        values = {"occasion": occasion, "at": self.clock.utc_now(), "zone": "Europe/Berlin", **answers}
        self.coaching.rate(SymptomRating.model_validate(values))

    def morning(self, first_steps: int = 1, **more: Any) -> None:
        quiet: dict[str, Any] = {"swelling": False, "woken": False, "painkiller": False, "confidence": 8}
        self.rate(Occasion.MORNING, first_steps=first_steps, **(quiet | more))

    def after(self, run: str, during: int = 0, **more: Any) -> None:
        quiet: dict[str, Any] = {
            "pain_now": 0, "warmup_soreness": 0, "warmup_course": Course.NONE, "limp": False, "sharp_pain": False,
            "swelling": False, "giving_way": False, "completed": True, "painkiller": False,
        }  # fmt: skip
        self.rate(Occasion.AFTER, run=run, pain_during=during, **(quiet | more))

    def run(self, workout: Workout | None = None, override: str = "") -> str:
        """Begin by the gate's leave and do all of it."""
        permit = self.coaching.check_run(workout, override)
        session = self.journal_id()
        self.coaching.begin(session, permit)
        self.write(session, permit.workout)
        self.coaching.forget()
        return session

    def journal_id(self) -> str:
        return f"{len(self.journal.stored):026d}"

    def write(self, session: str, workout: Workout) -> None:
        from coach.model.timeline import compile_timeline

        self.journal.append(session, [SessionCreated(at_ns=0, workout=workout), Started(at_ns=0)])
        at, events = 0, list[SessionEvent]()
        for interval in compile_timeline(workout).intervals:
            ns = (interval.planned_ms or 0) * 1_000_000
            at += ns
            self.clock.advance(ns)
            events = [
                IntervalEntered(at_ns=at - ns, index=interval.index),
                IntervalLeft(at_ns=at, index=interval.index, actual_ns=ns, how="completed"),
            ]
            self.journal.append(session, events)
        self.journal.append(session, [Finished(at_ns=at)])


def codes(runner: Runner) -> Sequence[str]:
    return runner.coaching.today().decision.codes


def test_before_init_there_is_no_gate() -> None:
    with pytest.raises(BadInput, match="knows nothing of your injury"):
        Runner(None).coaching.today()


def test_a_first_run_wants_the_check_of_the_day() -> None:
    runner = Runner()
    today = runner.coaching.today()
    assert today.decision.needs == (Need.RUN_DAY,)
    with pytest.raises(GateClosed) as caught:
        runner.run()
    assert caught.value.exit_code == 4
    assert not [s for s in runner.journal.diary() if isinstance(s.event, Begun)]
    runner.morning()
    assert runner.coaching.today().is_open
    runner.run()


def test_two_good_sessions_lead_on() -> None:
    runner = Runner()
    for _ in range(2):
        runner.morning()
        session = runner.run()
        runner.after(session)
        runner.wait(24)
        runner.morning()
        runner.wait(24)
    runner.morning()
    today = runner.coaching.today()
    assert (today.decision.outcome, today.decision.stage, today.is_open) == (Outcome.ADVANCE, 1, True)
    assert today.stage.name == "seed-start/2-2"


def test_a_longer_workout_is_refused_and_a_shorter_one_is_not() -> None:
    runner = Runner()
    runner.morning()
    for text in ("5m walk, 9x(1m run, 2m walk)", "5m walk, 1x(2m run, 2m walk)", "5m walk, 400mtr run"):
        with pytest.raises(GateClosed, match="more running"):
            runner.coaching.check_run(parse(text))
    assert runner.coaching.check_run(parse("5m walk, 7x(1m run, 2m walk)")).unlocked


def test_an_override_is_kept_with_its_reason_and_never_ends_a_stop() -> None:
    runner = Runner()
    runner.run(override="my sister's birthday run")
    [begun] = [s.event for s in runner.journal.diary() if isinstance(s.event, Begun)]
    assert (begun.unlocked, begun.override) == (False, "my sister's birthday run")
    assert "G28" in codes(runner)
    navicular = Injury(kind=InjuryKind.BONE, site=BoneSite.NAVICULAR)
    stopped = Runner(Profile(injuries=(navicular,), protocol="bsi"))
    with pytest.raises(GateClosed) as caught:
        stopped.run(override="I feel fine")
    assert "cannot be overridden" in caught.value.remedy
    with pytest.raises(BadInput, match="clinician"):
        stopped.coaching.clear(Clearance(role=Role.SELF, by="me", at=MONDAY))
    stopped.coaching.clear(Clearance(role=Role.CLINICIAN, by="Dr A", at=MONDAY))
    stopped.wait(1)
    stopped.morning(0)
    assert stopped.coaching.today().is_open


def test_asking_changes_nothing_but_what_was_shown_can_be_explained() -> None:
    runner = Runner()
    runner.morning()
    first = runner.coaching.today()
    assert runner.coaching.today() == first
    runner.coaching.keep_decision(first)
    assert runner.coaching.today() == first
    [(_, kept)] = runner.coaching.decisions()
    assert isinstance(kept, Decided)
    assert (kept.input, kept.decision) == (first.input, first.decision)


def test_ratings_that_cannot_be() -> None:
    runner = Runner()
    runner.morning()
    with pytest.raises(BadInput, match="rated already"):
        runner.morning()
    with pytest.raises(BadInput, match="no such run"):
        runner.after("nothing")
    session = runner.run()
    runner.after(session)
    with pytest.raises(BadInput, match="rated already"):
        runner.after(session)
    with pytest.raises(BadInput, match="future"):
        runner.rate(
            Occasion.BEFORE, at=runner.clock.utc_now() + timedelta(hours=1), pain_now=0, confidence=8, painkiller=False
        )
    early = runner.clock.utc_now() - timedelta(hours=3)
    runner.coaching.report_run(RunReported(start=early, end=early + timedelta(hours=1), zone="UTC", run_ms=60_000))
    told = runner.coaching.standing.runs[0].id
    with pytest.raises(BadInput, match="before it"):
        runner.rate(
            Occasion.AFTER, at=early - timedelta(hours=1), run=told, pain_during=0, pain_now=0, warmup_soreness=0,
            warmup_course="none", limp=False, sharp_pain=False, swelling=False, giving_way=False, completed=True,
            painkiller=False,
        )  # fmt: skip


def test_several_ratings_are_kept_all_or_none() -> None:
    runner = Runner()
    mornings = [
        SymptomRating(
            occasion=Occasion.MORNING, at=MONDAY - timedelta(days=day), first_steps=1, swelling=False, woken=False,
            painkiller=False,
        )
        for day in (1, 2, 2)
    ]  # fmt: skip
    before = len(runner.journal.diary())
    with pytest.raises(BadInput, match=r"^a:3: .*twice.*nothing was kept"):
        runner.coaching.rate_all(mornings, ["a:1", "a:2", "a:3"])
    assert len(runner.journal.diary()) == before
    runner.coaching.rate_all(mornings[:2], ["a:1", "a:2"])
    assert len(runner.coaching.standing.told.ratings) == 2


def test_a_protocol_that_was_edited_is_followed_and_the_diary_says_so() -> None:
    runner = Runner()
    runner.morning()
    plan = resolve_plan(FASCIA, NOWHERE)
    longer = plan.planned[0].stage.model_copy(update={"good_sessions": 5})
    edited = plan._replace(planned=(plan.planned[0]._replace(stage=longer), *plan.planned[1:]))
    changed = Coaching(runner.journal, runner.clock, lambda _: edited, lambda _p, _r, _at: MONDAY - timedelta(days=1))
    assert changed.today().input.stages[0].good == 5
    assert len([s for s in runner.journal.diary() if s.event.kind == "profile_set"]) == 2
    changed.today()
    assert len([s for s in runner.journal.diary() if s.event.kind == "profile_set"]) == 2


def test_a_continuous_run_is_made_no_longer_than_the_cap() -> None:
    workout = parse("5m walk, 33m run, 5m walk")
    assert shortened(workout, None) == workout
    assert shortened(workout, 40 * 60_000) == workout
    assert shortened(workout, 31 * 60_000 + 5_000).steps == parse("5m walk, 31m run, 5m walk").steps
    intervals = parse("5m walk, 8x(4m run, 1m walk)")
    assert shortened(intervals, 60_000) == intervals
