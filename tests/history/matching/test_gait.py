"""Running told from walking, and running that cannot be ruled out counted as such."""

import math
import random
from dataclasses import replace

import pytest

from coach.history.matching.cells import Caveat
from coach.history.matching.gait import Track, track
from coach.history.matching.ran import Ran, ran
from coach.model.activity import Activity, Pause, Record, RecordedLap, Split
from tests.history.matching.recordings import NOON, R, S, W, bare, paused, recorded, second, without
from tests.synthetic import ORDINARY, Kind, marks_of


def told(activity: Activity) -> list[tuple[str, int, int]]:
    return [(s.gait.value, round(s.start), round(s.end)) for s in track(activity).stretches]


def figures(activity: Activity) -> Ran:
    return ran(track(activity))


@pytest.mark.parametrize("kind", ORDINARY)
def test_ordinary_runs_are_read_right(kind: Kind) -> None:
    """The goals of the bench, on few runs: 97 % of seconds, 99 % of intervals; and hardly any running uncounted."""
    marks = marks_of(kind, (0, 3))
    assert marks.seconds_right / marks.seconds >= 0.97
    assert marks.intervals_right / marks.intervals >= 0.99
    assert marks.missed / marks.ran <= 0.02


def test_a_walk_and_a_run_change_where_they_did() -> None:
    assert told(recorded((W, 120), (R, 60), (W, 90), (S, 30), (W, 60))) == [
        ("walk", 0, 120), ("run", 120, 180), ("walk", 180, 270), ("stand", 270, 300), ("walk", 300, 360)
    ]  # fmt: skip


def test_each_runner_has_gaits_of_their_own() -> None:
    """The same 2.0 m/s at 140 steps is one runner's jog and would be another's fastest walk."""
    parts = recorded((W, 240), (R, 120), (W, 240), (R, 120), (W, 60))
    speeds = {2.4: (2.0, 146.0), 1.4: (1.8, 128.0)}
    slow = replace(
        parts,
        records=tuple(
            r._replace(speed_mps=speeds[r.speed_mps or 0][0], cadence=speeds[r.speed_mps or 0][1], distance_m=None)
            for r in parts.records
        ),
    )
    found = track(slow)
    assert [s.gait for s in found.stretches] == [W, R, W, R, W]
    assert found.gaits.walk_cadence.mean == pytest.approx(128, abs=3)
    assert found.gaits.run_cadence.mean == pytest.approx(146, abs=3)


@pytest.mark.parametrize("shuffle", [160.0, 150.0, 146.0])
def test_a_shuffle_uphill_is_running(shuffle: float) -> None:
    """As a real recording has it: 160 steps a minute at 1.8 m/s, from one who else runs 3.6 m/s at 166."""
    flat = recorded((R, 1200), (W, 200), (R, 200), (W, 60))
    hilly = [r._replace(speed_mps=3.6, cadence=166.0) for r in flat.records[:1200]]
    hilly += [r._replace(speed_mps=1.8, cadence=shuffle) if r.cadence == 162 else r for r in flat.records[1200:]]
    stretches = track(replace(flat, records=tuple(hilly))).stretches
    assert [s.gait for s in stretches] == [R, W, R, W]
    assert stretches[2].confidence > 0.9


def test_cadence_missed_or_halved_does_not_end_a_run() -> None:
    whole = recorded((W, 120), (R, 240), (W, 120))
    odd = {**dict.fromkeys(range(150, 180), 0.0), **dict.fromkeys(range(220, 240), 81.0)}
    records = tuple(r._replace(cadence=odd.get(n, r.cadence)) for n, r in enumerate(whole.records))
    assert told(replace(whole, records=records)) == [("walk", 0, 120), ("run", 120, 360), ("walk", 360, 480)]


@pytest.mark.parametrize(
    ("speed", "cadence", "run_ms", "sure_ms"),
    [
        (1.5, 115.0, 0, 0),
        (2.5, 160.0, 900_000, 900_000),
        (1.7, 150.0, 900_000, 900_000),
        (2.0, 136.0, 900_000, 0),
        (1.5, None, 0, 0),
        (1.9, None, 900_000, 0),
        (2.4, None, 900_000, 900_000),
    ],
)
def test_of_one_gait_alone_a_long_recording_says_no_more_than_a_short_one(
    speed: float, cadence: float | None, run_ms: int, sure_ms: int
) -> None:
    """At 2.0 m/s one may walk or jog; a quarter of an hour of it makes that no surer."""
    chance = random.Random(1)
    error = 0.0
    records: list[Record] = []
    for n in range(900):
        error = 0.85 * error + chance.gauss(0, 0.1)
        steps = None if cadence is None else round(cadence + chance.gauss(0, 2))
        records.append(Record(NOON + second(n), speed_mps=max(0.0, speed + error), cadence=steps))
    found = figures(Activity("gpx", "running", NOON, NOON + second(900), records=tuple(records)))
    assert (found.run_ms, found.sure_run_ms) == (run_ms, sure_ms)


def test_strides_are_taken_for_what_they_are() -> None:
    whole = recorded((R, 600))
    strides = replace(whole, records=tuple(r._replace(cadence=81.0) for r in whole.records))
    found = figures(strides)
    assert Caveat.STRIDES in found.caveats
    assert found.run_ms == 600_000
    assert found.steps == 1620


def test_a_gap_of_which_nothing_is_known_counts_as_running() -> None:
    gap = bare(without(recorded((W, 300), (R, 60), (W, 300)), 100, 200), "distance_m")
    found = figures(replace(gap, timer_ms=None))
    assert {Caveat.GAPS, Caveat.DOUBTFUL} <= found.caveats
    assert found.run_ms >= 60_000 + 85_000
    assert found.sure_run_ms == pytest.approx(60_000, abs=3000)
    assert found.doubtful_ms == found.run_ms - found.sure_run_ms
    assert found.bout_ms > 60_000


def test_the_distance_tells_what_was_done_in_a_gap() -> None:
    walked = figures(replace(without(recorded((W, 300), (R, 60), (W, 300)), 100, 200), timer_ms=None))
    assert walked.run_ms == pytest.approx(60_000, abs=3000)
    stood = figures(replace(without(recorded((W, 100), (S, 100), (W, 100)), 100, 200), timer_ms=None))
    assert stood.run_ms == 0
    assert stood.stood_ms == pytest.approx(100_000, abs=12_000)


def test_in_a_gap_the_timer_did_not_run_for_nobody_ran() -> None:
    gap = bare(without(recorded((W, 100), (R, 100), (W, 100)), 100, 200), "distance_m")
    assert figures(replace(gap, timer_ms=200_000)).run_ms == 0
    assert figures(replace(gap, timer_ms=300_000)).run_ms > 80_000


def test_who_ran_on_while_the_watch_stood_still_ran() -> None:
    def placed(activity: Activity, mps: float) -> Activity:
        north = [48 + mps * (r.at - NOON).total_seconds() / 111_195 for r in activity.records]
        return replace(
            activity,
            records=tuple(r._replace(latitude=n, longitude=11.0) for r, n in zip(activity.records, north, strict=True)),
        )

    on = figures(placed(paused(recorded((R, 300)), 100, 200), 2.4))
    assert Caveat.MOVED_IN_PAUSE in on.caveats
    assert on.run_ms == pytest.approx(300_000, abs=2000)
    stopped = figures(placed(paused(recorded((R, 300)), 100, 200), 0.1))
    assert Caveat.MOVED_IN_PAUSE not in stopped.caveats
    assert stopped.run_ms == 200_000


@pytest.mark.parametrize(("sport", "counts"), [("running", 900_000), ("", 900_000), ("walking", 0), ("cycling", 0)])
def test_of_a_file_without_readings_the_whole_is_run_unless_it_says_otherwise(sport: str, counts: int) -> None:
    found = figures(Activity("tcx", sport, NOON, NOON + second(900)))
    assert found.run_ms == counts
    assert found.sure_run_ms == 0
    assert Caveat.NO_READINGS in found.caveats


def test_a_file_without_readings_is_believed_for_no_longer_than_a_day_on_foot() -> None:
    found = figures(Activity("tcx", "running", NOON, NOON + second(9 * 365 * 86_400)))
    assert found.run_ms == 14 * 3_600_000
    assert Caveat.LOST_TIME in found.caveats


def test_a_leap_in_the_distance_is_nobody_s_way() -> None:
    whole = recorded((R, 60))
    leapt = tuple(r._replace(distance_m=(r.distance_m or 0) + 1e6 * (n >= 30)) for n, r in enumerate(whole.records))
    assert figures(replace(whole, records=leapt)).distance_m == pytest.approx(144, abs=6)


def test_laps_stand_in_for_readings() -> None:
    laps = tuple(
        RecordedLap(NOON + second(start), NOON + second(start + 60), 60_000, 60 * mps, cadence=cadence)
        for start, mps, cadence in ((0, 1.4, 115), (60, 2.5, 160), (120, 1.4, 115))
    )
    found = track(Activity("tcx", "running", NOON, NOON + second(180), laps=laps))
    assert [(s.gait, s.counts) for s in found.stretches] == [(W, False), (R, True), (W, False)]


def test_the_watch_s_own_splits_tell_where_little_else_does_and_are_not_added_up() -> None:
    blind = bare(recorded((W, 120), (R, 60), (W, 120)), "cadence", "speed_mps", "distance_m")
    spans = ((W, 0, 120), (R, 120, 180), (W, 180, 300))
    splits = tuple(Split(gait, NOON + second(start), NOON + second(end)) for gait, start, end in spans)
    found = figures(replace(blind, splits=splits))
    assert found.sure_run_ms == pytest.approx(60_000, abs=2000)
    assert found.run_ms + found.walked_ms + found.stood_ms == 300_000
    twice = figures(replace(blind, splits=(*splits, *splits)))
    assert twice == found


def test_a_split_that_the_sensors_plainly_deny_does_not_hide_a_run() -> None:
    whole = replace(recorded((R, 300)), splits=(Split(W, NOON, NOON + second(300)),))
    assert figures(whole).sure_run_ms == 300_000


def test_a_run_recorded_as_a_walk_is_a_run() -> None:
    assert figures(recorded((W, 60), (R, 300), (W, 60), sport="walking")).sure_run_ms == pytest.approx(
        300_000, abs=3000
    )
    assert figures(recorded((R, 300), sport="hiking")).sure_run_ms == 300_000


def test_a_ride_is_no_run() -> None:
    found = figures(recorded((R, 300), sport="cycling"))
    assert (found.run_ms, found.stood_ms) == (0, 300_000)
    assert Caveat.NOT_ON_FOOT in found.caveats


def test_a_date_gone_wrong_makes_no_load() -> None:
    whole = recorded((W, 60), (R, 60))
    stray = Record(NOON + second(9 * 365 * 86_400), speed_mps=1.4, cadence=114.0)
    found = figures(replace(whole, records=(*whole.records, stray), timer_ms=None))
    assert Caveat.LOST_TIME in found.caveats
    assert found.run_ms == pytest.approx(60_000, abs=6000)


def test_figures_that_can_be_none_are_left_out() -> None:
    whole = recorded((W, 120), (R, 60), (W, 60))
    odd = {10: math.nan, 70: math.inf, 150: -3.0, 200: 1e9}
    records = tuple(
        r._replace(speed_mps=odd[n], cadence=odd[n], distance_m=odd[n]) if n in odd else r
        for n, r in enumerate(whole.records)
    )
    assert told(replace(whole, records=records)) == told(whole)


def test_what_was_salvaged_says_so() -> None:
    assert Caveat.SALVAGED in figures(replace(recorded((R, 60)), faults=("byte 90: cut short",))).caveats


def test_readings_within_a_pause_are_not_on_the_timer() -> None:
    whole = recorded((W, 60), (R, 60), (W, 60))
    stopped = replace(whole, pauses=(Pause(NOON + second(60), NOON + second(120)),))
    assert figures(stopped).run_ms == 0
    assert figures(stopped).walked_ms == 120_000


def test_a_stretch_can_be_asked_for() -> None:
    found: Track = track(paused(recorded((W, 60), (R, 60), (W, 60)), 130, 150))
    at = [found.at(s) for s in (30, 90, 140, 170, 999)]
    assert [None if s is None else s.gait for s in at] == [W, R, None, W, None]
