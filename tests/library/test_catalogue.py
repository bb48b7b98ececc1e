"""Finding workouts by name, by file and by text; and what is said when that fails."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.errors import BadInput, CoachError, ExitCode, StorageError
from coach.library.catalogue import TYPED, Catalogue, resolve
from coach.library.toml_files import MAX_BYTES
from coach.library.workout_files import load_workout, toml_of, write_workout
from coach.model.syntax import SyntaxProblem, format_workout, parse
from coach.model.timeline import compile_timeline
from coach.model.workout import Workout
from coach.resources import shipped
from tests.model.workouts import workouts

SHIPPED = sorted(file.stem for file in shipped("workouts").glob("*.toml"))
SEED = "5m warmup, 8x(1m run, 2m walk), 5m cooldown"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def put(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def contents(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def complaint(file: Path) -> CoachError:
    with pytest.raises(CoachError) as caught:
        load_workout(file)
    assert "\n" not in str(caught.value)
    assert str(file) in str(caught.value)
    assert caught.value.remedy
    return caught.value


# What is shipped


def test_seven_or_more_are_shipped() -> None:
    assert len(SHIPPED) >= 7
    assert {"seed-start", "taste"} <= set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_workouts_can_be_run(name: str, own: Path) -> None:
    found = resolve(name, own)
    assert found.source == name
    assert found.workout.name
    assert found.workout.description
    assert any(i.intensity.is_run for i in compile_timeline(found.workout).intervals)


def test_the_shipped_seed_is_the_seed(own: Path) -> None:
    assert resolve("seed-start", own).workout.steps == parse(SEED).steps


def test_the_taste_takes_two_minutes(own: Path) -> None:
    assert compile_timeline(resolve("taste", own).workout).total_ms == 120_000


# Names


def test_own_workouts_take_the_place_of_shipped_ones(own: Path) -> None:
    put(own, "taste.toml", 'steps = "1m run"')
    put(own, "mine.toml", 'title = "Mine"\nsteps = "2m run"')
    found = resolve("taste", own)
    assert format_workout(found.workout) == '"taste": 1m run'
    assert found.notes == ("your own taste is used in place of the shipped one",)
    assert resolve("mine", own).notes == ()
    entries = {entry.name: entry for entry in Catalogue(own).entries()}
    assert list(entries) == sorted({*SHIPPED, "mine"})
    assert (entries["taste"].own, entries["taste"].shadows) == (True, True)
    assert (entries["mine"].own, entries["mine"].shadows) == (True, False)
    assert (entries["seed-start"].own, entries["seed-start"].shadows) == (False, False)


def test_one_broken_file_does_not_stop_the_rest(own: Path) -> None:
    put(own, "broken.toml", "steps = ")
    put(own, "latin.toml", "title = 'Lauf f\xfcr heute'".encode("latin-1"))
    put(own, "My Run.toml", 'steps = "1m run"')
    put(own, ".hidden.toml", "not looked at")
    put(own, "notes.md", "not looked at")
    (own / "folder.toml").mkdir()
    entries = {entry.name: entry for entry in Catalogue(own).entries()}
    broken = {name for name, entry in entries.items() if isinstance(entry.outcome, CoachError)}
    assert broken == {"broken", "latin", "My Run", "folder"}
    assert set(SHIPPED) <= set(entries) - broken
    assert len(entries) == len(SHIPPED) + 4
    with pytest.raises(BadInput, match=r"broken\.toml: not valid TOML"):
        resolve("broken", own)


def test_an_own_folder_that_does_not_exist_is_empty(tmp_path: Path) -> None:
    assert Catalogue(tmp_path / "nowhere").names() == tuple(SHIPPED)


def test_names_are_found_in_any_case_of_letters(own: Path) -> None:
    assert resolve(" Seed-Start ", own).source == "seed-start"


@pytest.mark.parametrize("wanted", ["seedstart", "seed-strat", "seed start", "Seed Start"])
def test_unknown_names_give_near_ones_and_the_remedy(wanted: str, own: Path) -> None:
    with pytest.raises(BadInput) as caught:
        resolve(wanted, own)
    assert wanted in caught.value.what
    assert "did you mean seed-start" in caught.value.remedy
    assert "coach workout list" in caught.value.remedy


def test_a_name_like_no_other_gives_the_remedy_alone(own: Path) -> None:
    with pytest.raises(BadInput) as caught:
        resolve("zzzzqqqq", own)
    assert caught.value.remedy.startswith("`coach workout list`")
    assert caught.value.exit_code == ExitCode.BAD_INPUT


# Files and text


def test_a_file_of_either_kind(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toml = put(own, "one.toml", f'title = "One"\ndescription = " First. "\nsteps = "{SEED}"')
    text = put(own, "two.txt", f"# typed\r\n{SEED}\r\n")
    odd = put(own, "a run (1).toml", f'steps = "{SEED}"')
    assert resolve(str(toml), own).workout == Workout(name="One", description="First.", steps=parse(SEED).steps)
    assert resolve(str(text), own).workout == Workout(name="two", steps=parse(SEED).steps)
    assert resolve(str(odd), own).workout.name == "a run (1)"
    monkeypatch.chdir(own)
    assert resolve("one.toml", own).source == "one.toml"
    assert resolve("./two.txt", own).source == "two.txt"
    monkeypatch.setenv("HOME", str(own))
    assert resolve("~/one.toml", own).workout.name == "One"


def test_dots_in_text_are_no_harm(own: Path) -> None:
    dots = "1.5m run, " * 99 + "1m run"
    for quote in ("'", '"', "'''", '"""'):
        content = f"description = {quote}{'a.' * 99}{quote}\nsteps = {quote}{dots}{quote}  # {'a.' * 99}"
        assert len(load_workout(put(own, "a.toml", content)).steps) == 100


def test_a_byte_order_mark_is_no_harm(own: Path) -> None:
    assert load_workout(put(own, "bom.toml", b'\xef\xbb\xbfsteps = "1m run"')).steps == parse("1m run").steps


@pytest.mark.parametrize(
    "text",
    [SEED, f" {SEED}\n", '"Title": 1m run', "open walk", "1m run # a/b.txt", "1m run 'no' # x", "5m walk;1m run"],
)
def test_everything_else_is_text(text: str, own: Path) -> None:
    try:
        expected: object = parse(text)
    except SyntaxProblem as error:
        expected = str(error)
    try:
        found = resolve(text, own)
        assert (found.workout, found.source, found.file) == (expected, TYPED, None)
    except SyntaxProblem as error:
        assert str(error) == expected  # noqa: PT017 - both ways are compared


@pytest.mark.parametrize("argument", ["", "  ", "\n"])
def test_nothing_is_no_workout(argument: str, own: Path) -> None:
    with pytest.raises(BadInput, match="no workout is given"):
        resolve(argument, own)


@given(st.text(max_size=60) | st.text("./~\\x8m(), \0abc", max_size=30))
@settings(max_examples=150)
def test_any_argument_is_resolved_or_refused(argument: str) -> None:
    try:
        assert resolve(argument, Path("/nonexistent")).workout.steps
    except CoachError as error:
        assert error.remedy  # noqa: PT017 - either is right


def test_an_argument_longer_than_any_path(own: Path) -> None:
    with pytest.raises(CoachError):
        resolve("/" + "a" * 10_000, own)
    with pytest.raises(CoachError):
        resolve("a" * 10_000 + ".toml", own)
    assert len(compile_timeline(resolve(", ".join(["1m run"] * 1000), own).workout).intervals) == 1000


def test_a_file_that_is_not_there(own: Path) -> None:
    with pytest.raises(BadInput, match=r"nowhere/x\.toml: there is no such file"):
        resolve("nowhere/x.toml", own)
    with pytest.raises(BadInput, match="the workout's name is taste"):
        resolve("taste.toml", own)
    with pytest.raises(BadInput, match="folder"):
        resolve(str(own), own)


# Errors in files


def test_errors_point_into_the_file(own: Path) -> None:
    lines = ["# my run", 'title = "Mine"', "steps = '''", "5m walk", "  3x(1m run, 2m wolk)", "'''"]
    error = complaint(put(own, "a.toml", "\n".join(lines)))
    assert isinstance(error, SyntaxProblem)
    assert (error.line, error.column) == (5, 17)
    assert error.where == f"{own / 'a.toml'}, line 5, column 17"
    assert error.picture == ("  3x(1m run, 2m wolk)", " " * 16 + "^")


@pytest.mark.parametrize("quote", ['"', "'", '"""', "'''"])
def test_errors_point_into_the_line_of_steps(own: Path, quote: str) -> None:
    error = complaint(put(own, "a.toml", f"steps = {quote}5m walk, 1m rum{quote}\r\n"))
    assert isinstance(error, SyntaxProblem)
    assert (error.line, error.column) == (1, 9 + len(quote) + 12)


def test_errors_in_escaped_strings_point_into_the_steps(own: Path) -> None:
    error = complaint(put(own, "a.toml", r'steps = "5m walk \"slow\", 1m rum"'))
    assert isinstance(error, SyntaxProblem)
    assert error.where == f"{own / 'a.toml'}, steps, line 1, column 20"


def test_errors_point_into_a_text_file(own: Path) -> None:
    error = complaint(put(own, "a.txt", "5m walk\n1m rum\n"))
    assert error.where == f"{own / 'a.txt'}, line 2, column 4"


@pytest.mark.parametrize(
    ("content", "what", "remedy"),
    [
        ("steps = 5m walk", "not valid TOML", "quotes"),
        ("", "no steps", "steps ="),
        ('title = "x"', "no steps", "steps ="),
        ("steps = 5", "steps is not text", "quotes"),
        ('steps = ["1m run"]', "steps is not text", "quotes"),
        ('step = "1m run"', "unknown key “step”", "did you mean steps?"),
        ('colour = "red"\nsteps = "1m run"', "unknown key “colour”", "title, description, steps"),
        ('title = ""\nsteps = "1m run"', "name is empty", "shorten"),
        (f'title = "{"x" * 81}"\nsteps = "1m run"', "longer than 80", "shorten"),
        (f'description = "{"x" * 2001}"\nsteps = "1m run"', "longer than 2000", "shorten"),
        ('description = "\\u001b[2J"\nsteps = "1m run"', "U+001B", "shorten"),
        ('title = "A"\nsteps = "\\"B\\": 1m run"', "two titles", "delete"),
        ("steps = " + "9" * 10_000, "not valid TOML", "quotes"),
        ("steps = " + "[" * 100_000, "nested too deeply", "title, description, steps"),
        ("a." * 200_000 + "a = 1", "too many dots", "title, description, steps"),
        ("'x='." * 50_000 + "a = 1", "too many dots", "title, description, steps"),
        ("[" + "a." * 200_000 + "a]", "too many dots", "title, description, steps"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_files_that_make_no_sense(own: Path, content: str, what: str, remedy: str) -> None:
    error = complaint(put(own, "a.toml", content))
    assert isinstance(error, BadInput)
    assert what in error.what
    assert remedy in error.remedy


def test_what_is_no_sensible_file_is_refused_unread(own: Path) -> None:
    big = put(own, "big.toml", b"# " + b"x" * (10 * MAX_BYTES))
    assert "10.0 MB is too much" in complaint(big).what
    pipe = own / "pipe.toml"
    os.mkfifo(pipe)
    assert "not a plain file" in complaint(pipe).what
    assert "not UTF-8" in complaint(put(own, "utf16.toml", 'steps = "1m run"'.encode("utf-16"))).what
    loop = own / "loop.toml"
    loop.symlink_to(loop)
    assert isinstance(complaint(loop), StorageError)


# Writing


@given(workouts)
@settings(max_examples=100)
def test_what_is_written_as_a_file_is_read_back(tmp_path_factory: pytest.TempPathFactory, workout: Workout) -> None:
    folder = tmp_path_factory.mktemp("own")
    text = f"# mine\n{format_workout(workout)}  # it's done '''"
    file = write_workout(folder, "mine", toml_of(text))
    assert load_workout(file).steps == workout.steps
    assert load_workout(file).name == workout.name or workout.name is None
    assert "# mine" in file.read_text(encoding="utf-8")


def test_nothing_is_overwritten_unless_forced(own: Path) -> None:
    file = write_workout(own, "mine", toml_of("1m run"))
    with pytest.raises(BadInput, match="already have a workout “mine”"):
        write_workout(own, "mine", toml_of("2m run"))
    assert load_workout(file).steps == parse("1m run").steps
    write_workout(own, "mine", toml_of("2m run"), force=True)
    assert load_workout(file).steps == parse("2m run").steps
    assert contents(own) == ["mine.toml"]
    assert file.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "a/b", "", ".", "..", "A", "a b", "é", "-a", "a\n", "\0", "x" * 65]
)
def test_names_that_could_lead_elsewhere(own: Path, name: str) -> None:
    with pytest.raises(BadInput) as caught:
        write_workout(own, name, toml_of("1m run"))
    assert "a-z" in caught.value.remedy
    assert contents(own) == []


def test_a_folder_that_cannot_be_written(own: Path) -> None:
    blocked = put(own, "file", "")
    with pytest.raises(StorageError) as caught:
        write_workout(blocked / "workouts", "mine", toml_of("1m run"))
    assert caught.value.exit_code == ExitCode.STORAGE


def test_a_full_disk_leaves_what_was_there(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    file = write_workout(own, "mine", toml_of("1m run"))
    real = os.fdopen

    def open_full(handle: int, *rest: str, **more: str) -> object:
        os.close(handle)
        return real(os.open(full, os.O_WRONLY), *rest, **more)

    # Everything is real but the file that is written to.
    monkeypatch.setattr(os, "fdopen", open_full)
    with pytest.raises(StorageError, match="No space left"):
        write_workout(own, "mine", toml_of("2m run"), force=True)
    monkeypatch.undo()
    assert load_workout(file).steps == parse("1m run").steps
    assert contents(own) == ["mine.toml"]


@pytest.mark.parametrize(
    ("text", "remedy"), [("400m", "400mtr"), ("run", "1m run"), ("Warmup", "1m run"), ("5m", "5m walk")]
)
def test_half_a_step_is_told_what_is_missing(text: str, remedy: str, tmp_path: Path) -> None:
    with pytest.raises(SyntaxProblem) as told:
        resolve(text, tmp_path)
    assert remedy in told.value.remedy
