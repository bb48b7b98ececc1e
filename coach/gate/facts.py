"""What the gate is told: everything it needs and nothing it would have to look up. The journal keeps it whole."""

from datetime import date, datetime
from typing import Annotated, cast

from pydantic import AfterValidator, Field, model_validator

from coach.gate import RULESET
from coach.gate.days import zone
from coach.model.build import BUILD
from coach.model.decision import Need
from coach.model.profile import BandName
from coach.model.protocol import StagePhase
from coach.model.rating import SymptomRating
from coach.model.workout import Frozen


def aware(at: datetime) -> datetime:
    """``at`` itself. Raises ValueError if it has no zone."""
    if at.tzinfo is None:
        raise ValueError("the time has no zone")
    return at


def _known_zone(name: str) -> str:
    zone(name)
    return name


At = Annotated[datetime, AfterValidator(aware)]
"""Aware; UTC by custom."""
ZoneName = Annotated[str, AfterValidator(_known_zone)]


class StageRule(Frozen):
    """What the gate needs of a stage of the plan.

    ``run_ms`` is the running of each session and ``bout_ms`` its longest bout, both in milliseconds; None where the
    session goes by distance and no pace is known; ``run_cm`` and ``bout_cm`` are the same in centimetres, None where it
    goes by time. ``written`` is one text for the same running whatever the pace; empty, and no centimetres, in what
    was told before these were kept. ``weeks_alternate`` are the weeks of alternate days before this stage may be
    reached, ``weekly_fraction`` the share of the former weekly distance.
    """

    id: str = ""
    good: int = Field(default=1, ge=1)
    rest_days: int = Field(default=1, ge=0)
    gap_h: int = Field(default=0, ge=0)
    weekly_max: int | None = Field(default=None, ge=1)
    run_ms: tuple[int | None, ...] = Field(default=(None,), min_length=1)
    bout_ms: tuple[int | None, ...] = Field(default=(None,), min_length=1)
    run_cm: tuple[int | None, ...] = ()
    bout_cm: tuple[int | None, ...] = ()
    written: str = ""
    phase: StagePhase = StagePhase.WALKRUN
    weeks_alternate: int | None = None
    weekly_fraction: float | None = None

    @property
    def is_generated(self) -> bool:
        """Whether no file holds it: it follows from the runner's pace and former weekly distance."""
        return self.id.startswith(f"{BUILD}/")


class Run(Frozen):
    """One run. ``unlocked`` is whether the gate had opened it; None where it is only known from a recording.

    ``planned_ms`` and ``done_ms`` are running, not walking; ``planned_ms`` is None where the plan gives no time.
    ``bout_ms`` is the longest bout of running done. ``pain_marks`` are those that stand. ``due_ms`` is the
    running of the session that was due as it began, None where that is not known: a plan edited since does not bear on
    it. ``distance_m`` is the whole way in metres, None where nobody told it.
    """

    id: str
    start: At
    end: At
    zone: ZoneName = "UTC"
    unlocked: bool | None = True
    planned_ms: int | None = None
    done_ms: int = 0
    bout_ms: int = 0
    pain_marks: int = 0
    due_ms: int | None = None
    distance_m: int | None = None


class Given(Frozen):
    """A rating and when it was typed, which may be later than what it is about.

    ``amended_at`` is when it was last corrected, None where it never was.
    """

    rating: SymptomRating
    given_at: At
    amended_at: At | None = None

    @property
    def told_at(self) -> datetime:
        """When the last of it was told."""
        return max(self.given_at, self.amended_at or self.given_at)


class Morning(Frozen):
    """First-step pain of a morning."""

    at: At
    zone: ZoneName = "UTC"
    score: int


class Load(Frozen):
    """A run that is over, as far as later runs depend on it."""

    start: At
    zone: ZoneName = "UTC"
    done_ms: int = 0
    bout_ms: int = 0
    unlocked: bool = True
    distance_m: int | None = None


class Owed(Frozen):
    """A need that outlived its episode, because a run was begun though the gate was closed.

    An answer that is missing says whose: ``run`` is the run to rate, ``day`` the waking day asked about, and ``zone``
    that of the run. The others are paid by something newer than ``since``.
    """

    need: Need
    since: At
    run: str = ""
    day: date | None = None
    zone: ZoneName = "UTC"


class Ledger(Frozen):
    """What is left of all episodes that are over. Stages count from 0.

    ``good`` sessions in this stage; ``steady`` sessions running inside the repeat band or cleaner, and
    ``steady_pains``, the worst of the last two of them; ``streak`` of
    non-advances caused by symptoms; ``recalled`` repeats running because an answer was late; ``unsure`` clean repeats
    running for low confidence alone; ``refusals`` days running that hurt too much to run. ``last_stage`` is that of the
    last run, which a clearance does not change. ``running_since`` is the first run since the last long absence.
    ``flares`` are the ratings that asked for G3a or G5–G10, ``bone_pain`` those in which a bone hurt, the latest of all
    ``bone_hurt_at``, which no clearance takes away; they, mornings,
    advances and loads are only as old as a rule looks back. ``raised_since`` is since when something raised was not
    back to usual as the last run began. ``stops`` are codes in force, ``hold_until`` the days off still owed,
    ``readiness_after`` the instant a readiness check must be newer than.
    """

    stage: int = Field(default=0, ge=0)
    good: int = 0
    steady: int = 0
    steady_pains: tuple[int, ...] = ()
    streak: int = 0
    recalled: int = 0
    unsure: int = 0
    refusals: int = 0
    last_stage: int = 0
    last_good_run_ms: int | None = None
    last_good_bout_ms: int | None = None
    running_since: At | None = None
    cleared_at: At | None = None
    g11_at: At | None = None
    flares: tuple[At, ...] = ()
    bone_pain: tuple[At, ...] = ()
    bone_hurt_at: At | None = None
    raised_since: At | None = None
    mornings: tuple[Morning, ...] = ()
    advances: tuple[At, ...] = ()
    loads: tuple[Load, ...] = ()
    stops: tuple[str, ...] = ()
    hold_until: At | None = None
    readiness_after: At | None = None
    owed: tuple[Owed, ...] = ()
    painkiller_before: bool = False


class GateInput(Frozen):
    """One question: may this runner run now, and what?

    ``readings`` are the ratings since the ledger was closed, in the order of what they are about; ``run`` is the run
    they follow, None before the first. ``readiness_at`` is the oldest of the latest passes of the mandatory criteria,
    None while one is not passed. ``clinician_at`` is the clearance asked for at the start, ``uncounted_at`` one that
    does not count while the day of the injury is unknown. ``chose_at`` is when the runner chose to advance in spite of
    low confidence. ``injured_at`` is until when readiness is from before an injury that is new to the programme,
    ``injury_told_at`` when the newest of these was told. ``newest_at`` is the newest event of the journal,
    ``newest_event`` its id where that time is ahead of ``asked_at``. ``landed`` is False where the protocol was changed
    and even its first stage asks more than was open before.
    """

    ruleset: str = RULESET
    asked_at: At
    zone: ZoneName = "UTC"
    bands: tuple[BandName, ...] = Field(min_length=1)
    baseline: int = Field(default=0, ge=0, le=10)
    high_risk: bool = True
    needs_clinician: bool = False
    clinician_at: At | None = None
    uncounted_at: At | None = None
    stages: tuple[StageRule, ...] = Field(min_length=1)
    ledger: Ledger = Ledger()
    run: Run | None = None
    readings: tuple[Given, ...] = ()
    readiness_at: At | None = None
    chose_at: At | None = None
    injured_at: At | None = None
    injury_told_at: At | None = None
    newest_at: At | None = None
    newest_event: str = ""
    clock_trusted: bool = True
    landed: bool = True
    former_weekly_m: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _as_before(cls, given: object) -> object:
        """Up to ruleset 3 the week's distance stood here, always unknown: such a question can still be read."""
        if isinstance(given, dict):
            fields = cast("dict[str, object]", given)
            return {name: value for name, value in fields.items() if name != "weekly_m" or value is not None}
        return given
