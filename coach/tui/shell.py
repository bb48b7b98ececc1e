"""What every app of the coach shares: the terminal that may vanish, the colours, the palette of actions."""

import signal
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from inspect import isawaitable
from pathlib import Path
from types import FrameType
from typing import ClassVar

from rich.console import RenderableType
from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.screen import ModalScreen, Screen

from coach.clock import SAME_SIGNAL_NS, SystemClock
from coach.tui.actions import ACTIONS, Act, Command
from coach.tui.driver import Terminal, driver_for
from coach.tui.looks import CONTRAST_THEME, PLAIN, THEMES, Looks, colours_of

WATCH_S = 0.5  # how often the app looks whether the terminal and the session's thread are still there
_PLACES = {"home": 1, "app": 2}  # in the palette: what the screen itself does comes first


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
        self._is_leaving = False
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

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """With reduced motion no cursor blinks."""
        if self.reduced_motion and hasattr(event.widget, "cursor_blink"):
            event.widget.cursor_blink = False  # type: ignore[attr-defined]  # an Input or TextArea

    def look_around(self) -> None:
        """Go when the terminal or the session has gone."""
        if self.abandoned():
            self.exit()

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Leave. Keys that come from here on are for nobody: Textual would not mount a screen they open."""
        self._is_leaving = True
        super().exit(result, return_code, message)

    async def on_event(self, event: events.Event) -> None:
        if not (self._is_leaving and isinstance(event, events.InputEvent)):
            await super().on_event(event)

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
        if self._is_leaving and isinstance(error, NoMatches):
            return  # a screen that was being made when the app was left finds nothing of itself
        if self.failure is None:
            self.failure = error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        # Textual would print the traceback with its local variables; failures are the command line's to report.
        self._close_messages_no_wait()

    # The palette

    def commands(self, screen: Screen[object]) -> Iterator[Command]:
        """Every action of ``screen`` and of what has the focus, with its key, its own first; then the colours."""
        found = {each.binding.id or "": each for each in reversed(screen.active_bindings.values()) if each.enabled}
        names = [name for name in reversed(found) if name in ACTIONS and name != "app.palette"]
        if any(name.endswith(".leave") for name in names):
            names.remove("app.quit")  # the same, in other words
        offered: Callable[[str], bool] | None = getattr(screen, "is_offered", None)
        for name in sorted(filter(offered, names), key=lambda name: _PLACES.get(name.partition(".")[0], 0)):
            node, binding, _, _ = found[name]
            title = binding.description[:1].upper() + binding.description[1:]
            act = partial(self.run_action, binding.action, node)
            yield Command(title, ACTIONS[name].words, self.get_key_display(binding), act)
        for name, theme in THEMES.items():
            yield Command(f"Colours: {name}", "Until you leave; the settings keep them", "",
                          partial(setattr, self, "theme", theme))  # fmt: skip

    def action_command_palette(self) -> None:
        """Every action by its name; where that is shown already, close it."""
        from coach.tui.finder import FinderScreen  # not before it is wanted

        if isinstance(self.screen, FinderScreen):
            self.screen.action_back()
        else:
            self.push_screen(FinderScreen(tuple(self.commands(self.screen))), self._act)

    async def _act(self, act: Act | None) -> None:
        if act is not None and isawaitable(done := act()):
            await done


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
