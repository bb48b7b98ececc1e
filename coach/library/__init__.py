"""Data files → model: workouts, and the texts of the cues."""
