"""Today, driven by keys: what is missing is answered, the decision follows, and only an open gate lets a run begin."""

import pytest

from coach.history.events import Rated
from coach.model.rating import Occasion, RedFlag, SymptomRating
from coach.tui.home import Errand, Wish
from coach.tui.profile_form import ProfileForm
from coach.tui.rate import RatingScreen
from coach.tui.readiness import ReadinessScreen
from coach.tui.today_view import countdown
from coach.tui.view import Sign
from coach.tui.widgets import KeyBar, Line
from tests.tui.home_stage import HomeStage, driven


def form(app: HomeStage) -> RatingScreen:
    assert isinstance(app.screen, RatingScreen)
    return app.screen


def shown(app: HomeStage, name: str) -> str:
    """The words of a widget, empty where it is hidden."""
    widget = app.screen.query_one(f"#{name}")
    if not widget.display:
        return ""
    return widget.text if isinstance(widget, Line | KeyBar) else str(widget.render())


@driven
async def test_a_morning_is_answered_by_six_keys_and_the_gate_opens() -> None:
    app = HomeStage("ask")
    async with app.run_test() as pilot:
        assert app.today.view.sign is Sign.ASK
        await pilot.press("enter")
        await pilot.press("1", "enter", "8", "x", "ctrl+s")
        await pilot.pause()
        assert app.today.view.sign is Sign.GO
        assert "Kept" in shown(app, "notice")
        [rating] = app.ratings(Occasion.MORNING)
        assert isinstance(rating, SymptomRating)
        assert (rating.first_steps, rating.confidence, rating.woken, rating.red_flags) == (1, 8, False, ())
        await pilot.press("enter")
    assert app.wish == Wish(Errand.RUN)


@driven
async def test_keys_typed_in_one_burst_reach_the_questions_they_were_meant_for() -> None:
    """As a fast typist or a paste sends them: nothing waits between them."""
    app = HomeStage("ask")
    async with app.run_test() as pilot:
        await pilot.press("enter")
        screen = form(app)
        from textual import events

        for key in ("3", "enter", "8", "enter", "n", "n", "y", "n"):
            screen.post_message(events.Key(key, key if len(key) == 1 else "\r"))
        await pilot.pause()
        values = {answer.question.name: answer.value for answer in screen._answers.all}
        assert values == {
            "first_steps": 3, "confidence": 8, "woken": False, "swelling": False, "painkiller": True, "red_flags": (),
        }  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "value", "error"),
    [
        (("7",), 7, ""),
        (("1", "0"), 10, ""),
        (("1", "2"), None, "12 is not on the scale"),
        (("1", "2", "4"), 4, ""),
        (("right",), 0, ""),
        (("5", "right", "right"), 7, ""),
        (("5", "backspace"), None, ""),
        (("z",), None, "z is no answer here"),
    ],
)
@driven
async def test_a_score_is_typed_or_stepped_and_what_is_off_the_scale_is_said_beside_it(
    keys: tuple[str, ...], value: int | None, error: str
) -> None:
    app = HomeStage("ask")
    async with app.run_test() as pilot:
        await pilot.press("enter", *keys)
        field = form(app).current
        assert field.answer.question.name == "first_steps"
        assert field.answer.value == value
        assert error in field.answer.error
        assert error in field.text


@driven
async def test_what_is_not_answered_is_said_beside_each_question_and_nothing_is_kept() -> None:
    app = HomeStage("ask")
    async with app.run_test() as pilot:
        await pilot.press("enter", "1", "ctrl+s")
        errors = {a.question.name: a.error for a in form(app)._answers.all}
        assert errors.pop("first_steps") == ""
        assert errors.pop("confidence") == ""  # it may be left out
        assert all(error.startswith("not answered") for error in errors.values())
        assert form(app).current.answer.question.name == "woken"
        assert app.ratings(Occasion.MORNING) == []


@driven
async def test_leaving_a_form_keeps_what_was_typed_for_the_next_time() -> None:
    app = HomeStage("ask")
    async with app.run_test() as pilot:
        await pilot.press("enter", "4", "escape", "enter")
        assert form(app)._answers["first_steps"].value == 4
        await pilot.resize_terminal(40, 12)
        assert form(app)._answers["first_steps"].value == 4


@driven
async def test_leaving_the_coach_with_answers_that_are_not_kept_is_asked_about() -> None:
    app = HomeStage("ask")
    async with app.run_test() as pilot:
        await pilot.press("enter", "4", "ctrl+c")
        assert app.screen is app.today  # the first one only leaves the form
        await pilot.press("ctrl+c")
        assert "not kept" in shown(app, "notice")
        assert app.is_running
        await pilot.press("q")
        await pilot.pause()
    assert app.wish == Wish(Errand.LEAVE)


@driven
async def test_a_warning_sign_is_marked_in_the_list_and_stops_everything() -> None:
    app = HomeStage("ask")
    async with app.run_test() as pilot:
        await pilot.press("enter", "1", "enter", "8", "enter", "n", "n", "n", "y")
        await pilot.press("ctrl+s")
        assert "say which" in form(app).current.text
        await pilot.press("space", "ctrl+s")
        await pilot.pause()
        [rating] = app.ratings(Occasion.MORNING)
        assert isinstance(rating, SymptomRating)
        assert rating.red_flags == (RedFlag.BREATHLESS,)
        assert app.today.view.sign is Sign.STOP
        assert shown(app, "care") == "Call the emergency number now."
        assert shown(app, "session") == ""
        await pilot.press("o")  # a STOP is never passed
        assert app.screen is app.today


@driven
async def test_a_closed_gate_gives_its_reason_and_begins_nothing() -> None:
    app = HomeStage("wait")
    async with app.run_test() as pilot:
        assert app.today.view.sign is Sign.WAIT
        await pilot.press("enter")
        assert shown(app, "notice").startswith("The gate is closed.")
        assert app.is_running
        await pilot.press("q")
    assert app.wish == Wish(Errand.LEAVE)


@driven
async def test_the_gate_is_asked_again_before_a_run_begins() -> None:
    """Something came in by another coach since the screen was drawn."""
    app = HomeStage("go")
    async with app.run_test() as pilot:
        assert app.today.view.sign is Sign.GO
        told = app.runner.coaching.standing.told.ratings[-1].rating
        worse = told.model_copy(update={"occasion": Occasion.BEFORE, "pain_now": 9})
        app.runner.journal.note([Rated(rating=worse)])
        await pilot.press("enter")
        assert app.is_running
        assert app.today.view.sign is not Sign.GO


@driven
async def test_a_reason_lets_one_run_all_the_same_and_an_empty_one_does_not() -> None:
    app = HomeStage("wait")
    async with app.run_test() as pilot:
        await pilot.press("o", "enter")
        assert "A reason is needed" in str(app.screen.query_one("#anyway-error").render())
        await pilot.press(*"race", "enter")
        await pilot.pause()
    assert app.wish == Wish(Errand.RUN, "race")


@driven
async def test_the_wait_counts_down_and_when_it_is_over_the_gate_is_asked_anew() -> None:
    app = HomeStage("wait")
    async with app.run_test() as pilot:
        before = shown(app, "wait")
        assert before.startswith("Opens in 1 d 18 h 26 min 00 s")
        app.wait(seconds=1)
        assert shown(app, "wait") != before
        app.wait(hours=44)
        await pilot.pause()
        assert shown(app, "wait") == ""
        assert app.today.view.sign is Sign.ASK


@driven
async def test_with_reduced_motion_waits_are_counted_in_minutes() -> None:
    app = HomeStage("wait", reduced_motion=True)
    async with app.run_test():
        assert " s," not in shown(app, "wait")
        assert app.animation_level == "none"


@driven
async def test_after_a_run_its_rating_is_asked_and_the_gate_tells_what_it_would_say() -> None:
    app = HomeStage("after", just_ran=True)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        screen = form(app)
        assert "Ran 8:00 of 8:00" in shown(app, "sums")
        assert "8 of 8 runs as planned" in shown(app, "sums")
        await pilot.press("6", "enter", "0", "x")
        screen.preview()
        calm = shown(app, "preview")
        assert "if you keep this: REST" in calm
        assert app.ratings(Occasion.AFTER) == []  # a preview keeps nothing
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert len(app.ratings(Occasion.AFTER)) == 1
        assert app.today.view.sign is Sign.REST


@driven
async def test_how_a_soreness_went_on_is_asked_only_where_there_was_one() -> None:
    app = HomeStage("after", just_ran=True)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        course = form(app).query_one("#field-warmup-course")
        assert not course.display
        await pilot.press("0", "enter", "0", "enter", "2")
        assert course.display
        await pilot.press("enter", "3", "x", "ctrl+s")
        [rating] = app.ratings(Occasion.AFTER)
        assert isinstance(rating, SymptomRating)
        assert rating.warmup_course is not None
        assert rating.warmup_course.value == "returned"


@driven
async def test_a_morning_that_was_told_is_corrected_not_told_twice() -> None:
    app = HomeStage("go")
    async with app.run_test() as pilot:
        await pilot.press("m", "6", "enter", "8", "x", "ctrl+s")
        await pilot.pause()
        [rating] = app.ratings(Occasion.MORNING)
        assert isinstance(rating, SymptomRating)
        assert rating.first_steps == 6
        assert app.today.view.sign is not Sign.GO


@driven
async def test_before_there_is_a_profile_it_leads_to_the_questions_about_it() -> None:
    app = HomeStage("hello")
    async with app.run_test() as pilot:
        assert app.today.view.sign is Sign.HELLO
        await pilot.press("m", "b", "w", "o")  # nothing to rate yet
        assert app.screen is app.today
        await pilot.press("enter")
        assert isinstance(app.screen, ProfileForm)


@driven
async def test_until_readiness_is_passed_it_offers_what_to_do_and_leads_to_the_tests() -> None:
    app = HomeStage("untested")
    async with app.run_test() as pilot:
        assert "Walking on level ground" in shown(app, "meanwhile")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, ReadinessScreen)


@driven
async def test_a_session_that_another_coach_runs_is_offered_to_be_watched_and_goes_when_it_ends() -> None:
    app = HomeStage("ask")
    async with app.run_test() as pilot:
        app.runner.journal.beat("S1", 0)
        app.today.tick()
        assert shown(app, "asks").startswith("▸ A session runs now")
        assert "(m)" in shown(app, "asks")  # what is missing keeps a key of its own
        assert shown(app, "keys").startswith("Enter watch")
        app.wait(seconds=3)
        assert "A session runs" not in shown(app, "asks")
        app.runner.journal.beat("S1", 0)
        app.today.tick()
        await pilot.press("enter")
    assert app.wish == Wish(Errand.FOLLOW)


@driven
async def test_the_sources_are_one_key_away() -> None:
    app = HomeStage("rest")
    async with app.run_test() as pilot:
        await pilot.press("w")
        words = [str(widget.render()) for widget in app.screen.query(".sources")]
        assert any("[P]" in line for line in words)
        await pilot.press("escape")
        assert app.screen is app.today


@driven
async def test_help_explains_the_screen_and_the_question() -> None:
    app = HomeStage("ask")
    async with app.run_test() as pilot:
        await pilot.press("f1")
        assert "Whether to run today" in str(app.screen.query_one("#help-words").render())
        await pilot.press("z", "enter", "f1")
        assert "10 the worst pain imaginable" in str(app.screen.query_one("#help-words").render())


@driven
async def test_the_palette_lists_every_action_of_the_screen() -> None:
    app = HomeStage("ask")
    async with app.run_test():
        titles = {command.title for command in app.commands(app.screen)}
        assert {"Go on", "Why", "Morning", "Before", "Run anyway", "Plan", "History", "Help", "Leave"} <= titles
        assert {"Colours: dark", "Colours: light", "Colours: contrast"} <= titles


@driven
async def test_a_command_of_the_palette_does_what_its_key_does() -> None:
    app = HomeStage("ask")
    async with app.run_test() as pilot:
        await pilot.press("ctrl+p")
        await pilot.press(*"morning")
        await pilot.pause(0.2)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, RatingScreen)


@driven
async def test_keys_are_bound_anew_by_the_id_of_their_action() -> None:
    app = HomeStage("ask", keys={"today.why": "g"})
    async with app.run_test() as pilot:
        await pilot.press("w")
        assert app.screen is app.today
        await pilot.press("g")
        assert app.screen is not app.today


def test_the_countdown_counts_begun_seconds_and_minutes() -> None:
    from datetime import UTC, datetime, timedelta

    at = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)
    assert countdown(at, at - timedelta(seconds=61.5), UTC, coarse=False).startswith("Opens in 1 min 02 s,")
    assert countdown(at, at - timedelta(seconds=61.5), UTC, coarse=True).startswith("Opens in 2 min,")
    assert countdown(at, at - timedelta(days=1, seconds=1), UTC, coarse=False).startswith(
        "Opens in 1 d 0 h 00 min 01 s"
    )
    assert countdown(at, at, UTC, coarse=False).endswith("Wednesday 4 March 06:00")


@pytest.mark.parametrize(("scene", "said"), [("go", ""), ("rest", "Today's session is taken back")])
@driven
async def test_what_a_decision_asks_for_elsewhere_is_done_beside_it_and_said(scene: str, said: str) -> None:
    app = HomeStage(scene)
    app._afterwards = lambda found: None if found.is_open else lambda: "Today's session is taken back"
    async with app.run_test() as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert shown(app, "notice") == said
