"""The diary: what the journal keeps besides live sessions. Immutable; the runner's standing = fold(diary, runs).

Diary events belong to no session: the journal stores them with an empty session id. When an event is *about* another
time than it was written, it says so itself (``rating.at``, ``clearance.at``, ``result.at``).
"""

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from coach.gate.days import zone
from coach.gate.facts import At, GateInput, StageRule, ZoneName, aware
from coach.model.decision import Decision
from coach.model.plain import Plain
from coach.model.profile import Clearance, Profile
from coach.model.rating import SymptomRating
from coach.model.readiness import ReadinessResult
from coach.model.workout import Frozen

LONGEST_RECORDING = timedelta(hours=48)


class ProfileSet(Frozen):
    """What `coach init` was told, and the plan's stages as they were then.

    ``amends`` is the id of the one before, where nothing else was told or run since: an injury that was first told
    there and is left out here was a slip, within ten minutes.
    """

    kind: Literal["profile_set"] = "profile_set"
    profile: Profile
    stages: tuple[StageRule, ...] = Field(min_length=1)
    amends: str | None = None


class Rated(Frozen):
    """A rating. ``amends`` is the id of the event whose rating this one takes the place of."""

    kind: Literal["rated"] = "rated"
    rating: SymptomRating
    amends: str | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        zone(self.rating.zone)
        return self


class Cleared(Frozen):
    """A clearance that was accepted."""

    kind: Literal["cleared"] = "cleared"
    clearance: Clearance

    @model_validator(mode="after")
    def _sometime(self) -> Self:
        aware(self.clearance.at)
        return self


class ReadinessTested(Frozen):
    kind: Literal["readiness_tested"] = "readiness_tested"
    result: ReadinessResult

    @model_validator(mode="after")
    def _sometime(self) -> Self:
        aware(self.result.at)
        return self


class AdvanceChosen(Frozen):
    """The runner wants to go on in spite of low confidence (G22)."""

    kind: Literal["advance_chosen"] = "advance_chosen"
    at: At


class RunReported(Frozen):
    """A run the coach did not run, told by the runner. ``run_ms`` is running, not walking."""

    kind: Literal["run_reported"] = "run_reported"
    start: At
    end: At
    zone: ZoneName
    run_ms: int = Field(gt=0, le=24 * 3_600_000)
    bout_ms: int | None = Field(default=None, gt=0)
    distance_m: int | None = Field(default=None, gt=0, le=500_000)


class RunRecorded(Frozen):
    """What a watch recorded (docs/activities.md). Which run it is of follows from its time (coach/history/run_book.py).

    ``original`` is the SHA-256 of the file, ``part`` which of its activities this is, ``name`` what the watch calls it.
    ``run_ms`` is running, not walking, and what may be running; ``sure_ms`` is what certainly is. ``form``, ``sport``
    and what follows are as in ``identity.Brief``.
    """

    kind: Literal["run_recorded"] = "run_recorded"
    start: At
    end: At
    zone: ZoneName
    run_ms: int = Field(ge=0, le=48 * 3_600_000)
    bout_ms: int = Field(ge=0)
    sure_ms: int = Field(default=0, ge=0)
    sure_bout_ms: int = Field(default=0, ge=0)
    distance_m: int | None = Field(default=None, ge=0, le=1_000_000)
    name: Plain = Field(default="", max_length=200)
    original: str = Field(pattern="^[0-9a-f]{64}$")
    part: int = Field(default=0, ge=0)
    form: Literal["fit", "tcx", "gpx"] = "fit"
    sport: Plain = Field(default="", max_length=60)
    intact: bool = True
    steps: bool = False
    laps: int = Field(default=0, ge=0)
    figures: int = Field(default=0, ge=0)
    records: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not timedelta() < self.end - self.start <= LONGEST_RECORDING:
            raise ValueError("it lasts no time, or more than two days")
        if not self.sure_bout_ms <= self.bout_ms <= self.run_ms or not self.sure_bout_ms <= self.sure_ms <= self.run_ms:
            raise ValueError("its longest bout is longer than all its running")
        return self


class RunWithdrawn(Frozen):
    """A run was told or a recording kept by mistake, and is taken back. It holds within ten minutes, as long as nobody
    rated that run.

    ``run`` is the id of the event that told it, ``start`` when that run was said to have begun.
    """

    kind: Literal["run_withdrawn"] = "run_withdrawn"
    run: str
    start: At


class Begun(Frozen):
    """A live session began under the gate, by the decision noted with it.

    ``session`` is the live session's id; ``unlocked`` whether the gate had opened the workout that was run;
    ``override`` the runner's reason where it had not.
    """

    kind: Literal["begun"] = "begun"
    session: str
    unlocked: bool
    override: str = ""


class Decided(Frozen):
    """A decision that was shown or acted on, with all it came from: `coach why` and `coach gate replay` read it.

    ``session`` names the live session that began by it.
    """

    kind: Literal["decided"] = "decided"
    session: str = ""
    input: GateInput
    decision: Decision


class DateCorrected(Frozen):
    """An event was written while the machine's clock was wrong; ``at`` is when it really was: what it is about.

    ``event`` is the id of a diary event, or a session's, whose run then began at ``at``. A run moves as a whole. Of a
    ``slip`` of the finger only what it is about moves: the clock was right, and so is when it was told. ``joins`` is
    the id of the event that told of the same morning: of both the harsher answers count.
    """

    kind: Literal["date_corrected"] = "date_corrected"
    event: str
    at: At
    slip: bool = False
    joins: str | None = None


DiaryEvent = Annotated[
    ProfileSet
    | Rated
    | Cleared
    | ReadinessTested
    | AdvanceChosen
    | RunReported
    | RunRecorded
    | RunWithdrawn
    | Begun
    | Decided
    | DateCorrected,
    Field(discriminator="kind"),
]
