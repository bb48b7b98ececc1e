"""Puts the editor, the list of workouts or the settings on a screen, over folders of a test and a clock that stands."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from textual.pilot import Pilot
from textual.screen import Screen

from coach.config import ThemeName
from coach.library.catalogue import Catalogue
from coach.library.drafts import Drafts
from coach.library.own_workouts import OwnWorkouts
from coach.library.settings_file import SettingsFile
from coach.tui.actions import ACTIONS
from coach.tui.driver import Terminal
from coach.tui.edit_app import EditApp
from coach.tui.editor import Desk, EditorScreen
from coach.tui.looks import Looks
from coach.tui.settings import SettingsScreen
from coach.tui.workouts import WorkoutsScreen
from tests.fakes import FakeClock

MINE = """\
# what the physio and I agreed on
title = "Mine"
steps = '''
5m walk   # slowly
4x(
    1m run
    2m walk
)
'''
"""

SomeScreen = TypeVar("SomeScreen", bound=Screen[Any])


class Room:
    """The folders of a runner with one workout of her own, ``mine``."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.workouts = home / "workouts"
        self.workouts.mkdir(exist_ok=True)
        self.mine = self.workouts / "mine.toml"
        if not self.mine.exists():
            self.mine.write_text(MINE, encoding="utf-8")
        self.config = home / "config.toml"
        self.drafts = Drafts(home / "drafts")
        self.clock = FakeClock()

    @property
    def desk(self) -> Desk:
        """Fresh, as another process has it."""
        return Desk(OwnWorkouts(Catalogue(self.workouts)), self.drafts, self.clock)

    def editor(self, argument: str = "mine", theme: ThemeName = "dark") -> "StagedEdit":
        desk = self.desk
        opened = desk.own.open(argument) if argument else desk.own.new()
        return StagedEdit(lambda: EditorScreen(desk, opened), theme)

    def list(self, theme: ThemeName = "dark") -> "StagedEdit":
        desk = self.desk
        return StagedEdit(lambda: WorkoutsScreen(desk), theme)

    def settings(self, theme: ThemeName = "dark", env: dict[str, str] | None = None) -> "StagedEdit":
        file = SettingsFile(self.config, ACTIONS)
        return StagedEdit(lambda: SettingsScreen(file, self.drafts, self.clock, self.home / "texts", env or {}), theme)


class StagedEdit(EditApp):
    """The app, which a test's lack of a terminal does not close."""

    def __init__(self, make: Callable[[], Screen[None]], theme: ThemeName) -> None:
        super().__init__(make, Terminal(), looks=Looks(theme, reduced_motion=True))

    def abandoned(self) -> bool:
        return False

    def top(self, kind: type[SomeScreen]) -> SomeScreen:
        """The screen on top, which is of this kind."""
        assert isinstance(self.screen, kind), self.screen
        return self.screen


Steps = Callable[[StagedEdit, Pilot[None]], Awaitable[None]]


def drive(app: StagedEdit, steps: Steps, size: tuple[int, int] = (80, 24)) -> StagedEdit:
    """Run ``steps`` on the screen."""

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await steps(app, pilot)

    asyncio.run(run())
    return app


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, each of which has its effect before the next."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


async def type_in(pilot: Pilot[None], words: str) -> None:
    """Type ``words``."""
    names = {" ": "space", "\n": "enter", "(": "left_parenthesis", ")": "right_parenthesis", ",": "comma"}
    names |= {"@": "at", "-": "minus", '"': "quotation_mark", "#": "number_sign", ".": "full_stop"}
    await pilot.press(*(names.get(character, character) for character in words))
    await pilot.pause()
