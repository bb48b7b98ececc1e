"""Protocol → Stage → Workout: a published way back to running, as data (docs/protocols.md)."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from coach.model.profile import InjuryKind
from coach.model.workout import Frozen, Name, Workout

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]


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
    """One stage. ``sessions`` are done in this order, one a good session.

    Good sessions needed, gap and weekly maximum are this protocol's own; where the injury's are larger, those hold.
    ``rest_days`` are full calendar days between two runs, ``gap_h`` hours from start to start. ``source`` is an id of
    sources.toml.
    """

    id: Slug
    title: Name
    sessions: tuple[Workout, ...] = Field(min_length=1)
    good_sessions: int = Field(default=1, ge=1, le=30)
    rest_days: int = Field(default=1, ge=0, le=7)
    gap_h: int = Field(default=0, ge=0, le=240)
    weekly_max: int | None = Field(default=None, ge=1, le=7)
    rpe_ceiling: int | None = Field(default=None, ge=1, le=10)
    terrain: Terrain = Terrain.FLAT
    phase: StagePhase = StagePhase.WALKRUN
    source: str


class Protocol(Frozen):
    """``injuries`` are those it may be chosen for; ``no_injury`` whether it may be without one.

    ``then`` is ``PROTOCOL`` or ``PROTOCOL/STAGE``: where it goes on after its last stage.
    """

    id: Slug
    title: Name
    description: str = Field(default="", max_length=4000)
    source: str
    injuries: tuple[InjuryKind, ...] = tuple(InjuryKind)
    no_injury: bool = True
    stages: tuple[Stage, ...] = Field(min_length=1)
    then: str | None = None

    @model_validator(mode="after")
    def _stages_differ(self) -> Self:
        seen: set[str] = set()
        for stage in self.stages:
            if stage.id in seen:
                raise ValueError(f"two stages are called {stage.id}")
            seen.add(stage.id)
        return self
