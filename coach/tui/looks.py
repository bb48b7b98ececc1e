"""How the screens look and which keys they hear, as the settings say."""

from collections.abc import Mapping
from typing import NamedTuple

from textual.theme import Theme

from coach.config import Settings, ThemeName
from coach.errors import BadInput
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
THEMES: dict[ThemeName, str] = {"dark": "textual-dark", "light": "textual-light", "contrast": "coach-contrast"}


class Looks(NamedTuple):
    """A theme by its name in the settings; whether nothing may glide; keys by the id of their action."""

    theme: ThemeName = "dark"
    reduced_motion: bool = False
    keys: Mapping[str, str] = {}


PLAIN = Looks()

ACTIONS = frozenset((
    "app.quit", "app.leave", "app.today", "app.readiness", "app.profile",
    "app.clear", "app.ran", "app.take-back", "profile.change",
    "app.plan", "app.history", "app.workouts", "app.settings", "app.export",
    "live.start", "live.take-over", "live.withdraw", "live.pause", "live.next", "live.pain", "live.stop", "live.help",
    "live.back", "live.repeat", "live.longer", "live.shorter", "live.louder", "live.softer", "live.mute",
    "live.confirm", "live.leave",
    "home.help",
    "today.go", "today.morning", "today.before", "today.after", "today.follow-up", "today.why", "today.anyway",
    "today.advance",
    "form.keep", "form.rest", "form.leave", "form.next", "form.previous", "form.down", "form.up",
    "export.pick",
    "page.back", "page.more", "plan.calendar", "plan.protocols", "protocols.follow", "history.filter", "history.plot",
    "edit.save", "edit.mistake", "edit.revert", "edit.leave", "edit.help",
    "editor.turn", "editor.undo", "editor.redo", "editor.delete", "editor.bring-back",
    "steps.change", "steps.add", "steps.repeat", "steps.delete", "steps.undo", "steps.up", "steps.down", "steps.once",
    "entry.keep", "entry.leave", "entry.next", "entry.previous", "entry.help",
    "choice.next", "choice.previous", "choose.back",
    "workouts.open", "workouts.new", "workouts.delete", "workouts.bring-back", "workouts.leave",
))  # fmt: skip
"""The id of every action that has a key."""


def looks_of(settings: Settings) -> Looks:
    """What the settings say. Raises BadInput for an action that does not exist, or a key that would have two."""
    for name in settings.keys:
        if name not in ACTIONS:
            raise BadInput(
                f"keys: there is no action {name[:40]}",
                remedy=f"in config.toml, use one of {', '.join(sorted(ACTIONS))}",
            )
    refuse_clashes(settings.keys)
    return Looks(settings.theme, settings.reduced_motion, settings.keys)


def refuse_clashes(keys: Mapping[str, str]) -> None:
    """Raises BadInput where one key has two actions of one screen, or of one and of all: only one would hear it."""
    taken: dict[tuple[str, str], str] = {}
    for name, bound in sorted(keys.items()):  # those of every screen, app.…, come first
        part = name.partition(".")[0]
        for key in bound.split(","):
            other = taken.get((part, key)) or taken.get(("app", key))
            if other is not None and other != name:
                raise BadInput(
                    f"keys: {key} is given to {other} and to {name}",
                    remedy="in config.toml, give one of them another key",
                )
            taken[part, key] = name


def colours_of(theme: Theme) -> dict[str, str]:
    """The coach's own colours over ``theme``."""
    if theme.name == CONTRAST_THEME.name:
        return CONTRAST
    return DARK if theme.dark else LIGHT
