"""Speech heard back by pocketsphinx. Its grammar holds every number, run and walk: it is wrong where they are."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from coach.audio.soundbank import CachedSoundBank
from coach.model.cue import Speech
from coach.ports import RATE
from tests.audio.hearing import hearing, listener, samples

CUES = [
    Speech(("Walk to warm up,", "five minutes.")),
    *(Speech((f"Run {k} of 8,", "one minute.")) for k in range(1, 8)),
    Speech(("Walk,", "two minutes.")),
    Speech(("Next, walk,", "two minutes.")),
    Speech(("Next, run,", "one minute.")),
    Speech(("Last run,", "one minute.")),
    Speech(("Run 4 of 5,", "three minutes.")),
    Speech(("Walk,", "thirty seconds.")),
    Speech(("Halfway.",)),
    Speech(("Walk to cool down,", "five minutes.")),
]
DECOYS = ["Stand still, one minute.", "Next, stand still, one minute.", "Paused.", "Last walk, one minute."]


def rendered(folder: Path, voice: str, cues: Sequence[Speech], rate: int = 100) -> list[np.ndarray]:
    bank = CachedSoundBank(folder, voice=voice, rate=rate)
    report = bank.prepare(cues)
    assert not report.missing
    assert not report.warnings
    clips = [bank.clip(cue) for cue in cues]
    return [samples(clip.load()) for clip in clips if clip is not None]


@pytest.fixture(scope="module")
def ears():
    return listener(*(cue.text for cue in CUES), *DECOYS)


def test_every_cue_of_the_pack_is_understood(tmp_path: Path, ears) -> None:
    sounds = rendered(tmp_path, "pack", CUES)
    heard = [" ".join(ears.hear(sound, RATE)) for sound in sounds]
    assert heard == [" ".join(hearing().words(cue.text)) for cue in CUES]


@pytest.mark.parametrize("rate", [80, 125])
def test_faster_and_slower_the_verb_is_still_understood(tmp_path: Path, ears, rate: int) -> None:
    sounds = rendered(tmp_path, "pack", CUES, rate)
    heard = [verb(ears.hear(sound, RATE)) for sound in sounds]
    assert heard == [verb(hearing().words(cue.text)) for cue in CUES]


def test_the_listener_hears_another_verb_where_one_is_said(tmp_path: Path, ears) -> None:
    said = Speech(("Stand still,", "one minute."))
    (sound,) = rendered(tmp_path, "pack", [said])
    assert ears.hear(sound, RATE) == hearing().words(said.text)
    assert ears.hear(sound[::-1].copy(), RATE) != hearing().words(said.text)
    assert ears.hear(np.zeros(RATE, dtype=np.float32), RATE) == []


def verb(words: Sequence[str]) -> str:
    return next((word for word in words if word in ("run", "walk", "stand", "halfway")), "")
