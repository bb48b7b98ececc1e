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
