"""Export from the app: which format, and where to. A process of its own writes the file; this asks, waits and tells."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple, Protocol, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import Worker, get_current_worker  # pyright: ignore[reportUnknownVariableType]

from coach.library.named_files import is_folder, is_plain_file
from coach.tui.page import Page
from coach.tui.widgets import KeyBar, Line


class Offer(NamedTuple):
    """Something that can be exported: ``what`` in the format called ``name``, to a file called ``file`` at first."""

    name: str
    what: str
    about: str
    file: str
    words: tuple[str, ...]


class Writing(Protocol):
    """A file being written."""

    def wait(self) -> tuple[bool, Sequence[str]]:
        """Wait until it is done: whether it is, and what there is to say. Safe on any thread."""
        ...

    def stop(self) -> None:
        """Have it give up, without waiting: ``wait`` tells whether it was done before. Idempotent."""
        ...


Start = Callable[[Offer, Path, bool], Writing]
"""Begins to write an offer to a path; with True a file that exists is replaced. Raises OSError."""


class OfferList(OptionList):
    """The offers. Enter is the screen's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.pick", "where to", id="export.pick", key_display="Enter", tooltip="say where to")
    ]


class ExportScreen(Page):
    """The offers with a field for the path below. What is told of it stays until the next one."""

    CSS_PATH = Path(__file__).with_name("export.tcss")
    NAME = "Export"
    ABOUT = (
        "Writes today's session, your plan, your last run or your record as a file. Today's session only while the "
        "gate is open. What a format cannot hold is refused, and nothing is written."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", id="page.back", key_display="Esc", tooltip="back, or give it up"),
    ]

    def __init__(self, offers: Sequence[Offer], start: Start, folder: Path) -> None:
        super().__init__()
        self._offers = tuple(offers)
        self._start = start
        self._folder = folder
        self._writing: Writing | None = None
        self._giving_up = False
        self._replace: str | None = None  # the path that Enter replaces if it is pressed once more
        self._list = OfferList(*(Option(self._row(offer)) for offer in self._offers), id="offers", compact=True)
        self._path = Input(placeholder="the file", id="path", select_on_focus=False)

    def compose(self) -> ComposeResult:
        yield Line(id="edit-title")
        yield self._list
        yield self._path
        yield Static(id="said", markup=False)
        yield Line(id="notice")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#edit-title", Line).show(self.NAME, f"{len(self._offers)} ways")
        self.notice("")
        self._list.highlighted = 0
        self._list.focus()
        self.offer_keys()

    def on_descendant_focus(self) -> None:
        """The keys that work are those of what is in hand."""
        self.offer_keys()

    def on_option_list_option_highlighted(self) -> None:
        """The name that fits it."""
        self._replace = None
        self._path.value = str(self._folder / self._here.file)
        self._path.cursor_position = len(self._path.value)

    @property
    def _here(self) -> Offer:
        return self._offers[self._list.highlighted or 0]

    def action_pick(self) -> None:
        """On to the path."""
        self._path.focus()

    def on_option_list_option_selected(self) -> None:
        """A click on an offer, too."""
        self.action_pick()

    def on_input_changed(self) -> None:
        """Another path is another question."""
        self._replace = None

    def on_input_submitted(self) -> None:
        """Write it; where there is a file already, only when Enter is pressed once more."""
        if self._writing is not None:
            self.notice("One at a time: Esc gives up what is being written.", trouble=True)
            return
        typed = self._path.value.strip()
        path = _file(typed)
        if path is None or is_folder(path):
            self.notice("Name a file." if path is None else "Name a file: this is a folder.", trouble=True)
            return
        if is_plain_file(path) and self._replace != typed:
            self._replace = typed
            self.notice("There is such a file. Enter once more replaces it.", trouble=True)
            return
        replaces, self._replace = self._replace == typed, None
        offer = self._here
        self._say(())
        before = _trace(path)
        try:
            self._writing = writing = self._start(offer, path, replaces)
        except OSError as error:
            self.notice(f"It cannot be begun: {error.strerror}. Try again.", trouble=True)
            return
        self.notice(f"Writing {path.name} …")

        def work() -> None:
            worker = cast("Worker[None]", get_current_worker())
            done, said = writing.wait()
            if not worker.is_cancelled:
                self.coach.call_from_thread(self._told, writing, done, said, _trace(path) != before)

        self.run_worker(work, thread=True)

    def _told(self, writing: Writing, done: bool, said: Sequence[str], changed: bool) -> None:
        if self._writing is not writing:
            return  # the screen was left
        given_up, self._writing, self._giving_up = self._giving_up, None, False
        if given_up and not done:
            self.notice("Too late to give up: it was written." if changed else "Given up: nothing was written.")
            return
        *remarks, last = said or ("it said nothing",)
        self._say(remarks)
        self.notice(last[:1].upper() + last[1:], trouble=not done)
        if done:
            self._list.focus()

    def _say(self, lines: Sequence[str]) -> None:
        said = self.query_one("#said", Static)
        said.update("\n".join(lines))
        said.display = bool(lines)

    def action_leave(self) -> None:
        """Give up what is written; else from the path to the formats, and from there back."""
        if self._writing is not None and not self._giving_up:
            self._giving_up = True
            self._writing.stop()
            self.notice("Giving up …")
        elif self._path.has_focus:
            self._list.focus()
        else:
            self.dismiss()

    def on_unmount(self) -> None:
        """The app is left, for a run perhaps: nothing goes on behind it."""
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.stop()

    @staticmethod
    def _row(offer: Offer) -> Text:
        row = Text(no_wrap=True, overflow="ellipsis", end="")
        return row.append(f"{offer.name:<13}", "bold").append(f"{offer.what:<16}").append(offer.about)


def _trace(file: Path) -> tuple[int, int, int] | None:
    """What changes when a file is written."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _file(typed: str) -> Path | None:
    """The path that was typed; None for nothing, and for what can be none."""
    try:
        return Path(typed).expanduser() if typed and "\0" not in typed else None
    except RuntimeError:  # ~ of somebody who does not exist
        return None
