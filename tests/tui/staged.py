"""A session for screens to show: the real engine on a clock that stands still until a test moves it."""

from collections.abc import Callable

from coach.clock import NS
from coach.config import Preset
from coach.errors import CommandRefused
from coach.library.phrasebooks import load_phrasebook
from coach.model.cue import DroppedCue, Earcon, Sound
from coach.model.script import Script, make_style
from coach.model.timeline import Timeline, compile_timeline
from coach.model.workout import (
    CadenceTarget,
    DistanceDuration,
    Intensity,
    OpenDuration,
    Repeat,
    Step,
    TimeDuration,
    Workout,
)
from coach.ports import PlayerHealth
from coach.session.engine import Engine
from coach.session.events import SessionCreated, SessionEvent
from coach.session.outputs import CueDue, CueHeard, CueMissed, CuesCancelled, Refusal
from coach.session.state import Command, CommandKind, Phase, Snapshot

MINUTE = 60_000

SEED = Workout(
    name="Seed start",
    description="Five minutes of walking, eight times one minute running and two walking, five minutes of walking.",
    steps=(
        Step(intensity=Intensity.WARMUP, duration=TimeDuration(ms=5 * MINUTE)),
        Repeat(
            count=8,
            steps=(
                Step(intensity=Intensity.ACTIVE, duration=TimeDuration(ms=MINUTE)),
                Step(intensity=Intensity.RECOVERY, duration=TimeDuration(ms=2 * MINUTE)),
            ),
        ),
        Step(intensity=Intensity.COOLDOWN, duration=TimeDuration(ms=5 * MINUTE)),
    ),
)
ODD = Workout(
    name="Open ends",
    steps=(
        Step(intensity=Intensity.WARMUP, duration=OpenDuration(), name="to the track"),
        Step(
            intensity=Intensity.ACTIVE,
            duration=DistanceDuration(cm=40_000),
            cadence=CadenceTarget(low=165, high=175),
        ),
        Step(intensity=Intensity.REST, duration=TimeDuration(ms=MINUTE)),
        Step(intensity=Intensity.COOLDOWN, duration=OpenDuration()),
    ),
)
HEALTH = PlayerHealth("alsa", "default", alive=True)


def spoken_ns(sound: Sound) -> int:
    """A plausible length for any sound."""
    return 300_000_000 if isinstance(sound, Earcon) else 70_000_000 * len(sound.text)


class StagedSession:
    """Is Watched, Followed and LiveControls. Nothing moves but by ``move`` and ``post``."""

    def __init__(self, workout: Workout = SEED, *, volume: int = 80, preset: Preset = "standard") -> None:
        self.timeline: Timeline = compile_timeline(workout)
        script = Script(self.timeline, load_phrasebook("en"), make_style(preset, {}, press_start=False))
        self.engine = Engine(self.timeline, script, spoken_ns, lead_in_ns=NS)
        self.now_ns = 0
        self.volume = volume
        self.muted = False
        self.is_live = True
        self.loudness: list[int | bool] = []
        self.posted: list[Command] = []
        self.polls = 0
        self.events: list[SessionEvent] = [SessionCreated(at_ns=0, workout=workout, lead_in_ns=NS)]
        self._listeners: list[Callable[[object], None]] = []

    def listen(self, listener: Callable[[object], None]) -> None:
        self._listeners.append(listener)
        listener(HEALTH)

    def snapshot(self) -> Snapshot:
        return self.engine.snapshot(self.now_ns)

    def set_volume(self, percent: int) -> None:
        self.loudness.append(percent)

    def set_muted(self, muted: bool) -> None:
        self.loudness.append(muted)

    def poll(self) -> bool:
        self.polls += 1
        return True

    def post(self, command: Command) -> None:
        self.posted.append(command)
        try:
            self.engine.command(command, self.now_ns)
        except CommandRefused as refused:
            self.tell(Refusal(refused.what, refused.remedy))
        self._deliver()

    def do(self, *kinds: str) -> "StagedSession":
        """Post commands by name."""
        for kind in kinds:
            self.post(Command(CommandKind(kind)))
        return self

    def move(self, seconds: float) -> "StagedSession":
        """Let time pass."""
        self.now_ns += round(seconds * NS)
        self.engine.handle_timer(self.now_ns)
        self._deliver()
        return self

    def run_on(self, seconds: float) -> "StagedSession":
        """Start, get through the lead-in, and let ``seconds`` of the session pass."""
        self.do("start")
        while self.snapshot().phase is Phase.LEAD_IN:
            remaining = self.snapshot().remaining_ns
            assert remaining is not None
            self.move(remaining / NS)
        return self.move(seconds)

    def run(self) -> Phase:
        raise AssertionError("a staged session is moved by its test")

    def tell(self, update: object) -> None:
        """Tell the listeners."""
        for listener in self._listeners:
            listener(update)

    def _deliver(self) -> None:
        while (output := self.engine.next_output()) is not None:
            match output:
                case CueDue(cue=cue):
                    self.tell(CueHeard(cue))
                case DroppedCue():
                    self.tell(CueMissed(output))
                case CuesCancelled():
                    pass
                case event:
                    self.events.append(event)
                    self.tell(event)
