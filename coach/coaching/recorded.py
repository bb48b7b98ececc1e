"""What a recording of a watch must not be."""

from datetime import datetime, timedelta

from coach.errors import BadInput
from coach.history.events import RunRecorded

_ASKEW = timedelta(minutes=2)
"""[P] By so much a watch and this machine may disagree on what time it is."""


def check_recorded(kept: RunRecorded, now: datetime) -> None:
    """Raises BadInput for a recording that is not over by this machine's clock."""
    if kept.end > now + _ASKEW:
        raise BadInput(
            f"a recording that ends at {kept.end:%Y-%m-%d %H:%M} UTC is ahead of this machine's clock",
            remedy="set the clock of this machine right, or that of the watch",
        )
