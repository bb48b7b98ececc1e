"""A waking day may have two mornings, one on each side of a run; whatever the gate names can be typed and is taken."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coach.coaching.times import instant
from coach.errors import BadInput
from coach.gate.advice import need_lines
from coach.gate.days import morning_of
from coach.gate.evaluate import decide
from coach.gate.facts import Ledger, Owed
from coach.model.decision import Need
from coach.model.profile import BandName
from coach.model.rating import Occasion, SymptomRating
from coach.tui import asks
from tests.coaching.test_coaching import MONDAY, Runner
from tests.gate import build as b


def lines(runner: Runner) -> list[str]:
    today = runner.coaching.today()
    return need_lines(today.decision, today.input)


def a_morning(at: datetime, zone: str = "Europe/Berlin", first_steps: int = 1) -> SymptomRating:
    return SymptomRating(
        occasion=Occasion.MORNING, at=at, zone=zone, first_steps=first_steps, swelling=False, woken=False,
        painkiller=False, confidence=8,
    )  # fmt: skip


def ran_at_night() -> Runner:
    """Over at 01:01 on Tuesday; the morning was told at 04:05, less than four hours after."""
    runner = Runner()
    runner.wait(15)
    runner.morning()
    runner.wait(1.45)
    runner.after(runner.run())
    runner.wait(3 + 4 / 60)
    assert runner.clock.utc_now() == MONDAY + timedelta(hours=20, minutes=5)
    runner.morning()
    return runner


def test_a_morning_too_soon_after_a_run_is_not_the_next_one_and_does_not_bar_it() -> None:
    runner = ran_at_night()
    assert Need.MORNING in runner.coaching.today().decision.needs
    assert "say from 3 March 05:01 on how the morning after your run is: `coach morning`" in lines(runner)
    assert asks.morning_is_told(runner.coaching.today())
    assert "How the first steps are, from 3 March 05:01 on." in asks.wanted(runner.coaching.today()).later
    runner.wait(4)
    assert not asks.morning_is_told(runner.coaching.today())
    assert asks.MORNING in asks.wanted(runner.coaching.today()).asks
    with pytest.raises(BadInput, match="no rating to correct"):
        runner.coaching.rating_to_amend(a_morning(runner.clock.utc_now()))
    second = runner.coaching.rate(a_morning(runner.clock.utc_now()))
    assert Need.MORNING not in runner.coaching.today().decision.needs
    with pytest.raises(BadInput, match="rated already"):
        runner.morning()
    assert runner.coaching.rating_to_amend(a_morning(runner.clock.utc_now())) == second.id


def test_it_can_be_told_of_that_day_later_too() -> None:
    runner = ran_at_night()
    runner.wait(30)
    assert any("`coach morning --for 2026-03-03`" in line for line in lines(runner))
    seven = a_morning(datetime(2026, 3, 3, 6, tzinfo=UTC))
    assert runner.coaching.rate_all([seven], ["here"]) == 1
    assert Need.MORNING not in runner.coaching.today().decision.needs
    assert runner.coaching.rate_all([seven], ["here"]) == 0
    with pytest.raises(BadInput, match="morning of 2026-03-03 is kept already"):
        runner.coaching.rate_all([seven.model_copy(update={"at": seven.at + timedelta(hours=1)})], ["here"])


def test_who_flies_against_the_sun_wakes_twice_on_one_day() -> None:
    runner = Runner()
    tokyo = datetime(2026, 3, 2, 22, tzinfo=UTC)  # Tuesday, 07:00
    runner.wait((tokyo - MONDAY).total_seconds() / 3600)
    runner.coaching.rate(a_morning(tokyo, "Asia/Tokyo"))
    ended = tokyo + timedelta(hours=11, minutes=34)
    landed = a_morning(tokyo + timedelta(hours=20), "America/Los_Angeles")  # Tuesday, 10:00
    assert morning_of(tokyo, "Asia/Tokyo", [ended])[0] == morning_of(landed.at, landed.zone, [ended])[0]
    assert morning_of(tokyo, "Asia/Tokyo", [ended]) != morning_of(landed.at, landed.zone, [ended])
    runner.wait(11)
    session = runner.run(override="the check was of another zone")
    runner.after(session)
    runner.wait(9)
    runner.coaching.rate(landed)
    with pytest.raises(BadInput, match="rated already"):
        runner.coaching.rate(landed)


def test_the_check_owed_is_named_with_its_offset_where_the_hour_comes_twice() -> None:
    """The run began at 02:45 summer time; clocks showed 02:44 once more an hour later."""
    began = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
    owed = Owed(need=Need.RUN_DAY, since=began, day=began.date(), zone="Europe/Berlin")
    given = b.case(BandName.FASCIA).model_copy(
        update={"asked_at": began + timedelta(days=2), "zone": "Europe/Berlin", "ledger": Ledger(owed=(owed,))}
    )
    line = next(line for line in need_lines(decide(given), given) if "coach before --at" in line)
    typed = line.rpartition("--at ")[2].strip("`")
    assert typed == "2026-10-25T02:44+02:00"
    now = given.asked_at.astimezone(ZoneInfo("Europe/Berlin"))
    assert instant(typed, now) == began - timedelta(minutes=1)
