"""Which cues of an interval sound, when exactly, and which give way and why. Pure and deterministic."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from coach.model.cue import BEEP, PRIORITY_OF, Cue, CueKind, DroppedCue, Sound, Speech
from coach.model.script import Anchor, ScriptCue

GAP_NS = 60_000_000
"""Silence between an earcon and the speech after it, in real time."""

NO_SOUND = "its sound could not be made ready"
TOO_SHORT = "the interval is too short for it"
PAST_END = "it would not end before the interval does"
PAST_SLOT = "it would not end before the next count"

Span = tuple[int, int]
Length = Callable[[Sound], int | None]


class Placement(NamedTuple):
    """``cues`` in order of time; ``spans`` are when each sounds, (begin, end) in session ns."""

    cues: tuple[Cue, ...] = ()
    dropped: tuple[DroppedCue, ...] = ()
    spans: tuple[Span, ...] = ()


def place(
    cues: Iterable[ScriptCue],
    *,
    interval: int,
    start_ns: int,
    end_ns: int | None,
    after_ns: int,
    length: Length,
    speed: float = 1.0,
    taken: Sequence[Span] = (),
) -> Placement:
    """Place the cues of one interval that runs from ``start_ns`` to ``end_ns`` (None: open) of the session clock.

    ``length`` gives a sound's real ns, None where it could not be made ready; at ``speed`` N it fills N times as much
    of the session. ``taken`` are spans in which something else is already said.

    Boundary earcons are always placed, exactly. Every other cue sounds at its instant or not at all: a higher
    priority goes first, of equals the earlier; one that does not fit tries its shorter choices, and is else dropped
    with the reason. What lies before ``after_ns`` is past: neither placed nor dropped. Cues anchored at an end
    that is not known are left out.
    """
    placing = _Placing(interval, start_ns, end_ns, length, speed, [*taken])
    timed = [(placing.instant(cue), cue) for cue in cues if cue.anchor is Anchor.START or end_ns is not None]
    for at_ns, cue in sorted(timed, key=lambda one: _turn(*one)):
        if at_ns >= after_ns or (at_ns < start_ns and after_ns <= start_ns):
            placing.put(cue, at_ns)
    return placing.result()


def place_in_turn(
    kind: CueKind,
    sounds: Iterable[Sound],
    *,
    at_ns: int,
    length: Length,
    speed: float = 1.0,
    end_ns: int | None = None,
    interval: int | None = None,
) -> Placement:
    """Place the sounds of a session cue (earcon, then speech) one after the other, from ``at_ns`` on.

    A sound that could not be made ready, or would sound past ``end_ns``, is dropped. Hand ``spans`` to ``place`` as
    ``taken``, so that the interval's cues keep clear.
    """
    placed: list[tuple[Cue, Span]] = []
    dropped: list[DroppedCue] = []
    for sound in sounds:
        cue = Cue(kind, at_ns, sound, PRIORITY_OF[kind], interval)
        real = length(sound)
        if real is None:
            dropped.append(DroppedCue(cue, NO_SOUND))
            continue
        until = at_ns + math.ceil(real * speed)
        if end_ns is not None and until > end_ns:
            dropped.append(DroppedCue(cue, PAST_END))
            continue
        placed.append((cue, (at_ns, until)))
        at_ns = until + math.ceil(GAP_NS * speed)
    return Placement(tuple(cue for cue, _ in placed), tuple(dropped), tuple(span for _, span in placed))


def _turn(at_ns: int, cue: ScriptCue) -> tuple[int, int, str]:
    """The order in which cues choose their place: total, so that the order they come in never matters."""
    return (-cue.priority, at_ns, repr(cue))


class _Placing:
    """The places given so far."""

    def __init__(
        self, interval: int, start_ns: int, end_ns: int | None, length: Length, speed: float, taken: list[Span]
    ) -> None:
        self._interval = interval
        self._start_ns = start_ns
        self._end_ns = end_ns
        self._length = length
        self._speed = speed
        self._taken: list[tuple[Span, str]] = [(span, "another cue") for span in taken]
        self._placed: list[tuple[Cue, Span]] = []
        self._dropped: list[DroppedCue] = []

    def instant(self, cue: ScriptCue) -> int:
        anchor_ns = self._start_ns if cue.anchor is Anchor.START or self._end_ns is None else self._end_ns
        if cue.follows is None:
            return anchor_ns + cue.offset_ns
        real = self._length(cue.follows) or self._length(BEEP) or 0
        return anchor_ns + cue.offset_ns + self._session(real + GAP_NS)

    def put(self, cue: ScriptCue, at_ns: int) -> None:
        if cue.kind is CueKind.EARCON:
            ready = [sound for sound in cue.choices if self._length(sound) is not None]
            sound = ready[0] if ready else cue.choices[0]
            self._take(cue, at_ns, sound, self._session(self._length(sound) or 0))
            return
        reason = NO_SOUND
        for sound in cue.choices:
            real = self._length(sound)
            if real is None:
                continue
            lasts = self._session(real)
            obstacle = self._obstacle(cue, at_ns, lasts)
            if obstacle is None:
                self._take(cue, at_ns, sound, lasts)
                return
            reason = obstacle
        planned = Cue(cue.kind, at_ns, cue.choices[0], cue.priority, self._interval)
        self._dropped.append(DroppedCue(planned, reason))

    def result(self) -> Placement:
        placed = sorted(self._placed, key=lambda one: (one[0].at_ns, -one[0].priority))
        dropped = sorted(self._dropped, key=lambda one: (one.cue.at_ns, -one.cue.priority))
        return Placement(tuple(cue for cue, _ in placed), tuple(dropped), tuple(span for _, span in placed))

    def _session(self, real_ns: int) -> int:
        return math.ceil(real_ns * self._speed)

    def _obstacle(self, cue: ScriptCue, at_ns: int, lasts: int) -> str | None:
        until = at_ns + lasts
        if at_ns < self._start_ns:
            return TOO_SHORT
        if cue.within_ns is not None and lasts > cue.within_ns:
            return PAST_SLOT
        if self._end_ns is not None and until > self._end_ns:
            return PAST_END
        for (begin, end), label in self._taken:
            if at_ns < end and begin < until:
                return f"it would sound over {label}"
        return None

    def _take(self, cue: ScriptCue, at_ns: int, sound: Sound, lasts: int) -> None:
        placed = Cue(cue.kind, at_ns, sound, cue.priority, self._interval)
        span = (at_ns, at_ns + lasts)
        label = f"“{placed.label}”" if isinstance(sound, Speech) else placed.label
        self._placed.append((placed, span))
        self._taken.append((span, label))
