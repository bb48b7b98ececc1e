"""Drives an engine by exact timers, ticks or jumps, and keeps everything that comes out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache

from hypothesis import strategies as st

from coach.errors import CommandRefused
from coach.library.phrasebooks import load_phrasebook
from coach.model.cue import Cue, DroppedCue, Sound, Speech
from coach.model.script import Script, make_style
from coach.model.timeline import Timeline, compile_timeline
from coach.model.workout import DistanceDuration, Duration, Intensity, OpenDuration, Step, TimeDuration, Workout
from coach.session.engine import Engine
from coach.session.events import SessionCreated, SessionEvent, Started
from coach.session.outputs import CueDue, CuesCancelled, Output
from coach.session.state import Command, CommandKind, SessionState
from tests.fakes import spoken_ns

NS = 1_000_000_000
MS = 1_000_000
RUN, WALK = Intensity.ACTIVE, Intensity.RECOVERY
_INTENSITY = {"run": RUN, "walk": WALK, "warmup": Intensity.WARMUP, "cooldown": Intensity.COOLDOWN}


@cache
def english():
    return load_phrasebook("en")


def step(intensity: Intensity, seconds: float | None, metres: int | None = None) -> Step:
    duration: Duration = OpenDuration()
    if metres is not None:
        duration = DistanceDuration(cm=metres * 100)
    elif seconds is not None:
        duration = TimeDuration(ms=int(seconds * 1000))
    return Step(intensity=intensity, duration=duration)


def plan(*parts: tuple[str, float | None]) -> Timeline:
    """``plan(("run", 60), ("walk", None))``: seconds, None for an open step."""
    return compile_timeline(Workout(steps=tuple(step(_INTENSITY[word], seconds) for word, seconds in parts)))


SEED = plan(("warmup", 300), *[("run", 60), ("walk", 120)] * 8, ("cooldown", 300))
SHORT = plan(("run", 20), ("walk", 30), ("run", 20), ("walk", 30))


@dataclass
class Rig:
    """One engine, everything it gave out, and what of its cues still stands."""

    timeline: Timeline = SHORT
    speed: float = 1.0
    state: SessionState | None = None
    press_start: bool = False
    lead_in_ns: int = NS
    preset: str = "standard"
    length: Callable[[Sound], int | None] = spoken_ns
    outputs: list[Output] = field(default_factory=list)

    def __post_init__(self) -> None:
        script = Script(self.timeline, english(), make_style(self.preset, press_start=self.press_start))
        self.engine = Engine(self.timeline, script, self.length, self.speed, self.state, self.lead_in_ns)
        self.now = 0

    def _drain(self) -> None:
        while (output := self.engine.next_output()) is not None:
            self.outputs.append(output)

    def exactly_to(self, until: int) -> "Rig":
        """Every timer at its instant."""
        while (timer := self.engine.next_timer()) is not None and timer <= until:
            self.engine.handle_timer(max(timer, self.now))
            self._drain()
        return self.jump_to(until)

    def jump_to(self, until: int) -> "Rig":
        self.now = max(self.now, until)
        self.engine.handle_timer(self.now)
        self._drain()
        return self

    def tick_to(self, until: int, ticks: Iterable[int]) -> "Rig":
        for tick in sorted(ticks):
            if self.now <= tick <= until:
                self.jump_to(tick)
        return self.jump_to(until)

    def do(self, kind: CommandKind, at: int | None = None, **details: int | str) -> "Rig":
        """Command at ``at``; raises CommandRefused."""
        if at is not None:
            self.exactly_to(at)
        try:
            self.engine.command(Command(kind, **details), self.now)  # type: ignore[arg-type]
        finally:
            self._drain()
        return self

    def attempt(self, command: Command) -> bool:
        try:
            self.engine.command(command, self.now)
        except CommandRefused:
            return False
        finally:
            self._drain()
        return True

    @property
    def events(self) -> list[SessionEvent]:
        return [o for o in self.outputs if not isinstance(o, CueDue | CuesCancelled | DroppedCue)]

    @property
    def journal(self) -> list[SessionEvent]:
        """The events as the journal has them, creation first."""
        return [SessionCreated(at_ns=0, workout=self.timeline.workout, speed=self.speed), *self.events]

    @property
    def cues(self) -> list[Cue]:
        """Every cue handed out, cancelled or not."""
        return [o.cue for o in self.outputs if isinstance(o, CueDue)]

    @property
    def dropped(self) -> list[DroppedCue]:
        return [o for o in self.outputs if isinstance(o, DroppedCue)]

    def real_length(self, sound: Sound) -> int:
        return int((self.length(sound) or 0) * self.speed)

    def heard(self) -> list[tuple[Cue, int, int]]:
        """Cues that were heard, whole or in part: (cue, from, until)."""
        heard: list[tuple[Cue, int, int]] = []
        for output in self.outputs:
            if isinstance(output, CueDue):
                cue = output.cue
                heard.append((cue, cue.at_ns, cue.at_ns + self.real_length(cue.sound)))
            elif isinstance(output, CuesCancelled):
                now = output.at_ns
                heard = [(c, begin, min(end, now)) for c, begin, end in heard if begin < now]
        return sorted(heard, key=lambda one: one[1])

    def said(self) -> list[str]:
        return [cue.label for cue, _, _ in self.heard() if isinstance(cue.sound, Speech)]


commands = st.one_of(
    st.sampled_from([Command(kind) for kind in CommandKind if kind is not CommandKind.EXTEND]),
    st.integers(-90_000, 90_000).map(lambda ms: Command(CommandKind.EXTEND, delta_ms=ms)),
)
# Mostly seconds apart, sometimes at the same instant, sometimes minutes later.
pauses = st.one_of(st.just(0), st.integers(0, 15 * NS), st.integers(0, 90 * NS))
shortly = st.integers(0, 11 * NS)


def _pair(first: CommandKind, second: CommandKind):
    """The second one soon enough to mean something."""
    return st.tuples(pauses, shortly).map(lambda w: [(w[0], Command(first)), (w[1], Command(second))])


moves = st.lists(
    st.one_of(
        st.tuples(pauses, commands).map(lambda one: [one]),
        _pair(CommandKind.PAUSE, CommandKind.RESUME),
        _pair(CommandKind.PAIN, CommandKind.WITHDRAW),
        _pair(CommandKind.PAIN, CommandKind.NEXT),
    ),
    max_size=12,
).map(lambda groups: [move for group in groups for move in group])
steps = st.builds(
    step,
    st.sampled_from(list(Intensity)),
    st.one_of(st.none(), st.integers(1, 120), st.just(0.001), st.integers(60, 400)),
    st.one_of(st.none(), st.none(), st.none(), st.integers(1, 1000)),
)
timelines = st.lists(steps, min_size=1, max_size=6).map(lambda s: compile_timeline(Workout(steps=tuple(s))))
speeds = st.sampled_from([1.0, 1.0, 2.5, 26.0, 1000.0])


def started(**options) -> tuple[Rig, int]:
    """A rig that was started, and when its first interval begins."""
    rig = Rig(**options).do(CommandKind.START)
    event = rig.events[0]
    assert isinstance(event, Started)
    return rig, event.lead_in_ns
