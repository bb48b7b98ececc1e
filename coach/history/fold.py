"""Diary and runs → what the gate is asked. A replay of every boundary in order of time: a run begins, a clearance.

Nothing here depends on the order in which things were written down, but for two: which answer came first, and whether
a clearance was given after the injury it clears was told.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import islice, takewhile
from typing import NamedTuple

from coach.gate.episodes import Hurt, hurts_of
from coach.gate.evaluate import clear, decide, judge, settled
from coach.gate.facts import GateInput, Given, Ledger, Load, Run, StageRule
from coach.history.baselines import unsoftened
from coach.history.checkpoint import AGE, STRIDE, Checkpoint
from coach.history.events import AdvanceChosen, Decided, Rated, ReadinessTested
from coach.history.landing import followed
from coach.history.profiles import Profiles
from coach.history.run_book import RunBook
from coach.history.runs import RunFacts
from coach.history.told import Noted, Record, record
from coach.history.unlocked import due_ms, kept_to_plan
from coach.model.decision import Decision, Need
from coach.model.profile import Clearance, InjuryKind, Profile, Role
from coach.model.readiness import ReadinessResult

__all__ = ["Judged", "Noted", "ReadyAt", "Record", "Standing", "may_clear_oneself", "record"]

_LEAVES_BOUNDARIES = (Rated, ReadinessTested, AdvanceChosen, Decided)

ReadyAt = Callable[[Profile, Sequence[ReadinessResult], datetime], datetime | None]
"""When readiness was passed, as of an instant: the oldest of the latest passes; None while a criterion is not."""


class Judged(NamedTuple):
    """An episode that is over: the run that began it if there was one, and the decision when it was judged."""

    run: Run | None
    readings: tuple[Given, ...]
    decision: Decision
    clearance: Clearance | None


class _Boundary(NamedTuple):
    """Where one episode ends: a run begins, or a clearance is given (``note_id`` is its own). In order of time."""

    at: datetime
    order: int
    what: Run | Clearance


class _Mark(NamedTuple):
    """How things stood once a boundary was judged: where to go on from when something is told that bears on later."""

    boundary: _Boundary
    ledger: Ledger
    run: Run | None
    stages: tuple[StageRule, ...]
    loose_at: int
    judged: int
    late: tuple[Given, ...]


class Standing:
    """Where a runner stands: built from all that was told, and told more; then asked for any instant after the last
    boundary. Whatever the order in which it was told things, it stands where one built from all of them at once does.

    ``judged`` are the episodes that are over, oldest first.
    """

    def __init__(self, told: Record, runs: Iterable[RunFacts], ready_at: ReadyAt) -> None:
        self._point: Checkpoint | None = None
        self.told = told
        self.ready_at = ready_at
        self._book = RunBook(runs)
        self._marks: list[_Mark] = []
        self._lay_out()
        self._rewind(0)
        self._replay()

    @classmethod
    def resume(cls, point: Checkpoint, told: Record, runs: Iterable[RunFacts], ready_at: ReadyAt) -> "Standing":
        """From a checkpoint, with what is newer than its floor and all events of rare kinds."""
        standing = cls.__new__(cls)
        standing._point = point
        standing.told = told
        standing.ready_at = ready_at
        standing._book = RunBook(runs)
        standing._marks = []
        standing._lay_out()
        standing._rewind(0)
        standing._replay()
        return standing

    def checkpoint(self, now: datetime, upto: str) -> Checkpoint | None:
        """Of the newest boundary that is old enough; None if there is none, or none much newer than where this began.

        None before the first run as well: until then mornings may still give the baseline.
        ``upto`` is the id of the newest note that was told.
        """
        if self.has_profile and self.profiles.is_contradicted(now):
            return None  # the ratings that leave fewer days without pain than were claimed must stay known
        since = self._first_run_at if self._point is None else self._point.floor + STRIDE
        old = (mark for mark in reversed(self._marks) if mark.boundary.at <= now - AGE and not mark.late)
        new = takewhile(lambda mark: since is not None and mark.boundary.at >= since, old)
        mark = next((m for m in new if m.run is None or not self.told.is_askew(m.run.id, m.boundary.at)), None)
        if mark is None:
            return None
        return Checkpoint(
            floor=mark.boundary.at,
            upto=upto,
            ledger=mark.ledger,
            run=mark.run,
            stages=mark.stages,
            first_run_at=self._first_run_at,
            first_mornings=self._first_mornings(),
        )

    def tell(self, notes: Iterable[Noted] = (), runs: Iterable[RunFacts] = ()) -> None:
        """What was noted since, and runs that are new or told anew. Only what it bears on is judged again."""
        before = self._first_mornings()
        since: list[datetime | None] = []
        rated: set[str] = set()
        laid_out = True
        for facts in runs:
            was = self._book.take(facts)
            dated = (self.told.dated(each).start for each in (facts, was) if each is not None)
            since += [self.told.bears_from(start) for start in dated if start is not None]
            laid_out = False
        for note in notes:
            taken_back = isinstance(note.event, Rated) and self.told.is_withdrawn(note.event.rating.run or "")
            bearing = self.told.add(note)
            laid_out = laid_out and not taken_back  # a rating brings the run back
            since += [None] if taken_back else []
            laid_out = laid_out and isinstance(note.event, _LEAVES_BOUNDARIES)
            if bearing.run is None:
                since.append(bearing.at)
            elif isinstance(note.event, Rated):
                rated.add(bearing.run)
            elif bearing.run in self._starts:  # else it bears on nothing until that run is known
                since.append(self._starts[bearing.run])
        if not laid_out:
            self._lay_out()
        count = len(self._marks)
        if None in since or before != self._first_mornings():  # the baseline bears on everything
            count = 0
        elif since:
            count = bisect_left(self._marks, min(filter(None, since)), key=lambda mark: mark.boundary.at)
        self._rewind(min([count, *(self._judged_with(run) for run in rated)]))
        self._replay()

    def _judged_with(self, run: str) -> int:
        """How many boundaries are judged once ``run`` has begun: what it was like bears on those after it."""
        run = self._run_named.get(run, run)
        start = self._starts.get(run)
        if start is None:
            return len(self._marks)
        if self._point is not None and start <= self._point.floor:
            return 0
        index = bisect_left(self._marks, start, key=lambda mark: mark.boundary.at)
        while index < len(self._marks):
            index, what = index + 1, self._marks[index].boundary.what
            if isinstance(what, Run) and what.id == run:
                break
        return index

    @property
    def floor(self) -> datetime | None:
        """What is about this instant or earlier is folded in and cannot be looked at; None where nothing is."""
        return None if self._point is None else self._point.floor

    @property
    def has_profile(self) -> bool:
        return bool(self.profiles.told)

    @property
    def runs(self) -> list[Run]:
        """Every run that counts, oldest first."""
        return self._runs

    @property
    def run_ends(self) -> list[datetime]:
        """When they ended, in order."""
        return sorted(run.end for run in self._runs)

    @property
    def hurts(self) -> list[Hurt]:
        """All that was told of pain."""
        return hurts_of((given.rating for given in self.told.ratings), self._runs)

    def is_early(self, run: Run) -> bool:
        """Whether it was before the first profile: load and gap count, nothing is asked about it."""
        return not self.has_profile or run.start < self.profiles.told[0][0]

    def _lay_out(self) -> None:
        """Every boundary in order."""
        self._runs, self.recorded, self._by_watch = self._book.all_of(self.told)
        self._run_named = {note_id: run for run, group in self.recorded.items() for note_id, _ in group}
        self.profiles = Profiles(self.told, self._runs)
        self._starts = {run.id: run.start for run in self._runs}
        since = self.profiles.told[0][0] if self.profiles.told else None
        programme = [run.start for run in self._runs if since is not None and run.start >= since]
        self._first_run_at = programme[0] if programme else None
        found = [_Boundary(run.start, 1, run) for run in self._runs]
        found += [_Boundary(at, 0, clearance) for at, _, clearance in self.told.clearances]
        if self._point is not None:
            found = [boundary for boundary in found if boundary.at > self._point.floor]
            self._first_run_at = self._point.first_run_at
        self._boundaries = sorted(found, key=lambda b: b[:2])

    # The replay

    def _rewind(self, count: int) -> None:
        """Forget all but the first ``count`` boundaries."""
        if self._marks and count >= len(self._marks):
            return
        del self._marks[count:]
        mark = self._marks[-1] if self._marks else None
        self.ledger = mark.ledger if mark else Ledger()
        self.run = mark.run if mark else None
        self._stages = mark.stages if mark else ()
        self._loose_at = mark.loose_at if mark else 0
        self._late = mark.late if mark else ()
        if mark:
            del self.judged[mark.judged :]
            return
        self.judged: list[Judged] = []
        if self._point is not None:
            self.ledger, self.run, self._stages = self._point.ledger, self._point.run, self._point.stages
            self._loose_at = bisect_right(self.told.loose, self._point.floor, key=lambda g: g.rating.at)

    def _replay(self) -> None:
        """Judge the boundaries that have not been."""
        self.profiles.first_mornings = self._first_mornings()
        first_profile = self.profiles.told[0][0] if self.profiles.told else None
        for boundary in self._boundaries[len(self._marks) :]:
            match boundary.what:
                case Run() as run if first_profile is None or run.start < first_profile:
                    self._remember_early(run)
                case Run() as run:
                    self._begin(run)
                case Clearance() as clearance if first_profile is not None and boundary.at >= first_profile:
                    self._clear(boundary.at, clearance)
                case _:
                    pass
            mark = _Mark(boundary, self.ledger, self.run, self._stages, self._loose_at, len(self.judged), self._late)
            self._marks.append(mark)

    def _remember_early(self, run: Run) -> None:
        """A run before there was a profile: load and gap count, nothing is asked about it."""
        load = Load(
            start=run.start, zone=run.zone, done_ms=run.done_ms, bout_ms=run.bout_ms, unlocked=False,
            distance_m=run.distance_m,
        )  # fmt: skip
        self.ledger = self.ledger.model_copy(update={"loads": (*self.ledger.loads, load)[-60:]})

    def _begin(self, run: Run) -> None:
        asked = self._segment(run.start, run.zone, take=True)
        if run.unlocked is None:
            run = run.model_copy(update={"unlocked": self._was_unlocked(asked, run)})
        verdict = judge(asked)
        if run.unlocked:
            self._stages = asked.stages  # the gate opened it, by the rules it then had
        due = due_ms(asked, verdict.decision)
        run = run.model_copy(update={"due_ms": due})
        if run.id in self._by_watch and verdict.decision.is_open:
            run = run.model_copy(update={"planned_ms": due})  # no coach ran it: what was open is what was planned
        self.judged.append(Judged(self.run, asked.readings, verdict.decision, None))
        self.ledger = settled(verdict)
        self.run = run

    def _was_unlocked(self, asked: GateInput, run: Run) -> bool:
        """Whether a run the coach did not start kept to what was open, as far as was known when it began."""
        if any(at <= run.start < told for at, told in self.told.backdated):
            return False
        profile, results = self.readiness_at(run.start)
        known = [r for r in results if r.written_at is None or r.written_at <= run.start]
        ready = self.ready_at(profile, known, run.start)
        return kept_to_plan(asked.model_copy(update={"readiness_at": ready}), run)

    def _clear(self, at: datetime, clearance: Clearance) -> None:
        zone = self._zone_at(at)
        decision = decide(self._segment(at, zone, take=False, closing=clearance))
        if clearance.role is Role.SELF and not may_clear_oneself(decision):
            return
        asked = self._segment(at, zone, take=True, closing=clearance)
        # What was told later is not closed by it: nobody who cleared knew of it.
        closed = asked.model_copy(update={"readings": tuple(g for g in asked.readings if g.told_at <= at)})
        last = [] if self.run is None else self._after(self.run.id)
        told = {id(g): g for g in (*asked.readings, *last) if g.told_at > at}
        self._late = tuple(sorted(told.values(), key=lambda g: g.rating.at))
        self.judged.append(Judged(self.run, closed.readings, decision, clearance))
        self.ledger = clear(closed, clearance.role)
        self.run = None

    def _zone_at(self, at: datetime) -> str:
        zones = [run.zone for run in self._runs if run.start <= at]
        folded = [load.zone for load in self.ledger.loads[-1:]] if self.run is None else [self.run.zone]
        return next(reversed([*folded, *zones]), "UTC")

    # One segment

    def _after(self, run: str) -> list[Given]:
        """Every answer after that run, by whatever id of a recording of it was named."""
        found = list(self.told.after.get(run, ()))
        for note_id, _ in self.recorded.get(run, ()):
            if note_id != run:
                answers = self.told.after.get(note_id, ())
                found += [g.model_copy(update={"rating": g.rating.model_copy(update={"run": run})}) for g in answers]
        return found

    def question(self, asked_at: datetime, zone: str, stages: tuple[StageRule, ...] | None = None) -> GateInput:
        """What the gate is asked at ``asked_at``, which is not before the last boundary. Needs a profile.

        ``stages`` are the plan's, where it may have been edited since it was told.
        """
        asked = self._segment(asked_at, zone, take=False, stages=stages)
        newest, event = self._newest()
        ahead = newest is not None and newest > asked_at
        return asked.model_copy(update={"newest_at": newest, "newest_event": event if ahead else ""})

    def _segment(
        self, at: datetime, zone: str, *, take: bool, stages: tuple[StageRule, ...] | None = None,
        closing: Clearance | None = None,
    ) -> GateInput:  # fmt: skip
        """What was told up to ``at`` since the last boundary. ``closing`` is the clearance that ends it: of what came
        before, the injuries that it ends were still in force."""
        stages = stages or self.profiles.until(at)[-1][2].stages
        has_run = self.run is not None or self.ledger.running_since is not None
        profile = self.profiles.at(at, closing)
        until = bisect_right(self.told.loose, at, lo=self._loose_at, key=lambda g: g.rating.at)
        loose = self.told.loose[self._loose_at : until]
        late = self._late
        if take:
            self._loose_at, self._late = until, ()
        after = [] if self.run is None else self._after(self.run.id)
        clinician = self.profiles.clinician(at, lambda injury: injury.needs_clinician)
        injured_at, injury_told_at = self.profiles.newly_injured(at)
        asked = GateInput(
            asked_at=at,
            zone=zone,
            bands=tuple(sorted(profile.bands)),
            baseline=self.profiles.baseline_at(at),
            high_risk=any(i.needs_clinician for i in profile.injuries if i.kind is InjuryKind.BONE),
            needs_clinician=profile.needs_clinician,
            clinician_at=clinician[-1].at if clinician else None,
            uncounted_at=self.profiles.uncounted_at(at),
            stages=self._stages or stages,
            ledger=self.ledger,
            run=self.run,
            readings=tuple(sorted([*late, *loose, *after], key=lambda g: g.rating.at)),
            readiness_at=self.ready_at(*self.readiness_at(at), at),
            chose_at=max((c for c in self.told.chosen if c <= at), default=None),
            injured_at=injured_at,
            injury_told_at=injury_told_at,
            former_weekly_m=self.profiles.former_weekly_m_at(at),
        )
        asked = followed(asked, stages, has_run=has_run)
        if take:
            self.ledger = asked.ledger
            self._stages = (
                asked.stages if asked.landed else self._stages
            )  # what opened nothing is nothing to go on from
        return asked

    def _newest(self) -> tuple[datetime | None, str]:
        ends = [(run.end, run.id) for run in self._runs[-3:]]
        told = [(self.told.newest, self.told.newest_event)] if self.told.newest else []
        return max([*ends, *told], default=(None, ""))

    # The profile

    def profile_at(self, at: datetime) -> Profile:
        """The profile in force: the newest, with every injury told since the last clinician's clearance."""
        return self.profiles.at(at)

    def profile_with(self, profile: Profile, at: datetime, amends: str | None = None) -> Profile:
        """The profile that would be in force if ``profile`` were told at ``at``, in place of the one ``amends``."""
        return self.profiles.with_told(profile, at, amends)

    def readiness_at(self, at: datetime) -> tuple[Profile, list[ReadinessResult]]:
        """What readiness is judged by at ``at``: the profile with its baseline, and the results."""
        profile = self.profiles.with_baseline(self.profile_at(at))
        return unsoftened(profile, self.profiles.until(at), at), self.profiles.results_at(at)

    def _first_mornings(self) -> tuple[int, ...]:
        """The first three mornings before the first run of the programme, as they were told before it: a baseline is
        never raised afterwards."""
        if self._point is not None:
            return self._point.first_mornings
        first = self._first_run_at
        before = takewhile(lambda g: first is None or g.rating.at < first, self.told.loose)
        scores = (self.told.lowest_morning(g, first) for g in before)
        return tuple(islice((score for score in scores if score is not None), 3))


def may_clear_oneself(decision: Decision) -> bool:
    """Whether a STOP is in force that the runner's own clearance ends."""
    return Need.CLEARANCE in decision.needs
