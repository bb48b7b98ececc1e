"""From the journal to a standing: the whole of it, or on from a checkpoint."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from coach.history.checkpoint import FORMAT, RARE, SKIPPED, Checkpoint
from coach.history.events import DateCorrected, DiaryEvent, Rated
from coach.history.fold import ReadyAt, Standing
from coach.history.runs import Moment, RunFacts, part_facts, run_facts
from coach.history.told import Noted, Record, record
from coach.ports import Journal, Look, StoredEvent
from coach.session.events import IntervalEntered, SessionCreated, SessionEvent, Started


def from_everything(journal: Journal, now: datetime, ready_at: ReadyAt) -> Standing:
    """Judged from the first day on. Keeps a checkpoint for the next time. Raises StorageError."""
    look = journal.look(digest, without=SKIPPED)
    standing = Standing(record(noted(look.diary)), runs(look.digests), ready_at)
    _keep_checkpoint(journal, standing, look, now)
    return standing


def resumed(journal: Journal, now: datetime, ready_at: ReadyAt) -> Standing | None:
    """From the last checkpoint, if that still holds. Raises StorageError."""
    kept = journal.checkpoint()
    if kept is None:
        return None
    try:
        point = Checkpoint.model_validate_json(kept)
    except ValueError:
        return None  # of another version of this program: derived anew
    look = journal.look(digest, point.floor, RARE, SKIPPED)
    if point.form != FORMAT or look.checkpoint != kept:
        return None  # worthless, or made worthless at this moment
    told, notes = Record(), noted(look.diary)
    for note in notes:
        bearing = told.add(note)
        if note.id > point.upto and (bearing.at is None or bearing.at <= point.floor) and bearing.run is None:
            return None  # about what is folded in already
    dated = (told.dated(facts) for facts in runs(look.digests))
    late = [facts for facts in dated if facts.start is not None and facts.start >= point.floor]  # from its run on
    if _misses(point, told, notes, late):
        return None
    standing = Standing.resume(point, told, late, ready_at)
    _keep_checkpoint(journal, standing, look, now)
    return standing


def _misses(point: Checkpoint, told: Record, notes: Sequence[Noted], late: Sequence[RunFacts]) -> bool:
    """Whether something bears on what is folded in, or is newer than the floor but was not read."""
    known = {facts.session for facts in late}
    known |= {note_id for note_id, reported in told.reported if reported.start > point.floor}
    known |= {note_id for note_id, kept in told.recorded if kept.start > point.floor}
    known |= {point.run.id} if point.run is not None else set()
    if any(run is not None and run not in known for run in told.after):
        return True  # an answer about an older run
    read = known | {note.id for note in notes}
    if any(isinstance(note.event, Rated) and note.event.amends not in {None, *read} for note in notes):
        return True  # a correction of an older answer
    corrections = [note.event for note in notes if isinstance(note.event, DateCorrected)]
    if any(c.joins not in {None, *read} for c in corrections):
        return True  # an older answer to the same
    return any(c.event not in read and c.at > point.floor for c in corrections)


def _keep_checkpoint(journal: Journal, standing: Standing, look: Look, now: datetime) -> None:
    point = standing.checkpoint(now, look.diary[-1].id) if look.diary else None
    if point is not None:
        journal.keep_checkpoint(look, point.floor, point.model_dump_json(exclude_defaults=True))


def noted(diary: Sequence[StoredEvent[DiaryEvent]]) -> list[Noted]:
    """The diary as the history takes it."""
    return [Noted(stored.id, datetime.fromisoformat(stored.utc), stored.event) for stored in diary]


def runs(digests: Sequence[str]) -> list[RunFacts]:
    """The sessions of these digests in brief, oldest first."""
    found = [RunFacts.model_validate_json(each) for each in digests]
    return sorted((facts for facts in found if facts.session), key=lambda facts: facts.session)


def digest(session: str, events: Sequence[StoredEvent[SessionEvent]]) -> str:
    """A session in brief, for the journal to keep."""
    moments = [(Moment(utc=datetime.fromisoformat(e.utc), zone=e.zone), e.event) for e in events]
    if not moments:
        return RunFacts(session="").model_dump_json()
    begun = any(isinstance(event, Started) for _, event in moments)
    ran = any(isinstance(event, IntervalEntered) for _, event in moments)
    if isinstance(moments[0][1], SessionCreated) and (begun or not ran):
        with suppress(IndexError):  # of another workout than its own: damaged, and what happened still counts
            return run_facts(session, moments).model_dump_json()
    return part_facts(session, moments).model_dump_json()
