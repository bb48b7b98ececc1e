"""The one live loop: engine ↔ clock, player and journal."""

from coach.runner.loop import Runner
from coach.runner.updates import Listener, Relay, Update

__all__ = ["Listener", "Relay", "Runner", "Update"]
