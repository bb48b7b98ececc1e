"""A run that a watch recorded: which of the runs that are known it is of, and what it must not be."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from coach.errors import BadInput
from coach.gate.facts import Run
from coach.history.events import RunRecorded

_ASKEW = timedelta(minutes=2)
"""[P] By so much a watch and this machine may disagree on what time it is."""


def run_recorded(runs: Iterable[Run], start: datetime, end: datetime) -> Run | None:
    """The run that was under way for the most of that time, if for half of the shorter of the two at least."""

    def together(run: Run) -> timedelta:
        return min(run.end, end) - max(run.start, start)

    best = max(runs, key=together, default=None)
    if best is None or together(best) * 2 < min(best.end - best.start, end - start):
        return None
    return best


def check_recorded(kept: RunRecorded, now: datetime) -> None:
    """Raises BadInput for a recording that is not over by this machine's clock."""
    if kept.end > now + _ASKEW:
        raise BadInput(
            f"a recording that ends at {kept.end:%Y-%m-%d %H:%M} UTC is ahead of this machine's clock",
            remedy="set the clock of this machine right, or that of the watch",
        )
