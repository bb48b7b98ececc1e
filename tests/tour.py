"""The five-minute tour of the README, run as it is printed there."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def printed() -> str:
    """The commands of the tour."""
    [block] = re.findall(r"(?ms)^```sh\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"))
    return block


class Tour:
    """Under way in an empty folder of its own from the start."""

    def __init__(self) -> None:
        self._place = tempfile.TemporaryDirectory(prefix="coach-tour-")
        self.folder = Path(self._place.name) / "here"
        self.folder.mkdir()
        env = {name: value for name, value in os.environ.items() if not name.startswith("COACH_")}
        env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
        with self._said("stdout").open("wb") as out, self._said("stderr").open("wb") as err:
            self._shell = subprocess.Popen(
                ["bash", "-euo", "pipefail", "-c", printed()],
                cwd=self.folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    def wait(self) -> None:
        """To its end."""
        self._shell.wait(timeout=280)

    @property
    def exit_code(self) -> int | None:
        return self._shell.returncode

    @property
    def stdout(self) -> str:
        return self._said("stdout").read_text(encoding="utf-8")

    @property
    def stderr(self) -> str:
        return self._said("stderr").read_text(encoding="utf-8")

    def clear_away(self) -> None:
        """End what still runs of it, and remove its folder."""
        if self._shell.poll() is None:
            os.killpg(self._shell.pid, signal.SIGKILL)
            self._shell.wait()
        self._place.cleanup()

    def _said(self, stream: str) -> Path:
        return Path(self._place.name) / stream
