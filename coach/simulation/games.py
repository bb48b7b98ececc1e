"""The gamer's tricks, and his honest shadow: one who lived the same days and told the same at once, and no more."""

import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from coach.gate.evaluate import decide
from coach.gate.facts import GateInput
from coach.history.events import Cleared, DiaryEvent, ProfileSet, Rated
from coach.history.fold import Noted, Standing, may_clear_oneself, record
from coach.model.decision import Decision, Outcome
from coach.model.profile import Clearance, Injury, InjuryKind, Role
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

    def evening(self, decision: Decision, at: datetime) -> None:
        """Closed: he asks again and again, and now and then he runs all the same."""
        for minutes in (1, 2):
            self._life.ask(at + timedelta(minutes=minutes))
        if self._in_spite and self._chance.random() < (1 / 6 if decision.outcome is Outcome.STOP else 1 / 25):
            self._life.run_in_spite(at + timedelta(minutes=5))


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
