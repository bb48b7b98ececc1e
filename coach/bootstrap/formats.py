"""The exporters there are, by their entry points. One that is broken stops no other.

Three grains, from cheap to dear: ``format_names`` reads names and imports nothing, ``load_format`` imports one,
``all_formats`` imports every one.
"""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import Any, BinaryIO, NamedTuple, cast

from coach.errors import BadInput, CoachError, Terminated
from coach.model.sheets import Exported, Sheet, SheetKind
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
    point = next((p for p in points if p.name.casefold() == name.casefold()), None)
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
        name = point.name.casefold()
        outcome = _broken(point, "another exporter has this name") if name in seen else _load(point)
        seen.add(name)
        found.append(Format(point.name, _package(point), outcome))
    return tuple(sorted(found, key=lambda each: (each.name, isinstance(each.outcome, BadInput))))


def _load(point: EntryPoint) -> Exporter | BadInput:
    try:
        loaded: Any = point.load()
        if point.value.startswith(OURS):
            return cast("Exporter", loaded)
        missing = [name for name in _NEEDED if not hasattr(loaded, name)]
        if missing:
            return _broken(point, f"it has no {', no '.join(missing)}")
        theirs = _Theirs(loaded, point)
    except Terminated:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - code of others: whatever it raises, the rest must work
        return _broken(point, f"{type(error).__name__}: {error}")
    return _broken(point, theirs.wrong) if theirs.wrong else theirs


class _Theirs:
    """An exporter of somebody else's: looked at once, and whatever it does, the coach says whose it is."""

    def __init__(self, it: Any, point: EntryPoint) -> None:
        self._it = it
        self._point = point
        self.about: str = it.about
        self.suffix: str = it.suffix
        self.is_text: bool = it.is_text
        self.takes: frozenset[SheetKind] = it.takes
        self.wrong = self._wrong()

    def _wrong(self) -> str:
        fields: tuple[Any, ...] = (self.about, self.suffix, self.is_text, self.takes)
        if isinstance(self._it, type):
            return "it is a class, and should be an object of it"
        for name, value, kind in zip(_NEEDED, fields, (str, str, bool, frozenset), strict=False):
            if not isinstance(value, kind):
                return f"its {name} is no {kind.__name__}"
        if not all(isinstance(each, SheetKind) for each in fields[3]):
            return "its takes holds something else than a SheetKind"
        return "" if callable(self._it.export) and "/" not in self.suffix else "its suffix or its export is wrong"

    def export(self, sheet: Sheet) -> Exported:
        """What it gives, if that is something. Raises BadInput, as it may, and for what is wrong with it."""
        with self._blamed():
            made: Any = self._it.export(sheet)
        if not isinstance(made, Exported):
            raise _broken(self._point, f"it gives {type(made).__name__}, not Exported")
        fields: tuple[Any, Any, Any] = (made.data, made.remarks, made.pour)
        if not isinstance(fields[0], bytes) or not isinstance(fields[1], tuple):
            raise _broken(self._point, "its data is no bytes, or its remarks are no tuple")
        pour = made.pour
        if pour is None:
            return made

        def blamed_pour(stream: BinaryIO) -> None:
            with self._blamed(OSError):
                pour(stream)

        return made._replace(pour=blamed_pour)

    @contextmanager
    def _blamed(self, *may: type[Exception]) -> Generator[None]:
        try:
            yield
        except (CoachError, Terminated, *may):
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - code of others
            raise _broken(self._point, f"{type(error).__name__}: {error}") from None


def _broken(point: EntryPoint, why: str) -> BadInput:
    package = _package(point)
    remedy = f"mend or uninstall {package}" if package else "install the coach anew (`make run`)"
    return BadInput(f"the exporter {point.name} is broken: {' '.join(why.split())[:300]}", remedy=remedy)


def _package(point: EntryPoint) -> str:
    if point.value.startswith(OURS):
        return ""
    return point.dist.name if point.dist is not None else point.module
