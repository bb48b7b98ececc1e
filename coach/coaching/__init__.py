"""Use cases of the comeback: what today, rate, clear, begin. Journal first, then act; front ends show and ask."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from coach.coaching.corrections import correction
from coach.coaching.known import DECIDED, Known, Today
from coach.coaching.profiles import check_clearance, check_pain_free_days
from coach.coaching.ratings import check_rating, new_ratings
from coach.coaching.recorded import check_recorded
from coach.coaching.reported import check_reported, withdrawal
from coach.errors import BadInput, GateClosed
from coach.gate.days import waking_date
from coach.gate.facts import StageRule
from coach.history.events import (
    AdvanceChosen,
    Begun,
    Cleared,
    Decided,
    DiaryEvent,
    ProfileSet,
    Rated,
    ReadinessTested,
    RunRecorded,
    RunReported,
    RunWithdrawn,
)
from coach.history.fold import may_clear_oneself
from coach.history.told import Noted
from coach.model.decision import Decision, Outcome
from coach.model.estimate import LEAST_WALK_MS, bout_ms, run_ms
from coach.model.profile import Clearance, Injury, Profile, Role
from coach.model.rating import SymptomRating
from coach.model.readiness import ReadinessResult
from coach.model.workout import Workout
from coach.ports import StoredEvent

__all__ = ["Coaching", "Permit", "Today", "may_choose_advance"]


class Coaching(Known):
    """The comeback of one runner, over one journal. Raises StorageError wherever that cannot be read or written."""

    def _note(self, *events: DiaryEvent) -> list[StoredEvent[DiaryEvent]]:
        stored = list(self.journal.note(events))
        self.forget()
        return stored

    def keep_decision(self, today: Today) -> None:
        """Journal a decision that was shown, so that `coach why` can say how it came about; the same one once a day."""
        last = self.journal.newest(DECIDED, self.clock.utc_now() - timedelta(days=1))
        if last is not None and isinstance(last.event, Decided):
            told = last.event
            day = waking_date(today.input.asked_at, today.input.zone)
            before = told.decision.model_copy(update={"asked_at": today.decision.asked_at})
            if waking_date(told.input.asked_at, told.input.zone) == day and before == today.decision:
                return
        self._note(Decided(input=today.input, decision=today.decision))

    # What is told

    def check_profile(self, profile: Profile, *clearances: Clearance) -> tuple[StageRule, ...]:
        """The stages that would be in force. Raises BadInput as :meth:`set_profile`."""
        told = self.profile_with(profile)
        stages = self._rules(self._plan_of(told), profile)
        before = self.standing.told.profiles
        days = profile.pain_free_days
        if days is not None and before and days != before[-1][2].profile.pain_free_days:
            check_pain_free_days(days, self.whole.hurts, self.clock.utc_now(), "--pain-free-days")
        for clearance in clearances:
            check_clearance(clearance, told, self.clock.zone_name(), self._told_at, "--cleared-on")
        return stages

    def set_profile(self, profile: Profile, *clearances: Clearance) -> None:
        """Tell of the injuries, or tell anew: the history stays, and so do the injuries told before.

        Raises BadInput if its protocol does not exist, or is not for all the injuries that are then in force; for days
        without pain that the ratings contradict; and for a clearance that nobody knows to be about the injury.
        """
        stages = self.check_profile(profile, *clearances)
        told = ProfileSet(profile=profile, stages=stages, amends=self._slip())
        self._note(told, *(Cleared(clearance=c) for c in clearances))

    def _told_at(self, injury: Injury) -> datetime:
        now = self.clock.utc_now()
        profiles = self.standing.profiles
        if not profiles.told or injury not in profiles.at(now).injuries:
            return now
        return profiles.told_since(injury) or now

    def rate(self, rating: SymptomRating, *, amends: str | None = None) -> StoredEvent[DiaryEvent]:
        """Raises BadInput for one that cannot be: about the future, before its run, or given already."""
        self.need_profile()
        check_rating(rating, self._standing_of(rating), self.clock.utc_now(), amends=amends is not None)
        [stored] = self._note(Rated(rating=rating, amends=amends))
        return stored

    def preview(self, rating: SymptomRating, *, amends: str | None = None) -> Today:
        """What :meth:`today` would be with ``rating``, of which nothing is kept. Raises BadInput as :meth:`rate`."""
        self.question()  # first, for it may note that the plan was edited
        now, standing = self.clock.utc_now(), self._standing_of(rating)
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

    def rate_all(self, ratings: Sequence[SymptomRating], places: Sequence[str]) -> int:
        """Several at once, all or none; ``places`` says of each where it stands. How many of them were new: those that
        are kept already are passed over. Raises BadInput naming the place."""
        self.need_profile()
        now = self.clock.utc_now()
        new = new_ratings(
            zip(places, ratings, strict=True),
            (stored.event.rating for stored in self.journal.diary() if isinstance(stored.event, Rated)),
            (given.rating for given in self.whole.told.ratings),
            self.whole.run_ends,
            lambda rating: check_rating(rating, self._standing_of(rating), now, amends=False),
        )
        if new:
            self._note(*(Rated(rating=rating) for rating in new))
        return len(new)

    def rating_to_amend(self, rating: SymptomRating) -> str:
        """The id of the rating that ``rating`` corrects: of the same run, or the same morning. Raises BadInput."""
        found = self.told_of(rating)
        if found is None:
            raise BadInput("there is no rating to correct", remedy="leave out --amend")
        return found

    def told_of(self, rating: SymptomRating) -> str | None:
        """The id of the rating of the same run, or the same morning; None without one."""
        for known in (self.standing, self.whole):
            found = known.told.last_of(rating, known.run_ends)
            if found is not None:
                return found
        return None

    def clear(self, clearance: Clearance) -> None:
        """Raises BadInput for one of the runner's own unless a STOP that permits it is in force, now and then."""
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
        check_clearance(clearance, self.need_profile(), self.clock.zone_name(), self._told_at)
        if not self._closes_something(clearance):
            raise BadInput(
                "no STOP that you could clear was in force at that time, so it would end nothing",
                remedy="give a time since the STOP, or leave out --at",
            )
        self._note(Cleared(clearance=clearance))

    def _closes_something(self, clearance: Clearance) -> bool:
        """Whether it would count: one of the runner's own does only under a STOP."""
        if clearance.role is Role.CLINICIAN:
            return True
        standing = self._standing_at(clearance.at)
        try:
            standing.tell([Noted("preview", self.clock.utc_now(), Cleared(clearance=clearance))])
            return any(judged.clearance is clearance for judged in standing.judged)
        finally:
            self.forget()

    def choose_advance(self) -> None:
        """Go on in spite of low confidence. Raises BadInput unless that choice is open (G22)."""
        if not may_choose_advance(self.today().decision):
            raise BadInput("there is no such choice now", remedy="`coach today` says what the next session is, and why")
        self._note(AdvanceChosen(at=self.clock.utc_now()))

    def report_run(self, run: RunReported) -> None:
        """A run the coach did not run. Raises BadInput if it is not over, or overlaps one that is known."""
        self.need_profile()
        check_reported(run, self._standing_at(run.start), self.clock.utc_now())
        self._note(run)

    def record_runs(self, recorded: Sequence[RunRecorded]) -> list[str]:
        """What watches recorded, all or none; the ids of these events. Raises BadInput for one that is not over."""
        self.need_profile()
        for each in recorded:
            check_recorded(each, self.clock.utc_now())
        return [stored.id for stored in self._note(*recorded)]

    def withdraw_run(self) -> RunWithdrawn:
        """Take back the run told or recorded last, within ten minutes. Raises BadInput if none may be."""
        told_runs = self.whole.told
        last = max([note_id for note_id, _ in (*told_runs.reported, *told_runs.recorded)], default=None)
        told = None if last is None else self.journal.find(last)
        event = withdrawal(told, self.journal.diary(), self.whole, self.clock.utc_now())
        self._note(event)
        return event

    def correct_date(self, event: str, at: datetime) -> None:
        """An event was written while the clock was wrong; of a session, or one of its events, all of it moves.

        Raises BadInput as :func:`correction`.
        """
        self.forget()
        try:
            found = correction(event, at, self.journal, self.whole, self.clock.utc_now())
        finally:
            self.forget()
        self._note(found)

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
        remedy = "`coach today` shows every reason and what opens it"
        if today.decision.outcome is Outcome.STOP:
            no_way = "a STOP cannot be overridden" if override.strip() else "no run under a STOP"
            remedy = f"{no_way}; `coach today` says what ends it"
        raise GateClosed(complaint, remedy=remedy, today=today)

    def _complaint(self, today: Today, workout: Workout) -> str | None:
        if not today.is_open:
            return "the gate is closed"
        if workout == today.workout:
            return None
        pace = self.need_profile().pace_s_per_km
        rule, session = today.input.stages[today.decision.stage], today.decision.session
        runs = run_ms(workout, pace), run_ms(today.workout, pace), rule.run_ms[session]
        bouts = bout_ms(workout, pace, LEAST_WALK_MS), bout_ms(today.workout, pace), rule.bout_ms[session]
        for asked, allowed, due in (runs, bouts):
            if due is not None and allowed is not None:
                allowed = min(allowed, due)  # by a faster pace told before it is less time
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
        """Journal that a session begins, before it does; and by which stages, if these were edited since."""
        now = self._stages_now()
        edited = () if now == self._told() else (now.model_copy(update={"amends": None}),)
        self._note(
            *edited,
            Decided(session=session, input=permit.today.input, decision=permit.today.decision),
            Begun(session=session, unlocked=permit.unlocked, override=permit.override),
        )


def may_choose_advance(decision: Decision) -> bool:
    """Whether low confidence is the only thing in the way, and going on is the runner's to choose (G22)."""
    return any(reason.code == "G22" and reason.figures.get("choice") for reason in decision.reasons)


class Permit(NamedTuple):
    """A run may begin: because the gate is open, or by an override with its reason."""

    today: Today
    workout: Workout
    unlocked: bool
    override: str = ""
