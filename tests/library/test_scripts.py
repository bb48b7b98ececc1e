"""A script made from settings: each of them arrives in it."""

from pathlib import Path

import pytest

from coach.config import Folders, Settings
from coach.errors import BadInput
from coach.library.scripts import make_script
from coach.model.script import Script, make_style
from coach.model.syntax import parse
from coach.model.timeline import compile_timeline


def script(tmp_path: Path, **settings: object) -> Script:
    places = Folders(tmp_path, tmp_path / "data", tmp_path, tmp_path)
    return make_script(compile_timeline(parse("5m walk, 1m run")), Settings.model_validate(settings), places)


def test_every_setting_of_what_is_said_arrives(tmp_path: Path) -> None:
    made = script(tmp_path, preset="talkative", cues={"halfway": False}, press_start=True, language="fr")
    assert made.style == make_style("talkative", {"halfway": False}, press_start=True)
    assert made.phrasebook.language == "fr"


@pytest.mark.parametrize(
    ("preset", "countdown", "words"),
    [
        ("standard", "auto", True),
        ("minimal", "auto", False),
        ("standard", "beeps", False),
        ("minimal", "words", True),
    ],
)
def test_the_countdown_is_as_asked_or_as_the_preset_has_it(
    tmp_path: Path, preset: str, countdown: str, words: bool
) -> None:
    assert script(tmp_path, preset=preset, countdown=countdown).style.words is words


def test_texts_of_the_runners_own_are_found(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        script(tmp_path, language="tlh")
    own = tmp_path / "data" / "texts"
    assert str(own / "tlh.toml") in caught.value.remedy
    own.mkdir(parents=True)
    (own / "tlh.toml").write_text('language = "tlh"\n')
    with pytest.raises(BadInput, match="missing"):
        script(tmp_path, language="tlh")
