"""``coach export`` of what is heard of a session, and of what was run of it."""

import csv
import io
import re
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from coach.errors import ExitCode
from tests.cli.in_process import Coach, refused
from tests.exporters.readers import by_fitdecode


@pytest.fixture
def beeping(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> Coach:
    """Without a voice it is quick."""
    monkeypatch.setenv("COACH_VOICE", "beeps")
    return coach


@pytest.mark.parametrize("name", ["a run.mp3", "a run.flac", "A RUN.WAV"])
def test_a_session_to_listen_to(beeping: Coach, tmp_path: Path, name: str) -> None:
    said = beeping("export", "audio", "20s run, 20s walk", "-o", str(tmp_path / name))
    assert (said.code, said.out) == (0, "")
    assert re.search(r"0:4\d long, with \d+ cues; voice: beeps", said.err)
    samples, rate = soundfile.read(tmp_path / name)
    assert 40 < len(samples) / rate < 50
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".part"] == []


def test_music_and_a_metronome(beeping: Coach, tmp_path: Path) -> None:
    song = tmp_path / "my song.wav"
    soundfile.write(song, np.full((48_000, 2), 0.5), 48_000)
    arguments = ("export", "audio", "20s run @170spm, 20s walk", "--music", str(song), "--metronome")
    assert beeping(*arguments, "-o", str(tmp_path / "x.wav")).code == 0
    samples, _ = soundfile.read(tmp_path / "x.wav")
    assert samples.shape[1] == 2
    assert np.median(np.abs(samples)) > 0.1, "music, where nothing else is"
    assert "no song" in refused(
        beeping("export", "audio", "1m run", "--music", "no song", "-o", str(tmp_path / "y.mp3"))
    )
    assert "no step has a cadence" in refused(
        beeping("export", "audio", "1m run", "--metronome", "-o", str(tmp_path / "y.mp3"))
    )
    assert "say audio" in refused(beeping("export", "fit", "1m run", "--metronome", "-o", str(tmp_path / "y.fit")))
    assert not list(tmp_path.glob("y.*"))


def test_sound_that_cannot_be(beeping: Coach, tmp_path: Path) -> None:
    assert ".mp3, .flac or .wav" in refused(beeping("export", "audio", "1m run", "-o", str(tmp_path / "x.ogg")))
    assert "400mtr run" in refused(beeping("export", "audio", "400mtr run", "-o", str(tmp_path / "x.mp3")))
    assert "no text, and no file is named" in refused(beeping("export", "audio", "1s run"))
    assert "one session" in refused(beeping("export", "audio", "osu", "-o", str(tmp_path / "x.mp3")))
    said = beeping("export", "audio", "1m run", "-o", str(tmp_path / "x.mp3"), "--dry-run")
    assert "would write audio, to" in said.err
    full = beeping("export", "audio", "1s run", "-o", "/dev/full")
    assert "audio writes no" in refused(full), "a device has no suffix to go by"
    assert not list(tmp_path.glob("x.*"))


def test_sound_into_a_pipe(beeping: Coach) -> None:
    command = [sys.executable, "-m", "coach", "export", "audio", "2s run", "-o", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    samples, rate = soundfile.read(io.BytesIO(done.stdout))
    assert len(samples) > 2 * rate


def test_todays_session_to_listen_to_has_stage_and_date_in_its_name(
    opened: Coach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COACH_VOICE", "beeps")
    made = opened("export", "audio", "-o", str(tmp_path), "--dry-run")
    assert f"to {tmp_path / 'osu-1-4-2026-03-02.mp3'} (new)" in made.err


def test_a_closed_gate_gives_no_sound(ready: Coach, tmp_path: Path) -> None:
    said = ready("export", "audio", "today", "-o", str(tmp_path / "x.mp3"))
    assert "the gate is closed" in refused(said, ExitCode.GATE_CLOSED)


# --- activities -------------------------------------------------------------------------------------------------------


@pytest.fixture
def ran(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> Coach:
    """A runner who has just run a session, in a process of its own."""
    monkeypatch.setenv("COACH_LEAD_IN_MS", "0")
    command = [sys.executable, "-m", "coach", "run", "20s walk, 30s run, 20s walk", "--headless", "--speed", "60"]
    subprocess.run([*command, "--voice", "beeps", "--backend", "silent"], check=True, capture_output=True)
    return coach


def test_a_session_that_was_run_is_an_activity(ran: Coach, tmp_path: Path) -> None:
    said = ran("export", "activity-fit", "-o", str(tmp_path))
    assert said.code == 0, said.err
    assert "nothing measured is in it" in said.err
    file = tmp_path / "Run-2026-03-02.fit"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    laps = [raw for number, raw in by_fitdecode(file.read_bytes()) if number == 19]
    assert [raw[8] for raw in laps] == [20_000, 30_000, 20_000]
    assert ran("export", "activity-fit", "2026-03-02", "-o", str(tmp_path / "again.fit")).code == 0
    assert (tmp_path / "again.fit").read_bytes() == file.read_bytes(), "the same session is the same file"
    [row] = list(csv.DictReader(io.StringIO(ran("export", "csv", "runs").out)))
    tcx = ran("export", "activity-tcx", row["run"])
    assert tcx.out.count("<Lap ") == 3
    for words in (("yesterday",), ("2026-03-01",), ("last", "2026-03-02")):
        assert refused(ran("export", "activity-tcx", *words))
    assert "no session is called" in refused(ran("export", "activity-fit", "1m run"))


def test_without_a_session_there_is_no_activity(coach: Coach) -> None:
    coach("init", "--injury", "none", "--yes")
    assert "no session was run" in refused(coach("export", "activity-tcx"))
