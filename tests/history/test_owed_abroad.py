"""What a run still owes can be paid wherever the runner is by then, by the command that is printed."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from coach.gate.advice import need_lines
from coach.gate.evaluate import decide
from coach.gate.facts import GateInput, Owed
from coach.history.events import Begun
from coach.history.fold import Standing
from coach.model.decision import Need
from coach.model.rating import Occasion
from coach.model.zones import zone
from coach.simulation import probe
from coach.simulation.probe import opens_in_the_end
from tests.history.test_standing import Story, at

ZONES = ("UTC", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Auckland")
ROUNDS = 4


def a_run(story: Story, day: float, hour: float, *, seconds: int = 0) -> None:
    """In UTC, rated an hour later; ``hour`` is when it began."""
    run = story.run(day)
    start = at(day, hour) + timedelta(seconds=seconds)
    moved = {"start": start, "end": start + timedelta(minutes=34), "zone": "UTC"}
    story.runs[-1] = story.runs[-1].model_copy(update=moved)
    story.tell(Begun(session=run, unlocked=False, override="in spite"), start)
    answers: dict[str, Any] = {
        "run": run, "pain_during": 0, "pain_now": 0, "warmup_soreness": 0, "warmup_course": "none", "limp": False,
        "sharp_pain": False, "swelling": False, "giving_way": False, "completed": True, "painkiller": False,
    }  # fmt: skip
    story.rate(Occasion.AFTER, at(day, hour + 1), **answers)


def question(story: Story, day: float, name: str) -> GateInput:
    standing: Standing = story.standing()
    return standing.question(at(day), name)


def answer_as_printed(story: Story, day: float, name: str, need: Need) -> list[str]:
    """Do what is printed for this need until it is gone; the lines that are left."""
    command = r"coach before --at (\S+)`" if need is Need.RUN_DAY else r"coach morning --for (\S+)`"
    lines: list[str] = []
    for _ in range(ROUNDS):
        asked = question(story, day, name)
        lines = [line for line in need_lines(decide(asked), asked) if re.search(command, line)]
        for line in lines:
            typed = re.search(command, line)
            assert typed is not None
            local = datetime.fromisoformat(typed[1])
            if need is Need.RUN_DAY:
                when = local.replace(tzinfo=zone(name)).astimezone(UTC)
                story.rate(Occasion.BEFORE, when, at(day), zone=name, pain_now=0, confidence=8, painkiller=False)
            else:
                when = datetime.combine(local.date(), time(7), zone(name)).astimezone(UTC)
                quiet: dict[str, Any] = {"first_steps": 1, "swelling": False, "woken": False, "painkiller": False}
                story.rate(Occasion.MORNING, when, at(day), zone=name, **quiet)
    return lines


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("hour", [3, 4, 6, 8, 12, 18, 22])
def test_the_check_before_a_run_can_be_told_from_anywhere(hour: int, name: str) -> None:
    story = Story()
    a_run(story, 0, hour, seconds=0 if hour == 4 else 20)
    story.morning(1)
    asked = question(story, 5, name)
    assert Need.RUN_DAY in [owed.need for owed in asked.ledger.owed]
    assert opens_in_the_end(asked) == ""
    assert answer_as_printed(story, 5, name, Need.RUN_DAY) == []
    assert Need.RUN_DAY not in [owed.need for owed in question(story, 5, name).ledger.owed]


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("hour", [2, 8, 16, 22])
def test_the_morning_after_an_older_run_can_be_told_from_anywhere(hour: int, name: str) -> None:
    story = Story()
    a_run(story, 0, hour)
    a_run(story, 3, hour)
    asked = question(story, 7, name)
    assert Need.MORNING in [owed.need for owed in asked.ledger.owed]
    assert opens_in_the_end(asked) == ""
    assert answer_as_printed(story, 7, name, Need.MORNING) == []
    assert Need.MORNING not in decide(question(story, 7, name)).needs


def test_the_law_sees_what_could_not_be_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story()
    a_run(story, 0, 18)
    story.morning(1)
    asked = question(story, 5, "Asia/Tokyo")

    def the_day_before(owed: Owed) -> datetime:
        return owed.since - timedelta(days=1)

    monkeypatch.setattr(probe, "just_before", the_day_before)
    assert "run-day" in opens_in_the_end(asked)


def test_a_check_told_in_time_is_still_of_the_day_both_here_and_there() -> None:
    """Only what is told after the run is about the day where that was."""
    story = Story()
    a_run(story, 0, 3)  # the night of the day before, in UTC; the next noon in Tokyo
    told: dict[str, Any] = {"pain_now": 0, "confidence": 8, "painkiller": False}
    story.rate(Occasion.BEFORE, at(0, 2.9), at(0, 2.9), zone="Asia/Tokyo", **told)
    story.morning(1)
    assert Need.RUN_DAY in [owed.need for owed in question(story, 5, "UTC").ledger.owed]
