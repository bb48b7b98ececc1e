"""Where activities come from: Garmin Connect, Garmin's Personal API, a mounted watch or a folder."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from coach import config
from coach.activities.folder import FolderActivities
from coach.bootstrap import the_clock
from coach.bootstrap.garmin import the_client
from coach.bootstrap.garmin_files import garmin_folder
from coach.clock import Clock
from coach.config import Folders
from coach.delivery.keys import KeyChain
from coach.delivery.watches import find_watches, the_watch
from coach.errors import BadInput
from coach.garmin.activities import SITE, ConnectActivities, PersonalActivities
from coach.ports import ActivitySource

PERSONAL_KEY = "garmin_api"
_URL = "COACH_GARMIN_API_URL"


def from_connect(places: Folders | None = None, clock: Clock | None = None) -> ActivitySource:
    """By the login of ``coach garmin login``. Raises BadInput from a scratch journal."""
    return ConnectActivities(the_client(places, clock))


def the_personal_key(places: Folders | None = None) -> KeyChain:
    """The key of the Personal API, where the keys of services are kept."""
    return KeyChain(PERSONAL_KEY, (places or config.folders()).config, set_with="coach garmin key")


def from_personal_api(places: Folders | None = None, clock: Clock | None = None) -> ActivitySource:
    """By a key of the runner's own. Raises BadInput where what stands in for it is not on this machine."""
    places = places or config.folders()
    site = os.environ.get(_URL) or SITE
    if site != SITE and not re.fullmatch(r"http://(127\.0\.0\.1|localhost):\d{1,5}", site):
        raise BadInput("this is not on this machine", where=_URL, remedy="unset it: the key is for Garmin alone")
    cache = garmin_folder(places) / ("personal-api.json" if site == SITE else "personal-api-stand-in.json")
    return PersonalActivities(lambda: the_personal_key(places).find().secret, cache, clock or the_clock(places), site)


def from_folder(place: Path | None, tell: Callable[[str], None] = lambda _: None) -> FolderActivities:
    """Of ``place``, or of the one watch that is mounted. Raises BadInput where there is none, or several."""
    return FolderActivities(place if place is not None else the_watch(find_watches()).folder.parent, tell)
