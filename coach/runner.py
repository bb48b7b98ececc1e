"""The one live loop: engine ↔ clock, player, journal."""
