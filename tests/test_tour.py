"""The five-minute tour of the README, run as it is printed there."""

import json
import os
import re
import subprocess
import sys
import wave
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def tour() -> str:
    [block] = re.findall(r"(?ms)^```sh\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"))
    return block


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("tour")
    env = {name: value for name, value in os.environ.items() if not name.startswith("COACH_")}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", tour()],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    return folder, done


def events(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines() if line.startswith('{"')]


def kinds(output: str) -> list[object]:
    return [event["event"]["kind"] for event in events(output) if isinstance(event.get("event"), dict)]  # pyright: ignore


def test_the_tour_runs_as_printed(taken: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, done = taken
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "seed-start" in done.stdout
    assert "34:00" in done.stdout
    assert "refused, with exit code 2" in done.stdout
    assert "fault of the program" not in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name for path in folder.iterdir()} == {"playground", "session.wav"}, "it touches nothing else"


def test_the_tour_leaves_a_record(taken: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _, done = taken
    happened = kinds(done.stdout)
    for kind in ("paused", "resumed", "pain_marked", "stopped"):
        assert kind in happened
    assert happened.index("paused") < happened.index("resumed") < happened.index("pain_marked")


def test_the_tour_is_heard(taken: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = taken
    with wave.open(str(folder / "session.wav"), "rb") as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (48_000, 1, 2)
        assert 10 < sound.getnframes() / 48_000 < 30
        assert max(sound.readframes(sound.getnframes())) > 0
