"""What is to be done: Workout → Step | Repeat. Immutable, validated, no I/O.

Times are integer milliseconds and distances integer centimetres, the resolution FIT uses, so that no
conversion to a watch, a text or a sound file ever rounds.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

MAX_STEP_MS = 6 * 3600 * 1000
MAX_STEP_CM = 100 * 1000 * 100
MAX_REPEATS = 100
MAX_INTERVALS = 1000
MAX_NAME = 80


class Intensity(StrEnum):
    """FIT's intensities. ``ACTIVE`` is running; every other one is walked, ``REST`` is standing still."""

    WARMUP = "warmup"
    ACTIVE = "active"
    RECOVERY = "recovery"
    REST = "rest"
    COOLDOWN = "cooldown"

    @property
    def is_run(self) -> bool:
        """True where running minutes count."""
        return self is Intensity.ACTIVE


class Frozen(BaseModel):
    """Base of everything that crosses an edge: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TimeDuration(Frozen):
    """Ends by itself after ``ms`` milliseconds."""

    kind: Literal["time"] = "time"
    ms: int = Field(gt=0, le=MAX_STEP_MS)


class DistanceDuration(Frozen):
    """Ends after ``cm`` centimetres: by the runner's command, or by the wrist."""

    kind: Literal["distance"] = "distance"
    cm: int = Field(gt=0, le=MAX_STEP_CM)


class OpenDuration(Frozen):
    """Ends by the runner's command."""

    kind: Literal["open"] = "open"


Duration = Annotated[TimeDuration | DistanceDuration | OpenDuration, Field(discriminator="kind")]


class Range(Frozen):
    """An inclusive range; ``low`` equals ``high`` for a single value."""

    low: int
    high: int

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"the range {self.low}-{self.high} runs backwards")
        return self


class CadenceTarget(Range):
    """Steps a minute (both feet)."""

    low: int = Field(ge=60, le=260)
    high: int = Field(ge=60, le=260)


class HeartRateTarget(Range):
    """Beats a minute."""

    low: int = Field(ge=30, le=240)
    high: int = Field(ge=30, le=240)


class HeartRateZone(Frozen):
    """The watch's own zone, 1–5."""

    zone: int = Field(ge=1, le=5)


class RpeTarget(Range):
    """Rating of perceived exertion, 0–10."""

    low: int = Field(ge=0, le=10)
    high: int = Field(ge=0, le=10)


class Step(Frozen):
    """One stretch of one intensity."""

    intensity: Intensity
    duration: Duration
    name: str | None = Field(default=None, min_length=1, max_length=MAX_NAME)
    cadence: CadenceTarget | None = None
    heart_rate: HeartRateTarget | HeartRateZone | None = None
    rpe: RpeTarget | None = None


class Repeat(Frozen):
    """``steps`` done ``count`` times; may hold further repeats."""

    count: int = Field(ge=1, le=MAX_REPEATS)
    steps: tuple["Step | Repeat", ...] = Field(min_length=1)


Block = Step | Repeat


class Workout(Frozen):
    """A named list of steps and repeats."""

    name: str | None = Field(default=None, min_length=1, max_length=MAX_NAME)
    description: str | None = Field(default=None, max_length=2000)
    steps: tuple[Block, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _small_enough(self) -> Self:
        count = sum(_count(block) for block in self.steps)
        if count > MAX_INTERVALS:
            raise ValueError(f"{count} intervals are more than the {MAX_INTERVALS} a session may have")
        return self


def _count(block: Block) -> int:
    if isinstance(block, Step):
        return 1
    return block.count * sum(_count(inner) for inner in block.steps)


def expand(blocks: tuple[Block, ...]) -> Iterator[Step]:
    """Every step in the order it is done, repeats unrolled."""
    for block in blocks:
        if isinstance(block, Step):
            yield block
        else:
            for _ in range(block.count):
                yield from expand(block.steps)
