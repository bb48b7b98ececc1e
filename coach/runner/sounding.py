"""Cues on their way to the runner's ear: handed to the player, told at their instant, reported afterwards.

Placement keeps cues apart as long as the coach is in time. After a stall some come late; then this keeps them apart.
"""

import heapq
from collections.abc import Callable
from typing import NamedTuple

from coach.model.cue import Cue, CueKind, DroppedCue, Earcon, Notice, Priority
from coach.model.placement import GAP_NS, NO_SOUND
from coach.ports import RATE, CueTiming, Player, PlayerHealth, SoundBank
from coach.session.events import CueReported, SoundReported
from coach.session.outputs import CueHeard, CueMissed, Refusal

NS = 1_000_000_000
LATE_NS = 500_000_000
"""A cue that could only begin so much after its instant is out of date and is dropped …"""
WORTH_IT_NS = 5 * NS
"""… but for earcons and the answers to commands: these are worth hearing late."""
LATE_COUNT_NS = 150_000_000
HELD_UP = "the coach was held up"

_LOST = Refusal("the sound output was lost", "cues are shown; they sound again once it is back", Notice.SOUND_LOST)
_BACK = Refusal("the sound output is back", "cues sound again", Notice.SOUND_BACK)

_ANSWERS = frozenset({CueKind.PAUSE, CueKind.RESUME, CueKind.PAIN, CueKind.FINISH, CueKind.STOP})


class _Sounding(NamedTuple):
    """When a cue given to the player sounds; ``moved`` if that is not when it was planned."""

    begin_ns: int
    end_ns: int
    moved: bool


class Sounding:
    """Between engine and player. Instants are monotonic."""

    def __init__(self, player: Player, bank: SoundBank, tell: Callable[[CueHeard | CueMissed], None]) -> None:
        self._player = player
        self._bank = bank
        self._tell = tell
        self._coming: list[tuple[int, int, CueHeard | CueMissed]] = []
        self._count = 0
        self._reports: list[CueReported] = []
        self._given: list[_Sounding] = []
        self._moved_ns: dict[Cue, int] = {}  # how far a cue was moved, until it is reported
        self._health: PlayerHealth | None = None
        self.silent_from_ns = 0  # when the last cue handed out is over

    def next_instant(self) -> int | None:
        """When there is next a cue to be told."""
        return self._coming[0][0] if self._coming else None

    def hand_out(self, cue: Cue, at_ns: int, now_ns: int) -> None:
        """Give ``cue`` to the player, unless it has no sound or comes too late.

        One that is late waits for what is sounding, and one that a late cue is in the way of waits for that; each only
        as long as it is worth hearing. A boundary's earcon in time waits for nothing.
        """
        clip = self._bank.clip(cue.sound)
        if clip is None:
            self.miss(DroppedCue(cue, NO_SOUND), at_ns)
            return
        lasts_ns = clip.frames * NS // RATE
        self._given = [given for given in self._given if given.end_ns > now_ns]
        begin_ns = self._gap(cue, at_ns, now_ns, lasts_ns)
        if begin_ns - at_ns > _patience(cue):
            self.miss(DroppedCue(cue, HELD_UP), at_ns)
            return
        if begin_ns > max(at_ns, now_ns):
            self._moved_ns[cue] = begin_ns - at_ns
            self._player.play(cue, clip, begin_ns)
        else:
            self._player.play(cue, clip, at_ns)
        self._given.append(_Sounding(begin_ns, begin_ns + lasts_ns, moved=begin_ns > at_ns))
        self.silent_from_ns = max(self.silent_from_ns, begin_ns + lasts_ns)
        self._push(begin_ns, CueHeard(cue))

    def _gap(self, cue: Cue, at_ns: int, now_ns: int, lasts_ns: int) -> int:
        """From when on ``cue`` sounds over nothing it was not planned to sound over."""
        late = now_ns > at_ns
        if not late and cue.priority is Priority.BOUNDARY:
            return at_ns
        begin_ns = max(at_ns, now_ns)
        for given in sorted(self._given, key=lambda one: one.begin_ns):
            if (late or given.moved) and given.begin_ns < begin_ns + lasts_ns and begin_ns < given.end_ns:
                begin_ns = given.end_ns + GAP_NS
                late = True  # from here on it is out of its place, and nothing may be sounded over
        return begin_ns

    def miss(self, dropped: DroppedCue, at_ns: int) -> None:
        """Report that a cue is not played; it is told when it would have been heard."""
        self._push(at_ns, CueMissed(dropped))
        cue = dropped.cue
        self._reports.append(
            CueReported(at_ns=cue.at_ns, cue=cue.kind, label=cue.label, status="dropped", reason=dropped.reason)
        )

    def cancel(self, now_ns: int) -> None:
        """Silence at once; nothing handed out is heard any more."""
        self._player.silence()
        self._coming = [entry for entry in self._coming if isinstance(entry[2], CueMissed)]
        heapq.heapify(self._coming)
        self._given.clear()
        self.silent_from_ns = now_ns

    def tell_until(self, now_ns: int) -> None:
        """Tell every cue whose instant has come."""
        while self._coming and self._coming[0][0] <= now_ns:
            self._tell(heapq.heappop(self._coming)[2])

    def take_reports(self) -> list[CueReported]:
        """Planned against real, of the cues that are over since the last call."""
        reports = self._reports + [self._reported(timing) for timing in self._player.take_timings()]
        self._reports = []
        return reports

    def take_news(self) -> list[PlayerHealth | Refusal]:
        """How the output fares, if that is new since the last call, and whether it was lost or is back."""
        health = self._player.health()
        if health == self._health:
            return []
        was_alive = self._health is None or self._health.alive
        self._health = health
        return [health] if was_alive == health.alive else [health, _BACK if health.alive else _LOST]

    def _reported(self, timing: CueTiming) -> CueReported:
        """Against the instant that was planned, wherever the cue was moved to."""
        moved_ns = self._moved_ns.pop(timing.cue, 0)
        planned, late = timing.planned_frame, timing.late_ns
        return CueReported(
            at_ns=timing.cue.at_ns,
            cue=timing.cue.kind,
            label=timing.cue.label,
            status=timing.status.value,
            planned_frame=None if planned is None else planned - moved_ns * RATE // NS,
            real_frame=timing.real_frame,
            late_ns=None if late is None else late + moved_ns,
            reason=timing.reason or (HELD_UP if moved_ns else ""),
        )

    def _push(self, at_ns: int, update: CueHeard | CueMissed) -> None:
        self._count += 1
        heapq.heappush(self._coming, (at_ns, self._count, update))


def _patience(cue: Cue) -> int:
    if cue.kind is CueKind.COUNTDOWN:
        return LATE_COUNT_NS
    return WORTH_IT_NS if isinstance(cue.sound, Earcon) or cue.kind in _ANSWERS else LATE_NS


def sound_report(health: PlayerHealth, voice: str, at_ns: int) -> SoundReported:
    """How the output fared."""
    return SoundReported(
        at_ns=at_ns,
        backend=health.backend,
        device=health.device,
        voice=voice,
        xruns=health.xruns,
        corrections=health.corrections,
        reopened=health.reopened,
        note=health.note,
    )
