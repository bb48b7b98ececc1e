"""The workout editor driven by keys: the file, the draft and the text after it, and what the screen said."""

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, Static

from coach.library.workout_files import load_workout
from coach.model.syntax import parse
from coach.tui.choose import ChooseScreen
from coach.tui.editor import EditorScreen
from coach.tui.entries import Entry
from coach.tui.help import HelpScreen
from coach.tui.step_form import FormScreen
from coach.tui.step_list import StepList
from coach.tui.steps_text import StepsText
from coach.tui.widgets import KeyBar, Line, SessionBar
from coach.tui.workouts import WorkoutsScreen
from tests.tui.desk import MINE, Room, StagedEdit, drive, press, type_in


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def said(app: StagedEdit, where: str = "#notice") -> str:
    return app.screen.query_one(where, Line).text


def problem(app: StagedEdit) -> str:
    line = app.screen.query_one("#edit-problem", Static)
    return str(line.content) if line.display else ""


def text(app: StagedEdit) -> str:
    return app.screen.query_one(StepsText).text


def rows(app: StagedEdit) -> list[str]:
    return ["  " * row.depth + row.words for row in app.screen.query_one(StepList).rows]


async def cleared(app: StagedEdit, pilot: Pilot[None]) -> None:
    """The text is taken out, as a runner does."""
    app.screen.query_one(StepsText).select_all()
    await press(pilot, "backspace")


def test_write_see_the_error_mend_it_save_and_open_it_again(room: Room) -> None:
    async def write(app: StagedEdit, pilot: Pilot[None]) -> None:
        await cleared(app, pilot)
        assert "there is no step" in problem(app)
        await type_in(pilot, "5m walk, 400m run")
        assert problem(app).startswith("! column 10: 400m is 400 minutes")
        assert "4 × " not in said(app, "#edit-total")
        await press(pilot, "ctrl+s")
        assert said(app).startswith("Not saved: column 10")
        assert room.mine.read_text(encoding="utf-8") == MINE
        assert app.screen.query_one(StepsText).cursor_location == (0, 9)
        await press(pilot, "right", "right", "right", "right", "t", "r", "backspace", "backspace")
        await type_in(pilot, "tr")
        assert problem(app) == ""
        assert said(app, "#edit-total") == "at least 5:00, running 400 mtr · 2 intervals"
        await press(pilot, "ctrl+s")
        assert said(app).startswith("Saved")
        assert "saved" in said(app, "#edit-title")

    drive(room.editor(), write)
    assert load_workout(room.mine).steps == parse("5m walk, 400mtr run").steps
    assert room.mine.read_text(encoding="utf-8").startswith('# what the physio and I agreed on\ntitle = "Mine"\n')

    async def look(app: StagedEdit, pilot: Pilot[None]) -> None:
        assert text(app) == "5m walk, 400mtr run"
        await press(pilot, "escape")  # nothing to ask about
        assert not app.is_running or not app.screen_stack[1:]

    drive(room.editor(), look)


def test_the_preview_follows_every_key(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        await cleared(app, pilot)
        for typed, total in (
            ("2m run", "2:00, running 2:00 · 1 interval"),
            (", 3m walk", "5:00, running 2:00 · 2 intervals"),
        ):
            await type_in(pilot, typed)
            assert said(app, "#edit-total") == total
        assert "0:00  Run · 2 min\n2:00  Walk · 3 min" in str(app.screen.query_one("#edit-plan-text", Static).content)
        bar = app.screen.query_one(SessionBar)
        assert bar.position is not None
        before = bar.position
        await press(pilot, "home")
        assert bar.position < before

    drive(room.editor(), steps)


def test_step_by_step(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        await press(pilot, "f2")
        assert rows(app) == ["5m walk", "4 times", "  1m run", "  2m walk"]
        await press(pilot, "down", "enter", "ctrl+u", "6", "enter")  # four times → six
        await press(pilot, "down", "enter", "tab", "ctrl+u")
        app.top(FormScreen)
        await type_in(pilot, "90s")
        await press(pilot, "enter")
        assert rows(app) == ["5m walk", "6 times", "  1m30s run", "  2m walk"]
        await press(pilot, "J")
        assert rows(app)[2:] == ["  2m walk", "  1m30s run"]
        await press(pilot, "J")
        assert rows(app)[2:] == ["  2m walk", "1m30s run"]
        await press(pilot, "K", "K", "a", "c")  # a new step, a cool-down
        await press(pilot, "enter")
        assert rows(app) == ["5m walk", "6 times", "  1m30s run", "  1m cooldown", "  2m walk"]
        await press(pilot, "d")
        assert said(app) == "Deleted. u brings it back."
        await press(pilot, "u")
        assert "  1m cooldown" in rows(app)
        await press(pilot, "u")
        assert "  1m cooldown" not in rows(app)
        await press(pilot, "ctrl+y")
        assert "  1m cooldown" in rows(app)
        await press(pilot, "ctrl+s")

    drive(room.editor(), steps)
    content = room.mine.read_text(encoding="utf-8")
    assert "5m walk   # slowly\n6x(\n    1m30s run\n    1m cooldown\n    2m walk\n)\n" in content


def test_repeat_some_rows_and_take_the_repeat_away(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        await press(pilot, "f2", "r", "ctrl+u", "3", "enter")
        assert rows(app) == ["3 times", "  5m walk", "  4 times", "    1m run", "    2m walk"]
        await press(pilot, "x")
        assert rows(app) == ["5m walk", "4 times", "  1m run", "  2m walk"]
        await press(pilot, "x")
        assert said(app).startswith("this is no repeat")

    drive(room.editor(), steps)


async def burst(app: StagedEdit, pilot: Pilot[None], *keys: str) -> None:
    """Keys that were all typed before the screen took the first, as on a busy machine."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))
    for _ in range(4):
        await pilot.pause()


def test_keys_typed_faster_than_the_screen_keep_their_order(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        await burst(app, pilot, "x", "y", "backspace", "backspace", "1", "left", "2", "end", ";", "home", "7")
        assert text(app).startswith("7215m walk   # slowly;\n")
        await burst(app, pilot, "home", *["delete"] * 3, "f2")
        assert app.screen.query_one(StepList).has_focus
        await burst(app, pilot, "down", "enter")
        form = app.top(FormScreen)
        await burst(app, pilot, "backspace", "1", "2", "enter")
        assert app.screen is not form
        assert rows(app)[1] == "12 times"
        await burst(app, pilot, "down", "enter")
        await burst(app, pilot, "tab", "backspace", "s", "tab", "e", "a", "tab", "1", "7", "0", "enter")
        assert rows(app)[2] == '  1s run "ea" @170spm'

    drive(room.editor(), steps)


def test_a_form_says_what_is_wrong_beside_the_field_and_keeps_it(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        await press(pilot, "f2", "enter", "tab", "ctrl+u")
        await type_in(pilot, "5x")
        form = app.top(FormScreen)
        duration = next(entry for entry in form.query(Entry) if entry.name == "duration")
        assert "write a duration" in duration.problem
        await press(pilot, "enter")
        assert app.screen is form
        assert form.values["duration"] == "5x"
        assert duration.control.has_focus
        await press(pilot, "f1")
        assert isinstance(app.screen, HelpScreen)
        await press(pilot, "x", "escape")
        assert rows(app)[0] == "5m walk"

    drive(room.editor(), steps)


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("duration", "", "how long"),
        ("duration", "5m run, 3m", "write a duration"),
        ("name", "x" * 81, "longer than 80"),
        ("cadence", "fast", "write 170-180"),
        ("cadence", "20", "from 60 to 260"),
        ("heart", "Z9", "from 1 to 5"),
        ("effort", "5-3", "backwards"),
    ],
)
def test_every_field_of_a_step_is_judged(room: Room, field: str, typed: str, words: str) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        await press(pilot, "f2", "enter")
        form = app.top(FormScreen)
        entry = next(entry for entry in form.query(Entry) if entry.name == field)
        entry.take(typed)
        await pilot.pause()
        assert words in entry.problem
        await press(pilot, "enter")
        assert app.screen is form

    drive(room.editor(), steps)


def test_a_step_with_everything_comes_back_into_the_form(room: Room) -> None:
    step = '1m30s run "strides" @170-180spm @Z2 @RPE3-4'
    room.mine.write_text(f"steps = '''\n{step}\n'''\n", encoding="utf-8")

    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        await press(pilot, "f2", "enter")
        assert app.top(FormScreen).values == {
            "what": "active", "duration": "1m30s", "name": "strides",
            "cadence": "170-180", "heart": "Z2", "effort": "3-4",
        }  # fmt: skip
        await press(pilot, "enter")
        assert text(app) == step
        await press(pilot, "enter", "right", "enter")
        assert text(app) == step.replace("run", "walk")

    drive(room.editor(), steps)


def test_a_broken_text_keeps_its_rows_and_says_where_to_go(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        await type_in(pilot, "w")
        await press(pilot, "f2", "d")
        assert "F4 goes there" in said(app)
        assert text(app).startswith("w5m walk")
        await press(pilot, "f4", "backspace", "delete")
        assert app.screen.query_one(StepsText).has_focus

    drive(room.editor(), steps)


def test_discarding_goes_back_to_what_is_saved(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        before = text(app)
        await type_in(pilot, "1m run, ")
        await press(pilot, "ctrl+r")
        app.top(ChooseScreen)
        await press(pilot, "escape")
        assert text(app) != before
        await press(pilot, "ctrl+r", "d")
        assert text(app) == before
        assert "changed" not in said(app, "#edit-title")
        await press(pilot, "ctrl+z")
        assert text(app).startswith("1m run, ")
        await press(pilot, "escape", "d")

    drive(room.editor(), steps)
    assert room.mine.read_text(encoding="utf-8") == MINE
    assert room.drafts.read("own-mine") is None


def test_deleting_asks_and_is_undone(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        for no in ("escape", "enter"):  # Enter alone never does harm
            await press(pilot, "f8", no)
            assert room.mine.exists()
        await press(pilot, "f8", "y")
        assert not room.mine.exists()
        assert "deleted" in said(app, "#edit-title")
        assert "bring back" in app.screen.query_one(KeyBar).text
        await press(pilot, "f9")
        assert room.mine.read_text(encoding="utf-8") == MINE
        assert "saved" in said(app, "#edit-title")

    drive(room.editor(), steps)


@pytest.mark.parametrize("way", ["keep", "ctrl+c", "exit"])
def test_what_is_not_saved_is_a_draft_and_offered_again(room: Room, way: str) -> None:
    async def leave(app: StagedEdit, pilot: Pilot[None]) -> None:
        await type_in(pilot, "1m rnu, ")
        await press(pilot, "f2", "f2")
        entry = app.screen.query(Entry).first()
        entry.control.focus()
        await type_in(pilot, "!")
        if way == "exit":  # as a closed terminal and SIGTERM do
            app.exit()
        else:
            await press(pilot, "escape" if way == "keep" else "ctrl+c", "k")

    drive(room.editor(), leave)
    assert room.mine.read_text(encoding="utf-8") == MINE

    async def look(app: StagedEdit, pilot: Pilot[None]) -> None:
        app.top(ChooseScreen)
        await press(pilot, "enter")
        assert text(app).startswith("1m rnu, 5m walk")
        assert problem(app).startswith("! line 1, column 4")
        app.top(EditorScreen)
        assert app.screen.query(Entry).first().typed == "mine!"
        await press(pilot, "escape", "d")

    drive(room.editor(), look)
    assert room.drafts.read("own-mine") is None


def test_a_draft_can_wait_or_be_dropped(room: Room) -> None:
    async def change(app: StagedEdit, pilot: Pilot[None]) -> None:
        await type_in(pilot, "1m run, ")

    drive(room.editor(), change)

    async def wait(app: StagedEdit, pilot: Pilot[None]) -> None:
        await press(pilot, "escape")

    drive(room.editor(), wait)
    assert room.drafts.read("own-mine") is not None

    async def drop(app: StagedEdit, pilot: Pilot[None]) -> None:
        await press(pilot, "d")
        assert text(app).startswith("5m walk")

    drive(room.editor(), drop)
    assert room.drafts.read("own-mine") is None


def test_a_draft_does_not_push_a_newer_file_aside_unasked(room: Room) -> None:
    async def change(app: StagedEdit, pilot: Pilot[None]) -> None:
        await type_in(pilot, "1m run, ")

    drive(room.editor(), change)
    newer = MINE.replace("4x", "7x")
    room.mine.write_text(newer, encoding="utf-8")

    async def save(app: StagedEdit, pilot: Pilot[None]) -> None:
        await press(pilot, "g", "ctrl+s")
        app.top(ChooseScreen)
        await press(pilot, "escape")
        assert room.mine.read_text(encoding="utf-8") == newer
        await press(pilot, "ctrl+s", "r")
        assert "1m run, 5m walk" in room.mine.read_text(encoding="utf-8")

    drive(room.editor(), save)


def test_a_copy_of_a_shipped_one_is_saved_as_one_s_own(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        assert said(app) == "a copy of seed-start"
        await press(pilot, "ctrl+s", "escape")

    drive(room.editor("seed-start"), steps)
    assert load_workout(room.workouts / "my-seed-start.toml").name == "Seed start"


def test_a_name_that_is_taken_asks(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        await press(pilot, "f2", "f2")
        name = app.screen.query(Entry).first()
        name.take("No Name")
        await press(pilot, "ctrl+s")
        assert "cannot be the name" in said(app)
        assert "cannot be the name" in name.problem
        name.take("mine")
        await press(pilot, "ctrl+s")
        app.top(ChooseScreen)
        await press(pilot, "enter")
        assert name.control.has_focus
        assert room.mine.read_text(encoding="utf-8") == MINE
        await press(pilot, "ctrl+s", "r")
        assert load_workout(room.mine).name == "Seed start"

    drive(room.editor("seed-start"), steps)


@pytest.mark.parametrize("size", [(40, 12), (20, 5), (1, 1), (200, 60)])
def test_resizing_loses_nothing(room: Room, size: tuple[int, int]) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        await type_in(pilot, "1m rn")
        before = (text(app), app.screen.query_one(StepsText).cursor_location)
        await pilot.resize_terminal(*size)
        await pilot.pause()
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert (text(app), app.screen.query_one(StepsText).cursor_location) == before
        assert "not a kind" in problem(app) or "not a unit" in problem(app)

    drive(room.editor(), steps)


def test_every_action_is_in_the_palette_and_help_explains_the_field(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        titles = {command.title for command in app.commands(app.screen)}
        assert {"Save", "Steps", "Delete", "Leave", "Undo", "Redo", "Help"} <= titles
        await press(pilot, "f1")
        words = app.top(HelpScreen).query_one("#help-words", Static)
        assert "m is minutes" in str(words.content)
        await press(pilot, "x")
        await press(pilot, "f2")
        titles = {command.title for command in app.commands(app.screen)}
        assert {"Change", "Add", "Repeat", "Delete", "Up", "Down", "Once"} <= titles

    drive(room.editor(), steps)


def test_a_key_bound_anew_works_and_is_shown(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        app.set_keymap({"edit.save": "f5"})
        await type_in(pilot, "1m run, ")
        app.top(EditorScreen).offer_keys()
        assert "f5 save" in app.screen.query_one(KeyBar).text.casefold()
        await press(pilot, "ctrl+s")
        assert room.mine.read_text(encoding="utf-8") == MINE
        await press(pilot, "f5")
        assert said(app).startswith("Saved")

    drive(room.editor(), steps)


def test_a_full_disk_says_so_and_keeps_the_text(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        await type_in(pilot, "1m run, ")

        def refuse(*_arguments: object, **_options: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("coach.library.spare_files.os.open", refuse)
        await press(pilot, "ctrl+s")
        assert "No space left on device" in said(app)
        assert text(app).startswith("1m run, ")

    app = drive(room.editor(), steps)
    assert "No space left on device" in str(app.failure)  # for the command line to say: the draft is lost too


def test_the_list_opens_copies_deletes_and_brings_back(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        screen = app.top(WorkoutsScreen)
        screen.stand_on("mine")
        await press(pilot, "enter")
        assert app.top(EditorScreen).written.name == "mine"
        await press(pilot, "escape", "d", "y")
        assert not room.mine.exists()
        assert "u brings it back" in said(app)
        await press(pilot, "u")
        assert room.mine.read_text(encoding="utf-8") == MINE
        await press(pilot, "n")
        assert app.top(EditorScreen).written.name == "my-run"
        await press(pilot, "ctrl+s", "escape")
        assert (room.workouts / "my-run.toml").exists()
        app.top(WorkoutsScreen)
        assert "2 of your own" in said(app, "#edit-title")
        screen.stand_on("seed-start")
        await press(pilot, "d")
        app.top(WorkoutsScreen)  # the shipped ones cannot be deleted
        await press(pilot, "q")

    drive(room.list(), steps)


def test_fields_can_be_typed_into_without_a_mouse(room: Room) -> None:
    async def steps(app: StagedEdit, pilot: Pilot[None]) -> None:
        await press(pilot, "f2", "f2", "tab", "ctrl+u")
        await type_in(pilot, "Evening")
        assert app.screen.query(Input)[1].value == "Evening"
        await press(pilot, "ctrl+s")

    drive(room.editor(), steps)
    assert load_workout(room.mine).name == "Evening"
