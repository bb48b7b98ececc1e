"""Who the runner is, of everything that was told: injuries, baseline, clearance and tests in force at an instant."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from coach.gate.readiness import CLEARANCE, FIRST_STEPS, PAIN_FREE_DAYS, within_the_record
from coach.history.events import ProfileSet
from coach.history.told import Record
from coach.model.profile import BandName, Clearance, Injury, Profile, Role
from coach.model.rating import SymptomRating
from coach.model.readiness import ReadinessResult

CLAIM_WINDOW = timedelta(days=90)
"""So far back ratings are held against days without pain that were claimed; what is older leaves more than any asks."""
LONGEST_DAY = timedelta(hours=25)
"""So long before an injury was told a clearance may be and still be of the same day, whose clock may be set back."""
_LAST_ID = "~"
"""Comes after every id of an event."""


class Profiles:
    """The profiles told, the earliest first. ``first_mornings`` give the baseline where none is told."""

    def __init__(self, told: Record) -> None:
        self.record = told
        self.told = sorted(told.profiles, key=lambda p: (p[0], p[1]))
        self.first_mornings: tuple[int, ...] = ()

    def until(self, at: datetime) -> list[tuple[datetime, str, ProfileSet]]:
        until = [p for p in self.told if p[0] <= at]
        return until or self.told[:1]

    def first_told(self, injury: Injury) -> datetime | None:
        """When it was first told of; None if it never was."""
        return next((at for at, _, each in self.told if injury in each.profile.injuries), None)

    def at(self, at: datetime) -> Profile:
        """The profile in force: the newest, with every earlier injury that no clinician has cleared since it was left
        out. A clearance to begin running is not the end of an injury."""
        return self._in_force(self.until(at), at)

    def with_told(self, profile: Profile, at: datetime) -> Profile:
        """The profile that would be in force if ``profile`` were told at ``at``."""
        told = self.until(at)
        if not told:
            return profile
        new = told[-1][2].model_copy(update={"profile": profile})
        return self._in_force([*told, (at, _LAST_ID, new)], at)

    def _in_force(self, told: Sequence[tuple[datetime, str, ProfileSet]], at: datetime) -> Profile:
        newest = told[-1][2].profile
        told_of = self.record.clearances
        cleared = [(note_id, c) for c_at, note_id, c in told_of if c.role is Role.CLINICIAN and c_at <= at]
        injuries: list[Injury] = []
        for number, (_, _, each) in enumerate(told):
            for injury in each.profile.injuries:
                left_out = (note_id for _, note_id, later in told[number + 1 :] if injury not in later.profile.injuries)
                of_it = [note_id for note_id, clearance in cleared if self._is_of(clearance, injury)]
                if injury not in injuries and not any(c > note_id for note_id in left_out for c in of_it):
                    injuries.append(injury)
        return newest.model_copy(update={"injuries": tuple(injuries)})

    def baseline_at(self, at: datetime) -> int:
        """Median of three mornings before the first run; a later profile may lower it, never raise it."""
        profile = self.at(at)
        if BandName.BONE in profile.bands:
            return 0
        scores = [self._baseline_of(each.profile) for _, _, each in self.until(at)]
        return min(scores)

    def _baseline_of(self, profile: Profile) -> int:
        if profile.baseline:
            return profile.baseline_score
        return profile.model_copy(update={"baseline": self.first_mornings}).baseline_score

    def clinician(self, at: datetime, needs: Callable[[Injury], bool]) -> list[Clearance]:
        """The clinician's clearances, oldest first, that were told with or after the injuries that need them and are
        known to be about each of these in force."""
        needing = [injury for injury in self.at(at).injuries if needs(injury)]
        return [c for c in self._told_since(at, needs) if all(self._is_of(c, injury) for injury in needing)]

    def uncounted_at(self, at: datetime) -> datetime | None:
        """Of when the newest clinician's clearance is that would count if the day of the injury were known; None if one
        does."""
        if self.clinician(at, lambda injury: injury.hops_wait):
            return None
        needing = [injury for injury in self.at(at).injuries if injury.hops_wait]
        told = self._told_since(at, lambda injury: injury.hops_wait)
        return next((c.at for c in reversed(told) if needing and all(map(c.may_be_of, needing))), None)

    def _is_of(self, clearance: Clearance, injury: Injury) -> bool:
        """Whether it is about ``injury``; of one whose day matters and is unknown, only if of the day it was told."""
        if not clearance.may_be_of(injury):
            return False
        dated = (
            other.model_copy(update={"onset": None})
            for _, _, each in self.told
            for other in each.profile.injuries
            if other.onset is not None
        )
        if not injury.hops_wait or injury.onset is not None or injury in dated:
            return True
        first = self.first_told(injury)
        return first is None or clearance.at > first - LONGEST_DAY

    def _told_since(self, at: datetime, needs: Callable[[Injury], bool]) -> list[Clearance]:
        """The clinician's clearances that were told with or after the injuries that need them, oldest first."""
        since, known = "", list[Injury]()
        for _, note_id, each in self.until(at):
            fresh = [i for i in each.profile.injuries if needs(i) and i not in known]
            if fresh:
                since, known = note_id, [*known, *fresh]
        found = [
            c
            for c_at, note_id, c in self.record.clearances
            if c.role is Role.CLINICIAN and c_at <= at and note_id > since
        ]
        return sorted(found, key=lambda c: c.at)

    def results_at(self, at: datetime) -> list[ReadinessResult]:
        """Tests of readiness, a clinician's clearances in force, and days without pain that profiles declared."""
        found = [result for result in self.record.results if result.at <= at and result.criterion != CLEARANCE]
        # All of them: a later one makes no hop too early that was not.
        for clearance in self.clinician(at, lambda injury: injury.hops_wait):
            when = min(clearance.at, at)
            found.append(ReadinessResult(criterion=CLEARANCE, at=when, passed_task=True, waived_by=clearance.by))
        before = None
        for told_at, _, told in self.told:
            days = told.profile.pain_free_days
            if days is not None and days != before and told_at <= at:  # the same profile told again declares nothing
                found.append(ReadinessResult(criterion=PAIN_FREE_DAYS, at=told_at, figure=days))
            before = days
        return [self._within_the_record(r) if r.criterion in (PAIN_FREE_DAYS, FIRST_STEPS) else r for r in found]

    def _within_the_record(self, result: ReadinessResult) -> ReadinessResult:
        return within_the_record(result, self._about_then(result.at), self.baseline_at(result.at))

    def is_contradicted(self, at: datetime) -> bool:
        """Whether days without pain, or a week as usual, were claimed against the runner's own ratings."""
        return any(result.rated_on is not None for result in self.results_at(at))

    def _about_then(self, at: datetime) -> list[SymptomRating]:
        """The ratings of the weeks up to ``at`` in which pain leaves too few days without."""
        loose, since = self.record.loose, at - CLAIM_WINDOW
        first = bisect_left(loose, since, key=lambda g: g.rating.at)
        until = bisect_right(loose, at, key=lambda g: g.rating.at)
        after = (g.rating for given in self.record.after.values() for g in given if since <= g.rating.at <= at)
        return [*(g.rating for g in loose[first:until]), *after]

    def with_baseline(self, profile: Profile) -> Profile:
        return profile if profile.baseline else profile.model_copy(update={"baseline": self.first_mornings})
