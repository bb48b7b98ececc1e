"""The app around a screen that is opened by itself: the editor, the settings."""

from collections.abc import Callable
from pathlib import Path

from textual.screen import Screen

from coach.tui.driver import Terminal
from coach.tui.looks import PLAIN, Looks
from coach.tui.shell import CoachApp, signals


class EditApp(CoachApp):
    """Shows the screen that ``make`` makes until it is left. Textual's fields can only be made within an app."""

    CSS_PATH = [Path(__file__).with_name(name) for name in ("live.tcss", "home.tcss")]  # noqa: RUF012

    def __init__(self, make: Callable[[], Screen[None]], terminal: Terminal, *, looks: Looks = PLAIN) -> None:
        super().__init__(terminal, looks)
        self._make = make

    def open_first(self) -> None:
        """The screen; when it is left, so is the app."""
        self.push_screen(self._make(), lambda _: self.exit())


def run_edit(make: Callable[[], Screen[None]], *, looks: Looks = PLAIN) -> None:
    """Show the screen that ``make`` makes until it is left, or the terminal goes away. Main thread only.

    Raises the failure of the screen, if it fails. Its draft is kept whatever happens.
    """
    terminal = Terminal()
    app = EditApp(make, terminal, looks=looks)
    with signals(lost=terminal.lose, end=app.exit):
        app.run()
    if app.failure is not None:
        raise app.failure
