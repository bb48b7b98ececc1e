"""What every key of a screen does, over that screen."""

from collections.abc import Sequence
from typing import ClassVar

from rich.table import Table
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from coach.tui.closing import ClosesOnce

KEYS: tuple[tuple[str, str], ...] = (
    ("Enter", "start the session"),
    ("space", "pause, and go on; the time left is kept"),
    ("n", "next interval; ends an open or distance step"),
    ("b", "back to the interval before, from its start"),
    ("r", "repeat this interval from its start"),
    ("+ / −", "this interval 30 s longer or shorter"),
    ("p", "pain: walk at once, open-ended, and note it"),
    ("u", "take the pain mark back, within 10 s"),
    ("s", "stop; asks first, y confirms"),
    ("↑ / ↓", "cues louder or softer"),
    ("m", "mute the cues, and undo it"),
    ("q", "leave; in a session the same as s"),
)
FOLLOWING_KEYS: tuple[tuple[str, str], ...] = (
    ("t", "take the session over from the other coach"),
    ("q", "leave; the session goes on"),
)
CLOSE = "The session goes on meanwhile. Any key closes this."


class HelpScreen(ClosesOnce[None], ModalScreen[None]):
    """A list of keys and what they do, under ``words``. Any key but the arrows closes it."""

    SCROLL_KEYS: ClassVar[frozenset[str]] = frozenset(("up", "down", "pageup", "pagedown", "home", "end"))

    def __init__(self, keys: Sequence[tuple[str, str]], words: str = "", close: str = CLOSE) -> None:
        super().__init__()
        self._keys = keys
        self._words = words
        self._close = close

    def compose(self) -> ComposeResult:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(justify="right", no_wrap=True)
        table.add_column()
        for key, words in self._keys:
            table.add_row(key, words)
        with VerticalScroll(id="help"):
            if self._words:
                yield Static(self._words, id="help-words", markup=False)
            yield Static(table)
            yield Static(self._close, id="help-close", markup=False)

    def on_key(self, event: events.Key) -> None:
        """Close, and let the key do nothing else."""
        if event.key not in self.SCROLL_KEYS:
            event.stop()
            self.dismiss()
