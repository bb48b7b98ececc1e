"""Lower other programs' sound while cues sound (extra ``ducking``), and put it back whatever happens.

A small guard process does it. The player tells it through a pipe which instants a cue fills; when the pipe ends,
because the coach finished or was killed, the guard puts every volume back and leaves. Should both be killed at once, a
file in the state folder says what was lowered, and the next guard puts that back first.
"""

import json
import os
import select
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from coach.clock import NS, NS_PER_MS, Clock, SystemClock

BEFORE_NS = 120 * NS_PER_MS  # lowered so long before a cue
AFTER_NS = 250 * NS_PER_MS  # and put back so long after it: pairs of cues hang together
_STATE_FILE = "ducked.json"


@dataclass(frozen=True, slots=True)
class Lowered:
    """One stream of another program; volumes are linear per channel as the sound server counts them (cubic)."""

    index: int
    name: str
    before: tuple[float, ...]
    after: tuple[float, ...]


def duck_factor(decibels: int) -> float:
    """What to multiply a volume with: sound servers count volumes as the cube root of the amplitude."""
    return float(10 ** (-decibels / 60))


class GuardedDucker:
    """The coach's end: starts the guard and tells it what will sound. Its troubles become a note, never an error."""

    def __init__(self, state: Path, decibels: int) -> None:
        self._state = state
        self._decibels = decibels
        self._guard: subprocess.Popen[bytes] | None = None
        self._complaint = ""

    @property
    def note(self) -> str:
        """What keeps it from working, empty if nothing does."""
        guard = self._guard
        if guard is not None and guard.stdout is not None and not guard.stdout.closed:
            while select.select([guard.stdout], [], [], 0)[0]:
                line = os.read(guard.stdout.fileno(), 4096)
                if not line:
                    break
                self._complaint = line.decode(errors="replace").strip().rpartition("\n")[2]
        return f"other sound is not lowered: {self._complaint}" if self._complaint else ""

    def start(self) -> None:
        """Start the guard; where pulsectl is missing there is only a note."""
        if find_spec("pulsectl") is None:
            self._complaint = "the extra is missing, pip install 'walkrun-coach[ducking]'"
            return
        command = [sys.executable, "-m", "coach.audio.ducking", str(os.getpid()), str(self._decibels), str(self._state)]
        try:
            # A session of its own: Ctrl-C and a closing terminal are not its business.
            self._guard = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            self._complaint = str(error.strerror)

    def duck(self, start_ns: int, end_ns: int) -> None:
        """Something sounds between these instants of the monotonic clock."""
        self._tell(f"duck {start_ns} {end_ns}\n")

    def release(self) -> None:
        """Nothing sounds any more."""
        self._tell("release\n")

    def close(self) -> None:
        """Put the volumes back and end the guard. Idempotent."""
        guard, self._guard = self._guard, None
        if guard is None:
            return
        for pipe in (guard.stdin, guard.stdout):
            if pipe is not None:
                pipe.close()
        try:
            guard.wait(5)
        except subprocess.TimeoutExpired:
            guard.kill()
            guard.wait()

    def _tell(self, line: str) -> None:
        guard = self._guard
        if guard is None or guard.stdin is None:
            return
        try:
            os.write(guard.stdin.fileno(), line.encode())
        except OSError:
            self._complaint = self._complaint or "its guard process has died"
            self.close()
            self._guard = None


class Volumes:
    """The streams of other programs at the sound server."""

    def __init__(self, own_pid: int, state: Path) -> None:
        self._own_pid = str(own_pid)
        self._file = state / _STATE_FILE
        self._pulsectl: Any = import_module("pulsectl")
        self._lowered: list[Lowered] = []
        with self._asked():
            pass  # raises PulseError if no server answers

    def recover(self) -> None:
        """Put back what an earlier guard left lowered."""
        try:
            rows = json.loads(self._file.read_text(encoding="utf-8"))
            self._lowered = [Lowered(r["index"], r["name"], tuple(r["before"]), tuple(r["after"])) for r in rows]
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError):
            self._lowered = []  # half written by a power cut: there is nothing to go by
        self.restore()

    def lower(self, factor: float) -> None:
        """Multiply every other stream's volume, once."""
        known = {lowered.index for lowered in self._lowered}
        fresh: list[Lowered] = []
        with self._asked() as pulse:
            for stream in pulse.sink_input_list():
                if stream.index in known or stream.proplist.get("application.process.id") == self._own_pid:
                    continue
                before = tuple(float(value) for value in stream.volume.values)
                fresh.append(Lowered(int(stream.index), _name(stream), before, tuple(v * factor for v in before)))
            if not fresh:
                return
            self._lowered += fresh
            self._remember()  # first, so that a kill in between leaves a trace
            for lowered in fresh:
                self._set(pulse, lowered.index, lowered.after)

    def restore(self) -> None:
        """Put every volume back, unless someone else changed it meanwhile."""
        if self._lowered:
            with self._asked() as pulse:
                self._put_back(pulse)
            self._lowered = []
        self._file.unlink(missing_ok=True)

    def _put_back(self, pulse: Any) -> None:
        present = {int(stream.index): stream for stream in pulse.sink_input_list()}
        for lowered in self._lowered:
            stream = present.get(lowered.index)
            if stream is None or _name(stream) != lowered.name:
                # The program began a new stream meanwhile, which got the volume the server remembered: ours.
                stream = next((s for s in present.values() if self._is_still_low(s, lowered)), None)
            if stream is not None and self._is_still_low(stream, lowered):
                self._set(pulse, int(stream.index), lowered.before)

    def _asked(self) -> Any:
        """A connection of its own for each look (2 ms): for each one PipeWire keeps a copy of all volumes.

        On a busy machine the copy of an old connection lags, so that a volume the user has just changed would be
        taken for ours and overwritten; a new one starts with what is.
        """
        return self._pulsectl.Pulse("walkrun-coach", threading_lock=False)

    def _is_still_low(self, stream: Any, lowered: Lowered) -> bool:
        now = [float(value) for value in stream.volume.values]
        close = all(abs(a - b) < 0.005 for a, b in zip(now, lowered.after, strict=False))
        return _name(stream) == lowered.name and len(now) == len(lowered.after) and close

    def _set(self, pulse: Any, index: int, values: tuple[float, ...]) -> None:
        try:
            pulse.sink_input_volume_set(index, self._pulsectl.PulseVolumeInfo(list(values)))
        except self._pulsectl.PulseOperationFailed:
            return  # the stream has ended since it was listed: nothing is left to set

    def _remember(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps([asdict(lowered) for lowered in self._lowered]), encoding="utf-8")
        part.replace(self._file)


def _name(stream: Any) -> str:
    properties = stream.proplist
    return "/".join(str(properties.get(key, "")) for key in ("application.name", "application.process.binary"))


class Guard:
    """When to lower and when to put back. Fed with lines from the pipe; time is an argument."""

    def __init__(self, lower: Callable[[], None], restore: Callable[[], None]) -> None:
        self._lower = lower
        self._restore = restore
        self._spans: list[tuple[int, int]] = []
        self._low = False

    def hear(self, line: str) -> None:
        """One line of the player: ``duck START END`` or ``release``."""
        match line.split():
            case ["duck", start, end]:
                self._spans.append((int(start) - BEFORE_NS, int(end) + AFTER_NS))
            case ["release"]:
                self._spans = []
            case _:
                pass

    def tick(self, now_ns: int) -> int | None:
        """Do what is due; returns the instant of the next tick, None if only a line can bring news."""
        self._spans = [span for span in self._spans if span[1] > now_ns]
        wanted = any(start <= now_ns for start, _ in self._spans)
        if wanted and not self._low:
            self._lower()
        if self._low and not wanted:
            self._restore()
        self._low = wanted
        return min((end if start <= now_ns else start for start, end in self._spans), default=None)


def guard(own_pid: int, decibels: int, state: Path, clock: Clock) -> str:
    """Run until the pipe on stdin ends. Returns what went wrong, empty if nothing did."""
    pulse_error: type[Exception] = import_module("pulsectl").PulseError
    try:
        volumes = Volumes(own_pid, state)
    except pulse_error:
        return "no PulseAudio or PipeWire server answers"
    try:
        volumes.recover()
        keeper = Guard(lambda: volumes.lower(duck_factor(decibels)), volumes.restore)
        rest = b""
        try:
            while True:
                at_ns = keeper.tick(clock.monotonic_ns())
                wait_s = None if at_ns is None else max(0, at_ns - clock.monotonic_ns()) / NS
                if not select.select([sys.stdin.fileno()], [], [], wait_s)[0]:
                    continue
                block = os.read(sys.stdin.fileno(), 65_536)
                if not block:
                    return ""
                *lines, rest = (rest + block).split(b"\n")
                for line in lines:
                    keeper.hear(line.decode())
        finally:
            volumes.restore()
    except pulse_error as error:
        return f"the sound server has gone ({error})"
    except OSError as error:
        return f"what is lowered cannot be remembered: {error.strerror}"


def main() -> None:
    """``python -m coach.audio.ducking PID DECIBELS STATE_FOLDER``; complaints go to stdout."""
    import signal

    def leave(_number: int, _frame: object) -> None:
        sys.exit()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, leave)
    own_pid, decibels, state = sys.argv[1:]
    complaint = guard(int(own_pid), int(decibels), Path(state), SystemClock())
    if complaint:
        print(complaint, flush=True)


if __name__ == "__main__":
    main()
