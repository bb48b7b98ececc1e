"""Many lives, and what came of them: for each kind and protocol how many reached 30 minutes, and when."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from coach.gate.facts import StageRule
from coach.model.profile import Injury
from coach.model.protocol import Protocol
from coach.simulation.life import Life, Lived
from coach.simulation.runners import KINDS, Kind, KindName


class Course(NamedTuple):
    """A protocol with the stages of its whole plan, as the gate sees them."""

    protocol: Protocol
    stages: tuple[StageRule, ...]


class Batch(NamedTuple):
    """Lives of one kind under one protocol, from ``seed`` on."""

    kind: KindName
    course: Course
    lives: int
    seed: int
    days: int = 365


class Row(NamedTuple):
    """What came of a batch. Days are those on which 30 minutes were first run in one go, of those who did; stops and
    steps back are a life's mean. ``broken`` are the laws found broken, each with how to live it again."""

    kind: str
    protocol: str
    lives: int
    reached: float
    median: int | None
    early: int | None
    late: int | None
    runs: float
    stops: float
    step_backs: float
    broken: tuple[str, ...]


def injuries_for(kind: Kind, protocol: Protocol) -> tuple[Injury | None, ...]:
    """Those of the kind for which the protocol may be chosen."""
    return tuple(
        each
        for each in kind.injuries
        if (protocol.no_injury if each is None else each.kind in protocol.injuries)
    )  # fmt: skip


def batches(
    kinds: Sequence[KindName], courses: Sequence[Course], *, lives: int, seed: int, days: int = 365
) -> list[Batch]:
    """Every kind under every protocol that may be chosen for it. A gamer brings his honest twin."""
    wanted = [*kinds]
    if KindName.TWIN not in wanted and any(KINDS[kind].habits.games for kind in kinds):
        wanted.append(KindName.TWIN)
    return [
        Batch(kind, course, lives, seed, days)
        for course in courses
        for kind in wanted
        if injuries_for(KINDS[kind], course.protocol)
    ]


def live(batch: Batch) -> Iterator[Lived]:
    """One life after another. Life n is that of the seed ``batch.seed`` + n, whatever else is lived."""
    kind = KINDS[batch.kind]
    injuries = injuries_for(kind, batch.course.protocol)
    for seed in range(batch.seed, batch.seed + batch.lives):
        plan = (batch.course.protocol.id, batch.course.stages)
        yield Life(kind, plan, seed, injuries[seed % len(injuries)]).live(batch.days)


def row_of(lives: Sequence[Lived]) -> Row:
    """The lives of one batch in brief."""
    first, count = lives[0], len(lives)
    days = sorted(life.reached for life in lives if life.reached is not None)
    return Row(
        kind=first.kind,
        protocol=first.protocol,
        lives=count,
        reached=len(days) / count,
        median=_share(days, 0.5),
        early=_share(days, 0.1),
        late=_share(days, 0.9),
        runs=sum(life.runs for life in lives) / count,
        stops=sum(life.stops for life in lives) / count,
        step_backs=sum(life.step_backs for life in lives) / count,
        broken=tuple(f"{what}\n  again: {again(life)}" for life in lives for what in life.broken),
    )


def again(life: Lived) -> str:
    """The command that lives it once more."""
    days = "" if life.days == 365 else f" --days {life.days}"
    return f"coach simulate --kind {life.kind} --protocol {life.protocol} --runs 1 --seed {life.seed}{days}"


def gained(lives: Iterable[Lived]) -> list[str]:
    """Where gamers as a whole came to 30 minutes sooner than their honest twins, under the same protocol.

    Of the same luck, not pair by pair: who waits longer also rests longer, and may be spared a flare for it.
    """
    found: list[str] = []
    by: dict[str, dict[str, list[int]]] = {}
    for life in lives:
        days = life.days + 1 if life.reached is None else life.reached
        by.setdefault(life.protocol, {}).setdefault(life.kind, []).append(days)
    for protocol, kinds in by.items():
        twins = kinds.get(KindName.TWIN, [])
        for kind, days in kinds.items():
            if KINDS[KindName(kind)].habits.games and len(days) == len(twins) and sum(days) < sum(twins):
                mean, honest = sum(days) / len(days), sum(twins) / len(twins)
                found.append(f"{protocol}: the {kind} took {mean:.1f} days, the honest twin {honest:.1f}")
    return found


def _share(days: Sequence[int], share: float) -> int | None:
    """The day by which this share of those who reached it had (nearest rank)."""
    return days[max(0, math.ceil(share * len(days)) - 1)] if days else None
