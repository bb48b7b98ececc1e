"""Use cases of the comeback: what today, rate, clear, begin. Journal first, then act; front ends show and ask."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from coach.clock import Clock
from coach.coaching.ratings import check_rating
from coach.errors import BadInput, GateClosed
from coach.gate.days import waking_date
from coach.gate.evaluate import decide
from coach.gate.facts import GateInput, StageRule
from coach.history.checkpoint import FORMAT, RARE, SKIPPED, Checkpoint
from coach.history.events import (
    AdvanceChosen,
    Begun,
    Cleared,
    DateCorrected,
    Decided,
    DiaryEvent,
    ProfileSet,
    Rated,
    ReadinessTested,
    RunReported,
)
from coach.history.fold import ReadyAt, Standing, may_clear_oneself
from coach.history.runs import Moment, RunFacts, run_facts
from coach.history.stage_rules import stage_rules
from coach.history.told import Noted, Record, record
from coach.library.plans import Plan, PlannedStage
from coach.model.decision import Decision, Outcome
from coach.model.estimate import bout_ms, run_ms
from coach.model.profile import Clearance, Profile, Role
from coach.model.rating import Occasion, SymptomRating
from coach.model.readiness import ReadinessResult
from coach.model.workout import Step, TimeDuration, Workout
from coach.ports import Journal, StoredEvent
from coach.session.events import SessionEvent

PlanOf = Callable[[Profile], Plan]
"""A profile's protocol with all that follows it. Raises BadInput for one that is unknown, broken or not for it."""


class Today(NamedTuple):
    """What the gate says now, and the session it is about. ``input`` is all it came from."""

    input: GateInput
    decision: Decision
    stage: PlannedStage
    workout: Workout

    @property
    def is_open(self) -> bool:
        return self.decision.is_open


class Coaching:
    """The comeback of one runner, over one journal. Raises StorageError wherever that cannot be read or written."""

    def __init__(self, journal: Journal, clock: Clock, plan_of: PlanOf, ready_at: ReadyAt) -> None:
        self.journal = journal
        self.clock = clock
        self._plan_of = plan_of
        self._ready_at = ready_at

    # What is known

    @cached_property
    def standing(self) -> Standing:
        """Where the runner stands; read anew after every note. What is older than the last weeks may be folded in."""
        return self._resumed() or self.whole

    @cached_property
    def whole(self) -> Standing:
        """Where the runner stands, with every episode there was."""
        noted = self._noted(without=SKIPPED)
        standing = Standing(record(noted), self.runs(), self._ready_at)
        self._keep_checkpoint(standing, noted)
        return standing

    def _keep_checkpoint(self, standing: Standing, noted: Sequence[Noted]) -> None:
        if noted:
            point = standing.checkpoint(self.clock.utc_now(), noted[-1].id, self.journal.diary_size)
            if point is not None:
                self.journal.keep_checkpoint(point.floor, point.model_dump_json(exclude_defaults=True))

    def _resumed(self) -> Standing | None:
        """From the last checkpoint, if that still holds."""
        kept = self.journal.checkpoint()
        if kept is None:
            return None
        try:
            point = Checkpoint.model_validate_json(kept)
        except ValueError:
            return None  # of another version of this program: derived anew
        if point.form != FORMAT or self.journal.diary_size(point.floor) != point.older:
            return None
        runs = self.runs(point.floor)  # first: an older session that changed takes the checkpoint with it
        if self.journal.checkpoint() != kept:
            return None
        told, noted = Record(), self._noted(point.floor, RARE, SKIPPED)
        for note in noted:
            bearing = told.add(note)
            if note.id > point.upto and (bearing.at is None or bearing.at <= point.floor) and bearing.run is None:
                return None  # about what is folded in already
        known = {facts.session for facts in runs} | {note_id for note_id, _ in told.reported}
        known |= {point.run.id} if point.run is not None else set()
        if any(run is not None and run not in known for run in told.after):
            return None  # an answer about an older run
        standing = Standing.resume(point, told, runs, self._ready_at)
        self._keep_checkpoint(standing, noted)
        return standing

    def _standing_at(self, at: datetime) -> Standing:
        """One that can be looked at from ``at`` on."""
        floor = self.standing.floor
        return self.standing if floor is None or at > floor + timedelta(days=2) else self.whole

    def _noted(
        self, since: datetime | None = None, always: Sequence[str] = (), without: Sequence[str] = ()
    ) -> list[Noted]:
        stored = self.journal.diary(since, always, without)
        return [Noted(s.id, datetime.fromisoformat(s.utc), s.event) for s in stored]

    def runs(self, since: datetime | None = None) -> list[RunFacts]:
        """Every session in brief, or those made from ``since`` on, oldest first."""
        found = [RunFacts.model_validate_json(each) for each in self.journal.digests(_digest, since)]
        return sorted((f for f in found if f.session), key=lambda facts: facts.session)

    @property
    def profile(self) -> Profile | None:
        """The profile in force now; None before `coach init`."""
        return self.standing.profile_at(self.clock.utc_now()) if self.standing.has_profile else None

    def profile_with(self, profile: Profile) -> Profile:
        """The profile that would be in force once ``profile`` were told: earlier injuries stay until a clinician's
        clearance."""
        return self.standing.profile_with(profile, self.clock.utc_now())

    def need_profile(self) -> Profile:
        """Raises BadInput before `coach init`."""
        profile = self.profile
        if profile is None:
            raise BadInput(
                "the coach knows nothing of your injury yet", remedy="tell it with `coach init`; it takes a minute"
            )
        return profile

    @cached_property
    def plan(self) -> Plan:
        """The plan of the profile in force. Raises BadInput."""
        return self._plan_of(self.need_profile())

    def _rules(self, plan: Plan, profile: Profile) -> tuple[StageRule, ...]:
        return stage_rules([(planned.name, planned.stage) for planned in plan.planned], profile.pace_s_per_km)

    def _note(self, *events: DiaryEvent) -> list[StoredEvent[DiaryEvent]]:
        stored = list(self.journal.note(events))
        self.forget()
        return stored

    def forget(self) -> None:
        """Read the journal anew the next time something is asked."""
        for name in ("standing", "whole", "plan"):
            self.__dict__.pop(name, None)

    # The gate

    def question(self, asked_at: datetime | None = None) -> GateInput:
        """What the gate is asked now, or at a later instant if nothing happens until then. Raises BadInput."""
        self.need_profile()
        self._follow_protocol()
        return self.standing.question(asked_at or self.clock.utc_now(), self.clock.zone_name())

    def today(self, asked_at: datetime | None = None) -> Today:
        """The decision now; asking changes nothing. Raises BadInput before `coach init`."""
        asked = self.question(asked_at)
        decision = decide(asked)
        planned = self.plan.planned[decision.stage]
        return Today(asked, decision, planned, shortened(planned.stage.session(decision.session), decision.cap_ms))

    def _follow_protocol(self) -> None:
        """A protocol file that was edited since is the plan from now on, and the diary says so."""
        told = self.standing.told.profiles[-1][2]
        stages = self._rules(self.plan, told.profile)
        if stages != told.stages:
            self._note(ProfileSet(profile=told.profile, stages=stages))

    def keep_decision(self, today: Today) -> None:
        """Journal a decision that was shown, so that `coach why` can say how it came about; the same one once a day."""
        recent = self._noted(self.clock.utc_now() - timedelta(days=1))
        told = [noted.event for noted in recent if isinstance(noted.event, Decided)]
        day = waking_date(today.input.asked_at, today.input.zone)
        if told and waking_date(told[-1].input.asked_at, told[-1].input.zone) == day:
            before = told[-1].decision.model_copy(update={"asked_at": today.decision.asked_at})
            if before == today.decision:
                return
        self._note(Decided(input=today.input, decision=today.decision))

    def decisions(self) -> list[tuple[datetime, Decided]]:
        """Every journalled decision with its input, oldest first."""
        return [(n.utc, n.event) for n in self._noted() if isinstance(n.event, Decided)]

    def overrides(self) -> list[tuple[datetime, Begun]]:
        """Every run that began though the gate was closed, oldest first."""
        noted = self._noted(without=SKIPPED)
        return [(n.utc, n.event) for n in noted if isinstance(n.event, Begun) and n.event.override]

    # What is told

    def check_profile(self, profile: Profile) -> tuple[StageRule, ...]:
        """The stages that would be in force. Raises BadInput as :meth:`set_profile`."""
        return self._rules(self._plan_of(self.profile_with(profile)), profile)

    def set_profile(self, profile: Profile, *clearances: Clearance) -> None:
        """Tell of the injuries, or tell anew: the history stays, and so do the injuries told before.

        Raises BadInput if its protocol does not exist, or is not for all the injuries that are then in force.
        """
        stages = self.check_profile(profile)
        self._note(ProfileSet(profile=profile, stages=stages), *(Cleared(clearance=c) for c in clearances))

    def rate(self, rating: SymptomRating, *, amends: str | None = None) -> StoredEvent[DiaryEvent]:
        """Raises BadInput for one that cannot be: about the future, before its run, or given already."""
        self.need_profile()
        check_rating(rating, self._standing_at(rating.at), self.clock.utc_now(), amends=amends is not None)
        [stored] = self._note(Rated(rating=rating, amends=amends))
        return stored

    def preview(self, rating: SymptomRating, *, amends: str | None = None) -> Today:
        """What :meth:`today` would be with ``rating``, of which nothing is kept. Raises BadInput as :meth:`rate`."""
        self.question()  # first, for it may note that the plan was edited
        now, standing = self.clock.utc_now(), self._standing_at(rating.at)
        check_rating(rating, standing, now, amends=amends is not None)
        try:
            self.__dict__["standing"] = standing
            standing.tell([Noted("preview", now, Rated(rating=rating, amends=amends))])
            return self.today()
        finally:
            self.forget()

    def test(self, *results: ReadinessResult) -> None:
        """Keep what readiness tests gave."""
        self._note(*(ReadinessTested(result=result) for result in results))

    def rate_all(self, ratings: Sequence[SymptomRating]) -> None:
        """Several at once, all or none. Raises BadInput as :meth:`rate`, naming which."""
        self.need_profile()
        now = self.clock.utc_now()
        seen: set[tuple[str, str]] = set()
        for number, rating in enumerate(ratings, start=1):
            day = waking_date(rating.at, rating.zone).isoformat()
            key = (rating.occasion.value, rating.run or day)
            try:
                check_rating(rating, self._standing_at(rating.at), now, amends=False)
                if rating.occasion in (Occasion.AFTER, Occasion.MORNING) and key in seen:
                    raise BadInput(f"{key[0]} of {key[1]} is there twice", remedy="leave one of them out")
            except BadInput as problem:
                raise BadInput(
                    problem.what, where=f"rating {number}", remedy=f"{problem.remedy}; nothing was kept"
                ) from None
            seen.add(key)
        self._note(*(Rated(rating=rating) for rating in ratings))

    def rating_to_amend(self, rating: SymptomRating) -> str:
        """The id of the rating that ``rating`` corrects: of the same run, or the same morning. Raises BadInput."""
        day = waking_date(rating.at, rating.zone)
        for noted in reversed(self._noted()):
            if not isinstance(noted.event, Rated):
                continue
            told = noted.event.rating
            same_day = waking_date(told.at, told.zone) == day
            if told.occasion is rating.occasion and told.run == rating.run and (told.run is not None or same_day):
                return noted.id
        raise BadInput("there is no rating to correct", remedy="leave out --amend")

    def clear(self, clearance: Clearance) -> None:
        """Raises BadInput for a clearance of the runner's own while no STOP that permits it is in force."""
        decision = self.today().decision
        if clearance.role is Role.SELF and not may_clear_oneself(decision):
            stopped = decision.outcome is Outcome.STOP
            raise BadInput(
                "this STOP is a clinician's to clear" if stopped else "no STOP is in force that you could clear",
                remedy="`coach clear --role clinician --by NAME` once you were seen"
                if stopped
                else "days off pass by themselves; `coach today` says when it opens",
            )
        if clearance.at > self.clock.utc_now():
            raise BadInput("a clearance cannot be of the future", remedy="give the day it was given")
        self._note(Cleared(clearance=clearance))

    def choose_advance(self) -> None:
        """Go on in spite of low confidence. Raises BadInput unless that choice is open (G22)."""
        reasons = [r for r in self.today().decision.reasons if r.code == "G22" and r.figures.get("choice")]
        if not reasons:
            raise BadInput("there is no such choice now", remedy="`coach today` says what the next session is, and why")
        self._note(AdvanceChosen(at=self.clock.utc_now()))

    def report_run(self, run: RunReported) -> None:
        """A run the coach did not run. Raises BadInput if it is in the future or overlaps one that is known."""
        if run.end > self.clock.utc_now() or run.end <= run.start:
            raise BadInput("that run is not over yet", remedy="give the time it began and how long it was")
        self._note(run)

    def correct_date(self, event: str, at: datetime) -> None:
        """An event was written while the clock was wrong. Raises BadInput if there is none with this id."""
        if all(noted.id != event for noted in self._noted()):
            raise BadInput(f"no event has the id {event}", remedy="`coach journal export` shows them")
        self._note(DateCorrected(event=event, at=at))

    # A run begins

    def check_run(self, workout: Workout | None, override: str = "", asked_at: datetime | None = None) -> "Permit":
        """Whether ``workout`` (None: today's session) may be run. Raises GateClosed, with the reasons."""
        today = self.today(asked_at)
        wanted = workout or today.workout
        complaint = self._complaint(today, wanted)
        if complaint is None:
            return Permit(today, wanted, unlocked=True)
        if override.strip() and today.decision.outcome is not Outcome.STOP:
            return Permit(today, wanted, unlocked=False, override=override)
        raise GateClosed(
            complaint,
            remedy="a STOP cannot be overridden; `coach today` says what ends it"
            if today.decision.outcome is Outcome.STOP
            else "`coach today` shows every reason and what opens it",
            today=today,
        )

    def _complaint(self, today: Today, workout: Workout) -> str | None:
        if not today.is_open:
            return "the gate is closed"
        if workout == today.workout:
            return None
        pace = self.need_profile().pace_s_per_km
        for measure in (run_ms, bout_ms):
            asked, allowed = measure(workout, pace), measure(today.workout, pace)
            if asked is None or allowed is None:
                return "nobody knows whether this is more running than your stage allows"
            if asked > allowed:
                return "this is more running than your stage allows"
        return None

    def check_going_on(self) -> None:
        """Raises GateClosed if a STOP is in force; nothing else ends a run that was begun."""
        today = self.today()
        if today.decision.outcome is Outcome.STOP:
            raise GateClosed(
                "the gate is closed", remedy="a STOP ends a run as well; `coach today` says what ends it", today=today
            )

    def begin(self, session: str, permit: "Permit") -> None:
        """Journal that a session begins, before it does."""
        self._note(
            Decided(session=session, input=permit.today.input, decision=permit.today.decision),
            Begun(session=session, unlocked=permit.unlocked, override=permit.override),
        )


class Permit(NamedTuple):
    """A run may begin: because the gate is open, or by an override with its reason."""

    today: Today
    workout: Workout
    unlocked: bool
    override: str = ""


def shortened(workout: Workout, cap_ms: int | None) -> Workout:
    """A continuous run made no longer than ``cap_ms``; whatever is shorter stays."""
    total = run_ms(workout, None)
    if cap_ms is None or total is None or total <= cap_ms or total != bout_ms(workout, None):
        return workout
    steps = tuple(
        step.model_copy(update={"duration": TimeDuration(ms=cap_ms // 60_000 * 60_000 or cap_ms)})
        if isinstance(step, Step) and step.intensity.is_run
        else step
        for step in workout.steps
    )
    return workout.model_copy(update={"steps": steps})


def _digest(session: str, events: Sequence[StoredEvent[SessionEvent]]) -> str:
    moments = [(Moment(utc=datetime.fromisoformat(e.utc), zone=e.zone), e.event) for e in events]
    try:
        return run_facts(session, moments).model_dump_json()
    except ValueError:
        return RunFacts(session="").model_dump_json()  # part of a session, merged without its beginning
