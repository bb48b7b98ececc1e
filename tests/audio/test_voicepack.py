"""The shipped voice pack: complete, whole, small, and spoken for its place in the utterance."""

import io
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from coach.audio.voices import pack, shape
from coach.audio.voices.base import Samples
from coach.library.everything import every_workout
from coach.library.phrasebooks import load_phrasebook
from coach.model.cue import Speech
from coach.model.timeline import Timeline, compile_timeline
from coach.model.vocabulary import scripts, vocabulary
from coach.model.workout import Workout

FILE = pack.pack_file("en")


@cache
def timelines() -> tuple[Timeline, ...]:
    """Of everything shipped that sounds different: many sessions of many protocols are the same."""
    return tuple(compile_timeline(workout) for workout in distinct())


def distinct() -> list[Workout]:
    found: dict[str, Workout] = {}
    for workout in every_workout():
        found.setdefault(repr(workout.steps), workout)
    return list(found.values())


@cache
def opened() -> tuple[zipfile.ZipFile, Mapping[str, str]]:
    """The archive and its clips, read once: there are hundreds."""
    return zipfile.ZipFile(io.BytesIO(FILE.read_bytes())), pack.read_manifest(FILE).clips


def clip(clause: str) -> Samples:
    archive, names = opened()
    return pack.decode(archive.read(names[clause]))


def test_it_is_small() -> None:
    assert FILE.stat().st_size <= 8_000_000


def test_it_says_who_made_it_and_under_what_licence() -> None:
    manifest = pack.read_manifest(FILE)
    assert manifest.licence == "Apache-2.0"
    assert "hibari-tts" in manifest.attribution
    assert "Kokoro" in manifest.attribution
    assert manifest.language == "en"
    notice = (Path(__file__).parents[2] / "NOTICE").read_text(encoding="utf-8")
    assert manifest.attribution.replace("(c)", "©") in " ".join(notice.split())


def test_it_has_the_whole_vocabulary() -> None:
    wanted = vocabulary(load_phrasebook("en"), timelines())
    missing = sorted(wanted - pack.read_manifest(FILE).clips.keys())
    assert not missing, f"run `make voicepack`: {len(missing)} clauses are missing, such as {missing[:5]}"


def test_it_says_every_shipped_workout_in_every_preset() -> None:
    voice = pack.PackVoice(FILE)
    book = load_phrasebook("en")
    checked = 0
    for timeline in timelines():
        for script in scripts(timeline, book):
            speeches = {sound for sound in script.sounds() if isinstance(sound, Speech)}
            unsaid = [speech.text for speech in speeches if not voice.can_say(speech.clauses)]
            assert not unsaid, f"{timeline.workout.name}: {unsaid[:5]}"
            checked += len(speeches)
    assert checked > 500


def test_it_does_not_pretend_to_say_what_it_lacks() -> None:
    voice = pack.PackVoice(FILE)
    assert not voice.can_say(("Kilimanjaro surge.",))
    assert not voice.can_say(("Run 3 of 8,", "Kilimanjaro surge."))
    assert not voice.can_say(())
    with pytest.raises(pack.RenderFailed, match="Kilimanjaro"):
        voice.say(("Kilimanjaro surge.",), 100)


@pytest.mark.slow
def test_every_clip_is_whole_and_sounds() -> None:
    def level_db(clause: str) -> float:
        samples = clip(clause)
        letters = sum(character.isalnum() for character in clause)
        assert 0.15 < len(samples) / shape.RATE < 1.2 + 0.12 * letters, clause
        assert 0.1 < np.abs(samples).max() < 0.98, clause
        start, end = shape.sounding(samples)
        assert (end - start) > 0.6 * len(samples), clause
        return shape.loudness_db(samples)

    with ThreadPoolExecutor() as threads:  # decoding and transforming leave the interpreter to the others
        levels = list(threads.map(level_db, opened()[1]))
    assert max(levels) - min(levels) < 5
    assert not opened()[0].testzip()


def end_pitch(samples: Samples) -> float:
    """The pitch, in Hz, of the last 60 ms that are voiced, by autocorrelation."""
    window, step = shape.RATE * 40 // 1000, shape.RATE // 100
    found: list[float] = []
    for start in range(len(samples) - window, 0, -step):
        piece = samples[start : start + window] * np.hanning(window)
        if np.sqrt((piece**2).mean()) < 0.004:
            continue
        correlation = np.correlate(piece, piece, "full")[window - 1 :]
        lags = slice(shape.RATE // 350, shape.RATE // 90)
        lag = int(np.argmax(correlation[lags])) + lags.start
        if correlation[lag] > 0.5 * correlation[0]:
            found.append(shape.RATE / lag)
        if len(found) == 3:
            break
    return float(np.median(found))


def test_what_goes_on_stays_up_and_what_ends_falls() -> None:
    counted = [f"Run {k} of {n}" for k, n in ((2, 9), (4, 9), (7, 9), (9, 9), (3, 8), (2, 10))]
    clauses = ["Walk", "Run", "Next, walk", "Next, run", "Last run", "Stand still", "Walk to warm up", *counted]
    going_on = [end_pitch(clip(clause + ",")) for clause in clauses]
    ending = [end_pitch(clip(clause + ".")) for clause in clauses]
    higher = sum(up > down for up, down in zip(going_on, ending, strict=True))
    assert higher >= len(clauses) - 2, list(zip(clauses, going_on, ending, strict=True))
    assert np.mean(going_on) > 1.05 * np.mean(ending)


def test_clauses_are_joined_with_a_breath() -> None:
    parts = ("Run 3 of 8,", "one minute.")
    whole = pack.PackVoice(FILE).say(parts, 100)
    assert len(whole) == sum(len(clip(part)) for part in parts) + round(shape.COMMA_GAP_S * shape.RATE)
