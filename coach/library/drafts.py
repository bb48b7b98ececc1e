"""What was typed and not saved, kept so that a closed terminal or Ctrl-C loses nothing."""

import contextlib
import hashlib
import json
import re
from pathlib import Path
from typing import cast

from coach.errors import CoachError
from coach.library.own_files import write_whole
from coach.library.toml_files import read_text

_SAFE = re.compile(r"[a-z0-9_-]{1,80}")


class Drafts:
    """One draft a name, in a folder of their own; only the owner may read them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> dict[str, str] | None:
        """What was kept under ``name``; None if nothing was, or nothing that can be understood."""
        try:
            found = json.loads(read_text(self._file(name), "draft"))
        except (CoachError, ValueError, RecursionError):
            return None
        if not isinstance(found, dict):
            return None
        fields = cast("dict[str, object]", found)
        return {key: value for key, value in fields.items() if isinstance(value, str)}

    def keep(self, name: str, fields: dict[str, str]) -> None:
        """Keep ``fields``, in place of what was kept before. Raises StorageError."""
        write_whole(self._file(name), json.dumps(fields, ensure_ascii=False), mode=0o600)

    def drop(self, name: str) -> None:
        """It was saved or discarded. A draft that cannot be removed is offered again, which loses nothing."""
        with contextlib.suppress(OSError):
            self._file(name).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        safe = name if _SAFE.fullmatch(name) else hashlib.sha256(name.encode()).hexdigest()[:16]
        return self.folder / f"{safe}.json"
