"""The key of a service: from the environment, the desktop's keyring, or a file that its owner alone can read."""

import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from coach.errors import BadInput, StorageError
from coach.library.own_files import write_whole

APP = "walkrun-coach"
_LONGEST = 200
_LOCKED = "the keyring is locked, or does not work"


@dataclass(frozen=True, slots=True)
class Key:
    """``origin`` says where it was found. What is printed of a key shows nothing of it."""

    secret: str = field(repr=False)
    origin: str


class Kept(NamedTuple):
    """Where a key is kept now, and what else there is to know."""

    place: str
    warning: str = ""


class _Refused(Exception):
    """The keyring is locked, cancelled or broken: whether there is a key in it is not known."""


class KeyChain:
    """The keys of one service. Where there is no keyring, or it has no place to keep anything, a file stands in."""

    def __init__(
        self, service: str, config: Path, env: Mapping[str, str] = os.environ, set_with: str | None = None
    ) -> None:
        self._service = service
        self._set_with = set_with or f"coach push --to {service} --set-key"
        self._variable = f"COACH_{service.upper()}_KEY"
        self._file = config / f"{service}.key"
        self._env = env

    def find(self) -> Key:
        """Raises BadInput if there is none, or if it could have been read by others."""
        if said := self._env.get(self._variable):
            return Key(check_key(said, self._variable), self._variable)
        locked = ""
        try:
            if kept := _asked(lambda ring: ring.get_password(APP, self._service)):
                return Key(check_key(kept, "the keyring"), "the keyring")
        except _Refused:
            locked = f", and {_LOCKED}"
        try:
            with self._file.open(encoding="utf-8") as stream:
                if stat.S_IMODE(os.fstat(stream.fileno()).st_mode) & 0o077:
                    raise BadInput(
                        "others can read this key",
                        where=str(self._file),
                        remedy=f"chmod 600 '{self._file}', and make a new key if others use this machine",
                    )
                return Key(check_key(stream.read(_LONGEST + 2), str(self._file)), str(self._file))
        except FileNotFoundError:
            raise BadInput(
                f"there is no key for {self._service}{' in a file' if locked else ''}{locked}",
                remedy=f"{'unlock it, or ' if locked else ''}keep one: `{self._set_with}`; or set {self._variable}",
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            raise BadInput(f"cannot be read: {why}", where=str(self._file), remedy="check its rights") from None

    def keep(self, secret: str) -> Kept:
        """Keep it, and say where. Raises BadInput for what is no key, StorageError."""
        secret = check_key(secret, "the key")
        warning = ""
        try:
            if _asked(lambda ring: ring.set_password(APP, self._service, secret) or True):
                self._remove_file()  # the old one would be found if the keyring were ever locked
                return Kept("the keyring")
        except _Refused:
            warning = f"{_LOCKED}: an older key in it would go first once it is unlocked; then keep this one again"
        self._remove_file()  # with whatever rights it had: a new one is its owner's alone from the first byte
        write_whole(self._file, secret + "\n", mode=0o600)
        return Kept(str(self._file), warning)

    def forget(self) -> list[str]:
        """Remove it wherever it is kept, and say where that was. Raises StorageError, after the file is gone."""
        gone = [str(self._file)] if self._remove_file() else []
        so_far = f"; it is gone from {self._file}" if gone else ""
        try:
            kept = _asked(lambda ring: ring.get_password(APP, self._service))
        except _Refused:
            raise StorageError(
                f"{_LOCKED}, and may hold the key{so_far}", remedy="unlock it, and forget the key once more"
            ) from None
        if not kept:
            return gone
        try:
            _asked(lambda ring: ring.delete_password(APP, self._service))
        except _Refused:
            raise StorageError(
                f"the keyring does not let go of the key{so_far}", remedy="unlock it, or remove it there"
            ) from None
        return ["the keyring", *gone]

    def _remove_file(self) -> bool:
        try:
            self._file.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise StorageError(
                f"cannot be removed: {error.strerror}", where=str(self._file), remedy="check its rights"
            ) from None
        return True


def check_key(said: str, where: str) -> str:
    """What can be a key, without spaces around it. Raises BadInput, which does not show it."""
    key = said.strip()
    if not (0 < len(key) <= _LONGEST and key.isascii() and key.isprintable() and " " not in key):
        raise BadInput("this is no key", where=where, remedy="copy it anew from the settings of the service")
    return key


def _asked(question: Callable[[Any], Any]) -> Any:
    """What the package answers; None if it is not installed, or has nowhere to keep things. Raises _Refused."""
    if find_spec("keyring") is None:
        return None
    try:
        ring: Any = import_module("keyring")
        return question(ring) if ring.get_keyring().priority > 0 else None
    except Exception:  # noqa: BLE001 - any backend, of anybody: then there is the file
        raise _Refused from None
