"""All workouts by name: the shipped ones and the runner's own; and what a WORKOUT argument stands for."""

import re
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from coach.errors import BadInput, CoachError, StorageError
from coach.library.workout_files import NAME, NAME_RULE, load_workout
from coach.model.syntax import parse
from coach.model.syntax_scan import quoted
from coach.model.syntax_words import KINDS
from coach.model.workout import Workout
from coach.resources import shipped as shipped_folder

TYPED = "typed"
SUFFIXES = (".toml", ".txt")
LIST_REMEDY = "`coach workout list` shows them all; steps can be typed instead: '5m walk, 8x(1m run, 2m walk)'"

_NAME_SHAPED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class Entry(NamedTuple):
    """One workout file: what it holds, or what is wrong with it.

    ``own`` is the runner's; ``shadows`` is True where it takes the place of a shipped one of the same name.
    """

    name: str
    file: Path
    outcome: Workout | CoachError
    own: bool = False
    shadows: bool = False

    @property
    def note(self) -> str | None:
        """What the runner should know when this entry is used."""
        return f"your own {self.name} is used in place of the shipped one" if self.shadows else None


class ResolvedWorkout(NamedTuple):
    """A workout and where it came from: ``source`` is a name, a file's path or ``typed``."""

    workout: Workout
    source: str
    file: Path | None = None
    notes: tuple[str, ...] = ()


class Catalogue:
    """Reads the two folders when first asked; a folder that does not exist is an empty one."""

    def __init__(self, own: Path, shipped: Path | None = None) -> None:
        self.own = own
        self.shipped = shipped_folder("workouts") if shipped is None else shipped

    @cached_property
    def files(self) -> dict[str, Path]:
        """Every name with the file that counts for it, in order of name. Raises StorageError."""
        return dict(sorted({**_files(self.shipped), **_files(self.own)}.items()))

    def names(self) -> tuple[str, ...]:
        """Every name, in order; broken ones too."""
        return tuple(self.files)

    def entries(self) -> tuple[Entry, ...]:
        """Every workout, in order of name; a broken file is an entry with its problem and stops no other."""
        return tuple(self._entry(name, file) for name, file in self.files.items())

    def find(self, name: str) -> Entry:
        """The workout of this name, in any case of letters. Raises BadInput with near names if there is none."""
        for known in (name, name.casefold()):
            if known in self.files:
                return self._entry(known, self.files[known])
        raise BadInput(f"no workout is called {quoted(name)}", remedy=self._near(name))

    def resolve(self, argument: str) -> ResolvedWorkout:
        """What a WORKOUT argument stands for: a name, the path of a file, or the text of a workout itself.

        Raises CoachError (mostly BadInput) that names the file or the column, and a remedy.
        """
        wanted = argument.strip()
        if not wanted:
            raise BadInput("no workout is given", remedy=LIST_REMEDY)
        if _NAME_SHAPED.fullmatch(wanted) and not self._is_half_a_step(wanted):
            entry = self.find(wanted)
            if isinstance(entry.outcome, CoachError):
                raise entry.outcome
            return ResolvedWorkout(entry.outcome, entry.name, entry.file, (entry.note,) if entry.note else ())
        if _means_file(wanted):
            return self._from_file(wanted)
        if wanted.casefold() not in KINDS and not re.search(r"[0-9(#\"]|\bopen\b", wanted, re.IGNORECASE):
            # Words alone are no workout: someone means a name.
            raise BadInput(f"no workout is called {quoted(wanted)}", remedy=self._near(re.sub(r"\s+", "-", wanted)))
        return ResolvedWorkout(parse(argument), TYPED)

    def _is_half_a_step(self, wanted: str) -> bool:
        """Whether it is the name of nothing but a duration or a kind: then the syntax knows what is missing."""
        known = wanted.casefold() in self.files
        return not known and (wanted.casefold() in KINDS or re.fullmatch(r"[0-9]+[A-Za-z]{0,8}", wanted) is not None)

    def _from_file(self, wanted: str) -> ResolvedWorkout:
        try:
            file = Path(wanted).expanduser()
        except (RuntimeError, ValueError):
            raise BadInput(
                "no such home folder is known", where=quoted(wanted), remedy="write the whole path"
            ) from None
        stem = file.stem.casefold()
        if stem in self.files and not _is_there(file):
            raise BadInput("there is no such file", where=str(file), remedy=f"the workout's name is {stem} alone")
        return ResolvedWorkout(load_workout(file), str(file), file)

    def _entry(self, name: str, file: Path) -> Entry:
        own = file.parent == self.own
        shadows = own and (self.shipped / file.name).is_file()
        outcome: Workout | CoachError
        try:
            if not NAME.fullmatch(name):
                raise BadInput("this file name cannot be used as a name", where=str(file), remedy=NAME_RULE)
            outcome = load_workout(file)
        except CoachError as problem:
            outcome = problem
        return Entry(name, file, outcome, own, shadows)

    def _near(self, name: str) -> str:
        near = get_close_matches(name[:64].casefold(), self.names(), n=3, cutoff=0.5)
        return f"did you mean {' or '.join(near)}? {LIST_REMEDY}" if near else LIST_REMEDY


def resolve(argument: str, own: Path, shipped: Path | None = None) -> ResolvedWorkout:
    """:meth:`Catalogue.resolve` for one argument; ``own`` is ``folders().workouts``."""
    return Catalogue(own, shipped).resolve(argument)


def _files(folder: Path) -> dict[str, Path]:
    try:
        return {
            file.stem: file for file in folder.iterdir() if file.suffix == ".toml" and not file.name.startswith(".")
        }
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise StorageError(
            f"the folder cannot be read: {error.strerror}", where=str(folder), remedy="check its rights"
        ) from None


def _means_file(wanted: str) -> bool:
    if wanted.startswith(("/", "./", "../", "~")):
        return True
    if re.fullmatch(r"[^\s,;(\"#]*[/\\][^\s,;(\"#]*", wanted):
        return True
    if not wanted.casefold().endswith(SUFFIXES):
        return False
    return not re.search(r"[\n#(,;\"]", wanted) or _is_there(Path(wanted))


def _is_there(file: Path) -> bool:
    try:
        return file.exists()
    except OSError:
        # A "path" that is longer than paths can be: a text.
        return False
