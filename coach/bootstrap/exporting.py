"""What is to be exported: from what was typed to the sheet an exporter is given. The gate is asked about ``today``."""

import re
import secrets
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from coach import config
from coach.bootstrap import open_journal, the_clock
from coach.bootstrap.activity import make_activity
from coach.bootstrap.comeback import make_coaching
from coach.bootstrap.leaving_out import leave_out
from coach.bootstrap.sound import NO_WISH, SoundWish, make_sound
from coach.bootstrap.stages import STAGE, find_stage
from coach.bootstrap.tables import TABLES, make_table
from coach.clock import Clock, PretendClock
from coach.coaching import Coaching, Today
from coach.coaching.times import instant
from coach.config import Folders
from coach.errors import BadInput, GateClosed
from coach.gate.days import local_date, next_morning
from coach.headless.alarm import next_occurrence, parse_time
from coach.library.catalogue import TYPED, Catalogue, ResolvedWorkout
from coach.library.plans import PlannedStage, make_plan
from coach.library.protocols import Protocols
from coach.library.sources import shipped_sources
from coach.model.decision import Outcome
from coach.model.estimate import total_ms
from coach.model.protocol import Protocol
from coach.model.sheets import (
    MAX_SERIAL,
    AgendaSheet,
    Appointment,
    PlanSheet,
    Sheet,
    SheetKind,
    StageSheet,
    WorkoutSheet,
)
from coach.model.syntax import format_workout
from coach.model.workout import Workout, check_name
from coach.model.zones import zone
from coach.ports import Exporter

TODAY = "today"
UNKNOWN_LENGTH = timedelta(hours=1)
"""What a calendar shows for a session whose length nobody knows."""
MORNING = time(7)
NOT_ASKED = "the gate was not asked about this; `coach today` says what is open"
CLOSED = "the gate is closed, and was not asked about this; `coach today` says why"
STOPPED = "a STOP is in force: nothing is to be run; `coach today` says what to do"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a command asks for. ``words`` are the target as typed; ``without`` what to leave out of a workout.

    ``at`` (aware) is when the session is to begin, None for now. ``keep`` journals the decision that opens it.
    ``sound`` is what else is wanted of a format of sound.
    """

    words: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()
    at: datetime | None = None
    keep: bool = True
    sound: SoundWish = NO_WISH


def begin_time(at: str | None, clock: Clock) -> datetime | None:
    """When a session is to begin: ``18:00``, the next time it is that, or a day and a time. Raises BadInput."""
    if at is None:
        return None
    if len(at.strip()) > len("00:00:00"):
        return instant(at, clock.local_now())
    return next_occurrence(clock.utc_now(), parse_time(at), clock.local_zone())


class Ready(NamedTuple):
    """A sheet, what to call its file (without suffix), remarks, and whether only its owner may read it.

    ``ask_again`` is to be called right before the file goes out: it raises GateClosed where the gate gives today's
    session no more, or another one. ``close`` is to be called once the file is written.
    """

    sheet: Sheet
    stem: str
    remarks: tuple[str, ...] = ()
    private: bool = False
    close: Callable[[], None] = lambda: None
    ask_again: Callable[[], None] = lambda: None


def make_sheet(
    format_name: str, exporter: Exporter, wish: Wish, places: Folders | None = None, clock: Clock | None = None
) -> Ready:
    """The sheet for ``exporter``. Raises BadInput, StorageError; GateClosed where today's session is not open."""
    places = places or config.folders()
    maker = _Maker(format_name, exporter.takes, wish, places, clock)
    sounds = SheetKind.SOUND in exporter.takes
    if not sounds and (wish.sound.music is not None or wish.sound.metronome):
        option = "--metronome" if wish.sound.music is None else "--music"
        raise BadInput(f"{format_name} is no sound", where=option, remedy="leave that out, or say audio")
    ready = maker.make()
    if sounds and isinstance(ready.sheet, WorkoutSheet) and SheetKind.WORKOUT not in exporter.takes:
        made = make_sound(ready.sheet, wish.sound, places)
        ready = ready._replace(sheet=made.sheet, remarks=(*ready.remarks, *made.remarks), close=made.close)
    if ready.sheet.kind not in exporter.takes:
        raise BadInput(
            f"{format_name} holds no {ready.sheet.kind.value}",
            remedy=f"it takes {' or '.join(sorted(kind.value for kind in exporter.takes))}; see docs/export.md",
        )
    if wish.without and ready.sheet.kind not in (SheetKind.WORKOUT, SheetKind.SOUND):
        raise BadInput("only of a workout something can be left out", where="--without", remedy="leave that out")
    if isinstance(maker.clock, PretendClock):
        pretended = f"the time is pretended: {maker.clock.local_now():%Y-%m-%d %H:%M}"
        ready = ready._replace(remarks=(pretended, *ready.remarks))
    return ready


class _Maker:
    def __init__(
        self, format_name: str, takes: frozenset[SheetKind], wish: Wish, places: Folders, clock: Clock | None
    ) -> None:
        self.format_name = format_name
        self.takes = takes
        self.wish = wish
        self.places = places
        self._clock_given = clock
        self.clock = clock or the_clock(places)

    def make(self) -> Ready:
        words = self.wish.words
        if self.wish.at is not None and words not in ((), (TODAY,)):
            raise BadInput("only today's session has a time", where="--at", remedy="leave it out")
        if SheetKind.TABLE in self.takes:
            return self._table(words)
        if SheetKind.ACTIVITY in self.takes:
            return self._activity(words)
        first, *rest = words or (TODAY,)
        if first == STAGE:
            return self._stage(rest)
        if rest:
            raise BadInput("there are several targets", remedy="give one; the text of a workout goes in quotes")
        return self._today() if first == TODAY else self._named(first)

    # Workouts and plans

    def _today(self) -> Ready:
        with closing(open_journal(self.places, self.clock)) as journal:
            coaching = make_coaching(journal, self.clock, self.places)
            coaching.need_profile()
            today = self._unlocked(coaching)
            title = f"{today.stage.name} {self._day()}"
            if SheetKind.AGENDA in self.takes:
                ready = Ready(self._agenda(coaching, today), title)
            else:
                ready = self._workout(today.workout, title, coaching.need_profile().pace_s_per_km)
        return ready._replace(ask_again=lambda: self._ask_again(today, title))

    def _unlocked(self, coaching: Coaching) -> Today:
        """What is open now and stays so until the session is to begin: what is exported cannot be called back."""
        today = coaching.check_run(None).today
        if self.wish.keep:
            coaching.keep_decision(today)
        if self.wish.at is None:
            return today
        if self.wish.at < self.clock.utc_now():
            raise BadInput("that time has passed", where="--at", remedy="leave it out for now")
        return coaching.check_run(None, asked_at=self.wish.at).today

    def _ask_again(self, before: Today, title: str) -> None:
        """Making a sound takes a while, and an answer may take hours: a red flag may have been told meanwhile."""
        self.clock = self._clock_given or the_clock(self.places)
        with closing(open_journal(self.places, self.clock)) as journal:
            coaching = make_coaching(journal, self.clock, self.places)
            today = coaching.check_run(None).today
            if self.wish.at is not None and self.wish.at > self.clock.utc_now():
                today = coaching.check_run(None, asked_at=self.wish.at).today
        if _given(today) != _given(before) or f"{today.stage.name} {self._day()}" != title:
            raise GateClosed(
                "the gate gives another session by now", remedy="say it again: `coach today` shows which", today=today
            )

    def _stage(self, words: Sequence[str]) -> Ready:
        if len(words) != 1:
            raise BadInput("which stage?", where=STAGE, remedy="give its number or name: stage 3, stage 3/2, stage 2-3")
        with closing(open_journal(self.places, self.clock)) as journal:
            coaching = make_coaching(journal, self.clock, self.places)
            pace = coaching.need_profile().pace_s_per_km
            planned, which = find_stage(coaching.plan.planned, words[0].casefold())
            remark = _gate_words(coaching)
        sessions = planned.stage.sessions
        if which is None and SheetKind.PLAN in self.takes:
            return Ready(self._plan_of((planned,), planned.stage.title, "", pace), planned.name, (remark,))
        if which is None and len(set(sessions)) > 1:
            raise BadInput(
                f"{planned.name} has {len(sessions)} sessions, and {self.format_name} holds one",
                where=STAGE,
                remedy=f"say which: stage {words[0]}/1",
            )
        if not 1 <= (which or 1) <= len(sessions):
            raise BadInput(
                f"{planned.name} has no session {which}", where=STAGE, remedy=f"give a number from 1 to {len(sessions)}"
            )
        title = planned.name if which is None else f"{planned.name}/{which}"
        return self._workout(sessions[(which or 1) - 1], title, pace, remark)

    def _named(self, wanted: str) -> Ready:
        protocols = Protocols(self.places.workouts)
        if re.fullmatch(r"[A-Za-z0-9_-]+", wanted) and protocols.has(wanted.casefold()):
            return self._protocol(protocols, wanted.casefold())
        found = Catalogue(self.places.workouts).resolve(wanted)
        return self._workout(found.workout, _title(found), None, *found.notes, *self._gate_remarks())

    def _protocol(self, protocols: Protocols, name: str) -> Ready:
        entry = protocols.find(name)
        protocol = protocols.get(name)
        if SheetKind.PLAN not in self.takes:
            first = f"{name}/{protocol.stages[0].id}"
            raise BadInput(
                f"{name} is a protocol of {len(protocol.stages)} stages, and {self.format_name} holds one session",
                remedy=f"name one: {first}, or today",
            )
        plan = make_plan(protocol, protocols.get)
        sheet = self._plan_of(plan.planned, f"{protocol.title} ({name})", protocol.description, None, protocol)
        return Ready(sheet, name, (entry.note,) if entry.note else ())

    def _plan_of(
        self,
        planned: Sequence[PlannedStage],
        title: str,
        description: str,
        pace: int | None,
        protocol: Protocol | None = None,
    ) -> PlanSheet:
        cited = dict.fromkeys([protocol.source] if protocol is not None else [])
        cited |= dict.fromkeys(source for each in planned for source in each.stage.sources)
        stages = tuple(StageSheet(each.name, each.stage) for each in planned)
        return PlanSheet(title, description, stages, tuple(shipped_sources()[source].line for source in cited), pace)

    def _workout(self, workout: Workout, title: str, pace: int | None, *remarks: str) -> Ready:
        kept, left_out = leave_out(workout, self.wish.without)
        remarks = (*remarks, f"left out, as asked: {left_out}") if left_out else remarks
        made_at = self.clock.utc_now().replace(microsecond=0)
        serial = 1 + secrets.randbelow(MAX_SERIAL)
        return Ready(WorkoutSheet(kept, title, made_at, serial, pace), title, tuple(remarks))

    def _gate_remarks(self) -> tuple[str, ...]:
        """What the gate would say of any run now; nothing where the coach knows of no injury."""
        if not self.places.journal.exists():
            return ()
        with closing(open_journal(self.places, self.clock)) as journal:
            coaching = make_coaching(journal, self.clock, self.places)
            return () if coaching.profile is None else (_gate_words(coaching),)

    def _day(self) -> str:
        at = self.wish.at or self.clock.utc_now()
        return local_date(at, self.clock.zone_name()).isoformat()

    # Agendas, activities and tables

    def _activity(self, words: Sequence[str]) -> Ready:
        with closing(open_journal(self.places, self.clock)) as journal:
            sheet = make_activity(words, make_coaching(journal, self.clock, self.places), journal)
        return Ready(sheet, sheet.title, private=True)

    def _agenda(self, coaching: Coaching, today: Today) -> AgendaSheet:
        """The session, the rating after it and the one of the next morning."""
        here = self.clock.zone_name()
        now = self.clock.utc_now().replace(microsecond=0)
        start = (self.wish.at or now).astimezone(UTC).replace(second=0, microsecond=0)
        ms = total_ms(today.workout, coaching.need_profile().pace_s_per_km)
        end = start + (UNKNOWN_LENGTH if ms is None else timedelta(milliseconds=ms))
        morning = datetime.combine(next_morning(end, here), MORNING, zone(here))
        # After the same run it is the same session, whenever it is planned for: a calendar moves it, not doubles it.
        after = coaching.session_name()
        name = today.stage.stage.title
        steps = format_workout(today.workout.model_copy(update={"name": None}))
        return AgendaSheet(
            f"{today.stage.name} {self._day()}",
            here,
            now,
            (
                Appointment(f"{after}-session", f"Run: {name}", f"{today.stage.name}: {steps}", start, end),
                Appointment(
                    f"{after}-rate", "Rate the run", "coach rate: within the hour", end, end + timedelta(hours=1)
                ),
                Appointment(
                    f"{after}-morning", "Rate the morning", "coach morning: pain on the first steps", morning,
                    morning + timedelta(minutes=15),
                ),
            ),
        )  # fmt: skip

    def _table(self, words: Sequence[str]) -> Ready:
        name = words[0] if words else TABLES[0]
        if len(words) > 1 or name not in TABLES:
            raise BadInput(
                f"{self.format_name} holds no {' '.join(words)[:40]!r}",
                remedy=f"say {', '.join(TABLES[:-1])} or {TABLES[-1]}",
            )
        with closing(open_journal(self.places, self.clock)) as journal:
            table = make_table(name, make_coaching(journal, self.clock, self.places), journal)
        return Ready(table, name, private=True)


def _given(today: Today) -> tuple[Outcome, int, int, Workout]:
    decision = today.decision
    return decision.outcome, decision.stage, decision.session, today.workout


def _gate_words(coaching: Coaching) -> str:
    try:
        today = coaching.today()
    except BadInput:  # such as a protocol's file that is broken now: all the more it says nothing of being open
        return NOT_ASKED
    if today.decision.outcome is Outcome.STOP:
        return STOPPED
    return NOT_ASKED if today.is_open else CLOSED


def _title(found: ResolvedWorkout) -> str:
    """Its name, or where it comes from where that can be shown."""
    if found.workout.name is not None:
        return found.workout.name
    try:
        return "Workout" if found.source == TYPED else check_name(found.source)
    except ValueError:
        return "Workout"
