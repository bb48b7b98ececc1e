"""The key of a service: from the environment, the desktop's keyring, or a file that its owner alone can read."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from coach.errors import BadInput, StorageError
from coach.library.own_files import write_whole

APP = "walkrun-coach"
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Key:
    """``origin`` says where it was found. What is printed of a key shows nothing of it."""

    secret: str = field(repr=False)
    origin: str


class KeyChain:
    """The keys of one service. Where there is no keyring, or it has no place to keep anything, a file stands in."""

    def __init__(self, service: str, config: Path, env: Mapping[str, str] = os.environ) -> None:
        self._service = service
        self._variable = f"COACH_{service.upper()}_KEY"
        self._file = config / f"{service}.key"
        self._env = env

    def find(self) -> Key:
        """Raises BadInput if there is none, or if it could have been read by others."""
        if said := self._env.get(self._variable):
            return Key(check_key(said, self._variable), self._variable)
        ring = _keyring()
        if ring is not None:
            kept = _asked(lambda: ring.get_password(APP, self._service))
            if kept:
                return Key(check_key(kept, "the keyring"), "the keyring")
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
                f"there is no key for {self._service}",
                remedy=f"keep one: `coach push --to {self._service} --set-key`; or set {self._variable}",
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            raise BadInput(f"cannot be read: {why}", where=str(self._file), remedy="check its rights") from None

    def keep(self, secret: str) -> str:
        """Keep it, and say where. Raises BadInput for what is no key, StorageError."""
        secret = check_key(secret, "the key")
        ring = _keyring()
        if ring is not None and _asked(lambda: ring.set_password(APP, self._service, secret) or True):
            self._remove_file()  # the old one would be found if the keyring were ever locked
            return "the keyring"
        self._remove_file()  # with whatever rights it had: a new one is its owner's alone from the first byte
        write_whole(self._file, secret + "\n", mode=0o600)
        return str(self._file)

    def forget(self) -> list[str]:
        """Remove it wherever it is kept, and say where that was. Raises StorageError."""
        gone: list[str] = []
        ring = _keyring()
        if ring is not None and _asked(lambda: ring.get_password(APP, self._service)):
            if not _asked(lambda: ring.delete_password(APP, self._service) or True):
                raise StorageError("the keyring does not let go of the key", remedy="unlock it, or remove it there")
            gone.append("the keyring")
        if self._remove_file():
            gone.append(str(self._file))
        return gone

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


def _keyring() -> Any:
    """The package, if it is installed and has somewhere to keep things."""
    if find_spec("keyring") is None:
        return None
    ring: Any = import_module("keyring")
    return ring if ring.get_keyring().priority > 0 else None


def _asked(question: Any) -> Any:
    """Its answer; None where the keyring is locked, cancelled or broken: then there is the file."""
    errors: Any = import_module("keyring.errors")
    try:
        return question()
    except errors.KeyringError:
        return None
