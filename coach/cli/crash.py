"""What a fault of the program leaves behind for its authors, without what is private to the runner."""

import os
import platform
import re
import sys
import traceback
from pathlib import Path

from coach import config
from coach.clock import Clock, SystemClock

_MAILS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_SECRETS = re.compile(
    r"(?i)\b(\w*(?:token|secret|password|passwd|api_?key|authorization)\w*['\"]?\s*[=:]\s*)"
    r"(?:['\"]?(?:bearer|basic|token)\s+)?\S+"
)

_GIVEN = re.compile(r"input_value=.*?, input_type=", re.DOTALL)
"""What a validator quotes of what it was given: ratings, notes."""

_QUOTED = re.compile(r"""['"“‘].*['"”’]""")
"""From the first quotation mark of a line to the last one: what was typed may have some of its own."""
_FRAMES = re.compile(r"(  |Traceback |$)")


def write_crash_file(error: BaseException, clock: Clock | None = None) -> Path | None:
    """Keep the traceback in the state folder, readable by its owner alone; None if that is not possible.

    Code lines and messages are kept; values of variables, and what a message quotes, are not. The home folder, the
    user's and the machine's names, addresses and everything that looks like a secret are replaced. The command line is
    left out: workouts and names may be private.
    """
    now = (clock or SystemClock()).utc_now()
    words = unquoted("".join(traceback.format_exception(error)))
    text = f"walkrun-coach {_version()}, Python {platform.python_version()}, {sys.platform} {platform.machine()}\n"
    text += f"{now:%Y-%m-%dT%H:%M:%SZ}\n\n{redact(words)}"
    try:
        folder = config.folders().state / "crashes"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / f"{now:%Y%m%dT%H%M%S.%f}-{os.getpid()}.txt"
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(text)
    except (OSError, RuntimeError):  # the latter where there is no home to be found
        return None
    return file


def unquoted(words: str) -> str:
    """A traceback whose messages quote nothing: it may be a note, or a name. Its lines of code stay as they are."""
    lines: list[str] = []
    is_message = False
    for line in words.split("\n"):
        # What follows a message, indented or not, is more of it, until the next traceback.
        is_message = not _FRAMES.match(line) or (is_message and not line.startswith("Traceback "))
        lines.append(_QUOTED.sub("<quoted>", line) if is_message else line)
    return "\n".join(lines)


def redact(text: str) -> str:
    """``text`` without what says who or where the runner is."""
    home = os.path.expanduser("~")  # noqa: PTH111 - unlike Path it never raises, and this is the last resort
    private = {home: "~"} if len(home) > 1 else {}
    private |= {name: "<host>" for name in (platform.node(),) if len(name) > 2}
    private |= {
        os.environ[key]: "<user>" for key in ("USER", "LOGNAME", "USERNAME") if len(os.environ.get(key, "")) > 2
    }
    text = _GIVEN.sub("input_value=<redacted>, input_type=", text)
    text = _SECRETS.sub(r"\1<redacted>", _MAILS.sub("<mail>", text))
    for found, shown in private.items():
        text = re.sub(rf"(?<![\w-]){re.escape(found)}(?![\w-])", shown, text)
    return text


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("walkrun-coach")
    except PackageNotFoundError:
        return "(not installed)"
