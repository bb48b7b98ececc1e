"""The walk-through of docs/comeback.md, typed as it stands there; what it shows is what comes."""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from coach.cli import main

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "comeback.md").read_text(encoding="utf-8")
STORIES = dict(re.findall(r"(?ms)^## ([^\n]+)\n(?:(?!^## ).)*?^```console\n(.*?)^```", PAGE))


def steps(block: str) -> list[tuple[str, list[str]]]:
    """Each command with the lines that are shown under it."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.startswith("> "):
            found[-1] = (f"{found[-1][0]} {line[2:]}", found[-1][1])
        elif line.strip():
            found[-1][1].append(line.strip())
    return found


def typed(command: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """The exit code and everything printed. A live session runs as a process of its own."""
    words = shlex.split(command, comments=True)
    assert words[0] == "coach", command
    if words[1] == "run":
        done = subprocess.run(
            [sys.executable, "-m", *words], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
        return done.returncode, done.stdout + done.stderr
    monkeypatch.setattr(sys, "argv", words)
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0), out.getvalue()


def play(block: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Type it all; what did not come as the page says."""
    wrong: list[str] = []
    code, printed = 0, ""
    for command, shown in steps(block):
        if command.startswith("export "):
            for assignment in shlex.split(command, comments=True)[1:]:
                name, _, value = assignment.partition("=")
                monkeypatch.setenv(name, value.replace("$PWD", str(Path.cwd())))
            continue
        if command == "echo $?":
            printed = f"{code}\n"
        else:
            code, printed = typed(command, monkeypatch)
        assert "Traceback" not in printed, printed
        plain = [" ".join(line.split()) for line in printed.splitlines()]
        wrong += [
            f"{command}\n  shows {line!r}, but it is:\n{printed}"
            for line in shown
            if line != "…" and not any(" ".join(line.split()) in each for each in plain)
        ]
    return wrong


@pytest.mark.parametrize("title", STORIES)
def test_the_walk_through_is_as_printed(title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("COACH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.chdir(tmp_path)
    wrong = play(STORIES[title], monkeypatch)
    assert not wrong, "\n".join(wrong)


ROUND = ("init", "ready", "morning", "run", "rate", "morning", "today")
STORY_OF = {
    injury: next(block for block in STORIES.values() if f"--injury {injury} " in block)
    for injury in ("plantar-fascia", "achilles", "bone", "ankle-sprain", "surgery")
}


@pytest.mark.parametrize("injury", STORY_OF)
def test_every_injury_is_walked_through(injury: str) -> None:
    typed = iter(re.findall(r"(?m)^\$ coach (\S+)", STORY_OF[injury]))
    left = [command for command in ROUND if command not in typed]  # each after the one before
    assert not left


def test_a_flare_and_a_holiday_are_walked_through() -> None:
    heel = STORY_OF["plantar-fascia"]
    assert "REST: days off first" in heel
    assert "back from a holiday" in heel
    assert len(set(STORY_OF.values())) == 5
