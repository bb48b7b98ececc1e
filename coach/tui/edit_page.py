"""What the screens that change a file share: saving, discarding, leaving with a question, and a draft meanwhile."""

import asyncio
from collections.abc import Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType

from coach.clock import Clock
from coach.library.drafts import Drafts
from coach.tui.choose import CSS, Answer, choose
from coach.tui.drafting import DraftKeeper
from coach.tui.page import Page

DISCARD = (Answer("d", "discard", "discard what I changed", harms=True),)
LEAVING = (
    Answer("s", "save", "save and leave"),
    Answer("k", "keep", "leave it as a draft; it is offered again"),
    *DISCARD,
)


class EditPage(Page):
    """A screen with fields and a file behind them. However it is left, what is typed and not saved stays as a draft."""

    CSS_PATH = CSS
    SILENT = Page.SILENT | {"home.help"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+s", "save", "save", id="edit.save", key_display="^S", priority=True, tooltip="write it into its file"
        ),
        Binding(
            "f4", "mistake", "mistake", id="edit.mistake", key_display="F4", priority=True, tooltip="go to the mistake"
        ),
        Binding("ctrl+r", "revert", "discard", id="edit.revert", key_display="^R", tooltip="back to what is saved"),
        Binding("escape", "leave", "leave", id="edit.leave", key_display="Esc", tooltip="leave; asks about changes"),
        Binding("f1", "help", "help", id="edit.help", key_display="F1", tooltip="explain the field and the keys"),
    ]

    def __init__(self, drafts: Drafts, clock: Clock, draft_name: str) -> None:
        super().__init__()
        self.drafts = DraftKeeper(self, drafts, clock, draft_name, self.draft, self.trouble)

    # What each of them says of itself

    @property
    def is_changed(self) -> bool:
        """Whether something typed is not saved, as of the last :meth:`note_change`."""
        raise NotImplementedError

    @property
    def is_wrong(self) -> bool:
        """Whether something typed is wrong."""
        raise NotImplementedError

    def note_change(self) -> None:
        """Take in what is typed now."""
        raise NotImplementedError

    def draft(self) -> dict[str, str] | None:
        """What is to be kept of what is typed; None if nothing is."""
        raise NotImplementedError

    def save(self, *, leave: bool) -> None:
        """Write the file, or say why not; then ``leave``."""
        raise NotImplementedError

    def revert(self) -> None:
        """Let the fields hold what is saved."""
        raise NotImplementedError

    # What they have in common

    def trouble(self, words: str) -> None:
        """Say that something went wrong."""
        self.notice(words, trouble=True)

    @property
    def help_words(self) -> str:
        """What F1 says of the field that has the focus."""
        return getattr(self.focused, "help_words", "")

    def useful(self) -> Iterator[Binding]:
        """Leaving and help come last."""
        yield from sorted(super().useful(), key=lambda binding: binding.action in ("leave", "help"))

    def on_unmount(self) -> None:
        """However it was left."""
        self.drafts.keep_at_last()

    def on_descendant_focus(self) -> None:
        """Other keys work now."""
        self.offer_keys()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What makes no sense now is not offered."""
        match action:
            case "mistake":
                return self.is_wrong
            case "revert":
                return self.is_changed
            case _:
                return super().check_action(action, parameters)

    async def take_in(self) -> None:
        """Wait until the field in hand has taken what was typed into it: what is asked next may follow from that.

        Keys that are typed meanwhile wait, too, so that none reaches a field it was not meant for. An action that waits
        has a binding with priority, or the keys behind it would be heard first.
        """
        field = self.focused
        if field is not None:
            taken = asyncio.Event()
            if field.call_later(taken.set):
                await taken.wait()
        self.note_change()

    async def action_save(self) -> None:
        """Write the file, if nothing is wrong."""
        await self.take_in()
        self.save(leave=False)

    def action_revert(self) -> None:
        """Back to what is saved, after a question."""

        def chosen(answer: str | None) -> None:
            if answer:
                self.revert()
                self.note_change()
                self.drafts.keep()
                self.notice("As it was saved.")

        choose(self, "Go back to what is saved?", DISCARD, chosen)

    def action_leave(self) -> None:
        """Leave; what is not saved is asked about."""
        self.note_change()
        if not self.is_changed:
            self.dismiss(None)
            return

        def chosen(answer: str | None) -> None:
            if answer == "save":
                self.save(leave=True)
            elif answer == "discard":
                self.revert()
                self.note_change()
            if answer in ("keep", "discard"):
                self.dismiss(None)

        choose(self, "What you changed is not saved.", LEAVING, chosen, back="go on editing")
