"""The screen may lose its terminal or fail; the session goes on to its end."""

import signal
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.terminals import PtyProgram, python, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def events(tmp_path: Path) -> Path:
    file = tmp_path / "events"
    file.touch()
    return file


@pytest.fixture
def program(events: Path, request: pytest.FixtureRequest) -> Iterator[PtyProgram]:
    options: list[str] = getattr(request, "param", [])
    found = PtyProgram(python("-m", "tests.tui.stand_in", str(events), *options))
    yield found
    found.close()


def lines(events: Path) -> list[str]:
    return events.read_text().splitlines()


def test_a_hang_up_drops_the_screen_and_the_session_ends_by_itself(program: PtyProgram, events: Path) -> None:
    program.wait_for(b"Enter")
    program.type("\r")
    wait_for(lambda: "interval_entered" in lines(events), "the first interval")
    program.hang_up()
    assert program.wait() == 0
    assert lines(events)[-2:] == ["finished", "phase finished"]


@pytest.mark.parametrize("program", [["--long"]], indirect=True)
def test_a_hang_up_leaves_nothing_of_the_screen_behind(program: PtyProgram, events: Path) -> None:
    program.wait_for(b"Enter")
    program.type("\r")
    wait_for(lambda: "interval_entered" in lines(events), "the first interval")
    program.type(" ")
    wait_for(lambda: "paused" in lines(events), "the pause")
    program.hang_up()
    # Paused, it stays alive until another coach takes it over; the threads that served the screen must have ended.
    tasks = Path(f"/proc/{program.process.pid}/task")
    wait_for(lambda: len(list(tasks.iterdir())) == 2, "only the main and the session's thread")
    program.process.send_signal(signal.SIGTERM)
    assert program.wait() == 0
    assert lines(events)[-2:] == ["stopped", "phase stopped"]


@pytest.mark.parametrize("program", [["--long"]], indirect=True)
def test_a_hang_up_before_the_start_ends_it(program: PtyProgram, events: Path) -> None:
    program.wait_for(b"Enter")
    program.hang_up()
    assert program.wait() == 0
    assert lines(events) == ["stopped", "phase stopped"]


def test_sighup_alone_is_enough(program: PtyProgram, events: Path) -> None:
    program.wait_for(b"Enter")
    program.type("\r")
    wait_for(lambda: "interval_entered" in lines(events), "the first interval")
    program.process.send_signal(signal.SIGHUP)
    assert program.wait() == 0
    assert lines(events)[-1] == "phase finished"


@pytest.mark.parametrize("program", [["--long"]], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_session_and_restores_the_terminal(
    program: PtyProgram, events: Path, number: signal.Signals
) -> None:
    program.wait_for(b"Enter")
    program.type("\r")
    wait_for(lambda: "interval_entered" in lines(events), "the first interval")
    program.process.send_signal(number)
    assert program.wait() == 0
    assert lines(events)[-2:] == ["stopped", "phase stopped"]
    assert b"\x1b[?1049l" in program.read()
    assert termios.tcgetattr(program.slave) == program.before


@pytest.mark.parametrize("program", [["--break-the-screen"]], indirect=True)
def test_a_screen_that_fails_restores_the_terminal_and_leaves_the_session_running(
    program: PtyProgram, events: Path
) -> None:
    program.wait_for(b"Enter")
    program.type("\r")
    assert program.wait() == 1
    assert lines(events)[-2:] == ["finished", "raised the screen is broken on purpose"]
    output = program.read()
    assert b"the session goes on without it" in output
    assert b"Traceback" not in output
    assert b"\x1b[?1049l" in output
    assert termios.tcgetattr(program.slave) == program.before


def test_ctrl_z_does_not_stop_the_process(program: PtyProgram, events: Path) -> None:
    program.wait_for(b"Enter")
    program.type("\r\x1a")
    program.process.send_signal(signal.SIGTSTP)
    wait_for(lambda: "finished" in lines(events), "the end")
    program.wait_for(b"leaves")
    program.type("q")
    assert program.wait() == 0


@pytest.mark.parametrize("program", [["--start"]], indirect=True)
def test_a_terminal_that_nobody_reads_holds_only_the_screen_up(program: PtyProgram, events: Path) -> None:
    wait_for(lambda: "finished" in lines(events), "the end, with the terminal full")
    program.type("q")
    program.wait_for(b"leaves")  # reading again, the screen goes on where it was held up
    program.type("q")
    assert program.wait() == 0
    assert lines(events)[-1] == "phase finished"


@pytest.mark.parametrize("program", [["--start", "--long"]], indirect=True)
def test_a_second_signal_ends_it_at_once(program: PtyProgram, events: Path) -> None:
    wait_for(lambda: "interval_entered" in lines(events), "the first interval")
    program.process.send_signal(signal.SIGTERM)
    wait_for(lambda: "stopped" in lines(events), "the stop in the journal, with the terminal full")

    def has_ended_when_told_again() -> bool:
        program.process.send_signal(signal.SIGTERM)
        return program.process.poll() is not None

    wait_for(has_ended_when_told_again, "the end of the process")
    assert program.process.returncode in (-signal.SIGTERM, 0)
