"""A session whose terminal, pipes or standard streams go away, are not there, or bring too much."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from coach.session.events import CueReported
from tests.headless.process import PATIENCE_S, QUICK, coach, events_of, kinds, run
from tests.headless.terminal import on_terminal


def test_a_hang_up_and_a_closed_pipe_do_not_end_a_session(tmp_path: Path) -> None:
    with coach(tmp_path, *run("2s run, 1s walk")) as it:
        it.until("interval_entered")
        assert it.process.stdout is not None
        assert it.process.stdin is not None
        it.process.stdout.close()
        it.process.stdin.close()
        it.process.send_signal(signal.SIGHUP)
        assert it.process.wait(PATIENCE_S) == 0
        it.process.stdout = it.process.stdin = None
    events = events_of(tmp_path)
    assert kinds(events)[-1] == "finished"
    cues = [event for event in events if isinstance(event, CueReported)]
    assert [cue.status for cue in cues if cue.label == "[recovery]"] == ["played"]
    assert not [cue for cue in cues if cue.status in ("lost", "cut")]


def test_a_session_outlives_its_terminal(tmp_path: Path) -> None:
    env = os.environ | {"COACH_HOME": str(tmp_path), "COACH_LEAD_IN_MS": "0"}
    command = [sys.executable, "-m", "coach", "run", "2s run, 1s walk", "--headless", *QUICK]
    process, terminal = on_terminal(*command, env=env)
    seen = b""
    while b"RUN" not in seen:
        seen += os.read(terminal, 4096)
    os.close(terminal)  # the kernel hangs up: SIGHUP, and every read and write fails
    assert process.wait(PATIENCE_S) == 0
    events = events_of(tmp_path)
    assert kinds(events)[-1] == "finished"
    played = {event.label for event in events if isinstance(event, CueReported) and event.status == "played"}
    assert {"[active]", "[recovery]", "[finish]"} <= played


def test_a_flood_of_lines_holds_no_session_up(tmp_path: Path) -> None:
    with coach(tmp_path, *run("1s run, 1s walk"), stdin=subprocess.PIPE) as it:
        assert it.process.stdin is not None
        with subprocess.Popen(["yes", "rubbish"], stdout=it.process.stdin) as flood:
            try:
                it.until("finished")
                code, _ = it.end()
            finally:
                flood.kill()
    assert code == 0
    assert any(line["type"] == "refusal" for line in it.lines)


def test_without_standard_streams_nothing_is_written_where_it_should_not_be(tmp_path: Path) -> None:
    env = os.environ | {"COACH_HOME": str(tmp_path), "COACH_LEAD_IN_MS": "0"}
    closing_all = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]
    command = [sys.executable, "-m", "coach", "run", "1s run", *QUICK]
    subprocess.run([*closing_all, *command], env=env, check=True, timeout=PATIENCE_S)
    assert kinds(events_of(tmp_path))[-1] == "finished"
    assert set(json.loads((tmp_path / "state" / "journal.db.live").read_text())) == {"pid", "device", "since"}
    assert not (tmp_path / "state" / "crashes").exists()


def test_a_terminal_that_cannot_move_its_cursor_gets_lines(tmp_path: Path) -> None:
    env = os.environ | {"COACH_HOME": str(tmp_path), "COACH_LEAD_IN_MS": "0", "TERM": "dumb"}
    process, terminal = on_terminal(sys.executable, "-m", "coach", "run", "1s run", *QUICK, env=env)
    seen = b""
    with suppress(OSError):  # so Linux says that nobody writes any more
        while data := os.read(terminal, 4096):
            seen += data
    os.close(terminal)
    assert process.wait(PATIENCE_S) == 0
    assert b"Finished" in seen
    assert b"\x1b" not in seen
