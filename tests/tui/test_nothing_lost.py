"""Whatever is typed into a form and not kept survives a resized, a left and a closed terminal."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from coach.model.rating import Occasion
from coach.tui.anyway import AnywayScreen
from coach.tui.asks import Ask
from coach.tui.choose import ChooseScreen
from coach.tui.form import FormPage
from coach.tui.questions import Answers
from coach.tui.rate import RatingScreen
from tests.tui.home_stage import HomeStage, MemoryDrafts, driven
from tests.tui.terminals import PtyProgram, python, wait_for


class Form(NamedTuple):
    """A form: at which scene, by which keys it is opened, and what is typed into it."""

    scene: str
    opened: tuple[str, ...]
    typed: tuple[str, ...]
    left: tuple[str, ...] = ()  # by these keys; else the terminal is closed


FORMS = {
    "morning": Form("ask", ("enter",), ("4", "enter", "8"), ("escape",)),
    "after": Form("after", ("enter",), ("4", "enter", "2"), ("ctrl+c",)),
    "warning sign": Form("ask", ("enter",), ("1", "x", "y", "down", "space")),
    "profile": Form("hello", ("enter",), ("b", "down", "f")),
    "test": Form("untested", ("r", "down", "down", "down", "enter"), ("2", "2")),
    "other run": Form("go", ("u",), ("0", "7", "down", "2"), ("ctrl+c", "k")),
    "anyway": Form("wait", ("o",), ("r", "a", "c", "e"), ("escape",)),
}


def typed_into(screen: Screen[Any]) -> object:
    """What stands in the form on top."""
    if isinstance(screen, RatingScreen):
        return screen._answers.draft()
    if isinstance(screen, AnywayScreen):
        return screen.query_one(Input).value
    assert isinstance(screen, FormPage), screen
    return screen.typed


async def opened(form: Form, app: HomeStage, pilot: Pilot[None]) -> None:
    await pilot.pause()
    for key in form.opened:
        await pilot.press(key)
        await pilot.pause()


@pytest.mark.parametrize("name", FORMS)
@driven
async def test_a_form_keeps_what_is_typed(name: str) -> None:
    form, drafts = FORMS[name], MemoryDrafts()
    first = HomeStage(form.scene, drafts=drafts)
    async with first.run_test() as pilot:
        await opened(form, first, pilot)
        empty = typed_into(first.screen)
        journal = len(first.runner.journal.stored)
        await pilot.press(*form.typed)
        await pilot.pause()
        before = typed_into(first.screen)
        assert before != empty
        await pilot.resize_terminal(40, 12)
        assert typed_into(first.screen) == before
        if form.left:
            await pilot.press(*form.left)
            await pilot.pause()
        else:
            first.exit()  # as a closed terminal, SIGTERM and SIGINT do
        assert len(first.runner.journal.stored) == journal, "nothing of it is in the journal"
    assert drafts.kept

    again = HomeStage(form.scene, drafts=drafts)
    async with again.run_test() as pilot:
        await opened(form, again, pilot)
        again.top(ChooseScreen)
        await pilot.press("g")
        await pilot.pause()
        assert typed_into(again.screen) == before


@driven
async def test_what_was_typed_of_one_day_is_not_offered_for_another_and_goes_once_it_is_kept() -> None:
    drafts = MemoryDrafts()
    app = HomeStage("ask", drafts=drafts)
    async with app.run_test() as pilot:
        await pilot.press("enter", "4", "escape")
        await pilot.pause()
        assert drafts.kept
        app.wait(hours=24)
        await pilot.press("enter")
        await pilot.pause()
        assert app.top(RatingScreen)._answers.is_empty
        await pilot.press("1", "enter", "8", "x", "ctrl+s")
        await pilot.pause()
        assert [name[-10:] for name in drafts.kept] == ["2026-03-02"]


ANY = st.one_of(st.none(), st.booleans(), st.integers(-3, 10**6), st.text(max_size=4), st.lists(st.text(max_size=4)))


@settings(max_examples=40)
@given(st.sampled_from(list(Occasion)), st.dictionaries(st.text(max_size=3), ANY), st.lists(ANY, min_size=13))
def test_a_draft_that_was_tampered_with_answers_nothing_that_could_not_be_typed(
    occasion: Occasion, more: dict[str, Any], values: list[Any]
) -> None:
    answers = Answers(Ask(occasion, "?", run="S1"))
    names = [answer.question.name for answer in answers.all]
    told = {**more, **dict(zip(names, values, strict=False))}
    answers.take({name: json.dumps(value) for name, value in told.items()} | {names[0]: "{"})
    assert answers.all[0].value is None
    again = Answers(answers.ask)
    again.take(answers.draft())
    assert again.draft() == answers.draft()
    for answer in answers.all:
        typed = {choice.value for choice in answer.choices} | {(), None, *range(11)}
        assert answer.value in typed or answer.question.name == "distance_m" or answer.value == tuple(answer.marked)


@pytest.mark.slow
def test_a_rating_outlives_a_closed_terminal(tmp_path: Path) -> None:
    env = {"COACH_HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    told = PtyProgram(python("-m", "coach", "init", "--injury", "none", "--yes"), env=env)
    first = second = None
    try:
        assert told.wait() == 0
        first = PtyProgram(python("-m", "coach"), env=env)
        first.wait_for(b"morning")
        first.type("m")
        first.wait_for(b"first steps")
        first.type("7")
        wait_for(lambda: any((tmp_path / "state" / "drafts").glob("rating-*")), "the draft")
        first.hang_up()
        assert first.wait() == 0
        second = PtyProgram(python("-m", "coach"), env=env)
        second.wait_for(b"morning")
        second.type("m")
        second.wait_for(b"was not saved")
        second.type("g")
        second.wait_for(b"[7]")
    finally:
        for program in (told, first, second):
            if program is not None:
                program.close()
