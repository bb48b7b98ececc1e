"""A session as a file: what is heard in it, and when, is what a live session of the same workout sounds."""

import itertools
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from coach.audio import music
from coach.audio.anchor import frames_of
from coach.audio.metronome import ticks
from coach.audio.music import Music
from coach.audio.track import Schedule, blocks, make_schedule
from coach.errors import BadInput
from coach.model.cue import CueKind, Sound
from coach.model.script import Script, make_style
from coach.model.syntax import parse
from coach.model.timeline import Timeline, compile_timeline
from coach.ports import RATE, Clip
from coach.session.state import CommandKind
from tests.audio.rig import click
from tests.audio.virtual import PcmClip
from tests.fakes import FakeSoundBank
from tests.session.rig import english
from tests.test_runner import Live

TEXT = "20s warmup, 2x(2x(30s run @170spm, 20s walk), 10s rest), 65s run, 1m cooldown"


class Clicking(FakeSoundBank):
    """Every sound is one of its own that is never silent: no two are alike."""

    def __init__(self) -> None:
        super().__init__()
        self.clips: dict[Sound, PcmClip] = {}

    def clip(self, sound: Sound) -> Clip | None:
        fake = super().clip(sound)
        assert fake is not None
        if sound not in self.clips:
            self.clips[sound] = PcmClip(click(len(self.clips), fake.frames))
        return self.clips[sound]


def script_of(timeline: Timeline) -> Script:
    return Script(timeline, english(), make_style("talkative"))


def scheduled(text: str = TEXT) -> tuple[Timeline, Schedule, Clicking]:
    timeline, bank = compile_timeline(parse(text)), Clicking()
    return timeline, make_schedule(script_of(timeline), bank, 1000), bank


def pcm(made: Iterator[bytes], channels: int = 1) -> np.ndarray:
    return np.frombuffer(b"".join(made), "<i2").reshape(-1, channels)


@pytest.mark.parametrize(
    "text", [TEXT, "1s run", "1.5s run, 3s walk, 0.4s run, 30s walk", "5m walk, 8x(1m run, 2m walk)"]
)
def test_every_cue_is_where_a_live_session_sounds_it(text: str) -> None:
    timeline = compile_timeline(parse(text))
    live = Live(timeline)
    live.runner.step()
    live.do(CommandKind.START).to((timeline.total_ms or 0) / 1000 + 60)
    # The runner of the tests talks as ``standard`` does.
    script = Script(timeline, english(), make_style("standard"))
    schedule = make_schedule(script, FakeSoundBank(), 1000)
    sounded = [(played.cue.label, frames_of(played.at_ns - live.zero)) for played in live.player.played]
    assert sorted((each.cue.label, each.start) for each in schedule.cues) == sorted(sounded)
    assert {each.cue.kind for each in schedule.cues} >= {CueKind.EARCON, CueKind.FINISH}


def test_the_intervals_follow_each_other_to_the_frame() -> None:
    timeline, schedule, _ = scheduled()
    zero = schedule.starts[0]
    assert [start - zero for start in schedule.starts] == [(i.start_ms or 0) * 48 for i in timeline.intervals]
    assert schedule.end - zero == (timeline.total_ms or 0) * 48
    earcons = [each.start for each in schedule.cues if each.cue.kind is CueKind.EARCON]
    assert earcons == list(schedule.starts)


def test_every_sample_of_every_cue_is_there() -> None:
    _, schedule, bank = scheduled()
    heard = pcm(blocks(schedule, bank, 100))[:, 0].astype(np.int32)
    expected = np.zeros(schedule.frames, np.int32)
    for each in schedule.cues:
        clip = bank.clip(each.cue.sound)
        assert clip is not None
        expected[each.start : each.end] += np.frombuffer(clip.load(), "<i2")
    assert np.array_equal(heard, np.clip(expected, -32_768, 32_767))
    quiet = pcm(blocks(schedule, bank, 50))[:, 0]
    assert 0.45 < np.abs(quiet.astype(float)).max() / np.abs(heard).max() < 0.55


def test_samples_are_the_same_each_time_and_a_second_at_a_time() -> None:
    _, schedule, bank = scheduled("10s run, 10s walk")
    once, again = list(blocks(schedule, bank, 80)), list(blocks(schedule, bank, 80))
    assert once == again
    assert {len(block) for block in once[:-1]} == {RATE * 2}


def test_memory_does_not_grow_with_the_session() -> None:
    def most(text: str) -> int:
        _, schedule, bank = scheduled(text)
        list(map(len, itertools.islice(blocks(schedule, bank, 100), 3)))
        tracemalloc.start()
        for _ in blocks(schedule, bank, 100):
            pass
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    short, long = most("1m run, 1m walk"), most("5m walk, 10x(1m run, 1m walk), 5m walk")
    assert long < short + 1_000_000, "half an hour is 170 MB of samples"


@pytest.mark.parametrize(
    ("text", "words"), [("1m run, 400mtr run", "400mtr run"), ("1m run, open walk", "open"), ("7x(1h walk)", "6 hours")]
)
def test_what_has_no_known_length_is_refused(text: str, words: str) -> None:
    timeline = compile_timeline(parse(text))
    with pytest.raises(BadInput, match=words):
        make_schedule(script_of(timeline), FakeSoundBank(), 1000)


# --- metronome -----------------------------------------------------------------------------------------------------


def test_the_metronome_keeps_the_cadence_and_never_drifts() -> None:
    timeline, schedule, bank = scheduled("10s walk, 1m run @171spm, 1m run @160-180spm, 10s walk")
    beats = list(ticks(timeline, schedule, 20))
    first, second, third = schedule.starts[1:4]
    at = [beat.start for beat in beats]
    assert at[:171] == [first + step * 60 * RATE // 171 for step in range(171)]
    assert at[171:] == [second + step * 60 * RATE // 170 for step in range(170)]
    assert at[-1] < third
    assert {len(beat.pcm) for beat in beats} == {len(beats[0].pcm)}
    assert len({beat.pcm for beat in beats}) == 2, "softer under a cue"
    with_it, without = pcm(blocks(schedule, bank, 100, iter(beats))), pcm(blocks(schedule, bank, 100))
    changed = np.flatnonzero(np.any(with_it != without, axis=1))
    assert changed[0] == first
    assert changed[-1] < third


def test_a_metronome_without_a_cadence_is_refused() -> None:
    timeline, schedule, _ = scheduled("1m run")
    with pytest.raises(BadInput, match="no step has a cadence"):
        ticks(timeline, schedule, 20)


# --- music ---------------------------------------------------------------------------------------------------------


def tune(file: Path, seconds: float, rate: int, channels: int) -> Path:
    """A tone in each channel, the right one half as loud."""
    at = np.arange(round(seconds * rate)) / rate
    tone = 0.9 * np.sin(2 * np.pi * 500 * at)
    soundfile.write(file, np.stack([tone / (side + 1) for side in range(channels)], axis=1), rate)
    return file


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 2), (48_000, 1), (22_050, 3)])
def test_music_lies_under_the_cues_and_is_lowered(tmp_path: Path, rate: int, channels: int) -> None:
    _, schedule, bank = scheduled("20s run, 20s walk")
    bed = Music(tune(tmp_path / "a tune.wav", 7, rate, channels), schedule, 20)
    kept = min(channels, 2)
    assert bed.channels == kept
    heard = pcm(blocks(schedule, bank, 100, (), bed), kept).astype(float)
    assert len(heard) == schedule.frames
    cues = pcm(blocks(schedule, bank, 100))[:, :1].astype(float)
    under = heard - cues
    loud = 0.9 * 32_767 * music.LEVEL
    spans = schedule.spans
    gaps = [(a[1] + 30_000, b[0] - 30_000) for a, b in itertools.pairwise(spans) if b[0] - a[1] > 100_000]
    assert gaps, "there is music by itself"
    for begin, end in gaps:
        assert np.abs(under[begin:end, 0]).max() == pytest.approx(loud, rel=0.05)
        if kept == 2:
            assert np.abs(under[begin:end, 1]).max() == pytest.approx(loud / 2, rel=0.05)
    for begin, end in spans:
        whole = np.abs(heard[begin:end]).max() < 32_767
        assert not whole or np.abs(under[begin:end]).max() <= loud * 0.1 * 1.05 + 1
    assert np.abs(under[-100:]).max() < loud * 0.01, "it fades out"


@pytest.mark.parametrize("rate", [2_000, 7_919, 11_025, 44_101, 47_999, 88_200, 655_350])
def test_music_of_any_rate_keeps_its_pitch_and_its_pace(tmp_path: Path, rate: int) -> None:
    """A tone, and after exactly three seconds another: heard at 48,000 Hz each has its pitch and its time."""
    at = np.arange(3 * rate) / rate
    tones = [0.5 * np.sin(2 * np.pi * pitch * at) for pitch in (400, 600)]
    file = tmp_path / "odd.wav"
    soundfile.write(file, np.concatenate(tones), rate, subtype="PCM_16")
    schedule = Schedule((), (), (0,), 5 * RATE, 7 * RATE)
    heard = np.frombuffer(b"".join(Music(file, schedule, 20).under(iter([bytes(2 * RATE)] * 7))), "<i2").astype(float)
    for begin, pitch in ((0.5, 400), (2.9, 400), (3.02, 600), (4, 600)):  # and no later, nor earlier
        piece = heard[int(begin * RATE) :][: RATE // 20]
        spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece))))
        assert int(np.argmax(spectrum)) * 20 == pitch, begin


def test_a_slow_file_costs_no_more_memory_than_another(tmp_path: Path) -> None:
    file = tmp_path / "slow.wav"
    soundfile.write(file, np.zeros(RATE, "int16"), 100)
    bed = Music(file, Schedule((), (), (0,), RATE, 3 * RATE), 20)
    tracemalloc.start()
    assert sum(map(len, bed.under(iter([bytes(2 * RATE)] * 3)))) == 6 * RATE
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def test_a_float_file_of_no_numbers_and_too_large_ones_is_neither_noise_nor_deafening(tmp_path: Path) -> None:
    _, schedule, bank = scheduled("5s run, 5s walk")
    samples = np.full(RATE * 3, 1e30, np.float32)
    samples[::7], samples[::11], samples[RATE : 2 * RATE] = np.nan, -np.inf, np.nan
    soundfile.write(tmp_path / "odd.wav", samples, RATE, subtype="FLOAT")
    under = pcm(blocks(schedule, bank, 0, (), Music(tmp_path / "odd.wav", schedule, 20)))[:, 0].astype(float)
    assert np.abs(under).max() <= 32_767 * music.LEVEL * 1.01
    assert np.abs(under[int(1.1 * RATE) : int(1.9 * RATE)]).max() == 0, "what is no number is silence"


def test_music_is_played_from_its_start_again_without_a_hole(tmp_path: Path) -> None:
    _, schedule, bank = scheduled("30s run, 1s walk")
    bed = Music(tune(tmp_path / "t.flac", 2, 44_100, 1), schedule, 3)
    heard = pcm(blocks(schedule, bank, 0, (), bed))[:, 0].astype(float)
    loudest = np.abs(heard[RATE : -3 * RATE]).reshape(-1, RATE // 100)[:, :].max(axis=1)
    assert loudest.min() > 0.9 * 32_767 * music.LEVEL * 0.6, "even lowered by 3 dB, no hundredth of a second is silent"


@pytest.mark.parametrize("content", [None, b"", b"this is no music", b"RIFF\x24\0\0\0WAVEfmt "])
def test_what_is_no_music_is_refused_by_name(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "song.mp3"
    if content is not None:
        file.write_bytes(content)
    _, schedule, _ = scheduled("1s run")
    with pytest.raises(BadInput, match=r"song\.mp3"):
        Music(file, schedule, 20)
    soundfile.write(tmp_path / "empty.wav", np.zeros((0, 1)), 48_000)
    with pytest.raises(BadInput, match="no sound"):
        Music(tmp_path / "empty.wav", schedule, 20)
