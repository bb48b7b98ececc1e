"""``coach export`` as people use it: what it writes, what the gate does not let it write, and what happens to files."""

import csv
import io
import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from coach.bootstrap.tables import TABLES
from coach.errors import BadInput, ExitCode, StorageError
from coach.library import spare_files
from coach.library.named_files import fill_named, write_named
from coach.model.sheets import Exported, Sheet
from coach.model.syntax import parse
from exporters.fit import FitExporter
from exporters.text import TextExporter
from tests.cli.in_process import Coach, close_the_gate, coach_is_open, pass_readiness, refused
from tests.exporters.readers import by_fitdecode, fit_done, planned

SEED = "5m warmup, 8x(1m run, 2m walk), 5m cooldown"


# --- today, and the gate --------------------------------------------------------------------------------------------


def test_todays_session_goes_on_the_watch_with_stage_and_date(opened: Coach, tmp_path: Path) -> None:
    assert opened("export", "fit", "today", "-o", str(tmp_path)).code == 0
    data = (tmp_path / "osu-1-4-2026-03-02.fit").read_bytes()
    messages = by_fitdecode(data)
    assert messages[1][1][8] == "osu/1-4 2026-03-02"
    session = json.loads(opened("today", "--json").out)["workout"]
    assert fit_done(messages) == planned(parse(session))
    assert opened("export", "fit", "-o", str(tmp_path / "again.fit")).code == 0, "today is what no target means"


def test_a_closed_gate_exports_nothing(ready: Coach, tmp_path: Path) -> None:
    said = ready("export", "fit", "today", "-o", str(tmp_path / "x.fit"))
    assert "the gate is closed" in refused(said, ExitCode.GATE_CLOSED)
    assert "The gate is closed." in said.err
    assert "(G12)" in said.err, "with every reason"
    assert not list(tmp_path.glob("*.fit"))
    assert refused(ready("export", "fit", "--dry-run", "-o", str(tmp_path)), ExitCode.GATE_CLOSED)


def test_a_gate_that_opens_later_gives_nothing_now(ready: Coach, tmp_path: Path) -> None:
    """A file cannot be called back if the morning turns out bad."""
    said = ready("export", "fit", "today", "--at", "2026-03-05 18:00", "-o", str(tmp_path / "x.fit"))
    assert "the gate is closed" in refused(said, ExitCode.GATE_CLOSED)


def test_a_gate_that_will_be_closed_then_gives_nothing(opened: Coach, tmp_path: Path) -> None:
    said = opened("export", "fit", "--at", "2026-03-04 18:00", "-o", str(tmp_path / "x.fit"))
    assert "the gate is closed" in refused(said, ExitCode.GATE_CLOSED), "nothing is known of that morning"
    assert opened("export", "fit", "--at", "18:00", "-o", str(tmp_path / "x.fit")).code == 0
    assert "has passed" in refused(opened("export", "fit", "--at", "2026-03-02 06:00", "-o", str(tmp_path / "y.fit")))


def test_the_decision_that_opens_it_is_journalled_a_dry_run_is_not(
    opened: Coach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decisions() -> int:
        return opened("journal", "export").out.count('"kind":"decided"')

    monkeypatch.setenv("COACH_NOW", "2026-03-02T09:00+01:00")
    monkeypatch.setattr("coach.coaching.waking_date", lambda at, _zone: at)  # no decision before is of the same day
    before = decisions()
    assert opened("export", "fit", "--dry-run", "-o", str(tmp_path)).code == 0
    assert decisions() == before
    assert opened("export", "fit", "-o", str(tmp_path)).code == 0
    assert decisions() == before + 1


@pytest.mark.parametrize("what", ["a red flag", "three days"])
@pytest.mark.parametrize("to", ["a file", "a new file", "stdout"])
def test_a_gate_that_closes_while_it_is_written_gives_nothing(
    opened: Coach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, to: str
) -> None:
    """Music takes a while to encode, and a question may stand for hours."""
    export = TextExporter.export

    def slow(self: TextExporter, sheet: Sheet) -> Exported:
        made = export(self, sheet)
        close_the_gate(opened, monkeypatch, what)
        return made

    monkeypatch.setattr(TextExporter, "export", slow)
    file = tmp_path / "x.txt"
    if to == "a file":
        file.write_text("mine")
    said = opened("export", "text", "--force", "-o", "-" if to == "stdout" else str(file))
    assert "the gate is closed" in refused(said, ExitCode.GATE_CLOSED)
    assert "(G" in said.err, "with its reasons"
    assert [each.read_text() for each in tmp_path.glob("*x*txt*")] == (["mine"] if to == "a file" else [])
    assert not list(tmp_path.glob(".*.part"))


def test_another_session_by_now_is_not_written(opened: Coach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export = FitExporter.export

    def slow(self: FitExporter, sheet: Sheet) -> Exported:
        monkeypatch.setattr("coach.bootstrap.exporting._Maker._day", lambda _: "2026-03-03")
        return export(self, sheet)

    monkeypatch.setattr(FitExporter, "export", slow)
    said = opened("export", "fit", "-o", str(tmp_path / "x.fit"))
    assert "another session by now" in refused(said, ExitCode.GATE_CLOSED)
    assert not (tmp_path / "x.fit").exists()


def test_before_init_there_is_no_today(coach: Coach) -> None:
    assert "`coach init`" in refused(coach("export", "fit", "today"))
    assert "`coach init`" in refused(coach("export", "fit", "stage", "1"))


def test_what_the_gate_was_not_asked_about_says_so(ready: Coach, tmp_path: Path) -> None:
    def said() -> set[str]:
        found: set[str] = set()
        for target in ([SEED], ["stage", "2/1"], ["osu/2-3"]):
            done = ready("export", "fit", *target, "-o", str(tmp_path / "x.fit"), "--force")
            assert done.code == 0
            found |= {line for line in done.err.splitlines() if "`coach today`" in line}
        return found

    assert said() == {"coach: the gate is closed, and was not asked about this; `coach today` says why"}
    ready("morning", "0", "--confidence", "9", "--nothing-else")
    assert said() == {"coach: the gate was not asked about this; `coach today` says what is open"}
    ready("before", "0", "--confidence", "9", "--flag", "sudden-pop", "--nothing-else")
    assert said() == {"coach: a STOP is in force: nothing is to be run; `coach today` says what to do"}
    assert refused(ready("export", "fit", "-o", str(tmp_path / "y.fit")), ExitCode.GATE_CLOSED)


# --- targets --------------------------------------------------------------------------------------------------------


def test_a_workout_without_a_profile(coach: Coach, tmp_path: Path) -> None:
    said = coach("export", "fit", SEED, "-o", str(tmp_path / "x.fit"))
    pretended = "coach: the time is pretended: 2026-03-02 07:00\n"
    assert (said.code, said.out, said.err) == (0, "", f"{pretended}wrote {tmp_path / 'x.fit'}\n")
    assert fit_done(by_fitdecode((tmp_path / "x.fit").read_bytes())) == planned(parse(SEED))


@pytest.mark.parametrize("year", [1970, 1991, 2150])
def test_a_clock_that_is_wrong_is_said(
    coach: Coach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, year: int
) -> None:
    monkeypatch.setenv("COACH_NOW", f"{year}-06-01T07:00")
    assert f"the clock says {year}" in refused(coach("export", "fit", SEED, "-o", str(tmp_path)))


def test_a_stage_by_number_id_and_name(ready: Coach, tmp_path: Path) -> None:
    for wanted in ("2/3", "2-3/3", "osu/2-3/3", "OSU/2-3/3"):
        assert ready("export", "fit", "stage", wanted, "-o", str(tmp_path / "x.fit"), "--force").code == 0
        messages = by_fitdecode((tmp_path / "x.fit").read_bytes())
        assert messages[1][1][8] == "osu/2-3/3"
        assert fit_done(messages) == planned(parse("5m warmup, 5x(2m run, 3m walk), 5m cooldown"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "no format is given"),
        (("fot",), "did you mean fit"),
        (("fit", "stage"), "which stage"),
        (("fit", "stage", "0"), "has no stage '0'"),
        (("fit", "stage", "99"), "has no stage '99'"),
        (("fit", "stage", "1" + "/1" * 2000), "has no stage '1/1/1"),
        (("fit", "stage", "/"), "has no stage '/'"),
        (("fit", "--json"), "say --list --json"),
        (("fit", "stage", "2"), "has 4 sessions, and fit holds one"),
        (("fit", "stage", "2/9"), "has no session 9"),
        (("fit", "osu"), "osu is a protocol of 5 stages"),
        (("fit", "5m", "walk"), "several targets"),
        (("fit", "no-such-one"), "no workout is called"),
        (("fit", "1m run, 2x(1m walk"), "never closed"),
        (("fit", "1m run"), "no text, and no file is named"),
        (("fit", "1m run", "-o", ""), "--output: no file is named"),
        (("fit", "1m run", "-o", "plan.gpx"), "plan.gpx: fit writes .fit"),
        (("md", "osu", "-o", "x.txt"), "name it x.md"),
        (("csv", "-o", "x.jsonl"), "name it x.csv"),
        (("audio", "1m run", "-o", "x.fit"), "audio writes no .fit"),
        (("fit", "1m run", "--without", "feet"), "cannot be left out"),
        (("fit", "1m run @Z2 @170spm", "-o", "x.fit"), "--without targets"),
        (("fit", "--at", "noon"), "not a time of day"),
        (("fit", "1m run", "--at", "18:00"), "only today's session has a time"),
        (("md", "osu", "--without", "names"), "only of a workout"),
        (("csv", "--without", "names"), "only of a workout"),
    ],
)
def test_what_makes_no_sense_is_one_line(ready: Coach, arguments: tuple[str, ...], words: str) -> None:
    assert words in refused(ready("export", *arguments))


def test_a_stage_and_a_protocol_on_paper(ready: Coach) -> None:
    said = ready("export", "text", "stage", "2")
    assert said.code == 0
    assert said.out.count("run, 3m walk), 5m cooldown") == 4
    assert said.out.startswith("2 min run, 3 min walk\n")
    said = ready("export", "md", "osu")
    assert said.code == 0
    assert said.out.startswith("# OSU walk-run (osu)\n")
    assert "## build/" in said.out, "to the end of the build phase"
    assert "<svg" in ready("export", "svg", "osu/2-3").out


def test_what_a_format_cannot_hold_may_be_left_out_aloud(coach: Coach, tmp_path: Path) -> None:
    text = '2x(1m run "fast" @Z2 @170spm), 1m walk @RPE2'
    said = coach("export", "fit", text, "--without", "targets", "--without", "names", "-o", str(tmp_path / "x.fit"))
    assert said.code == 0
    assert "left out, as asked: 1 name and 3 targets" in said.err
    assert fit_done(by_fitdecode((tmp_path / "x.fit").read_bytes())) == planned(parse("2x(1m run), 1m walk"))
    said = coach("export", "fit", "1m run", "--without", "targets", "-o", str(tmp_path / "y.fit"))
    assert "left out" not in said.err


def test_the_list(coach: Coach) -> None:
    said = coach("export", "--list")
    assert (said.code, said.err) == (0, "")
    assert any(line.startswith("fit ") for line in said.out.splitlines())
    rows = json.loads(coach("export", "--list", "--json").out)
    assert {"name", "about", "suffix", "takes", "package"} <= set(next(row for row in rows if row["name"] == "fit"))


MINE = """
from coach.errors import BadInput
from coach.model.sheets import Exported, SheetKind
class Mine:
    about = "counts steps"; suffix = ".n"; is_text = True; takes = frozenset({SheetKind.WORKOUT})
    def export(self, sheet):
        return Exported(f"{len(sheet.timeline.intervals)}\\n".encode(), ("counted",))
exporter = Mine()
"""


def test_an_exporter_of_somebody_elses_package(coach: Coach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    package = site / "their_package-1.0.dist-info"
    package.mkdir(parents=True)
    (site / "their_counter.py").write_text(MINE)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: their-package\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text(
        "[coach.exporters]\ncount = their_counter:exporter\nworn-out = their_gone:exporter\n"
    )
    monkeypatch.syspath_prepend(str(site))
    listed = coach("export", "--list").out.splitlines()
    assert [line.split() for line in listed if line.startswith("count ")] == [
        ["count", "counts", "steps", "(their-package)"]
    ]
    [broken] = [line for line in listed if line.startswith("worn-out ")]
    assert "the exporter worn-out is broken: ModuleNotFoundError" in broken
    assert "uninstall their-package" in broken
    said = coach("export", "count", SEED)
    assert (said.code, said.out) == (0, "18\n")
    assert "coach: counted\n" in said.err
    assert "uninstall their-package" in refused(coach("export", "worn-out", SEED))
    sys.modules.pop("their_counter", None)


# --- files ----------------------------------------------------------------------------------------------------------


def test_a_dry_run_writes_nothing(coach: Coach, tmp_path: Path) -> None:
    said = coach("export", "fit", SEED, "--dry-run", "-o", str(tmp_path / "x.fit"))
    assert (said.code, said.out) == (0, "")
    assert "would write fit, " in said.err
    assert f"{tmp_path / 'x.fit'} (new)" in said.err
    assert not list(tmp_path.glob("*.fit"))


@pytest.mark.parametrize("place", ["", "there.fit", "no/such/x.fit", "a-file/x.fit", "x" * 300, "x.gpx", "circle"])
def test_a_dry_run_fails_where_the_real_one_would(coach: Coach, tmp_path: Path, place: str) -> None:
    (tmp_path / "there.fit").write_text("mine")
    (tmp_path / "a-file").touch()
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    before = sorted(each.name for each in tmp_path.iterdir())
    where = str(tmp_path / place) if place else ""
    real, dry = (coach("export", "fit", SEED, "-o", where, *more) for more in ((), ("--dry-run",)))
    assert refused(dry, ExitCode(dry.code)) == refused(real, ExitCode(real.code))
    assert before == sorted(each.name for each in tmp_path.iterdir() if each.name not in ("home", "scratch.db"))


def test_a_dry_run_says_what_becomes_of_a_file_that_exists(
    coach: Coach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.fit"
    file.write_text("mine")
    said = coach("export", "fit", SEED, "-o", str(file), "--dry-run", "--force")
    assert (said.code, "which it replaces" in said.err) == (0, True)
    monkeypatch.setattr("coach.cli.answers.is_terminal", lambda: True)
    said = coach("export", "fit", SEED, "-o", str(file), "--dry-run")
    assert (said.code, "about which it asks" in said.err) == (0, True)
    assert file.read_text() == "mine"


def test_a_binary_file_is_not_for_a_terminal(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    for more in ((), ("--dry-run",)):
        assert "not for a terminal" in refused(coach("export", "fit", SEED, "-o", "-", *more))


@pytest.mark.parametrize("form", ["text", "garmin", "intervals", "svg"])
def test_a_text_goes_wherever_stdout_leads(coach: Coach, tmp_path: Path, form: str) -> None:
    said = [coach("export", form, SEED, *more) for more in ((), ("-o", "-"))]
    assert [each.code for each in said] == [0, 0]
    assert said[0].out == said[1].out
    assert coach("export", form, SEED, "-o", str(tmp_path / "x")).code == 0
    assert (tmp_path / "x").read_text() == said[0].out


def test_a_dash_is_stdout_for_binary_too(coach: Coach) -> None:
    command = [sys.executable, "-m", "coach", "export", "fit", SEED, "-o", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert fit_done(by_fitdecode(done.stdout)) == planned(parse(SEED))


def test_what_is_printed_is_utf8_whatever_the_terminal_is(coach: Coach) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "coach", "export", "text", '1m run "läuft 🏃"'],
        capture_output=True, check=True, env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
    )  # fmt: skip
    assert "läuft 🏃" in done.stdout.decode("utf-8")


def test_a_file_that_exists_is_replaced_only_when_told(coach: Coach, tmp_path: Path) -> None:
    file = tmp_path / "with a space.fit"
    file.write_text("mine")
    assert "--force" in refused(coach("export", "fit", SEED, "-o", str(file)))
    assert file.read_text() == "mine"
    assert coach("export", "fit", SEED, "-o", str(file), "--force").code == 0
    assert file.read_bytes()[8:12] == b".FIT"
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".coach")] == []


def test_on_a_terminal_it_asks(coach: Coach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.fit"
    file.write_text("mine")
    monkeypatch.setattr("coach.cli.answers.is_terminal", lambda: True)
    asked: list[str] = []

    def confirm(text: str, **_: Any) -> bool:
        asked.append(text)
        return len(asked) > 1

    monkeypatch.setattr("typer.confirm", confirm)
    assert refused(coach("export", "fit", SEED, "-o", str(file)))
    assert file.read_text() == "mine"
    assert coach("export", "fit", SEED, "-o", str(file)).code == 0
    assert file.read_bytes()[8:12] == b".FIT"


@pytest.mark.parametrize("place", ["no/such/folder.fit", "a-file/x.fit", "x" * 300])
def test_where_nothing_can_be_written(coach: Coach, tmp_path: Path, place: str) -> None:
    (tmp_path / "a-file").touch()
    assert refused(coach("export", "fit", SEED, "-o", str(tmp_path / place)), ExitCode.STORAGE)


def test_a_read_only_folder(coach: Coach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    if os.geteuid() == 0:  # the administrator may write everywhere

        def denied(*_: Any, **__: Any) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(spare_files, "_spare", denied)
    assert "permission denied" in refused(coach("export", "fit", SEED, "-o", str(folder / "x.fit")), ExitCode.STORAGE)
    assert not list(folder.iterdir())


def test_a_full_disk_names_the_file(coach: Coach) -> None:
    said = coach("export", "fit", SEED, "-o", "/dev/full")
    assert "/dev/full: it cannot be written: no space left" in refused(said, ExitCode.STORAGE)


def test_a_write_that_breaks_off_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.fit"
    file.write_text("mine")

    def break_off(_handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(spare_files.os, "fsync", break_off)
    with pytest.raises(KeyboardInterrupt):
        write_named(file, [b"new"], force=True)
    assert file.read_text() == "mine"
    assert [each.name for each in tmp_path.iterdir()] == ["x.fit"]

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spare_files.os, "fsync", full)
    with pytest.raises(StorageError, match="no space left"):
        write_named(file, [b"new"], force=True)
    assert [each.name for each in tmp_path.iterdir()] == ["x.fit"]


def test_rights_and_links(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_named(tmp_path / "plan", [b"1"])
        write_named(tmp_path / "ratings", [b"1"], private=True)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "plan").stat().st_mode) == 0o644
    assert stat.S_IMODE((tmp_path / "ratings").stat().st_mode) == 0o600
    (tmp_path / "plan").chmod(0o640)
    (tmp_path / "link").symlink_to(tmp_path / "plan")
    write_named(tmp_path / "link", [b"2"], force=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "plan").read_bytes() == b"2"
    assert stat.S_IMODE((tmp_path / "plan").stat().st_mode) == 0o640, "whom it was kept from it is kept from"
    write_named(tmp_path / "plan", [b"3"], force=True, private=True)
    assert stat.S_IMODE((tmp_path / "plan").stat().st_mode) == 0o600
    (tmp_path / "ahead").symlink_to(tmp_path / "new")
    write_named(tmp_path / "ahead", [b"4"])
    assert (tmp_path / "new").read_bytes() == b"4"


def test_a_file_that_comes_while_another_is_made_is_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "x"
    with pytest.raises(BadInput, match="by now"):
        fill_named(file, lambda stream: stream.write(b"new"), check=lambda: file.write_text("mine"))
    assert [each.name for each in tmp_path.iterdir()] == ["x"]
    assert file.read_text() == "mine"


def test_completion_and_help_import_no_exporter(tmp_path: Path) -> None:
    code = (
        "import sys; from coach.cli.export import complete_format; assert 'fit' in complete_format('f');"
        "assert not [m for m in sys.modules if m.partition('.')[0] == 'exporters']"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "COACH_HOME": str(tmp_path)})


# --- tables -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def told(coach: Coach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Coach:
    """A runner who rated a morning, ran, and has a secret in the settings."""
    config = tmp_path / "home" / "config"
    config.mkdir(parents=True)
    (config / "config.toml").write_text('output_file = "hunter2.wav"\n')
    coach("init", "--injury", "none", "--yes")
    coach("morning", "1", "--confidence", "8", "--nothing-else", "--note", "stiff")
    monkeypatch.setenv("COACH_NOW", "2026-03-02T12:00+01:00")
    assert coach("ran", "11:00", "5", "--distance", "1.2").code == 0
    return coach


def test_the_tables_of_a_real_journal(told: Coach) -> None:
    rows = list(csv.DictReader(io.StringIO(told("export", "csv").out)))
    assert [(row["occasion"], row["first_steps"], row["note"]) for row in rows] == [("morning", "1", "stiff")]
    [run] = list(csv.DictReader(io.StringIO(told("export", "csv", "runs").out)))
    assert (run["source"], run["counts"], run["distance_m"]) == ("told", "true", "1200")
    assert datetime.fromisoformat(run["start"]) == datetime(2026, 3, 2, 10, tzinfo=UTC)
    events = [json.loads(line) for line in told("export", "jsonl", "journal").out.splitlines()]
    kept = [json.loads(line) for line in told("journal", "export").out.splitlines()]
    assert [(e["id"], json.loads(e["event"])) for e in events] == [(k["id"], k["event"]) for k in kept]


def test_no_secret_and_no_device_goes_out(told: Coach) -> None:
    device = json.loads(told("journal", "export").out.splitlines()[0])["device"]
    for name in TABLES:
        for form in ("csv", "jsonl"):
            said = told("export", form, name)
            assert said.code == 0
            assert "hunter2" not in said.out
            assert f'"{device}"' not in said.out
            assert f",{device}," not in said.out


def test_a_table_is_for_its_owner_alone(told: Coach, tmp_path: Path) -> None:
    assert told("export", "csv", "-o", str(tmp_path)).code == 0
    assert stat.S_IMODE((tmp_path / "ratings.csv").stat().st_mode) == 0o600


def test_a_table_is_no_workout_and_the_other_way_round(told: Coach) -> None:
    assert "holds no '1m run' — say ratings, runs or journal" in refused(told("export", "csv", "1m run"))
    assert "holds no" in refused(told("export", "csv", "ratings", "runs"))
    assert "no workout is called" in refused(told("export", "text", "ratings"))


# --- calendars --------------------------------------------------------------------------------------------------------

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def saturday(coach: Coach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Coach:
    """The evening before the clocks go forward, with an open gate."""
    monkeypatch.setenv("COACH_NOW", "2026-03-28T18:00+01:00")
    pass_readiness(coach, tmp_path / "scratch.db")
    assert coach_is_open(coach("morning", "0", "--confidence", "9", "--nothing-else").out)
    return coach


def calendar(coach: Coach, *arguments: str) -> dict[str, Any]:
    data = coach("export", "ics", *arguments).out.encode()
    return {str(event["UID"]): event for event in icalendar.Calendar.from_ical(data).walk("VEVENT")}


def test_the_session_and_its_ratings(saturday: Coach) -> None:
    found = calendar(saturday)
    [name] = {uid.partition("-")[0] for uid in found}
    assert len(name) == 26, "nobody else has a session of that name"
    run, rate, morning = (found[f"{name}-{what}@walkrun-coach"] for what in ("session", "rate", "morning"))
    assert len(found) == 3
    assert run["DTSTART"].dt == datetime(2026, 3, 28, 18, tzinfo=BERLIN)
    assert run["DTEND"].dt == datetime(2026, 3, 28, 18, 25, tzinfo=BERLIN)
    assert "3x(1m run, 4m walk)" in str(run["DESCRIPTION"])
    assert rate["DTSTART"].dt == run["DTEND"].dt
    assert rate["DTEND"].dt - rate["DTSTART"].dt == timedelta(hours=1)
    assert morning["DTSTART"].dt == datetime(2026, 3, 29, 7, tzinfo=BERLIN)
    assert morning["DTSTART"].dt.astimezone(UTC).hour == 5, "summer time has begun in the night"


def test_another_hour_moves_the_same_appointments(saturday: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    before = calendar(saturday)
    monkeypatch.setenv("COACH_NOW", "2026-03-28T18:05+01:00")
    after = calendar(saturday, "--at", "20:00")
    assert set(after) == set(before)
    moved = next(event for uid, event in after.items() if uid.endswith("-session@walkrun-coach"))
    assert moved["DTSTART"].dt == datetime(2026, 3, 28, 20, tzinfo=BERLIN)
    assert moved["SEQUENCE"] > before[moved["UID"]]["SEQUENCE"]


def test_after_a_run_the_gate_gives_no_calendar(saturday: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_NOW", "2026-03-28T20:00+01:00")
    assert saturday("ran", "18:00", "3", "--total", "25").code == 0
    assert "the gate is closed" in refused(saturday("export", "ics"), ExitCode.GATE_CLOSED)


def test_a_workout_is_no_agenda(coach: Coach) -> None:
    assert "ics holds no workout" in refused(coach("export", "ics", "1m run"))
