"""What all TOML files of the coach have in common: read with care, and errors that name file, key and remedy."""

import stat
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, NamedTuple, NoReturn, TypeVar, cast, get_args

from pydantic import BaseModel, ValidationError

from coach.errors import BadInput, StorageError
from coach.model.syntax_scan import quoted
from coach.model.toml_text import MAX_BYTES, check_size, parse_toml

_Model = TypeVar("_Model", bound=BaseModel)


def read_text(file: Path, kind: str = "workout") -> str:
    """What a file of this ``kind`` holds. Refuses what is no plain UTF-8 file of sensible size before reading it."""
    try:
        status = file.stat()
        if stat.S_ISDIR(status.st_mode):
            raise BadInput("this is a folder", where=str(file), remedy="name a file in it")
        if not stat.S_ISREG(status.st_mode):
            raise BadInput("this is not a plain file", where=str(file), remedy="name a .toml or .txt file")
        try:
            check_size(status.st_size, kind)
        except ValueError as error:
            raise BadInput(str(error), where=str(file), remedy=f"a {kind} file has a few lines") from None
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES)
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except (FileNotFoundError, NotADirectoryError):
        raise BadInput("there is no such file", where=str(file), remedy="check the path") from None
    except UnicodeDecodeError as error:
        raise BadInput(
            f"byte {error.start + 1} is not UTF-8 text", where=str(file), remedy="save the file as UTF-8"
        ) from None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise StorageError(
            f"cannot be read: {reason}", where=str(file), remedy="check the path and its rights"
        ) from None


def files_in(folder: Path) -> dict[str, Path]:
    """The TOML files of ``folder`` by name; none if it does not exist. Raises StorageError."""
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


def table_of(text: str, where: str, keys: Iterable[str], example: str) -> dict[str, Any]:
    """The TOML table in ``text``; ``example`` is a right line of it. Raises BadInput; keys are not judged."""
    known = f"the keys are {', '.join(keys)}"
    try:
        return parse_toml(text)
    except ValueError as error:
        remedy = f"text goes in quotes: {example}" if str(error).startswith("not valid TOML") else known
        raise BadInput(str(error), where=where, remedy=remedy) from None


def instead(word: str, known: Iterable[str]) -> str:
    """What to write instead of the unknown key ``word``."""
    names = list(known)
    guess = get_close_matches(word[:40], names, n=1)
    return f"did you mean {guess[0]}?" if guess else f"the keys are {', '.join(names)}"


class Place(NamedTuple):
    """A key of a file: ``key`` is its path, such as ``stage[2].sessions[1]``, counted from 1."""

    file: str
    key: str = ""

    def under(self, key: str, number: int | None = None) -> "Place":
        step = key if number is None else f"{key}[{number}]"
        return Place(self.file, f"{self.key}.{step}" if self.key else step)

    def __str__(self) -> str:
        return f"{self.file}, {self.key}" if self.key else self.file

    def refuse(self, what: str, remedy: str) -> NoReturn:
        raise BadInput(what, where=str(self), remedy=remedy)

    def know(self, table: Mapping[str, Any], keys: Iterable[str], needed: Iterable[str]) -> None:
        """Raises BadInput unless ``table`` has all keys that are needed and none that is unknown."""
        names = tuple(keys)
        for key in table:
            if key not in names:
                self.refuse(f"unknown key {quoted(key)}", instead(key, names))
        for key in needed:
            if key not in table:
                self.refuse(f"there is no {key}", f"add a line {key} = …")

    def tables(self, value: object, key: str, most: int) -> list[tuple["Place", dict[str, Any]]]:
        """``value`` as the tables ``[[key]]``, each with its place. Raises BadInput unless there are 1 to ``most``."""
        given = shown(value)
        items = cast("list[object]", value) if isinstance(value, list) else []
        if not items:
            self.under(key).refuse(f"{given} is not a list of tables", f"begin each with [[{key}]]")
        if len(items) > most:
            self.under(key).refuse(f"there are {len(items):,}", f"write at most {most}")
        found: list[tuple[Place, dict[str, Any]]] = []
        for number, item in enumerate(items, start=1):
            place = self.under(key, number)
            if not isinstance(item, dict):
                place.refuse(f"{shown(item)} is not a table", f"begin it with [[{key}]]")
            found.append((place, cast("dict[str, Any]", item)))
        return found

    def build(self, model: type[_Model], values: object) -> _Model:
        """``model`` of the table ``values``. Raises BadInput for the first that is wrong, with what is allowed."""
        try:
            return model.model_validate(values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            self._refuse_value(model, first["type"], first["loc"], first["msg"], first["input"])

    def _refuse_value(
        self, model: type[BaseModel], kind: str, location: tuple[int | str, ...], said: str, value: object
    ) -> NoReturn:
        key = next((part for part in location if isinstance(part, str)), None)
        number = next((part + 1 for part in location if isinstance(part, int)), None)
        place = self.under(key, number) if key else self
        if kind == "model_type":
            place.refuse(f"{shown(value)} is not a table", f"the keys are {', '.join(model.model_fields)}")
        if kind == "missing":
            self.refuse(f"there is no {key}", f"add a line {key} = …")
        if key is None or kind == "value_error":
            place.refuse(said.removeprefix("Value error, "), "docs/protocols.md explains every key")
        place.refuse(f"{shown(value)} is not allowed here", f"write {_allowed(model, key)}")


def shown(value: object) -> str:
    """A TOML value in an error: short, one line, never a whole table."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return quoted(value) if value else "an empty text"
        case int() if abs(value) >= 10**18:  # may have more digits than Python agrees to print
            return "so large a number"
        case int() | float():
            return str(value)
        case list():
            return "a list"
        case dict():
            return "a table"
        case None:
            return "nothing"
        case _:
            return "a date or time"


def _allowed(model: type[BaseModel], key: str) -> str:
    """What may stand there, told from the model itself."""
    field = model.model_fields[key]
    kinds = _leaves(field.annotation)
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return f"one of {', '.join(member.value for member in kind)}"
    low = next((limit.ge for limit in field.metadata if hasattr(limit, "ge")), None)
    high = next((limit.le for limit in field.metadata if hasattr(limit, "le")), None)
    if bool in kinds:
        return "true or false"
    for kind, words in ((int, "a whole number"), (float, "a number")):
        if kind in kinds:
            return words if low is None or high is None else f"{words} from {low} to {high}"
    return field.description or "a short text in quotes"


def _leaves(annotation: Any) -> list[Any]:
    arguments = get_args(annotation)
    if isinstance(annotation, UnionType) or arguments:
        return [leaf for argument in arguments for leaf in _leaves(argument)]
    return [annotation]
