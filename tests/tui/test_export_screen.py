"""Export from the app, by key: what is offered, where it goes, and what is said of it."""

import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList, Static

from coach.bootstrap import export_here
from coach.bootstrap.export_here import Child, make_export_screen, offers
from coach.tui.export import ExportScreen, Offer
from coach.tui.today import TodayScreen
from coach.tui.widgets import Line
from tests.tui.home_stage import HomeStage, driven

OFFERS = [
    Offer("fit", "today's session", "FIT workout for a watch", "today.fit", ("today",)),
    Offer("audio", "today's session", "to listen to", "today.mp3", ("today",)),
]


class Slow:
    """A writing that ends when it is told to."""

    def __init__(self, path: Path, done: bool = True, said: Sequence[str] = ("a remark", "wrote it")) -> None:
        self.path, self.done, self.said = path, done, said
        self.over = threading.Event()
        self.stopped = False

    def wait(self) -> tuple[bool, Sequence[str]]:
        assert self.over.wait(20)
        return self.done and not self.stopped, self.said

    def stop(self) -> None:
        self.stopped = True
        self.over.set()


class Stage(HomeStage):
    def __init__(self, folder: Path, *, instant: bool = True, done: bool = True) -> None:
        super().__init__("go")
        self.asked: list[tuple[str, Path, bool]] = []
        self.writings: list[Slow] = []

        def start(offer: Offer, path: Path, replace: bool) -> Slow:
            self.asked.append((offer.name, path, replace))
            self.writings.append(Slow(path, done, ("a remark", "wrote it" if done else "the gate is closed — see why")))
            if instant:
                self.writings[-1].over.set()
            return self.writings[-1]

        self.sheets = {"export": lambda: ExportScreen(OFFERS, start, folder)}

    @property
    def notice(self) -> str:
        return self.screen.query_one("#notice", Line).text

    @property
    def path(self) -> Input:
        return self.screen.query_one(Input)


@driven
async def test_a_format_and_a_path_by_four_keys(tmp_path: Path) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Export" in {command.title for command in app.commands(app.screen)}
        await pilot.press("x", "down", "enter")
        await pilot.pause()
        assert app.path.value == str(tmp_path / "today.mp3")
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.asked == [("audio", tmp_path / "today.mp3", False)]
        assert app.notice.startswith("Wrote it")
        assert str(app.screen.query_one("#said", Static).render()) == "a remark"
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, TodayScreen)


@driven
async def test_a_file_that_exists_is_replaced_by_a_second_enter_only(tmp_path: Path) -> None:
    (tmp_path / "today.fit").write_text("mine")
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "enter", "enter")
        await pilot.pause()
        assert "Enter once more" in app.notice
        assert app.asked == []
        await pilot.press("x", "backspace")  # another path, and back: asked anew
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert app.asked == []
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        assert app.asked == [("fit", tmp_path / "today.fit", True)]


@pytest.mark.parametrize("typed", ["", ".", "~nobody-of-this-name/x"])
@driven
async def test_a_path_must_name_a_file(tmp_path: Path, typed: str) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "enter")
        await pilot.pause()
        app.path.value = typed
        await pilot.press("enter")
        await pilot.pause()
        assert "Name a file" in app.notice
        assert app.asked == []


@driven
async def test_a_refusal_is_said_and_the_path_stays(tmp_path: Path) -> None:
    app = Stage(tmp_path, done=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "enter", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.notice.startswith("The gate is closed")
        assert app.screen.query_one("#notice", Line).has_class("-trouble")
        assert app.path.has_focus


@driven
async def test_what_is_being_written_can_be_given_up_and_ends_with_the_screen(tmp_path: Path) -> None:
    app = Stage(tmp_path, instant=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "enter", "enter")
        await pilot.pause()
        assert "Writing today.fit" in app.notice
        await pilot.press("enter")
        await pilot.pause()
        assert "One at a time" in app.notice
        await pilot.press("escape")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.writings[0].stopped
        assert "nothing was written" in app.notice
        await pilot.press("enter")
        await pilot.pause()
        assert not app.writings[1].stopped
    assert app.writings[1].stopped, "nothing goes on behind the app"


@pytest.mark.parametrize("ended", [True, False])
@driven
async def test_giving_up_too_late_does_not_say_that_nothing_was_written(tmp_path: Path, ended: bool) -> None:
    app = Stage(tmp_path, instant=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "enter", "enter")
        await pilot.pause()
        (tmp_path / "today.fit").write_text("written")
        app.writings[0].done = ended
        app.writings[0].stop = app.writings[0].over.set  # type: ignore[method-assign]
        await pilot.press("escape")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "nothing" not in app.notice
        assert app.notice.startswith("Wrote it" if ended else "Too late")


@driven
async def test_a_path_that_no_disk_takes_is_for_the_process_to_refuse(tmp_path: Path) -> None:
    app = Stage(tmp_path, done=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "enter")
        await pilot.pause()
        app.path.value = "x" * 400
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        assert app.asked == [("fit", Path("x" * 400), False)]


@driven
async def test_it_fits_a_small_screen(tmp_path: Path) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.press("x", "enter")
        await pilot.pause()
        assert app.screen.query_one(OptionList).size.height >= 3
        assert app.path.region.bottom <= 12


# --- the process that does it --------------------------------------------------------------------------------------


@driven
async def test_the_app_opens_it_over_the_formats_there_are() -> None:
    app = HomeStage("go")
    app.sheets = {"export": lambda: make_export_screen(app.runner.coaching)}
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "enter")
        await pilot.pause()
        assert re.search(r"/[a-z-]+-[0-9-]+-2026-[0-9]{2}-[0-9]{2}\.fit$", app.screen.query_one(Input).value)
        assert app.screen.query_one(OptionList).option_count == len(offers("osu"))


def test_everything_there_is_is_offered() -> None:
    found = offers("osu")
    assert found[0].name == "fit"
    assert {(offer.name, offer.words) for offer in found} >= {
        ("audio", ("today",)), ("ics", ("today",)), ("md", ("osu",)), ("activity-fit", ("last",)), ("csv", ("runs",)),
    }  # fmt: skip
    assert len({(offer.name, offer.words) for offer in found}) == len(found)


def test_a_process_of_its_own_writes_or_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("COACH_SCRATCH", raising=False)
    plan = Offer("text", "the plan", "", "plan.txt", ("osu",))
    file = tmp_path / "a plan.txt"
    done, said = Child(plan, file, False).wait()
    assert (done, said[-1]) == (True, f"wrote {file}")
    assert file.read_text().startswith("OSU walk-run")
    done, said = Child(plan, file, False).wait()
    assert not done
    assert "already" in said[-1]
    given_up = Child(plan, tmp_path / "b.txt", False)
    given_up.stop()
    assert given_up.wait()[0] is False
    assert not (tmp_path / "b.txt").exists()


def test_a_dash_is_a_name_like_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("COACH_SCRATCH", raising=False)
    monkeypatch.chdir(tmp_path)
    assert Child(Offer("text", "the plan", "", "plan.txt", ("osu",)), Path("-"), False).wait()[0]
    assert (tmp_path / "-").read_text().startswith("OSU walk-run")


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
    child = Child(OFFERS[0], tmp_path / "x.fit", False)
    child.stop()
    child.stop()
    [kill] = later
    kill()
    assert child.wait()[0] is False
