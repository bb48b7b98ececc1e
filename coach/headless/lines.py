"""An update as a line for people, or as a JSON object for programs (docs/headless.md has the schema)."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from coach.clock import NS_PER_MS
from coach.model.cue import Cue, Earcon
from coach.model.durations import clock_text, spell
from coach.model.timeline import Interval, Timeline
from coach.model.workout import Intensity
from coach.ports import PlayerHealth
from coach.session.events import (
    CueReported,
    Extended,
    Finished,
    HandedOver,
    IntervalEntered,
    IntervalLeft,
    PainMarked,
    PainWalkLeft,
    PainWithdrawn,
    Paused,
    PickedUp,
    Resumed,
    SessionCreated,
    SessionEvent,
    SoundReported,
    Started,
    Stopped,
)
from coach.session.outputs import CueHeard, CueMissed, Refusal

Update = SessionEvent | CueHeard | CueMissed | Refusal | PlayerHealth

_WORDS: dict[Intensity, str] = {
    Intensity.WARMUP: "WALK (warm-up)",
    Intensity.ACTIVE: "RUN",
    Intensity.RECOVERY: "WALK",
    Intensity.REST: "REST",
    Intensity.COOLDOWN: "WALK (cool-down)",
}

_FIXED: dict[type[Any], str] = {
    Started: "Start",
    Paused: "Paused",
    Resumed: "Resumed",
    PainMarked: "PAIN marked: walk. Within 10 s it can be taken back; then next goes on, stop ends",
    PainWithdrawn: "Pain mark taken back",
    PickedUp: "The session goes on here",
    Finished: "Finished",
}


def interval_words(interval: Interval) -> str:
    """``RUN 3 of 8 · 1 min · easy``."""
    count = f" {interval.number} of {interval.of}" if interval.is_counted else ""
    name = f" · {interval.step.name}" if interval.step.name else ""
    return f"{_WORDS[interval.intensity]}{count} · {spell(interval.step.duration)}{name}"


def text_of(update: Update, timeline: Timeline) -> str | None:
    """What people read of ``update``, None where there is nothing to read."""
    match update:
        case CueHeard(cue):
            return None if isinstance(cue.sound, Earcon) else f"“{cue.label}”"
        case CueMissed(dropped):
            return f"not said: {dropped.cue.label} ({dropped.reason})"
        case Refusal():
            return f"{update.what} — {update.remedy}"
        case PlayerHealth():
            return None if update.alive else f"no sound: {update.note or update.backend}"
        case _:
            return _event_words(update, timeline)


def _event_words(event: SessionEvent, timeline: Timeline) -> str | None:
    match event:
        case IntervalEntered():
            return interval_words(timeline.intervals[event.index])
        case IntervalLeft(how="next" | "back" | "repeat"):
            return f"{event.how.capitalize()}: left after {clock_text(event.actual_ns // NS_PER_MS)}"
        case Extended():
            return f"{event.delta_ns / 1e9:+g} s"
        case PainWalkLeft():
            return f"Walked {clock_text(event.walked_ns // NS_PER_MS)}"
        case Stopped():
            return "Stopped" if event.reason == "runner" else f"Stopped ({event.reason})"
        case HandedOver():
            return f"Handed over to {event.to}" if event.to else "Handed over"
        case _:
            return _FIXED.get(type(event))


def object_of(update: Update, timeline: Timeline) -> dict[str, Any] | None:
    """The keys of ``update`` for programs, None for what only the journal keeps."""
    match update:
        case CueHeard(cue):
            return {"type": "cue"} | _cue(cue)
        case CueMissed(dropped):
            return {"type": "missed"} | _cue(dropped.cue) | {"reason": dropped.reason}
        case Refusal():
            return {"type": "refusal", "what": update.what, "remedy": update.remedy, "code": update.code}
        case PlayerHealth():
            return {
                "type": "sound",
                "backend": update.backend,
                "device": update.device,
                "alive": update.alive,
                "note": update.note,
            }
        case CueReported() | SoundReported() | SessionCreated():
            return None  # the report is in the journal; the created session has its own opening object
        case _:
            found: dict[str, Any] = {"type": "event", "event": update.model_dump(mode="json")}
            if isinstance(update, IntervalEntered):
                found["interval"] = interval_object(timeline.intervals[update.index])
            return found


def interval_object(interval: Interval) -> dict[str, Any]:
    """An interval for programs."""
    return {
        "index": interval.index,
        "intensity": interval.intensity.value,
        "number": interval.number,
        "of": interval.of,
        "planned_ms": interval.planned_ms,
        "duration": spell(interval.step.duration),
        "name": interval.step.name,
    }


def _cue(cue: Cue) -> dict[str, Any]:
    return {"kind": cue.kind.value, "text": cue.label, "at_ns": cue.at_ns, "interval": cue.interval}


class Printer:
    """Turns updates into lines and gives them to ``write``. Called on the session's thread: it must not wait.

    ``tells_missed`` is whether people read of each cue that was not said; programs always do.
    """

    def __init__(
        self, timeline: Timeline, write: Callable[[str], None], now: Callable[[], datetime], *, as_json: bool,
        tells_missed: bool = True,
    ) -> None:  # fmt: skip
        self._timeline = timeline
        self._write = write
        self._now = now
        self._as_json = as_json
        self._tells_missed = tells_missed

    def __call__(self, update: Update) -> None:
        if self._as_json:
            found = object_of(update, self._timeline)
            if found is not None:
                self.object(found)
        elif self._tells_missed or not isinstance(update, CueMissed):
            words = text_of(update, self._timeline)
            if words is not None:
                self.words(words)

    def object(self, found: dict[str, Any]) -> None:
        """Write ``found`` as one line of JSON; nothing unless JSON is wanted."""
        if self._as_json:
            stamped = {"time": self._now().isoformat(timespec="milliseconds")} | found
            self._write(json.dumps(stamped, ensure_ascii=False, separators=(",", ":")))

    def words(self, words: str) -> None:
        """Write ``words`` with the time of day; nothing if JSON is wanted."""
        if not self._as_json:
            self._write(f"{self._now():%H:%M:%S}  {words}")
