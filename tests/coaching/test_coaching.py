"""The use cases over a journal in memory: told, asked, begun, refused."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from coach.coaching import Coaching
from coach.errors import BadInput, GateClosed
from coach.gate.advice import need_lines
from coach.history.events import Begun, RunReported, RunWithdrawn
from coach.library.protocols import resolve_plan
from coach.model.decision import Need, Outcome
from coach.model.profile import BoneSite, Clearance, Injury, InjuryKind, Profile, Role
from coach.model.rating import Course, Occasion, SymptomRating
from coach.model.syntax import parse
from coach.model.workout import Workout
from coach.ports import Journal
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
        self.coach_over(self.journal)
        if profile is not None:
            self.coaching.set_profile(profile)

    def coach_over(self, journal: Journal) -> None:
        self.coaching = Coaching(
            journal, self.clock, lambda p: resolve_plan(p, NOWHERE), lambda _p, _r, _at: MONDAY - timedelta(days=1)
        )

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
        return f"S{len(self.journal.stored):025d}"  # no event's

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


def test_seven_walking_days_are_not_shortened_by_running_on_one_of_them() -> None:
    runner = Runner()
    runner.morning()
    runner.after(runner.run(), during=7)
    opens = MONDAY + timedelta(days=7, minutes=34)
    runner.wait(24)
    runner.morning()
    assert runner.coaching.today().decision.opens_at == opens
    runner.after(runner.run(override="it feels fine"))
    for _ in range(2):
        runner.wait(24)
        runner.morning()
        today = runner.coaching.today()
        assert not today.is_open
        assert today.decision.opens_at is not None
        assert today.decision.opens_at >= opens


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
    with pytest.raises(GateClosed) as caught:
        stopped.coaching.check_run(None)
    assert "overridden" not in caught.value.remedy  # nothing was
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
    assert kinds(runner).count("decided") == 1
    found = runner.coaching.decision()
    assert found is not None
    at, kept = found
    assert (kept.input, kept.decision) == (first.input, first.decision)
    runner.wait(3)
    runner.coaching.keep_decision(runner.coaching.today())
    assert runner.coaching.decision() == (at, kept), "the same a few hours later"
    runner.wait(24)
    runner.coaching.keep_decision(runner.coaching.today())
    assert kinds(runner).count("decided") == 2
    assert runner.coaching.decision(at, at + timedelta(hours=1)) == (at, kept)
    assert runner.coaching.decision(at - timedelta(hours=1), at) is None


def test_the_rating_to_amend_is_the_last_of_its_run_or_morning() -> None:
    runner = Runner()
    morning = SymptomRating(
        occasion=Occasion.MORNING, at=MONDAY, zone="Europe/Berlin", first_steps=1, swelling=False, woken=False,
        painkiller=False,
    )  # fmt: skip
    with pytest.raises(BadInput, match="no rating to correct"):
        runner.coaching.rating_to_amend(morning)
    first = runner.coaching.rate(morning)
    assert runner.coaching.rating_to_amend(morning) == first.id
    second = runner.coaching.rate(morning, amends=first.id)
    runner.wait(24)
    runner.morning()
    assert runner.coaching.rating_to_amend(morning) == second.id
    sessions = [runner.run(override="now"), runner.run(override="and again")]
    for session in sessions:
        runner.after(session)
    ratings = {s.event.rating.run: s for s in runner.journal.diary() if s.event.kind == "rated"}
    for session in sessions:
        assert runner.coaching.rating_to_amend(ratings[session].event.rating) == ratings[session].id
    assert [begun.override for _, begun in runner.coaching.overrides()] == ["and again"], "the first was open"


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
    runner.wait(30)
    early = runner.clock.utc_now() - timedelta(hours=3)
    runner.coaching.report_run(RunReported(start=early, end=early + timedelta(hours=1), zone="UTC", run_ms=60_000))
    told = runner.coaching.standing.runs[-1].id
    with pytest.raises(BadInput, match="before it"):
        runner.rate(
            Occasion.AFTER, at=early - timedelta(hours=1), run=told, pain_during=0, pain_now=0, warmup_soreness=0,
            warmup_course="none", limp=False, sharp_pain=False, swelling=False, giving_way=False, completed=True,
            painkiller=False,
        )  # fmt: skip


def a_run(runner: Runner, ago: float, hours: float = 0.5) -> RunReported:
    start = runner.clock.utc_now() - timedelta(hours=ago)
    return RunReported(start=start, end=start + timedelta(hours=hours), zone="UTC", run_ms=20 * 60_000)


def test_a_run_that_overlaps_a_known_one_is_refused() -> None:
    runner = Runner()
    runner.morning()
    runner.run()
    lived = runner.coaching.standing.runs[0]
    runner.wait(20)
    for start, end in (
        (lived.start, lived.end),
        (lived.start - timedelta(hours=1), lived.start + timedelta(minutes=1)),
        (lived.end - timedelta(minutes=1), lived.end + timedelta(hours=1)),
    ):
        with pytest.raises(BadInput, match="overlaps") as caught:
            runner.coaching.report_run(RunReported(start=start, end=end, zone="UTC", run_ms=60_000))
        assert "coach history" in caught.value.remedy
    told = a_run(runner, 4)
    runner.coaching.report_run(told)
    with pytest.raises(BadInput, match="overlaps"):
        runner.coaching.report_run(told)
    assert len(runner.coaching.whole.runs) == 2


def test_a_run_told_by_mistake_is_taken_back_within_ten_minutes() -> None:
    runner = Runner()
    runner.morning()
    runner.wait(3)
    before = runner.coaching.question()
    runner.coaching.report_run(a_run(runner, 2))
    assert runner.coaching.question().run is not None
    runner.coaching.withdraw_run()
    after = runner.coaching.question()
    assert after == before.model_copy(update={"newest_at": after.newest_at})
    with pytest.raises(BadInput, match="no run"):
        runner.coaching.withdraw_run()


def test_later_or_once_rated_it_stays() -> None:
    runner = Runner()
    runner.wait(3)
    runner.coaching.report_run(a_run(runner, 2))
    runner.after(runner.coaching.standing.runs[0].id, during=8)
    with pytest.raises(BadInput, match="rated"):
        runner.coaching.withdraw_run()
    other = Runner()
    other.wait(3)
    other.coaching.report_run(a_run(other, 2))
    other.wait(0.2)
    with pytest.raises(BadInput, match="more than 10 minutes"):
        other.coaching.withdraw_run()
    run = other.coaching.standing.runs[0]
    other.journal.note([RunWithdrawn(run=run.id, start=run.start)])
    other.coaching.forget()
    assert other.coaching.standing.runs == [run], "nor does an event in the journal take it back"


def test_a_run_from_before_the_profile_is_load_and_its_rating_is_not_swallowed() -> None:
    runner = Runner()
    runner.coaching.report_run(a_run(runner, 20))
    assert "G16" in codes(runner)
    [early] = runner.coaching.standing.runs
    with pytest.raises(BadInput, match="before `coach init`"):
        runner.after(early.id, during=8)


def told_morning(days: int, first_steps: int = 1, **more: Any) -> SymptomRating:
    """Of so many days ago, as a file tells it."""
    quiet: dict[str, Any] = {"swelling": False, "woken": False, "painkiller": False}
    return SymptomRating(
        occasion=Occasion.MORNING, at=MONDAY - timedelta(days=days), first_steps=first_steps, **(quiet | more)
    )


def bring(runner: Runner, *ratings: SymptomRating) -> int:
    return runner.coaching.rate_all(ratings, [f"a:{line}" for line in range(2, len(ratings) + 2)])


def test_several_ratings_are_kept_all_or_none() -> None:
    runner = Runner()
    mornings = [told_morning(1), told_morning(2), told_morning(2, 3)]
    before = len(runner.journal.diary())
    with pytest.raises(BadInput, match=r"^a:4: morning of .* in a:3 already, with first_steps 1 .*nothing was kept"):
        bring(runner, *mornings)
    assert len(runner.journal.diary()) == before
    assert bring(runner, *mornings[:2]) == 2
    assert len(runner.coaching.standing.told.ratings) == 2


def test_a_file_that_grew_adds_what_is_new() -> None:
    runner = Runner()
    assert bring(runner, told_morning(3), told_morning(2)) == 2
    runner.coaching.rate(told_morning(2, 4), amends=runner.coaching.rating_to_amend(told_morning(2)))
    before = len(runner.journal.diary())
    # Elsewhere the zone has another name, and a spreadsheet guards what begins like a formula.
    again = [told_morning(3, zone="+00:00"), told_morning(2), told_morning(2, 4), told_morning(1, note="= fine")]
    assert bring(runner, *again, again[-1]) == 1
    assert bring(runner, *again[:3], told_morning(1, note="'= fine")) == 0
    assert len(runner.journal.diary()) == before + 1


def test_a_file_that_contradicts_the_journal_is_refused_by_line() -> None:
    runner = Runner()
    runner.rate(Occasion.BEFORE, pain_now=2, confidence=8, painkiller=False)
    session = runner.run()
    runner.after(session, 3)
    [before, after] = [given.rating for given in runner.coaching.standing.told.ratings]
    bring(runner, told_morning(1))
    kept = len(runner.journal.diary())
    for softer, words in (
        (before.model_copy(update={"pain_now": 1}), "before of 2026-03-02 07:00 is kept already, with pain_now 2 —"),
        (after.model_copy(update={"pain_during": 0, "swelling": True}), "with pain_during 3, swelling no —"),
        (told_morning(1, note="x"), "morning of 2026-03-01 is kept already, with another note —"),
    ):
        with pytest.raises(BadInput, match=f"^a:3: .*{words}.*nothing was kept"):
            bring(runner, told_morning(2), softer)
    assert len(runner.journal.diary()) == kept


def edited(runner: Runner, good: int) -> Coaching:
    """Another machine over the same journal, whose protocol file asks for ``good`` sessions in the first stage."""
    plan = resolve_plan(FASCIA, NOWHERE)
    longer = plan.planned[0].stage.model_copy(update={"good_sessions": good})
    changed = plan._replace(planned=(plan.planned[0]._replace(stage=longer), *plan.planned[1:]))
    return Coaching(runner.journal, runner.clock, lambda _: changed, lambda _p, _r, _at: MONDAY - timedelta(days=1))


def kinds(runner: Runner) -> list[str]:
    return [stored.event.kind for stored in runner.journal.diary()]


def test_a_protocol_that_was_edited_is_followed_and_the_diary_says_so_once_a_run_begins_by_it() -> None:
    runner = Runner()
    runner.morning()
    runner.coaching = edited(runner, 5)
    assert runner.coaching.today().input.stages[0].good == 5
    assert kinds(runner) == ["profile_set", "rated"], "asking changes nothing"
    runner.after(runner.run())
    runner.wait(24)
    runner.after(runner.run(override="again"))
    assert kinds(runner) == ["profile_set", "rated", "profile_set", *["decided", "begun", "rated"] * 2]
    assert [p.stages[0].good for _, _, p in runner.coaching.standing.told.profiles] == [1, 5]


def test_two_machines_with_different_protocol_files_write_nothing_by_asking() -> None:
    runner = Runner()
    runner.morning()
    pi, phone = edited(runner, 5), edited(runner, 3)
    for _ in range(3):
        for machine, good in ((pi, 5), (phone, 3)):
            machine.forget()
            assert machine.today().input.stages[0].good == good
    assert kinds(runner) == ["profile_set", "rated"]


def test_a_date_is_corrected_of_whatever_the_journal_keeps() -> None:
    runner = Runner()
    runner.clock.advance(400 * 86_400 * NS)  # a clock without a battery, set wrong
    runner.morning()
    session = runner.run(override="the clock is wrong")
    ago = [runner.clock.utc_now() - timedelta(hours=hours) for hours in (3, 1)]
    runner.coaching.report_run(RunReported(start=ago[0], end=ago[1], zone="UTC", run_ms=60_000))
    wrong = [s for s in runner.journal.diary() if s.event.kind in ("rated", "run_reported", "begun")]
    entered = runner.journal.events(session)[2]
    runner.clock = runner.journal.clock = FakeClock(utc=MONDAY + timedelta(days=1))
    runner.coach_over(runner.journal)
    assert Need.CLOCK in runner.coaching.today().decision.needs
    started = next(run.start for run in runner.coaching.standing.runs if run.id == session)
    [rated, begun, reported] = wrong
    with pytest.raises(BadInput, match="future"):
        runner.coaching.correct_date(rated.id, MONDAY + timedelta(days=2))
    with pytest.raises(BadInput, match="future"):  # it would begin before now, and end after it
        runner.coaching.correct_date(reported.id, MONDAY + timedelta(hours=23))
    with pytest.raises(BadInput, match="future"):
        runner.coaching.correct_date(session, MONDAY + timedelta(days=1))
    with pytest.raises(BadInput, match="no event"):
        runner.coaching.correct_date("01KAR0000000000000000000AA", MONDAY)
    runner.coaching.correct_date(rated.id, MONDAY)
    runner.coaching.correct_date(reported.id, MONDAY + timedelta(hours=6))
    runner.coaching.correct_date(entered.id, MONDAY + timedelta(hours=1))
    first, second = runner.coaching.standing.runs
    moved = MONDAY + timedelta(hours=1) - datetime.fromisoformat(entered.utc)
    assert (first.id, first.start) == (session, started + moved)
    assert (second.start, second.end) == (MONDAY + timedelta(hours=6), MONDAY + timedelta(hours=8))
    assert Need.CLOCK not in runner.coaching.today().decision.needs
    assert begun.event.kind == "begun"
    runner.coaching.correct_date(session, MONDAY + timedelta(hours=2))
    assert runner.coaching.standing.runs[0].start == MONDAY + timedelta(hours=2)


def test_a_run_cannot_be_moved_to_where_nobody_asks_how_it_went() -> None:
    runner = Runner()
    runner.morning()
    session = runner.run()
    runner.after(session, during=7, limp=True)
    runner.wait(1)
    with pytest.raises(BadInput, match="began by the gate"):
        runner.coaching.correct_date(session, MONDAY - timedelta(hours=1))
    assert "G5" in codes(runner)


def test_a_session_that_was_never_started_has_no_date_to_correct() -> None:
    runner = Runner()
    runner.journal.append("S", [SessionCreated(at_ns=0, workout=parse("1m run"))])
    with pytest.raises(BadInput, match="never started"):
        runner.coaching.correct_date("S", MONDAY - timedelta(days=1))


def test_a_follow_up_before_it_is_asked_is_refused_with_when_it_is_and_what_is_worse_is_taken() -> None:
    runner = Runner()
    runner.morning()
    run = runner.run()
    runner.after(run)
    runner.wait(24)
    runner.morning(3)
    runner.wait(0.1)
    with pytest.raises(BadInput, match=r"asked from 2026-03-0\d \d\d:\d\d on, 48 hours after") as problem:
        runner.rate(Occasion.FOLLOW_UP, back_to_usual=True, swelling=False)
    assert "`coach morning`" in problem.value.remedy
    runner.rate(Occasion.FOLLOW_UP, back_to_usual=True, swelling=True)
    runner.wait(48)
    runner.rate(Occasion.FOLLOW_UP, back_to_usual=True, swelling=False)
    assert Need.FOLLOW_UP not in runner.coaching.today().decision.needs


def test_a_slower_pace_opens_no_longer_workout_by_time() -> None:
    profile = FASCIA.model_copy(update={"protocol": "ud", "pace_s_per_km": 300})
    runner = Runner(profile)
    runner.morning()
    runner.after(runner.run(parse("10x(run 40s, walk 1min)")))
    for _ in range(3):
        runner.wait(24)
        runner.morning()
    runner.coaching.set_profile(profile.model_copy(update={"pace_s_per_km": 900}))
    assert runner.coaching.today().is_open
    with pytest.raises(GateClosed, match="more running than your stage allows"):
        runner.coaching.check_run(parse("10x(run 2min, walk 1min)"))


@pytest.mark.parametrize("walk", ["1s walk", "29s walk", "open walk"])
def test_another_workout_does_not_pass_with_walks_that_are_none(walk: str) -> None:
    runner = Runner()
    runner.morning()
    assert runner.coaching.check_run(parse("5m walk, 8x(1m run, 30s walk)")).unlocked
    with pytest.raises(GateClosed, match="more running than your stage allows"):
        runner.coaching.check_run(parse(f"5m walk, 8x(1m run, {walk})"))


def test_a_clock_that_nothing_has_set_closes_the_gate_until_something_does() -> None:
    runner = Runner()
    runner.morning()
    runner.clock.was_never_set = True
    today = runner.coaching.today()
    assert today.decision.needs == (Need.CLOCK,)
    [line] = need_lines(today.decision, today.input)
    assert "network" in line
    with pytest.raises(GateClosed):
        runner.coaching.check_run(None)
    runner.clock.was_never_set = False
    assert runner.coaching.today().is_open


def test_ones_own_clearance_of_before_the_stop_is_refused_for_it_would_end_nothing() -> None:
    runner = Runner()
    runner.morning()
    runner.after(runner.run(), during=7)
    runner.wait(24 * 8)
    runner.morning()
    runner.after(runner.run(override="once more"), during=7)
    told = runner.clock.utc_now()
    runner.wait(1)
    assert runner.coaching.today().decision.outcome is Outcome.STOP
    before = len(runner.journal.stored)
    with pytest.raises(BadInput, match="would end nothing"):
        runner.coaching.clear(Clearance(role=Role.SELF, by="me", at=told - timedelta(hours=12)))
    assert len(runner.journal.stored) == before
    assert runner.coaching.today().decision.outcome is Outcome.STOP
    runner.coaching.clear(Clearance(role=Role.SELF, by="me", at=runner.clock.utc_now()))
    assert runner.coaching.today().decision.outcome is not Outcome.STOP


def run_without_its_beginning(runner: Runner, lost: int) -> str:
    """A run by the gate's leave, of which a merge brought all but the first ``lost`` events."""
    runner.morning()
    session = runner.run()
    first = [stored for stored in runner.journal.stored if stored.session == session][:lost]
    runner.journal.stored = [stored for stored in runner.journal.stored if stored not in first]
    runner.coaching.forget()
    return session


@pytest.mark.parametrize("lost", [1, 2, 9, 34])
def test_a_run_whose_beginning_is_missing_does_not_vanish(lost: int) -> None:
    whole, cut = Runner(), Runner()
    whole.morning()
    whole.run()
    session = run_without_its_beginning(cut, lost)
    assert not cut.coaching.today().is_open
    [run] = cut.coaching.standing.runs
    assert (run.id, run.unlocked, run.planned_ms) == (session, False, None)
    [known] = whole.coaching.standing.runs
    assert known.start <= run.start < run.end == known.end
    assert run.done_ms >= known.done_ms
    opens = [runner.coaching.today().decision.opens_at or MONDAY for runner in (whole, cut)]
    assert MONDAY < opens[0] <= opens[1]
    assert "G28" in codes(cut)
    for runner in (whole, cut):
        runner.after(runner.coaching.standing.runs[0].id)
        runner.wait(24)
        runner.morning()
        runner.wait(48)
        runner.morning()
    assert cut.coaching.today().is_open, "what it names opens it"
    cut.run()
    assert cut.coaching.standing.ledger.good == 0
    whole.run()
    assert whole.coaching.standing.ledger.good == 1
