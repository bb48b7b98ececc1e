"""Damaged files by the hundred thousand: what became of them, the slowest, and the memory it took."""

import multiprocessing
import os
import resource
import signal
import time
from collections import Counter, defaultdict
from types import FrameType
from typing import NamedTuple

from tests.activities.fuzz import KINDS, SEEDS, mutant, outcome

INPUTS, QUICK = 100_000, 3_000
_BATCH = 500
_ROOM = 1 << 30  # of addresses a process may take; one that wants more fails
_PATIENCE_S = 10


class Batch(NamedTuple):
    """What became of some of them. ``broken`` are numbers of those at fault, with what was raised."""

    outcomes: dict[str, Counter[str]]
    slowest: dict[str, float]
    broken: list[tuple[int, str]]
    peak_mb: float


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_ROOM, _ROOM))
    signal.signal(signal.SIGALRM, _hangs)
    for data in SEEDS.values():
        outcome(data)


def _hangs(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"it took more than {_PATIENCE_S} s")


def _run(first: int) -> Batch:
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    slowest: dict[str, float] = defaultdict(float)
    broken: list[tuple[int, str]] = []
    for number in range(first, first + _BATCH):
        kind, data = mutant(number)
        signal.alarm(_PATIENCE_S)
        begin = time.perf_counter()
        try:
            outcomes[kind][outcome(data)] += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            broken.append((number, f"{type(error).__name__}: {error}"))
        finally:
            signal.alarm(0)
        slowest[kind] = max(slowest[kind], time.perf_counter() - begin)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Batch(dict(outcomes), dict(slowest), broken, peak)


def section(quick: bool) -> str:
    inputs = QUICK if quick else INPUTS
    begin = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(os.cpu_count(), _bound) as pool:
        batches = pool.map(_run, range(0, inputs, _BATCH), chunksize=1)
    taken = time.perf_counter() - begin
    rows: list[str] = []
    for kind in KINDS:
        total = sum((batch.outcomes.get(kind, Counter()) for batch in batches), Counter())
        slowest = max(batch.slowest.get(kind, 0) for batch in batches)
        figures = " | ".join(f"{total[word]:,}" for word in ("read", "salvaged", "refused"))
        rows.append(f"| {kind} | {total.total():,} | {figures} | {slowest * 1000:.0f} ms |")
    broken = [each for batch in batches for each in batch.broken]
    peak = [batch.peak_mb for batch in batches]
    lines = [
        "## Damaged activity files",
        "",
        "Small valid files with bits flipped, bytes overwritten, lost, repeated, swapped or put in, numbers and names",
        "of XML replaced, archives damaged outside and within. One may take ten seconds and a gigabyte of addresses.",
        "",
        "| | inputs | read | salvaged | refused | slowest |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
        f"{inputs:,} inputs in {taken:.0f} s: {len(broken)} crashed, hung or were not told of in one line. "
        f"A process takes {max(peak):.0f} MB at most, {min(peak):.0f} MB after its first {_BATCH}.",
    ]
    lines += [f"\n- input {number}: {what[:200]}" for number, what in broken[:20]]
    return "\n".join(lines)
