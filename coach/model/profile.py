"""Who the plan is for: the injuries, what is known of them, and the baseline. No diagnosis: the runner says it."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from coach.model.plain import Plain
from coach.model.workout import Frozen

Score = Annotated[int, Field(ge=0, le=10, strict=True)]
"""The 0–10 numeric scale: 0 is no pain, 10 the worst pain imaginable."""


class InjuryKind(StrEnum):
    """What the runner comes back from."""

    FASCIA = "plantar-fascia"
    ACHILLES = "achilles"
    BONE = "bone"
    SPRAIN = "ankle-sprain"
    SURGERY = "surgery"


class BandName(StrEnum):
    """Which row of the gate's table judges; see gate/bands.py."""

    BONE = "bone"
    POSTOP = "postop"
    LIGAMENT = "ligament"
    TENDON = "tendon"
    FASCIA = "fascia"


class BoneSite(StrEnum):
    """Where a bone stress injury is. An unknown site counts as a high-risk one."""

    NAVICULAR = "navicular"
    ANTERIOR_TIBIA = "anterior-tibia"
    FIFTH_METATARSAL = "proximal-5th-metatarsal"
    FEMORAL_NECK = "femoral-neck"
    TALUS = "talus"
    MEDIAL_MALLEOLUS = "medial-malleolus"
    FIBULA = "fibula"
    POSTERIOR_TIBIA = "posteromedial-tibia"
    METATARSAL = "metatarsal-2-4"
    CALCANEUS = "calcaneus"
    OTHER = "other"
    UNKNOWN = "unknown"

    @property
    def is_high_risk(self) -> bool:
        """Sites for which a clinician's clearance is mandatory (Hoenig 2023); [P] whatever is not known to be low."""
        return self not in (self.FIBULA, self.POSTERIOR_TIBIA, self.METATARSAL, self.CALCANEUS)


class Surgery(StrEnum):
    """What kind of operation it was."""

    ACHILLES_REPAIR = "achilles-repair"
    BUNION = "bunion"
    BROSTROM = "brostrom"
    OTHER = "other"


class Side(StrEnum):
    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


_FARTHEST_EAST = timedelta(hours=14)
_BANDS = {
    InjuryKind.FASCIA: BandName.FASCIA,
    InjuryKind.ACHILLES: BandName.TENDON,
    InjuryKind.BONE: BandName.BONE,
    InjuryKind.SPRAIN: BandName.LIGAMENT,
    InjuryKind.SURGERY: BandName.POSTOP,
}


class Injury(Frozen):
    """One injury. ``site`` is for bone, ``surgery`` for after surgery; without them the cautious value holds."""

    kind: InjuryKind
    side: Side = Side.BOTH
    onset: date | None = None
    site: BoneSite | None = None
    surgery: Surgery | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.site is not None and self.kind is not InjuryKind.BONE:
            raise ValueError(f"a site is asked only of a bone injury, not of {self.kind.value}")
        if self.surgery is not None and self.kind is not InjuryKind.SURGERY:
            raise ValueError(f"a kind of surgery is asked only after surgery, not of {self.kind.value}")
        return self

    @property
    def band(self) -> BandName:
        return _BANDS[self.kind]

    @property
    def needs_clinician(self) -> bool:
        """Whether no run is allowed before a clinician's clearance: after surgery, and bone at a high-risk site."""
        if self.kind is InjuryKind.SURGERY:
            return True
        return self.kind is InjuryKind.BONE and (self.site or BoneSite.UNKNOWN).is_high_risk

    @property
    def hops_wait(self) -> bool:
        """Whether nobody hops before a clinician's clearance: after surgery, and bone at any site (evidence.md 1)."""
        return self.kind in (InjuryKind.SURGERY, InjuryKind.BONE)


class Role(StrEnum):
    """Who clears."""

    CLINICIAN = "clinician"
    SELF = "self"


class Clearance(Frozen):
    """``by`` is a name or initials; ``at`` is aware, UTC."""

    role: Role
    by: Plain = Field(min_length=1, max_length=80)
    at: datetime
    note: Plain = Field(default="", max_length=2000)

    def may_be_of(self, injury: Injury) -> bool:
        """Whether it can be about ``injury``: not from before its day, which begins up to 14 h sooner in the east."""
        return injury.onset is None or (self.at.astimezone(UTC) + _FARTHEST_EAST).date() >= injury.onset


class Profile(Frozen):
    """What `coach init` asks. Everything may be left out; the cautious value then holds.

    ``protocol`` is the id of the programme. ``baseline`` is the first-step pain of up to three mornings before the
    programme; ``former_weekly_m`` metres a week before the injury; ``pace_s_per_km`` the runner's own easy pace;
    ``age`` years, in decades for the heel-raise norms. ``pain_free_days`` are days without pain before today, declared.
    """

    injuries: tuple[Injury, ...] = ()
    protocol: str
    baseline: tuple[Score, ...] = Field(default=(), max_length=3)
    former_weekly_m: int | None = Field(default=None, gt=0, le=500_000)
    pace_s_per_km: int | None = Field(default=None, ge=120, le=1800)
    age: int | None = Field(default=None, ge=10, le=110)
    sex: Sex | None = None
    pain_free_days: int | None = Field(default=None, ge=0, le=10_000)

    @property
    def bands(self) -> frozenset[BandName]:
        """The rows that judge: the strictest of them holds. With no injury the ligament's [P]."""
        return frozenset(injury.band for injury in self.injuries) or frozenset((BandName.LIGAMENT,))

    @property
    def needs_clinician(self) -> bool:
        return any(injury.needs_clinician for injury in self.injuries)

    @property
    def baseline_score(self) -> int:
        """Median of three mornings; with fewer the lowest of them, with none 0: the cautious ends. Bone: always 0."""
        if BandName.BONE in self.bands or not self.baseline:
            return 0
        return sorted(self.baseline)[1] if len(self.baseline) == 3 else min(self.baseline)
