"""Runs and what watches recorded of them: each run once, with the cautious figures of all that is known of it."""

from collections.abc import Iterable, Sequence

from coach.gate.facts import Run
from coach.history.events import RunRecorded


def with_recordings(runs: Iterable[Run], recorded: Sequence[tuple[str, RunRecorded]]) -> list[Run]:
    """The runs, with what was recorded of them, and those that only a watch knows of.

    More running counts, and a shorter way: the one is load, the other opens hills and speed. A recording of a run that
    is not known here, in a journal merged without it, is a run of its own, and so is one in which nobody ran none.
    """
    found = {run.id: run for run in runs}
    for note_id, kept in recorded:
        run_id = kept.run or note_id
        if run_id in found:
            found[run_id] = _joined(found[run_id], kept)
        elif kept.run_ms > 0:
            found[run_id] = Run(
                id=run_id, start=kept.start, end=kept.end, zone=kept.zone, unlocked=None, done_ms=kept.run_ms,
                bout_ms=kept.bout_ms, distance_m=kept.distance_m,
            )  # fmt: skip
    return list(found.values())


def _joined(run: Run, kept: RunRecorded) -> Run:
    ways = [way for way in (run.distance_m, kept.distance_m) if way is not None]
    return run.model_copy(
        update={
            "end": max(run.end, kept.end),
            "done_ms": max(run.done_ms, kept.run_ms),
            "bout_ms": max(run.bout_ms, kept.bout_ms),
            "distance_m": min(ways, default=None),
        }
    )
