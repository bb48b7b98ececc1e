"""Runs the rendering child and reads its answers, however it ends."""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Sequence
from typing import IO, Any, cast

STALL_S = 90.0  # a Pi needs some 10 s to load hibari for the first time


class ChildFailed(Exception):
    """The child crashed, was killed or hung. In plain words."""


class Child:
    """``command`` and how long, in seconds, it may be silent before it counts as hung."""

    def __init__(self, command: Sequence[str] | None = None, stall_s: float = STALL_S) -> None:
        # -P: a file called numpy.py in the folder the runner happens to stand in is none of ours.
        self._command = list(command or (sys.executable, "-P", "-m", "coach.audio.render"))
        self._stall_s = stall_s

    def lines(self, request: dict[str, Any]) -> Generator[dict[str, Any], None, None]:
        """The child's answers as they come, up to the one that ends it (``done``, ``error``, ``storage``, ``voices``).

        Raises ChildFailed. The child is gone when this ends, however it ends.
        """
        try:
            # Both in files: a full pipe that nobody reads would hang the child.
            with tempfile.TemporaryFile() as complaints, tempfile.TemporaryFile() as question:
                question.write(json.dumps(request).encode())
                question.seek(0)
                yield from self._talk(question, complaints)
        except OSError as error:
            raise ChildFailed(f"the voice cannot be started ({error.strerror})") from None

    def _talk(self, question: IO[bytes], complaints: IO[bytes]) -> Generator[dict[str, Any], None, None]:
        with subprocess.Popen(self._command, stdin=question, stdout=subprocess.PIPE, stderr=complaints) as process:
            watch = _Watch(process, self._stall_s)
            try:
                for line in process.stdout or ():
                    watch.feed()
                    answer = _parsed(line)
                    yield answer
                    if _ENDS & answer.keys():
                        return
            finally:
                watch.stop()
                process.kill()
        if watch.barked:
            raise ChildFailed(f"the voice was silent for {self._stall_s:g} s and was stopped")
        complaints.seek(0)
        last = complaints.read().decode(errors="replace").strip().splitlines()[-1:]
        raise ChildFailed(f"the voice failed ({last[0] if last else f'exit code {process.returncode}'})")


_ENDS = {"done", "error", "storage", "voices"}


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(line)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ChildFailed(f"the voice answered with {line[:40]!r}")
    return cast("dict[str, Any]", answer)


class _Watch:
    """Kills the child when it has been silent for too long."""

    def __init__(self, process: "subprocess.Popen[bytes]", stall_s: float) -> None:
        self._process = process
        self._stall_s = stall_s
        self.barked = False
        self._timer = self._wind()

    def _wind(self) -> threading.Timer:
        timer = threading.Timer(self._stall_s, self._bark)
        timer.daemon = True
        timer.start()
        return timer

    def _bark(self) -> None:
        self.barked = True
        self._process.kill()

    def feed(self) -> None:
        self._timer.cancel()
        self._timer = self._wind()

    def stop(self) -> None:
        self._timer.cancel()
