"""What each state of the live screen looks like, at three sizes; `--snapshot-update` accepts what was looked at."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.tui.stage import StagedApp, StagedWatchApp

SIZES = [(40, 12), (80, 24), (120, 40)]
STATES = ["ready", "run", "walk", "paused", "pain", "open", "distance", "finished"]

Compare = Callable[..., bool]


def name_of(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the developer's own terminal is."""
    for variable in ("NO_COLOR", "TEXTUAL_THEME", "COLORTERM", "TEXTUAL_ANIMATIONS"):
        monkeypatch.delenv(variable, raising=False)


async def looked(pilot: Any) -> None:
    """The scene is shown whole."""
    await pilot.pause()
    app = pilot.app
    if isinstance(app, StagedApp | StagedWatchApp):
        app.live.tick()
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES, ids=name_of)
@pytest.mark.parametrize("state", STATES)
def test_state(snap_compare: Compare, state: str, size: tuple[int, int]) -> None:
    assert snap_compare(StagedApp(state), terminal_size=size, run_before=looked)


@pytest.mark.parametrize("state", ["warm-up", "cool-down", "stand", "get-ready", "stopped", "pain-stands"])
def test_other_states(snap_compare: Compare, state: str) -> None:
    assert snap_compare(StagedApp(state), run_before=looked)


@pytest.mark.parametrize("state", ["run", "walk", "paused"])
def test_on_sixteen_colours(snap_compare: Compare, state: str) -> None:
    assert snap_compare(StagedApp(state, theme="ansi-dark"), run_before=looked)


@pytest.mark.parametrize("state", ["ready", "run", "walk", "paused", "pain"])
def test_without_colour(snap_compare: Compare, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = StagedApp(state)
    assert app.no_color
    assert snap_compare(app, run_before=looked)


def test_the_question(snap_compare: Compare) -> None:
    async def asked(pilot: Any) -> None:
        await looked(pilot)
        await pilot.press("s")

    assert snap_compare(StagedApp("run"), terminal_size=(40, 12), run_before=asked)


@pytest.mark.parametrize("size", SIZES, ids=name_of)
def test_help(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def asked(pilot: Any) -> None:
        await looked(pilot)
        await pilot.press("question_mark")

    assert snap_compare(StagedApp("run"), terminal_size=size, run_before=asked)


def test_following(snap_compare: Compare) -> None:
    assert snap_compare(StagedWatchApp("run"), run_before=looked)
