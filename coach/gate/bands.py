"""The gate's table: what each kind of injury may feel, how long it waits, how often a stage must go well."""

from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

from coach.model.profile import BandName


class Band(NamedTuple):
    """``advance`` and ``repeat`` are the highest pain during or after (0–10); ``morning`` what a morning may be above
    baseline and still repeat. ``good`` sessions a stage; full calendar days and hours between two starts, and after
    pain of 3–5 (``sore_*``). ``sources`` are those of pain and good sessions, ``gap_sources`` of the gap."""

    advance: int
    repeat: int
    morning: int
    good: int
    rest_days: int
    gap_h: int
    sore_rest_days: int
    sore_gap_h: int
    sources: tuple[str, ...]
    gap_sources: tuple[str, ...]


_EVERY_OTHER_DAY = (1, 36)
_ALTERNATE = ("ouh-2024", "osu-2019", "ud", "project-choice")

TABLE: dict[BandName, Band] = {
    BandName.BONE: Band(
        0, 0, 0, 3, *_EVERY_OTHER_DAY, *_EVERY_OTHER_DAY, ("warden-2021", "project-choice"), _ALTERNATE
    ),
    BandName.POSTOP: Band(
        0, 2, 1, 3, *_EVERY_OTHER_DAY, *_EVERY_OTHER_DAY, ("san-postop", "project-choice"), _ALTERNATE
    ),
    BandName.LIGAMENT: Band(2, 3, 1, 2, *_EVERY_OTHER_DAY, *_EVERY_OTHER_DAY, ("project-choice",), _ALTERNATE),
    BandName.TENDON: Band(
        2, 5, 1, 2, *_EVERY_OTHER_DAY, 2, 60, ("silbernagel-2007", "san-tendon"), (*_ALTERNATE, "san-tendon")
    ),
    BandName.FASCIA: Band(
        2, 5, 1, 2, *_EVERY_OTHER_DAY, *_EVERY_OTHER_DAY, ("silbernagel-2007", "project-choice"), _ALTERNATE
    ),
}

SORE = 3
"""From this pain during or after a run the longer gap holds (SAN: 3–5)."""


def strictest(names: Iterable[BandName]) -> Band:
    """Several injuries: of every figure the stricter one, with the sources of the bands it is from."""
    bands = [TABLE[name] for name in names]
    low = [min(column) for column in zip(*(band[:3] for band in bands), strict=True)]
    high = [max(column) for column in zip(*(band[3:8] for band in bands), strict=True)]
    said = [b.sources for b in bands if any(mine == worst for mine, worst in zip(b[:4], (*low, high[0]), strict=True))]
    gaps = [b.gap_sources for b in bands if any(mine == worst for mine, worst in zip(b[4:8], high[1:], strict=True))]
    return Band(low[0], low[1], low[2], high[0], high[1], high[2], high[3], high[4], _all(said), _all(gaps))


def _all(sources: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(sources)))


def steady_counts(names: Iterable[BandName]) -> bool:
    """Whether pain inside the repeat band may count as good after three steady sessions: tendon and fascia alone."""
    return set(names) <= {BandName.TENDON, BandName.FASCIA}
