"""The page for a clinician: what is in force and what was told, in words."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.bootstrap.comeback import make_coaching
from coach.cli.report import rating_words, report_page
from coach.config import Folders
from coach.gate.table import RULES
from coach.gate.wording import cause_words
from coach.model.decision import Outcome
from coach.model.profile import BoneSite, Injury, InjuryKind, Profile
from coach.model.rating import Course, Occasion, RedFlag, SymptomRating
from coach.model.readiness import ReadinessResult
from coach.session.events import IntervalEntered, PainMarked, SessionCreated, Started, Stopped
from tests.coaching.test_coaching import FASCIA, Runner
from tests.fakes import NS

NIGHT_STOP = {"woken": True, "red_flags": (RedFlag.CALF,), "note": "hot\nand thick", "swelling": True}


BONE = Profile(injuries=(Injury(kind=InjuryKind.BONE, site=BoneSite.FIBULA),), protocol="bsi")
TENDON = Profile(injuries=(Injury(kind=InjuryKind.ACHILLES),), protocol="osu", baseline=(1, 1, 1))
PAINS = frozenset(("G1", "G3a", "G3b", "G4", "G5", "G6", "G7a", "G9", "G10", "G13", "G14", "G25"))


def page(runner: Runner, tmp_path: Path) -> str:
    """The page, with every entry on one line."""
    places = Folders(tmp_path, tmp_path, tmp_path, tmp_path)
    coaching = make_coaching(runner.journal, runner.clock, places)
    lines = report_page(coaching)
    assert len(lines) <= 66
    assert max(map(len, lines)) <= 96
    return "\n".join(lines).replace("\n    ", " ")


def symptoms_of(found: str) -> str:
    return found.partition("Symptoms and notes, as told\n")[2].partition("\n\n")[0]


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
    assert "(in force): You told of one calf that is swollen, throbbing or warm (G1); The joint gave way" in flares
    for words in (
        "limping", "giving way", "woken at night", "more swelling than usual", "“left foot”", "“hot and thick”",
        "RED FLAG: one calf that is swollen, throbbing or warm", "first steps 3", "pain during 4",
    ):  # fmt: skip
        assert words in found, words
    assert "calf-swollen-throbbing-warm" not in found


def test_runs_that_were_not_rated_are_no_good_runs(runner: Runner, tmp_path: Path) -> None:
    runner.morning()
    runner.run()
    found = page(runner, tmp_path)
    assert re.search(r"ran 8 min; not rated; no morning after it rated\.", found)
    assert found.count("none told, but 1 of 1 runs were not rated") == 2


def test_bone_pain_and_pain_marks_are_symptoms(tmp_path: Path) -> None:
    runner = Runner(BONE)
    run = runner.run(override="only once")
    runner.after(run, 3)
    assert symptoms_of(page(runner, tmp_path)) == "  2026-03-02 08:25  after: pain during 3, pain then 0"
    runner = Runner(BONE)
    session = runner.journal_id()
    runner.coaching.begin(session, runner.coaching.check_run(None, "only once"))
    events = [Started(at_ns=0), IntervalEntered(at_ns=0, index=0), PainMarked(at_ns=NS, index=0), Stopped(at_ns=NS)]
    runner.journal.append(session, [SessionCreated(at_ns=0, workout=runner.coaching.today().workout), *events])
    runner.wait(1)
    found = page(runner, tmp_path)
    assert "pain mark is a key pressed while running" in found
    assert symptoms_of(found) == "  2026-03-02 08:00  run: 1 pain mark"


@settings(max_examples=10, deadline=None)
@given(
    st.sampled_from([FASCIA, BONE, TENDON]),
    st.lists(
        st.tuples(st.integers(0, 7), st.booleans(), st.booleans(), st.sampled_from(["", "sore " * 60]), st.booleans()),
        min_size=1, max_size=15,
    ),
)  # fmt: skip
def test_it_is_one_page_that_does_not_contradict_the_decision(
    tmp_path_factory: pytest.TempPathFactory, profile: Profile, days: list[tuple[int, bool, bool, str, bool]]
) -> None:
    runner = Runner(profile)
    for pain, swelling, woken, note, runs in days:
        runner.morning(pain, swelling=swelling, woken=woken, note=note)
        if runs and runner.coaching.today().decision.outcome is not Outcome.STOP:
            runner.after(runner.run(override=f"it was {note}"), pain, note=note)
        runner.wait(24)
    folder = tmp_path_factory.getbasetemp()
    found = page(runner, folder)
    told = {reason.code for reason in runner.coaching.today().decision.reasons}
    assert symptoms_of(found) != "  none" or not told & PAINS, (told, found)
    now = found.partition("\nNow\n")[2].partition("\n\n")[0]
    assert all(f"({code})" in now for code in told)


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
