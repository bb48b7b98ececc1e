"""A protocol laid out with all that follows it: Protocol → Plan. Pure: what leads where comes from a lookup."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from coach.errors import BadInput
from coach.model.build import BUILD, build_stages
from coach.model.estimate import bout_ms, sessions_at
from coach.model.profile import InjuryKind
from coach.model.protocol import Protocol, Stage

Lookup = Callable[[str], Protocol]
"""The protocol of a name. Raises BadInput if there is none."""


class PlannedStage(NamedTuple):
    """A stage and the id of the protocol it is from: ``build`` for those that are generated.

    ``counted_from`` is the stage before its rounds were counted at a pace; None where they were not.
    """

    protocol: str
    stage: Stage
    counted_from: Stage | None = None

    @property
    def name(self) -> str:
        """What to type for it: ``osu/2-3``."""
        return f"{self.protocol}/{self.stage.id}"

    def at_pace(self, pace_s_per_km: int | None) -> "PlannedStage":
        """The same, with rounds counted at this pace where it goes by distance."""
        written = self.as_written
        counted = written.model_copy(update={"sessions": sessions_at(written, pace_s_per_km)})
        return self._replace(stage=counted, counted_from=written)

    @property
    def as_written(self) -> Stage:
        """The stage as its protocol has it, whatever the pace."""
        return self.counted_from or self.stage


class Plan(NamedTuple):
    """The whole way from the first stage of ``protocol`` to the last of the build phase."""

    protocol: Protocol
    planned: tuple[PlannedStage, ...]

    @property
    def stages(self) -> tuple[Stage, ...]:
        return tuple(planned.stage for planned in self.planned)


def make_plan(
    protocol: Protocol, lookup: Lookup, *, former_weekly_m: int | None = None, pace_s_per_km: int | None = None
) -> Plan:
    """``protocol``, what it goes on with, and the build phase.

    ``former_weekly_m`` are metres a week before the injury, ``pace_s_per_km`` the runner's own easy pace, by which
    rounds are counted where a stage goes by distance. Raises BadInput where ``then`` leads nowhere or in a circle.
    """
    walkrun = tuple(planned.at_pace(pace_s_per_km) for planned in follow(protocol, lookup))
    longest = max(
        (bout_ms(session, pace_s_per_km) or 0 for planned in walkrun for session in planned.stage.sessions), default=0
    )
    build = build_stages(longest_ms=longest, former_weekly_m=former_weekly_m, pace_s_per_km=pace_s_per_km)
    return Plan(protocol, (*walkrun, *(PlannedStage(BUILD, stage) for stage in build)))


def follow(protocol: Protocol, lookup: Lookup) -> tuple[PlannedStage, ...]:
    """The stages of ``protocol`` and of all it goes on with. Raises BadInput as :func:`make_plan`."""
    found: list[PlannedStage] = []
    way = [protocol.id]
    stages = protocol.stages
    while True:
        found += [PlannedStage(protocol.id, stage) for stage in stages]
        if protocol.then is None:
            return tuple(found)
        name, _, entry = protocol.then.partition("/")
        if name in way:
            raise BadInput(
                f"{' → '.join([*way, name])} goes round in a circle",
                where=f"{protocol.id}, then",
                remedy="let one of them end: delete its then",
            )
        try:
            after = lookup(name)
        except BadInput as problem:
            raise BadInput(problem.what, where=f"{protocol.id}, then", remedy=problem.remedy) from None
        stages = _from(after, entry, f"{protocol.id}, then")
        protocol = after
        way.append(name)


def _from(protocol: Protocol, entry: str, where: str) -> tuple[Stage, ...]:
    ids = [stage.id for stage in protocol.stages]
    if not entry:
        return protocol.stages
    if entry not in ids:
        raise BadInput(f"{protocol.id} has no stage {entry}", where=where, remedy=f"its stages are {', '.join(ids)}")
    return protocol.stages[ids.index(entry) :]


_DEFAULTS = {
    InjuryKind.BONE: "bsi",
    InjuryKind.SURGERY: "san-postop",
    InjuryKind.ACHILLES: "osu",
    InjuryKind.SPRAIN: "seed-start",
    InjuryKind.FASCIA: "seed-start",
}
"""In the order in which they count where there are several injuries: the shortest first runs first [P]."""


def default_programme(injuries: Iterable[InjuryKind]) -> str:
    """The id of the protocol for these injuries (evidence.md section 2); seed-start with none [P]."""
    kinds = set(injuries)
    return next((name for kind, name in _DEFAULTS.items() if kind in kinds), "seed-start")


def may_choose(protocol: Protocol, injuries: Iterable[InjuryKind]) -> bool:
    """Whether a runner with these injuries, or with none, may follow ``protocol``."""
    kinds = set(injuries)
    return kinds <= set(protocol.injuries) if kinds else protocol.no_injury
