"""Real sound: the player on ALSA into a private PulseAudio, heard back from the monitor of its sink."""

import itertools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.audio.outputs import list_devices, open_player
from coach.audio.outputs.alsa import AlsaOutput
from coach.audio.outputs.base import OutputGone
from coach.clock import SystemClock
from coach.config import Settings
from coach.errors import SoundUnavailable
from coach.ports import RATE, CueStatus, CueTiming, Player
from tests.audio import rig
from tests.audio.virtual import NS, PcmClip, cue

MS = 1_000_000
CLOCK = SystemClock()

pytestmark = [
    pytest.mark.sound,
    pytest.mark.skipif(bool(why := rig.missing(*rig.Daemon.programs)), reason=why or "the rig is here"),
]


@pytest.fixture
def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[rig.Daemon]:
    pulse = rig.Daemon(tmp_path)
    pulse.start()
    for name, value in pulse.client_env.items():
        monkeypatch.setenv(name, value)
    yield pulse
    pulse.kill()


def started(**options: object) -> Player:
    player = open_player(Settings.model_validate({"backend": "alsa", **options}), CLOCK)
    player.start()
    return player


def ended(player: Player, count: int) -> list[CueTiming]:
    timings: list[CueTiming] = []
    rig.wait_for(lambda: timings.extend(player.take_timings()) or len(timings) >= count, f"the end of {count} cues")
    return timings


def test_intervals_are_exact_no_head_is_clipped_and_the_last_cue_is_whole(daemon: rig.Daemon) -> None:
    with rig.recorded(daemon) as recording:
        player = started()
        at_ns = CLOCK.monotonic_ns() + 1500 * MS
        sounds = [rig.click(number) for number in range(12)]
        sounds.append(rig.click(20, RATE))
        for number, pcm in enumerate(sounds):
            player.play(cue(number), PcmClip(pcm), at_ns + number * 250 * MS)
        player.close()
        recording.wait_until(CLOCK.monotonic_ns())
        pcm = recording.stop()
    frames = [rig.find(pcm, sound) for sound in sounds]
    assert [len(found) for found in frames] == [1] * len(sounds), "each is there once, bit for bit, whole"
    assert {b[0] - a[0] for a, b in itertools.pairwise(frames)} == {12_000}
    # How exactly is the bench's to measure; a test on a busy machine only tells the right place from a wrong one.
    assert abs(frames[0][0] - recording.frame_at(at_ns)) < RATE // 2
    timings = player.take_timings()
    assert {timing.status for timing in timings} == {CueStatus.PLAYED}
    assert all(timing.late_ns is not None for timing in timings)
    assert (player.health().xruns, player.health().corrections) == (0, 0)


def test_pause_is_heard_at_once_and_the_answer_soon_after(daemon: rig.Daemon) -> None:
    with rig.recorded(daemon) as recording:
        player = started()
        long, answer = rig.click(1, 6 * RATE), rig.click(2)
        began_ns = CLOCK.monotonic_ns() + 1200 * MS
        player.play(cue(1), PcmClip(long), began_ns)
        recording.wait_until(began_ns + 300 * MS)
        pressed_ns = CLOCK.monotonic_ns()
        player.silence()
        player.play(cue(2), PcmClip(answer), CLOCK.monotonic_ns())
        player.close()
        recording.wait_until(CLOCK.monotonic_ns())
        pcm = recording.stop()
    (onset,) = rig.find(pcm, answer)
    pressed = recording.frame_at(pressed_ns)
    assert onset - pressed < 2 * RATE, "long before the six seconds are over"
    first = rig.find(pcm, long[:9600])[0]
    heard = 0
    while pcm[2 * first + heard : 2 * first + heard + 2] == long[heard : heard + 2]:
        heard += 2
    assert first + heard // 2 - pressed < 2 * RATE, "the long sound stopped"
    assert not any(pcm[2 * first + heard : 2 * onset]), "nothing but silence up to the answer"
    assert [timing.status for timing in player.take_timings()] == [CueStatus.CUT, CueStatus.PLAYED]


def test_a_killed_daemon_costs_its_cues_only_and_a_restarted_one_plays_on(daemon: rig.Daemon) -> None:
    player = started()
    at_ns = CLOCK.monotonic_ns() + 1200 * MS
    player.play(cue(1), PcmClip(rig.click(1)), at_ns)
    assert [timing.status for timing in ended(player, 1)] == [CueStatus.PLAYED]
    daemon.kill()
    rig.wait_for(lambda: not player.health().alive, "notice of the death")
    assert "gone" in player.health().note
    player.play(cue(2), PcmClip(rig.click(2)), CLOCK.monotonic_ns() + 300 * MS)
    assert [timing.status for timing in ended(player, 1)] == [CueStatus.LOST]
    daemon.start()
    with rig.recorded(daemon) as recording:
        rig.wait_for(lambda: player.health().alive, "the reopening")
        again_ns = at_ns + (CLOCK.monotonic_ns() - at_ns) // NS * NS + 2 * NS
        player.play(cue(3), PcmClip(rig.click(3)), again_ns)
        player.close()
        recording.wait_until(CLOCK.monotonic_ns())
        pcm = recording.stop()
    (timing,) = player.take_timings()
    assert timing.status is CueStatus.PLAYED
    (onset,) = rig.find(pcm, rig.click(3))
    assert abs(onset - recording.frame_at(again_ns)) < RATE // 2
    assert player.health().reopened == 1


def test_a_stopped_process_goes_on_true_to_the_clock(daemon: rig.Daemon) -> None:
    """SIGSTOP for longer than the buffer lasts is what a suspended machine does."""
    script = (
        "import sys; sys.path.insert(0, '.')\n"
        "from tests.audio import test_alsa as t\n"
        "from tests.audio.virtual import cue, PcmClip\n"
        "player = t.started()\n"
        "at = t.CLOCK.monotonic_ns() + 1_000_000_000\n"
        "for n in (0, 5):\n"
        "    player.play(cue(n), PcmClip(t.rig.click(n)), at + n * 1_000_000_000)\n"
        "print('ready', flush=True)\n"
        "player.close()\n"
        "print(player.health().xruns, *[x.status for x in player.take_timings()], flush=True)\n"
    )
    with rig.recorded(daemon) as recording:
        command = [sys.executable, "-c", script]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        seconds = recording.seconds
        rig.wait_for(lambda: recording.seconds > seconds + 2, "the first cue")
        child.send_signal(19)
        seconds = recording.seconds
        rig.wait_for(lambda: recording.seconds > seconds + 2, "a dry run")
        child.send_signal(18)
        said, _ = child.communicate(timeout=60)
        pcm = recording.stop()
    assert said.split()[1:] == ["played", "played"]
    assert int(said.split()[0]) >= 1
    (first,), (second,) = rig.find(pcm, rig.click(0)), rig.find(pcm, rig.click(5))
    # PulseAudio knows where a stream that ran dry begins again to one block of its null sink, 20 ms.
    assert abs(second - first - 5 * RATE) < 45 * 48


def test_a_device_that_does_not_exist_is_refused_with_a_remedy_and_nothing_on_stderr(
    daemon: rig.Daemon, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SoundUnavailable, match="coach audio devices"):
        open_player(Settings.model_validate({"backend": "alsa", "device": "no_such_device"}), CLOCK)
    assert capfd.readouterr().err == ""


def test_auto_falls_back_to_the_file_and_then_to_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = tmp_path / "asound.conf"
    nothing.write_text("")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(nothing))
    wav = tmp_path / "out.wav"
    to_file = open_player(Settings.model_validate({"output_file": str(wav)}), CLOCK)
    assert to_file.health().backend == "file"
    to_file.close()
    silent = open_player(Settings(), CLOCK)  # type: ignore[call-arg]
    assert silent.health().backend == "silent"
    assert "ALSA cannot open" in silent.health().note
    silent.close()


def test_a_foreign_file_is_not_overwritten_and_our_own_is(tmp_path: Path) -> None:
    wav = tmp_path / "song.wav"
    wav.write_bytes(b"RIFF someone's music" * 10)
    settings = Settings.model_validate({"backend": "file", "output_file": str(wav)})
    with pytest.raises(SoundUnavailable, match="not written by this coach"):
        open_player(settings, CLOCK)
    assert wav.read_bytes().startswith(b"RIFF someone's music")
    wav.unlink()
    for _ in range(2):
        player = open_player(settings, CLOCK)
        player.start()
        player.close()
    unreachable = Settings.model_validate({"backend": "file", "output_file": str(tmp_path / "no" / "out.wav")})
    with pytest.raises(SoundUnavailable, match="cannot be written"):
        open_player(unreachable, CLOCK)


def test_devices_are_listed(daemon: rig.Daemon) -> None:
    assert any(device.backend == "alsa" and device.device == "default" for device in list_devices())


def test_a_closed_output_says_so(daemon: rig.Daemon) -> None:
    output = AlsaOutput(CLOCK)
    output.open()
    output.open()
    output.close()
    output.close()
    with pytest.raises(OutputGone):
        output.level()
