"""The composition root: the only place adapters meet.

A session comes about in two steps. ``prepare`` reads settings and workout and makes every sound ready, which may take
a while and touches nothing shared. ``Prepared.go_live`` then takes the claim, opens journal and sound output and gives
the session to run; it is quick, so that a session set for 07:00 begins at 07:00.
"""

import shlex
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach import config
from coach.audio.outputs import open_player
from coach.audio.soundbank import CachedSoundBank
from coach.bootstrap.leave import ask_to_begin, ask_to_go_on, ask_to_resume, ask_to_start, has_gate
from coach.bootstrap.live import Following, Live
from coach.clock import NS_PER_MS, Clock, PretendClock, SystemClock
from coach.config import Folders, Settings
from coach.errors import AlreadyLive, BadInput, CoachError
from coach.journal.claim import live_holder
from coach.journal.left_behind import LeftBehind, find_left_behind
from coach.journal.rescue import find_rescued, rescue_to_file
from coach.journal.store import SqliteJournal
from coach.library.catalogue import resolve
from coach.library.scripts import make_script
from coach.model.cue import DroppedCue
from coach.model.script import Script
from coach.model.timeline import Timeline, compile_timeline
from coach.ports import LiveClaim, Player, PrepareReport
from coach.runner import LOCK_PATIENCE_S, Runner
from coach.session.engine import Engine
from coach.session.events import SessionCreated, SessionEvent
from coach.session.outputs import CueDue, CuesCancelled
from coach.session.state import Command, CommandKind

if TYPE_CHECKING:
    from coach.coaching import Permit  # a session without a profile loads none of it

__all__ = [
    "DEFAULT_WORKOUT",
    "Following",
    "Live",
    "Prepared",
    "RunOptions",
    "UnfinishedSession",
    "UnmergedEvents",
    "open_follow",
    "open_journal",
    "open_live",
    "prepare",
    "someone_is_live",
    "the_clock",
]

DEFAULT_WORKOUT = "seed-start"
MAX_SPEED = 1000.0

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a command asks for. ``overrides`` are settings given on the command line, by their names.

    ``resume`` goes on with the session left behind, ``take_over`` with the one another coach runs now, ``new`` begins
    afresh and closes what was left behind. ``override`` is the reason to run though the gate is closed; ``at`` is when
    it is to begin (aware), None for now.
    """

    workout: str | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict[str, Any])
    speed: float = 1.0
    scratch: bool = False
    resume: bool = False
    take_over: bool = False
    new: bool = False
    override: str = ""
    at: datetime | None = None

    @property
    def goes_on(self) -> bool:
        return self.resume or self.take_over


def open_journal(places: Folders | None = None, clock: Clock | None = None) -> SqliteJournal:
    """The runner's journal. Raises StorageError; BadInput for a scratch journal in a folder that does not exist."""
    places = places or config.folders()
    if places.scratch is not None and not places.scratch.parent.is_dir():  # a slip of the name, most likely
        raise BadInput(
            f"there is no folder {places.scratch.parent}", where="COACH_SCRATCH", remedy="check the name, or make it"
        )
    return SqliteJournal(places.journal, clock or the_clock(places))


def the_clock(places: Folders | None = None, *, moving: bool = False) -> Clock:
    """The machine's clock, or the pretended one of a scratch journal (``COACH_NOW``). Raises BadInput."""
    now = config.pretended_now(places or config.folders())
    return SystemClock() if now is None else PretendClock(now, moving=moving)


def open_live(options: RunOptions, progress: Progress | None = None) -> Live:
    """A session ready to run; see Prepared for what it may raise."""
    return prepare(options, progress).go_live()


def prepare(options: RunOptions, progress: Progress | None = None, clock: Clock | None = None) -> "Prepared":
    """Everything but what is shared with other coaches: settings, workout, texts and sounds.

    Raises BadInput for a workout, setting or option that makes no sense, and for a session left behind that
    ``options`` say nothing about; AlreadyLive; SoundUnavailable; StorageError.
    """
    places = config.folders()
    clock = clock or the_clock(places, moving=True)
    check_speed(options.speed)
    settings = config.load(places.settings_file, overrides=options.overrides)
    journal_path = scratch_journal() if options.scratch else places.journal
    left = _what_there_is(options, places, journal_path, clock)
    gated = has_gate(places, clock)
    if options.override and not gated:
        raise BadInput(
            "there is no gate to override, for no profile was told", where="--override",
            remedy="leave it out, or tell of the injury first: `coach init`",
        )  # fmt: skip
    permit = None
    if options.goes_on:
        assert left is not None, "_what_there_is refuses to go on with nothing"
        workout, source, speed, notes = left.created.workout, left.created.source, left.created.speed, ()
        ask_to_go_on(left, journal_path, places, clock)
    else:
        found = None if options.workout is None else resolve(options.workout, places.workouts)
        permit = ask_to_begin(options, found and found.workout, places, clock)
        if found is None and permit is None:
            found = resolve(DEFAULT_WORKOUT, places.workouts)
        workout = found.workout if found is not None else permit.workout if permit is not None else None
        assert workout is not None
        source, speed = (found.source, options.speed) if found is not None else ("today", options.speed)
        notes = found.notes if found is not None else ()
    timeline = compile_timeline(workout)
    script = make_script(timeline, settings, places)
    bank, report = prepare_sounds(settings, places, script, progress)
    return Prepared(
        clock,
        options,
        settings,
        places,
        notes,
        journal_path,
        left,
        source,
        speed,
        timeline,
        script,
        bank,
        report,
        permit,
        gated,
    )


def check_speed(speed: float) -> None:
    """Raises BadInput unless time can be made to run ``speed`` times as fast."""
    if not 0 < speed <= MAX_SPEED:  # false for NaN as well
        raise BadInput(
            f"a session cannot run {speed:g} times as fast",
            where="--speed",
            remedy=f"give a number above 0 and up to {MAX_SPEED:g}; 1 is real time",
        )


def scratch_journal() -> Path:
    """A journal of its own in a new temporary folder."""
    return Path(tempfile.mkdtemp(prefix="coach-scratch-")) / "journal.db"


def prepare_sounds(
    settings: Settings, places: Folders, script: Script, progress: Progress | None
) -> tuple[CachedSoundBank, PrepareReport]:
    """Every sound a session can need. Raises SoundUnavailable."""
    bank = CachedSoundBank.from_settings(settings, places)
    return bank, bank.prepare(script.sounds(), progress)


def _what_there_is(options: RunOptions, places: Folders, journal_path: Path, clock: Clock) -> LeftBehind | None:
    """The session left behind, or run by another coach. Raises unless ``options`` fit what there is."""
    if options.scratch:
        if options.goes_on:
            raise BadInput("a scratch journal has nothing to go on with", remedy="leave out --scratch")
        return None
    holder = live_holder(journal_path)
    if holder is not None and not options.take_over:
        raise AlreadyLive(
            f"a session is already live ({holder})",
            remedy="watch it with `coach follow`, or take it over with `coach run --take-over`",
        )
    with closing(SqliteJournal(journal_path, clock)) as journal:
        left = find_left_behind(journal)
        rescued = find_rescued(journal, left.session, rescue_folders(journal_path, places)) if left else []
    if left is not None and rescued:
        raise UnmergedEvents(left, rescued)
    if options.goes_on:
        if options.workout is not None:
            raise BadInput("a session that goes on keeps its workout", remedy="leave the workout out")
        if left is None:
            raise BadInput("there is no unfinished session", remedy="begin one with `coach run`")
    elif left is not None and not options.new:
        raise UnfinishedSession(left)
    return left


class UnfinishedSession(BadInput):
    """A session was left behind, and nothing was said about it."""

    def __init__(self, left: LeftBehind) -> None:
        super().__init__(
            f"a session was left unfinished: {left}",
            remedy="go on with it by `coach run --resume`, or leave it and begin afresh by `coach run --new`",
        )
        self.left = left


class UnmergedEvents(BadInput):
    """The rest of the session left behind is in files: whatever went on from here would contradict them."""

    def __init__(self, left: LeftBehind, files: Sequence[Path]) -> None:
        names = " ".join(shlex.quote(str(file)) for file in files)
        super().__init__(
            f"the journal could not take the last events of a session ({left}), they are in {names}",
            remedy=f"add them with `coach journal merge {names}`",
        )


def rescue_folders(journal_path: Path, places: Folders) -> tuple[Path, ...]:
    """Where events are kept that the journal does not take, best first."""
    return (journal_path.parent, places.data)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A session whose sounds are ready, but which holds nothing that others could want."""

    clock: Clock
    options: RunOptions
    settings: Settings
    places: Folders
    notes: tuple[str, ...]
    journal_path: Path
    left: LeftBehind | None
    source: str
    speed: float
    timeline: Timeline
    script: Script
    bank: CachedSoundBank
    report: PrepareReport
    permit: "Permit | None" = None  # None where the gate was not asked: no profile, or a rehearsal
    gated: bool = True  # False without a profile: nothing judges whether it may be run

    @property
    def is_scratch(self) -> bool:
        """Whether this session goes into a journal for trying: it then counts there, however fast."""
        return self.options.scratch or self.places.scratch is not None

    def remarks(self) -> list[str]:
        """What the runner should know before it begins, each one line."""
        found = [*self.notes, *self.report.warnings]
        if isinstance(self.clock, PretendClock):
            found.append(f"the time is pretended: {self.clock.local_now():%Y-%m-%d %H:%M}")
        if self.speed != 1:
            counts = "" if self.is_scratch else ", and never counts"
            found.append(f"this is a rehearsal, {self.speed:g} times as fast{counts}")
        if self.is_scratch:
            found.append(f"a scratch journal keeps this session: {self.journal_path}")
        if self.permit is not None and self.permit.override:
            found.append(f"the gate is closed; you run in spite of it: {self.permit.override}")
        elif self.options.override:
            found.append("nothing had to be overridden: the reason you gave is not kept")
        return found

    def go_live(self) -> Live:
        """Become the live coach. Raises AlreadyLive, StorageError, SoundUnavailable, BadInput."""
        undo = ExitStack()
        try:
            journal = undo.enter_context(
                closing(SqliteJournal(self.journal_path, self.clock, patience_s=LOCK_PATIENCE_S))
            )
            claim = journal.claim_live(take_over=self.options.take_over)
            undo.callback(claim.release)
            left = find_left_behind(journal)  # again: a moment ago another coach may have gone on with it
            player = open_player(self.settings, self.clock)
            undo.callback(player.close, drain=False)
            if self.options.goes_on:
                return self._go_on(journal, claim, player, left)
            if left is not None:
                self._close(left, journal)
            return self._begin(journal, claim, player)
        except BaseException:
            undo.close()
            raise

    def _begin(self, journal: SqliteJournal, claim: LiveClaim, player: Player) -> Live:
        session = journal.new_id()
        created = SessionCreated(
            at_ns=0,
            workout=self.timeline.workout,
            speed=self.speed,
            lead_in_ns=self.settings.lead_in_ms * NS_PER_MS,
            source=self.source,
            scratch=self.is_scratch,
        )
        # Again: an hour may have been waited for. And once more when it starts (_live): then it is journalled, too.
        ask_to_begin(replace(self.options, at=None), self.timeline.workout, self.places, self.clock)
        journal.append(session, [created])
        journal.beat(session, 0)  # before anyone hears of it: a coach killed right away leaves it to be found
        return self._live(session, self._engine(None), None, journal, claim, player)

    def _go_on(self, journal: SqliteJournal, claim: LiveClaim, player: Player, left: LeftBehind | None) -> Live:
        if left is None or self.left is None or left.session != self.left.session:
            raise BadInput("the session has ended meanwhile", remedy="begin a new one with `coach run`")
        ask_to_go_on(left, self.journal_path, self.places, self.clock)  # again: a red flag may have been told meanwhile
        return self._live(left.session, self._engine(left), left.at_ns, journal, claim, player)

    def _close(self, left: LeftBehind, journal: SqliteJournal) -> None:
        """Stop a session left behind where it was last known to be, and as of then, so that no record stays open."""
        timeline = compile_timeline(left.created.workout)
        script = Script(timeline, self.script.phrasebook, self.script.style)
        engine = Engine(timeline, script, lambda _: None, left.created.speed, left.state)
        engine.command(Command(CommandKind.STOP, reason="left behind"), left.at_ns)
        events = [*_events(engine)]
        journal.append(left.session, events, [datetime.fromisoformat(left.utc)] * len(events))
        journal.clear_heartbeat()

    def _engine(self, left: LeftBehind | None) -> Engine:
        state = None if left is None else left.state
        lead_in = self.settings.lead_in_ms * NS_PER_MS
        return Engine(self.timeline, self.script, self.bank.length_ns, self.speed, state, lead_in)

    def _live(
        self,
        session: str,
        engine: Engine,
        position_ns: int | None,
        journal: SqliteJournal,
        claim: LiveClaim,
        player: Player,
    ) -> Live:
        runner = Runner(
            session,
            engine,
            self.clock,
            player,
            self.bank,
            journal,
            claim,
            self.speed,
            position_ns=position_ns,
            voice=self.report.voice,
            volume=self.settings.volume,
            rescue=rescue_to_file(journal, session, rescue_folders(self.journal_path, self.places)),
            leave=lambda: ask_to_start(
                session, self.timeline.workout, self.speed, self.options, self.places, self.clock
            ),
            go_on=lambda away_ns: ask_to_resume(
                timedelta(microseconds=away_ns // 1000), self.speed, self.options, self.places, self.clock
            ),
        )
        return Live(self, runner, journal, claim, player)


def someone_is_live() -> bool:
    """Whether a coach runs a session of the runner's journal now."""
    return live_holder(config.folders().journal) is not None


def open_follow(clock: Clock | None = None) -> Following:
    """The session another coach runs now, to be watched. Raises BadInput if there is none, StorageError."""
    clock = clock or the_clock()
    journal = open_journal(clock=clock)
    try:
        following = Following(journal, clock)
        # Between two coaches, while one takes over, nobody holds the claim; then the heartbeat still tells.
        if not someone_is_live() and not following.is_live:
            raise BadInput("no session is live", remedy="`coach run --resume` goes on with the one left behind")
    except CoachError:
        journal.close()
        raise
    return following


def _events(engine: Engine) -> Iterator[SessionEvent]:
    """The events among what the engine has to give."""
    while (output := engine.next_output()) is not None:
        if not isinstance(output, CueDue | CuesCancelled | DroppedCue):
            yield output
