"""For all tests: properties are judged by what holds, not by speed; the tour is taken beside the other tests."""

import gc

import pytest
from hypothesis import HealthCheck, settings

from tests.tour import Tour

# A busy machine is slow, and that is no failure. What else the environment asks for (Hypothesis knows CI) stays.
settings.register_profile("unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# Every app of a screen test is a heap of cycles: with Python's own thresholds the collector looks through all that
# thousands of tests have left behind again and again, for a third of their time.
gc.set_threshold(500_000, 5, 10)

_TOUR = pytest.StashKey[Tour]()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Set off on the tour first, if a test wants it: it mostly waits, for most of a minute."""
    wanted = any("tour" in getattr(item, "fixturenames", ()) for item in session.items)
    if wanted and not session.config.getoption("collectonly"):
        session.config.stash[_TOUR] = Tour()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Whatever became of the tests, nothing of the tour stays."""
    if (begun := config.stash.get(_TOUR, None)) is not None:
        begun.clear_away()


@pytest.fixture(scope="session")
def tour(request: pytest.FixtureRequest) -> Tour:
    """The tour, at its end."""
    begun = request.config.stash[_TOUR]
    begun.wait()
    return begun
