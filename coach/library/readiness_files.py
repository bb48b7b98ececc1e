"""Reads readiness.toml: every criterion of readiness, in the order in which it is tested."""

from functools import cache
from itertools import pairwise
from pathlib import Path

from coach.library.sources import Sources, check_source, shipped_sources
from coach.library.toml_files import Place, read_text, table_of
from coach.model.readiness import Criterion, Group, Norms
from coach.resources import shipped

MAX_CRITERIA = 200


@cache
def load_criteria() -> tuple[Criterion, ...]:
    """The criteria the coach comes with."""
    return read_criteria(shipped("workouts") / "evidence" / "readiness.toml")


def read_criteria(file: Path, sources: Sources | None = None) -> tuple[Criterion, ...]:
    """The criteria in ``file``, in its order. Raises BadInput naming file and key; StorageError."""
    known = shipped_sources() if sources is None else sources
    whole = Place(str(file))
    table = table_of(read_text(file, "readiness"), whole.file, ("criterion",), 'measure = "yes-no"')
    whole.know(table, ("criterion",), ("criterion",))
    places: list[Place] = []
    criteria: list[Criterion] = []
    for place, item in whole.tables(table["criterion"], "criterion", MAX_CRITERIA):
        place.know(item, Criterion.model_fields, ("id", "title", "how", "group", "measure", "sources"))
        values = dict(item)
        if "norms" in item:
            values["norms"] = place.under("norms").build(Norms, item["norms"])
        criterion = place.build(Criterion, values)
        for number, source in enumerate(criterion.sources, start=1):
            check_source(source, known, place.under("sources", number))
        places.append(place)
        criteria.append(criterion)
    _check_order(criteria, places)
    return tuple(criteria)


def _check_order(criteria: list[Criterion], places: list[Place]) -> None:
    """Raises BadInput unless ids differ, groups are in order, and what is to come first does."""
    order = list(Group)
    for (before, criterion), place in zip(pairwise(criteria), places[1:], strict=True):
        if order.index(criterion.group) < order.index(before.group):
            place.under("group").refuse(
                f"{criterion.group.value} comes after {before.group.value}", f"the order is {', '.join(order)}"
            )
    seen: set[str] = set()
    for criterion, place in zip(criteria, places, strict=True):
        if criterion.id in seen:
            place.under("id").refuse(f"there are two criteria {criterion.id}", "give one of them another id")
        named: list[tuple[str, int | None, str]] = [
            ("after", number, name) for number, name in enumerate(criterion.after, start=1)
        ]
        if criterion.figures_of is not None:
            named.append(("figures_of", None, criterion.figures_of))
        for key, number, name in named:
            if name not in seen:
                place.under(key, number).refuse(f"no criterion before it is called {name[:40]}", "name an earlier one")
        seen.add(criterion.id)
