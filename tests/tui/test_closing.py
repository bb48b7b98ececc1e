"""Keys that come faster than a screen closes, and while the app is left: nothing fails, nothing else is closed."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from coach.tui.editor import EditorScreen
from coach.tui.today import TodayScreen
from tests.tui.desk import Room, StagedEdit, drive, press
from tests.tui.home_stage import HomeStage, driven
from tests.tui.stage import StagedApp


async def hammer(pilot: Pilot[None], *keys: str) -> None:
    """These keys without a pause, as from a terminal that was held up."""
    for key in keys:
        pilot.app.simulate_key(key)
    for _ in range(5):
        await pilot.pause()


@driven
async def test_help_in_a_session_closes_once() -> None:
    app = StagedApp("run")
    async with app.run_test() as pilot:
        await hammer(pilot, "question_mark", "x", "x", "x")
        await press(pilot, "question_mark")
        await hammer(pilot, "x", "x", "x")
        assert app.screen is app.live
    assert app.failure is None


@driven
async def test_pages_over_today_close_once() -> None:
    app = HomeStage("rest")
    async with app.run_test() as pilot:
        for key in ("question_mark", "w"):
            await press(pilot, key)
            await hammer(pilot, "escape", "escape")
            app.top(TodayScreen)
    assert app.failure is None


@pytest.mark.parametrize("keys", [("f8",), ("f2", "r"), ("f1",)])
def test_questions_and_forms_of_the_editor_close_once(tmp_path: Path, keys: tuple[str, ...]) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        await press(pilot, *keys)
        assert not isinstance(app.screen, EditorScreen)
        await hammer(pilot, "escape", "f1")

    assert drive(Room(tmp_path).editor(), steps).failure is None


def test_a_screen_that_opens_as_the_app_is_left_is_nobodys_failure() -> None:
    class Left(StagedApp):
        def on_ready(self) -> None:
            self.action_command_palette()
            self.exit()
            for key in ("ctrl+p", "question_mark"):
                self.simulate_key(key)

    app = Left("run")
    app.run(headless=True)
    assert app.failure is None
