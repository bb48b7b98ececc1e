"""Wires the app between runs: the comeback, a second opening of it for slow reading, and its looks."""

from coach import config
from coach.bootstrap import the_clock
from coach.bootstrap.comeback import open_coaching
from coach.tui.home import Wish, run_home
from coach.tui.looks import Looks, looks_of


def open_home(*, notice: str = "", just_ran: bool = False) -> Wish:
    """Show the app until the runner leaves it; what for. Raises StorageError, BadInput."""
    places = config.folders()
    clock = the_clock(places, moving=True)
    with open_coaching(places, clock) as coaching:
        return run_home(
            coaching, lambda: open_coaching(places, clock), looks=the_looks(), notice=notice, just_ran=just_ran
        )


def the_looks() -> Looks:
    """What the settings say of the screens. Raises BadInput."""
    return looks_of(config.load(config.folders().settings_file))
