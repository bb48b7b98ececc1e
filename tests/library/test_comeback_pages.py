"""The pages on profile and readiness name what there is."""

from pathlib import Path

import pytest

from coach.coaching.profiles import FIELDS, INJURY_WORDS
from coach.library.readiness_files import load_criteria
from coach.model.profile import BoneSite, Surgery

DOCS = Path(__file__).resolve().parents[2] / "docs"
PROFILE = (DOCS / "profile.md").read_text(encoding="utf-8")
READINESS = (DOCS / "readiness.md").read_text(encoding="utf-8")
COMMANDS = (DOCS / "commands.md").read_text(encoding="utf-8")


def test_every_criterion_is_explained_in_order() -> None:
    table = READINESS[READINESS.index("| For |") : READINESS.index("## How it is judged")]
    places = [table.index(f"`{criterion.id}`") for criterion in load_criteria()]
    assert places == sorted(places)


@pytest.mark.parametrize("option", [field.option for field in FIELDS.values()])
def test_every_option_of_init_is_explained(option: str) -> None:
    assert f"`{option}`" in PROFILE
    assert f"`{option}`" in COMMANDS


def test_every_word_an_option_takes_is_listed() -> None:
    for word in (*INJURY_WORDS, *BoneSite, *Surgery):
        assert word in PROFILE
