"""A stand-in that answers, and a client of it that is logged in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.garmin.client import GarminClient, is_installed
from coach.garmin.tokens import TokenFile
from tests.fakes import FakeClock
from tests.garmin_stand_in import StandIn, serving


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    if not is_installed():
        pytest.skip("needs garminconnect")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")  # whoever runs the tests may be behind one
    with serving(StandIn()) as made:
        yield made


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def tokens(tmp_path: Path) -> TokenFile:
    return TokenFile(tmp_path / "garmin" / "tokens.json")


@pytest.fixture
def client(stand_in: StandIn, tokens: TokenFile, clock: FakeClock) -> GarminClient:
    """Not logged in."""
    return GarminClient(tokens, clock, stand_in.site)


@pytest.fixture
def logged_in(client: GarminClient, stand_in: StandIn, tokens: TokenFile) -> GarminClient:
    tokens.write(stand_in.kept_tokens())
    return client
