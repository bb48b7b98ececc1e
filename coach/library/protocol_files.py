"""Protocol files: TOML with ``[[stage]]`` tables. Described in docs/protocols.md."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import Field

from coach.errors import BadInput
from coach.library.sources import Sources, check_source, shipped_sources
from coach.library.toml_files import Place, read_text, shown, table_of
from coach.model.build import BUILD
from coach.model.protocol import Protocol, Slug, Stage
from coach.model.source import SourceId
from coach.model.syntax import SyntaxProblem, parse
from coach.model.workout import MAX_NAME, DistanceDuration, Frozen, Name, Step, Workout

MAX_STAGES = 100
MAX_SESSIONS = 30

PROTOCOL_KEYS = ("title", "description", "source", "injuries", "no_injury", "then", "stage")
STAGE_KEYS = (
    "id", "title", "sessions", "distance", "good_sessions", "rest_days", "gap_h", "weekly_max", "rpe_ceiling",
    "terrain", "phase", "source", "other_sources", "weeks_alternate", "weekly_fraction",
)  # fmt: skip

_EXAMPLE = 'sessions = ["5m walk, 8x(1m run, 2m walk), 5m walk"]'
_STAGE = re.compile(r"""^[ \t]*(?:\[\[?[ \t]*)?(?:stage|"stage"|'stage')[ \t]*[]=.]""", re.MULTILINE)


class _Head(Frozen):
    """What is read of a stage before its sessions, so that they can be called after it."""

    id: Slug
    title: Name = Field(description="a short text in quotes, 80 characters at most")


class _Whole(_Head):
    source: SourceId


def is_protocol(text: str) -> bool:
    """Whether a TOML file with this text is a protocol: it has stages. Where it is broken, whether it looks so."""
    try:
        return "stage" in table_of(text, "", PROTOCOL_KEYS, _EXAMPLE)
    except BadInput:
        return _STAGE.search(text) is not None


def load_protocol(file: Path, sources: Sources | None = None) -> Protocol:
    """The protocol in ``file``, called by the file's name; it may cite ``sources``, those shipped if none are given.

    Where ``then`` leads is not looked at. Raises BadInput naming file and key; StorageError if it cannot be read.
    """
    return read_protocol(read_text(file, "protocol"), file, sources)


def read_protocol(text: str, file: Path, sources: Sources | None = None) -> Protocol:
    """As :func:`load_protocol`, for a ``text`` that has been read."""
    known = shipped_sources() if sources is None else sources
    place = Place(str(file))
    if file.stem == BUILD:
        place.refuse(f"{BUILD} is what the stages after 30 minutes are called", "give the file another name")
    table = table_of(text, place.file, PROTOCOL_KEYS, _EXAMPLE)
    place.know(table, PROTOCOL_KEYS, ("title", "source", "stage"))
    head = place.build(_Whole, {"id": file.stem, "title": table["title"], "source": table["source"]})
    check_source(head.source, known, place.under("source"))
    stages = [_stage(item, at, head.title, known) for at, item in place.tables(table["stage"], "stage", MAX_STAGES)]
    seen: set[str] = set()
    for number, stage in enumerate(stages, start=1):
        if stage.id in seen:
            place.under("stage", number).under("id").refuse(
                f"two stages are called {stage.id}", "give one of them another id"
            )
        seen.add(stage.id)
    rest = {key: table[key] for key in ("injuries", "no_injury", "then") if key in table}
    words = table.get("description", "")
    description = words.strip() if isinstance(words, str) else words
    values = {**head.model_dump(), **rest, "description": description, "stages": tuple(stages)}
    return place.build(Protocol, values)


def _stage(item: Mapping[str, Any], place: Place, protocol: str, sources: Sources) -> Stage:
    place.know(item, STAGE_KEYS, ("id", "title", "sessions", "source"))
    head = place.build(_Head, {"id": item["id"], "title": item["title"]})
    values = {key: value for key, value in item.items() if key not in ("sessions", "distance")}
    sessions = _sessions(item["sessions"], place, f"{protocol}: {head.title}")
    # One good session for each, unless more are asked for.
    values = {"good_sessions": len(sessions), **values, "sessions": sessions}
    if "distance" in item:
        values["distance_cm"] = _distance(item["distance"], place.under("distance"))
    stage = place.build(Stage, values)
    check_source(stage.source, sources, place.under("source"))
    for number, source in enumerate(stage.other_sources, start=1):
        check_source(source, sources, place.under("other_sources", number))
    return stage


def _sessions(value: object, place: Place, title: str) -> tuple[Workout, ...]:
    given = shown(value)
    texts = cast("list[object]", value) if isinstance(value, list) else []
    if not texts:
        what = "there is no workout in it" if isinstance(value, list) else f"{given} is not a list of workouts"
        place.under("sessions").refuse(what, f"write {_EXAMPLE}")
    if len(texts) > MAX_SESSIONS:
        place.under("sessions").refuse(f"there are {len(texts):,}", f"write at most {MAX_SESSIONS}")
    found: list[Workout] = []
    for number, text in enumerate(texts, start=1):
        workout = _parsed(text, place.under("sessions", number), parse)
        if workout.name is None:
            which = f" ({number} of {len(texts)})" if len(texts) > 1 else ""
            name = f"{title[: MAX_NAME - len(which)].strip()}{which}"
            workout = workout.model_copy(update={"name": name})
        found.append(workout)
    return tuple(found)


def _distance(value: object, place: Place) -> int:
    steps = _parsed(value, place, lambda text: parse(f"{text} walk")).steps
    only = steps[0]
    if len(steps) != 1 or not isinstance(only, Step) or not isinstance(only.duration, DistanceDuration):
        place.refuse(f"{shown(value)} is not a distance", 'write one such as "1mi" or "2.5km"')
    return only.duration.cm


def _parsed(value: object, place: Place, read: Callable[[str], Workout]) -> Workout:
    if not isinstance(value, str):
        place.refuse(f"{shown(value)} is not text", "put it in quotes")
    try:
        return read(value)
    except SyntaxProblem as problem:
        raise problem.within(str(place), problem.line, problem.column, problem.source_line) from None
