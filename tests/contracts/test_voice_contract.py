"""What every voice promises. The rendering child is where they run; here they are called directly."""

import numpy as np
import pytest

from coach.audio.voices import shape
from coach.audio.voices.base import Voice, speaks
from coach.audio.voices.choice import ENGINES
from coach.errors import SoundUnavailable

CLAUSES = ("Run 3 of 8,", "one minute.")


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> type[Voice]:
    found = ENGINES[request.param]
    try:
        found.available()
    except SoundUnavailable as error:
        pytest.skip(f"{request.param}: {error}")
    return found


@pytest.fixture
def voice(engine: type[Voice]) -> Voice:
    return engine.open("en")


def test_lists_its_voices_with_their_languages(engine: type[Voice]) -> None:
    voices = engine.available()
    assert voices
    for info in voices:
        assert info.engine == engine.engine
        assert info.name
        assert info.languages


def test_opens_a_voice_it_lists_that_speaks_the_language(engine: type[Voice], voice: Voice) -> None:
    info = next(info for info in engine.available() if info.name == voice.name)
    assert speaks(info, "en")
    assert voice.engine == engine.engine
    assert voice.version


def test_opens_the_voice_that_was_named(engine: type[Voice], voice: Voice) -> None:
    assert engine.open("en", voice.name).name == voice.name


def test_refuses_a_language_it_does_not_speak(engine: type[Voice]) -> None:
    with pytest.raises(SoundUnavailable, match="xx"):
        engine.open("xx")


def test_refuses_a_voice_it_does_not_have(engine: type[Voice]) -> None:
    with pytest.raises(SoundUnavailable, match="nobody"):
        engine.open("en", "nobody")


def test_refuses_a_voice_of_another_language(engine: type[Voice], voice: Voice) -> None:
    with pytest.raises(SoundUnavailable):
        engine.open("xx", voice.name)


def test_says_it_in_mono_floats(voice: Voice) -> None:
    assert voice.can_say(CLAUSES)
    said = voice.say(CLAUSES, 100)
    assert said.dtype == np.float32
    assert said.ndim == 1
    assert np.isfinite(said).all()
    start, end = shape.sounding(said)
    assert 0.8 < (end - start) / shape.RATE < 4.0


def test_says_it_the_same_way_each_time(voice: Voice) -> None:
    first, second = (shape.finish(voice.say(CLAUSES, 100)) for _ in range(2))
    lengths = len(first), len(second)
    assert abs(lengths[0] - lengths[1]) < shape.RATE // 50 * 2  # espeak's later calls differ by a few frames


@pytest.mark.parametrize(("rate", "low", "high"), [(50, 1.5, 2.6), (150, 0.55, 0.85), (200, 0.38, 0.72)])
def test_honours_the_rate(voice: Voice, rate: int, low: float, high: float) -> None:
    plain, changed = (shape.sounding(voice.say(CLAUSES, r)) for r in (100, rate))
    ratio = (changed[1] - changed[0]) / (plain[1] - plain[0])
    assert low < ratio < high


def test_is_as_loud_as_the_others_and_never_above_the_peak(voice: Voice) -> None:
    clip = np.frombuffer(shape.finish(voice.say(CLAUSES, 100)), "<i2") / 32768
    assert np.abs(clip).max() <= shape.PEAK + 1e-3
    assert abs(shape.loudness_db(clip.astype(np.float32)) - shape.LOUDNESS_DB) < 2.0


def test_begins_after_the_lead_in(voice: Voice) -> None:
    clip = (np.frombuffer(shape.finish(voice.say(CLAUSES, 100)), "<i2") / 32768).astype(np.float32)
    assert abs(shape.sounding(clip)[0] - shape.LEAD_IN_FRAMES) <= shape.RATE * 5 // 1000
    assert not clip[: shape.LEAD_IN_FRAMES - shape.RATE * 11 // 1000].any()
