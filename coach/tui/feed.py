"""Updates of a session → words for the log, the runner's eye and the line about sound. Pure."""

from dataclasses import dataclass, replace

from coach.clock import NS_PER_MS
from coach.model.cue import Cue, Earcon, Notice
from coach.model.durations import clock_text
from coach.model.timeline import Timeline
from coach.ports import PlayerHealth
from coach.session.events import (
    Extended,
    Finished,
    HandedOver,
    IntervalEntered,
    PainMarked,
    PainWithdrawn,
    Paused,
    PickedUp,
    Resumed,
    Started,
    Stopped,
)
from coach.session.outputs import CueHeard, CueMissed, Refusal
from coach.tui.view import interval_words, spell_short


@dataclass(frozen=True, slots=True)
class Shown:
    """Where an update appears: a line of the log, a notice in the runner's eye, the state of the sound; or nowhere.

    ``fleeting`` is a notice that the next thing to happen makes untrue; ``happened`` says that this is such a thing.
    """

    log: str = ""
    notice: str = ""
    sound: str = ""
    fleeting: bool = False
    happened: bool = False


_LASTING = (Notice.JOURNAL_FAILING, Notice.JOURNAL_BACK, Notice.SOUND_LOST, Notice.SOUND_BACK, Notice.PICKED_UP)
"""What goes wrong or right by itself; every other notice is the refusal of a command."""


def shown(update: object, timeline: Timeline) -> Shown:
    """Where and how ``update`` appears; updates the screen does not know appear nowhere."""
    match update:
        case CueHeard(cue=cue):
            return Shown() if _is_beep(cue) else _log(cue.at_ns, f"♪ {cue.label}")
        case CueMissed(dropped=dropped):
            return Shown() if _is_beep(dropped.cue) else _log(dropped.cue.at_ns, _missed(dropped.cue, dropped.reason))
        case Refusal(what=what, remedy=remedy, code=code):
            words = f"{what} – {remedy}"
            return Shown(log=f"       ! {words}", notice=_capital(words), fleeting=code not in _LASTING)
        case PlayerHealth():
            return _health(update)
        case _:
            return _event(update, timeline)


def _event(update: object, timeline: Timeline) -> Shown:
    words: str
    match update:
        case IntervalEntered(at_ns=at, index=index):
            interval = timeline.intervals[index]
            words = f"▶ {interval_words(interval)} · {spell_short(interval)}"
        case Extended(at_ns=at, delta_ns=delta):
            words = f"{'+' if delta > 0 else '−'}{abs(delta) // NS_PER_MS // 1000} s"
        case Stopped(at_ns=at, reason=reason):
            words = "stopped" if reason == "runner" else f"stopped ({reason})"
        case HandedOver(at_ns=at, to=to):
            words = f"handed over to {to}" if to else "handed over"
        case (
            Started(at_ns=at)
            | Paused(at_ns=at)
            | Resumed(at_ns=at)
            | PainMarked(at_ns=at)
            | PainWithdrawn(at_ns=at)
            | Finished(at_ns=at)
            | PickedUp(at_ns=at)
        ):
            words = _PLAIN[type(update)]
        case _:
            return Shown()
    return replace(_log(at, words), happened=True)


_PLAIN: dict[type[object], str] = {
    Started: "started",
    Paused: "paused",
    Resumed: "going on",
    PainMarked: "pain noted: walk",
    PainWithdrawn: "pain mark taken back",
    Finished: "finished",
    PickedUp: "picked up here",
}


def _health(health: PlayerHealth) -> Shown:
    where = f"{health.backend} {health.device}".strip()
    if not health.alive:
        return Shown(sound=f"NO SOUND ({where})", notice=f"No sound: {health.note or where + ' is gone'}")
    if health.lacks_output:
        return Shown(sound="NO SOUND")
    trouble = f" · {health.xruns} dropouts" if health.xruns else ""
    return Shown(sound=f"{where}{trouble}")


def _missed(cue: Cue, reason: str) -> str:
    return f"– {cue.label} (not said: {reason})"


def _is_beep(cue: Cue) -> bool:
    return isinstance(cue.sound, Earcon)


def _log(at_ns: int, words: str) -> Shown:
    return Shown(log=f"{clock_text(at_ns // NS_PER_MS):>6}  {words}")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
