"""What is said in one session, as the runner set it: language, preset, toggles."""

from coach.config import Folders, Settings
from coach.library.phrasebooks import load_phrasebook
from coach.model.script import Script, make_style
from coach.model.timeline import Timeline

_WORDS = {"auto": None, "words": True, "beeps": False}


def make_script(timeline: Timeline, settings: Settings, places: Folders) -> Script:
    """The script of ``timeline``. Raises BadInput for a language without texts, or whose texts are not whole."""
    style = make_style(settings.preset, settings.cues, settings.press_start, _WORDS[settings.countdown])
    return Script(timeline, load_phrasebook(settings.language, places.texts), style)
