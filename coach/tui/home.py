"""The app between runs: Today, Plan and History, the ratings, and what it is left for."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from textual.screen import Screen

from coach.coaching import Coaching, Today
from coach.errors import CoachError
from coach.library.drafts import Drafts
from coach.library.protocols import Protocols
from coach.model.protocol import Protocol
from coach.tui.after_run import DEAF_S
from coach.tui.asks import Ask
from coach.tui.driver import Terminal
from coach.tui.looks import PLAIN, Looks
from coach.tui.page import Page, Reopen
from coach.tui.questions import Answers
from coach.tui.shell import CoachApp, signals
from coach.tui.today import TodayScreen

Afterwards = Callable[[Today], "Callable[[], str] | None"]
"""After a decision: None, or what is to be done beside the screen. It gives words to show, or none."""
Sheet = Callable[[], Screen[None]]
"""Makes a screen that is opened over the others by its name: the workouts, the settings. Raises CoachError."""


class Errand(StrEnum):
    """What the app is left for."""

    LEAVE = "leave"
    RUN = "run"
    FOLLOW = "follow"


class Wish(NamedTuple):
    """What the runner wants; ``override`` is the reason to run though the gate is closed."""

    errand: Errand = Errand.LEAVE
    override: str = ""


class HomeApp(CoachApp):
    """Holds the screens between runs. It is gone while a session runs, so nothing of it can hold up a cue."""

    CSS_PATH = [Path(__file__).with_name(name) for name in ("live.tcss", "home.tcss")]  # noqa: RUF012

    def __init__(
        self,
        coaching: Coaching,
        reopen: Reopen,
        drafts: Drafts,
        protocols: Callable[[], Protocols],
        terminal: Terminal,
        *,
        looks: Looks = PLAIN,
        notice: str = "",
        just_ran: str = "",
        deaf_s: float = DEAF_S,
        sheets: Mapping[str, Sheet] | None = None,
        afterwards: Afterwards = lambda _: None,
    ) -> None:
        super().__init__(terminal, looks)
        self.sheets = dict(sheets or {})
        self.drafts = drafts
        self.protocols = protocols
        self._coaching = coaching
        self._reopen = reopen
        self._answers: dict[str, Answers] = {}
        self.wish = Wish()
        self._afterwards = afterwards
        self.add_mode("today", lambda: TodayScreen(coaching, self, notice=notice, just_ran=just_ran, deaf_s=deaf_s))  # pyright: ignore[reportUnknownMemberType]
        self.add_mode("readiness", self._readiness)  # pyright: ignore[reportUnknownMemberType]
        self.add_mode("profile", self._profile)  # pyright: ignore[reportUnknownMemberType]
        self.add_mode("protocols", self._protocols)  # pyright: ignore[reportUnknownMemberType]
        self.add_mode("plan", self._plan)  # pyright: ignore[reportUnknownMemberType]
        self.add_mode("history", self._history)  # pyright: ignore[reportUnknownMemberType]

    def afterwards(self, found: Today) -> Callable[[], str] | None:
        """What else is to be done after a decision."""
        return self._afterwards(found)

    def open_first(self) -> None:
        """Today."""
        self.switch_mode("today")

    def _plan(self) -> Screen[None]:
        from coach.tui.plan import PlanScreen  # not before it is wanted: Today is to be there at once

        return PlanScreen(self._reopen)

    def _readiness(self) -> Screen[None]:
        from coach.tui.readiness import ReadinessScreen

        return ReadinessScreen(self._coaching, self)

    def _profile(self) -> Screen[None]:
        from coach.tui.profile import ProfileScreen

        return ProfileScreen(self._coaching, self)

    def _protocols(self) -> Screen[None]:
        from coach.tui.protocols import ProtocolsScreen

        return ProtocolsScreen(self._coaching, self._reopen, self)

    def _history(self) -> Screen[None]:
        from coach.tui.history import HistoryScreen

        return HistoryScreen(self._reopen)

    async def action_turn(self, mode: str) -> None:
        """Turn to one of the main screens. What it needs is imported beside the loop, once."""
        await asyncio.to_thread(import_module, f"coach.tui.{mode}")
        await self.switch_mode(mode)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what there is can be opened."""
        return parameters[0] in self.sheets if action == "open" else super().check_action(action, parameters)

    def action_open(self, name: str) -> None:
        """Open the workouts or the settings over what is shown."""
        try:
            self.push_screen(self.sheets[name]())
        except CoachError as error:
            self._complain(error)

    def _complain(self, error: CoachError) -> None:
        self._say(" ".join(str(error).split()), trouble=True)

    def _say(self, words: str, *, trouble: bool = False) -> None:
        if isinstance(self.screen, Page):
            self.screen.notice(words, trouble=trouble)

    # What Today asks of its app

    @property
    def coarse(self) -> bool:
        """With reduced motion nothing ticks by the second."""
        return self.reduced_motion

    def answers_to(self, name: str, ask: Ask) -> Answers:
        """What was typed of it under ``name`` and not kept yet; else nothing."""
        return self._answers.setdefault(name, Answers(ask))

    def answered(self, name: str) -> None:
        """It is in the journal."""
        self._answers.pop(name, None)

    def unkept(self) -> Sequence[str]:
        """The ratings of which something was typed that is not kept."""
        return [answers.ask.title for answers in self._answers.values() if not answers.is_empty]

    def begin(self, override: str = "") -> None:
        """Leave for the live session."""
        self._leave_for(Wish(Errand.RUN, override))

    def follow(self) -> None:
        """Leave for the session that another coach runs."""
        self._leave_for(Wish(Errand.FOLLOW))

    async def tell_injury(self) -> None:
        """Ask what `coach init` asks, and go on to the tests. The protocols are read beside the loop."""

        def kept() -> None:
            self.call_later(self.action_turn, "readiness")

        def read() -> dict[str, Protocol]:
            import_module("coach.tui.profile_form")
            entries = ((entry.name, entry.outcome) for entry in self.protocols().entries())
            return {name: found for name, found in entries if isinstance(found, Protocol)}

        try:
            known = await asyncio.to_thread(read)
            from coach.tui.profile_form import ProfileForm

            self.push_screen(ProfileForm(self._coaching, self.drafts, known, kept))
        except CoachError as error:
            self._complain(error)

    def action_tell(self, what: str) -> None:
        """Open the form of a clearance, or of a run."""
        from coach.tui.told import ClearScreen, RanScreen

        kind = ClearScreen if what == "clear" else RanScreen
        try:
            self._coaching.need_profile()
            self.push_screen(kind(self._coaching, self.drafts, self._say))
        except CoachError as error:
            self._complain(error)

    def action_take_back(self) -> None:
        """Take back the run told last, after a question."""
        from coach.tui.choose import Answer, choose

        def chosen(answer: str | None) -> None:
            if answer is None:
                return
            try:
                taken = self._coaching.withdraw_run()
                at = taken.start.astimezone(self._coaching.clock.local_zone())
                self._say(f"Taken back: the run of {at:%Y-%m-%d %H:%M}. It counts for nothing.")
            except CoachError as error:
                self._complain(error)
            if isinstance(self.screen, TodayScreen):
                self.screen.ask_anew()

        answers = (Answer("y", "yes", "take it back"),)
        choose(self.screen, "Take back the run that was told last?", answers, chosen)

    async def take_tests(self) -> None:
        """Turn to the tests."""
        await self.action_turn("readiness")

    def _leave_for(self, wish: Wish) -> None:
        self.wish = wish
        self.exit()


def run_home(
    coaching: Coaching,
    reopen: Reopen,
    drafts: Drafts,
    protocols: Callable[[], Protocols],
    *,
    looks: Looks = PLAIN,
    notice: str = "",
    just_ran: str = "",
    sheets: Mapping[str, Sheet] | None = None,
    afterwards: Afterwards = lambda _: None,
) -> Wish:
    """Show the app until it is left; what for. Main thread only. Raises the failure of the screen, if it fails.

    ``drafts`` keeps what is typed into forms; ``protocols`` reads those to choose from; ``notice`` is said at first;
    ``just_ran`` is the session that has just ended: what was done of it opens. ``sheets`` are what can be opened over
    the screens, by name. ``afterwards`` is asked after each decision.
    """
    terminal = Terminal()
    app = HomeApp(
        coaching,
        reopen,
        drafts,
        protocols,
        terminal,
        looks=looks,
        notice=notice,
        just_ran=just_ran,
        sheets=sheets,
        afterwards=afterwards,
    )
    with signals(lost=terminal.lose, end=app.exit):
        app.run()
    if app.failure is not None:
        raise app.failure
    return app.wish
