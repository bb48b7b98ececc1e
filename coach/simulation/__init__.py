"""Simulated runners: they live through a protocol under the same gate as real ones, to see whether it keeps its word.

Pure and seeded. What hurts them is made up; no figure of theirs says anything about a body. See docs/simulation.md.
"""
