"""The frame of a FIT file, walked over before anything in it is decoded: where each message lies, and where it breaks.

It is quick, and it keeps from the decoder what we do not read, which in a watch's file is most messages, and what would
lead it astray. After the published protocol.
"""

import sys
from array import array
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from coach.errors import BadInput

MAGIC = b".FIT"
MAX_MESSAGES = 1_000_000
_SHORTEST_HEAD, _HEAD = 12, 14
_TIME = 253
_TIME_ALONE = frozenset((_TIME,))
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


def sieve(data: bytes, part: Part, wanted: Mapping[int, Collection[int]]) -> Sieved:
    """Of ``part`` the messages of the ``wanted`` kinds, each with the fields that are named for it.

    What programs on the watch added (developer fields) is left out. Raises BadInput where there are too many messages
    to be an activity.
    """
    walk = _Walk(data, part, wanted)
    fault: str | None = None
    try:
        walk.through()
    except _Broken as broken:
        fault = str(broken)
    pieces: list[bytes] = []
    places: list[tuple[int, int]] = []
    counts: dict[int, int] = {}
    length = _HEAD
    for begin, shape, defines in walk.found:
        # A compressed time counts on from the time before, of whatever message that was.
        if not shape.wanted and not (walk.compressed and shape.has_time):
            continue
        piece = shape.definition if defines else shape.cut(data, begin)
        pieces.append(piece)
        places.append((length, begin))
        length += len(piece)
        if not defines:
            counts[shape.kind] = counts.get(shape.kind, 0) + 1
    head = bytes((_HEAD, 0x20, 0, 0)) + (length - _HEAD).to_bytes(4, "little") + MAGIC + b"\0\0"
    return Sieved(b"".join((head, *pieces, b"\0\0")), tuple(places), counts, fault)


class _Broken(Exception):
    def __init__(self, offset: int, what: str) -> None:
        super().__init__(f"at byte {offset} {what}: what follows is lost")


class _Shape:
    """What a definition says of the messages that follow it, and what of them is kept."""

    __slots__ = ("_spans", "definition", "has_time", "kind", "size", "wanted")

    def __init__(self, head: bytes, fields: bytes, developer: int, wanted: Mapping[int, Collection[int]]) -> None:
        """``head`` is the definition's before its fields, ``fields`` three bytes each, ``developer`` the length of what
        programs add to a message."""
        self.kind = int.from_bytes(head[3:5], "big" if head[2] else "little")
        self.wanted = self.kind in wanted
        named = wanted.get(self.kind, _TIME_ALONE)
        kept: list[bytes] = []
        seen: set[int] = set()
        self._spans: list[tuple[int, int]] = []
        self.has_time = False
        at = 1
        for place in range(0, len(fields), 3):
            number, size, _ = fields[place : place + 3]
            self.has_time |= number == _TIME
            if size and number in named and number not in seen:
                seen.add(number)
                kept.append(fields[place : place + 3])
                if self._spans and self._spans[-1][1] == at:
                    self._spans[-1] = (self._spans[-1][0], at + size)
                else:
                    self._spans.append((at, at + size))
            at += size
        self.size = at + developer
        self.definition = bytes((head[0] & ~_DEVELOPER,)) + head[1:5] + bytes((len(kept),)) + b"".join(kept)

    def cut(self, data: bytes, begin: int) -> bytes:
        """The message at ``begin``, without what is not kept."""
        return data[begin : begin + 1] + b"".join([data[begin + start : begin + end] for start, end in self._spans])


class _Walk:
    """From message to message by the lengths that definitions give; ``found`` is where each begins, its shape, and
    whether it is the definition."""

    def __init__(self, data: bytes, part: Part, wanted: Mapping[int, Collection[int]]) -> None:
        self._data = data
        self._part = part
        self._wanted = wanted
        self._shapes: dict[int, _Shape] = {}  # by local number
        self.found: list[tuple[int, _Shape, bool]] = []
        self.compressed = False

    def through(self) -> None:
        """Raises _Broken where it cannot go on, BadInput."""
        data, end, shapes, found = self._data, self._part.end, self._shapes, self.found
        at = self._part.start
        while at < end:
            head = data[at]
            if head & _DEFINITION and not head & _COMPRESSED:
                at = self._define(at)
                continue
            if head & _COMPRESSED:
                self.compressed = True
                local = head >> 5 & 0x3
            else:
                local = head & 0xF
            if local not in shapes:
                raise _Broken(at, "is a message that nothing defines")
            shape = shapes[local]
            if at + shape.size > end:
                raise _Broken(at, "a message is cut short")
            found.append((at, shape, False))
            at += shape.size
            if len(found) > MAX_MESSAGES:
                raise BadInput(f"there are more than {MAX_MESSAGES:,} messages in it", remedy="no watch writes so many")

    def _define(self, at: int) -> int:
        """Take in the definition at ``at``; where it ends."""
        data, end = self._data, self._part.end
        fields = at + 6
        after = fields + 3 * data[at + 5] if fields <= end else end + 1
        developer = 0
        if data[at] & _DEVELOPER and after < end:
            start = after + 1
            after = start + 3 * data[after]
            developer = sum(data[start + 1 : after : 3])
        elif data[at] & _DEVELOPER:
            after = end + 1
        if after > end:
            raise _Broken(at, "a definition is cut short")
        shape = _Shape(data[at:fields], data[fields : fields + 3 * data[at + 5]], developer, self._wanted)
        self._shapes[data[at] & 0xF] = shape
        self.found.append((at, shape, True))
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
