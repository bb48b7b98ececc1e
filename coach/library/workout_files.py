"""Workout files: TOML with ``title``, ``description`` and ``steps``, or ``.txt`` with the workout syntax alone.

Described in docs/workouts.md.
"""

import json
import re
from pathlib import Path
from typing import Any

from coach.errors import BadInput
from coach.library.own_files import write_whole
from coach.library.toml_files import instead, read_text, table_of
from coach.model.syntax import SyntaxProblem, parse
from coach.model.syntax_scan import quoted
from coach.model.syntax_words import format_blocks
from coach.model.workout import MAX_DESCRIPTION, Workout, check_description, check_name

KEYS = ("title", "description", "steps")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
NAME_RULE = "use small letters a-z, digits, - and _, at most 64, such as my-first-run"

_STEPS_KEY = re.compile(r"""^[ \t]*(?:steps|"steps"|'steps')[ \t]*=[ \t]*(?:\"{3}\n?|'{3}\n?|"|')""", re.MULTILINE)


def load_workout(file: Path) -> Workout:
    """The workout in ``file``; it is called by its title, or else by the file's name.

    Raises BadInput naming the file and, where it can, line and column in it; StorageError if it cannot be read.
    """
    text = read_text(file)
    workout = _from_syntax(text, file) if file.suffix.casefold() == ".txt" else _from_toml(text, file)
    if workout.name is not None:
        return workout
    try:
        return workout.model_copy(update={"name": check_name(file.stem)})
    except ValueError:
        return workout


def _from_syntax(text: str, file: Path) -> Workout:
    try:
        return parse(text)
    except SyntaxProblem as problem:
        raise problem.within(str(file), problem.line, problem.column, problem.source_line) from None


def _from_toml(text: str, file: Path) -> Workout:
    where = str(file)
    table = table_of(text, where, KEYS, 'steps = "5m walk, 1m run"')
    for key in table:
        if key not in KEYS:
            raise BadInput(f"unknown key {quoted(key)}", where=where, remedy=instead(key, KEYS))
    title, description, steps = (_string(table, key, where) for key in KEYS)
    if steps is None:
        raise BadInput(
            "there are no steps", where=where, remedy='add a line such as steps = "5m walk, 1m run, 5m walk"'
        )
    workout = _parse_within(steps, text, file)
    if title is not None and workout.name is not None:
        raise BadInput("there are two titles", where=where, remedy="delete the one in steps, or the line title = …")
    return _with_words(workout, title, description, where)


def _string(table: dict[str, Any], key: str, where: str) -> str | None:
    value = table.get(key)
    if value is None or isinstance(value, str):
        return value
    raise BadInput(f"{key} is not text", where=where, remedy=f'put it in quotes: {key} = "…"')


def _with_words(workout: Workout, title: str | None, description: str | None, where: str) -> Workout:
    try:
        words: dict[str, str] = {}
        if title is not None:
            words["name"] = check_name(title.strip())
        if description is not None and description.strip():
            words["description"] = check_description(description.strip())
            if len(words["description"]) > MAX_DESCRIPTION:
                raise ValueError(f"the description is longer than {MAX_DESCRIPTION} characters")
    except ValueError as error:
        raise BadInput(str(error), where=where, remedy="shorten it, or type it anew") from None
    return workout.model_copy(update=words)


def _parse_within(steps: str, text: str, file: Path) -> Workout:
    """Parse ``steps``; an error points at its place in the file where the string stands there as it is."""
    try:
        return parse(steps)
    except SyntaxProblem as problem:
        key = _STEPS_KEY.search(text)
        if key is None or not text.startswith(steps, key.end()):
            raise problem.within(f"{file}, steps", problem.line, problem.column, problem.source_line) from None
        before = text[: key.end()]
        line = before.count("\n") + problem.line
        indent = len(before) - before.rfind("\n") - 1 if problem.line == 1 else 0
        raise problem.within(str(file), line, indent + problem.column, text.splitlines()[line - 1]) from None


# Writing


def check_file_name(name: str, what: str = "workout") -> str:
    """``name`` itself, if a workout (or ``what`` it is) may be called so.

    Raises BadInput: no name can lead out of the folder.
    """
    if not NAME.fullmatch(name):
        raise BadInput(f"{quoted(name)} cannot be the name of a {what}", remedy=NAME_RULE)
    return name


def toml_of(text: str) -> str:
    """A workout file for the steps in ``text``, which stay as they were typed, comments and all."""
    body = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if "'''" in body:
        escaped = body.replace("\\", "\\\\").replace('"', '\\"')
        return f'steps = """\n{escaped}\n"""\n'
    return f"steps = '''\n{body}\n'''\n"


def toml_of_workout(workout: Workout) -> str:
    """A workout file for ``workout``, with its title and description."""
    words = {"title": workout.name, "description": workout.description}
    # A JSON string without control characters is a TOML string too.
    lines = [f"{key} = {json.dumps(text, ensure_ascii=False)}\n" for key, text in words.items() if text]
    return "".join(lines) + toml_of(format_blocks(workout.steps))


def write_workout(folder: Path, name: str, content: str, *, force: bool = False, what: str = "workout") -> Path:
    """Write ``content`` as the workout ``name`` (or ``what`` it is) into ``folder``: wholly or not at all.

    Raises BadInput for a bad name, or if it exists and ``force`` is not given; StorageError if it cannot be written.
    """
    target = folder / f"{check_file_name(name, what)}.toml"
    try:
        # A workout is no secret and may be shared by a group or a backup: the usual mode.
        write_whole(target, content, replace=force)
    except FileExistsError:
        raise BadInput(
            f"you already have a {what} “{name}”",
            where=str(target),
            remedy="choose another name, or add --force",
        ) from None
    return target
