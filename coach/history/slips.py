"""Injuries told by mistake: for ten minutes they may be taken back, by telling the profile anew (docs/profile.md)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from coach.history.amend import GRACE
from coach.history.events import ProfileSet
from coach.model.profile import Injury

Told = tuple[datetime, str, ProfileSet]
"""When a profile was told, by its date put right; the id of the event; what was told."""


def without_slips(told: Sequence[Told], written: Mapping[str, datetime]) -> list[Told]:
    """The profiles without the injuries that were taken back.

    One is, if it is left out within ten minutes of when it was told first, in an unbroken row of profiles that amend
    each other; by the dates as they were put right and as they were ``written``, for a correction makes no time for
    second thoughts.
    """
    known = {note_id: (at, each) for at, note_id, each in told}
    left = {note_id: list(each.profile.injuries) for _, note_id, each in told}
    for at, note_id, each in told:
        row = _amended_by(note_id, known)
        for injury in [injury for one in row for injury in known[one][1].profile.injuries]:
            having = [one for one in row if injury in left[one]]
            if having and injury not in each.profile.injuries:
                ages = [at - known[having[-1]][0], written[note_id] - written[having[-1]]]
                if all(timedelta() <= age <= GRACE for age in ages):
                    for one in having:
                        left[one].remove(injury)
    return [(at, note_id, _having(each, tuple(left[note_id]))) for at, note_id, each in told]


def _amended_by(note_id: str, known: Mapping[str, tuple[datetime, ProfileSet]]) -> list[str]:
    """The ids of the profiles that this one amends, and those amend, the newest first."""
    found: list[str] = []
    before = known[note_id][1].amends
    while before is not None and before in known and before not in found:
        found.append(before)
        before = known[before][1].amends
    return found


def _having(told: ProfileSet, injuries: tuple[Injury, ...]) -> ProfileSet:
    if injuries == told.profile.injuries:
        return told
    return told.model_copy(update={"profile": told.profile.model_copy(update={"injuries": injuries})})
