"""What was planned, what was done and how the cues fared: events → a report, as data and as text."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from coach.model.durations import clock_text
from coach.model.timeline import Interval, Timeline, compile_timeline
from coach.model.workout import Intensity
from coach.session.events import (
    CueReported,
    Extended,
    Paused,
    PickedUp,
    Resumed,
    SessionCreated,
    SessionEvent,
    SoundReported,
    Stopped,
)
from coach.session.fold import fold
from coach.session.state import Phase, SessionState

NS_PER_MS = 1_000_000
FRAME_MS = 1 / 48
MAX_ROWS = 30
"""How many intervals that went otherwise than planned the text lists."""
MAX_REASONS = 8
"""How many reasons of dropped cues the text lists, the commonest first."""

_WORDS = {
    Intensity.WARMUP: "Warm-up walk",
    Intensity.ACTIVE: "Run",
    Intensity.RECOVERY: "Walk",
    Intensity.REST: "Rest",
    Intensity.COOLDOWN: "Cool-down walk",
}


@dataclass(frozen=True, slots=True)
class DoneInterval:
    """One interval of the plan. ``how`` says how it was left, once for each time it was done; empty if it never was.

    ``done_ns`` is the sum of those times.
    """

    interval: Interval
    done_ns: int
    how: tuple[str, ...]

    @property
    def planned_ns(self) -> int | None:
        """None where the plan gives no time."""
        return None if self.interval.planned_ms is None else self.interval.planned_ms * NS_PER_MS

    @property
    def as_planned(self) -> bool:
        """Done once, to its own end, for the planned time if there is one."""
        if self.planned_ns is None:
            return self.how == ("next",)
        return self.how == ("completed",) and self.done_ns == self.planned_ns


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and largest absolute value of ``count`` measurements."""

    count: int
    median: int
    largest: int


@dataclass(frozen=True, slots=True)
class CueSummary:
    """All cues of the session. ``dropped`` counts them by reason.

    ``interval_error`` is in frames, of the time between one cue played whole and the next, planned against real;
    ``late`` is in nanoseconds. None where nothing was measured.
    """

    planned: int
    played: int
    cut: int
    lost: int
    dropped: dict[str, int]
    interval_error: Spread | None
    late: Spread | None


@dataclass(frozen=True, slots=True)
class SessionReport:
    """One session, from its events."""

    created: SessionCreated
    state: SessionState
    stop_reason: str
    intervals: tuple[DoneInterval, ...]
    paused_ns: int
    extended_ns: int
    pain_walk_ns: int
    cues: CueSummary
    sounds: tuple[SoundReported, ...]  # one for each coach that ran a part of it

    @property
    def runs(self) -> tuple[DoneInterval, ...]:
        """The intervals that are run."""
        return tuple(one for one in self.intervals if one.interval.intensity.is_run)


def build(events: Iterable[SessionEvent]) -> SessionReport | None:
    """The report of one session's events, in their order; None if they do not begin with its creation."""
    kept = list(events)
    created = next((event for event in kept if isinstance(event, SessionCreated)), None)
    if created is None:
        return None
    state = fold(kept)
    return SessionReport(
        created=created,
        state=state,
        stop_reason=next((event.reason for event in kept if isinstance(event, Stopped)), ""),
        intervals=_intervals(compile_timeline(created.workout), state),
        paused_ns=_paused(kept, state),
        extended_ns=sum(event.delta_ns for event in kept if isinstance(event, Extended)),
        pain_walk_ns=sum(actual.actual_ns for actual in state.actuals if actual.index is None),
        cues=_cues(kept),
        sounds=tuple(event for event in kept if isinstance(event, SoundReported)),
    )


def _intervals(timeline: Timeline, state: SessionState) -> tuple[DoneInterval, ...]:
    done: Counter[int] = Counter()
    how: dict[int, list[str]] = {}
    for actual in state.actuals:
        if actual.index is not None:
            done[actual.index] += actual.actual_ns
            how.setdefault(actual.index, []).append(actual.how)
    return tuple(DoneInterval(one, done[one.index], tuple(how.get(one.index, ()))) for one in timeline.intervals)


def _paused(events: Sequence[SessionEvent], state: SessionState) -> int:
    paused, since = 0, None
    for event in events:
        if isinstance(event, Paused):
            since = event.at_ns
        elif isinstance(event, Resumed) and since is not None:
            paused, since = paused + event.at_ns - since, None
    return paused if since is None else paused + max(0, state.at_ns - since)


def _cues(events: Sequence[SessionEvent]) -> CueSummary:
    reports = [event for event in events if isinstance(event, CueReported)]
    statuses = Counter(report.status for report in reports)
    late = [report.late_ns for report in reports if report.status == "played" and report.late_ns is not None]
    return CueSummary(
        planned=len(reports),
        played=statuses["played"],
        cut=statuses["cut"],
        lost=statuses["lost"],
        dropped=dict(Counter(report.reason for report in reports if report.status == "dropped").most_common()),
        interval_error=_spread(_interval_errors(events)),
        late=_spread(late),
    )


def _interval_errors(events: Sequence[SessionEvent]) -> list[int]:
    """Frames count from the start of one player, so cues of different coaches are never compared."""
    errors: list[int] = []
    frames: list[tuple[int, int]] = []

    def close() -> None:
        errors.extend((b[1] - a[1]) - (b[0] - a[0]) for a, b in pairwise(sorted(frames)))
        frames.clear()

    for event in events:
        if isinstance(event, PickedUp):
            close()
        elif isinstance(event, CueReported) and event.status == "played":
            planned, real = event.planned_frame, event.real_frame
            if planned is not None and real is not None:
                frames.append((planned, real))
    close()
    return errors


def _spread(values: Sequence[int]) -> Spread | None:
    if not values:
        return None
    sizes = sorted(abs(value) for value in values)
    return Spread(len(sizes), sizes[len(sizes) // 2], sizes[-1])


# --- as text --------------------------------------------------------------------------------------------------------


def report_lines(events: Iterable[SessionEvent]) -> list[str]:
    """The report for people, a few lines. Empty if ``events`` are not those of a session."""
    report = build(events)
    return [] if report is None else text_lines(report)


def text_lines(report: SessionReport) -> list[str]:
    """``report`` for people."""
    # How it sounded comes before the long lists: it has to be seen without scrolling.
    return [
        outcome_line(report),
        *_sum_lines(report),
        *sound_lines(report.sounds),
        *_row_lines(report),
        *cue_lines(report.cues),
    ]


def sound_lines(sounds: Sequence[SoundReported]) -> list[str]:
    """By what output and voice it sounded, a line for each coach that ran a part."""
    lines: list[str] = []
    for sound in sounds:
        faults = [
            f"{count} {what}"
            for count, what in (
                (sound.xruns, "gaps"),
                (sound.corrections, "corrections"),
                (sound.reopened, "times opened again"),
            )
            if count
        ]
        rest = "".join(f", {part}" for part in (*faults, sound.note) if part)
        lines.append(f"Sound: {sound.backend} {sound.device}".rstrip() + f", voice {sound.voice or 'none'}{rest}")
    return lines


def outcome_line(report: SessionReport) -> str:
    """How it ended, and after how long."""
    state = report.state
    if state.phase is Phase.FINISHED:
        words = "Finished"
    elif state.phase is Phase.STOPPED:
        words = "Stopped" if report.stop_reason in ("", "runner") else f"Stopped ({report.stop_reason})"
    else:
        words = "Not over"
    parts = [f"{words}: {_time(state.spent_ns)} on the way"]
    if report.paused_ns:
        parts.append(f"paused {_time(report.paused_ns)}")
    if report.created.speed != 1:
        parts.append(f"a rehearsal, {report.created.speed:g} times as fast")
    return ", ".join(parts)


def _sum_lines(report: SessionReport) -> list[str]:
    runs = report.runs
    lines: list[str] = []
    if runs:
        whole = sum(run.as_planned for run in runs)
        planned = sum(run.planned_ns or 0 for run in runs)
        lines.append(
            f"Runs: {whole} of {len(runs)} as planned, {_time(sum(r.done_ns for r in runs))} of {_time(planned)}"
        )
    marks = len(report.state.pain_marks_ns)
    if marks or report.pain_walk_ns:
        noun = "mark" if marks == 1 else "marks"
        lines.append(f"Pain: {marks} {noun}, {_time(report.pain_walk_ns)} walked after it")
    return lines


def _row_lines(report: SessionReport) -> list[str]:
    runs = accumulate(int(one.interval.intensity.is_run) for one in report.intervals)
    otherwise = [(one, number) for one, number in zip(report.intervals, runs, strict=True) if not one.as_planned]
    lines = [_row(one, number, len(report.runs)) for one, number in otherwise[:MAX_ROWS]]
    if len(otherwise) > MAX_ROWS:
        lines.append(f"  … and {len(otherwise) - MAX_ROWS} more that went otherwise than planned")
    return lines


def _row(one: DoneInterval, number: int, of: int) -> str:
    """One interval. ``number`` of ``of`` runs are begun by then: walks have no numbers, but must be told apart."""
    interval = one.interval
    if interval.is_counted:
        place = f" {number} of {of}"
    else:
        place = f" after run {number}" if interval.intensity is Intensity.RECOVERY and number and of > 1 else ""
    planned = "no set time" if one.planned_ns is None else _time(one.planned_ns)
    how = ", ".join(one.how) or "not done"
    return f"  {_WORDS[interval.intensity]}{place}: {_time(one.done_ns)} of {planned} ({how})"


def cue_lines(cues: CueSummary) -> list[str]:
    """How many cues were played, why others were not, and how late they were."""
    dropped = sum(cues.dropped.values())
    counts = [f"{cues.played} of {cues.planned} played"]
    counts += [
        f"{n} {word}" for n, word in ((cues.cut, "cut by a command"), (cues.lost, "lost"), (dropped, "dropped")) if n
    ]
    lines = [f"Cues: {', '.join(counts)}"]
    reasons = list(cues.dropped.items())
    lines += [f"  {count} × {reason}" for reason, count in reasons[:MAX_REASONS]]
    if len(reasons) > MAX_REASONS:
        lines.append(f"  {sum(count for _, count in reasons[MAX_REASONS:])} × other reasons")
    error, late = cues.interval_error, cues.late
    if error is not None:
        lines.append(
            f"Time between cues, planned against real: median {error.median}, at most {error.largest} "
            f"{'frame' if error.largest == 1 else 'frames'} "
            f"({error.largest * FRAME_MS:.3f} ms)"
        )
    if late is not None:
        median, largest = late.median / NS_PER_MS, late.largest / NS_PER_MS
        lines.append(f"Off the clock, as the output reports it: median {median:.1f} ms, at most {largest:.1f} ms")
    return lines


def _time(ns: int) -> str:
    return clock_text(ns // NS_PER_MS)
