"""What is read of a FIT file, and what happens where it is damaged."""

import struct
from datetime import UTC, datetime, timedelta

import pytest

from coach.activities import fit as reader
from coach.activities import fit_scan
from coach.activities.fit import read_fit
from coach.errors import BadInput
from coach.model.activity import Activity, Device, Gait, Pause, Record, RecordedStep, RecordedWorkout, Split
from coach.model.workout import Intensity
from tests.activities.files import (
    BEGIN,
    CYCLING,
    RUNNING,
    START,
    STOP_ALL,
    WALKING,
    at,
    crc,
    fit,
    lap,
    message,
    record,
    records,
    session,
    small_fit,
    timer,
)


def only(data: bytes) -> Activity:
    [activity] = read_fit(data, "x.fit")
    return activity


def test_a_record_is_read_wholly() -> None:
    told = record(
        5, position_lat=2**29, position_long=-(2**28), altitude=3000, heart_rate=151, cadence=88, fractional_cadence=64,
        distance=12345, speed=2900, temperature=-3, vertical_oscillation=840, stance_time=2450,
        stance_time_balance=4988,
    )  # fmt: skip
    assert only(fit(told, session())).records == (
        Record(at(5), 123.45, 2.9, 177.0, 151, 45.0, -22.5, 100.0, 245.0, 49.88, 84.0, -3),
    )


def test_what_is_not_given_is_none_and_what_cannot_be_too() -> None:
    nothing = record(1, heart_rate=None, cadence=None, distance=None, speed=None, temperature=None, altitude=None)
    absurd = record(2, heart_rate=7, distance=4_000_000_000, stance_time=0, position_lat=0, position_long=0)
    assert only(fit(nothing, absurd, session())).records == (Record(at(1)), Record(at(2)))


def test_the_finer_field_holds() -> None:
    both = record(1, speed=2000, enhanced_speed=2750, altitude=3000, enhanced_altitude=3100)
    [found] = only(fit(both, session())).records
    assert (found.speed_mps, found.altitude_m) == (2.75, 120.0)


@pytest.mark.parametrize(
    ("sport", "cadence", "steps"),
    [(RUNNING, 85, 170), (WALKING, 56, 112), (CYCLING, 85, None), (RUNNING, 172, 172)],
    ids=["running", "walking", "pedals", "a program that counts steps"],
)
def test_cadence_is_of_both_feet(sport: int, cadence: int, steps: int | None) -> None:
    activity = only(
        fit(*records(20, cadence), lap(0, 60, avg_cadence=cadence, total_cycles=cadence), session(sport=sport))
    )
    assert {each.cadence for each in activity.records} == {steps}
    assert (activity.laps[0].cadence, activity.laps[0].steps) == (steps, steps)


def test_the_fraction_of_a_laps_cadence() -> None:
    told = lap(0, 60, avg_cadence=84, avg_fractional_cadence=96, total_cycles=85, avg_heart_rate=None)
    [found] = only(fit(told, session())).laps
    assert (found.cadence, found.steps, found.heart_rate) == (169.5, 170, None)


def test_one_spike_does_not_make_strides_steps() -> None:
    activity = only(fit(*records(20), record(20, cadence=250), session()))
    assert activity.records[0].cadence == 170


@pytest.mark.parametrize(
    ("hours", "offset"),
    [(1, timedelta(hours=1)), (-3.5, timedelta(hours=-3.5)), (5.75, timedelta(hours=5.75)), (30, None), (0.3, None)],
)
def test_local_time(hours: float, offset: timedelta | None) -> None:
    end = message("activity", timestamp=at(60), local_timestamp=at(60 + hours * 3600))
    assert only(fit(record(0), session(), end)).offset == offset


def test_a_run_across_the_end_of_summer_time() -> None:
    """Instants go on evenly; the offset is that of the end, which is when the watch wrote it."""
    begin = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in Berlin; at 01:00 UTC it is 02:00 again
    ticks = [message("record", timestamp=begin + timedelta(minutes=n)) for n in range(61)]
    whole = message("session", start_time=begin, total_elapsed_time=3600_000, timestamp=begin + timedelta(hours=1))
    end = begin + timedelta(hours=1)
    activity = only(fit(*ticks, whole, message("activity", timestamp=end, local_timestamp=end + timedelta(hours=1))))
    assert [each.at for each in activity.records] == [begin + timedelta(minutes=n) for n in range(61)]
    assert (activity.start, activity.end, activity.offset) == (begin, end, timedelta(hours=1))


def test_a_watch_that_never_knew_the_date() -> None:
    """It counts from when it was switched on; only the local time at the end says when that was."""
    end = message("activity", timestamp=5060, local_timestamp=at(60))
    activity = only(
        fit(
            message("record", timestamp=5000),
            message("lap", start_time=5000, total_elapsed_time=60000),
            message("session", start_time=5000, total_elapsed_time=60000, sport=RUNNING),
            end,
        )
    )
    assert (activity.start, activity.records[0].at, activity.laps[0].start) == (BEGIN, BEGIN, BEGIN)
    assert activity.offset is None
    assert any("knew no date" in fault for fault in activity.faults)


def test_pauses() -> None:
    activity = only(
        fit(
            timer(0, START), timer(10, STOP_ALL), timer(12, STOP_ALL), timer(20, START), timer(25, START),
            timer(30, STOP_ALL), timer(31, START), timer(50, STOP_ALL), session(0, 60, total_timer_time=39000),
        )
    )  # fmt: skip
    assert activity.pauses == (Pause(at(10), at(20)), Pause(at(30), at(31)), Pause(at(50), at(60)))


def test_a_stop_that_nothing_ended_is_one_only_if_the_sum_says_so() -> None:
    """As in the second sport of two, before which the timer stopped."""
    first, second = read_fit(fit(timer(0, START), timer(60, STOP_ALL), session(0, 60), session(65, 60)), "x")
    assert first.pauses == second.pauses == ()


def test_what_follows_the_last_stop_is_no_pause() -> None:
    """The file is saved some time after the run; its sums end at the stop."""
    activity = only(fit(timer(0, START), timer(60, STOP_ALL), session(0, 59.9, timestamp=at(90))))
    assert activity.pauses == ()
    assert activity.end == at(59.9)


def test_splits_are_the_watchs_own_gaits() -> None:
    activity = only(
        fit(
            message("split", split_type=18, start_time=at(30), total_elapsed_time=20000),
            message("split", split_type=17, start_time=at(0), end_time=at(30)),
            message("split", split_type=22, start_time=at(50), total_elapsed_time=10000),
            message("split", split_type=0, start_time=at(0), total_elapsed_time=60000),
            session(),
        )
    )
    assert activity.splits == (
        Split(Gait.RUN, at(0), at(30)), Split(Gait.WALK, at(30), at(50)), Split(Gait.STAND, at(50), at(60)),
    )  # fmt: skip


def test_the_workout_and_its_steps() -> None:
    activity = only(small_fit())
    assert activity.workout == RecordedWorkout(
        "Stage 3",
        (
            RecordedStep(0, Intensity.ACTIVE, 30000, name="Run"),
            RecordedStep(1, Intensity.RECOVERY, 30000),
            RecordedStep(2, back_to=0, rounds=2),
        ),
    )
    assert [(each.step_index, each.intensity, each.by_itself) for each in activity.laps] == [
        (0, Intensity.ACTIVE, False), (1, Intensity.RECOVERY, False),
    ]  # fmt: skip
    assert activity.laps[0][:4] == (at(0), at(30), 30000, None)
    assert (activity.laps[0].steps, activity.laps[0].cadence, activity.laps[0].heart_rate) == (84, 170, 141)
    assert (activity.sport, activity.timer_ms, activity.distance_m) == ("running", 65000, 80.0)
    assert activity.devices == (Device("garmin", "fr945", 77),)
    assert activity.offset == timedelta(hours=1)
    assert activity.faults == ()


def test_auto_laps_are_told_from_those_of_the_workout_and_the_runner() -> None:
    distance, by_hand, by_time, at_the_end = 2, 0, 1, 7
    steps = [
        message("workout_step", message_index=0, duration_type=0, duration_value=600_000, intensity=0),
        message("workout_step", message_index=1, duration_type=1, duration_value=50_000, intensity=4),
    ]
    laps = [
        lap(0, 300, wkt_step_index=0, lap_trigger=distance, total_distance=100_000),
        lap(300, 300, wkt_step_index=0, lap_trigger=by_time, total_distance=90_000),
        lap(600, 200, wkt_step_index=1, lap_trigger=distance, total_distance=50_000),
        lap(800, 300, lap_trigger=distance, total_distance=100_000),
        lap(1100, 100, lap_trigger=by_hand),
        lap(1200, 100, lap_trigger=at_the_end),
    ]
    activity = only(fit(*steps, *laps, session(0, 1300)))
    assert [each.by_itself for each in activity.laps] == [True, False, False, True, False, False]


@pytest.mark.parametrize("developer", [b"\x01\x02", b"\xff" * 30])
def test_developer_fields_do_no_harm(developer: bytes) -> None:
    """Undeclared, of whatever length and whatever they may be called: what is ours is read."""
    told = message("record", timestamp=at(1), heart_rate=150, developer=developer)
    activity = only(fit(told, record(2, heart_rate=151), session()))
    assert [each.heart_rate for each in activity.records] == [150, 151]
    assert activity.faults == ()


def test_several_sports_are_several_activities() -> None:
    ticks = [record(n * 10, cadence=80) for n in range(12)]
    first, second = read_fit(
        fit(*ticks, lap(0, 60), lap(60, 60), session(60, 60, sport=RUNNING), session(0, 60, sport=CYCLING)), "x"
    )
    assert (first.sport, first.start, len(first.records), len(first.laps)) == ("cycling", at(0), 6, 1)
    assert (second.sport, second.start, len(second.records), len(second.laps)) == ("running", at(60), 6, 1)
    assert (first.records[0].cadence, second.records[0].cadence) == (None, 160)


def test_each_sport_may_count_its_own_distance() -> None:
    ticks = [record(n, distance=n % 10 * 500) for n in range(20)]
    first, second = read_fit(fit(*ticks, session(0, 10), session(10, 10)), "x")
    assert [each.distance_m for each in first.records] == [each.distance_m for each in second.records]
    assert None not in [each.distance_m for each in first.records]


def test_several_files_in_one() -> None:
    data = small_fit() + fit(kind=2) + small_fit()
    first, second = read_fit(data, "x")
    assert first == second
    assert first.faults == ()


def test_records_that_go_back_in_time() -> None:
    """One wrong date costs itself; the longest row in order stays."""
    order = [0, 1, 50000, 2, 3, 3, 4, 1, 5]
    activity = only(fit(*[record(n, heart_rate=100 + place) for place, n in enumerate(order)], session()))
    assert [each.at for each in activity.records] == [at(n) for n in (0, 1, 2, 3, 4, 5)]
    assert activity.records[3].heart_rate == 105, "the later of two of one second holds"
    [fault] = activity.faults
    assert fault.startswith("2 records go back in time, the first at 2026-03-02 20:23:20 UTC")


def test_two_records_of_one_second_complete_each_other() -> None:
    activity = only(fit(record(1, heart_rate=140), record(1, cadence=80), session()))
    assert activity.records == (Record(at(1), cadence=160, heart_rate=140),)


def test_a_distance_that_shrinks_is_left_out() -> None:
    told = [record(n, distance=metres * 100) for n, metres in enumerate((0, 3, 900_000, 6, 9))]
    assert [each.distance_m for each in only(fit(*told, session())).records] == [0, 3, None, 6, 9]


def test_a_session_of_another_day_than_its_records() -> None:
    activity = only(fit(*records(10), session(86400 * 3, 60)))
    assert (activity.start, activity.end) == (at(0), at(9))
    assert any("when nothing was recorded" in fault for fault in activity.faults)


# --- damage ----------------------------------------------------------------------------------------------------------


def test_cut_short_anywhere_it_tells_so_and_keeps_what_was_before() -> None:
    whole = small_fit()
    [intact] = read_fit(whole, "x")
    saved = 0
    for length in range(0, len(whole), 5):
        try:
            [activity] = read_fit(whole[:length], "x.fit")
        except BadInput:
            assert saved == 0, "what can be saved of less can be saved of more"
            continue
        saved += 1
        assert activity.faults
        assert f"ends at byte {length}" in activity.faults[0]
        assert [each[:2] for each in activity.records] == [each[:2] for each in intact.records[: len(activity.records)]]
        assert [each[:4] for each in activity.laps] == [each[:4] for each in intact.laps[: len(activity.laps)]]
    assert saved > len(whole) // 10


def test_the_byte_of_a_fault_is_the_right_one() -> None:
    before = fit(*records(3))
    stray = b"\x07\x01\x02"  # a message of a kind that nothing defines
    body = before[14:-2] + stray + record(9)
    data = bytearray(fit(kind=None)[:14] + body)
    data[4:8] = len(body).to_bytes(4, "little")
    data[12:14] = b"\0\0"
    data += crc(bytes(data)).to_bytes(2, "little")
    activity = only(bytes(data))
    assert activity.faults == (f"at byte {len(before) - 2} is a message that nothing defines: what follows is lost",)
    assert len(activity.records) == 3


def test_a_field_without_length_is_passed_over() -> None:
    empty = bytes((0x40, 0, 0, 20, 0, 2, 3, 0, 2, 4, 1, 2)) + b"\0\x50"
    assert len(only(fit(*records(2), empty, *records(5)[2:])).records) == 5


def test_a_definition_cut_short_is_told() -> None:
    before = fit(*records(3))
    for cut in (
        b"\x40",
        b"\x40\0\0\x14\0",
        b"\x40\0\0\x14\0\x02\xfd\x04\x86",
        b"\x60\0\0\x14\0\0",
        b"\x60\0\0\x14\0\0\2\0",
    ):
        activity = only(fit(*records(3), cut))
        assert activity.faults == (f"at byte {len(before) - 2} a definition is cut short: what follows is lost",)


def test_a_wrong_checksum_is_told() -> None:
    data = bytearray(small_fit())
    data[-1] ^= 1
    assert only(bytes(data)).faults == (
        f"the checksum at byte {len(data) - 2} is wrong: some byte before it was changed",
    )


def test_a_head_that_was_never_finished() -> None:
    data = bytearray(small_fit())
    data[4:8] = bytes(4)
    data[12:14] = bytes(2)
    activity = only(bytes(data))
    assert len(activity.records) == 30
    assert "tells of no messages" in activity.faults[0]


def test_a_head_that_claims_two_gigabytes() -> None:
    data = bytearray(small_fit())
    data[4:8] = (2_000_000_000).to_bytes(4, "little")
    data[12:14] = bytes(2)
    activity = only(bytes(data))
    assert len(activity.records) == 30
    assert "its head tells of 2000000016" in activity.faults[0]


@pytest.mark.parametrize(("kind", "word"), [(5, "workout"), (2, "settings"), (32, "monitoring"), (6, "course")])
def test_what_is_no_activity_is_refused_with_a_word(kind: int, word: str) -> None:
    data = fit(message("workout", sport=1, wkt_name="x"), message("monitoring", timestamp=at(0)), kind=kind)
    with pytest.raises(BadInput, match=f"^x.fit: it is a FIT file of {word}, not of an activity — "):
        read_fit(data, "x.fit")


def test_an_empty_activity_is_refused() -> None:
    with pytest.raises(BadInput, match="there is no activity in it"):
        read_fit(fit(), "x.fit")


def test_times_that_make_no_sense_are_refused() -> None:
    with pytest.raises(BadInput, match="no time in it makes sense"):
        read_fit(fit(message("record", timestamp=77, heart_rate=120)), "x.fit")


def test_too_many_records_are_refused_before_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_RECORDS", 29)
    with pytest.raises(BadInput, match="more than 29 records"):
        read_fit(small_fit(), "x.fit")
    monkeypatch.setattr(reader, "MAX_RECORDS", 30)
    monkeypatch.setattr(reader, "MAX_OTHERS", 2)
    with pytest.raises(BadInput, match="more than 2 messages of kind 27"):
        read_fit(small_fit(), "x.fit")
    monkeypatch.setattr(fit_scan, "MAX_MESSAGES", 20)
    with pytest.raises(BadInput, match=r"x.fit: there are more than 20 messages"):
        read_fit(small_fit(), "x.fit")


# --- the frame -------------------------------------------------------------------------------------------------------


def test_big_endian() -> None:
    told = message("record", endian=">", timestamp=at(3), heart_rate=131, distance=500)
    assert only(fit(told, session())).records == (Record(at(3), 5.0, heart_rate=131),)


def test_compressed_times() -> None:
    """Five bits of seconds, counted on from the last whole time, of whatever message that was."""
    base = at(0)
    low = (base - datetime(1989, 12, 31, tzinfo=UTC)) // timedelta(seconds=1) & 0x1F
    definition = bytes((0x41, 0, 0)) + struct.pack("<HB", 20, 1) + bytes((3, 1, 2))
    ticks = b"".join(bytes((0x80 | 1 << 5 | (low + n) & 0x1F, 120 + n)) for n in (1, 2, 30, 40))
    data = fit(definition, message("monitoring", timestamp=base), ticks, session())
    assert [(each.at, each.heart_rate) for each in only(data).records] == [
        (at(1), 121), (at(2), 122), (at(30), 150), (at(40), 160),
    ]  # fmt: skip


def test_the_checksum_is_the_published_one() -> None:
    for length in (0, 1, 2, 3, 50, 51):
        data = bytes(n * 37 % 256 for n in range(length))
        assert fit_scan.checksum(data) == crc(data)
