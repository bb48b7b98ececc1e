"""What is to be done: Workout → Step | Repeat. Immutable, validated, no I/O.

Times are integer milliseconds and distances integer centimetres, the resolution FIT uses, so that no
conversion to a watch, a text or a sound file ever rounds.
"""

import unicodedata
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

MAX_STEP_MS = 6 * 3600 * 1000
MAX_STEP_CM = 100 * 1000 * 100
MAX_REPEATS = 100
MAX_INTERVALS = 1000
MAX_DEPTH = 8
MAX_NAME = 80
MAX_DESCRIPTION = 2000

CADENCE_LIMITS = (60, 260)
HEART_RATE_LIMITS = (30, 240)
ZONE_LIMITS = (1, 5)
RPE_LIMITS = (0, 10)


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


def check_name(name: str) -> str:
    """``name`` itself, if it can be shown on a terminal as it is. Raises ValueError with the reason if it cannot.

    Refused are control characters, line breaks, half surrogates and marks that turn the direction of writing: they
    would garble the line they are printed on. Emoji joined with U+200D are fine.
    """
    if not name.strip():
        raise ValueError("a name is empty")
    if name != name.strip():
        raise ValueError("a name begins or ends with a space")
    if len(name) > MAX_NAME:
        raise ValueError(f"a name is longer than {MAX_NAME} characters")
    _refuse_garbling(name, "a name")
    return name


def check_description(description: str) -> str:
    """``description`` itself; as :func:`check_name`, but it may have several lines."""
    _refuse_garbling(description.replace("\n", ""), "a description")
    return description


def _refuse_garbling(text: str, kind: str) -> None:
    for character in text:
        category = unicodedata.category(character)
        if category in ("Cc", "Cs", "Zl", "Zp") or (category == "Cf" and character not in "\u200c\u200d"):
            raise ValueError(f"{kind} holds the invisible character U+{ord(character):04X}")


Name = Annotated[str, AfterValidator(check_name)]


class Frozen(BaseModel):
    """Base of everything that crosses an edge: immutable, and an unknown key is an error."""

    # Built when first used, not when imported: no session meets every kind of event, and none waits for all.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


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

    low: int = Field(ge=CADENCE_LIMITS[0], le=CADENCE_LIMITS[1])
    high: int = Field(ge=CADENCE_LIMITS[0], le=CADENCE_LIMITS[1])


class HeartRateTarget(Range):
    """Beats a minute."""

    low: int = Field(ge=HEART_RATE_LIMITS[0], le=HEART_RATE_LIMITS[1])
    high: int = Field(ge=HEART_RATE_LIMITS[0], le=HEART_RATE_LIMITS[1])


class HeartRateZone(Frozen):
    """The watch's own zone, 1–5."""

    zone: int = Field(ge=ZONE_LIMITS[0], le=ZONE_LIMITS[1])


class RpeTarget(Range):
    """Rating of perceived exertion, 0–10."""

    low: int = Field(ge=RPE_LIMITS[0], le=RPE_LIMITS[1])
    high: int = Field(ge=RPE_LIMITS[0], le=RPE_LIMITS[1])


class Step(Frozen):
    """One stretch of one intensity."""

    intensity: Intensity
    duration: Duration
    name: Name | None = None
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

    name: Name | None = None
    description: Annotated[str, AfterValidator(check_description)] | None = Field(
        default=None, max_length=MAX_DESCRIPTION
    )
    steps: tuple[Block, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _small_enough(self) -> Self:
        depth = max(_depth(block) for block in self.steps)
        if depth > MAX_DEPTH:
            raise ValueError(f"repeats are nested {depth} deep, more than {MAX_DEPTH}")
        count = count_intervals(self.steps)
        if count > MAX_INTERVALS:
            raise ValueError(f"{count} intervals are more than the {MAX_INTERVALS} a session may have")
        return self


def _depth(block: Block) -> int:
    return 0 if isinstance(block, Step) else 1 + max(_depth(inner) for inner in block.steps)


def count_intervals(blocks: tuple[Block, ...]) -> int:
    """How many intervals ``blocks`` come to, without unrolling them."""
    return sum(1 if isinstance(block, Step) else block.count * count_intervals(block.steps) for block in blocks)
