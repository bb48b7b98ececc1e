"""What the gate answers: an outcome, a stage, when it opens, what it needs, and every reason."""

from datetime import datetime
from enum import IntEnum, StrEnum

from pydantic import Field

from coach.model.workout import Frozen


class Outcome(IntEnum):
    """The strongest that any rule asks holds."""

    ADVANCE = 0
    REPEAT = 1
    STEP_BACK = 2
    REST = 3
    STOP = 4


class Need(StrEnum):
    """An act without which a closed gate does not open, whatever the time."""

    RUN_DAY = "run-day-reading"  # `coach morning` or `coach rate --before`, on the day of the run
    AFTER = "after-rating"  # `coach rate`
    MORNING = "morning-rating"  # `coach morning --for DATE`
    FOLLOW_UP = "follow-up"  # `coach follow-up`: back to usual? swelling?
    UNTIL_ZERO = "reading-of-zero"  # a reading without pain and without a painkiller
    AT_BASELINE = "morning-at-baseline"  # a morning back at baseline, not woken, without a painkiller
    READINESS = "readiness"  # `coach ready`
    CLINICIAN = "clinician-clearance"  # `coach clear --role clinician`
    CLEARANCE = "clearance"  # `coach clear`, the runner's own will do
    CLOCK = "clock"  # mend the machine's clock, or correct the event's date
    PROTOCOL = "protocol"  # `coach init --protocol`, or mend its file


class Reason(Frozen):
    """One rule that had something to say. ``figures`` holds what was compared, thresholds included."""

    code: str
    figures: dict[str, int | float | str] = Field(default_factory=dict)
    sources: tuple[str, ...] = ()


class Decision(Frozen):
    """``stage`` is an index into the plan's stages, ``session`` one into that stage's sessions.

    ``opens_at`` is None where no time is waited for. ``cap_ms`` is the longest running the build phase allows, None
    without a limit of its own. All times are aware, UTC.
    """

    ruleset: str
    asked_at: datetime
    outcome: Outcome
    stage: int
    session: int = 0
    opens_at: datetime | None = None
    needs: tuple[Need, ...] = ()
    reasons: tuple[Reason, ...] = ()
    cap_ms: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether a run may begin at ``asked_at``."""
        waits = self.opens_at is not None and self.opens_at > self.asked_at
        return self.outcome < Outcome.STOP and not waits and not self.needs

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(reason.code for reason in self.reasons)
