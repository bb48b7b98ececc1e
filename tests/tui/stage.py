"""Puts a staged session under the screen, for pilot and snapshot tests and for the pictures in the docs."""

from collections.abc import Callable, Sequence

from textual.screen import Screen

from coach.model.workout import Workout
from coach.session.report import report_lines
from coach.tui.app import RunApp, SessionThread, WatchApp
from coach.tui.driver import Terminal
from coach.tui.live import LiveScreen
from tests.tui.staged import ODD, SEED, StagedSession

Scene = Callable[[StagedSession], object]

SCENES: dict[str, Scene] = {
    "ready": lambda session: None,
    "get-ready": lambda session: session.do("start").move(0.2),
    "warm-up": lambda session: session.run_on(30),
    "run": lambda session: session.run_on(5 * 60 + 180 + 17),
    "walk": lambda session: session.run_on(5 * 60 + 60 + 30),
    "cool-down": lambda session: session.run_on(30 * 60 + 1),
    "paused": lambda session: session.run_on(5 * 60 + 20).do("pause"),
    "pain": lambda session: session.run_on(5 * 60 + 20).do("pain").move(3),
    "pain-stands": lambda session: session.run_on(5 * 60 + 20).do("pain").move(30),
    "open": lambda session: session.run_on(83),
    "distance": lambda session: session.run_on(83).do("next").move(20),
    "stand": lambda session: session.run_on(83).do("next").move(20).do("next").move(20),
    "finished": lambda session: session.run_on(35 * 60),
    "stopped": lambda session: session.run_on(10 * 60).do("stop"),
}
ON_ODD = ("open", "distance", "stand")


class Staged:
    """What both kinds of staged app have."""

    @property
    def live(self) -> LiveScreen:
        """The live screen, wherever it is in the stack."""
        found = [screen for screen in self.screen_stack if isinstance(screen, LiveScreen)]
        assert found, "there is no live screen"
        return found[0]


class EndedThread(SessionThread):
    """Of a staged session: never begun, and ended as soon as anybody asks."""

    def __init__(self, session: StagedSession) -> None:
        super().__init__(session)
        self.has_ended = True


class StagedApp(Staged, RunApp):
    """The app over a staged session, at a scene from its first picture on."""

    def __init__(self, scene: str = "ready", *, theme: str = "textual-dark") -> None:
        workout: Workout = ODD if scene in ON_ODD else SEED
        self.session = StagedSession(workout)
        super().__init__(
            self.session, EndedThread(self.session), Terminal(), title=workout.name or "", report=self._lines
        )
        self._scene = SCENES[scene]
        self._theme_wanted = theme

    def _lines(self) -> Sequence[str]:
        return report_lines(self.session.events)

    def abandoned(self) -> bool:
        return False

    def first_screen(self) -> Screen[None]:
        self.theme = self._theme_wanted
        screen = super().first_screen()
        self._scene(self.session)
        return screen


class StagedWatchApp(Staged, WatchApp):
    """The same, following."""

    def __init__(self, scene: str = "run") -> None:
        self.session = StagedSession()
        super().__init__(self.session, Terminal(), title="Seed start")
        self._scene = SCENES[scene]

    def abandoned(self) -> bool:
        return False

    def first_screen(self) -> Screen[None]:
        screen = super().first_screen()
        self._scene(self.session)
        return screen
