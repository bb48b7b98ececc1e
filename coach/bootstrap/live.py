"""What the front ends hold: a session that runs here, or one that another process runs."""

from typing import TYPE_CHECKING, Any

from coach.clock import Clock, PretendClock
from coach.journal.store import SqliteJournal
from coach.model.timeline import Timeline
from coach.ports import LiveClaim, Player
from coach.runner import Runner
from coach.session.state import Phase

if TYPE_CHECKING:
    from coach.bootstrap import Prepared

UNGATED = "ungated: without a profile no gate judges this session (`coach init` makes one)"


class Live:
    """A session that this process runs; for the front ends."""

    def __init__(
        self, prepared: "Prepared", runner: Runner, journal: SqliteJournal, claim: LiveClaim, player: Player
    ) -> None:
        self.prepared = prepared
        self.runner = runner
        self.journal = journal
        self._claim = claim
        self._player = player
        self.timeline = prepared.timeline
        self.title = title_of(prepared.timeline, prepared.speed)
        if not prepared.gated:
            self.title += " · ungated, no profile"
        if isinstance(prepared.clock, PretendClock):
            self.title += f" · pretended time {prepared.clock.local_now():%Y-%m-%d %H:%M}"
        self.post = runner.post
        self.set_volume = runner.set_volume
        self.set_muted = runner.set_muted
        self.refuse = runner.refuse
        self.listen = runner.listen
        self.snapshot = runner.snapshot
        self.run = runner.run

    @property
    def volume(self) -> int:
        """Of the cues, in percent."""
        return self.runner.volume

    @property
    def muted(self) -> bool:
        """Whether cues are silent for now."""
        return self.runner.muted

    def was_refused(self) -> bool:
        """Whether its start was refused when that was last asked for. Any thread."""
        return self.runner.refused is not None

    def phase(self) -> Phase:
        """How it stands now. Any thread."""
        return self.runner.snapshot().phase

    def about(self) -> dict[str, Any]:
        """What the opening object of the JSON lines says besides the plan."""
        health = self._player.health()
        return {
            "session": self.runner.session,
            "speed": self.prepared.speed,
            "scratch": self.prepared.is_scratch,
            "resumed": self.prepared.options.goes_on,
            "gated": self.prepared.gated,
            "journal": str(self.prepared.journal_path),
            "voice": self.prepared.report.voice,
            "backend": health.backend,
            "device": health.device,
        }

    def warnings(self) -> list[str]:
        """What the runner should know before the start, each one line."""
        found = [] if self.prepared.gated else [UNGATED]
        health = self._player.health()
        if health.lacks_output:
            why = health.note.removeprefix("silent: ")
            found.append(f"no sound output: {why} — connect one, or `--backend file --output-file x.wav`")
        return found

    def report_lines(self) -> list[str]:
        """What was done and how the cues fared, for people; complete once the session has ended."""
        from coach.session.report import report_lines  # nothing the start should wait for

        recorded = [each.event for each in self.journal.events(self.runner.session)]
        return report_lines([*recorded, *self.runner.unrecorded])

    def check_recorded(self) -> None:
        """After the end. Raises StorageError if the journal would not take all of it."""
        loss = self.runner.loss()
        if loss is not None:
            raise loss

    def close(self) -> None:
        """Let go of everything. Idempotent."""
        self._player.close(drain=False)
        self._claim.release()
        self.prepared.bank.close()
        self.journal.close()


class Following:
    """A session that another process runs; for the front ends."""

    def __init__(self, journal: SqliteJournal, clock: Clock) -> None:
        from coach.following import Follower  # not for a session of one's own

        self._journal = journal
        self.clock = clock
        self._follower = Follower(journal, clock)
        self.session = self._follower.session
        self.timeline = self._follower.timeline
        self.title = title_of(self.timeline)
        self.listen = self._follower.listen
        self.snapshot = self._follower.snapshot

    def about(self) -> dict[str, Any]:
        """What the opening object of the JSON lines says besides the plan."""
        return {"session": self.session, "phase": self.snapshot().phase.value}

    def poll(self) -> bool:
        """Read what is new; False once the session is over. Raises StorageError."""
        return self._follower.poll()

    @property
    def is_live(self) -> bool:
        """Whether a coach runs it at the moment."""
        return self._follower.is_live

    def close(self) -> None:
        """Idempotent."""
        self._journal.close()


def title_of(timeline: Timeline, speed: float = 1.0) -> str:
    """What a screen puts above a session."""
    name = timeline.workout.name or "Session"
    return name if speed == 1 else f"{name} · rehearsal, {speed:g} times as fast"
