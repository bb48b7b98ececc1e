"""A form of entries: each judged as it is typed, all of them kept together, or none."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from coach.clock import Clock
from coach.errors import CoachError
from coach.library.drafts import Drafts
from coach.tui.edit_page import EditPage
from coach.tui.entries import Entry
from coach.tui.widgets import KeyBar, Line

_OPTION = re.compile(r"`[^`]*`|--([a-z][a-z-]*)")  # a whole command stays as it is


class FormPage(EditPage):
    """Asks for entries. What is typed outlives the screen as a draft until it is kept or discarded.

    A use case refuses in the words of the command line: where it names an option, the entry of that name is meant.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "keep", id="form.keep", key_display="^S", priority=True,
                tooltip="keep these answers"),
        Binding("enter", "next", "next", id="form.next", key_display="Enter", priority=True,
                tooltip="to the next field; on the last one: keep"),
        Binding("down,tab", "move(1)", "next field", id="entry.next", show=False, priority=True),
        Binding("up,shift+tab", "move(-1)", "field before", id="entry.previous", show=False, priority=True),
    ]  # fmt: skip

    UNDONE: ClassVar[str] = "Not kept"
    """What is said before the reason where nothing came of it."""
    AUTO_FOCUS = ""  # it would scroll what stands above the first field out of sight

    def __init__(
        self, drafts: Drafts, clock: Clock, draft_name: str, title: str, entries: Sequence[Entry], *,
        above: Sequence[str] = (),
    ) -> None:  # fmt: skip
        super().__init__(drafts, clock, draft_name)
        self._heading = title
        self._above = above
        self.entries = {entry.name or "": entry for entry in entries}
        self._before = self.typed
        self._changed: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        yield Line(id="edit-title")
        with VerticalScroll(id="entries", can_focus=False):
            if self._above:
                yield Static("\n".join(self._above), id="above", markup=False)
            yield from self.entries.values()
        yield Static(id="preview", markup=False)
        yield Line(id="notice")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.notice("")
        self.note_change()
        self.shown[0].control.focus(scroll_visible=False)  # what stands above it is read first
        self.drafts.offer(self._take_draft)

    def useful(self) -> Iterator[Binding]:
        """Enter comes first."""
        yield from sorted(super().useful(), key=lambda binding: binding.id != "form.next")

    # What each of them says of itself

    def wanted(self) -> set[str]:
        """The names of the entries that are asked, as things stand."""
        return set(self.entries)

    def preview(self) -> str:
        """What it would come to, in words."""
        return ""

    def keep(self) -> None:
        """Keep what is typed. Raises CoachError."""
        raise NotImplementedError

    # What is typed

    @property
    def typed(self) -> dict[str, str]:
        """By the name of the entry."""
        return {name: entry.typed for name, entry in self.entries.items()}

    @property
    def shown(self) -> list[Entry]:
        """The entries that are asked, in order."""
        wanted = self.wanted()
        return [entry for name, entry in self.entries.items() if name in wanted]

    @property
    def wrong(self) -> list[Entry]:
        """Those of them that are wrong."""
        return [entry for entry in self.shown if entry.problem]

    @property
    def is_changed(self) -> bool:
        """Whether something typed is not kept."""
        return bool(self._changed)

    @property
    def is_wrong(self) -> bool:
        """Whether an entry is wrong."""
        return bool(self.wrong)

    def on_entry_changed(self) -> None:
        """Something is typed."""
        self.notice("")
        self.note_change()

    def note_change(self) -> None:
        """Take in what is typed: what is asked then, and what it would come to."""
        shown = self.shown
        for entry in self.entries.values():
            entry.display = entry in shown
        self._changed = {name: words for name, words in self.typed.items() if words.strip() != self._before[name]}
        if self._changed:
            self.drafts.touch()
        wrong = f"{len(self.wrong)} wrong" if self.wrong else ""
        self.query_one("#edit-title", Line).show(self._heading, wrong)
        words = "" if self.wrong else self.preview()
        told = self.query_one("#preview", Static)
        told.update(words)
        told.display = bool(words)
        self.offer_keys()

    def draft(self) -> dict[str, str] | None:
        """What is typed and not kept, by name."""
        return self._changed or None

    def _take_draft(self, draft: dict[str, str]) -> None:
        for name, entry in self.entries.items():
            if (words := draft.get(name)) is not None:
                entry.take(words)
        self.note_change()
        self.notice("The draft is back. It is not kept yet.")

    # What keys do

    async def action_next(self) -> None:
        """The next entry; from the last one: keep."""
        await self.take_in()
        if self.shown[-1].control is self.focused:
            self.save(leave=False)
        else:
            self._move(1)

    async def action_move(self, by: int) -> None:
        """The next entry, or the one before; behind the last comes the first."""
        await self.take_in()
        self._move(by)

    def _move(self, by: int) -> None:
        shown = self.shown
        at = next((n for n, entry in enumerate(shown) if entry.control is self.focused), -1)
        self.set_focus(shown[(at + by) % len(shown)].control)  # at once, for the keys behind

    def action_mistake(self) -> None:
        """Go to the first entry that is wrong."""
        if self.wrong:
            self.wrong[0].control.focus()

    def save(self, *, leave: bool) -> None:  # noqa: ARG002  (what is kept is done with)
        """Keep it and leave, if all of it is right; else say beside the entry what is not."""
        wrong = next((entry for entry in self.shown if not entry.check()), None)
        if wrong is not None:
            self.refuse(wrong, wrong.problem)
            return
        self.attempt(self.keep)

    def attempt(self, keep: Callable[[], None]) -> None:
        """Do ``keep``; what it refuses is said beside the entry it is about."""
        try:
            keep()
        except CoachError as error:
            entry = self.entry_of(error.where)
            words = self.in_words(f"{error.what} — {error.remedy}")
            if entry is None:
                self.notice(f"{self.UNDONE}: {words}", trouble=True)
            else:
                entry.complain(words)
                self.refuse(entry, words)

    def done(self) -> None:
        """It is kept: leave, and no draft stays."""
        self._before = self.typed
        self._changed = {}
        self.dismiss(None)

    def refuse(self, entry: Entry, words: str) -> None:
        """Nothing is kept, because of ``entry``."""
        entry.control.focus()
        self.notice(f"{self.UNDONE}: {entry.label}: {words}", trouble=True)

    def revert(self) -> None:
        """As it was at first."""
        for name, entry in self.entries.items():
            if entry.typed != self._before[name]:
                entry.take(self._before[name])

    def entry_of(self, where: str | None) -> Entry | None:
        """The entry that an option of the command line is about, if it is asked."""
        found = self.entries.get((where or "").removeprefix("--").replace("-", "_"))
        return found if found in self.shown else None

    def in_words(self, text: str) -> str:
        """``text`` with the labels of entries for the options of the command line."""

        def label(found: re.Match[str]) -> str:
            entry = self.entries.get((found[1] or "").replace("-", "_"))
            return entry.label if entry is not None else found[0]

        return _OPTION.sub(label, " ".join(text.split()))
