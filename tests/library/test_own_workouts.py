"""The runner's own workouts: opened, saved with nothing lost, deleted and brought back."""

from pathlib import Path

import pytest
from hypothesis import given

from coach.errors import BadInput, CoachError
from coach.library.catalogue import Catalogue
from coach.library.drafts import Drafts
from coach.library.own_workouts import Opened, OwnWorkouts, Written, check
from coach.library.workout_files import load_workout
from coach.model.syntax import SyntaxProblem, parse
from coach.model.syntax_words import format_lines
from coach.model.workout import Workout
from tests.model.workouts import workouts

MINE = """\
# what the physio and I agreed on
title = "Mine"
steps = '''
5m walk   # slowly
1m run
'''
# to be reviewed in May
"""


@pytest.fixture
def own(tmp_path: Path) -> OwnWorkouts:
    folder = tmp_path / "workouts"
    folder.mkdir()
    (folder / "mine.toml").write_text(MINE, encoding="utf-8")
    return OwnWorkouts(Catalogue(folder))


def test_one_s_own_is_opened_as_it_was_typed(own: OwnWorkouts) -> None:
    opened = own.open("mine")
    assert opened.written == Written("mine", "Mine", "", "5m walk   # slowly\n1m run")
    assert opened.file == own.folder / "mine.toml"
    assert own.open(str(opened.file)) == own.open("MINE") == opened


def test_saving_changes_only_what_was_changed(own: OwnWorkouts) -> None:
    opened = own.open("mine")
    saved = own.save(opened, Written("mine", "Mine, longer", "", "5m walk   # slowly\n2m run"))
    assert saved.text == MINE.replace('"Mine"', '"Mine, longer"').replace("1m run", "2m run")
    assert saved.file is not None
    assert saved.file.read_text(encoding="utf-8") == saved.text
    assert own.save(saved, opened.written).text == MINE
    assert own.open("mine") == own.save(saved, opened.written)


def test_a_new_name_moves_the_file(own: OwnWorkouts) -> None:
    saved = own.save(own.open("mine"), Written("yours", "Mine", "", "5m walk   # slowly\n1m run"))
    assert [file.name for file in own.folder.iterdir()] == ["yours.toml"]
    assert saved.text == MINE


def test_a_name_that_is_taken_is_refused_unless_forced(own: OwnWorkouts) -> None:
    opened = own.new()
    written = Written("mine", "", "", "1m run")
    assert own.is_taken(opened, "mine")
    with pytest.raises(BadInput, match="already have"):
        own.save(opened, written)
    assert own.open("mine").text == MINE
    own.save(opened, written, force=True)
    assert own.open("mine").written.steps == "1m run"


@pytest.mark.parametrize("argument", ["seed-start", "osu", "osu/2-3", "5m walk, 8x(1m run, 2m walk)", '"T": 1m run'])
def test_anything_else_is_opened_as_a_copy(own: OwnWorkouts, argument: str) -> None:
    opened = own.open(argument)
    assert opened.file is None
    assert opened.written.name not in own.catalogue.names()
    assert check(opened.written).steps == own.catalogue.resolve(argument).workout.steps
    saved = own.save(opened, opened.written)
    assert load_workout(own.folder / f"{opened.written.name}.toml").steps == parse(opened.written.steps).steps
    assert saved.file is not None


def test_copies_do_not_share_a_name(own: OwnWorkouts) -> None:
    first = own.open("seed-start")
    own.save(first, first.written)
    assert (first.written.name, own.open("seed-start").written.name) == ("my-seed-start", "my-seed-start-2")


def test_one_that_is_wrong_is_opened_to_be_mended(own: OwnWorkouts) -> None:
    (own.folder / "wrong.toml").write_text('title = ""\nsteps = "5m wolk"\n', encoding="utf-8")
    opened = own.open("wrong")
    assert opened.written.steps == "5m wolk"
    with pytest.raises(SyntaxProblem):
        own.save(opened, opened.written)
    own.save(opened, Written("wrong", "", "", "5m walk"))
    assert own.open("wrong").written.steps == "5m walk"
    (own.folder / "broken.toml").write_text("steps = = 3", encoding="utf-8")
    with pytest.raises(BadInput, match=r"broken\.toml"):
        own.open("broken")
    (own.folder / "strange.toml").write_text('stepz = "1m run"', encoding="utf-8")
    with pytest.raises(BadInput, match="unknown key"):
        own.open("strange")


def test_deleting_is_undone(own: OwnWorkouts) -> None:
    opened = own.open("mine")
    assert opened.file is not None
    aside = own.delete(opened.file)
    assert "mine" not in own.catalogue.names()
    assert own.last_deleted() == aside
    assert own.bring_back(aside) == opened.file
    assert own.open("mine") == opened
    assert own.last_deleted() is None


def test_what_was_deleted_does_not_push_a_newer_one_aside(own: OwnWorkouts) -> None:
    aside = own.delete(own.folder / "mine.toml")
    own.save(own.new(), Written("mine", "", "", "1m run"))
    with pytest.raises(BadInput, match="another workout"):
        own.bring_back(aside)
    assert own.open("mine").written.steps == "1m run"
    assert aside.exists()


def test_a_change_from_elsewhere_is_seen(own: OwnWorkouts) -> None:
    opened = own.open("mine")
    assert not own.is_changed_elsewhere(opened)
    assert opened.file is not None
    opened.file.write_text("steps = '1m run'", encoding="utf-8")
    assert own.is_changed_elsewhere(opened)
    assert not own.is_changed_elsewhere(own.new())


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (Written("No Name", "", "", "1m run"), "cannot be the name"),
        (Written("a", "x" * 81, "", "1m run"), "longer than 80"),
        (Written("a", "", "x" * 2001, "1m run"), "longer than 2000"),
        (Written("a", "\x1b", "", "1m run"), "invisible character"),
        (Written("a", "T", "", '"U": 1m run'), "two titles"),
        (Written("a", "", "", ""), "there is no step"),
    ],
)
def test_nothing_wrong_is_saved(own: OwnWorkouts, written: Written, words: str) -> None:
    with pytest.raises(CoachError, match=words):
        own.save(own.new(), written)
    assert [file.name for file in own.folder.iterdir()] == ["mine.toml"]


@given(workouts)
def test_any_workout_survives_the_file(tmp_path_factory: pytest.TempPathFactory, workout: Workout) -> None:
    own = OwnWorkouts(Catalogue(tmp_path_factory.mktemp("own")))
    written = Written("w", workout.name or "", "", format_lines(workout.steps))
    saved = own.save(Opened(written), written)
    assert own.open("w") == saved
    again = own.save(saved, Written("w", "Other", "Two\nlines", "1m run"))
    assert check(again.written).steps == parse("1m run").steps
    back = own.save(again, written)
    assert load_workout(own.folder / "w.toml").steps == workout.steps
    assert own.open("w").written == back.written == written


def test_a_draft_is_kept_for_its_owner_alone_and_dropped(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "drafts")
    assert drafts.read("own-mine") is None
    drafts.keep("own-mine", {"steps": "5m wolk"})
    assert drafts.read("own-mine") == {"steps": "5m wolk"}
    assert (tmp_path / "drafts" / "own-mine.json").stat().st_mode & 0o077 == 0
    drafts.drop("own-mine")
    drafts.drop("own-mine")
    assert drafts.read("own-mine") is None
    drafts.keep("../../x", {"a": "b"})
    assert [file.parent for file in tmp_path.rglob("*.json")] == [tmp_path / "drafts"]
    (tmp_path / "drafts" / "own-bad.json").write_text("[1", encoding="utf-8")
    assert drafts.read("own-bad") is None
