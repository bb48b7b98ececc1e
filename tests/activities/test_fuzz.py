"""Damaged files are read, salvaged or refused: nothing crashes or hangs. The bench does the same at length."""

from collections import Counter
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.activities.fuzz import SEEDS, damaged, mutant, outcome


def test_the_seeds_are_whole() -> None:
    assert {kind: outcome(data) for kind, data in SEEDS.items()} == dict.fromkeys(SEEDS, "read")


def test_a_thousand_damaged_files() -> None:
    outcomes = Counter(outcome(mutant(number)[1]) for number in range(1000))
    assert set(outcomes) == {"read", "salvaged", "refused"}
    assert min(outcomes.values()) > 5


@given(st.sampled_from(sorted(SEEDS)), st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_damage_of_any_kind(kind: str, luck: Random) -> None:
    outcome(damaged(SEEDS[kind], luck))


@given(st.binary(max_size=200))
@settings(max_examples=100)
@example(b"")
@example(b"\x0e\x20\x54\x08\xff\xff\xff\xff.FIT\0\0")
def test_whatever_follows_a_head(body: bytes) -> None:
    head = b"\x0e\x20\x54\x08" + len(body).to_bytes(4, "little") + b".FIT\0\0"
    outcome(head + body + b"\0\0")
    outcome(b"<gpx><trk><trkseg>" + body)
    outcome(b"PK\x03\x04" + body)
    outcome(b"\x1f\x8b\x08\0" + body)
