"""intervals.icu, played by a server on this machine: what is sent, and what is said of every answer."""

import base64
import json
import logging
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from coach.delivery import intervals
from coach.delivery.intervals import Planned, check_site, send
from coach.errors import BadInput, ServiceError

KEY = "s3cr3t-key-of-a-runner"
SESSION = Planned(
    "walkrun-coach-01", "osu/2-3 2026-03-02", datetime(2026, 3, 2, 18, 30, tzinfo=UTC), "- Warm up 5m\n\n8x\n- Run 1m\n"
)


@dataclass
class Service:
    """Answers ``status`` and ``body`` to everything, and keeps what it was asked."""

    status: int = 200
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    mute: bool = False  # never answers
    trickles: bool = False  # answers a byte now and then
    cut: bool = False  # hangs up
    asked: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    events: dict[str, Any] = field(default_factory=dict)
    site: str = ""
    over: threading.Event = field(default_factory=threading.Event)

    def answer(self, method: str, path: str, headers: dict[str, str], body: Any) -> bytes:
        self.asked.append((method, path, headers, body))
        if self.body is not None:
            return self.body
        for event in body:
            self.events[event["external_id"]] = event
        return json.dumps([{"id": 1, **event} for event in body]).encode()


def serve(service: Service) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = service.answer(self.command, self.path, dict(self.headers), sent)
            if service.mute:
                service.over.wait(30)
            if service.mute or service.cut:
                return
            if service.trickles:
                for _ in range(600):
                    if service.over.wait(0.05):
                        return
                    self.wfile.write(b"H")
            self.send_response(service.status)
            for name, value in service.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.site = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return server


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    server = serve(service)
    yield service
    service.over.set()
    server.shutdown()
    server.server_close()


def test_the_session_is_put_into_the_calendar(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # what stays here asks no proxy
    send(SESSION, KEY, service.site)
    [(method, path, headers, [event])] = service.asked
    assert (method, path) == ("POST", "/api/v1/athlete/0/events/bulk?upsert=true")
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode() == f"API_KEY:{KEY}"
    assert headers["Content-Type"] == "application/json"
    assert event == {
        "category": "WORKOUT",
        "type": "Run",
        "start_date_local": "2026-03-02T18:30:00",
        "name": "osu/2-3 2026-03-02",
        "description": "- Warm up 5m\n\n8x\n- Run 1m\n",
        "external_id": "walkrun-coach-01",
    }


def test_sent_again_it_is_the_same_entry(service: Service) -> None:
    send(SESSION, KEY, service.site)
    send(SESSION._replace(start=datetime(2026, 3, 3, 7, tzinfo=UTC)), KEY, service.site)
    assert [event["start_date_local"] for event in service.events.values()] == ["2026-03-03T07:00:00"]


@pytest.mark.parametrize(
    ("status", "headers", "body", "words"),
    [
        (401, {}, b"", "does not know the key"),
        (403, {}, b"", "may not change the calendar"),
        (404, {}, b"", "no such address"),
        (422, {}, b'{"status": 422, "error": "Invalid\\nworkout"}', r"\(422: Invalid workout\)"),
        (400, {}, b"\xff\xfe", r"did not take the session \(400\)"),
        (400, {}, b'{"error": "\\u001b[1m"}', r"did not take the session \(400\)"),
        (400, {}, b"[1]", r"did not take the session \(400\)"),
        (429, {"Retry-After": "120"}, b"", "wait 120 s"),
        (429, {"Retry-After": "soon\x1b"}, b"", "wait a quarter of an hour"),
        (500, {}, b"", r"trouble of its own \(500\)"),
        (503, {"Retry-After": "5"}, b"<html>", r"trouble of its own \(503\)"),
        (302, {"Location": "http://127.0.0.1:9/elsewhere"}, b"", "the key is not sent"),
        (200, {}, b"<html>please log in</html>", "not that it has the session"),
        (200, {}, b"{}", "not that it has the session"),
        (200, {}, b"[null, {}]", "not that it has the session"),
        (200, {}, b'[{"external_id": "another"}]', "not that it has the session"),
    ],
)
def test_every_answer_is_told_and_asked_for_once(
    service: Service, status: int, headers: dict[str, str], body: bytes, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    service.status, service.headers, service.body = status, headers, body
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ServiceError, match=words) as caught:
        send(SESSION, KEY, service.site)
    assert len(service.asked) == 1, "nobody is hammered"
    told = f"{caught.value!r} {caught.value} {caplog.text}"
    assert KEY not in told
    assert base64.b64encode(KEY.encode()).decode()[:12] not in told
    assert caught.value.remedy
    assert "\n" not in str(caught.value)
    assert str(caught.value).isprintable()
    assert caught.value.exit_code == 8


def test_silence_is_a_time_out(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "TIMEOUT_S", 0.2)
    service.mute = True
    with pytest.raises(ServiceError, match=r"did not answer within 0\.2 s.*no second one"):
        send(SESSION, KEY, service.site)
    assert len(service.asked) == 1


def test_an_answer_that_trickles_in_is_not_waited_for_longer(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "TIMEOUT_S", 0.3)
    service.trickles = True
    with pytest.raises(ServiceError, match=r"did not answer within 0\.3 s.*no second one"):
        send(SESSION, KEY, service.site)
    assert len(service.asked) == 1


def test_a_connection_that_breaks_off(service: Service) -> None:
    service.cut = True
    with pytest.raises(ServiceError, match="broke off"):
        send(SESSION, KEY, service.site)


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ServiceError, match=r"cannot be reached .connection refused"):
        send(SESSION, KEY, f"http://127.0.0.1:{port}")


def test_one_who_speaks_no_tls_gets_no_key(service: Service) -> None:
    with pytest.raises(ServiceError, match="not safe"):
        send(SESSION, KEY, service.site.replace("http:", "https:"))
    assert not service.asked


SITES = (
    "http://intervals.icu", "ftp://localhost", "intervals.icu", "http://127.0.0.1.nip.io", "https://[::1",
    "http://[::1", "https://läuft.org", "https://a..b", "https://", "https://a.org:99999", "https://a.org:x",
)  # fmt: skip


@pytest.mark.parametrize("site", [*SITES, "", "https://a b.org", "https://a.org\n", f"https://{'a' * 70}.org"])
def test_a_key_goes_nowhere_in_the_clear(site: str) -> None:
    with pytest.raises(BadInput, match="no https address"):
        check_site(site)
    assert check_site("https://intervals.icu/") == intervals.SITE
