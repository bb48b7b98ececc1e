"""Other programs' sound is lowered while a cue sounds, and put back whatever happens, at a real sound server."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pytest

from coach.audio.ducking import Guard, GuardedDucker, Volumes, duck_factor
from coach.audio.outputs import open_player
from coach.clock import SystemClock
from coach.config import Settings
from tests.audio import rig
from tests.audio.virtual import NS, PcmClip, cue

MS = 1_000_000
CLOCK = SystemClock()
DB = 20
pulsectl = pytest.importorskip("pulsectl", reason="needs pulsectl")


def lacking(server: type[rig.Daemon]) -> str:
    return rig.missing(*server.programs, "pacat")


@pytest.fixture(params=[rig.Daemon, rig.PipeWire], ids=lambda server: server.name)
def server(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[rig.Daemon]:
    if why := lacking(request.param):
        pytest.skip(why)
    daemon = request.param(tmp_path)
    daemon.start()
    for name, value in daemon.client_env.items():
        monkeypatch.setenv(name, value)
    yield daemon
    daemon.kill()


class Music:
    """Another program that plays."""

    def __init__(self, server: rig.Daemon) -> None:
        command = ["pacat", "--raw", "--format=s16le", "--rate=48000", "--channels=2", "--client-name=music"]
        self.process = subprocess.Popen([*command, "/dev/zero"], env=server.env, stderr=subprocess.DEVNULL)
        rig.wait_for(lambda: self.volume is not None, "the music")
        self.set(0.8)

    @property
    def volume(self) -> float | None:
        """As a new connection sees it: on a busy machine PipeWire shows an old one what was a moment ago."""
        with pulsectl.Pulse("test") as pulse:
            stream = self._stream(pulse)
            return stream and round(stream.volume.values[0], 2)

    def _stream(self, pulse: Any) -> Any:
        own = (s for s in pulse.sink_input_list() if s.proplist.get("application.process.id") == str(self.process.pid))
        return next(own, None)

    def set(self, volume: float) -> None:
        """As a user does it in a mixer; over when others see it."""
        with pulsectl.Pulse("mixer") as pulse:
            pulse.volume_set_all_chans(self._stream(pulse), volume)
        rig.wait_for(lambda: self.volume == volume, "the new volume")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def music(server: rig.Daemon) -> Iterator[Music]:
    playing = Music(server)
    try:
        yield playing
    finally:
        playing.stop()


LOW = round(0.8 * duck_factor(DB), 2)


def test_the_factor_is_the_cube_root_of_the_amplitude() -> None:
    assert abs(duck_factor(20) - 0.1 ** (1 / 3)) < 1e-9
    assert abs(duck_factor(60) - 0.1) < 1e-9


def test_the_guard_lowers_a_little_before_and_puts_back_a_little_after() -> None:
    done: list[str] = []
    guard = Guard(lambda: done.append("lower"), lambda: done.append("restore"))
    assert guard.tick(0) is None
    guard.hear(f"duck {10 * NS} {11 * NS}")
    guard.hear(f"duck {11 * NS} {12 * NS}")
    at = guard.tick(0)
    assert at is not None
    assert 9 * NS < at < 10 * NS
    assert not done
    assert guard.tick(at)
    assert done == ["lower"]
    guard.tick(11 * NS + 1)
    assert done == ["lower"], "cues that follow each other hang together"
    assert guard.tick(13 * NS) is None
    assert done == ["lower", "restore"]


def test_release_puts_back_at_once() -> None:
    done: list[str] = []
    guard = Guard(lambda: done.append("lower"), lambda: done.append("restore"))
    guard.hear(f"duck 0 {99 * NS}")
    guard.tick(NS)
    guard.hear("release")
    guard.tick(2 * NS)
    assert done == ["lower", "restore"]


class LaggingServer:
    """PipeWire on a busy machine: each connection sees its own changes, but not those of others."""

    PulseError = PulseOperationFailed = OSError
    PulseVolumeInfo = staticmethod(lambda values: SimpleNamespace(values=values))

    def __init__(self) -> None:
        self.volume = 0.8

    def Pulse(self, name: str, threading_lock: bool) -> "LaggingConnection":
        return LaggingConnection(self)


class LaggingConnection:
    def __init__(self, server: LaggingServer) -> None:
        self._server = server
        volume = SimpleNamespace(values=[server.volume])
        self._shown = SimpleNamespace(index=7, proplist={"application.name": "music"}, volume=volume)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def sink_input_list(self) -> list[SimpleNamespace]:
        return [self._shown]

    def sink_input_volume_set(self, index: int, volume: Any) -> None:
        assert index == 7
        self._shown.volume = volume
        (self._server.volume,) = volume.values


@pytest.fixture
def lagging(monkeypatch: pytest.MonkeyPatch) -> LaggingServer:
    server = LaggingServer()
    monkeypatch.setitem(sys.modules, "pulsectl", server)  # type: ignore[arg-type]
    return server


def test_what_is_put_back_is_what_was_there_when_it_was_lowered(lagging: LaggingServer, tmp_path: Path) -> None:
    volumes = Volumes(0, tmp_path)
    lagging.volume = 0.4
    volumes.lower(0.5)
    assert lagging.volume == 0.2
    volumes.restore()
    assert lagging.volume == 0.4


def test_a_change_the_server_is_slow_to_show_is_left_alone(lagging: LaggingServer, tmp_path: Path) -> None:
    volumes = Volumes(0, tmp_path)
    volumes.lower(0.5)
    lagging.volume = 0.6
    volumes.restore()
    assert lagging.volume == 0.6


def test_music_is_lowered_for_a_cue_and_comes_back(server: rig.Daemon, tmp_path: Path) -> None:
    settings = Settings.model_validate({"backend": "alsa", "ducking": True, "duck_db": DB, "lead_in_ms": 0})
    with music(server) as playing:
        player = open_player(settings, CLOCK, state=tmp_path)
        player.start()
        assert player.health().note == ""
        player.play(cue(1), PcmClip(rig.click(1, 48_000)), CLOCK.monotonic_ns() + 1500 * MS)
        rig.wait_for(lambda: playing.volume == LOW, "the lowering")
        rig.wait_for(lambda: playing.volume == 0.8, "the restoring")
        player.play(cue(2), PcmClip(rig.click(2, 480_000)), CLOCK.monotonic_ns() + 200 * MS)
        rig.wait_for(lambda: playing.volume == LOW, "the second lowering")
        assert json.loads((tmp_path / "ducked.json").read_text())
        player.close(drain=False)
        assert playing.volume == 0.8
        assert not (tmp_path / "ducked.json").exists()


@contextmanager
def ducked_coach(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process of its own with a long cue under way and its guard."""
    script = (
        "import sys, threading; from pathlib import Path; from coach.audio.ducking import GuardedDucker\n"
        "from coach.clock import SystemClock\n"
        f"ducker = GuardedDucker(Path({str(tmp_path)!r}), {DB}); ducker.start()\n"
        "now = SystemClock().monotonic_ns(); ducker.duck(now, now + 600 * 10**9)\n"
        "print(ducker._guard.pid, flush=True); threading.Event().wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as coach:
        try:
            yield coach
        finally:
            coach.kill()


def test_a_killed_coach_leaves_the_music_as_it_was(server: rig.Daemon, tmp_path: Path) -> None:
    with music(server) as playing, ducked_coach(tmp_path) as coach:
        rig.wait_for(lambda: playing.volume == LOW, "the lowering")
        coach.kill()
        coach.wait()
        rig.wait_for(lambda: playing.volume == 0.8, "the restoring")


def test_when_guard_and_coach_are_killed_the_next_start_restores(server: rig.Daemon, tmp_path: Path) -> None:
    with music(server) as playing, ducked_coach(tmp_path) as coach:
        assert coach.stdout is not None
        guard = int(coach.stdout.readline())
        rig.wait_for(lambda: playing.volume == LOW, "the lowering")
        os.kill(guard, signal.SIGKILL)
        coach.kill()
        coach.wait()
        assert playing.volume == LOW
        ducker = GuardedDucker(tmp_path, DB)
        ducker.start()
        rig.wait_for(lambda: playing.volume == 0.8, "the restoring")
        ducker.close()


def test_a_volume_the_user_changed_meanwhile_is_left_alone(server: rig.Daemon, tmp_path: Path) -> None:
    with music(server) as playing:
        ducker = GuardedDucker(tmp_path, DB)
        ducker.start()
        now_ns = CLOCK.monotonic_ns()
        ducker.duck(now_ns, now_ns + 600 * NS)
        rig.wait_for(lambda: playing.volume == LOW, "the lowering")
        playing.set(0.5)
        ducker.close()
        assert playing.volume == 0.5


def test_without_a_server_there_is_a_note_and_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nothing")
    ducker = GuardedDucker(tmp_path, DB)
    ducker.start()
    rig.wait_for(lambda: "no PulseAudio" in ducker.note, "the note")
    ducker.duck(0, 1)
    ducker.duck(0, 1)
    ducker.release()
    ducker.close()


def test_without_pulsectl_there_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coach.audio.ducking.find_spec", lambda name: None)
    ducker = GuardedDucker(tmp_path, DB)
    ducker.start()
    assert "ducking]" in ducker.note
    ducker.duck(0, 1)
    ducker.close()
