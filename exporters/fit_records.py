"""FIT's bytes: header, definitions, data, checksum. It knows no message; those are tables of the caller.

After the published protocol: little-endian throughout. Every table of messages gets the next local message type; after
sixteen they are given out anew, which the new definition says.
"""

import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple

PROTOCOL = 0x10  # 1.0: no developer fields
PROFILE = 2132  # 21.32
LONGEST_TEXT = 254
"""Bytes of UTF-8; a field has at most 255, and the text ends with a zero."""

_CRC = (
    0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
    0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400,
)  # fmt: skip


class BaseType(NamedTuple):
    """``code`` in a definition, struct ``letter`` and the value that means "not given". Text has no letter."""

    code: int
    letter: str = ""
    invalid: int = 0


ENUM = BaseType(0x00, "B", 0xFF)
UINT16 = BaseType(0x84, "H", 0xFFFF)
UINT32 = BaseType(0x86, "I", 0xFFFFFFFF)
UINT32Z = BaseType(0x8C, "I", 0)
TEXT = BaseType(0x07)

Value = int | str | None


class Field(NamedTuple):
    """One field of a message by its number in the profile."""

    number: int
    base: BaseType


class Message(NamedTuple):
    """Messages of one kind: the profile's number, its fields, and a row of values a message."""

    number: int
    fields: tuple[Field, ...]
    rows: Sequence[Sequence[Value]]


def encode_file(messages: Iterable[Message]) -> bytes:
    """A whole FIT file. Raises ValueError for a text that is too long or a number that does not fit."""
    body = b"".join(_encode(local % 16, message) for local, message in enumerate(messages))
    head = struct.pack("<BBHI4s", 14, PROTOCOL, PROFILE, len(body), b".FIT")
    content = head + struct.pack("<H", crc(head)) + body
    return content + struct.pack("<H", crc(content))


def crc(data: bytes) -> int:
    """FIT's checksum of 16 bits, over half bytes."""
    value = 0
    for byte in data:
        for half in (byte & 0xF, byte >> 4):
            value = (value >> 4) ^ _CRC[value & 0xF] ^ _CRC[half]
    return value


def _encode(local: int, message: Message) -> bytes:
    """The definition, wide enough for the longest text of each field, and a record a row."""
    columns = list(zip(*message.rows, strict=True))
    sizes = [_size(field, column) for field, column in zip(message.fields, columns, strict=True)]
    used = [at for at, size in enumerate(sizes) if size]  # a field that no row gives is left out
    parts = [struct.pack("<BBBHB", 0x40 | local, 0, 0, message.number, len(used))]
    parts += [struct.pack("<BBB", message.fields[at].number, sizes[at], message.fields[at].base.code) for at in used]
    for row in message.rows:
        parts.append(bytes([local]))
        parts += [_value(message.fields[at], row[at], sizes[at]) for at in used]
    return b"".join(parts)


def _size(field: Field, column: Sequence[Value]) -> int:
    if all(value is None for value in column):
        return 0
    if field.base.letter:
        return struct.calcsize(field.base.letter)
    longest = max(len(str(value).encode()) for value in column if value is not None)
    if longest > LONGEST_TEXT:
        raise ValueError(f"a text of {longest} bytes is longer than {LONGEST_TEXT}")
    return longest + 1


def _value(field: Field, value: Value, size: int) -> bytes:
    if not field.base.letter:
        return str("" if value is None else value).encode().ljust(size, b"\0")
    try:
        return struct.pack(f"<{field.base.letter}", field.base.invalid if value is None else value)
    except struct.error as error:
        raise ValueError(f"field {field.number}: {error}") from None
