"""``coach run`` on the command line: what it refuses, what docs/commands.md says of it, what it speaks."""

import os
import re
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.main import get_command

from coach.bootstrap import RunOptions, UnfinishedSession, aloud, prepare
from coach.bootstrap.comeback import open_coaching
from coach.cli import app
from coach.cli.failures import INTERRUPTED, TERMINATED
from coach.cli.run import Manner, _on_screen
from coach.clock import NS
from coach.config import Settings
from coach.errors import AlreadyLive, BadInput, ExitCode, GateClosed, SoundUnavailable
from coach.headless import Wishes
from coach.model.cue import Speech
from coach.model.profile import Profile
from coach.ports import Clip, PlayerHealth
from coach.session.state import Phase
from tests.fakes import FakeClip, FakeClock, FakePlayer

COMMANDS = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")


def leaves(command: Any, name: str) -> dict[str, Any]:
    """Every command there is, by its full name."""
    found = {name: command}
    for part, inner in getattr(command, "commands", {}).items():
        found |= leaves(inner, f"{name} {part}")
    return found


EVERY = leaves(get_command(app), "coach")


@pytest.mark.parametrize("name", EVERY)
def test_every_command_is_documented(name: str) -> None:
    assert f"`{name}" in COMMANDS


@pytest.mark.parametrize("name", EVERY)
def test_every_option_is_documented(name: str) -> None:
    for parameter in EVERY[name].params:
        if getattr(parameter, "hidden", False) or parameter.param_type_name == "argument":
            continue
        for option in (*parameter.opts, *parameter.secondary_opts):
            assert re.search(rf"`[^`\n]*(?<![\w-]){re.escape(option)}(?![\w-])", COMMANDS), f"{name} {option}"


@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_is_documented(code: ExitCode) -> None:
    assert re.search(rf"^\| {code.value} \| `{code.name}` \|", COMMANDS, re.MULTILINE)


@pytest.mark.parametrize("code", [INTERRUPTED, TERMINATED])
def test_the_exit_code_of_a_signal_is_documented(code: int) -> None:
    assert re.search(rf"^\| {code} \|", COMMANDS, re.MULTILINE)


def coach(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"COACH_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "coach", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=env,
        stdin=subprocess.DEVNULL,
    )


def test_without_a_terminal_bare_coach_prints_its_help(tmp_path: Path) -> None:
    done = coach(tmp_path)
    assert done.returncode == 0
    assert "Usage:" in done.stdout
    assert "run" in done.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("run", "no-such-workout"), 2),
        (("run", "5m walk, 8x(1m run"), 2),
        (("run", "0s run"), 2),
        (("run", "1s run", "--at", "noon"), 2),
        (("run", "1s run", "--at", "25:00"), 2),
        (("run", "1s run", "--volume", "loud"), 2),
        (("run", "1s run", "--language", "tlh"), 2),
        (("run", "--resume"), 2),
        (("run", "--take-over"), 2),
        (("run", "1s run", "--resume", "--scratch"), 2),
        (("run", "1s run", "--override", "it feels fine"), 2),
        (("follow",), 2),
        (("run", "1s run", "--device", "no-such-device", "--backend", "alsa", "--voice", "beeps"), 6),
    ],
)
def test_what_makes_no_sense_is_one_line(tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    silent = () if arguments[0] == "follow" or "--backend" in arguments else ("--headless", "--backend", "silent")
    done = coach(tmp_path, *arguments, *silent)
    assert done.returncode == code
    assert done.stdout == ""
    errors = [line for line in done.stderr.splitlines() if line.startswith("coach: ")]
    assert " — " in errors[0]
    assert "Traceback" not in done.stderr


def test_prepare_without_a_word_about_what_was_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_HOME", str(tmp_path))
    quiet = {"backend": "silent", "voice": "beeps"}
    first = prepare(RunOptions("1m run", quiet)).go_live()
    with pytest.raises(AlreadyLive):
        prepare(RunOptions("1m run", quiet))
    with pytest.raises(AlreadyLive):
        prepare(RunOptions(None, quiet, resume=True))
    first.journal.beat(first.runner.session, 5 * NS)
    first.close()
    with pytest.raises(UnfinishedSession, match="left unfinished"):
        prepare(RunOptions("1m run", quiet))
    with pytest.raises(BadInput, match="keeps its workout"):
        prepare(RunOptions("1m run", quiet, resume=True))
    again = prepare(RunOptions(None, quiet, resume=True)).go_live()
    assert again.runner.session == first.runner.session
    assert again.snapshot().at_ns == 5 * NS
    again.close()


def test_a_session_that_no_gate_judges_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_HOME", str(tmp_path))
    monkeypatch.setenv("COACH_SCRATCH", str(tmp_path / "scratch.db"))
    quiet = {"backend": "silent", "voice": "beeps"}
    prepared = prepare(RunOptions("1m run", quiet))
    with closing(prepared.go_live()) as live:
        assert live.warnings()[0].startswith("ungated: without a profile")
        assert live.title == "Session · ungated, no profile"
        assert live.about()["gated"] is False
        live.journal.clear_heartbeat()
    with pytest.raises(BadInput, match="there is no gate to override"):
        prepare(RunOptions("1m run", quiet, new=True, override="it feels fine"))
    with open_coaching() as coaching:
        coaching.set_profile(Profile(protocol="seed-start"))
    options = RunOptions("1m run", quiet, speed=30, new=True, scratch=True, override="it feels fine")
    prepared = prepare(options)  # a rehearsal never counts, so the gate is not asked
    assert "nothing had to be overridden: the reason you gave is not kept" in prepared.remarks()
    with closing(prepared.go_live()) as live:
        assert (live.warnings(), live.about()["gated"]) == ([], True)


class Bank:
    """A sound bank whose every sound is a second long."""

    def prepare(self, sounds: list[Speech]) -> None:
        self.sounds = sounds

    def clip(self, sound: Speech) -> Clip:
        return FakeClip(48_000)

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (BadInput("no such workout", remedy="x"), "The session cannot start"),
        (AlreadyLive("a session is live", remedy="x"), "Another coach"),
    ],
)
def test_why_a_session_cannot_begin_is_spoken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Any, words: str
) -> None:
    monkeypatch.setenv("COACH_HOME", str(tmp_path))
    player = FakePlayer(FakeClock())
    monkeypatch.setattr(aloud, "open_player", lambda settings, clock: player)
    monkeypatch.setattr(aloud.CachedSoundBank, "from_settings", lambda settings, places: Bank())
    assert aloud.speak_failure(error, {}) is None
    (played,) = player.played
    assert words in played.cue.label


def test_where_nobody_would_hear_it_nothing_is_spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_HOME", str(tmp_path))
    player = FakePlayer(FakeClock())
    player.state = PlayerHealth("silent", "none", alive=True)
    monkeypatch.setattr(aloud, "open_player", lambda settings, clock: player)
    monkeypatch.setattr(aloud.CachedSoundBank, "from_settings", lambda *_: pytest.fail("it rendered speech"))
    assert aloud.speak_failure(BadInput("x", remedy="y"), {}) is None
    assert not player.played
    assert player.closed


def test_what_cannot_be_spoken_is_no_second_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_HOME", str(tmp_path))

    def no_player(settings: object, clock: object) -> None:
        raise SoundUnavailable("no sound here", remedy="plug something in")

    monkeypatch.setattr(aloud, "open_player", no_player)
    monkeypatch.setattr(aloud.CachedSoundBank, "from_settings", lambda settings, places: Bank())
    said = aloud.speak_failure(BadInput("x", remedy="y"), {"volume": "loud"})
    assert said is not None
    assert "no sound here" in said


def test_a_fault_that_keeps_itself_from_being_spoken_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COACH_HOME", str(tmp_path))
    fault = SoundUnavailable("ALSA cannot open 'nope'", remedy="name another")

    def no_player(settings: object, clock: object) -> None:
        raise SoundUnavailable(fault.what, remedy=fault.remedy)

    monkeypatch.setattr(aloud, "open_player", no_player)
    monkeypatch.setattr(aloud.CachedSoundBank, "from_settings", lambda settings, places: Bank())
    assert aloud.speak_failure(fault, {}) is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "1s run", "--headless", "--language", "de", "--voice", "pack"),
        ("run", "1s run", "--headless", "--voice", "beeps", "--device", "nope"),
        ("run", "1s run", "--headless", "--voice", "beeps", "--device", "nope", "--backend", "alsa"),
        ("audio", "say", "hallo", "--language", "xx"),
    ],
)
def test_a_voice_or_a_device_that_is_not_there_is_one_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = coach(tmp_path, *arguments)
    assert done.returncode == 6
    assert done.stdout == ""
    (line,) = (line for line in done.stderr.splitlines() if not line.startswith("Prepared "))
    assert line.startswith("coach: ")
    assert " — " in line


def test_silence_is_announced_before_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALSA_CONFIG_PATH", os.devnull)  # where no device is to be found
    monkeypatch.setenv("COACH_LEAD_IN_MS", "0")
    done = coach(tmp_path, "run", "1s run", "--headless", "--voice", "beeps", "--speed", "10")
    assert done.returncode == 0
    (line,) = (line for line in done.stderr.splitlines() if "no sound output" in line)
    assert "`--backend file --output-file x.wav`" in line
    done = coach(tmp_path, "run", "1s run", "--headless", "--voice", "beeps", "--speed", "10", "--backend", "silent")
    assert done.returncode == 0
    assert "no sound output" not in done.stderr


def test_a_recorded_session_is_not_replaced_by_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_HOME", str(tmp_path))
    monkeypatch.setattr(aloud, "open_player", lambda settings, clock: pytest.fail("it opened the file"))
    recording = {"backend": "file", "output_file": str(tmp_path / "old.wav")}
    assert aloud.speak_failure(BadInput("x", remedy="y"), recording) is None


def test_a_terminal_lost_while_waiting_for_the_hour_is_not_waited_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen that nobody can leave would never end."""
    begun: list[Wishes] = []

    def headless(_go_live: object, _clock: object, wishes: Wishes) -> Phase:
        begun.append(wishes)
        return Phase.FINISHED

    monkeypatch.setattr("coach.headless.wait_for_hour", lambda *_: True)
    monkeypatch.setattr("coach.headless.run_headless", headless)
    monkeypatch.setattr("coach.cli.run.has_screen", lambda: False)
    go_live: Any = None
    wishes = Wishes(at=datetime(2026, 11, 23, 7, tzinfo=UTC))
    assert _on_screen(go_live, FakeClock(), wishes, Manner()) is Phase.FINISHED
    assert begun == [Wishes()]


def test_what_was_done_is_left_behind_where_the_gate_ends_it(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> Phase:
        raise GateClosed("the gate is closed", remedy="see a clinician")

    live: Any = SimpleNamespace(
        title="", prepared=SimpleNamespace(settings=Settings()), report_lines=lambda: ["what was done"],
        phase=lambda: Phase.STOPPED, snapshot=lambda: SimpleNamespace(elapsed_ns=1), close=lambda: None,
    )  # fmt: skip
    monkeypatch.setattr("coach.tui.app.run_screen", refuse)
    monkeypatch.setattr("coach.cli.run.has_screen", lambda: True)
    with pytest.raises(GateClosed):
        _on_screen(lambda: live, FakeClock(), Wishes(), Manner(start=False))
    assert capfd.readouterr().out == "what was done\n"
