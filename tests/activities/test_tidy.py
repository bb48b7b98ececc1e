"""Order, doubles and units, for whatever figures there are."""

from datetime import timedelta
from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from coach.activities.fit import read_fit
from coach.activities.tidy import growing, in_order
from coach.model.activity import Record
from tests.activities.files import FIELDS, at, fit, record, session

seconds = st.lists(st.integers(0, 9), max_size=9)


def rises(values: list[int]) -> bool:
    return all(a <= b for a, b in pairwise(values))


def longest(values: list[int]) -> int:
    """By trying all."""
    for size in range(len(values), 0, -1):
        if any(rises(list(some)) for some in combinations(values, size)):
            return size
    return 0


@given(seconds)
@settings(max_examples=60)
def test_the_longest_row_in_order_is_kept(times: list[int]) -> None:
    records, faults = in_order([Record(at(n), distance_m=place) for place, n in enumerate(times)])
    kept = [record.at for record in records]
    assert kept == sorted(set(kept))
    assert set(kept) <= {at(n) for n in times}
    lost = int(faults[0].split()[0]) if faults else 0
    assert lost == len(times) - longest(times)
    assert all(times[int(record.distance_m or 0)] == (record.at - at(0)) // timedelta(seconds=1) for record in records)


@given(seconds)
@settings(max_examples=60)
def test_distances_never_shrink(ways: list[int]) -> None:
    records = growing([Record(at(n), distance_m=way) for n, way in enumerate(ways)])
    left = [record.distance_m for record in records if record.distance_m is not None]
    assert len(records) == len(ways)
    assert len(left) == longest(ways)
    assert left == sorted(left)


@given(st.lists(st.tuples(st.integers(0, 3), st.none() | st.integers(60, 200), st.none() | st.integers(1, 90))))
@settings(max_examples=60)
def test_of_one_instant_the_last_word_on_each_figure_holds(told: list[tuple[int, int | None, int | None]]) -> None:
    told.sort(key=lambda each: each[0])
    records, faults = in_order([Record(at(n), heart_rate=heart, cadence=step) for n, heart, step in told])
    assert faults == []
    for each in records:
        same = [(heart, step) for n, heart, step in told if at(n) == each.at]
        assert each.heart_rate == next((heart for heart, _ in reversed(same) if heart is not None), None)
        assert each.cadence == next((step for _, step in reversed(same) if step is not None), None)


# Scale, offset and what is believed of each field, as the profile has them.
MEANT = {
    "distance": (100, 0, 0, 2_000_000, "distance_m"),
    "enhanced_speed": (1000, 0, 0, 100, "speed_mps"),
    "heart_rate": (1, 0, 20, 260, "heart_rate"),
    "enhanced_altitude": (5, 500, -1000, 10_000, "altitude_m"),
    "stance_time": (10, 0, 1, 5000, "stance_ms"),
    "stance_time_balance": (100, 0, 1, 99, "balance_left"),
    "vertical_oscillation": (10, 0, 0.1, 1000, "oscillation_mm"),
    "temperature": (1, 0, -60, 80, "temperature_c"),
}
BITS = {"B": (0, 2**8 - 1), "b": (-(2**7), 2**7 - 1), "H": (0, 2**16 - 1), "I": (0, 2**32 - 1)}


@given(st.data())
@settings(max_examples=60)
def test_any_figure_of_a_record_is_read_or_unknown(data: st.DataObject) -> None:
    given_ones = {
        name: data.draw(st.integers(*BITS[FIELDS["record"][name][1][1]]) | st.just(FIELDS["record"][name][1][2]), name)
        for name in data.draw(st.sets(st.sampled_from(sorted(MEANT))))
    }
    [activity] = read_fit(fit(record(7, **given_ones), session()), "x")
    want = Record(at(7))
    for name, raw in given_ones.items():
        scale, offset, low, high, figure = MEANT[name]
        value = raw / scale - offset
        if raw != FIELDS["record"][name][1][2] and low <= value <= high:
            want = want._replace(**{figure: value})
    assert activity.records == (want,)
