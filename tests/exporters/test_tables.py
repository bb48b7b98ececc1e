"""The record as tables: what is in them, what never is, and that ratings come back as they went."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coach.coaching.rating_files import read_ratings
from coach.model.rating import SymptomRating
from coach.model.sheets import TableSheet
from exporters.tables import as_csv, as_jsonl

RATINGS = [
    SymptomRating(
        occasion="morning", at=datetime(2026, 3, 2, 6, tzinfo=UTC), zone="+02:00", first_steps=1, swelling=False,
        woken=True, painkiller=False, note='so-so, "stiff"\n=SUM(A1)', red_flags=("fever-after-surgery", "sudden-pop"),
    ),
    SymptomRating(
        occasion="follow-up", at=datetime(2026, 3, 4, 6, tzinfo=UTC), zone="Europe/Berlin", back_to_usual=True,
        swelling=False,
    ),
]  # fmt: skip


def table() -> TableSheet:
    rows = [rating.model_dump(mode="json") for rating in RATINGS]
    return TableSheet("ratings", tuple(SymptomRating.model_fields), rows)


@pytest.mark.parametrize("exporter", [as_csv, as_jsonl], ids=["csv", "jsonl"])
def test_ratings_come_back_as_they_went(exporter: object) -> None:
    out = (as_csv if exporter is as_csv else as_jsonl).export(table()).data.decode()
    assert [rating for _, rating in read_ratings(out, "x", "UTC")] == RATINGS


def test_what_a_spreadsheet_would_work_out_is_shown_instead() -> None:
    cells = ["=1+1", "@x", "-2+3+cmd", "+1 day", "-1", "+02:00", "-05:30", "1.5", "plain", "a=b"]
    made = as_csv.export(TableSheet("x", ("a",), [{"a": cell} for cell in cells]))
    read = [row[0] for row in csv.reader(io.StringIO(made.data.decode()))][1:]
    assert read == ["'=1+1", "'@x", "'-2+3+cmd", "'+1 day", *cells[4:]]
    assert made.remarks == ("4 texts begin like a formula: an apostrophe stands before them",)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
@example(["🏃‍♀️", "ركض", "x" * 300, "\0\x07\x1b\r\n\u2028\x85", '",;\n'])
def test_any_text_comes_back_whole(cells: list[str]) -> None:
    sheet = TableSheet("x", ("a", "b"), [{"a": cell, "b": 1} for cell in cells])
    lines = as_jsonl.export(sheet).data.decode().removesuffix("\n").split("\n")
    assert [json.loads(line)["a"] for line in lines] == cells
    read = [row[0] for row in csv.reader(io.StringIO(as_csv.export(sheet).data.decode(), newline=""))][1:]
    assert [found.removeprefix("'") for found in read] == [cell.removeprefix("'") for cell in cells]


def test_no_rows_are_a_head_line() -> None:
    assert as_csv.export(TableSheet("x", ("a", "b"), ())).data == b"a,b\n"
    assert as_jsonl.export(TableSheet("x", ("a", "b"), ())).data == b""
