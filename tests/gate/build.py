"""Short ways to say what happened to a runner, for tests of the gate. Times are hours after the run's start."""

from datetime import UTC, datetime, timedelta
from typing import Any

from coach.gate.facts import GateInput, Given, Ledger, Load, Run, StageRule
from coach.model.profile import BandName
from coach.model.rating import Course, Occasion, RedFlag, SymptomRating

T0 = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
"""A Monday evening: the run begins. Its next morning is that of the 3rd."""
MINUTE = 60_000
END = timedelta(minutes=34)

STAGES = tuple(StageRule(id=f"s{n}", run_ms=(8 * MINUTE + n * MINUTE,), bout_ms=(MINUTE * (n + 1),)) for n in range(6))


def at(hours: float) -> datetime:
    return T0 + timedelta(hours=hours)


def given(occasion: Occasion, hours: float, late_h: float = 0, **answers: Any) -> Given:
    rating = SymptomRating.model_validate({"occasion": occasion, "at": at(hours), **answers})
    return Given(rating=rating, given_at=at(hours + late_h))


def after(during: int = 0, now: int = 0, hours: float = 1, late_h: float = 0, **more: Any) -> Given:
    answers: dict[str, Any] = {
        "run": "run", "pain_during": during, "pain_now": now, "warmup_soreness": 0, "warmup_course": Course.NONE,
        "limp": False, "sharp_pain": False, "swelling": False, "giving_way": False, "completed": True,
        "painkiller": False,
    }  # fmt: skip
    return given(Occasion.AFTER, hours, late_h, **(answers | more))


def morning(first_steps: int = 0, hours: float = 13, late_h: float = 0, **more: Any) -> Given:
    answers: dict[str, Any] = {
        "first_steps": first_steps, "swelling": False, "woken": False, "painkiller": False, "confidence": 8,
    }  # fmt: skip
    return given(Occasion.MORNING, hours, late_h, **(answers | more))


def before(pain_now: int = 0, hours: float = 40, late_h: float = 0, **more: Any) -> Given:
    return given(
        Occasion.BEFORE, hours, late_h, **({"pain_now": pain_now, "confidence": 8, "painkiller": False} | more)
    )


def follow_up(hours: float, *, usual: bool = True, swelling: bool = False, **more: Any) -> Given:
    return given(Occasion.FOLLOW_UP, hours, back_to_usual=usual, swelling=swelling, **more)


def run(**more: Any) -> Run:
    facts: dict[str, Any] = {
        "id": "run", "start": T0, "end": T0 + END, "planned_ms": 8 * MINUTE, "done_ms": 8 * MINUTE, "bout_ms": MINUTE,
    }  # fmt: skip
    return Run.model_validate(facts | more)


def case(
    band: BandName, *readings: Given, asked: float = 40, stage: int = 0, baseline: int = 0, **more: Any
) -> GateInput:
    """Asked ``asked`` hours after the run began, at ``stage``, with a clean run and readiness passed before it."""
    ledger = {"stage": stage, "last_stage": stage, **more.pop("ledger", {})}
    planned = STAGES[stage].run_ms[0]
    facts: dict[str, Any] = {
        "asked_at": at(asked), "bands": (band,), "baseline": baseline, "high_risk": False, "stages": STAGES,
        "ledger": Ledger.model_validate(ledger), "run": run(planned_ms=planned, done_ms=planned), "readings": readings,
        "readiness_at": T0 - timedelta(days=1),
    }  # fmt: skip
    return GateInput.model_validate(facts | more)


__all__ = [
    "END", "MINUTE", "STAGES", "T0", "Course", "Load", "RedFlag", "after", "at", "before", "case", "follow_up",
    "given", "morning", "run",
]  # fmt: skip
