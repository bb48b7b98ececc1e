"""After a run: planned against done, the cues, the rating, and what the gate would say to it, on one screen."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.history.events import Rated
from coach.model.rating import Occasion, SymptomRating
from coach.session.report import build
from coach.tui.after_run import DonePage
from coach.tui.asks import Ask
from coach.tui.done import NOT_TIMED, DoneView, done_view
from coach.tui.done_widgets import DoneBar, DoneRows
from coach.tui.fields import Field
from coach.tui.preview import preview_words
from coach.tui.questions import QUESTIONS, Answers, Kind
from coach.tui.rate import RatingScreen
from coach.tui.today_view import today_view
from tests.coaching.test_coaching import Runner
from tests.tui.home_stage import CUE, SCENES, HomeStage, driven, stopped_in_pain
from tests.tui.staged import ODD, StagedSession


def view_of(session: StagedSession) -> DoneView:
    report = build(session.events)
    assert report is not None
    return done_view(report)


# What is shown


def test_every_interval_stands_with_what_was_planned_and_done_and_what_became_of_it() -> None:
    view = view_of(stopped_in_pain())
    assert view.sums == (
        "Stopped: 9:00 on the way",
        "Ran 1:20 of 8:00, walked 7:40 of 26:00",
        "1 of 8 runs as planned, 14 intervals skipped, pain marked 1 ×, 0:40 walked after it",
    )
    assert [(row.name, row.figures, row.remark) for row in view.rows[:5]] == [
        ("Warm-up", "5:00 of 5:00", ""),
        ("Run 1", "1:00 of 1:00", ""),
        ("Walk 1", "2:00 of 2:00", ""),
        ("Run 2", "0:20 of 1:00", "pain"),
        ("Walk 2", "0:00 of 2:00", "skipped"),
    ]
    assert view.rows[-1].name == "Cool-down"
    assert "Sound: alsa hw:1, voice pack, 2 gaps" in view.sound
    assert "Cues: 1 of 2 played, 1 lost" in view.sound
    assert "median 2.1 ms, at most 2.1 ms" in view.sound[-1]


def test_how_late_the_cues_were_is_never_guessed() -> None:
    session = StagedSession().run_on(60).do("stop")
    session.events.append(CUE.model_copy(update={"late_ns": None}))
    assert view_of(session).sound[-1] == NOT_TIMED


def test_what_was_longer_shorter_done_again_or_open_is_told_apart() -> None:
    session = StagedSession().run_on(60).do("next").move(30).do("repeat").move(60).do("next").move(121)
    rows = view_of(session).rows
    assert [row.remark for row in rows[:3]] == ["short", "2 times", "skipped"]
    odd = StagedSession(ODD).run_on(83).do("next").move(20).do("next").move(61).do("next").move(1)
    assert [(row.figures, row.remark) for row in view_of(odd).rows] == [
        ("1:23", ""), ("0:20", ""), ("1:00 of 1:00", ""), ("0:01", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("width", [1, 20, 38, 78, 200])
def test_bars_fit_any_width_and_are_told_apart_without_colour(width: int) -> None:
    view = view_of(stopped_in_pain())
    bar, rows = DoneBar(view, id="bar"), DoneRows(view, id="rows")
    for widget in (bar, rows):
        widget.style = lambda name: ""  # type: ignore[method-assign]  # not on a screen
    upper, lower = (line.plain for line in bar.lines(width))
    assert len(upper) == len(lower) == width
    drawn = [line.plain for line in rows.lines(width)]
    assert len(drawn) == len(view.rows)
    assert all("1:00 of 1:00" in line for line in drawn if line.startswith("Run 1 "))
    if width >= 38:
        assert all(len(line) <= width for line in drawn)
        assert "!" in lower
        assert "█" in upper
        assert "░" in upper
        assert "█" in drawn[1]
        assert ("░" if width > 38 else "▌") in drawn[3]
        assert "·" in drawn[4]


@driven
async def test_one_screen_has_planned_against_done_the_questions_the_cues_and_a_preview() -> None:
    app = HomeStage("hurt", just_ran=True)
    async with app.run_test(size=(100, 60)) as pilot:
        await pilot.pause()
        screen = app.top(RatingScreen)
        assert app.shown("sums").splitlines()[1] == "Ran 1:20 of 8:00, walked 7:40 of 26:00"
        assert "Run 2 " in screen.query_one(DoneRows).text
        assert "pain" in screen.query_one(DoneRows).text
        assert "!" in screen.query_one(DoneBar).text
        assert "alsa hw:1" in app.shown("cues")
        screen.preview()
        assert app.shown("preview") == "Preview: the gate stays closed, 10 to answer."
        await pilot.press("7")
        screen.preview()
        assert "9 to answer. Already now: " in app.shown("preview")
        await pilot.press("enter", "2", "x")
        screen.preview()
        said = app.shown("preview").removeprefix("Preview, if you keep this: ")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert said.startswith(f"{app.today.view.word}. ")
        assert said.endswith(app.today.view.headline)


@driven
async def test_on_the_smallest_screen_all_of_it_can_be_reached_by_keys() -> None:
    app = HomeStage("hurt", just_ran=True)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        form = app.screen.query_one("#form")
        for _ in range(10):
            await pilot.press("pagedown")
        assert form.scroll_offset.y == form.max_scroll_y > 0
        await pilot.press("pageup", "3")
        assert app.top(RatingScreen).current.answer.value == 3


@driven
async def test_it_is_there_from_today_as_long_as_the_rating_is_owed() -> None:
    app = HomeStage("hurt")
    async with app.run_test() as pilot:
        await pilot.press("a")
        await pilot.pause()
        assert "Stopped: 9:00 on the way" in app.shown("sums")
        await pilot.press("escape")
        assert app.screen is app.today


@driven
async def test_where_nothing_is_owed_it_shows_what_was_done_and_asks_nothing() -> None:
    app = HomeStage("wait", just_ran=True)  # rated elsewhere meanwhile
    async with app.run_test() as pilot:
        await pilot.pause()
        app.top(DonePage)
        assert "Finished: 34:00 on the way" in app.shown("sums")
        await pilot.press("escape")
        assert app.screen is app.today


@pytest.mark.parametrize("scene", ["after", "wait"])
@driven
async def test_keys_that_were_meant_for_the_run_answer_nothing_and_leave_nothing(scene: str) -> None:
    app = HomeStage(scene, just_ran=True, deaf_s=3600)
    async with app.run_test() as pilot:
        await pilot.pause()
        screen = app.screen
        await pilot.press("p", "n", "1", "enter", "escape", "x", "ctrl+s")
        assert app.screen is screen
        assert app.ratings(Occasion.AFTER) == ([] if scene == "after" else app.ratings(Occasion.AFTER)[:1])
        assert isinstance(screen, RatingScreen | DonePage)
        screen.listen()
        await pilot.press("escape")
        assert app.screen is app.today


@driven
async def test_keys_behind_the_one_that_keeps_do_no_harm() -> None:
    """As a fast typist or a paste sends them."""
    from textual import events

    app = HomeStage("after", just_ran=True)
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("0", "enter", "0", "x")
        screen = app.top(RatingScreen)
        for key in ("ctrl+s", "ctrl+s", "enter", "escape", "3"):
            screen.post_message(events.Key(key, None if "+" in key else key))
        await pilot.pause()
        assert app.screen is app.today
        assert len(app.ratings(Occasion.AFTER)) == 1


# The preview


@st.composite
def answered(draw: st.DrawFn) -> dict[str, Any]:
    """A value for every question about a run."""
    found: dict[str, Any] = {}
    for question in QUESTIONS[Occasion.AFTER]:
        if question.kind is Kind.CHOICE:
            found[question.name] = draw(st.sampled_from([choice.value for choice in question.choices]))
        elif question.kind is not Kind.KM:
            found[question.name] = draw(st.integers(0, 10) if question.kind is Kind.SCORE else st.just(()))
    return found


def ask_of(runner: Runner) -> Ask:
    last = runner.coaching.last_run()
    assert last is not None
    return Ask(Occasion.AFTER, "How was the run?", run=last.id)


def filled(ask: Ask, values: dict[str, Any]) -> Answers:
    answers = Answers(ask)
    for answer in answers.all:
        if answer.question.name in values:
            answer.value = values[answer.question.name]
    return answers


@settings(max_examples=10, deadline=None)
@given(values=answered(), scene=st.sampled_from(["after", "hurt"]))
def test_the_preview_never_differs_from_what_today_says_once_it_is_kept(values: dict[str, Any], scene: str) -> None:
    runner = Runner()
    SCENES[scene](runner)
    answers = filled(ask_of(runner), values)
    before = len(runner.journal.stored)
    foreseen = preview_words(runner.coaching, answers, amends=False)
    assert len(runner.journal.stored) == before, "nothing is kept"
    now: datetime = runner.clock.local_now()
    rating = answers.rating(now, runner.clock.zone_name())
    preview = runner.coaching.preview(rating)
    runner.coaching.rate(rating)
    kept = runner.coaching.today()
    assert preview.decision == kept.decision
    view = today_view(kept, kept.input.asked_at)
    said = " ".join(part for part in (f"{view.word}.", view.care, view.headline) if part)
    assert foreseen == f"Preview, if you keep this: {said}"


@settings(max_examples=10, deadline=None)
@given(values=answered(), told=st.sets(st.sampled_from([q.name for q in QUESTIONS[Occasion.AFTER]])))
def test_what_is_said_while_answers_are_missing_is_never_more_than_all_answers_come_to(
    values: dict[str, Any], told: set[str]
) -> None:
    runner = Runner()
    SCENES["after"](runner)
    ask = ask_of(runner)
    partly = filled(ask, {name: value for name, value in values.items() if name in told})
    now, zone = runner.clock.local_now(), runner.clock.zone_name()
    least = runner.coaching.preview(partly.at_mildest().rating(now, zone)).decision
    whole = runner.coaching.preview(filled(ask, values).rating(now, zone)).decision
    assert least.outcome <= whole.outcome
    if partly.missing():
        words = preview_words(runner.coaching, partly, amends=False)
        assert words.startswith(f"Preview: the gate stays closed, {len(partly.missing())} to answer.")
        assert not runner.coaching.today().is_open
        assert not any(isinstance(stored.event, Rated) and stored.event.rating.occasion is Occasion.AFTER
                       for stored in runner.journal.diary())  # fmt: skip


@driven
async def test_how_far_it_was_is_asked_and_kept_in_metres() -> None:
    app = HomeStage("after", just_ran=True)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        await pilot.press("0", "enter", "0", "x")
        field = app.screen.query_one("#field-distance-m", Field)
        app.top(RatingScreen)._go_to(field)
        await pilot.press("4", ".", "5", ".")
        assert "4.5. km makes no sense" in field.text
        await pilot.press("ctrl+s")
        assert app.ratings(Occasion.AFTER) == []
        await pilot.press("4", ",", "2")
        assert "[4.2 km]" in field.text
        await pilot.press("ctrl+s")
        [rating] = app.ratings(Occasion.AFTER)
        assert isinstance(rating, SymptomRating)
        assert rating.distance_m == 4200
