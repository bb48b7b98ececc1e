"""What the screens between runs look like; `--snapshot-update` accepts what was looked at.

In other colours: test_every_screen.py.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from coach.tui.rate import RatingScreen
from tests.tui.home_stage import HomeStage, at_rest, turned_to

SIZES = [(40, 12), (80, 24)]
SCREENS: dict[str, tuple[str, tuple[str, ...]]] = {
    "today-hello": ("hello", ()),
    "today-ask": ("ask", ()),
    "today-go": ("go", ()),
    "today-wait": ("wait", ()),
    "today-rest": ("rest", ()),
    "today-stop": ("stop", ()),
    "morning": ("ask", ("enter", "1", "enter", "8")),
    "morning-refused": ("ask", ("enter", "1", "2", "ctrl+s")),
    "morning-kept": ("ask", ("enter", "1", "enter", "8", "x", "ctrl+s")),
    "warning-signs": ("ask", ("enter", "1", "enter", "8", "x", "y", "down", "space")),
    "after": ("hurt", ("enter", "2", "enter", "1")),
    "after-intervals": ("hurt", ("a", "6", *["pagedown"] * 12)),
    "follow-up": ("raised", ("f",)),
    "why": ("rest", ("w",)),
    "anyway": ("wait", ("o", "enter")),
    "readiness": ("untested", ("r", "down")),
    "result": ("untested", ("r", "down", "down", "down", "enter", "2", "2", "down", "2", "5")),
    "welcome": ("hello", ("enter", "b", "down", "f", "f")),
    "review": ("hello", ("enter", "a", "ctrl+s")),
    "profile": ("go", ("i",)),
    "calendar": ("weeks", ("l", "c")),
    "protocols": ("weeks", ("l", "p", "ctrl+home")),
    "protocol": ("weeks", ("l", "p", "ctrl+home", "enter")),
    "elsewhere": ("elsewhere", ()),
    "clearance": ("stop", ("k", "a")),
    "other-run": ("go", ("u", "0", "7")),
    "help": ("ask", ("f1",)),
    "history": ("weeks", ("h",)),
    "run": ("weeks", ("h", "enter")),
}

Compare = Callable[..., bool]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the developer's own terminal is."""
    for variable in ("NO_COLOR", "TEXTUAL_THEME", "COLORTERM", "TEXTUAL_ANIMATIONS"):
        monkeypatch.delenv(variable, raising=False)


def driven_by(keys: tuple[str, ...]) -> Callable[[Any], Any]:
    """Press these, each on a screen that has settled."""

    async def drive(pilot: Any) -> None:
        await pilot.pause()
        for before, key in pairwise(("", *keys)):
            if key == "pagedown" != before:  # how far that leads depends on the room that the preview takes
                pilot.app.screen.preview()
                await at_rest(pilot)
            if key in ("h", "l") or (key == "p" and "l" in keys):
                await turned_to(pilot, pilot.app, key)
            else:
                await pilot.press(key)
            if key in ("r", "i"):
                await at_rest(pilot)
        if isinstance(pilot.app.screen, RatingScreen):
            pilot.app.screen.preview()
        await at_rest(pilot)

    return drive


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
def test_screen(snap_compare: Compare, name: str, size: tuple[int, int]) -> None:
    scene, keys = SCREENS[name]
    assert snap_compare(HomeStage(scene), terminal_size=size, run_before=driven_by(keys))


@pytest.mark.parametrize("name", ["today-ask", "today-go", "today-wait", "today-stop", "morning-refused"])
def test_without_colour(snap_compare: Compare, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    scene, keys = SCREENS[name]
    app = HomeStage(scene)
    assert app.no_color
    assert snap_compare(app, terminal_size=(80, 24), run_before=driven_by(keys))


PLAN = ("weeks", ("l",))
"""Drawn only where every row fits: how far the table has scrolled by itself differs from run to run."""


@pytest.mark.parametrize("name", ["today-ask", "history", "plan"])
def test_with_room(snap_compare: Compare, name: str) -> None:
    scene, keys = SCREENS.get(name, PLAN)
    assert snap_compare(HomeStage(scene), terminal_size=(120, 40), run_before=driven_by(keys))
