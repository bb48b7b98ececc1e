"""The kinds of simulated runner: what hurts them, and how they answer."""

from enum import StrEnum
from typing import NamedTuple

from coach.model.profile import BoneSite, Injury, InjuryKind, Surgery
from coach.simulation.body import Make


class KindName(StrEnum):
    WELL = "well"
    FLARES = "flares"
    FORGETFUL = "forgetful"
    RUN_DAYS = "run-days"
    OVER_RUNS = "over-runs"
    BONE_LOW = "bone-low"
    NAVICULAR = "navicular"
    ACHILLES = "achilles"
    FASCIA = "fascia"
    HOLIDAYS = "holidays"
    WATCH = "watch"
    WEAK = "weak"
    ALARMED = "alarmed"
    GAMER = "gamer"
    DEFIANT = "defiant"
    TWIN = "twin"


PACE_S_PER_KM = 400
FORMER_WEEKLY_M = 20_000
"""Of everybody: so that within a year those who come through reach hills and speed."""


class Habits(NamedTuple):
    """What the runner does. Shares are chances from 0 to 1.

    ``misses`` is the share of mornings without an answer, given recalled when the gate asks for it; who misses
    any tells no distance either. ``run_days_only``:
    no morning is answered but those of the days on which a run may open. ``overruns`` is the share of runs that go on
    for longer than planned. ``by_watch``: looks at the coach, but runs with a watch and reports it afterwards.
    ``away``: holidays and illness, some of them abroad. ``games``: omits, delays, softens, re-initialises, self-clears,
    tells another pace and former distance in the build phase; ``in_spite`` also runs now and then though the gate is
    closed.
    """

    misses: float = 0.0
    run_days_only: bool = False
    overruns: float = 0.0
    by_watch: bool = False
    away: bool = False
    games: bool = False
    in_spite: bool = False


class Promise(NamedTuple):
    """What gate.md says of such a runner. ``wait_days`` is the longest a return from an absence may take to open."""

    reaches: bool = False
    never_stopped: bool = False
    wait_days: int | None = None


class Kind(NamedTuple):
    """``injuries`` are those it has, one of them a life; none of them is "no injury"."""

    name: KindName
    says: str
    injuries: tuple[Injury | None, ...]
    make: Make = Make()
    habits: Habits = Habits()
    promise: Promise = Promise()


_SURGERY = Injury(kind=InjuryKind.SURGERY, surgery=Surgery.BUNION)
_FIBULA = Injury(kind=InjuryKind.BONE, site=BoneSite.FIBULA)
_NAVICULAR = Injury(kind=InjuryKind.BONE, site=BoneSite.NAVICULAR)
_ACHILLES = Injury(kind=InjuryKind.ACHILLES)
_FASCIA = Injury(kind=InjuryKind.FASCIA)
_SPRAIN = Injury(kind=InjuryKind.SPRAIN)
_ANY = (_FASCIA, _SPRAIN, _ACHILLES, _SURGERY, _FIBULA, None)
_SOFT = (_FASCIA, _SPRAIN, _ACHILLES, None)
_FLARING = Make(flare=0.01, jump=0.35, tired=0.005, severity=(2, 6.5), shaken=True, painkillers=0.2)
_BONY = Make(flare=0.04, severity=(1, 3.4), marks=True)

KINDS: dict[KindName, Kind] = {
    kind.name: kind
    for kind in (
        Kind(KindName.WELL, "responds well", _ANY, promise=Promise(reaches=True, never_stopped=True)),
        Kind(KindName.FLARES, "flares after a load jump", _ANY, _FLARING),
        Kind(
            KindName.FORGETFUL, "misses one morning in six", _ANY, habits=Habits(misses=1 / 6),
            promise=Promise(reaches=True, never_stopped=True),
        ),
        Kind(
            KindName.RUN_DAYS, "answers only on run days", _ANY, habits=Habits(run_days_only=True),
            promise=Promise(never_stopped=True),
        ),
        Kind(
            KindName.OVER_RUNS, "over-runs", _SOFT, _FLARING._replace(flare=0.005, shaken=False, painkillers=0.0),
            Habits(overruns=0.4),
        ),
        Kind(KindName.BONE_LOW, "bone pain at a low-risk site", (_FIBULA,), _BONY),
        Kind(KindName.NAVICULAR, "bone pain at the navicular", (_NAVICULAR,), _BONY),
        Kind(
            KindName.ACHILLES, "steady Achilles 2–3, sore in warm-up", (_ACHILLES,),
            Make(mornings=1, steady=(2, 3), warm_up=True), promise=Promise(reaches=True, never_stopped=True),
        ),
        Kind(
            KindName.FASCIA, "fascia, every morning 4", (_FASCIA,), Make(mornings=4, steady=(1, 1)),
            promise=Promise(reaches=True, never_stopped=True),
        ),
        Kind(
            KindName.HOLIDAYS, "holidays and illness", _ANY, habits=Habits(away=True),
            promise=Promise(never_stopped=True, wait_days=4),
        ),
        Kind(
            KindName.WATCH, "runs by watch alone", _SOFT, habits=Habits(by_watch=True),
            promise=Promise(never_stopped=True),
        ),
        Kind(
            KindName.WEAK, "fails readiness at first", _ANY, Make(weak=(4, 20)),
            promise=Promise(reaches=True, never_stopped=True),
        ),
        Kind(KindName.ALARMED, "red flags, giving way", _ANY, Make(alarms=0.015)),
        Kind(KindName.GAMER, "omits, delays, softens, re-initialises, self-clears", _SOFT[:3], _FLARING,
             Habits(games=True)),
        Kind(KindName.DEFIANT, "a gamer who also runs while it is closed", _SOFT[:3], _FLARING,
             Habits(games=True, in_spite=True)),
        Kind(KindName.TWIN, "the gamer's honest twin", _SOFT[:3], _FLARING),
    )
}  # fmt: skip
