"""What every app of the coach shares: the terminal that may vanish, the colours, the palette of actions."""

import signal
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, Screen

from coach.clock import SAME_SIGNAL_NS, SystemClock
from coach.tui.driver import Terminal, driver_for
from coach.tui.looks import CONTRAST_THEME, PLAIN, THEMES, Looks, colours_of

WATCH_S = 0.5  # how often the app looks whether the terminal and the session's thread are still there


class CoachApp(App[None]):
    """Holds the screens. It reads nothing and decides nothing; the session does."""

    CSS_PATH = Path(__file__).with_name("live.tcss")  # absolute, for subclasses elsewhere
    TITLE = "coach"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide")]  # noqa: RUF012  (Textual's own form)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-middle"), (32, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q,ctrl+c", "quit", "leave", show=False, priority=True, id="app.quit"),
        Binding("ctrl+p", "command_palette", "palette", show=False, priority=True, id="app.palette"),
    ]

    def __init__(self, terminal: Terminal, looks: Looks = PLAIN) -> None:
        super().__init__(driver_class=driver_for(terminal))
        self._terminal = terminal
        self.failure: Exception | None = None
        self.register_theme(CONTRAST_THEME)
        self.theme = THEMES[looks.theme]
        self.reduced_motion = looks.reduced_motion
        if looks.reduced_motion:
            self.animation_level = "none"
        self.set_keymap(dict(looks.keys))

    def open_first(self) -> None:
        """Show the first screen."""
        self.push_screen(self.first_screen())

    def first_screen(self) -> Screen[None]:
        """The screen to open with."""
        raise NotImplementedError

    def abandoned(self) -> bool:
        """Whether there is no reason to stay, though nobody pressed a key."""
        return not self._terminal.check()

    def get_css_variables(self) -> dict[str, str]:
        """The theme's, and the coach's own colours for dark or light."""
        return {**super().get_css_variables(), **colours_of(self.current_theme)}

    def on_mount(self) -> None:
        self.open_first()
        self.set_interval(WATCH_S, self.look_around)

    def look_around(self) -> None:
        """Go when the terminal or the session has gone."""
        if self.abandoned():
            self.exit()

    async def action_quit(self) -> None:
        """Ctrl-C, Ctrl-Q and the palette's Quit: as q on the screen, so nothing is lost by a stray key."""
        leave = getattr(self.screen, "action_leave", None)
        if callable(leave):
            leave()
        elif isinstance(self.screen, ModalScreen):
            self.screen.dismiss()
        else:
            self.exit()

    def action_suspend_process(self) -> None:
        """Not in a session: it would silence the cues."""

    def _handle_exception(self, error: Exception) -> None:
        if self.failure is None:
            self.failure = error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        # Textual would print the traceback with its local variables; failures are the command line's to report.
        self._close_messages_no_wait()

    # The palette

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action of ``screen`` with its key, then the colours."""
        seen: set[str] = set()
        for _, binding, enabled, _ in screen.active_bindings.values():
            name = binding.id or ""
            if not enabled or name in seen or "." not in name or name == "app.palette":
                continue
            seen.add(name)
            title = binding.description[:1].upper() + binding.description[1:]
            words = f"{binding.tooltip or name} · key {self.get_key_display(binding)}"
            yield SystemCommand(title, words, partial(self._act, screen, binding.action))
        for name, theme in THEMES.items():
            yield SystemCommand(f"Colours: {name}", "until you leave; `theme` in config.toml keeps it",
                                partial(setattr, self, "theme", theme))  # fmt: skip

    async def _act(self, screen: Screen[object], action: str) -> None:
        await self.run_action(action, screen)


@contextmanager
def signals(*, lost: Callable[[], None], end: Callable[[], None]) -> Generator[None]:
    """Within: a hang-up calls ``lost``, the first SIGTERM or SIGINT ``end``; a later one ends the process at once."""
    clock = SystemClock()
    first_ns: int | None = None

    def hung_up(_signal: int, _frame: FrameType | None) -> None:
        lost()

    def terminated(number: int, _frame: FrameType | None) -> None:
        nonlocal first_ns
        now_ns = clock.monotonic_ns()
        if first_ns is None:
            first_ns = now_ns
            end()
        elif now_ns - first_ns > SAME_SIGNAL_NS:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)

    before = {number: signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)}
    signal.signal(signal.SIGHUP, hung_up)
    signal.signal(signal.SIGTERM, terminated)
    signal.signal(signal.SIGINT, terminated)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
