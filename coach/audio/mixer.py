"""Clips at exact frames → blocks of mono signed 16-bit samples. Pure: it knows frames, not time or devices."""

import random
import sys
from array import array
from itertools import pairwise
from typing import NamedTuple

BYTES = 2  # a sample

_SHAKE_FRAMES = 48_000


class Placed(NamedTuple):
    """A clip whose first sample is frame ``start`` of the stream."""

    start: int
    pcm: bytes

    @property
    def end(self) -> int:
        return self.start + len(self.pcm) // BYTES


def scaled(pcm: bytes, percent: int) -> bytes:
    """``pcm`` at ``percent`` (0–100) of its amplitude, rounded down; 100 hands back the same object."""
    if percent == 100:
        return pcm
    factor = percent * 65_536 // 100
    return _to_bytes(array("h", [sample * factor >> 16 for sample in _samples(pcm)]))


def added(one: bytes, other: bytes) -> bytes:
    """The sum of two equally long blocks; saturates, though the headroom of our sources makes that rare."""
    total = [a + b for a, b in zip(_samples(one), _samples(other), strict=True)]
    if max(total) > 32_767 or min(total) < -32_768:
        total = [min(32_767, max(-32_768, value)) for value in total]
    return _to_bytes(array("h", total))


class Mixer:
    """Holds the clips that sound now or soon, and renders any stretch of the stream.

    The result depends only on the frames asked for, never on how the stream is cut into blocks. ``dither`` puts noise
    of one bit where nothing sounds: some Bluetooth and HDMI outputs fall asleep on true silence.
    """

    def __init__(self, *, dither: bool = False) -> None:
        self._placed: list[Placed] = []
        self._shake = _shake() if dither else b""

    def add(self, start: int, pcm: bytes) -> Placed:
        """Place a clip; ``pcm`` is mono S16_LE. The same clip placed twice sounds twice."""
        placed = Placed(start, pcm)
        self._placed.append(placed)
        return placed

    def remove(self, placed: Placed) -> None:
        """Forget one clip, wherever it stands; nothing happens if it has gone already."""
        self._placed = [other for other in self._placed if other is not placed]

    def forget_before(self, frame: int) -> None:
        """Free the clips that end at or before ``frame``; they will not be asked for again."""
        if self._placed:
            self._placed = [placed for placed in self._placed if placed.end > frame]

    def drop(self) -> None:
        """Free every clip."""
        self._placed = []

    @property
    def held_bytes(self) -> int:
        """What the clips cost in memory."""
        return sum(len(placed.pcm) for placed in self._placed)

    def render(self, first: int, frames: int, volume: int = 100) -> bytes:
        """Frames ``first`` … ``first + frames - 1`` as S16_LE, at ``volume`` percent."""
        last = first + frames
        sounding = [placed for placed in self._placed if placed.start < last and placed.end > first]
        if not sounding:
            return self._silence(first, frames)
        edges = {first, last}
        for placed in sounding:
            edges.update(edge for edge in (placed.start, placed.end) if first < edge < last)
        marks = sorted(edges)
        return b"".join([self._stretch(sounding, begin, end, volume) for begin, end in pairwise(marks)])

    def _stretch(self, sounding: list[Placed], begin: int, end: int, volume: int) -> bytes:
        """A stretch within which no clip begins or ends; nearly always a plain copy of one clip or of silence."""
        block: bytes | None = None
        for placed in sounding:
            if placed.start <= begin and placed.end >= end:
                piece = scaled(placed.pcm[(begin - placed.start) * BYTES : (end - placed.start) * BYTES], volume)
                block = piece if block is None else added(block, piece)
        return self._silence(begin, end - begin) if block is None else block

    def _silence(self, first: int, frames: int) -> bytes:
        if not self._shake:
            return bytes(frames * BYTES)
        at = first % _SHAKE_FRAMES
        rounds = (at + frames) // _SHAKE_FRAMES + 1
        return (self._shake * rounds)[at * BYTES : (at + frames) * BYTES]


def _shake() -> bytes:
    """A second of random ±1; seeded, so that a stream can be compared with another."""
    return _to_bytes(array("h", random.Random(48).choices((-1, 1), k=_SHAKE_FRAMES)))


def _samples(pcm: bytes) -> "array[int]":
    samples = array("h", pcm)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _to_bytes(samples: "array[int]") -> bytes:
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()
