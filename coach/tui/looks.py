"""How the screens look and which keys they hear, as the settings say."""

from collections.abc import Mapping
from typing import NamedTuple

from textual.keys import KEY_NAME_REPLACEMENTS, REPLACED_KEYS, Keys, key_to_character
from textual.theme import Theme

from coach.config import Settings, ThemeName
from coach.errors import BadInput
from coach.tui.actions import ACTIONS, TOGETHER, WHILE_TYPING, is_among
from coach.tui.palette import CONTRAST, DARK, LIGHT

CONTRAST_THEME = Theme(
    name="coach-contrast",
    primary="#ffffff",
    secondary="#ffffff",
    accent="#ffff00",
    warning="#ffff00",
    error="#ff8080",
    success="#00ff80",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    dark=True,
    text_alpha=1.0,
    variables={"text-muted": "#ffffff", "text-disabled": "#d0d0d0"},
)
_NAMED = frozenset((*(key.value for key in Keys), *REPLACED_KEYS))
_MODIFIERS = frozenset(("ctrl", "shift", "alt", "super", "hyper", "meta"))
THEMES: dict[ThemeName, str] = {"dark": "textual-dark", "light": "textual-light", "contrast": "coach-contrast"}


class Looks(NamedTuple):
    """A theme by its name in the settings; whether nothing may glide; keys by the id of their action."""

    theme: ThemeName = "dark"
    reduced_motion: bool = False
    keys: Mapping[str, str] = {}


PLAIN = Looks()


def looks_of(settings: Settings) -> Looks:
    """What the settings say. Raises BadInput for an action that does not exist, or a key that would have two."""
    for name in settings.keys:
        if name not in ACTIONS:
            raise BadInput(
                f"keys: there is no action {name[:40]}",
                remedy=f"in config.toml, use one of {', '.join(sorted(ACTIONS))}",
            )
        for key in settings.keys[name].split(","):
            check_key(key)
    refuse_clashes(settings.keys)
    return Looks(settings.theme, settings.reduced_motion, settings.keys)


def check_key(key: str) -> None:
    """Raises BadInput unless ``key`` is the name of one that a terminal can send."""
    *modifiers, last = key.split("+")
    is_named = last in _NAMED or (len(last) > 1 and _typed_by(last) is not None and last not in KEY_NAME_REPLACEMENTS)
    is_letter = len(last) == 1 and last.isalnum()
    if not (is_named or is_letter) or not _MODIFIERS.issuperset(modifiers) or (is_letter and modifiers == ["shift"]):
        raise BadInput(
            f"keys: there is no key {key[:40] or 'of an empty name'}",
            remedy="write it as g, G, ctrl+g, f5, question_mark or comma; several with commas",
        )


def refuse_clashes(keys: Mapping[str, str]) -> None:
    """Raises BadInput where a key would have two actions on one screen, or could not work while somebody types."""
    for name, bound in keys.items():
        if is_among(name, WHILE_TYPING) and (letter := next((k for k in bound.split(",") if _typed_by(k)), None)):
            raise BadInput(
                f"keys: {letter} is given to {name}, which has to work while you type",
                remedy="in config.toml, give it a key such as f5 or ctrl+g",
            )
    for together in TOGETHER:
        taken: dict[str, str] = {}
        names = (name for name in ACTIONS if is_among(name, together))
        for name in sorted(names, key=lambda name: (name not in keys, name)):
            for key in keys.get(name, ACTIONS[name].keys).split(","):
                other = taken.setdefault(key, name)
                is_usual = key in ACTIONS[other].keys.split(",") and key in ACTIONS[name].keys.split(",")
                if other != name and other in keys and not is_usual:
                    if name in keys:
                        raise BadInput(
                            f"keys: {key} is given to {other} and to {name}",
                            remedy="in config.toml, give one of them another key",
                        )
                    raise BadInput(
                        f"keys: {key} is given to {other}, and is the key of {name} on the same screen",
                        remedy=f"in config.toml, give {name} another key, or {other}",
                    )


def _typed_by(key: str) -> str | None:
    """The character that the key puts into a field, if it does."""
    character = key_to_character(REPLACED_KEYS.get(key, key))
    return character if character and character.isprintable() else None


def colours_of(theme: Theme) -> dict[str, str]:
    """The coach's own colours over ``theme``."""
    if theme.name == CONTRAST_THEME.name:
        return CONTRAST
    return DARK if theme.dark else LIGHT
