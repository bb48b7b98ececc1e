"""Settings: built-in value < config.toml < environment (``COACH_VOLUME=60``) < command line.

Folders follow the platform's conventions (XDG on Linux). ``COACH_HOME`` puts all of them under one folder.
"""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

import platformdirs
from pydantic import Field, ValidationError

from coach.errors import BadInput
from coach.model.cue import CueKind
from coach.model.refusals import plain_words, what_is_wrong
from coach.model.toml_text import check_size, parse_toml
from coach.model.workout import Frozen

APP = "walkrun-coach"

Preset = Literal["minimal", "standard", "talkative"]
Countdown = Literal["auto", "words", "beeps"]
VoiceName = Literal["auto", "pack", "hibari", "espeak", "pyttsx3", "beeps"]
BackendName = Literal["auto", "alsa", "sounddevice", "simpleaudio", "file", "silent"]
ThemeName = Literal["dark", "light", "contrast"]

TOGGLES = tuple(
    kind.value for kind in CueKind if kind not in (CueKind.EARCON, CueKind.PAIN, CueKind.FINISH, CueKind.STOP)
)


TABLES = ("cues", "keys")
"""Settings of several lines: only in the file."""


class Settings(Frozen):
    """Every setting, with what it does."""

    language: str = Field("en", description="Language of the cues: en, de, fr, es, or a text file of your own")
    preset: Preset = Field("standard", description="How much is said: minimal, standard or talkative")
    countdown: Countdown = Field(
        "auto", description="3-2-1 in words or beeps; auto leaves it to the preset (beeps in minimal, else words)"
    )
    cues: dict[str, bool] = Field(
        default_factory=dict, description="Single kinds of cue switched on or off, over the preset"
    )
    voice: VoiceName = Field(
        "auto", description="auto takes the first that works: pack, hibari, espeak, pyttsx3, beeps"
    )
    voice_name: str = Field("", description="A voice of that engine; empty for its default for the language")
    rate: int = Field(100, ge=50, le=200, description="Speaking rate in percent of the voice's own")
    volume: int = Field(100, ge=0, le=100, description="Volume of the cues in percent")
    backend: BackendName = Field("auto", description="Sound output")
    device: str = Field("", description="Output device of that backend; empty for its default")
    output_file: str = Field("", description="The WAV file that backend 'file' writes")
    latency_offset_ms: int = Field(
        0, ge=-1000, le=2000, description="Play this much earlier, for headphones with a constant delay"
    )
    lead_in_ms: int = Field(1000, ge=0, le=10_000, description="Silence before the first cue wakes idle outputs")
    dither: bool = Field(False, description="Keep the output awake with noise of one bit")
    ducking: bool = Field(False, description="Lower other programs' sound while a cue plays (extra: ducking)")
    duck_db: int = Field(20, ge=3, le=60, description="By how many decibels")
    press_start: bool = Field(False, description="Say 'press start on the watch at the beep' before the start")
    theme: ThemeName = Field("dark", description="Colours of the screen: dark, light, or contrast for the highest")
    reduced_motion: bool = Field(False, description="Nothing on the screen glides, and waits are counted in minutes")
    keys: dict[str, str] = Field(
        default_factory=dict, description="Keys bound anew by the id of their action: today.run = 'g'"
    )

    def without_unknown_cues(self) -> "Settings":
        """Raises BadInput if ``cues`` names a kind that does not exist or may not be switched off."""
        for name in self.cues:
            if name not in TOGGLES:
                raise BadInput(
                    f"cues.{name} is not a cue that can be switched", remedy=f"use one of {', '.join(TOGGLES)}"
                )
        return self


class Folders(NamedTuple):
    """Where things live. Nothing is created until it is written to.

    ``scratch`` is a journal to try things in (``COACH_SCRATCH``), in place of the runner's own.
    """

    config: Path
    data: Path
    state: Path
    cache: Path
    scratch: Path | None = None

    @property
    def settings_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def workouts(self) -> Path:
        """The runner's own workouts."""
        return self.data / "workouts"

    @property
    def texts(self) -> Path:
        """The runner's own languages."""
        return self.data / "texts"

    @property
    def originals(self) -> Path:
        """The files that activities came in; those of a scratch journal lie beside it."""
        return self.scratch.with_name(f"{self.scratch.name}-activities") if self.scratch else self.data / "activities"

    @property
    def journal(self) -> Path:
        return self.scratch or self.state / "journal.db"


def folders(env: Mapping[str, str] = os.environ) -> Folders:
    """The folders of this user, or those under ``COACH_HOME``."""
    scratch = Path(env["COACH_SCRATCH"]).expanduser().absolute() if env.get("COACH_SCRATCH") else None
    if home := env.get("COACH_HOME"):
        base = Path(home).expanduser().absolute()
        return Folders(base / "config", base / "data", base / "state", base / "cache", scratch)
    dirs = platformdirs.PlatformDirs(APP, appauthor=False)
    return Folders(dirs.user_config_path, dirs.user_data_path, dirs.user_state_path, dirs.user_cache_path, scratch)


def pretended_now(places: Folders, env: Mapping[str, str] = os.environ) -> datetime | None:
    """The time of ``COACH_NOW``, local where it names no offset; None if it is not set.

    Raises BadInput if it is no time, or not for trying.
    """
    text = env.get("COACH_NOW")
    if not text:
        return None
    if places.scratch is None:
        raise BadInput(
            "a pretended time goes with a scratch journal only", where="COACH_NOW", remedy="set COACH_SCRATCH=FILE too"
        )
    try:
        now = datetime.fromisoformat(text)
        if not 1970 <= now.year <= 2200:  # calendars reckon a day back and forth, and some years have none
            raise ValueError
        return now
    except ValueError:
        raise BadInput(f"{text!r} is not a time", where="COACH_NOW", remedy="write it as 2026-03-02T07:00") from None


def load(file: Path, env: Mapping[str, str] = os.environ, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Settings from ``file`` (may be absent), the environment and ``overrides``. Raises BadInput."""
    values: dict[str, Any] = {}
    if file.exists():
        try:
            check_size(file.stat().st_size, "settings file")
            values = parse_toml(file.read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            what = f"byte {error.start + 1} is not UTF-8 text"
            raise BadInput(what, where=str(file), remedy="mend the file, or move it away") from None
        except ValueError as error:
            raise BadInput(str(error), where=str(file), remedy="mend the file, or move it away") from None
        except OSError as error:
            raise BadInput(f"cannot be read: {error.strerror}", where=str(file), remedy="check its rights") from None
    origins = dict.fromkeys(values, str(file))
    for name in Settings.model_fields:
        variable = f"COACH_{name.upper()}"
        if name not in TABLES and variable in env:
            values[name] = env[variable]
            origins[name] = variable
    for name, value in (overrides or {}).items():
        if value is not None:
            values[name] = value
            origins[name] = "--" + name.replace("_", "-")
    try:
        return Settings.model_validate(values).without_unknown_cues()
    except ValidationError as error:
        first = error.errors()[0]
        where = origins.get(str(first["loc"][0]), str(file))
        remedy = "`coach config show` lists every setting with its meaning"
        if where == str(file):  # it refuses that file too
            remedy = f"mend that line or take it out; then {remedy}"
        named = where.startswith(("--", "COACH_"))  # those name the setting themselves
        what = what_is_wrong(error) if named else plain_words(error)
        raise BadInput(what, where=where, remedy=remedy) from None
