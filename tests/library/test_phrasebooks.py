"""Text files: found, read, and refused with the file, the key and a remedy when they are not whole."""

from pathlib import Path

import pytest

from coach.errors import BadInput, StorageError
from coach.library.phrasebooks import languages, load_phrasebook, read_phrasebook
from coach.resources import shipped

ENGLISH = (shipped("sounds") / "texts" / "en.toml").read_text(encoding="utf-8")


def written(folder: Path, text: str, name: str = "en.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def changed(old: str, new: str) -> str:
    assert ENGLISH.count(old) == 1
    return ENGLISH.replace(old, new)


def test_four_languages_are_shipped_and_whole():
    assert sorted(languages()) == ["de", "en", "es", "fr"]
    for language in languages():
        assert load_phrasebook(language).language == language


def test_a_language_is_added_by_adding_a_file(tmp_path: Path):
    written(tmp_path, changed('language = "en"', 'language = "en-x"').replace('"Halfway"', '"Middle"'), "en-x.toml")
    assert load_phrasebook("en-x", own=tmp_path).texts.halfway == "Middle"
    assert sorted(languages(tmp_path)) == ["de", "en", "en-x", "es", "fr"]


def test_the_runners_own_file_goes_before_the_shipped_one(tmp_path: Path):
    written(tmp_path, ENGLISH.replace('"Halfway"', '"Half"'))
    assert load_phrasebook("en", own=tmp_path).texts.halfway == "Half"


def test_an_absent_folder_of_own_texts_is_no_fault(tmp_path: Path):
    assert load_phrasebook("en", own=tmp_path / "none").language == "en"


def test_a_folder_of_own_texts_that_cannot_be_read_is_told(tmp_path: Path):
    with pytest.raises(StorageError, match="cannot be read"):
        languages(tmp_path / ("x" * 300))


def test_a_language_with_three_plural_forms(tmp_path: Path):
    rule = "n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2"
    text = ENGLISH.replace("forms = 2", "forms = 3").replace('"n != 1"', f'"{rule}"')
    lines = []
    for line in text.splitlines():
        plural = line.startswith(("hour", "minute", "second", "left", "whole", "and_", "runs"))
        lines.append(line.removesuffix("]") + ', "{time} x"]' if plural and line.startswith("left") else
                     line.removesuffix("]") + ', "{n} x"]' if plural else line)  # fmt: skip
    book = read_phrasebook(written(tmp_path, "\n".join(lines)))
    assert [book.time(n * 1000)[0] for n in (1, 2, 5, 22)] == [
        "one second",
        "two seconds",
        "five x",
        "twenty-two seconds",
    ]


def test_an_unknown_language_names_those_there_are():
    with pytest.raises(BadInput, match="'tlh'") as caught:
        load_phrasebook("tlh")
    assert "de, en, es, fr" in caught.value.remedy
    assert "tlh.toml" in caught.value.remedy


@pytest.mark.parametrize(
    ("old", "new", "key", "what"),
    [
        ('halfway = "Halfway"\n', "", "halfway", "missing"),
        ('late = "Too late', '# late = "Too late', "notices.late", "missing"),
        ("[steps.rest]", "[steps.sleep]", "steps.sleep", "must be one of"),
        ('halfway = "Halfway"', 'halfway = "Halfway"\nhalfwya = "x"', "halfwya", "is not known"),
        ('halfway = "Halfway"', 'halfway = ""', "halfway", "must not be empty"),
        ('"Run {k} of {n}"', '"Run {k}"', "run_of", "{n}"),
        ('"Run {k} of {n}"', '"Run {k} of {n} in {m}"', "run_of", "{m}"),
        ('halfway = "Halfway"', 'halfway = "Halfway {n}"', "halfway", "{n}"),
        ('halfway = "Halfway"', 'halfway = "Halfway {"', "halfway", "brace"),
        ('["{n} hour", "{n} hours"]', '["{n} hour"]', "time.hour", "1 plural forms"),
        ('["{n} hour", "{n} hours"]', '["{n} hour", "{n:d} hours"]', "time.hour", "more than a name"),
        ('["{n} hour", "{n} hours"]', '["{n} hour", "{n!z} hours"]', "time.hour", "more than a name"),
        ('decimal = "{n} metres"', 'decimal = ["{n} a", "{n} b", "{n} c"]', "distance.metre.decimal", "3 plural forms"),
        ('rule = "n != 1"', 'rule = "n > 700 ? 5 : n != 1"', "plural.rule", "form"),
        ('["{n} hour", "{n} hours"]', '["{n} hour", "hours"]', "time.hour", "lacks"),
        ('rule = "n != 1"', 'rule = "n + 7"', "plural.rule", "form"),
        ('rule = "n != 1"', 'rule = "import os"', "plural.rule", "plural"),
        ('rule = "n != 1"', 'rule = "n - 1"', "plural.rule", "form"),
        ('rule = "n != 1"', 'rule = "n %"', "plural.rule", "plural"),
        ('rule = "n != 1"', 'rule = "5 / n"', "plural.rule", "zero"),
        ("forms = 2", "forms = 0", "plural.forms", "must be 1 or more"),
        ('"Three", "Two", "One"', '"Two", "One"', "countdown", "missing"),
        ('pause = "Paused."', "pause = []", "session.pause", "must not be empty"),
        ('pause = "Paused."', 'pause = "Paused {now}."', "session.pause", "{now}"),
        ('language = "en"', 'language = "English"', "language", "right form"),
        ('language = "en"', 'language = "de"', "language", "en.toml"),
        ('language = "en"', "language =", "TOML", "line 3"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_whole_is_refused_by_file_and_key(tmp_path: Path, old: str, new: str, key: str, what: str):
    file = written(tmp_path, changed(old, new))
    with pytest.raises(BadInput) as caught:
        read_phrasebook(file)
    assert caught.value.where == str(file)
    assert key in caught.value.what
    assert what.lower() in caught.value.what.lower()
    assert caught.value.remedy


def test_a_singular_that_serves_one_number_may_leave_it_out(tmp_path: Path):
    file = written(tmp_path, changed('["{n} hour", "{n} hours"]', '["an hour", "{n} hours"]'))
    assert read_phrasebook(file).time(3_600_000) == ("an hour",)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path):
    file = tmp_path / "en.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="byte 1 is not UTF-8 text"):
        read_phrasebook(file)
