"""The headless coach as real processes: kill -9, signals, take-over, full and unwritable disks."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from coach.clock import NS, SystemClock
from coach.errors import ExitCode
from coach.gate.facts import StageRule
from coach.history.events import ProfileSet
from coach.journal.store import SqliteJournal
from coach.model.profile import BoneSite, Injury, InjuryKind, Profile
from coach.session.events import SessionCreated, Stopped
from coach.session.fold import fold
from coach.session.state import Phase
from tests.headless.process import beat_of, coach, events_of, journal_of, kinds, run
from tests.tui.terminals import wait_for


def test_a_whole_session_line_by_line(tmp_path: Path) -> None:
    with coach(tmp_path, *run("2s run, 2s walk", "--speed", "4")) as it:
        code, err = it.end()
    assert code == 0
    assert "rehearsal" in err
    assert "coach: ungated: without a profile no gate judges this session (`coach init` makes one)\n" in err
    assert it.lines[0]["gated"] is False
    assert it.lines[0]["type"] == "session"
    assert it.lines[-1]["type"] == "end"
    assert it.lines[-1]["phase"] == "finished"
    told = [line["event"]["kind"] for line in it.lines if line["type"] == "event"]
    assert told == ["started", "interval_entered", "interval_left", "interval_entered", "interval_left", "finished"]
    assert kinds(events_of(tmp_path)) == ["created", *told]
    assert {line["text"] for line in it.lines if line["type"] == "cue"} >= {"[active]", "[recovery]", "[finish]"}


SCHEMA: dict[str, dict[str, type | tuple[type, ...]]] = {
    "session": {
        "session": str,
        "workout": (str, type(None)),
        "total_ms": (int, type(None)),
        "intervals": list,
        "speed": float,
        "scratch": bool,
        "resumed": bool,
        "gated": bool,
        "journal": str,
        "voice": str,
        "backend": str,
        "device": str,
    },
    "event": {"event": dict},
    "cue": {"kind": str, "text": str, "at_ns": int, "interval": (int, type(None))},
    "missed": {"kind": str, "text": str, "at_ns": int, "interval": (int, type(None)), "reason": str},
    "refusal": {"what": str, "remedy": str, "code": str},
    "sound": {"backend": str, "device": str, "alive": bool, "note": str},
    "end": {"phase": str},
}


def test_every_object_has_the_documented_keys(tmp_path: Path) -> None:
    with coach(tmp_path, *run("2s run, open walk", "--speed", "4")) as it:
        it.say("resume")
        it.say("nonsense")
        it.until("refusal", code="refused")
        it.until("interval_left")
        it.say("stop")
        code, _ = it.end()
    assert code == 0
    assert {line["type"] for line in it.lines} >= {"session", "event", "cue", "refusal", "sound", "end"}
    documented = Path("docs/headless.md").read_text(encoding="utf-8")
    for line in it.lines:
        schema = SCHEMA[line["type"]]
        optional = {"interval"} if line["type"] == "event" else set()
        assert set(line) - {"time", "type"} - optional == set(schema), line
        for key, kind in schema.items():
            assert isinstance(line[key], kind), (key, line)
            assert f"`{key}`" in documented
    interval = it.lines[0]["intervals"][1]
    assert interval == {
        "index": 1,
        "intensity": "recovery",
        "number": 1,
        "of": 1,
        "planned_ms": None,
        "duration": "open",
        "name": None,
    }


def test_kill_9_and_resume_goes_on_at_the_last_heartbeat(tmp_path: Path) -> None:
    with coach(tmp_path, *run("1m run, 1m walk")) as it:
        it.until("interval_entered")
        wait_for(lambda: beat_of(tmp_path) > NS, "a heartbeat a second after the start")
        it.process.kill()
        it.process.wait()
    last_ns = beat_of(tmp_path)  # at most half a second old, say the runner's own tests
    with coach(tmp_path, *run()) as refused:
        code, err = refused.end()
    assert code == 2
    assert "--resume" in err
    assert len(err.splitlines()) == 1
    with coach(tmp_path, *run("--resume")) as it:
        picked_up = it.until("picked_up")
        it.say("stop")
        code, _ = it.end()
    assert code == 0
    assert picked_up["event"]["at_ns"] == last_ns
    assert it.lines[0]["resumed"] is True
    assert kinds(events_of(tmp_path)) == [
        "created", "started", "interval_entered", "picked_up", "interval_left", "stopped",
    ]  # fmt: skip
    with coach(tmp_path, *run("--resume")) as nothing:
        code, err = nothing.end()
    assert code == 2
    assert "no unfinished session" in err


def test_new_closes_what_was_left_behind(tmp_path: Path) -> None:
    with coach(tmp_path, *run("1m run")) as it:
        it.until("interval_entered")
        it.process.kill()
        it.process.wait()
    with coach(tmp_path, *run("1s walk", "--new")) as it:
        code, _ = it.end()
    assert code == 0
    with closing(journal_of(tmp_path)) as journal:
        first, second = ([s.event for s in journal.events(session)] for session in journal.sessions())
    assert kinds(first) == ["created", "started", "interval_entered", "interval_left", "stopped"]
    assert fold(first).phase is Phase.STOPPED
    assert fold(second).phase is Phase.FINISHED


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    with coach(tmp_path, *run("1m run")) as it:
        it.until("interval_entered")
        it.process.send_signal(number)
        code, err = it.end()
    assert code == 0
    assert "Traceback" not in err
    assert [event.reason for event in events_of(tmp_path) if isinstance(event, Stopped)] == ["signal"]
    with closing(journal_of(tmp_path)) as journal:
        assert journal.heartbeat() is None


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 512 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "coach-test", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_disk_that_fills_up_ends_no_session_and_loses_nothing(small_disk: Path) -> None:
    with coach(small_disk, *run("1m run, 1m walk")) as it:
        it.until("interval_entered")
        with (small_disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
            for size in (4096, 1):
                while filler.write(b"x" * size):
                    pass
        for _ in range(4):
            it.say("repeat")
        assert it.until("refusal", code="journal_failing")["remedy"]
        it.say("stop")
        code, err = it.end()
    assert code == 7
    assert "Traceback" not in err
    saved = re.search(r"/\S+\.jsonl", json.dumps(it.lines))
    assert saved is not None
    assert f"coach journal merge {saved[0]}" in err
    assert "stopped" not in kinds(events_of(small_disk))
    for choice in ("--resume", "--new"):
        with coach(small_disk, *run(choice)) as again:
            code, err = again.end()
        assert code == 2, "it must not go on, nor close, what has ended"
        assert f"coach journal merge {saved[0]}" in err
    (small_disk / "filler").unlink()
    with coach(small_disk, "journal", "merge", saved[0]) as merge:
        merge.process.wait()
    with coach(small_disk, *run("1s run", "--speed", "10")) as it:
        assert it.end()[0] == 0, "the file may stay: all of it is in the journal"
    with closing(journal_of(small_disk)) as journal:
        merged = [stored.event for stored in journal.events(journal.sessions()[0])]
    assert merged[-1].kind == "sound_reported" or kinds(merged)[-1] == "stopped"
    assert fold(merged).phase is Phase.STOPPED
    Path(saved[0]).unlink()


def test_the_summary_knows_what_a_full_disk_kept_from_the_journal(small_disk: Path) -> None:
    words = tuple(word for word in run("4s run") if word != "--json")
    with coach(small_disk, *words, "--headless") as it:
        assert it.process.stdout is not None
        while b"RUN" not in it.process.stdout.readline():
            pass
        with (small_disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
            for size in (4096, 1):
                while filler.write(b"x" * size):
                    pass
        out, err = it.process.communicate(timeout=60)
    assert it.process.returncode == 7
    assert b"Finished: 0:04 on the way" in out
    assert b"Not over" not in out
    saved = re.search(r"/\S+\.jsonl", err.decode())
    assert saved is not None
    Path(saved[0]).unlink()


def test_two_coaches_one_session(tmp_path: Path) -> None:
    with coach(tmp_path, *run("1m run, 1m walk")) as first:
        first.until("interval_entered")
        with coach(tmp_path, *run("1m run")) as second:
            code, err = second.end()
        assert code == 5
        assert "--take-over" in err
        assert len(err.splitlines()) == 1
        with coach(tmp_path, "follow", "--json") as watcher:
            assert watcher.until("following")["phase"] == "running"
            with coach(tmp_path, *run("--take-over")) as second:
                picked_up = second.until("picked_up")
                code, _ = first.end()
                assert code == 0
                assert first.lines[-1] == {**first.lines[-1], "type": "end", "phase": "running"}
                second.say("next")
                watcher.until("handed_over")
                watcher.until("picked_up")
                watcher.until("interval_left")
                second.say("stop")
                code, _ = second.end()
                assert code == 0
            code, _ = watcher.end()
            assert code == 0
    handed_over = next(event for event in events_of(tmp_path) if event.kind == "handed_over")
    assert picked_up["event"]["at_ns"] - handed_over.at_ns < NS
    assert kinds(events_of(tmp_path)) == [
        "created", "started", "interval_entered", "handed_over", "picked_up", "interval_left", "interval_entered",
        "interval_left", "stopped",
    ]  # fmt: skip


def test_lines_in_are_commands(tmp_path: Path) -> None:
    with coach(tmp_path, *run("1m run, 1m walk", "--wait")) as it:
        it.until("session")
        it.say("pause")
        assert it.until("refusal")["code"] == "not_started"
        it.say("start")
        it.until("interval_entered")
        it.say("pause")
        it.until("paused")
        it.say("resume")
        it.until("resumed")
        it.say("extend +30")
        assert it.until("extended")["event"]["delta_ns"] == 30 * NS
        it.say("pain")
        it.until("pain_marked")
        it.say("withdraw")
        it.until("pain_withdrawn")
        it.say("volume 50")
        it.say("next")
        it.until("interval_left")
        it.say("jump")
        assert "jump" in it.until("refusal")["what"]
        it.say("stop")
        code, err = it.end()
    assert code == 0
    assert "Volume 50" in err


def test_scratch_names_its_journal_and_leaves_the_real_one_alone(tmp_path: Path) -> None:
    with coach(tmp_path, *run("1s run", "--scratch", "--speed", "10")) as it:
        code, err = it.end()
    assert code == 0
    path = it.lines[0]["journal"]
    assert path in err
    assert not (tmp_path / "state" / "journal.db").exists()
    with closing(SqliteJournal(Path(path), SystemClock(), "test")) as journal:
        (session,) = journal.sessions()
        created = journal.events(session)[0].event
    assert isinstance(created, SessionCreated)
    assert created.scratch
    assert created.speed == 10


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "inf", "1001"])
def test_impossible_speeds_are_refused(tmp_path: Path, speed: str) -> None:
    with coach(tmp_path, *run("1s run", f"--speed={speed}")) as it:
        code, err = it.end()
    assert code == 2
    assert len(err.splitlines()) == 1
    assert "--speed" in err
    assert not (tmp_path / "state").exists()


def test_a_state_folder_that_cannot_be_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with coach(tmp_path, *run("1s run")) as it:
        code, err = it.end()
    assert code == 7
    assert len(err.splitlines()) == 1
    assert " — " in err


def test_called_off_before_its_hour(tmp_path: Path) -> None:
    with coach(tmp_path, *run("1s run", "--at", "03:00")) as it:
        assert it.process.stderr is not None
        waiting = ""
        while "Waiting for" not in waiting:
            waiting = it.process.stderr.readline().decode()
        it.process.send_signal(signal.SIGTERM)
        code, err = it.end()
    assert code == 0
    assert "nothing was begun" in err
    with closing(journal_of(tmp_path)) as journal:
        assert list(journal.sessions()) == []


def test_enter_begins_before_the_hour(tmp_path: Path) -> None:
    with coach(tmp_path, *run("1s run", "--at", "03:00")) as it:
        it.say("start")
        code, _ = it.end()
    assert code == 0
    assert it.lines[-1]["phase"] == "finished"


def test_no_textual_no_numpy_no_asyncio(tmp_path: Path) -> None:
    """The live process stays light."""
    env = os.environ | {"COACH_HOME": str(tmp_path)}
    command = [sys.executable, "-X", "importtime", "-m", "coach", *run("1s run", "--speed", "10")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env, stdin=subprocess.DEVNULL)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time")}
    assert "coach.runner.loop" in imported
    heavy = {"textual", "rich", "asyncio", "numpy", "soundfile", "soxr", "hibari", "onnxruntime", "pyttsx3"}
    assert not {name.partition(".")[0] for name in imported} & heavy


def test_what_is_told_in_another_terminal_while_it_waits_keeps_it_from_starting(tmp_path: Path) -> None:
    with coach(tmp_path, *run("1m run", "--wait")) as it:
        it.until("session")
        with closing(journal_of(tmp_path)) as journal:
            bone = Profile(injuries=(Injury(kind=InjuryKind.BONE, site=BoneSite.NAVICULAR),), protocol="bsi")
            journal.note([ProfileSet(profile=bone, stages=(StageRule(),))])
        it.say("start")
        refused = it.until("refusal")
        it.until("end", phase="stopped")
        code, err = it.end()
    assert refused["what"] == "the gate is closed"
    assert code == ExitCode.GATE_CLOSED
    assert "coach: the gate is closed — no run under a STOP; `coach today`" in err
    assert "started" not in kinds(events_of(tmp_path))
