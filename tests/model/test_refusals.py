"""What the validator reports, in words that name what is allowed."""

import re
from datetime import date
from enum import StrEnum
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_core._pydantic_core import list_all_errors

from coach.model.refusals import _KINDS, _WORDS, plain_words  # pyright: ignore[reportPrivateUsage]

RAW = re.compile(r"(?i)input should|pydantic|valid |parsing|\{|\}|string should|extra inputs|literal|enum")


class Word(StrEnum):
    A = "one"
    B = "two"


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")
    score: int = Field(default=0, ge=0, le=10)
    word: Word = Word.A
    choice: Literal["x", "y"] = "x"
    name: str = Field(default="n", min_length=1, max_length=5)
    day: date | None = None
    swollen: bool = False
    several: tuple[int, ...] = ()

    @field_validator("name")
    @classmethod
    def _no_dots(cls, name: str) -> str:
        if "." in name:
            raise ValueError("a name has no dots")
        return name


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"score": 11}, "score must be 10 or less, not 11"),
        ({"score": -1}, "score must be 0 or more, not -1"),
        ({"score": "many"}, 'score must be a whole number, not "many"'),
        ({"score": 1.5}, "score must be a whole number, not 1.5"),
        ({"word": "three"}, 'word must be one of one, two, not "three"'),
        ({"choice": "z"}, 'choice must be one of x, y, not "z"'),
        ({"name": ""}, "name must not be empty"),
        ({"name": "too long"}, 'name is too long: 5 letters at most, not "too long"'),
        ({"name": "a.b"}, "name: a name has no dots"),
        ({"day": "soon"}, 'day must be a date, such as 2026-03-02, not "soon"'),
        ({"swollen": "a bit"}, 'swollen must be yes or no, not "a bit"'),
        ({"several": 3}, "several must be a list, not 3"),
        ({"several": [1, "x"]}, 'several.1 must be a whole number, not "x"'),
        ({"mood": 3}, "mood is not known"),
        ([], "must hold names with their values"),
    ],
)
def test_the_first_thing_wrong_is_said_plainly(given: Any, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Model.model_validate(given)
    assert plain_words(caught.value) == words
    assert not RAW.search(words)


@pytest.mark.parametrize("report", list_all_errors(), ids=lambda report: report["type"])
def test_no_report_reaches_the_runner_raw(report: Any) -> None:
    context = report.get("example_context") or {}
    if report["type"] in ("value_error", "assertion_error"):
        return
    with pytest.raises(ValidationError) as caught:
        raise ValidationError.from_exception_data(
            "Model", [{"type": report["type"], "loc": ("key",), "input": "x", "ctx": context}]
        )
    said = plain_words(caught.value)
    assert said.startswith("key ")
    assert not RAW.search(said)


def test_every_word_is_of_a_report_there_is() -> None:
    kinds = {report["type"] for report in list_all_errors()}
    assert set(_WORDS) <= kinds
    assert all(any(kind.startswith(begins) for kind in kinds) for begins, _ in _KINDS)


def test_a_report_of_ones_own_is_no_crash() -> None:
    error = ValidationError.from_exception_data(
        "Model", [{"type": PydanticCustomError("mine", "mine"), "loc": (), "input": object()}]
    )
    assert plain_words(error) == "does not fit"
