"""Who the runner is, of everything that was told: injuries, baseline, clearance and tests in force at an instant."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from coach.gate.episodes import Hurt, hurts_of
from coach.gate.facts import Run
from coach.gate.readiness import CLEARANCE, FIRST_STEPS, PAIN_FREE_DAYS, within_the_mornings, within_the_record
from coach.history.amend import GRACE
from coach.history.slips import Told, without_slips
from coach.history.told import Record
from coach.model.profile import BandName, Clearance, Injury, Profile, Role
from coach.model.readiness import ReadinessResult

CLAIM_WINDOW = timedelta(days=90)
"""So far back ratings are held against days without pain that were claimed; what is older leaves more than any asks."""
LONGEST_DAY = timedelta(hours=25)
"""So long before an injury was told a clearance may be and still be of the same day, whose clock may be set back."""
SAME_BREATH = timedelta(minutes=1)
"""So much earlier may a clearance be that was told together with the profile."""
_FARTHEST_WEST = timedelta(hours=12)
_LAST_ID = "~"
"""Comes after every id of an event."""


class Profiles:
    """The profiles told, the earliest first. ``first_mornings`` give the baseline where none is told; in ``runs`` pain
    may have been marked."""

    def __init__(self, told: Record, runs: Sequence[Run] = ()) -> None:
        self.record = told
        self.runs = runs
        self.told = without_slips(sorted(told.profiles, key=lambda p: (p[0], p[1])), told.profile_written)
        self.first_mornings: tuple[int, ...] = ()
        self._since: dict[tuple[int, Injury], int] = {}

    def until(self, at: datetime) -> list[Told]:
        until = [p for p in self.told if p[0] <= at]
        return until or self.told[:1]

    def told_since(self, injury: Injury) -> datetime | None:
        """Since when it is told of without having been cleared and left out in between; None if it never was."""
        number = self._newest(injury, len(self.told))
        return None if number is None else self.told[self._begun(number, injury)][0]

    def newly_injured(self, at: datetime) -> tuple[datetime | None, datetime | None]:
        """Until when a readiness check is from before an injury that is new to the programme, and when the newest of
        these was told; None where there is none. One from before the programme is not new, whenever it is told."""
        since: list[datetime] = []
        told_at: list[datetime] = []
        until = self.until(at)
        for injury in self._in_force(until, at).injuries if until else ():
            number = self._newest(injury, len(until))
            begun = 0 if number is None else self._begun(number, injury)
            onsets = [same.onset for same in self._tellings(injury, begun, len(until)) if same.onset is not None]
            onset = max(onsets, default=None)
            if begun == 0 or (onset is not None and onset < (self.told[0][0] - _FARTHEST_WEST).date()):
                continue
            if onset is None and self._was_in_force(injury, begun):
                continue  # told again, and its day left out
            told = self.told[begun][0]
            over = None if onset is None else datetime.combine(onset, time(), UTC) + timedelta(days=1) + _FARTHEST_WEST
            since.append(told if over is None else min(told, over))
            told_at.append(told)
        return max(since, default=None), max(told_at, default=None)

    def _was_in_force(self, injury: Injury, number: int) -> bool:
        """Whether it was just before that telling, whatever its day."""
        told_at, note_id, _ = self.told[number]
        before = self._in_force(self.told[:number], told_at, note_id).injuries
        return any(each.model_copy(update={"onset": injury.onset}) == injury for each in before)

    def _tellings(self, injury: Injury, since: int, until: int | None = None) -> list[Injury]:
        """How it was told of from one telling on: as it is or, where its day is unknown, with that day."""
        undated = injury.model_copy(update={"onset": None})
        told = (each for _, _, told in self.told[since:until] for each in told.profile.injuries)
        if injury.onset is not None:
            return [each for each in told if each == injury]
        return [each for each in told if each.model_copy(update={"onset": None}) == undated]

    def _newest(self, injury: Injury, before: int) -> int | None:
        """The newest telling of it among the first so many; None without one."""
        return next((n for n in range(before - 1, -1, -1) if injury in self.told[n][2].profile.injuries), None)

    def _begun(self, number: int, injury: Injury) -> int:
        """The telling since which ``injury``, told with that of ``number``, is in force: the first after each end."""
        key = number, injury
        if key not in self._since:
            at, note_id, _ = self.told[number]
            before = self.told[:number]
            known = bool(before) and injury in self._in_force(before, at, note_id).injuries
            last = self._newest(injury, number) if known else None
            self._since[key] = number if last is None else self._begun(last, injury)
        return self._since[key]

    def at(self, at: datetime, but: Clearance | None = None) -> Profile:
        """The profile in force: the newest, with every earlier injury that no clinician has cleared since it was left
        out. A clearance to begin running is not the end of an injury. As if there were none ``but``: what a clearance
        closes was still under the injuries that it ends."""
        return self._in_force(self.until(at), at, but=but)

    def with_told(self, profile: Profile, at: datetime, amends: str | None = None) -> Profile:
        """The profile that would be in force if ``profile`` were told at ``at``, in place of the one ``amends``."""
        told = self.until(at)
        if not told:
            return profile
        new = told[-1][2].model_copy(update={"profile": profile, "amends": amends})
        written = self.record.profile_written | {_LAST_ID: at}
        return self._in_force(without_slips([*told, (at, _LAST_ID, new)], written), at)

    def _in_force(
        self, told: Sequence[Told], at: datetime, before: str = _LAST_ID,
        but: Clearance | None = None,
    ) -> Profile:  # fmt: skip
        """By the clearances up to ``at`` that were told before the note ``before``, without ``but``."""
        newest = told[-1][2].profile
        given = [
            (note_id, clearance)
            for c_at, note_id, clearance in self.record.clearances
            if clearance.role is Role.CLINICIAN and c_at <= at and note_id < before and clearance is not but
        ]
        injuries: list[Injury] = []
        for number, (_, _, each) in enumerate(told):
            for injury in each.profile.injuries:
                if injury not in injuries and not self._is_over(injury, number, told, given):
                    injuries.append(injury)
        return newest.model_copy(update={"injuries": tuple(injuries)})

    def _is_over(
        self, injury: Injury, number: int, told: Sequence[Told],
        given: Sequence[tuple[str, Clearance]],
    ) -> bool:  # fmt: skip
        """Whether what was told with ``number`` was left out later, and cleared after that: told after it, and of a
        later time, for whoever cleared before knew of an injury still."""
        left_out = [(at, note_id) for at, note_id, later in told[number + 1 :] if injury not in later.profile.injuries]
        ending = [
            c for note_id, c in given
            if any(note_id > left_id and c.at >= at - SAME_BREATH for at, left_id in left_out)
        ]  # fmt: skip
        if not ending:
            return False
        begun = self._begun(number, injury)
        return any(self._is_of(c, injury, begun) for c in ending)

    def baseline_at(self, at: datetime) -> int:
        """Median of three mornings before the first run; a later profile may lower it, never raise it."""
        profile = self.at(at)
        if BandName.BONE in profile.bands:
            return 0
        scores = [self._baseline_of(each.profile) for _, _, each in self.until(at)]
        return min(scores)

    def former_weekly_m_at(self, at: datetime) -> int | None:
        """Weekly distance before the injury, in metres: the longest ever told, for a shorter one opens hills sooner;
        but for a slip, mended within ten minutes. None where the newest profile tells none."""
        return _longest_week(self.until(at), self.record.profile_written)

    def former_weekly_m_with(self, profile: Profile, at: datetime, amends: str | None = None) -> int | None:
        """What it would be if ``profile`` were told at ``at``, in place of the one ``amends``."""
        told = self.until(at)
        if not told:
            return profile.former_weekly_m
        new = told[-1][2].model_copy(update={"profile": profile, "amends": amends})
        return _longest_week([*told, (at, _LAST_ID, new)], self.record.profile_written | {_LAST_ID: at})

    def _baseline_of(self, profile: Profile) -> int:
        if profile.baseline:
            return profile.baseline_score
        return profile.model_copy(update={"baseline": self.first_mornings}).baseline_score

    def clinician(self, at: datetime, needs: Callable[[Injury], bool]) -> list[Clearance]:
        """The clinician's clearances, oldest first, that were told with or after the injuries that need them and are
        known to be about each of these in force."""
        needing = [injury for injury in self.at(at).injuries if needs(injury)]
        return [c for c in self._told_since(at, needs) if all(self._is_of_force(c, injury, at) for injury in needing)]

    def uncounted_at(self, at: datetime) -> datetime | None:
        """Of when the newest clinician's clearance is that would count if the day of the injury were known; None if one
        does."""
        if self.clinician(at, lambda injury: injury.hops_wait):
            return None
        needing = [injury for injury in self.at(at).injuries if injury.hops_wait]
        told = self._told_since(at, lambda injury: injury.hops_wait)
        return next((c.at for c in reversed(told) if needing and all(map(c.may_be_of, needing))), None)

    def _is_of(self, clearance: Clearance, injury: Injury, begun: int) -> bool:
        """Whether it is about ``injury`` as told since ``begun``; of one whose day matters and is unknown, only if of
        the day it was told."""
        if not clearance.may_be_of(injury):
            return False
        dated = any(same.onset is not None for same in self._tellings(injury, begun))
        if not injury.hops_wait or dated:
            return True
        return clearance.at > self.told[begun][0] - LONGEST_DAY

    def _is_of_force(self, clearance: Clearance, injury: Injury, at: datetime) -> bool:
        """Whether it is about ``injury``, which is in force at ``at``."""
        number = self._newest(injury, len(self.until(at)))
        return (
            clearance.may_be_of(injury)
            if number is None
            else self._is_of(clearance, injury, self._begun(number, injury))
        )

    def _told_since(self, at: datetime, needs: Callable[[Injury], bool]) -> list[Clearance]:
        """The clinician's clearances that were told with or after the injuries that need them, oldest first."""
        since = ""
        for number, (_, note_id, each) in enumerate(self.until(at)):
            if any(needs(injury) and self._begun(number, injury) == number for injury in each.profile.injuries):
                since = note_id
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
        return [self._within(result) for result in found]

    def _within(self, result: ReadinessResult) -> ReadinessResult:
        """What was claimed of the days before, as far as what was told of them leaves it."""
        if result.criterion == FIRST_STEPS:
            mornings = (g.rating for g in self.record.loose if g.rating.first_steps is not None)
            return within_the_mornings(result, mornings, self.baseline_at(result.at))
        return within_the_record(result, self._hurts_then(result.at)) if result.criterion == PAIN_FREE_DAYS else result

    def is_contradicted(self, at: datetime) -> bool:
        """Whether days without pain, or a week as usual, were claimed against the runner's own ratings and marks."""
        return any(result.rated_on is not None for result in self.results_at(at))

    def _hurts_then(self, at: datetime) -> list[Hurt]:
        """What hurt in the weeks up to ``at`` in which pain leaves too few days without."""
        loose, since = self.record.loose, at - CLAIM_WINDOW
        first = bisect_left(loose, since, key=lambda g: g.rating.at)
        until = bisect_right(loose, at, key=lambda g: g.rating.at)
        after = (g.rating for given in self.record.after.values() for g in given if since <= g.rating.at <= at)
        runs = (run for run in self.runs if since <= run.end <= at)
        return hurts_of([*(g.rating for g in loose[first:until]), *after], runs)

    def with_baseline(self, profile: Profile) -> Profile:
        return profile if profile.baseline else profile.model_copy(update={"baseline": self.first_mornings})


def _longest_week(told: Sequence[Told], written: Mapping[str, datetime]) -> int | None:
    if told[-1][2].profile.former_weekly_m is None:
        return None
    kept = [each.profile for at, note_id, each in told if not _is_mended(at, note_id, told, written)]
    return max(profile.former_weekly_m or 0 for profile in kept)


def _is_mended(at: datetime, note_id: str, told: Sequence[Told], written: Mapping[str, datetime]) -> bool:
    """Whether that profile was a slip: told anew within ten minutes, and nothing else in between."""
    return any(
        each.amends == note_id
        and timedelta() <= later - at <= GRACE
        and timedelta() <= written[later_id] - written[note_id] <= GRACE
        for later, later_id, each in told
    )
