"""Merging journals is the union of sets, and an export is a journal as text."""

import contextlib
import json
import re
import sqlite3
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.errors import BadInput, StorageError
from coach.history.events import AdvanceChosen
from coach.journal.codec import line_of, stored_of_line
from coach.journal.exchange import export_lines, merge_files, read_events
from coach.journal.store import SqliteJournal
from coach.model.workout import Intensity, Step, TimeDuration, Workout
from coach.ports import StoredEvent
from coach.session.events import (
    CueReported,
    Extended,
    IntervalEntered,
    IntervalLeft,
    Paused,
    PickedUp,
    SessionCreated,
    SessionEvent,
    Stopped,
)
from tests.fakes import FakeClock

at = st.integers(0, 10**15)
EVENTS: st.SearchStrategy[SessionEvent] = st.one_of(
    st.builds(Paused, at_ns=at),
    st.builds(PickedUp, at_ns=at),
    st.builds(Extended, at_ns=at, delta_ns=st.integers(-(10**12), 10**12)),
    st.builds(IntervalEntered, at_ns=at, index=st.integers(0, 999)),
    st.builds(IntervalLeft, at_ns=at, index=st.integers(0, 9), actual_ns=at, how=st.sampled_from(["next", "pain"])),
    st.builds(Stopped, at_ns=at, reason=st.text(max_size=20)),
    st.builds(CueReported, at_ns=at, cue=st.just("announce"), label=st.text(max_size=20), status=st.just("played")),
    st.builds(
        SessionCreated,
        at_ns=st.just(0),
        speed=st.floats(0.1, 50),
        workout=st.builds(
            Workout,
            name=st.text('aZßéΩ走–"', min_size=1, max_size=20),
            steps=st.tuples(
                st.builds(
                    Step,
                    intensity=st.sampled_from(Intensity),
                    duration=st.builds(TimeDuration, ms=st.integers(1, 10**6)),
                )
            ),
        ),
    ),
)
DIARY_EVENTS = st.builds(AdvanceChosen, at=st.datetimes(timezones=st.just(UTC)))
IDS = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=25, max_size=25).map(lambda tail: "0" + tail)


@st.composite
def universes(draw: st.DrawFn) -> list[StoredEvent]:
    """Events with different ids, in any order: what all devices together wrote."""
    ids = draw(st.lists(IDS, unique=True, max_size=12))
    session = draw(IDS)
    events = [(i, draw(EVENTS | DIARY_EVENTS)) for i in ids]
    return [
        StoredEvent(
            i, "" if isinstance(event, AdvanceChosen) else session, "2026-11-23T07:00:00.000001Z", "Europe/Paris", "pi",
            event,
        )
        for i, event in events
    ]  # fmt: skip


def part_of(data: st.DataObject, universe: list[StoredEvent]) -> list[StoredEvent]:
    return data.draw(st.lists(st.sampled_from(universe), unique_by=lambda s: s.id)) if universe else []


def file_of(folder: Path, name: str, events: list[StoredEvent]) -> Path:
    """An export, or a database, by the name's ending."""
    file = folder / name
    if file.suffix == ".db":
        with contextlib.closing(SqliteJournal(file, FakeClock(), "pi")) as journal:
            journal.add_missing(events)
    else:
        file.write_text("".join(line_of(s) + "\n" for s in events), encoding="utf-8")
    return file


def merged(folder: Path, name: str, *steps: list[Path]) -> list[str]:
    """The export of a fresh journal into which each of ``steps`` was merged in turn."""
    with contextlib.closing(SqliteJournal(folder / name, FakeClock(), "here")) as journal:
        for step in steps:
            merge_files(journal, step)
        return list(export_lines(journal))


@settings(max_examples=30, deadline=None)
@given(universes(), st.data())
def test_merge_is_commutative_associative_and_idempotent(universe: list[StoredEvent], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        a = file_of(folder, "a.jsonl", part_of(data, universe))
        b = file_of(folder, "b.db", part_of(data, universe))
        c = file_of(folder, "c.jsonl", part_of(data, universe))
        everything = merged(folder, "1.db", [a], [b], [c])
        assert merged(folder, "2.db", [c], [b], [a]) == everything
        assert merged(folder, "3.db", [b, c], [a]) == everything
        assert merged(folder, "4.db", [a, b, c, a]) == everything
        assert merged(folder, "5.db", [a], [a], [b], [c], [b]) == everything
        together = file_of(folder, "ab.db", [])
        with contextlib.closing(SqliteJournal(together, FakeClock(), "x")) as journal:
            merge_files(journal, [a, b])
        assert merged(folder, "6.db", [together], [c]) == everything


@settings(max_examples=50, deadline=None)
@given(universes())
def test_an_export_merged_into_an_empty_journal_is_the_same_journal(universe: list[StoredEvent]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = file_of(folder, "a.jsonl", universe)
        with contextlib.closing(SqliteJournal(folder / "j.db", FakeClock(), "here")) as journal:
            assert merge_files(journal, [file]) == len(universe)
            assert list(journal.all_events()) == sorted(universe, key=lambda s: s.id)
            lines = list(export_lines(journal))
        assert lines == sorted(line_of(s) for s in universe)
        assert [stored_of_line(line) for line in lines] == sorted(universe, key=lambda s: s.id)


WALK = Workout(steps=(Step(intensity=Intensity.RECOVERY, duration=TimeDuration(ms=1000)),))
SESSION = "01KAR0000000000000000000AA"


def stored(number: int, event: SessionEvent) -> StoredEvent:
    return StoredEvent(
        f"01KAR00000000000000000{number:04d}", SESSION, "2026-11-23T07:00:00.000001Z", "UTC", "pi", event
    )


def test_a_bad_line_is_named_and_nothing_is_half_merged(tmp_path: Path) -> None:
    file = file_of(tmp_path, "a.jsonl", [stored(1, Paused(at_ns=1)), stored(2, Paused(at_ns=2))])
    good, second = file.read_text(encoding="utf-8").splitlines()
    broken: dict[str, str] = {
        "not JSON": second[:-1],
        "not a JSON object": "[]",
        "unknown kind": second.replace('"paused"', '"teleported"'),
        "at_ns": second.replace('"at_ns":2', '"at_ns":-2'),
        "ULID": second.replace("01KAR00000000000000000", "x"),
        "format": second.replace('"v":1', '"v":2'),
        "unknown key": second.replace('"zone"', '"zones"'),
        "not a time": second.replace("2026-11-23", "2026-13-23"),
        "nested too deep": "[" * 200_000,
        "cannot be stored": second.replace('"UTC"', '"\\ud800"'),
        "or a number": re.sub(
            '"event":.*', f'"event":{SessionCreated(at_ns=0, workout=WALK, speed=2).model_dump_json()}}}', second
        ).replace('"speed":2.0', '"speed":1e999'),
        "too long": second + " " * 16_000_000 + "!" * 1_000_000,
        "wrong type": second.replace('"UTC"', "7"),
    }
    for words, line in broken.items():
        assert line != second
        file.write_text(f"{good}\n\n{line}\n", encoding="utf-8")
        with contextlib.closing(SqliteJournal(tmp_path / "j.db", FakeClock(), "here")) as journal:
            with pytest.raises(BadInput, match=words) as caught:
                merge_files(journal, [file])
            assert caught.value.where == f"{file}:3"
            assert list(journal.all_events()) == []


def test_one_id_with_two_contents_is_refused_whoever_brings_it(tmp_path: Path) -> None:
    one = file_of(tmp_path, "one.jsonl", [stored(1, Paused(at_ns=1)), stored(2, Paused(at_ns=2))])
    other = file_of(tmp_path, "other.jsonl", [stored(3, Paused(at_ns=3)), stored(2, Paused(at_ns=9))])
    with contextlib.closing(SqliteJournal(tmp_path / "j.db", FakeClock(), "here")) as journal:
        with pytest.raises(BadInput, match="two different events"):
            merge_files(journal, [one, other])
        assert list(journal.all_events()) == []
        merge_files(journal, [one])
        with pytest.raises(BadInput, match="two different events"):
            merge_files(journal, [other])
        assert len(list(journal.all_events())) == 2


def test_order_of_keys_does_not_make_another_event(tmp_path: Path) -> None:
    line = json.loads(line_of(stored(1, Stopped(at_ns=1, reason="words"))))
    shuffled = json.dumps(dict(reversed(line.items())))
    assert stored_of_line(shuffled) == stored(1, Stopped(at_ns=1, reason="words"))


def test_merging_a_database_leaves_it_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    file = file_of(tmp_path / "stick", "old.db", [stored(1, Paused(at_ns=1))])
    before = {each.name: each.read_bytes() for each in file.parent.iterdir()}
    assert len(list(read_events(file))) == 1
    assert {each.name: each.read_bytes() for each in file.parent.iterdir()} == before


def test_a_database_still_being_written_is_read_with_its_newest_events(tmp_path: Path) -> None:
    with contextlib.closing(SqliteJournal(tmp_path / "live.db", FakeClock(), "pi")) as live:
        live.append(SESSION, [Paused(at_ns=1)])
        assert (tmp_path / "live.db-wal").stat().st_size > 0
        assert len(list(read_events(tmp_path / "live.db"))) == 1


def test_a_missing_file_and_a_journal_of_the_future_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        read_events(tmp_path / "nowhere.jsonl")
    assert not (tmp_path / "nowhere.jsonl").exists()
    file = file_of(tmp_path, "future.db", [])
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(StorageError, match="newer coach"):
        read_events(file)


def test_two_merges_at_once_add_each_event_once(tmp_path: Path) -> None:
    events = [stored(number, Paused(at_ns=number)) for number in range(500)]
    one, other = file_of(tmp_path, "one.jsonl", events[:400]), file_of(tmp_path, "other.jsonl", events[100:])

    def merge(file: Path) -> int:
        with contextlib.closing(SqliteJournal(tmp_path / "j.db", FakeClock(), "here")) as journal:
            return merge_files(journal, [file])

    with ThreadPoolExecutor() as pool:
        assert sum(pool.map(merge, [one, other, one, other])) == 500
    with contextlib.closing(SqliteJournal(tmp_path / "j.db", FakeClock(), "here")) as journal:
        assert list(journal.all_events()) == events
