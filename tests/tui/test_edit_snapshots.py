"""What the editor, the list of workouts and the settings look like; `--snapshot-update` accepts what was looked at."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coach.tui.setting_row import SettingRow
from tests.tui.desk import Room, StagedEdit, press, type_in

SIZES = [(40, 12), (80, 24)]
Compare = Callable[..., bool]

KEYS: dict[str, tuple[str, ...]] = {
    "text": (),
    "mistake": ("right", "x"),
    "steps": ("f2", "down", "down"),
    "about": ("f2", "f2"),
    "form": ("f2", "down", "down", "enter", "tab", "x"),
    "repeat": ("f2", "r"),
    "deleting": ("f8",),
    "leaving": ("1", "escape"),
    "deleted": ("f8", "y"),
    "help": ("f1",),
}


def name_of(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the developer's own terminal is."""
    for variable in ("NO_COLOR", "TEXTUAL_THEME", "COLORTERM", "TEXTUAL_ANIMATIONS"):
        monkeypatch.delenv(variable, raising=False)


def editor(room: Room, state: str) -> tuple[StagedEdit, Any]:
    """The editor, and what brings it to ``state``."""

    async def run(pilot: Any) -> None:
        await pilot.pause()
        await press(pilot, *KEYS[state])

    return room.editor(), run


@pytest.mark.parametrize("size", SIZES, ids=name_of)
@pytest.mark.parametrize("state", KEYS)
def test_editor(snap_compare: Compare, tmp_path: Path, state: str, size: tuple[int, int]) -> None:
    app, run = editor(Room(tmp_path), state)
    assert snap_compare(app, terminal_size=size, run_before=run)


def test_editor_at_100x30(snap_compare: Compare, tmp_path: Path) -> None:
    app, run = editor(Room(tmp_path), "text")
    assert snap_compare(app, terminal_size=(100, 30), run_before=run)


def test_editor_without_colour(snap_compare: Compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app, run = editor(Room(tmp_path), "mistake")
    assert app.no_color
    assert snap_compare(app, run_before=run)


@pytest.mark.parametrize("size", SIZES, ids=name_of)
def test_a_draft_is_offered(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    room = Room(tmp_path)
    room.drafts.keep("own-mine", {"name": "mine", "steps": "1m run", "typed_at": "23 Nov 07:00"})
    app, run = editor(room, "text")
    assert snap_compare(app, terminal_size=size, run_before=run)


@pytest.mark.parametrize("size", SIZES, ids=name_of)
def test_list(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    room = Room(tmp_path)
    (room.workouts / "broken.toml").write_text("steps = '5m wolk'", encoding="utf-8")
    room.drafts.keep("own-mine", {"name": "mine"})

    async def run(pilot: Any) -> None:
        await pilot.pause()
        pilot.app.screen.stand_on("mine")
        await pilot.pause()

    assert snap_compare(room.list(), terminal_size=size, run_before=run)


@pytest.mark.parametrize("size", SIZES, ids=name_of)
@pytest.mark.parametrize("state", ["as-saved", "wrong", "cues"])
def test_settings(snap_compare: Compare, tmp_path: Path, size: tuple[int, int], state: str) -> None:
    room = Room(tmp_path)
    room.config.write_text("volume = 80\n\n[cues]\nhalfway = false\n", encoding="utf-8")

    async def run(pilot: Any) -> None:
        await pilot.pause()
        at = {"as-saved": "language", "wrong": "volume", "cues": "cues.halfway"}[state]
        await next(row for row in pilot.app.screen.query(SettingRow) if row.name == at).enter()
        await pilot.pause()
        if state == "wrong":
            await type_in(pilot, "0")
        await pilot.pause()

    assert snap_compare(room.settings(env={"COACH_RATE": "90"}), terminal_size=size, run_before=run)
