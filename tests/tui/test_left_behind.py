"""What stays when the screen has gone, and how long the screen stays."""

import asyncio
import re
from pathlib import Path

import pytest

from coach.tui.after import AfterScreen
from coach.tui.view import Mode
from tests.tui.stage import StagedApp
from tests.tui.terminals import PtyProgram, python

LINGER_S = 0.2


@pytest.mark.slow
def test_the_report_stays_on_the_terminal_when_the_screen_has_gone(tmp_path: Path) -> None:
    wav = tmp_path / "out.wav"
    arguments = ["run", "30s run, 30s walk", "--speed", "60", "--voice", "beeps", "--start", "--linger", "0.1"]
    program = PtyProgram(
        python("-m", "coach", *arguments, "--backend", "file", "--output-file", str(wav)),
        env={"COACH_HOME": str(tmp_path), "COACH_LEAD_IN_MS": "0", "LC_ALL": "C.UTF-8"},
    )
    try:
        assert program.wait() == 0
        left = program.read().split(b"\x1b[?1049l")[-1].decode()  # after the screen was given back
    finally:
        program.close()
    lines = [line.strip() for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", left).splitlines()]
    assert "Runs: 1 of 1 as planned, 0:30 of 0:30" in lines
    assert any(line.startswith("Cues: ") for line in lines)
    assert any(line.startswith("Sound: ") and str(wav) in line for line in lines)


def lingers(*keys: str) -> bool:
    """Whether the screen after the session is still there long after its time, if these keys are pressed."""

    async def run() -> bool:
        left = asyncio.Event()
        app = StagedApp("run")
        async with app.run_test() as pilot:
            screen = AfterScreen(Mode.OVER, left.set, ready=lambda: True, linger_s=LINGER_S, deaf_s=60)
            await app.push_screen(screen)
            await pilot.press(*keys)
            try:
                await asyncio.wait_for(left.wait(), 5 * LINGER_S)
            except TimeoutError:
                return True
            return False

    return asyncio.run(run())


def test_the_screen_leaves_by_itself_but_not_while_somebody_reads() -> None:
    assert not lingers()
    assert lingers("down")
