"""Everything that was told, by kind: the diary sorted. One note at a time or all at once, it comes to the same."""

from bisect import bisect_left, insort
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from coach.gate.days import waking_date
from coach.gate.facts import Given
from coach.history.amend import GRACE, in_force
from coach.history.events import (
    AdvanceChosen,
    Begun,
    Cleared,
    DateCorrected,
    DiaryEvent,
    ProfileSet,
    Rated,
    ReadinessTested,
    RunRecorded,
    RunReported,
    RunWithdrawn,
)
from coach.history.runs import RunFacts
from coach.model.profile import Clearance
from coach.model.rating import Occasion, SymptomRating
from coach.model.readiness import ReadinessResult


class Noted(NamedTuple):
    """A diary event with its id and when it was written (aware, UTC)."""

    id: str
    utc: datetime
    event: DiaryEvent


class Bearing(NamedTuple):
    """What a note bears on: everything from the instant ``at``, everything from the run ``run`` on, or all there is."""

    at: datetime | None = None
    run: str | None = None


class Record:
    """The diary sorted. Corrected dates are put right, amended ratings brought together.

    ``loose`` are the ratings that name no run, in the order of what they are about; ``after`` those of each run.
    ``newest_event`` is what a date put right is told of: the id of the newest note, or of the session that began by it.
    """

    def __init__(self) -> None:
        self._notes: list[Noted] = []
        self._corrected: dict[str, DateCorrected] = {}
        self._clear()

    def _clear(self) -> None:
        self.profiles: list[tuple[datetime, str, ProfileSet]] = []
        self.profile_written: dict[str, datetime] = {}  # by the machine's clock
        self.clearances: list[tuple[datetime, str, Clearance]] = []
        self.backdated: list[tuple[datetime, datetime]] = []  # clearances: of when, and when that was told
        self.results: list[ReadinessResult] = []
        self.chosen: list[datetime] = []
        self.begun: dict[str, Begun] = {}
        self._reported: dict[str, tuple[datetime, RunReported]] = {}
        self._recorded: dict[str, tuple[datetime, RunRecorded]] = {}
        self._withdrawn: dict[str, datetime] = {}
        self.newest: datetime | None = None
        self.newest_event = ""
        self.loose: list[Given] = []
        self.after: dict[str | None, list[Given]] = {}
        self._versions: dict[str, list[tuple[datetime, SymptomRating]]] = {}
        self._written: dict[str, list[datetime]] = {}  # when each version was, by the machine's clock
        self._roots: dict[str, str] = {}
        self._in_force: dict[str, Given] = {}

    @property
    def ratings(self) -> list[Given]:
        """Every rating in force, in the order of what it is about."""
        return sorted(self._in_force.values(), key=_about)

    @property
    def reported(self) -> list[tuple[str, RunReported]]:
        """Every run that was told and not taken back, with the id of its event."""
        return [(note_id, told) for note_id, (_, told) in self._reported.items() if not self.is_withdrawn(note_id)]

    @property
    def recorded(self) -> list[tuple[str, RunRecorded]]:
        """Every recording that was kept and not taken back, with the id of its event."""
        return [(note_id, kept) for note_id, (_, kept) in self._recorded.items() if not self.is_withdrawn(note_id)]

    def is_withdrawn(self, run: str) -> bool:
        """Whether it was taken back within ten minutes. One that somebody rated stays: so does what the rating said."""
        told = self._reported.get(run) or self._recorded.get(run)
        if told is None or run not in self._withdrawn or self.after.get(run):
            return False
        return timedelta() <= self._withdrawn[run] - told[0] <= GRACE

    def lowest_morning(self, given: Given, before: datetime | None) -> int | None:
        """The lowest first-step pain that was told of that morning before that instant; None where none was."""
        root = next(root for root, each in self._in_force.items() if each is given)
        told = [r.first_steps for typed, r in self._versions[root] if before is None or typed < before]
        return min((score for score in told if score is not None), default=None)

    def add(self, note: Noted) -> Bearing:
        """Take a note in."""
        self._notes.append(note)
        if not isinstance(note.event, DateCorrected):
            return self._sort(note)
        self._corrected[note.event.event] = note.event
        self._clear()
        for each in self._notes:
            self._sort(each)
        return Bearing()

    def _sort(self, note: Noted) -> Bearing:
        fix = self._corrected.get(note.id)
        if fix is None and isinstance(note.event, Begun):  # it was written with the session's first events
            fix = self._corrected.get(note.event.session)
        corrected = None if fix is None else fix.at
        utc = note.utc if fix is None else max(note.utc, fix.at) if fix.slip else fix.at
        if self.newest is None or utc > self.newest:
            self.newest = utc
            self.newest_event = note.event.session if isinstance(note.event, Begun) else note.id
        match note.event:
            case ProfileSet():
                self.profiles.append((utc, note.id, note.event))
                self.profile_written[note.id] = note.utc
                return Bearing(None if note.event.amends else utc)  # it may take back what was told before it
            case Rated(rating=rating, amends=amends):
                fixed = rating if corrected is None else rating.model_copy(update={"at": corrected})
                return self._rate(note, amends, utc, fixed)
            case Cleared(clearance=clearance):
                at = min(clearance.at, corrected or utc)
                self.clearances.append((at, note.id, clearance))
                self.backdated += [(at, utc)] if at < utc else []
                return Bearing(at)
            case ReadinessTested(result=result):
                tested = result.model_copy(update={"at": corrected or result.at, "written_at": note.utc})
                insort(self.results, tested, key=lambda r: r.at)
                return Bearing(tested.at)
            case AdvanceChosen(at=at):
                self.chosen.append(corrected or at)
                return Bearing(corrected or at)
            case Begun(session=session):
                self.begun[session] = note.event
                return Bearing(run=session)
            case RunReported(start=start, end=end):
                moved = {} if corrected is None else {"start": corrected, "end": corrected + (end - start)}
                told = note.event.model_copy(update=moved)
                self._reported[note.id] = (note.utc, told)
                return Bearing(min(self.starts_of(note.id)))
            case RunRecorded():
                kept = note.event if corrected is None else _moved(note.event, corrected)
                self._recorded[note.id] = (note.utc, kept)
                return Bearing(min(self.starts_of(*self.changes(note))))
            case RunWithdrawn(run=run, start=start):
                self._withdrawn[run] = min(note.utc, self._withdrawn.get(run, note.utc))
                return Bearing(min((start, *self.starts_of(*self.changes(note)))))
            case _:
                pass
        return Bearing(utc)

    def changes(self, note: Noted) -> tuple[str, ...]:
        """The runs that themselves are others than before by what was recorded of them, or taken back."""
        match note.event:
            case RunRecorded(run=run):
                return (note.id, run)
            case RunWithdrawn(run=run):
                return (run, self._recorded[run][1].run) if run in self._recorded else (run,)
            case _:
                return ()

    def starts_of(self, *runs: str) -> list[datetime]:
        """When the runs of these ids began, by all that was told or recorded of them."""
        found = [self._reported[run][1].start for run in runs if run in self._reported]
        found += [self._corrected[run].at for run in runs if run in self._corrected]
        for note_id, (_, kept) in self._recorded.items():
            if note_id in runs or (kept.run and kept.run in runs):
                found += [kept.start, kept.known_start]
        return found

    def last_of(self, rating: SymptomRating) -> str | None:
        """The id of the rating told last that asks the same: of the same run, or the same morning; None without one."""
        day = waking_date(rating.at, rating.zone)
        for note in reversed(self._notes):
            if isinstance(note.event, Rated) and note.event.rating.occasion is rating.occasion:
                told = note.event.rating
                same_day = told.run is not None or waking_date(told.at, told.zone) == day
                if told.run == rating.run and same_day:
                    return note.id
        return None

    def is_askew(self, run: str, since: datetime) -> bool:
        """Whether who reads on from ``since`` would miss an answer about that run: because the date of the one or the
        other was corrected, or it was written earlier by its device's clock."""
        answers = [n for n in self._notes if isinstance(n.event, Rated) and n.event.rating.run == run]
        moved = run in self._corrected or any(note.id in self._corrected for note in answers)
        return moved or any(note.utc < since for note in answers)

    def dated(self, facts: RunFacts) -> RunFacts:
        """The session in brief, with its date put right if that was corrected: as long as it was, from then on."""
        fix = self._corrected.get(facts.session)
        if fix is None or facts.start is None:
            return facts
        end = None if facts.end is None else fix.at + (facts.end - facts.start)
        return facts.model_copy(update={"start": fix.at, "end": end})

    def _rate(self, note: Noted, amends: str | None, utc: datetime, rating: SymptomRating) -> Bearing:
        note_id = note.id
        root = self._roots.get(amends or "", note_id)
        if root in self._versions and self._versions[root][0][1].occasion is not rating.occasion:
            root = note_id  # an answer to another question takes the place of none
        self._roots[note_id] = root
        versions = self._versions.setdefault(root, [])
        versions.append((utc, rating))
        written = self._written.setdefault(root, [])
        written.append(note.utc)
        before, now = self._in_force.get(root), in_force(versions, written)
        self._in_force[root] = now
        run = now.rating.run
        is_after = now.rating.occasion is Occasion.AFTER
        kept = self.after.setdefault(run, []) if is_after else self.loose
        if before is None:
            insort(kept, now, key=_about)
        else:  # what it is about stays as it was first told, and so does its place
            at = bisect_left(kept, _about(before), key=_about)
            kept[next(i for i in range(at, len(kept)) if kept[i] is before)] = now
        return Bearing(run=run) if is_after else Bearing(now.rating.at)


def record(noted: Iterable[Noted]) -> Record:
    """Sort a whole diary by kind."""
    told = Record()
    for note in noted:
        told.add(note)
    return told


def _about(given: Given) -> datetime:
    return given.rating.at


def _moved(kept: RunRecorded, start: datetime) -> RunRecorded:
    """As long as it was, from then on."""
    known = start if not kept.run else kept.known_start
    return kept.model_copy(update={"start": start, "end": start + (kept.end - kept.start), "known_start": known})
