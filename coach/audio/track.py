"""A whole session as one stretch of sound, for a file: the live engine's cues at the live stream's frames.

Nothing is scheduled here. The engine that runs a session is driven through it in one jump, and the mixer that a session
is heard through renders it, a second at a time.
"""

from collections.abc import Iterable, Iterator
from heapq import merge
from typing import NamedTuple, Protocol

from coach.audio.anchor import frames_of
from coach.audio.mixer import BYTES, Mixer, scaled
from coach.clock import NS, NS_PER_MS
from coach.errors import BadInput
from coach.model.cue import Cue, DroppedCue
from coach.model.script import Script
from coach.model.syntax import format_workout
from coach.model.timeline import Timeline
from coach.model.workout import Workout
from coach.ports import RATE, SoundBank
from coach.session.engine import Engine
from coach.session.events import Finished, IntervalEntered
from coach.session.outputs import CueDue
from coach.session.state import Command, CommandKind

MAX_HOURS = 6
"""A session that lasts longer is refused: in stereo a WAV file ends soon after."""
TAIL_NS = 2 * NS
"""Sound goes on so long after the last cue."""


class Sounded(NamedTuple):
    """A cue and its first and last frame (the latter not its own any more)."""

    cue: Cue
    start: int
    end: int


class Schedule(NamedTuple):
    """All that sounds, in order.

    ``starts`` are the frames at which the intervals begin, ``end`` where the last is over, ``frames`` the whole length.
    """

    cues: tuple[Sounded, ...]
    dropped: tuple[DroppedCue, ...]
    starts: tuple[int, ...]
    end: int
    frames: int

    @property
    def spans(self) -> list[tuple[int, int]]:
        """When anything sounds: frames, overlaps joined."""
        joined: list[tuple[int, int]] = []
        for _, start, end in self.cues:
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return joined


class Bed(Protocol):
    """What lies under the cues."""

    @property
    def channels(self) -> int:
        """How many samples a frame has with it."""
        ...

    def under(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Mono blocks of cues, from frame 0 on, with it under them."""
        ...


def check_timed(timeline: Timeline) -> int:
    """How long it lasts, in ms. Raises BadInput where nobody knows, or for more than ``MAX_HOURS``."""
    if timeline.total_ms is None:
        untimed = next(interval for interval in timeline.intervals if interval.planned_ms is None)
        step = format_workout(Workout(steps=(untimed.step,)))
        raise BadInput(
            f"nobody knows how long '{step}' takes, so no sound can be placed after it",
            remedy="give every step a time",
        )
    if timeline.total_ms > MAX_HOURS * 3_600_000:
        raise BadInput(f"it is longer than {MAX_HOURS} hours", remedy="export it in parts")
    return timeline.total_ms


def make_schedule(script: Script, bank: SoundBank, lead_in_ms: int) -> Schedule:
    """What a live session of this script would sound, if nobody touched it. Raises BadInput where that is not known."""
    timeline = script.timeline
    lasts_ms = check_timed(timeline)
    engine = Engine(timeline, script, bank.length_ns, lead_in_ns=lead_in_ms * NS_PER_MS)
    engine.command(Command(CommandKind.START), 0)
    cues: list[Sounded] = []
    dropped: list[DroppedCue] = []
    starts: list[int] = []
    end = 0
    # Past the end of everything: what is still to come after the last interval, the finish, is handed out as well.
    engine.handle_timer((lasts_ms + lead_in_ms + 3_600_000) * NS_PER_MS)
    while (output := engine.next_output()) is not None:
        match output:
            case CueDue(cue=cue):
                clip = bank.clip(cue.sound)
                start = frames_of(cue.at_ns)
                cues.append(Sounded(cue, start, start + (0 if clip is None else clip.frames)))
            case DroppedCue():
                dropped.append(output)
            case IntervalEntered(at_ns=at_ns):
                starts.append(frames_of(at_ns))
            case Finished(at_ns=at_ns):
                end = frames_of(at_ns)
            case _:
                pass
    cues.sort(key=lambda each: each.start)
    last = max([end, *(each.end for each in cues)])
    return Schedule(tuple(cues), tuple(dropped), tuple(starts), end, last + frames_of(TAIL_NS))


class Tick(NamedTuple):
    """One beat of a metronome."""

    start: int
    pcm: bytes


def blocks(
    schedule: Schedule, bank: SoundBank, volume: int, ticks: Iterable[Tick] = (), bed: Bed | None = None
) -> Iterator[bytes]:
    """The samples, a second at a time; memory holds no more than what sounds in that second."""
    mono = _mono(schedule, bank, volume, ticks)
    return mono if bed is None else bed.under(mono)


def _mono(schedule: Schedule, bank: SoundBank, volume: int, ticks: Iterable[Tick]) -> Iterator[bytes]:
    mixer = Mixer()
    coming = merge(_clips(schedule, bank, volume), ticks, key=lambda each: each[0])
    ahead = next(coming, None)
    for first in range(0, schedule.frames, RATE):
        count = min(RATE, schedule.frames - first)
        while ahead is not None and ahead[0] < first + count:
            mixer.add(*ahead)
            ahead = next(coming, None)
        block = mixer.render(first, count)
        mixer.forget_before(first + count)
        assert len(block) == count * BYTES
        yield block


def _clips(schedule: Schedule, bank: SoundBank, volume: int) -> Iterator[Tick]:
    for cue, start, _ in schedule.cues:
        clip = bank.clip(cue.sound)
        if clip is not None:
            yield Tick(start, scaled(clip.load(), volume))
