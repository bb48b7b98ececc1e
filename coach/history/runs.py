"""What a live session comes to for the gate: when it was, how much was run, where it hurt."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from coach.gate.facts import At, Run, ZoneName
from coach.model.estimate import LEAST_WALK_MS
from coach.model.timeline import Timeline, compile_timeline
from coach.model.workout import Frozen
from coach.session.events import (
    Finished,
    PainMarked,
    PainWithdrawn,
    Paused,
    PickedUp,
    Resumed,
    SessionCreated,
    SessionEvent,
    Started,
    Stopped,
)
from coach.session.fold import fold
from coach.session.state import Actual, Phase

NS_PER_MS = 1_000_000

BREAK = timedelta(minutes=10)
"""[P] Broken off for longer than this, what follows is a running of its own: gap and load count from where it began."""


class Moment(Frozen):
    """When and where an event was written."""

    utc: At
    zone: ZoneName


class RunFacts(Frozen):
    """One session in brief. Running in milliseconds; ``bout_ms`` is the longest running without a walk of half a
    minute or more.

    ``counts`` is False for rehearsals and for sessions in which nothing was run and nothing hurt. ``planned_ms`` is the
    running the plan gives in time, None where some of it is given in distance or left open. ``over`` is False for a
    session still under way or left behind. ``start`` is None where it was never started; after a long break it is when
    the session went on. ``whole`` is False where the beginning is missing: nobody knows what was planned.
    """

    session: str
    title: str = ""
    source: str = ""
    start: At | None = None
    end: At | None = None
    zone: ZoneName = "UTC"
    planned_ms: int | None = None
    done_ms: int = 0
    bout_ms: int = 0
    walked_ms: int = 0
    pain_marks: int = 0
    finished: bool = False
    over: bool = False
    counts: bool = False
    whole: bool = True

    def run(self, *, unlocked: bool | None) -> Run:
        """As the gate sees it. Only for one that counts."""
        assert self.start is not None
        assert self.end is not None
        return Run(
            id=self.session,
            start=self.start,
            end=self.end,
            zone=self.zone,
            unlocked=unlocked if self.whole else False,
            planned_ms=self.planned_ms,
            done_ms=self.done_ms,
            bout_ms=self.bout_ms,
            pain_marks=self.pain_marks,
        )


def run_facts(session: str, events: Sequence[tuple[Moment, SessionEvent]]) -> RunFacts:
    """The brief of one session's events, in order. Raises ValueError if they do not begin with its creation."""
    created = events[0][1] if events else None
    if not isinstance(created, SessionCreated):
        raise ValueError(f"session {session} does not begin with its creation")
    timeline = compile_timeline(created.workout)
    state = fold(event for _, event in events)
    begun = next(((moment, event) for moment, event in events if isinstance(event, Started)), None)
    last = events[-1][0].utc
    done, bout, walked = _running(timeline, state.actuals)
    if not state.phase.is_over and begun is not None and state.phase is Phase.RUNNING:
        extra = state.done_at(state.at_ns) // NS_PER_MS  # what of the interval under way is known to be done
        if state.pain_walk is None and timeline.intervals[state.index].intensity.is_run:
            done, bout = done + extra, max(bout, extra)
    real = created.speed == 1 or created.scratch
    return RunFacts(
        session=session,
        title=created.workout.name or "",
        source=created.source,
        start=None if begun is None else _last_start(events, _after_lead_in(*begun, created.speed), created.speed),
        end=None if begun is None else max(last, begun[0].utc),
        zone=events[0][0].zone,
        planned_ms=_planned(timeline),
        done_ms=done,
        bout_ms=bout,
        walked_ms=walked,
        pain_marks=len(state.pain_marks_ns),
        finished=state.phase is Phase.FINISHED,
        over=state.phase.is_over,
        counts=real and begun is not None and (done > 0 or bool(state.pain_marks_ns)),
    )


def part_facts(session: str, events: Sequence[tuple[Moment, SessionEvent]]) -> RunFacts:
    """As :func:`run_facts`, of a session whose beginning is missing: merged from a file that was cut, say.

    Nobody knows what of it was running, nor that it was a rehearsal: all of it counts, as run.
    """
    first, last = events[0], events[-1][0].utc
    marks = 0
    for _, event in events:
        marks = marks + 1 if isinstance(event, PainMarked) else max(0, marks - isinstance(event, PainWithdrawn))
    ns = max(event.at_ns for _, event in events)
    start = min(first[0].utc - timedelta(microseconds=first[1].at_ns // 1000), last)
    return RunFacts(
        session=session,
        title="its beginning is missing",
        start=_last_start(events, start, speed=1),
        end=last,
        zone=first[0].zone,
        done_ms=ns // NS_PER_MS,
        bout_ms=ns // NS_PER_MS,
        pain_marks=marks,
        finished=any(isinstance(event, Finished) for _, event in events),
        over=any(isinstance(event, Finished | Stopped) for _, event in events),
        counts=ns > 0 or marks > 0,
        whole=False,
    )


def _last_start(events: Sequence[tuple[Moment, SessionEvent]], start: datetime, speed: float) -> datetime:
    """When it was started, or went on after its last long break: paused, or without a coach."""
    paused: datetime | None = None
    for (before, earlier), (moment, event) in pairwise(events):
        match event:
            case Paused():
                paused = moment.utc
            case Resumed() if paused is not None and moment.utc - paused > BREAK:
                start = max(start, moment.utc)
            case PickedUp():
                run_on = timedelta(microseconds=(event.at_ns - earlier.at_ns) / speed // 1000)
                if moment.utc - before.utc - run_on > BREAK:
                    start = max(start, moment.utc)
            case _:
                pass
    return start


def _after_lead_in(moment: Moment, started: Started, speed: float) -> datetime:
    """The lead-in is on the session clock, which a rehearsal makes run faster."""
    return moment.utc + timedelta(microseconds=started.lead_in_ns / speed // 1000)


def _planned(timeline: Timeline) -> int | None:
    runs = [interval.planned_ms for interval in timeline.intervals if interval.intensity.is_run]
    return None if any(ms is None for ms in runs) else sum(ms or 0 for ms in runs)


def _running(timeline: Timeline, actuals: Sequence[Actual]) -> tuple[int, int, int]:
    """Running done, the longest bout of it, and walking, in milliseconds."""
    done = bout = longest = walked = 0
    for actual in actuals:
        ms = actual.actual_ns // NS_PER_MS
        if actual.index is not None and timeline.intervals[actual.index].intensity.is_run:
            done, bout = done + ms, bout + ms
            longest = max(longest, bout)
        else:
            walked, bout = walked + ms, bout if ms < LEAST_WALK_MS else 0
    return done, longest, walked
