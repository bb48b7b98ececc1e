"""A year in the life of a simulated runner, day by day, under the same gate, diary and fold as everybody's."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from coach.gate.days import next_morning, zone
from coach.gate.evaluate import decide
from coach.gate.facts import GateInput, Run, StageRule
from coach.gate.readiness import CLEARANCE
from coach.history.events import (
    AdvanceChosen,
    Begun,
    Cleared,
    DiaryEvent,
    ProfileSet,
    Rated,
    ReadinessTested,
    RunRecorded,
    RunReported,
)
from coach.history.fold import Noted, Standing, record
from coach.history.runs import RunFacts
from coach.model.decision import Decision, Need, Outcome
from coach.model.profile import Clearance, Injury, InjuryKind, Profile, Role
from coach.model.rating import Occasion, SymptomRating
from coach.model.readiness import ReadinessResult
from coach.simulation.body import Body
from coach.simulation.games import Games
from coach.simulation.laws import Ran, Watch
from coach.simulation.runners import FORMER_WEEKLY_M, PACE_S_PER_KM, Kind

FIRST_DAY = date(2026, 2, 2)
ZONES = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Auckland", "America/St_Johns",
    "UTC", "America/Santiago",
)  # fmt: skip
TEST = "all"
GOAL_MS = 30 * 60_000
MINUTE_MS = 60_000


class Lived(NamedTuple):
    """One life in brief. ``reached`` is the day on which 30 minutes were first run in one go, None if never.

    ``share`` is the most of the former weekly distance that a stage asked at which was run: 0.5 on hills, 0.6 at speed.
    ``stops`` are STOPs other than the one before a clearance that the injury needs from the start.
    """

    kind: str
    protocol: str
    seed: int
    days: int
    zone: str
    injury: str
    reached: int | None
    runs: int
    stops: int
    step_backs: int
    share: float
    broken: tuple[str, ...]


def passed_at(profile: Profile, results: Sequence[ReadinessResult], _at: datetime) -> datetime | None:
    """When the one criterion of this world was last passed; with bone or after surgery only after a clearance."""
    tested = [result.at for result in results if result.criterion == TEST and result.passed_task]
    if any(injury.hops_wait for injury in profile.injuries):
        cleared = min((result.at for result in results if result.criterion == CLEARANCE), default=None)
        tested = [at for at in tested if cleared is not None and at >= cleared]
    return max(tested, default=None)


class Life:
    """``plan`` is the protocol's id with its stages. Everything follows from ``kind``, ``plan`` and ``seed``."""

    def __init__(self, kind: Kind, plan: tuple[str, tuple[StageRule, ...]], seed: int, injury: Injury | None) -> None:
        self.kind = kind
        self.protocol, self.stages = plan
        self.seed = seed
        self.chance = random.Random(f"{seed}/habits")  # of today, made anew every day
        self.zone = random.Random(f"{seed}/zone").choice(ZONES)
        self.home = self.zone
        self.profile = Profile(
            injuries=(injury,) if injury else (),
            protocol=self.protocol,
            baseline=(kind.make.mornings,) * 3,
            former_weekly_m=FORMER_WEEKLY_M,
            pace_s_per_km=PACE_S_PER_KM,
        )
        self.body = Body(kind.make, seed)
        self.standing = Standing(record(()), (), passed_at)
        bone = injury is not None and injury.kind is InjuryKind.BONE
        self.watch = Watch(
            kind.promise,
            self.profile.bands,
            FORMER_WEEKLY_M,
            high_risk=bone and injury is not None and injury.needs_clinician,
        )
        self.games = Games(self) if kind.habits.games else None
        self.notes: list[Noted] = []
        self.facts: list[RunFacts] = []
        self.number = 0
        self.day = FIRST_DAY
        self.reached: int | None = None
        self.step_backs = 0
        self.share = 0.0
        self._stage = 0
        self._mornings: dict[date, SymptomRating] = {}
        self._given: set[date] = set()
        self._untold: dict[str, SymptomRating] = {}  # what each felt like, where that is not told yet
        self._unread: list[date] = []
        self._unrated: list[Run] = []  # whose next morning is not told yet
        self._appointment: date | None = None
        self._retest: date | None = None
        self._away_until: date | None = None

    # Telling

    def note(self, event: DiaryEvent, typed: datetime, honest: DiaryEvent | None = None) -> str:
        """``honest`` is what the gamer's honest shadow says instead; None for the same."""
        noted = Noted(f"{len(self.notes):026d}", typed, event)
        self.notes.append(noted)
        self.standing.tell([noted])
        if self.games:
            self.games.shadow_of(noted, honest)
        return noted.id

    def rate(self, rating: SymptomRating, typed: datetime) -> str:
        self.watch.rated(rating, typed)
        return self.note(Rated(rating=rating), typed)

    def rating(self, occasion: Occasion, at: datetime, answers: dict[str, Any]) -> SymptomRating:
        return SymptomRating.model_validate({"occasion": occasion, "at": at, "zone": self.zone, **answers})

    def at(self, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(self.day, time(hour, minute), zone(self.zone)).astimezone(UTC)

    # Asking

    def question(self, at: datetime) -> GateInput:
        return self.standing.question(at, self.zone)

    def ask(self, at: datetime) -> tuple[GateInput, Decision]:
        asked = self.question(at)
        decision = decide(asked)
        self.watch.asked(asked, decision)
        if self.games:
            self.games.compare(asked, decision)
        return asked, decision

    # Living

    def live(self, days: int) -> Lived:
        self.note(ProfileSet(profile=self.profile, stages=self.stages), self.at(6))
        self._test(self.at(6, 30))
        for self.number in range(days):
            self.day = FIRST_DAY + timedelta(days=self.number)
            self.chance = random.Random(f"{self.seed}/{self.number}/habits")
            if not self._is_away():
                self._day()
        if days >= 365:
            self.watch.ends(self.at(22), self.reached)
        injuries = self.profile.injuries
        return Lived(
            self.kind.name.value, self.protocol, self.seed, days, self.home,
            injuries[0].kind.value if injuries else "none", self.reached, len(self.standing.runs), self.watch.stops,
            self.step_backs, self.share, tuple(self.watch.broken),
        )  # fmt: skip

    def _is_away(self) -> bool:
        """Five absences a year; a third of them abroad, where nothing is answered either."""
        if self._away_until is not None:
            if self.day < self._away_until:
                return True
            self._away_until = None
            self.zone = self.home
            self.watch.back(self.at(7))
        if self.kind.habits.away and self.chance.random() < 1 / 45:
            length = self.chance.choice((6, 8, 9, 10, 10, 10, 12, 17, 24, 35))
            self._away_until = self.day + timedelta(days=length)
            if self.chance.random() < 1 / 3:
                self.zone = self.chance.choice(ZONES)
            return True
        return False

    def _day(self) -> None:
        rises = self.at(6, self.chance.randrange(20, 50))
        truth = self.rating(Occasion.MORNING, rises, self.body.morning(rises))
        self._mornings[self.day] = truth
        misses = self.chance.random() < self.kind.habits.misses
        if self.games:
            misses = self.games.morning(truth)
        elif not misses and not self.kind.habits.run_days_only:
            self._answer_morning(rises)
        wants_to_run = self.chance.random() < 0.96
        _, decision = self.ask(self.at(7, 30))
        if self.kind.habits.run_days_only and decision.outcome is not Outcome.STOP:
            opens = decision.opens_at
            if opens is None or opens <= self.at(20):
                self._answer_morning(rises)
                _, decision = self.ask(self.at(7, 32))
        self._obey(decision, misses)
        if self.games:
            self.games.afternoon(decision)
        if wants_to_run:
            self._maybe_run()

    def _answer_morning(self, typed: datetime) -> None:
        if self.day not in self._given:
            self._given.add(self.day)
            self.rate(self._mornings[self.day], typed)

    def mark_given(self, rating: SymptomRating) -> None:
        """This morning is answered."""
        if rating.occasion is Occasion.MORNING:
            self._given.add(self.day)

    def _obey(self, decision: Decision, missed: bool) -> None:
        """Do what the gate says it needs, as far as it can be done today."""
        for need in decision.needs:
            match need:
                case Need.AFTER | Need.MORNING:
                    if not self.games or self.games.gives_in():
                        self._recall(need)
                case Need.RUN_DAY:
                    self._read_late()
                case Need.FOLLOW_UP:
                    at = self.at(8)
                    self.rate(self.rating(Occasion.FOLLOW_UP, at, self.body.follow_up(at)), at)
                case Need.UNTIL_ZERO | Need.AT_BASELINE if not missed:
                    self._answer_morning(self.at(8, 5))
                case Need.READINESS:
                    if Need.CLINICIAN not in decision.needs and not self._may_hop():
                        self._be_seen(Need.CLINICIAN)
                    if self._retest is None or self.day >= self._retest:
                        self._test(self.at(9))
                case Need.CLINICIAN | Need.CLEARANCE:
                    self._be_seen(need)
                case _:
                    pass
        choice = any(reason.code == "G22" and reason.figures.get("choice") for reason in decision.reasons)
        if choice:
            self.watch.told()
            self.note(AdvanceChosen(at=self.at(8, 10)), self.at(8, 10))

    def _recall(self, need: Need) -> None:
        """Answers that were not given in time, given now: of every run, for the gate may mean an older one."""
        if need is Need.AFTER:
            for after in self._untold.values():
                self.rate(after, self.at(8, 2))
            self._untold.clear()
            return
        for run in self._unrated:
            day = next_morning(run.end, run.zone)
            if day < self.day and day not in self._given:
                truth = self._mornings.get(day)
                if truth is None:  # away that morning; nobody knows better than how it is today
                    at = datetime.combine(day, time(7), zone(run.zone)).astimezone(UTC)
                    truth = self.rating(Occasion.MORNING, at, self.body.morning(max(at, run.end)))
                self._given.add(day)
                self.rate(truth, self.at(8, 3))
        self._unrated = [run for run in self._unrated if next_morning(run.end, run.zone) not in self._given]

    def _read_late(self) -> None:
        """How it was on the mornings of days on which a run began without a reading."""
        for day in self._unread:
            if day not in self._given and day in self._mornings:
                self._given.add(day)
                self.rate(self._mornings[day], self.at(8, 4))
        self._unread.clear()

    def _test(self, at: datetime) -> None:
        passed = self.body.is_quiet(at) and self.body.is_fit(self.number)
        self._retest = None if passed else self.day + timedelta(days=7)
        if passed:
            self.watch.ready(at)
        self.note(ReadinessTested(result=ReadinessResult(criterion=TEST, at=at, passed_task=passed)), at)

    def _may_hop(self) -> bool:
        """Whether no clearance is waited for before hops."""
        waits = any(injury.hops_wait for injury in self.profile.injuries)
        return not waits or bool(self.standing.told.clearances)

    def _be_seen(self, need: Need) -> None:
        """By a clinician after some days; a clearance of one's own once nothing has hurt for three."""
        at = self.at(11)
        if self._appointment is None:
            wait = self.chance.randint(3, 10) if need is Need.CLINICIAN else 3
            self._appointment = self.day + timedelta(days=wait)
        if self.day < self._appointment:
            return
        self._appointment = None
        if need is Need.CLINICIAN:
            self.body.heal()
        elif not self.body.is_quiet(at):
            return
        role = Role.CLINICIAN if need is Need.CLINICIAN else Role.SELF
        self.clear(role, at)

    def clear(self, role: Role, at: datetime) -> None:
        self.watch.told(cleared_at=at)
        self.note(Cleared(clearance=Clearance(role=role, by="sim", at=at)), at)

    # Running

    def _maybe_run(self) -> None:
        start = self.at(18, self.chance.randrange(50))
        asked, decision = self.ask(start)
        waits = decision.opens_at is not None and decision.opens_at > start
        if decision.needs == (Need.RUN_DAY,) and not waits and decision.outcome is not Outcome.STOP:
            before = start - timedelta(minutes=4)
            self.rate(self.rating(Occasion.BEFORE, before, self.body.before(before)), before)
            asked, decision = self.ask(start)
        if decision.is_open:
            self._run(asked, decision, start)
        elif self.games:
            self.games.evening(decision, start)

    def _run(self, asked: GateInput, decision: Decision, start: datetime) -> None:
        rule = asked.stages[decision.stage]
        due, bout = rule.run_ms[decision.session], rule.bout_ms[decision.session]
        if due is None or bout is None:
            return
        planned = due
        if decision.cap_ms is not None and decision.cap_ms < due:
            planned = decision.cap_ms // MINUTE_MS * MINUTE_MS or decision.cap_ms
        self.watch.begins(asked, decision, planned, self.zone)
        wanted = planned
        if self.chance.random() < self.kind.habits.overruns:
            wanted = round(planned * self.chance.uniform(1.05, 1.5))
        end = start + timedelta(milliseconds=round(planned * 1.5) + 10 * MINUTE_MS)
        done, felt = self.body.run(start, end, self.number, wanted)
        longest = min(done, round(bout * max(1.0, done / planned)))
        self.step_backs += decision.stage < self._stage
        self._stage = decision.stage
        self.share = max(self.share, rule.weekly_fraction or 0)
        session = self._record(planned, (done, longest), (start, end))
        self.watch.ran(Ran(start, end, self.zone, done, decision.stage, rule))
        if self.body.make.marks and felt.answers["pain_during"] > 0:
            self._mark_pain(session)
        if min(longest, bout) >= GOAL_MS and self.reached is None:  # as planned: over-running is not reaching
            self.reached = self.number + 1
        self._rate_run(session, felt.at, felt.answers)

    def _record(self, planned: int, done: tuple[int, int], when: tuple[datetime, datetime]) -> str:
        """What the coach comes to know of the run: as it happens or, from a watch, afterwards. Its id."""
        start, end = when
        if self.kind.habits.by_watch:
            kept = RunRecorded(
                start=start, end=end, zone=self.zone, run_ms=done[0], bout_ms=done[1], sure_ms=done[0],
                sure_bout_ms=done[1], distance_m=done[0] // PACE_S_PER_KM, original=f"{self.number:064x}",
            )  # fmt: skip
            return self.note(kept, end + timedelta(minutes=5))
        session = f"run-{len(self.facts):04d}"
        self.note(Begun(session=session, unlocked=True), start)
        facts = RunFacts(
            session=session, start=start, end=end, zone=self.zone, planned_ms=planned, done_ms=done[0],
            bout_ms=done[1], finished=True, over=True, counts=True,
        )  # fmt: skip
        self.facts.append(facts)
        self.standing.tell(runs=[facts])
        if self.games:
            self.games.shadow.tell(runs=[facts])
        return session

    def _mark_pain(self, session: str) -> None:
        """It hurt, and the runner said so while running."""
        facts = self.facts[-1].model_copy(update={"pain_marks": 1})
        assert facts.session == session
        self.facts[-1] = facts
        self.standing.tell(runs=[facts])

    def run_in_spite(self, start: datetime) -> None:
        """A short run by watch though the gate is closed, told and rated afterwards."""
        end = start + timedelta(minutes=20)
        done, felt = self.body.run(start, end, self.number, 8 * MINUTE_MS)
        report = RunReported(start=start, end=end, zone=self.zone, run_ms=done, bout_ms=4 * MINUTE_MS)
        session = self.note(report, end + timedelta(minutes=5))
        self._unread.append(self.day)
        stage = self.standing.ledger.stage
        self.watch.ran(Ran(start, end, self.zone, done, stage, self.stages[stage], unlocked=False))
        self._rate_run(session, felt.at, felt.answers)

    def _rate_run(self, session: str, at: datetime, answers: dict[str, Any]) -> None:
        run = self.standing.runs[-1]
        distance = None if self.kind.habits.misses else max(1, run.done_ms // PACE_S_PER_KM)
        after = self.rating(Occasion.AFTER, at, {"run": session, "distance_m": distance, **answers})
        self._unrated.append(run)
        if self.games is None:
            self.rate(after, at)
        elif not self.games.after(after):
            self._untold[run.id] = after
        if self.chance.random() < 0.25:
            self.ask(at + timedelta(hours=1))
