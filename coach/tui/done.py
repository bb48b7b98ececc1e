"""What was done of what was planned, as words and rows: a session report in, a DoneView out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from coach.model.durations import clock_text
from coach.model.timeline import Timeline, compile_timeline
from coach.model.workout import Intensity
from coach.session.report import NS_PER_MS, DoneInterval, SessionReport, cue_lines, outcome_line, sound_lines

NOTHING_NS = 3_000_000_000  # left within this, an interval was skipped
REMARK = 8  # cells, of the longest remark
_NAME = {
    Intensity.WARMUP: "Warm-up", Intensity.ACTIVE: "Run", Intensity.RECOVERY: "Walk", Intensity.REST: "Rest",
    Intensity.COOLDOWN: "Cool-down",
}  # fmt: skip
NOT_TIMED = "How late the cues were is not known: this output does not tell."


@dataclass(frozen=True, slots=True)
class DoneRow:
    """One interval. ``planned_ns`` is None where the plan gives no time; ``remark`` is empty where all was as planned.

    ``hurt`` is whether a pain mark that stands ended it.
    """

    index: int
    name: str
    is_run: bool
    planned_ns: int | None
    done_ns: int
    remark: str
    hurt: bool

    @property
    def figures(self) -> str:
        """As ``0:48 of 1:00``."""
        done = _time(self.done_ns)
        return done if self.planned_ns is None else f"{done} of {_time(self.planned_ns)}"

    @property
    def share(self) -> float:
        """How much of it was done, from 0 to 1; all of what has no set time, once it was begun."""
        if not self.planned_ns:
            return 1.0 if self.done_ns else 0.0
        return min(1.0, self.done_ns / self.planned_ns)


@dataclass(frozen=True, slots=True)
class DoneView:
    """``sums`` are a few lines to be seen first, ``rows`` every interval, ``sound`` how the cues fared."""

    timeline: Timeline
    sums: tuple[str, ...]
    rows: tuple[DoneRow, ...]
    sound: tuple[str, ...]


def done_view(report: SessionReport) -> DoneView:
    """``report`` as it is drawn."""
    timeline = compile_timeline(report.created.workout)
    rows = tuple(_rows(report.intervals))
    late = () if report.cues.late is not None or not report.cues.planned else (NOT_TIMED,)
    return DoneView(
        timeline=timeline,
        sums=(outcome_line(report), _minutes(report), *_amiss(report, rows)),
        rows=rows,
        sound=(*sound_lines(report.sounds), *cue_lines(report.cues), *late),
    )


def _rows(intervals: Sequence[DoneInterval]) -> list[DoneRow]:
    begun = accumulate(int(one.interval.intensity.is_run) for one in intervals)
    several = sum(one.interval.intensity.is_run for one in intervals) > 1
    return [_row(one, run if several else 0) for one, run in zip(intervals, begun, strict=True)]


def _row(one: DoneInterval, run: int) -> DoneRow:
    """``run`` runs are begun by then: a walk has the number of the run before it. 0: nothing has a number."""
    interval = one.interval
    numbered = run and interval.intensity in (Intensity.ACTIVE, Intensity.RECOVERY)
    name = f"{_NAME[interval.intensity]} {run}" if numbered else _NAME[interval.intensity]
    return DoneRow(
        interval.index, name, interval.intensity.is_run, one.planned_ns, one.done_ns, _remark(one), "pain" in one.how
    )


def _remark(one: DoneInterval) -> str:
    planned = one.planned_ns
    if one.as_planned:
        return ""
    if "pain" in one.how:
        return "pain"
    if one.done_ns < NOTHING_NS and (planned is None or one.done_ns < planned):
        return "skipped"
    if one.how[-1] == "stop":
        return "stopped"
    if len(one.how) > 1:
        return f"{len(one.how)} times"
    if planned is None:
        return ""
    return "longer" if one.done_ns > planned else "short"


def _minutes(report: SessionReport) -> str:
    runs, others = report.runs, [one for one in report.intervals if not one.interval.intensity.is_run]
    ran = _of("Ran", sum(one.done_ns for one in runs), runs)
    walked = _of("walked", sum(one.done_ns for one in others) + report.pain_walk_ns, others)
    return f"{ran}, {walked}"


def _of(verb: str, done_ns: int, planned: Sequence[DoneInterval]) -> str:
    timed = [one.planned_ns for one in planned if one.planned_ns is not None]
    return f"{verb} {_time(done_ns)} of {_time(sum(timed))}" if timed else f"{verb} {_time(done_ns)}"


def _amiss(report: SessionReport, rows: Sequence[DoneRow]) -> list[str]:
    """What went otherwise than planned, in one line; none where nothing did."""
    runs = [row for row in rows if row.is_run]
    parts = [f"{sum(not row.remark for row in runs)} of {len(runs)} runs as planned"] if runs else []
    skipped = sum(row.remark == "skipped" for row in rows)
    parts += [f"{skipped} intervals skipped" if skipped > 1 else "1 interval skipped"] if skipped else []
    marks = len(report.state.pain_marks_ns)
    if marks:
        parts.append(f"pain marked {marks} ×, {_time(report.pain_walk_ns)} walked after it")
    return [", ".join(parts)] if parts else []


def _time(ns: int) -> str:
    return clock_text(ns // NS_PER_MS)
