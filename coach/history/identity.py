"""Which recordings are of one and the same activity, and which of them tells most. Pure.

The same run may come as FIT, TCX and GPX, twice, from the watch and from a service, or cut short. Nobody runs two at
once: recordings of one time are of one activity.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from coach.model.activity import Activity

TOLERANCE = timedelta(seconds=5)
ON_FOOT = frozenset(("running", "walking", "hiking"))
UNTOLD = frozenset(("", "generic"))
_FORMS = ("gpx", "tcx", "fit")
_MOSTLY = 0.95


class Brief(NamedTuple):
    """One recording in brief. ``id`` is the caller's: the hash of its file, and where in it.

    ``intact`` is whether all of the file could be read; ``steps`` whether its laps say which step of a workout they
    were; ``figures`` how many kinds of figure its records hold.
    """

    id: str
    form: str
    sport: str
    start: datetime
    end: datetime
    intact: bool = True
    steps: bool = False
    laps: int = 0
    figures: int = 0
    records: int = 0

    @property
    def length(self) -> timedelta:
        """From its first to its last instant."""
        return self.end - self.start


def brief(activity: Activity, id: str) -> Brief:  # noqa: A002
    """What counts of ``activity`` here."""
    held = [False] * 16
    for record in activity.records:
        for place, value in enumerate(record):
            if value is not None:
                held[place] = True
    return Brief(
        id,
        activity.form,
        activity.sport,
        activity.start,
        activity.end,
        not activity.faults,
        any(lap.step_index is not None for lap in activity.laps),
        len(activity.laps),
        sum(held),
        len(activity.records),
    )


def is_same(one: Brief, other: Brief) -> bool:
    """Whether both are of one activity: the middle of the shorter lies within the longer, and the sports go together.

    So a start that came late, an end that was cut off or a few seconds that two neighbours share change nothing.
    """
    shorter, longer = sorted((one, other), key=lambda each: (each.length, each.start))
    middle = shorter.start + shorter.length / 2
    return longer.start - TOLERANCE <= middle <= longer.end + TOLERANCE and _go_together(one.sport, other.sport)


def as_one(briefs: Iterable[Brief]) -> list[tuple[Brief, ...]]:
    """All recordings, those of one activity together, the one that tells most first; activities in order of time.

    In whatever order they come, they come out the same. Two halves are of one activity where a recording of the whole
    joins them.
    """
    ordered = sorted(set(briefs), key=lambda each: (each.start, tuple(each)))
    leader = list(range(len(ordered)))

    def lead(number: int) -> int:
        while leader[number] != number:
            leader[number] = number = leader[leader[number]]
        return number

    still: list[int] = []  # those that may not be over yet
    for number, each in enumerate(ordered):
        still = [before for before in still if ordered[before].end + 2 * TOLERANCE >= each.start]
        for before in still:
            if is_same(ordered[before], each):
                leader[lead(number)] = lead(before)
        still.append(number)
    groups: dict[int, list[Brief]] = {}
    for number, each in enumerate(ordered):
        groups.setdefault(lead(number), []).append(each)
    return sorted(
        (by_richness(group) for group in groups.values()), key=lambda group: min(each.start for each in group)
    )


def by_richness(group: Sequence[Brief]) -> tuple[Brief, ...]:
    """The one that tells most first: one of (nearly) the whole time before any part of it, an intact file before a
    damaged one, then steps of a workout, kinds of figure, laps, and FIT before TCX before GPX."""
    longest = max(each.length for each in group)

    def rank(each: Brief) -> tuple[object, ...]:
        return (
            each.length < longest * _MOSTLY,
            not each.intact,
            not each.steps,
            -each.figures,
            -each.laps,
            -_FORMS.index(each.form) if each.form in _FORMS else 1,
            -each.records,
            tuple(each),  # none is like another
        )

    return tuple(sorted(group, key=rank))


def _go_together(one: str, other: str) -> bool:
    """Formats tell running from walking differently, or not at all; a ride is no run."""
    return one == other or one in UNTOLD or other in UNTOLD or {one, other} <= ON_FOOT
