"""Sounds one after the other, without a session: for ``coach audio preview`` and ``say``."""

import wave
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from coach.audio.mixer import scaled
from coach.clock import NS, NS_PER_MS, Clock
from coach.errors import StorageError
from coach.model.cue import Cue, CueKind, Priority, Sound
from coach.model.placement import place
from coach.model.script import Script
from coach.ports import RATE, Player, SoundBank

GAP_MS = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One cue of a workout: when it would sound, in ns from the start of the first interval where that is known."""

    kind: CueKind
    sound: Sound
    at_ns: int | None = None


def recite(script: Script, bank: SoundBank) -> Iterator[Line]:
    """Every cue of the workout as it would be run without a command, in order."""
    for sound in script.session(CueKind.START):
        yield Line(CueKind.START, sound)
    for interval in script.timeline.intervals:
        known = interval.start_ms is not None
        start_ns = (interval.start_ms or 0) * NS_PER_MS
        end_ns = None if interval.planned_ms is None else start_ns + interval.planned_ms * NS_PER_MS
        placement = place(
            script.interval(interval.index),
            interval=interval.index,
            start_ns=start_ns,
            end_ns=end_ns,
            after_ns=start_ns,
            length=bank.length_ns,
        )
        for cue in placement.cues:
            yield Line(cue.kind, cue.sound, cue.at_ns if known else None)
    for sound in script.session(CueKind.FINISH):
        yield Line(CueKind.FINISH, sound)


def write(path: Path, sounds: Iterable[Sound], bank: SoundBank, volume: int) -> int:
    """Write the sounds one after the other into a WAV file; returns its length in ns. Raises StorageError."""
    frames = 0
    try:
        with path.open("wb") as raw, wave.open(raw, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            for sound in sounds:
                clip = bank.clip(sound)
                if clip is None:
                    continue
                file.writeframes(scaled(clip.load(), volume) + bytes(GAP_MS * RATE // 1000 * 2))
                frames += clip.frames + GAP_MS * RATE // 1000
    except OSError as error:
        raise StorageError(
            f"cannot be written: {error.strerror or error}", where=str(path), remedy="choose another file with --output"
        ) from None
    return frames * NS // RATE


def play(player: Player, clock: Clock, sounds: Sequence[Sound], bank: SoundBank) -> None:
    """Sound them through ``player`` and return when the last one has ended. Interrupting it silences them."""
    at_ns = clock.monotonic_ns()
    player.start()
    try:
        for sound in sounds:
            clip = bank.clip(sound)
            if clip is None:
                continue
            # Handed out shortly before it is due, as in a session: the player holds two seconds, not a whole workout.
            clock.sleep_ns(at_ns - clock.monotonic_ns() - 2 * NS)
            player.play(Cue(CueKind.NOTICE, 0, sound, Priority.SESSION), clip, at_ns)
            at_ns += clip.frames * NS // RATE + GAP_MS * NS_PER_MS
    except BaseException:
        player.close(drain=False)
        raise
    player.close(drain=True)
