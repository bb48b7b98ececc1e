"""Readiness: what must be passed before the first run (evidence.md section 1), and what a test gave."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from coach.model.plain import Plain
from coach.model.profile import BoneSite, Injury, InjuryKind, Sex, Surgery
from coach.model.source import SourceId
from coach.model.workout import Frozen, Name, check_description


class Measure(StrEnum):
    """What a criterion's result is."""

    YES_NO = "yes-no"
    BOTH_SIDES = "both-sides"  # a figure for each side: counts, seconds, centimetres, degrees
    FIGURE = "figure"


class Group(StrEnum):
    """The order of the tests: what loads the least comes first."""

    CLEARANCE = "clearance"  # and what must be so before anything is tried
    WALKING = "walking"
    RAISES = "raises-and-balance"
    HOPS = "hops"


SETTLED_PAIN = 2
"""What tendon and fascia may feel during a test, 0-10, if it has settled the next morning [P]. The rest: nothing."""
SETTLING = frozenset((InjuryKind.ACHILLES, InjuryKind.FASCIA))


class Norms(Frozen):
    """Single-leg heel raises by decade of age, the 20s first; more than ``most`` are asked of nobody."""

    most: int = Field(ge=1, le=200, strict=True)
    male: tuple[int, ...] = Field(min_length=1)
    female: tuple[int, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _same_decades(self) -> Self:
        if len(self.male) != len(self.female):
            raise ValueError(f"male has {len(self.male)} decades, female {len(self.female)}")
        return self

    def goal(self, sex: Sex | None, age: int | None) -> int:
        """How many are asked. Where sex or age is not known, the larger figure holds."""
        columns = [
            column for known, column in ((Sex.MALE, self.male), (Sex.FEMALE, self.female)) if sex in (known, None)
        ]
        if age is None:
            return min(self.most, max(max(column) for column in columns))
        decade = min(max(age // 10 - 2, 0), len(self.male) - 1)
        return min(self.most, max(column[decade] for column in columns))


class Criterion(Frozen):
    """One test, as data. ``how`` says how to do and measure it, ``unit`` what the figures count.

    It is asked of those with one of ``injuries``, and without an injury if ``no_injury``. Of bone injuries only those
    at ``sites`` count, of operations only ``surgeries``; empty means all, and an unknown site or operation counts as
    any. After an operation in ``goal_after`` it is a goal, not a must.

    Passed is what meets every figure given: ``at_least`` and ``at_most`` (each side), ``difference_at_most`` between
    the sides, ``ratio_at_least`` of weaker to stronger side, ``norms`` by age and sex (each side). ``figures_of`` names
    the criterion whose results are judged, where no test of its own is done. ``clinician`` is what a clinician's
    clearance answers. ``after`` are criteria to be passed first, as far as they apply. ``retest_days`` is when to try
    again.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="small letters, digits and -")]
    title: Name
    how: Annotated[str, AfterValidator(check_description)] = Field(min_length=1, max_length=1000)
    group: Group = Group.CLEARANCE
    measure: Measure
    unit: str = Field(default="", max_length=20)
    mandatory: bool = Field(default=True, strict=True)
    injuries: tuple[InjuryKind, ...] = tuple(InjuryKind)
    no_injury: bool = Field(default=True, strict=True)
    sites: tuple[BoneSite, ...] = ()
    surgeries: tuple[Surgery, ...] = ()
    goal_after: tuple[Surgery, ...] = ()
    clinician: bool = Field(default=False, strict=True)
    at_least: float | None = Field(default=None, ge=0, le=1000, strict=True, allow_inf_nan=False)
    at_most: float | None = Field(default=None, ge=0, le=1000, strict=True, allow_inf_nan=False)
    difference_at_most: float | None = Field(default=None, ge=0, le=1000, strict=True, allow_inf_nan=False)
    ratio_at_least: float | None = Field(default=None, ge=0, le=1, strict=True, allow_inf_nan=False)
    norms: Norms | None = None
    figures_of: str | None = None
    after: tuple[str, ...] = ()
    retest_days: int = Field(default=7, ge=1, le=90, strict=True)
    sources: tuple[SourceId, ...] = Field(min_length=1, description="a list with the id of a source, or of several")

    @model_validator(mode="after")
    def _is_measured(self) -> Self:
        given = {
            "at_least": self.at_least, "at_most": self.at_most, "difference_at_most": self.difference_at_most,
            "ratio_at_least": self.ratio_at_least, "norms": self.norms,
        }  # fmt: skip
        has = {key for key, value in given.items() if value is not None}
        if self.measure is Measure.YES_NO and has:
            raise ValueError(f"a yes-no criterion has no {', '.join(sorted(has))}")
        if self.measure is not Measure.YES_NO and not has:
            raise ValueError(f"it is measured, but there is none of {', '.join(given)}")
        if self.measure is Measure.FIGURE and has & {"difference_at_most", "ratio_at_least", "norms"}:
            raise ValueError("one figure has no two sides to compare: measure = 'both-sides'")
        return self

    def concerns(self, injury: Injury) -> bool:
        """Whether it is asked of a runner with this injury."""
        if injury.kind not in self.injuries:
            return False
        if injury.kind is InjuryKind.BONE and self.sites:
            return injury.site is None or injury.site in self.sites
        if injury.kind is InjuryKind.SURGERY and self.surgeries:
            return injury.surgery is None or injury.surgery in self.surgeries
        return True

    def applies(self, injuries: tuple[Injury, ...]) -> bool:
        """Whether it is asked of a runner with these injuries, or with none."""
        return any(map(self.concerns, injuries)) if injuries else self.no_injury

    def is_mandatory(self, injuries: tuple[Injury, ...]) -> bool:
        """Whether it must be passed. With several injuries the stricter one counts."""
        asking = [injury for injury in injuries if self.concerns(injury)]
        only_goal = bool(asking) and all(injury.surgery in self.goal_after for injury in asking)
        return self.mandatory and not only_goal


def criteria_for(criteria: Iterable[Criterion], injuries: tuple[Injury, ...]) -> tuple[Criterion, ...]:
    """Those of ``criteria`` that apply, in their order; ``mandatory`` says whether each is a must for them."""
    return tuple(
        criterion.model_copy(update={"mandatory": criterion.is_mandatory(injuries)})
        for criterion in criteria
        if criterion.applies(injuries)
    )


class ReadinessResult(Frozen):
    """What a test gave, at ``at`` (aware, UTC). ``pain`` is 0–10 during the test.

    ``settled`` says whether a pain of up to 2 had settled the next morning (tendon and fascia only). A ``waiver`` by a
    clinician names who waived it; then no figures are needed. ``written_at`` and ``rated_on`` are never told: when the
    result was written down, by the machine's clock, and the day of a rating that leaves fewer days without pain than
    were claimed.
    """

    criterion: str
    at: datetime
    passed_task: bool | None = None
    left: float | None = None
    right: float | None = None
    figure: float | None = None
    pain: int = Field(default=0, ge=0, le=10)
    settled: bool | None = None
    waived_by: Plain = ""
    note: Plain = Field(default="", max_length=2000)
    written_at: datetime | None = Field(default=None, exclude=True)
    rated_on: date | None = None


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
