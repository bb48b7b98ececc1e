"""The terminal app, and how a session is run under it: the screen may vanish or fail, the session goes on."""

import gc
import sys
import threading
from collections.abc import Callable, Sequence

from textual.binding import Binding
from textual.screen import Screen

from coach.session.state import Command, CommandKind, Phase
from coach.tui.actions import ACTIONS
from coach.tui.after import AfterScreen
from coach.tui.controls import Followed, LiveControls
from coach.tui.driver import Terminal
from coach.tui.help import HelpScreen
from coach.tui.live import LiveScreen
from coach.tui.looks import PLAIN, Looks
from coach.tui.shell import CoachApp, signals
from coach.tui.view import Mode


class SessionThread(threading.Thread):
    """Runs a session on a thread of its own, so that whatever befalls the screen cannot hold it up."""

    def __init__(self, live: LiveControls) -> None:
        super().__init__(name="session")
        self._live = live
        self._phase: Phase | None = None
        self.error: BaseException | None = None
        self.has_ended = False

    def run(self) -> None:
        """Run it and keep what came of it."""
        try:
            self._phase = self._live.run()
        except BaseException as error:  # noqa: BLE001  (kept for outcome(), which raises it where someone can act)
            self.error = error
        finally:
            self.has_ended = True

    def outcome(self) -> Phase:
        """Wait for the end and return its phase. Raises what the session raised."""
        self.join()
        if self.error is not None:
            raise self.error
        assert self._phase is not None, "run() returns a phase or raises"
        return self._phase


class SessionApp(CoachApp):
    """An app over a session: what a live screen asks of its app."""

    def on_mount(self) -> None:  # beside that of every app: Textual calls both
        # A collection of the oldest generation holds every thread up for as long as it takes: leave the screen out.
        gc.collect()
        gc.freeze()

    def key_words(self, binding: Binding) -> str:
        """The key of ``binding`` as the key bar shows it."""
        return self.get_key_display(binding)

    def show_help(self, names: Sequence[str]) -> None:
        """Explain the keys of these actions, as they are bound."""
        bound = {each.binding.id: each.binding for each in reversed(self.screen.active_bindings.values())}
        rows = [(self.key_words(bound[name]), ACTIONS[name].words) for name in names if name in bound]
        self.push_screen(HelpScreen(rows))

    def leave(self) -> None:
        """Close the screen."""
        self.exit()

    def session_over(self) -> None:
        """The session has come to its end."""

    def take_over(self) -> None:
        """The watcher wants the session that is followed."""


class RunApp(SessionApp):
    """The app around a session that this process runs."""

    def __init__(
        self,
        live: LiveControls,
        session: SessionThread,
        terminal: Terminal,
        *,
        title: str = "",
        report: Callable[[], Sequence[str]] | None = None,
        linger_s: float | None = None,
        then_home: bool = False,
        looks: Looks = PLAIN,
    ) -> None:
        super().__init__(terminal, looks)
        self._then_home = then_home
        self._live = live
        self._session = session
        self._heading = title
        self._report = report
        self._linger_s = linger_s
        self.asked_to_end = False

    def first_screen(self) -> Screen[None]:
        """The live screen."""
        return LiveScreen(self._live, self._live, self, title=self._heading)

    def abandoned(self) -> bool:
        """Also when the session failed or was handed over, or a signal ended it: then no key is waited for."""
        over = self._live.snapshot().phase.is_over
        return (self._session.has_ended and (self.asked_to_end or not over)) or super().abandoned()

    def session_over(self) -> None:
        """Show what was done."""
        mode = Mode.OVER if self._live.snapshot().phase is Phase.FINISHED else Mode.STOPPED
        self.push_screen(
            AfterScreen(
                mode,
                self.leave,
                ready=lambda: self._session.has_ended,
                report=self._report,
                linger_s=self._linger_s,
                moves_on=self._then_home,
            )
        )


class WatchApp(SessionApp):
    """The app around a session that another process runs."""

    def __init__(self, session: Followed, terminal: Terminal, *, title: str = "", looks: Looks = PLAIN) -> None:
        super().__init__(terminal, looks)
        self._followed = session
        self._heading = title
        self.taking = False

    def first_screen(self) -> Screen[None]:
        """The live screen, only for watching."""
        return LiveScreen(self._followed, None, self, title=self._heading, followed=self._followed)

    def take_over(self) -> None:
        """Leave, and say why."""
        self.taking = True
        self.exit()


def run_screen(
    live: LiveControls,
    *,
    title: str = "",
    report: Callable[[], Sequence[str]] | None = None,
    linger_s: float | None = None,
    then_home: bool = False,
    looks: Looks = PLAIN,
) -> Phase:
    """Run ``live`` under the live screen until the session is over and the runner has left the screen.

    ``report`` gives the lines shown afterwards, once the session's thread has ended; ``linger_s`` is how long they
    stay if no key is pressed (None: until one is). With ``then_home`` the app shows them, and the screen leaves as
    soon as there is something to show. Main thread only. If the terminal goes away the screen is dropped
    and a session that has begun goes on to its end. If the screen fails, it goes on too, one line says so, and the
    failure is raised at the end. Raises what ``live.run()`` raises. RUNNING or PAUSED: another coach took it over.
    """
    terminal = Terminal()
    session = SessionThread(live)
    app = RunApp(
        live, session, terminal, title=title, report=report, linger_s=linger_s, then_home=then_home, looks=looks
    )

    def end() -> None:
        app.asked_to_end = True
        live.post(Command(CommandKind.STOP, reason="signal"))

    with signals(lost=terminal.lose, end=end):
        session.start()
        failure = _show(app, session)
        if live.snapshot().phase is Phase.READY:
            # Nobody can start it any more; left waiting, it would only keep others from beginning one.
            live.post(Command(CommandKind.STOP, reason="the screen went away before the start"))
        phase = session.outcome()
    if failure is not None:
        raise failure
    return phase


def watch_screen(session: Followed, *, title: str = "", looks: Looks = PLAIN) -> bool:
    """Follow another process's session until the watcher leaves. Main thread only.

    Returns whether the watcher asked to take it over. Raises the failure of the screen, if it fails.
    """
    terminal = Terminal()
    app = WatchApp(session, terminal, title=title, looks=looks)
    with signals(lost=terminal.lose, end=app.leave):
        app.run()
    if app.failure is not None:
        raise app.failure
    return app.taking


def _show(app: RunApp, session: SessionThread) -> BaseException | None:
    """Run the screen; what it failed with, if it did."""
    try:
        app.run()
        failure: BaseException | None = app.failure
    except Exception as error:  # noqa: BLE001  (whatever it is, the session goes on; it is raised when that is over)
        failure = error
    if failure is not None and session.is_alive():
        print("coach: the screen failed; the session goes on without it. Ctrl-C stops it.", file=sys.stderr)
    return failure
