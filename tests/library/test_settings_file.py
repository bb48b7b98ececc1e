"""The settings file edited: every setting, validated, and nothing else in the file lost."""

from pathlib import Path

import pytest

from coach import config
from coach.config import Settings
from coach.errors import BadInput, StorageError
from coach.library.settings_file import Kind, Setting, SettingsFile, all_settings, read_setting

FILE = """\
# mine
volume = 80  # at home
voice = "pack"

[cues]
halfway = false
"""


def setting(name: str) -> Setting:
    return next(each for each in all_settings({"today.run": ("r", "start the run")}) if each.name == name)


def test_every_setting_is_there_with_its_explanation() -> None:
    assert {each.key[0] for each in all_settings({"today.run": ("r", "start the run")})} == set(Settings.model_fields)
    for each in all_settings():
        assert each.explanation
        if each.usual is not None:
            typed = each.words(each.usual)
            assert read_setting(each, typed) == each.usual


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("volume", "101", "101 is too much — write a whole number from 0 to 100"),
        ("volume", "-1", "-1 is too small"),
        ("volume", "loud", "“loud” is not a whole number"),
        ("volume", "", "an empty text is not a whole number"),
        ("volume", "1_0", "not a whole number"),
        ("volume", "９", "not a whole number"),
        ("voice", "opera", "use auto, pack"),
        ("dither", "maybe", "on or off"),
        ("language", "xx", "no texts for the language 'xx'"),
        ("keys.today.run", "g h", "is no key"),
        ("device", "a\x1bb", "control character"),
    ],
)
def test_what_cannot_be_says_what_can(name: str, typed: str, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_setting(setting(name), typed)
    assert words in str(caught.value)


def test_kinds() -> None:
    assert (setting("volume").kind, setting("volume").low, setting("volume").high) == (Kind.NUMBER, 0, 100)
    assert setting("preset").choices == ("minimal", "standard", "talkative")
    assert setting("cues.halfway").usual is None
    assert setting("cues.halfway").variable is None
    assert setting("volume").variable == "COACH_VOLUME"


def test_saving_leaves_the_rest_alone(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(FILE, encoding="utf-8")
    file = SettingsFile(path)
    assert file.values[("volume",)] == "80"
    assert file.values[("cues", "halfway")] == "off"
    file.save({("volume",): 60, ("cues", "halfway"): None, ("rate",): 90, ("dither",): None})
    assert path.read_text(encoding="utf-8") == ('# mine\nvolume = 60  # at home\nvoice = "pack"\nrate = 90\n\n[cues]\n')
    assert config.load(path, {}).rate == 90
    assert file.values[("rate",)] == "90"


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "config" / "config.toml")
    assert file.values == {}
    file.save({("volume",): 60, ("cues", "halfway"): True})
    assert config.load(file.file, {}).cues == {"halfway": True}


def test_a_link_stays_a_link_and_the_file_keeps_its_mode(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "coach.toml"
    real.parent.mkdir()
    real.write_text("volume = 80\n", encoding="utf-8")
    real.chmod(0o600)
    link = tmp_path / "config.toml"
    link.symlink_to(real)
    SettingsFile(link).save({("volume",): 60})
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "volume = 60\n"
    assert real.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in real.parent.iterdir()] == ["coach.toml"]


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    link = tmp_path / "config.toml"
    link.symlink_to(link)
    with pytest.raises(StorageError):
        SettingsFile(link)


def test_what_another_wrote_meanwhile_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    file = SettingsFile(path)
    path.write_text("rate = 90 # theirs\n", encoding="utf-8")
    assert file.is_changed_elsewhere
    file.save({("volume",): 60})
    assert path.read_text(encoding="utf-8") == "rate = 90 # theirs\nvolume = 60\n"


def test_a_file_with_a_wrong_value_can_be_mended(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('volume = "loud"\nrate = [1]\nvolum = 3\n', encoding="utf-8")
    file = SettingsFile(path)
    assert file.values == {("volume",): "loud", ("rate",): "[1]"}
    assert file.unknown == ("volum",)
    with pytest.raises(BadInput, match="rate"):
        file.save({("volume",): 60})
    assert path.read_text(encoding="utf-8") == 'volume = "loud"\nrate = [1]\nvolum = 3\n'
    path.write_text('volume = "loud"\n', encoding="utf-8")
    file.save({("volume",): 60})
    assert config.load(path, {}).volume == 60


def test_keys_bound_anew_are_kept_by_the_id_of_their_action(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    file = SettingsFile(path, {"today.run": ("r", "start the run")})
    file.save({("keys", "today.run"): "g"})
    assert config.load(path, {}).keys == {"today.run": "g"}
    assert file.values == {("keys", "today.run"): "g"}
    assert file.unknown == ()
    assert SettingsFile(path).unknown == ("keys.today.run",)


def test_no_toml_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[[", encoding="utf-8")
    with pytest.raises(BadInput, match=r"config\.toml: not valid TOML"):
        SettingsFile(path)
