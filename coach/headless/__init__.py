"""The front end without a screen: a line, or a JSON line, an event; keys or piped lines in. See docs/headless.md."""

import contextlib
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, Protocol

from coach.clock import NS, NS_PER_MS, Clock
from coach.errors import CoachError
from coach.headless.console import Console, Target
from coach.headless.lines import Printer, interval_object
from coach.headless.output import Output
from coach.model.durations import spell_ms
from coach.model.timeline import Timeline
from coach.session.outputs import Refusal
from coach.session.state import Command, CommandKind, Phase, Snapshot

WAITING_WORDS = "Waiting: Enter, or the line “start”, begins."
_POLL_NS = 200 * NS_PER_MS
_GONE_NS = 10 * NS


class LiveSession(Target, Protocol):
    """What is run here: a session that is this process's own."""

    @property
    def timeline(self) -> Timeline: ...

    def about(self) -> dict[str, Any]:
        """What the opening object of the JSON lines says besides the plan: session, journal, voice, …"""
        ...

    def snapshot(self) -> Snapshot:
        """Where it stands now. Any thread."""
        ...

    def listen(self, listener: Callable[[Any], None]) -> None:
        """Call ``listener`` with every update, on the session's thread."""
        ...

    def report_lines(self) -> list[str]:
        """What was done and how the cues fared, for people, after the end."""
        ...

    def was_refused(self) -> bool:
        """Whether its start was refused when that was last asked for."""
        ...

    def run(self) -> Phase:
        """Run to the end on this thread. RUNNING or PAUSED if another coach took over.

        Raises GateClosed if the gate did not let it start or go on, StorageError if it could not be asked to start.
        """
        ...

    def close(self) -> None:
        """Let go of everything. Idempotent."""
        ...


class Wishes(NamedTuple):
    """How to run: begin at once or (``start`` False) when asked; ``at`` is the instant to open the session at."""

    as_json: bool = False
    start: bool = True
    at: datetime | None = None


def run_headless(
    go_live: Callable[[], LiveSession], clock: Clock, wishes: Wishes, shape: Callable[[str], str] = str
) -> Phase:
    """Run a session without a screen; how it stands afterwards (READY if it was called off before it began).

    ``go_live`` opens it when its hour has come; what that raises is raised here. Every line goes through ``shape``.
    """
    with contextlib.closing(Output(shape=shape)) as output, Console(output, clock) as console:
        if wishes.at is not None and not _hour_has_come(wishes.at, clock, console, output):
            return Phase.READY
        with contextlib.closing(go_live()) as live:
            console.attach(live)
            return _run(live, output, clock, wishes, attended=console.takes_keys)


def wait_for_hour(at: datetime, clock: Clock) -> bool:
    """Wait for ``at`` before a screen opens; False if it was called off."""
    with contextlib.closing(Output()) as output, Console(output, clock) as console:
        return _hour_has_come(at, clock, console, output)


def _hour_has_come(at: datetime, clock: Clock, console: Console, output: Output) -> bool:
    from coach.headless.alarm import Waiting, wait_until  # only --at needs it

    waiting = Waiting(output)
    console.attach(waiting)
    shown = at.astimezone(clock.local_zone())
    ways = (
        "Enter begins now, s calls it off" if console.takes_keys else "The line “start” begins now, “stop” calls it off"
    )
    output.remark(f"Waiting for {shown:%A %H:%M:%S %Z}. {ways}.")
    begun = wait_until(at, clock, waiting)
    console.attach(None)
    if not begun:
        output.remark("Called off; nothing was begun.")
    return begun


def _run(live: LiveSession, output: Output, clock: Clock, wishes: Wishes, *, attended: bool) -> Phase:
    silent = live.about().get("backend") == "silent"  # nobody expects to hear anything: the report sums it up
    printer = Printer(live.timeline, output.line, clock.local_now, as_json=wishes.as_json, tells_missed=not silent)
    _open(live, printer)
    live.listen(printer)
    if live.phase() is Phase.READY:
        if wishes.start:
            live.post(Command(CommandKind.START))
            if not attended:
                live.listen(partial(_give_up, live))
        else:
            output.remark(WAITING_WORDS)
    try:
        phase = live.run()
    except CoachError:  # it was not let start or go on: to be told in full by whoever opened it, after what was done
        _close(live, printer, live.phase(), report=live.snapshot().elapsed_ns > 0)
        raise
    _close(live, printer, phase)
    return phase


def _close(live: LiveSession, printer: Printer, phase: Phase, *, report: bool = True) -> None:
    for line in live.report_lines() if report else ():
        printer.words(line)
    printer.object({"type": "end", "phase": phase.value})


def _open(shown: "LiveSession | FollowedSession", printer: Printer, kind: str = "session") -> None:
    timeline = shown.timeline
    intervals = [interval_object(interval) for interval in timeline.intervals]
    total = timeline.total_ms
    opening = {"type": kind, "workout": timeline.workout.name, "total_ms": total, "intervals": intervals}
    printer.object(opening | shown.about())
    length = "open" if total is None else spell_ms(total)
    voice = shown.about().get("voice")
    words = [
        timeline.workout.name or "Session",
        length,
        f"{len(intervals)} intervals",
        f"voice {voice}" if voice else kind,
    ]
    printer.words(" · ".join(words))


class FollowedSession(Protocol):
    """A session that another process runs."""

    @property
    def timeline(self) -> Timeline: ...

    @property
    def clock(self) -> Clock: ...

    def about(self) -> dict[str, Any]:
        """What the opening object of the JSON lines says besides the plan."""
        ...

    @property
    def is_live(self) -> bool:
        """Whether a coach runs it at the moment."""
        ...

    def listen(self, listener: Callable[[Any], None]) -> None:
        """Call ``listener`` with every event read, on the thread that polls."""
        ...

    def poll(self) -> bool:
        """Read what is new; False once the session is over."""
        ...


def follow_headless(followed: FollowedSession, *, as_json: bool, shape: Callable[[str], str] = str) -> None:
    """Print what the session another coach runs does, until it ends, or its coach has been gone for some seconds.

    Every line goes through ``shape``.
    """
    clock = followed.clock
    with contextlib.closing(Output(shape=shape)) as output:
        printer = Printer(followed.timeline, output.line, clock.local_now, as_json=as_json)
        followed.listen(printer)
        _open(followed, printer, "following")
        seen_ns = clock.monotonic_ns()
        while followed.poll() and not output.is_unread:
            now = clock.monotonic_ns()
            seen_ns = now if followed.is_live else seen_ns
            if now - seen_ns > _GONE_NS:
                output.remark("No coach runs this session any more. `coach run --resume` goes on with it.")
                return
            clock.sleep_ns(_POLL_NS)


def _give_up(live: LiveSession, update: object) -> None:
    """Where nobody can ask for the start again, one that was refused for now is refused for good."""
    if isinstance(update, Refusal) and live.was_refused() and live.phase() is Phase.READY:
        live.post(Command(CommandKind.STOP))
