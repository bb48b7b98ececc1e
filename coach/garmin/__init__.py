"""Garmin Connect: the unlocked session out, activities in."""
