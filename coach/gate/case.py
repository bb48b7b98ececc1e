"""One question laid open: the input with what every rule derives from it, worked out once."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from coach.gate.bands import SORE, Band, steady_counts, strictest
from coach.gate.days import after_days, days_between, waking_date
from coach.gate.episodes import Episode, Judge, Spell, after_its_run, sort_into_episodes, spells_of
from coach.gate.facts import GateInput, Given, Load, Morning, Run, StageRule
from coach.model.build import WEEKS
from coach.model.decision import Need, Outcome
from coach.model.profile import BandName
from coach.model.protocol import StagePhase
from coach.model.rating import Course, Occasion, SymptomRating

WEEK = timedelta(days=7)
REST_BEFORE_TESTS = timedelta(hours=48)
"""[P] So long after the latest symptom a new readiness check counts: hops are not for the days off."""

Figure = int | float | str
Figures = Mapping[str, Figure]


OVER_PLAN = 110
"""[P] Percent of the plan that a run may come to."""


class Finding(NamedTuple):
    """What one rule asks. ``stage`` is an index; None leaves it.

    ``symptom`` marks what a symptom caused: it restarts the count of good sessions and counts for G18a; ``restarts``
    only does the first. ``holds`` marks days off: a wait that no clearance and no override shortens. ``flares`` is when
    the ratings were that asked for it, where it is one of the rules that may not come twice (G18b). ``ready_from`` is
    the instant a readiness check that it needs must be newer than.
    """

    code: str
    outcome: Outcome | None = None
    stage: int | None = None
    opens_at: datetime | None = None
    needs: tuple[Need, ...] = ()
    figures: Figures = MappingProxyType({})
    sources: tuple[str, ...] = ("project-choice",)
    symptom: bool = False
    restarts: bool = False
    holds: bool = False
    flares: tuple[datetime, ...] = ()
    ready_from: datetime | None = None


class Case:
    """Everything is about the time since the last run began (the *segment*); what is older is in the ledger."""

    def __init__(self, given: GateInput) -> None:
        self.input = given
        self.ledger = given.ledger
        self.run = given.run
        self.asked_at = given.asked_at
        self.band: Band = strictest(given.bands)
        self.baseline = 0 if BandName.BONE in given.bands else given.baseline
        self.judge = Judge(self.band.advance, self.baseline, given.bands)
        known = (after_its_run(g, given.run) for g in given.readings if _is_known(g, given.asked_at))
        self.readings = tuple(sorted(known, key=self._order))
        self.ratings: tuple[SymptomRating, ...] = tuple(g.rating for g in self.readings)
        self.episodes: list[Episode] = sort_into_episodes(self.judge, self.run, self.readings)
        self.stage = min(given.ledger.stage, len(given.stages) - 1)

    def _order(self, given: Given) -> tuple[datetime, bool]:
        """In the order of what they are about; at one instant a symptom comes first, whatever was typed first."""
        return given.rating.at, not self.judge.is_symptom(given.rating)

    @property
    def ran(self) -> Episode | None:
        """The run's episode."""
        return self.episodes[0] if self.run is not None else None

    @cached_property
    def spells(self) -> list[Spell]:
        """What was raised, and how long."""
        return spells_of(self.judge, self.run, self.ratings, self.ledger.raised_since)

    @property
    def is_bone(self) -> bool:
        return BandName.BONE in self.input.bands

    @property
    def is_strict(self) -> bool:
        """Bone or after surgery: a clinician clears every STOP."""
        return self.is_bone or BandName.POSTOP in self.input.bands

    @property
    def is_steady_kind(self) -> bool:
        """Tendon and fascia: pain inside the repeat band may be lived with."""
        return steady_counts(self.input.bands)

    @property
    def uncounted(self) -> dict[str, Figure]:
        """When a clearance was given that does not count, as a figure; empty without one."""
        at = self.input.uncounted_at
        return {} if at is None else {"uncounted": at.isoformat()}

    @property
    def rule(self) -> StageRule:
        return self.input.stages[self.stage]

    @property
    def next_rule(self) -> StageRule | None:
        stages = self.input.stages
        return stages[self.stage + 1] if self.stage + 1 < len(stages) else None

    @property
    def good_needed(self) -> int:
        return max(self.rule.good, self.band.good, len(self.rule.run_ms))

    @cached_property
    def loads(self) -> tuple[Load, ...]:
        """Every run that is remembered, oldest first, the latest included."""
        if self.run is None:
            return self.ledger.loads
        run = self.run
        told = [r.distance_m for r in self.ratings if r.run == run.id] + [run.distance_m]
        latest = Load(
            start=run.start, zone=run.zone, done_ms=run.done_ms, bout_ms=run.bout_ms,
            unlocked=bool(run.unlocked) and not is_over_plan(run),  # more than that the gate had not opened
            distance_m=min((distance for distance in told if distance is not None), default=None),
        )  # fmt: skip
        return (*self.ledger.loads, latest)

    @property
    def weekly_m(self) -> int | None:
        """What the runs of the last seven days come to in metres; one whose way nobody told adds nothing. None where
        none of them was told."""
        told = [load.distance_m for load in self.loads if load.start > self.asked_at - WEEK]
        known = [distance for distance in told if distance is not None]
        return sum(known) if known else None

    @property
    def is_before_first_run(self) -> bool:
        """Whether no run of the programme has begun; one from before the profile is none."""
        return self.ledger.running_since is None and self.run is None

    @property
    def last_start(self) -> datetime | None:
        """When the last run began."""
        return self.loads[-1].start if self.loads else None

    @property
    def zones(self) -> tuple[str, ...]:
        """Those whose calendar may be the stricter one: where the runner is, and where the last run was."""
        last = (self.loads[-1].zone,) if self.loads else ()
        return tuple(dict.fromkeys((self.input.zone, *last)))

    @cached_property
    def last_symptom(self) -> datetime | None:
        """The latest symptom of this segment; without one the run's end, without a run None."""
        return max((e.last for e in self.episodes), default=None)

    # The gap

    @cached_property
    def plain_gap_ends(self) -> datetime | None:
        """When a run could be again if nothing hurt and the stage asked nothing more; None before the first run."""
        last = self.last_start
        return None if last is None else after_days(last, self.band.rest_days, self.band.gap_h, self.zones)

    @cached_property
    def gap_ends(self) -> datetime | None:
        """When the gap of the stage that was run is over (UTC); None before the first run."""
        return self._gap_of(self.rule)

    def gap_until(self, stage: int) -> datetime | None:
        """When the gap is over for a run of ``stage``: the larger of its own and that of the stage that was run."""
        ends = [ends for rule in (self.rule, self.input.stages[stage]) if (ends := self._gap_of(rule)) is not None]
        return max(ends, default=None)

    def _gap_of(self, rule: StageRule) -> datetime | None:
        """The larger of the injury's and the stage's holds, in the stricter zone. In the generated build phase, once
        the weeks of alternate days are over, the stage's own gap holds, but not after pain."""
        last = self.last_start
        if last is None:
            return None
        band = self.band
        sore = self._soreness_of_run >= SORE
        days = max(band.sore_rest_days if sore else band.rest_days, rule.rest_days)
        hours = max(band.sore_gap_h if sore else band.gap_h, rule.gap_h)
        if not sore and days_may_follow(rule, self.ledger.running_since, self.asked_at):
            days, hours = rule.rest_days, rule.gap_h
        return after_days(last, days, hours, self.zones)

    @property
    def _soreness_of_run(self) -> int:
        """The worst of the run itself: during, after, and in the warm-up."""
        episode = self.ran
        if episode is None:
            return 0
        return max(episode.during or 0, episode.after or 0, *(r.warmup_soreness or 0 for r in episode.ratings), 0)

    @property
    def a_day_more(self) -> datetime | None:
        """The gap and 24 h; None before the first run."""
        return None if self.gap_ends is None else self.gap_ends + timedelta(hours=24)

    @property
    def steady_soreness(self) -> int:
        """Warm-up soreness that G9 leaves to G14."""
        if not self.is_steady_kind:
            return 0
        sore = (r.warmup_soreness or 0 for r in self.ratings if r.warmup_course is not Course.RETURNED)
        return max(sore, default=0)

    # The day of the run

    @cached_property
    def today(self) -> date:
        return waking_date(self.asked_at, self.input.zone)

    def _is_of_today(self, given: Given) -> bool:
        """A morning or a rating just before, after the last run, on the waking day of the question.

        When travelling it must be that day where it was given, too; told only after the run, it is about the day where
        that was.
        """
        rating = given.rating
        if rating.occasion not in (Occasion.MORNING, Occasion.BEFORE) or rating.at > self.asked_at:
            return False
        if not rating.is_complete:
            return False  # a red flag alone says nothing of how it is otherwise
        if self.run is not None and rating.at <= self.run.end:
            return False
        zones = {self.input.zone} if given.given_at > self.asked_at else {self.input.zone, rating.zone}
        return all(waking_date(rating.at, name) == self.today for name in zones)

    @cached_property
    def run_day(self) -> list[Given]:
        """The readings that count as the check before the run asked about; some may have been given too late."""
        found: list[Given] = []
        for given in reversed(self.readings):
            if given.rating.at < self.asked_at - timedelta(days=2):
                break
            if self._is_of_today(given):
                found.append(given)
        return found[::-1]

    @cached_property
    def absence_days(self) -> int:
        """Calendar days since the last run or a clinician's clearance, whichever is later; 0 before the first run."""
        if self.last_start is None:
            return 0
        since = max(filter(None, (self.last_start, self.ledger.cleared_at)))
        return max(0, days_between(since, self.asked_at, self.zones))

    @cached_property
    def new_mornings(self) -> list[Morning]:
        """First-step pain of the mornings of this segment."""
        return [Morning(at=r.at, zone=r.zone, score=r.first_steps) for r in self.ratings if r.first_steps is not None]

    # What a rule asks

    def lowered(self, by: int = 1) -> int:
        return max(0, self.stage - by)

    def step_back(
        self,
        code: str,
        outcome: Outcome,
        last: datetime,
        figures: Figures,
        sources: tuple[str, ...],
        *,
        days: int = 2,
        flares: tuple[datetime, ...] = (),
        rest: timedelta = REST_BEFORE_TESTS,
    ) -> Finding:
        """One stage back, ``days`` times 24 h after ``last``, the latest symptom.

        From the first stage it is 7 days of walking and a new readiness check, of more than ``rest`` after it.
        """
        asked = Finding(code, outcome, figures=figures, sources=sources, symptom=True, holds=True, flares=flares)
        if self.stage > 0:
            return asked._replace(stage=self.lowered(), opens_at=last + timedelta(days=days) if days else None)
        ready_at = self.input.readiness_at
        ready_from = last + rest
        asked = asked._replace(stage=0, opens_at=last + timedelta(days=7))
        if ready_at is not None and ready_at > ready_from:
            return asked
        figures = {**figures, "ready_from": ready_from.isoformat()}
        return asked._replace(needs=(Need.READINESS,), figures=figures, ready_from=ready_from)


def is_over_plan(run: Run) -> bool:
    """More running than planned by over a tenth, and by more than two minutes (G21)."""
    planned = run.planned_ms
    return planned is not None and run.done_ms - planned > 120_000 and run.done_ms * 100 > planned * OVER_PLAN


def days_may_follow(rule: StageRule, since: datetime | None, at: datetime) -> bool:
    """Whether runs of this stage may be on days in a row, to one who has been running since ``since``.

    Only where the build phase was generated: what a file says of its own gap makes the injury's no shorter.
    """
    if since is None or rule.weeks_alternate is None or not rule.is_generated or rule.phase is StagePhase.WALKRUN:
        return False
    return at - since >= max(WEEKS, rule.weeks_alternate) * WEEK


def _is_known(given: Given, asked_at: datetime) -> bool:
    """What is about a later time is not known yet; an after-run rating names its run and may come whenever."""
    return given.rating.occasion is Occasion.AFTER or given.rating.at <= asked_at
