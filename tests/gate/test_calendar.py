"""The gate's days: midnight, half past midnight, both changes of the clock, travel, leap days."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from coach.gate.days import after_days, next_morning, waking_date
from coach.gate.evaluate import decide
from coach.gate.facts import GateInput, Given, Ledger, Run
from coach.model.decision import Decision, Need
from coach.model.profile import BandName
from coach.model.rating import Course, Occasion, SymptomRating
from tests.gate.build import MINUTE, STAGES

BERLIN, TOKYO, LOS_ANGELES = "Europe/Berlin", "Asia/Tokyo", "America/Los_Angeles"


def local(zone: str, *when: int) -> datetime:
    """A wall clock's time, in UTC."""
    year, month, day, hour, minute = (*when, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def told(occasion: Occasion, zone: str, at: datetime, late: timedelta = timedelta(), **answers: Any) -> Given:
    usual: dict[Occasion, dict[str, Any]] = {
        Occasion.MORNING: {"first_steps": 0, "swelling": False, "woken": False, "painkiller": False, "confidence": 8},
        Occasion.BEFORE: {"pain_now": 0, "confidence": 8, "painkiller": False},
        Occasion.AFTER: {
            "run": "run", "pain_during": 0, "pain_now": 0, "warmup_soreness": 0, "warmup_course": Course.NONE,
            "limp": False, "sharp_pain": False, "swelling": False, "giving_way": False, "completed": True,
            "painkiller": False,
        },
    }  # fmt: skip
    rating = SymptomRating.model_validate({"occasion": occasion, "at": at, "zone": zone, **usual[occasion], **answers})
    return Given(rating=rating, given_at=at + late)


def a_run(zone: str, start: datetime, minutes: int = 34) -> Run:
    due = STAGES[1].run_ms[0]
    return Run(
        id="run", start=start, end=start + timedelta(minutes=minutes), zone=zone, planned_ms=due, done_ms=due or 0,
        bout_ms=MINUTE,
    )  # fmt: skip


def ask(zone: str, at: datetime, run: Run | None, *readings: Given, band: BandName = BandName.FASCIA) -> Decision:
    ready = at - timedelta(days=13)
    return decide(
        GateInput(
            asked_at=at,
            zone=zone,
            bands=(band,),
            high_risk=False,
            stages=STAGES,
            run=run,
            readings=readings,
            readiness_at=ready,
            ledger=Ledger(stage=1, last_stage=1, running_since=ready),
        )
    )


def test_a_rating_at_half_past_midnight_is_of_the_evening_before() -> None:
    zone = BERLIN
    night = local(zone, 2026, 3, 3, 0, 30)
    assert waking_date(night, zone) == date(2026, 3, 2)
    given = told(Occasion.BEFORE, zone, night)
    assert ask(zone, local(zone, 2026, 3, 3, 0, 45), None, given).is_open
    assert ask(zone, local(zone, 2026, 3, 3, 12), None, given).needs == (Need.RUN_DAY,)


def test_too_sore_at_half_past_midnight_stays_closed_until_the_new_day_begins() -> None:
    zone = BERLIN
    sore = told(Occasion.BEFORE, zone, local(zone, 2026, 3, 3, 0, 30), pain_now=4)
    found = ask(zone, local(zone, 2026, 3, 3, 0, 45), None, sore)
    assert not found.is_open
    assert found.opens_at == local(zone, 2026, 3, 3, 4)


def test_a_run_across_midnight() -> None:
    """It began on the 2nd, so the 3rd is the full day between; its next morning is that of the 3rd."""
    zone = BERLIN
    run = a_run(zone, local(zone, 2026, 3, 2, 23, 45))
    after = told(Occasion.AFTER, zone, local(zone, 2026, 3, 3, 0, 30))
    woke = told(Occasion.MORNING, zone, local(zone, 2026, 3, 3, 7))
    assert next_morning(run.end, zone) == date(2026, 3, 3)
    today = told(Occasion.MORNING, zone, local(zone, 2026, 3, 4, 7))
    found = ask(zone, local(zone, 2026, 3, 4, 11, 45), run, after, woke, today)
    assert found.opens_at == local(zone, 2026, 3, 4, 11, 45)
    assert found.is_open
    missing = ask(zone, local(zone, 2026, 3, 4, 12), run, after, today)
    assert missing.needs == (Need.MORNING,)


def test_a_run_that_ends_before_dawn_has_a_next_morning_that_can_be_answered() -> None:
    zone = BERLIN
    early, late = local(zone, 2026, 3, 3, 2, 30), local(zone, 2026, 3, 3, 3, 40)
    assert next_morning(early, zone) == date(2026, 3, 3)
    assert next_morning(late, zone) == date(2026, 3, 4), "seven o'clock is less than four hours later"
    assert next_morning(local(zone, 2026, 3, 3, 6), zone) == date(2026, 3, 4), "a night lies between"


@pytest.mark.parametrize(
    ("start", "opens"),
    [
        ((2026, 3, 28, 18), (2026, 3, 30, 7)),  # an hour is lost: 36 h are seven o'clock
        ((2026, 10, 24, 18), (2026, 10, 26, 5)),  # an hour is won
    ],
)
def test_both_changes_of_the_clock(start: tuple[int, ...], opens: tuple[int, ...]) -> None:
    began = local(BERLIN, *start)
    assert after_days(began, 1, 36, (BERLIN,)) == local(BERLIN, *opens)
    run = a_run(BERLIN, began)
    day = timedelta(days=1)
    first, second = (began + n * day for n in (1, 2))
    readings = (
        told(Occasion.AFTER, BERLIN, began + timedelta(minutes=40)),
        told(Occasion.MORNING, BERLIN, local(BERLIN, first.year, first.month, first.day, 7)),
        told(Occasion.MORNING, BERLIN, local(BERLIN, second.year, second.month, second.day, 4, 30)),
    )
    at = local(BERLIN, *opens)
    assert ask(BERLIN, at, run, *readings).is_open
    assert not ask(BERLIN, at - timedelta(minutes=1), run, *readings).is_open


def test_two_full_days_over_a_change_of_the_clock_are_calendar_days() -> None:
    assert after_days(local(BERLIN, 2026, 3, 27, 23), 2, 48, (BERLIN,)) == local(BERLIN, 2026, 3, 30, 4)


def test_at_midnight_the_full_day_between_is_not_over_yet() -> None:
    began = local(BERLIN, 2026, 3, 2, 7)
    run = a_run(BERLIN, began)
    told_of = (
        told(Occasion.AFTER, BERLIN, began + timedelta(minutes=40)),
        told(Occasion.MORNING, BERLIN, local(BERLIN, 2026, 3, 3, 7)),
    )
    at_night = ask(BERLIN, local(BERLIN, 2026, 3, 4, 0, 30), run, *told_of)
    assert not at_night.is_open, "on the check of the rest day"
    assert at_night.opens_at == local(BERLIN, 2026, 3, 4, 4)
    assert Need.RUN_DAY in ask(BERLIN, local(BERLIN, 2026, 3, 4, 4), run, *told_of).needs
    today = told(Occasion.MORNING, BERLIN, local(BERLIN, 2026, 3, 4, 4, 30))
    assert ask(BERLIN, local(BERLIN, 2026, 3, 4, 4, 30), run, *told_of, today).is_open


@pytest.mark.parametrize(
    ("start", "opens"), [((2026, 3, 4, 0, 30), (2026, 3, 6, 0)), ((2026, 3, 4, 4), (2026, 3, 6, 4))]
)
def test_a_run_after_midnight_is_of_both_days(start: tuple[int, ...], opens: tuple[int, ...]) -> None:
    assert after_days(local(BERLIN, *start), 1, 36, (BERLIN,)) == local(BERLIN, *opens)


def test_days_off_are_hours_not_calendar_days() -> None:
    run = a_run(BERLIN, local(BERLIN, 2026, 3, 28, 18))
    limp = told(Occasion.AFTER, BERLIN, local(BERLIN, 2026, 3, 28, 19), limp=True)
    found = ask(BERLIN, local(BERLIN, 2026, 3, 29, 12), run, limp)
    assert found.opens_at == local(BERLIN, 2026, 3, 28, 19) + timedelta(hours=48)


def test_from_los_angeles_to_tokyo_the_next_morning_is_the_first_there() -> None:
    start = local(LOS_ANGELES, 2026, 3, 2, 18)  # already the 3rd in Tokyo
    run = a_run(LOS_ANGELES, start)
    after = told(Occasion.AFTER, LOS_ANGELES, start + timedelta(minutes=40))
    woke = told(Occasion.MORNING, TOKYO, local(TOKYO, 2026, 3, 4, 7))
    later = local(TOKYO, 2026, 3, 5, 13)
    check = told(Occasion.BEFORE, TOKYO, later - timedelta(minutes=10))
    found = ask(TOKYO, later, run, after, woke, check)
    assert found.needs == ()
    assert found.opens_at == local(TOKYO, 2026, 3, 5, 4), "the full day is counted where it ends later"
    assert found.is_open


def test_from_tokyo_to_los_angeles_the_stricter_calendar_holds() -> None:
    start = local(TOKYO, 2026, 3, 2, 7)  # still the 1st in Los Angeles
    run = a_run(TOKYO, start)
    found = ask(LOS_ANGELES, local(LOS_ANGELES, 2026, 3, 2, 12), run)
    here = after_days(start, 1, 36, (LOS_ANGELES,))
    there = after_days(start, 1, 36, (TOKYO,))
    assert found.opens_at == max(here, there)


def test_a_check_is_of_today_where_it_was_given_and_where_one_runs() -> None:
    woke = told(Occasion.MORNING, TOKYO, local(TOKYO, 2026, 3, 3, 7))  # the afternoon of the 2nd in Los Angeles
    landed = local(LOS_ANGELES, 2026, 3, 2, 20)
    assert ask(LOS_ANGELES, landed, None, woke).needs == (Need.RUN_DAY,)
    assert ask(TOKYO, local(TOKYO, 2026, 3, 3, 13), None, woke).is_open


def test_a_leap_day_is_a_day() -> None:
    start = local(BERLIN, 2028, 2, 28, 18)
    assert after_days(start, 1, 36, (BERLIN,)) == local(BERLIN, 2028, 3, 1, 6)
    assert next_morning(start, BERLIN) == date(2028, 2, 29)
    run = a_run(BERLIN, start)
    readings = (
        told(Occasion.AFTER, BERLIN, start + timedelta(minutes=40)),
        told(Occasion.MORNING, BERLIN, local(BERLIN, 2028, 2, 29, 7)),
    )
    for day, stage in ((6, 1), (7, 0)):
        at = local(BERLIN, 2028, 3, day, 18)
        found = ask(BERLIN, at, run, *readings, told(Occasion.BEFORE, BERLIN, at - timedelta(minutes=5)))
        assert found.stage == stage, "with the leap day the 7th is the eighth day"


def test_a_morning_told_late_is_late_from_four_in_the_morning_where_it_was() -> None:
    start = local(BERLIN, 2026, 3, 2, 18)
    run = a_run(BERLIN, start)
    after = told(Occasion.AFTER, BERLIN, start + timedelta(minutes=40))
    seven = local(BERLIN, 2026, 3, 3, 7)
    at = local(BERLIN, 2026, 3, 4, 12)
    check = told(Occasion.BEFORE, BERLIN, at - timedelta(minutes=5))
    in_time = told(Occasion.MORNING, BERLIN, seven, late=timedelta(hours=20, minutes=59))
    too_late = told(Occasion.MORNING, BERLIN, seven, late=timedelta(hours=21))
    assert "G12" not in ask(BERLIN, at, run, after, in_time, check).codes
    assert "G12" in ask(BERLIN, at, run, after, too_late, check).codes
