"""Cues on their way to the runner's ear: handed to the player, told at their instant, reported afterwards."""

import heapq
from collections.abc import Callable

from coach.model.cue import Cue, CueKind, DroppedCue, Earcon
from coach.model.placement import NO_SOUND
from coach.ports import RATE, CueTiming, Player, PlayerHealth, SoundBank
from coach.session.events import CueReported, SoundReported
from coach.session.outputs import CueHeard, CueMissed

NS = 1_000_000_000
LATE_NS = 500_000_000
"""A cue handed out so much after its instant is out of date and is dropped …"""
LATE_EARCON_NS = 5 * NS
"""… but for earcons: a boundary is worth hearing late."""
LATE_COUNT_NS = 150_000_000
HELD_UP = "the coach was held up"


class Sounding:
    """Between engine and player. Instants are monotonic."""

    def __init__(self, player: Player, bank: SoundBank, tell: Callable[[CueHeard | CueMissed], None]) -> None:
        self._player = player
        self._bank = bank
        self._tell = tell
        self._coming: list[tuple[int, int, CueHeard | CueMissed]] = []
        self._count = 0
        self._reports: list[CueReported] = []
        self.silent_from_ns = 0  # when the last cue handed out is over

    def next_instant(self) -> int | None:
        """When there is next a cue to be told."""
        return self._coming[0][0] if self._coming else None

    def hand_out(self, cue: Cue, at_ns: int, now_ns: int) -> None:
        """Give ``cue`` to the player, unless it has no sound or comes too late."""
        clip = self._bank.clip(cue.sound)
        if clip is None:
            self.miss(DroppedCue(cue, NO_SOUND), at_ns)
        elif now_ns - at_ns > _patience(cue):
            self.miss(DroppedCue(cue, HELD_UP), at_ns)
        else:
            self._player.play(cue, clip, at_ns)
            self.silent_from_ns = max(self.silent_from_ns, max(at_ns, now_ns) + clip.frames * NS // RATE)
            self._push(at_ns, CueHeard(cue))

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
        self.silent_from_ns = now_ns

    def tell_until(self, now_ns: int) -> None:
        """Tell every cue whose instant has come."""
        while self._coming and self._coming[0][0] <= now_ns:
            self._tell(heapq.heappop(self._coming)[2])

    def take_reports(self) -> list[CueReported]:
        """Planned against real, of the cues that are over since the last call."""
        reports = self._reports + [_reported(timing) for timing in self._player.take_timings()]
        self._reports = []
        return reports

    def _push(self, at_ns: int, update: CueHeard | CueMissed) -> None:
        self._count += 1
        heapq.heappush(self._coming, (at_ns, self._count, update))


def _patience(cue: Cue) -> int:
    if isinstance(cue.sound, Earcon) and cue.kind is not CueKind.COUNTDOWN:
        return LATE_EARCON_NS
    return LATE_COUNT_NS if cue.kind is CueKind.COUNTDOWN else LATE_NS


def _reported(timing: CueTiming) -> CueReported:
    return CueReported(
        at_ns=timing.cue.at_ns,
        cue=timing.cue.kind,
        label=timing.cue.label,
        status=timing.status.value,
        planned_frame=timing.planned_frame,
        real_frame=timing.real_frame,
        late_ns=timing.late_ns,
        reason=timing.reason,
    )


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
