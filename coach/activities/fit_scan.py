"""The frame of a FIT file, walked over before anything in it is decoded: where each message lies, and where it breaks.

It is quick, and it keeps from the decoder what we do not read, which in a watch's file is most messages, and what would
lead it astray. After the published protocol.
"""

import sys
from array import array
from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple

from coach.errors import BadInput

MAGIC = b".FIT"
MAX_MESSAGES = 1_000_000
_SHORTEST_HEAD = 12
_DEFINITION, _DEVELOPER, _COMPRESSED = 0x40, 0x20, 0x80


class Part(NamedTuple):
    """One FIT file of those that may stand one after the other: its messages from ``start`` to ``end``.

    ``faults`` says what is wrong with its frame.
    """

    start: int
    end: int
    faults: tuple[str, ...] = ()


class Sieved(NamedTuple):
    """A FIT file of the wanted messages alone. ``places`` are where each message began, there and in the original.

    ``fault`` says where and why the rest could not be walked over.
    """

    data: bytes
    places: tuple[tuple[int, int], ...]
    counts: dict[int, int]
    fault: str | None = None

    def offset_of(self, position: int) -> int:
        """The original's byte at which the message begins that the decoder has read up to ``position`` of."""
        found = self.places[0][1] if self.places else 0
        for there, original in self.places:
            if there >= position:
                break
            found = original
        return found


def parts_of(data: bytes) -> Iterator[Part]:
    """Every FIT file in ``data``; after the first that is none, which the last part's faults say, there is no other."""
    at = 0
    found: Part | None = None
    while at < len(data):
        if len(data) - at < _SHORTEST_HEAD or data[at + 8 : at + 12] != MAGIC or data[at] < _SHORTEST_HEAD:
            if found is not None:
                found = found._replace(faults=(*found.faults, f"what follows byte {at} is no FIT file"))
            break
        if found is not None:
            yield found
        found, at = _part(data, at)
    if found is not None:
        yield found


def _part(data: bytes, at: int) -> tuple[Part, int]:
    """The one whose head is at ``at``, and where the next would be."""
    faults: list[str] = []
    start = at + data[at]
    stored = int.from_bytes(data[at + 12 : at + 14], "little") if data[at] >= 14 else 0
    if stored and stored != checksum(data[at : at + 12]):
        faults.append(f"the checksum of the head at byte {at + 12} is wrong")
    size = int.from_bytes(data[at + 4 : at + 8], "little")
    end = start + size
    if not size and len(data) > start + 2:
        # Left open: what wrote it died before it knew the length.
        faults.append(f"its head at byte {at} tells of no messages, though some follow")
        return Part(start, len(data), tuple(faults)), len(data)
    if end + 2 > len(data):
        faults.append(f"it is cut short: it ends at byte {len(data)}, and its head tells of {end + 2}")
        return Part(min(start, len(data)), min(end, len(data)), tuple(faults)), len(data)
    if checksum(data[at:end]) != int.from_bytes(data[end : end + 2], "little"):
        faults.append(f"the checksum at byte {end} is wrong: some byte before it was changed")
    return Part(start, end, tuple(faults)), end + 2


def sieve(data: bytes, part: Part, wanted: Collection[int]) -> Sieved:
    """The messages of ``part`` of the ``wanted`` kinds. Raises BadInput where there are too many to be an activity."""
    walk = _Walk(data, part)
    messages: list[tuple[int, int, int]] = []
    fault: str | None = None
    try:
        messages = list(walk.messages())
    except _Broken as broken:
        messages = broken.before
        fault = str(broken)
    # A compressed time counts on from the message before, of whatever kind: then none may be missing.
    keep = None if walk.compressed else frozenset(wanted)
    pieces: list[bytes] = []
    places: list[tuple[int, int]] = []
    counts: dict[int, int] = {}
    length = 14
    for begin, end, kind in messages:
        if keep is None or kind in keep:
            pieces.append(data[begin:end])
            places.append((length, begin))
            length += end - begin
            if not data[begin] & _DEFINITION or data[begin] & _COMPRESSED:
                counts[kind] = counts.get(kind, 0) + 1
    head = bytes((14, 0x20, 0, 0)) + (length - 14).to_bytes(4, "little") + MAGIC + b"\0\0"
    return Sieved(b"".join((head, *pieces, b"\0\0")), tuple(places), counts, fault)


class _Broken(Exception):
    def __init__(self, offset: int, what: str, before: list[tuple[int, int, int]]) -> None:
        super().__init__(f"at byte {offset} {what}: what follows is lost")
        self.before = before


class _Walk:
    """From message to message by the lengths that definitions give."""

    def __init__(self, data: bytes, part: Part) -> None:
        self._data = data
        self._part = part
        self.compressed = False

    def messages(self) -> list[tuple[int, int, int]]:
        """Where each begins and ends, and its kind. Raises _Broken, BadInput."""
        data, end = self._data, self._part.end
        at = self._part.start
        sizes: dict[int, tuple[int, int]] = {}  # local number → length of its messages, kind
        found: list[tuple[int, int, int]] = []
        while at < end:
            head = data[at]
            if head & _COMPRESSED:
                self.compressed = True
                local = head >> 5 & 0x3
            elif head & _DEFINITION:
                local = head & 0xF
                after = self._define(at, local, sizes, found)
                found.append((at, after, sizes[local][1]))
                at = after
                continue
            else:
                local = head & 0xF
            if local not in sizes:
                raise _Broken(at, "is a message that nothing defines", found)
            size, kind = sizes[local]
            if at + size > end:
                raise _Broken(at, "a message is cut short", found)
            found.append((at, at + size, kind))
            at += size
            if len(found) > MAX_MESSAGES:
                raise BadInput(f"there are more than {MAX_MESSAGES:,} messages in it", remedy="no watch writes so many")
        return found

    def _define(self, at: int, local: int, sizes: dict[int, tuple[int, int]], found: list[tuple[int, int, int]]) -> int:
        """Take in the definition at ``at``; where it ends."""
        data, end = self._data, self._part.end
        if at + 6 > end:
            raise _Broken(at, "a definition is cut short", found)
        kind = int.from_bytes(data[at + 3 : at + 5], "big" if data[at + 2] else "little")
        after = at + 6 + 3 * data[at + 5]
        lengths = data[at + 7 : after : 3]
        if data[at] & _DEVELOPER:
            if after >= end:
                raise _Broken(at, "a definition is cut short", found)
            fields = after + 1
            after = fields + 3 * data[after]
            lengths += data[fields + 1 : after : 3]
        if after > end:
            raise _Broken(at, "a definition is cut short", found)
        if 0 in lengths:
            raise _Broken(at, "a field is defined that has no length", found)
        sizes[local] = (1 + sum(lengths), kind)
        return after


def checksum(data: bytes) -> int:
    """FIT's checksum of 16 bits (CRC-16/ARC), two bytes at a time."""
    table = _table()
    even = len(data) & ~1
    pairs = array("H", data[:even])
    if sys.byteorder == "big":
        pairs.byteswap()
    value = 0
    for pair in pairs:
        value = table[value ^ pair]
    if len(data) > even:
        value = _byte(value, data[-1])
    return value


def _byte(value: int, byte: int) -> int:
    value ^= byte
    for _ in range(8):
        value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value


@cache
def _table() -> "array[int]":
    """The checksum of every two bytes."""
    small = [_byte(0, byte) for byte in range(256)]
    table = array("H", bytes(0x20000))
    for pair in range(0x10000):
        low = pair >> 8 ^ small[pair & 0xFF]
        table[pair] = low >> 8 ^ small[low & 0xFF]
    return table
