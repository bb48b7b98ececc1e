"""FIT workouts: read by two decoders we did not write, and beside workouts as Garmin encodes them."""

import os
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from coach.errors import BadInput
from coach.model.syntax import parse
from coach.model.workout import HeartRateZone, Intensity, Repeat, Step, TimeDuration, Workout
from exporters.contract import workout_sheet
from exporters.fit import MAX_STEPS, exporter
from exporters.fit_records import ENUM, TEXT, UINT16, Field, Message, crc, encode_file
from tests.exporters.readers import DECODERS, Raw, by_fitdecode, fit_done, planned, widened

CORPUS = os.environ.get("COACH_CORPUS", "")
"""A folder with files of real devices (docs/export.md); without it what needs them is skipped."""

Decoder = Callable[[bytes], list[tuple[int, Raw]]]


@pytest.fixture(params=DECODERS, ids=lambda decode: decode.__name__)
def decode(request: pytest.FixtureRequest) -> Decoder:
    return request.param


def encoded(text: str, title: str = "Session") -> bytes:
    return exporter.export(workout_sheet(parse(text), title)).data


def steps(decode: Decoder, text: str) -> list[Raw]:
    return [raw for number, raw in decode(encoded(text)) if number == 27]


def test_the_file_says_what_it_is(decode: Decoder) -> None:
    messages = decode(encoded("5m warmup, 2x(1m run, 2m walk)", "osu/1-4 2026-03-02"))
    assert [number for number, _ in messages] == [0, 26, 27, 27, 27, 27]
    file_id, workout = messages[0][1], messages[1][1]
    assert [file_id.get(n) for n in (0, 1, 3)] == [5, 255, 4711]
    seconds = (datetime(2026, 3, 2, 6, tzinfo=UTC) - datetime(1989, 12, 31, tzinfo=UTC)).total_seconds()
    assert file_id[4] == seconds
    assert [workout[n] for n in (4, 5, 6, 8)] == [1, 32, 4, "osu/1-4 2026-03-02"]


def test_every_kind_of_step(decode: Decoder) -> None:
    text = (
        "5m warmup, 90s run @170-180spm, 400mtr run @140-150bpm, open walk @Z2, 12.34mtr run @171-179spm, 30s rest, "
        "1h30m cooldown"
    )
    assert fit_done(decode(encoded(text))) == widened(planned(parse(text)))


def test_repeats(decode: Decoder) -> None:
    text = "5m warmup, 8x(1m run, 2m walk), 2x(10s run), 1x(5s rest), 5m cooldown"
    found = steps(decode, text)
    assert [(raw[1], raw.get(2), raw.get(4)) for raw in found if raw[1] == 6] == [(6, 1, 8), (6, 4, 2)]
    assert fit_done(decode(encoded(text))) == planned(parse(text))


def test_nested_repeats_are_written_out_and_said_so(decode: Decoder) -> None:
    text = "2x(3x(1m run, 30s walk), 2m rest), 5m walk"
    made = exporter.export(workout_sheet(parse(text)))
    assert fit_done(decode(made.data)) == planned(parse(text))
    assert any("written out" in remark for remark in made.remarks)
    assert sum(1 for raw in steps(decode, text) if raw[1] == 6) <= 2


def test_names_and_notes(decode: Decoder) -> None:
    found = steps(
        decode, '1m run, 1m run "strides", 1m run "ganz locker laufen" @RPE3, 1m walk "Überall", 1m rest @RPE0-2'
    )
    assert [(raw[0], raw.get(8)) for raw in found] == [
        ("Run", None),
        ("strides", None),
        ("Run", "ganz locker laufen; RPE 3"),
        ("Walk", "Überall"),
        ("Rest", "RPE 0-2"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("26x(1m run, 2m walk), 5m walk", None),
        (", ".join(["1m run, 2m walk"] * 25), None),
        (", ".join(["1m run, 2m walk"] * 25) + ", 5m walk", "51 steps"),
        ("5x(9x(1m run, 10x(1s rest, 1s walk)), 7m walk)", "115 steps, repeats included"),
        ("1m run @170-180spm @Z2", "cadence and a heart rate"),
    ],
)
def test_limits_are_checked_before_anything_is_written(text: str, words: str | None) -> None:
    if words is None:
        assert encoded(text)
        return
    with pytest.raises(BadInput, match=words):
        encoded(text)


def test_the_most_steps_there_may_be(decode: Decoder) -> None:
    text = ", ".join(["1m run"] * MAX_STEPS)
    assert len(steps(decode, text)) == MAX_STEPS


def test_a_title_of_more_bytes_than_a_field_has_is_refused() -> None:
    assert encoded("1m run", "x" * 254)
    with pytest.raises(BadInput, match="320 bytes"):
        encoded("1m run", "🏃" * 80)
    step = Step(intensity=Intensity.ACTIVE, duration=TimeDuration(ms=1000), name="🏃" * 80)
    with pytest.raises(BadInput, match="320 bytes"):
        exporter.export(workout_sheet(Workout(steps=(step,))))


def test_only_the_identity_differs_between_two_exports() -> None:
    sheet = workout_sheet(parse("5m warmup, 8x(1m run, 2m walk)"))
    one = exporter.export(sheet).data
    other = exporter.export(replace(sheet, serial=4712, made_at=datetime(2026, 3, 2, 6, 0, 1, tzinfo=UTC))).data
    assert one == exporter.export(sheet).data
    assert len(one) == len(other)
    differ = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    first, second = by_fitdecode(one), by_fitdecode(other)
    assert first[1:] == second[1:]
    assert {n for n in first[0][1] if first[0][1][n] != second[0][1][n]} == {3, 4}
    assert len(differ) <= 4 + 4 + 2  # serial, time, checksum


def test_the_checksum_is_the_one_of_the_protocol() -> None:
    data = encoded("1m run")
    assert crc(data[:12]) == struct.unpack("<H", data[12:14])[0]
    assert crc(data) == 0  # over a file with its own checksum at the end


def test_what_does_not_fit_is_no_file() -> None:
    with pytest.raises(ValueError, match="field 1"):
        encode_file([Message(0, (Field(0, ENUM), Field(1, UINT16)), [(1, 70_000)])])
    with pytest.raises(ValueError, match="300 bytes"):
        encode_file([Message(0, (Field(0, TEXT),), [("x" * 300,)])])


# --- beside Garmin's own --------------------------------------------------------------------------------------------

needs_corpus = pytest.mark.skipif(
    not (Path(CORPUS) / "fit" / "workouts").is_dir() or not CORPUS,
    reason="COACH_CORPUS names no folder with fit/workouts: real files of others are not part of the project",
)


def of(text: str, name: str) -> Workout:
    return parse(text).model_copy(update={"name": name})


@needs_corpus
@pytest.mark.parametrize(
    ("file", "workout"),
    [
        ("WorkoutIndividualSteps", '1m warmup "_A_" @Z2, 500mtr run "B1_", 500mtr run "B2_", 1m cooldown "_C_"'),
        ("WorkoutRepeatSteps", '1m warmup "_A_" @Z2, 3x(500mtr run "B1_", 500mtr run "B2_"), 1m cooldown "_C_"'),
        (
            "WorkoutCustomTargetValues",
            '1m warmup "_A_" @50-60bpm, 500mtr run "B1_", 500mtr run "B2_", 1m cooldown "_C_"',
        ),
    ],
)
def test_field_for_field_as_garmin_encodes_it(decode: Decoder, file: str, workout: str) -> None:
    """Whatever their file and ours both say about the same thing.

    Theirs has power targets and a step that ends by heart rate, which the coach has not; and it names its maker.
    """
    theirs = decode((Path(CORPUS) / "fit" / "workouts" / f"{file}.fit").read_bytes())
    title = theirs[1][1][8]
    ours = decode(encoded(workout, title))
    assert [number for number, _ in ours] == [number for number, _ in theirs]
    assert ours[0][1][0] == theirs[0][1][0]
    assert ours[1][1][8] == title
    compared = 0
    for mine, yours in zip((raw for n, raw in ours if n == 27), (raw for n, raw in theirs if n == 27), strict=True):
        for number in _comparable(yours):
            given: Any = yours[number]
            if file == "WorkoutCustomTargetValues" and number in (5, 6):
                given += 100  # theirs is in percent of the highest, ours in beats
            if not (yours[1] == 6 and number == 0):  # they name the repeat, we do not
                assert mine.get(number) == given, (number, mine, yours)
                compared += 1
    assert compared >= 20


def _comparable(yours: Raw) -> list[int]:
    numbers = [254, 0, 7]
    if yours[1] != 2:  # ends by heart rate
        numbers += [1, 2]
    if yours[3] != 4:  # power
        numbers += [3, 4, *(n for n in (5, 6) if yours.get(n) is not None)]
    return numbers


def test_a_heart_rate_zone_is_one() -> None:
    step = Step(intensity=Intensity.ACTIVE, duration=TimeDuration(ms=1000), heart_rate=HeartRateZone(zone=5))
    made = exporter.export(workout_sheet(Workout(steps=(Repeat(count=2, steps=(step,)),))))
    assert fit_done(by_fitdecode(made.data))[1].target == ("zone", 5)
