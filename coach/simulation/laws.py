"""What must hold whatever happens, checked after every step. Written from gate.md alone: it shares no rule with the
gate, so that one of them may be wrong without the other.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from coach.gate.days import local_date, next_morning, waking_date
from coach.gate.facts import GateInput, StageRule
from coach.model.decision import Decision, Need, Outcome
from coach.model.profile import BandName
from coach.model.protocol import StagePhase
from coach.model.rating import Occasion, SymptomRating
from coach.simulation.probe import opens_in_the_end
from coach.simulation.runners import Promise

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
TWO_DAYS = timedelta(hours=48)
FARTHEST = timedelta(days=9)
"""Seven days of walking, or a weekly maximum; the day that a late or raised answer adds; and a day to spare."""
FARTHEST_OF_BONE = timedelta(days=16)
"""The fourteen whole days without pain that a bone's readiness takes, from the day it hurt."""
ABSENT_DAYS = 28
WEEKS_ALTERNATE = 8
"""Of alternate days in the build phase before days may follow each other."""
RETEST_DAYS = 14


class Ran(NamedTuple):
    """A run as the laws keep it; ``stage`` is that of its session or, where it was not ``unlocked``, of the runner."""

    start: datetime
    end: datetime
    zone: str
    done_ms: int
    stage: int
    rule: StageRule
    unlocked: bool = True
    sore: bool = False
    distance_m: int = 0


class Watch:
    """Looks on from beside one life. ``broken`` are the laws found broken, each a line with its day."""

    def __init__(
        self, promise: Promise, bands: Iterable[BandName], former_weekly_m: int, *, high_risk: bool = False
    ) -> None:
        self.broken: list[str] = []
        self._promise = promise
        self._bands = frozenset(bands)
        self._former_weekly_m = former_weekly_m
        self._high_risk = high_risk  # a bone stress injury whose first pain is a STOP
        self._runs: list[Ran] = []
        self._rises: list[datetime] = []
        self._last: Decision | None = None
        self._news = True  # anything told or done since the last question
        self._cleared = False
        self._severe: list[datetime] = []
        self._cleared_at: datetime | None = None
        self._bone_pain: list[datetime] = []
        self._alarms: list[datetime] = []
        self._answers: dict[str, bool] = {}  # of the last run: after, morning; whether in time
        self._ready: list[datetime] = []
        self._shapes: set[tuple[object, ...]] = set()
        self._back_on: datetime | None = None
        self.stops = 0

    # What happens

    def rated(self, rating: SymptomRating, typed: datetime) -> None:
        self._news = True
        if _is_severe(rating, self._bands):
            self._severe.append(rating.at)
        if rating.red_flags or rating.giving_way:
            self._alarms.append(rating.at)
        pain = max(rating.pain_during or 0, rating.pain_now or 0)
        if BandName.BONE in self._bands and max(pain, rating.first_steps or 0) >= 1:
            self._bone_pain.append(rating.at)
        last = self._runs[-1] if self._runs else None
        if last is None or rating.at < last.start:
            return
        if rating.run is not None:
            self._answers["after"] = typed <= last.end + timedelta(hours=24)
            self._runs[-1] = last._replace(sore=last.sore or pain >= 3, distance_m=rating.distance_m or 0)
        elif rating.occasion is Occasion.MORNING and waking_date(rating.at, rating.zone) == next_morning(
            last.end, last.zone
        ):
            self._answers["morning"] = waking_date(typed, rating.zone) <= waking_date(rating.at, rating.zone)

    def ready(self, at: datetime) -> None:
        self._news = True
        self._ready.append(at)

    def told(self, *, cleared_at: datetime | None = None) -> None:
        """A profile, a choice, or a clearance that counts."""
        self._news = True
        if cleared_at is not None:
            self._cleared, self._cleared_at = True, cleared_at

    def back(self, at: datetime) -> None:
        """Back from an absence."""
        self._back_on = at

    def ran(self, run: Ran) -> None:
        """It is over."""
        self._news = True
        self._runs.append(run)
        self._answers = {}

    # What is asked

    def asked(self, given: GateInput, decision: Decision) -> None:
        at = decision.asked_at
        self._stop(decision)
        if not decision.is_open:
            self._closed(given, decision)
        self._waits(decision)
        self._bone(decision)
        self._alarmed(decision)
        if decision.stage >= len(given.stages) or decision.session >= len(given.stages[decision.stage].run_ms):
            self._broke(at, f"above the plan: stage {decision.stage}, session {decision.session}")
        if self._promise.never_stopped and decision.outcome is Outcome.STOP and "G2" not in decision.codes:
            self._broke(at, f"stopped by {_stop_codes(decision)}")
        if self._back_on is not None and decision.is_open:
            waited = (at - self._back_on) / timedelta(days=1)
            if self._promise.wait_days is not None and waited > self._promise.wait_days:
                self._broke(at, f"waited {waited:.1f} days after an absence")
            self._back_on = None
        if decision.outcome is Outcome.STOP and (self._last is None or self._last.outcome is not Outcome.STOP):
            self.stops += "G2" not in decision.codes or len(decision.codes) > 2
        self._last, self._news, self._cleared = decision, False, False

    def _stop(self, decision: Decision) -> None:
        if decision.outcome is Outcome.STOP and decision.is_open:
            self._broke(decision.asked_at, "a STOP is open")
        was = self._last
        stopped = was is not None and was.outcome is Outcome.STOP
        if was is not None and stopped and decision.outcome is not Outcome.STOP and not self._cleared:
            self._broke(decision.asked_at, f"the STOP of {_stop_codes(was)} went away without a clearance")

    def _alarmed(self, decision: Decision) -> None:
        """A red flag or a joint that gives way is a STOP for a clinician to clear."""
        since = self._cleared_at
        if any(since is None or at > since for at in self._alarms) and Need.CLINICIAN not in decision.needs:
            self._broke(decision.asked_at, "a red flag or giving way that asks for no clinician")

    def _bone(self, decision: Decision) -> None:
        """The first pain at a high-risk site, or the second of 28 days in another episode, is a STOP until cleared."""
        since = self._cleared_at
        pains = [at for at in self._bone_pain if since is None or at > since]
        starts = [run.start for run in self._runs if since is None or run.start > since]
        again = any(
            earlier < start < later <= earlier + timedelta(days=28)
            for earlier in pains
            for later in pains
            for start in starts
        )
        if decision.outcome is not Outcome.STOP and (again or (pains and self._high_risk)):
            self._broke(decision.asked_at, "bone pain that is a STOP is none")

    def _closed(self, given: GateInput, decision: Decision) -> None:
        at = decision.asked_at
        waits = decision.opens_at is not None and decision.opens_at > at
        if not decision.needs and not waits:
            self._broke(at, "closed without a need and without a time")
        if decision.outcome is Outcome.STOP and not {Need.CLINICIAN, Need.CLEARANCE} & set(decision.needs):
            self._broke(at, "a STOP that names no clearance")
        shape = (decision.outcome, decision.stage, decision.needs, tuple(sorted(set(decision.codes))), waits)
        if shape not in self._shapes:
            self._shapes.add(shape)
            trouble = opens_in_the_end(given)
            if trouble:
                self._broke(at, f"doing what it names does not open it: {trouble}")

    def _waits(self, decision: Decision) -> None:
        at, opens = decision.asked_at, decision.opens_at
        far = FARTHEST_OF_BONE if BandName.BONE in self._bands and Need.READINESS in decision.needs else FARTHEST
        if opens is not None and opens > at + far:
            self._broke(at, f"opens only after {(opens - at) / timedelta(days=1):.1f} days")
        was = self._last
        if was is None or self._news or opens is None or opens <= at:
            return
        before = max(filter(None, (was.opens_at, was.asked_at)))
        if opens > before + timedelta(minutes=1) and "G23" not in decision.codes:
            self._broke(at, f"nothing happened, and it opens later: {opens} instead of {before}")

    # What begins

    def begins(self, given: GateInput, decision: Decision, planned_ms: int, zone: str) -> None:
        """A session that the gate had opened begins at ``decision.asked_at``."""
        at, stage = decision.asked_at, decision.stage
        rule = given.stages[stage]
        self._keeps_gap(at, zone, rule)
        starts = [run.start for run in self._runs if run.start > at - WEEK]
        if rule.weekly_max is not None and len(starts) + 1 > rule.weekly_max:
            self._broke(at, f"run {len(starts) + 1} of a week in which {rule.weekly_max} are allowed")
        before = self._runs[-1].stage if self._runs else 0
        if stage > before:
            self._rises = [*(rise for rise in self._rises if rise > at - WEEK), at]
            if stage > before + 1 or len(self._rises) > 2:
                self._broke(at, f"from stage {before} to {stage}, {len(self._rises)} rises in 7 days")
            self._keeps_share(at, rule)
        if rule.phase is not StagePhase.WALKRUN:
            self._keeps_load(at, planned_ms)
        due = rule.run_ms[decision.session]
        if due is not None and planned_ms > due:
            self._broke(at, f"{planned_ms} ms of running, the plan has {due}")
        self._keeps_days_off(at)
        self._goes_back(at, stage)
        self._keeps_readiness(at)

    def _keeps_gap(self, at: datetime, zone: str, opened: StageRule) -> None:
        """That of the stage that was run, and that of the one that opens."""
        if not self._runs:
            return
        last = self._runs[-1]
        asked = [self._gap_of(last, rule, at) for rule in (last.rule, opened)]
        days, hours = (max(each) for each in zip(*asked, strict=True))
        dates = [(day(at, z), day(last.start, z)) for day in (local_date, waking_date) for z in (zone, last.zone)]
        full = min((today - then).days - 1 for today, then in dates)
        if full < days or at < last.start + timedelta(hours=hours):
            passed = (at - last.start) / timedelta(hours=1)
            self._broke(at, f"{passed:.1f} h and {full} full days after the last run; {hours} h and {days} are asked")

    def _gap_of(self, last: Ran, rule: StageRule, at: datetime) -> tuple[int, int]:
        """Full days and hours, start to start."""
        sore = last.sore and BandName.TENDON in self._bands
        days, hours = (2, 60) if sore else (1, 36)
        alternate = timedelta(weeks=max(WEEKS_ALTERNATE, rule.weeks_alternate or 0))
        is_build = rule.id.startswith("build/") and rule.phase is not StagePhase.WALKRUN
        if is_build and rule.weeks_alternate is not None and at >= self._runs[0].start + alternate and not sore:
            return rule.rest_days, rule.gap_h
        return max(days, rule.rest_days), max(hours, rule.gap_h)

    def _keeps_load(self, at: datetime, planned_ms: int) -> None:
        recent = [run for run in self._runs if run.start > at - MONTH]
        longest = max((run.done_ms for run in recent if run.unlocked), default=0)
        if planned_ms * 100 > longest * 110:
            self._broke(at, f"{planned_ms} ms is more than 1.10 × the {longest} ms of 30 days")
        weeks = [sum(b.done_ms for b in self._runs if a.start - WEEK < b.start <= a.start) for a in recent]
        week = planned_ms + sum(run.done_ms for run in self._runs if run.start > at - WEEK)
        if week * 100 > max(weeks, default=0) * 110:
            self._broke(at, f"a week of {week} ms is more than 1.10 × the {max(weeks, default=0)} ms of 30 days")

    def _keeps_share(self, at: datetime, rule: StageRule) -> None:
        """Hills and speed come with the distance of old."""
        week = sum(run.distance_m for run in self._runs if run.start > at - WEEK)
        if week < (rule.weekly_fraction or 0) * self._former_weekly_m:
            self._broke(at, f"{rule.weekly_fraction:.0%} of {self._former_weekly_m} m a week are asked, {week} m told")

    def _keeps_days_off(self, at: datetime) -> None:
        since = [severe for severe in self._severe if severe <= at < severe + TWO_DAYS]
        if since:
            self._broke(at, f"days off: a run {(at - since[-1]) / timedelta(hours=1):.1f} h after a severe symptom")

    def _goes_back(self, at: datetime, stage: int) -> None:
        """One stage after a severe symptom; from the first seven days and a new readiness check. Answers first."""
        if not self._runs:
            return
        last = self._runs[-1]
        closed = self._cleared_at is not None and self._cleared_at > last.start  # the episode, by a clearance
        missing = {"after", "morning"} - self._answers.keys()
        if closed:
            pass
        elif missing:
            self._broke(at, f"a run while the last one's {', '.join(sorted(missing))} is not answered")
        elif stage > last.stage and not all(self._answers.values()):
            self._broke(at, "an advance on an answer that was recalled")
        severe = [each for each in self._severe if last.start < each <= at]
        if not severe:
            return
        if stage > max(0, last.stage - 1):
            self._broke(at, f"stage {stage} after a severe symptom at stage {last.stage}")
        uncleared = self._cleared_at is None or self._cleared_at < severe[-1]
        if last.stage == 0 and uncleared:
            if at < severe[-1] + WEEK:
                self._broke(at, "less than seven days of walking after a severe symptom at the first stage")
            if not any(ready > severe[-1] + TWO_DAYS for ready in self._ready):
                self._broke(at, "no new readiness check two days after a severe symptom at the first stage")

    def _keeps_readiness(self, at: datetime) -> None:
        passed = max((ready for ready in self._ready if ready <= at), default=None)
        if self._bands & {BandName.BONE, BandName.POSTOP} and self._cleared_at is None:
            self._broke(at, "a run, and hops before it, without a clinician's clearance")
        if passed is None:
            self._broke(at, "no readiness check was ever passed")
        elif not self._runs:
            if at - passed > timedelta(days=RETEST_DAYS):
                self._broke(at, "the readiness check before the first run is too old")
        elif passed < self._runs[-1].start:
            days = (local_date(at, "UTC") - local_date(self._runs[-1].start, "UTC")).days
            strict = self._bands & {BandName.BONE, BandName.POSTOP}
            if days > ABSENT_DAYS + 1 or (strict and days > RETEST_DAYS + 1):
                self._broke(at, f"no readiness check after {days} days without a run")

    def ends(self, at: datetime, reached: int | None) -> None:
        """The year is over."""
        if self._promise.reaches and reached is None:
            self._broke(at, "an honest runner did not reach 30 minutes")

    def _broke(self, at: datetime, what: str) -> None:
        if len(self.broken) < 5:
            self.broken.append(f"{at:%Y-%m-%d %H:%M}: {what}")

    def broke(self, at: datetime, what: str) -> None:
        """A law that somebody else looks after."""
        self._broke(at, what)


def _is_severe(rating: SymptomRating, bands: frozenset[BandName]) -> bool:
    """What asks for two days off, whatever the injury (G3a, G5, G6, G7a)."""
    pain = max(rating.pain_during or 0, rating.pain_now or 0) if rating.run is not None else 0
    bone = BandName.BONE in bands and max(pain, rating.pain_now or 0, rating.first_steps or 0) >= 1
    return pain >= 6 or bone or bool(rating.limp or rating.sharp_pain or rating.swelling or rating.woken)


def _stop_codes(decision: Decision) -> str:
    return ", ".join(sorted(set(decision.codes)))
