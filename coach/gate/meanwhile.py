"""What is done instead of runs until readiness is passed: walking, low-impact conditioning, strength."""

from typing import NamedTuple

from coach.model.profile import InjuryKind, Profile


class Offer(NamedTuple):
    """``kind`` is walking, conditioning or strength. ``injuries`` are those it is for; empty means everybody."""

    kind: str
    title: str
    dose: str
    sources: tuple[str, ...]
    injuries: frozenset[InjuryKind] = frozenset()
    loads_heel: bool = False


_FASCIA = frozenset((InjuryKind.FASCIA,))
_ACHILLES = frozenset((InjuryKind.ACHILLES,))
_WAITS = frozenset((InjuryKind.BONE, InjuryKind.SURGERY))

OFFERS = (
    Offer("walking", "Walking on level ground", "up to 30 min in one go, as far as it stays free of pain and limp",
          ("ouh-2024", "san", "osu-2019", "project-choice")),
    Offer("conditioning", "Cycling, swimming or elliptical", "30-45 min, later 45-60, then 60 or more", ("san",)),
    Offer("strength", "Heel raises on one leg, a towel under the toes",
          "every second day, 3 s up, 2 s hold, 3 s down: 3 sets of 12RM; after 2 weeks 4 of 10RM; "
          "after 4 weeks 5 of 8RM; 12 weeks in all", ("rathleff-2015",), _FASCIA, loads_heel=True),
    Offer("strength", "Heel raises (Alfredson)",
          "twice a day 3 sets of 15 with a straight knee and 3 of 15 with a bent one, 12 weeks", ("alfredson",),
          _ACHILLES, loads_heel=True),
    Offer("strength", "Or heavy slow raises (Beyer)",
          "3 a week, 6 s a repetition: week 1 3 sets of 15RM; weeks 2-3 3 of 12; 4-5 4 of 10; 6-8 4 of 8; 9-12 4 of 6",
          ("beyer",), _ACHILLES, loads_heel=True),
    Offer("strength", "Or raises (Silbernagel)",
          "3 sets of 10-15 a day, later 2-3 a week; rebounding 3 sets of 20 only once hops are passed",
          ("silbernagel", "project-choice"), _ACHILLES, loads_heel=True),
    Offer("strength", "Hip, small muscles of the foot, balance", "2-3 a week", ("project-choice",)),
)  # fmt: skip


def offers(profile: Profile, *, cleared: bool) -> tuple[Offer, ...]:
    """What is offered to this runner.

    With a bone injury or after surgery nothing that loads the heel hard before a clinician's clearance (``cleared``)
    [P].
    """
    kinds = {injury.kind for injury in profile.injuries}
    waits = bool(kinds & _WAITS) and not cleared
    return tuple(
        offer for offer in OFFERS if (not offer.injuries or offer.injuries & kinds) and not (waits and offer.loads_heel)
    )


def asks_clinician(profile: Profile) -> bool:
    """Whether all of it is only what a clinician allows: bone and surgery [P]."""
    return any(injury.kind in _WAITS for injury in profile.injuries)
