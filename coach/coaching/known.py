"""What is known of a comeback, and what the gate says of it. Nothing here is kept: asking changes nothing."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from coach.clock import Clock
from coach.coaching.reading import digest, from_everything, noted, resumed, runs
from coach.coaching.run_names import run_called, run_of_day
from coach.coaching.shortening import shortened
from coach.errors import BadInput, CoachError
from coach.gate.evaluate import decide
from coach.gate.facts import GateInput, Run, StageRule
from coach.history.amend import GRACE
from coach.history.checkpoint import SKIPPED
from coach.history.events import Begun, Decided, ProfileSet
from coach.history.fold import ReadyAt, Standing
from coach.history.runs import RunFacts
from coach.history.stage_rules import stage_rules
from coach.history.told import Noted
from coach.library.plans import Plan, PlannedStage
from coach.model.decision import Decision
from coach.model.profile import Profile
from coach.model.rating import SymptomRating
from coach.model.workout import Workout
from coach.ports import Journal

BEGUN: str = Begun.model_fields["kind"].default
DECIDED: str = Decided.model_fields["kind"].default

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


class Known:
    """The comeback of one runner as one journal tells it. Raises StorageError wherever that cannot be read."""

    def __init__(self, journal: Journal, clock: Clock, plan_of: PlanOf, ready_at: ReadyAt) -> None:
        self.journal = journal
        self.clock = clock
        self._plan_of = plan_of
        self._ready_at = ready_at

    # What is known

    @cached_property
    def standing(self) -> Standing:
        """Where the runner stands; read anew after every note. What is older than the last weeks may be folded in."""
        return resumed(self.journal, self.clock.utc_now(), self._ready_at) or self.whole

    @cached_property
    def whole(self) -> Standing:
        """Where the runner stands, with every episode there was."""
        return from_everything(self.journal, self.clock.utc_now(), self._ready_at)

    def _standing_at(self, at: datetime) -> Standing:
        """One that can be looked at from ``at`` on."""
        floor = self.standing.floor
        return self.standing if floor is None or at > floor + timedelta(days=2) else self.whole

    def _standing_of(self, rating: SymptomRating) -> Standing:
        """One that can be looked at from ``rating`` on, and knows the run it is about."""
        near = self._standing_at(rating.at)
        return near if rating.run is None or any(run.id == rating.run for run in near.runs) else self.whole

    def last_run(self) -> Run | None:
        """The last run that counts, however long ago; None before the first."""
        return next(reversed(self.standing.runs or self.whole.runs), None)

    def session_name(self) -> str:
        """What the session to come is called elsewhere: the same until one was run, and nobody else's."""
        last = self.last_run()
        return self.whole.told.profiles[0][1] if last is None else last.id

    def find_run(self, run: str) -> Run | None:
        """The run with this id, however long ago."""
        near = next((each for each in self.standing.runs if each.id == run), None)
        return near or next((each for each in self.whole.runs if each.id == run), None)

    def run_of(self, name: str | None, at: datetime, zone: str) -> str:
        """The id of the run that a rating of ``at`` calls ``name``; without one the only run of that day before it.
        Raises BadInput."""
        return run_of_day(at, zone, self.whole.runs) if name is None else run_called(name, self.whole.runs)

    def _noted(self, since: datetime, always: Sequence[str]) -> list[Noted]:
        return noted(self.journal.diary(since, always, SKIPPED))

    def runs(self) -> list[RunFacts]:
        """Every session in brief, oldest first."""
        return runs(self.journal.digests(digest))

    @property
    def profile(self) -> Profile | None:
        """The profile in force now; None before `coach init`."""
        return self.standing.profile_at(self.clock.utc_now()) if self.standing.has_profile else None

    def profile_with(self, profile: Profile) -> Profile:
        """The profile that would be in force once ``profile`` were told: earlier injuries stay until a clinician's
        clearance, but for a slip."""
        return self.standing.profile_with(profile, self.clock.utc_now(), self._slip())

    def former_weekly_m_with(self, profile: Profile) -> int | None:
        """The weekly distance of old that would count once ``profile`` were told: it is raised, never lowered."""
        profiles = self.standing.profiles
        return profiles.former_weekly_m_with(profile, self.clock.utc_now(), self._slip())

    def _slip(self) -> str | None:
        """The id of the profile that may still be told otherwise: it is all that was told or run in ten minutes."""
        now = self.clock.utc_now()
        noted = self._noted(now - GRACE, ())
        last = noted[-1] if noted else None
        is_slip = last is not None and isinstance(last.event, ProfileSet) and timedelta() <= now - last.utc <= GRACE
        return last.id if last is not None and is_slip else None

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
        profile = self.need_profile()
        try:
            return self._plan_of(profile)
        except CoachError as problem:  # a file of the runner's own that was renamed, removed or broken since
            raise BadInput(
                f"your profile follows the protocol {profile.protocol}, and {problem.what}",
                where=problem.where,
                remedy=f"put its file right, or follow another: `coach init --protocol NAME --yes` ({problem.remedy})",
            ) from None

    def _rules(self, plan: Plan, profile: Profile) -> tuple[StageRule, ...]:
        named = [(planned.name, planned.stage) for planned in plan.planned]
        return stage_rules(named, profile.pace_s_per_km, [planned.as_written for planned in plan.planned])

    def forget(self) -> None:
        """Read the journal anew the next time something is asked."""
        for name in ("standing", "whole", "plan"):
            self.__dict__.pop(name, None)

    # The gate

    def question(self, asked_at: datetime | None = None) -> GateInput:
        """What the gate is asked now, or at a later instant if nothing happens until then. Raises BadInput."""
        at = asked_at or self.clock.utc_now()
        self.need_profile()
        asked = self.standing.question(at, self.clock.zone_name(), self._stages_now().stages)
        return asked.model_copy(update={"clock_trusted": False}) if self.clock.is_unsynchronised() else asked

    def today(self, asked_at: datetime | None = None) -> Today:
        """The decision now; asking changes nothing. Raises BadInput before `coach init`."""
        asked = self.question(asked_at)
        decision = decide(asked)
        planned = self.plan.planned[decision.stage]
        session = planned.stage.session(decision.session)
        return Today(asked, decision, planned, shortened(session, decision.cap_ms, self.need_profile().pace_s_per_km))

    def _told(self) -> ProfileSet:
        return self.standing.profiles.until(self.clock.utc_now())[-1][2]

    def _stages_now(self) -> ProfileSet:
        """The profile told last, with the stages of its protocol as they are on this machine now."""
        told = self._told()
        return told.model_copy(update={"stages": self._rules(self.plan, told.profile)})

    def decision(self, since: datetime | None = None, until: datetime | None = None) -> tuple[datetime, Decided] | None:
        """The latest journalled decision with its input, of those made from ``since`` on and before ``until``."""
        found = self.journal.newest(DECIDED, since, until)
        if found is None or not isinstance(found.event, Decided):
            return None
        return datetime.fromisoformat(found.utc), found.event

    def decisions(self, since: datetime, until: datetime) -> list[tuple[datetime, Decided]]:
        """Every journalled decision made from ``since`` on and before ``until``, oldest first."""
        made = [
            (datetime.fromisoformat(stored.utc), stored.event)
            for stored in self.journal.diary(since)
            if isinstance(stored.event, Decided)
        ]
        return [(at, event) for at, event in made if since <= at < until]

    def session_of(self, decided: Decided) -> Workout | None:
        """The session that was due by a decision; None where its stage is not the same any more, or cannot be read."""
        stage, session = decided.decision.stage, decided.decision.session
        try:
            rules = self._stages_now().stages
        except BadInput:  # what was decided can be told all the same
            return None
        if stage >= len(rules) or rules[stage] != decided.input.stages[stage]:
            return None
        due = self.plan.planned[stage].stage.session(session)
        return shortened(due, decided.decision.cap_ms, self.need_profile().pace_s_per_km)

    def overrides(self) -> list[tuple[datetime, Begun]]:
        """Every run that began though the gate was closed, oldest first."""
        notes = self._noted(self.clock.utc_now(), (BEGUN,))  # nothing else that is older
        return [(n.utc, n.event) for n in notes if isinstance(n.event, Begun) and n.event.override]
