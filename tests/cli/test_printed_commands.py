"""What the gate says at every golden case: commands that can be typed as printed, care first, nothing offered."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import timedelta

import pytest
import typer
from typer.main import get_command

from coach.cli import app
from coach.cli.today import decision_lines, reason_lines
from coach.gate.advice import headline, need_lines
from coach.gate.evaluate import decide
from coach.gate.facts import GateInput, Owed
from coach.gate.wording import need_words, reason_words
from coach.model.decision import Decision, Need, Outcome, Reason
from coach.model.profile import BandName
from coach.model.zones import zone
from tests.gate.build import T0, after, at, case, morning
from tests.gate.golden import FOLDER

COMMAND = re.compile(r"`(coach[^`]*)`")
LEAK = re.compile(r"[{}]|None|True|False|\d+\.\d{3,}|\(0 of 10\)")


def parses(command: str) -> None:
    """Raises for a command line that the coach would refuse."""
    words = shlex.split(command)[1:]
    found = get_command(app)
    context = found.make_context("coach", [], resilient_parsing=True)
    while hasattr(found, "resolve_command"):
        name, found, words = found.resolve_command(context, words)  # type: ignore[attr-defined]
        if found is None:
            raise typer.BadParameter(command)
        if not hasattr(found, "resolve_command"):
            context = found.make_context(name, list(words), parent=context)


def golden() -> Iterator[tuple[str, GateInput, Decision]]:
    for file in sorted(FOLDER.glob("*.json")):
        for each in json.loads(file.read_text("utf-8")):
            given = GateInput.model_validate_json(json.dumps(each["input"]))
            yield each["name"], given, decide(given)


def said(given: GateInput) -> list[str]:
    decision = decide(given)
    return [*decision_lines(decision, given, zone(given.zone)), *reason_lines(decision, given)]


def test_every_printed_command_can_be_typed() -> None:
    printed: set[str] = set()
    for name, given, decision in golden():
        lines = said(given)
        assert len(lines) > len(decision.reasons), name
        assert not [line for line in lines if LEAK.search(line)], name
        printed |= {command for line in lines for command in COMMAND.findall(line)}
    printed |= {command for need in Need for command in COMMAND.findall(need_words(need))}
    kinds = {shlex.split(command)[1] for command in printed}
    assert kinds >= {"rate", "morning", "before", "follow-up", "ready", "clear", "journal"}
    for command in sorted(printed):
        parses(command)


@pytest.mark.parametrize("command", ["coach mourning", "coach morning --four 2026-03-02", "coach journal correct"])
def test_a_command_that_does_not_exist_is_found(command: str) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011 - click's own, which has no public name here
        parses(command)


def test_under_a_stop_care_comes_first_and_nothing_opens() -> None:
    stops = 0
    for name, given, decision in golden():
        lines = said(given)
        if decision.outcome is not Outcome.STOP:
            assert "Opens" in "".join(lines) or decision.opens_at is None or decision.opens_at <= given.asked_at, name
            continue
        stops += 1
        assert re.match(r"Do not run|Call the emergency|Have .*looked at by a clinician today", lines[0]), name
        assert not any(line.startswith("Opens") for line in lines), name
    assert stops > 50


def test_an_emergency_goes_before_the_rest() -> None:
    flags = ("giving-way", "breathless-or-chest-pain", "sudden-pop")
    given = case(BandName.FASCIA, after(red_flags=flags), asked=2)
    assert said(given)[0] == "Call the emergency number now."
    same_day = case(BandName.FASCIA, after(red_flags=flags[::2]), asked=2)
    assert said(same_day)[0] == "Have it looked at by a clinician today."


def test_a_red_flag_of_before_is_still_said_first() -> None:
    given = case(BandName.FASCIA, asked=40, ledger={"stops": ("G1",)})
    assert said(given)[0].startswith("Have the warning sign you told of looked at by a clinician today; call the")


# What is said where


def head(given: GateInput) -> str:
    return headline(decide(given), given)


def test_the_first_session_is_not_one_again() -> None:
    given = case(BandName.FASCIA, morning(0, -10, confidence=8), asked=-9, run=None)
    assert head(given) == "START: the first session of the plan. The gate is open."
    unsaid = case(BandName.FASCIA, asked=-9, run=None)
    assert head(unsaid) == "WAIT: when it opens, the first session of the plan. The gate is closed."
    evening = case(BandName.FASCIA, after(1, 1), asked=2, stage=2)
    assert head(evening) == "WAIT: when it opens, this stage again. The gate is closed."


def test_days_off_that_are_over_are_said_to_be() -> None:
    told = (after(6, 3), morning(1), morning(1, 61, confidence=8))
    early = case(BandName.TENDON, *told[:2], asked=30, baseline=1, stage=2)
    over = case(BandName.TENDON, *told, asked=66, baseline=1, stage=2)
    assert head(early) == "REST: days off first, then a lower stage. The gate is closed."
    assert head(over) == "REST: the days off are over; a lower stage comes next. The gate is open."
    assert "The time that has to lie between two runs has passed, and no longer holds you back. (G16)" in "\n".join(
        said(over)
    )
    assert "Some time has to lie between two runs" in "\n".join(said(early))


def test_a_step_back_from_the_first_stage_is_explained() -> None:
    given = case(BandName.TENDON, after(6, 3), asked=30, stage=0)
    lines = said(given)
    assert "seven days of walking and a new readiness check" in lines[0]
    assert any(
        "at the first stage that is seven days of walking, and a new readiness check of after 4 March 19:00. (G5)" in x
        for x in lines
    )
    assert not any("one stage lower" in line for line in lines)


def test_after_an_evening_run_nobody_is_told_that_today_was_not_said() -> None:
    given = case(BandName.FASCIA, after(1, 1), asked=2)
    lines = "\n".join(said(given))
    assert "How it is on the day of your next run, before it, has yet to be said. (G12)" in lines
    assert "Needs     on the day of your next run, say before it how it is: `coach morning`" in lines
    assert "Nothing was said yet about how it is today" not in lines


def test_the_command_for_a_morning_names_its_day() -> None:
    def needed(asked: float) -> list[str]:
        given = case(BandName.FASCIA, after(1, 1), asked=asked)
        return [line for line in need_lines(decide(given), given) if "morning after" in line]

    day = (T0 + timedelta(days=1)).date()
    assert needed(2) == [f"say on {day.day} March how the morning after your run is: `coach morning`"]
    assert needed(16) == [f"say how the morning after your run was, on {day.day} March: `coach morning`"]
    assert needed(64) == [f"say how the morning after your run was, on {day.day} March: `coach morning --for {day}`"]


def test_what_is_owed_from_before_has_its_own_command() -> None:
    owed = (
        Owed(need=Need.RUN_DAY, since=at(-48), day=at(-48).date()),
        Owed(need=Need.AFTER, since=at(-47), run="01KAR0000000000000000000AA", day=at(-48).date()),
        Owed(need=Need.MORNING, since=at(-47), run="01KAR0000000000000000000AA", day=at(-24).date()),
    )
    given = case(BandName.FASCIA, after(1, 1), morning(1), asked=40, ledger={"owed": owed})
    before, rate, past = (
        [line for line in need_lines(decide(given), given) if word in line]
        for word in ("before you ran", "rate", "--for")
    )
    assert f"`coach before --at {at(-48) - timedelta(minutes=1):%Y-%m-%dT%H:%M}`" in before[0]
    assert "`coach rate --run 00000000AA`" in rate[0]
    assert f"`coach morning --for {at(-24).date()}`" in past[0]


def test_a_night_that_woke_a_bone_is_no_pain_of_zero() -> None:
    for more in ({"high_risk": True}, {"high_risk": False, "ledger": {"bone_pain": (at(-24 * 20),)}}):
        given = case(BandName.BONE, after(), morning(0, woken=True), asked=40, **more)
        [line] = [line for line in said(given) if "(G3b)" in line]
        assert "woke you at night" in line
        assert "0 of 10" not in line


def test_days_off_after_a_clearance_are_not_of_a_run() -> None:
    given = case(BandName.FASCIA, asked=40, run=None, ledger={"hold_until": at(60)})
    [line] = [line for line in said(given) if "(G28)" in line]
    assert "before your clearance" in line
    assert "your last run" not in line


def test_words_without_a_situation_are_words_all_the_same() -> None:
    assert reason_words(Reason(code="G16")).startswith("Some time has to lie")
