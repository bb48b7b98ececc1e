"""The page for a clinician: what is in force and what was told, in words."""

import re
from pathlib import Path

import pytest

from coach.bootstrap.comeback import make_coaching
from coach.cli.report import rating_words, report_page
from coach.config import Folders
from coach.gate.table import RULES
from coach.gate.wording import cause_words
from coach.model.rating import Course, Occasion, RedFlag, SymptomRating
from coach.model.readiness import ReadinessResult
from tests.coaching.test_coaching import FASCIA, Runner

NIGHT_STOP = {"woken": True, "red_flags": (RedFlag.CALF,), "note": "hot\nand thick", "swelling": True}


def page(runner: Runner, tmp_path: Path) -> str:
    places = Folders(tmp_path, tmp_path, tmp_path, tmp_path)
    coaching = make_coaching(runner.journal, runner.clock, places)
    return "\n".join(report_page(coaching))


@pytest.fixture
def runner() -> Runner:
    return Runner(FASCIA)


def test_the_decision_in_force_and_its_flare_are_on_it(runner: Runner, tmp_path: Path) -> None:
    runner.morning()
    run = runner.run()
    runner.after(run, 4, limp=True, giving_way=True, note="left foot")
    runner.wait(24)
    runner.morning(3, **NIGHT_STOP)
    found = page(runner, tmp_path)
    now = found.partition("\nNow\n")[2]
    assert now.startswith("  Have it looked at by a clinician today.\n  STOP: no running until this has been cleared.")
    assert "Needs     a clinician's word" in now
    flares = found.partition("the run before each\n")[2].partition("\n\n")[0]
    assert "(in force): You told of a calf that is swollen, throbbing or warm (G1); The joint gave way" in flares
    for words in (
        "limping", "giving way", "woken at night", "more swelling than usual", "“left foot”", "“hot and thick”",
        "RED FLAG: a calf that is swollen, throbbing or warm", "first steps 3", "pain during 4",
    ):  # fmt: skip
        assert words in found, words
    assert "calf-swollen-throbbing-warm" not in found


def test_runs_that_were_not_rated_are_no_good_runs(runner: Runner, tmp_path: Path) -> None:
    runner.morning()
    runner.run()
    found = page(runner, tmp_path)
    assert re.search(r"ran 8 min; not rated; no morning after it rated\.", found)
    assert "none told, but 1 of 1 runs were not rated" in found


def test_overrides_waivers_and_what_there_is_not(runner: Runner, tmp_path: Path) -> None:
    waived = ReadinessResult(criterion="hops-30", at=runner.clock.utc_now(), waived_by="Dr A", note="a knee")
    runner.coaching.test(waived)
    runner.run(override="felt fine")
    found = page(runner, tmp_path)
    assert "hops-30: waived by Dr A  a knee" in found
    assert "“felt fine”" in found
    assert "not opened by the plan" in found
    assert "Clearances\n  none" in found


def test_what_does_not_fit_on_it_is_counted(runner: Runner, tmp_path: Path) -> None:
    for _ in range(15):
        runner.morning(2, note="sore")
        runner.wait(24)
    assert "(3 older not shown)" in page(runner, tmp_path).partition("Symptoms and notes")[2]


def test_a_rating_in_words() -> None:
    rating = SymptomRating.model_validate(
        {
            "occasion": Occasion.AFTER, "at": "2026-03-02T18:00Z", "run": "x", "pain_during": 2, "pain_now": 1,
            "warmup_soreness": 3, "warmup_course": Course.RETURNED, "limp": False, "sharp_pain": True,
            "swelling": False, "giving_way": False, "completed": False, "painkiller": True, "effort": 4,
        }
    )  # fmt: skip
    assert rating_words(rating) == (
        "pain during 2, pain then 1, effort 4, soreness in the warm-up 3 that returned, sharp pain, "
        "a painkiller taken, not all of it done"
    )


def test_causes_are_causes() -> None:
    from coach.model.decision import Reason

    assert cause_words(Reason(code="G4")) == "The joint gave way"
    assert cause_words(Reason(code="G7a")) == "More swelling than usual"
    assert len(RULES) == 33
