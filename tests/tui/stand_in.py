"""A program under the live screen for tests on a real terminal: the real engine in real time, events to a file.

    python -m tests.tui.stand_in EVENTS [--break-the-screen] [--long]

Each event's kind is one line of EVENTS, written at once; the last line is the phase ``run_screen`` returned. A session
takes less than two seconds, for tests that see its end; a long one lasts for as long as a test needs.
"""

import asyncio
import sys
import threading
from collections import deque
from pathlib import Path

from coach.clock import NS, SystemClock
from coach.model.workout import Intensity, Step, TimeDuration, Workout
from coach.session.state import Command, CommandKind, Phase, Snapshot
from coach.tui.app import run_screen
from tests.tui.staged import StagedSession


def workout(step_ms: int) -> Workout:
    """A run and a walk."""
    return Workout(
        name="Stand-in",
        steps=(
            Step(intensity=Intensity.ACTIVE, duration=TimeDuration(ms=step_ms)),
            Step(intensity=Intensity.RECOVERY, duration=TimeDuration(ms=step_ms)),
        ),
    )


SHORT, LONG = workout(800), workout(600_000)
STEP_S = 0.01


def asked_by_the_screen() -> bool:
    """Only the screen has an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class RealTimeSession(StagedSession):
    """Moves by the system's clock, on the thread that calls ``run``."""

    def __init__(self, events: Path, *, broken: bool, workout: Workout = SHORT, step_s: float = STEP_S) -> None:
        super().__init__(workout, preset="minimal")
        self._file = events.open("a", encoding="utf-8")
        self._broken = broken
        self._step_s = step_s
        self._clock = SystemClock()
        self._begun = self._clock.monotonic_ns()
        self._commands: deque[Command] = deque()
        self._wake = threading.Event()
        self.listen(self._write)

    def post(self, command: Command) -> None:
        self._commands.append(command)
        self._wake.set()

    def snapshot(self) -> Snapshot:
        snapshot = super().snapshot()
        if self._broken and snapshot.phase is Phase.RUNNING and asked_by_the_screen():
            raise RuntimeError("the screen is broken on purpose")
        return snapshot

    def run(self) -> Phase:
        while not self.engine.state.phase.is_over:
            self._wake.wait(self._step_s)
            self._wake.clear()
            self.move((self._clock.monotonic_ns() - self._begun - self.now_ns) / NS)
            while self._commands:
                super().post(self._commands.popleft())
        return self.engine.state.phase

    def _write(self, update: object) -> None:
        if kind := getattr(update, "kind", None):
            self._file.write(f"{kind}\n")
            self._file.flush()


def main() -> None:
    """Run one session under the screen."""
    events = Path(sys.argv[1])
    plan = LONG if "--long" in sys.argv else SHORT
    session = RealTimeSession(events, broken="--break-the-screen" in sys.argv, workout=plan)
    if "--start" in sys.argv:
        session.post(Command(CommandKind.START))
    try:
        phase = run_screen(session, title="Stand-in", linger_s=20)
    except RuntimeError as error:
        with events.open("a", encoding="utf-8") as file:
            file.write(f"raised {error}\n")
        sys.exit(1)
    with events.open("a", encoding="utf-8") as file:
        file.write(f"phase {phase}\n")


if __name__ == "__main__":
    main()
