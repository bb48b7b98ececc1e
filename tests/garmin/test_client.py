"""The client against the stand-in, by `garminconnect` as it is: one clear line for every fault, asked once."""

import json
import logging
import re
import stat
from collections.abc import Callable
from datetime import date, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from coach.errors import BadInput, CoachError, ExitCode, LoginNeeded, ServiceError
from coach.garmin.client import GarminClient, check_site
from coach.garmin.login import LoginCancelled
from coach.garmin.tokens import TokenFile
from tests.fakes import EPOCH, FakeClock
from tests.garmin_stand_in import CODE, CUT, EMAIL, HANG, JUNK, LIST, NOTHING, PASSWORD, StandIn

DAY = date(2026, 3, 2)
SECRETS = (PASSWORD, CODE, "secret")


def codes(*told: str) -> Callable[[int], str]:
    return lambda number: told[number - 1]


def no_code(number: int) -> str:
    raise AssertionError("no code was wanted")


def shows_nothing(error: CoachError, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    said = f"{error!r} {error} {caplog.text} {capsys.readouterr()}"
    assert not [each for each in SECRETS if each in said]
    assert "\n" not in str(error)


# --- the login ------------------------------------------------------------------------------------------------------


def test_a_login_keeps_tokens_that_the_owner_alone_can_read_and_no_password(
    client: GarminClient, stand_in: StandIn, tokens: TokenFile, clock: FakeClock
) -> None:
    told: list[str] = []
    assert client.login(EMAIL, PASSWORD, no_code, told.append) == "Robin Runner"
    assert told[0] == "asking Garmin Connect …"
    assert stat.S_IMODE(tokens.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(tokens.folder.stat().st_mode) == 0o700
    assert PASSWORD not in tokens.file.read_text()
    assert EMAIL not in tokens.file.read_text()
    assert PASSWORD not in repr(vars(client._api))
    again = GarminClient(tokens, clock, stand_in.site)
    assert again.name() == "Robin Runner"
    assert stand_in.count("POST /mobile/api/login") == 1, "tokens are enough from then on"


def test_tokens_of_another_program_are_not_taken(
    client: GarminClient, stand_in: StandIn, tokens: TokenFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "garmin_tokens.json"
    theirs.write_text(stand_in.kept_tokens())
    before = theirs.read_text()
    monkeypatch.setenv("GARMINTOKENS", str(tmp_path))
    with pytest.raises(LoginNeeded, match="does not know"):
        client.login(EMAIL, "wrong", no_code)
    client.login(EMAIL, PASSWORD, no_code)
    assert tokens.read() != before == theirs.read_text()


def test_a_code_is_asked_for_and_may_be_wrong_twice(client: GarminClient, stand_in: StandIn) -> None:
    stand_in.wants_code = True
    assert client.login(EMAIL, PASSWORD, codes("1", "2", f" {CODE} ")) == "Robin Runner"


def test_three_wrong_codes_are_enough(
    client: GarminClient,
    stand_in: StandIn,
    tokens: TokenFile,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stand_in.wants_code = True
    with pytest.raises(LoginNeeded, match="did not take the code") as caught:
        client.login(EMAIL, PASSWORD, codes("1", "2", "3", CODE))
    assert not tokens.exists()
    assert stand_in.count("/mobile/api/mfa") == 3
    shows_nothing(caught.value, caplog, capsys)


def test_a_wrong_password_is_sent_once(
    client: GarminClient, stand_in: StandIn, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(LoginNeeded, match="does not know this e-mail address") as caught:
        client.login(EMAIL, "secret-but-wrong", no_code)
    assert stand_in.count("POST .*login") == 1
    assert caught.value.exit_code is ExitCode.LOGIN
    shows_nothing(caught.value, caplog, capsys)


@pytest.mark.parametrize(
    ("like", "what", "says", "most"),
    [
        ("mobile/api/login", 429, "asked too often", 1),
        ("mobile/api/login", 503, r"trouble of its own \(503\)", 1),
        ("mobile/api/login", CUT, "broke off|cannot be reached|does not understand", 1),
        ("mobile/api/login", LIST, "does not understand", 1),
        ("mobile/api/login", 403, "lets no program log in", 4),
        ("oauth/token", 429, "asked too often", 1),
        ("oauth/token", 500, "does not understand", 1),
        ("oauth/token", JUNK, "does not understand", 1),
        ("socialProfile", 401, "does not take the login|lets no program log in", 4),
    ],
)
def test_a_login_that_fails_knocks_few_times_and_keeps_nothing(
    client: GarminClient,
    stand_in: StandIn,
    tokens: TokenFile,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    like: str,
    what: int | str,
    says: str,
    most: int,
) -> None:
    stand_in.fail(like, what, times=99, body=b"<html>secret</html>")
    with pytest.raises(ServiceError, match=says) as caught:
        client.login(EMAIL, PASSWORD, no_code)
    assert stand_in.count("POST .*/login|POST .*signin") <= most
    assert not tokens.exists()
    shows_nothing(caught.value, caplog, capsys)


def test_nobody_is_asked_while_the_service_wants_to_be_left_alone(client: GarminClient, stand_in: StandIn) -> None:
    stand_in.fail("mobile/api/login", 429)
    with pytest.raises(ServiceError, match=r"asked too often \(429\) — try again after 07:15"):
        client.login(EMAIL, PASSWORD, no_code)
    asked = len(stand_in.asked)
    with pytest.raises(ServiceError, match="and was not — try again after 07:15"):
        client.login(EMAIL, PASSWORD, no_code)
    assert len(stand_in.asked) == asked


def test_a_login_may_be_cancelled_while_it_waits(client: GarminClient, stand_in: StandIn, clock: FakeClock) -> None:
    began = clock.monotonic_ns()
    stand_in.fail("mobile/api/login", 403, times=99)  # so that it comes to a way with a pause on every version
    with pytest.raises(LoginCancelled):
        client.login(
            EMAIL, PASSWORD, no_code, cancelled=lambda: clock.monotonic_ns() > began or len(stand_in.asked) > 2
        )


# --- one question ---------------------------------------------------------------------------------------------------


CALLS: dict[str, tuple[str, Callable[[GarminClient], object]]] = {
    "workouts": ("GET /workout-service/workouts", lambda client: client.workouts()),
    "workout": ("GET /workout-service/workout/", lambda client: client.workout(1)),
    "upload": ("POST /workout-service/workout", lambda client: client.upload({"workoutName": "x"})),
    "delete": ("DELETE /workout-service/workout/", lambda client: client.delete(1)),
    "calendar": ("GET /calendar-service", lambda client: client.calendar(2026, 3)),
    "schedule": ("POST /workout-service/schedule", lambda client: client.schedule(1, DAY)),
    "unschedule": ("DELETE /workout-service/schedule", lambda client: client.unschedule(1)),
    "activities": ("GET /activitylist-service", lambda client: client.activity_rows(DAY)),
    "original": ("GET /download-service", lambda client: client.original(1)),
}
WRITES = ("upload", "delete", "schedule", "unschedule")
FAULTS: dict[str, tuple[int | str, str, ExitCode, int]] = {
    "401": (401, r"does not take the login any more \(401\) — log in: `coach garmin login`", ExitCode.LOGIN, 2),
    "403": (403, r"refuses this \(403\)", ExitCode.SERVICE, 1),
    "429": (429, r"asked too often \(429\) — try again after 07:15", ExitCode.SERVICE, 1),
    "500": (500, r"trouble of its own \(500\)", ExitCode.SERVICE, 1),
    "503": (503, r"trouble of its own \(503\)", ExitCode.SERVICE, 1),
    "400": (400, r"did not take this \(400\)", ExitCode.SERVICE, 1),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_it_answers_is_said_in_a_line_and_asked_once(
    logged_in: GarminClient,
    stand_in: StandIn,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    call: str,
    fault: str,
) -> None:
    like, ask = CALLS[call]
    what, says, code, times = FAULTS[fault]
    stand_in.fail(like, what, times=99, body=b'{"message": "secret words of the service"}')
    with pytest.raises(ServiceError, match=says) as caught:
        ask(logged_in)
    assert caught.value.exit_code is code
    assert stand_in.count(like) == times
    shows_nothing(caught.value, caplog, capsys)


@pytest.mark.parametrize("call", ["workouts", "upload", "delete", "original"])
@pytest.mark.parametrize(
    ("fault", "says"), [(HANG, "did not answer in"), (CUT, "broke off"), (JUNK, "does not understand")]
)
def test_an_answer_that_breaks_off_is_not_taken_for_a_no(
    logged_in: GarminClient,
    stand_in: StandIn,
    tokens: TokenFile,
    clock: FakeClock,
    call: str,
    fault: str,
    says: str,
) -> None:
    number = stand_in.world.upload({"workoutName": "x"})
    stand_in.add_activity(1, "2026-03-02 07:00:00")
    asks: dict[str, Callable[[GarminClient], object]] = {"delete": lambda client: client.delete(number)}
    if fault == JUNK and call in ("delete", "original"):
        return  # a deletion needs no answer in words, and a file may be anything
    if fault == CUT and call == "delete":
        stand_in.fail(CALLS[call][0], HANG)  # its answer has no body that could break off
        fault, says = HANG, "did not answer in"
    else:
        stand_in.fail(CALLS[call][0], fault)
    hasty = GarminClient(tokens, clock, stand_in.site, timeout_s=0.2)
    with pytest.raises(ServiceError, match=says) as caught:
        asks.get(call, CALLS[call][1])(hasty if fault == HANG else logged_in)
    assert ("may have taken it or not" in str(caught.value)) == (call in WRITES)
    assert stand_in.count(CALLS[call][0]) == 1


@pytest.mark.parametrize(
    ("after", "says"),
    [("120", "07:02"), ("7200", "09:00"), ("0", "07:00"), ("soon", "07:15"), ("99999999", "2026-11-24 07:00"),
     (format_datetime(EPOCH + timedelta(hours=1)), "08:00"), ("Mon, 99 Xyz", "07:15")],
)  # fmt: skip
def test_it_says_when_to_come_again(logged_in: GarminClient, stand_in: StandIn, after: str, says: str) -> None:
    stand_in.fail("workouts", 429, headers={"Retry-After": after})
    with pytest.raises(ServiceError, match=f"try again after {says}"):
        logged_in.workouts()


def test_after_that_it_is_asked_again(logged_in: GarminClient, stand_in: StandIn, clock: FakeClock) -> None:
    stand_in.fail("workouts", 429, headers={"Retry-After": "600"})
    with pytest.raises(ServiceError, match="asked too often"):
        logged_in.workouts()
    with pytest.raises(ServiceError, match="and was not"):
        logged_in.name()
    clock.advance(11 * 60 * 1_000_000_000)
    assert logged_in.workouts() == []


def test_nobody_there(tokens: TokenFile, clock: FakeClock, stand_in: StandIn) -> None:
    tokens.write(stand_in.kept_tokens())
    gone = GarminClient(tokens, clock, "http://127.0.0.1:9", timeout_s=0.3)
    for ask in (gone.workouts, lambda: gone.upload({"workoutName": "x"})):
        with pytest.raises(ServiceError, match="cannot be reached — check the network"):
            ask()
    with pytest.raises(ServiceError, match="cannot be reached"):
        gone.login(EMAIL, PASSWORD, no_code)


def test_a_token_that_ended_is_refreshed_and_the_new_one_kept(
    logged_in: GarminClient, stand_in: StandIn, tokens: TokenFile, clock: FakeClock
) -> None:
    before = tokens.read()
    stand_in.end_access()
    assert logged_in.workouts() == []
    assert stand_in.count("oauth/token") == 1
    assert tokens.read() != before
    assert GarminClient(tokens, clock, stand_in.site).workouts() == []
    assert stand_in.count("oauth/token") == 1, "the new one was kept"
    assert stat.S_IMODE(tokens.file.stat().st_mode) == 0o600


def test_a_clock_that_is_ahead_does_not_have_every_question_refreshed(
    logged_in: GarminClient, stand_in: StandIn
) -> None:
    stand_in.token_life_s = -3600
    logged_in._tokens.write(stand_in.kept_tokens())
    for _ in range(4):
        assert logged_in.workouts() == []
    assert stand_in.count("oauth/token") == 1


def test_a_login_that_ended_for_good(logged_in: GarminClient, stand_in: StandIn, tokens: TokenFile) -> None:
    logged_in._tokens.write(stand_in.kept_tokens())
    stand_in.end_access()
    stand_in.refresh = "another"
    with pytest.raises(LoginNeeded, match="coach garmin login"):
        logged_in.workouts()
    assert tokens.exists(), "whoever wants can still look"
    assert stand_in.count("/workouts") <= 2


def test_tokens_that_are_none_or_others_could_read(client: GarminClient, tokens: TokenFile, stand_in: StandIn) -> None:
    with pytest.raises(LoginNeeded, match="there is no login"):
        client.workouts()
    for nonsense in ("", "[]", '{"di_token": null}', "{"):
        tokens.write(nonsense)
        with pytest.raises(LoginNeeded, match="cannot be understood"):
            GarminClient(tokens, FakeClock(), stand_in.site).workouts()
    tokens.file.chmod(0o644)
    with pytest.raises(BadInput, match="others can read"):
        client.workouts()
    tokens.write("{}")
    assert stat.S_IMODE(tokens.file.stat().st_mode) == 0o600
    assert tokens.remove()
    assert not tokens.remove()
    assert not stand_in.asked


def test_a_list_of_many_pages_and_one_that_never_ends(logged_in: GarminClient, stand_in: StandIn) -> None:
    for number in range(230):
        stand_in.world.upload({"workoutName": f"w{number}"})
    assert len(logged_in.workouts()) == 230
    assert stand_in.count("/workouts") == 3
    for number in range(1, 90):
        stand_in.add_activity(number, f"2026-03-{number % 28 + 1:02} 07:00:00")
    assert len(logged_in.activity_rows(date(2026, 3, 1))) == 89
    rows = [{"activityId": number} for number in range(40)]
    stand_in.fail("activitylist", 200, times=99, body=json.dumps(rows).encode())
    assert len(logged_in.activity_rows(DAY)) == 39, "the same page for ever is the end"


def test_an_answer_without_end(logged_in: GarminClient, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coach.garmin.web.LARGEST", 100)
    stand_in.fail("download", 200, body=b"x" * 5000)
    with pytest.raises(ServiceError, match="more than can be meant"):
        logged_in.original(1)


def test_rows_that_make_no_sense_are_passed_over(logged_in: GarminClient, stand_in: StandIn) -> None:
    rows = [
        {"id": "7", "workoutId": 8, "date": "2026-03-02T00:00:00"},
        {"id": 1},
        {"id": 2, "workoutId": 3, "date": "?"},
    ]
    told = json.dumps({"calendarItems": [*rows, "x", None, {"id": True, "workoutId": -1, "date": "2026-03-02"}]})
    stand_in.fail("calendar", 200, body=told.encode())
    [entry] = logged_in.calendar(2026, 3)
    assert (entry.schedule, entry.workout, entry.day) == (7, 8, DAY)
    for nonsense in (b"{}", b"[]", b"null", b'{"calendarItems": {}}'):
        stand_in.fail("calendar", 200, body=nonsense)
        with pytest.raises(ServiceError, match="does not understand"):
            logged_in.calendar(2026, 3)
    stand_in.fail("POST /workout-service/workout$", NOTHING)
    assert logged_in.upload({"workoutName": "x"}) == 999_999, "the sync looks whether that is there"
    stand_in.fail("POST /workout-service/workout$", 200, body=b"{}")
    with pytest.raises(ServiceError, match="may have taken it or not"):
        logged_in.upload({"workoutName": "x"})


def test_nothing_is_logged(logged_in: GarminClient, stand_in: StandIn) -> None:
    heard: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    root = logging.getLogger()
    listener = Listener()
    root.addHandler(listener)
    try:
        stand_in.fail("workouts", 500)
        with pytest.raises(ServiceError):
            logged_in.workouts()
    finally:
        root.removeHandler(listener)
    assert not [each for each in heard if "garmin" in each or "workout" in each]


@pytest.mark.parametrize("site", ["https://example.org", "http://example.org", "http://127.0.0.1.example.org:80", "x"])
def test_a_login_goes_to_garmin_alone(site: str) -> None:
    with pytest.raises(BadInput, match="COACH_GARMIN_URL"):
        check_site(site)
    assert check_site("http://127.0.0.1:80/") == "http://127.0.0.1:80"


def test_one_module_imports_the_library() -> None:
    root = Path(__file__).parents[2]
    importing = [
        file.name
        for file in (root / "coach").rglob("*.py")
        if re.search(r"(import|from) garminconnect|import_module\(.garminconnect", file.read_text(encoding="utf-8"))
    ]
    assert importing == ["client.py"]
