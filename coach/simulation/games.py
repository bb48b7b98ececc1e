"""The gamer's tricks, and his honest shadow: one who lived the same days and told the same at once, and no more."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from coach.gate.evaluate import decide
from coach.gate.facts import GateInput, StageRule
from coach.history.events import Cleared, DiaryEvent, ProfileSet, Rated
from coach.history.fold import Noted, Standing, may_clear_oneself, record
from coach.history.stage_rules import stage_rules
from coach.model.build import BUILD, build_stages
from coach.model.decision import Decision, Outcome
from coach.model.profile import Clearance, Injury, InjuryKind, Profile, Role
from coach.model.protocol import StagePhase
from coach.model.rating import Course, SymptomRating

if TYPE_CHECKING:
    from coach.simulation.life import Life

_MILDER = Injury(kind=InjuryKind.ACHILLES)


class Games:
    """``shadow`` stands where an honest runner would who had recorded the same symptoms in time."""

    def __init__(self, life: "Life") -> None:
        from coach.simulation.life import passed_at

        self._life = life
        self._chance = random.Random(f"{life.seed}/games")
        self.shadow = Standing(record(()), (), passed_at)
        self._in_spite = life.kind.habits.in_spite
        self._planned_anew = False

    # The shadow

    def shadow_of(self, noted: Noted, honest: DiaryEvent | None) -> None:
        """The honest one says it when it is so, and never takes it back."""
        event = noted.event if honest is None else honest
        typed = noted.utc
        match event:
            case Rated(amends=amends) if amends is not None:
                return
            case Rated(rating=rating):
                typed = rating.at
            case Cleared(clearance=clearance) if clearance.role is Role.SELF and not self._honestly_cleared(noted.utc):
                return
            case _:
                pass
        self.shadow.tell([Noted(noted.id, typed, event)])

    def _honestly_cleared(self, at: datetime) -> bool:
        return may_clear_oneself(decide(self.shadow.question(at, self._life.zone)))

    def compare(self, asked: GateInput, decision: Decision) -> None:
        """Never more than the shadow is permitted."""
        question = self.shadow.question(asked.asked_at, asked.zone)
        honest = decide(question)
        if not decision.is_open:
            return
        # Where he is further on, weekly maximum and gap are those of that stage.
        further = question.ledger.stage > asked.ledger.stage or honest.stage > decision.stage
        ahead = further and honest.outcome is not Outcome.STOP
        if not honest.is_open and not ahead:
            why = f"{honest.outcome.name}, {', '.join(honest.codes)}, opens {honest.opens_at}"
            self._life.watch.broke(asked.asked_at, f"open to the gamer, closed to his honest shadow: {why}")
        elif decision.stage > honest.stage:
            what = f"stage {decision.stage} to the gamer, {honest.stage} to his honest shadow"
            self._life.watch.broke(asked.asked_at, f"{what}: {', '.join(honest.codes)}")

    # The tricks

    def morning(self, truth: SymptomRating) -> bool:
        """Answer, omit or delay this morning's rating; whether it is left for later."""
        if self._chance.random() < 0.3:
            return True
        typed = truth.at + timedelta(minutes=self._chance.choice((0, 0, 0, 20)))
        self._tell(truth, typed)
        return False

    def after(self, truth: SymptomRating) -> bool:
        """Answer in time, or leave it until the gate insists; whether it was answered."""
        if self._chance.random() < 0.3:
            return False
        self._tell(truth, truth.at)
        return True

    def _tell(self, truth: SymptomRating, typed: datetime) -> None:
        life = self._life
        life.mark_given(truth)
        told = life.rate(truth, typed)
        pain = max(truth.pain_during or 0, truth.pain_now or 0, (truth.first_steps or 0) - life.kind.make.mornings)
        if pain >= 1 and self._chance.random() < 0.7:
            softer = _softened(truth, life.kind.make.mornings)
            life.watch.told()
            life.note(Rated(rating=softer, amends=told), typed + timedelta(minutes=15))

    def gives_in(self) -> bool:
        """Whether today a missing answer is given after all."""
        return self._chance.random() < 0.5

    def afternoon(self, decision: Decision) -> None:
        life = self._life
        if decision.outcome is Outcome.STOP and self._chance.random() < 0.5:
            clearance = Clearance(role=Role.SELF, by="me", at=life.at(12))
            life.watch.told(cleared_at=life.at(12) if may_clear_oneself(decision) else None)
            life.note(Cleared(clearance=clearance), life.at(12))
        if self._chance.random() < (1 / 20 if decision.outcome >= Outcome.STEP_BACK else 1 / 120):
            milder = life.profile.model_copy(update={"injuries": (_MILDER,), "baseline": (6, 6, 6)})
            life.watch.told()
            told = ProfileSet(profile=milder, stages=life.stages)
            life.note(told, life.at(12, 5), honest=ProfileSet(profile=life.profile, stages=life.stages))
        self._plan_anew(life.stages[min(decision.stage, len(life.stages) - 1)])

    def _plan_anew(self, stage: StageRule) -> None:
        """In the build phase tell another pace and former distance, and take it back on the next day: all that was
        generated after the weeks on alternate days is another, and none of it may come sooner for that."""
        life = self._life
        chance = random.Random(f"{life.seed}/{life.number}/plan")
        on_alternate_days = stage.phase is not StagePhase.WALKRUN and stage.weeks_alternate is None
        if self._planned_anew or (on_alternate_days and chance.random() < 1 / 4):
            self._planned_anew = not self._planned_anew
            profile, stages = life.profile, life.stages
            if self._planned_anew:
                profile, stages = planned_anew(profile, stages, chance.choice((10_000, 40_000, 80_000)))
            life.watch.told()
            honest = ProfileSet(profile=life.profile, stages=life.stages)
            life.note(ProfileSet(profile=profile, stages=stages), life.at(12, 6), honest=honest)

    def evening(self, decision: Decision, at: datetime) -> None:
        """Closed: he asks again and again, and now and then he runs all the same."""
        for minutes in (1, 2):
            self._life.ask(at + timedelta(minutes=minutes))
        if self._in_spite and self._chance.random() < (1 / 6 if decision.outcome is Outcome.STOP else 1 / 25):
            self._life.run_in_spite(at + timedelta(minutes=5))


def planned_anew(
    profile: Profile, stages: Sequence[StageRule], former_weekly_m: int
) -> tuple[Profile, tuple[StageRule, ...]]:
    """The same way back up to the weeks on alternate days, and after them what follows from another weekly distance."""
    pace = (profile.pace_s_per_km or 360) + 30
    alternate = [stage for stage in stages if stage.weeks_alternate is None]
    longest = max((ms for stage in alternate for ms in stage.bout_ms if ms is not None), default=0)
    build = build_stages(longest_ms=longest, former_weekly_m=former_weekly_m, pace_s_per_km=pace)
    generated = [(f"{BUILD}/{stage.id}", stage) for stage in build if stage.weeks_alternate is not None]
    told = profile.model_copy(update={"former_weekly_m": former_weekly_m, "pace_s_per_km": pace})
    return told, (*alternate, *stage_rules(generated, pace))


def _softened(truth: SymptomRating, usual: int) -> SymptomRating:
    """As if nothing had been."""
    mild: dict[str, object] = {
        name: False for name in ("limp", "sharp_pain", "swelling", "woken") if getattr(truth, name) is not None
    }
    for name in ("pain_during", "pain_now"):
        if getattr(truth, name) is not None:
            mild[name] = 0
    if truth.first_steps is not None:
        mild["first_steps"] = usual
    if truth.warmup_soreness is not None:
        mild |= {"warmup_soreness": 0, "warmup_course": Course.NONE}
    return truth.model_copy(update=mild)
