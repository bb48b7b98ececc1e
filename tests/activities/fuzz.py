"""Small valid files, damaged in a thousand ways: the same number gives the same damage, so what is found can be found
again."""

import re
import struct
from collections.abc import Callable
from random import Random

from coach.activities.reading import read_activities
from coach.errors import BadInput
from tests.activities.files import (
    START,
    at,
    fit,
    gpx,
    gzipped,
    lap,
    message,
    record,
    seconds,
    session,
    small_fit,
    tcx,
    tcx_lap,
    timer,
    zipped,
)

_TINY_FIT = fit(
    message("workout_step", message_index=0, duration_type=0, duration_value=9000, intensity=0, wkt_step_name="Run"),
    timer(0, START),
    message("record", timestamp=at(0), heart_rate=120, cadence=80, distance=0, developer=b"\1\2\3"),
    message("record", endian=">", timestamp=at(1), heart_rate=121, speed=2500, position_lat=2**29, position_long=7),
    bytes((0x41, 0, 0, 20, 0, 1, 3, 1, 2))
    + b"".join(bytes((0xA0 | (seconds(at(1 + n)) & 0x1F), 130)) for n in (1, 2, 30)),
    record(40, cadence=81, distance=9000, enhanced_speed=2500),
    lap(0, 40, wkt_step_index=0, lap_trigger=1, total_cycles=50),
    message("split", split_type=17, start_time=at(0), total_elapsed_time=40000),
    session(0, 40),
    message("activity", timestamp=at(40), local_timestamp=at(3640)),
)
_POINT = "<DistanceMeters>1</DistanceMeters><HeartRateBpm><Value>140</Value></HeartRateBpm><Cadence>80</Cadence>"
_TINY_TCX = tcx(
    tcx_lap(0, 3, [[(0, _POINT), (1, _POINT)], [(3, _POINT)]], "<Intensity>Active</Intensity>") + tcx_lap(4, 2, [])
)
_TINY_GPX = gpx([["<ele>500</ele><hr>140</hr><cad>85</cad>", ""], ["<speed>2.5</speed>"]])

SEEDS = {
    "FIT": _TINY_FIT,
    "two FIT files in one": fit(record(0), session()) + fit(record(90), session(90)),
    "TCX": _TINY_TCX,
    "GPX": _TINY_GPX,
    "zip": zipped({"a.fit": _TINY_FIT, "b.gpx": _TINY_GPX}),
    "gzip": gzipped(_TINY_TCX),
    "zip in zip": zipped({"a.zip": zipped({"b.tcx.gz": gzipped(_TINY_TCX)})}),
}
KINDS = tuple(SEEDS)
_WORDS = (
    b"nan", b"-1", b"1e999", b"9" * 500, b"", b"0", b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-12:00",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&amp;", b"&b;", b"<a>" * 70, b"]]>", b"\x00", b"\xff\xfe", b"<![CDATA[",
)  # fmt: skip
_NUMBERS = tuple(
    struct.pack("<I", number)[:size]
    for number in (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2_000_000_000)
    for size in (1, 2, 4)
)


def _flip(data: bytearray, luck: Random) -> None:
    data[luck.randrange(len(data))] ^= 1 << luck.randrange(8)


def _overwrite(data: bytearray, luck: Random) -> None:
    where, number = luck.randrange(len(data)), luck.choice(_NUMBERS)
    data[where : where + len(number)] = number


def _cut(data: bytearray, luck: Random) -> None:
    del data[luck.randrange(len(data)) :]


def _lose(data: bytearray, luck: Random) -> None:
    where = luck.randrange(len(data))
    del data[where : where + luck.randrange(1, 40)]


def _repeat(data: bytearray, luck: Random) -> None:
    where = luck.randrange(len(data))
    data[where:where] = data[where : where + luck.randrange(1, 80)] * luck.choice((1, 1, 3, 20))


def _swap(data: bytearray, luck: Random) -> None:
    a, b = sorted((luck.randrange(len(data)), luck.randrange(len(data))))
    data[a:b] = data[(a + b) // 2 : b] + data[a : (a + b) // 2]


def _noise(data: bytearray, luck: Random) -> None:
    where = luck.randrange(len(data))
    data[where:where] = luck.randbytes(luck.randrange(1, 30))


def _word(data: bytearray, luck: Random) -> None:
    """In the place of a number or a name, as an XML file has them."""
    places = [found.span() for found in re.finditer(rb"[\w.:+-]+", data)]
    start, end = luck.choice(places) if places else (0, 0)
    data[start:end] = luck.choice(_WORDS)


DAMAGES: tuple[Callable[[bytearray, Random], None], ...] = (
    _flip, _flip, _overwrite, _overwrite, _cut, _lose, _repeat, _swap, _noise, _word,
)  # fmt: skip


def damaged(data: bytes, luck: Random) -> bytes:
    found = bytearray(data)
    for _ in range(luck.choice((1, 1, 1, 2, 3, 8))):
        if found:
            luck.choice(DAMAGES)(found, luck)
    return bytes(found)


def mutant(number: int) -> tuple[str, bytes]:
    """Its kind, and its bytes. In an archive either that is damaged or what it holds."""
    luck = Random(number)
    kind = KINDS[number % len(KINDS)]
    if kind == "zip" and luck.random() < 0.6:
        return kind, zipped({"a.fit": damaged(_TINY_FIT, luck), "b.gpx": damaged(_TINY_GPX, luck)})
    if kind == "gzip" and luck.random() < 0.6:
        return kind, gzipped(damaged(luck.choice((_TINY_TCX, _TINY_FIT, small_fit())), luck))
    return kind, damaged(SEEDS[kind], luck)


def outcome(data: bytes) -> str:
    """What comes of it; whatever is raised besides is a fault of ours."""
    try:
        found = read_activities(data, "x")
    except BadInput as refused:
        _check(refused)
        return "refused"
    for activity in found:
        assert activity.start <= activity.end
        times = [record.at for record in activity.records]
        assert times == sorted(set(times)), "in order, and one an instant"
    return "salvaged" if any(activity.faults for activity in found) else "read"


def _check(refused: BadInput) -> None:
    assert refused.where, "it names the file"
    assert refused.where.startswith("x")
    assert "\n" not in str(refused), "it is one line"
