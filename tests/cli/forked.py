"""Coaches in processes of their own that have imported already what every command needs.

A server with everything imported forks for each command: the same ``main``, arguments, environment and streams, without
the second that a busy machine takes to import it all. Tests of the start itself start Python.
"""

import atexit
import json
import os
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]


class Forked:
    """The server, of this process of pytest."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="coach-forked-")
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.forked"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip

    def run(
        self, arguments: tuple[str, ...], env: dict[str, str], typed: bytes = b""
    ) -> subprocess.CompletedProcess[str]:
        """As ``subprocess.run`` does it, with ``typed`` to read."""
        assert self._server.stdin
        assert self._server.stdout
        into, out, err = (str(Path(self._folder.name) / name) for name in ("in", "out", "err"))
        Path(into).write_bytes(typed)
        json.dump((arguments, env, str(Path.cwd()), into, out, err), self._server.stdin)
        self._server.stdin.write("\n")
        self._server.stdin.flush()
        code = int(self._server.stdout.readline())
        said = [Path(name).read_bytes().decode() for name in (out, err)]
        return subprocess.CompletedProcess(arguments, code, *said)

    def close(self) -> None:
        self._server.communicate()
        self._folder.cleanup()


@cache
def forked() -> Forked:
    """The one server."""
    server = Forked()
    atexit.register(server.close)
    return server


def serve() -> None:
    """Fork for every line of standard input, one after the other, and tell its exit code."""
    import coach.bootstrap.comeback
    import coach.cli
    import coach.cli.answers
    import coach.coaching
    import coach.coaching.story
    import coach.gate.wording  # noqa: F401

    for line in sys.stdin:
        child = os.fork()
        if not child:
            become(*json.loads(line))
            return
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def become(arguments: list[str], env: dict[str, str], folder: str, into: str, out: str, err: str) -> None:
    """Be the ``coach`` command."""
    from coach.__main__ import main

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    for number, name, flags in (
        (0, into, os.O_RDONLY),
        (1, out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        (2, err, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ):
        opened = os.open(name, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = ["coach", *arguments]
    main()


if __name__ == "__main__":
    serve()
