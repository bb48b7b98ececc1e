"""The one live loop: engine ↔ clock, player and journal."""

from coach.runner.loop import Runner
from coach.runner.scribe import LOCK_PATIENCE_S
from coach.runner.updates import Listener, Relay, Update

__all__ = ["LOCK_PATIENCE_S", "Listener", "Relay", "Runner", "Update"]
