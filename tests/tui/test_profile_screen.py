"""Onboarding and Profile, driven by keys: what is told, what is assumed for the rest, and what is refused."""

from datetime import date

from textual import events
from textual.pilot import Pilot

from coach.coaching.profiles import FIELDS
from coach.history.events import ProfileSet
from coach.model.profile import BoneSite, Injury, InjuryKind, Profile, Side
from coach.tui.choose import ChooseScreen
from coach.tui.profile import ProfileScreen
from coach.tui.profile_form import ProfileForm
from coach.tui.readiness import ReadinessScreen
from coach.tui.review import ReviewScreen
from tests.tui.desk import press, type_in
from tests.tui.home_stage import HomeStage, at_rest, driven

NAVICULAR = Profile(
    injuries=(Injury(kind=InjuryKind.BONE, site=BoneSite.NAVICULAR, side=Side.LEFT),), protocol="bsi", age=44
)


def form(app: HomeStage) -> ProfileForm:
    return app.top(ProfileForm)


def message(app: HomeStage, name: str) -> str:
    return str(form(app).entries[name].query_one(".entry-message").render())


def told(app: HomeStage) -> list[Profile]:
    return [s.event.profile for s in app.runner.journal.diary() if isinstance(s.event, ProfileSet)]


async def fill(app: HomeStage, pilot: Pilot[None], **values: str) -> None:
    """Let these stand in the fields, in order."""
    for name, words in values.items():
        form(app).entries[name].take(words)
        await pilot.pause()


@driven
async def test_from_the_welcome_to_the_tests_with_one_answer() -> None:
    app = HomeStage("hello")
    async with app.run_test() as pilot:
        await press(pilot, "enter")
        assert [entry.name for entry in form(app).shown][:4] == ["injury", "baseline", "former_weekly", "pace"]
        await press(pilot, "a")
        assert [entry.name for entry in form(app).shown][:3] == ["injury", "side", "onset"]
        assert "Empty means unknown: 25 heel raises" in message(app, "age")
        await press(pilot, "ctrl+s")
        words = str(app.top(ReviewScreen).query_one("#page-text").render())
        assert "Protocol  osu" in words
        assert "· Baseline: 0: until you have rated three mornings" in words
        assert told(app) == []  # nothing is kept before it is agreed to
        await press(pilot, "enter")
        await pilot.pause(0.1)
        app.top(ReadinessScreen)
        assert "passed that must be" in app.shown("way")
    assert told(app) == [Profile(injuries=(Injury(kind=InjuryKind.ACHILLES),), protocol="osu")]


@driven
async def test_what_is_asked_follows_from_the_injuries_and_everything_can_be_told() -> None:
    app = HomeStage("hello")
    async with app.run_test(size=(100, 40)) as pilot:
        await press(pilot, "enter", "b", "s")
        assert {"site", "surgery", "cleared_by", "pain_free_days"} <= {entry.name for entry in form(app).shown}
        assert "cleared_on" not in {entry.name for entry in form(app).shown}
        await press(pilot, "down", "f", "f", "down", "b")
        await fill(
            app, pilot, side="right", onset="2025-12-01", cleared_by="Dr A", cleared_on="2026-02-20",
            baseline="1,2,1", pain_free_days="20", former_weekly="32.5", pace="6:30", age="47", sex="female",
            protocol="ouh",
        )  # fmt: skip
        await press(pilot, "ctrl+s")
        words = str(app.top(ReviewScreen).query_one("#page-text").render())
        assert "Not told" not in words
        assert "Cleared   by Dr A, 2026-02-20" in words
        await press(pilot, "enter")
    [profile] = told(app)
    assert profile == Profile(
        injuries=(
            Injury(kind=InjuryKind.BONE, site=BoneSite.FIBULA, side=Side.RIGHT, onset=date(2025, 12, 1)),
            Injury.model_validate({"kind": "surgery", "surgery": "bunion", "side": "right", "onset": "2025-12-01"}),
        ),
        protocol="ouh", baseline=(1, 2, 1), former_weekly_m=32_500, pace_s_per_km=390, age=47,
        sex="female", pain_free_days=20,
    )  # fmt: skip


WRONG = (
    ("onset", "2027-01-01", "an injury cannot be of the future"),
    ("onset", "March", "March is not a date"),
    ("baseline", "1,2,11", "11 is not allowed"),
    ("pace", "6", "6 is not a pace"),
    ("age", "7", "7 is not allowed"),
    ("protocol", "c25k", "c25k is not for bone"),
    ("injury", "bone,none", "none goes with no injury"),
)


@driven
async def test_what_makes_no_sense_is_said_beside_its_field_and_nothing_is_kept() -> None:
    app = HomeStage("hello")
    async with app.run_test() as pilot:
        await press(pilot, "enter", "b")
        for name, typed, says in WRONG:
            await fill(app, pilot, **{name: typed})
            await press(pilot, "ctrl+s")
            assert says in message(app, name)
            assert app.shown("notice").startswith("Not kept")
            assert form(app).entries[name].typed == typed
            await fill(app, pilot, **{name: ""})
    assert told(app) == []


@driven
async def test_keys_typed_in_one_burst_reach_the_fields_they_were_meant_for() -> None:
    """As a fast typist or a paste sends them: which field comes next follows from what was typed just before."""
    app = HomeStage("hello")
    async with app.run_test() as pilot:
        await press(pilot, "enter")
        keys = "a", "down", "l", "enter", *"2026", "minus", *"01", "minus", *"05", "tab", "1", "up", "up", "r"
        for key in keys:
            app.post_message(events.Key(key, "-" if key == "minus" else key if len(key) == 1 else None))
        await pilot.pause()
        await pilot.pause(0.1)
        typed = {name: words for name, words in form(app).typed.items() if words}
        assert typed == {"injury": "achilles", "side": "right", "onset": "2026-01-05", "baseline": "1"}


@driven
async def test_the_injury_has_to_be_told() -> None:
    app = HomeStage("hello")
    async with app.run_test() as pilot:
        await press(pilot, "enter", "ctrl+s")
        assert message(app, "injury").startswith("! not answered")
        await press(pilot, "n", "ctrl+s", "enter")
    assert told(app) == [Profile(protocol="seed-start")]


@driven
async def test_a_day_of_clearance_is_today_where_none_is_given() -> None:
    app = HomeStage("hello")
    async with app.run_test() as pilot:
        await press(pilot, "enter", "s")
        await fill(app, pilot, cleared_by="Dr A")
        assert message(app, "cleared_on") == "On which day? Empty means 2026-03-02, today."
        await press(pilot, "ctrl+s")
        assert "Cleared   by Dr A, 2026-03-02" in str(app.top(ReviewScreen).query_one("#page-text").render())


@driven
async def test_a_clearance_that_nobody_can_place_is_said_beside_its_day() -> None:
    app = HomeStage("hello")
    async with app.run_test() as pilot:
        await press(pilot, "enter", "s")
        await fill(app, pilot, cleared_by="Dr A", cleared_on="2026-01-10")
        await press(pilot, "ctrl+s")
        assert "nobody knows whether a clearance of 2026-01-10 is about the surgery" in message(app, "cleared_on")
    assert told(app) == []


@driven
async def test_profile_shows_what_holds_and_a_change_keeps_what_is_left_alone() -> None:
    app = HomeStage("ask", profile=NAVICULAR)
    async with app.run_test() as pilot:
        await press(pilot, "i")
        words = str(app.top(ProfileScreen).query_one("#page-text").render())
        assert "Injury    bone, navicular, left" in words
        assert "· Cleared by: nobody" not in words  # told before: the same runner
        await press(pilot, "enter")
        await fill(app, pilot, age="", pace="6:30")
        assert message(app, "age").endswith("Left empty it stays 44.")
        await press(pilot, "ctrl+s", "enter")
        assert told(app)[-1] == NAVICULAR.model_copy(update={"pace_s_per_km": 390})


@driven
async def test_a_milder_injury_told_later_ends_no_stricter_one() -> None:
    app = HomeStage("ask", profile=NAVICULAR)
    app.runner.wait(0.25)
    async with app.run_test() as pilot:
        await press(pilot, "i", "enter", "a", "b", "ctrl+s")
        words = str(app.top(ReviewScreen).query_one("#page-text").render())
        assert "bone, navicular, left: told before; it holds until a clinician's clearance" in words
        await press(pilot, "enter")
        app.runner.coaching.forget()
        profile = app.runner.coaching.profile
        assert profile is not None
        assert {injury.kind for injury in profile.injuries} == {InjuryKind.ACHILLES, InjuryKind.BONE}


@driven
async def test_leaving_keeps_a_draft_and_help_explains_the_field() -> None:
    app = HomeStage("hello")
    async with app.run_test(size=(40, 12)) as pilot:
        await press(pilot, "enter", "a", "f1")
        assert FIELDS["injury"].explain in str(app.screen.query_one("#help-words").render())
        await press(pilot, "z")
        form(app).entries["age"].control.focus()
        await type_in(pilot, "47")
        await press(pilot, "ctrl+c", "k", "enter")
        app.top(ChooseScreen)
        await press(pilot, "g")
        assert (form(app).typed["injury"], form(app).typed["age"]) == ("achilles", "47")
        await press(pilot, "escape", "d")
        assert app.screen is app.today
    assert told(app) == []


@driven
async def test_marks_are_moved_over_marked_and_clicked() -> None:
    app = HomeStage("hello")
    async with app.run_test() as pilot:
        await press(pilot, "enter", "right", "space")
        marks = form(app).entries["injury"].control
        assert marks.value == "achilles"
        await press(pilot, "left", "space")
        assert marks.value == "plantar-fascia,achilles"
        await pilot.click(marks, offset=(1, 0))
        assert marks.value == "achilles"


@driven
async def test_ctrl_s_in_a_burst_takes_its_turn() -> None:
    """What was typed before it is kept; what comes right behind it is for the screen that it opens."""
    app = HomeStage("hello")
    async with app.run_test() as pilot:
        await press(pilot, "enter")
        for key in ("a", "down", "l", "enter", *"2026", "minus", *"01", "minus", *"05", "ctrl+s", "enter", "enter"):
            app.post_message(events.Key(key, "-" if key == "minus" else key if len(key) == 1 else None))
        await at_rest(pilot)
        [profile] = told(app)
        assert profile.injuries[0].onset == date(2026, 1, 5)
