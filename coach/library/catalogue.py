"""All workouts by name: the shipped ones and the runner's own; and what a WORKOUT argument stands for.

The name of a protocol stands for its first session, ``NAME/STAGE`` and ``NAME/STAGE/2`` for others of its sessions.
"""

import re
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from coach.errors import BadInput, CoachError
from coach.library.entries import Entry, check_name, did_you_mean
from coach.library.protocol_files import is_protocol, read_protocol
from coach.library.protocols import Protocols
from coach.library.toml_files import files_in, read_text
from coach.library.workout_files import load_workout
from coach.model.protocol import Protocol
from coach.model.syntax import parse
from coach.model.syntax_scan import quoted
from coach.model.syntax_words import KINDS
from coach.model.workout import MAX_DESCRIPTION, Workout
from coach.resources import shipped as shipped_folder

TYPED = "typed"
SUFFIXES = (".toml", ".txt")
LIST_REMEDY = "`coach workout list` shows them all; steps can be typed instead: '5m walk, 8x(1m run, 2m walk)'"

_NAME_SHAPED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_SESSION_SHAPED = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]*)/([A-Za-z0-9][A-Za-z0-9_.-]*)(?:/([0-9]{1,4}))?")


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
        return dict(sorted({**files_in(self.shipped), **files_in(self.own)}.items()))

    def names(self) -> tuple[str, ...]:
        """Every name, in order; broken ones too."""
        return tuple(self.files)

    def entries(self) -> tuple[Entry[Workout], ...]:
        """Every workout, in order of name; a broken file is an entry with its problem and stops no other."""
        return tuple(self._entry(name, file) for name, file in self.files.items())

    def find(self, name: str) -> Entry[Workout]:
        """The workout of this name, in any case of letters. Raises BadInput with near names if there is none."""
        for known in (name, name.casefold()):
            if known in self.files:
                return self._entry(known, self.files[known])
        raise BadInput(f"no workout is called {quoted(name)}", remedy=did_you_mean(name, self.files, LIST_REMEDY))

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
        if session := self._session(wanted):
            return session
        if _means_file(wanted):
            return self._from_file(wanted)
        if wanted.casefold() not in KINDS and not re.search(r"[0-9(#\"]|\bopen\b", wanted, re.IGNORECASE):
            # Words alone are no workout: someone means a name.
            near = did_you_mean(re.sub(r"\s+", "-", wanted), self.files, LIST_REMEDY)
            raise BadInput(f"no workout is called {quoted(wanted)}", remedy=near)
        return ResolvedWorkout(parse(argument), TYPED)

    def _is_half_a_step(self, wanted: str) -> bool:
        """Whether it is the name of nothing but a duration or a kind: then the syntax knows what is missing."""
        known = wanted.casefold() in self.files
        return not known and (wanted.casefold() in KINDS or re.fullmatch(r"[0-9]+[A-Za-z]{0,8}", wanted) is not None)

    def _session(self, wanted: str) -> ResolvedWorkout | None:
        """The session that ``NAME/STAGE`` or ``NAME/STAGE/n`` stands for, None if no protocol has that name."""
        shaped = _SESSION_SHAPED.fullmatch(wanted)
        if shaped is None or wanted.casefold().endswith(SUFFIXES):
            return None
        name, stage_id, which = shaped[1].casefold(), shaped[2].casefold(), int(shaped[3] or 1)
        protocols = Protocols(self.own, self.shipped)
        if not protocols.has(name):
            return None
        entry = protocols.find(name)
        protocol = protocols.get(name)
        ids = [stage.id for stage in protocol.stages]
        if stage_id not in ids:
            raise BadInput(
                f"{name} has no stage {quoted(shaped[2])}",
                remedy=f"its stages are {', '.join(ids)}; `coach protocol show {name}` shows them",
            )
        stage = protocol.stages[ids.index(stage_id)]
        if not 1 <= which <= len(stage.sessions):
            raise BadInput(
                f"{name}/{stage_id} has no session {which}", remedy=f"write a number from 1 to {len(stage.sessions)}"
            )
        workout = stage.sessions[which - 1]
        if workout.description is None:
            workout = workout.model_copy(update={"description": _first_words(protocol)})
        return ResolvedWorkout(workout, wanted.casefold(), entry.file, (entry.note,) if entry.note else ())

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
        return ResolvedWorkout(_load(file), str(file), file)

    def _entry(self, name: str, file: Path) -> Entry[Workout]:
        own = file.parent == self.own
        shadows = own and (self.shipped / file.name).is_file()
        outcome: Workout | CoachError
        try:
            check_name(name, file)
            outcome = _load(file)
        except CoachError as problem:
            outcome = problem
        return Entry(name, file, outcome, own, shadows)


def resolve(argument: str, own: Path, shipped: Path | None = None) -> ResolvedWorkout:
    """:meth:`Catalogue.resolve` for one argument; ``own`` is ``folders().workouts``."""
    return Catalogue(own, shipped).resolve(argument)


def _load(file: Path) -> Workout:
    """The workout in ``file``, or the first session of the protocol in it."""
    if file.suffix.casefold() != ".toml":
        return load_workout(file)
    text = read_text(file)
    if not is_protocol(text):
        return load_workout(file)
    protocol = read_protocol(text, file)
    words = {"name": protocol.title, "description": _first_words(protocol)}
    return protocol.stages[0].sessions[0].model_copy(update=words)


def _first_words(protocol: Protocol) -> str | None:
    """The description of a protocol for one of its sessions: the paragraph it begins with."""
    return protocol.description.partition("\n\n")[0][:MAX_DESCRIPTION].strip() or None


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
