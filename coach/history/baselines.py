"""A usual level told lower soon after: readiness goes by the higher one as long as by a test that failed."""

from collections.abc import Iterable
from datetime import datetime

from coach.gate.readiness import CORRECTION, DAY
from coach.history.events import ProfileSet
from coach.model.profile import Profile

_Told = tuple[datetime, tuple[int, ...]]


def unsoftened(profile: Profile, told: Iterable[tuple[datetime, str, ProfileSet]], at: datetime) -> Profile:
    """``profile`` with the highest baseline of the last day up to ``at``.

    ``told`` are the profiles until then, the earliest first. What was told anew within ten minutes was a slip.
    """
    groups: list[list[_Told]] = []
    for when, _, each in told:
        if not each.profile.baseline:
            continue
        if groups and when - groups[-1][0][0] <= CORRECTION:
            groups[-1].append((when, each.profile.baseline))
        else:
            groups.append([(when, each.profile.baseline)])
    lasts = [group[-1] for group in groups]
    standing = [scores for when, scores in lasts if when > at - DAY]
    return profile.model_copy(update={"baseline": max([profile.baseline, *standing], key=_score)})


def _score(scores: tuple[int, ...]) -> int:
    """As readiness judges it: the median of three, of fewer the worst."""
    return sorted(scores)[1] if len(scores) == 3 else max(scores, default=0)
