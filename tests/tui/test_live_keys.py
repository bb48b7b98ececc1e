"""Every key of the live screen, against the real engine on a clock that stands still."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from coach.ports import PlayerHealth
from coach.session.state import Command, CommandKind, Phase
from coach.tui.after import AfterScreen
from coach.tui.help import HelpScreen
from coach.tui.widgets import Band, BigTime, KeyBar, Line, Log
from tests.tui.stage import StagedApp, StagedWatchApp

Drive = Callable[[StagedApp, Pilot[None]], Awaitable[None]]


def drive(scene: str, steps: Drive, size: tuple[int, int] = (80, 24)) -> StagedApp:
    """Run ``steps`` on the screen at ``scene``."""

    async def run() -> StagedApp:
        app = StagedApp(scene)
        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            await steps(app, pilot)
        return app

    return asyncio.run(run())


async def settle(app: StagedApp, pilot: Pilot[None]) -> None:
    """Let the screen take in what has happened."""
    await pilot.pause()
    app.live.tick()
    await pilot.pause()


def posted(app: StagedApp) -> list[str]:
    """The commands keys gave, without those of the scene."""
    return [command.kind.value for command in app.session.posted]


KEYS = [
    ("ready", "enter", Command(CommandKind.START)),
    ("run", "space", Command(CommandKind.PAUSE)),
    ("paused", "space", Command(CommandKind.RESUME)),
    ("run", "n", Command(CommandKind.NEXT)),
    ("run", "b", Command(CommandKind.BACK)),
    ("run", "r", Command(CommandKind.REPEAT)),
    ("run", "plus", Command(CommandKind.EXTEND, delta_ms=30_000)),
    ("run", "minus", Command(CommandKind.EXTEND, delta_ms=-30_000)),
    ("run", "p", Command(CommandKind.PAIN)),
    ("pain", "u", Command(CommandKind.WITHDRAW)),
    ("pain", "n", Command(CommandKind.NEXT)),
    ("open", "n", Command(CommandKind.NEXT)),
]


@pytest.mark.parametrize(("scene", "key", "command"), KEYS)
def test_a_key_posts_its_command_once(scene: str, key: str, command: Command) -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        app.session.posted.clear()
        await pilot.press(key)

    assert drive(scene, steps).session.posted == [command]


@pytest.mark.parametrize("key", ["enter", "y", "x", "escape", "u", "tab", "ctrl+z"])
def test_a_stray_key_changes_nothing_in_a_run(key: str) -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        before = app.session.engine.state
        await pilot.press(key)
        assert app.session.engine.state == before

    drive("run", steps)


@pytest.mark.parametrize("scene", ["ready", "run", "paused", "pain"])
def test_a_tiny_terminal_and_back_looks_as_before_and_still_takes_keys(scene: str) -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        await settle(app, pilot)
        before = app.export_screenshot(simplify=True)
        for size in ((20, 5), (1, 1), (300, 100), (80, 24)):
            await pilot.resize_terminal(*size)
            await settle(app, pilot)
        assert app.export_screenshot(simplify=True) == before
        app.session.posted.clear()
        await pilot.press("n")
        assert posted(app) == ["next"]

    drive(scene, steps)


def test_a_mouse_gives_no_commands() -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        app.session.posted.clear()
        for y in range(24):
            await pilot.click(offset=(40, y))
        assert posted(app) == []

    drive("run", steps)


@pytest.mark.parametrize("asking", ["s", "q", "escape", "ctrl+c", "ctrl+q"])
def test_stopping_takes_a_question_and_a_y(asking: str) -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        await pilot.press(asking)
        assert app.live.asking
        assert "y stops" in app.screen.query_one(KeyBar).text
        assert app.session.engine.state.phase is Phase.RUNNING
        await pilot.press("y")
        assert app.session.engine.state.phase is Phase.STOPPED

    drive("run", steps)


@pytest.mark.parametrize("answer", ["n", "space", "enter", "s", "p", "escape", "q", "ctrl+c", "z"])
def test_any_other_answer_goes_on_and_does_nothing_else(answer: str) -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        before = app.session.engine.state
        await pilot.press("s", answer)
        assert not app.live.asking
        await pilot.press("y")
        assert app.session.engine.state == before
        assert "pause" in app.screen.query_one(KeyBar).text

    drive("run", steps)


def test_the_question_withdraws_itself() -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        await pilot.press("s")
        for _ in range(100):
            app.live.tick()
        assert not app.live.asking
        await pilot.press("y")
        assert app.session.engine.state.phase is Phase.RUNNING

    drive("run", steps)


def test_leaving_before_the_start_stops_it_and_closes_the_screen() -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        await pilot.press("q")

    app = drive("ready", steps)
    assert app.session.engine.state.phase is Phase.STOPPED
    assert not app.is_running


def test_volume_and_mute() -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        title = app.screen.query_one("#title", Line)
        await pilot.press("up", "up")
        assert "volume 90" in title.text
        await pilot.press("m")
        assert "muted" in title.text
        await pilot.press("m", *["down"] * 20)
        assert "volume 0" in title.text

    loudness = drive("run", steps).session.loudness
    assert loudness[:4] == [85, 90, True, False]
    assert loudness[-1] == 0
    assert min(loudness[4:]) == 0


def test_a_refusal_is_shown_where_the_runner_looks_and_goes_away() -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        now = app.screen.query_one("#now", Line)
        await pilot.press("u")
        await settle(app, pilot)
        assert "no pain mark" in now.text
        assert "no pain mark" in app.screen.query_one(Log).text
        for _ in range(60):
            app.live.tick()
        assert "Run 2 of 8" in now.text

    drive("run", steps)


def test_the_pain_walk_says_how_to_go_on_and_counts_down_the_way_back() -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        await pilot.press("p")
        await settle(app, pilot)
        now, then = app.screen.query_one("#now", Line), app.screen.query_one("#next", Line)
        assert app.screen.query_one(Band).text == "WALK"
        assert now.text == "PAIN NOTED – WALK · u undoes it (10 s)"
        assert then.text == "n goes on with walk (2 min), s stops"
        app.session.move(4)
        await settle(app, pilot)
        assert "(6 s)" in now.text
        assert app.screen.query_one(BigTime).text == "0:04"
        assert "take back" in app.screen.query_one(KeyBar).text
        app.session.move(7)
        await settle(app, pilot)
        assert now.text == "PAIN NOTED – WALK"
        assert "take back" not in app.screen.query_one(KeyBar).text

    drive("run", steps)


def test_taking_a_pain_mark_back_goes_on_where_the_run_was() -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        await pilot.press("p")
        app.session.move(3)
        await pilot.press("u")
        await settle(app, pilot)
        assert app.screen.query_one(Band).text == "RUN 2/8"
        assert app.screen.query_one(BigTime).text == "0:43"

    drive("run", steps)


def test_help_is_over_the_screen_and_its_key_does_nothing_else() -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        before = app.session.engine.state
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("p")
        assert app.screen is app.live
        assert app.session.engine.state == before
        await pilot.press("f1")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("ctrl+c")
        assert app.screen is app.live

    drive("run", steps)


def test_the_end_shows_the_report_and_ignores_a_late_key_before_it_leaves() -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        assert isinstance(app.screen, AfterScreen)
        assert app.screen.query_one(Band).text == "DONE"
        await pilot.press("n")
        assert isinstance(app.screen, AfterScreen)
        assert app.is_running
        app.screen.listen()
        await pilot.press("down")
        assert app.is_running
        await pilot.press("q")

    assert not drive("finished", steps).is_running


def test_the_end_comes_even_while_the_help_is_open() -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        await pilot.press("question_mark")
        app.session.move(60 * 60)
        await settle(app, pilot)
        assert isinstance(app.screen, AfterScreen)

    drive("run", steps)


def test_a_dead_output_is_said_and_stays_in_sight() -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        app.session.tell(PlayerHealth("alsa", "default", alive=False, note="the device was unplugged"))
        await settle(app, pilot)
        assert app.screen.query_one("#now", Line).text == "No sound: the device was unplugged"
        assert "NO SOUND" in app.screen.query_one("#title", Line).text

    drive("run", steps)


@pytest.mark.parametrize(
    ("scene", "offered", "hidden"),
    [
        ("ready", ["start", "leave"], ["pause", "next", "stop"]),
        ("run", ["pause", "next", "pain", "stop"], ["start", "resume", "take back", "take over"]),
        ("paused", ["resume", "next", "stop"], ["pause", "start"]),
        ("pain", ["take back", "next", "stop"], ["repeat", "30 s"]),
        ("open", ["next"], ["30 s"]),
    ],
)
def test_only_keys_that_do_something_are_offered(scene: str, offered: list[str], hidden: list[str]) -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        words = app.screen.query_one(KeyBar).text
        assert [word for word in offered if word not in words] == []
        assert [word for word in hidden if word in words.replace("pain ", "")] == []

    drive(scene, steps)


def test_keys_can_be_bound_anew_by_their_ids() -> None:
    async def steps(app: StagedApp, pilot: Pilot[None]) -> None:
        app.set_keymap({"live.next": "j"})
        app.session.posted.clear()
        await pilot.press("n", "j")

    assert posted(drive("run", steps)) == ["next"]


def test_following_only_watches_leaves_or_takes_over() -> None:
    async def run(*keys: str) -> StagedWatchApp:
        app = StagedWatchApp()
        async with app.run_test() as pilot:
            await pilot.pause()
            app.session.posted.clear()
            before = app.session.engine.state
            await pilot.press("space", "n", "p", "s", "y", "up", "m", "enter")
            assert app.session.engine.state == before
            assert app.session.posted == []
            assert "take over" in app.screen.query_one(KeyBar).text
            assert app.session.polls > 0
            await pilot.press(*keys)
        return app

    assert asyncio.run(run("t")).taking
    assert not asyncio.run(run("q")).taking


def test_help_names_the_keys_as_they_are_bound() -> None:
    async def steps() -> None:
        app = StagedApp("run")
        async with app.run_test() as pilot:
            app.set_keymap({"live.pain": "f9"})
            await pilot.pause()
            await pilot.press("question_mark")
            await pilot.pause()
            shown = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
            assert "f9  Pain: walk at once" in shown
            assert "n  The next interval" in shown
            assert "q  Leave" in shown

    asyncio.run(steps())
