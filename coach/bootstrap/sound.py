"""A workout as sound for an exporter: the voice made ready, the live engine's cues, what lies under them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from coach import config
from coach.audio.metronome import ticks
from coach.audio.music import Music
from coach.audio.soundbank import CachedSoundBank
from coach.audio.track import blocks, check_timed, make_schedule
from coach.config import Folders
from coach.library.scripts import make_script
from coach.model.durations import clock_text
from coach.model.sheets import SoundSheet, WorkoutSheet
from coach.ports import RATE


class SoundWish(NamedTuple):
    """``suffix`` is the kind of file, ``music`` a file to lay under the cues, ``metronome`` whether it ticks."""

    suffix: str = ""
    music: Path | None = None
    metronome: bool = False


NO_WISH = SoundWish()


class Sounding(NamedTuple):
    """The sheet, remarks, and what to call once its samples are not needed any more."""

    sheet: SoundSheet
    remarks: tuple[str, ...]
    close: Callable[[], None]


def make_sound(workout: WorkoutSheet, wish: SoundWish, places: Folders) -> Sounding:
    """What a live session of it would sound, by the runner's settings. Raises BadInput, SoundUnavailable."""
    settings = config.load(places.settings_file)
    timeline = workout.timeline
    check_timed(timeline)
    script = make_script(timeline, settings, places)
    bank = CachedSoundBank.from_settings(settings, places)
    try:
        report = bank.prepare(script.sounds())
        schedule = make_schedule(script, bank, settings.lead_in_ms)
        music = None if wish.music is None else Music(wish.music, schedule, settings.duck_db)
        if wish.metronome:
            ticks(timeline, schedule, settings.duck_db)  # says now if there is nothing to tick at
    except BaseException:
        bank.close()
        raise

    def samples() -> Iterator[bytes]:
        beats = ticks(timeline, schedule, settings.duck_db) if wish.metronome else ()
        return blocks(schedule, bank, settings.volume, beats, music)

    sheet = SoundSheet(
        workout=workout.workout,
        title=workout.title,
        made_at=workout.made_at,
        suffix=wish.suffix.casefold(),
        rate=RATE,
        channels=1 if music is None else music.channels,
        frames=schedule.frames,
        starts=schedule.starts,
        end=schedule.end,
        blocks=samples,
    )
    length = clock_text(schedule.frames * 1000 // RATE)
    told = f"{length} long, with {len(schedule.cues)} cues; voice: {report.voice}"
    return Sounding(sheet, (*report.warnings, told), bank.close)
