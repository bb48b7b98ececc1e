"""Fixtures of the command line in this process."""

from tests.cli.in_process import coach, opened, ready

__all__ = ["coach", "opened", "ready"]
