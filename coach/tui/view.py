"""What the live screen shows at one instant, as plain words and figures. Pure: a Snapshot in, a LiveView out."""

from dataclasses import dataclass
from enum import StrEnum

from coach.clock import NS_PER_MS
from coach.model.durations import clock_text, spell
from coach.model.timeline import Interval, Timeline
from coach.model.workout import (
    CadenceTarget,
    DistanceDuration,
    HeartRateTarget,
    HeartRateZone,
    Intensity,
    OpenDuration,
    Repeat,
    RpeTarget,
    Step,
    Workout,
)
from coach.session.state import Phase, Snapshot

ALMOST_A_SECOND_MS = 999  # a countdown shows 0:00 only at its very end


class Mode(StrEnum):
    """What the runner is to do now. Each has its own word, colour and shape on the screen."""

    READY = "ready"
    GET_READY = "get-ready"
    RUN = "run"
    WALK = "walk"
    WARM_UP = "warm-up"
    COOL_DOWN = "cool-down"
    STAND = "stand"
    PAUSED = "paused"
    PAIN = "pain"
    OVER = "over"
    STOPPED = "stopped"


class Sign(StrEnum):
    """What today's decision comes to. Each has its own word, colour and shape on the screen."""

    GO = "go"
    ASK = "ask"
    WAIT = "wait"
    REST = "rest"
    STOP = "stop"
    HELLO = "hello"


MODE_OF: dict[Intensity, Mode] = {
    Intensity.ACTIVE: Mode.RUN,
    Intensity.RECOVERY: Mode.WALK,
    Intensity.WARMUP: Mode.WARM_UP,
    Intensity.COOLDOWN: Mode.COOL_DOWN,
    Intensity.REST: Mode.STAND,
}

WORD: dict[Mode, str] = {
    Mode.READY: "READY",
    Mode.GET_READY: "GET READY",
    Mode.RUN: "RUN",
    Mode.WALK: "WALK",
    Mode.WARM_UP: "WARM UP",
    Mode.COOL_DOWN: "COOL DOWN",
    Mode.STAND: "STAND",
    Mode.PAUSED: "PAUSED",
    Mode.PAIN: "WALK",
    Mode.OVER: "DONE",
    Mode.STOPPED: "STOPPED",
}

SHORT_WORD: dict[str, str] = {
    "GET READY": "READY", "WARM UP": "WARM", "COOL DOWN": "COOL", "WELCOME": "HELLO"
}  # fmt: skip
"""Where a word is too long for the terminal in large letters."""

NAME: dict[Intensity, str] = {
    Intensity.ACTIVE: "Run",
    Intensity.RECOVERY: "Walk",
    Intensity.WARMUP: "Warm-up walk",
    Intensity.COOLDOWN: "Cool-down walk",
    Intensity.REST: "Stand",
}


@dataclass(frozen=True, slots=True)
class LiveView:
    """Everything the live screen draws that changes with time.

    ``plain`` says that ``now`` tells nothing the large figures do not. ``time`` is in clock form; ``counts_up`` says
    that it is time spent, not time remaining. ``index`` and ``share`` (0–1) are the position in the timeline; ``index``
    is None before the start and after the end.
    """

    mode: Mode
    word: str
    count: str
    time: str
    counts_up: bool
    now: str
    plain: bool
    following: str
    elapsed: str
    left: str
    index: int | None
    share: float


def look(snapshot: Snapshot, timeline: Timeline) -> LiveView:
    """The view of ``snapshot``."""
    mode = _mode(snapshot)
    current = snapshot.current
    time, counts_up = _time(snapshot, timeline)
    left = None if snapshot.left_ns is None else clock_text(_up(snapshot.left_ns))
    if snapshot.phase in (Phase.READY, Phase.LEAD_IN) and timeline.total_ms is not None:
        left = clock_text(timeline.total_ms)
    return LiveView(
        mode=mode,
        word=WORD[mode],
        count=f"{current.number}/{current.of}" if current and current.is_counted and mode is Mode.RUN else "",
        time=time,
        counts_up=counts_up,
        now=_now(snapshot, mode),
        plain=_plain(snapshot, mode),
        following=_following(snapshot, mode, timeline),
        elapsed=clock_text(snapshot.elapsed_ns // NS_PER_MS),
        left=left or "–",
        index=_index(snapshot, current),
        share=_share(snapshot),
    )


def interval_words(interval: Interval) -> str:
    """``Run 3 of 8``, ``Walk``, ``Warm-up walk``."""
    name = NAME[interval.intensity]
    return f"{name} {interval.number} of {interval.of}" if interval.is_counted else name


def step_words(step: Step) -> str:
    """Its length, name and targets: ``1 min · strides · 170–180 steps/min``."""
    parts = ["until you press n" if isinstance(step.duration, OpenDuration) else spell(step.duration)]
    if step.name:
        parts.append(step.name)
    parts.extend(_targets(step))
    return " · ".join(parts)


def _targets(step: Step) -> list[str]:
    found: list[str] = []
    match step.cadence:
        case CadenceTarget(low=low, high=high):
            found.append(f"{_range(low, high)} steps/min")
        case None:
            pass
    match step.heart_rate:
        case HeartRateTarget(low=low, high=high):
            found.append(f"{_range(low, high)} bpm")
        case HeartRateZone(zone=zone):
            found.append(f"heart-rate zone {zone}")
        case None:
            pass
    match step.rpe:
        case RpeTarget(low=low, high=high):
            found.append(f"effort {_range(low, high)}/10")
        case None:
            pass
    return found


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def _up(ns: int) -> int:
    return -(-ns // NS_PER_MS) + ALMOST_A_SECOND_MS


def _mode(snapshot: Snapshot) -> Mode:
    match snapshot.phase:
        case Phase.READY:
            return Mode.READY
        case Phase.LEAD_IN:
            return Mode.GET_READY
        case Phase.PAUSED:
            return Mode.PAUSED
        case Phase.FINISHED:
            return Mode.OVER
        case Phase.STOPPED:
            return Mode.STOPPED
        case Phase.RUNNING:
            if snapshot.pain_walk:
                return Mode.PAIN
            return MODE_OF[snapshot.current.intensity] if snapshot.current else Mode.WALK


def _time(snapshot: Snapshot, timeline: Timeline) -> tuple[str, bool]:
    if snapshot.phase is Phase.READY:
        return (clock_text(timeline.total_ms) if timeline.total_ms is not None else "0:00"), False
    if snapshot.phase.is_over:
        return clock_text(snapshot.elapsed_ns // NS_PER_MS), True
    if snapshot.remaining_ns is None or snapshot.pain_walk:
        return clock_text(snapshot.done_ns // NS_PER_MS), True
    return clock_text(_up(snapshot.remaining_ns)), False


def _now(snapshot: Snapshot, mode: Mode) -> str:
    current = snapshot.current
    if mode is Mode.READY:
        return "Enter starts"
    if mode is Mode.GET_READY:
        return "Starting …"
    if snapshot.pain_walk:
        back = f" · u undoes it ({_up(snapshot.withdraw_ns) // 1000} s)" if snapshot.withdraw_ns else ""
        words = "PAIN NOTED – WALK" + back
        return f"{words} · space goes on" if mode is Mode.PAUSED else words
    if current is None:
        return ""
    words = f"{interval_words(current)} · {step_words(current.step)}"
    if mode is Mode.PAUSED:
        return f"{words} · space goes on"
    if isinstance(current.step.duration, DistanceDuration):
        return f"{words} · n when done"
    return words


def _plain(snapshot: Snapshot, mode: Mode) -> bool:
    if mode in (Mode.READY, Mode.PAUSED, Mode.PAIN) or snapshot.current is None:
        return False
    return snapshot.remaining_ns is not None and not snapshot.current.step.name


def _following(snapshot: Snapshot, mode: Mode, timeline: Timeline) -> str:
    if snapshot.phase.is_over:
        return ""
    coming = snapshot.following
    if mode is Mode.READY:
        coming = timeline.intervals[0]
    if mode is Mode.GET_READY:
        coming = snapshot.following or snapshot.current or timeline.intervals[0]
    if snapshot.pain_walk:
        if coming is None:
            return "n ends the session, s stops it"
        return f"n goes on with {interval_words(coming).lower()} ({spell_short(coming)}), s stops"
    if coming is None:
        return "Next: the end"
    word = "First" if mode in (Mode.READY, Mode.GET_READY) else "Next"
    return f"{word}: {interval_words(coming)} · {spell_short(coming)}"


def spell_short(interval: Interval) -> str:
    """Its planned length: ``2 min``, ``400 mtr``, ``open``."""
    return spell(interval.step.duration)


def _index(snapshot: Snapshot, current: Interval | None) -> int | None:
    return current.index if current and snapshot.phase in (Phase.RUNNING, Phase.PAUSED) else None


def _share(snapshot: Snapshot) -> float:
    if snapshot.pain_walk or snapshot.current is None:
        return 0.0
    if snapshot.remaining_ns is None:
        return 0.5
    whole = snapshot.done_ns + snapshot.remaining_ns
    return min(1.0, snapshot.done_ns / whole) if whole else 1.0


def plan_lines(workout: Workout) -> list[str]:
    """The workout as a short list: ``8 × (Run 1 min, Walk 2 min)``; its description last."""
    lines = [_block_words(block) for block in workout.steps]
    return [*lines, "", workout.description] if workout.description else lines


def _block_words(block: Step | Repeat) -> str:
    if isinstance(block, Step):
        return f"{NAME[block.intensity]} {spell(block.duration)}"
    return f"{block.count} × ({', '.join(_block_words(inner) for inner in block.steps)})"
