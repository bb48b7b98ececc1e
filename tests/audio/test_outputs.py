"""The outputs that need no sound server, and what is said where one cannot be had."""

import errno
import os
import signal
import subprocess
import sys
import wave
from contextlib import closing
from pathlib import Path

import pytest

from coach.audio.outputs import open_player
from coach.audio.outputs.base import OutputGone
from coach.audio.outputs.file import FileOutput, is_ours
from coach.audio.outputs.simpleaudio import require_simpleaudio
from coach.audio.outputs.sounddevice import import_sounddevice
from coach.audio.stream import Stream
from coach.clock import SystemClock
from coach.config import Settings
from coach.errors import SoundUnavailable
from coach.ports import RATE
from tests.audio import rig
from tests.audio.virtual import NS, PcmClip, cue
from tests.fakes import FakeClock

MS = 1_000_000


class ToFile:
    """A stream into a file, stepped by hand."""

    def __init__(self, path: Path) -> None:
        self.clock = FakeClock()
        self.path = path
        self.output = FileOutput(self.clock, path)
        self.stream = Stream(self.output, self.clock, lead_in_ms=0)
        self.zero = self.clock.monotonic_ns()

    def run(self, seconds: float) -> None:
        until = self.clock.monotonic_ns() + round(seconds * NS)
        while (left := until - self.clock.monotonic_ns()) > 0:
            self.clock.advance(min(max(self.stream.step(), 1), left))

    def play(self, number: int, seconds: float, frames: int = 2400) -> bytes:
        pcm = rig.click(number, frames)
        self.stream.play(cue(number), PcmClip(pcm), self.zero + round(seconds * NS))
        return pcm

    def read(self) -> bytes:
        with wave.open(str(self.path)) as wav:
            return wav.readframes(wav.getnframes())


def test_a_second_of_the_file_is_a_second_of_the_clock(tmp_path: Path) -> None:
    trial = ToFile(tmp_path / "out.wav")
    pcms = [trial.play(number, 1.5 + number) for number in range(5)]
    trial.run(8)
    trial.stream.shut()
    pcm = trial.read()
    assert len(pcm) // 2 == 8 * RATE
    assert [rig.find(pcm, sound) for sound in pcms] == [[round((1.5 + n) * RATE)] for n in range(5)]


def test_what_was_silenced_is_not_in_the_file(tmp_path: Path) -> None:
    trial = ToFile(tmp_path / "out.wav")
    trial.play(1, 1.0, frames=3 * RATE)
    trial.run(2)
    trial.stream.silence()
    after = trial.play(2, 3.0)
    trial.run(3)
    trial.stream.shut()
    pcm = trial.read()
    assert any(pcm[RATE * 2 : RATE * 4])
    assert not any(pcm[RATE * 4 + 200 : RATE * 6 - 200])
    (onset,) = rig.find(pcm, after)
    assert abs(onset - 3 * RATE) <= 2


def test_a_full_disk_costs_what_was_due_meanwhile_and_the_file_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = ToFile(tmp_path / "out.wav")
    before, meanwhile, after = trial.play(1, 1.0), trial.play(2, 3.0), trial.play(3, 8.0)
    trial.run(2)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        trial.run(2)
        assert "No space left" in trial.stream.health().note
    trial.run(8)
    trial.stream.shut()
    pcm = trial.read()
    assert not rig.find(pcm, meanwhile)
    (first,), (last,) = rig.find(pcm, before), rig.find(pcm, after)
    assert abs(last - first - 7 * RATE) <= 2


def test_a_kill_leaves_a_file_that_can_be_played(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    script = (
        "import sys, threading; from coach.audio.outputs import open_player; from coach.config import Settings\n"
        "from coach.clock import SystemClock\n"
        "settings = Settings.model_validate({'backend': 'file', 'output_file': sys.argv[1]})\n"
        "player = open_player(settings, SystemClock())\n"
        "player.start(); print('ready', flush=True); threading.Event().wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        rig.wait_for(lambda: path.stat().st_size > 2.2 * RATE * 2, "two seconds of the file")
        child.send_signal(signal.SIGKILL)
    with wave.open(str(path)) as wav:
        assert wav.getnframes() >= RATE
        assert len(wav.readframes(wav.getnframes())) == wav.getnframes() * 2
    assert is_ours(path)


def test_simpleaudio_is_refused_where_it_crashes() -> None:
    for version in ((3, 12), (3, 13)):
        with pytest.raises(SoundUnavailable, match=r"crashes Python 3\.1[23].*another backend"):
            require_simpleaudio(version)


def test_a_missing_sounddevice_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("coach.audio.outputs.sounddevice.import_module", absent)
    with pytest.raises(OutputGone, match="not installed"):
        import_sounddevice()
    with pytest.raises(SoundUnavailable, match=r"walkrun-coach\[sounddevice\]"):
        open_player(Settings.model_validate({"backend": "sounddevice"}), SystemClock())


def test_the_file_backend_wants_a_file() -> None:
    with pytest.raises(SoundUnavailable, match="output_file"):
        open_player(Settings.model_validate({"backend": "file"}), SystemClock())


def test_the_live_process_gets_by_without_heavy_imports() -> None:
    script = (
        "import sys; from coach.audio.outputs import open_player; from coach.config import Settings\n"
        "from coach.clock import SystemClock\n"
        "player = open_player(Settings.model_validate({'backend': 'silent'}), SystemClock())\n"
        "player.start(); player.close()\n"
        "heavy = {'numpy', 'asyncio', 'soundfile', 'soxr', 'textual', 'rich', 'sounddevice', 'pulsectl'}\n"
        "print(*sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def cannot_open(self: object) -> None:
    raise OutputGone("ALSA cannot open it")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere PortAudio is the usual output")
def test_auto_without_an_output_is_silent_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coach.audio.outputs.alsa.AlsaOutput.open", cannot_open)
    with closing(open_player(Settings.model_validate({}), SystemClock())) as player:
        health = player.health()
        assert (health.backend, health.lacks_output) == ("silent", True)
        assert "ALSA cannot open it" in health.note
    with pytest.raises(SoundUnavailable, match="ALSA cannot open it"):
        open_player(Settings.model_validate({"device": "nope"}), SystemClock())


def test_silence_that_was_asked_for_is_no_lack() -> None:
    with closing(open_player(Settings.model_validate({"backend": "silent"}), SystemClock())) as player:
        assert not player.health().lacks_output
