"""The shipped earcons: whole, short, told apart by melody and rhythm."""

import importlib.util
import wave
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from coach.audio import tones
from coach.audio.soundbank import earcon_faults, read_earcon
from coach.audio.voices.shape import PEAK as SPEECH_PEAK
from coach.errors import SoundUnavailable
from coach.model.cue import SESSION_EARCON, Earcon
from coach.model.workout import Intensity
from coach.ports import RATE
from coach.resources import shipped

FOLDER = shipped("sounds") / "earcons"
INTENSITIES = [intensity.value for intensity in Intensity]


def load(name: str) -> np.ndarray:
    return np.frombuffer(read_earcon(FOLDER / f"{name}.wav"), "<i2").astype(float) / 32768


def notes(name: str) -> list[tuple[float, float]]:
    """(pitch, seconds) of each note, found by ear: pitch by its strongest partial below 1.5 kHz."""
    sound = load(name)
    window = RATE // 200
    loud = np.array([np.abs(sound[i : i + window]).max() for i in range(0, len(sound) - window, window)]) > 0.03
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(int), [0]])))
    found: list[tuple[float, float]] = []
    for start, end in edges.reshape(-1, 2) * window:
        piece = sound[start:end]
        spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece)), 8 * len(piece)))
        found.append((float(np.argmax(spectrum)) * RATE / (8 * len(piece)), len(piece) / RATE))
    return found


@pytest.mark.parametrize("name", tones.MELODIES)
def test_file_is_what_the_script_makes(name: str) -> None:
    assert read_earcon(FOLDER / f"{name}.wav") == tones.samples(name)


def test_the_script_writes_the_same_files(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_earcons", shipped("sounds") / "make_earcons.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    written = script.write(tmp_path)
    assert {path.name for path in written} == {path.name for path in FOLDER.glob("*.wav")}
    for path in written:
        assert path.read_bytes() == (FOLDER / path.name).read_bytes()


def test_there_is_one_for_everything_that_asks_for_one() -> None:
    asked = {*INTENSITIES, "beep", *(e.name for e in SESSION_EARCON.values() if isinstance(e, Earcon))}
    assert asked <= set(tones.MELODIES)
    assert earcon_faults() == []


@pytest.mark.parametrize("name", tones.MELODIES)
def test_mixed_with_speech_it_cannot_clip(name: str) -> None:
    assert np.abs(load(name)).max() + SPEECH_PEAK < 1.0
    assert 0.3 < np.abs(load(name)).max() <= 0.401


@pytest.mark.parametrize("name", tones.MELODIES)
def test_begins_at_once_and_without_a_click(name: str) -> None:
    sound = load(name)
    assert abs(sound[0]) < 0.002
    assert abs(sound[-1]) < 0.002
    assert np.abs(sound[: RATE // 50]).max() > 0.05  # a boundary is heard within 20 ms
    # A click is a jump; the steepest slope of the brightest tone stays well under it.
    assert np.abs(np.diff(sound)).max() < 0.2


@pytest.mark.parametrize("name", INTENSITIES)
def test_is_short(name: str) -> None:
    assert 0.25 <= len(load(name)) / RATE <= 0.45


def test_the_beep_is_a_tenth_of_a_second() -> None:
    assert len(load("beep")) == RATE // 10


def test_running_rises_and_walking_falls() -> None:
    run, walk = [pitch for pitch, _ in notes("active")], [pitch for pitch, _ in notes("recovery")]
    assert run == sorted(run)
    assert run[-1] > 1.4 * run[0]
    assert walk == sorted(walk, reverse=True)
    assert walk[-1] < 0.75 * walk[0]


def test_running_is_brighter_than_walking() -> None:
    def centre(name: str) -> float:
        spectrum = np.abs(np.fft.rfft(load(name))) ** 2
        return float((spectrum * np.fft.rfftfreq(len(load(name)), 1 / RATE)).sum() / spectrum.sum())

    assert centre("active") > 1.5 * centre("recovery")


@pytest.mark.parametrize(("one", "other"), list(combinations(INTENSITIES, 2)))
def test_no_two_share_melody_or_rhythm(one: str, other: str) -> None:
    first, second = notes(one), notes(other)
    rhythms = [[round(seconds, 2) for _, seconds in found] for found in (first, second)]
    melodies = [[round(12 * np.log2(pitch / 440)) for pitch, _ in found] for found in (first, second)]
    assert rhythms[0] != rhythms[1]
    assert melodies[0] != melodies[1]


def test_a_file_of_another_shape_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "beep.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(b"\0" * 400)
    with pytest.raises(SoundUnavailable, match="2 channels of 16 bits at 44100 Hz"):
        read_earcon(path)
