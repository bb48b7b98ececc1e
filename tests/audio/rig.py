"""A private sound daemon with a null sink whose monitor is recorded: real sound, without a sound card.

PulseAudio, or PipeWire reached through its PulseAudio server (on Debian 12 ``pipewire-alsa`` conflicts with
``pulseaudio``). Nothing of the user's own daemon, configuration or devices is touched.
"""

import os
import shutil
import signal
import subprocess
import threading
import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

RATE = 48_000
SINK = "coach_rig"

# No rewinds: else an idle null sink renders two seconds ahead, which no sound card does.
_PULSE = """
load-module module-native-protocol-unix socket={socket} auth-anonymous=1
load-module module-null-sink sink_name={sink} rate=48000 channels=1 format=s16le norewinds=1
"""

_ALSA = """
defaults.namehint {{ showall off basic on extended off }}
pcm.!default {{ type pulse server "unix:{socket}" hint {{ show on description "The rig" }} }}
ctl.!default {{ type pulse server "unix:{socket}" }}
"""


def missing(*programs: str) -> str:
    """Why the rig cannot run here, for a skip; empty if it can."""
    lacking = [program for program in programs if shutil.which(program) is None]
    return f"needs {', '.join(lacking)} (apt: pulseaudio pulseaudio-utils libasound2-plugins)" if lacking else ""


def wait_for(done, what: str, seconds: float = 60.0) -> None:
    """Poll a daemon until ``done()``; another process offers nothing else to wait on."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds:g} s")
        time.sleep(0.02)


REALTIME = ("chrt", "-f", "20")
"""Runs a daemon as a desktop does, where rtkit gives it realtime priority; without, any busy program starves it."""


class Daemon:
    """A PulseAudio daemon of our own under ``folder``."""

    name = "pulseaudio"
    label = "PulseAudio"
    programs = ("pulseaudio", "pactl", "parec")

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "native"
        self.env = {
            **os.environ,
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_STATE_HOME": str(folder / "state"),
            "PULSE_SERVER": f"unix:{self.socket}",
            "PULSE_RUNTIME_PATH": str(folder / "pulse"),
            "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder}/bus",
        }
        self._processes: list[subprocess.Popen[bytes]] = []
        self.priority: tuple[str, ...] = ()  # a command before each of its programs; see REALTIME

    @property
    def client_env(self) -> dict[str, str]:
        """What a program needs to play into this daemon."""
        names = ("PULSE_SERVER", "ALSA_CONFIG_PATH", "PULSE_RUNTIME_PATH", "XDG_RUNTIME_DIR")
        return {name: self.env[name] for name in names}

    def start(self) -> None:
        (self.folder / "asound.conf").write_text(_ALSA.format(socket=self.socket))
        (self.folder / "default.pa").write_text(_PULSE.format(socket=self.socket, sink=SINK))
        script = str(self.folder / "default.pa")
        options = ("-n", "-F", script, "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no")
        self._spawn("pulseaudio", *options)
        self._wait_for_sink()

    def kill(self) -> None:
        """At once, as a crash would."""
        for process in reversed(self._processes):
            process.send_signal(signal.SIGKILL)
            process.wait()
        self._processes.clear()
        self.socket.unlink(missing_ok=True)

    def _spawn(self, *command: str) -> None:
        command = (*self.priority, *command)
        with (self.folder / "daemon.log").open("ab") as log:
            self._processes.append(
                subprocess.Popen(command, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            )

    def _wait_for_sink(self) -> None:
        wait_for(lambda: SINK in self.pactl("list", "short", "sinks"), f"{self.name}'s sink")

    def pactl(self, *arguments: str) -> str:
        done = subprocess.run(("pactl", *arguments), env=self.env, capture_output=True, text=True, check=False)
        return done.stdout


class PipeWire(Daemon):
    """PipeWire with its PulseAudio server, and a null sink made by that."""

    name = "pipewire"
    label = "PipeWire, its PulseAudio server"
    programs = ("dbus-daemon", "pipewire", "pipewire-pulse", "wireplumber", "pactl", "parec")

    def start(self) -> None:
        self.socket = self.folder / "pulse" / "native"
        self.env["PULSE_SERVER"] = f"unix:{self.socket}"
        self.env["PIPEWIRE_RUNTIME_DIR"] = str(self.folder)
        (self.folder / "asound.conf").write_text(_ALSA.format(socket=self.socket))
        # wireplumber, which links streams to sinks, will not run without a bus.
        self._spawn("dbus-daemon", "--session", f"--address=unix:path={self.folder}/bus", "--nofork", "--nopidfile")
        wait_for((self.folder / "bus").exists, "the session bus")
        self._spawn("pipewire")
        wait_for((self.folder / "pipewire-0").exists, "pipewire's socket")
        self._spawn("wireplumber")
        self._spawn("pipewire-pulse")
        wait_for(self.socket.exists, "pipewire-pulse's socket")
        wait_for(lambda: "PipeWire" in self.pactl("info"), "pipewire-pulse")
        self.pactl("load-module", "module-null-sink", f"sink_name={SINK}", "rate=48000", "channels=1", "format=s16le")
        self._wait_for_sink()
        self.pactl("set-default-sink", SINK)

    def kill(self) -> None:
        super().kill()
        for name in ("pipewire-0", "bus"):
            (self.folder / name).unlink(missing_ok=True)


class PipeWireByAlsa(PipeWire):
    """PipeWire as its own ALSA plugin reaches it: what ``default`` is where ``pipewire-alsa`` is installed.

    Where Debian's ``pipewire-alsa`` is not installed it is unpacked beside, for it conflicts with ``pulseaudio``.
    """

    label = "PipeWire, ALSA plugin"
    _plugin = "libasound_module_pcm_pipewire.so"

    def start(self) -> None:
        super().start()
        config = f'pcm_type.pipewire {{ lib "{self.plugin()}" }}\npcm.!default {{ type pipewire }}\n'
        (self.folder / "asound.conf").write_text(config)

    @property
    def client_env(self) -> dict[str, str]:
        return {**super().client_env, "PIPEWIRE_RUNTIME_DIR": str(self.folder)}

    def plugin(self) -> Path:
        """Where the plugin is; FileNotFoundError if it cannot be had."""
        unpacked = self.folder / "pipewire-alsa"
        if not list(Path("/usr/lib").glob(f"*/alsa-lib/{self._plugin}")) and shutil.which("apt-get"):
            unpacked.mkdir()
            fetch = ("apt-get", "-qq", "download", "pipewire-alsa")
            subprocess.run(fetch, cwd=unpacked, check=False, capture_output=True)
            for package in unpacked.glob("*.deb"):
                subprocess.run(("dpkg", "-x", package, unpacked), check=True)
        found = [*Path("/usr/lib").glob(f"*/alsa-lib/{self._plugin}"), *unpacked.rglob(self._plugin)]
        if not found:
            raise FileNotFoundError("pipewire-alsa is not installed and cannot be unpacked")
        return found[0]


class Recording:
    """The monitor of the sink while it runs; frames of it can be matched with the monotonic clock."""

    def __init__(self, daemon: Daemon) -> None:
        command = ["parec", "-d", f"{SINK}.monitor", "--latency-msec=20", "--raw", "--format=s16le"]
        command += [f"--rate={RATE}", "--channels=1"]
        self._process = subprocess.Popen(command, env=daemon.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._pcm = bytearray()
        self._anchor_ns: int | None = None
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        # The sink's latency follows the recorder's: let what was rendered before pass.
        wait_for(lambda: len(self._pcm) > RATE, "the recording")

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while block := os.read(stream.fileno(), 8192):
            now_ns = time.monotonic_ns()
            self._pcm += block
            zero_ns = now_ns - len(self._pcm) // 2 * 1_000_000_000 // RATE
            self._anchor_ns = zero_ns if self._anchor_ns is None else min(self._anchor_ns, zero_ns)

    @property
    def anchor_ns(self) -> int:
        """The monotonic instant of frame 0, as near as the soonest delivery shows."""
        assert self._anchor_ns is not None
        return self._anchor_ns

    @property
    def seconds(self) -> float:
        return len(self._pcm) / 2 / RATE

    def frame_at(self, ns: int) -> int:
        return (ns - self.anchor_ns) * RATE // 1_000_000_000

    def wait_until(self, ns: int) -> None:
        """Until what was heard at monotonic ``ns`` is in the recording, with a margin."""
        wait_for(lambda: self.frame_at(ns) + RATE // 4 < len(self._pcm) // 2, "the recording", seconds=900)

    def stop(self) -> bytes:
        self._process.terminate()
        self._thread.join()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        return bytes(self._pcm)


@contextmanager
def recorded(daemon: Daemon) -> Iterator[Recording]:
    recording = Recording(daemon)
    try:
        yield recording
    finally:
        recording.stop()


def find(pcm: bytes, clip: bytes, around: Sequence[int] | None = None) -> list[int]:
    """The frames at which ``clip`` stands bit for bit in ``pcm``; ``around`` is (first, last) frame to look at."""
    first, last = around if around else (0, len(pcm) // 2)
    found: list[int] = []
    at = pcm.find(clip, max(0, first) * 2, last * 2)
    while at >= 0:
        if at % 2 == 0:
            found.append(at // 2)
            at += len(clip) - 2
        at = pcm.find(clip, at + 1, last * 2)
    return found


def click(number: int = 0, frames: int = 2400) -> bytes:
    """A short sound with a sharp head, different for every ``number``; never silent, so that it is found exactly."""
    shape = array("h", ((-1) ** (n // (7 + number % 40)) * (12_000 - n % 3000 * 3) + number for n in range(frames)))
    return shape.tobytes()
