"""At the edge of a checkpoint: what is told of its own run, of older ones, and of the time before the first."""

from datetime import datetime, timedelta

import pytest

from coach.coaching import Coaching
from coach.errors import BadInput
from coach.gate.evaluate import decide
from coach.gate.facts import GateInput
from coach.history.checkpoint import Checkpoint
from coach.history.events import DateCorrected
from coach.library.protocols import resolve_plan
from coach.model.decision import Need
from coach.model.profile import Clearance, Injury, InjuryKind, Profile, Role
from coach.model.rating import Course, Occasion, SymptomRating
from tests.coaching.test_coaching import NOWHERE, Runner
from tests.history.test_checkpoint import fresh, resume, same

SURGERY = Profile(injuries=(Injury(kind=InjuryKind.SURGERY),), protocol="san-postop")


def after(runner: Runner, run: str, during: int) -> SymptomRating:
    return SymptomRating(
        occasion=Occasion.AFTER, run=run, at=runner.clock.utc_now(), zone="Europe/Berlin", pain_during=during,
        pain_now=0, warmup_soreness=0, warmup_course=Course.NONE, limp=False, sharp_pain=False, swelling=False,
        giving_way=False, completed=True, painkiller=False,
    )  # fmt: skip


def a_checkpoint(runner: Runner) -> Checkpoint:
    """Of the whole diary; there has to be one."""
    again = fresh(runner)
    assert again.whole.has_profile
    assert runner.journal.kept is not None
    return Checkpoint.model_validate_json(runner.journal.kept)


def test_the_run_of_the_checkpoint_can_be_rated() -> None:
    runner = Runner()
    runner.morning()
    session = runner.run()
    runner.wait(24 * 18)
    point = a_checkpoint(runner)
    assert point.run is not None
    assert point.run.id == session
    coaching = runner.coaching = fresh(runner)
    assert Need.AFTER in coaching.today().decision.needs
    last = coaching.last_run()
    assert last is not None
    assert last.id == session
    assert coaching.find_run(session) == last
    assert coaching.standing.floor is not None
    assert coaching.standing.runs == [last], "no need for the long way"
    assert Need.AFTER not in coaching.preview(after(runner, session, 0)).decision.needs
    coaching.rate(after(runner, session, 0))
    assert Need.AFTER not in coaching.today().decision.needs
    assert same(runner)
    with pytest.raises(BadInput, match="rated already"):
        coaching.rate(after(runner, session, 0))


def test_a_rating_of_the_run_of_the_checkpoint_bears_on_those_after_it() -> None:
    runner = Runner()
    runner.morning()
    first = runner.run()
    runner.wait(24 * 9)
    runner.morning()
    second = runner.run(override="I forgot to rate")
    runner.wait(24 * 9)
    point = a_checkpoint(runner)
    assert point.run is not None
    assert point.run.id == first
    runner.coaching = fresh(runner)
    for told in (after(runner, second, 0), after(runner, first, 7)):
        previewed = runner.coaching.preview(told).decision
        runner.coaching.rate(told)
        assert runner.coaching.today().decision == previewed
    assert same(runner)


def test_a_run_older_than_the_checkpoint_can_be_rated() -> None:
    runner = Runner()
    runner.morning()
    first = runner.run()
    for _ in range(3):
        runner.wait(24 * 9)
        runner.morning()
        runner.after(runner.run(override="I forgot to rate"))
    point = a_checkpoint(runner)
    assert point.run is not None
    assert point.run.id != first
    coaching = runner.coaching = fresh(runner)
    owed = {r.figures["run"] for r in coaching.today().decision.reasons if r.figures.get("owed") == Need.AFTER.value}
    assert owed == {first}
    assert coaching.find_run(first) is not None
    assert Need.AFTER not in coaching.preview(after(runner, first, 0)).decision.needs
    coaching.rate(after(runner, first, 0))
    assert Need.AFTER not in coaching.today().decision.needs


def before_the_first_run(*mornings: int) -> Runner:
    """One who waits three weeks to run, with mornings of the first days; ready for it all the while."""
    runner = Runner(None)
    runner.coaching = Coaching(
        runner.journal, runner.clock, lambda p: resolve_plan(p, NOWHERE), lambda _p, _r, at: at - timedelta(hours=1)
    )
    runner.wait(24)
    runner.coaching.set_profile(SURGERY, Clearance(role=Role.CLINICIAN, by="Dr A", at=runner.clock.utc_now()))
    for score in mornings:
        runner.wait(24)
        runner.morning(score)
    return runner


def test_the_baseline_is_not_settled_before_the_first_run() -> None:
    """One morning of 3 is no baseline of 3, though it is all that is known when three weeks are over."""
    runner = before_the_first_run(3)
    runner.wait(24 * 20)
    assert runner.coaching.whole.has_profile
    assert runner.journal.kept is None
    for score in (0, 0, 3):
        runner.morning(score)
        runner.wait(24)
    assert asked(fresh(runner)).baseline == 0
    assert not fresh(runner).today().is_open


def asked(coaching: Coaching, at: datetime | None = None) -> GateInput:
    return coaching.standing.question(at or coaching.clock.utc_now(), "Europe/Berlin")


def test_a_run_whose_date_was_corrected_is_no_place_to_go_on_from() -> None:
    """Its answers were written by the wrong clock, long before it: they would not be read."""
    runner = Runner()
    runner.morning()
    session = runner.run()
    runner.after(session, during=7, limp=True)
    runner.wait(24 * 7)
    now = runner.clock.utc_now()
    runner.journal.note([DateCorrected(event=session, at=now - timedelta(hours=2))])
    rated = next(n for n in runner.journal.diary() if n.event.kind == "rated")
    runner.journal.note([DateCorrected(event=rated.id, at=now - timedelta(hours=3))])
    runner.coaching = fresh(runner)
    runner.wait(24)
    runner.morning()
    runner.wait(24 * 16)
    runner.morning()
    assert runner.coaching.whole.has_profile
    same(runner)
    softer = after(runner, session, 0)
    runner.coaching.rate(softer, amends=runner.coaching.rating_to_amend(softer))
    same(runner)


def test_a_correction_of_what_is_folded_in_is_no_answer_of_its_own() -> None:
    runner = Runner()
    runner.morning()
    runner.after(runner.run())
    runner.wait(24)
    runner.morning()
    runner.wait(24)
    runner.morning(3)
    runner.wait(1)
    runner.after(runner.run(override="it will be fine"))
    runner.wait(1)
    softer = SymptomRating(
        occasion=Occasion.MORNING, at=runner.clock.utc_now(), zone="Europe/Berlin", first_steps=1, swelling=False,
        woken=False, painkiller=False, confidence=8,
    )  # fmt: skip
    runner.coaching.rate(softer, amends=runner.coaching.rating_to_amend(softer))
    runner.wait(24 * 16)
    assert a_checkpoint(runner).floor < runner.clock.utc_now() - timedelta(days=15)
    assert resume(fresh(runner)) is None
    same(runner)


def test_a_clearance_after_the_checkpoint_is_of_the_zone_of_the_last_run() -> None:
    runner = Runner()
    runner.morning()
    session = runner.run()
    runner.after(session)
    runner.wait(24 * 16)
    assert a_checkpoint(runner).run is not None
    runner.coaching = fresh(runner)
    quick, whole = runner.coaching.standing, runner.coaching.whole
    assert quick.floor is not None
    now = runner.clock.utc_now()
    assert quick._zone_at(now) == whole._zone_at(now) == "Europe/Berlin"
    runner.coaching.clear(Clearance(role=Role.CLINICIAN, by="Dr A", at=now))
    runner.wait(24 * 16)
    assert a_checkpoint(runner).run is None
    quick = fresh(runner).standing
    assert quick.floor is not None
    assert quick._zone_at(runner.clock.utc_now()) == "Europe/Berlin"
    assert decide(asked(fresh(runner))) == decide(fresh(runner).whole.question(runner.clock.utc_now(), "Europe/Berlin"))
