"""After a run: what was done of what was planned, above and below its rating; or by itself where nothing is asked."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from coach.coaching import Coaching
from coach.session.report import build
from coach.tui.done import DoneView, done_view
from coach.tui.done_widgets import DoneBar, DoneRows
from coach.tui.page import Page
from coach.tui.widgets import KeyBar, Line

DEAF_S = 1.0
"""For so long keys are not heard after a session: they were meant for it."""


class Around(NamedTuple):
    """What stands above the questions about a run, and what below them."""

    above: Sequence[Widget] = ()
    below: Sequence[Widget] = ()


def around(coaching: Coaching, session: str) -> Around:
    """Of this run: one that was told has no intervals, one that nobody knows has nothing. Raises StorageError."""
    report = build(stored.event for stored in coaching.journal.events(session))
    if report is not None:
        view = done_view(report)
        return Around(_sums(coaching, session, view), _whole(view))
    run = coaching.find_run(session)
    if run is None:
        return Around()
    distance = "" if run.distance_m is None else f", {run.distance_m / 1000:g} km in all"
    return Around(
        [_static(f"{_began(coaching, session)}: ran {round(run.done_ms / 60_000, 1):g} min{distance}", "sums")]
    )


def _sums(coaching: Coaching, session: str, view: DoneView) -> list[Widget]:
    began = _began(coaching, session)
    first, *others = view.sums
    lines = [f"{began} · {first}" if began else first, *others]
    return [_static("\n".join(lines), "sums"), DoneBar(view, id="done-bar")]


def _whole(view: DoneView) -> list[Widget]:
    return [
        _static("Each interval, planned against done", "done-title"),
        DoneRows(view, id="done-rows"),
        _static("\n".join(["How the cues fared", *view.sound]), "cues"),
    ]


def _began(coaching: Coaching, session: str) -> str:
    run = coaching.find_run(session)
    if run is None:
        return ""
    start = run.start.astimezone(coaching.clock.local_zone())
    return f"{start.day} {start:%B %H:%M}"


def _static(words: str, name: str) -> Static:
    return Static(words, id=name, markup=False)


class DonePage(Page):
    """A session of which nothing is asked: it was too short, rated already, or there is no profile yet."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "leave", "back", id="page.back", key_display="Esc"),
    ]
    MORE_KEYS = (("↑ ↓", "scroll"),)
    ABOUT = (
        "What was done of what was planned, and how the cues fared. It is in the journal; nothing is asked about it."
    )
    AUTO_FOCUS = "#page"

    def __init__(self, parts: Around, deaf_s: float) -> None:
        super().__init__()
        self._parts = parts
        self._deaf_s = deaf_s
        self._is_deaf = deaf_s > 0

    def compose(self) -> ComposeResult:
        yield Line(id="title")
        with VerticalScroll(id="page"):
            yield from (*self._parts.above, *self._parts.below)
        yield Line(id="notice")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#title", Line).show("The session is in the journal")
        self.notice("")
        self.offer_keys()
        if self._is_deaf:
            self.set_timer(self._deaf_s, self.listen)

    def listen(self) -> None:
        """From here on keys are meant for this screen."""
        self._is_deaf = False

    def action_leave(self) -> None:
        """Back to Today."""
        if not self._is_deaf:
            self.dismiss()
