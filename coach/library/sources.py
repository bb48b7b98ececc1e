"""Reads sources.toml: every source that may be cited, by its id."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from coach.library.toml_files import Place, read_text, table_of
from coach.model.source import Source
from coach.model.syntax_scan import quoted
from coach.resources import shipped

Sources = Mapping[str, Source]

MAX_SOURCES = 500
_REMEDY = "a figure of your own takes source = 'own'; the ids are in workouts/evidence/sources.toml"


@cache
def shipped_sources() -> Sources:
    """The sources the coach comes with."""
    return load_sources(shipped("workouts") / "evidence" / "sources.toml")


def load_sources(file: Path) -> Sources:
    """Every source in ``file``, in its order. Raises BadInput naming file and key; StorageError."""
    where = str(file)
    table = table_of(read_text(file, "source"), where, ("source",), 'id = "own"')
    whole = Place(where)
    whole.know(table, ("source",), ("source",))
    found: dict[str, Source] = {}
    for place, item in whole.tables(table["source"], "source", MAX_SOURCES):
        place.know(item, Source.model_fields, ("id", "tag"))
        source = place.build(Source, item)
        if source.id in found:
            place.under("id").refuse(f"there are two sources {source.id}", "give one of them another id")
        found[source.id] = source
    return found


def check_source(source: str, sources: Sources, place: Place) -> None:
    """Raises BadInput, naming ``place``, unless ``source`` is the id of a known source."""
    if source not in sources:
        near = get_close_matches(source[:64], list(sources), n=2, cutoff=0.5)
        guess = f"did you mean {' or '.join(near)}? " if near else ""
        place.refuse(f"no source is called {quoted(source)}", f"{guess}{_REMEDY}")
