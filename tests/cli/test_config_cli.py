"""A settings file that is wrong: one line that says where, and what helps."""

import sys
from pathlib import Path

import pytest

from coach import cli, config
from coach.errors import BadInput, ExitCode


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('volume = "loud"', 'volume must be a whole number, not "loud"'),
        ("volum = 3", "volum is not known"),
        ("[[", "not valid TOML"),
        ("volume = " + "[" * 10_000, "nested too deeply"),
        ("volume = " + "9" * 10_000, "not valid TOML"),
        ("a" + ".a" * 10_000 + " = 1", "too many dots"),
        ("#" * 10_000_000, "10.0 MB is too much for a settings file"),
    ],
)
def test_a_settings_file_that_is_wrong_names_itself_and_what_to_do(tmp_path: Path, text: str, what: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(BadInput) as caught:
        config.load(file)
    assert caught.value.where == str(file)
    assert what in caught.value.what
    assert caught.value.remedy.startswith("mend")  # `coach config show` alone would refuse the file as well


def test_it_keeps_the_settings_from_being_shown_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COACH_HOME", str(tmp_path))
    file = config.folders().settings_file
    file.parent.mkdir(parents=True)
    file.write_text("volum = 3")
    monkeypatch.setattr(sys, "argv", ["coach", "config", "show"])
    with pytest.raises(SystemExit) as leaving:
        cli.main()
    assert leaving.value.code == ExitCode.BAD_INPUT
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_an_option_that_is_wrong_names_itself(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        config.load(tmp_path / "none.toml", overrides={"output_file": 7})
    assert caught.value.where == "--output-file"
    assert caught.value.remedy.startswith("`coach config show`")
