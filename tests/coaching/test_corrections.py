"""A date is put right where the clock was wrong, or for a slip just made: never to soften an answer."""

from datetime import datetime, timedelta

import pytest

from coach.errors import BadInput
from coach.history.events import RunReported
from coach.model.decision import Need, Outcome
from coach.model.profile import Clearance, Role
from coach.model.rating import Occasion, SymptomRating
from tests.coaching.test_coaching import FASCIA, MONDAY, Runner
from tests.fakes import FakeClock


def the_id(runner: Runner, kind: str, index: int = -1) -> str:
    return [stored.id for stored in runner.journal.diary() if stored.event.kind == kind][index]


def set_clock(runner: Runner, utc: datetime) -> None:
    runner.clock = runner.journal.clock = FakeClock(utc=utc)
    runner.coach_over(runner.journal)


def refused(runner: Runner, event: str, at: datetime, match: str) -> None:
    """It is refused, with a remedy; nothing is kept and nothing changes."""
    before, decision = len(runner.journal.stored), runner.coaching.today().decision
    with pytest.raises(BadInput, match=match) as caught:
        runner.coaching.correct_date(event, at)
    assert caught.value.remedy
    assert len(runner.journal.stored) == before
    assert runner.coaching.today().decision == decision


def outcome(runner: Runner) -> Outcome:
    return runner.coaching.today().decision.outcome


def stopped_by_a_run() -> Runner:
    """Last Monday's run was rated with giving way: a STOP that stands."""
    runner = Runner()
    runner.morning()
    runner.after(runner.run(), during=8, giving_way=True)
    runner.wait(48)
    runner.morning()
    assert outcome(runner) is Outcome.STOP
    return runner


def test_the_profile_cannot_be_moved_to_after_the_runs() -> None:
    runner = stopped_by_a_run()
    refused(runner, the_id(runner, "profile_set"), runner.clock.utc_now() - timedelta(hours=1), "before the first prof")
    assert outcome(runner) is Outcome.STOP


def test_not_even_where_its_clock_was_wrong() -> None:
    runner = Runner(None)
    set_clock(runner, MONDAY + timedelta(days=100))
    runner.coaching.set_profile(FASCIA)
    set_clock(runner, MONDAY + timedelta(minutes=1))
    profile = the_id(runner, "profile_set")
    runner.coaching.correct_date(profile, MONDAY)
    runner.morning()
    session = runner.run()
    runner.after(session, during=8, giving_way=True)
    runner.wait(48)
    refused(runner, profile, runner.clock.utc_now() - timedelta(hours=1), "written after it by a right clock")
    assert outcome(runner) is Outcome.STOP


def test_a_told_run_cannot_be_moved_to_before_the_profile() -> None:
    runner = Runner()
    runner.wait(24 * 20)
    runner.morning()
    start = runner.clock.utc_now() - timedelta(hours=3)
    told = RunReported(start=start, end=start + timedelta(minutes=40), zone="UTC", run_ms=2_400_000)
    runner.coaching.report_run(told)
    event = the_id(runner, "run_reported")
    refused(runner, event, MONDAY - timedelta(days=5), "before the first profile")  # though it was told just now
    runner.after(event, during=7, giving_way=True)
    runner.wait(48)
    refused(runner, event, MONDAY - timedelta(days=5), "before the first profile")
    refused(runner, event, start - timedelta(days=5), "nothing says that the clock was wrong")
    assert outcome(runner) is Outcome.STOP


def test_a_stop_cannot_be_moved_to_before_a_clearance() -> None:
    runner = Runner()
    runner.wait(24 * 3)
    runner.coaching.clear(Clearance(role=Role.CLINICIAN, by="Dr A", at=runner.clock.utc_now()))
    runner.wait(24)
    runner.rate(Occasion.BEFORE, pain_now=0, confidence=8, painkiller=False, giving_way=True)
    runner.wait(48)
    runner.morning()
    assert outcome(runner) is Outcome.STOP
    event = the_id(runner, "rated", 0)
    refused(runner, event, runner.clock.utc_now() - timedelta(hours=77), "nothing says that the clock was wrong")
    refused(runner, the_id(runner, "cleared"), runner.clock.utc_now() - timedelta(hours=1), "nothing says that the clo")


def test_nor_a_run_with_what_was_said_of_it() -> None:
    runner = Runner()
    runner.wait(24 * 3)
    runner.coaching.clear(Clearance(role=Role.CLINICIAN, by="Dr A", at=runner.clock.utc_now()))
    runner.wait(24)
    runner.morning()
    session = runner.run()
    runner.after(session, during=9, giving_way=True)
    runner.wait(47)
    before = runner.clock.utc_now() - timedelta(days=3, hours=5)
    for event in (session, the_id(runner, "begun")):
        refused(runner, event, before, "nothing says that the clock was wrong")
    assert outcome(runner) is Outcome.STOP


def test_a_rating_after_a_run_is_never_from_before_it() -> None:
    runner = Runner()
    runner.morning()
    session = runner.run()
    runner.after(session, during=7)
    begun = next(run.start for run in runner.coaching.standing.runs)
    during = begun + timedelta(minutes=30)
    refused(runner, the_id(runner, "rated"), during, "cannot be from before its end")  # in the grace
    runner.wait(0.1)
    runner.coaching.correct_date(the_id(runner, "rated"), begun + timedelta(minutes=36))


def test_a_slip_just_made_is_mended_and_a_clock_set_back_makes_nothing_new() -> None:
    runner = Runner()
    runner.wait(24)
    runner.morning(6)
    event, told = the_id(runner, "rated"), runner.clock.utc_now()
    runner.coaching.correct_date(event, told - timedelta(minutes=30))
    runner.wait(3)
    runner.rate(Occasion.BEFORE, pain_now=0, confidence=8, painkiller=False)
    refused(runner, event, told - timedelta(minutes=40), "nothing says that the clock was wrong")
    set_clock(runner, told + timedelta(minutes=5))
    refused(runner, event, told - timedelta(minutes=40), "nothing says that the clock was wrong")


def test_a_morning_is_not_moved_onto_another() -> None:
    runner = Runner()
    runner.morning()
    runner.wait(24)
    runner.morning(5)
    refused(runner, the_id(runner, "rated"), MONDAY + timedelta(hours=1), "rated already")


def test_what_a_clock_behind_wrote_moves_on_and_never_back() -> None:
    runner = Runner()
    runner.morning()
    set_clock(runner, MONDAY - timedelta(days=40))  # it woke without a battery
    session = runner.run(override="the clock is wrong")
    set_clock(runner, MONDAY + timedelta(days=1))
    start = next(run.start for run in runner.coaching.standing.runs if run.id == session)
    refused(runner, session, start - timedelta(days=1), "behind")
    runner.coaching.correct_date(session, runner.clock.utc_now() - timedelta(hours=1))
    assert runner.coaching.standing.runs[0].start == runner.clock.utc_now() - timedelta(hours=1)


def test_what_a_clock_ahead_wrote_moves_back_also_once_that_time_has_come() -> None:
    runner = Runner()
    set_clock(runner, MONDAY + timedelta(days=2))
    runner.rate(Occasion.BEFORE, pain_now=0, confidence=8, painkiller=False)
    event = the_id(runner, "rated")
    set_clock(runner, MONDAY + timedelta(hours=1))
    runner.morning()
    assert Need.CLOCK in runner.coaching.today().decision.needs
    runner.wait(72)
    refused(runner, event, runner.clock.utc_now(), "ahead")
    runner.coaching.correct_date(event, MONDAY)
    assert runner.coaching.standing.told.ratings[0].rating.at == MONDAY


def test_a_told_run_is_not_taken_back_by_setting_the_clock_back() -> None:
    runner = Runner()
    runner.wait(3)
    start, told = runner.clock.utc_now() - timedelta(hours=2), runner.clock.utc_now()
    runner.coaching.report_run(RunReported(start=start, end=told, zone="UTC", run_ms=600_000))
    runner.wait(24)
    runner.morning()
    set_clock(runner, told + timedelta(minutes=5))
    with pytest.raises(BadInput, match="more than 10 minutes"):
        runner.coaching.withdraw_run()
    assert runner.coaching.standing.runs


def told_four_days_late(runner: Runner, *, slip: bool) -> None:
    """The morning after the run, told with its date, or as if it were of now and its date put right at once."""
    runner.morning()
    runner.after(runner.run())
    runner.wait(24 * 4)
    day_after = MONDAY + timedelta(days=1)
    if slip:
        runner.morning()
        runner.coaching.correct_date(the_id(runner, "rated"), day_after)
    else:
        about = SymptomRating(
            occasion=Occasion.MORNING, at=day_after, zone="Europe/Berlin", first_steps=1, swelling=False, woken=False,
            painkiller=False, confidence=8,
        )  # fmt: skip
        runner.coaching.rate(about)
    runner.wait(0.1)
    runner.morning()


def test_a_slip_mended_makes_no_late_answer_punctual() -> None:
    honest, slipped = Runner(), Runner()
    told_four_days_late(honest, slip=False)
    told_four_days_late(slipped, slip=True)
    found = slipped.coaching.today().decision
    assert [reason.figures.get("recalled") for reason in found.reasons if reason.code == "G12"] == [1]
    assert found == honest.coaching.today().decision


def test_a_check_told_after_a_run_is_not_moved_to_before_it() -> None:
    runner = Runner()
    runner.wait(2)
    start = runner.clock.utc_now() - timedelta(hours=1)
    run = RunReported(
        start=start, end=start + timedelta(minutes=30), zone="Europe/Berlin", run_ms=480_000, bout_ms=60_000
    )
    runner.coaching.report_run(run)
    runner.rate(Occasion.BEFORE, pain_now=0, confidence=8, painkiller=False)
    runner.coaching.correct_date(the_id(runner, "rated"), start - timedelta(minutes=5))
    assert runner.coaching.standing.run is not None
    assert runner.coaching.standing.run.unlocked is False
    assert runner.coaching.whole.told.ratings[0].given_at > start


def test_where_the_clock_was_wrong_an_answer_was_given_when_it_says_now() -> None:
    runner = Runner()
    set_clock(runner, MONDAY + timedelta(days=300))
    runner.morning()
    set_clock(runner, MONDAY + timedelta(days=1))
    runner.coaching.correct_date(the_id(runner, "rated"), MONDAY + timedelta(hours=20))
    [given] = runner.coaching.standing.told.ratings
    assert given.given_at == given.rating.at == MONDAY + timedelta(hours=20)


def test_what_only_the_clock_dates_is_no_slip() -> None:
    runner = Runner()
    runner.wait(24)
    runner.coaching.set_profile(FASCIA)
    refused(runner, the_id(runner, "profile_set"), runner.clock.utc_now() - timedelta(hours=20), "clock was wrong")


def ran_on_a_clock_a_day_ahead() -> tuple[Runner, str, datetime]:
    """On Wednesday, after Wednesday's morning. The clock was put right again; when it really began."""
    runner = Runner()
    runner.morning()
    runner.after(runner.run())
    runner.wait(24)
    runner.morning()
    runner.wait(24)
    runner.morning()
    true = runner.clock.utc_now()
    set_clock(runner, true + timedelta(days=1))
    runner.morning()
    session = runner.run()
    runner.after(session)
    set_clock(runner, true + timedelta(minutes=40))
    return runner, session, true


def test_what_only_the_clock_dates_stays_between_what_a_right_clock_wrote() -> None:
    runner, session, true = ran_on_a_clock_a_day_ahead()
    yesterday = true - timedelta(days=1)
    for event in (session, the_id(runner, "begun"), the_id(runner, "rated"), the_id(runner, "rated", -2)):
        refused(runner, event, yesterday, "written before it by a right clock")
    runner.wait(1)
    runner.rate(Occasion.BEFORE, pain_now=0, confidence=8, painkiller=False)
    runner.wait(1)
    refused(runner, session, runner.clock.utc_now() - timedelta(minutes=35), "written after it by a right clock")
    runner.coaching.correct_date(session, true)
    for index in (-2, -3):
        runner.coaching.correct_date(the_id(runner, "rated", index), true + timedelta(minutes=index + 39))
    assert Need.CLOCK not in runner.coaching.today().decision.needs


def test_what_another_machine_wrote_bounds_nothing() -> None:
    runner = Runner()
    runner.wait(48)
    runner.morning()
    runner.journal.device = "another"
    set_clock(runner, MONDAY + timedelta(days=9))
    runner.rate(Occasion.BEFORE, pain_now=0, confidence=8, painkiller=False)
    event = the_id(runner, "rated")
    set_clock(runner, MONDAY + timedelta(hours=49))
    runner.coaching.correct_date(event, MONDAY + timedelta(hours=20))
    assert runner.coaching.today().is_open


def test_what_says_itself_when_it_was_may_be_from_before_it_was_written() -> None:
    runner = Runner()
    runner.wait(24)
    runner.morning()
    set_clock(runner, MONDAY + timedelta(days=9))
    about = SymptomRating(
        occasion=Occasion.BEFORE, at=MONDAY + timedelta(days=8), zone="Europe/Berlin", pain_now=0, confidence=8,
        painkiller=False,
    )  # fmt: skip
    event = runner.coaching.rate(about).id
    set_clock(runner, MONDAY + timedelta(hours=25))
    runner.coaching.correct_date(event, MONDAY + timedelta(hours=1))
    assert runner.coaching.today().is_open


@pytest.mark.parametrize(("ahead", "since", "counts"), [(1, 1, 1), (4, 1, 4), (1, 4, 4)])
def test_a_morning_told_by_a_clock_ahead_and_told_again_is_one_with_the_harsher_answers(
    ahead: int, since: int, counts: int
) -> None:
    runner = Runner()
    runner.wait(24)
    true = runner.clock.utc_now()
    set_clock(runner, true + timedelta(days=365))
    runner.morning(ahead)
    event = the_id(runner, "rated")
    set_clock(runner, true + timedelta(minutes=5))
    assert {Need.CLOCK, Need.RUN_DAY} <= set(runner.coaching.today().decision.needs)
    runner.morning(since)
    for corrected in (true, true + timedelta(minutes=1)):  # and put right once more
        runner.coaching.correct_date(event, corrected)
        [given] = runner.coaching.standing.told.ratings
        assert (given.rating.at, given.rating.first_steps) == (corrected, counts)
    assert runner.coaching.today().is_open is (counts == 1)


def test_a_clock_put_ahead_softens_no_morning() -> None:
    runner = Runner()
    runner.wait(24)
    runner.morning(4)
    told = runner.clock.utc_now()
    set_clock(runner, told + timedelta(days=2))
    runner.morning(1)
    set_clock(runner, told + timedelta(hours=2))
    before = runner.coaching.today().decision
    runner.coaching.correct_date(the_id(runner, "rated"), told + timedelta(hours=1))
    [given] = runner.coaching.standing.told.ratings
    assert (given.rating.at, given.rating.first_steps, given.given_at) == (told, 4, told)
    assert not runner.coaching.today().is_open
    assert runner.coaching.today().decision.opens_at == before.opens_at


def test_one_note_by_a_clock_set_back_frees_no_run_of_its_date() -> None:
    runner = Runner()
    runner.morning()
    runner.after(runner.run())
    runner.wait(24)
    runner.morning()
    runner.wait(24)
    runner.morning()
    session = runner.run()
    now = runner.clock.utc_now()
    set_clock(runner, MONDAY - timedelta(days=20))
    runner.rate(Occasion.BEFORE, pain_now=0, confidence=8, painkiller=False)
    set_clock(runner, now)
    refused(runner, session, now - timedelta(days=1), "written before it by a right clock")
