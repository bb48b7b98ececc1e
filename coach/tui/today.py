"""Today: whether to run, why, what is missing, and the key that starts the run."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from coach.coaching import Coaching, may_choose_advance
from coach.coaching import Today as Found
from coach.errors import BadInput, CoachError
from coach.following import runs_now
from coach.model.decision import Need, Outcome
from coach.model.rating import OCCASION_WORDS, SymptomRating
from coach.model.timeline import compile_timeline
from coach.tui import asks
from coach.tui.after_run import DEAF_S, Around, DonePage, around
from coach.tui.asks import Ask
from coach.tui.host import Host
from coach.tui.page import MainPage
from coach.tui.rate import RatingScreen, draft_name
from coach.tui.today_view import TodayView, countdown, hello_view, today_view, trouble_view
from coach.tui.view import Sign
from coach.tui.widgets import Band, KeyBar, Line, SessionBar

TICK_S = 1.0
STALE = timedelta(minutes=1)  # another coach, or the command line, may have written to the journal meanwhile
DISCLAIMER = "A training log that applies published rules; no clinician has reviewed it."


class TodayScreen(MainPage):
    """The decision, asked anew whenever something was told, a minute has passed, or the opening time has come."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "go on", id="today.go", key_display="Enter",
                tooltip="what comes next: answer what is missing, or start the run"),
        Binding("w", "why", "why", id="today.why", tooltip="every reason with its sources"),
        Binding("m", "morning", "morning", id="today.morning", tooltip="rate this morning, or correct what you said"),
        Binding("b", "before", "before", id="today.before", tooltip="say how it is just before the run"),
        Binding("a", "after", "after", id="today.after", tooltip="rate the last run"),
        Binding("f", "follow_up", "follow-up", id="today.follow-up", tooltip="say whether all is back to usual"),
        Binding("g", "advance", "go on", id="today.advance",
                tooltip="on to the next stage in spite of low confidence, where that is yours to choose"),
        Binding("o", "anyway", "run anyway", id="today.anyway",
                tooltip="run though the gate is closed, for a reason that is kept; never past a STOP"),
    ]  # fmt: skip
    ABOUT = "Whether to run today and why. Enter does what comes next; nothing opens while an answer is missing."
    SILENT = frozenset(("app.today",))
    AUTO_FOCUS = "#body"

    def __init__(
        self, coaching: Coaching, host: Host, *, notice: str = "", just_ran: str = "", deaf_s: float = DEAF_S
    ) -> None:
        """``just_ran`` has just ended: what was done in that session opens, and hears keys after ``deaf_s``."""
        super().__init__()
        self._coaching = coaching
        self._host = host
        self._first_notice = notice
        self._just_ran = just_ran
        self._deaf_s = deaf_s
        self._found: Found | None = None
        self._view: TodayView = hello_view()
        self._asked_at: datetime | None = None
        self._warned = False
        self._runs_elsewhere = False

    @property
    def view(self) -> TodayView:
        """What is shown."""
        return self._view

    def compose(self) -> ComposeResult:
        yield Line(id="title")
        yield Band(id="band")
        yield Static(id="care", markup=False)
        yield Static(id="headline", markup=False)
        yield Line(id="wait")
        with VerticalScroll(id="body"):
            yield Static(id="asks", markup=False)
            yield Static(id="session", markup=False)
            yield SessionBar(None, id="bar")
            yield Static(id="reasons", markup=False)
            yield Static(id="meanwhile", markup=False)
            yield Static(DISCLAIMER, id="disclaimer", markup=False)
        yield Line(id="notice")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.notice(self._first_notice, trouble=bool(self._first_notice))
        self.set_interval(TICK_S, self.tick)

    def on_screen_resume(self) -> None:
        """Also after a rating, and when another screen is left."""
        self.ask_anew()
        if self._just_ran:
            session, self._just_ran = self._just_ran, ""
            self._show_after(session)

    # The decision

    def ask_anew(self) -> None:
        """Read the journal and ask the gate; what is shown is journalled."""
        self._asked_at = self._coaching.clock.utc_now()
        self._coaching.forget()
        self._found = None
        try:
            self._runs_elsewhere = runs_now(self._coaching.journal, self._asked_at)
            if self._coaching.profile is None:
                self._show(hello_view())
                return
            found = self._coaching.today()
            self._coaching.keep_decision(found)
        except CoachError as error:
            self._show(trouble_view(f"{error.what} — {error.remedy}"))
            return
        self._found = found
        self._show(today_view(found, self._asked_at))
        if (job := self._host.afterwards(found)) is not None:
            self.do_beside(job)

    def tick(self) -> None:
        """A second has passed."""
        now = self._coaching.clock.utc_now()
        asked = self._asked_at
        opens = self._view.opens_at
        is_old = asked is None or not asked <= now < asked + STALE or (opens is not None and opens <= now)
        if is_old or self._has_begun_or_ended(now):
            self.ask_anew()
        self._tell_time()

    def _has_begun_or_ended(self, now: datetime) -> bool:
        """Whether another coach has begun a session, or ended it. Where that cannot be read, asking anew says why."""
        try:
            return runs_now(self._coaching.journal, now) is not self._runs_elsewhere
        except CoachError:
            return True

    def _tell_time(self) -> None:
        now = self._coaching.clock.local_now()
        stage = self._view.stage
        self.query_one("#title", Line).show(f"{now:%A} {now.day} {now:%B} {now:%H:%M}", stage)
        wait = self.query_one("#wait", Line)
        opens = self._view.opens_at
        wait.display = opens is not None
        if opens is not None:
            wait.show(countdown(opens, now, now.tzinfo, coarse=self._host.coarse))

    def _show(self, view: TodayView) -> None:
        self._view = view
        self.query_one(Band).show(view.sign, view.word, "")
        self._put("care", view.care)
        self._put("headline", view.headline)
        asked = [f"▸ {ask.title}  ({self._key_of(ask)})" for ask in view.asks]
        elsewhere = ["▸ A session runs now, by another coach: watch it, or take it over.  (Enter)"]
        asked = [*(elsewhere if self._runs_elsewhere else []), *asked]
        self._put("asks", "\n".join([*asked, *(f"· {words}" for words in view.later)]))
        stopped = view.sign is Sign.STOP
        lead = "Session" if view.sign is Sign.GO else "When it opens"
        self._put("session", f"{lead}: {view.session}\n{view.measures}" if view.session and not stopped else "")
        bar = self.query_one(SessionBar)
        bar.display = self._found is not None and not stopped
        if self._found is not None:
            bar.take(compile_timeline(self._found.workout))
            bar.show(None, 0.0, "start", view.measures.split(" · ")[1] if " in all" in view.measures else "end")
        self._put("reasons", "\n".join(["Because", *(f"· {words}" for words in view.reasons)]) if view.reasons else "")
        self._put("meanwhile", "\n".join(self._meanwhile()))
        self._tell_time()
        self.refresh_bindings()
        self.offer_keys()

    def _put(self, name: str, words: str) -> None:
        widget = self.query_one(f"#{name}", Static)
        widget.update(words)
        widget.display = bool(words)

    def _key_of(self, ask: Ask) -> str:
        if ask == self._view.asks[0] and not self._runs_elsewhere:
            return "Enter"
        name = {"morning": "m", "before": "b", "after": "a", "follow-up": "f"}[ask.occasion.value]
        return self.coach.get_key_display(Binding(name, "", ""))

    def _meanwhile(self) -> Sequence[str]:
        found = self._found
        if found is None or found.decision.outcome is Outcome.STOP:
            return ()
        if Need.READINESS not in found.decision.needs:
            return ("Until then: no running.",) if self._view.opens_at is not None else ()
        from coach.coaching.readiness import readiness
        from coach.gate.meanwhile import asks_clinician, offers

        profile = self._coaching.need_profile()
        lines = ["Until then, instead of runs"]
        if asks_clinician(profile):
            lines.append("· only what the clinician who follows you allows, and only while it stays free of pain")
        cleared = readiness(self._coaching).is_cleared
        return [*lines, *(f"· {offer.title}: {offer.dose}" for offer in offers(profile, cleared=cleared))]

    # What keys do

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what makes sense now is offered."""
        found = self._found
        match action:
            case "why":
                return found is not None
            case "morning" | "before":
                return found is not None
            case "after":
                return found is not None and self._after_ask() is not None
            case "follow_up":
                return found is not None and Need.FOLLOW_UP in found.decision.needs
            case "advance":
                return found is not None and may_choose_advance(found.decision)
            case "anyway":
                return found is not None and self._view.sign not in (Sign.GO, Sign.STOP)
            case _:
                return super().check_action(action, parameters)

    def more_keys(self) -> Sequence[tuple[str, str]]:
        """A clearance, where one is wanted."""
        found = self._found
        if found is None or not {Need.CLINICIAN, Need.CLEARANCE} & set(found.decision.needs):
            return ()
        told = (active.binding for active in self.active_bindings.values() if active.binding.id == "app.clear")
        return [(self.coach.get_key_display(binding), "clearance") for binding in told][:1]

    def label_of(self, binding: Binding) -> str:
        """What Enter does depends on the decision."""
        if binding.id != "today.go":
            return binding.description
        if self._runs_elsewhere:
            return "watch"
        if self._view.sign is Sign.HELLO:
            return "tell it"
        if self._found is None:
            return "try again"
        if self._view.asks:
            return "answer"
        if self._view.may_test:
            return "readiness"
        return "run" if self._view.sign is Sign.GO else "ask again"

    async def action_go(self) -> None:
        """What comes next."""
        found = self._found
        if self._runs_elsewhere:
            self._host.follow()
        elif self._view.sign is Sign.HELLO:
            await self._host.tell_injury()
        elif found is None:
            self.ask_anew()
        elif self._view.asks:
            self.ask(self._view.asks[0])
        elif self._view.may_test:
            await self._host.take_tests()
        else:
            self._run()

    def _run(self) -> None:
        self.ask_anew()  # for what came in since, and because time has passed
        if self._view.sign is Sign.GO:
            self._host.begin()
        else:
            reason = self._view.care or (self._view.reasons[0] if self._view.reasons else self._view.headline)
            self.notice(f"The gate is closed. {reason}", trouble=True)

    def ask(self, ask: Ask, *, amends: bool = False, deaf_s: float = 0.0) -> None:
        """Put the question on the screen; of a run with what was done of it."""
        self._warned = False
        name = draft_name(ask, self._coaching.clock, amends=amends)
        answers = self._host.answers_to(name, ask)
        try:
            parts = around(self._coaching, ask.run) if ask.run else Around()
        except CoachError as error:
            self.notice(f"{error.what} — {error.remedy}", trouble=True)
            return

        def kept(rating: SymptomRating) -> None:
            self._host.answered(name)
            self.notice(f"Kept: your rating {OCCASION_WORDS[rating.occasion]}.")

        screen = RatingScreen(
            self._coaching, self._host.drafts, name, answers, kept, amends=amends, parts=parts, deaf_s=deaf_s
        )
        self.coach.push_screen(screen)

    def _show_after(self, session: str) -> None:
        """What was done in ``session``, with its rating if that is owed."""
        ask = self._after_ask()
        if ask is not None and ask.run == session:
            self.ask(ask, deaf_s=self._deaf_s)
            return
        try:
            parts = around(self._coaching, session)
        except CoachError as error:
            self.notice(f"{error.what} — {error.remedy}", trouble=True)
            return
        if parts.above:
            self.coach.push_screen(DonePage(parts, self._deaf_s))

    def _after_ask(self) -> Ask | None:
        if self._found is None:
            return None
        return asks.after(self._found)

    def action_morning(self) -> None:
        """This morning; once it was told, a correction of it."""
        if self._found is not None:
            self.ask(asks.MORNING, amends=asks.morning_is_told(self._found))

    def action_before(self) -> None:
        """Just before the run."""
        self.ask(asks.BEFORE)

    def action_after(self) -> None:
        """The last run, if it was not rated."""
        ask = self._after_ask()
        if ask is not None:
            self.ask(ask)

    def action_follow_up(self) -> None:
        """Back to usual?"""
        self.ask(asks.FOLLOW_UP)

    def action_why(self) -> None:
        """Every reason, with its sources."""
        from coach.tui.why import WhyScreen

        if self._found is not None:
            self.coach.push_screen(WhyScreen(self._found.decision))

    def action_advance(self) -> None:
        """On to the next stage in spite of low confidence, after a question."""
        from coach.tui.choose import Answer, choose

        def chosen(answer: str | None) -> None:
            if answer is None:
                return
            try:
                self._coaching.choose_advance()
                self.notice("Kept: you go on.")
            except CoachError as error:
                self.notice(f"{error.what} — {error.remedy}", trouble=True)
            self.ask_anew()

        choose(self, "Go on to the next stage in spite of low confidence?", (Answer("y", "yes", "go on"),), chosen)

    def action_anyway(self) -> None:
        """Run in spite of the gate, for a reason."""
        from coach.tui.anyway import AnywayScreen

        if self._found is not None:
            keeper = self._host.drafts, self._coaching.clock
            self.coach.push_screen(AnywayScreen(self._view.reasons, self._go_anyway, *keeper))

    def _go_anyway(self, reason: str) -> None:
        self.ask_anew()
        if self._view.sign is Sign.STOP:
            self.notice("A STOP cannot be overridden.", trouble=True)
            return
        try:
            self._coaching.check_run(None, reason)
        except BadInput as error:
            self.notice(f"{error.what} — {error.remedy}", trouble=True)
            return
        self._host.begin(reason)

    def action_leave(self) -> None:
        """Leave the app; asked twice where answers were typed that are not kept."""
        drafts = self._host.unkept()
        if drafts and not self._warned:
            self._warned = True
            self.notice(f"Typed but not kept: {', '.join(drafts)} It waits as a draft. Leave once more.", trouble=True)
            return
        self.coach.exit()
