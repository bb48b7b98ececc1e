"""One run, however often and in whatever form it comes, is one activity."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from coach.activities.reading import read_activities
from coach.history.identity import Brief, as_one, brief, by_richness, is_same
from coach.model.syntax import parse
from exporters import activity_fit, activity_tcx
from exporters.contract import activity_sheet

DAY = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def rec(start: float, length: float, id: str = "a", sport: str = "running", form: str = "fit", **more: object) -> Brief:  # noqa: A002
    begin = DAY + timedelta(minutes=start)
    return Brief(id, form, sport, begin, begin + timedelta(minutes=length))._replace(**more)


def ids(groups: list[tuple[Brief, ...]]) -> list[list[str]]:
    return [[each.id for each in group] for group in groups]


def test_a_session_as_fit_and_tcx_and_cut_short_is_one() -> None:
    sheet = activity_sheet(parse("5m warmup, 4x(1m run, 2m walk)"))
    fit = activity_fit.exporter.export(sheet).data
    files = {"whole.fit": fit, "cut.fit": fit[:-90], "x.tcx": activity_tcx.exporter.export(sheet).data}
    known = [brief(each, name) for name, data in files.items() for each in read_activities(data, name)]
    [group] = as_one(known)
    assert [each.id for each in group] == ["whole.fit", "x.tcx", "cut.fit"]
    assert group[0].steps
    assert not group[2].intact


def test_neighbours_are_not_one() -> None:
    """Also where the watch's seconds overlap, as between the parts of a multi-sport file."""
    morning, next_one, evening = rec(0, 30, "a"), rec(29.97, 30, "b"), rec(600, 30, "c")
    assert ids(as_one([evening, next_one, morning])) == [["a"], ["b"], ["c"]]


def test_a_late_start_and_an_early_end_are_one() -> None:
    whole = rec(0, 30, "a")
    for start, length in ((5, 25), (0, 4), (28, 2), (-3, 30), (14.9, 30), (30.05, 0)):
        assert is_same(whole, rec(start, length, "b")), (start, length)


def test_a_ride_at_the_time_of_a_run_is_another() -> None:
    assert not is_same(rec(0, 30), rec(0, 30, "b", "cycling"))
    assert is_same(rec(0, 30), rec(0, 30, "b", "walking"))
    assert is_same(rec(0, 30), rec(0, 30, "b", ""))
    assert is_same(rec(0, 30, "a", "cycling"), rec(0, 30, "b", "generic"))


def test_two_halves_are_joined_by_the_whole() -> None:
    first, second, whole = rec(0, 14, "a"), rec(16, 14, "b"), rec(0, 30, "c")
    assert ids(as_one([first, second])) == [["a"], ["b"]]
    assert ids(as_one([first, second, whole])) == [["c", "a", "b"]]


def test_what_tells_most_comes_first() -> None:
    best = [
        rec(0, 30, "steps", steps=True, figures=3),
        rec(0, 30, "dynamics", figures=9),
        rec(0, 30, "laps", figures=5, laps=7),
        rec(0, 30, "fit", figures=5),
        rec(0, 29, "tcx", form="tcx", figures=5),
        rec(0, 30, "gpx", form="gpx", figures=5),
        rec(0, 30, "damaged", intact=False, steps=True, figures=12),
        rec(0, 20, "half", steps=True, figures=12),
    ]
    assert [each.id for each in by_richness(best[::-1])] == [each.id for each in best]


recordings = st.lists(
    st.builds(
        rec,
        st.integers(0, 120),
        st.integers(0, 60),
        st.sampled_from([f"{n:02}" for n in range(30)]),
        st.sampled_from(["running", "walking", "", "cycling"]),
        st.sampled_from(["fit", "tcx", "gpx"]),
        intact=st.booleans(),
        figures=st.integers(1, 12),
    ),
    max_size=10,
)


@given(recordings, st.randoms(use_true_random=False))
@settings(max_examples=60)
@example([rec(1, 0, "x", "running"), rec(1, 0, "x", "walking")], Random(3))
def test_order_and_repetition_change_nothing(given_ones: list[Brief], luck: Random) -> None:
    groups = as_one(given_ones)
    again = [*given_ones, *given_ones]
    luck.shuffle(again)
    assert as_one(again) == groups
    assert sorted(each for group in groups for each in group) == sorted(set(given_ones)), "none is lost, none made"
    starts = [min(each.start for each in group) for group in groups]
    assert starts == sorted(starts)
    for one in set(given_ones):
        assert is_same(one, one)
        for other in set(given_ones):
            assert is_same(one, other) == is_same(other, one)
            if is_same(one, other):
                assert any(one in group and other in group for group in groups)


@given(recordings)
@settings(max_examples=50)
def test_what_is_put_together_hangs_together(given_ones: list[Brief]) -> None:
    """Within a group one is reached from any other by recordings that are the same."""
    for group in as_one(given_ones):
        reached, ahead = set(), [group[0]]
        while ahead:
            one = ahead.pop()
            reached.add(one)
            ahead += [other for other in group if is_same(one, other) and other not in reached]
        assert reached == set(group)


@given(st.lists(st.integers(5, 40), min_size=1, max_size=8), st.data())
@settings(max_examples=50)
def test_runs_one_after_the_other_each_from_several_sources(lengths: list[int], data: st.DataObject) -> None:
    runs, start = [], 0.0
    for number, length in enumerate(lengths):
        runs.append(rec(start, length, f"{number}"))
        start += length + data.draw(st.integers(1, 300))
    copies = [
        replace_start(run, data.draw(st.floats(0, 0.4)), f"{run.id}-{form}", form)
        for run in runs
        for form in ("tcx", "gpx")
    ]
    groups = as_one([*copies, *runs])
    assert [{each.id[0] for each in group} for group in groups] == [{run.id} for run in runs]
    assert all(len(group) == 3 for group in groups)
    assert all(a[0].end <= b[0].start for a, b in pairwise(groups))


def replace_start(run: Brief, lost: float, id: str, form: str) -> Brief:  # noqa: A002
    return run._replace(start=run.start + run.length * lost, id=id, form=form)


def test_a_salvaged_file_is_not_intact() -> None:
    [activity] = read_activities(activity_fit.exporter.export(activity_sheet(parse("1m run"))).data, "x")
    assert brief(activity, "x").intact
    assert not brief(replace(activity, faults=("cut",)), "x").intact
