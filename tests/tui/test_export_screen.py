"""Export and push from the app, by key: what can be chosen, what `coach` is told, and what is said of it."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from textual.pilot import Pilot

from coach.bootstrap import export_here
from coach.bootstrap.export_here import Child, make_counter, the_formats
from coach.config import Folders, folders
from coach.errors import BadInput
from coach.model.sheets import SheetKind
from coach.tui.choose import ChooseScreen
from coach.tui.export import ExportScreen
from coach.tui.orders import WHAT, command, formats_for, wanted
from coach.tui.review import ReviewScreen
from coach.tui.text_page import TextPage
from coach.tui.today import TodayScreen
from tests.cli.in_process import coach, opened, ready
from tests.tui.home_stage import HomeStage, driven

__all__ = ("coach", "opened", "ready")  # fixtures

WROTE = (True, ("a remark", "wrote it"))
CLOSED = (False, ("The gate is closed.", "(G12) one", "(G1) two", "(G2) three", "the gate is closed — see why"))


class Slow:
    """Something of ``coach`` that ends when it is told to."""

    def __init__(self, words: Sequence[str], outcome: tuple[bool, Sequence[str]]) -> None:
        self.words, self.outcome = list(words), outcome
        self.over = threading.Event()
        self.stopped = False

    def wait(self) -> tuple[bool, Sequence[str]]:
        assert self.over.wait(20)
        return self.outcome[0] and not self.stopped, self.outcome[1]

    def stop(self) -> None:
        self.stopped = True
        self.over.set()


class Stage(HomeStage):
    """The app over the real catalogue, with a ``coach`` that says ``outcomes`` one after the other."""

    def __init__(self, folder: Path, *outcomes: tuple[bool, Sequence[str]], instant: bool = True) -> None:
        super().__init__("go")
        self.begun: list[Slow] = []
        told = list(outcomes or (WROTE,))

        def start(words: Sequence[str]) -> Slow:
            self.begun.append(Slow(words, told.pop(0) if len(told) > 1 else told[0]))
            if instant:
                self.begun[-1].over.set()
            return self.begun[-1]

        counter = make_counter(self.runner.coaching, places(folder))
        counter = counter._replace(start=start, folder=folder, broken=["the exporter odd is broken: it has no about"])
        self.sheets = {"export": lambda: ExportScreen(counter, self.drafts, self.runner.clock)}

    @property
    def form(self) -> ExportScreen:
        return self.top(ExportScreen)

    def typed(self, name: str) -> str:
        return self.form.entries[name].typed


def places(folder: Path) -> Folders:
    return folders({"COACH_HOME": str(folder / "home")})


async def settled(pilot: Pilot[None], app: Stage) -> None:
    """Until what was begun is told of."""
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()


@driven
async def test_todays_session_is_written_by_one_key(tmp_path: Path) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Export" in {command.title for command in app.commands(app.screen)}
        await pilot.press("x", "ctrl+s")
        await settled(pilot, app)
        file = tmp_path / "seed-start-1-2-2026-03-02.fit"  # it carries stage and date
        assert [each.words for each in app.begun] == [["export", "fit", "--output", str(file), "--", "today"]]
        assert app.shown("notice") == "Wrote it"
        assert app.shown("preview") == "a remark"
        assert app.shown("above") == "! the exporter odd is broken: it has no about", "and the rest work"
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, TodayScreen)


@driven
async def test_every_option_of_a_format_is_a_field(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "song.mp3").touch()
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "down", "down", "a", "down", "n", "down", *"18:00", "down", *"nothing", "enter")
        await pilot.pause()
        assert "no such file" in app.form.entries["music"].problem, "beside the field, as it is typed"
        await pilot.press("up", *["backspace"] * 7)
        monkeypatch.setenv("HOME", str(tmp_path))
        app.form.entries["music"].take("~nobody-of-this-name/x")
        await pilot.pause()
        assert "nobody" in app.form.entries["music"].problem
        app.form.entries["music"].take("~/song.mp3")
        await pilot.press("down", "right", "down")
        await pilot.pause()
        assert app.typed("path").endswith(".mp3")
        assert app.form.entries["music"].problem == ""
        app.form.entries["path"].take(str(tmp_path / "run.flac"))
        await pilot.press("enter")
        await settled(pilot, app)
        assert [each.words for each in app.begun] == [
            [
                *("export", "audio", "--output", str(tmp_path / "run.flac"), "--at=18:00"),
                *(f"--music={tmp_path / 'song.mp3'}", "--metronome", "--without", "names", "--", "today"),
            ]
        ]


@driven
async def test_whatever_can_be_named_on_the_command_line_can_be_chosen(tmp_path: Path) -> None:
    app = Stage(tmp_path)
    told = [
        (("right", "down", "right"), ["fit", "stage", "2"]),
        (("up", "right", "down", *"5m run"), ["fit", "5m run"]),
        (("up", "right"), ["text", "seed-start"]),
        (("right",), ["activity-fit"]),
        (("right", "down", "right", "down", "right", "up", "up"), ["jsonl", "runs"]),
    ]
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x")
        for keys, words in told:
            await pilot.press(*keys, "ctrl+s")
            await settled(pilot, app)
            begun = app.begun[-1].words
            assert [begun[1], *begun[begun.index("--") + 1 :]] == words
        assert len(app.begun) == len(told)
        await pilot.press("left", "down", *"2026-03-01", "ctrl+s")
        await settled(pilot, app)
        assert "no session was run" in app.form.entries["session"].problem
        assert len(app.begun) == len(told), "while a field is wrong nothing is begun"


@driven
async def test_what_is_typed_is_judged_beside_the_field(tmp_path: Path) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "right", "right", "down", *"osu")
        await pilot.pause()
        assert "osu is a protocol" in app.form.entries["workout"].problem
        path = app.form.entries["path"]
        for typed, words in (
            ("", "no file is named"), (str(tmp_path), "this is a folder"), ("/nowhere/x.fit", "no such file or"),
            (str(tmp_path / "x.mp3"), "fit writes .fit"), ("~nobody-of-this-name/x", "nobody is called so"),
            (str(tmp_path / ("x" * 300)), "name too long"), (str(tmp_path / "x.fit"), ""),
        ):  # fmt: skip
            path.take(typed)
            await pilot.pause()
            assert words in path.problem, typed
            assert bool(path.problem) == bool(words), typed
        await pilot.press("down", "g")
        await pilot.pause()
        assert app.typed("path") == str(tmp_path / "x.json"), "one of the runner's own keeps all but its ending"


@driven
async def test_a_file_that_exists_is_replaced_only_when_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "seed-start-1-2-2026-03-02.fit").write_text("mine")
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "ctrl+s")
        await pilot.pause()
        app.top(ChooseScreen)
        await pilot.press("enter")  # alone it does no harm
        await pilot.pause()
        assert app.begun == []
        await pilot.press("ctrl+s")
        await pilot.pause()
        await pilot.press("r")
        await settled(pilot, app)
        assert [each.words[:3] for each in app.begun] == [["export", "--force", "fit"]]


@driven
async def test_what_would_be_written_is_shown_and_then_written(tmp_path: Path) -> None:
    app = Stage(tmp_path, (True, ("a remark", "would write fit, 300 bytes")), WROTE)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "ctrl+t")
        await settled(pilot, app)
        app.top(ReviewScreen)
        assert "would write fit, 300 bytes" in app.shown("page-text")
        assert "Enter write it" in app.shown("keys")
        await pilot.press("escape")
        await pilot.pause()
        assert [each.words[1] for each in app.begun] == ["--dry-run"]
        await pilot.press("ctrl+t")
        await settled(pilot, app)


@pytest.mark.parametrize(
    ("keys", "look", "send"),
    [
        (("right",), ["push", "--dry-run", "--force", "--usb"], ["push", "--force", "--yes", "--usb"]),
        (("left",), ["push", "--dry-run", "--to", "intervals"], ["push", "--yes", "--to", "intervals"]),
    ],
)
@driven
async def test_what_is_sent_is_shown_first(
    tmp_path: Path, keys: tuple[str, ...], look: list[str], send: list[str]
) -> None:
    app = Stage(
        tmp_path,
        (True, ("osu/1-4 2026-03-02", "- Run 1m", "nothing was sent")),
        (True, ("- Run 1m", "sent, and taken")),
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "down", *keys, "ctrl+s")
        await settled(pilot, app)
        assert app.shown("page-text") == "osu/1-4 2026-03-02\n- Run 1m"
        assert [each.words for each in app.begun] == [look]
        await pilot.press("enter")
        await settled(pilot, app)
        assert [each.words for each in app.begun] == [look, send]
        assert app.shown("notice") == "Sent, and taken"
        assert app.shown("preview") == "", "what was agreed to is not said again"


@pytest.mark.parametrize("keys", [("ctrl+s",), ("down", "right", "ctrl+s")])
@driven
async def test_a_closed_gate_is_shown_with_every_reason(tmp_path: Path, keys: tuple[str, ...]) -> None:
    app = Stage(tmp_path, CLOSED)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", *keys)
        await settled(pilot, app)
        app.top(TextPage)
        assert all(line in app.shown("page-text") for line in CLOSED[1][:-1])
        await pilot.press("escape")
        await pilot.pause()
        assert app.shown("notice") == "Not done: the gate is closed"
        assert len(app.begun) == 1


@driven
async def test_a_refusal_stands_beside_the_field_it_is_about(tmp_path: Path) -> None:
    app = Stage(tmp_path, (False, ("--at: that time has passed — leave it out for now",)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "ctrl+s")
        await settled(pilot, app)
        assert app.form.entries["at"].problem.startswith("that time has passed")
        assert app.form.focused is app.form.entries["at"].control
        assert app.shown("notice").startswith("Not done: Begins: that time has passed")
        await pilot.resize_terminal(40, 12)
        await pilot.press("down")
        await pilot.pause()
        assert app.form.focused is app.form.entries["path"].control
        assert app.form.focused.region.bottom <= 12, "in sight on a small screen, too"


@driven
async def test_what_is_being_done_can_be_given_up_and_ends_with_the_screen(tmp_path: Path) -> None:
    app = Stage(tmp_path, instant=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "ctrl+s")
        await pilot.pause()
        assert "Writing seed-start" in app.shown("notice")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "One at a time" in app.shown("notice")
        await pilot.press("escape")
        await settled(pilot, app)
        assert app.begun[0].stopped
        assert app.shown("notice") == "Given up: nothing was written."
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert not app.begun[1].stopped
    assert app.begun[1].stopped, "nothing goes on behind the app"


@pytest.mark.parametrize("ended", [True, False])
@driven
async def test_giving_up_too_late_does_not_say_that_nothing_was_written(tmp_path: Path, ended: bool) -> None:
    app = Stage(tmp_path, (ended, ("wrote it",)), instant=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "ctrl+s")
        await pilot.pause()
        Path(app.typed("path")).write_text("written")
        app.begun[0].stop = app.begun[0].over.set  # type: ignore[method-assign]
        await pilot.press("escape")
        await settled(pilot, app)
        assert app.shown("notice") == ("Wrote it" if ended else "Too late to give up: it was written.")


@driven
async def test_what_was_sent_and_given_up_may_have_got_there(tmp_path: Path) -> None:
    app = Stage(tmp_path, (True, ("it",)), instant=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "down", "left", "ctrl+s")
        await pilot.pause()
        app.begun[0].over.set()
        await settled(pilot, app)
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("escape")
        await settled(pilot, app)
        assert app.begun[1].stopped
        assert "into the calendar or not" in app.shown("notice")


# --- what there is, and the process that does it -------------------------------------------------------------------


def test_every_format_can_be_chosen_for_something() -> None:
    formats, broken = the_formats()
    assert broken == []
    found = {form.name for what, _ in WHAT for form in formats_for(what, formats)}
    assert found == {form.name for form in formats}
    assert formats_for("today", formats)[0].name == "fit"


def test_nothing_that_is_not_asked_is_told() -> None:
    fit = next(form for form in the_formats()[0] if form.name == "fit")
    typed = {
        **dict.fromkeys(("stage", "workout", "protocol", "session", "record", "at", "music", "watch"), "x"),
        "what": "today", "where": "calendar", "format": "fit", "without": "", "metronome": "yes", "path": "p",
    }  # fmt: skip
    assert wanted(typed, fit) == {"what", "where", "at", "without"}
    assert command(typed, fit, "") == ["push", "--to", "intervals", "--at=x"]
    assert command({**typed, "where": "file", "what": "record"}, fit, "p") == [
        "export", "fit", "--output", "p", "--", "x",
    ]  # fmt: skip
    assert SheetKind.SOUND not in fit.takes


def test_before_the_injury_is_told_there_are_workouts_and_protocols(tmp_path: Path) -> None:
    app = HomeStage("hello")
    counter = make_counter(app.runner.coaching, places(tmp_path))
    assert (counter.today, counter.stages) == ("", [])
    assert counter.protocols
    screen = ExportScreen(counter, app.drafts, app.runner.clock)
    assert screen.typed["what"] == "workout"


def test_only_what_a_format_holds_that_works_can_be_chosen(tmp_path: Path) -> None:
    app = HomeStage("hello")
    counter = make_counter(app.runner.coaching, places(tmp_path))
    tables = [form for form in counter.formats if form.name == "csv"]
    screen = ExportScreen(counter._replace(formats=tables), app.drafts, app.runner.clock)
    assert screen.typed["what"] == "record"
    with pytest.raises(BadInput, match="no format works"):
        ExportScreen(counter._replace(formats=[]), app.drafts, app.runner.clock)


def test_a_process_of_its_own_writes_or_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("COACH_SCRATCH", raising=False)
    file = tmp_path / "a plan.txt"
    words = ["export", "text", "--output", str(file), "--", "osu"]
    done, said = Child(words).wait()
    assert (done, said[-1]) == (True, f"wrote {file}")
    assert file.read_text().startswith("OSU walk-run")
    given_up = Child([*words[:3], str(tmp_path / "b.txt"), *words[4:]])
    given_up.stop()
    assert given_up.wait()[0] is False
    assert not (tmp_path / "b.txt").exists()


@pytest.mark.usefixtures("opened")
def test_a_session_is_looked_at_and_pushed_by_a_process_of_its_own(tmp_path: Path) -> None:
    watch = tmp_path / "watch" / "GARMIN" / "NewFiles"
    watch.mkdir(parents=True)
    words = ["--usb", "--", str(watch)]
    done, said = Child(["push", "--dry-run", "--force", *words]).wait()
    assert done
    assert any("TRY-osu-1-4-2026-03-02.fit" in line for line in said)
    assert not list(watch.iterdir())
    assert Child(["push", "--force", "--yes", *words]).wait()[0]
    [file] = watch.iterdir()
    assert file.read_bytes()[8:12] == b".FIT"


def test_one_that_does_not_end_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stubborn = tmp_path / "stubborn"
    stubborn.write_text("#!/bin/sh\ntrap '' TERM\nsleep 600\n")
    stubborn.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(stubborn))
    later: list[Callable[[], None]] = []

    class Patience:
        daemon = False

        def __init__(self, _seconds: float, what: Callable[[], None]) -> None:
            later.append(what)

        def start(self) -> None: ...

        def cancel(self) -> None: ...

    monkeypatch.setattr(export_here, "Timer", Patience)
    child = Child(["export", "fit"])
    child.stop()
    child.stop()
    [kill] = later
    kill()
    assert child.wait()[0] is False
