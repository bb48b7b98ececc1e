"""The settings file as something to be edited: every setting with its kind and limits, and saving with nothing lost."""

import json
import os
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, cast, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from coach.config import TOGGLES, Settings
from coach.errors import BadInput
from coach.library.own_files import write_whole
from coach.library.phrasebooks import load_phrasebook
from coach.library.toml_edit import Value, set_values
from coach.library.toml_files import read_text, shown
from coach.model.toml_text import parse_toml

Key = tuple[str, ...]
_KEYS = re.compile(r"[a-z0-9_+]+(?:,[a-z0-9_+]+)*", re.IGNORECASE)
CUE_EXPLANATION: dict[str, str] = {
    "announce": "What begins: “Run 3 of 8, one minute”",
    "last": "That the last of several runs begins",
    "warning": "What comes next, shortly before the end of a step",
    "halfway": "The middle of steps of a minute and more",
    "time_left": "What is left of long steps, now and then",
    "countdown": "Three, two, one before the end of a step",
    "start": "What is said before the first step",
    "pause": "That the session is paused",
    "resume": "That it goes on",
    "notice": "A refused command, or something that fails",
}
"""What each kind of cue that can be switched is; docs/cues.md has the details."""
TABLES = tuple(name for name, field in Settings.model_fields.items() if get_origin(field.annotation) is dict)
"""Settings that are a table in the file."""
LISTS = "`coach config show` lists every setting with its meaning"


class Kind(StrEnum):
    """How a setting is given."""

    CHOICE = "choice"
    SWITCH = "switch"
    NUMBER = "number"
    TEXT = "text"


class Setting(NamedTuple):
    """``key`` is its place in the file. ``usual`` is what holds without it, None where another setting decides."""

    key: Key
    kind: Kind
    explanation: str
    usual: Value | None
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None

    @property
    def name(self) -> str:
        """As it is spoken of: ``volume``, ``cues.halfway``."""
        return ".".join(self.key)

    @property
    def variable(self) -> str | None:
        """The environment variable that counts more than the file; None if there is none."""
        return f"COACH_{self.name.upper()}" if len(self.key) == 1 else None

    def words(self, value: Value) -> str:
        """``value`` as it is typed."""
        return ("on" if value else "off") if isinstance(value, bool) else str(value)


Actions = Mapping[str, tuple[str, str]]
"""What can be bound to a key: by its id the usual keys, and what it does."""


def all_settings(actions: Actions = MappingProxyType({})) -> tuple[Setting, ...]:
    """Every setting there is, in the order of :class:`Settings`; of its tables each key, behind the rest."""
    plain = [_setting(name, field) for name, field in Settings.model_fields.items() if name not in TABLES]
    cues = [Setting(("cues", toggle), Kind.SWITCH, CUE_EXPLANATION[toggle], None) for toggle in TOGGLES]
    keys = [Setting(("keys", action), Kind.TEXT, words, usual) for action, (usual, words) in actions.items()]
    return (*plain, *cues, *keys)


def _setting(name: str, field: FieldInfo) -> Setting:
    explanation = field.description or ""
    if get_origin(field.annotation) is Literal:
        return Setting((name,), Kind.CHOICE, explanation, field.default, choices=get_args(field.annotation))
    if field.annotation is bool:
        return Setting((name,), Kind.SWITCH, explanation, field.default)
    if field.annotation is int:
        low, high = (next((getattr(m, k) for m in field.metadata if hasattr(m, k)), None) for k in ("ge", "le"))
        return Setting((name,), Kind.NUMBER, explanation, field.default, low=low, high=high)
    return Setting((name,), Kind.TEXT, explanation, field.default)


def read_setting(setting: Setting, typed: str, texts: Path | None = None) -> Value:
    """The value that ``typed`` stands for. ``texts`` is the folder of the runner's own languages.

    Raises BadInput with what may stand there.
    """
    text = typed.strip()
    match setting.kind:
        case Kind.CHOICE:
            if text in setting.choices:
                return text
            remedy = f"use {', '.join(setting.choices)}"
        case Kind.SWITCH:
            if text in ("on", "off"):
                return text == "on"
            remedy = "say on or off"
        case Kind.NUMBER:
            return _number(setting, text)
        case Kind.TEXT:
            if any(ord(character) < 32 or ord(character) == 127 for character in text):
                raise BadInput("there is a control character in it", remedy="delete it, or type it again")
            if setting.key[0] == "keys" and not _KEYS.fullmatch(text):
                raise BadInput(f"{shown(text)} is no key", remedy="write it as g, ctrl+g or f5; several with commas")
            if setting.key == ("language",):
                load_phrasebook(text, texts)
            return text
    raise BadInput(f"{shown(text)} is not possible", remedy=remedy)


def _number(setting: Setting, text: str) -> int:
    remedy = f"write a whole number from {setting.low} to {setting.high}"
    if not text.removeprefix("-").isascii() or not text.removeprefix("-").isdecimal() or len(text) > 9:
        raise BadInput(f"{shown(text)} is not a whole number", remedy=remedy)
    value = int(text)
    if (setting.low is not None and value < setting.low) or (setting.high is not None and value > setting.high):
        raise BadInput(f"{value} is too {'small' if value < (setting.low or 0) else 'much'}", remedy=remedy)
    return value


class SettingsFile:
    """The settings file as it was read: ``values`` are the settings in it, right or wrong, as they are typed."""

    def __init__(self, file: Path, actions: Actions = MappingProxyType({})) -> None:
        """Raises BadInput if it is no TOML, StorageError if it cannot be read. A missing one is an empty one."""
        self.file = file
        self.settings = all_settings(actions)
        self.text = ""
        self.reload()

    def reload(self) -> None:
        """Read it anew."""
        self.text = self._read()
        self.table = self._parsed(self.text)
        self.values = {s.key: words for s in self.settings if (words := self._words(s)) is not None}

    @property
    def is_changed_elsewhere(self) -> bool:
        """Whether the file is not as it was read."""
        return self._read() != self.text

    @property
    def unknown(self) -> tuple[str, ...]:
        """Keys in it that are no settings: with them the coach refuses the file."""
        known = {setting.key for setting in self.settings}
        found: list[str] = []
        for name, value in self.table.items():
            if name in TABLES and isinstance(value, dict):
                inner = cast("dict[str, Any]", value)
                found += [f"{name}.{key}" for key in inner if (name, key) not in known]
            elif (name,) not in known:
                found.append(name)
        return tuple(found)

    def save(self, changes: Mapping[Key, Value | None]) -> None:
        """Write ``changes`` into the file as it is now and leave the rest of it alone; None takes a setting out.

        Raises BadInput if the coach would refuse what comes of it, or it cannot be changed without loss; StorageError.
        """
        text = self._read()
        wanted = {key: value for key, value in changes.items() if value is not None or self._is_in(key, text)}
        result = set_values(text, wanted, str(self.file))
        self._check(self._parsed(result))
        write_whole(self.file, result)
        self.reload()

    def _check(self, table: dict[str, Any]) -> None:
        try:
            Settings.model_validate(table).without_unknown_cues()
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            raise BadInput(f"{key}: {first['msg'].lower()}", where=str(self.file), remedy=LISTS) from None

    def _is_in(self, key: Key, text: str) -> bool:
        table: Any = self._parsed(text)
        for part in key:
            if not isinstance(table, dict) or part not in table:
                return False
            table = cast("dict[str, Any]", table)[part]
        return True

    def _words(self, setting: Setting) -> str | None:
        value: Any = self.table
        for part in setting.key:
            value = cast("dict[str, Any]", value).get(part) if isinstance(value, dict) else None
        if value is None:
            return None
        return setting.words(value) if isinstance(value, bool | int | str) else json.dumps(value, default=str)

    def _read(self) -> str:
        # lexists: a link that leads nowhere is not a file that may be made anew.
        return read_text(self.file, "settings") if os.path.lexists(self.file) else ""

    def _parsed(self, text: str) -> dict[str, Any]:
        try:
            return parse_toml(text)
        except ValueError as error:
            raise BadInput(str(error), where=str(self.file), remedy="mend the file, or move it away") from None
