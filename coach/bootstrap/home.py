"""Wires the app between runs: the comeback, a second opening of it for slow reading, and its looks."""

from textual.screen import Screen

from coach import config
from coach.bootstrap import the_clock
from coach.bootstrap.comeback import open_coaching
from coach.bootstrap.garmin_back import TakingBack
from coach.coaching import Coaching
from coach.config import Folders
from coach.library.drafts import Drafts
from coach.library.protocols import Protocols
from coach.tui.home import Wish, run_home
from coach.tui.looks import Looks, looks_of


def open_home(*, notice: str = "", just_ran: str = "") -> Wish:
    """Show the app until the runner leaves it; what for. Raises StorageError, BadInput."""
    places = config.folders()
    clock = the_clock(places, moving=True)
    with open_coaching(places, clock) as coaching:
        return run_home(
            coaching,
            lambda: open_coaching(places, clock),
            Drafts(places.state / "drafts"),
            lambda: Protocols(places.workouts),
            looks=the_looks(),
            notice=notice,
            just_ran=just_ran,
            afterwards=TakingBack(places, clock),
            sheets={
                "workouts": lambda: _workouts(places),
                "settings": lambda: _settings(places),
                "export": lambda: _export(coaching, places),
            },
        )


def _workouts(places: Folders) -> Screen[None]:
    from coach.bootstrap.edit import make_desk  # not before it is wanted: Today is to be there at once
    from coach.tui.workouts import WorkoutsScreen

    return WorkoutsScreen(make_desk(places))


def _settings(places: Folders) -> Screen[None]:
    from coach.bootstrap.edit import make_settings_screen, open_settings

    return make_settings_screen(places, open_settings(places))


def _export(coaching: Coaching, places: Folders) -> Screen[None]:
    from coach.bootstrap.export_here import make_export_screen

    return make_export_screen(coaching, places)


def the_looks() -> Looks:
    """What the settings say of the screens. Raises BadInput."""
    return looks_of(config.load(config.folders().settings_file))
