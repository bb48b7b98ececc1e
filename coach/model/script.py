"""What is said and when, as intentions: the cues of each interval before anyone asks whether they fit."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from coach.model.cue import (
    BEEP,
    EARCON_OF,
    PRIORITY_OF,
    SESSION_EARCON,
    CueKind,
    Earcon,
    Notice,
    Priority,
    Sound,
    Speech,
)
from coach.model.phrasebook import Phrasebook, Phrases, utter
from coach.model.timeline import Interval, Timeline
from coach.model.workout import OpenDuration

SECOND = 1_000_000_000  # ns
MINUTE = 60 * SECOND

WARN_BEFORE = 10 * SECOND
WARN_BEFORE_SHORT = 6 * SECOND
WARN_FROM = 30 * SECOND  # steps shorter than this are warned of later …
WARN_FROM_SHORT = 15 * SECOND  # … and those shorter than this not at all
HALFWAY_FROM = 60 * SECOND
COUNTDOWN_FROM = 10 * SECOND
TIME_LEFT_FROM = 3 * MINUTE
EVERY_FIVE_FROM = 10 * MINUTE
EXTENSION = 10 * MINUTE
"""How much longer than planned a step may grow and still have every time-left cue prepared."""


class Anchor(StrEnum):
    """From which end of the interval an offset counts."""

    START = "start"
    END = "end"


class ScriptCue(NamedTuple):
    """A cue before it is placed. ``offset_ns`` counts from ``anchor`` in session time, negative before it.

    ``choices``: the best first, each later one shorter. ``follows``: it begins a breath after that earcon, sounding
    from the anchor, has ended. ``within_ns``: it must have ended after so much session time.
    """

    kind: CueKind
    anchor: Anchor
    offset_ns: int
    choices: tuple[Sound, ...]
    priority: Priority
    follows: Earcon | None = None
    within_ns: int | None = None


class Style(NamedTuple):
    """How much is said. ``durations``: how long each step is. ``words``: the countdown is spoken, not beeped.

    ``details``: targets, sums and hints besides.
    """

    on: frozenset[CueKind]
    durations: bool = True
    words: bool = True
    details: bool = False
    press_start: bool = False


ALWAYS = frozenset({CueKind.EARCON, CueKind.PAIN, CueKind.FINISH, CueKind.STOP})
"""No session is safe without these; no preset and no toggle silences them."""

_BRIEF = ALWAYS | {CueKind.ANNOUNCE, CueKind.LAST, CueKind.COUNTDOWN, CueKind.PAUSE, CueKind.RESUME, CueKind.NOTICE}
_PRESETS: dict[str, Style] = {
    "minimal": Style(on=_BRIEF, durations=False, words=False),
    "standard": Style(on=frozenset(CueKind)),
    "talkative": Style(on=frozenset(CueKind), details=True),
}
PRESETS = tuple(_PRESETS)


def make_style(
    preset: str, toggles: Mapping[str, bool] | None = None, press_start: bool = False, words: bool | None = None
) -> Style:
    """The style of ``preset``, with single kinds switched on or off by ``toggles`` (names of CueKind).

    ``words`` overrides whether the countdown is spoken. Raises KeyError for an unknown preset and ValueError for
    an unknown kind: settings check both.
    """
    base = _PRESETS[preset]
    on = set(base.on)
    for name, wanted in (toggles or {}).items():
        kind = CueKind(name)
        if kind not in ALWAYS:
            (on.add if wanted else on.discard)(kind)
    if press_start:
        on.add(CueKind.START)  # asked for by name
    return Style(
        on=frozenset(on),
        durations=base.durations,
        words=base.words if words is None else words,
        details=base.details,
        press_start=press_start,
    )


class Script:
    """Everything said in one session of ``timeline``."""

    def __init__(self, timeline: Timeline, phrasebook: Phrasebook, style: Style) -> None:
        self.timeline = timeline
        self.phrasebook = phrasebook
        self.style = style
        self._longest = max((i.planned_ms or 0 for i in timeline.intervals), default=0) * 1_000_000 + EXTENSION

    def interval(self, index: int, total_ns: int | None = None) -> tuple[ScriptCue, ...]:
        """The cues of one interval, in no particular order.

        ``total_ns`` is how long it lasts where that is no longer as planned (it was extended or shortened).
        """
        interval = self.timeline.intervals[index]
        if total_ns is None and interval.planned_ms is not None:
            total_ns = interval.planned_ms * 1_000_000
        cues = [*self._boundary(interval)]
        if total_ns is not None:
            cues += [*self._countdown(total_ns), *self._warning(interval, total_ns), *self._progress(total_ns)]
        return tuple(cue for cue in cues if cue.kind in self.style.on)

    def session(
        self, kind: CueKind, *, run: bool = False, rest: bool = False, withdrawn: bool = False
    ) -> tuple[Sound, ...]:
        """The sounds of START, PAUSE, RESUME, PAIN, FINISH or STOP, sounded one after the other.

        ``run`` and ``rest`` say what the runner goes on with (neither: walking); ``withdrawn`` is for a PAIN mark
        that is taken back. Empty where the style has the kind switched off.
        """
        if kind not in self.style.on:
            return ()
        texts = self.phrasebook.texts.session
        match kind:
            case CueKind.START:
                if self.style.press_start:
                    return (utter(texts.press_start),)  # no earcon: the next one is the beep it speaks of
                return (SESSION_EARCON[CueKind.RESUME], utter(texts.start), *self._sum())
            case CueKind.RESUME:
                return (SESSION_EARCON[kind], utter(self._going_on(run=run, rest=rest)))
            case CueKind.PAIN if withdrawn:
                return (
                    SESSION_EARCON[CueKind.RESUME],
                    utter((*texts.pain_withdrawn, *self._going_on(run=run, rest=rest))),
                )
            case CueKind.PAUSE:
                return (SESSION_EARCON[kind], utter(texts.pause))
            case CueKind.PAIN:
                return (SESSION_EARCON[kind], utter(texts.pain))
            case CueKind.FINISH:
                return (SESSION_EARCON[kind], utter(texts.finish))
            case CueKind.STOP:
                return (SESSION_EARCON[kind], utter(texts.stop))
            case _:
                raise ValueError(f"{kind.value} is no cue of the session as a whole")

    def notice(self, code: str) -> Sound:
        """The sentence for a ``Notice`` code, or only its earcon where notices are switched off.

        A code without a sentence of its own gets that of ``Notice.REFUSED``.
        """
        return self.phrasebook.notice(code) if CueKind.NOTICE in self.style.on else SESSION_EARCON[CueKind.NOTICE]

    def confirmation(self) -> tuple[Sound, ...]:
        """What answers a command that has no words of its own: closer together than any countdown."""
        return (BEEP, BEEP)

    def sounds(self) -> frozenset[Sound]:
        """Everything the session can need, so that all of it is ready before the start."""
        needed: set[Sound] = {BEEP, *SESSION_EARCON.values()}
        for interval in self.timeline.intervals:
            needed |= {sound for cue in self.interval(interval.index) for sound in cue.choices}
            # an extension can bring these into an interval that had none
            needed |= {
                sound for cue in self._warning(interval, MINUTE) if cue.kind in self.style.on for sound in cue.choices
            }
        needed |= {sound for cue in self._of_any_length() if cue.kind in self.style.on for sound in cue.choices}
        for kind in (CueKind.START, *SESSION_EARCON):
            if kind is not CueKind.NOTICE:
                needed |= {
                    sound
                    for run, rest, withdrawn in ((r, s, w) for r in (0, 1) for s in (0, 1) for w in (0, 1))
                    for sound in self.session(kind, run=bool(run), rest=bool(rest), withdrawn=bool(withdrawn))
                }
        needed |= {self.notice(code) for code in Notice}
        return frozenset(needed)

    # The cues of an interval

    def _boundary(self, interval: Interval) -> Iterator[ScriptCue]:
        earcon = EARCON_OF[interval.intensity]
        yield _cue(CueKind.EARCON, Anchor.START, 0, (earcon, BEEP))
        last = self._is_last_run(interval) and CueKind.LAST in self.style.on
        kind = CueKind.LAST if last else CueKind.ANNOUNCE
        yield _cue(kind, Anchor.START, 0, self._announcement(interval, last=last), follows=earcon)

    def _announcement(self, interval: Interval, *, last: bool) -> tuple[Speech, ...]:
        book, step = self.phrasebook, interval.step
        if last:
            what = book.texts.last_run
        elif interval.is_counted:
            what = book.run_of(interval.number, interval.of)
        else:
            what = book.what(interval.intensity)
        tail: Phrases = book.how_long(step.duration) if self.style.durations else ()
        name: Phrases = (step.name,) if step.name else ()
        details: Phrases = ()
        if self.style.details:
            details = book.targets(step)
            if interval.planned_ms is None and not isinstance(step.duration, OpenDuration):
                details = (*details, book.texts.then_next)
        return _distinct(
            (
                utter((what, *name, *tail, *details)),
                utter((what, *tail, *details)),
                utter((what, *tail)),
                utter((what,)),
                utter((book.what(interval.intensity),)),
            )
        )

    def _countdown(self, total_ns: int) -> Iterator[ScriptCue]:
        if total_ns < COUNTDOWN_FROM:
            return
        for before, word in zip((3, 2, 1), self.phrasebook.texts.countdown, strict=True):
            choices: tuple[Sound, ...] = (utter((word,)), BEEP) if self.style.words else (BEEP,)
            yield _cue(CueKind.COUNTDOWN, Anchor.END, -before * SECOND, choices, within_ns=SECOND)

    def _warning(self, interval: Interval, total_ns: int) -> Iterator[ScriptCue]:
        if total_ns < WARN_FROM_SHORT:
            return
        before = WARN_BEFORE if total_ns >= WARN_FROM else WARN_BEFORE_SHORT
        book = self.phrasebook
        if interval.index + 1 == len(self.timeline.intervals):
            choices = (utter((book.texts.then_done,)), utter((book.texts.almost_done,)))
        else:
            following = self.timeline.intervals[interval.index + 1]
            last = self._is_last_run(following) and CueKind.LAST in self.style.on
            what = book.texts.next_last_run if last else book.next_is(following.intensity)
            tail = book.how_long(following.step.duration) if self.style.durations else ()
            choices = (utter((what, *tail)), utter((what,)), utter((book.next_is(following.intensity),)))
        yield _cue(CueKind.WARNING, Anchor.END, -before, _distinct(choices))

    def _progress(self, total_ns: int) -> Iterator[ScriptCue]:
        halfway = CueKind.HALFWAY in self.style.on and total_ns >= HALFWAY_FROM
        if halfway:
            yield self._halfway(total_ns // 2, exact=total_ns % 2 == 0)
        for mark in self._marks(total_ns):
            if not (halfway and 2 * mark == total_ns):  # both at one instant: "halfway" says it
                yield self._time_left(mark)

    def _halfway(self, left: int, *, exact: bool) -> ScriptCue:
        book = self.phrasebook
        choices: tuple[Speech, ...] = (utter((book.texts.halfway,)),)
        if self.style.details and exact and self._is_round(left):
            choices = (utter((book.texts.halfway, book.time_left(left // 1_000_000))), *choices)
        return _cue(CueKind.HALFWAY, Anchor.START, left, choices)

    def _time_left(self, mark: int) -> ScriptCue:
        return _cue(CueKind.TIME_LEFT, Anchor.END, -mark, (utter((self.phrasebook.time_left(mark // 1_000_000),)),))

    def _marks(self, total_ns: int) -> Iterator[int]:
        """How long before the end of a step of ``total_ns`` the time left is said."""
        if total_ns >= TIME_LEFT_FROM:
            yield MINUTE
        if total_ns >= EVERY_FIVE_FROM:
            # the announcement has just said how long it is: the first minute says no more
            yield from range(5 * MINUTE, min(total_ns - MINUTE, self._longest) + 1, 5 * MINUTE)

    def _is_round(self, left: int) -> bool:
        """Whether the time left at halfway is worth saying; all that are so can be prepared and recorded."""
        if left % MINUTE or left > self._longest:
            return left == 30 * SECOND
        return left <= 30 * MINUTE or left % (5 * MINUTE) == 0

    def _of_any_length(self) -> Iterator[ScriptCue]:
        """The progress and countdown cues an interval of any length, extended or not, can have."""
        yield from self._countdown(MINUTE)
        for left in (30 * SECOND, *range(MINUTE, self._longest + 1, MINUTE)):
            yield self._halfway(left, exact=True)
        for mark in self._marks(self._longest + MINUTE):
            yield self._time_left(mark)

    # Words

    def _is_last_run(self, interval: Interval) -> bool:
        return interval.is_counted and interval.number == interval.of

    def _going_on(self, *, run: bool, rest: bool) -> tuple[str, ...]:
        texts = self.phrasebook.texts.session
        return texts.resume_run if run else texts.resume_rest if rest else texts.resume_walk

    def _sum(self) -> tuple[Speech, ...]:
        """``Eight runs, thirty-four minutes in all.``: for the start, if details are wanted."""
        book = self.phrasebook
        runs = sum(interval.intensity.is_run for interval in self.timeline.intervals)
        said: Phrases = (book.counted(book.texts.runs, runs),) if runs else ()
        if (total := self.timeline.total_ms) is not None:
            whole_minutes = (total + 30_000) // 60_000 * 60_000
            *major, minor = book.time(whole_minutes or total)
            said = (*said, *major, book.texts.in_all.format(time=minor))
        return (utter(said),) if said and self.style.details else ()


def _cue(
    kind: CueKind,
    anchor: Anchor,
    offset_ns: int,
    choices: tuple[Sound, ...],
    *,
    follows: Earcon | None = None,
    within_ns: int | None = None,
) -> ScriptCue:
    return ScriptCue(kind, anchor, offset_ns, choices, PRIORITY_OF[kind], follows, within_ns)


def _distinct(choices: Iterable[Speech]) -> tuple[Speech, ...]:
    return tuple(dict.fromkeys(choices))
