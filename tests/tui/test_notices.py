"""Refusals and warnings on the screen: they are shown whole, and none outlives what it says."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from coach.model.cue import Notice
from coach.session.outputs import Refusal
from coach.tui.now import NowLine
from tests.tui.stage import StagedApp

Drive = Callable[[StagedApp, Pilot[None]], Awaitable[None]]


def drive(scene: str, steps: Drive, size: tuple[int, int] = (80, 24)) -> None:
    async def run() -> None:
        app = StagedApp(scene)
        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            await steps(app, pilot)

    asyncio.run(run())


async def settle(app: StagedApp, pilot: Pilot[None]) -> None:
    await pilot.pause()
    app.live.tick()
    await pilot.pause()


def drawn(app: StagedApp) -> str:
    """What is really on the screen in the place of the line, rows joined."""
    line = app.screen.query_one(NowLine)
    rows = ["".join(segment.text for segment in line.render_line(row)) for row in range(line.size.height)]
    return " ".join(row.strip() for row in rows)


def test_an_accepted_command_ends_the_refusal_of_an_older_one() -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        await pilot.press("p", "r")
        await settle(app, pilot)
        assert "You are walking after a pain mark" in drawn(app)
        await pilot.press("u")
        await settle(app, pilot)
        assert drawn(app).startswith("Run 2 of 8")

    drive("run", steps)


def test_a_boundary_ends_a_refusal() -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        await pilot.press("u")
        await settle(app, pilot)
        assert "no pain mark" in drawn(app)
        app.session.move(60)
        await settle(app, pilot)
        assert "no pain mark" not in drawn(app)

    drive("run", steps)


def test_a_pain_mark_is_seen_at_once_though_something_was_refused_just_before() -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        await pilot.press("u", "p")
        await settle(app, pilot)
        assert drawn(app) == "PAIN NOTED – WALK · u undoes it (10 s)"

    drive("run", steps)


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (120, 40)])
def test_the_remedy_is_whole_and_the_way_back_stays_in_sight(size: tuple[int, int]) -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        await pilot.press("p", "r")
        await settle(app, pilot)
        assert "u undoes it (10 s)" in drawn(app)
        assert "walk on; next goes on with the plan, stop ends the session" in drawn(app)
        app.session.move(11)
        await pilot.press("u")
        await settle(app, pilot)
        assert "stands – next goes on with the plan, stop ends it" in drawn(app)
        for _ in range(60):
            app.live.tick()
        await pilot.pause()
        assert drawn(app) == "PAIN NOTED – WALK"

    drive("run", steps, size)


def test_trouble_is_no_refusal_and_stays_when_something_happens() -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        app.session.tell(Refusal("the disk is full", "make space; the session goes on", Notice.JOURNAL_FAILING))
        await pilot.press("n")
        await settle(app, pilot)
        assert "the disk is full" in drawn(app).lower()

    drive("run", steps)
