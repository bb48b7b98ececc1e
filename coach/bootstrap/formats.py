"""The exporters there are, by their entry points. One that is broken stops no other.

Three grains, from cheap to dear: ``format_names`` reads names and imports nothing, ``load_format`` imports one,
``all_formats`` imports every one.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import NamedTuple, cast

from coach.errors import BadInput
from coach.ports import Exporter

GROUP = "coach.exporters"
OURS = "exporters."
_NEEDED = ("about", "suffix", "is_text", "takes", "export")


class Format(NamedTuple):
    """One exporter: the thing itself, or what is wrong with it. ``package`` is who brings it, empty for our own."""

    name: str
    package: str
    outcome: Exporter | BadInput


def found_entry_points() -> tuple[EntryPoint, ...]:
    """Every entry point of the group, our own first, so that nobody's ``fit`` takes the place of ours."""
    return tuple(sorted(entry_points(group=GROUP), key=lambda e: (not e.value.startswith(OURS), e.name, e.value)))


def format_names(points: Iterable[EntryPoint] | None = None) -> tuple[str, ...]:
    """Every name, in order. Imports none of them."""
    return tuple(sorted({point.name for point in (found_entry_points() if points is None else points)}))


def load_format(name: str, points: Iterable[EntryPoint] | None = None) -> Exporter:
    """The exporter of this name. Raises BadInput if there is none, or saying what is wrong with it."""
    points = found_entry_points() if points is None else tuple(points)
    point = next((p for p in points if p.name == name.casefold()), None)
    if point is None:
        names = format_names(points)
        near = get_close_matches(name[:64].casefold(), names, n=2, cutoff=0.5)
        guess = f"did you mean {' or '.join(near)}? " if near else ""
        raise BadInput(f"no format is called {name[:64]!r}", remedy=f"{guess}`coach export --list` shows what there is")
    outcome = _load(point)
    if isinstance(outcome, BadInput):
        raise outcome
    return outcome


def all_formats(points: Iterable[EntryPoint] | None = None) -> tuple[Format, ...]:
    """Every exporter, in order of name, the broken ones with their problem."""
    seen: set[str] = set()
    found: list[Format] = []
    for point in found_entry_points() if points is None else points:
        outcome = _broken(point, "another exporter has this name") if point.name in seen else _load(point)
        seen.add(point.name)
        found.append(Format(point.name, _package(point), outcome))
    return tuple(sorted(found, key=lambda each: (each.name, isinstance(each.outcome, BadInput))))


def _load(point: EntryPoint) -> Exporter | BadInput:
    try:
        loaded = point.load()
    except Exception as error:  # noqa: BLE001 - code of others: whatever it raises, the other formats must work
        return _broken(point, f"{type(error).__name__}: {error}")
    missing = [name for name in _NEEDED if not hasattr(loaded, name)]
    if missing:
        return _broken(point, f"it has no {', no '.join(missing)}")
    return cast("Exporter", loaded)


def _broken(point: EntryPoint, why: str) -> BadInput:
    package = _package(point)
    remedy = f"mend or uninstall {package}" if package else "install the coach anew (`make run`)"
    return BadInput(f"the exporter {point.name} is broken: {' '.join(why.split())[:300]}", remedy=remedy)


def _package(point: EntryPoint) -> str:
    if point.value.startswith(OURS):
        return ""
    return point.dist.name if point.dist is not None else point.module
