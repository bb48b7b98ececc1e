"""The workout syntax: what it reads, what it writes, and what it says about the rest."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.errors import ExitCode
from coach.model.syntax import SyntaxProblem, format_workout, parse
from coach.model.syntax_scan import MAX_TEXT
from coach.model.workout import (
    MAX_DEPTH,
    MAX_INTERVALS,
    DistanceDuration,
    HeartRateTarget,
    HeartRateZone,
    Intensity,
    OpenDuration,
    Repeat,
    Step,
    TimeDuration,
    Workout,
)
from tests.model.workouts import workouts

RUN, WALK = Intensity.ACTIVE, Intensity.RECOVERY


def step(intensity: Intensity, seconds: float) -> Step:
    return Step(intensity=intensity, duration=TimeDuration(ms=round(seconds * 1000)))


def only_step(text: str) -> Step:
    (block,) = parse(text).steps
    assert isinstance(block, Step)
    return block


def problem(text: str) -> SyntaxProblem:
    with pytest.raises(SyntaxProblem) as caught:
        parse(text)
    return caught.value


def outcome(text: str) -> Workout | SyntaxProblem:
    try:
        return parse(text)
    except SyntaxProblem as error:
        return error


def test_the_seed() -> None:
    assert parse("5m walk, 8x(1m run, 2m walk), 5m walk") == Workout(
        steps=(step(WALK, 300), Repeat(count=8, steps=(step(RUN, 60), step(WALK, 120))), step(WALK, 300))
    )


@given(workouts)
@settings(max_examples=200)
def test_a_workout_written_and_read_is_the_same(workout: Workout) -> None:
    text = format_workout(workout)
    assert parse(text) == workout
    assert format_workout(parse(text)) == text
    assert "\n" not in text


@given(workouts)
@settings(max_examples=50)
def test_layout_and_case_of_letters_do_not_matter(workout: Workout) -> None:
    bare = workout.model_copy(update={"name": None, "steps": tuple(map(nameless, workout.steps))})
    text = format_workout(bare)
    spread = (
        text.upper()
        .replace(", ", " ;\r\n\t # and then\n")
        .replace("(", " (\n")
        .replace(")", ",\n)")
        .replace("X", " × ")
    )
    assert parse(spread) == bare


def nameless(block: Step | Repeat) -> Step | Repeat:
    if isinstance(block, Step):
        return block.model_copy(update={"name": None})
    return block.model_copy(update={"steps": tuple(map(nameless, block.steps))})


@given(st.text() | st.text('058xm(),; runwalk\n#"\\@:-.*×“”kz', max_size=60))
@settings(max_examples=300)
def test_any_text_is_read_or_refused(text: str) -> None:
    result = outcome(text)
    if isinstance(result, Workout):
        assert parse(format_workout(result)) == result
        return
    assert "\n" not in str(result)
    assert result.remedy
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert 1 <= result.line <= len(lines)
    assert 1 <= result.column <= len(lines[result.line - 1]) + 1
    assert result.source_line == lines[result.line - 1]


@given(workouts, st.data())
@settings(max_examples=100)
def test_a_slip_anywhere_in_a_workout_is_read_or_refused(workout: Workout, data: st.DataObject) -> None:
    text = format_workout(workout)
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 3))
    slipped = text[:at] + data.draw(st.text('x(),m0 "\\é\n', max_size=2)) + text[at + cut :]
    result = outcome(slipped)
    if isinstance(result, Workout):
        assert parse(format_workout(result)) == result
    else:
        assert "\n" not in str(result)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5m walk", 300),
        ("5 min walk", 300),
        ("5 Minutes walk", 300),
        ("90s walk", 90),
        ("90 sec walk", 90),
        ("1:30 walk", 90),
        ("1m30s walk", 90),
        ("1 min 30 s walk", 90),
        ("1h walk", 3600),
        ("1h30m walk", 5400),
        ("1:02:03 walk", 3723),
        ("90:00 walk", 5400),
        ("0:05 walk", 5),
        ("1.5m walk", 90),
        (".5m walk", 30),
        ("0.25s walk", 0.25),
        ("walk 5m", 300),
        ("6h walk", 6 * 3600),
        ("99m walk", 99 * 60),
        ("200min walk", 200 * 60),
        ("\ufeff5m\u00a0walk", 300),
    ],
)
def test_times(text: str, seconds: float) -> None:
    assert only_step(text) == step(WALK, seconds)


@pytest.mark.parametrize(
    ("text", "cm"),
    [
        ("400mtr run", 40_000),
        ("400 metres run", 40_000),
        ("400 meters run", 40_000),
        ("1.5km run", 150_000),
        ("5k run", 500_000),
        ("0.25mi run", 40_234),
        ("1 mile run", 160_934),
        ("100km run", 10_000_000),
        ("0.01mtr run", 1),
    ],
)
def test_distances(text: str, cm: int) -> None:
    assert only_step(text) == Step(intensity=RUN, duration=DistanceDuration(cm=cm))


@given(st.integers(1, 6000))
@settings(max_examples=100)
def test_miles_are_the_nearest_centimetre(hundredths: int) -> None:
    duration = only_step(f"{hundredths // 100}.{hundredths % 100:02}mi run").duration
    assert isinstance(duration, DistanceDuration)
    assert abs(duration.cm - Fraction(1_609_344, 1000) * hundredths) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("words", "intensity"),
    [
        ("run", RUN),
        ("jog", RUN),
        ("Running", RUN),
        ("walk", WALK),
        ("recovery", WALK),
        ("warmup", Intensity.WARMUP),
        ("warm-up", Intensity.WARMUP),
        ("warm up", Intensity.WARMUP),
        ("warm-up walk", Intensity.WARMUP),
        ("cooldown", Intensity.COOLDOWN),
        ("cool-down", Intensity.COOLDOWN),
        ("cool down", Intensity.COOLDOWN),
        ("rest", Intensity.REST),
    ],
)
def test_kinds(words: str, intensity: Intensity) -> None:
    assert only_step(f"1m {words}") == step(intensity, 60)


def test_open_steps_names_titles_and_targets() -> None:
    workout = parse(
        '"Fast feet": open walk, 20s run "strides" @170–180 spm @140-150bpm @RPE3-4; 1m run “leicht” @z2 @rpe 3'
    )
    assert workout.name == "Fast feet"
    first, second, third = workout.steps
    assert first == Step(intensity=WALK, duration=OpenDuration())
    assert isinstance(second, Step)
    assert isinstance(third, Step)
    assert (second.name, third.name) == ("strides", "leicht")
    assert second.cadence is not None
    assert (second.cadence.low, second.cadence.high) == (170, 180)
    assert second.heart_rate == HeartRateTarget(low=140, high=150)
    assert second.rpe is not None
    assert (second.rpe.low, second.rpe.high) == (3, 4)
    assert third.heart_rate == HeartRateZone(zone=2)
    assert third.rpe is not None
    assert (third.rpe.low, third.rpe.high) == (3, 3)


def test_names_may_hold_anything_that_can_be_shown() -> None:
    assert only_step(r'1m run "so \"easy\", # 1 \\ (2)"').name == 'so "easy", # 1 \\ (2)'
    assert only_step('1m run "🏃‍♀️"').name == "🏃‍♀️"


@pytest.mark.parametrize("sign", ["x", "X", "×", "*", " x ", " × "])
def test_nested_repeats_with_any_sign(sign: str) -> None:
    inner = Repeat(count=2, steps=(step(WALK, 60),))
    assert parse(f"3{sign}(1m run, 2{sign}(1m walk))").steps == (Repeat(count=3, steps=(step(RUN, 60), inner)),)


def test_separators_and_comments() -> None:
    text = "# my first\n5m walk  # easy, (slow)\n\n 1m run; 2m walk,\n2x(\n  1m run\n  1m walk\n)\n"
    assert parse(text) == parse("5m walk, 1m run, 2m walk, 2x(1m run, 1m walk)")


@pytest.mark.parametrize(
    ("text", "column", "what", "remedy"),
    [
        ("400m run", 1, "400m is 400 minutes", "400mtr"),
        ("5m walk, 200 m run", 10, "200m is 200 minutes", "200mtr"),
        ("0s run", 1, "no time at all", "leave the step out"),
        ("0:00 run", 1, "no time at all", "leave the step out"),
        ("0mtr run", 1, "no distance", "leave the step out"),
        ("5m walk, -1m run", 10, "less than no time", "minus"),
        ("10h walk", 1, "6 h at most", "open walk"),
        ("6h1s walk", 1, "6 h at most", "open walk"),
        ("10:00:00 walk", 1, "6 h at most", "open walk"),
        ("101km run", 1, "100 km at most", "open run"),
        ("5m walk, 0x(1m run)", 10, "0 times", "from 1 to 100"),
        ("101x(1m run)", 1, "more than the 100", "from 1 to 100"),
        ("1.5x(1m run)", 1, "whole number", "8x("),
        ("5m walk, 8x(1m run, 2m walk", 12, "never closed", "put a )"),
        ("1m run)", 7, "closes nothing", "delete it"),
        ("2x()", 3, "no step in this bracket", "2x("),
        ("8x 1m run, 2m walk", 4, "needs a bracket", "8x("),
        ("(1m run)x8", 1, "no count in front", "8x("),
        ("[1m run]", 1, "round brackets", "8x("),
        ("5q walk", 2, "not a unit", "mtr (metres)"),
        ("5 mins, 5 minuts walk", 1, "does not say what is done", "walk"),
        ("5 minuts walk", 3, "not a unit", "did you mean minutes?"),
        ("5 walk", 1, "has no unit", "5m"),
        ("walk 5", 6, "has no unit", "5m"),
        ("8 times (1m run, 2m walk)", 1, "a repeat is not written", "8x(1m run, 2m walk)"),
        ("repeat 8: 1m run", 1, "a repeat is not written", "8x(1m run, 2m walk)"),
        ("1,5km run", 2, "comma stands between steps", "1.5"),
        ("5m wlk", 4, "not a kind of step", "did you mean walk?"),
        ("5m sprint", 4, "not a kind of step", "warmup, run, walk, rest, cooldown"),
        ("5m walk 1m run", 9, "two durations", "comma"),
        ("5m walk 8x(1m run)", 9, "comma is missing", "comma"),
        ("8x(1m run) 5m walk", 12, "comma is missing", "comma"),
        ("5m run walk", 8, "two kinds", "comma"),
        ("5m", 1, "does not say what is done", "walk"),
        ("run", 1, "no duration", "open run"),
        ("", 1, "no step", "5m walk"),
        (" # nothing", 11, "no step", "5m walk"),
        ("Seed start: 5m walk", 1, "title goes in quotes", '"My run":'),
        ('5m walk "slow', 9, "never closed", '"'),
        ('"": 5m walk', 1, "empty", "quotes"),
        ('5m walk "a\u202eb"', 9, "U+202E", "name"),
        ("5m\x1b[31m walk", 3, "U+001B", "delete"),
        ("5m\x00walk", 3, "U+0000", "delete"),
        ("٣m walk", 1, "not used here", "5m walk"),
        ("5m walk 🏃", 9, "not used here", "5m walk"),
        ("1:5 walk", 1, "not a time", "1:30"),
        ("1:75 walk", 1, "not a time", "1:30"),
        ("1:30m walk", 5, "no unit", "1:30 alone"),
        ("1m 400mtr run", 4, "not both", "two steps"),
        ("0.0001s run", 1, "finer than a millisecond", "decimals"),
        ("1m run @999spm", 9, "from 60 to 260", "within"),
        ("1m run @z6", 10, "from 1 to 5", "within"),
        ("1m run @rpe11", 12, "from 0 to 10", "within"),
        ("1m run @180-170spm", 8, "backwards", "170-180"),
        ("1m run @5", 8, "no unit", "@Z2"),
        ("1m run @fast", 8, "not a target", "@Z2"),
        ("1m run @z2 @150bpm", 12, "two heart-rate targets", "comma"),
        ("9" * 50 + "h run", 1, "too many digits", "shorter"),
        ("9" * 50 + "x(1m run)", 1, "more than the 100", "from 1 to 100"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(text: str, column: int, what: str, remedy: str) -> None:
    error = problem(text)
    assert (error.line, error.column) == (1, column)
    assert what in error.what
    assert remedy in error.remedy
    assert error.where == f"column {column}"
    assert error.exit_code == ExitCode.BAD_INPUT
    assert str(error).isprintable()


def test_lines_are_counted_and_the_caret_stands_under_the_place() -> None:
    error = problem("5m walk\n3x(1m run,\n   2m wolk)")
    assert (error.line, error.column, error.where) == (3, 7, "line 3, column 7")
    assert error.picture == ("   2m wolk)", "      ^")


def test_the_caret_stays_in_place_on_long_and_wide_lines() -> None:
    error = problem("1m run, " * 40 + '1m run "走る🏃" wolk' + ", 1m run" * 40)
    line, caret = error.picture
    assert len(line) <= 80
    assert "wolk" in line
    # Each of the three wide characters takes two columns of a terminal.
    assert caret.index("^") - 3 == line.index("wolk")


def test_as_many_intervals_as_a_session_may_have_and_no_more() -> None:
    assert parse(", ".join(["1s run"] * MAX_INTERVALS))
    assert parse("100x(10x(1s run))")
    for text in ("100x(50x(1m run))", "50x(10x(5x(1m run), 5x(1m walk)))", "1m run," * 5000):
        error = problem(text)
        assert "intervals" in error.what
        assert "fewer" in error.remedy


def test_a_workout_that_would_fill_any_memory_is_counted_not_unrolled() -> None:
    assert "intervals" in problem("100x(" * MAX_DEPTH + "1m run" + ")" * MAX_DEPTH).what


def test_deep_nesting_and_endless_text() -> None:
    assert parse("1x(" * MAX_DEPTH + "1m run" + ")" * MAX_DEPTH)
    assert "deep" in problem("1x(" * (MAX_DEPTH + 1) + "1m run" + ")" * (MAX_DEPTH + 1)).what
    assert "deep" in problem("1x(" * 100_000).what
    assert "longer" in problem(" " * (MAX_TEXT + 1)).what
    assert problem("a" * MAX_TEXT).column == 1
    assert problem('"' + "\\" * (MAX_TEXT - 1)).column == 1
    assert problem('"' + "a" * (MAX_TEXT - 1)).column == 1
    assert "longer" in problem('"' + "a" * (MAX_TEXT - 2) + '"').what


def test_the_longest_workout_fits_into_the_longest_text() -> None:
    long_name = Step.model_validate(
        {
            "intensity": "cooldown",
            "duration": {"kind": "time", "ms": 5 * 3600_000 + 59 * 60_000 + 59_999},
            "name": '"' * 80,
            "cadence": {"low": 100, "high": 260},
            "heart_rate": {"low": 100, "high": 240},
            "rpe": {"low": 0, "high": 10},
        }
    )
    block: Step | Repeat = long_name
    for _ in range(MAX_DEPTH):
        block = Repeat(count=1, steps=(block,))
    workout = Workout(name='"' * 80, steps=(block,) * MAX_INTERVALS)
    text = format_workout(workout)
    assert len(text) < MAX_TEXT
    assert parse(text) == workout
