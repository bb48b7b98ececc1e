"""The palette: every action of a screen by its name, found by typing."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from coach.tui.actions import Act, Command
from coach.tui.closing import ClosesOnce
from coach.tui.entries import Typed

TITLE = 17  # cells
NONE = "No action of this screen has these words."


class FinderScreen(ClosesOnce[Act | None], ModalScreen[Act | None]):
    """Lists ``commands``; letters narrow the list, Enter gives what to do, Escape nothing.

    Textual's own palette searches in a worker, which fails where the palette is closed or opened again meanwhile.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide")]  # noqa: RUF012  (Textual's own form)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-middle"), (32, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", show=False, id="choose.back", priority=True),
        Binding("down,tab", "step(1)", "next", show=False, id="entry.next", priority=True),
        Binding("up,shift+tab", "step(-1)", "before", show=False, id="entry.previous", priority=True),
    ]

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__()
        self._commands = commands
        self._found = commands
        self._typed = ""

    def compose(self) -> ComposeResult:
        with Vertical(id="finder"):
            yield Typed("", "what do you want to do?", compact=True, id="finder-words")
            yield OptionList(id="finder-list", compact=True)
            yield Static(id="finder-about", markup=False)

    def on_mount(self) -> None:
        self.query_one(OptionList).can_focus = False
        self._show("")

    def on_resize(self) -> None:
        """The rows are as wide as the list."""
        self.call_after_refresh(self._show_again)

    def _show_again(self) -> None:
        if self.is_active:
            self._show(self._typed)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        self._show(event.value)

    def _show(self, typed: str) -> None:
        self._typed = typed
        names = [c for c in self._commands if c.title.casefold().startswith(typed.casefold().strip())]
        others = [c for c in self._commands if c not in names and c.is_meant_by(typed)]
        self._found = (*names, *others)
        rows = self.query_one(OptionList)
        rows.clear_options()
        width = rows.scrollable_content_region.width
        rows.add_options(Option(self._row(c, width), id=str(self._commands.index(c))) for c in self._found)
        rows.highlighted = 0 if self._found else None
        rows.display = bool(self._found)
        self.set_class(not self._found, "-none")
        self._tell(self._found[0].words if self._found else NONE)

    def _tell(self, words: str) -> None:
        """Where a row has no room for its words, they stand below."""
        self.query_one("#finder-about", Static).update(words)

    def _row(self, command: Command, width: int) -> Text:
        row = Text(command.title, "bold", no_wrap=True, end="")
        if self.has_class("-wide"):
            row.pad_right(TITLE - len(row))
            row = Text.assemble(row, "  ", command.words, no_wrap=True, end="")
        row.truncate(max(0, width - len(command.key) - 2), overflow="ellipsis", pad=True)
        return row.append(f"  {command.key}", "bold")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say what it does."""
        event.stop()
        self._tell(self._command(event.option).words)

    def _command(self, option: Option) -> Command:
        """The one it stands for: when a message of the list arrives, the list may be another already."""
        return self._commands[int(option.id or 0)]

    def action_step(self, by: int) -> None:
        """To the next one (1), or the one before (-1)."""
        rows = self.query_one(OptionList)
        if self._found:
            rows.highlighted = ((rows.highlighted or 0) + by) % len(self._found)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: do it."""
        if event.value != self._typed:
            self._show(event.value)
        at = self.query_one(OptionList).highlighted
        if at is not None:
            self.dismiss(self._found[at].act)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click: do it."""
        event.stop()
        self.dismiss(self._command(event.option).act)

    def action_back(self) -> None:
        """Do nothing."""
        self.dismiss(None)
