"""The shipped protocols as simulated runners meet them."""

from functools import cache
from pathlib import Path

from coach.history.stage_rules import stage_rules
from coach.library.plans import make_plan
from coach.library.protocols import Protocols
from coach.simulation.life import Life, Lived
from coach.simulation.runners import FORMER_WEEKLY_M, KINDS, PACE_S_PER_KM, Kind, KindName
from coach.simulation.survey import Course, injuries_for

_PROTOCOLS = Protocols(Path("nowhere"))
NAMES = _PROTOCOLS.names()


@cache
def course(name: str) -> Course:
    protocol = _PROTOCOLS.get(name)
    plan = make_plan(protocol, _PROTOCOLS.get, former_weekly_m=FORMER_WEEKLY_M, pace_s_per_km=PACE_S_PER_KM)
    return Course(protocol, stage_rules([(planned.name, planned.stage) for planned in plan.planned], PACE_S_PER_KM))


def life(kind: KindName | Kind, protocol: str, seed: int) -> Life:
    """Ready to be lived."""
    who = KINDS[kind] if isinstance(kind, KindName) else kind
    found = course(protocol)
    injuries = injuries_for(who, found.protocol)
    return Life(who, (protocol, found.stages), seed, injuries[seed % len(injuries)])


def lived(kind: KindName | Kind, protocol: str, seed: int, days: int) -> Lived:
    return life(kind, protocol, seed).live(days)


def suited(kind: KindName) -> list[str]:
    """The protocols that runners of this kind may follow."""
    return [name for name in NAMES if injuries_for(KINDS[kind], course(name).protocol)]
