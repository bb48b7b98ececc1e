"""A thousand activities read: time and memory beside bare fitdecode going through the same files."""

import os
import resource
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.activities.files import crc, message, session

FILES, QUICK = 1000, 60
MINUTES = 15
_SHARE = 5  # of so many files the others read one: what a file takes is asked, and whether memory grows
_EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
_RECORD = struct.Struct("<BIIIHHBBBHHHb")
_FIELDS = (
    (253, 4, 0x86), (5, 4, 0x86), (73, 4, 0x86), (6, 2, 0x84), (2, 2, 0x84), (3, 1, 2), (4, 1, 2), (53, 1, 2),
    (41, 2, 0x84), (84, 2, 0x84), (39, 2, 0x84), (13, 1, 1),
)  # fmt: skip


def made_up(begin: datetime) -> bytes:
    """A quarter of an hour of a watch with running dynamics, and what such a watch writes besides."""
    start = (begin - _EPOCH) // timedelta(seconds=1)
    define = bytes((0x41, 0, 0, 20, 0, len(_FIELDS))) + b"".join(bytes(each) for each in _FIELDS)
    other = bytes((0x42, 0, 0, 0xE9, 0, 1, 2, 4, 0x0D))  # of the kinds that only the maker knows
    rows = b"".join(
        _RECORD.pack(1, start + n, n * 270, 2700, 2700, 2600 + n % 50, 120 + n % 60, 82 + n % 4, n % 128, 2500 + n % 90,
                     4950 + n % 100, 800 + n % 70, 18) + bytes((2, 1, 2, 3, n % 256))
        for n in range(MINUTES * 60)
    )  # fmt: skip
    body = message("file_id", type=4, manufacturer=1, product=3113, time_created=begin) + define + other + rows
    body += session(0, MINUTES * 60, start_time=begin, timestamp=begin + timedelta(minutes=MINUTES))
    head = struct.pack("<BBHI4sH", 14, 0x20, 2132, len(body), b".FIT", 0)
    return head + body + struct.pack("<H", crc_of(head + body))


def crc_of(data: bytes) -> int:
    from coach.activities.fit_scan import checksum  # the slow one of the tests would take minutes

    assert checksum(data[:999]) == crc(data[:999])
    return checksum(data)


def bare(file: Path, _store: Path) -> None:
    import fitdecode

    with fitdecode.FitReader(file) as reader:
        for _ in reader:
            pass


def ours(file: Path, _store: Path) -> None:
    from coach.activities.reading import read_activities

    assert read_activities(file, file.name)


_KNOWN = []


def kept(file: Path, store: Path) -> None:
    """Read, kept, and known again among all that came before."""
    from coach.activities.containers import members_of
    from coach.activities.reading import read_file
    from coach.history.identity import brief
    from coach.journal.originals import Originals

    for member in members_of(file, file.name):
        data = member.read()
        digest = Originals(store).keep(data)
        _KNOWN.extend(brief(each, digest) for each in read_file(data, member.name))


WAYS: dict[str, Callable[[Path, Path], None]] = {"bare": bare, "ours": ours, "kept": kept}


def child(way: str, folder: str, every: str) -> None:
    """In a process of its own: seconds of the processor a file, and the most memory after the first tenth of them and
    at the end, in MB."""
    files = sorted(Path(folder).glob("*.fit"))[:: int(every)]
    act, store = WAYS[way], Path(folder) / "kept"
    act(files[0], store)
    begin, early = time.process_time(), 0.0
    for number, file in enumerate(files):
        act(file, store)
        if number == len(files) // 10:
            early = _peak_mb()
    if way == "kept":
        from coach.history.identity import as_one

        assert len(as_one(_KNOWN)) == len(files), "each is another run"
    print((time.process_time() - begin) / len(files), early, _peak_mb(), len(files))


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(way: str, folder: Path, every: int = 1) -> tuple[float, float, float, int]:
    code = f"from tests.bench.reading_bench import child; child({way!r}, {str(folder)!r}, {str(every)!r})"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, capture_output=True, text=True)
    seconds, early, peak, count = done.stdout.split()
    return float(seconds), float(early), float(peak), int(count)


def section(quick: bool) -> str:
    files = QUICK if quick else FILES
    with TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(files):
            begin = datetime(2020, 1, 1, 6, tzinfo=UTC) + timedelta(days=number)
            (folder / f"{number:05}.fit").write_bytes(made_up(begin))
        size = sum(file.stat().st_size for file in folder.iterdir()) / files / 1000
        alone = measured("bare", folder, _SHARE)
        rows = [_row("bare fitdecode", alone, alone)]
        rows += [
            _row(words, measured(way, folder, every), alone)
            for way, words, every in (("ours", "read", 1), ("kept", "read, kept and known again", _SHARE))
        ]
    lines = [
        "## Activities read in bulk",
        "",
        f"FIT files of {MINUTES} minutes, a record a second with running dynamics, {size:.0f} KB each, no two of one",
        "run; beside bare fitdecode as it comes, which only goes through the messages. Time is the processor's,",
        "memory the most the process took.",
        "",
        "| | files | time a file | × bare | memory after a tenth | at the end | × bare |",
        "|---|---|---|---|---|---|---|",
        *rows,
    ]
    return "\n".join([*lines, *_real()])


def _row(words: str, it: tuple[float, float, float, int], alone: tuple[float, float, float, int]) -> str:
    seconds, early, peak, count = it
    return (
        f"| {words} | {count:,} | {seconds * 1000:.0f} ms | {seconds / alone[0]:.2f} | {early:.0f} MB | {peak:.0f} MB "
        f"| {peak / alone[2]:.2f} |"
    )


def _real() -> list[str]:
    """Of real watches, where there are any."""
    corpus = os.environ.get("COACH_CORPUS", "")
    names = ("activity-small-fenix2-run", "garmin-fr935-cr", "hrv-activity", "sample-run")
    files = [Path(corpus) / "fit" / f"{name}.fit" for name in names]
    if not corpus or not all(file.is_file() for file in files):
        return ["", "COACH_CORPUS names no folder of real files: none were read."]
    with TemporaryDirectory() as name:
        for file in files:
            for copy in range(3):
                (Path(name) / f"{copy}{file.name}").write_bytes(file.read_bytes())
        alone, read = measured("bare", Path(name)), measured("ours", Path(name))
    return ["", f"Of four files of real watches, read three times each: {read[0] / alone[0]:.2f} × bare in time, "
                f"{read[2] / alone[2]:.2f} × in memory ({read[2]:.0f} MB)."]  # fmt: skip
