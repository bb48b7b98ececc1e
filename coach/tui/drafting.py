"""Keeping what is typed while it is typed, and offering it again where it was not saved."""

from collections.abc import Callable
from typing import Any, cast

from textual.app import App
from textual.screen import Screen
from textual.timer import Timer

from coach.clock import Clock
from coach.errors import StorageError
from coach.library.drafts import Drafts
from coach.tui.choose import Answer, choose
from coach.tui.shell import CoachApp

DRAFT_S = 0.4
"""After a change; a power cut loses no more than this."""


class DraftKeeper:
    """Keeps what ``fields`` gives under ``name``; where it gives None there is nothing to keep, and no draft stays."""

    def __init__(
        self,
        screen: Screen[Any],
        drafts: Drafts,
        clock: Clock,
        name: str,
        fields: Callable[[], dict[str, str] | None],
        complain: Callable[[str], None],
    ) -> None:
        self.name = name
        self._screen = screen
        self._drafts = drafts
        self._clock = clock
        self._fields = fields
        self._complain = complain
        self._due: Timer | None = None
        self._is_failing = False
        self._is_undecided = False

    def touch(self) -> None:
        """Something was typed: keep it soon."""
        if self._due is None:
            self._due = self._screen.set_timer(DRAFT_S, self.keep)

    def keep(self) -> None:
        """Keep it now; say so once if that fails."""
        try:
            self.keep_or_fail()
            self._is_failing = False
        except StorageError as error:
            if not self._is_failing:
                self._is_failing = True
                self._complain(f"No draft is kept: {error}")

    def keep_or_fail(self) -> None:
        """Keep it now. A draft that is offered and not answered about stays untouched. Raises StorageError."""
        if self._due is not None:
            self._due.stop()
            self._due = None
        if self._is_undecided:
            return
        fields = self._fields()
        if fields is None:
            self.drop()
            return
        self._drafts.keep(self.name, {**fields, "typed_at": f"{self._clock.local_now():%d %b %H:%M}"})

    def keep_at_last(self) -> None:
        """However its screen was left. There is none any more to say on that it failed: the command line does."""
        try:
            self.keep_or_fail()
        except StorageError as error:
            app = cast("App[None]", self._screen.app)  # pyright: ignore[reportUnknownMemberType]
            if isinstance(app, CoachApp) and app.failure is None:
                app.failure = error

    def drop(self) -> None:
        """It was saved or discarded."""
        self._drafts.drop(self.name)

    def offer(self, take: Callable[[dict[str, str]], None]) -> None:
        """If there is a draft, ask what becomes of it; ``take`` puts it into the fields."""
        draft = self._drafts.read(self.name)
        if draft is None:
            return
        self._is_undecided = True

        def chosen(answer: str | None) -> None:
            if answer is None:
                self._screen.dismiss(None)
                return
            self._is_undecided = False
            if answer == "on":
                take(draft)
            else:
                self.drop()

        when = f" on {draft['typed_at']}" if draft.get("typed_at") else ""
        answers = (
            Answer("g", "on", "go on with it"),
            Answer("d", "drop", "drop it, and begin with what is saved", harms=True),
        )
        question = f"What you typed here{when} was not saved."
        choose(self._screen, question, answers, chosen, back="leave, and decide later")
