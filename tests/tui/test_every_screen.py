"""Every screen, at two sizes, in three themes: as it was looked at, and with enough contrast to be read.

Tours go from screen to screen, for opening an app is dear. ``--snapshot-update`` accepts what was looked at.
"""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from coach.tui.after import AfterScreen
from coach.tui.rate import RatingScreen
from coach.tui.setting_row import SettingRow
from coach.tui.shell import CoachApp
from tests.tui.desk import MINE, Room, press
from tests.tui.home_stage import HomeStage, is_laid_out
from tests.tui.looks import in_every_theme
from tests.tui.stage import StagedApp, StagedWatchApp

FOLDER = Path(__file__).parent / "__looks__"
SIZES = ((80, 24), (40, 12))
SCROLLED = ("warning-signs",)
"""Where they are after another size depends on where they were before."""
Stops = Mapping[str, tuple[str, ...]]
"""What is looked at, and the keys that lead there from the stop before."""

BACK = ("escape",)
READING = ("PlanScreen", "HistoryScreen", "ProtocolsScreen")
HOME: dict[str, tuple[str, Stops]] = {
    "first": ("hello", {"today-hello": (), "welcome": ("enter", "b", "down", "f", "f")}),
    "morning": (
        "ask",
        {
            "today-ask": (),
            "palette": ("ctrl+p",),
            "help": (*BACK, "f1"),
            "morning": ("x", "enter", "1", "enter", "8"),
            "morning-refused": ("backspace", "ctrl+s"),
            "warning-signs": ("8", "x", "y", "down", "space"),
        },
    ),
    "open": (
        "go",
        {
            "today-go": (),
            "profile": ("i",),
            "other-run": ("t", "u", "0", "7"),
        },
    ),
    "wait": ("wait", {"today-wait": (), "anyway": ("o", "enter")}),
    "rest": ("rest", {"today-rest": (), "why": ("w",)}),
    "stop": ("stop", {"today-stop": (), "clearance": ("k", "a")}),
    "after": ("after", {"after": ("enter", "2", "enter", "1")}),
    "elsewhere": ("elsewhere", {"elsewhere": ()}),
    "untested": (
        "untested",
        {"readiness": ("r", "down"), "result": ("down", "down", "enter", "2", "2", "down", "2", "5")},
    ),
    "weeks": (
        "weeks",
        {
            "calendar": ("l", "c"),
            "protocols": (*BACK, "p", "ctrl+home"),
            "protocol": ("enter",),
            "history": (*BACK, "h"),
            "history-none": ("slash", *"nothing", "enter"),
            "run": (*BACK, "enter"),
        },
    ),
}


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the developer's own terminal is."""
    for variable in ("NO_COLOR", "TEXTUAL_THEME", "COLORTERM", "TEXTUAL_ANIMATIONS"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether what is seen is accepted."""
    return bool(request.config.getoption("--snapshot-update"))


async def go(pilot: Pilot[None], key: str) -> None:
    """Press it; where a thread reads then, wait until all of it is shown."""
    await pilot.press(key)
    for _ in range(1000):
        screen = pilot.app.screen
        if key not in ("h", "l", "p") or type(screen).__name__ not in READING or is_laid_out(screen):
            break
        await pilot.pause(0.01)


async def look(pilot: Pilot[None], name: str, update: bool) -> list[str]:
    """Compare the screen with the one that was looked at; what is wrong with it."""
    seen, wrong = await in_every_theme(pilot, SIZES[:1] if name in SCROLLED else SIZES)
    faults = [f"{name}: {fault}" for fault in wrong]
    await pilot.resize_terminal(*SIZES[0])
    file = FOLDER / f"{name}.txt"
    if update:
        FOLDER.mkdir(exist_ok=True)
        file.write_text("\n".join(seen), encoding="utf-8")
    was = file.read_text(encoding="utf-8") if file.exists() else ""
    if was != "\n".join(seen):
        differing = [
            f"  {a!r}\n  {b!r}" for a, b in zip(was.splitlines(), "\n".join(seen).splitlines(), strict=False) if a != b
        ]
        faults.append(f"{name} looks otherwise than {file.name}:\n" + "\n".join(differing[:6]))
    return faults


def tour(app: CoachApp, stops: Mapping[str, Callable[[Any], Any] | tuple[str, ...]], update: bool) -> None:
    """Go from stop to stop; everything that is wrong anywhere."""

    async def run() -> list[str]:
        faults: list[str] = []
        async with app.run_test(size=SIZES[0]) as pilot:
            await pilot.pause()
            for name, way in stops.items():
                for key in way if isinstance(way, tuple) else ():
                    await go(pilot, key)
                if not isinstance(way, tuple):
                    await way(pilot)
                if isinstance(pilot.app.screen, RatingScreen):
                    pilot.app.screen.preview()
                faults += await look(pilot, name, update)
        return faults

    assert asyncio.run(run()) == []


@pytest.mark.parametrize("name", HOME)
def test_between_runs(name: str, update: bool) -> None:
    scene, stops = HOME[name]
    tour(HomeStage(scene, reduced_motion=True), stops, update)


def test_editor(tmp_path: Path, update: bool) -> None:
    stops = {
        "editor-text": (),
        "editor-mistake": ("right", "x"),
        "editor-leaving": ("escape",),
        "editor-steps": (*BACK, "backspace", "f2", "down", "down"),
        "editor-form": ("enter", "tab", "x"),
        "editor-name": (*BACK, "f2"),
    }
    tour(Room(tmp_path).editor(), stops, update)


def test_workouts_and_settings(tmp_path: Path, update: bool) -> None:
    room = Room(tmp_path)
    (room.workouts / "broken.toml").write_text("steps = '5m wolk'", encoding="utf-8")
    room.mine.write_text(MINE, encoding="utf-8")
    room.drafts.keep("own-mine", {"name": "mine"})
    room.config.write_text("volume = 80\n", encoding="utf-8")

    async def on_mine(pilot: Any) -> None:
        pilot.app.screen.stand_on("mine")

    async def wrong(pilot: Any) -> None:
        await next(row for row in pilot.app.screen.query(SettingRow) if row.name == "volume").enter()
        await press(pilot, "0")

    tour(room.list(), {"workouts": on_mine}, update)
    tour(room.settings(env={"COACH_RATE": "90"}), {"settings": wrong}, update)


@pytest.mark.parametrize(
    "scene", ["ready", "get-ready", "run", "walk", "paused", "pain", "stand", "finished", "stopped"]
)
def test_session(scene: str, update: bool) -> None:
    async def shown(pilot: Any) -> None:
        pilot.app.live.tick()
        await pilot.pause()
        if isinstance(pilot.app.screen, AfterScreen):
            pilot.app.screen.listen()

    more = {"live-stop": ("s",), "live-help": ("x", "question_mark")} if scene == "run" else {}
    tour(StagedApp(scene), {f"live-{scene}": shown, **more}, update)


def test_following(update: bool) -> None:
    async def shown(pilot: Any) -> None:
        pilot.app.live.tick()
        await pilot.pause()

    tour(StagedWatchApp("run"), {"following": shown}, update)
