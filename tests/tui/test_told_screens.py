"""A clearance, a run without the coach, and going on in spite of low confidence: told in the app by keys."""

from textual.pilot import Pilot

from coach.history.events import AdvanceChosen, Cleared, RunReported, RunWithdrawn
from coach.model.decision import Outcome
from coach.tui.form import FormPage
from coach.tui.told import ClearScreen, RanScreen
from coach.tui.view import Sign
from tests.coaching.test_coaching import Runner
from tests.tui.desk import press, type_in
from tests.tui.home_stage import SCENES, HomeStage, driven


def unsure(runner: Runner) -> None:
    """Clean runs, each begun with little confidence: after two repeats for that alone going on is the runner's."""
    for _ in range(6):
        runner.morning(confidence=3)
        if any(r.code == "G22" and r.figures.get("choice") for r in runner.coaching.today().decision.reasons):
            return
        run = runner.run()
        runner.wait(1)
        runner.after(run)
        runner.wait(22.4)
        runner.morning()
        runner.wait(24)
    raise AssertionError("the choice never came")


SCENES["unsure"] = unsure


def kept(app: HomeStage, kind: type) -> list[object]:
    return [s.event for s in app.runner.journal.diary() if isinstance(s.event, kind)]


async def fill(app: HomeStage, pilot: Pilot[None], **values: str) -> None:
    for name, words in values.items():
        app.top(FormPage).entries[name].take(words)
        await pilot.pause()


def message(app: HomeStage, name: str) -> str:
    return str(app.top(FormPage).entries[name].query_one(".entry-message").render())


@driven
async def test_a_clinicians_clearance_ends_a_stop() -> None:
    app = HomeStage("stop")
    async with app.run_test() as pilot:
        assert app.shown("keys").startswith("k clearance")
        await press(pilot, "k")
        assert isinstance(app.screen, ClearScreen)
        await press(pilot, "a", "down")
        await type_in(pilot, "Dr A")
        await press(pilot, "ctrl+s")
        assert app.shown("notice") == "Kept: a clearance by Dr A (clinician)."
        assert app.today.view.sign is not Sign.STOP
        assert "clearance" not in app.shown("keys")
    [event] = kept(app, Cleared)
    assert isinstance(event, Cleared)
    assert event.clearance.by == "Dr A"


@driven
async def test_what_is_no_clearance_is_refused_and_nothing_is_kept() -> None:
    app = HomeStage("stop")
    async with app.run_test() as pilot:
        await press(pilot, "k", "ctrl+s")
        assert message(app, "role").startswith("! not answered")
        await fill(app, pilot, role="self")
        await press(pilot, "ctrl+s")
        assert message(app, "by").startswith("! ")
        await fill(app, pilot, by="Me")
        await press(pilot, "ctrl+s")
        assert "Not kept: this STOP is a clinician's to clear" in app.shown("notice")
        assert "`coach clear --role clinician --by NAME`" in app.shown("notice")
        await fill(app, pilot, role="clinician", at="2027-01-01 07:00")
        await press(pilot, "ctrl+s")
        assert "a clearance cannot be of the future" in app.shown("notice")
    assert kept(app, Cleared) == []


@driven
async def test_a_run_without_the_coach_is_told_rated_or_taken_back() -> None:
    app = HomeStage("go")
    app.runner.wait(2)
    async with app.run_test() as pilot:
        await press(pilot, "u")
        assert isinstance(app.screen, RanScreen)
        await type_in(pilot, "09:10")
        await press(pilot, "enter")
        await type_in(pilot, "20")
        await press(pilot, "ctrl+s")
        assert app.shown("notice") == "Kept: 20 min run on 2026-03-02 09:10. Rate it now."
        assert app.today.view.sign is not Sign.GO
        assert "How was the run?" in app.shown("asks")
        await press(pilot, "z", "escape")
        assert kept(app, RunWithdrawn) == []
        await press(pilot, "z", "y")
        await pilot.pause()
        assert app.shown("notice").startswith("Taken back: the run of 2026-03-02 09:10.")
        assert app.today.view.sign is Sign.GO
        await press(pilot, "z", "y")
        assert "no run was told that could be taken back" in app.shown("notice")
    [run] = kept(app, RunReported)
    assert isinstance(run, RunReported)
    assert run.run_ms == 20 * 60_000


@driven
async def test_a_run_from_before_the_profile_wants_no_rating() -> None:
    app = HomeStage("go")
    async with app.run_test() as pilot:
        await press(pilot, "u")
        await fill(app, pilot, time="07:10", minutes="20")
        await press(pilot, "ctrl+s")
        assert "nothing is asked about it" in app.shown("notice")
        assert app.today.view.asks == ()


NO_RUN = (
    ({"minutes": "20"}, "time", "! not answered"),
    ({"time": "07:10"}, "minutes", "! not answered"),
    ({"time": "7 o'clock", "minutes": "20"}, "time", "is not a time"),
    ({"time": "07:10", "minutes": "many"}, "minutes", "! many is not a number"),
)


@driven
async def test_what_is_no_run_is_said_beside_its_field() -> None:
    app = HomeStage("go")
    async with app.run_test() as pilot:
        await press(pilot, "u")
        for values, name, says in NO_RUN:
            await fill(app, pilot, **({"time": "", "minutes": ""} | values))
            await press(pilot, "ctrl+s")
            assert says in message(app, name)
            assert app.shown("notice").startswith("Not kept")
    assert kept(app, RunReported) == []


@driven
async def test_figures_of_a_run_that_do_not_fit_or_that_is_known_are_refused() -> None:
    app = HomeStage("wait")
    async with app.run_test() as pilot:
        await press(pilot, "u")
        await fill(app, pilot, time="08:20", minutes="20", longest="30")
        assert app.shown("preview").startswith("a longest bout of 30 minutes does not fit 20 minutes run")
        await fill(app, pilot, longest="")
        assert app.shown("preview") == ""
        await press(pilot, "ctrl+s")
        assert "overlaps one that is known" in app.shown("notice")
    assert kept(app, RunReported) == []


@driven
async def test_going_on_in_spite_of_low_confidence_is_asked_about() -> None:
    app = HomeStage("unsure")
    async with app.run_test() as pilot:
        assert "g go on" in app.shown("keys")
        await press(pilot, "g", "escape")
        assert kept(app, AdvanceChosen) == []
        await press(pilot, "g", "y")
        await pilot.pause()
        assert app.shown("notice") == "Kept: you go on."
        assert app.runner.coaching.today().decision.outcome is Outcome.ADVANCE
        assert "g go on" not in app.shown("keys")
    assert len(kept(app, AdvanceChosen)) == 1


@driven
async def test_going_on_is_not_offered_where_it_is_not_the_runners_to_choose() -> None:
    app = HomeStage("go")
    async with app.run_test() as pilot:
        await press(pilot, "g")
        assert app.screen is app.today
        titles = {command.title for command in app.commands(app.screen)}
        assert "Go on in spite" not in titles
        assert {"Clearance", "Other run", "Take back a run"} <= titles


@driven
async def test_before_there_is_a_profile_nothing_of_it_is_asked() -> None:
    app = HomeStage("hello")
    async with app.run_test() as pilot:
        await press(pilot, "k")
        assert app.screen is app.today
        assert "knows nothing of your injury" in app.shown("notice")
