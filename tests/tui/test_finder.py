"""The palette: what it lists, what typing finds, and that keys typed faster than it opens do no harm."""

from pathlib import Path

import pytest
from textual.screen import Screen
from textual.widgets import OptionList, Static

from coach.tui.actions import ACTIONS
from coach.tui.finder import NONE, FinderScreen
from coach.tui.step_form import FormScreen
from coach.tui.why import WhyScreen
from tests.tui.desk import Room, press
from tests.tui.home_stage import HomeStage, driven
from tests.tui.stage import StagedApp


def rows(screen: Screen[object]) -> list[str]:
    """The rows of the list."""
    shown = screen.query_one(OptionList)
    return [str(shown.get_option_at_index(n).prompt) for n in range(shown.option_count)]


@driven
async def test_what_the_screen_does_comes_first_and_every_action_is_there_with_its_key() -> None:
    app = HomeStage("ask", keys={"today.why": "v"})
    async with app.run_test() as pilot:
        offered = {each.binding.id for each in app.screen.active_bindings.values() if each.enabled}
        await press(pilot, "ctrl+p")
        listed = rows(app.top(FinderScreen))
        assert listed[0].startswith("Go on")
        assert next(row for row in listed if row.startswith("Why")).split()[-1] == "v"
        words = " ".join(" ".join(listed).split())
        for name in (offered & set(ACTIONS)) - {"app.quit", "app.palette"}:
            assert ACTIONS[name].words[:40] in words, name
        await press(pilot, *"wHy", "enter")
        app.top(WhyScreen)


@driven
async def test_in_a_session_only_what_would_not_be_refused_is_listed_and_it_is_done() -> None:
    app = StagedApp("run")
    async with app.run_test() as pilot:
        await press(pilot, "ctrl+p")
        listed = " ".join(rows(app.screen))
        assert "30 s shorter" in listed
        assert "Take over" not in listed
        assert "Start" not in listed
        await press(pilot, *"pai", "enter")
        assert [command.kind for command in app.session.posted][-1] == "pain"


@driven
async def test_keys_typed_faster_than_it_opens_and_closes_do_no_harm() -> None:
    app = StagedApp("run")
    async with app.run_test() as pilot:
        keys = (
            "ctrl+p",
            "x",
            "escape",
            "ctrl+p",
            "ctrl+p",
            "ctrl+p",
            "z",
            "escape",
            "question_mark",
            "ctrl+p",
            "escape",
            "x",
        )
        for key in keys * 3:
            app.simulate_key(key)
        await press(pilot, "ctrl+p", *"louder", "enter")
        assert app.session.loudness == [85]
        assert app.screen is app.live
        assert app.failure is None


@driven
async def test_words_that_no_action_has_are_said_and_enter_does_nothing() -> None:
    app = HomeStage("ask")
    async with app.run_test(size=(40, 12)) as pilot:
        await press(pilot, "ctrl+p", *"zzz", "enter")
        about = app.top(FinderScreen).query_one("#finder-about", Static)
        assert str(about.content) == NONE
        assert about.region.height > 0
        await press(pilot, "ctrl+u", *"tests before", "enter")
        assert type(app.screen).__name__ == "ReadinessScreen"


@pytest.mark.parametrize("keys", [("down", "enter"), (*"repeat", "enter")])
def test_actions_of_what_has_the_focus_are_done_there(tmp_path: Path, keys: tuple[str, ...]) -> None:
    from tests.tui.desk import StagedEdit, drive

    async def steps(app: StagedEdit, pilot: object) -> None:
        await press(pilot, "f2", "ctrl+p", *keys)  # type: ignore[arg-type]
        app.top(FormScreen)

    drive(Room(tmp_path).editor(), steps)
