"""kill -9 at random moments of a real session: what was shown is in the journal, and at most a second is lost."""

import json
import os
import random
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from coach.clock import NS, SystemClock
from coach.journal.left_behind import LeftBehind, find_left_behind
from coach.journal.store import SqliteJournal
from coach.ports import StoredEvent
from coach.session.fold import fold

pytestmark = pytest.mark.timeout(300)


def live_and_die(path: Path, seed: int, lines: int) -> list[dict[str, object]]:
    """Run a coach until it has printed ``lines``, and kill it; everything it printed whole."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.killed_coach", str(path), str(seed)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parent.parent,
    )
    assert child.stdout is not None
    printed = [child.stdout.readline() for _ in range(lines)]
    os.kill(child.pid, signal.SIGKILL)
    printed += child.stdout.read().splitlines(keepends=True)
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL
    return [json.loads(line) for line in printed if line.endswith(b"\n")]


def look(path: Path) -> tuple[list[StoredEvent], LeftBehind]:
    with closing(SqliteJournal(path, SystemClock())) as journal:
        left = find_left_behind(journal)
        assert left is not None
        return list(journal.events(left.session)), left


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_random_moments_nothing_shown_is_lost(tmp_path: Path, seed: int) -> None:
    path, dice = tmp_path / "journal.db", random.Random(seed)
    known, at_ns = 1, 0  # "created" is there
    for life in range(4):
        printed = live_and_die(path, 100 * seed + life, dice.randrange(2, 60))
        stored, left = look(path)
        events = [one.event for one in stored]
        shown = [(line["event"], line["event_at_ns"]) for line in printed if "event" in line]
        written = [(e.kind, e.at_ns) for e in events[known:] if e.kind not in ("cue_reported", "sound_reported")]
        assert written[: len(shown)] == shown
        seen = [line["at_ns"] for line in printed if "at_ns" in line]
        assert seen == sorted(seen)  # type: ignore[type-var]
        assert seen[-1] - left.at_ns <= NS  # type: ignore[operator]
        assert left.state == fold(events)
        times = [e.at_ns for e in events if e.kind not in ("cue_reported", "sound_reported")]
        assert times == sorted(times)
        assert seen[0] >= at_ns  # type: ignore[operator]
        known, at_ns = len(events), left.at_ns
