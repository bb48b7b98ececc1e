"""Session clock and monotonic clock."""

from hypothesis import given
from hypothesis import strategies as st

from coach.session.timebase import Timebase

NS = 1_000_000_000
speeds = st.one_of(st.sampled_from([1.0, 2.5, 26.0, 1.1, 0.5]), st.floats(0.1, 10_000))
instants = st.integers(0, 10**16)


@given(instants, instants, speeds, st.integers(0, 6 * 3600 * NS))
def test_the_instant_given_is_the_first_at_which_the_session_clock_is_there(
    zero: int, position: int, speed: float, ahead: int
) -> None:
    base = Timebase(zero, position, speed)
    wake = base.monotonic(position + ahead)
    assert base.session(wake) >= position + ahead
    if wake > zero:
        assert base.session(wake - 1) < position + ahead


@given(instants, speeds)
def test_it_begins_at_its_position_and_keeps_its_pace(zero: int, speed: float) -> None:
    base = Timebase(zero, 7 * NS, speed)
    assert base.session(zero) == base.session(zero - NS) == 7 * NS
    assert abs(base.session(zero + 3600 * NS) - 7 * NS - 3600 * NS * speed) <= 3600 * NS * speed * 1e-15 + 1


def test_at_natural_speed_it_never_rounds() -> None:
    base = Timebase(10**18 + 1, 3, 1.0)
    assert base.session(base.monotonic(5 * 10**15 + 7)) == 5 * 10**15 + 7
