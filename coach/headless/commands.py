"""What the runner types, as commands: single keys on a terminal, lines from a pipe."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from coach.clock import NS
from coach.errors import CommandRefused
from coach.session.state import Command, CommandKind, Phase

EXTEND_STEP_MS = 30_000
KEY_HELP = "space pause/resume · n next · b back · r repeat · + − 30 s · p pain · u take pain back · s stop · ? keys"
LINE_HELP = "one of: " + ", ".join(kind.value for kind in CommandKind) + ", extend +30, volume 50"
STOP_QUESTION = "Stop the session? y stops, any other key goes on"

QUESTION_NS = 10 * NS
"""How long it waits for the answer, as on the screen: a pain mark minutes later must not be taken for a “no”."""
_LONGEST_LINE = 200
_NAMES = {kind.value: kind for kind in CommandKind}


class Volume(NamedTuple):
    """Make the cues this loud, 0–100."""

    percent: int


class Say(NamedTuple):
    """Nothing is asked of the session; tell the runner this."""

    words: str


Action = Command | Volume | Say

_KEYS = {
    "n": CommandKind.NEXT,
    "b": CommandKind.BACK,
    "r": CommandKind.REPEAT,
    "p": CommandKind.PAIN,
    "u": CommandKind.WITHDRAW,
}


class Keys:
    """Keys of a terminal. Remembers whether the question about stopping is open; it withdraws itself after a while.

    ``now_ns`` reads the monotonic clock.
    """

    def __init__(self, now_ns: Callable[[], int]) -> None:
        self._now_ns = now_ns
        self._open_until_ns: int | None = None

    def press(self, key: str, phase: Phase) -> Action | None:
        """What ``key`` asks for while the session is in ``phase``; None if nothing."""
        until_ns, self._open_until_ns = self._open_until_ns, None
        if until_ns is not None and self._now_ns() < until_ns:
            return Command(CommandKind.STOP) if key in "yY" else Say("The session goes on.")
        if key in "sq":
            self._open_until_ns = self._now_ns() + QUESTION_NS
            return Say(STOP_QUESTION)
        return self._command(key, phase)

    def _command(self, key: str, phase: Phase) -> Action | None:
        if key in " \r\n":
            if phase is Phase.READY:
                return Command(CommandKind.START)
            if key == " ":
                return Command(CommandKind.RESUME if phase is Phase.PAUSED else CommandKind.PAUSE)
            return None
        if key in "+=":
            return Command(CommandKind.EXTEND, delta_ms=EXTEND_STEP_MS)
        if key in "-_":
            return Command(CommandKind.EXTEND, delta_ms=-EXTEND_STEP_MS)
        if key in "?h":
            return Say(KEY_HELP)
        kind = _KEYS.get(key)
        return None if kind is None else Command(kind)


def parse_line(line: str) -> Action | None:
    """The command on a line from a pipe; None for an empty line or a comment. Raises CommandRefused."""
    words = line.partition("#")[0].split()
    if not words:
        return None
    name, rest = words[0].lower(), words[1:]
    if name == "volume":
        return _volume(rest)
    if name == CommandKind.EXTEND.value:
        return _extend(rest)
    if name == "help":
        return Say(LINE_HELP)
    kind = _NAMES.get(name)
    if kind is None or rest:
        shown = line.strip()[:_LONGEST_LINE]
        raise CommandRefused(f"not a command: {shown!r}", remedy=LINE_HELP)
    return Command(kind)


def _volume(rest: Sequence[str]) -> Volume:
    if len(rest) != 1 or not re.fullmatch(r"\d{1,3}", rest[0]) or int(rest[0]) > 100:
        raise CommandRefused("volume takes a whole number from 0 to 100", remedy="such as: volume 50")
    return Volume(int(rest[0]))


def _extend(rest: Sequence[str]) -> Command:
    if len(rest) != 1 or not re.fullmatch(r"[+-]?\d{1,5}s?", rest[0]):
        raise CommandRefused("extend takes seconds", remedy="such as: extend +30 or extend -30")
    return Command(CommandKind.EXTEND, delta_ms=int(rest[0].removesuffix("s")) * 1000)
