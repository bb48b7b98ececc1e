"""All runs there are: lived with the coach, told, or recorded by a watch. Each once, with the cautious figures."""

from collections.abc import Iterable, Sequence

from coach.gate.facts import Run
from coach.history.events import RunRecorded
from coach.history.runs import RunFacts
from coach.history.told import Record


class RunBook:
    """The sessions that were lived, in brief; with a diary they come to all runs there are."""

    def __init__(self, lived: Iterable[RunFacts]) -> None:
        self._lived = {facts.session: facts for facts in lived}
        self._made: dict[str, tuple[RunFacts, Run]] = {}

    def take(self, facts: RunFacts) -> RunFacts | None:
        """A session that is new or told anew; what was known of it before."""
        before = self._lived.get(facts.session)
        self._lived[facts.session] = facts
        return before

    def all_of(self, told: Record) -> tuple[list[Run], set[str]]:
        """Every run that counts, oldest first; and the ids of those that a watch recorded and no coach ran."""
        found: list[Run] = []
        for facts in self._lived.values():
            if facts.counts:
                begun = told.begun.get(facts.session)
                found.append(self._run_of(told.dated(facts), None if begun is None else begun.unlocked))
        for note_id, event in told.reported:
            bout = event.bout_ms or event.run_ms
            run = Run(
                id=note_id, start=event.start, end=event.end, zone=event.zone, unlocked=None, done_ms=event.run_ms,
                bout_ms=bout, distance_m=event.distance_m,
            )  # fmt: skip
            found.append(run)
        recorded = told.recorded
        by_watch = {kept.run or note_id for note_id, kept in recorded} - self._lived.keys()
        return sorted(with_recordings(found, recorded), key=lambda run: (run.start, run.id)), by_watch

    def _run_of(self, facts: RunFacts, unlocked: bool | None) -> Run:
        """Made once: most of them are as they were the last time."""
        kept = self._made.get(facts.session)
        if kept is None or kept[0] is not facts or kept[1].unlocked is not unlocked:
            kept = self._made[facts.session] = (facts, facts.run(unlocked=unlocked))
        return kept[1]


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
