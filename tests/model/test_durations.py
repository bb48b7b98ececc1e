"""Times and distances as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.model.durations import clock_text, spell, spell_ms
from coach.model.workout import DistanceDuration, OpenDuration, TimeDuration


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0:00"),
        (999, "0:00"),
        (5_000, "0:05"),
        (65_000, "1:05"),
        (34 * 60_000, "34:00"),
        (59 * 60_000 + 59_999, "59:59"),
        (3_600_000, "1:00:00"),
        (3_723_000, "1:02:03"),
        (36_000_000, "10:00:00"),
        (-65_000, "-1:05"),
    ],
)
def test_clock_text(ms: int, text: str) -> None:
    assert clock_text(ms) == text


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (1_000, "1 s"),
        (15_000, "15 s"),
        (60_000, "1 min"),
        (90_000, "1 min 30 s"),
        (300_000, "5 min"),
        (3_600_000, "1 h"),
        (5_400_000, "1 h 30 min"),
        (3_601_000, "1 h 1 s"),
        (1_500, "1.5 s"),
        (1, "0.001 s"),
        (60_050, "1 min 0.05 s"),
    ],
)
def test_spelt_times(ms: int, text: str) -> None:
    assert spell(TimeDuration(ms=ms)) == text
    assert spell_ms(ms) == text


@pytest.mark.parametrize(
    ("cm", "text"),
    [
        (40_000, "400 mtr"),
        (100_000, "1 km"),
        (150_000, "1.5 km"),
        (99_950, "999.5 mtr"),
        (1, "0.01 mtr"),
        (40_234, "0.25 mi"),
        (160_934, "1 mi"),
        (500_000, "5 km"),
        (40_235, "402.35 mtr"),
    ],
)
def test_spelt_distances(cm: int, text: str) -> None:
    assert spell(DistanceDuration(cm=cm)) == text


def test_open_and_nothing() -> None:
    assert spell(OpenDuration()) == "open"
    assert spell_ms(0) == "0 s"


@given(st.integers(0, 200 * 3600))
def test_a_clock_can_be_read_back(seconds: int) -> None:
    total = 0
    for part in clock_text(seconds * 1000).split(":"):
        total = total * 60 + int(part)
    assert total == seconds
