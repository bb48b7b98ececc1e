"""The gate's table: what each kind of injury may feel, how long it waits, how often a stage must go well."""

from collections.abc import Iterable
from typing import NamedTuple

from coach.model.profile import BandName


class Band(NamedTuple):
    """``advance`` and ``repeat`` are the highest pain during or after (0–10); ``morning`` what a morning may be above
    baseline and still repeat. ``good`` sessions a stage; full calendar days and hours between two starts, and after
    pain of 3–5 (``sore_*``)."""

    advance: int
    repeat: int
    morning: int
    good: int
    rest_days: int
    gap_h: int
    sore_rest_days: int
    sore_gap_h: int
    sources: tuple[str, ...]


_EVERY_OTHER_DAY = (1, 36)

TABLE: dict[BandName, Band] = {
    BandName.BONE: Band(
        0, 0, 0, 3, *_EVERY_OTHER_DAY, *_EVERY_OTHER_DAY, ("warden-2021", "ouh-2024", "project-choice")
    ),
    BandName.POSTOP: Band(0, 2, 1, 3, *_EVERY_OTHER_DAY, *_EVERY_OTHER_DAY, ("san-postop", "project-choice")),
    BandName.LIGAMENT: Band(2, 3, 1, 2, *_EVERY_OTHER_DAY, *_EVERY_OTHER_DAY, ("project-choice",)),
    BandName.TENDON: Band(2, 5, 1, 2, *_EVERY_OTHER_DAY, 2, 60, ("silbernagel-2007", "san-tendon")),
    BandName.FASCIA: Band(2, 5, 1, 2, *_EVERY_OTHER_DAY, *_EVERY_OTHER_DAY, ("silbernagel-2007", "project-choice")),
}

SORE = 3
"""From this pain during or after a run the longer gap holds (SAN: 3–5)."""


def strictest(names: Iterable[BandName]) -> Band:
    """Several injuries: of every figure the stricter one."""
    bands = [TABLE[name] for name in names]
    sources = tuple(dict.fromkeys(source for band in bands for source in band.sources))
    low = [min(column) for column in zip(*(band[:3] for band in bands), strict=True)]
    high = [max(column) for column in zip(*(band[3:8] for band in bands), strict=True)]
    return Band(low[0], low[1], low[2], high[0], high[1], high[2], high[3], high[4], sources)


def steady_counts(names: Iterable[BandName]) -> bool:
    """Whether pain inside the repeat band may count as good after three steady sessions: tendon and fascia alone."""
    return set(names) <= {BandName.TENDON, BandName.FASCIA}
