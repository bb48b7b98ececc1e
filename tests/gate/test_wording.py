"""Every code has a sentence and a row; no raw code, key or placeholder reaches the runner; every source is known."""

import ast
import re
from pathlib import Path

import pytest

import coach.gate
from coach.gate.evaluate import decide
from coach.gate.table import RULES, RuleRow
from coach.gate.wording import FLAGS, WORDED, need_words, outcome_words, reason_words
from coach.library.sources import shipped_sources
from coach.model.decision import Need, Outcome, Reason
from coach.model.profile import BandName
from coach.model.rating import RedFlag
from tests.gate.build import after, case, morning

FOLDER = Path(coach.gate.__file__).parent
LEAK = re.compile(r"[{}]|\bG\d+[ab]?\b|None|True|False|_|\d{4}-\d\d-\d\d|\d+\.\d{3,}")


def strings_of(*files: str) -> set[str]:
    found: set[str] = set()
    for name in files:
        tree = ast.parse((FOLDER / name).read_text(encoding="utf-8"))
        found |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    return found


CODES = {text for text in strings_of(*(file.name for file in FOLDER.glob("*.py"))) if re.fullmatch(r"G\d+[ab]?", text)}


@pytest.mark.parametrize(
    ("flag", "signs"),
    [
        (RedFlag.BREATHLESS, ("breathlessness", "chest pain")),
        (RedFlag.CALF, ("one calf", "swollen", "throbbing", "warm")),
        (RedFlag.POP, ("sudden pop", "kicked", "rise on your toes")),
        (RedFlag.FOUR_STEPS, ("four steps",)),
        (RedFlag.BONY_TENDERNESS, ("malleolus", "5th metatarsal", "navicular", "twist")),
        (RedFlag.FEVER, ("fever", "surgery")),
        (RedFlag.WOUND, ("discharge", "surgery")),
        (RedFlag.UNCONTROLLED, ("nothing eases", "surgery")),
        (RedFlag.NUMBNESS_STAYS, ("numbness", "stays", "surgery")),
        (RedFlag.FOCAL_BONE, ("one spot", "bone")),
        (RedFlag.REST_PAIN, ("rest", "night", "bone injury, now or in the past")),
        (RedFlag.HOP_PAIN, ("hopping", "bone injury, now or in the past")),
        (RedFlag.LONG, ("swelling", "pain", "three days")),
        (RedFlag.NEW_NUMBNESS, ("new numbness",)),
        (RedFlag.GIVING_WAY, ("giving way",)),
        (RedFlag.LOW_ENERGY, ("missed periods", "low energy availability", "bone injury")),
    ],
)
def test_a_red_flag_names_every_sign_of_its_source(flag: RedFlag, signs: tuple[str, ...]) -> None:
    assert all(sign in FLAGS[flag] for sign in signs)


def test_every_code_has_a_sentence_and_a_row() -> None:
    assert len(CODES) == 33
    assert WORDED == CODES
    assert [row.code for row in RULES] == sorted(
        {row.code for row in RULES}, key=lambda c: (int(re.sub(r"\D", "", c)), c)
    )
    assert {row.code for row in RULES} == CODES


def sources_used() -> set[str]:
    """Every string in coach/gate that looks like a source's id and is given where sources are."""
    found: set[str] = set()
    for file in FOLDER.glob("*.py"):
        if file.name in ("wording.py", "readiness.py"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Tuple)
                and node.elts
                and all(
                    isinstance(e, ast.Constant)
                    and isinstance(e.value, str)
                    and re.fullmatch(r"[a-z]+[a-z0-9-]*", e.value)
                    for e in node.elts
                )
            ):
                values = {e.value for e in node.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)}
                if any("-" in value or value in shipped_sources() for value in values):
                    found |= values
    return found


def test_every_source_is_known() -> None:
    used = sources_used() | {source for row in RULES for source in row.sources}
    assert len(used) > 10
    assert used <= set(shipped_sources()), used - set(shipped_sources())
    assert all(row.sources for row in RULES)


@pytest.mark.parametrize("row", RULES, ids=lambda row: row.code)
def test_rows_are_words(row: RuleRow) -> None:
    assert not re.search(r"[{}]", row.when + row.then)


@pytest.mark.parametrize("need", list(Need))
def test_needs_name_their_command(need: Need) -> None:
    assert "`coach " in need_words(need)
    assert not LEAK.search(need_words(need))


@pytest.mark.parametrize("outcome", list(Outcome))
def test_outcomes(outcome: Outcome) -> None:
    assert outcome_words(outcome)


def test_every_flag_has_words() -> None:
    assert set(FLAGS) == set(RedFlag)
    for flag in RedFlag:
        said = reason_words(Reason(code="G1", figures={"flags": flag.value, "care": flag.care.value}))
        assert FLAGS[flag] in said
        assert not LEAK.search(said)


def test_a_morning_above() -> None:
    said = reason_words(Reason(code="G13", figures={"pain": 3, "baseline": 2}))
    assert said == "Your morning was 3, one above your usual 2: the same session again, a day later."


def test_an_unknown_code_is_no_crash() -> None:
    assert not LEAK.search(reason_words(Reason(code="G99")))


def test_the_document_has_the_same_table() -> None:
    document = (Path(__file__).parents[2] / "docs" / "gate.md").read_text(encoding="utf-8")
    for row in RULES:
        assert f"| {row.code} | {row.when} | {row.then} | {', '.join(row.sources)} |" in document, row.code


def test_confidence_is_not_missed_on_a_day_of_rest() -> None:
    unsaid = Reason(code="G22", figures={"limit": 5, "running": 0})
    assert "was not said" in reason_words(unsaid, {"rest_day": False})
    assert "on the day of your next run" in reason_words(unsaid, {"rest_day": True})


def test_a_step_back_says_how_many_stages() -> None:
    assert outcome_words(Outcome.STEP_BACK) == "one step lower for now."
    assert outcome_words(Outcome.STEP_BACK, 3) == "three stages lower for now."


def test_what_is_carried_over_a_clearance_may_be_the_gap() -> None:
    owed = reason_words(Reason(code="G28", figures={"owed": "days-off"}), {"no_run": True})
    assert owed == "The wait from before your clearance is not over: it still has to pass."
    over = reason_words(Reason(code="G28", figures={"owed": "days-off", "over": True}), {"no_run": True})
    assert over == "The wait from before your clearance has passed, and no longer holds you back."


def said(code: str, situation: dict[str, str] | None = None, **figures: int | float | str) -> str:
    return reason_words(Reason(code=code, figures=figures), situation)


def test_what_is_past_and_what_is_still_to_come_is_said_so() -> None:
    hurt = {"pain": 5, "limit": 2, "running": 1, "day": "2026-03-04"}
    assert said("G25", {"today": "2026-03-04"}, **hurt).endswith("may begin: not today.")
    assert said("G25", {"today": "2026-03-08"}, **hurt).startswith("On 4 March it hurt 5 before running")
    assert said("G25", {"today": "2026-03-08"}, **hurt).endswith("not that day.")
    owed = {"owed": Need.MORNING.value, "day": "2026-03-07", "run": "r"}
    assert said("G28", {"today": "2026-03-06"}, **owed) == "How the morning of 7 March is has yet to be said."
    assert said("G28", {"today": "2026-03-08"}, **owed).startswith("The morning of 7 March was never answered")


def test_an_absence_lowers_no_further_than_to_the_first_stage() -> None:
    away = {"days": 25, "back": 3}
    assert said("G17", None, **away, **{"from": 2}).endswith("start again at the first stage.")
    assert said("G17", None, **away, **{"from": 4}).endswith("three stages lower.")


def test_a_changed_protocol_says_what_of_it_is_more() -> None:
    minute = 60_000
    had = {"last_run_ms": 12 * minute, "last_bout_ms": minute}
    asks = said("G29", None, run_ms=5 * minute, bout_ms=5 * minute, **had)
    assert asks.endswith("before: 5 minutes in one go where your last good session had 1 minute.")
    asks = said("G29", None, run_ms=15 * minute, bout_ms=minute, **had)
    assert asks.endswith("before: 15 minutes of running where your last good session had 12 minutes.")
    assert "last good session" not in said("G29", None, run_ms=5 * minute, bout_ms=minute, **had)


def test_what_was_raised_is_said_where_it_is_known() -> None:
    open_still = ": the question at 48 hours is still open."
    assert said("G8a", limit=48) == f"Swelling, or a morning above your usual{open_still}"
    assert said("G8a", limit=48, morning=True) == f"A morning above your usual{open_still}"
    assert said("G8a", limit=48, swelling=True, morning=True) == f"Swelling and a morning above your usual{open_still}"
    raised = decide(case(BandName.FASCIA, after(), morning(3), asked=49))
    [figures] = [reason.figures for reason in raised.reasons if reason.code == "G8a"]
    assert figures == {"limit": 48, "morning": True}
