"""What every source of activities keeps: Garmin Connect, Garmin's Personal API, and a folder."""

import importlib.util
import io
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from coach.activities.folder import FolderActivities
from coach.errors import CoachError
from coach.garmin.activities import ConnectActivities, PersonalActivities
from coach.garmin.client import GarminClient, is_installed
from coach.garmin.tokens import TokenFile
from coach.ports import ActivitySource
from tests.fakes import FakeClock
from tests.garmin_stand_in import KEY, StandIn, serving


@dataclass
class Trial:
    source: ActivitySource
    add: Callable[[int, str], None]
    fail: Callable[[], None]


def packed(data: bytes) -> bytes:
    """What is in it, if it is a zip."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(archive.namelist()[0])


@pytest.fixture(params=["connect", "personal", "folder"])
def trial(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trial]:
    if request.param == "folder":
        folder = tmp_path / "watch" / "GARMIN" / "Activity"
        folder.mkdir(parents=True)

        def put(number: int, start: str) -> None:
            (folder / f"{start[:10]}-{number}.fit").write_bytes(b"fit %d" % number)

        yield Trial(FolderActivities(tmp_path / "watch"), put, lambda: folder.parent.parent.rename(tmp_path / "gone"))
        return
    if request.param == "personal" and not importlib.util.find_spec("garmin_personal_api"):
        pytest.skip("needs garmin-connect-personal-api-python, which wants Python 3.12")
    if request.param == "connect" and not is_installed():
        pytest.skip("needs garminconnect")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(StandIn()) as stand_in:
        clock, home = FakeClock(), tmp_path / "state"
        if request.param == "connect":
            tokens = TokenFile(home / "tokens.json")
            tokens.write(stand_in.kept_tokens())
            source: ActivitySource = ConnectActivities(GarminClient(tokens, clock, stand_in.site))
        else:
            source = PersonalActivities(lambda: KEY, home / "personal.json", clock, stand_in.site)
        yield Trial(source, stand_in.add_activity, lambda: stand_in.fail("activitylist|download", 503, times=99))


def test_a_source_gives_what_there_is_from_a_day_on_the_oldest_first(trial: Trial) -> None:
    assert list(trial.source.since(date(2026, 3, 1))) == []
    for number, start in ((3, "2026-03-04 07:00:00"), (2, "2026-03-02 00:00:00"), (4, "2026-03-04 23:59:59")):
        trial.add(number, start)
    found = list(trial.source.since(date(2026, 3, 2)))
    assert [packed(each.data) for each in found] == [b"fit 2", b"fit 3", b"fit 4"]
    assert len({each.name for each in found}) == 3
    assert list(trial.source.since(date(2026, 3, 2))) == found, "asked again it says the same"
    newer = [packed(each.data) for each in trial.source.since(date(2026, 3, 4))]
    assert newer[-2:] == [b"fit 3", b"fit 4"]
    assert trial.source.about


def test_what_was_given_stays_good_when_it_fails(trial: Trial) -> None:
    trial.add(1, "2026-03-02 07:00:00")
    trial.add(2, "2026-03-03 07:00:00")
    giving = trial.source.since(date(2026, 3, 1))
    assert packed(next(giving).data) == b"fit 1"
    trial.fail()
    with pytest.raises(CoachError):
        list(trial.source.since(date(2026, 3, 1)))


def test_a_day_of_many(trial: Trial) -> None:
    for number in range(1, 96):
        trial.add(number, f"2026-03-02 07:{number % 60:02}:{number // 60:02}")
    found = list(trial.source.since(date(2026, 3, 2)))
    assert {packed(each.data) for each in found} == {b"fit %d" % number for number in range(1, 96)}
    assert os.sep not in found[0].name or Path(found[0].name).is_file()
