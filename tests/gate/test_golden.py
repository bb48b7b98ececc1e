"""The golden cases: scenarios, every rule alone, every pair of rules that can meet. See golden.py."""

import itertools
import json
from datetime import datetime
from typing import Any

import pytest

from coach.gate.bands import TABLE, strictest
from coach.gate.evaluate import decide
from coach.gate.facts import GateInput
from coach.gate.table import RULES
from coach.model.profile import BandName
from tests.gate.golden import CODES, FOLDER, why_not

CASES: dict[str, dict[str, Any]] = {
    each["name"]: each for file in sorted(FOLDER.glob("*.json")) for each in json.loads(file.read_text("utf-8"))
}


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem)
def test_replay(file: Any) -> None:
    for each in json.loads(file.read_text("utf-8")):
        given = GateInput.model_validate_json(json.dumps(each["input"]))
        found, expect = decide(given), each["expect"]
        opens = expect["opens_at"] and datetime.fromisoformat(expect["opens_at"])
        told = (found.outcome.name, found.stage, found.is_open, found.opens_at, [need.value for need in found.needs])
        wanted = (expect["outcome"], expect["stage"], expect["is_open"], opens, expect["needs"])
        assert told == wanted, each["name"]
        assert list(found.codes) == expect["codes"], each["name"]


def test_a_reason_names_no_source_that_the_table_of_rules_does_not() -> None:
    rows = {row.code: set(row.sources) for row in RULES}
    strange = {
        (reason.code, source)
        for each in CASES.values()
        for reason in decide(GateInput.model_validate_json(json.dumps(each["input"]))).reasons
        for source in set(reason.sources) - rows[reason.code]
    }
    assert strange == set()


def test_of_several_injuries_those_are_named_whose_figures_hold() -> None:
    bone_and_tendon = strictest((BandName.BONE, BandName.TENDON))
    assert bone_and_tendon.sources == TABLE[BandName.BONE].sources
    assert "san-tendon" in bone_and_tendon.gap_sources, "its longer gap after pain is the tendon's"
    assert strictest((BandName.POSTOP, BandName.FASCIA)).gap_sources == TABLE[BandName.POSTOP].gap_sources


def test_every_scenario_is_there() -> None:
    numbers = {name.split(",")[0] for name in CASES if name.startswith("scenario ")}
    assert numbers == {f"scenario {number}" for number in range(1, 22)}


_NEEDED: dict[str, set[str]] = {
    "G3a": {"G10"}, "G3b": {"G10"}, "G7a": {"G8a"}, "G7b": {"G7a", "G8a", "G8b"}, "G8a": {"G13"},
    "G8b": {"G8a", "G13"}, "G18a": {"G14"}, "G18b": {"G5"}, "G25": {"G14"},
}  # fmt: skip
"""What must speak with it, or there would be nothing to judge."""


@pytest.mark.parametrize("code", CODES)
def test_every_rule_speaks_alone(code: str) -> None:
    """But for what is always said: the gap, and how far the stage is."""
    others = set(CASES[code]["expect"]["codes"]) - {code, "G16", "G19", "G20"}
    assert others <= _NEEDED.get(code, set()), others
    assert code in CASES[code]["expect"]["codes"]


@pytest.mark.parametrize("one", CODES)
def test_every_pair_is_there_or_cannot_meet(one: str) -> None:
    for other in CODES[CODES.index(one) + 1 :]:
        name = f"{one} with {other}"
        assert (name in CASES) != (why_not(one, other) is not None), name
        if name in CASES:
            assert {one, other} <= set(CASES[name]["expect"]["codes"])


def test_no_case_shows_what_cannot_be() -> None:
    for name, each in CASES.items():
        for one, other in itertools.combinations(each["expect"]["codes"], 2):
            assert one == other or why_not(one, other) is None, (name, one, other)
