"""The live screen: one glance from two metres says what to do now and for how long."""

from collections.abc import Sequence
from queue import Empty, SimpleQueue
from typing import ClassVar, Protocol

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from coach.session.state import Command, CommandKind, Phase, Snapshot
from coach.session.transitions import TRANSITIONS, Situation
from coach.tui.controls import Followed, LiveControls, Watched
from coach.tui.feed import Shown, shown
from coach.tui.now import NowLine
from coach.tui.view import LiveView, Mode, look, plan_lines
from coach.tui.widgets import Band, BigTime, KeyBar, Line, Log, SessionBar

TICK_S = 0.1
NOTICE_TICKS = 50  # a refusal or warning stays for 5 s
QUESTION_TICKS = 100  # "stop?" withdraws itself after 10 s
POLL_TICKS = 5  # a followed session is read twice a second
VOLUME_STEP = 5
EXTEND_MS = 30_000

SOON_S = 0.03  # the session answers a command within this, so the screen looks again
RESUME_LABEL = "resume"
STOP_QUESTION = " Stop? y stops · any other key goes on "

HELPED = tuple(
    f"live.{name}"
    for name in (
        "start", "pause", "next", "back", "repeat", "longer", "shorter", "pain", "withdraw", "stop", "louder", "softer",
        "mute", "leave",
    )
)  # fmt: skip
"""What help explains, in this order."""
FOLLOWING = ("live.take-over", "live.leave")

COMMAND_OF: dict[str, CommandKind] = {
    "live.start": CommandKind.START,
    "live.next": CommandKind.NEXT,
    "live.back": CommandKind.BACK,
    "live.repeat": CommandKind.REPEAT,
    "live.longer": CommandKind.EXTEND,
    "live.shorter": CommandKind.EXTEND,
    "live.pain": CommandKind.PAIN,
    "live.withdraw": CommandKind.WITHDRAW,
    "live.stop": CommandKind.STOP,
}
"""Which command a key's id stands for; those without one work at any time."""


def situation(snapshot: Snapshot) -> Situation:
    """Where ``snapshot`` stands in the table of transitions."""
    paused = snapshot.phase is Phase.PAUSED
    if snapshot.phase.is_over:
        return Situation.OVER
    if snapshot.phase is Phase.READY:
        return Situation.READY
    if snapshot.pain_walk:
        return Situation.PAIN_WALK_PAUSED if paused else Situation.PAIN_WALK
    if snapshot.phase is Phase.LEAD_IN or snapshot.current is None:
        return Situation.LEAD_IN_PAUSED if paused else Situation.LEAD_IN
    return Situation.INTERVAL_PAUSED if paused else Situation.INTERVAL


class Host(Protocol):
    """What the live screen asks of the app around it."""

    def key_words(self, binding: Binding) -> str:
        """The key of ``binding`` as the key bar shows it."""
        ...

    def show_help(self, names: Sequence[str]) -> None:
        """Explain the keys of these actions."""
        ...

    def leave(self) -> None:
        """Close the screen."""
        ...

    def session_over(self) -> None:
        """The session has come to its end. Called once."""
        ...

    def take_over(self) -> None:
        """The watcher wants the session that is followed."""
        ...


class LiveScreen(Screen[None]):
    """Shows ``session`` ten times a second and turns keys into commands.

    ``controls`` is None where the session belongs to another process and is ``followed``: then it can only be watched,
    left or taken over. The screen never waits for the session and the session never waits for the screen: updates come
    through a queue, commands are posted.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "start", "start", id="live.start", key_display="Enter"),
        Binding("t", "take_over", "take over", id="live.take-over"),
        Binding("u", "send('withdraw')", "take back", id="live.withdraw"),
        Binding("space", "pause", "pause", id="live.pause", key_display="space"),
        Binding("n", "send('next')", "next", id="live.next"),
        Binding("p", "send('pain')", "pain", id="live.pain"),
        Binding("s", "stop", "stop", id="live.stop"),
        Binding("question_mark,f1", "help", "help", id="live.help", key_display="?"),
        Binding("b", "send('back')", "back", id="live.back"),
        Binding("r", "send('repeat')", "repeat", id="live.repeat"),
        Binding("plus,equals_sign", "extend(1)", "30 s", id="live.longer", key_display="+"),
        Binding("minus", "extend(-1)", "30 s", id="live.shorter", key_display="−"),
        Binding("up", "volume(1)", "louder", id="live.louder", key_display="↑"),
        Binding("down", "volume(-1)", "softer", id="live.softer", key_display="↓"),
        Binding("m", "mute", "mute", id="live.mute"),
        Binding("y", "confirm", "yes, stop", id="live.confirm", show=False),
        Binding("q,escape", "leave", "leave", id="live.leave"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-middle"), (32, "-tall")]  # noqa: RUF012  (Textual's own form)
    AUTO_FOCUS = None

    def __init__(
        self,
        session: Watched,
        controls: LiveControls | None,
        host: Host,
        *,
        title: str = "",
        followed: Followed | None = None,
    ) -> None:
        super().__init__()
        self._session = session
        self._controls = controls
        self._heading = title
        self._host = host
        self._plan = plan_lines(session.timeline.workout)
        self._followed = followed
        self._told_over = False
        self._updates: SimpleQueue[object] = SimpleQueue()
        self._view: LiveView | None = None
        self._situation = Situation.READY
        self._offered_for: tuple[Situation, bool] | None = None
        self._sound = ""
        self._ticks = 0
        self._volume, self._muted = (controls.volume, controls.muted) if controls else (0, False)
        self._notice = ""
        self._notice_ticks = 0
        self._notice_is_fleeting = False
        self._asking_ticks = 0
        session.listen(self._updates.put)

    def compose(self) -> ComposeResult:
        yield Line(id="title")
        yield Band(id="band")
        yield NowLine(id="now")
        yield BigTime(id="time")
        yield Line(id="next")
        yield SessionBar(self._session.timeline, id="bar")
        yield Log(id="log")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self._title, self._next = (self.query_one(f"#{name}", Line) for name in ("title", "next"))
        self._now = self.query_one(NowLine)
        self._band, self._time = self.query_one(Band), self.query_one(BigTime)
        self._bar, self._log, self._keys = self.query_one(SessionBar), self.query_one(Log), self.query_one(KeyBar)
        self.tick()
        self.set_interval(TICK_S, self.tick)

    # What is shown

    def tick(self) -> None:
        """Take in what has happened and show the present instant. Ten times a second, and after every key."""
        if self._followed and self._ticks % POLL_TICKS == 0:
            self._followed.poll()
        self._ticks += 1
        self._drain()
        snapshot = self._session.snapshot()
        self._situation = situation(snapshot)
        view = look(snapshot, self._session.timeline)
        self._count_down()
        if view != self._view:
            self._show(view)
            self._view = view
        self._now.tell(view.now, self._notice, both=snapshot.withdraw_ns > 0)
        self.set_class(view.plain and not self._notice, "-plain")
        self._title.show(self._heading, self._sound_line())
        self._offer_keys(snapshot)
        if snapshot.phase.is_over and not self._told_over:
            self._told_over = True
            self._host.session_over()

    def _show(self, view: LiveView) -> None:
        before = self._view
        self._band.show(view.mode, view.word, view.count)
        self._time.show(view.time, view.mode)
        self._next.show(view.following)
        ends = (f"{view.elapsed} done", f"{view.left} left")
        self._bar.show(view.index, view.share, *ends)
        if before is None or before.mode is not view.mode:
            self.set_class(view.mode is Mode.READY, "-ready")
            self._now.take_mode(view.mode)
            self._log.fix(self._plan if view.mode is Mode.READY else None)

    def _drain(self) -> None:
        while True:
            try:
                update = self._updates.get_nowait()
            except Empty:
                return
            self._take(shown(update, self._session.timeline))

    def _take(self, found: Shown) -> None:
        if found.log:
            self._log.add(found.log)
        if found.happened and self._notice_is_fleeting:
            self.notice("")
        if found.notice:
            self.notice(found.notice, fleeting=found.fleeting)
        if found.sound:
            self._sound = found.sound

    def notice(self, words: str, *, fleeting: bool = False) -> None:
        """Show ``words`` for some seconds where the runner looks; a ``fleeting`` one goes when something happens."""
        self._notice = words
        self._notice_ticks = NOTICE_TICKS
        self._notice_is_fleeting = fleeting

    def _count_down(self) -> None:
        if self._notice_ticks:
            self._notice_ticks -= 1
            if not self._notice_ticks:
                self._notice = ""
        if self._asking_ticks:
            self._asking_ticks -= 1
            if not self._asking_ticks:
                self._keys.ask("")

    def _sound_line(self) -> str:
        if self._followed:
            return "following · read only" if self._followed.is_live else "nobody runs it · t takes it over"
        loud = "muted" if self._muted else f"volume {self._volume}"
        return f"{self._sound} · {loud}" if self._sound else loud

    def _offer_keys(self, snapshot: Snapshot) -> None:
        state = (self._situation, snapshot.withdraw_ns > 0)
        if state == self._offered_for:
            return
        self._offered_for = state
        pairs: dict[str, tuple[str, str]] = {}
        for _, binding, enabled, _ in self.active_bindings.values():
            name = binding.id or ""
            if enabled and binding.show and name not in pairs and self._useful(name, snapshot):
                label = RESUME_LABEL if name == "live.pause" and snapshot.phase is Phase.PAUSED else binding.description
                pairs[name] = (self._host.key_words(binding), label)
        self._keys.show(tuple(pairs.values()))

    def is_offered(self, name: str) -> bool:
        """Whether the palette has the action ``name``: those that would only be refused are left out."""
        return name in ("app.quit", "live.leave") or self._useful(name, self._session.snapshot())

    def _useful(self, name: str, snapshot: Snapshot) -> bool:
        if not name.startswith("live."):
            return False
        if self._controls is None:
            return name in ("live.take-over", "live.leave", "live.help")
        allowed = TRANSITIONS[self._situation]
        match name:
            case "live.take-over":
                return False
            case "live.pause":
                return CommandKind.PAUSE in allowed or CommandKind.RESUME in allowed
            case "live.leave":
                return self._situation is Situation.READY
            case "live.stop":
                return CommandKind.STOP in allowed and self._situation is not Situation.READY
            case "live.withdraw":
                return snapshot.withdraw_ns > 0
            case "live.longer" | "live.shorter" if snapshot.remaining_ns is None:
                return False
            case _:
                return name not in COMMAND_OF or COMMAND_OF[name] in allowed

    # What keys do

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to confirm unless it asks."""
        return self.asking if action == "confirm" else super().check_action(action, parameters)

    def on_key(self, event: events.Key) -> None:
        """While it asks whether to stop, only the answer is an action: any other key says no and does nothing else."""
        if self.asking:
            event.stop()  # before the key reaches its binding
            bound = self.active_bindings.get(event.key)
            if bound is not None and bound.binding.id == "live.confirm":
                self.action_confirm()
            else:
                self._withdraw_question()

    @property
    def asking(self) -> bool:
        """Whether it asks for the confirmation of a stop."""
        return self._asking_ticks > 0

    def action_start(self) -> None:
        """Start; after that Enter does nothing."""
        if self._situation is Situation.READY:
            self.action_send("start")

    def action_pause(self) -> None:
        """Pause, or go on."""
        if self._situation in (Situation.READY, Situation.OVER):
            return
        self.action_send("resume" if self._session.snapshot().phase is Phase.PAUSED else "pause")

    def action_send(self, command: str) -> None:
        """Post the command of this name."""
        self._post(Command(CommandKind(command)))

    def action_extend(self, direction: int) -> None:
        """Make the interval 30 s longer (1) or shorter (-1)."""
        self._post(Command(CommandKind.EXTEND, delta_ms=direction * EXTEND_MS))

    def action_stop(self) -> None:
        """Ask whether to stop."""
        if self._controls and self._situation not in (Situation.READY, Situation.OVER):
            self._asking_ticks = QUESTION_TICKS
            self._keys.ask(STOP_QUESTION)

    def action_confirm(self) -> None:
        """Stop, as asked and answered."""
        self._withdraw_question()
        self._post(Command(CommandKind.STOP))

    def action_leave(self) -> None:
        """Leave before the start, or when only following; in a session the same as stop."""
        if self.asking:
            self._withdraw_question()
        elif self._controls is None:
            self._host.leave()
        elif self._situation is Situation.READY:
            self._post(Command(CommandKind.STOP))
            self._host.leave()
        else:
            self.action_stop()

    def action_volume(self, direction: int) -> None:
        """Louder (1) or softer (-1); also ends a mute."""
        if self._controls:
            self._volume = max(0, min(100, self._volume + direction * VOLUME_STEP))
            self._muted = False
            self._controls.set_volume(self._volume)
            self.tick()

    def action_mute(self) -> None:
        """Silence the cues, or let them be heard again."""
        if self._controls:
            self._muted = not self._muted
            self._controls.set_muted(self._muted)
            self.tick()

    def action_take_over(self) -> None:
        """Ask the process that runs the session to hand it over to this one."""
        if self._controls is None:
            self._host.take_over()

    def action_help(self) -> None:
        """Explain every key."""
        self._host.show_help(FOLLOWING if self._controls is None else HELPED)

    def _withdraw_question(self) -> None:
        self._asking_ticks = 0
        self._keys.ask("")

    def _post(self, command: Command) -> None:
        if self._controls:
            self._controls.post(command)
            self.set_timer(SOON_S, self.tick)
