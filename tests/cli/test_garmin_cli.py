"""``coach garmin`` and ``coach push`` to Garmin Connect, by the stand-in: one session, gone when the gate closes."""

import io
import json
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from keyring.backends import fail

from coach import config
from coach.bootstrap.garmin_back import TakingBack
from coach.bootstrap.pulling import from_personal_api, the_personal_key
from coach.errors import BadInput, ExitCode
from coach.garmin.client import is_installed
from coach.garmin.shape import mark_in, shape_of
from tests.cli.in_process import Coach, close_the_gate, refused
from tests.cli.test_activity_cli import as_tcx
from tests.fakes import FakeClock
from tests.garmin_stand_in import CODE, EMAIL, NOTHING, PASSWORD, StandIn, serving

TODAY = "2026-03-02"


@pytest.fixture
def garmin(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    if not is_installed():
        pytest.skip("needs garminconnect")
    with serving(StandIn()) as stand_in:
        monkeypatch.setenv("COACH_GARMIN_URL", stand_in.site)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setattr("coach.garmin.login.Patience.wait", lambda *_: None)
        monkeypatch.setattr("coach.bootstrap.garmin._SETTLING_NS", 0)
        yield stand_in


def folder() -> Path:
    return Path(os.environ["COACH_HOME"]) / "state" / "garmin-stand-in"


@pytest.fixture
def logged_in(garmin: StandIn, coach: Coach) -> StandIn:
    folder().mkdir(parents=True)
    (folder() / "tokens.json").write_text(garmin.kept_tokens())
    (folder() / "tokens.json").chmod(0o600)
    return garmin


def ahead(garmin: StandIn) -> list[tuple[str, str]]:
    """Titles and days of what is scheduled."""
    return [
        (garmin.world.workouts[number]["workoutName"], day.isoformat())
        for number, day in garmin.world.entries.values()
    ]  # fmt: skip


def test_a_login_off_a_terminal(coach: Coach, garmin: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    garmin.wants_code = True
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{EMAIL}\n{PASSWORD}\n{CODE}\n"))
    said = coach("garmin", "login")
    assert (said.code, said.out) == (0, "")
    assert "no official way in" in said.err
    assert "logged in as Robin Runner" in said.err
    assert PASSWORD not in said.err + "".join(file.read_text() for file in folder().iterdir())
    assert stat.S_IMODE((folder() / "tokens.json").stat().st_mode) == 0o600
    said = coach("garmin", "status")
    assert "Logged in to Garmin Connect as Robin Runner.\nNo session" in said.out
    assert json.loads(coach("garmin", "status", "--json").out) == {"name": "Robin Runner", "to_take_back": []}
    assert "the login is gone" in coach("garmin", "logout").err
    assert "there was no login" in coach("garmin", "logout").err
    assert "coach garmin login" in refused(coach("garmin", "status"), ExitCode.LOGIN)


def test_a_login_that_is_refused(coach: Coach, garmin: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("wrong\n"))
    said = coach("garmin", "login", EMAIL)
    assert (said.code, "Garmin does not know" in said.err) == (int(ExitCode.LOGIN), True)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert "password is missing" in coach("garmin", "login", EMAIL).err
    garmin.fail("mobile/api/login", 429)
    monkeypatch.setattr("sys.stdin", io.StringIO("wrong\n"))
    assert coach("garmin", "login", EMAIL).code == ExitCode.SERVICE


def test_todays_session_is_sent_once(opened: Coach, logged_in: StandIn) -> None:
    said = opened("push", "--dry-run")
    assert (said.code, said.out) == (0, "")
    assert f"  upload TRY osu/1-4 {TODAY}\n  schedule it for {TODAY}\nnothing was changed" in said.err
    assert not logged_in.world.workouts
    said = opened("push")
    assert said.code == 0
    assert "found there as it was sent" in said.err
    assert ahead(logged_in) == [(f"TRY osu/1-4 {TODAY}", TODAY)]
    [told] = logged_in.world.workouts.values()
    mark = mark_in(told["description"])
    assert mark is not None
    assert (mark.day.isoformat(), mark.shape) == (TODAY, shape_of(told))
    assert "it is there already" in opened("push", "--to", "GARMIN").err
    assert len(logged_in.world.workouts) == 1
    assert "closing the gate would take TRY osu/1-4" in opened("garmin", "status").out


def test_without_a_login_it_is_said(opened: Coach, garmin: StandIn) -> None:
    assert "coach garmin login" in refused(opened("push"))
    assert "there is no login" in refused(opened("push", "--to", "garmin"), ExitCode.LOGIN)
    assert not garmin.asked


def test_a_closed_gate_takes_it_back(opened: Coach, logged_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    own = logged_in.world.upload({"workoutName": "Mine"})
    opened("push")
    monkeypatch.setattr("coach.cli.garmin.take_back_what_is_wrong", lambda _: None)
    close_the_gate(opened, monkeypatch, "a red flag")
    said = opened("push", "--dry-run")
    assert said.code == ExitCode.GATE_CLOSED
    assert "to be taken back from Garmin Connect:" in said.err
    assert len(ahead(logged_in)) == 1
    said = opened("push")
    assert "the gate is closed" in refused(said, ExitCode.GATE_CLOSED)
    assert "The watch follows at its next sync" in said.err
    assert "(G" in said.err, "with every reason"
    assert ahead(logged_in) == []
    assert list(logged_in.world.workouts) == [own]


def test_whatever_closes_the_gate_takes_it_back_at_once(
    opened: Coach, logged_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened("push")
    asked = len(logged_in.asked)
    assert opened("today").code == 0
    assert len(logged_in.asked) == asked, "nobody is asked while it is still the session that is open"
    said = opened("before", "0", "--confidence", "9", "--flag", "sudden-pop", "--nothing-else")
    assert said.code == 0
    assert "Today's session is taken back from Garmin Connect. The watch follows" in said.err
    assert ahead(logged_in) == []
    asked = len(logged_in.asked)
    opened("today")
    assert len(logged_in.asked) == asked


def test_another_stage_takes_it_back_though_the_gate_is_open(opened: Coach, logged_in: StandIn) -> None:
    opened("push")
    status = folder() / "sync.json"
    status.write_text(status.read_text().replace("osu/1-4", "osu/2-1"))
    said = opened("today")
    assert said.code == 0
    assert "taken back from Garmin Connect" in said.err
    assert ahead(logged_in) == []


def test_what_cannot_be_taken_back_is_left_alone_for_a_while(
    opened: Coach, logged_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened("push")
    clock = FakeClock(utc=datetime(2026, 3, 2, 7, 0, tzinfo=UTC))
    taking = TakingBack(config.folders(), clock)
    logged_in.fail("calendar", 503)
    rest: Any = SimpleNamespace(is_open=False, stage=SimpleNamespace(name="osu/1-4"))
    job = taking(rest)
    assert job is not None
    assert "may still lie ahead on Garmin Connect: Garmin Connect has trouble of its own (503)" in job()
    assert taking(rest) is None
    clock.advance(16 * 60 * 1_000_000_000)
    job = taking(rest)
    assert job is not None
    assert "is taken back" in job()
    assert taking(rest) is None, "nothing is left to do"


def test_a_rating_is_kept_even_if_nothing_can_be_taken_back(opened: Coach, logged_in: StandIn) -> None:
    opened("push")
    logged_in.fail("calendar", 503, times=9)
    said = opened("before", "0", "--confidence", "9", "--flag", "sudden-pop", "--nothing-else")
    assert said.code == 0
    assert "Kept: your rating" in said.err
    assert "a session may still lie ahead on Garmin Connect" in said.err
    said = opened("push")
    assert "a session may still lie ahead on Garmin Connect" in refused(said, ExitCode.SERVICE)
    logged_in.faults.clear()
    assert opened("push").code == ExitCode.GATE_CLOSED
    assert ahead(logged_in) == []


def test_a_gate_that_closes_before_the_answer_puts_nothing_there(
    opened: Coach, logged_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def confirm(*_: object, **__: object) -> bool:
        close_the_gate(opened, monkeypatch, "a red flag")
        return True

    monkeypatch.setattr("coach.cli.answers.is_terminal", lambda: True)
    monkeypatch.setattr("typer.confirm", confirm)
    assert "the gate is closed" in refused(opened("push"), ExitCode.GATE_CLOSED)
    assert not logged_in.world.workouts


def test_one_command_in_the_morning(ready: Coach, logged_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    said = ready("morning", "0", "--confidence", "9", "--nothing-else", "--push")
    assert said.code == 0
    assert "The gate is open." in said.out
    assert len(ahead(logged_in)) == 1
    monkeypatch.setenv("COACH_NOW", "2026-03-03T07:00+01:00")
    said = ready("morning", "7", "--confidence", "9", "--nothing-else", "--push")
    assert said.code == ExitCode.GATE_CLOSED
    assert "Kept: your rating" in said.err
    assert len(ahead(logged_in)) == 1, "what is past is left alone"


@pytest.mark.parametrize(
    ("like", "what", "says", "code"),
    [
        ("POST /workout-service/workout", 401, "does not take the login", ExitCode.LOGIN),
        ("POST /workout-service/workout", 403, "refuses this", ExitCode.SERVICE),
        ("POST /workout-service/schedule", 429, "try again after", ExitCode.SERVICE),
        ("POST /workout-service/schedule", 500, "trouble of its own", ExitCode.SERVICE),
        ("POST /workout-service/workout", NOTHING, "does not have it", ExitCode.SERVICE),
        ("POST /workout-service/schedule", NOTHING, "does not have it there", ExitCode.SERVICE),
    ],
)
def test_a_fault_is_said_and_the_next_push_mends_what_is_left(
    opened: Coach,
    logged_in: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    like: str,
    what: int | str,
    says: str,
    code: ExitCode,
) -> None:
    logged_in.fail(like, what, times=2 if what == 401 else 1, headers={"Retry-After": "0"})
    assert says in refused(opened("push"), code)
    assert logged_in.count(like) <= 2
    monkeypatch.setenv("COACH_NOW", f"{TODAY}T07:01+01:00")
    assert opened("push").code == 0
    assert len(ahead(logged_in)) == len(logged_in.world.workouts) == 1


def test_a_scratch_journal_does_not_get_at_the_real_one(opened: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path(os.environ["COACH_HOME"]) / "state" / "garmin"
    home.mkdir(parents=True)
    (home / "tokens.json").write_text("{}")
    (home / "tokens.json").chmod(0o600)
    (home / "sync.json").write_text(json.dumps({"workouts": {"5": TODAY}, "released": [], "title": "x"}))
    for command in (("push",), ("garmin", "status"), ("garmin", "login", EMAIL)):
        assert "COACH_SCRATCH: a scratch journal is for trying" in refused(opened(*command))
    said = opened("before", "0", "--confidence", "9", "--flag", "sudden-pop", "--nothing-else")
    assert "Garmin" not in said.err


def test_garmin_has_no_key(opened: Coach, logged_in: StandIn) -> None:
    assert "has no key" in refused(opened("push", "--to", "garmin", "--set-key"))
    assert "for a watch" in refused(opened("push", "--to", "garmin", "--force"))
    assert "say garmin or intervals" in refused(opened("push", "--to", "strava"))


def test_the_key_of_the_personal_api_is_kept_unseen(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyring.get_keyring", fail.Keyring)  # whoever runs the tests may have one
    monkeypatch.setattr("sys.stdin", io.StringIO("secret-key\n"))
    said = coach("garmin", "key")
    assert (said.code, said.out) == (0, "")
    file = Path(os.environ["COACH_HOME"]) / "config" / "garmin_api.key"
    assert f"kept in {file}" in said.err
    assert "secret" not in said.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "is gone from" in coach("garmin", "key", "--forget").err
    with pytest.raises(BadInput, match=r"keep one: `coach garmin key`; or set COACH_GARMIN_API_KEY"):
        the_personal_key().find()
    monkeypatch.setenv("COACH_GARMIN_API_URL", "https://example.org")
    with pytest.raises(BadInput, match="not on this machine"):
        from_personal_api()


def test_pull_takes_in_what_connect_has(logged_in: StandIn, opened: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    logged_in.add_activity(7, "2026-03-02 17:00:00", data=as_tcx().encode())
    monkeypatch.setenv("COACH_NOW", "2026-03-02T19:30+01:00")
    said = opened("pull")
    assert said.code == 0, said.err
    assert "a run of its own" in said.out
    assert "kept already" in opened("pull").out
    logged_in.fail("activitylist", 503, times=9)
    said = opened("pull")
    assert said.code == ExitCode.SERVICE
    assert "Traceback" not in said.err
