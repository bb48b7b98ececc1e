"""Looking back and ahead, and what the gate would say to answers that are not kept."""

from datetime import timedelta

import pytest

from coach.cli.report import report_page
from coach.coaching.story import THIRTY_MS, Place, half_an_hour, milestones, past_runs, what_comes_first
from coach.errors import BadInput
from coach.gate.advice import care_words
from coach.model.decision import Need, Outcome
from coach.model.rating import Occasion, RedFlag, SymptomRating
from tests.coaching.test_coaching import Runner


def two_runs() -> Runner:
    runner = Runner()
    for during in (1, 4):
        runner.morning()
        run = runner.run()
        runner.wait(1)
        runner.after(run, during, pain_now=during - 1)
        runner.wait(22.4)
        runner.morning(0)
        runner.wait(24)
    return runner


def test_past_runs_have_the_worst_that_was_told_and_the_last_is_not_judged_yet() -> None:
    first, last = past_runs(two_runs().coaching)
    assert (first.during, first.after, first.morning, first.then) == (1, 0, 1, Outcome.REPEAT)
    assert (last.during, last.after, last.morning, last.then) == (4, 3, 0, None)
    assert last.run.done_ms == 8 * 60_000
    assert "G14" in last.codes
    assert [rating.occasion for rating in last.ratings] == [Occasion.AFTER, Occasion.MORNING]


def test_the_morning_after_two_runs_of_a_day_stands_beside_both() -> None:
    runner = Runner()
    runner.morning()
    for override in ("", "once more"):
        runner.after(runner.run(override=override))
        runner.wait(2)
    runner.wait(18)
    runner.morning(3)
    runner.wait(24)
    runner.morning(1)
    assert [each.morning for each in past_runs(runner.coaching)] == [3, 3]
    page = "\n".join(report_page(runner.coaching)).replace("\n    ", " ")
    lines = [line for line in page.splitlines() if "ran 8 min" in line]
    assert ["mornings after it up to 3" in line for line in lines] == [True, True]


def test_milestones_lead_to_half_an_hour_and_say_when_at_best() -> None:
    runner = Runner()
    runner.morning()
    found = milestones(runner.coaching)
    assert [each.place for each in found[:2]] == [Place.CURRENT, Place.AHEAD]
    days = [each.earliest for each in found if not each.undated]
    assert None not in days
    assert days == sorted(day for day in days if day)
    goal = half_an_hour(found)
    assert goal is not None
    assert goal.bout_ms is not None
    assert goal.bout_ms >= THIRTY_MS
    before = found[found.index(goal) - 1]
    assert before.bout_ms is not None
    assert before.bout_ms < THIRTY_MS


def rated(runner: Runner, **answers: object) -> SymptomRating:
    quiet = {"first_steps": 1, "swelling": False, "woken": False, "painkiller": False, "confidence": 8}
    at = runner.clock.utc_now()
    return SymptomRating.model_validate(quiet | answers | {"occasion": Occasion.MORNING, "at": at})


def test_a_preview_is_what_keeping_it_would_give_and_keeps_nothing() -> None:
    runner = Runner()
    before = len(runner.journal.stored)
    open_, stopped = rated(runner), rated(runner, red_flags=(RedFlag.CALF,))
    assert runner.coaching.preview(open_).is_open
    assert runner.coaching.preview(stopped).decision.outcome is Outcome.STOP
    assert not runner.coaching.today().is_open
    assert len(runner.journal.stored) == before
    foreseen = runner.coaching.preview(open_)
    runner.coaching.rate(open_)
    kept = runner.coaching.today()
    assert foreseen.decision == kept.decision


def test_a_preview_of_a_correction_takes_the_place_of_what_was_told() -> None:
    runner = Runner()
    runner.morning(first_steps=1)
    worse = rated(runner, first_steps=7)
    with pytest.raises(BadInput, match="rated already"):
        runner.coaching.preview(worse)
    amends = runner.coaching.rating_to_amend(worse)
    assert not runner.coaching.preview(worse, amends=amends).is_open
    assert runner.coaching.today().is_open


def test_what_to_do_at_once_is_said_of_warning_signs_only() -> None:
    runner = Runner()
    assert care_words(runner.coaching.today().decision) is None
    warned = runner.coaching.preview(rated(runner, red_flags=(RedFlag.BREATHLESS,)))
    assert care_words(warned.decision) == "Call the emergency number now."


def test_under_a_stop_no_day_of_the_plan_can_be_said_but_what_comes_first() -> None:
    runner = Runner()
    runner.morning()
    assert any(stage.earliest for stage in milestones(runner.coaching))
    assert what_comes_first(runner.coaching.today()) == []
    runner = Runner()
    runner.coaching.rate(rated(runner, red_flags=(RedFlag.BREATHLESS,)))
    assert not any(stage.earliest for stage in milestones(runner.coaching))
    assert what_comes_first(runner.coaching.today())[0] == "Call the emergency number now."


def test_no_day_is_said_while_only_an_answer_of_today_keeps_it_closed() -> None:
    runner = Runner()
    assert not any(stage.earliest for stage in milestones(runner.coaching))
    [line] = what_comes_first(runner.coaching.today())
    assert line.startswith("say how it is today")


@pytest.mark.parametrize("need", [Need.PROTOCOL, Need.CLOCK, Need.READINESS, Need.CLINICIAN, Need.CLEARANCE])
def test_no_day_is_said_while_something_is_needed_that_time_does_not_bring(need: Need) -> None:
    today = two_runs().coaching.today()
    waits = {"opens_at": today.decision.asked_at + timedelta(days=2)}
    answered_then = today.decision.model_copy(update=waits | {"needs": (Need.RUN_DAY,)})
    assert what_comes_first(today._replace(decision=answered_then)) == []
    barred = today.decision.model_copy(update=waits | {"needs": (need,)})
    assert any("`" in line for line in what_comes_first(today._replace(decision=barred)))
