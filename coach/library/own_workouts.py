"""The runner's own workouts as something to be edited: opened, saved without loss, deleted and brought back."""

import os
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coach.errors import BadInput, CoachError, StorageError
from coach.library.catalogue import TYPED, Catalogue
from coach.library.protocol_files import is_protocol
from coach.library.toml_edit import literal, set_values
from coach.library.toml_files import read_text
from coach.library.workout_files import KEYS, check_file_name, load_workout, toml_of, write_workout
from coach.model.syntax import parse
from coach.model.syntax_words import format_lines
from coach.model.workout import MAX_DESCRIPTION, Workout, check_description, check_name

STEPS = "5m warmup\n8x(\n    1m run\n    2m walk\n)\n5m cooldown"
"""What a new workout begins with: the timer's own seed start."""
DELETED = ".deleted"


@dataclass(frozen=True, slots=True)
class Written:
    """What can be edited, as it is typed: ``name`` of the file, ``title``, ``description``, and ``steps`` as text."""

    name: str = ""
    title: str = ""
    description: str = ""
    steps: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A workout on the table. ``file`` is the runner's own file it is from, None for a new one or a copy.

    ``text`` is that file as it was read. ``note`` says what the runner should know.
    """

    written: Written
    file: Path | None = None
    text: str = ""
    note: str = ""


class OwnWorkouts:
    """The folder of the runner's own workouts, over those that are shipped."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.folder = catalogue.own

    def new(self) -> Opened:
        """One to begin with."""
        return Opened(Written(name=self._free("my-run"), steps=STEPS), note="a new workout")

    def open(self, argument: str) -> Opened:
        """What a WORKOUT argument stands for: one's own to be changed, anything else as a copy.

        One's own is opened even if its steps are wrong. Raises CoachError as :meth:`Catalogue.resolve` does.
        """
        wanted = argument.strip()
        if own := self._own(wanted):
            return self._open_own(own)
        found = self.catalogue.resolve(argument)
        if found.file is None:
            return self._copy(found.workout, "my-run", argument if found.source == TYPED else None)
        text = read_text(found.file)
        steps = text if found.file.suffix.casefold() == ".txt" else None if is_protocol(text) else _steps_of(text)
        return self._copy(found.workout, _base(found.source), steps, whole=found.source)

    def _own(self, wanted: str) -> Path | None:
        """The file in the runner's folder that ``wanted`` names by name or path."""
        for name in (wanted, wanted.casefold()):
            file = self.folder / f"{name}.toml"
            if "/" not in name and name and os.path.lexists(file) and not is_protocol(read_text(file)):
                return file
        if wanted.endswith(".toml") and "\n" not in wanted:
            path = Path(wanted)
            if path.parent.absolute() == self.folder.absolute() and path.is_file() and not is_protocol(read_text(path)):
                return path
        return None

    def _open_own(self, file: Path) -> Opened:
        text = read_text(file)
        try:
            table: dict[str, Any] = tomllib.loads(text)
        except (ValueError, RecursionError):
            load_workout(file)  # says what is wrong with it, and where
            raise
        if any(not isinstance(table.get(key, ""), str) for key in KEYS) or set(table) - set(KEYS):
            load_workout(file)
        written = Written(file.stem, *(str(table.get(key, "")).strip("\n") for key in KEYS))
        return Opened(written, file, text)

    def _copy(self, workout: Workout, base: str, steps: str | None, whole: str = "") -> Opened:
        text = format_lines(workout.steps) if steps is None else steps.replace("\r", "").strip("\n")
        title = "" if steps is not None and parse(steps).name is not None else workout.name or ""
        written = Written(self._free(base), title, workout.description or "", text)
        return Opened(written, note=f"a copy of {whole}" if whole else "a new workout")

    def _free(self, base: str) -> str:
        """A name for a copy that nobody has: ``my-taste``, ``my-taste-2``."""
        name = base if base.startswith("my-") else f"my-{base}"
        name = name[:60]
        taken = {*self.catalogue.names(), *(file.stem for file in self._files())}
        number = 2
        found = name
        while found in taken:
            found, number = f"{name}-{number}", number + 1
        return found

    def _files(self) -> list[Path]:
        try:
            return list(self.folder.glob("*.toml"))
        except OSError:
            return []

    # Saving

    def is_changed_elsewhere(self, opened: Opened) -> bool:
        """Whether the file is not as it was opened, because somebody else changed it."""
        if opened.file is None:
            return False
        try:
            return read_text(opened.file) != opened.text
        except CoachError:
            return True

    def is_taken(self, opened: Opened, name: str) -> bool:
        """Whether saving under ``name`` would replace another workout of the runner's own."""
        file = self.folder / f"{name}.toml"
        return file != opened.file and os.path.lexists(file)

    def save(self, opened: Opened, written: Written, *, force: bool = False) -> Opened:
        """Write it; a name that changed moves the file. ``force`` replaces another workout of that name.

        Raises BadInput if it makes no sense or the name is taken, StorageError if it cannot be written.
        """
        check(written)
        target = self.folder / f"{check_file_name(written.name)}.toml"
        same = opened.file is not None and opened.file == target
        content = _content(opened.text, written)
        write_workout(self.folder, written.name, content, force=force or same)
        if opened.file is not None and not same:
            _unlink(opened.file)
        self.catalogue.__dict__.pop("files", None)
        return Opened(written, target, content)

    # Deleting

    def delete(self, file: Path) -> Path:
        """Put the file aside; where it is then. Raises StorageError."""
        aside = self.folder / DELETED / file.name
        try:
            aside.parent.mkdir(exist_ok=True)
            file.replace(aside)
        except OSError as error:
            raise _failed("deleted", file, error) from None
        self.catalogue.__dict__.pop("files", None)
        return aside

    def bring_back(self, aside: Path) -> Path:
        """Undo :meth:`delete`; the file. Raises BadInput if its name was given away meanwhile, StorageError."""
        file = self.folder / aside.name
        if os.path.lexists(file):
            raise BadInput(
                f"there is another workout “{file.stem}” now", where=str(file), remedy="save that under another name"
            )
        try:
            aside.replace(file)
        except OSError as error:
            raise _failed("brought back", aside, error) from None
        self.catalogue.__dict__.pop("files", None)
        return file

    def last_deleted(self) -> Path | None:
        """What was deleted last and can be brought back."""
        try:
            found = [(file.stat().st_ctime_ns, file) for file in (self.folder / DELETED).glob("*.toml")]
        except OSError:
            return None
        return max(found)[1] if found else None


def check(written: Written) -> Workout:
    """The workout that is written, with its title and description. Raises BadInput for the first thing wrong in it."""
    check_file_name(written.name)
    check_title(written.title)
    check_words(written.description)
    workout = parse(written.steps)
    if written.title.strip() and workout.name is not None:
        raise BadInput("there are two titles", remedy="delete the one in the steps, or the one in the title's field")
    return workout


def check_title(title: str) -> None:
    """Raises BadInput if it cannot be a title; an empty one is none."""
    if title.strip():
        _refuse_garbled(check_name, title.strip())


def check_words(description: str) -> None:
    """Raises BadInput if it cannot be a description."""
    if len(description.strip()) > MAX_DESCRIPTION:
        raise BadInput(f"the description is longer than {MAX_DESCRIPTION} characters", remedy="shorten it")
    _refuse_garbled(check_description, description.strip())


def _refuse_garbled(check_one: Callable[[str], str], text: str) -> None:
    try:
        check_one(text)
    except ValueError as error:
        raise BadInput(str(error), remedy="shorten it, or type it anew") from None


def _content(text: str, written: Written) -> str:
    """The file: as it was, but for what changed; or a new one."""
    steps = written.steps.strip("\n")
    wanted = {"title": written.title.strip(), "description": written.description.strip()}
    if not text.strip():
        lines = [f"{key} = {literal(words)}\n" for key, words in wanted.items() if words]
        return "".join(lines) + toml_of(steps)
    before = tomllib.loads(text)
    changes: dict[tuple[str, ...], str | None] = {}
    for key, words in wanted.items():
        if words != str(before.get(key, "")).strip():
            changes[(key,)] = words or None
    if steps != str(before.get("steps", "")).strip("\n"):
        changes[("steps",)] = f"{steps}\n"
    return set_values(text, changes, "the file")


def _base(source: str) -> str:
    """What a copy of ``source`` (a name, a session, a path) is called."""
    name = source if "." not in source.rpartition("/")[2] or "/" not in source else Path(source).stem
    return re.sub(r"[^a-z0-9_-]+", "-", name.casefold()).strip("-_") or "run"


def _steps_of(text: str) -> str:
    return str(tomllib.loads(text)["steps"])


def _unlink(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise _failed("removed under its old name", file, error) from None


def _failed(act: str, file: Path, error: OSError) -> StorageError:
    return StorageError(f"cannot be {act}: {error.strerror}", where=str(file), remedy="check the rights of its folder")
