"""From ratings to the next session: pure functions of what is known and the time asked (docs/gate.md)."""

RULESET = "5"
"""Grows with every change of a rule, so that a journalled decision says which rules made it."""
