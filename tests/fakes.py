"""Fakes of the ports, for every test. They keep the ports' contracts; nothing here waits."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from coach.clock import Clock
from coach.errors import AlreadyLive, StorageError
from coach.history.events import DiaryEvent
from coach.model.cue import Cue, Earcon, Sound
from coach.ports import (
    RATE,
    Clip,
    CueStatus,
    CueTiming,
    Digest,
    Heartbeat,
    Journal,
    LiveClaim,
    Look,
    Player,
    PlayerHealth,
    PrepareReport,
    SoundBank,
    StoredEvent,
)
from coach.session.events import SessionEvent

NS = 1_000_000_000
EPOCH = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


class FakeClock(Clock):
    """Stands still until ``advance`` or ``sleep_ns``. ``suspend`` is the machine asleep: only the wall clock moves."""

    def __init__(self, at_ns: int = 1_000 * NS, utc: datetime = EPOCH) -> None:
        self.at_ns = at_ns
        self._suspended_ns = 0
        self._offset = (utc, at_ns)
        self.was_never_set = False

    def advance(self, ns: int) -> None:
        assert ns >= 0
        self.at_ns += ns

    def advance_to(self, at_ns: int) -> None:
        self.at_ns = max(self.at_ns, at_ns)

    def monotonic_ns(self) -> int:
        return self.at_ns

    def suspend(self, ns: int) -> None:
        self._suspended_ns += ns

    def suspended_ns(self) -> int:
        return self._suspended_ns

    def utc_now(self) -> datetime:
        utc, zero = self._offset
        return utc + timedelta(microseconds=(self.at_ns + self._suspended_ns - zero) // 1000)

    def is_unsynchronised(self) -> bool:
        return self.was_never_set

    def zone_name(self) -> str:
        return "Europe/Berlin"

    def local_now(self) -> datetime:
        return self.utc_now().astimezone(ZoneInfo("Europe/Berlin"))

    def sleep_ns(self, ns: int) -> None:
        self.advance(max(0, ns))


class FakeClip(Clip):
    """Silence of a given length."""

    def __init__(self, frames: int) -> None:
        self._frames = frames

    @property
    def frames(self) -> int:
        return self._frames

    def load(self) -> bytes:
        return b"\0\0" * self._frames


def spoken_ns(sound: Sound) -> int:
    """The fake voice: earcons of 250 ms, speech of 300 ms and 50 ms a character."""
    return 250_000_000 if isinstance(sound, Earcon) else 300_000_000 + 50_000_000 * len(sound.text)


class FakeSoundBank(SoundBank):
    """Has every sound (``spoken_ns`` long), except those in ``lacking``."""

    def __init__(self, lacking: Iterable[Sound] = (), length: Callable[[Sound], int] = spoken_ns) -> None:
        self.lacking = set(lacking)
        self._length = length
        self.prepared: set[Sound] = set()

    def prepare(self, sounds: Iterable[Sound], progress: Callable[[int, int], None] | None = None) -> PrepareReport:
        wanted = list(dict.fromkeys(sounds))
        for done, sound in enumerate(wanted, 1):
            self.prepared.add(sound)
            if progress is not None:
                progress(done, len(wanted))
        missing = tuple(str(sound) for sound in wanted if sound in self.lacking)
        return PrepareReport("fake", len(wanted) - len(missing), 0, missing)

    def clip(self, sound: Sound) -> Clip | None:
        return None if sound in self.lacking else FakeClip(self._length(sound) * RATE // NS)


@dataclass
class Played:
    """One call of ``FakePlayer.play``."""

    cue: Cue
    clip: Clip
    at_ns: int
    cut_ns: int | None = None  # when ``silence`` cut it short or off

    @property
    def end_ns(self) -> int:
        return self.at_ns + self.clip.frames * NS // RATE


class FakePlayer(Player):
    """Remembers what was asked of it; plays everything exactly on time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._zero = clock.monotonic_ns()
        self.played: list[Played] = []
        self._ended: list[Played] = []
        self.silenced: list[int] = []
        self.volumes: list[int] = []
        self.state: PlayerHealth = PlayerHealth("fake", "null", alive=True)
        self.started = 0
        self.closed: list[bool] = []  # the ``drain`` of each call

    def start(self) -> None:
        self.started += 1

    def play(self, cue: Cue, clip: Clip, at_ns: int) -> None:
        self.played.append(Played(cue, clip, max(at_ns, self._clock.monotonic_ns())))

    def silence(self) -> None:
        now = self._clock.monotonic_ns()
        self.silenced.append(now)
        for played in self.played:
            if played.cut_ns is None and played.end_ns > now:
                played.cut_ns = now

    def set_volume(self, percent: int) -> None:
        self.volumes.append(percent)

    def health(self) -> PlayerHealth:
        return self.state

    def take_timings(self) -> Sequence[CueTiming]:
        now = self._clock.monotonic_ns()
        over = [p for p in self.played if p not in self._ended and (p.cut_ns is not None or p.end_ns <= now)]
        self._ended += over
        return [self._timing(played) for played in over]

    def _timing(self, played: Played) -> CueTiming:
        frame = (played.at_ns - self._zero) * RATE // NS
        if played.cut_ns is not None and played.cut_ns <= played.at_ns:
            return CueTiming(played.cue, CueStatus.CUT, frame, None, None, "cancelled")
        status = CueStatus.PLAYED if played.cut_ns is None else CueStatus.CUT
        return CueTiming(played.cue, status, frame, frame, 0)

    def close(self, *, drain: bool = True) -> None:
        self.closed.append(drain)

    @property
    def heard(self) -> list[Played]:
        """What sounded, whole or in part, up to now."""
        now = self._clock.monotonic_ns()
        return [p for p in self.played if p.at_ns <= now and (p.cut_ns is None or p.cut_ns > p.at_ns)]


class MemoryClaim(LiveClaim):
    def __init__(self, journal: "MemoryJournal") -> None:
        self._journal = journal
        self.asked_by: str | None = None
        self.released = False

    def wanted(self) -> str | None:
        return self.asked_by

    def release(self) -> None:
        self.released = True
        if self._journal.holder is self:
            self._journal.holder = None


@dataclass
class MemoryJournal(Journal):
    """A journal in memory. Set ``failing`` to make every write raise it.

    ``claim_live(take_over=True)`` calls ``waiting`` (for instance the holder's ``step``) until the claim is free.
    """

    clock: Clock = field(default_factory=FakeClock)
    device: str = "fake-device"
    failing: StorageError | None = None
    waiting: Callable[[], object] | None = None
    holder: MemoryClaim | None = None
    stored: list[StoredEvent] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)  # how many events each append wrote
    tries: int = 0  # how often an append was asked for
    beats: int = 0
    kept: str | None = None
    stale: int = 0
    _floor: str = ""
    _digests: dict[str, tuple[int, str]] = field(default_factory=dict)
    _heartbeat: Heartbeat | None = None
    _last: int = 0

    def _utc(self, moment: datetime | None = None) -> str:
        return (moment or self.clock.utc_now()).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def append(
        self, session: str, events: Sequence[SessionEvent], since: Sequence[datetime] | None = None
    ) -> Sequence[StoredEvent]:
        return self._keep(session, events, since)

    def note(self, events: Sequence[DiaryEvent]) -> Sequence[StoredEvent]:
        return self._keep("", events, None)

    def diary(
        self, since: datetime | None = None, always: Sequence[str] = (), without: Sequence[str] = ()
    ) -> Sequence[StoredEvent]:
        return [
            s
            for s in self.events("")
            if (since is None or s.utc >= self._utc(since) or s.event.kind in always) and s.event.kind not in without
        ]

    def find(self, event: str) -> StoredEvent | None:
        return next((stored for stored in self.stored if stored.id == event), None)

    def newest(self, kind: str, since: datetime | None = None, until: datetime | None = None) -> StoredEvent | None:
        found = [s for s in self.events("") if s.event.kind == kind and (since is None or s.utc >= self._utc(since))]
        return next((s for s in reversed(found) if until is None or s.utc < self._utc(until)), None)

    def look(
        self, make: Digest, since: datetime | None = None, always: Sequence[str] = (), without: Sequence[str] = ()
    ) -> Look:
        digests = self.digests(make, since)
        return Look(self.diary(since, always, without), digests, self.kept, self.stale)

    def checkpoint(self) -> str | None:
        return self.kept

    def keep_checkpoint(self, look: Look, floor: datetime, payload: str) -> None:
        if look.stale == self.stale:
            self.kept, self._floor = payload, self._utc(floor)

    def digests(self, make: Digest, since: datetime | None = None) -> Sequence[str]:
        of: dict[str, list[StoredEvent]] = {}
        for each in self.stored:
            if each.session:
                of.setdefault(each.session, []).append(each)
        for session, events in of.items():
            if self._digests.get(session, (0, ""))[0] != len(events):
                self._digests[session] = (len(events), make(session, events))
                self.stale += 1
                if min(event.utc for event in events) < self._floor:
                    self.kept = None
        return [
            self._digests[session][1]
            for session, events in of.items()
            if since is None or max(event.utc for event in events) >= self._utc(since)
        ]

    def _keep(self, session: str, events: Sequence, since: Sequence[datetime] | None) -> Sequence[StoredEvent]:
        self.tries += 1
        if self.failing is not None:
            raise self.failing
        zone, device = self.clock.zone_name(), self.device
        new = [
            StoredEvent(f"{number:026d}", session, self._utc(moment), zone, device, event)
            for number, (event, moment) in enumerate(
                zip(events, since or [self.clock.utc_now()] * len(events), strict=True), self._last + 1
            )
        ]
        self._last += len(new)
        self.stored += new
        self.batches.append(len(new))
        return new

    def events(self, session: str, after: str | None = None) -> Sequence[StoredEvent]:
        return [s for s in self.stored if s.session == session and (after is None or s.id > after)]

    def of(self, session: str) -> list[SessionEvent]:
        """The bare events of a session."""
        return [stored.event for stored in self.events(session)]

    def sessions(self) -> Sequence[str]:
        return list(dict.fromkeys(stored.session for stored in self.stored if stored.session))

    def beat(self, session: str, at_ns: int, note: str = "") -> None:
        if self.failing is not None:
            raise self.failing
        self.beats += 1
        self._heartbeat = Heartbeat(session, at_ns, self._utc(), self.device, 1, note)

    def heartbeat(self) -> Heartbeat | None:
        return self._heartbeat

    def clear_heartbeat(self) -> None:
        if self.failing is not None:
            raise self.failing
        self._heartbeat = None

    def claim_live(self, *, take_over: bool = False) -> LiveClaim:
        if self.holder is not None and take_over:
            self.holder.asked_by = "another coach"
            for _ in range(1000):
                if self.holder is None or self.waiting is None:
                    break
                self.waiting()
        if self.holder is not None:
            self.holder.asked_by = None
            raise AlreadyLive("a session is live here", remedy="follow it, or take it over")
        self.holder = MemoryClaim(self)
        return self.holder

    def close(self) -> None:
        pass


class SteppingClock(FakeClock):
    """``wall_step`` shifts the wall clock alone, as a time server or a missing battery does."""

    def __init__(self, at_ns: int = 1_000 * NS, utc: datetime = EPOCH, zone: str = "Europe/Berlin") -> None:
        super().__init__(at_ns, utc)
        self.wall_step = timedelta()
        self._zone = zone

    def utc_now(self) -> datetime:
        return super().utc_now() + self.wall_step

    def zone_name(self) -> str:
        return self._zone

    def local_now(self) -> datetime:
        return self.utc_now().astimezone(ZoneInfo(self._zone))
