"""The pictures of the screen for README and guide: ``python -m tests.screenshots`` writes docs/screenshots/*.svg.

The real engine at fixed instants, so a picture changes only when the screen does.
"""

import asyncio
import os
from pathlib import Path

from coach.tui.app import CoachApp
from tests.tui.stage import StagedApp, StagedWatchApp

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
}


async def picture(app: CoachApp, size: tuple[int, int], *keys: str) -> str:
    """The SVG of ``app`` once it has settled and ``keys`` were pressed."""
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        if isinstance(app, StagedApp | StagedWatchApp):
            app.live.tick()
        await pilot.press(*keys)
        await pilot.pause()
        return app.export_screenshot(title="coach")


async def main() -> None:
    """Write them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (scene, size, theme) in PICTURES.items():
        save(name, await picture(StagedApp(scene, theme=theme), size))
    save("no-colour", await without_colour())
    save("follow", await picture(StagedWatchApp(), (80, 24)))
    save("help", await picture(StagedApp("run"), (80, 24), "question_mark"))


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
