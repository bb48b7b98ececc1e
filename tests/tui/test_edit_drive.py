"""``coach workout edit`` and ``coach config edit`` on a real terminal: keys in, screen out, the terminal taken away."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from coach.library.workout_files import load_workout
from coach.model.syntax import parse
from tests.tui.terminals import wait_for
from tests.tui.test_real_drive import Tmux

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux (apt install tmux)"),
]


@contextmanager
def window(home: Path, *arguments: str) -> Iterator[Tmux]:
    """``coach`` in a terminal that is gone afterwards."""
    shown = Tmux(home, *arguments)
    try:
        yield shown
    finally:
        shown.kill()


def is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_workout_written_lost_with_the_terminal_and_saved(tmp_path: Path) -> None:
    draft = tmp_path / "state" / "drafts" / "new-my-run.json"
    with window(tmp_path, "workout", "edit", "5m walk") as shown:
        shown.see("a new workout")
        shown.press("1m rnu, ")
        shown.see("column 4")
        pid = shown.pid
        shown.kill()
        wait_for(lambda: not is_running(pid), "the end of the program")
    assert json.loads(draft.read_text(encoding="utf-8"))["steps"] == "1m rnu, 5m walk"
    with window(tmp_path, "workout", "edit", "5m walk") as shown:
        shown.see("was not saved")
        shown.press("g")
        shown.see("did you mean run?")
        shown.press("F4", "Right", "Right", "Right", "BSpace", "BSpace")
        shown.see("“r” is not")
        shown.press("un")
        shown.see("6:00, running 1:00")
        shown.press("F2")
        shown.see("[steps]")
        shown.press("r")
        repeat_three_times_one_step(shown)
        shown.see("running 3:00")
        shown.press("C-s")
        shown.see("Saved")
        shown.press("Escape")
        wait_for(lambda: not shown.is_there, "the end of the program")
    saved = load_workout(tmp_path / "data" / "workouts" / "my-run.toml")
    assert saved.steps == parse("3x(1m run), 5m walk").steps
    assert not draft.exists()


def repeat_three_times_one_step(shown: Tmux) -> None:
    """Into the form that asks how many times, and how many steps."""
    shown.see("Repeat from this row on")
    shown.press("BSpace")
    shown.see("from 1 to 100")
    shown.press("3")
    wait_for(lambda: "from 1 to 100" not in shown.screen(), "the mended field")
    shown.press("Down")
    shown.press("BSpace")
    shown.see("from 1 to 2")
    shown.press("1")
    wait_for(lambda: "from 1 to 2" not in shown.screen(), "the mended field")
    shown.press("Enter")


def test_a_setting_changed(tmp_path: Path) -> None:
    with window(tmp_path, "config", "edit") as shown:
        shown.see("Settings")
        shown.press("Tab")
        shown.see("How much is said")
        shown.press("m", "C-s")
        shown.see("Saved in")
        shown.press("C-c")
        wait_for(lambda: not shown.is_there, "the end of the program")
    assert (tmp_path / "config" / "config.toml").read_text(encoding="utf-8") == 'preset = "minimal"\n'
