"""The sound of a session as a file: decoded again, measured, listened to, read for its chapters."""

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import mutagen
import numpy as np
import pytest
import soundfile
from mutagen.id3 import CHAP, ID3

from coach.audio.track import Schedule, blocks, make_schedule
from coach.bootstrap.sound import SoundWish, make_sound
from coach.config import folders
from coach.errors import BadInput
from coach.library.named_files import fill_named
from coach.model.cue import CueKind, Speech
from coach.model.script import Script, make_style
from coach.model.sheets import SoundSheet
from coach.model.syntax import parse
from coach.model.timeline import compile_timeline
from coach.model.workout import Workout
from coach.ports import RATE, SoundBank
from exporters import audio
from exporters.contract import MADE_AT, NAMES, SUFFIXES, sound_sheet, workout_sheet
from tests.audio.hearing import hearing, listener
from tests.audio.test_track import Clicking
from tests.session.rig import english

TEXT = '10s warmup, 2x(12s run "hills", 10s walk), 10s cooldown'


def sheet_of(text: str, suffix: str) -> tuple[SoundSheet, Schedule, SoundBank]:
    workout, bank = parse(text), Clicking()
    timeline = compile_timeline(workout)
    made = make_schedule(Script(timeline, english(), make_style("standard")), bank, 1000)
    sheet = SoundSheet(
        workout, "osu/2-3 2026-03-02", MADE_AT, suffix, RATE, 1, made.frames, made.starts, made.end,
        lambda: blocks(made, bank, 100),
    )  # fmt: skip
    return sheet, made, bank


def exported(sheet: SoundSheet) -> bytes:
    with TemporaryFile() as stream:
        audio.exporter.export(sheet).fill(stream)
        stream.seek(0)
        return stream.read()


def decoded(data: bytes) -> np.ndarray:
    samples, rate = soundfile.read(io.BytesIO(data), dtype="int16")
    assert rate == RATE
    return samples


def onsets(heard: np.ndarray, made: Schedule, bank: SoundBank, late: int = 0) -> Iterator[int]:
    """By how many frames each cue is off ``late``: where its own samples fit best."""
    for each in made.cues:
        clip = bank.clip(each.cue.sound)
        assert clip is not None
        own = np.frombuffer(clip.load(), "<i2").astype(float)[:4_000]
        around = heard[each.start + late - 1_500 : each.start + late + len(own) + 1_500].astype(float)
        yield int(np.argmax(np.correlate(around, own, "valid"))) - 1_500


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_without_loss_every_sample_is_the_schedules(suffix: str) -> None:
    sheet, made, bank = sheet_of(TEXT, suffix)
    heard = decoded(exported(sheet))
    assert heard.tobytes() == b"".join(sheet.blocks())
    assert set(onsets(heard, made, bank)) == {0}
    assert soundfile.info(io.BytesIO(exported(sheet))).subtype == "PCM_16"


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".wav"])
def test_both_channels_come_back_as_they_went_in(suffix: str) -> None:
    seconds = np.arange(4 * RATE) / RATE
    tones = np.stack([0.4 * np.sin(2 * np.pi * hertz * seconds) for hertz in (220, 330)], axis=1)
    whole = (tones * 32_767).astype("<i2")
    sheet = replace(
        sheet_of("4s run", suffix)[0], channels=2, frames=len(whole), starts=(0,), end=len(whole),
        blocks=lambda: (piece.tobytes() for piece in np.array_split(whole, 5)),
    )  # fmt: skip
    heard = decoded(exported(sheet))[:, :2]
    middle = slice(RATE, 3 * RATE)  # clear of the codec's ends
    for channel in range(2):
        strongest = np.argmax(np.abs(np.fft.rfft(heard[middle, channel]))) * RATE / (2 * RATE)
        assert strongest == (220, 330)[channel]
        assert np.std(heard[middle, channel]) == pytest.approx(np.std(whole[middle, channel]), rel=0.02)


def test_mp3_is_on_time_where_the_delay_is_known_and_late_by_it_where_not() -> None:
    sheet, made, bank = sheet_of(TEXT, ".mp3")
    data = exported(sheet)
    heard = decoded(data)
    assert len(heard) == made.frames
    assert set(onsets(heard, made, bank)) <= {-1, 0, 1}
    # Without its first frame, which says what the encoder added, it plays as on a player that does not read that.
    bare = without_head(data)
    assert set(onsets(decoded(bare), made, bank, audio.MP3_DELAY)) <= {-1, 0, 1}


def without_head(data: bytes) -> bytes:
    size = sum((byte & 0x7F) << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    frames = [at for at in (m.start() for m in re.finditer(rb"\xff[\xfa\xfb]", data)) if at >= 10 + size]
    assert b"Info" in data[frames[0] : frames[1]] or b"Xing" in data[frames[0] : frames[1]]
    return data[frames[1] :]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_chapters_and_tags(suffix: str) -> None:
    sheet, made, _ = sheet_of(TEXT, suffix)
    file: Any = mutagen.File(io.BytesIO(exported(sheet)))
    assert file.info.length == pytest.approx(made.frames / RATE, abs=0.06)
    starts = [start * 1000 // RATE for start in made.starts]
    titles = ["Warm up", "Run 1 of 2: hills", "Walk", "Run 2 of 2: hills", "Walk", "Cool down"]
    if suffix == ".flac":
        assert file["title"] == ["osu/2-3 2026-03-02"]
        assert file["date"] == ["2026-03-02T06:00:00Z"]
        assert [file[f"chapter{n:03}name"][0] for n in range(1, 7)] == titles
        assert file["chapter002"] == [f"00:00:{starts[1] // 1000:02}.{starts[1] % 1000:03}"]
        return
    tags: ID3 = file.tags
    assert str(tags["TIT2"]) == "osu/2-3 2026-03-02"
    assert str(tags["TDRC"]) == "2026-03-02 06:00:00"
    found: list[CHAP] = sorted(tags.getall("CHAP"), key=lambda chapter: chapter.start_time)
    assert [chapter.start_time for chapter in found] == starts
    assert [chapter.end_time for chapter in found] == [*starts[1:], made.end * 1000 // RATE]
    assert [str(chapter.sub_frames["TIT2"]) for chapter in found] == titles
    assert tags["CTOC:toc"].child_element_ids == [chapter.element_id for chapter in found]


def test_many_chapters_are_all_listed() -> None:
    tags: Any = mutagen.File(io.BytesIO(exported(sound_sheet(parse("3x(100x(1m run))"), ".mp3"))))
    assert len(tags.tags.getall("CHAP")) == 300
    inner = tags.tags["CTOC:toc"].child_element_ids
    assert [name for part in inner for name in tags.tags[f"CTOC:{part}"].child_element_ids] == [
        f"ch{number}" for number in range(1, 301)
    ]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_names_are_kept_whole(suffix: str) -> None:
    for name in NAMES:
        steps = (parse("1m run").steps[0].model_copy(update={"name": name}),)
        file: Any = mutagen.File(io.BytesIO(exported(sound_sheet(Workout(steps=steps), suffix, title=name))))
        if suffix == ".flac":
            assert (file["title"], file["chapter001name"]) == ([name], [f"Run: {name}"])
        else:
            assert str(file.tags["TIT2"]) == name
            assert str(file.tags["CHAP:ch1"].sub_frames["TIT2"]) == f"Run: {name}"


@pytest.mark.parametrize("suffix", [".ogg", "", ".MP4"])
def test_another_kind_of_file_is_refused(suffix: str) -> None:
    with pytest.raises(BadInput, match=r"\.mp3, \.flac or \.wav"):
        audio.exporter.export(sound_sheet(parse("1m run"), suffix))


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))  # a disk on which no more fits
sys.argv = ["coach", "export", "audio", "60s run", "--output", {file!r}]
from coach.__main__ import main
main()
"""


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("room", [10, 3_000])
def test_a_full_disk_is_an_error_and_leaves_nothing(suffix: str, room: int, tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    env = {name: value for name, value in os.environ.items() if not name.startswith("COACH_")}
    done = subprocess.run(
        [sys.executable, "-B", "-c", LIMITED.format(room=room, file=str(folder / f"x{suffix}"))],
        env={**env, "COACH_HOME": str(tmp_path / "home"), "COACH_VOICE": "beeps"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 7, done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"coach: {folder}/x{suffix}: it cannot be written: file too large — ")
    assert "Traceback" not in done.stderr
    assert not list(folder.iterdir())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_broken_off_leaves_nothing(suffix: str, tmp_path: Path) -> None:
    """Ctrl-C, or music that cannot be read any further."""
    sheet = sound_sheet(parse("6x(1m run)"), suffix)
    block = next(iter(sheet.blocks()))

    def broken() -> Iterator[bytes]:
        yield block
        raise KeyboardInterrupt

    made = audio.exporter.export(replace(sheet, blocks=broken))
    with pytest.raises(KeyboardInterrupt):
        fill_named(tmp_path / "x", made.fill)
    assert not list(tmp_path.iterdir())


def test_every_run_and_walk_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way: the runner's settings, the shipped voice, an MP3 file, and somebody else's ears."""
    for name in [name for name in os.environ if name.startswith("COACH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COACH_HOME", str(tmp_path))
    text = "20s warmup, 2x(20s run, 25s walk), 20s cooldown"
    ears = listener(
        "Run 1 of 2, twenty seconds.", "Last run, twenty seconds.", "Walk, twenty-five seconds.",
        "Walk to warm up, twenty seconds.", "Walk to cool down, twenty seconds.", "Next, run, twenty seconds.",
        "Next, walk, twenty-five seconds.", "Stand still, twenty seconds.", "Halfway.", "Three.", "Two.", "One.",
    )  # fmt: skip
    sound = make_sound(workout_sheet(parse(text)), SoundWish(".mp3"), folders())
    heard = decoded(exported(sound.sheet)).astype(np.float32) / 32_768
    sound.close()
    said = {}
    for number, (interval, start) in enumerate(zip(sound.sheet.timeline.intervals, sound.sheet.starts, strict=True)):
        # After the earcon, and before anything else is said in it.
        piece = heard[start + RATE // 2 : start + RATE * 4]
        said[number] = (interval.intensity.value, ears.hear(piece, RATE))
    assert len(said) == 6
    for intensity, words in said.values():
        assert ("run" in words) == (intensity == "active"), (intensity, words)
        assert ("walk" in words) == (intensity != "active"), (intensity, words)
    assert hearing().words("Run 1 of 2, twenty seconds.") == said[1][1]
    assert any(isinstance(cue.sound, Speech) and cue.kind is CueKind.LAST for cue in _cues(text))


def _cues(text: str) -> list[Any]:
    timeline = compile_timeline(parse(text))
    made = make_schedule(Script(timeline, english(), make_style("standard")), Clicking(), 1000)
    return [each.cue for each in made.cues]
