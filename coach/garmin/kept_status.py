"""The status of the last sync, in a file of the state folder. What is lost of it, the marks there tell."""

import json
from datetime import date
from pathlib import Path
from typing import Any, cast

from coach.errors import StorageError
from coach.garmin.sync import Status
from coach.library.own_files import write_whole

_MOST = 500
"""Of each kind; the newest ids are kept."""


class StatusFile:
    def __init__(self, file: Path) -> None:
        self._file = file

    def load(self) -> Status:
        """Nothing where there is none, or one that cannot be understood. Raises StorageError."""
        try:
            found: Any = json.loads(self._file.read_bytes())
            told = cast("dict[str, Any]", found)
            workouts = {int(id_): date.fromisoformat(day) for id_, day in told["workouts"].items()}
            return Status(workouts, frozenset(int(id_) for id_ in told["released"]), str(told["title"]))
        except FileNotFoundError:
            return Status()
        except OSError as error:
            raise StorageError(
                f"cannot be read: {error.strerror}", where=str(self._file), remedy="check its rights"
            ) from None
        except (ValueError, TypeError, KeyError, AttributeError):
            return Status()

    def keep(self, status: Status) -> None:
        """Raises StorageError."""
        workouts = {str(id_): status.workouts[id_].isoformat() for id_ in sorted(status.workouts)[-_MOST:]}
        released = sorted(status.released)[-_MOST:]
        told = {"workouts": workouts, "released": released, "title": status.title}
        write_whole(self._file, json.dumps(told) + "\n", mode=0o600)
