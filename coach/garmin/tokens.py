"""What a login left: tokens in a file of the state folder that its owner alone can read. A password is kept nowhere."""

import os
import stat
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from coach.errors import BadInput, LoginNeeded, StorageError
from coach.garmin.answers import LOG_IN, LONGEST_WAIT
from coach.library.own_files import write_whole

_LARGEST = 100_000


class TokenFile:
    """Beside the tokens stands until when the service wants not to be asked."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.folder = file.parent
        self._quiet = self.folder / "asked-too-often"

    def exists(self) -> bool:
        return self.file.exists()

    def read(self) -> str:
        """Raises LoginNeeded where there are none; BadInput where others could have read them."""
        try:
            with self.file.open(encoding="utf-8") as stream:
                if stat.S_IMODE(os.fstat(stream.fileno()).st_mode) & 0o077:
                    raise BadInput(
                        "others can read this login",
                        where=str(self.file),
                        remedy="`coach garmin logout`, then log in anew; change the password if others are here",
                    )
                return stream.read(_LARGEST)
        except FileNotFoundError:
            raise LoginNeeded("there is no login to Garmin Connect", remedy=LOG_IN) from None
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            raise BadInput(f"cannot be read: {why}", where=str(self.file), remedy="check its rights") from None

    def write(self, tokens: str) -> None:
        """Its owner's alone from the first byte, whatever rights an older one had. Raises StorageError."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileNotFoundError):
                if stat.S_IMODE(self.file.stat().st_mode) & 0o077:
                    self.file.unlink()
        except OSError as error:
            raise self._failed(error) from None
        write_whole(self.file, tokens, mode=0o600)

    def remove(self) -> bool:
        """Whether there were any. Raises StorageError."""
        try:
            self.file.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise self._failed(error) from None
        return True

    def keep_quiet(self, until: datetime) -> None:
        """Raises StorageError."""
        write_whole(self._quiet, until.isoformat() + "\n")

    def quiet_until(self, now: datetime) -> datetime | None:
        """Until when the service wants not to be asked. None if that is over, or so far off that a clock was wrong."""
        try:
            until = datetime.fromisoformat(self._quiet.read_text(encoding="utf-8").strip())
            return until if now < until <= now + LONGEST_WAIT + timedelta(minutes=1) else None
        except (OSError, ValueError, TypeError):
            return None

    def _failed(self, error: OSError) -> StorageError:
        return StorageError(
            f"cannot be written: {error.strerror}", where=str(self.folder), remedy="check the rights of the folder"
        )
