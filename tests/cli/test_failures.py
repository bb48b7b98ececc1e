"""Errors become one line and a documented exit code, never a traceback."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from coach import cli
from coach.cli.crash import redact
from coach.cli.failures import INTERRUPTED, exit_code_for
from coach.errors import AlreadyLive, BadInput, CoachError, ExitCode, ServiceError, SoundUnavailable, StorageError


def raising(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (BadInput, ExitCode.BAD_INPUT),
        (AlreadyLive, ExitCode.ALREADY_LIVE),
        (SoundUnavailable, ExitCode.SOUND),
        (StorageError, ExitCode.STORAGE),
        (ServiceError, ExitCode.SERVICE),
    ],
)
def test_an_error_is_one_line_with_its_remedy(
    kind: type[CoachError], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code_for(lambda: raising(kind("it\nbroke", where="a.toml:3", remedy="mend it"))) == code
    assert capsys.readouterr() == ("", "coach: a.toml:3: it broke — mend it\n")


def left_with(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    """The exit code of ``coach`` with these arguments."""
    monkeypatch.setattr(sys, "argv", ["coach", *arguments])
    with pytest.raises(SystemExit) as leaving:
        cli.main()
    return leaving.value.code


@pytest.mark.parametrize(
    ("arguments", "what", "remedy"),
    [
        (("run", "--speed", "fast"), "--speed", "`coach run --help`"),
        (("run", "--no-such-option"), "no such option: --no-such-option", "`coach run --help`"),
        (("run", "-5m run"), "“-5m run” begins with a minus sign, as only options do", "leave the sign out"),
        (("workout", "show", "-3x(1m run)"), "“-3x(1m run)” begins with a minus sign", "leave the sign out"),
        (("run", "-(1m run)"), "“-(1m run)” begins with a minus sign", "leave the sign out"),
        (("run", "-walk 5m"), "“-walk 5m” begins with a minus sign", "leave the sign out"),
        (("morning", "-1"), "“-1” begins with a minus sign", "scores are 0-10"),
        (("run", "--sped", "2"), "--speed", "`coach run --help`"),
        (("run", "--at"), "'--at' requires an argument", "--help"),
        (("run", "taste", "twice"), "(twice)", "`coach run --help`"),
        (("workout", "show"), "missing argument 'workout'", "`coach workout show --help`"),
        (("workout", "burn"), "no such command 'burn'", "`coach workout --help`"),
        (("walk",), "no such command 'walk'", "`coach --help`"),
    ],
)
def test_a_misused_command_line_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    what: str,
    remedy: str,
) -> None:
    assert left_with(monkeypatch, *arguments) == ExitCode.BAD_INPUT
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(rf"coach: .*{re.escape(what)}.* — .*{re.escape(remedy)}.*\n", err)


def test_a_group_of_commands_alone_shows_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert left_with(monkeypatch, "workout") == ExitCode.BAD_INPUT
    assert "check" in capsys.readouterr().err


def test_help_is_no_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert left_with(monkeypatch, "run", "--help") == ExitCode.OK
    out, err = capsys.readouterr()
    assert "--speed" in out
    assert err == ""


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, typer.Abort])
def test_an_interrupt_leaves_as_shells_expect(interrupt: type[BaseException]) -> None:
    assert exit_code_for(lambda: raising(interrupt())) == INTERRUPTED == 130


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_lets_what_was_begun_end_first(number: signal.Signals) -> None:
    undone: list[bool] = []

    def work() -> None:
        try:
            signal.raise_signal(number)
        finally:
            undone.append(True)

    before = signal.signal(number, signal.SIG_DFL)  # a hang-up may be ignored where the tests run
    try:
        with pytest.raises(SystemExit) as caught:
            exit_code_for(work)
        assert caught.value.code == 128 + number
        assert undone == [True]
        assert signal.getsignal(number) is signal.SIG_DFL
    finally:
        signal.signal(number, before)


def test_a_hang_up_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert exit_code_for(lambda: signal.raise_signal(signal.SIGHUP)) == 0
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_output_to_a_full_disk_is_one_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "coach", "workout", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
            env=os.environ | {"COACH_HOME": str(tmp_path)},
        )
    assert done.returncode == ExitCode.STORAGE
    assert re.fullmatch(r"coach: .* is full — free .*\n", done.stderr)


@pytest.mark.parametrize(
    "words",
    [
        "Authorization: Bearer abc.def",
        "'authorization': 'Basic abc.def'",
        "api_key=abc.def",
        "Authorization: abc.def",
    ],
)
def test_secrets_are_taken_out_whole(words: str) -> None:
    assert "abc" not in redact(words)
    assert "def" not in redact(words)


def test_a_fault_leaves_a_private_file_without_what_is_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COACH_HOME", str(tmp_path))
    monkeypatch.setenv("USER", "erika")
    monkeypatch.setenv("HOME", "/home/erika")
    words = "/home/erika/plan.toml erika@example.org GARMIN_TOKEN=abc123 password: 'geheim'"
    assert exit_code_for(lambda: raising(RuntimeError(words))) == ExitCode.INTERNAL
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    found = re.search(r"details are in (\S+);", err)
    assert found is not None
    file = Path(found[1])
    assert file.is_relative_to(tmp_path / "state")
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text(encoding="utf-8")
    assert "RuntimeError" in text
    assert "in raising" in text
    for secret in ("erika", "example.org", "abc123", "geheim"):
        assert secret not in text


def test_a_fault_whose_file_cannot_be_written_is_still_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state").write_text("")
    monkeypatch.setenv("COACH_HOME", str(tmp_path))
    assert exit_code_for(lambda: raising(RuntimeError("x"))) == ExitCode.INTERNAL
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_ordinary_words_stay() -> None:
    assert redact("line 3, in parse: ValueError: 5 tokens") == "line 3, in parse: ValueError: 5 tokens"


def test_a_crash_file_does_not_quote_what_was_told() -> None:
    from pydantic import ValidationError

    from coach.model.rating import SymptomRating

    note = "my heel, input_type=x] [type=\nworse"
    with pytest.raises(ValidationError) as caught:
        SymptomRating.model_validate(
            {"occasion": "morning", "at": "2026-03-02T07:00Z", "first_steps": 77, "note": note}
        )
    words = redact(str(caught.value))
    assert "first_steps" in words
    for private in ("77", "heel", "worse"):
        assert private not in words, words


@pytest.mark.parametrize("arguments", [("run", "--override", "\udcff"), ("morning", "0", "--note", "a\udcffb")])
def test_bytes_that_are_no_text_are_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert left_with(monkeypatch, *arguments) == ExitCode.BAD_INPUT
    assert re.fullmatch(r"coach: argument \d \(.*\) is not text in UTF-8 — type it anew\n", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ran", "18:00", "long"), "it must be a number"),
        (("morning", "1", "--stiffness", "2.5"), "'--stiffness': it must be a whole number"),
        (("morning", "1", "--stiffness", "2000"), "it must be 1440 or less"),
    ],
)
def test_a_number_that_is_none_is_refused_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert left_with(monkeypatch, *arguments) == ExitCode.BAD_INPUT
    said = capsys.readouterr().err
    assert words in said
    assert "nput should" not in said
