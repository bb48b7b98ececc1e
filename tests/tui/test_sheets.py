"""The workouts and the settings opened over Today, by key and by the palette, and back again."""

from pathlib import Path

import pytest

from coach.errors import BadInput
from coach.library.settings_file import SettingsFile
from coach.tui.actions import ACTIONS
from coach.tui.settings import SettingsScreen
from coach.tui.today import TodayScreen
from coach.tui.widgets import Line
from coach.tui.workouts import WorkoutsScreen
from tests.tui.desk import Room
from tests.tui.home_stage import HomeStage, driven


def staged(room: Room) -> HomeStage:
    app = HomeStage("go")
    app.sheets = {
        "workouts": lambda: WorkoutsScreen(room.desk),
        "settings": lambda: SettingsScreen(SettingsFile(room.config, ACTIONS), room.drafts, room.clock),
    }
    return app


@pytest.mark.parametrize(("key", "kind"), [("e", WorkoutsScreen), ("comma", SettingsScreen)])
@driven
async def test_opened_and_left(tmp_path: Path, key: str, kind: type) -> None:
    app = staged(Room(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        titles = {command.title for command in app.commands(app.screen)}
        assert {"Workouts", "Settings"} <= titles
        await pilot.press(key)
        await pilot.pause()
        assert isinstance(app.screen, kind)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, TodayScreen)
        assert app.is_running


@driven
async def test_colours_saved_are_shown_at_once(tmp_path: Path) -> None:
    app = staged(Room(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("comma")
        await pilot.pause()
        entry = next(each for each in app.screen.query("SettingRow") if each.name == "theme")
        entry.take("contrast")
        await pilot.pause()
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert app.theme == "coach-contrast"


@driven
async def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    app = staged(Room(tmp_path))

    def refuse() -> SettingsScreen:
        raise BadInput("not valid TOML", remedy="mend the file")

    app.sheets["settings"] = refuse
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("comma")
        await pilot.pause()
        assert "not valid TOML" in app.screen.query_one("#notice", Line).text
        assert isinstance(app.screen, TodayScreen)
