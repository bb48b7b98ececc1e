"""Says aloud why a session cannot begin."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from coach import config
from coach.audio.outputs import open_player
from coach.audio.soundbank import CachedSoundBank
from coach.clock import NS_PER_MS, SystemClock
from coach.config import Folders, Settings
from coach.errors import AlreadyLive, CoachError
from coach.library.phrasebooks import load_phrasebook
from coach.model.cue import Cue, CueKind, Notice, Priority, Speech


def speak_failure(error: CoachError, overrides: Mapping[str, Any]) -> str | None:
    """Say aloud that a session cannot begin, for whoever has no screen; why that failed in turn, if it did.

    Not into a file: that would take the place of a session recorded before.
    """
    places = config.folders()
    try:
        try:
            settings = config.load(places.settings_file, overrides=overrides)
            phrasebook = load_phrasebook(settings.language, places.texts)
        except CoachError:
            settings = Settings.model_validate({})
            phrasebook = load_phrasebook(settings.language)
        if settings.backend in ("file", "silent") or settings.output_file:
            return None
        notice = Notice.ALREADY_LIVE if isinstance(error, AlreadyLive) else Notice.CANNOT_START
        _say(phrasebook.notice(notice), settings, places)
    except (CoachError, OSError) as failure:
        if str(failure) == str(error):
            return None  # the very fault that is to be told
        return f"this could not be said aloud: {failure}"
    return None


def _say(words: Speech, settings: Settings, places: Folders) -> None:
    clock = SystemClock()
    player = open_player(settings, clock)
    try:
        if player.health().backend == "silent":
            return  # there is no sound device: nobody would hear it, and the silence would have to be sat through
        with closing(CachedSoundBank.from_settings(settings, places)) as bank:
            bank.prepare([words])
            if (clip := bank.clip(words)) is not None:
                player.start()
                cue = Cue(CueKind.NOTICE, 0, words, Priority.NOTICE)
                player.play(cue, clip, clock.monotonic_ns() + settings.lead_in_ms * NS_PER_MS)
    finally:
        player.close(drain=True)
