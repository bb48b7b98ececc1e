"""What the screens beside the live one share: a bar of the keys that work now, help, and a line of notice."""

import gc
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import ClassVar, TypeVar, cast

from textual.app import App
from textual.binding import Binding, BindingType
from textual.worker import Worker, get_current_worker  # pyright: ignore[reportUnknownVariableType]

from coach.coaching import Coaching
from coach.errors import CoachError
from coach.tui.closing import ClosesOnce
from coach.tui.help import HelpScreen
from coach.tui.widgets import KeyBar, Line

Result = TypeVar("Result")

CLOSE = "Any key closes this."

Reopen = Callable[[], AbstractContextManager[Coaching]]
"""Opens the comeback once more, for a thread of its own."""


@contextmanager
def _uncollected() -> Generator[None]:
    """Years of a journal make so many objects that a full collection holds every thread up for a second or more.

    None of them is garbage: within, nothing is collected, and afterwards they are left out of collections.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class Page(ClosesOnce[None]):
    """A screen with a KeyBar ``#keys`` and a Line ``#notice``. ``ABOUT`` is what F1 says of the whole screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "help", "help", id="home.help", key_display="?"),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide")]  # noqa: RUF012  (Textual's own form)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-middle"), (32, "-tall")]  # noqa: RUF012
    NAME: ClassVar[str] = ""
    ABOUT: ClassVar[str] = ""
    SILENT: ClassVar[frozenset[str]] = frozenset(("app.leave",))
    """Ids of actions that the bar does not show, though they work."""
    MORE_KEYS: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Keys of the widget in hand, with what they do, for the bar."""

    @property
    def coach(self) -> App[None]:
        """The app, with its type."""
        return cast("App[None]", self.app)  # pyright: ignore[reportUnknownMemberType]

    def read(self, reading: Callable[[Coaching], Result], then: Callable[[Result], None], reopen: Reopen) -> None:
        """Do ``reading`` on a thread of its own and ``then`` on this one; a refusal is said above the keys.

        What was begun before by the same screen is forgotten.
        """

        def work() -> None:
            worker = cast("Worker[None]", get_current_worker())
            try:
                with _uncollected(), reopen() as coaching:
                    found = reading(coaching)
            except CoachError as error:
                words = f"{error.what} — {error.remedy}"
                if not worker.is_cancelled:
                    self.coach.call_from_thread(self._refuse, words)
                return
            if not worker.is_cancelled:
                self.coach.call_from_thread(then, found)

        self.run_worker(work, thread=True, exclusive=True)

    def do_beside(self, job: Callable[[], str]) -> None:
        """Do ``job`` on a thread of its own, and say above the keys what it gives, if it gives anything."""

        def work() -> None:
            worker = cast("Worker[None]", get_current_worker())
            words = job()
            if words and not worker.is_cancelled:
                self.coach.call_from_thread(self.notice, words, trouble=True)

        self.run_worker(work, thread=True, group="beside")

    def _refuse(self, words: str) -> None:
        self.query_one("#title", Line).show(self.NAME)
        self.notice(words, trouble=True)

    def offer_keys(self) -> None:
        """Show the keys that do something now."""
        shown = [binding for binding in self.useful() if binding.id not in self.SILENT]
        pairs = tuple((self.coach.get_key_display(binding), self.label_of(binding)) for binding in shown)
        self.query_one("#keys", KeyBar).show((*self.more_keys(), *pairs))

    def more_keys(self) -> Sequence[tuple[str, str]]:
        """Keys of the widget in hand, or else worth more than those of the screen, with what they do."""
        return self.MORE_KEYS

    @property
    def help_words(self) -> str:
        """What F1 says of what is in hand, above what it says of the whole screen."""
        return ""

    def label_of(self, binding: Binding) -> str:
        """What the bar says that ``binding`` does."""
        return binding.description

    def useful(self) -> Iterator[Binding]:
        """The bindings with an id that are enabled, once each; the screen's own come before those of every screen."""
        found = [active.binding for active in self.active_bindings.values() if active.enabled]
        named = {binding.id: binding for binding in found if binding.show and binding.id and "." in binding.id}
        yield from sorted(named.values(), key=lambda b: (b.id or "").startswith(("app.", "home.")))

    def rarely(self) -> Iterator[Binding]:
        """Those that lead elsewhere and are not for the bar; help and palette have them."""
        found = [active.binding for active in self.active_bindings.values() if active.enabled]
        yield from (b for b in found if not b.show and b.tooltip and (b.id or "").startswith("app."))

    def notice(self, words: str, *, trouble: bool = False) -> None:
        """Say ``words`` above the keys; empty takes them away."""
        line = self.query_one("#notice", Line)
        line.show(words)
        line.display = bool(words)
        line.set_class(trouble, "-trouble")

    def action_help(self) -> None:
        """Explain the screen, the field that has the focus, and every key."""
        about = "\n\n".join(part for part in (self.help_words, self.ABOUT) if part)
        known = [*self.useful(), *self.rarely()]
        rows = [(self.coach.get_key_display(b), b.tooltip or b.description) for b in known]
        self.coach.push_screen(HelpScreen(rows, about, CLOSE))


class MainPage(Page):
    """One of the screens that are switched between."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "app.turn('today')", "today", id="app.today", tooltip="the screen Today"),
        Binding(
            "r", "app.turn('readiness')", "readiness", id="app.readiness", tooltip="the tests before the first run"
        ),
        Binding("l", "app.turn('plan')", "plan", id="app.plan", tooltip="the screen Plan"),
        Binding("h", "app.turn('history')", "history", id="app.history", tooltip="the screen History"),
        Binding("i", "app.turn('profile')", "profile", id="app.profile", tooltip="the injuries, and what holds"),
        Binding(
            "e", "app.open('workouts')", "workouts", show=False, id="app.workouts", tooltip="write and change workouts"
        ),
        Binding("k", "app.tell('clear')", "clearance", show=False, id="app.clear", tooltip="record a clearance"),
        Binding("u", "app.tell('ran')", "other run", show=False, id="app.ran",
                tooltip="tell of a run the coach does not know of"),
        Binding("z", "app.take_back", "take back a run", show=False, id="app.take-back",
                tooltip="take back the run told last: within 10 minutes, while it is not rated"),
        Binding("comma", "app.open('settings')", "settings", show=False, id="app.settings", tooltip="every setting"),
        Binding("x", "app.open('export')", "export", show=False, id="app.export", tooltip="write a file for elsewhere"),
        Binding("q", "leave", "leave", id="app.leave", tooltip="leave the coach"),
    ]  # fmt: skip
