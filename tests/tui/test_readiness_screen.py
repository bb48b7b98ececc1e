"""Readiness, driven by keys: a result is taken, judged and kept; what makes no sense is said beside its field."""

from textual.pilot import Pilot
from textual.widgets import DataTable

from coach.coaching.readiness import readiness
from coach.model.profile import BoneSite, Injury, InjuryKind, Profile
from coach.model.readiness import ReadinessVerdict
from coach.tui.choose import ChooseScreen
from coach.tui.readiness import ReadinessScreen
from coach.tui.result import ResultScreen
from coach.tui.told import ClearScreen
from tests.tui.desk import press, type_in
from tests.tui.home_stage import HomeStage, driven

BONE = Profile(injuries=(Injury(kind=InjuryKind.BONE, site=BoneSite.FIBULA),), protocol="bsi")


async def opened(app: HomeStage, pilot: Pilot[None], name: str) -> None:
    """Turn to Readiness and press Enter on the criterion ``name``."""
    if not isinstance(app.screen, ReadinessScreen):
        await press(pilot, "r")
    table = app.top(ReadinessScreen).query_one(DataTable)
    table.move_cursor(row=table.get_row_index(name))
    await press(pilot, "enter")


def verdict(app: HomeStage, name: str) -> ReadinessVerdict:
    app.runner.coaching.forget()
    return readiness(app.runner.coaching).verdict(name)


def message(app: HomeStage, name: str) -> str:
    return str(app.top(ResultScreen).entries[name].query_one(".entry-message").render())


@driven
async def test_every_criterion_is_shown_in_order_with_how_to_test_it_and_its_source() -> None:
    app = HomeStage("untested")
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "r")
        table = app.top(ReadinessScreen).query_one(DataTable)
        items = readiness(app.runner.coaching).items
        assert [row.value for row in table.rows] == [item.verdict.criterion for item in items]
        assert {table.get_row(item.verdict.criterion)[2] for item in items} == {"must", "advisory"}
        assert "0 of 9 passed that must be" in app.shown("way")
        await press(pilot, "down")
        words = app.shown("detail-text")
        assert "How: Walk briskly" in words
        assert "Source: osu" in words
        assert "Walking on level ground" in words


@driven
async def test_a_result_is_kept_and_judged_anew() -> None:
    app = HomeStage("untested")
    async with app.run_test() as pilot:
        await opened(app, pilot, "walk-30")
        await type_in(pilot, "20")
        assert app.shown("preview").startswith("FAILED: 30 min of brisk walking.")
        assert verdict(app, "walk-30").passed is None  # a preview keeps nothing
        await press(pilot, "ctrl+u")
        await type_in(pilot, "30")
        assert app.shown("preview").startswith("PASSED")
        await press(pilot, "ctrl+s")
        assert app.shown("notice") == "Kept: 30 min of brisk walking."
        assert verdict(app, "walk-30").passed is True
        table = app.top(ReadinessScreen).query_one(DataTable)
        assert table.get_row("walk-30")[0] == "✓"
        assert "Counts until 2026-03-16." in app.shown("detail-text")
        assert table.cursor_row == table.get_row_index("walk-30")


@driven
async def test_both_sides_give_their_symmetry_and_one_alone_is_refused_beside_the_field() -> None:
    app = HomeStage("untested")
    async with app.run_test() as pilot:
        await opened(app, pilot, "heel-raise-symmetry")  # lives on the figures of the raises
        await type_in(pilot, "22")
        await press(pilot, "ctrl+s")
        assert message(app, "right") == "! not answered: give a number"
        assert app.focused is app.top(ResultScreen).entries["right"].control
        await type_in(pilot, "25")
        assert "Symmetry 88 %" in app.shown("preview")
        assert "Both sides alike in heel raises. Left 22, right 25 raises: the weaker side" in app.shown("preview")
        await press(pilot, "ctrl+s")
        assert (verdict(app, "heel-raises").why, verdict(app, "heel-raise-symmetry").why) == (
            "below-norm",
            "not-symmetric",
        )


WRONG = (
    ("figure", "-1", "! -1 is not a result — give a number from 0 to 1000"),
    ("figure", "nan", "! nan is not a result — give a number from 0 to 1000"),
    ("pain", "11", "! 11 is not on the scale — give one whole number 0-10"),
    ("at", "25:00", "! 25:00 is not a time — write 07:10 or 2026-03-02 07:10"),
    ("at", "2027-01-01 07:00", "! a test cannot be of the future — give the time it was done"),
)


@driven
async def test_what_makes_no_sense_is_said_beside_its_field_and_not_kept() -> None:
    app = HomeStage("untested")
    async with app.run_test() as pilot:
        await opened(app, pilot, "walk-30")
        entries = app.top(ResultScreen).entries
        for field, typed, says in WRONG:
            entries["figure"].take("30")
            entries[field].take(typed)
            await press(pilot, "ctrl+s")
            assert message(app, field) == says
            assert app.shown("notice").startswith("Not kept")
            entries[field].take("")
            await pilot.pause()
        assert verdict(app, "walk-30").passed is None


@driven
async def test_nobody_is_asked_to_hop_before_what_comes_first_but_a_clinician_may_let_it_go() -> None:
    app = HomeStage("untested")
    async with app.run_test() as pilot:
        await opened(app, pilot, "hops-10")
        form = app.top(ResultScreen)
        assert "! Not yet. To be passed first: 30 min of brisk walking" in app.shown("above")
        assert {entry.name for entry in form.shown} == {"waived_by", "note"}
        await press(pilot, "ctrl+s")
        assert message(app, "waived_by").startswith("! nobody is named")
        await type_in(pilot, "Dr A")
        await press(pilot, "ctrl+s")
        assert verdict(app, "hops-10").why == "waived"


@driven
async def test_a_clearance_is_for_a_clinician_to_say_and_is_recorded_in_its_own_form() -> None:
    app = HomeStage("untested", profile=BONE)
    async with app.run_test() as pilot:
        await opened(app, pilot, "bone-clearance")
        assert isinstance(app.screen, ClearScreen)
        await press(pilot, "a", "down")
        await type_in(pilot, "Dr A")
        await press(pilot, "ctrl+s")
        assert verdict(app, "bone-clearance").why == "cleared"
        assert app.top(ReadinessScreen).query_one(DataTable).get_row("bone-clearance")[0] == "✓"


@driven
async def test_whether_a_pain_had_settled_is_asked_the_next_morning() -> None:
    app = HomeStage("untested")
    async with app.run_test() as pilot:
        await opened(app, pilot, "stairs")
        await press(pilot, "y", "down")
        await type_in(pilot, "1")
        await press(pilot, "ctrl+s")
        assert verdict(app, "stairs").why == "settling"
        app.runner.wait(24)
        await opened(app, pilot, "stairs")
        assert app.top(ResultScreen).shown[0].name == "settled"
        await press(pilot, "y", "ctrl+s")
        assert verdict(app, "stairs").passed is True


@driven
async def test_what_was_typed_and_not_kept_is_offered_again() -> None:
    app = HomeStage("untested")
    async with app.run_test() as pilot:
        await opened(app, pilot, "walk-30")
        await type_in(pilot, "30")
        await pilot.resize_terminal(40, 12)
        await press(pilot, "ctrl+c", "k")
        assert verdict(app, "walk-30").passed is None
        await opened(app, pilot, "walk-30")
        app.top(ChooseScreen)
        await press(pilot, "g")
        assert app.top(ResultScreen).entries["figure"].typed == "30"
        await press(pilot, "ctrl+s")
        assert verdict(app, "walk-30").passed is True
        await opened(app, pilot, "walk-30")
        app.top(ResultScreen)  # and no draft stays


@driven
async def test_before_there_is_a_profile_it_says_so() -> None:
    app = HomeStage("hello")
    async with app.run_test() as pilot:
        await press(pilot, "r")
        assert "knows nothing of your injury" in app.shown("notice")
        await press(pilot, "enter", "escape")
        assert app.screen is app.today


@driven
async def test_help_explains_the_field_and_the_palette_has_every_action() -> None:
    app = HomeStage("untested")
    async with app.run_test() as pilot:
        await press(pilot, "r")
        titles = {command.title for command in app.commands(app.screen)}
        assert {"Readiness", "Today", "Plan", "History", "More", "Back"} <= titles
        await opened(app, pilot, "walk-30")
        titles = {command.title for command in app.commands(app.screen)}
        assert {"Keep", "Help", "Leave"} <= titles
        assert "Save" not in titles
        await press(pilot, "f1")
        assert "Result: in min" in app.shown("help-words")
