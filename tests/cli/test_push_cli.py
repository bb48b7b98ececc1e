"""``coach push`` as people use it: today's session on a watch and in a calendar, and never past a closed gate."""

import base64
import hashlib
import io
import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.backends import fail

from coach.errors import ExitCode
from coach.model.sheets import Exported, Sheet
from coach.model.syntax import parse
from exporters.intervals import IntervalsExporter
from tests.cli.in_process import Coach, close_the_gate, refused
from tests.delivery.test_intervals import KEY, Service, serve
from tests.exporters.readers import by_fitdecode, fit_done, intervals_done, planned


@pytest.fixture
def new_files(tmp_path: Path) -> Path:
    """Where a mounted watch takes files."""
    folder = tmp_path / "my watch" / "GARMIN" / "NewFiles"
    folder.mkdir(parents=True)
    return folder


def test_todays_session_is_pushed_onto_the_watch(opened: Coach, new_files: Path) -> None:
    said = opened("push", "--usb", str(new_files.parent.parent))
    assert (said.code, said.out) == (0, "")
    [file] = new_files.iterdir()
    assert file.name == "TRY-osu-1-4-2026-03-02.fit", "it comes of a scratch journal"
    assert by_fitdecode(file.read_bytes())[1][1][8] == "TRY osu/1-4 2026-03-02"
    session = json.loads(opened("today", "--json").out)["workout"]
    assert fit_done(by_fitdecode(file.read_bytes())) == planned(parse(session))
    assert hashlib.sha256(file.read_bytes()).hexdigest()[:16] in said.err
    assert f"TRY osu/1-4 2026-03-02: {file.name}, {file.stat().st_size} bytes, to a watch at {new_files}" in said.err
    assert "already" in refused(opened("push", "--usb", str(new_files)))
    assert "already" in refused(opened("push", "--usb", str(new_files), "--dry-run"))
    said = opened("push", "--usb", str(new_files), "--force")
    assert (said.code, "in place of the one that is there" in said.err) == (0, True)
    assert len(list(new_files.iterdir())) == 1


def test_a_scratch_journal_gets_onto_no_watch_found_by_itself(
    opened: Coach, new_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coach.delivery.watches.usual_places", lambda: [new_files.parent.parent.parent])
    assert "for trying" in refused(opened("push", "--usb"))
    assert not list(new_files.iterdir())
    assert opened("push", "--usb", "--dry-run").code == 0


def test_a_closed_gate_pushes_nothing(ready: Coach, new_files: Path) -> None:
    said = ready("push", "--usb", str(new_files))
    assert "the gate is closed" in refused(said, ExitCode.GATE_CLOSED)
    assert "(G12)" in said.err, "with every reason"
    assert not list(new_files.iterdir())


def test_a_push_may_be_looked_at_first(opened: Coach, new_files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "nothing was written" in opened("push", "--usb", str(new_files), "--dry-run").err
    monkeypatch.setattr("coach.cli.answers.is_terminal", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)
    assert "nothing was written" in opened("push", "--usb", str(new_files)).err
    assert not list(new_files.iterdir())
    assert opened("push", "--usb", str(new_files), "--yes").code == 0
    assert "say where to" in refused(opened("push"))
    assert "no such folder" in refused(opened("push", "--usb", str(new_files / "x")))


def answer_late(coach: Coach, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """On a terminal: the answer is yes, after the world has changed."""

    def confirm(*_: object, **__: object) -> bool:
        close_the_gate(coach, monkeypatch, what)
        monkeypatch.setattr("typer.confirm", lambda *_, **__: True)
        return True

    monkeypatch.setattr("coach.cli.answers.is_terminal", lambda: True)
    monkeypatch.setattr("typer.confirm", confirm)


@pytest.mark.parametrize("what", ["a red flag", "three days"])
def test_a_gate_that_closes_before_the_answer_pushes_nothing(
    opened: Coach, new_files: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    answer_late(opened, monkeypatch, what)
    said = opened("push", "--usb", str(new_files))
    assert "the gate is closed" in refused(said, ExitCode.GATE_CLOSED)
    assert "(G" in said.err, "with its reasons"
    assert not list(new_files.iterdir())


def test_the_decision_that_opens_it_is_journalled_a_dry_run_is_not(
    opened: Coach, new_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decisions() -> int:
        return opened("journal", "export").out.count('"kind":"decided"')

    monkeypatch.setenv("COACH_NOW", "2026-03-02T09:00+01:00")
    monkeypatch.setattr("coach.coaching.waking_date", lambda at, _zone: at)  # no decision before is of the same day
    before = decisions()
    assert opened("push", "--usb", str(new_files), "--dry-run").code == 0
    assert decisions() == before
    assert opened("push", "--usb", str(new_files)).code == 0
    assert decisions() == before + 1


# --- into intervals.icu's calendar ----------------------------------------------------------------------------------


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    service = Service()
    server = serve(service)
    monkeypatch.setenv("COACH_INTERVALS_URL", service.site)
    monkeypatch.setattr("keyring.get_keyring", fail.Keyring)  # whoever runs the tests may have one
    yield service
    service.over.set()
    server.shutdown()
    server.server_close()


def keep_key(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{KEY}\n"))
    said = coach("push", "--to", "intervals", "--set-key")
    assert said.code == 0
    return said.err


def test_todays_session_is_put_into_the_calendar(
    opened: Coach, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_key(opened, monkeypatch)
    said = opened("push", "--to", "intervals", "--at", "18:30")
    assert (said.code, said.out) == (0, "")
    assert "sent, and taken" in said.err
    [(_, _, headers, [event])] = service.asked
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode() == f"API_KEY:{KEY}"
    assert event["name"] == "osu/1-4 2026-03-02"
    assert event["start_date_local"] == "2026-03-02T18:30:00"
    session = json.loads(opened("today", "--json").out)["workout"]
    assert intervals_done(event["description"]) == planned(parse(session))
    assert event["description"] in said.err, "it is shown before it is sent"
    assert opened("push", "--to", "INTERVALS").code == 0
    [name] = service.events  # moved, not doubled
    assert re.fullmatch("walkrun-coach-[0-9A-Z]{26}", name), "nobody else has a session of that name"


def test_a_closed_gate_asks_no_service(ready: Coach, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_key(ready, monkeypatch)
    said = ready("push", "--to", "intervals")
    assert "the gate is closed" in refused(said, ExitCode.GATE_CLOSED)
    assert service.asked == []


@pytest.mark.parametrize("what", ["a red flag", "three days"])
def test_a_gate_that_closes_before_the_answer_asks_no_service(
    opened: Coach, service: Service, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    keep_key(opened, monkeypatch)
    answer_late(opened, monkeypatch, what)
    said = opened("push", "--to", "intervals")
    assert "the gate is closed" in refused(said, ExitCode.GATE_CLOSED)
    assert service.asked == []


def test_the_time_said_is_one_moment(opened: Coach, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """18:30, asked for at the very second before, is not tomorrow's by the time it is sent."""
    keep_key(opened, monkeypatch)
    export = IntervalsExporter.export

    def slow(self: IntervalsExporter, sheet: Sheet) -> Exported:
        monkeypatch.setenv("COACH_NOW", "2026-03-02T18:30:01+01:00")
        return export(self, sheet)

    monkeypatch.setattr(IntervalsExporter, "export", slow)
    monkeypatch.setenv("COACH_NOW", "2026-03-02T18:29:59+01:00")
    assert opened("push", "--to", "intervals", "--at", "18:30").code == 0
    assert [event["start_date_local"] for event in service.events.values()] == ["2026-03-02T18:30:00"]


def test_the_key_is_kept_and_forgotten_and_never_shown(
    opened: Coach, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "--set-key" in refused(opened("push", "--to", "intervals"))
    assert KEY not in keep_key(opened, monkeypatch)
    file = tmp_path / "home" / "config" / "intervals.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for status, words in ((401, "does not know the key"), (500, "trouble of its own")):
        service.status, service.body = status, KEY.encode()
        said = opened("push", "--to", "intervals")
        assert words in refused(said, ExitCode.SERVICE)
        assert KEY not in said.err
    assert KEY not in opened("config", "show").out
    assert KEY not in opened("journal", "export").out
    assert "gone from" in opened("push", "--to", "intervals", "--forget-key").err
    assert not file.exists()
    assert "no key" in opened("push", "--to", "intervals", "--forget-key").err
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert "this is no key" in refused(opened("push", "--to", "intervals", "--set-key"))


def test_a_dry_run_sends_nothing_and_needs_no_key(opened: Coach, service: Service) -> None:
    said = opened("push", "--to", "intervals", "--dry-run")
    assert said.code == 0
    assert "nothing was sent" in said.err
    assert "- Warm up" in said.err or "- Walk" in said.err
    assert service.asked == []


def test_a_scratch_journal_gets_into_nobodys_calendar(opened: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_INTERVALS_KEY", KEY)
    for site in ("", "https://intervals.icu"):
        monkeypatch.setenv("COACH_INTERVALS_URL", site)
        assert "for trying" in refused(opened("push", "--to", "intervals"))
    monkeypatch.setenv("COACH_INTERVALS_URL", "http://intervals.icu")
    assert "https" in refused(opened("push", "--to", "intervals"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--usb", "--to", "intervals"), "--usb and --to are two places"),
        (("--to", "strava"), "nothing can be pushed to 'strava'"),
        (("somewhere", "--to", "intervals"), "are for a watch"),
        (("--to", "intervals", "--force"), "are for a watch"),
        (("--usb", "--set-key"), "a watch needs no key"),
        (("--to", "intervals", "--set-key", "--forget-key"), "contradict each other"),
    ],
)
def test_what_contradicts_itself_is_one_line(opened: Coach, arguments: tuple[str, ...], words: str) -> None:
    assert words in refused(opened("push", *arguments))
