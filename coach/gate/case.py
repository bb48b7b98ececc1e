"""One question laid open: the input with what every rule derives from it, worked out once."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from coach.gate.bands import Band, steady_counts, strictest
from coach.gate.days import days_between, local_date, waking_date
from coach.gate.episodes import Episode, Judge, sort_into_episodes
from coach.gate.facts import GateInput, Given, Load, StageRule
from coach.model.decision import Need, Outcome
from coach.model.profile import BandName
from coach.model.rating import Occasion, SymptomRating

Figure = int | float | str
Figures = Mapping[str, Figure]


class Finding(NamedTuple):
    """What one rule asks. ``stage`` is an index; None leaves it. ``symptom`` restarts the count of good sessions.

    ``holds`` marks days off: a wait that no clearance and no override shortens. ``since`` is the first symptom of the
    episode it is about.
    """

    code: str
    outcome: Outcome | None = None
    stage: int | None = None
    opens_at: datetime | None = None
    needs: tuple[Need, ...] = ()
    figures: Figures = MappingProxyType({})
    sources: tuple[str, ...] = ("project-choice",)
    symptom: bool = False
    holds: bool = False
    since: datetime | None = None


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
        self.readings = tuple(
            sorted((g for g in given.readings if _is_known(g, given.asked_at)), key=lambda g: g.rating.at)
        )
        self.episodes: list[Episode] = sort_into_episodes(self.judge, self.run, self.readings)
        self.stage = min(given.ledger.stage, len(given.stages) - 1)

    @property
    def ran(self) -> Episode | None:
        """The run's episode."""
        return self.episodes[0] if self.run is not None else None

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
    def rule(self) -> StageRule:
        return self.input.stages[self.stage]

    @property
    def next_rule(self) -> StageRule | None:
        stages = self.input.stages
        return stages[self.stage + 1] if self.stage + 1 < len(stages) else None

    @property
    def good_needed(self) -> int:
        return max(self.rule.good, self.band.good, len(self.rule.run_ms))

    @property
    def zones(self) -> tuple[str, ...]:
        """Those whose calendar may be the stricter one."""
        run = () if self.run is None else (self.run.zone,)
        return tuple(dict.fromkeys((self.input.zone, *run)))

    @cached_property
    def ratings(self) -> tuple[SymptomRating, ...]:
        return tuple(g.rating for g in self.readings)

    @cached_property
    def loads(self) -> tuple[Load, ...]:
        """Every run that is remembered, oldest first, the latest included."""
        if self.run is None:
            return self.ledger.loads
        run = self.run
        latest = Load(
            start=run.start, zone=run.zone, done_ms=run.done_ms, bout_ms=run.bout_ms, unlocked=bool(run.unlocked)
        )
        return (*self.ledger.loads, latest)

    @property
    def last_start(self) -> datetime | None:
        """When the last run began."""
        loads = self.loads
        return loads[-1].start if loads else None

    def lowered(self, by: int = 1) -> int:
        return max(0, self.stage - by)

    # The day of the run

    @cached_property
    def today(self) -> date:
        return waking_date(self.asked_at, self.input.zone)

    def is_run_day_reading(self, given: Given) -> bool:
        """A morning or a rating just before, on the waking day of the question and after the last run."""
        rating = given.rating
        if rating.occasion not in (Occasion.MORNING, Occasion.BEFORE) or given.given_at > self.asked_at:
            return False
        if self.run is not None and rating.at <= self.run.end:
            return False
        return waking_date(rating.at, self.input.zone) == self.today

    @cached_property
    def run_day(self) -> list[SymptomRating]:
        """The readings that count as the check before the run asked about."""
        return [g.rating for g in self.readings if self.is_run_day_reading(g)]

    @cached_property
    def absence_days(self) -> int:
        """Calendar days since the last run or a clinician's clearance, whichever is later; 0 before the first run."""
        if self.last_start is None:
            return 0
        since = max(filter(None, (self.last_start, self.ledger.cleared_at)))
        return max(0, days_between(since, self.asked_at, self.zones))

    @cached_property
    def mornings(self) -> list[tuple[datetime, int]]:
        """First-step pain of the mornings remembered and of this segment; the worst of each local day, in order."""
        by_day: dict[date, tuple[datetime, int]] = {}
        found = [(m.at, m.score) for m in self.ledger.mornings]
        found += [(r.at, r.first_steps) for r in self.ratings if r.first_steps is not None]
        for at, score in found:
            day = local_date(at, self.input.zone)
            if day not in by_day or score >= by_day[day][1]:
                by_day[day] = (at, score)
        return sorted(by_day.values())

    def step_back(
        self,
        code: str,
        outcome: Outcome,
        when: Episode | datetime,
        figures: Figures,
        sources: tuple[str, ...],
        *,
        days: int = 2,
    ) -> Finding:
        """One stage back, ``days`` times 24 h after the latest symptom: that of the episode, or the instant given.

        From the first stage it is 7 days of walking and a new readiness check.
        """
        last, since = (when.last, when.first) if isinstance(when, Episode) else (when, None)
        asked = Finding(code, outcome, figures=figures, sources=sources, symptom=True, holds=True, since=since)
        if self.stage > 0:
            return asked._replace(stage=self.lowered(), opens_at=last + timedelta(days=days) if days else None)
        ready_at = self.input.readiness_at
        needs = () if ready_at is not None and ready_at > last else (Need.READINESS,)
        return asked._replace(stage=0, opens_at=last + timedelta(days=7), needs=needs)


def _is_known(given: Given, asked_at: datetime) -> bool:
    """What is about a later time is not known yet; an after-run rating names its run and may come whenever."""
    return given.rating.occasion is Occasion.AFTER or given.rating.at <= asked_at
