"""Ids rise, whatever the clock does."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from ulid import ULID

from coach.journal.ids import UlidSource
from tests.fakes import EPOCH, SteppingClock


@given(st.lists(st.integers(-(10**7), 10**7), max_size=50), st.booleans())
def test_ids_rise_whatever_the_clock_does(steps_ms: list[int], full: bool) -> None:
    clock = SteppingClock()
    source = UlidSource(clock, random=lambda n: b"\xff" * n if full else b"\0" * n)
    ids = [source.next()]
    for step in steps_ms:
        clock.wall_step += timedelta(milliseconds=step)
        ids.append(source.next())
    assert ids == sorted(set(ids))


def test_an_id_carries_the_clocks_time() -> None:
    clock = SteppingClock(utc=EPOCH + timedelta(microseconds=123_999))
    assert ULID.from_str(UlidSource(clock).next()).datetime == EPOCH + timedelta(milliseconds=123)


def test_an_id_comes_after_the_floor() -> None:
    floor = "7ZZZZZZZZZZZZZZZZZZZZZZZZA"
    source = UlidSource(SteppingClock())
    assert floor < source.next(floor) < source.next(floor)
