"""Ratings from a spreadsheet or a program: CSV with a head line, a JSON array, or a JSON object a line.

Commas part the columns, or what the head line has instead: tabs, or semicolons, as where a decimal comma is written.

The columns are the fields of a rating (docs/comeback.md). What is imported counts as given when it is imported.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, cast

from pydantic import ValidationError

from coach.clock import day_and_time, local_instant
from coach.coaching.run_names import RunOf
from coach.errors import BadInput
from coach.model.rating import Occasion, SymptomRating
from coach.model.refusals import plain_words
from coach.model.zones import zone

MAX_BYTES = 10_000_000
MAX_ROWS = 20_000
_WORDS = {"yes": True, "no": False, "true": True, "false": False, "y": True, "n": False}
_KEPT = "nothing was kept"
_NOTHING_KEPT = f"mend it; {_KEPT}"
_PARTED_BY = {",": "commas", ";": "semicolons", "\t": "tabs"}
_WHOLE_NUMBER = re.compile(r"(-?[0-9]{1,9})([.,]0+)?")
"""With the fraction that spreadsheets add, in any language."""
_NAMES = tuple(SymptomRating.model_fields)
_WHOLE = frozenset(
    ("pain_now", "pain_during", "first_steps", "stiffness_min", "warmup_soreness", "confidence", "effort",
     "muscle_soreness", "pain_elsewhere", "distance_m")
)  # fmt: skip
_FLAGS = frozenset(
    ("limp", "sharp_pain", "swelling", "giving_way", "woken", "completed", "painkiller", "back_to_usual")
)


def read_ratings(text: str, name: str, zone_name: str, run_of: RunOf | None = None) -> list[tuple[str, SymptomRating]]:
    """Every rating of a file's ``text`` with its place, file and line; ``name`` is for those. Times without an offset
    are in the rating's zone, and that is ``zone_name`` where none is given. ``run_of`` finds the run that is meant;
    without it the id of the run has to stand there.

    Raises BadInput that names the line and the column; then nothing of the file is to be kept.
    """
    text = text.removeprefix("\ufeff")
    rows = _json_rows(text, name) if text.lstrip()[:1] in ("[", "{") else _csv_rows(text, name)
    found: list[tuple[str, SymptomRating]] = []
    for where, row in rows:
        if len(found) == MAX_ROWS:
            raise BadInput(f"more than {MAX_ROWS} ratings", where=name, remedy="import them in parts")
        found.append((where, _rating(row, where, zone_name, run_of)))
    if not found:
        raise BadInput("there is no rating in it", where=name, remedy="the first line names the columns: occasion,at,…")
    return found


def rating_line(rating: SymptomRating) -> str:
    """``rating`` as a line of JSON that can be read again: always with its zone, for a missing one is the reader's."""
    told = rating.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(told | {"zone": rating.zone}, ensure_ascii=False)


def _csv_rows(text: str, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    head = text.lstrip().partition("\n")[0]
    parted_by = max(_PARTED_BY, key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=parted_by, strict=True)
    columns: list[str] = []
    where = f"{name}:1"
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any("\n" in cell or "\r" in cell for cell in cells):
                remedy = f"quotes come in pairs: does one have no end? {_KEPT}"
                raise BadInput("a value goes on over the end of its line", where=where, remedy=remedy)
            if not columns and any(cells):
                columns = cells
                _check_head(columns, where)
            elif any(cells):  # spreadsheets leave lines with nothing in them
                _check_cells(cells, columns, parted_by, where)
                yield where, {key: _cell(key, cell, where) for key, cell in zip(columns, cells, strict=False) if cell}
            where = f"{name}:{reader.line_num + 1}"  # where the next one begins
    except csv.Error as error:
        remedy = f"quotes come in pairs, around a whole value: does one have no end? {_KEPT}"
        raise BadInput(f"not CSV: {error}", where=where, remedy=remedy) from None


def _check_head(columns: list[str], where: str) -> None:
    twice = next((column for column in columns if column and columns.count(column) > 1), None)
    if twice is not None:
        raise BadInput(f"the column {twice[:30]} is there twice", where=where, remedy=_NOTHING_KEPT)


def _check_cells(cells: list[str], columns: list[str], parted_by: str, where: str) -> None:
    by = _PARTED_BY[parted_by]
    remedy = f"{by} part the columns in the head line: use them here too, and quote a value that holds one; {_KEPT}"
    if any(cells[len(columns) :]):
        raise BadInput("more values than columns", where=where, remedy=remedy)
    if len(cells) == 1 < len(columns) and any(other in cells[0] for other in _PARTED_BY):
        raise BadInput("one value for all the columns", where=where, remedy=remedy)


def _cell(key: str, text: str, where: str) -> Any:
    if key in _WHOLE:
        whole = _WHOLE_NUMBER.fullmatch(text)
        if whole is None:
            raise BadInput(
                f"{key}: {text[:20]} is no whole number", where=where, remedy="give one number; " + _NOTHING_KEPT
            )
        return int(whole[1])
    if key in _FLAGS:
        return _WORDS.get(text.casefold(), text)
    if key == "red_flags":
        return text.replace(";", " ").split()
    return text


def _json_rows(text: str, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    where = name
    parsed: list[tuple[str, Any]] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise BadInput(f"{key[:30]} is there twice in one rating", where=where, remedy=_NOTHING_KEPT)
            found[key] = value
        return found

    try:
        if text.lstrip().startswith("["):
            items = json.loads(text, object_pairs_hook=once)
            parsed = [(f"{name}, rating {n}", item) for n, item in enumerate(items, start=1)]
        else:
            for n, line in enumerate(text.split("\n"), start=1):  # a note may hold other breaks
                where = f"{name}:{n}"
                if line.strip():
                    parsed.append((where, json.loads(line, object_pairs_hook=once)))
    except (ValueError, RecursionError) as error:
        raise BadInput(f"not JSON: {str(error)[:80]}", where=where, remedy=_NOTHING_KEPT) from None
    for where, item in parsed:
        if not isinstance(item, dict):
            raise BadInput("a rating is an object", where=where, remedy=_NOTHING_KEPT)
        yield where, cast("dict[str, Any]", item)


def _rating(row: Mapping[str, Any], where: str, zone_name: str, run_of: RunOf | None) -> SymptomRating:
    values = {key: value for key, value in row.items() if value is not None and value != ""}
    for key in values:
        if key not in _NAMES:
            raise BadInput(
                f"unknown column {key[:30]}",
                where=where,
                remedy=f"the columns are {', '.join(_NAMES)}; commas, semicolons or tabs part them; {_NOTHING_KEPT}",
            )
    values.setdefault("zone", zone_name)
    at = _at(values.get("at", ""), str(values["zone"]), where)
    values["at"] = at.isoformat()
    run = values.get("run")
    if run_of is not None and values.get("occasion") == Occasion.AFTER and (run is None or isinstance(run, str)):
        try:
            values["run"] = run_of(run, at, str(values["zone"]))
        except BadInput as problem:
            raise BadInput(problem.what, where=where, remedy=f"{problem.remedy}; {_KEPT}") from None
    try:
        return SymptomRating.model_validate_json(json.dumps(values))
    except ValidationError as error:
        raise BadInput(plain_words(error), where=where, remedy=_NOTHING_KEPT) from None


def _at(written: object, zone_name: str, where: str) -> datetime:
    """When that was. Raises BadInput for what is no time, and for a zone that does not exist."""
    try:
        rules = zone(zone_name)
    except ValueError as error:
        remedy = f"write a name such as Europe/Berlin; {_NOTHING_KEPT}"
        raise BadInput(f"zone: {str(error)[:60]}", where=where, remedy=remedy) from None
    try:
        wall = day_and_time(str(written))
    except ValueError:
        remedy = "write the day and the time, 2026-03-02T07:10; " + _NOTHING_KEPT
        raise BadInput("at is not a time", where=where, remedy=remedy) from None
    try:
        return local_instant(wall, rules)
    except ValueError as error:
        raise BadInput(f"at: {error}", where=where, remedy=_NOTHING_KEPT) from None
