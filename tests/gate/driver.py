"""Whole histories for tests: runs, readings, clearances and readiness checks, folded as coach.history folds a journal.

What a runner permits himself is not assumed: a run that was begun while the gate was closed is an override.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from coach.gate.evaluate import clear, decide, settle
from coach.gate.facts import GateInput, Given, Ledger, Run, StageRule
from coach.model.decision import Decision, Need
from coach.model.profile import BandName, Role
from coach.model.protocol import StagePhase
from coach.model.rating import Occasion

MINUTE = 60_000
LENGTH = timedelta(minutes=34)
T = TypeVar("T")
STAGES = tuple(
    StageRule(id=f"s{n}", run_ms=((8 + 2 * n) * MINUTE,), bout_ms=((n + 1) * MINUTE,)) for n in range(6)
)  # fmt: skip


def _build(name: str, minutes: int, runs: int, **more: Any) -> StageRule:
    each = minutes * MINUTE
    return StageRule(
        id=name, run_ms=(each,), bout_ms=(each,), good=runs, weekly_max=runs, phase=StagePhase.BUILD, **more
    )  # fmt: skip


BUILD_STAGES = (
    StageRule(id="w0", run_ms=(20 * MINUTE,), bout_ms=(5 * MINUTE,)),
    StageRule(id="w1", run_ms=(25 * MINUTE,), bout_ms=(15 * MINUTE,)),
    StageRule(id="w2", run_ms=(30 * MINUTE,), bout_ms=(30 * MINUTE,)),
    _build("d1", 31, 3),
    _build("d2", 33, 3),
    _build("build/f1", 33, 4, rest_days=0, weeks_alternate=1),
    _build("build/hills", 33, 4, rest_days=0, weeks_alternate=1, weekly_fraction=0.5),
    _build("build/speed", 33, 4, rest_days=0, weeks_alternate=1, weekly_fraction=0.6),
)
"""The end of a plan: into the build phase, to days that may follow each other, to hills and to speed."""
FORMER_WEEKLY_M = 30_000

_LONG_AGO = datetime(2025, 12, 1, 18, tzinfo=UTC)
_FIRST = tuple(
    Ledger(stage=n, last_stage=n, running_since=_LONG_AGO if stage.weeks_alternate is not None else None)
    for n, stage in enumerate(BUILD_STAGES)
)


class Begun(NamedTuple):
    """A run: how much of what was due was run, in percent, and how often pain was marked."""

    id: str
    start: datetime
    percent: int = 100
    marks: int = 0


class Clear(NamedTuple):
    at: datetime
    role: Role


class History(NamedTuple):
    """``stage`` is the one the first run is at; there is one band for every kind of injury. ``run_m`` is how far
    each run goes, in metres; while nobody tells it hills and speed stay closed."""

    bands: tuple[BandName, ...]
    baseline: int
    runs: tuple[Begun, ...]
    readings: tuple[Given, ...]
    clearances: tuple[Clear, ...] = ()
    ready: tuple[datetime, ...] = ()
    chosen: tuple[datetime, ...] = ()
    high_risk: bool = False
    stage: int = 0
    zone: str = "UTC"
    stages: tuple[StageRule, ...] = STAGES
    run_m: int | None = None


class Folded(NamedTuple):
    """Where a runner stands after the last boundary, and which clearances were taken."""

    ledger: Ledger
    run: Run | None
    since: datetime | None
    cleared: tuple[Clear, ...]


class Memo:
    """What was judged before, so that two histories that begin alike are judged once. Keeps what its keys name."""

    def __init__(self) -> None:
        self._found: dict[Any, tuple[Any, Any]] = {}

    def ask(self, what: str, asked: GateInput, work: Callable[[GateInput], T]) -> T:
        key = (
            what, asked.asked_at, id(asked.ledger), asked.run, asked.readiness_at, asked.chose_at,
            tuple(map(id, asked.readings)),
        )  # fmt: skip
        if key not in self._found:
            self._found[key] = (asked, work(asked))
        return self._found[key][1]


class World:
    """One history, asked at any instant of what was known then."""

    def __init__(self, history: History, memo: Memo | None = None) -> None:
        self.history = history
        self.memo = memo or Memo()
        self._runs: dict[str, Run] = {}
        acts: list[Begun | Clear] = [*history.runs, *history.clearances]
        self._acts = sorted(acts, key=lambda act: (_at(act), isinstance(act, Begun)))
        for run in sorted(history.runs, key=lambda run: run.start):
            self._runs[run.id] = self._begin(run)

    def _begin(self, run: Begun) -> Run:
        """The run as it is known for ever: whether it was open is settled as it begins."""
        decision = self.memo.ask("decide", self.question(run.start, without=run.id), decide)
        due = self.history.stages[decision.stage].run_ms[decision.session] or 0
        due = min(due, decision.cap_ms or due)
        done = due * run.percent // 100
        return Run(
            id=run.id, start=run.start, end=run.start + LENGTH, zone=self.history.zone, unlocked=decision.is_open,
            planned_ms=due, done_ms=done, bout_ms=done, pain_marks=run.marks,
            distance_m=self.history.run_m,
        )  # fmt: skip

    @property
    def opened(self) -> int:
        """How many runs the plan had opened."""
        return sum(bool(run.unlocked) for run in self._runs.values())

    def fold(self, at: datetime, without: str = "") -> Folded:
        """Every boundary up to ``at``, by what was known at ``at``."""
        ledger = _FIRST[self.history.stage]
        found = Folded(ledger, None, None, ())
        for act in self._acts:
            if _at(act) > at or (isinstance(act, Begun) and act.id == without):
                continue
            asked = self._input(found, _at(act), known_at=at)
            if isinstance(act, Begun):
                found = Folded(self.memo.ask("settle", asked, settle), self._runs[act.id], act.start, found.cleared)
                continue
            decision = self.memo.ask("decide", asked, decide)
            if act.role is Role.CLINICIAN or Need.CLEARANCE in decision.needs:
                role = act.role
                cleared = self.memo.ask(role, asked, lambda each, role=role: clear(each, role))
                found = Folded(cleared, None, act.at, (*found.cleared, act))
        return found

    def question(self, at: datetime, without: str = "") -> GateInput:
        return self._input(self.fold(at, without), at, known_at=at)

    def ask(self, at: datetime) -> Decision:
        return self.memo.ask("decide", self.question(at), decide)

    def permits(self, at: datetime) -> int:
        """The stage, if one is open; else −1."""
        decision = self.ask(at)
        return decision.stage if decision.is_open else -1

    def _input(self, found: Folded, at: datetime, known_at: datetime) -> GateInput:
        history = self.history
        return GateInput(
            asked_at=at,
            zone=history.zone,
            bands=history.bands,
            baseline=history.baseline,
            high_risk=history.high_risk,
            stages=history.stages,
            ledger=found.ledger,
            run=found.run,
            readings=tuple(g for g in history.readings if g.given_at <= known_at and _is_of(g, found, at)),
            readiness_at=max((ready for ready in history.ready if ready <= at), default=None),
            former_weekly_m=FORMER_WEEKLY_M,
            chose_at=max((chosen for chosen in history.chosen if chosen <= at), default=None),
        )


def _at(act: Begun | Clear) -> datetime:
    return act.start if isinstance(act, Begun) else act.at


def _is_of(given: Given, found: Folded, at: datetime) -> bool:
    rating = given.rating
    if rating.occasion is Occasion.AFTER:
        return found.run is not None and rating.run == found.run.id
    return rating.at <= at and (found.since is None or rating.at > found.since)
