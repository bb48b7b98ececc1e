"""Readiness: what must be passed before the first run (evidence.md section 1), and what a test gave."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from coach.model.profile import InjuryKind
from coach.model.workout import Frozen


class Measure(StrEnum):
    """What a criterion's result is."""

    YES_NO = "yes-no"
    BOTH_SIDES = "both-sides"  # a figure for each side: counts, seconds, centimetres, degrees
    FIGURE = "figure"


class Criterion(Frozen):
    """One test, as data. ``how`` says how to do it, ``unit`` what the figures count.

    ``retest_days`` is when to try again.
    """

    id: str
    title: str
    how: str
    measure: Measure
    unit: str = ""
    mandatory: bool = True
    injuries: tuple[InjuryKind, ...] = tuple(InjuryKind)
    no_injury: bool = True
    retest_days: int = 7
    sources: tuple[str, ...] = Field(min_length=1)


class ReadinessResult(Frozen):
    """What a test gave, at ``at`` (aware, UTC). ``pain`` is 0–10 during the test.

    ``settled`` says whether a pain of up to 2 had settled the next morning (tendon and fascia only). A ``waiver`` by a
    clinician names who waived it; then no figures are needed.
    """

    criterion: str
    at: datetime
    passed_task: bool | None = None
    left: float | None = None
    right: float | None = None
    figure: float | None = None
    pain: int = Field(default=0, ge=0, le=10)
    settled: bool | None = None
    waived_by: str = ""
    note: str = Field(default="", max_length=2000)


class ReadinessVerdict(Frozen):
    """``why`` is a code of gate/wording; ``figures`` what was compared, thresholds included."""

    criterion: str
    mandatory: bool
    passed: bool | None  # None: not tested yet, or its result is too old
    why: str
    figures: dict[str, int | float | str] = Field(default_factory=dict)
    sources: tuple[str, ...] = ()
    tested_at: datetime | None = None
    retest_at: datetime | None = None
