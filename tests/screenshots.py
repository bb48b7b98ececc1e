"""The pictures of the screen for README and guide: ``python -m tests.screenshots`` writes docs/screenshots/*.svg.

The real engine at fixed instants, so a picture changes only when the screen does.
"""

import asyncio
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from coach.config import ThemeName
from coach.tui.after import AfterScreen
from coach.tui.shell import CoachApp
from tests.tui.desk import Room
from tests.tui.home_stage import HomeStage, at_rest
from tests.tui.stage import StagedApp, StagedWatchApp
from tests.tui.test_export_screen import Stage
from tests.tui.test_home_snapshots import driven_by

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
PICTURES: dict[str, tuple[str, tuple[int, int], str]] = {
    "live": ("run", (80, 24), "textual-dark"),
    "ready": ("ready", (80, 24), "textual-dark"),
    "walk": ("walk", (80, 24), "textual-dark"),
    "paused": ("paused", (80, 24), "textual-dark"),
    "pain": ("pain", (80, 24), "textual-dark"),
    "open-step": ("open", (80, 24), "textual-dark"),
    "small": ("run", (40, 12), "textual-dark"),
    "large": ("run", (120, 40), "textual-dark"),
    "light": ("walk", (80, 24), "textual-light"),
    "contrast": ("run", (80, 24), "coach-contrast"),
    "report": ("finished", (80, 24), "textual-dark"),
}
HOME: dict[str, tuple[str, tuple[int, int], ThemeName, tuple[str, ...]]] = {
    "today": ("ask", (80, 24), "dark", ()),
    "today-open": ("go", (80, 24), "dark", ()),
    "today-stop": ("stop", (80, 24), "dark", ()),
    "today-light": ("wait", (80, 24), "light", ()),
    "today-contrast": ("go", (80, 24), "contrast", ()),
    "today-small": ("ask", (40, 12), "dark", ()),
    "morning": ("ask", (80, 24), "dark", ("enter", "1", "enter", "8", "x")),
    "after": ("hurt", (80, 24), "dark", ("enter", "2", "enter", "1")),
    "intervals": ("hurt", (80, 24), "dark", ("a", "6", "pagedown")),
    "readiness": ("untested", (80, 24), "dark", ("r", "down")),
    "result": ("untested", (80, 24), "dark", ("r", "down", "down", "down", "enter", "2", "2", "down", "2", "5")),
    "welcome": ("hello", (80, 24), "dark", ("enter", "b", "down", "f", "f")),
    "profile": ("go", (80, 24), "dark", ("i",)),
    "why": ("rest", (80, 24), "dark", ("w",)),
    "plan": ("weeks", (80, 24), "dark", ("l",)),
    "calendar": ("weeks", (80, 24), "dark", ("l", "c")),
    "protocols": ("weeks", (80, 24), "dark", ("l", "p")),
    "protocol": ("weeks", (80, 24), "dark", ("l", "p", "ctrl+home", "enter")),
    "history": ("weeks", (80, 24), "dark", ("h",)),
    "run": ("weeks", (80, 24), "dark", ("h", "enter")),
    "review": ("hello", (80, 24), "dark", ("enter", "a", "ctrl+s")),
    "anyway": ("wait", (80, 24), "dark", ("o",)),
    "clearance": ("stop", (80, 24), "dark", ("k", "a")),
    "other-run": ("go", (80, 24), "dark", ("u", "0", "7")),
    "palette": ("ask", (80, 24), "dark", ("ctrl+p",)),
    "today-help": ("ask", (80, 24), "dark", ("f1",)),
}
EDITORS: dict[str, tuple[str, ...]] = {
    "editor": ("down", "down"),
    "editor-steps": ("f2", "down", "down"),
    "editor-mistake": ("right", "x"),
    "editor-form": ("f2", "down", "down", "enter"),
    "editor-name": ("f2", "f2"),
}


async def picture(app: CoachApp, size: tuple[int, int], *keys: str) -> str:
    """The SVG of ``app`` once it has settled and ``keys`` were pressed."""
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        if isinstance(app, StagedApp | StagedWatchApp):
            app.live.tick()
        if isinstance(app.screen, AfterScreen):
            app.screen.listen()
        for key in keys:
            await pilot.press(key)
            await at_rest(pilot)
        await at_rest(pilot)
        return app.export_screenshot(title="coach")


async def main() -> None:
    """Write them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (scene, size, theme) in PICTURES.items():
        save(name, await picture(StagedApp(scene, theme=theme), size))
    for name, (scene, size, theme, keys) in HOME.items():
        save(name, await home_picture(HomeStage(scene, theme=theme), size, keys))
    await save_editors()
    save("no-colour", await without_colour())
    save("follow", await picture(StagedWatchApp(), (80, 24)))
    save("help", await picture(StagedApp("run"), (80, 24), "question_mark"))


async def home_picture(app: HomeStage, size: tuple[int, int], keys: tuple[str, ...]) -> str:
    """The SVG of a screen between runs."""
    async with app.run_test(size=size) as pilot:
        await driven_by(keys)(pilot)
        return app.export_screenshot(title="coach")


async def save_editors() -> None:
    """The editor and the settings, over a folder that is thrown away."""
    for name, keys in EDITORS.items():
        with TemporaryDirectory() as folder:
            save(name, await picture(Room(Path(folder)).editor(), (80, 24), *keys))
    with TemporaryDirectory() as folder:
        room = Room(Path(folder))
        save("workouts", await picture(room.list(), (80, 24)))
        save("settings", await picture(room.settings(), (80, 24)))
        save("export", await picture(Stage(Path("/home/me")), (80, 24), "x"))


async def without_colour() -> str:
    """RUN under NO_COLOR."""
    os.environ["NO_COLOR"] = "1"
    try:
        app = StagedApp("run")
    finally:
        del os.environ["NO_COLOR"]
    return await picture(app, (80, 24))


def save(name: str, svg: str) -> None:
    """Keep a picture, and say where."""
    file = FOLDER / f"{name}.svg"
    file.write_text(svg, encoding="utf-8")
    print(f"docs/screenshots/{file.name}")


if __name__ == "__main__":
    for variable in ("NO_COLOR", "TEXTUAL_THEME", "COLORTERM"):
        os.environ.pop(variable, None)
    asyncio.run(main())
