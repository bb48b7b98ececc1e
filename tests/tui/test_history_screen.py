"""History and Plan: what they show, how they are filtered, and that many runs do not hold the loop up."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from textual.widgets import DataTable

from coach.coaching import story
from coach.coaching.story import PastRun
from coach.gate.facts import Run
from coach.model.decision import Outcome
from coach.tui import history
from coach.tui.history import Charts, RunScreen
from coach.tui.plan import PlanScreen
from coach.tui.plot import Point, chart
from coach.tui.widgets import Line
from tests.tui.home_stage import HomeStage, driven, turned_to

BEGIN = datetime(2026, 3, 2, 7, tzinfo=UTC)


@driven
async def test_every_run_is_there_newest_first_and_one_opens_in_full() -> None:
    app = HomeStage("weeks")
    async with app.run_test(size=(100, 30)) as pilot:
        await turned_to(pilot, app, "h")
        table = app.screen.query_one(DataTable)
        assert table.row_count == 10
        assert table.get_row_at(0)[3:5] == ["3/0/?", "not judged yet"]
        await pilot.press("enter")
        assert isinstance(app.screen, RunScreen)
        words = str(app.screen.query_one("#page-text").render())
        assert "pain during: 3" in words
        assert "Runs: 3 of 3 as planned" in words
        await pilot.press("escape", "escape")
        assert app.screen is app.today


@driven
async def test_the_filter_wants_every_word_and_escape_shows_all_again() -> None:
    app = HomeStage("weeks")
    async with app.run_test(size=(100, 30)) as pilot:
        await turned_to(pilot, app, "h")
        await pilot.press("slash", *"advance 2026-03-0")
        await pilot.pause(0.1)
        assert app.screen.query_one(DataTable).row_count == 2
        assert app.screen.query_one("#title", Line).text == "History 2 of 10 runs"
        await pilot.press("escape")
        await pilot.pause(0.1)
        assert app.screen.query_one(DataTable).row_count == 10


@driven
async def test_the_plot_turns_from_pain_to_pain() -> None:
    app = HomeStage("weeks")
    async with app.run_test(size=(100, 30)) as pilot:
        await turned_to(pilot, app, "h")
        seen = []
        for _ in range(4):
            seen.append(str(app.screen.query_one(Charts).render()).split(",")[0])
            await pilot.press("p")
        assert seen == [
            "Pain during the run", "Pain after the run", "Pain the next morning", "Pain during the run"
        ]  # fmt: skip


@driven
async def test_the_plan_marks_where_the_runner_is_and_explains_the_stage_in_hand() -> None:
    app = HomeStage("weeks")
    async with app.run_test(size=(100, 30)) as pilot:
        await turned_to(pilot, app, "l")
        assert isinstance(app.screen, PlanScreen)
        assert "9 of 30 min in one go" in app.screen.query_one("#way", Line).text
        assert "ouh/9-1" in str(app.screen.query_one("#detail-text").render())
        await pilot.press("down")
        words = str(app.screen.query_one("#detail-text").render())
        assert "ouh/15-1" in words
        assert "Source: ouh-2024" in words


@pytest.mark.parametrize("key", ["h", "l"])
def test_without_a_profile_it_says_what_to_do(key: str) -> None:
    @driven
    async def drive() -> None:
        app = HomeStage("hello")
        async with app.run_test() as pilot:
            await turned_to(pilot, app, key)
            assert "coach init" in app.screen.query_one("#notice", Line).text

    drive()


@driven
async def test_many_runs_are_laid_out_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that keys are obeyed meanwhile; how long the loop is held is measured by ``tests.bench home``."""
    many = [
        PastRun(
            Run(id=f"{n:026d}", start=BEGIN + timedelta(days=n * 1.5), end=BEGIN + timedelta(days=n * 1.5, hours=1),
                done_ms=n % 40 * 60_000, planned_ms=1_200_000),
            n % 11, n % 4, n % 5 or None, Outcome.REPEAT, (), (),
        )
        for n in range(300)
    ]  # fmt: skip
    monkeypatch.setattr(history, "past_runs", lambda _: many)
    app = HomeStage("go")
    counts = [0]

    async def watch() -> None:
        while True:
            await asyncio.sleep(0)
            counts.extend(table.row_count for table in app.screen.query(DataTable))

    async with app.run_test(size=(100, 30)) as pilot:
        watching = asyncio.create_task(watch())
        await turned_to(pilot, app, "h")
        watching.cancel()
    assert counts[-1] == 300
    assert max(after - before for before, after in pairwise(counts)) <= 25


# The plot


def test_a_chart_has_its_title_its_scale_and_both_dates() -> None:
    points = [Point(BEGIN, 0), Point(BEGIN + timedelta(days=5), 5), Point(BEGIN + timedelta(days=10), 10)]
    assert chart("Pain", points, 10, 25, 5, UTC) == [
        "Pain",
        " 10                     █",
        "              ▄         █",
        "  0 ▁         █         █",
        "    2026-03-02 2026-03-12",
    ]


@pytest.mark.parametrize(
    ("values", "foot"), [([3, None], "▇ ?".replace(" ", "")), ([None, None], "??"), ([0, 0], "▁▁"), ([10, 10], "██")]
)  # fmt: skip
def test_what_is_not_known_is_a_question_mark_and_a_zero_still_leaves_a_mark(
    values: list[float | None], foot: str
) -> None:
    points = [Point(BEGIN + timedelta(days=n), value) for n, value in enumerate(values)]
    lines = chart("", points, 10, 6, 5, UTC)
    assert lines[3][4:] == foot


def test_where_points_share_a_column_the_worst_is_shown() -> None:
    points = [Point(BEGIN + timedelta(hours=n), value) for n, value in enumerate((9, None, 1))]
    assert chart("", points, 10, 5, 3, UTC)[1][4:] == "▇"


def test_without_points_or_room_it_draws_nothing_wrong() -> None:
    assert chart("Pain", [], 10, 20, 4, UTC)[0] == "Pain"
    for width in range(1, 12):
        for height in range(1, 6):
            assert all(len(line) <= max(width, 5) for line in chart("Pain", [Point(BEGIN, 4)], 10, width, height, UTC))


def test_the_use_case_is_what_the_screen_reads() -> None:
    assert history.past_runs is story.past_runs
