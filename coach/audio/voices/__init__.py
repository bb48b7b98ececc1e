"""Voices. Only the rendering child imports this package: it needs numpy."""
