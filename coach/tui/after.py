"""After the session: planned against done, and how the cues fared."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static

from coach.tui.view import WORD, Mode
from coach.tui.widgets import Band, KeyBar

DEAF_S = 1.0
LOOK_S = 0.2


class AfterScreen(Screen[None]):
    """Shows the report's lines as soon as ``ready``. Any key but the arrows leaves.

    For its first ``deaf_s`` keys do nothing; after ``linger_s`` it leaves by itself (None: never), unless
    a key was pressed: then somebody reads. One that ``moves_on`` leaves as soon as it is ready: the report is shown
    elsewhere.
    """

    SCROLL_KEYS: ClassVar[frozenset[str]] = frozenset(("up", "down", "pageup", "pagedown", "home", "end"))

    def __init__(
        self,
        mode: Mode,
        leave: Callable[[], None],
        *,
        ready: Callable[[], bool],
        report: Callable[[], Sequence[str]] | None = None,
        linger_s: float | None = None,
        deaf_s: float = DEAF_S,
        moves_on: bool = False,
    ) -> None:
        super().__init__()
        self._mode = mode
        self._leave = leave
        self._ready = ready
        self._report = report
        self._linger_s = linger_s
        self._moves_on = moves_on
        self._lingering: Timer | None = None
        self._deaf = deaf_s > 0
        self._deaf_s = deaf_s

    def compose(self) -> ComposeResult:
        yield Band(id="band")
        with VerticalScroll(id="report"):
            yield Static("The last cue sounds, then the report comes …", id="report-text", markup=False)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one(Band).show(self._mode, WORD[self._mode], "")
        self.query_one(VerticalScroll).focus()
        if self._deaf:
            self.set_timer(self._deaf_s, self.listen)
        else:
            self.listen()
        if self._linger_s is not None:
            self._lingering = self.set_timer(self._linger_s, self._leave)
        self._looking = self.set_interval(LOOK_S, self._look)
        self._look()

    def listen(self) -> None:
        """From here on keys leave."""
        self._deaf = False
        self.query_one(KeyBar).show((("any key", "leaves"), ("↑ ↓", "scroll")))

    def _look(self) -> None:
        """Show the report once there is one."""
        if self._ready():
            self._looking.stop()
            if self._moves_on:
                self._leave()
                return
            lines = self._report() if self._report else ("The session is in the journal.",)
            self.query_one("#report-text", Static).update("\n".join(lines))

    def on_key(self, event: events.Key) -> None:
        """Leave, unless the key was meant for the session that has just ended."""
        if self._lingering is not None:
            self._lingering.stop()
        if event.key not in self.SCROLL_KEYS:
            event.stop()
            if not self._deaf:
                self._leave()
