"""Protocol → Stage → Workout: a published way back to running, as data (docs/protocols.md)."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from coach.model.profile import InjuryKind
from coach.model.source import SourceId
from coach.model.workout import MAX_STEP_CM, Frozen, Name, Workout, check_description

_SLUG = "[a-z0-9][a-z0-9_.-]{0,63}"

Slug = Annotated[str, Field(pattern=f"^{_SLUG}$", description="small letters, digits, points, - and _, at most 64")]
Whole = Annotated[int, Field(strict=True)]


class StagePhase(StrEnum):
    """What part of the way back a stage is."""

    WALKRUN = "walkrun"
    BUILD = "build"
    SPEED = "speed"


class Terrain(StrEnum):
    FLAT = "flat"
    ANY = "any"
    HILLS = "hills"


class Stage(Frozen):
    """One stage. ``sessions`` are done in this order, one a good session; once through, the last is done again.

    Good sessions needed, gap and weekly maximum are this protocol's own; where the injury's are larger, those hold.
    ``rest_days`` are full calendar days between two runs, ``gap_h`` hours from start to start. ``source`` is an id of
    sources.toml, ``other_sources`` are more of them.

    ``weeks_alternate`` are weeks of alternate days that must lie behind the runner before this stage,
    ``weekly_fraction`` the share of the former weekly distance that must be reached again; None asks for neither.
    ``distance_cm`` is what a session covers in all, walks included, where the source counts rounds by distance.
    """

    id: Slug
    title: Name
    sessions: tuple[Workout, ...] = Field(min_length=1, max_length=30)
    good_sessions: Whole = Field(default=1, ge=1, le=30)
    rest_days: Whole = Field(default=1, ge=0, le=7)
    gap_h: Whole = Field(default=0, ge=0, le=240)
    weekly_max: Whole | None = Field(default=None, ge=1, le=7)
    rpe_ceiling: Whole | None = Field(default=None, ge=1, le=10)
    terrain: Terrain = Terrain.FLAT
    phase: StagePhase = StagePhase.WALKRUN
    source: SourceId
    other_sources: tuple[SourceId, ...] = Field(
        default=(), max_length=20, description="a list with the id of a source, or of several"
    )
    weeks_alternate: Whole | None = Field(default=None, ge=0, le=52)
    weekly_fraction: float | None = Field(default=None, ge=0, le=1, strict=True, allow_inf_nan=False)
    distance_cm: Whole | None = Field(default=None, gt=0, le=MAX_STEP_CM)

    @model_validator(mode="after")
    def _sessions_are_all_done(self) -> Self:
        if self.good_sessions < len(self.sessions):
            raise ValueError(
                f"after {self.good_sessions} good sessions the stage is over, but it has {len(self.sessions)} sessions"
            )
        return self

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source, *self.other_sources)

    def session(self, good: int) -> Workout:
        """The session after ``good`` good ones."""
        return self.sessions[min(good, len(self.sessions) - 1)]


class Protocol(Frozen):
    """``injuries`` are those it may be chosen for; ``no_injury`` whether it may be without one.

    ``then`` is ``PROTOCOL`` or ``PROTOCOL/STAGE``: where it goes on after its last stage.
    """

    id: Slug
    title: Name
    description: Annotated[str, AfterValidator(check_description)] = Field(default="", max_length=4000)
    source: SourceId
    injuries: tuple[InjuryKind, ...] = Field(default=tuple(InjuryKind), max_length=len(InjuryKind))
    no_injury: bool = Field(default=True, strict=True)
    stages: tuple[Stage, ...] = Field(min_length=1)
    then: str | None = Field(
        default=None, pattern=f"^{_SLUG}(/{_SLUG})?$", description="PROTOCOL or PROTOCOL/STAGE in quotes"
    )

    @model_validator(mode="after")
    def _stages_differ(self) -> Self:
        seen: set[str] = set()
        for stage in self.stages:
            if stage.id in seen:
                raise ValueError(f"two stages are called {stage.id}")
            seen.add(stage.id)
        return self
