"""All runs there are: lived with the coach, told, or recorded by a watch. Each once, with the cautious figures."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from coach.gate.facts import Run
from coach.history.events import LONGEST_RECORDING, RunRecorded
from coach.history.identity import Brief, as_one, by_richness
from coach.history.runs import RunFacts
from coach.history.told import Record

Recordings = dict[str, list[tuple[str, RunRecorded]]]
"""By the id of the run, each with the id of its event, the one that tells most first."""


class Runs(NamedTuple):
    """Every run that counts, oldest first; all recordings; and the ids of the runs that no coach ran among these."""

    runs: list[Run]
    recorded: Recordings
    by_watch: set[str]


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

    def all_of(self, told: Record) -> "Runs":
        """Every run that counts, and what was recorded of it."""
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
        recorded = by_run(found, told.recorded)
        runs = sorted(with_recordings(found, recorded), key=lambda run: (run.start, run.id))
        return Runs(runs, recorded, set(recorded) - self._lived.keys())

    def _run_of(self, facts: RunFacts, unlocked: bool | None) -> Run:
        """Made once: most of them are as they were the last time."""
        kept = self._made.get(facts.session)
        if kept is None or kept[0] is not facts or kept[1].unlocked is not unlocked:
            kept = self._made[facts.session] = (facts, facts.run(unlocked=unlocked))
        return kept[1]


def brief_of(note_id: str, kept: RunRecorded) -> Brief:
    """The recording in brief, by the id of its event."""
    return Brief(
        note_id, kept.form, kept.sport, kept.start, kept.end, kept.intact, kept.steps, kept.laps, kept.figures,
        kept.records,
    )  # fmt: skip


def by_run(runs: Iterable[Run], recorded: Sequence[tuple[str, RunRecorded]]) -> Recordings:
    """Every recording by the run it is of, the one that tells most first.

    Recordings of one time are of one activity, and what somebody ran in is of the run that was under way. One of which
    nobody else knows has the id of the event that told of it first.
    """
    known = sorted(runs, key=lambda run: run.start)
    starts = [run.start for run in known]
    kept = dict(recorded)
    found: dict[str, dict[str, RunRecorded]] = {}
    for group in as_one(brief_of(*item) for item in kept.items()):
        ids = [each.id for each in group]
        ran = next((kept[note_id] for note_id in ids if kept[note_id].run_ms), None)
        run = None
        if ran is not None:
            near = slice(bisect_left(starts, ran.start - LONGEST_RECORDING), bisect_right(starts, ran.end))
            run = run_recorded(known[near], ran.start, ran.end)
        found.setdefault(min(ids) if run is None else run.id, {}).update({note_id: kept[note_id] for note_id in ids})
    return {
        run_id: [(each.id, group[each.id]) for each in by_richness([brief_of(*item) for item in group.items()])]
        for run_id, group in found.items()
    }


def run_recorded(runs: Iterable[Run], start: datetime, end: datetime) -> Run | None:
    """The run that was under way for the most of that time, if for half of the shorter of the two at least."""

    def together(run: Run) -> timedelta:
        return min(run.end, end) - max(run.start, start)

    best = max(runs, key=together, default=None)
    if best is None or together(best) * 2 < min(best.end - best.start, end - start):
        return None
    return best


def with_recordings(runs: Iterable[Run], recorded: Recordings) -> list[Run]:
    """The runs, with what was recorded of them, and those that only a watch knows of.

    To what a coach saw or the runner told only running adds that is certain. Of a run by watch alone the recording
    that tells most counts, doubt as running, but never less than what any is certain of. A recording in which nobody
    ran takes nothing from one. Of several ways the shorter counts, for it opens hills and speed; of several
    beginnings the latest, for gaps count from it, but where a coach saw it begin.
    """
    found = {run.id: run for run in runs}
    for run_id, group in recorded.items():
        ran = [kept for _, kept in group if kept.run_ms > 0]
        if not ran:
            continue
        best, known = ran[0], found.get(run_id)
        done = 0 if known is not None else best.run_ms
        bout = 0 if known is not None else best.bout_ms
        base = known or Run(id=run_id, start=best.start, end=best.end, zone=best.zone, unlocked=None)
        ways = [way for way in (base.distance_m, best.distance_m) if way is not None]
        found[run_id] = base.model_copy(
            update={
                "start": base.start if base.unlocked else max(base.start, *(kept.start for kept in ran)),
                "end": max(base.end, *(kept.end for kept in ran)),
                "done_ms": max(base.done_ms, done, *(kept.sure_ms for kept in ran)),
                "bout_ms": max(base.bout_ms, bout, *(kept.sure_bout_ms for kept in ran)),
                "distance_m": min(ways, default=None),
            }
        )
    return list(found.values())
