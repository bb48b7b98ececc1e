"""Small activities as watches write them, byte by byte; nothing here is shared with what reads them."""

import gzip
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
BEGIN = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)

# Base types of FIT: code, struct's letter, the value that means "not given".
ENUM, UINT8, SINT8 = (0x00, "B", 0xFF), (0x02, "B", 0xFF), (0x01, "b", 0x7F)
UINT16, SINT16 = (0x84, "H", 0xFFFF), (0x83, "h", 0x7FFF)
UINT32, SINT32, UINT32Z = (0x86, "I", 0xFFFFFFFF), (0x85, "i", 0x7FFFFFFF), (0x8C, "I", 0)
TEXT = (0x07, "", 0)
BYTE = (0x0D, "B", 0xFF)

# Fields by name: number and type. A name ends where the profile's does.
FIELDS: dict[str, dict[str, tuple[int, tuple[int, str, int]]]] = {
    "file_id": {"type": (0, ENUM), "manufacturer": (1, UINT16), "product": (2, UINT16), "serial_number": (3, UINT32Z),
                "time_created": (4, UINT32)},
    "session": {"timestamp": (253, UINT32), "start_time": (2, UINT32), "total_elapsed_time": (7, UINT32),
                "total_timer_time": (8, UINT32), "total_distance": (9, UINT32), "sport": (5, ENUM)},
    "lap": {"timestamp": (253, UINT32), "start_time": (2, UINT32), "total_elapsed_time": (7, UINT32),
            "total_timer_time": (8, UINT32), "total_distance": (9, UINT32), "total_cycles": (10, UINT32),
            "avg_heart_rate": (15, UINT8), "avg_cadence": (17, UINT8), "intensity": (23, ENUM),
            "lap_trigger": (24, ENUM), "sport": (25, ENUM), "wkt_step_index": (71, UINT16),
            "avg_fractional_cadence": (80, UINT8)},
    "record": {"timestamp": (253, UINT32), "position_lat": (0, SINT32), "position_long": (1, SINT32),
               "altitude": (2, UINT16), "heart_rate": (3, UINT8), "cadence": (4, UINT8), "distance": (5, UINT32),
               "speed": (6, UINT16), "temperature": (13, SINT8), "vertical_oscillation": (39, UINT16),
               "stance_time": (41, UINT16), "fractional_cadence": (53, UINT8), "enhanced_speed": (73, UINT32),
               "enhanced_altitude": (78, UINT32), "stance_time_balance": (84, UINT16)},
    "event": {"timestamp": (253, UINT32), "event": (0, ENUM), "event_type": (1, ENUM)},
    "device_info": {"manufacturer": (2, UINT16), "serial_number": (3, UINT32Z), "product": (4, UINT16),
                    "product_name": (27, TEXT)},
    "workout": {"sport": (4, ENUM), "wkt_name": (8, TEXT)},
    "workout_step": {"message_index": (254, UINT16), "wkt_step_name": (0, TEXT), "duration_type": (1, ENUM),
                     "duration_value": (2, UINT32), "target_value": (4, UINT32), "intensity": (7, ENUM)},
    "activity": {"timestamp": (253, UINT32), "total_timer_time": (0, UINT32), "local_timestamp": (5, UINT32)},
    "split": {"split_type": (0, ENUM), "total_elapsed_time": (1, UINT32), "start_time": (9, UINT32),
              "end_time": (27, UINT32)},
    "monitoring": {"timestamp": (253, UINT32)},
}  # fmt: skip
NUMBERS = {
    "file_id": 0, "session": 18, "lap": 19, "record": 20, "event": 21, "device_info": 23, "workout": 26,
    "workout_step": 27, "activity": 34, "split": 312, "monitoring": 55,
}  # fmt: skip

START, STOP_ALL = 0, 4
RUNNING, WALKING, CYCLING = 1, 11, 2


def seconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(seconds=1)


def at(offset: float) -> datetime:
    return BEGIN + timedelta(seconds=offset)


def message(kind: str, *, endian: str = "<", developer: bytes = b"", **values: Any) -> bytes:
    """Its definition and its data. Instants may be given as such; ``developer`` is one field of a program's own."""
    fields, data = b"", b""
    for name, value in values.items():
        number, (code, letter, invalid) = FIELDS[kind][name]
        if isinstance(value, datetime):
            value = seconds(value)
        piece = (
            str(value).encode() + b"\0"
            if not letter
            else struct.pack(endian + letter, invalid if value is None else value)
        )
        fields += bytes((number, len(piece), code))
        data += piece
    head = bytes((0x60 if developer else 0x40, 0, int(endian == ">"))) + struct.pack(endian + "H", NUMBERS[kind])
    definition = head + bytes((len(values),)) + fields
    if developer:
        definition += bytes((1, 7, len(developer), 0))
    return definition + bytes((0,)) + data + developer


def crc(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value


def fit(*messages: bytes, kind: int | None = 4) -> bytes:
    """A FIT file with head and checksums, of activity unless told otherwise."""
    body = (b"" if kind is None else message("file_id", type=kind, manufacturer=1, product=3113)) + b"".join(messages)
    head = struct.pack("<BBHI4s", 14, 0x20, 2132, len(body), b".FIT")
    head += struct.pack("<H", crc(head))
    return head + body + struct.pack("<H", crc(head + body))


def session(begin: float = 0, length: float = 60, *, sport: int = RUNNING, **more: Any) -> bytes:
    told = {"timestamp": at(begin + length), "start_time": at(begin), "total_elapsed_time": round(length * 1000)}
    return message("session", **{**told, "total_timer_time": round(length * 1000), "sport": sport, **more})


def lap(begin: float, length: float, **more: Any) -> bytes:
    told = {"timestamp": at(begin + length), "start_time": at(begin), "total_elapsed_time": round(length * 1000)}
    return message("lap", **{**told, "total_timer_time": round(length * 1000), **more})


def timer(offset: float, kind: int) -> bytes:
    return message("event", timestamp=at(offset), event=0, event_type=kind)


def record(offset: float, **values: Any) -> bytes:
    return message("record", timestamp=at(offset), **values)


def records(count: int, cadence: int = 85) -> list[bytes]:
    return [record(n, distance=n * 280, cadence=cadence, heart_rate=140) for n in range(count)]


def small_fit() -> bytes:
    """A whole little run of everything that is read."""
    return fit(
        message("device_info", manufacturer=1, product=3113, serial_number=77),
        message("workout", sport=1, wkt_name="Stage 3"),
        message("workout_step", message_index=0, wkt_step_name="Run", duration_type=0, duration_value=30000,
                intensity=0),
        message("workout_step", message_index=1, duration_type=0, duration_value=30000, intensity=4),
        message("workout_step", message_index=2, duration_type=6, duration_value=0, target_value=2, intensity=None),
        timer(0, START),
        *records(30),
        lap(0, 30, wkt_step_index=0, lap_trigger=1, intensity=0, total_cycles=42, avg_cadence=85, avg_heart_rate=141),
        timer(35, STOP_ALL),
        timer(40, START),
        lap(30, 35, wkt_step_index=1, lap_trigger=0, intensity=4),
        message("split", split_type=17, start_time=at(0), total_elapsed_time=30000),
        message("split", split_type=18, start_time=at(30), total_elapsed_time=30000),
        session(0, 65, total_distance=8000),
        message("activity", timestamp=at(65), total_timer_time=60000, local_timestamp=at(65 + 3600)),
    )  # fmt: skip


def tcx(laps: str, sport: str = "Running", more: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2" '
        'xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2">\n'
        f' <Activities><Activity Sport="{sport}"><Id>2026-03-02T06:30:00Z</Id>\n{laps}{more}</Activity></Activities>\n'
        "</TrainingCenterDatabase>\n"
    ).encode()


def tcx_lap(begin: float, timer_s: float, tracks: Sequence[Sequence[tuple[float, str]]], more: str = "") -> str:
    """``tracks`` are of points: seconds from the beginning, and the elements besides the time."""
    lines = "".join(
        "<Track>"
        + "".join(f"<Trackpoint><Time>{iso(second)}</Time>{inside}</Trackpoint>\n" for second, inside in track)
        + "</Track>"
        for track in tracks
    )
    return f'<Lap StartTime="{iso(begin)}"><TotalTimeSeconds>{timer_s}</TotalTimeSeconds>{more}{lines}</Lap>\n'


def small_tcx() -> bytes:
    run = [(n, f"<DistanceMeters>{n * 2.9:.1f}</DistanceMeters><HeartRateBpm><Value>140</Value></HeartRateBpm>"
               f"<Extensions><ns3:TPX><ns3:Speed>2.8</ns3:Speed><ns3:RunCadence>85</ns3:RunCadence></ns3:TPX></Extensions>")
           for n in range(0, 31, 3)]  # fmt: skip
    head = "<DistanceMeters>{}</DistanceMeters><Intensity>Active</Intensity><TriggerMethod>Manual</TriggerMethod>"
    return tcx(
        tcx_lap(0, 30, [run], head.format(84))
        + tcx_lap(30, 30, [[(30, ""), (35, "")], [(40, ""), (65, "")]], head.format(0)),
        more="<Creator><Name>Forerunner</Name><UnitId>77</UnitId></Creator>",
    )


def gpx(segments: Sequence[Sequence[str]], sport: str = "running", times: bool = True) -> bytes:
    """``segments`` are of what stands in each point besides place and time, a second a point."""
    body, second = "", 0
    for segment in segments:
        body += "<trkseg>"
        for inside in segment:
            time = f"<time>{iso(second)}</time>" if times else ""
            body += f'<trkpt lat="{48 + second / 40000:.6f}" lon="11.5">{time}{inside}</trkpt>\n'
            second += 1
        body += "</trkseg>"
        second += 20
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx creator="Watch" version="1.1" xmlns="http://www.topografix.com/GPX/1/1" '
        'xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">\n'
        f"<trk><name>x</name><type>{sport}</type>{body}</trk>\n</gpx>\n"
    ).encode()  # fmt: skip


def small_gpx() -> bytes:
    point = (
        "<ele>500</ele><extensions><gpxtpx:TrackPointExtension><gpxtpx:hr>140</gpxtpx:hr><gpxtpx:cad>85</gpxtpx:cad>"
        "</gpxtpx:TrackPointExtension></extensions>"
    )
    return gpx([[point] * 20, [point] * 10])


def iso(offset: float) -> str:
    return at(offset).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)  # of no time: names of tests hold it
    return buffer.getvalue()


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)
