"""The calendar of the plan and the browser of protocols."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from textual.widgets import DataTable

from coach.coaching.story import Milestone, Place, milestones
from coach.history.events import ProfileSet
from coach.tui.calendar import calendar_lines
from coach.tui.plan import PlanScreen
from coach.tui.protocols import ProtocolsScreen
from coach.tui.review import ReviewScreen
from coach.tui.text_page import TextPage
from tests.coaching.test_coaching import Runner
from tests.tui.desk import press
from tests.tui.home_stage import HomeStage, driven, turned_to, weeks

TODAY = date(2026, 3, 4)
PLANNED = milestones(Runner().coaching)[0].planned


def stage(*days: date) -> Milestone:
    return Milestone(PLANNED, Place.AHEAD, days, len(days), 30 * 60_000)


@given(st.lists(st.integers(0, 200), min_size=1, max_size=30, unique=True), st.integers(0, 6))
@settings(max_examples=30)
def test_every_day_of_a_run_is_marked_in_its_week_and_no_other(ahead: list[int], weekday: int) -> None:
    today = TODAY + timedelta(days=weekday)
    days = sorted(today + timedelta(days=n) for n in ahead)
    lines = calendar_lines([stage(*days)], today)[1:]
    monday = today - timedelta(days=today.weekday())
    marked = [
        monday + timedelta(days=7 * week + place)
        for week, line in enumerate(lines)
        for place in range(7)
        if line[4 + 4 * place] == "["
    ]
    assert marked == days
    for day in marked:
        at = 4 + 4 * day.weekday()
        assert int(lines[(day - monday).days // 7][at + 1 : at + 3]) == day.day
    assert sum("30 min in one go" in line for line in lines) == 1


def test_where_no_day_can_be_said_there_is_no_calendar() -> None:
    assert calendar_lines([stage()], TODAY) == []


def test_the_days_of_a_stage_are_as_many_as_the_good_sessions_it_wants() -> None:
    runner = Runner()
    weeks(runner)
    for each in milestones(runner.coaching):
        assert len(each.days) == (0 if each.undated else each.sessions)
        assert bool(each.undated) == (each.planned.name.split("/")[-1][:5] in ("hills", "speed"))
        assert list(each.days) == sorted(set(each.days))
        assert each.earliest == (each.days[0] if each.days else None)


@driven
async def test_plan_shows_the_calendar_as_a_best_case() -> None:
    app = HomeStage("weeks")
    async with app.run_test() as pilot:
        await turned_to(pilot, app, "l")
        await press(pilot, "c")
        words = str(app.top(TextPage).query_one("#page-text").render())
        assert words.startswith("A best case.")
        assert "30 min run ◀ 30 min in one go" in words
        assert "that is not known: `coach init --former-weekly KM`" in " ".join(words.split())
        await press(pilot, "escape")
        app.top(PlanScreen)


@driven
async def test_before_readiness_the_calendar_says_what_comes_first() -> None:
    app = HomeStage("untested")
    async with app.run_test() as pilot:
        await turned_to(pilot, app, "l")
        await press(pilot, "c")
        words = str(app.top(TextPage).query_one("#page-text").render())
        assert words.startswith("No day can be said yet. First:\n· ")


@driven
async def test_protocols_are_listed_with_their_source_and_shown_stage_by_stage() -> None:
    app = HomeStage("go")
    async with app.run_test(size=(100, 30)) as pilot:
        await turned_to(pilot, app, "l")
        await turned_to(pilot, app, "p")
        screen = app.top(ProtocolsScreen)
        table = screen.query_one(DataTable)
        assert table.get_row("seed-start")[0] == "▶"
        assert "Source: seed: The plan this project was asked to follow" in app.shown("detail-text")
        table.move_cursor(row=table.get_row_index("c25k"))
        await pilot.pause()
        assert "! Not for what you told of." in app.shown("detail-text")
        table.move_cursor(row=table.get_row_index("ouh"))
        await press(pilot, "enter")
        words = str(app.top(TextPage).query_one("#page-text").render())
        assert "Then the build phase:" in words
        assert "ouh-2024: " in words
        await press(pilot, "escape", "escape")
        app.top(PlanScreen)


@driven
async def test_another_protocol_is_followed_after_a_question_and_one_that_does_not_fit_is_refused() -> None:
    app = HomeStage("go")
    async with app.run_test() as pilot:
        await turned_to(pilot, app, "l")
        await turned_to(pilot, app, "p")
        table = app.top(ProtocolsScreen).query_one(DataTable)
        told = [s for s in app.runner.journal.diary() if isinstance(s.event, ProfileSet)]
        table.move_cursor(row=table.get_row_index("c25k"))
        await press(pilot, "f")
        assert "c25k is not for plantar-fascia" in app.shown("notice")
        table.move_cursor(row=table.get_row_index("osu"))
        await press(pilot, "f")
        assert "Protocol  osu" in str(app.top(ReviewScreen).query_one("#page-text").render())
        await press(pilot, "escape")
        assert [s for s in app.runner.journal.diary() if isinstance(s.event, ProfileSet)] == told
        await press(pilot, "f", "enter")
        await pilot.pause()
        assert app.shown("notice") == "You follow osu now."
        app.runner.coaching.forget()
        assert app.runner.coaching.need_profile().protocol == "osu"
