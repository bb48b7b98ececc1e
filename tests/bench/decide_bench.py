"""Deciding today on years of daily entries: how long after start, and how that grows."""

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from coach.coaching import Coaching
from coach.gate.evaluate import decide
from coach.history.events import Begun, Decided, DiaryEvent, ProfileSet, Rated
from coach.history.fold import Noted, Standing, record
from coach.history.runs import RunFacts
from coach.history.stage_rules import stage_rules
from coach.journal.store import SqliteJournal
from coach.library.plans import Plan
from coach.library.protocols import resolve_plan
from coach.model.profile import Injury, InjuryKind, Profile
from coach.model.rating import Course, Occasion, SymptomRating
from coach.model.readiness import ReadinessResult
from coach.model.timeline import compile_timeline
from coach.session.events import Finished, IntervalEntered, IntervalLeft, SessionCreated, SessionEvent, Started
from tests.fakes import NS, FakeClock

LIMIT_MS = 50
BEGIN = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
PROFILE = Profile(
    injuries=(Injury(kind=InjuryKind.ACHILLES),), protocol="osu", baseline=(1, 1, 1), pace_s_per_km=400
)  # fmt: skip


def plan_of(profile: Profile) -> Plan:
    return resolve_plan(profile, Path("nowhere"))


def ready_at(_profile: Profile, _results: Sequence[ReadinessResult], _at: datetime) -> datetime:
    return BEGIN


def morning(at: datetime, confidence: int = 8) -> Rated:
    return Rated(rating=SymptomRating(occasion=Occasion.MORNING, at=at, first_steps=1, swelling=False, woken=False,
                                      painkiller=False, confidence=confidence))  # fmt: skip


def after(at: datetime, run: str) -> Rated:
    return Rated(rating=SymptomRating(occasion=Occasion.AFTER, at=at, run=run, pain_during=1, pain_now=1,
                                      warmup_soreness=0, warmup_course=Course.NONE, limp=False, sharp_pain=False,
                                      swelling=False, giving_way=False, completed=True, painkiller=False))  # fmt: skip


class Diarist:
    """Writes a journal as a runner who answers every morning, asks every day and runs whenever the gate is open."""

    def __init__(self, path: Path) -> None:
        self.clock = FakeClock(utc=BEGIN)
        self.journal = SqliteJournal(path, self.clock, device="bench")
        self.plan = plan_of(PROFILE)
        self.standing = Standing(record(()), (), ready_at)
        self.events = 0
        stages = stage_rules([(planned.name, planned.stage) for planned in self.plan.planned], PROFILE.pace_s_per_km)
        self.note(ProfileSet(profile=PROFILE, stages=stages))

    def until(self, at: datetime) -> None:
        self.clock.advance(round((at - self.clock.utc_now()) / timedelta(microseconds=1)) * 1000)

    def note(self, *events: DiaryEvent) -> None:
        stored = self.journal.note(events)
        self.standing.tell([Noted(s.id, datetime.fromisoformat(s.utc), s.event) for s in stored])
        self.events += len(stored)

    def day(self, number: int) -> None:
        self.until(BEGIN + timedelta(days=number, hours=1))
        self.note(morning(self.clock.utc_now()))
        self.until(BEGIN + timedelta(days=number, hours=12))
        asked = self.standing.question(self.clock.utc_now(), self.clock.zone_name())
        decision = decide(asked)
        self.note(Decided(input=asked, decision=decision))
        if decision.is_open:
            session = self.journal.new_id()
            self.note(Decided(session=session, input=asked, decision=decision), Begun(session=session, unlocked=True))
            self.run(session, decision.stage, decision.session)

    def run(self, session: str, stage: int, number: int) -> None:
        workout = self.plan.stages[stage].session(number)
        begun = self.clock.utc_now()
        events: list[SessionEvent] = [SessionCreated(at_ns=0, workout=workout), Started(at_ns=0)]
        at_ns = run_ms = bout_ms = longest = 0
        for interval in compile_timeline(workout).intervals:
            events.append(IntervalEntered(at_ns=at_ns, index=interval.index))
            planned_ms = interval.planned_ms or 60_000
            at_ns += planned_ms * 1_000_000
            events.append(IntervalLeft(at_ns=at_ns, index=interval.index, actual_ns=planned_ms * 1_000_000,
                                       how="completed"))  # fmt: skip
            bout_ms = bout_ms + planned_ms if interval.intensity.is_run else 0
            run_ms += planned_ms if interval.intensity.is_run else 0
            longest = max(longest, bout_ms)
        events.append(Finished(at_ns=at_ns))
        moments = [begun + timedelta(microseconds=event.at_ns // 1000) for event in events]
        self.journal.append(session, events, moments)
        self.events += len(events)
        self.until(moments[-1])
        facts = RunFacts(session=session, start=begun, end=moments[-1], zone=self.clock.zone_name(), planned_ms=run_ms,
                         done_ms=run_ms, bout_ms=longest, finished=True, over=True, counts=True)  # fmt: skip
        self.standing.tell(runs=[facts])
        self.clock.advance(600 * NS)
        self.note(after(self.clock.utc_now(), session))


def measure(path: Path, clock: FakeClock, runs: int) -> tuple[list[float], list[float], float]:
    """Milliseconds: deciding in a new process's objects, asking there again, and deciding without a checkpoint."""
    first: list[float] = []
    again: list[float] = []
    whole = 0.0
    for number in range(runs + 1):
        begin = time.perf_counter()
        with closing(SqliteJournal(path, clock, device="bench")) as journal:
            coaching = Coaching(journal, clock, plan_of, ready_at)
            coaching.today()
            took = (time.perf_counter() - begin) * 1000
            if number == 0:  # the copy carries the checkpoint of some earlier day, or none that still holds
                begin = time.perf_counter()
                _ = Coaching(journal, clock, plan_of, ready_at).whole
                whole = (time.perf_counter() - begin) * 1000
                continue
            first.append(took)
            begin = time.perf_counter()
            coaching.today()
            again.append((time.perf_counter() - begin) * 1000)
    return first, again, whole


def section(quick: bool) -> str:
    years = (1, 2) if quick else (1, 2, 5, 10)
    rows: list[str] = []
    loads: list[float] = []
    with tempfile.TemporaryDirectory(prefix="coach") as folder:
        path = Path(folder) / "journal.db"
        diarist = Diarist(path)
        day = 0
        for year in years:
            while day < year * 365:
                diarist.day(day)
                day += 1
            diarist.until(BEGIN + timedelta(days=day, hours=1))
            copy = Path(folder) / f"{year}.db"
            shutil.copy(path, copy)
            wal = path.with_name("journal.db-wal")
            if wal.exists():
                shutil.copy(wal, copy.with_name(f"{copy.name}-wal"))
            loads.append(os.getloadavg()[0])
            first, again, whole = measure(copy, diarist.clock, 5 if quick else 15)
            middle = statistics.median(first)
            rows.append(
                f"| {year} | {diarist.events:,} | {len(diarist.standing.runs):,} | {copy.stat().st_size / 1e6:.1f} MB "
                f"| **{middle:.1f} ms** | {middle / LIMIT_MS:.2f} × | {max(first):.1f} ms "
                f"| {statistics.median(again):.1f} ms | {whole:.0f} ms |"
            )
        diarist.journal.close()
    return "\n".join(
        [
            "## Deciding today",
            "",
            "`python -m tests.bench decide`. A journal of an answer every morning, a decision kept every day, and a",
            "run with its rating whenever the gate is open. In one process, with everything imported: opening the",
            f"journal and `Coaching.today()`, beside the limit of {LIMIT_MS} ms on 10 years; asking there once more;",
            "and the whole diary judged from its first day, as after a merge of old events or a change of the rules.",
            f"The machine's load was {min(loads):.1f} to {max(loads):.1f}, this bench itself included.",
            "",
            "| Years | Events | Runs | Journal | Deciding after start, median | of the limit | at most | asked again "
            "| without a checkpoint |",
            "|---|---|---|---|---|---|---|---|---|",
            *rows,
        ]
    )
