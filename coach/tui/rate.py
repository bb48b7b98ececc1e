"""A rating: the questions of one occasion, answered by single keys, with what the gate would say to it."""

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.timer import Timer
from textual.widgets import Static

from coach.clock import Clock
from coach.coaching import Coaching
from coach.errors import CoachError
from coach.gate.days import waking_date
from coach.library.drafts import Drafts
from coach.model.rating import SymptomRating
from coach.tui.after_run import Around
from coach.tui.asks import Ask
from coach.tui.drafting import DraftKeeper
from coach.tui.fields import Field
from coach.tui.page import Page
from coach.tui.preview import preview_words, rating_of
from coach.tui.questions import Answers, Kind
from coach.tui.widgets import KeyBar, Line

SETTLED_S = 0.15  # the gate is asked once the typing pauses


class RatingScreen(Page):
    """Asks one rating. ``kept`` is called once it is in the journal; until then it is in ``answers``, and a draft by
    ``name``.

    ``parts`` stand above and below the questions. For its first ``deaf_s`` it hears no keys.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "keep", id="form.keep", key_display="Ctrl+S", tooltip="keep these answers"),
        Binding("enter,tab,down", "next", "next", id="form.next", key_display="Enter",
                tooltip="to the next question; on the last one: keep"),
        Binding("x", "rest", "no to the rest", id="form.rest",
                tooltip="what is not answered yet gets its usual answer, no in most cases; scores stay open"),
        Binding("up,shift+tab", "previous", "previous", id="form.previous", key_display="↑"),
        Binding("pagedown", "down", "intervals", id="form.down", key_display="PgDn",
                tooltip="what stands below the questions; PgUp goes back"),
        Binding("pageup", "up", "top of the page", id="form.up", key_display="PgUp", show=False),
        Binding("escape", "leave", "back", id="form.leave", key_display="Esc",
                tooltip="back; what was typed is still here when you return"),
    ]  # fmt: skip
    ABOUT = (
        "Scores: type a number 0–10, or ← →. Yes and no: y or n. Backspace takes an answer back. "
        "Nothing is kept before Ctrl+S, or Enter on the last question."
    )
    SILENT = frozenset(("app.leave", "form.previous", "app.today", "app.plan", "app.history"))
    AUTO_FOCUS = None

    def __init__(
        self,
        coaching: Coaching,
        drafts: Drafts,
        name: str,
        answers: Answers,
        kept: Callable[[SymptomRating], None],
        *,
        amends: bool = False,
        parts: Around | None = None,
        deaf_s: float = 0.0,
    ) -> None:
        super().__init__()
        self._coaching = coaching
        self._answers = answers
        self._kept = kept
        self._amends = amends
        self._parts = parts or Around()
        self._deaf_s = deaf_s
        self._is_deaf = deaf_s > 0
        self._is_kept = False
        self._settling: Timer | None = None
        self._drafts = DraftKeeper(self, drafts, coaching.clock, name, self._draft, self._trouble)
        self._actions: dict[str, Callable[[], None]] = {
            "form.keep": self.action_keep,
            "form.next": self.action_next,
            "form.previous": self.action_previous,
            "form.rest": self.action_rest,
            "form.leave": self.action_leave,
            "form.down": self.action_down,
            "form.up": self.action_up,
        }

    def compose(self) -> ComposeResult:
        yield Line(id="title")
        with VerticalScroll(id="form", can_focus=False):
            yield from self._parts.above
            for answer in self._answers.all:
                yield Field(answer)
            yield from self._parts.below
        yield Static(id="preview", markup=False)
        yield Line(id="notice")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        ask = self._answers.ask
        title = f"{ask.title} (corrects what you said)" if self._amends else ask.title
        self.query_one("#title", Line).show(title, "0 no pain, 10 worst imaginable")
        self.notice("")
        self._arrange()
        self._go_to(self.current)
        self.offer_keys()
        if self._answers.is_empty:
            self._drafts.offer(self._take_draft)
        if self._is_deaf:
            self.set_timer(self._deaf_s, self.listen)

    def on_unmount(self) -> None:
        """However it was left."""
        self._drafts.keep_at_last()

    def _draft(self) -> dict[str, str] | None:
        return None if self._is_kept else self._answers.draft() or None

    def _take_draft(self, draft: dict[str, str]) -> None:
        self._answers.take(draft)
        for field in self.query(Field):
            field.refresh(layout=True)
        self._arrange()
        self.notice("The draft is back. It is not kept yet.")

    def _trouble(self, words: str) -> None:
        self.notice(words, trouble=True)

    def listen(self) -> None:
        """From here on keys are meant for this screen."""
        self._is_deaf = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only where something stands below."""
        return bool(self._parts.below) if action in ("down", "up") else super().check_action(action, parameters)

    # Moving

    @property
    def _fields(self) -> list[Field]:
        return [field for field in self.query(Field) if field.display]

    @property
    def current(self) -> Field:
        """The field that keys are meant for."""
        fields = self._fields
        return next((field for field in fields if field.current), fields[0])

    @property
    def help_words(self) -> str:
        """What F1 says of the question."""
        return self.current.help_words

    def _arrange(self) -> None:
        asked = self._answers.asked
        for field in self.query(Field):
            field.display = field.answer in asked
        self._preview_soon()

    def _go_to(self, wanted: Field) -> None:
        for field in self.query(Field):
            if field.current is not (field is wanted):
                field.make_current(field is wanted)

    def _move(self, by: int) -> None:
        fields = self._fields
        self._go_to(fields[max(0, min(len(fields) - 1, fields.index(self.current) + by))])

    def on_key(self, event: events.Key) -> None:
        """Keys are taken here, one after the other, whatever they do: none may overtake another."""
        if self._is_deaf or self._is_kept:  # meant for the session before, or for the screen behind
            event.stop()
            return
        bound = self.active_bindings.get(event.key)
        action = "" if bound is None else bound.binding.id or ""
        field = self.current
        if field.press(event.key, event.character):
            self._answered(field)
        elif action in self._actions:
            self._actions[action]()
        elif bound is None and event.character is not None and event.is_printable:
            field.complain(f"{event.character} is no answer here")
        else:
            return
        event.stop()

    def _answered(self, field: Field) -> None:
        """An answer came: what depends on it follows, and after a yes or no the next question."""
        self.notice("")
        self._arrange()
        self._drafts.touch()
        answer = field.answer
        if answer.question.kind not in (Kind.SCORE, Kind.KM) and answer.value is not None and not answer.open:
            self._move(1)

    def on_field_clicked(self, message: Field.Clicked) -> None:
        """The same by mouse; it stays where it is."""
        self._go_to(message.field)
        self._arrange()
        self._drafts.touch()

    def action_next(self) -> None:
        """The next question; from the last one: keep."""
        if self.current is self._fields[-1]:
            self.action_keep()
        else:
            self._move(1)

    def action_previous(self) -> None:
        """The question before."""
        self._move(-1)

    def action_down(self) -> None:
        """What stands below."""
        self.query_one("#form").scroll_page_down(animate=False)

    def action_up(self) -> None:
        """What stands above."""
        self.query_one("#form").scroll_page_up(animate=False)

    def action_rest(self) -> None:
        """The usual answer to everything that has one and is not answered; then on to what is still missing."""
        self._answers.no_to_the_rest()
        self._drafts.touch()
        for field in self.query(Field):
            field.refresh(layout=True)
        self._arrange()
        missing = self._answers.missing()
        wanted = missing[0] if missing else self._answers.asked[-1]
        self._go_to(next(field for field in self._fields if field.answer is wanted))

    # Keeping

    def action_keep(self) -> None:
        """Keep the rating, or say beside each field what it lacks."""
        lacking = self._answers.complain()
        for field in self.query(Field):
            field.refresh(layout=True)
        if lacking is not None:
            self._go_to(next(field for field in self._fields if field.answer is lacking))
            self.notice("Not kept yet: see ! beside the questions.", trouble=True)
            return
        try:
            rating = rating_of(self._coaching, self._answers)
            amends = self._coaching.rating_to_amend(rating) if self._amends else None
            self._coaching.rate(rating, amends=amends)
        except CoachError as error:
            self.notice(f"Not kept: {error.what} — {error.remedy}", trouble=True)
            return
        self._is_kept = True
        self.dismiss()
        self._kept(rating)

    def action_leave(self) -> None:
        """Back, with what was typed still there."""
        self.dismiss()

    # What the gate would say

    def _preview_soon(self) -> None:
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(SETTLED_S, self.preview)

    def preview(self) -> None:
        """Say what the decision would be with what is answered."""
        try:
            words = preview_words(self._coaching, self._answers, amends=self._amends)
        except CoachError as error:
            words = f"{error.what} — {error.remedy}"
        shown = self.query_one("#preview", Static)
        shown.update(words)
        shown.display = bool(words)


def draft_name(ask: Ask, clock: Clock, *, amends: bool) -> str:
    """Of the run or the day it is about: what was typed of one is never offered for another."""
    about = ask.run or ask.day or waking_date(clock.utc_now(), clock.zone_name())
    return f"rating-{ask.occasion.value}-{about}{'-amend' if amends else ''}"
