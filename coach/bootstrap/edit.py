"""Wires the editor of workouts and the settings to the folders of this user."""

import os

from coach import config
from coach.bootstrap import the_clock
from coach.errors import CoachError
from coach.library.catalogue import Catalogue
from coach.library.drafts import Drafts
from coach.library.own_workouts import OwnWorkouts
from coach.library.settings_file import SettingsFile
from coach.tui.actions import ACTIONS
from coach.tui.edit_app import run_edit
from coach.tui.editor import Desk, EditorScreen
from coach.tui.looks import PLAIN, Looks, looks_of
from coach.tui.settings import SettingsScreen
from coach.tui.workouts import WorkoutsScreen


def edit_workout(argument: str | None) -> None:
    """Open the editor on what a WORKOUT argument stands for; None: on the list of all. Raises CoachError."""
    places = config.folders()
    desk = make_desk(places)
    if argument is None:
        run_edit(lambda: WorkoutsScreen(desk), looks=_looks(places))
        return
    opened = desk.own.open(argument)
    run_edit(lambda: EditorScreen(desk, opened), looks=_looks(places))


def edit_settings() -> None:
    """Open the settings. Raises CoachError."""
    places = config.folders()
    file = open_settings(places)
    run_edit(lambda: make_settings_screen(places, file), looks=_looks(places))


def make_desk(places: config.Folders) -> Desk:
    """What the editor of workouts and their list are opened with."""
    return Desk(OwnWorkouts(Catalogue(places.workouts)), Drafts(places.state / "drafts"), the_clock(places))


def open_settings(places: config.Folders) -> SettingsFile:
    """The settings file, read. Raises BadInput if it is no TOML, StorageError."""
    return SettingsFile(places.settings_file, ACTIONS)


def make_settings_screen(places: config.Folders, file: SettingsFile) -> SettingsScreen:
    """The form of the settings. Only within an app."""
    return SettingsScreen(file, Drafts(places.state / "drafts"), the_clock(places), places.texts, os.environ)


def _looks(places: config.Folders) -> Looks:
    """What the settings say; the plain ones where the file is wrong, for here it may be mended."""
    try:
        return looks_of(config.load(places.settings_file))
    except CoachError:
        return PLAIN
