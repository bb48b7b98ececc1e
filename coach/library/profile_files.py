"""Reads what `coach init` asks from a TOML file: its keys are the options."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any, cast

from coach.library.toml_files import Place, read_text, shown, table_of
from coach.model.profile import Injury

MAX_INJURIES = 10
INJURY_KEYS = ("kind", "side", "onset", "site", "surgery")


def load_answers(file: Path, keys: Iterable[str]) -> tuple[dict[str, str], tuple[Injury, ...]]:
    """The answers in ``file`` as a runner would type them, by key; and the injuries if they are given as tables.

    Raises BadInput naming file and key; StorageError.
    """
    known = tuple(keys)
    place = Place(str(file))
    table = table_of(read_text(file, "profile"), place.file, known, 'injury = "achilles"')
    place.know(table, known, ())
    injuries: tuple[Injury, ...] = ()
    value = table.get("injury")
    if isinstance(value, list) and any(isinstance(item, dict) for item in cast("list[object]", value)):
        injuries = tuple(_injury(at, item) for at, item in place.tables(table.pop("injury"), "injury", MAX_INJURIES))
    return {key: _typed(value, place.under(key)) for key, value in table.items()}, injuries


def _injury(place: Place, item: Mapping[str, Any]) -> Injury:
    place.know(item, INJURY_KEYS, ("kind",))
    for key, value in item.items():
        if isinstance(value, datetime):
            _refuse_time(value, place.under(key))
    return place.build(Injury, item)


def _typed(value: object, place: Place) -> str:
    """A TOML value as it would be typed."""
    if isinstance(value, list):
        return ",".join(_typed(item, place) for item in cast("list[object]", value))
    if isinstance(value, datetime):
        _refuse_time(value, place)
    if isinstance(value, bool | dict | time):
        place.refuse(f"{shown(cast('object', value))} is not allowed here", "write what the option takes, in quotes")
    return str(value)[:100]


def _refuse_time(value: datetime, place: Place) -> None:
    place.refuse("a day with a time is not allowed here", f"where a day is asked, write it alone: {value.date()}")
