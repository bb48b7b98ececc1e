"""Garmin Connect, played on this machine over real sockets, with faults on demand. `garminconnect` talks to it."""

import base64
import io
import json
import re
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.garmin.connect_world import World

EMAIL, PASSWORD, CODE = "runner@example.org", "correct-horse-battery", "271828"
KEY = "secret-personal-key"
HANG, CUT, JUNK, NOTHING, LIST = "hang", "cut", "junk", "nothing", "a list"


@dataclass
class Fault:
    """``what`` happens to the next ``times`` requests like ``like``: a status, or one of the words above.

    NOTHING is a 200 that does nothing.
    """

    like: str
    what: int | str
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    body: bytes = b'{"message": "no"}'


@dataclass
class Answer:
    status: int = 200
    told: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        if isinstance(self.told, bytes):
            return self.told
        return b"" if self.told is None else json.dumps(self.told).encode()


@dataclass
class StandIn:
    """``token_life_s`` from now is what its tokens claim to be good for; what it takes is what it gave last."""

    world: World = field(default_factory=World)
    wants_code: bool = False
    token_life_s: int = 3600 * 24
    activities: list[dict[str, Any]] = field(default_factory=list)
    files: dict[int, bytes] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    site: str = ""
    access: str = ""
    refresh: str = ""
    given: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def count(self, like: str) -> int:
        return sum(1 for each in self.asked if re.search(like, each))

    def fail(self, like: str, what: int | str, **more: Any) -> None:
        self.faults.append(Fault(like, what, **more))

    def fault_for(self, asked: str) -> Fault | None:
        for fault in self.faults:
            if fault.times > 0 and re.search(fault.like, asked):
                fault.times -= 1
                return fault
        return None

    def end_access(self) -> None:
        """The token is good no more, the one to refresh it by is."""
        self.access = "none"

    def add_activity(self, number: int, start: str, kind: str = "running", data: bytes = b"") -> None:
        self.activities.append(
            {"activityId": number, "activityName": f"Run {number}", "startTimeLocal": start, "startTimeGMT": start,
             "activityType": {"typeKey": kind}}
        )  # fmt: skip
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(f"{number}_ACTIVITY.fit", data or b"fit %d" % number)
        self.files[number] = packed.getvalue()

    # What it answers

    def answer(self, method: str, path: str, query: dict[str, list[str]], headers: Any, body: bytes) -> Answer:
        for like, route in _ROUTES:
            found = re.fullmatch(like, f"{method} {path}")
            if found is None:
                continue
            if route == StandIn.personal_token and headers.get("Authorization") != f"ApiKey {KEY}":
                return Answer(401, {"message": "no"})
            if route in _OPEN or headers.get("Authorization") == f"Bearer {self.access}":
                return route(self, found, query, body)
            return Answer(401, {"message": "no"})
        return Answer(404, {"message": "no such address"})

    def sign_in(self, *_: Any) -> Answer:
        return Answer(200, b"<html><title>Sign in</title></html>", {"Set-Cookie": "SESSION=secret-cookie"})

    def log_in(self, _: Any, __: Any, body: bytes) -> Answer:
        told = json.loads(body)
        if (told["username"], told["password"]) != (EMAIL, PASSWORD):
            return Answer(401, {"responseStatus": {"type": "INVALID_USERNAME_PASSWORD"}})
        if self.wants_code:
            return Answer(
                200,
                {"responseStatus": {"type": "MFA_REQUIRED"}, "customerMfaInfo": {"mfaLastMethodUsed": "email"}},
            )
        return self._ticket()

    def verify(self, _: Any, __: Any, body: bytes) -> Answer:
        if json.loads(body)["mfaVerificationCode"] != CODE:
            return Answer(200, {"responseStatus": {"type": "MFA_CODE_INVALID"}})
        return self._ticket()

    def _ticket(self) -> Answer:
        return Answer(200, {"responseStatus": {"type": "SUCCESSFUL"}, "serviceTicketId": "ST-secret-ticket"})

    def token(self, _: Any, __: Any, body: bytes) -> Answer:
        told = parse_qs(body.decode())
        if told.get("grant_type") == ["refresh_token"]:
            if told["refresh_token"] != [self.refresh]:
                return Answer(400, {"error": "invalid_grant"})
        elif told.get("service_ticket") != ["ST-secret-ticket"]:
            return Answer(400, {"error": "invalid_grant"})
        return Answer(200, self.tokens())

    def tokens(self) -> dict[str, str]:
        """New ones; the old ones are worth nothing from now on."""
        self.given += 1
        payload = {"exp": int(time.time()) + self.token_life_s, "client_id": "GARMIN_TEST", "n": self.given}
        parts = [base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in (
            {"alg": "RS256"}, payload)]  # fmt: skip
        self.access = ".".join([*parts, f"secret-signature-{self.given}"])
        self.refresh = f"secret-refresh-{self.given}"
        return {"access_token": self.access, "refresh_token": self.refresh}

    def personal_token(self, *_: Any) -> Answer:
        return Answer(200, self.tokens()["access_token"].encode())

    def kept_tokens(self) -> str:
        """Tokens as a login leaves them."""
        told = self.tokens()
        return json.dumps({"di_token": told["access_token"], "di_refresh_token": told["refresh_token"],
                           "di_client_id": "GARMIN_TEST"})  # fmt: skip

    def profile(self, *_: Any) -> Answer:
        return Answer(200, {"displayName": "a-runner", "fullName": "Robin Runner"})

    def settings(self, *_: Any) -> Answer:
        return Answer(200, {"userData": {"measurementSystem": "metric"}})

    def list_workouts(self, _: Any, query: dict[str, list[str]], __: bytes) -> Answer:
        start, limit = int(query["start"][0]), int(query["limit"][0])
        rows = [
            {name: told.get(name) for name in ("workoutId", "workoutName", "description", "updatedDate")}
            for told in self.world.workouts.values()
        ]
        return Answer(200, rows[start : start + limit])

    def one_workout(self, found: re.Match[str], *_: Any) -> Answer:
        told = self.world.workouts.get(int(found[1]))
        return Answer(404, {"message": "none"}) if told is None else Answer(200, told)

    def upload(self, _: Any, __: Any, body: bytes) -> Answer:
        return Answer(200, self.world.workouts[self.world.upload(json.loads(body))])

    def delete(self, found: re.Match[str], *_: Any) -> Answer:
        return Answer(204) if self.world.delete(int(found[1])) else Answer(404, {"message": "none"})

    def schedule(self, found: re.Match[str], _: Any, body: bytes) -> Answer:
        if int(found[1]) not in self.world.workouts:
            return Answer(404, {"message": "none"})
        number = self.world.schedule(int(found[1]), date.fromisoformat(json.loads(body)["date"]))
        return Answer(200, {"workoutScheduleId": number})

    def unschedule(self, found: re.Match[str], *_: Any) -> Answer:
        return Answer(204) if self.world.unschedule(int(found[1])) else Answer(404, {"message": "none"})

    def calendar(self, found: re.Match[str], *_: Any) -> Answer:
        rows: list[dict[str, Any]] = [
            {"id": each.schedule, "itemType": "workout", "workoutId": each.workout, "date": each.day.isoformat(),
             "title": each.title}
            for each in self.world.month(int(found[1]), int(found[2]) + 1)
        ]  # fmt: skip
        others = [{"id": 5, "itemType": "activity", "date": "2026-03-01", "title": "Ran"}, {"itemType": "race"}]
        return Answer(200, {"startDayOfMonth": 0, "calendarItems": [*others, *rows]})

    def list_activities(self, _: Any, query: dict[str, list[str]], __: bytes) -> Answer:
        start, limit = int(query["start"][0]), int(query["limit"][0])
        since = query["startDate"][0]
        rows = [each for each in self.activities if each["startTimeLocal"][:10] >= since]
        rows.sort(key=lambda each: each["startTimeLocal"], reverse=True)
        return Answer(200, rows[start : start + limit])

    def file(self, found: re.Match[str], *_: Any) -> Answer:
        data = self.files.get(int(found[1]))
        return Answer(404, {"message": "none"}) if data is None else Answer(200, data)


Route = Callable[[StandIn, "re.Match[str]", "dict[str, list[str]]", bytes], Answer]
_OPEN: set[Route] = {StandIn.sign_in, StandIn.log_in, StandIn.verify, StandIn.token, StandIn.personal_token}
_ROUTES: list[tuple[str, Route]] = [
    ("GET /mobile/sso/en_US/sign-in", StandIn.sign_in),
    ("POST /mobile/api/login", StandIn.log_in),
    ("POST /mobile/api/mfa/verifyCode", StandIn.verify),
    ("POST /di-oauth2-service/oauth/token", StandIn.token),
    ("POST /personalapitoken-service/personal-api/personal-api-key/token", StandIn.personal_token),
    ("GET /userprofile-service/socialProfile", StandIn.profile),
    ("GET /userprofile-service/userprofile/user-settings", StandIn.settings),
    ("GET /workout-service/workouts", StandIn.list_workouts),
    (r"GET /workout-service/workout/(\d+)", StandIn.one_workout),
    ("POST /workout-service/workout", StandIn.upload),
    (r"DELETE /workout-service/workout/(\d+)", StandIn.delete),
    (r"POST /workout-service/schedule/(\d+)", StandIn.schedule),
    (r"DELETE /workout-service/schedule/(\d+)", StandIn.unschedule),
    (r"GET /calendar-service/year/(\d+)/month/(\d+)", StandIn.calendar),
    ("GET /activitylist-service/activities/search/activities", StandIn.list_activities),
    (r"GET /download-service/files/activity/(\d+)", StandIn.file),
]


@contextmanager
def serving(stand_in: StandIn) -> Iterator[StandIn]:
    """Until the block ends it answers at ``stand_in.site``."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = f"{self.command} {parts.path}"
            stand_in.asked.append(asked)
            fault = stand_in.fault_for(asked)
            if fault is None:
                self.send(stand_in.answer(self.command, parts.path, parse_qs(parts.query), self.headers, body))
            elif isinstance(fault.what, int):
                self.send(Answer(fault.what, fault.body, fault.headers))
            elif fault.what == HANG:
                stand_in.over.wait(30)
            elif fault.what == CUT:
                answer = stand_in.answer(self.command, parts.path, parse_qs(parts.query), self.headers, body)
                self.send(answer, half=True)
            else:
                told: Any = {JUNK: b"<html>not { json", NOTHING: {"workoutId": 999_999}, LIST: ["?", 1]}[fault.what]
                self.send(Answer(200, told))

        do_GET = do_POST = do_PUT = do_DELETE = handle_any

        def send(self, answer: Answer, *, half: bool = False) -> None:
            body = answer.body
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body) + (100 if half else 0)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if half else body)
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stand_in.site = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield stand_in
    finally:
        stand_in.over.set()
        server.shutdown()
        server.server_close()
