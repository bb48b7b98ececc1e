"""The diary: what the journal keeps besides live sessions. Immutable; the runner's standing = fold(diary, runs).

Diary events belong to no session: the journal stores them with an empty session id. When an event is *about* another
time than it was written, it says so itself (``rating.at``, ``clearance.at``, ``result.at``).
"""

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
    """What a watch recorded of a run (docs/activities.md). Of several recordings of one run the cautious figures hold.

    ``run`` is the id of the run it is of: a live session's, or of a run that was told; empty where nobody knew of it,
    which then has this event's id. ``known_start`` is when that run began, as it was known. ``originals`` are the
    SHA-256 of the files, ``name`` what the watch calls it. ``run_ms`` is running, not walking.
    """

    kind: Literal["run_recorded"] = "run_recorded"
    run: str = ""
    known_start: At
    start: At
    end: At
    zone: ZoneName
    run_ms: int = Field(ge=0, le=48 * 3_600_000)
    bout_ms: int = Field(ge=0, le=48 * 3_600_000)
    distance_m: int | None = Field(default=None, ge=0, le=1_000_000)
    name: Plain = Field(default="", max_length=200)
    originals: tuple[Annotated[str, Field(pattern="^[0-9a-f]{64}$")], ...] = Field(min_length=1, max_length=20)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.end <= self.start:
            raise ValueError("it ends before it begins")
        if self.bout_ms > self.run_ms:
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
    ``slip`` of the finger only what it is about moves: the clock was right, and so is when it was told.
    """

    kind: Literal["date_corrected"] = "date_corrected"
    event: str
    at: At
    slip: bool = False


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
