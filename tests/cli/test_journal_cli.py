"""``coach journal``, as a person uses it."""

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from coach.clock import SystemClock
from coach.journal.store import SqliteJournal
from coach.session.events import Paused, Started
from tests.cli.forked import forked

SESSION = "01KAR0000000000000000000AA"


def coach(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"COACH_HOME": str(home)}
    return forked().run(tuple(map(str, arguments)), env)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose journal has two events."""
    journal = SqliteJournal(tmp_path / "home" / "state" / "journal.db", SystemClock(), "pi")
    journal.append(SESSION, [Started(at_ns=1), Paused(at_ns=2)])
    journal.close()
    return tmp_path / "home"


def test_export_prints_lines_of_json_and_the_same_twice(home: Path) -> None:
    done = coach(home, "journal", "export")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["event"]["kind"] for line in lines] == ["started", "paused"]
    assert list(lines[0]) == ["v", "id", "session", "utc", "zone", "device", "event"]
    assert coach(home, "journal", "export").stdout == done.stdout


def test_an_export_comes_back_whole_on_another_device(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    assert coach(home, "journal", "export", "-o", file).returncode == 0
    assert file.stat().st_mode & 0o777 == 0o600
    other = tmp_path / "other"
    assert coach(other, "journal", "merge", file).stdout == "2 events added.\n"
    assert coach(other, "journal", "merge", file, home / "state" / "journal.db").stdout == "0 events added.\n"
    assert coach(other, "journal", "export").stdout == file.read_text(encoding="utf-8")


def test_a_bad_line_is_one_line_of_error_and_nothing_merged(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    good = coach(home, "journal", "export").stdout
    file.write_text(good + "{]\n", encoding="utf-8")
    other = tmp_path / "other"
    done = coach(other, "journal", "merge", file)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"coach: {file}:3: not JSON")
    assert len(done.stderr.splitlines()) == 1
    assert coach(other, "journal", "export").stdout == ""


def test_an_export_that_cannot_be_written_leaves_the_old_one(home: Path, tmp_path: Path) -> None:
    done = coach(home, "journal", "export", "-o", tmp_path / "nowhere" / "x.jsonl")
    assert done.returncode == 7
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("damage", ["garbage", "future", "folder is a file"])
def test_a_journal_that_cannot_be_used_is_named_with_a_remedy(tmp_path: Path, damage: str) -> None:
    import sqlite3

    state = tmp_path / "state"
    if damage == "folder is a file":
        state.write_text("")
    else:
        state.mkdir()
    if damage == "garbage":
        (state / "journal.db").write_bytes(b"garbage" * 1000)
    if damage == "future":
        SqliteJournal(state / "journal.db", SystemClock(), "pi").close()
        connection = sqlite3.connect(state / "journal.db")
        connection.execute("PRAGMA user_version = 99")
        connection.close()
    done = coach(tmp_path, "journal", "export")
    assert done.returncode == 7
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"coach: {state}")
    assert " — " in line


def test_an_export_to_a_pipe_is_written_to_it_and_never_takes_its_place(home: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        read = pool.submit(pipe.read_text, encoding="utf-8")
        assert coach(home, "journal", "export", "-o", pipe).returncode == 0
        assert read.result() == coach(home, "journal", "export").stdout
    assert pipe.is_fifo()
