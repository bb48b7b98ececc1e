"""Everything that was told, by kind: the diary sorted. One note at a time or all at once, it comes to the same."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from coach.gate.days import morning_of
from coach.gate.facts import Given
from coach.history.amend import GRACE, in_force
from coach.history.events import (
    LONGEST_RECORDING,
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
        told = [r.first_steps for typed, r in self._versions[self.id_of(given)] if before is None or typed < before]
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
                return self._rate(note, self._same_as(note.id, amends), utc, fixed)
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
                return Bearing(self.bears_from(told.start))
            case RunRecorded(start=start, end=end):
                moved = {} if corrected is None else {"start": corrected, "end": corrected + (end - start)}
                self._recorded[note.id] = (note.utc, note.event.model_copy(update=moved))
                return Bearing(self.bears_from(corrected or start))
            case RunWithdrawn(run=run, start=start):
                self._withdrawn[run] = min(note.utc, self._withdrawn.get(run, note.utc))
                known = self._reported.get(run) or self._recorded.get(run)
                return Bearing(self.bears_from(start if known is None else min(start, known[1].start)))
            case _:
                pass
        return Bearing(utc)

    def bears_from(self, start: datetime) -> datetime:
        """From when on it bears on anything that a run began at ``start``: a recording of before may be of that run."""
        return start - LONGEST_RECORDING if self._recorded else start

    def given_of(self, rating: SymptomRating, ends: Sequence[datetime]) -> list[Given]:
        """What is in force of what ``rating`` asks, in order: of the same run, or the same morning. ``ends`` are those
        of all runs, in order."""
        same = [g for g in self.ratings if (g.rating.occasion, g.rating.run) == (rating.occasion, rating.run)]
        if rating.run is not None:
            return same
        asked = morning_of(rating.at, rating.zone, ends)
        return [g for g in same if morning_of(g.rating.at, g.rating.zone, ends) == asked]

    def last_of(self, rating: SymptomRating, ends: Sequence[datetime]) -> str | None:
        """The id of the event that told last of what ``rating`` asks, as :meth:`given_of`; None without one."""
        found = self.given_of(rating, ends)
        root = self.id_of(found[-1]) if found else None
        return next((note_id for note_id, first in reversed(self._roots.items()) if first == root), None)

    def id_of(self, given: Given) -> str:
        """The id of the event that first told of what is in force."""
        return next(root for root, each in self._in_force.items() if each is given)

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

    def _same_as(self, note_id: str, amends: str | None) -> str | None:
        """The id of the event whose rating it takes the place of: that of the same morning, once a date is put right.

        Whichever of the two comes first in the diary is the first version, whatever clock wrote it.
        """
        fix = self._corrected.get(note_id)
        same = [] if fix is None or fix.joins is None else [fix.joins]
        same += [each.event for each in self._corrected.values() if each.joins == note_id]
        return next((other for other in same if other in self._roots), amends)

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
