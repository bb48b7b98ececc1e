"""The record as tables: what is in them, what never is, and that ratings come back as they went."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coach.bootstrap.tables import TABLES
from coach.coaching.rating_files import read_ratings
from coach.model.rating import SymptomRating
from coach.model.sheets import TableSheet
from exporters.tables import as_csv, as_jsonl
from tests.cli.comeback import Home

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
    assert read_ratings(out, "x", "UTC", UTC) == RATINGS


def test_what_a_spreadsheet_would_work_out_is_shown_instead() -> None:
    cells = ["=1+1", "@x", "-2+3+cmd", "+1 day", "-1", "+02:00", "-05:30", "1.5", "plain", "a=b"]
    made = as_csv.export(TableSheet("x", ("a",), [{"a": cell} for cell in cells]))
    read = [row[0] for row in csv.reader(io.StringIO(made.data.decode()))][1:]
    assert read == ["'=1+1", "'@x", "'-2+3+cmd", "'+1 day", *cells[4:]]
    assert made.remarks == ("4 texts begin like a formula: an apostrophe stands before them",)


def test_no_rows_are_a_head_line() -> None:
    assert as_csv.export(TableSheet("x", ("a", "b"), ())).data == b"a,b\n"
    assert as_jsonl.export(TableSheet("x", ("a", "b"), ())).data == b""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A runner who rated a morning, ran, and has a secret in the settings."""
    home = Home(tmp_path)
    config = tmp_path / "home" / "config"
    config.mkdir(parents=True)
    (config / "config.toml").write_text('output_file = "hunter2.wav"\n')
    home.says("init", "--injury", "none", "--yes")
    home.coach("morning", "1", "--confidence", "8", "--nothing-else", "--note", "stiff")
    home.now = "2026-03-02T12:00"
    home.coach("ran", "11:00", "5", "--distance", "1.2")
    return home


def test_the_tables_of_a_real_journal(home: Home) -> None:
    rows = list(csv.DictReader(io.StringIO(home.says("export", "csv"))))
    assert [(row["occasion"], row["first_steps"], row["note"]) for row in rows] == [("morning", "1", "stiff")]
    [run] = list(csv.DictReader(io.StringIO(home.says("export", "csv", "runs"))))
    assert (run["source"], run["counts"], run["distance_m"]) == ("told", "true", "1200")
    assert datetime.fromisoformat(run["start"]) == datetime(2026, 3, 2, 10, tzinfo=UTC)
    events = [json.loads(line) for line in home.says("export", "jsonl", "journal").splitlines()]
    kept = [json.loads(line) for line in home.kept()]
    assert [(e["id"], json.loads(e["event"])) for e in events] == [(k["id"], k["event"]) for k in kept]


def test_no_secret_and_no_device_goes_out(home: Home) -> None:
    device = json.loads(home.kept()[0])["device"]
    for name in TABLES:
        for form in ("csv", "jsonl"):
            out = home.says("export", form, name)
            assert "hunter2" not in out
            assert f'"{device}"' not in out
            assert f",{device}," not in out


def test_a_table_is_for_its_owner_alone(home: Home, tmp_path: Path) -> None:
    home.says("export", "csv", "-o", str(tmp_path))
    assert (tmp_path / "ratings.csv").stat().st_mode & 0o777 == 0o600


def test_a_table_is_no_workout_and_the_other_way_round(home: Home) -> None:
    assert "holds no '1m run' — say ratings, runs or journal" in home.refuses("export", "csv", "1m run")
    assert "holds no" in home.refuses("export", "csv", "ratings", "runs")
    assert "no workout is called" in home.refuses("export", "text", "ratings")
