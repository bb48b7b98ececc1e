"""Sound: earcons, voices, the player and its outputs."""
