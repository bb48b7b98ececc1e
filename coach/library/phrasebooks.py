"""Reads what the coach says: one TOML file a language, shipped in ``sounds/texts`` or the runner's own."""

import gettext
from pathlib import Path

from pydantic import ValidationError

from coach.errors import BadInput, StorageError
from coach.library.toml_files import read_text
from coach.model.phrasebook import Phrasebook
from coach.model.refusals import plain_words
from coach.model.texts import Texts, faults
from coach.model.toml_text import parse_toml
from coach.resources import shipped

_HELP = "compare the file with sounds/texts/en.toml; docs/cues.md explains every key"


def languages(own: Path | None = None) -> dict[str, Path]:
    """Every language there is a file for, by its code; a file in ``own`` goes before a shipped one.

    A folder that does not exist is an empty one. Raises StorageError for one that cannot be read.
    """
    found: dict[str, Path] = {}
    for folder in (shipped("sounds") / "texts", own):
        if folder is None:
            continue
        try:
            found |= {file.stem: file for file in sorted(folder.iterdir()) if file.suffix == ".toml"}
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise StorageError(
                f"the folder cannot be read: {error.strerror}", where=str(folder), remedy="check its rights"
            ) from None
    return found


def load_phrasebook(language: str, own: Path | None = None) -> Phrasebook:
    """The phrasebook of ``language``. ``own`` is the runner's folder of text files, if any.

    Raises BadInput for a language without a file, naming those there are, and for a file that is not whole.
    """
    files = languages(own)
    file = files.get(language)
    if file is None:
        place = own or "sounds/texts"
        raise BadInput(
            f"no texts for the language {language!r}",
            remedy=f"use one of {', '.join(sorted(files))}, or add {place}/{language}.toml (docs/cues.md)",
        )
    return read_phrasebook(file)


def read_phrasebook(file: Path) -> Phrasebook:
    """The phrasebook in ``file``. Raises BadInput naming the file and the key that is wrong."""
    where = str(file)
    try:
        data = parse_toml(read_text(file, "language"))
    except ValueError as error:
        raise BadInput(str(error), where=where, remedy="mend the file") from None
    try:
        texts = Texts.model_validate(data)
    except ValidationError as error:
        raise BadInput(plain_words(error), where=where, remedy=_HELP) from None
    if texts.language != file.stem:
        raise BadInput(
            f"language is {texts.language!r}, but the file is named {file.name}",
            where=where,
            remedy="make the two the same",
        )
    try:
        plural = gettext.c2py(texts.plural.rule)
    except ValueError as error:
        raise BadInput(
            f"plural.rule: {error}", where=where, remedy="write it as gettext does, as in 'n != 1'"
        ) from None
    for key, fault in faults(texts, plural):
        raise BadInput(f"{key} {fault}", where=where, remedy=_HELP)
    return Phrasebook(texts, plural)
