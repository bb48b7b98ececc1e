"""Shaping of speech, and which voice is chosen."""

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.audio.voices import choice, pack, shape
from coach.audio.voices.base import Samples, Voice, VoiceBroken, VoiceInfo, pick, speaking, speaks
from coach.audio.voices.espeak import EspeakVoice
from coach.errors import SoundUnavailable
from coach.resources import shipped

RATE = shape.RATE


def tone(hz: float, seconds: float, amplitude: float = 0.3) -> Samples:
    return (amplitude * np.sin(2 * np.pi * hz * np.arange(int(seconds * RATE)) / RATE)).astype(np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE), dtype=np.float32)


def pitch(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * RATE / len(samples)


class TestShape:
    def test_trims_the_silence_but_not_the_speech(self) -> None:
        cut = shape.trim(np.concatenate([silence(0.5), tone(300, 1.0), silence(0.7)]))
        assert 1.0 <= len(cut) / RATE < 1.06

    def test_a_clip_begins_at_the_lead_in_wherever_the_engine_began(self) -> None:
        for before in (0.0, 0.003, 0.3):
            clip = shape.finish(np.concatenate([silence(before), tone(300, 0.5), silence(0.2)]))
            samples = (np.frombuffer(clip, "<i2") / 32768).astype(np.float32)
            assert abs(shape.sounding(samples)[0] - shape.LEAD_IN_FRAMES) <= RATE * 5 // 1000

    def test_nothing_audible_is_no_clip(self) -> None:
        assert shape.finish(silence(1.0)) == b""
        assert shape.finish(np.zeros(0, dtype=np.float32)) == b""

    @settings(max_examples=60, deadline=None)
    @given(st.floats(0.001, 8.0), st.floats(60, 6000), st.integers(0, 2**32 - 1), st.floats(0, 1))
    def test_never_louder_than_the_peak(self, amplitude: float, hz: float, seed: int, noise: float) -> None:
        noisy = tone(hz, 0.3, amplitude) + noise * np.random.default_rng(seed).standard_normal(int(0.3 * RATE))
        clip = np.frombuffer(shape.finish(noisy.astype(np.float32)), "<i2")
        assert np.abs(clip.astype(int)).max() <= round(shape.PEAK * 32767) + 1

    def test_loud_and_soft_come_out_alike(self) -> None:
        soft, loud = (shape.level(tone(500, 0.5, amplitude)) for amplitude in (0.01, 0.9))
        assert shape.loudness_db(soft) == pytest.approx(shape.LOUDNESS_DB, abs=0.2)
        assert shape.loudness_db(loud) == pytest.approx(shape.LOUDNESS_DB, abs=0.2)

    @pytest.mark.parametrize("rate", [50, 75, 130, 200])
    def test_stretching_changes_the_length_and_not_the_pitch(self, rate: int) -> None:
        plain = tone(220, 1.0)
        changed = shape.stretch(plain, rate)
        start, end = shape.sounding(changed)
        assert (end - start) / RATE == pytest.approx(100 / rate, rel=0.06)
        middle = changed[start + (end - start) // 4 : end - (end - start) // 4]
        assert pitch(middle) == pytest.approx(220, abs=6)

    def test_a_full_stop_pauses_longer_than_a_comma(self) -> None:
        part = tone(300, 0.2)
        comma, stop = (len(shape.join([part, part], clauses)) for clauses in (("a,", "b."), ("a.", "b.")))
        assert comma == pytest.approx(0.4 * RATE + shape.COMMA_GAP_S * RATE, abs=2)
        assert stop == pytest.approx(0.4 * RATE + shape.STOP_GAP_S * RATE, abs=2)


class TestLanguages:
    @pytest.mark.parametrize(
        ("tags", "wanted", "can"),
        [
            (("en-gb",), "en", True),
            (("en_US",), "en-us", True),
            (("en",), "en-us", False),
            (("es",), "e", False),
            (("de",), "DE", True),
            ((), "en", False),
        ],
    )
    def test_a_dialect_speaks_its_language(self, tags: tuple[str, ...], wanted: str, can: bool) -> None:
        assert speaks(VoiceInfo("x", "y", tags), wanted) is can

    def test_a_dialect_nobody_speaks_is_left_to_its_language(self) -> None:
        voices = [VoiceInfo("x", name, (name,)) for name in ("en-us", "de", "en-gb")]
        said = [
            [voice.name for voice in speaking(voices, language)] for language in ("en_GB", "de-at", "en-nz", "xx-y")
        ]
        assert said == [["en-gb"], ["de"], ["en-us", "en-gb"], []]
        assert EspeakVoice.open("de-at").name == "de"

    @pytest.mark.parametrize(
        ("language", "text"),
        [("de", "Laufen, drei von acht, eine Minute."), ("fr", "Courez, une minute."), ("es", "Corre, un minuto.")],
    )
    def test_espeak_speaks_the_shipped_languages(self, language: str, text: str) -> None:
        voice = EspeakVoice.open(language)
        assert voice.name.startswith(language)
        clip = np.frombuffer(shape.finish(voice.say([text], 100)), "<i2")
        assert 0.8 < len(clip) / RATE < 5
        assert np.abs(clip).max() > 0.2 * 32767

    def test_the_languages_sound_different(self) -> None:
        clips = {shape.finish(EspeakVoice.open(language).say(["Minute."], 100)) for language in ("de", "fr", "en")}
        assert len(clips) == 3


class Stub(Voice):
    """A voice that says a tone; ``words`` is all it knows."""

    languages: tuple[str, ...] = ("en",)
    words: tuple[str, ...] | None = None

    @classmethod
    def available(cls) -> Sequence[VoiceInfo]:
        if not cls.languages:
            raise SoundUnavailable(f"{cls.engine} is not installed", remedy="install it")
        return [VoiceInfo(cls.engine, f"{cls.engine}-voice", cls.languages)]

    @classmethod
    def open(cls, language: str, name: str = "") -> Voice:
        pick(cls.available(), cls.engine, language, name)
        return cls()

    @property
    def name(self) -> str:
        return f"{self.engine}-voice"

    @property
    def version(self) -> str:
        return "1"

    def can_say(self, clauses: Sequence[str]) -> bool:
        return self.words is None or set(clauses) <= set(self.words)

    def say(self, clauses: Sequence[str], rate: int) -> Samples:
        return tone(300, 0.5)


def stub(engine: str, *languages: str, words: tuple[str, ...] | None = None) -> type[Voice]:
    return type(engine, (Stub,), {"engine": engine, "languages": languages, "words": words})


@pytest.fixture
def stubs(monkeypatch: pytest.MonkeyPatch) -> None:
    engines = {
        "pack": stub("pack", "en", words=("Run.", "Walk.")),
        "hibari": stub("hibari"),
        "espeak": stub("espeak", "en", "de"),
        "pyttsx3": stub("pyttsx3", "en", "de", "fr"),
    }
    monkeypatch.setattr(choice, "ENGINES", engines)
    monkeypatch.setattr(choice, "USUAL", ("pack", "hibari", "espeak"))


@pytest.mark.usefixtures("stubs")
class TestChoice:
    def test_auto_takes_the_first_that_speaks_the_language(self) -> None:
        for language, engine in (("en", "pack"), ("de", "espeak")):
            chosen = choice.Chain("auto", "", language).first
            assert chosen is not None
            assert chosen.engine == engine

    def test_auto_without_any_voice_is_no_error(self) -> None:
        assert choice.Chain("auto", "", "fr").first is None

    def test_what_the_first_cannot_say_the_next_does(self) -> None:
        chain = choice.Chain("auto", "", "en")
        assert [v.engine for v in chain.able(["Run."])] == ["pack", "espeak"]
        assert [v.engine for v in chain.able(["Run.", "Kenyan hills."])] == ["espeak"]

    def test_an_engine_asked_for_comes_first_and_falls_back_along_the_order(self) -> None:
        chain = choice.Chain("pyttsx3", "", "en")
        assert [v.engine for v in chain.able(["Run."])] == ["pyttsx3", "pack", "espeak"]

    def test_an_engine_asked_for_must_be_there_and_speak_the_language(self) -> None:
        for engine, language in (("hibari", "en"), ("pack", "de"), ("espeak", "fr")):
            with pytest.raises(SoundUnavailable) as caught:
                choice.Chain(engine, "", language)
            assert caught.value.exit_code == 6
            assert caught.value.remedy

    def test_an_engine_that_does_not_work_is_told_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Broken(Stub):
            engine = "hibari"

            @classmethod
            def available(cls) -> Sequence[VoiceInfo]:
                raise VoiceBroken("hibari is unwell", remedy="install it again")

        monkeypatch.setitem(choice.ENGINES, "hibari", Broken)
        for language in ("de", "en"):
            chain = choice.Chain("auto", "", language)
            assert [voice.engine for voice in chain.able(["Kenyan hills."])] == ["espeak"]
            assert chain.able(["Run."])
            assert chain.warnings == ["hibari is unwell — install it again"]

    def test_a_voice_asked_for_by_name_chooses_its_engine(self) -> None:
        chosen = choice.Chain("auto", "espeak-voice", "en").first
        assert chosen is not None
        assert chosen.engine == "espeak"
        with pytest.raises(SoundUnavailable, match="nobody"):
            choice.Chain("auto", "nobody", "en")


def test_a_damaged_pack_is_reported_and_the_next_voice_speaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "voices" / "en" / "pack.zip"
    target.parent.mkdir(parents=True)
    target.write_bytes(b"PK not a zip")
    monkeypatch.setattr(pack, "shipped", lambda _: tmp_path)
    chain = choice.Chain("auto", "", "en")
    assert chain.first is not None
    assert chain.first.engine in ("hibari", "espeak")
    assert "damaged" in chain.warnings[0]
    with pytest.raises(SoundUnavailable, match="damaged"):
        choice.Chain("pack", "", "en")


def test_a_pack_with_a_damaged_clip_still_says_the_rest(tmp_path: Path) -> None:
    source = shipped("sounds") / "voices" / "en" / "pack.zip"
    target = tmp_path / "pack.zip"
    shutil.copy(source, target)
    name = pack.read_manifest(target).clips["Walk."]
    with zipfile.ZipFile(target) as archive:
        offset = archive.getinfo(name).header_offset + 30 + len(name) + 100
    with target.open("r+b") as file:
        file.seek(offset)
        file.write(b"\xff" * 64)
    voice = pack.PackVoice(target)
    with pytest.raises(pack.RenderFailed, match="damaged"):
        voice.say(["Walk."], 100)
    assert len(voice.say(["Run."], 100))
