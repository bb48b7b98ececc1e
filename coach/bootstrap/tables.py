"""The runner's own record as tables for a spreadsheet. Only what is named here goes out: no settings, no device."""

from coach.coaching import Coaching
from coach.journal.codec import encode_event
from coach.journal.store import SqliteJournal
from coach.model.rating import SymptomRating
from coach.model.sheets import TableSheet

RATINGS, RUNS, JOURNAL = TABLES = ("ratings", "runs", "journal")

_RUN_COLUMNS = (
    "run", "start", "end", "zone", "title", "source", "planned_ms", "done_ms", "bout_ms", "walked_ms", "distance_m",
    "pain_marks", "finished", "counts",
)  # fmt: skip
_EVENT_COLUMNS = ("id", "utc", "zone", "session", "kind", "event")


def make_table(name: str, coaching: Coaching, journal: SqliteJournal) -> TableSheet:
    """One of ``TABLES``. Raises StorageError."""
    return {RATINGS: _ratings, RUNS: _runs, JOURNAL: _journal}[name](coaching, journal)


def _ratings(coaching: Coaching, _journal: SqliteJournal) -> TableSheet:
    """Every rating in force, corrected ones as they count; `coach ratings import` reads it back."""
    rows = [given.rating.model_dump(mode="json") for given in coaching.whole.told.ratings]
    return TableSheet(RATINGS, tuple(SymptomRating.model_fields), rows)


def _runs(coaching: Coaching, _journal: SqliteJournal) -> TableSheet:
    """Every session, and every run that was told of; times in milliseconds."""
    facts = [each.model_dump(mode="json") for each in coaching.runs() if each.start is not None]
    rows = [{"run": each["session"], **each} for each in facts]
    for run_id, event in coaching.whole.told.reported:
        rows.append({"run": run_id, "source": "told", "counts": True, **event.model_dump(mode="json")})
    rows.sort(key=lambda row: str(row["start"]))
    return TableSheet(RUNS, _RUN_COLUMNS, [{name: row.get(name) for name in _RUN_COLUMNS} for row in rows])


def _journal(_coaching: Coaching, journal: SqliteJournal) -> TableSheet:
    """Every event as it was written. `coach journal export` is the one that can be merged again."""
    rows = [
        {"id": each.id, "utc": each.utc, "zone": each.zone, "session": each.session, "kind": each.event.kind,
         "event": encode_event(each.event)}
        for each in journal.all_events()
    ]  # fmt: skip
    return TableSheet(JOURNAL, _EVENT_COLUMNS, rows)
