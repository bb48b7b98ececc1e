"""The settings driven by keys: the file after it, and what the screen said."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from coach import config
from coach.library.settings_file import all_settings
from coach.tui.actions import ACTIONS
from coach.tui.choose import ChooseScreen
from coach.tui.entries import Choice
from coach.tui.help import HelpScreen
from coach.tui.setting_row import SettingRow
from coach.tui.widgets import Line
from tests.tui.desk import Room, StagedEdit, drive, press, type_in

FILE = "# mine\nvolume = 80  # at home\n\n[cues]\nhalfway = false\n"


@pytest.fixture
def room(tmp_path: Path) -> Room:
    made = Room(tmp_path)
    made.config.write_text(FILE, encoding="utf-8")
    return made


def entry(app: StagedEdit, name: str) -> SettingRow:
    return next(each for each in app.screen.query(SettingRow) if each.name == name)


async def go(app: StagedEdit, name: str) -> Input | Choice:
    """Enter the setting; its control."""
    await entry(app, name).enter()
    control = app.focused
    assert isinstance(control, Input | Choice)
    return control


def is_here(app: StagedEdit, name: str) -> bool:
    """Whether the focus is on it."""
    made = entry(app, name).entry
    return made is not None and made.control is app.focused


def said(app: StagedEdit, where: str = "#notice") -> str:
    return app.screen.query_one(where, Line).text


def message(app: StagedEdit, name: str) -> str:
    """What stands beneath it, entered or not, in one line."""
    row = entry(app, name)
    drawn = row.query_one(".entry-message", Static).content if row.entry else row.render()
    return " ".join(str(drawn).split())


def test_every_setting_has_a_field_with_its_explanation(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        for setting in all_settings(ACTIONS):
            assert setting.explanation in message(app, setting.name)
        assert entry(app, "volume").typed == "80"
        assert entry(app, "cues.halfway").typed == "off"
        assert entry(app, "rate").typed == ""

    drive(room.settings(), steps)


def test_type_see_what_is_wrong_mend_it_and_save(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        await go(app, "volume")
        await press(pilot, "0")
        assert message(app, "volume") == "! 800 is too much — write a whole number from 0 to 100"
        assert "1 wrong" in said(app, "#edit-title")
        await press(pilot, "ctrl+s")
        assert said(app).startswith("Not saved: volume: 800 is too much")
        assert room.config.read_text(encoding="utf-8") == FILE
        await press(pilot, "f4")
        assert is_here(app, "volume")
        await press(pilot, "ctrl+u", "6", "5")
        await go(app, "preset")
        await press(pilot, "right")
        assert entry(app, "preset").typed == "minimal"
        await press(pilot, "t")
        await go(app, "cues.halfway")
        await press(pilot, "right")
        assert entry(app, "cues.halfway").typed == ""
        await press(pilot, "ctrl+s")
        assert said(app) == f"Saved in {room.config}"
        assert said(app, "#edit-title") == "Settings · as saved"

    drive(room.settings(), steps)
    assert room.config.read_text(encoding="utf-8") == (
        '# mine\nvolume = 65  # at home\npreset = "talkative"\n\n[cues]\n'
    )
    assert config.load(room.config, {}).preset == "talkative"


def test_an_environment_that_counts_more_is_said(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        assert "COACH_VOLUME=30 counts more" in message(app, "volume")

    drive(room.settings(env={"COACH_VOLUME": "30"}), steps)


def test_a_wrong_value_and_an_unknown_key_in_the_file_are_shown_and_not_lost(room: Room) -> None:
    room.config.write_text('volume = "loud"\nvoice = "opera"\n', encoding="utf-8")

    async def mend(app: StagedEdit, pilot: Pilot[None]) -> None:
        assert entry(app, "volume").typed == "loud"
        assert "not a whole number" in message(app, "volume")
        assert "◂ opera ▸" in message(app, "voice")
        await press(pilot, "f4")
        assert is_here(app, "voice")
        await press(pilot, "right", "f4", "ctrl+u", "5", "ctrl+s")
        assert said(app).startswith("Saved")

    drive(room.settings(), mend)
    assert room.config.read_text(encoding="utf-8") == "volume = 5\n"

    room.config.write_text("volum = 3\n", encoding="utf-8")

    async def look(app: StagedEdit, pilot: Pilot[None]) -> None:
        assert "no setting: volum" in said(app)
        await go(app, "rate")
        await press(pilot, "9", "0", "ctrl+s")
        assert said(app).startswith("Not saved")
        assert entry(app, "rate").typed == "90"

    drive(room.settings(), look)
    assert room.config.read_text(encoding="utf-8") == "volum = 3\n"


@pytest.mark.parametrize("way", ["escape", "ctrl+c", "exit"])
def test_what_is_not_saved_is_a_draft_and_offered_again(room: Room, way: str) -> None:
    async def change(app: StagedEdit, pilot: Pilot[None]) -> None:
        await go(app, "volume")
        await type_in(pilot, "x")
        if way == "exit":
            app.exit()
        else:
            await press(pilot, way, "k")

    drive(room.settings(), change)
    assert room.config.read_text(encoding="utf-8") == FILE

    async def look(app: StagedEdit, pilot: Pilot[None]) -> None:
        app.top(ChooseScreen)
        await press(pilot, "g")
        assert entry(app, "volume").typed == "80x"
        await press(pilot, "ctrl+r", "d")
        assert entry(app, "volume").typed == "80"
        await press(pilot, "escape")

    drive(room.settings(), look)
    assert room.drafts.read("settings") is None


def test_a_choice_takes_letters_and_clicks(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        backend = entry(app, "backend")
        control = await go(app, "backend")
        await press(pilot, "s")
        assert backend.typed == "sounddevice"
        await press(pilot, "s", "s")
        assert backend.typed == "silent"
        await press(pilot, "left")
        assert backend.typed == "file"
        await pilot.click(control, offset=(5, 0))
        assert backend.typed == "silent"
        await pilot.click(control, offset=(0, 0))
        assert backend.typed == "file"

    drive(room.settings(), steps)


def test_a_key_can_be_bound_anew(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        await go(app, "keys.edit.save")
        await type_in(pilot, "f5")
        await press(pilot, "ctrl+s")
        assert said(app).startswith("Saved")

    drive(room.settings(), steps)
    assert config.load(room.config, {}).keys == {"edit.save": "f5"}


def test_help_explains_the_field(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        await go(app, "lead_in_ms")
        await press(pilot, "f1")
        assert "wakes idle outputs" in str(app.top(HelpScreen).query_one("#help-words", Static).content)

    drive(room.settings(), steps)


def test_one_key_for_two_actions_is_not_saved(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        for name in ("keys.today.why", "keys.today.go"):
            await go(app, name)
            await type_in(pilot, "j")
        assert said(app).startswith("keys: j is given to today.go and to today.why")
        await press(pilot, "ctrl+s")
        assert said(app) == (
            "Not saved: keys: j is given to today.go and to today.why — in config.toml, give one of them another key"
        )
        assert room.config.read_text(encoding="utf-8") == FILE

    drive(room.settings(), steps)
