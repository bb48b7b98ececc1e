"""Puts Today and the screens around it over a comeback in memory, for pilot and snapshot tests and the pictures."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import DataTable

from coach.bootstrap.comeback import ReadyByCriteria
from coach.coaching import Coaching
from coach.config import ThemeName
from coach.library.drafts import Drafts
from coach.library.protocols import Protocols
from coach.model.profile import Profile
from coach.model.rating import Occasion, RedFlag
from coach.session.events import CueReported, SoundReported
from coach.tui.driver import Terminal
from coach.tui.home import HomeApp
from coach.tui.looks import Looks
from coach.tui.today import TodayScreen
from coach.tui.widgets import KeyBar, Line
from tests.coaching.test_coaching import FASCIA, NOWHERE, Runner
from tests.tui.staged import StagedSession

SomeScreen = TypeVar("SomeScreen", bound=Screen[Any])
Scene = Callable[[Runner], object]


def driven(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """A test that drives an app, for pytest."""

    @wraps(test)
    def run(*arguments: object, **named: object) -> None:
        async def whole() -> None:
            await test(*arguments, **named)

        asyncio.run(whole())

    return run


def ran(runner: Runner, **after: object) -> None:
    """A morning, the run of the day, an hour later its rating unless ``after`` says ``skip``."""
    runner.morning()
    run = runner.run()
    runner.wait(1)
    if not after.pop("skip", False):
        runner.after(run, **after)  # type: ignore[arg-type]


def flagged(runner: Runner) -> None:
    runner.morning(red_flags=(RedFlag.BREATHLESS,))


def weeks(runner: Runner) -> None:
    """Some weeks of good runs, the last one sore."""
    for number in range(9):
        ran(runner, during=number % 3)
        runner.wait(22.4)
        runner.morning(number % 2)
        runner.wait(24)
    ran(runner, during=3)
    runner.wait(12)


CUE = CueReported(
    at_ns=0, cue="run", label="Run", status="played", planned_frame=0, real_frame=0, late_ns=2_100_000
)  # fmt: skip
SOUND = SoundReported(at_ns=0, backend="alsa", device="hw:1", voice="pack", xruns=2)


def stopped_in_pain() -> StagedSession:
    """The second of three runs ended by pain, the rest left out."""
    session = StagedSession().run_on(5 * 60 + 3 * 60 + 20).do("pain").move(40).do("stop")
    session.events += [CUE, CUE.model_copy(update={"status": "lost"}), SOUND]
    return session


def hurt(runner: Runner) -> None:
    """Today's session, stopped in pain."""
    runner.morning()
    permit = runner.coaching.check_run(None)
    session = runner.journal_id()
    runner.coaching.begin(session, permit)
    runner.journal.append(session, stopped_in_pain().events)
    runner.wait(0.2)
    runner.coaching.forget()


def raised(runner: Runner) -> None:
    """Swelling after a run; two days later it is to be said whether it has passed."""
    ran(runner, swelling=True)
    runner.wait(50)


SCENES: dict[str, Scene] = {
    "ask": lambda runner: None,
    "go": lambda runner: runner.morning(),
    "elsewhere": lambda runner: runner.journal.beat("S1", 0),
    "untested": lambda runner: runner.morning(),
    "after": lambda runner: ran(runner, skip=True),
    "hurt": hurt,
    "raised": raised,
    "wait": ran,
    "rest": lambda runner: ran(runner, during=7),
    "stop": flagged,
    "weeks": weeks,
}


class MemoryDrafts(Drafts):
    """Drafts that last as long as the test."""

    def __init__(self) -> None:
        super().__init__(Path("/nonexistent"))
        self.kept: dict[str, dict[str, str]] = {}

    def read(self, name: str) -> dict[str, str] | None:
        return self.kept.get(name)

    def keep(self, name: str, fields: dict[str, str]) -> None:
        self.kept[name] = fields

    def drop(self, name: str) -> None:
        self.kept.pop(name, None)


class HomeStage(HomeApp):
    """The app over a runner at a scene; the clock stands still until a test moves it."""

    def __init__(
        self,
        scene: str = "ask",
        *,
        theme: ThemeName = "dark",
        profile: Profile = FASCIA,
        just_ran: bool = False,
        deaf_s: float = 0.0,
        keys: dict[str, str] | None = None,
        reduced_motion: bool = False,
        drafts: Drafts | None = None,
    ) -> None:
        self.runner = Runner(None if scene == "hello" else profile)
        if scene == "untested":
            journal, clock = self.runner.journal, self.runner.clock
            self.runner.coaching = Coaching(journal, clock, self.runner.coaching._plan_of, ReadyByCriteria())
        if scene != "hello":
            SCENES[scene](self.runner)
        last = self.runner.coaching.last_run() if just_ran else None
        looks = Looks(theme, reduced_motion, keys or {})
        super().__init__(
            self.runner.coaching,
            self.reopened,
            drafts or MemoryDrafts(),
            lambda: Protocols(NOWHERE),
            Terminal(),
            looks=looks,
            just_ran="" if last is None else last.id,
            deaf_s=deaf_s,
        )
        self.animation_level = "none"  # what a test sees has come to rest

    @contextmanager
    def reopened(self) -> Generator[Coaching]:
        """What a thread reads from: the same journal, folded anew."""
        coaching = self.runner.coaching
        yield Coaching(coaching.journal, coaching.clock, coaching._plan_of, coaching._ready_at)

    @property
    def today(self) -> TodayScreen:
        """Today, wherever it is in its stack."""
        found = self._screen_stacks["today"][0]
        assert isinstance(found, TodayScreen)
        return found

    def abandoned(self) -> bool:
        return False

    def shown(self, name: str) -> str:
        """The words of a widget of the screen on top, empty where it is hidden."""
        widget = self.screen.query_one(f"#{name}")
        if not widget.display:
            return ""
        return widget.text if isinstance(widget, Line | KeyBar) else str(widget.render())

    def top(self, kind: type[SomeScreen]) -> SomeScreen:
        """The screen on top, which is of this kind."""
        assert isinstance(self.screen, kind), self.screen
        return self.screen

    def ratings(self, occasion: Occasion) -> list[object]:
        """Those in the journal."""
        told = self.runner.coaching.standing.told.ratings
        return [given.rating for given in told if given.rating.occasion is occasion]

    def wait(self, **span: float) -> None:
        """Time passes, and Today notices."""
        self.runner.wait(timedelta(**span) / timedelta(hours=1))
        self.today.tick()


async def turned_to(pilot: Pilot[None], app: HomeStage, key: str) -> None:
    """Press the key of Plan or History, and wait until everything that was read is laid out."""
    await pilot.press(key)
    for _ in range(1000):
        if is_laid_out(app.screen):
            break
        await pilot.pause(0.01)
    else:
        raise AssertionError(f"{app.screen} is never laid out")
    for _ in range(3):
        await pilot.pause()


async def at_rest(pilot: Pilot[None]) -> None:
    """Wait until the screen is drawn the same way again and again: what has the focus is scrolled to late."""
    drawn, same = "", 0
    for _ in range(500):
        await pilot.pause(0.01)
        now = "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())
        drawn, same = now, same + 1 if now == drawn else 0
        if same == 10:
            return
    raise AssertionError(f"{pilot.app.screen} never comes to rest")


def is_laid_out(screen: Screen[object]) -> bool:
    """Whether Plan or History shows all that it read."""
    title = screen.query_one("#title", Line).text
    if not title.startswith(("Plan", "History", "Protocols")) or "reading" in title:
        return False
    if screen.query_one("#notice").display:
        return True  # it says why there is nothing
    table = screen.query_one(DataTable)
    is_whole = table.row_count > 0 and table.row_count == getattr(screen, "expected_rows", 0)
    # Its columns get their widths, and it its size, only when it is idle.
    return is_whole and table.virtual_size.height == table.row_count + table.header_height
