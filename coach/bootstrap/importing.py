"""Files of activities → the journal: the original kept, the run known, each activity once however often it comes."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from coach.activities.containers import members_of
from coach.activities.reading import read_file
from coach.coaching import Coaching
from coach.coaching.recorded import check_recorded
from coach.errors import BadInput, CoachError, StorageError
from coach.history.events import RunRecorded
from coach.history.identity import ON_FOOT, UNTOLD, brief
from coach.history.matching.gait import track
from coach.history.matching.ran import Ran, ran
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
    """One activity, read."""

    name: str
    kept: RunRecorded
    faults: tuple[str, ...]


class Importer:
    """Takes files in. With ``dry`` nothing is kept."""

    def __init__(
        self, coaching: Coaching, originals: Originals, *, dry: bool = False, since: date | None = None
    ) -> None:  # fmt: skip
        """``since`` leaves out what began on an earlier day, in UTC."""
        self._coaching = coaching
        self._originals = originals
        self._dry = dry
        self._since = since
        coaching.need_profile()
        self._learn()

    def _learn(self) -> None:
        """What is kept, by its file, with the run it is of."""
        recorded = self._coaching.whole.recorded
        self._known = {(kept.original, kept.part): run for run, group in recorded.items() for _, kept in group}
        self._run_of = {note_id: run for run, group in recorded.items() for note_id, _ in group}

    def take(self, sources: Iterable[tuple[str, bytes | Path]]) -> Iterator[Imported]:
        """Each activity as it was kept, and each file that could not be read. Raises StorageError, and what the sources
        raise; what was read until then is kept all the same."""
        waiting: list[_Read] = []
        try:
            for name, source in sources:
                for read in self._read(name, source):
                    if isinstance(read, Imported):
                        yield read
                        continue
                    waiting.append(read)
                    if len(waiting) >= BATCH:
                        batch, waiting = waiting, []
                        yield from self._keep(batch)
            batch, waiting = waiting, []
            yield from self._keep(batch)
        finally:
            self._keep(waiting)

    def _read(self, name: str, source: bytes | Path) -> Iterator["_Read | Imported"]:
        members = members_of(source, name)
        while True:
            try:
                member = next(members, None)
                if member is None:
                    return
                name = member.name
                data = member.read()
            except (BadInput, StorageError) as problem:
                yield Imported(name, problem=problem)
                if isinstance(problem, StorageError):
                    return
                continue
            yield from self._read_one(data, name)

    def _read_one(self, data: bytes, name: str) -> Iterator["_Read | Imported"]:
        digest = digest_of(data)
        if (digest, 0) in self._known and digest in self._originals:
            yield Imported(name, run=self._known[digest, 0], known=True, joined=True)
            return
        try:
            activities = read_file(data, name)
            found = [
                self._checked(activity, digest, part, name)
                for part, activity in enumerate(activities)
                if self._since is None or activity.start.date() >= self._since
            ]
        except BadInput as problem:
            yield Imported(name, problem=problem)
            return
        if found and not self._dry:
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
        return _Read(name, kept, activity.faults)

    def _recorded(self, activity: Activity, digest: str, part: int, found: Ran | None) -> RunRecorded:
        told = brief(activity, digest)
        return RunRecorded(
            start=activity.start,
            end=activity.end,
            zone=self._zone(activity),
            run_ms=0 if found is None else found.run_ms,
            bout_ms=0 if found is None else found.bout_ms,
            sure_ms=0 if found is None else found.sure_run_ms,
            sure_bout_ms=0 if found is None else found.sure_bout_ms,
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

    def _keep(self, found: list[_Read]) -> list[Imported]:
        """Have them in the journal, all at once."""
        new = {(read.kept.original, read.kept.part): read for read in found}
        new = {place: read for place, read in new.items() if place not in self._known}
        ids: dict[tuple[str, int], str] = {}
        if new and not self._dry:
            noted = self._coaching.record_runs([read.kept for read in new.values()])
            ids = dict(zip(new, noted, strict=True))
            self._learn()
        told: list[Imported] = []
        for read in found:
            place = read.kept.original, read.kept.part
            if new.pop(place, None) is None:
                told.append(Imported(read.name, run=self._known.get(place, ""), known=True, joined=True))
                continue
            note_id = ids.get(place, "")
            run = self._run_of.get(note_id, "")
            told.append(Imported(read.name, read.kept, run, joined=run != note_id, faults=read.faults))
        return told
