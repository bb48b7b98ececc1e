"""Diary and runs → what the gate is asked. A replay of every boundary in order of time: a run begins, a clearance.

Nothing here depends on the order in which things were written down, but for two: which answer came first, and whether
a clearance was given after the injury it clears was told.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from coach.gate.evaluate import clear, decide, settle
from coach.gate.facts import GateInput, Given, Ledger, Load, Run, StageRule
from coach.history.amend import in_force
from coach.history.events import (
    AdvanceChosen,
    Begun,
    Cleared,
    DateCorrected,
    DiaryEvent,
    ProfileSet,
    Rated,
    ReadinessTested,
    RunReported,
)
from coach.history.runs import RunFacts
from coach.model.decision import Decision, Need
from coach.model.profile import BandName, Clearance, Injury, InjuryKind, Profile, Role
from coach.model.rating import Occasion, SymptomRating
from coach.model.readiness import ReadinessResult

ReadyAt = Callable[[Profile, Sequence[ReadinessResult], datetime], datetime | None]
"""When readiness was passed, as of an instant: the oldest of the latest passes; None while a criterion is not."""


class Noted(NamedTuple):
    """A diary event with its id and when it was written (aware, UTC)."""

    id: str
    utc: datetime
    event: DiaryEvent


class Judged(NamedTuple):
    """An episode that is over: the run that began it if there was one, and the decision when it was judged."""

    run: Run | None
    readings: tuple[Given, ...]
    decision: Decision
    clearance: Clearance | None


@dataclass
class Record:
    """Everything that was told, by what it is about. ``typed_at`` of what matters in that order is kept."""

    profiles: list[tuple[datetime, str, ProfileSet]] = field(default_factory=list)
    ratings: list[Given] = field(default_factory=list)
    clearances: list[tuple[datetime, str, Clearance]] = field(default_factory=list)
    results: list[ReadinessResult] = field(default_factory=list)
    chosen: list[datetime] = field(default_factory=list)
    begun: dict[str, Begun] = field(default_factory=dict)
    reported: list[tuple[str, RunReported]] = field(default_factory=list)
    newest: datetime | None = None


def record(noted: Iterable[Noted]) -> Record:
    """Sort the diary by kind. Corrected dates are put right, amended ratings brought together."""
    notes = list(noted)
    corrected = {n.event.event: n.event.at for n in notes if isinstance(n.event, DateCorrected)}
    told = Record()
    versions: dict[str, list[tuple[datetime, SymptomRating]]] = {}
    roots: dict[str, str] = {}
    for note in notes:
        utc = corrected.get(note.id, note.utc)
        told.newest = utc if told.newest is None else max(told.newest, utc)
        match note.event:
            case ProfileSet():
                told.profiles.append((utc, note.id, note.event))
            case Rated(rating=rating, amends=amends):
                root = roots.get(amends or "", note.id)
                roots[note.id] = root
                fixed = rating if note.id not in corrected else rating.model_copy(update={"at": utc})
                versions.setdefault(root, []).append((utc, fixed))
            case Cleared(clearance=clearance):
                told.clearances.append((min(clearance.at, utc), note.id, clearance))
            case ReadinessTested(result=result):
                told.results.append(result)
            case AdvanceChosen(at=at):
                told.chosen.append(at)
            case Begun(session=session):
                told.begun[session] = note.event
            case RunReported():
                told.reported.append((note.id, note.event))
            case _:
                pass
    told.ratings = sorted((in_force(each) for each in versions.values()), key=lambda g: g.rating.at)
    told.results.sort(key=lambda result: result.at)
    return told


class Standing:
    """Where a runner stands. Built once from all that was told; then asked for any instant after the last boundary.

    ``judged`` are the episodes that are over, oldest first.
    """

    def __init__(self, told: Record, runs: Sequence[RunFacts], ready_at: ReadyAt) -> None:
        self.told = told
        self.ready_at = ready_at
        self.judged: list[Judged] = []
        self.ledger = Ledger()
        self.run: Run | None = None
        self._since: datetime | None = None  # the last boundary
        self._profiles = sorted(told.profiles, key=lambda p: (p[0], p[1]))
        self._stages: tuple[StageRule, ...] = ()
        self._runs = self._all_runs(runs)
        self._first_run_at = self._runs[0].start if self._runs else None
        self._after: dict[str | None, list[Given]] = {}
        for given in told.ratings:
            if given.rating.occasion is Occasion.AFTER:
                self._after.setdefault(given.rating.run, []).append(given)
        self._loose = [g for g in told.ratings if g.rating.occasion is not Occasion.AFTER]
        self._loose_at = 0
        if self._profiles:
            self._replay()

    @property
    def has_profile(self) -> bool:
        return bool(self._profiles)

    @property
    def runs(self) -> list[Run]:
        """Every run that counts, oldest first."""
        return self._runs

    def _all_runs(self, runs: Sequence[RunFacts]) -> list[Run]:
        found: list[Run] = []
        for facts in runs:
            if facts.counts:
                begun = self.told.begun.get(facts.session)
                found.append(facts.run(unlocked=None if begun is None else begun.unlocked))
        for note_id, told in self.told.reported:
            bout = told.bout_ms or told.run_ms
            found.append(
                Run(
                    id=note_id,
                    start=told.start,
                    end=told.end,
                    zone=told.zone,
                    unlocked=None,
                    done_ms=told.run_ms,
                    bout_ms=bout,
                )
            )
        return sorted(found, key=lambda run: (run.start, run.id))

    # The replay

    def _replay(self) -> None:
        first_profile = self._profiles[0][0]
        boundaries: list[tuple[datetime, int, Run | tuple[Clearance, str]]] = []
        for run in self._runs:
            if run.start < first_profile:
                self._remember_early(run)
            else:
                insort(boundaries, (run.start, 1, run), key=lambda b: b[:2])
        for at, note_id, clearance in self.told.clearances:
            insort(boundaries, (at, 0, (clearance, note_id)), key=lambda b: b[:2])
        for at, _, what in boundaries:
            if isinstance(what, Run):
                self._begin(what)
            elif at >= first_profile:
                self._clear(at, what[0])

    def _remember_early(self, run: Run) -> None:
        """A run before there was a profile: load and gap count, nothing is asked about it."""
        load = Load(start=run.start, zone=run.zone, done_ms=run.done_ms, bout_ms=run.bout_ms, unlocked=False)
        self.ledger = self.ledger.model_copy(update={"loads": (*self.ledger.loads, load)[-60:]})
        self._since = run.start

    def _begin(self, run: Run) -> None:
        asked = self._segment(run.start, run.zone, take=True)
        if run.unlocked is None:
            run = run.model_copy(update={"unlocked": self._was_unlocked(asked, run)})
        self.judged.append(Judged(self.run, asked.readings, decide(asked), None))
        self.ledger = settle(asked)
        self.run = run
        self._since = run.start

    def _was_unlocked(self, asked: GateInput, run: Run) -> bool:
        """Whether a run the coach did not start kept to what was open, as far as was known when it began."""
        known = tuple(g for g in asked.readings if g.given_at <= run.start)
        decision = decide(asked.model_copy(update={"readings": known}))
        if not decision.is_open:
            return False
        due = asked.stages[decision.stage].run_ms[decision.session]
        return due is not None and run.done_ms * 100 <= due * 110

    def _clear(self, at: datetime, clearance: Clearance) -> None:
        zone = self._zone_at(at)
        decision = decide(self._segment(at, zone, take=False))
        if clearance.role is Role.SELF and not may_clear_oneself(decision):
            return
        asked = self._segment(at, zone, take=True)
        self.judged.append(Judged(self.run, asked.readings, decision, clearance))
        self.ledger = clear(asked, clearance.role)
        self.run = None
        self._since = at

    def _zone_at(self, at: datetime) -> str:
        zones = [run.zone for run in self._runs if run.start <= at]
        return zones[-1] if zones else "UTC"

    # One segment

    def question(self, asked_at: datetime, zone: str) -> GateInput:
        """What the gate is asked at ``asked_at``, which is not before the last boundary. Needs a profile."""
        return self._segment(asked_at, zone, take=False).model_copy(update={"newest_at": self._newest()})

    def _segment(self, at: datetime, zone: str, *, take: bool) -> GateInput:
        self._follow_profile(at)
        profile = self.profile_at(at)
        loose: list[Given] = []
        index = self._loose_at
        while index < len(self._loose) and self._loose[index].rating.at <= at:
            loose.append(self._loose[index])
            index += 1
        if take:
            self._loose_at = index
        after = [] if self.run is None else self._after.get(self.run.id, [])
        return GateInput(
            asked_at=at,
            zone=zone,
            bands=tuple(sorted(profile.bands)),
            baseline=self.baseline_at(at),
            high_risk=any(i.needs_clinician for i in profile.injuries if i.kind is InjuryKind.BONE),
            needs_clinician=profile.needs_clinician,
            clinician_at=self._clinician_at(at),
            stages=self._stages,
            ledger=self.ledger,
            run=self.run,
            readings=tuple(sorted([*loose, *after], key=lambda g: g.rating.at)),
            readiness_at=self.ready_at(profile, [r for r in self.told.results if r.at <= at], at),
            chose_at=max((c for c in self.told.chosen if c <= at), default=None),
            former_weekly_m=profile.former_weekly_m,
        )

    def _newest(self) -> datetime | None:
        ends = [run.end for run in self._runs[-3:]]
        return max([*ends, *([self.told.newest] if self.told.newest else [])], default=None)

    # The profile

    def _told_until(self, at: datetime) -> list[tuple[datetime, str, ProfileSet]]:
        until = [p for p in self._profiles if p[0] <= at]
        return until or self._profiles[:1]

    def profile_at(self, at: datetime) -> Profile:
        """The profile in force: the newest, with every injury told since the last clinician's clearance."""
        told = self._told_until(at)
        newest = told[-1][2].profile
        cleared = [note_id for c_at, note_id, c in self.told.clearances if c.role is Role.CLINICIAN and c_at <= at]
        injuries: list[Injury] = []
        for _, note_id, each in told:
            replaced = any(note_id < c < told[-1][1] for c in cleared)  # and told anew since
            if not replaced:
                injuries += [injury for injury in each.profile.injuries if injury not in injuries]
        return newest.model_copy(update={"injuries": tuple(injuries)})

    def baseline_at(self, at: datetime) -> int:
        """Median of three mornings before the first run; a later profile may lower it, never raise it."""
        profile = self.profile_at(at)
        if BandName.BONE in profile.bands:
            return 0
        scores = [self._baseline_of(each.profile) for _, _, each in self._told_until(at)]
        return min(scores)

    def _baseline_of(self, profile: Profile) -> int:
        if profile.baseline:
            return profile.baseline_score
        first = self._first_run_at
        mornings = [
            g.rating.first_steps
            for g in self._loose
            if g.rating.first_steps is not None and (first is None or g.rating.at < first)
        ][:3]
        return profile.model_copy(update={"baseline": tuple(mornings)}).baseline_score

    def _clinician_at(self, at: datetime) -> datetime | None:
        """A clinician's clearance that was told with or after the injury that needs it."""
        since, known = "", list[Injury]()
        for _, note_id, each in self._told_until(at):
            fresh = [i for i in each.profile.injuries if i.needs_clinician and i not in known]
            if fresh:
                since, known = note_id, [*known, *fresh]
        found = [
            c.at
            for c_at, note_id, c in self.told.clearances
            if c.role is Role.CLINICIAN and c_at <= at and note_id > since
        ]
        return max(found, default=None)

    def _follow_profile(self, at: datetime) -> None:
        """Another protocol lands where neither running nor longest bout exceed the last good session."""
        told = self._told_until(at)[-1][2]
        before, stages = self._stages, told.stages
        if before and [stage.id for stage in stages] != [stage.id for stage in before]:
            stage = landing(stages, before[min(self.ledger.stage, len(before) - 1)], self.ledger)
            self.ledger = self.ledger.model_copy(update={"stage": stage, "good": 0, "last_stage": stage})
        self._stages = stages


def may_clear_oneself(decision: Decision) -> bool:
    """Whether a STOP is in force that the runner's own clearance ends."""
    return Need.CLEARANCE in decision.needs


def landing(stages: Sequence[StageRule], here: StageRule, ledger: Ledger) -> int:
    """The highest stage that asks no more running and no longer bout than the last good session; 0 without one.

    Nor more than the stage ``here``: a step back is not undone by choosing another protocol.
    """
    if ledger.last_good_run_ms is None or ledger.last_good_bout_ms is None:
        return 0
    run_ms = min(filter(None, (ledger.last_good_run_ms, here.run_ms[0])))
    bout_ms = min(filter(None, (ledger.last_good_bout_ms, here.bout_ms[0])))
    found = 0
    for index, stage in enumerate(stages):
        runs, bouts = stage.run_ms[0], stage.bout_ms[0]
        if runs is None or bouts is None or runs > run_ms or bouts > bout_ms:
            break
        found = index
    return found
