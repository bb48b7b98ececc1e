"""A workout changed step by step: what it does to the workout, and what it leaves of the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.errors import CoachError
from coach.model.outline import (
    OutlineProblem,
    add,
    change,
    change_count,
    delete,
    move,
    outline,
    unwrap,
    wrap,
)
from coach.model.syntax import SyntaxProblem, format_workout, parse, parse_places
from coach.model.syntax_words import format_lines
from coach.model.workout import MAX_DEPTH, Block, Intensity, Repeat, Step, TimeDuration, Workout
from tests.model.workouts import steps, workouts

LINES = """\
# for the track
5m warmup   # slowly
8x(
    1m run "easy"   # nose breathing
    2m walk
)
5m cooldown
"""
ONE_LINE = "5m walk, 8x(1m run, 2m walk), 5m walk"


def shown(text: str) -> list[str]:
    return ["  " * row.depth + row.words for row in outline(text)]


def written(block: Block, text: str) -> str:
    """``text`` with ``block`` added behind it, by nothing but the acts of the editor."""
    if isinstance(block, Step):
        return add(text, None, block).text
    before = len(outline(text))
    for inner in block.steps:
        text = written(inner, text)
    siblings = len([row for row in outline(text)[before:] if row.depth == 0])
    return wrap(text, before, block.count, siblings).text


@given(workouts)
def test_any_workout_can_be_built_step_by_step(workout: Workout) -> None:
    text = ""
    for block in workout.steps:
        text = written(block, text)
    assert parse(text).steps == workout.steps


@given(workouts)
def test_the_rows_are_the_workout(workout: Workout) -> None:
    def rebuilt(number: int) -> Block:
        block = rows[number].block
        if isinstance(block, Step):
            return block
        inside = [each for each, row in enumerate(rows) if row.parent == number]
        return Repeat(count=block.count, steps=tuple(rebuilt(each) for each in inside))

    rows = outline(format_workout(workout.model_copy(update={"name": None})))
    top = tuple(rebuilt(number) for number, row in enumerate(rows) if row.parent is None)
    assert Workout(steps=top).steps == workout.steps


@given(workouts)
def test_a_workout_written_in_lines_is_the_same(workout: Workout) -> None:
    assert parse(format_lines(workout.steps)).steps == workout.steps


@given(workouts)
def test_places_are_the_pieces_of_the_text(workout: Workout) -> None:
    text = format_workout(workout)
    parsed, placed = parse_places(text)
    assert parsed == parse(text) == workout
    for each in placed:
        assert parse(text[each.start : each.end]).steps == (each.block,)
        if each.opens is not None:
            assert parse(text[each.opens : each.closes]).steps == tuple(inner.block for inner in each.inner)


@given(workouts, st.data())
def test_a_row_changed_to_another_step_changes_that_alone(workout: Workout, data: st.DataObject) -> None:
    text = format_workout(workout.model_copy(update={"name": None}))
    rows = outline(text)
    number = data.draw(st.sampled_from([n for n, row in enumerate(rows) if isinstance(row.block, Step)]))
    step = data.draw(steps)
    edited = change(text, number, step)
    after = outline(edited.text)
    assert after[number].block == step
    assert [row.words for n, row in enumerate(after) if n != number] == [
        row.words for n, row in enumerate(rows) if n != number
    ]
    assert change(edited.text, number, rows[number].block).text == text  # type: ignore[arg-type]


@given(workouts, st.data())
def test_moving_there_and_back_is_the_same_workout(workout: Workout, data: st.DataObject) -> None:
    text = format_workout(workout.model_copy(update={"name": None}))
    rows = outline(text)
    number = data.draw(st.integers(0, len(rows) - 1))
    direction = data.draw(st.sampled_from((-1, 1)))
    try:
        moved = move(text, number, direction)
        assert moved.row is not None
        assert outline(moved.text)[moved.row].block == rows[number].block
        back = move(moved.text, moved.row, -direction)
    except (OutlineProblem, SyntaxProblem) as problem:
        if not is_a_limit(problem):
            raise
        return
    if isinstance(rows[number].block, Step):  # a repeat that left another one passes it on the way back
        assert parse(back.text).steps == workout.steps


@given(workouts, st.data())
def test_any_edits_in_a_row_leave_a_workout_or_refuse(workout: Workout, data: st.DataObject) -> None:
    text: str = format_workout(workout.model_copy(update={"name": None})).replace(
        ", ", data.draw(st.sampled_from([", ", "\n", " # c\n", ";\n"]))
    )
    if outline_or_none(text) is None:
        return  # a name held the comma
    for _ in range(4):
        rows = outline(text)
        if not rows:
            return
        number = data.draw(st.integers(0, len(rows) - 1))
        act = data.draw(st.sampled_from(["up", "down", "delete", "wrap", "unwrap", "add"]))
        try:
            match act:
                case "up" | "down":
                    edited = move(text, number, 1 if act == "down" else -1)
                    assert sorted(r.words for r in outline(edited.text)) == sorted(r.words for r in rows)
                case "delete":
                    edited = delete(text, number)
                    assert len(outline(edited.text)) < len(rows)
                case "wrap":
                    edited = wrap(text, number, 2)
                    assert len(outline(edited.text)) == len(rows) + 1
                case "unwrap":
                    edited = unwrap(text, number)
                    assert len(outline(edited.text)) == len(rows) - 1
                case _:
                    new = Step(intensity=Intensity.REST, duration=TimeDuration(ms=7))
                    edited = add(text, number, new)
                    assert edited.row is not None
                    assert outline(edited.text)[edited.row].block == new
        except (OutlineProblem, SyntaxProblem) as problem:
            if not is_a_limit(problem):
                raise
            continue
        text = edited.text
        assert edited.row is None or 0 <= edited.row < len(outline(text))


def is_a_limit(problem: CoachError) -> bool:
    """Whether what is refused could not be, rather than come out wrong."""
    return isinstance(problem, OutlineProblem) or "nested more" in problem.what or "it comes to" in problem.what


def outline_or_none(text: str) -> object:
    try:
        return outline(text)
    except SyntaxProblem:
        return None


def test_comments_and_layout_stay() -> None:
    run = Step(intensity=Intensity.ACTIVE, duration=TimeDuration(ms=90_000))
    text = change(LINES, 2, run).text
    assert "    1m30s run   # nose breathing\n" in text
    text = change_count(text, 1, 6).text
    assert text == LINES.replace("8x", "6x").replace('1m run "easy"', "1m30s run")
    text = add(text, 2, run).text
    assert "# nose breathing\n    1m30s run\n    2m walk\n" in text
    assert delete(text, 3).text == LINES.replace("8x", "6x").replace('1m run "easy"', "1m30s run")


def test_a_line_moves_with_its_comment() -> None:
    moved = move(LINES, 2, 1)
    assert moved.text == LINES.replace(
        '    1m run "easy"   # nose breathing\n    2m walk\n', '    2m walk\n    1m run "easy"   # nose breathing\n'
    )
    assert moved.row == 3
    assert move(moved.text, 3, -1) == (LINES, 2)


def test_a_step_goes_into_a_repeat_and_out_of_it() -> None:
    into = move(ONE_LINE, 0, 1)
    assert into.text == "8x(5m walk, 1m run, 2m walk), 5m walk"
    assert into.row == 1
    assert move(into.text, 1, -1).text == "5m walk, 8x(1m run, 2m walk), 5m walk"
    out = move(ONE_LINE, 3, 1)
    assert out.text == "5m walk, 8x(1m run), 2m walk, 5m walk"
    assert out.row == 3
    in_lines = move(LINES, 0, 1)
    assert shown(in_lines.text) == ["8 times", "  5m warmup", '  1m run "easy"', "  2m walk", "5m cooldown"]
    assert in_lines.text.startswith("# for the track\n8x(\n    5m warmup\n")


def test_a_step_behind_a_repeat_in_lines_goes_into_it() -> None:
    lines = "5m walk\n6x(\n    2m walk\n)\n90s run"
    moved = move(lines, 3, -1)
    assert moved == ("5m walk\n6x(\n    2m walk\n    90s run\n)", 3)
    assert move(moved.text, 3, -1) == ("5m walk\n6x(\n    90s run\n    2m walk\n)", 2)


def test_a_repeat_passes_its_neighbours() -> None:
    moved = move(ONE_LINE, 1, -1)
    assert moved == ("8x(1m run, 2m walk), 5m walk, 5m walk", 0)
    with pytest.raises(OutlineProblem, match="first already"):
        move(moved.text, 0, -1)


def test_deleting_the_only_step_of_a_repeat_takes_the_repeat_along() -> None:
    assert delete("5m walk, 8x(1m run), 5m walk", 2) == ("5m walk, 5m walk", 1)
    assert delete("1m run", 0) == ("", None)
    assert outline("# nothing yet\n") == ()
    with pytest.raises(OutlineProblem, match="only step of its repeat"):
        move("5m walk, 8x(1m run), 5m walk", 2, 1)


def test_repeat_and_leave_the_repeat() -> None:
    wrapped = wrap("5m walk, 1m run, 2m walk, 5m walk", 1, 8, 2)
    assert wrapped == ("5m walk, 8x(1m run, 2m walk), 5m walk", 1)
    assert unwrap(wrapped.text, 1).text == "5m walk, 1m run, 2m walk, 5m walk"
    assert unwrap("8x(1m run # soft\n), 5m walk", 0).text == "1m run # soft\n, 5m walk"
    with pytest.raises(OutlineProblem, match="no repeat"):
        unwrap("1m run", 0)
    with pytest.raises(OutlineProblem, match="from 1 to 100"):
        wrap("1m run", 0, 101)
    with pytest.raises(OutlineProblem, match="from 1 to 1"):
        wrap("1m run", 0, 2, 2)
    deep = "2x(" * MAX_DEPTH + "1m run" + ")" * MAX_DEPTH
    with pytest.raises(SyntaxProblem, match="nested more than"):
        wrap(deep, MAX_DEPTH, 2)
