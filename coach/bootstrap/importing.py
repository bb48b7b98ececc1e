"""Files of activities → the journal: the original kept, the run known, each activity once however often it comes."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from coach.activities.containers import members_of
from coach.activities.reading import read_file
from coach.coaching import Coaching
from coach.coaching.recorded import check_recorded, run_recorded
from coach.errors import BadInput, CoachError
from coach.gate.facts import Run
from coach.history.events import RunRecorded
from coach.history.identity import ON_FOOT, UNTOLD, as_one, brief
from coach.history.matching.gait import track
from coach.history.matching.ran import Ran, ran
from coach.history.run_book import brief_of
from coach.journal.originals import Originals, digest_of
from coach.model.activity import Activity
from coach.model.plain import plain
from coach.model.refusals import plain_words
from coach.model.zones import zone

BATCH = 50
"""So many activities are kept at a time: who leaves in between loses none of those."""


class Imported(NamedTuple):
    """What became of one activity, or of a file (``problem``). ``run`` is the id of the run it is of, empty where
    nobody ran in it; ``known`` whether this very file was kept before, ``joined`` whether the run was known."""

    name: str
    kept: RunRecorded | None = None
    run: str = ""
    known: bool = False
    joined: bool = False
    faults: tuple[str, ...] = ()
    problem: CoachError | None = None


class _Read(NamedTuple):
    """One activity, read. ``sure`` is its running that is certain, and the longest bout of that, in milliseconds."""

    name: str
    kept: RunRecorded
    sure: tuple[int, int]
    faults: tuple[str, ...]


class Importer:
    """Takes files in. With ``dry`` nothing is kept."""

    def __init__(self, coaching: Coaching, originals: Originals, *, dry: bool = False) -> None:
        self._coaching = coaching
        self._originals = originals
        self._dry = dry
        coaching.need_profile()
        told = coaching.whole.told
        self._by_watch = {note_id for note_id, _ in told.recorded}
        self._known = {(kept.original, kept.part): kept.run or note_id for note_id, kept in told.recorded}

    def take(self, sources: Iterable[tuple[str, bytes | Path]]) -> Iterator[Imported]:
        """Each activity as it was kept, and each file that could not be read. Raises StorageError."""
        waiting: list[_Read] = []
        for name, source in sources:
            for read in self._read(name, source):
                if isinstance(read, Imported):
                    yield read
                else:
                    waiting.append(read)
            if len(waiting) >= BATCH:
                yield from self._keep(waiting)
                waiting = []
        yield from self._keep(waiting)

    def _read(self, name: str, source: bytes | Path) -> Iterator["_Read | Imported"]:
        try:
            for member in members_of(source, name):
                try:
                    yield from self._read_one(member.read(), member.name)
                except BadInput as problem:
                    yield Imported(member.name, problem=problem)
        except BadInput as problem:
            yield Imported(name, problem=problem)

    def _read_one(self, data: bytes, name: str) -> Iterator["_Read | Imported"]:
        digest = digest_of(data)
        if (digest, 0) in self._known and digest in self._originals:
            yield Imported(name, run=self._known[digest, 0], known=True, joined=True)
            return
        activities = read_file(data, name)
        found = [self._checked(activity, digest, part, name) for part, activity in enumerate(activities)]
        if not self._dry:
            self._originals.keep(data)
        yield from found

    def _checked(self, activity: Activity, digest: str, part: int, name: str) -> _Read:
        """Raises BadInput for one that cannot be: without length, of more than two days, of the future."""
        found = ran(track(activity)) if activity.sport in ON_FOOT | UNTOLD else None
        try:
            kept = self._recorded(activity, digest, part, found)
        except ValidationError as error:
            remedy = "see whether it is the right file; one activity at a time is read"
            raise BadInput(plain_words(error), where=name, remedy=remedy) from None
        try:
            check_recorded(kept, self._coaching.clock.utc_now())
        except BadInput as problem:
            raise BadInput(problem.what, where=name, remedy=problem.remedy) from None
        sure = (0, 0) if found is None else (found.sure_run_ms, found.sure_bout_ms)
        return _Read(name, kept, sure, activity.faults)

    def _recorded(self, activity: Activity, digest: str, part: int, found: Ran | None) -> RunRecorded:
        told = brief(activity, digest)
        return RunRecorded(
            known_start=activity.start,
            start=activity.start,
            end=activity.end,
            zone=self._zone(activity),
            run_ms=0 if found is None else found.run_ms,
            bout_ms=0 if found is None else found.bout_ms,
            distance_m=None if found is None or found.distance_m is None else round(found.distance_m),
            name=plain(activity.workout.name if activity.workout else "")[:200],
            original=digest,
            part=part,
            form=activity.form,  # type: ignore[arg-type]  # checked as it is made
            sport=plain(activity.sport)[:60],
            intact=told.intact,
            steps=told.steps,
            laps=told.laps,
            figures=told.figures,
            records=told.records,
        )

    def _zone(self, activity: Activity) -> str:
        """Where the runner was: here, unless the watch showed another time then."""
        here = self._coaching.clock.zone_name()
        offset = activity.offset
        if offset is None or activity.start.astimezone(zone(here)).utcoffset() == offset:
            return here
        minutes = round(offset.total_seconds() / 60)
        return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"

    def _keep(self, found: list[_Read]) -> Iterator[Imported]:
        """First those nobody knew of, one of each activity; then what else was recorded of the same runs."""
        by_place = {(read.kept.original, read.kept.part): read for read in found}
        new = [read for place, read in by_place.items() if place not in self._known]
        runs = self._coaching.whole.runs
        of = {id(read): run_recorded(runs, read.kept.start, read.kept.end) for read in new}
        strangers = {str(number): read for number, read in enumerate(new) if of[id(read)] is None}
        groups = as_one(brief_of(number, read.kept) for number, read in strangers.items())
        first = [strangers[group[0].id] for group in groups]
        yield from self._note(first, [None] * len(first))
        rest = [strangers[each.id] for group in groups for each in group[1:]]
        leaders = [self._run_of(strangers[group[0].id]) for group in groups for _ in group[1:]]
        known = [read for read in new if of[id(read)] is not None]
        yield from self._note([*rest, *known], [*leaders, *(of[id(read)] for read in known)])
        for read in found:
            if read not in new:
                place = read.kept.original, read.kept.part
                yield Imported(read.name, run=self._known.get(place, ""), known=True, joined=True)

    def _run_of(self, read: _Read) -> Run:
        kept = read.kept
        run = self._known.get((kept.original, kept.part), "")
        return Run(id=run, start=kept.start, end=kept.end, zone=kept.zone)

    def _note(self, reads: list[_Read], runs: "list[Run | None]") -> Iterator[Imported]:
        noted = [read.kept if run is None else self._of(run, read) for read, run in zip(reads, runs, strict=True)]
        ids = [""] * len(noted) if self._dry or not noted else self._coaching.record_runs(noted)
        for read, kept, note_id in zip(reads, noted, ids, strict=True):
            run_id = kept.run or note_id
            self._known[kept.original, kept.part] = run_id
            self._by_watch.add(note_id)
            yield Imported(read.name, kept, run_id, joined=bool(kept.run), faults=read.faults)

    def _of(self, run: Run, read: _Read) -> RunRecorded:
        """As a recording of ``run``. To what a coach saw or the runner told only running that is certain adds."""
        named = {"run": run.id, "known_start": run.start}
        if run.id not in self._by_watch:
            named |= dict(zip(("run_ms", "bout_ms"), read.sure, strict=True))
        return read.kept.model_copy(update=named)
