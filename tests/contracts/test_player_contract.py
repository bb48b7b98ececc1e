"""What every Player keeps: ALSA, PortAudio and simpleaudio into a private PulseAudio, a file, silence."""

import importlib.util
import itertools
import sys
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from coach.audio.outputs import open_player
from coach.clock import SystemClock
from coach.config import Settings
from coach.model.cue import Cue
from coach.ports import RATE, Clip, CueStatus, Player
from tests.audio import rig
from tests.audio.virtual import PcmClip, cue

MS = 1_000_000
BACKENDS = ("alsa", "sounddevice", "file", "silent", "simpleaudio")
CLOCK = SystemClock()


def lacking(backend: str) -> str:
    """Why a backend cannot be tried here."""
    if backend in ("alsa", "sounddevice", "simpleaudio") and (why := rig.missing(*rig.Daemon.programs)):
        return why
    if backend == "sounddevice":
        try:
            import sounddevice  # noqa: F401
        except (ImportError, OSError) as error:
            return f"needs sounddevice and libportaudio2: {error}"
    if backend == "simpleaudio" and (sys.version_info >= (3, 12) or not importlib.util.find_spec("simpleaudio")):
        return "needs simpleaudio on Python 3.11"
    return ""


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rig.Daemon]:
    if why := rig.missing(*rig.Daemon.programs):
        pytest.skip(why)
    pulse = rig.Daemon(tmp_path_factory.mktemp("pulse"))
    pulse.start()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in pulse.client_env.items():
            patch.setenv(name, value)
        yield pulse
    pulse.kill()


@dataclass
class Trial:
    backend: str
    make: Callable[..., Player]
    file: Path

    def wait(self, player: Player, count: int) -> list[tuple[Cue, CueStatus]]:
        """Until ``count`` cues have ended."""
        ended: list[tuple[Cue, CueStatus]] = []

        def done() -> bool:
            ended.extend((timing.cue, timing.status) for timing in player.take_timings())
            return len(ended) >= count

        rig.wait_for(done, f"the end of {count} cues")
        return ended


@pytest.fixture(params=BACKENDS)
def trial(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Trial]:
    backend = request.param
    if why := lacking(backend):
        pytest.skip(why)
    if backend in ("alsa", "sounddevice", "simpleaudio"):
        request.getfixturevalue("daemon")
    made: list[Player] = []
    file = tmp_path / "out.wav"

    def make(**options: object) -> Player:
        settings = Settings.model_validate({"backend": backend, "output_file": str(file), "lead_in_ms": 0, **options})
        made.append(open_player(settings, CLOCK, state=tmp_path))
        made[-1].start()
        return made[-1]

    yield Trial(backend, make, file)
    for player in made:
        player.close(drain=False)


def in_ms(ms: int) -> int:
    return CLOCK.monotonic_ns() + ms * MS


def clip(number: int = 0, ms: int = 50) -> Clip:
    return PcmClip(rig.click(number, ms * 48))


def test_cues_are_played_and_reported_once_in_order(trial: Trial) -> None:
    player = trial.make()
    assert player.health().alive
    assert player.health().backend == trial.backend
    for number in range(3):
        player.play(cue(number), clip(number), in_ms(400 + 200 * number))
    ended = trial.wait(player, 3)
    assert [(c.interval, status) for c, status in ended] == [(n, CueStatus.PLAYED) for n in range(3)]
    assert not player.take_timings()


def test_timings_say_when_it_was_heard(trial: Trial) -> None:
    player = trial.make()
    at_ns = in_ms(800)
    player.play(cue(1), clip(1), at_ns)
    found: list[int] = []
    rig.wait_for(lambda: found.extend(t.late_ns or 0 for t in player.take_timings()) or found, "the timing")
    assert abs(found[0]) < 60 * MS


def test_a_cue_in_the_past_is_played_soon(trial: Trial) -> None:
    player = trial.make()
    player.play(cue(1), clip(1), in_ms(-500))
    assert [status for _, status in trial.wait(player, 1)] == [CueStatus.PLAYED]


def test_silence_cuts_what_sounds_and_what_waits_and_nothing_after(trial: Trial) -> None:
    player = trial.make()
    player.play(cue(1), clip(1, ms=5000), in_ms(0))
    player.play(cue(2), clip(2), in_ms(3000))
    player.silence()
    player.play(cue(3), clip(3), in_ms(300))
    ended = {c.interval: status for c, status in trial.wait(player, 3)}
    assert ended == {1: CueStatus.CUT, 2: CueStatus.CUT, 3: CueStatus.PLAYED}


def test_closing_lets_the_last_cue_sound_whole(trial: Trial) -> None:
    player = trial.make()
    end_ns = in_ms(300) + 400 * MS
    player.play(cue(1), clip(1, ms=400), in_ms(300))
    player.close()
    assert CLOCK.monotonic_ns() >= end_ns
    assert [t.status for t in player.take_timings()] == [CueStatus.PLAYED]


def test_closing_without_drain_does_not_wait_and_twice_is_once(trial: Trial) -> None:
    player = trial.make()
    player.play(cue(1), clip(1, ms=5000), in_ms(60_000))
    player.close(drain=False)
    player.close()
    assert [t.status for t in player.take_timings()] == [CueStatus.CUT]


def test_volume_and_health_can_be_used_at_any_time(trial: Trial) -> None:
    player = trial.make()
    for percent in (0, 50, 100):
        player.set_volume(percent)
        assert player.health().backend == trial.backend
    player.close(drain=False)
    player.set_volume(20)
    assert not player.health().alive


def test_overlapping_cues_both_play(trial: Trial) -> None:
    player = trial.make()
    at_ns = in_ms(400)
    player.play(cue(1), clip(1, ms=300), at_ns)
    player.play(cue(2), clip(2, ms=300), at_ns + 100 * MS)
    assert {status for _, status in trial.wait(player, 2)} == {CueStatus.PLAYED}


def test_the_file_holds_exactly_what_was_heard(tmp_path: Path) -> None:
    file = tmp_path / "out.wav"
    settings = Settings.model_validate({"backend": "file", "output_file": str(file), "lead_in_ms": 500})
    player = open_player(settings, CLOCK, state=tmp_path)
    player.start()
    at_ns = in_ms(1000)
    sounds = [rig.click(number) for number in range(4)]
    for number, pcm in enumerate(sounds):
        player.play(cue(number), PcmClip(pcm), at_ns + number * 250 * MS)
    player.close()
    with wave.open(str(file)) as wav:
        assert (wav.getnchannels(), wav.getsampwidth(), wav.getframerate()) == (1, 2, RATE)
        pcm = wav.readframes(wav.getnframes())
    frames = [rig.find(pcm, sound) for sound in sounds]
    assert [len(found) for found in frames] == [1] * 4
    assert [b[0] - a[0] for a, b in itertools.pairwise(frames)] == [12_000] * 3
