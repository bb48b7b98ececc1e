"""What is offered instead of runs."""

import pytest

from coach.gate.meanwhile import OFFERS, asks_clinician, offers
from coach.library.sources import shipped_sources
from coach.model.profile import Injury, InjuryKind, Profile


def titles(*kinds: InjuryKind, cleared: bool = False) -> set[str]:
    who = Profile(injuries=tuple(Injury(kind=kind) for kind in kinds), protocol="seed-start")
    return {offer.title.split()[-1] for offer in offers(who, cleared=cleared)}


def test_every_offer_has_a_known_source() -> None:
    for offer in OFFERS:
        assert offer.sources
        assert set(offer.sources) <= set(shipped_sources())


@pytest.mark.parametrize("kinds", [(), *((kind,) for kind in InjuryKind)])
def test_everybody_is_offered_walking_conditioning_and_strength(kinds: tuple[InjuryKind, ...]) -> None:
    who = Profile(injuries=tuple(Injury(kind=kind) for kind in kinds), protocol="seed-start")
    assert {offer.kind for offer in offers(who, cleared=False)} == {"walking", "conditioning", "strength"}
    assert asks_clinician(who) is (set(kinds) <= {InjuryKind.BONE, InjuryKind.SURGERY} and bool(kinds))


def test_each_programme_is_for_its_injury() -> None:
    assert "(Alfredson)" in titles(InjuryKind.ACHILLES)
    assert "(Alfredson)" not in titles(InjuryKind.FASCIA)
    assert "toes" in titles(InjuryKind.FASCIA)


def test_nothing_loads_the_heel_before_a_clearance_that_bone_or_surgery_asks() -> None:
    both = (InjuryKind.ACHILLES, InjuryKind.SURGERY)
    assert "(Alfredson)" not in titles(*both)
    assert "(Alfredson)" in titles(*both, cleared=True)
