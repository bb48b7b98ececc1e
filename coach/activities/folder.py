"""Activities in a folder: of a mounted watch, or where somebody puts files."""

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from coach.clock import NS, Clock
from coach.errors import BadInput, StorageError
from coach.library.named_files import is_folder
from coach.ports import ActivitySource, FoundActivity

KINDS = (".fit", ".tcx", ".gpx", ".zip", ".fit.gz", ".tcx.gz", ".gpx.gz")
LARGEST = 64_000_000
"""No hour of any watch is that long."""
EVERY_NS = 10 * NS
_DEEPEST = 4


class _Seen(NamedTuple):
    """A file as it was when somebody looked."""

    path: Path
    size: int
    changed_ns: int


class FolderActivities(ActivitySource):
    """Every file of a known kind, whatever its day: the dates of copied files tell nothing.

    ``tell`` hears of those that were passed over.
    """

    def __init__(self, folder: Path, tell: Callable[[str], None] = lambda _: None) -> None:
        self._base = folder
        self._tell = tell

    @property
    def about(self) -> str:
        return str(self._base)

    def since(self, day: date) -> Iterator[FoundActivity]:
        del day
        for seen in self._look():
            if (found := self._read(seen)) is not None:
                yield found

    def watching(self, clock: Clock, over: Callable[[], bool], every_ns: int = EVERY_NS) -> Iterator[FoundActivity]:
        """What is there and what comes in, each file once, until ``over``. One still being written is waited for.

        A folder that goes away, such as an unplugged watch's, is waited for, too.
        """
        given: set[_Seen] = set()
        before: set[_Seen] = set()
        while not over():
            try:
                now = self._look()
            except (BadInput, StorageError):
                now = []
            for seen in now:
                if seen in before and seen not in given:  # it has not grown since
                    given.add(seen)
                    if (found := self._read(seen)) is not None:
                        yield found
            before = set(now)
            if not over():
                clock.sleep_ns(every_ns)

    def _look(self) -> list[_Seen]:
        """Files in order of their names, which for watches is that of time. Raises BadInput, StorageError."""
        if not is_folder(self._base):
            raise BadInput("there is no such folder", where=str(self._base), remedy="name one, or plug the watch in")
        folder = activity_folder(self._base)
        found: list[_Seen] = []

        def fail(error: OSError) -> None:
            raise StorageError(
                f"cannot be looked into: {error.strerror}", where=str(error.filename or folder),
                remedy="check its rights, or unplug the watch and plug it in again",
            )  # fmt: skip

        for place, folders, files in os.walk(folder, onerror=fail):
            here = Path(place)
            deep = len(here.relative_to(folder).parts)
            folders[:] = sorted(name for name in folders if not name.startswith(".") and deep < _DEEPEST)
            for name in files:
                if name.casefold().endswith(KINDS) and not name.startswith("."):
                    found += _as_seen(here / name)
        return sorted(found, key=lambda seen: (seen.path.name, seen.path))

    def _read(self, seen: _Seen) -> FoundActivity | None:
        if seen.size > LARGEST:
            self._tell(f"{seen.path}: {seen.size // 1_000_000} MB is no activity; it was passed over")
            return None
        try:
            with seen.path.open("rb") as stream:
                data = stream.read(LARGEST + 1)
        except FileNotFoundError:  # gone this moment
            return None
        except OSError as error:
            self._tell(f"{seen.path}: cannot be read ({error.strerror}); it was passed over")
            return None
        return FoundActivity(str(seen.path), data)


def activity_folder(place: Path) -> Path:
    """``GARMIN/Activity`` of a watch mounted at ``place``, or of its GARMIN folder; any other is itself."""
    for names in (("garmin", "activity"), ("activity",)):
        found: Path | None = place
        for name in names:
            found = _named(found, name) if found is not None else None
        if found is not None and (len(names) == 2 or place.name.casefold() == "garmin"):
            return found
    return place


def _named(place: Path, name: str) -> Path | None:
    try:
        return next((each for each in sorted(place.iterdir()) if each.name.casefold() == name and each.is_dir()), None)
    except OSError:
        return None


def _as_seen(path: Path) -> list[_Seen]:
    try:
        told = path.stat()
    except OSError:  # gone this moment, or a link that leads nowhere
        return []
    return [_Seen(path, told.st_size, told.st_mtime_ns)] if path.is_file() else []
