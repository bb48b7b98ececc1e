"""The front end without a screen: a line, or a JSON line, an event; keys or piped lines in. See docs/headless.md."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from coach.clock import Clock
from coach.headless.alarm import Waiting, local_zone, wait_until
from coach.headless.console import Console, Target
from coach.headless.lines import Printer, interval_object
from coach.headless.output import Output
from coach.model.durations import spell_ms
from coach.model.timeline import Timeline
from coach.session.state import Command, CommandKind, Phase

WAITING_WORDS = "Waiting: Enter, or the line “start”, begins."


class LiveSession(Target, Protocol):
    """What is run here: a session that is this process's own."""

    @property
    def timeline(self) -> Timeline: ...

    def about(self) -> dict[str, Any]:
        """What the opening object of the JSON lines says besides the plan: session, journal, voice, …"""
        ...

    def listen(self, listener: Callable[[Any], None]) -> None:
        """Call ``listener`` with every update, on the session's thread."""
        ...

    def run(self) -> Phase:
        """Run to the end on this thread. RUNNING or PAUSED if another coach took over."""
        ...

    def close(self) -> None:
        """Let go of everything. Idempotent."""
        ...


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to run: ``at`` is the instant to begin at, ``wait`` begins only when asked."""

    as_json: bool = False
    wait: bool = False
    at: datetime | None = None


def run_headless(go_live: Callable[[], LiveSession], clock: Clock, wishes: Wishes) -> Phase:
    """Run a session without a screen; how it stands afterwards (READY if it was called off before it began).

    ``go_live`` opens it when its hour has come; what that raises is raised here.
    """
    with contextlib.closing(Output()) as output:
        waiting = Waiting(output)
        with Console(waiting, output) as console:
            if wishes.at is not None:
                shown = wishes.at.astimezone(local_zone(clock))
                output.remark(f"Waiting for {shown:%A %H:%M:%S %Z}. Enter begins now, s calls it off.")
                if not wait_until(wishes.at, clock, waiting):
                    output.remark("Called off; nothing was begun.")
                    return Phase.READY
            with contextlib.closing(go_live()) as live:
                console.target = live
                return _run(live, output, clock, wishes)


def _run(live: LiveSession, output: Output, clock: Clock, wishes: Wishes) -> Phase:
    printer = Printer(live.timeline, output.line, clock.local_now, as_json=wishes.as_json)
    _open(live, printer)
    live.listen(printer)
    if live.phase() is Phase.READY:
        if wishes.wait:
            output.remark(WAITING_WORDS)
        else:
            live.post(Command(CommandKind.START))
    phase = live.run()
    printer.object({"type": "end", "phase": phase.value})
    return phase


def _open(live: LiveSession, printer: Printer) -> None:
    timeline, about = live.timeline, live.about()
    intervals = [interval_object(interval) for interval in timeline.intervals]
    total = timeline.total_ms
    opening = {"type": "session", "workout": timeline.workout.name, "total_ms": total, "intervals": intervals}
    printer.object(opening | about)
    name = timeline.workout.name or "Session"
    length = "open" if total is None else spell_ms(total)
    printer.words(f"{name} · {length} · {len(intervals)} intervals · voice {about.get('voice', '?')}")
