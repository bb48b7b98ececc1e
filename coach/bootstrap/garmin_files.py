"""Where the login to Garmin Connect, and what was put there, are kept. Every command looks, so this loads nothing."""

import os
from pathlib import Path

from coach import config
from coach.config import Folders

GARMIN = "garmin"
SITE = "COACH_GARMIN_URL"
TOKENS = "tokens.json"


def garmin_folder(places: Folders) -> Path:
    """Its own in the state folder; what stands in for Garmin has another, and never sees a real login."""
    return places.state / (f"{GARMIN}-stand-in" if os.environ.get(SITE) else GARMIN)


def is_logged_in(places: Folders | None = None) -> bool:
    """Whether there are tokens; whether they are still taken only the service knows."""
    return (garmin_folder(places or config.folders()) / TOKENS).exists()
