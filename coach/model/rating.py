"""Symptom ratings: what is asked when (evidence.md section 7). The injured site only; the rest is asked apart."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from coach.model.plain import Plain
from coach.model.profile import Score
from coach.model.workout import Frozen


class Occasion(StrEnum):
    """When a rating is asked for."""

    BEFORE = "before"
    AFTER = "after"
    MORNING = "morning"
    FOLLOW_UP = "follow-up"


class Course(StrEnum):
    """How warm-up soreness went on."""

    NONE = "none"
    RESOLVED = "resolved"
    PERSISTED = "persisted"
    RETURNED = "returned"


class Care(StrEnum):
    """How soon a red flag wants to be seen."""

    EMERGENCY = "emergency"
    SAME_DAY = "same-day"
    BOOK = "book"


class RedFlag(StrEnum):
    """Signs with which nobody should run (evidence.md section 5)."""

    BREATHLESS = "breathless-or-chest-pain"
    CALF = "calf-swollen-throbbing-warm"
    POP = "sudden-pop"
    FOUR_STEPS = "cannot-take-four-steps"
    BONY_TENDERNESS = "bony-tenderness-after-twist"
    FEVER = "fever-after-surgery"
    WOUND = "wound-discharge"
    UNCONTROLLED = "uncontrolled-pain-after-surgery"
    NUMBNESS_STAYS = "numbness-that-stays-after-surgery"
    FOCAL_BONE = "focal-bone-pain"
    REST_PAIN = "rest-or-night-pain-with-bone-history"
    HOP_PAIN = "pain-on-hopping-with-bone-history"
    LONG = "swelling-or-pain-over-72-h"
    NEW_NUMBNESS = "new-numbness"
    GIVING_WAY = "giving-way"
    LOW_ENERGY = "missed-periods-or-low-energy-with-bone-injury"

    @property
    def care(self) -> Care:
        if self is RedFlag.BREATHLESS:
            return Care.EMERGENCY
        return Care.SAME_DAY if self in _SAME_DAY else Care.BOOK


_SAME_DAY = frozenset(
    (
        RedFlag.CALF,
        RedFlag.POP,
        RedFlag.FOUR_STEPS,
        RedFlag.BONY_TENDERNESS,
        RedFlag.FEVER,
        RedFlag.WOUND,
        RedFlag.UNCONTROLLED,
        RedFlag.NUMBNESS_STAYS,
    )
)

OCCASION_WORDS: dict[Occasion, str] = {
    Occasion.BEFORE: "before a run",
    Occasion.AFTER: "after the run",
    Occasion.MORNING: "of the morning",
    Occasion.FOLLOW_UP: "of the follow-up",
}
"""As in "your rating after the run"."""

REQUIRED: dict[Occasion, tuple[str, ...]] = {
    Occasion.BEFORE: ("pain_now", "confidence", "painkiller"),
    Occasion.AFTER: (
        "run",
        "pain_during",
        "pain_now",
        "warmup_soreness",
        "warmup_course",
        "limp",
        "sharp_pain",
        "swelling",
        "giving_way",
        "completed",
        "painkiller",
    ),
    Occasion.MORNING: ("first_steps", "swelling", "woken", "painkiller"),
    Occasion.FOLLOW_UP: ("back_to_usual", "swelling"),
}
"""The answers a rating must have; the others (effort, stiffness, confidence in the morning …) may be left out.

With a red flag only the run must be named: who is short of breath need not say first how the ankle is.
"""


class SymptomRating(Frozen):
    """One set of answers. ``at`` (aware, UTC) is what the answers are about, ``zone`` the runner's zone then.

    Scores are 0–10. ``run`` names the run of an after-run rating. ``stiffness_min`` in minutes; ``distance_m`` the
    whole distance of the run where the runner knows it.
    """

    occasion: Occasion
    at: datetime
    zone: str = "UTC"
    run: str | None = None
    pain_now: Score | None = None
    pain_during: Score | None = None
    first_steps: Score | None = None
    stiffness_min: int | None = Field(default=None, ge=0, le=1440)
    warmup_soreness: Score | None = None
    warmup_course: Course | None = None
    limp: bool | None = None
    sharp_pain: bool | None = None
    swelling: bool | None = None
    giving_way: bool | None = None
    woken: bool | None = None
    completed: bool | None = None
    painkiller: bool | None = None
    back_to_usual: bool | None = None
    confidence: Score | None = None
    effort: Score | None = None
    muscle_soreness: Score | None = None
    pain_elsewhere: Score | None = None
    distance_m: int | None = Field(default=None, gt=0, le=200_000)
    red_flags: tuple[RedFlag, ...] = ()
    note: Plain = Field(default="", max_length=2000)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [name for name in self.unanswered if not self.red_flags or name == "run"]
        if missing:
            raise ValueError(f"a rating {OCCASION_WORDS[self.occasion]} has to say {', '.join(missing)}")
        if (self.warmup_soreness or 0) == 0 and self.warmup_course not in (None, Course.NONE):
            raise ValueError("warm-up soreness of 0 has no course: say none")
        if (self.warmup_soreness or 0) > 0 and self.warmup_course is Course.NONE:
            raise ValueError("say how the warm-up soreness went on: resolved, persisted or returned")
        if self.at.tzinfo is None:
            raise ValueError("the time has no zone")
        return self

    @property
    def unanswered(self) -> tuple[str, ...]:
        """Which of the answers a rating must have are missing: only ever with a red flag."""
        return tuple(name for name in REQUIRED[self.occasion] if getattr(self, name) is None)

    @property
    def is_complete(self) -> bool:
        """Whether it answers all that was asked; one that does not is no answer for the gate, only an alarm."""
        return not self.unanswered
